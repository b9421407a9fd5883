//! Outcomes against what the engine had said.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::lang::Lang;
use crate::evaluation::backtest::bootstrap::Interval;
use crate::evaluation::calibration::{Bin, Brier, Calibration, Verdict};
use crate::http::csv::{Rows, or_empty};
use crate::scouting::decisions::outcomes::Outcomes;
use crate::scouting::decisions::words::{self, Conclusion, Told};
use crate::scouting::scene::Scene;

use super::common::rounded;

/// `GET /calibration`.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalibrationWire {
    /// State of the log.
    pub seq: u64,
    /// The date in the world: later steps are ignored.
    pub as_of: String,
    /// Language of the words.
    pub lang: &'static str,
    /// Id of the territory asked; null for all of them.
    pub territory: Option<String>,
    /// The scouting year asked; null for all of them.
    pub season: Option<i16>,
    /// Follow-ups in all.
    pub followed: usize,
    /// Outcomes known of enterprises that were listed: what the numbers are made of.
    pub count: usize,
    /// Launched or consolidated among them.
    pub successes: usize,
    /// Refused or stopped among them.
    pub failures: usize,
    /// Still under way.
    pub censored: usize,
    /// Begun once already launched: left aside.
    pub after_the_fact: usize,
    /// Without what the engine said: left aside.
    pub unsaid: usize,
    /// Outcomes known of enterprises that a gate kept out.
    pub kept_out: KeptOutWire,
    /// The table, lowest scores first.
    pub bins: Vec<BinWire>,
    /// The Brier score and its parts; null without any outcome.
    pub brier: Option<BrierWire>,
    /// `too_few`, `better`, `worse` or `undecided`.
    pub verdict: &'static str,
    /// What is concluded, what a score is, what is left aside.
    pub notes: Vec<String>,
}

/// Outcomes of enterprises that a gate kept out.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptOutWire {
    /// How many.
    pub count: usize,
    /// Successes among them.
    pub successes: usize,
}

/// One bin of score.
#[derive(Debug, Serialize, ToSchema)]
pub struct BinWire {
    /// From this score.
    pub low: f64,
    /// To this one.
    pub high: f64,
    /// Outcomes in it.
    pub count: usize,
    /// Successes among them.
    pub successes: usize,
    /// Mean score; null of none.
    pub mean_score: Option<f64>,
    /// Share of successes; null of none.
    pub rate: Option<f64>,
    /// Wilson's interval of that share.
    pub interval: [f64; 2],
}

/// The Brier score: `brier = reliability − resolution + uncertainty + within`.
#[derive(Debug, Serialize, ToSchema)]
pub struct BrierWire {
    /// 0 is best.
    pub brier: f64,
    /// Its bootstrap bounds; null with a single enterprise.
    pub interval: Option<[f64; 2]>,
    /// Distance between what is said and what comes, over the bins; 0 is best.
    pub reliability: f64,
    /// How much the bins differ in what comes; higher is better.
    pub resolution: f64,
    /// A fact of the outcomes.
    pub uncertainty: f64,
    /// What bins hide.
    pub within: f64,
    /// Brier score of always saying the base rate.
    pub base_rate_brier: f64,
    /// Share of successes.
    pub base_rate: f64,
    /// Brier score less that of the base rate: below 0 is better.
    pub difference: f64,
    /// Its bootstrap bounds.
    pub difference_interval: Option<[f64; 2]>,
}

impl CalibrationWire {
    /// A comparison in words.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn new(
        scene: &Scene,
        (territory, season): (Option<String>, Option<i16>),
        as_of: jiff::civil::Date,
        outcomes: &Outcomes<'_>,
        found: &Calibration,
        lang: Lang,
    ) -> Self {
        let kept_out = KeptOutWire {
            count: outcomes.kept_out.len(),
            successes: outcomes.kept_out.iter().filter(|one| one.success).count(),
        };
        let told = Told {
            count: found.count,
            successes: found.successes,
            kept_out: (kept_out.count, kept_out.successes),
            censored: outcomes.censored,
            after_the_fact: outcomes.after_the_fact,
        };
        let (verdict, conclusion) = match found.verdict {
            Verdict::TooFew => ("too_few", Conclusion::TooFew),
            Verdict::Better => ("better", Conclusion::Better),
            Verdict::Worse => ("worse", Conclusion::Worse),
            Verdict::Undecided => ("undecided", Conclusion::Undecided),
        };
        let base_rate = found.successes as f64 / (found.count.max(1)) as f64;
        Self {
            seq: scene.seq,
            as_of: as_of.to_string(),
            lang: lang.as_str(),
            territory,
            season,
            followed: outcomes.total(),
            count: found.count,
            successes: found.successes,
            failures: found.count - found.successes,
            censored: outcomes.censored,
            after_the_fact: outcomes.after_the_fact,
            unsaid: outcomes.unsaid,
            kept_out,
            bins: found.bins.iter().map(BinWire::from).collect(),
            brier: found
                .brier
                .map(|brier| BrierWire::new(&brier, base_rate, found.interval, found.difference)),
            verdict,
            notes: words::calibration_notes(scene, &told, conclusion, lang),
        }
    }
}

impl From<&Bin> for BinWire {
    fn from(bin: &Bin) -> Self {
        Self {
            low: bin.low,
            high: bin.high,
            count: bin.count,
            successes: bin.successes,
            mean_score: bin.mean_score.map(rounded),
            rate: bin.rate.map(rounded),
            interval: [rounded(bin.interval.0), rounded(bin.interval.1)],
        }
    }
}

impl BrierWire {
    fn new(
        brier: &Brier,
        base_rate: f64,
        interval: Option<Interval>,
        difference: Option<Interval>,
    ) -> Self {
        let bounds = |of: Option<Interval>| {
            of.and_then(|of| of.bounds).map(|(low, high)| [rounded(low), rounded(high)])
        };
        Self {
            brier: rounded(brier.brier),
            interval: bounds(interval),
            reliability: rounded(brier.reliability),
            resolution: rounded(brier.resolution),
            uncertainty: rounded(brier.uncertainty),
            within: rounded(brier.within),
            base_rate_brier: rounded(brier.uncertainty),
            base_rate: rounded(base_rate),
            difference: rounded(brier.brier - brier.uncertainty),
            difference_interval: bounds(difference),
        }
    }
}

impl Rows for CalibrationWire {
    fn header(&self) -> Vec<&'static str> {
        vec!["low", "high", "count", "successes", "mean_score", "rate", "rate_low", "rate_high"]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.bins
            .iter()
            .map(|bin| {
                vec![
                    bin.low.to_string(),
                    bin.high.to_string(),
                    bin.count.to_string(),
                    bin.successes.to_string(),
                    or_empty(bin.mean_score.as_ref()),
                    or_empty(bin.rate.as_ref()),
                    bin.interval[0].to_string(),
                    bin.interval[1].to_string(),
                ]
            })
            .collect()
    }
}
