//! The body of `POST /matches`, as it is documented.
//!
//! These shapes describe; reading is done by `scouting`, field by field, so that each fault
//! is told with its path and its way out rather than by a parser's message.

use serde::Serialize;
use utoipa::ToSchema;

/// A context given whole; every field but `territory` is optional.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchRequest {
    /// An id, a name, or `{"name", "communes": []}`.
    #[schema(value_type = Object)]
    pub territory: serde_json::Value,
    /// `YYYY-MM-DD`; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    pub seq: Option<u64>,
    /// Words to look for, at most 2,000 characters.
    pub q: Option<String>,
    /// Show only candidates of this theme.
    pub theme: Option<String>,
    /// Show only candidates answering this need.
    pub need: Option<String>,
    /// 1 to 500.
    pub limit: Option<u32>,
    /// Where the previous page stopped.
    pub cursor: Option<String>,
    /// `gap:3,proof:1`, `gap>priority`, or `{"gap": 3}`.
    #[schema(value_type = Object)]
    pub weights: Option<serde_json::Value>,
    /// A named profile of weights.
    pub profile: Option<String>,
    /// `expected` or `low`.
    pub rank_by: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
    /// All weights or all orders; replaces the submissions known.
    pub priorities: Option<Vec<PriorityRequest>>,
    /// Added to those known.
    pub observations: Option<Vec<ObservationRequest>>,
    /// Added to those known.
    pub actors: Option<Vec<ActorRequest>>,
    /// Only the actors given count.
    pub replace_actors: Option<bool>,
    /// Restrict the page to these enterprise ids; ranks unchanged.
    pub enterprises: Option<Vec<String>>,
}

/// Body of `POST /comparisons`: two to five enterprises, and a context as in `/matches`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparisonRequest {
    /// An id, a name, or `{"name", "communes": ["69381"]}`.
    #[schema(value_type = Object)]
    pub territory: serde_json::Value,
    /// Ids or names of two to five enterprises, all different.
    pub enterprises: Vec<String>,
    /// The date in the world, `YYYY-MM-DD`; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    pub seq: Option<u64>,
    /// Words to look for.
    pub q: Option<String>,
    /// `"gap:3,proof:1"`, `"gap>priority"` or `{"gap": 3}`.
    #[schema(value_type = Object)]
    pub weights: Option<serde_json::Value>,
    /// A named profile of weights.
    pub profile: Option<String>,
    /// `expected` or `low`.
    pub rank_by: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
    /// All weights or all orders; replaces the submissions known.
    pub priorities: Option<Vec<PriorityRequest>>,
    /// Added to those known.
    pub observations: Option<Vec<ObservationRequest>>,
    /// Added to those known.
    pub actors: Option<Vec<ActorRequest>>,
    /// Only the actors given count.
    pub replace_actors: Option<bool>,
}

/// A theme or a need that matters.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriorityRequest {
    /// Theme id or label.
    pub theme: Option<String>,
    /// Need id or label.
    pub need: Option<String>,
    /// Over 0.
    pub weight: Option<f64>,
    /// 1 is first.
    pub order: Option<u32>,
    /// The document.
    pub document: Option<String>,
}

/// Something seen in the territory.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObservationRequest {
    /// The words.
    pub text: Option<String>,
    /// 0 to 1.
    pub severity: Option<f64>,
    /// 0 to 1; 0.7 unless said.
    pub confidence: Option<f64>,
    /// `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Which organisation says so.
    pub by: Option<String>,
    /// Where it is said.
    pub source: Option<String>,
    /// Need id or label.
    pub need: Option<String>,
    /// Public id or label.
    pub public: Option<String>,
    /// Step id or label.
    pub step: Option<String>,
    /// Theme id or label.
    pub theme: Option<String>,
    /// `rising`, `stable` or `falling`.
    pub trend: Option<String>,
}

/// An organisation at work; lists hold free French phrases or concept ids.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActorRequest {
    /// Stable id.
    pub id: String,
    /// Public name.
    pub name: String,
    /// Network.
    pub network: Option<String>,
    /// Commune.
    pub commune: Option<String>,
    /// Département.
    pub departement: Option<String>,
    /// What it does.
    pub summary: Option<String>,
    /// Themes.
    pub themes: Option<Vec<String>>,
    /// Needs.
    pub needs: Option<Vec<String>>,
    /// Publics.
    pub publics: Option<Vec<String>>,
    /// Offers.
    pub offers: Option<Vec<String>>,
    /// Seeks.
    pub seeks: Option<Vec<String>>,
    /// Partners.
    pub partners: Option<Vec<String>>,
    /// Roles.
    pub roles: Option<Vec<String>>,
    /// Activities.
    pub activities: Option<Vec<String>>,
    /// Steps.
    pub steps: Option<Vec<String>>,
    /// Legal form.
    pub legal_form: Option<String>,
    /// Licences.
    pub licences: Option<Vec<String>>,
    /// `{"value", "unit"}`.
    #[schema(value_type = Object)]
    pub capacity: Option<serde_json::Value>,
    /// `active`, `ending` or `closed`.
    pub status: Option<String>,
    /// At work since.
    pub since: Option<String>,
    /// Until.
    pub until: Option<String>,
    /// Commune code.
    pub insee: Option<String>,
    /// Latitude.
    pub lat: Option<f64>,
    /// Longitude.
    pub lon: Option<f64>,
    /// Its page.
    pub url: Option<String>,
    /// Pages read.
    pub sources: Option<Vec<String>>,
}

/// Body of `PUT /territories/{id}/priorities`: what a territory asks for during one period.
///
/// Either `priorities`, all with weights or all with orders or with neither, or the short
/// forms `themes` and `needs`, or `no_priority`.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubmissionRequest {
    /// What is asked for.
    pub priorities: Option<Vec<PriorityRequest>>,
    /// Themes of equal weight, by id or label.
    pub themes: Option<Vec<String>>,
    /// Needs of equal weight, by id or label.
    pub needs: Option<Vec<String>>,
    /// The territory has no priority during this period.
    pub no_priority: Option<bool>,
    /// The organisation that submits.
    pub submitted_by: Option<String>,
    /// The organisation to ask; never a person.
    pub contact: Option<String>,
    /// The document that decides.
    pub document: Option<String>,
    /// First day, `YYYY-MM-DD`; today when absent.
    pub start: Option<String>,
    /// Last day; until further notice when absent.
    pub end: Option<String>,
    /// Where it is published.
    pub source: Option<String>,
    /// Licence of the source.
    pub licence: Option<String>,
    /// Why it is submitted or changed: kept with the version.
    pub reason: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}
