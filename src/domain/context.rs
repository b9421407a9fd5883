//! The territory as a matching reads it: everything known of one territory at one date.

use std::sync::Arc;

use jiff::civil::Date;

use super::actor::Actor;
use super::date::PartialDate;
use super::gap::Gap;
use super::priority::Priority;
use super::provenance::Source;
use super::support::Support;
use super::taxonomy::Taxonomy;
use super::territory::{Atlas, DensityClass, Territory};

/// Where an actor stands with regard to the territory (methods §3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Proximity {
    /// In the territory.
    Inside,
    /// Outside, within 50 km or in the same département: counts 0.8.
    Near {
        /// Distance to the territory's nearest commune, km; `None` where only the
        /// département is known.
        distance_km: Option<f64>,
    },
    /// Given in the request and further away (or of unknown place): counts 0.5.
    Far {
        /// Distance where known, km.
        distance_km: Option<f64>,
    },
}

impl Proximity {
    /// The factor on the strength of a relation.
    #[must_use]
    pub fn factor(self) -> f64 {
        match self {
            Self::Inside => 1.0,
            Self::Near { .. } => 0.8,
            Self::Far { .. } => 0.5,
        }
    }
}

/// A local actor in the context of a territory.
#[derive(Debug, Clone)]
pub struct ContextActor {
    /// The actor.
    pub actor: Arc<Actor>,
    /// Where it stands.
    pub proximity: Proximity,
    /// Its commune's name, for the sentence.
    pub commune: Option<String>,
}

/// A programme present in the territory.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalProgramme {
    /// Programme id (`pvd`, `qpv`…).
    pub id: String,
    /// French label.
    pub label: String,
    /// Theme of the programme, in words.
    pub theme: String,
    /// Communes or EPCI of the territory that hold it.
    pub places: Vec<String>,
    /// Number of objects.
    pub count: u32,
    /// Source with year.
    pub source: Source,
}

/// What a person confirmed of (territory, enterprise): sourced and dated (design §7).
#[derive(Debug, Clone, PartialEq)]
pub struct Confirmation {
    /// Enterprise id.
    pub enterprise: String,
    /// Actor id, where one is concerned.
    pub actor: Option<String>,
    /// One of `matching::confirmable::ITEMS` (`not_already_there`, `anchoring.carrier`…), or
    /// `conditions.<kind>`.
    pub item: String,
    /// `met`, `unmet` or `unknown`; for a gate, `lifted`.
    pub state: String,
    /// The words.
    pub note: Option<String>,
    /// Which organisation says so, where it is told.
    pub by: Option<String>,
    /// Where it is said.
    pub source: Source,
    /// When.
    pub date: PartialDate,
}

/// Number of general features of a place (methods §4, transferability).
pub const FEATURES: usize = 6;

/// Features of one place: log population of the EPCI, log density, rural share,
/// households without car, median income, share over 65; clipped, then standardised
/// with frozen national figures. `NaN` where unknown.
pub type Features = [f64; FEATURES];

/// Features and severities of every EPCI, frozen with the dataset version.
#[derive(Debug, Clone, Default)]
pub struct PlaceTable {
    /// Standardised features, one row per EPCI of the atlas.
    pub features: Vec<Features>,
    /// Raw values of the features, same shape, for the sentences.
    pub raw: Vec<Features>,
    /// Standardised severity, `[need][epci]`; `NaN` where not measured.
    pub severity: Vec<Vec<f32>>,
    /// Density class of each EPCI.
    pub density: Vec<DensityClass>,
}

/// Everything a matching reads of one territory; immutable.
#[derive(Debug, Clone)]
pub struct Context {
    /// The taxonomy.
    pub taxonomy: Arc<Taxonomy>,
    /// The territories of France.
    pub atlas: Arc<Atlas>,
    /// Features of every EPCI.
    pub places: Arc<PlaceTable>,
    /// The territory.
    pub territory: Territory,
    /// Standardised features of the territory.
    pub features: Features,
    /// Their raw values.
    pub features_raw: Features,
    /// Standardised severity per need; `NaN` where not measured.
    pub severity: Vec<f32>,
    /// The date in the world.
    pub as_of: Date,
    /// One gap per need, in index order.
    pub gaps: Vec<Gap>,
    /// Submissions and published context that apply here, live or not.
    pub priorities: Vec<Priority>,
    /// Local actors within reach, sorted by id.
    pub actors: Vec<ContextActor>,
    /// `h_T`: reliability of the actor sources that cover the territory, per need, 0..=1.
    pub actor_reliability: Vec<f64>,
    /// Programmes present.
    pub programmes: Vec<LocalProgramme>,
    /// Support schemes and peers whose perimeter holds the territory.
    pub supports: Vec<Support>,
    /// What people confirmed, latest first.
    pub confirmations: Vec<Confirmation>,
}
