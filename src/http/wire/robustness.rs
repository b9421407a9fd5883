//! How well the place of a candidate holds, as JSON.

use serde::Serialize;
use utoipa::ToSchema;

use crate::matching::robustness::assessment::Reading;
use crate::scouting::robustness::{RobustnessShown, TieZone};

use super::common::rounded;

/// How well the place of a candidate holds (SMAA-2, Lahdelma & Salminen 2001).
#[derive(Debug, Serialize, ToSchema)]
pub struct RobustnessWire {
    /// Weights vary, data at their expected values.
    pub weights: ReadingWire,
    /// Weights and data vary.
    pub all: ReadingWire,
    /// The same in two or three sentences.
    pub text: String,
}

/// One reading of robustness; shares are 0..=1.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadingWire {
    /// Mean rank.
    pub expected_rank: f64,
    /// Share of the draws at rank 1, 2, 3…
    pub rank_acceptability: Vec<f64>,
    /// Share of the draws among the first three.
    pub first_3: f64,
    /// Share of the draws among the first ten.
    pub first_10: f64,
    /// Share of the draws of the data where it is first at the weights that suit it best.
    pub confidence_factor: f64,
    /// Ids of those it is not told apart from: each passes the other in 40 to 60 % of the
    /// draws.
    pub tied_with: Vec<String>,
}

/// Neighbours that are not told apart.
#[derive(Debug, Serialize, ToSchema)]
pub struct TieZoneWire {
    /// Ids, in the order of the page.
    pub ids: Vec<String>,
    /// The same in words.
    pub text: String,
}

impl From<&RobustnessShown> for RobustnessWire {
    fn from(shown: &RobustnessShown) -> Self {
        let [by_weights, by_all] = &shown.tied_with;
        Self {
            weights: reading(&shown.assessment.weights, by_weights),
            all: reading(&shown.assessment.all, by_all),
            text: shown.sentences.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join(" "),
        }
    }
}

fn reading(reading: &Reading, tied_with: &[String]) -> ReadingWire {
    ReadingWire {
        expected_rank: rounded(reading.expected_rank),
        rank_acceptability: reading.rank_acceptability.iter().copied().map(rounded).collect(),
        first_3: rounded(reading.first_3),
        first_10: rounded(reading.first_10),
        confidence_factor: rounded(reading.confidence_factor),
        tied_with: tied_with.to_vec(),
    }
}

impl From<&TieZone> for TieZoneWire {
    fn from(zone: &TieZone) -> Self {
        Self { ids: zone.ids.clone(), text: zone.text.clone() }
    }
}
