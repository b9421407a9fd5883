//! The declared numbers of the robustness analysis (`index/robustness.toml`), read once.

use crate::domain::rules::Rules;

/// Every number of `index/robustness.toml` that the draws and the words use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RobustnessNumbers {
    /// Seed of every stream.
    pub seed: u64,
    /// Weightings tried with the data at their expected values.
    pub weights: usize,
    /// Weightings tried with the data drawn too.
    pub all: usize,
    /// How many of the best expected scores are rivals.
    pub rivals_best: usize,
    /// How many rivals at most, beside those shown.
    pub rivals_most: usize,
    /// Probabilities of the bounds of the likely score.
    pub likely: (f64, f64),
    /// How sure the presence of an actor is.
    pub presence: Presence,
    /// Within which factor stated weights vary, at least 1.
    pub factor: f64,
    /// How often a relation to be checked holds, above 0 and at most 1.
    pub holds: f64,
    /// Least share of the first three ranks for "first" to be said.
    pub first: f64,
    /// Bounds of the winning index of two candidates that are not told apart.
    pub tied: (f64, f64),
    /// How many of those a candidate is not told apart from are named.
    pub named: usize,
    /// How many ranks have their acceptability told.
    pub ranks: usize,
}

/// How sure it is that a local actor is there, 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Presence {
    /// It is described.
    pub described: f64,
    /// Only a register names it.
    pub register: f64,
    /// A person confirmed it.
    pub confirmed: f64,
    /// Factor where its point and its commune disagree.
    pub doubtful_place: f64,
    /// Factor where neither it nor its sources bear a date.
    pub undated: f64,
}

impl RobustnessNumbers {
    /// Reads them.
    ///
    /// # Panics
    /// If `index/robustness.toml` lacks one of them: a bug, not data.
    #[must_use]
    pub fn read(rules: &Rules) -> Self {
        let n = |name: &str| rules.number(&format!("robustness.{name}"));
        let count = |name: &str| n(name) as usize;
        Self {
            seed: n("seed") as u64,
            weights: count("replicates.weights"),
            all: count("replicates.all"),
            rivals_best: count("rivals.best"),
            rivals_most: count("rivals.most"),
            likely: (n("likely.low"), n("likely.high")),
            presence: Presence {
                described: n("presence.described"),
                register: n("presence.register"),
                confirmed: n("presence.confirmed"),
                doubtful_place: n("presence.doubtful_place"),
                undated: n("presence.undated"),
            },
            factor: n("weights.factor"),
            holds: n("check.holds"),
            first: n("words.first"),
            tied: (n("words.tied_low"), n("words.tied_high")),
            named: count("words.named"),
            ranks: count("words.ranks"),
        }
    }
}
