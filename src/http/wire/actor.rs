//! Local actors of a territory.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::context::{Context, Proximity};
use crate::domain::enterprise::Status;
use crate::domain::geography::Point;
use crate::domain::portrait::Mark;

use super::common::{SourceWire, rounded};
use super::quality::QualityWire;
use super::territory::TerritoryBrief;

/// `GET /territories/{id}/actors`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActorsWire {
    /// The territory asked.
    pub territory: TerritoryBrief,
    /// State of the log.
    pub seq: u64,
    /// The date in the world.
    pub as_of: String,
    /// Actors in all, after the filters.
    pub total: usize,
    /// Where the next page starts.
    pub next_cursor: Option<String>,
    /// The page: inside first, described ones before rows of registers, then by id.
    pub actors: Vec<ActorWire>,
}

/// An organisation at work here.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActorWire {
    /// Stable id.
    pub id: String,
    /// Public name.
    pub name: String,
    /// Network it belongs to.
    pub network: Option<String>,
    /// Commune.
    pub commune: Option<String>,
    /// Whether it is in the territory.
    pub inside: bool,
    /// Distance to the territory, km, where it is outside and known.
    pub distance_km: Option<f64>,
    /// What it does.
    pub summary: String,
    /// Theme ids.
    pub themes: Vec<String>,
    /// Need ids.
    pub needs: Vec<String>,
    /// Public ids.
    pub publics: Vec<String>,
    /// Step ids.
    pub steps: Vec<String>,
    /// Resource ids offered.
    pub offers: Vec<String>,
    /// Resource ids sought.
    pub seeks: Vec<String>,
    /// Roles, as written.
    pub roles: Vec<String>,
    /// Legal form, as written.
    pub legal_form: Option<String>,
    /// `active`, `ending` or `closed`.
    pub status: &'static str,
    /// At work since.
    pub since: Option<String>,
    /// Until.
    pub until: Option<String>,
    /// Its page.
    pub url: Option<String>,
    /// A row of a register without a description of its own.
    pub register: bool,
    /// Its point and its commune disagree, or only pages known to place actors wrongly
    /// tell where it is.
    pub doubtful_place: bool,
    /// The enterprise of the catalogue it is a site of.
    pub enterprise: Option<String>,
    /// Sources.
    pub sources: Vec<SourceWire>,
    /// What lacks, how old, how sure.
    pub quality: QualityWire,
    /// Its own point, for a map.
    #[serde(skip)]
    pub point: Option<Point>,
}

/// The word used for a status.
#[must_use]
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Ending => "ending",
        Status::Closed => "closed",
    }
}

impl ActorWire {
    /// The actor at position `at` of `context`, with its quality.
    #[must_use]
    pub fn new(context: &Context, at: usize, quality: QualityWire) -> Self {
        let found = &context.actors[at];
        let actor = &found.actor;
        let ids = |marks: &[Mark]| -> Vec<String> {
            marks.iter().map(|mark| context.taxonomy.id(mark.concept).to_owned()).collect()
        };
        let portrait = &actor.portrait;
        Self {
            id: actor.id.clone(),
            name: actor.name.clone(),
            network: actor.network.clone(),
            commune: found.commune.clone().or_else(|| actor.place.commune.clone()),
            inside: found.proximity == Proximity::Inside,
            distance_km: match found.proximity {
                Proximity::Inside => None,
                Proximity::Near { distance_km } | Proximity::Far { distance_km } => {
                    distance_km.map(rounded)
                }
            },
            summary: actor.summary.clone(),
            themes: ids(&portrait.themes),
            needs: ids(&portrait.needs),
            publics: ids(&portrait.publics),
            steps: ids(&portrait.steps),
            offers: ids(&portrait.offers),
            seeks: ids(&portrait.seeks),
            roles: actor.roles.clone(),
            legal_form: actor.legal_form.clone(),
            status: status(actor.status),
            since: actor.since.map(|date| date.to_string()),
            until: actor.until.map(|date| date.to_string()),
            url: actor.url.clone(),
            register: actor.register,
            doubtful_place: actor.doubtful_place,
            enterprise: actor.enterprise.clone(),
            sources: actor.sources.iter().map(SourceWire::from).collect(),
            quality,
            point: actor.point,
        }
    }
}
