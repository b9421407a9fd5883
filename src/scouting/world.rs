//! What is frozen with the versions of the datasets and of the rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::annotation::Annotator;
use crate::catalogue::datasets::evidence_levels::EvidenceLevels;
use crate::catalogue::record::enterprise::EnterpriseRecord;
use crate::domain::actor::Actor;
use crate::domain::concept::ConceptKind;
use crate::domain::context::PlaceTable;
use crate::domain::indicator::Indicators;
use crate::domain::portrait::Answer;
use crate::domain::provenance::{Basis, Because};
use crate::domain::rules::Rules;
use crate::domain::source_book::SourceBook;
use crate::domain::supply::{Perimeter, SupplySource};
use crate::domain::support::{Programme, ProgrammePresence, Support};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::territory::Atlas;
use crate::gaps::GapModel;
use crate::imports::registers::declared::Registers;
use crate::matching::explanation::sentences::Templates;

use super::places::PlaceIndex;

/// Supply that is not made of organisations: it is counted, but names no actor, so it
/// says nothing of how well the actors of a territory are known.
const PLACES_NOT_ACTORS: [&str; 2] = ["bibliotheques", "bnlc_covoiturage"];

/// A zone of the log: id, name, commune codes.
pub type Zone = (String, String, Vec<String>);

/// The datasets as read, before anything is built from them; cheap to clone.
#[derive(Debug, Clone)]
pub struct Datasets {
    /// The taxonomy.
    pub taxonomy: Arc<Taxonomy>,
    /// The territories.
    pub atlas: Arc<Atlas>,
    /// The indicators.
    pub indicators: Arc<Indicators>,
    /// The counted supply.
    pub supply: Arc<[SupplySource]>,
    /// The programmes and where they are.
    pub programmes: Arc<(Vec<Programme>, Vec<ProgrammePresence>)>,
    /// Support schemes and peers.
    pub supports: Arc<[Support]>,
    /// Level of each kind of evidence, and whether it proves scale.
    pub evidence_levels: Arc<EvidenceLevels>,
    /// The sentences of both languages.
    pub templates: Arc<Templates>,
    /// What each register is for counted supply.
    pub registers: Arc<Registers>,
    /// The declared numbers, with the digest of everything.
    pub rules: Arc<Rules>,
    /// Which sources speak with one voice, and which make nothing sure.
    pub sources: Arc<SourceBook>,
}

/// Everything built once per version of the datasets, shared by the scenes.
#[derive(Debug)]
pub struct World {
    /// The datasets.
    pub data: Datasets,
    /// Free French to concepts.
    pub annotator: Arc<Annotator>,
    /// Names of places.
    pub places: Arc<PlaceIndex>,
    /// Severity and coverage everywhere.
    pub gaps: GapModel,
    /// Features of every EPCI.
    pub place_table: Arc<PlaceTable>,
    /// Positions of programme presences, by territory id.
    pub programmes_of: Arc<BTreeMap<String, Vec<usize>>>,
    /// Name and digest of each dataset, to know whether a world can serve another state.
    pub digests: Vec<(String, String)>,
    /// The zones of the log, sorted by id.
    pub zones: Vec<Zone>,
}

impl World {
    /// Builds the annotator, the frozen reference classes and the accessibilities; without
    /// zones yet ([`Self::with_zones`]).
    #[must_use]
    pub fn new(data: Datasets, digests: Vec<(String, String)>) -> Self {
        let annotator = Arc::new(Annotator::new(Arc::clone(&data.taxonomy)));
        let places = Arc::new(PlaceIndex::new(&data.atlas));
        let gaps = GapModel::new(
            Arc::clone(&data.taxonomy),
            Arc::clone(&data.atlas),
            Arc::clone(&data.indicators),
            &data.supply,
            &data.rules,
        );
        let place_table = gaps.places();
        let mut programmes_of: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, presence) in data.programmes.1.iter().enumerate() {
            programmes_of.entry(presence.territory.clone()).or_default().push(at);
        }
        let programmes_of = Arc::new(programmes_of);
        let zones = Vec::new();
        Self { annotator, places, gaps, place_table, programmes_of, digests, zones, data }
    }

    /// The same world with these zones and no other; everything that is long to build is
    /// shared. Codes of no commune are left out of a zone.
    #[must_use]
    pub fn with_zones(&self, zones: Vec<Zone>) -> Self {
        let mut atlas = Atlas::clone(&self.data.atlas);
        atlas.zones = zones
            .iter()
            .map(|(id, name, communes)| {
                let positions = communes.iter().filter_map(|code| atlas.commune(code)).collect();
                (id.clone(), (name.clone(), positions))
            })
            .collect();
        let atlas = Arc::new(atlas);
        Self {
            annotator: Arc::clone(&self.annotator),
            places: Arc::new(self.places.with_zones(&atlas)),
            gaps: self.gaps.with_zones(Arc::clone(&atlas)),
            place_table: Arc::clone(&self.place_table),
            programmes_of: Arc::clone(&self.programmes_of),
            digests: self.digests.clone(),
            zones,
            data: Datasets { atlas, ..self.data.clone() },
        }
    }

    /// An actor with its place resolved and its texts read; one that only pages known to
    /// place actors wrongly tell has a doubtful place.
    #[must_use]
    pub fn prepared_actor(&self, mut actor: Actor) -> Actor {
        self.places.resolve(&mut actor.place);
        let sources = actor.sources.iter().map(|source| source.source.as_str());
        actor.doubtful_place |= self.data.sources.misplaced(sources).is_some();
        actor.portrait = self.annotator.portrait_of_actor(&actor);
        actor
    }

    /// The answers a record states, as concepts; an unknown id becomes a known unknown.
    #[must_use]
    pub fn stated_answers(&self, record: &EnterpriseRecord) -> Vec<Answer> {
        let find = |kind, id: &Option<String>| {
            id.as_deref().and_then(|id| self.data.taxonomy.find(kind, id))
        };
        record
            .stated_answers
            .iter()
            .map(|stated| Answer {
                need: find(ConceptKind::Need, &stated.need),
                public: find(ConceptKind::Public, &stated.public),
                step: find(ConceptKind::Step, &stated.step),
                weight: if stated.main { 1.0 } else { 0.5 },
                because: Because::new("answers", stated.because.clone()),
                // Read by a person in the record's own words, not said as such by the
                // organisation: never shown as its statement.
                basis: Basis::Inferred,
            })
            .filter(|answer| {
                answer.need.is_some() || answer.public.is_some() || answer.step.is_some()
            })
            .collect()
    }

    /// `h_T` per need: reliability of the best source of actors that covers `departement`.
    ///
    /// Shape: one value per need, 0..=1, higher is better known; 0 where no source covers.
    #[must_use]
    pub fn actor_reliability(&self, departement: &str) -> Vec<f64> {
        let needs = self.data.taxonomy.count(ConceptKind::Need);
        let mut reliability: Vec<f64> = vec![0.0; needs];
        for source in self.data.supply.iter() {
            let names_actors = !PLACES_NOT_ACTORS.contains(&source.id.as_str());
            if !names_actors
                || source.perimeter == Perimeter::None
                || !source.perimeter.holds(departement)
            {
                continue;
            }
            for used in &source.uses {
                let best = &mut reliability[used.need.at()];
                *best = best.max(used.reliability);
            }
        }
        reliability
    }
}
