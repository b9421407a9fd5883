//! Profiles of weights.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::lang::Lang;
use crate::matching::outcome::CriterionId;
use crate::matching::weights::Weights;
use crate::scouting::profiles::Profile;

use super::common::SourceWire;

/// `GET /profiles`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfilesWire {
    /// State of the log.
    pub seq: u64,
    /// Language of names and notes.
    pub lang: &'static str,
    /// How many there are.
    pub total: usize,
    /// Every profile, by id.
    pub profiles: Vec<ProfileWire>,
}

/// `GET /profiles/{id}`, and one of the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileWire {
    /// The name to ask it by.
    pub id: String,
    /// Its name in the language asked.
    pub name: String,
    /// The organisation whose weights they are.
    pub owner: String,
    /// When its owner set it.
    pub as_of: Option<String>,
    /// The territory whose own profile it is: used there when the request says nothing.
    pub territory: Option<String>,
    /// Weight of each criterion without a text query; they sum to 1.
    #[schema(value_type = Object)]
    pub weights: BTreeMap<&'static str, f64>,
    /// The order the weights come from, where they come from one: `gap>priority=proof`.
    pub order: Option<String>,
    /// Why these weights.
    pub note: Option<String>,
    /// Where it is published.
    pub source: SourceWire,
    /// Its latest revision: also the ETag; 0 for one that only the binary carries. Its whole
    /// history: `essaim history profile <id>`, or the feed of `/changes`.
    pub seq: u64,
}

impl ProfileWire {
    /// A profile in `lang`, with its weights without a text query.
    #[must_use]
    pub fn new(profile: &Profile, weights: &Weights, lang: Lang) -> Self {
        Self {
            id: profile.id.clone(),
            name: profile.name(lang).to_owned(),
            owner: profile.owner.clone(),
            as_of: profile.as_of.map(|date| date.to_string()),
            territory: profile.territory.clone(),
            weights: CriterionId::ALL[..CriterionId::WITHOUT_QUERY]
                .iter()
                .map(|criterion| (criterion.as_str(), weights.of(*criterion)))
                .collect(),
            order: weights.order.as_ref().map(|groups| order(groups)),
            note: profile.note(lang).map(str::to_owned),
            source: SourceWire::from(&profile.source),
            seq: profile.seq,
        }
    }
}

fn order(groups: &[Vec<CriterionId>]) -> String {
    let tied = |group: &Vec<CriterionId>| -> String {
        group.iter().map(|criterion| criterion.as_str()).collect::<Vec<_>>().join("=")
    };
    groups.iter().map(tied).collect::<Vec<_>>().join(">")
}
