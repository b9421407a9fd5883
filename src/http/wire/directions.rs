//! The other direction: where an enterprise would best go.

use serde::Serialize;
use utoipa::ToSchema;

use crate::scouting::directions::{Direction, Directions};

use super::candidates::{
    ContributionWire, EnterpriseBrief, ExplanationWire, WeightsWire, contributions,
    explanation_wire,
};
use super::territory::TerritoryBrief;

/// `GET /enterprises/{id}/territories`.
#[derive(Debug, Serialize, ToSchema)]
pub struct DirectionsWire {
    /// The enterprise asked.
    pub enterprise: EnterpriseBrief,
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: String,
    /// Language of the sentences.
    pub lang: &'static str,
    /// Whose weights, and which.
    pub weights: WeightsWire,
    /// EPCI compared.
    pub compared: usize,
    /// EPCI that no gate refuses.
    pub total: usize,
    /// The best, in order.
    pub territories: Vec<DirectionWire>,
}

/// One territory; the score is the same number as from the territory's side.
#[derive(Debug, Serialize, ToSchema)]
pub struct DirectionWire {
    /// 1 is best.
    pub rank: usize,
    /// The territory.
    pub territory: TerritoryBrief,
    /// Σ contributions, 0..=1.
    pub score: f64,
    /// Bounds of the score.
    pub interval: [f64; 2],
    /// The terms of the score.
    pub contributions: Vec<ContributionWire>,
    /// Why there.
    pub explanation: ExplanationWire,
}

impl From<&Directions> for DirectionsWire {
    fn from(answer: &Directions) -> Self {
        Self {
            enterprise: EnterpriseBrief::from(answer.enterprise.as_ref()),
            seq: answer.seq,
            rules: answer.rules.clone(),
            as_of: answer.as_of.to_string(),
            lang: answer.lang.as_str(),
            weights: WeightsWire::from(&answer.weights),
            compared: answer.compared,
            total: answer.total,
            territories: answer.territories.iter().map(direction).collect(),
        }
    }
}

fn direction(direction: &Direction) -> DirectionWire {
    let alternative = &direction.alternative;
    DirectionWire {
        rank: direction.rank,
        territory: TerritoryBrief::from(&direction.context.territory),
        score: alternative.score,
        interval: [alternative.interval.0, alternative.interval.1],
        contributions: contributions(&alternative.contributions, &direction.explanation),
        explanation: explanation_wire(&direction.context, &direction.explanation),
    }
}
