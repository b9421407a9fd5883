//! The heart: who should come, whom would they complete, whom would they compete with.
//!
//! Pure: a territory's profile and enterprises in, a ranking with its reasons out. No
//! clock, file, network or randomness.
//!
//! ```text
//! profile ──► gates (9, three states) ───────────────────────────┐
//!    │                                                           ├─► alternative ─► ranking
//!    └──────► criteria (8, and relevance) ─► matrix ─► Σ w · u ──┘
//! ```
//!
//! A score does not depend on which candidates exist, and is the same number asked from
//! the enterprise's side ([`evaluate`]).

pub mod comparison;
pub mod confirmable;
pub mod criteria;
pub mod decision_matrix;
pub mod explanation;
pub mod gates;
mod names;
pub mod outcome;
pub(crate) mod presence;
pub mod profile;
pub mod relations;
pub mod robustness;
pub mod schemes;
pub mod score;
pub mod weights;

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod properties;

use std::sync::Arc;

use rayon::prelude::*;

use self::criteria::Criterion;
use self::decision_matrix::DecisionMatrix;
use self::gates::Gate;
use self::outcome::{Alternative, CriterionId, CriterionValue};
use self::profile::TerritoryProfile;
use self::score::Evaluated;
use self::weights::Weights;
use crate::domain::enterprise::Enterprise;

/// What the order of the list follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum RankBy {
    /// The expected score.
    #[default]
    Expected,
    /// The lower bound of the score: the cautious order.
    Low,
}

/// How to rank.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Whose weights.
    pub weights: Weights,
    /// What the order follows.
    pub rank_by: RankBy,
    /// Relevance to the words asked, one per enterprise in the order given, 0..=1;
    /// `None` without a query.
    pub relevance: Option<Vec<f64>>,
}

/// Every enterprise given, best first, ties by id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ranking {
    /// Those that no gate keeps out, rank 1 first.
    pub candidates: Vec<Alternative>,
    /// Those that a gate keeps out, with the score and the rank they would have.
    pub excluded: Vec<Alternative>,
}

/// Ranks `enterprises` for a territory: all are evaluated, none is lost to a cut.
///
/// Deterministic: rows are evaluated in parallel and kept in the order given; equal
/// scores are ordered by enterprise id.
#[must_use]
pub fn rank(
    profile: &TerritoryProfile,
    enterprises: &[Arc<Enterprise>],
    options: &Options,
) -> Ranking {
    Evaluator::new(profile).rank(enterprises, options)
}

/// Evaluates one enterprise: the same score, terms and gates as in [`rank`].
///
/// Its position is 0 and its rank 1, for it stands alone; its relevance is the first of
/// `options.relevance`.
#[must_use]
pub fn evaluate(
    profile: &TerritoryProfile,
    enterprise: &Enterprise,
    options: &Options,
) -> Alternative {
    let evaluated = Evaluator::new(profile).evaluate(enterprise, options.relevance_of(0));
    let mut alternative = alone(evaluated, 0, &options.weights);
    alternative.rank = 1;
    alternative
}

impl Options {
    /// The relevance of the enterprise at position `row`: `None` without a query, 0
    /// where the query did not find it.
    #[must_use]
    fn relevance_of(&self, row: usize) -> Option<f64> {
        let asked = self.weights.of(CriterionId::Relevance) > 0.0;
        match &self.relevance {
            Some(values) => Some(values.get(row).copied().unwrap_or(0.0)),
            None => asked.then_some(0.0),
        }
    }
}

/// The criteria and gates made ready once for one territory, then asked for each
/// enterprise, as it is or as it is supposed to be.
pub struct Evaluator<'p> {
    profile: &'p TerritoryProfile,
    criteria: Vec<Box<dyn Criterion>>,
    gates: Vec<Box<dyn Gate>>,
}

impl<'p> Evaluator<'p> {
    /// Ready to evaluate.
    #[must_use]
    pub fn new(profile: &'p TerritoryProfile) -> Self {
        Self { profile, criteria: criteria::all(profile), gates: gates::all(profile) }
    }

    /// The territory it evaluates for.
    #[must_use]
    pub fn profile(&self) -> &'p TerritoryProfile {
        self.profile
    }

    /// The same as [`rank`] for its territory.
    #[must_use]
    pub fn rank(&self, enterprises: &[Arc<Enterprise>], options: &Options) -> Ranking {
        let evaluated: Vec<Evaluated> = enterprises
            .par_iter()
            .enumerate()
            .map(|(row, enterprise)| self.evaluate(enterprise, options.relevance_of(row)))
            .collect();
        let matrix = DecisionMatrix::new(evaluated.iter().map(|found| found.values.as_slice()));
        let alternatives = score::alternatives(evaluated, &matrix, &options.weights);
        score::ranked(alternatives, enterprises, options.rank_by)
    }

    /// The enterprise at position `row` on a territory as supposed, its record as given: the
    /// same bits as [`evaluate`] would give if both were so. Its rank is 0: see
    /// [`score::place`].
    ///
    /// `supposed` comes from [`TerritoryProfile::supposing`] of this evaluator's profile:
    /// what the criteria prepared of its actors and schemes stays.
    #[must_use]
    pub fn supposing(
        &self,
        supposed: &TerritoryProfile,
        enterprise: &Enterprise,
        row: usize,
        options: &Options,
    ) -> Alternative {
        let evaluated = self.evaluate_in(supposed, enterprise, options.relevance_of(row));
        alone(evaluated, row, &options.weights)
    }

    /// `known` again on a territory where only gaps are supposed: the criteria and the gate
    /// that read gaps are evaluated, the others kept. The same bits as
    /// [`Evaluator::supposing`], for less.
    #[must_use]
    pub fn supposing_gaps(
        &self,
        supposed: &TerritoryProfile,
        enterprise: &Enterprise,
        known: &Alternative,
        options: &Options,
    ) -> Alternative {
        let reads = [CriterionId::Gap, CriterionId::NonDuplication];
        let again = |known: &CriterionValue| {
            let reader = self.criteria.iter().find(|c| c.id() == known.criterion);
            let reader = reader.filter(|_| reads.contains(&known.criterion));
            reader.map_or_else(|| known.clone(), |c| c.evaluate(supposed, enterprise))
        };
        let values = known.contributions.iter().map(|term| again(&term.value)).collect();
        let readers: Vec<&dyn Gate> = self
            .gates
            .iter()
            .map(AsRef::as_ref)
            .filter(|g| g.id() == "answers_something")
            .collect();
        let mut gates = known.gates.clone();
        for found in gates::evaluate_some(&readers, supposed, enterprise) {
            if let Some(gate) = gates.iter_mut().find(|gate| gate.gate == found.gate) {
                *gate = found;
            }
        }
        alone(Evaluated { values, gates }, known.enterprise, &options.weights)
    }

    fn evaluate(&self, enterprise: &Enterprise, relevance: Option<f64>) -> Evaluated {
        self.evaluate_in(self.profile, enterprise, relevance)
    }

    fn evaluate_in(
        &self,
        profile: &TerritoryProfile,
        enterprise: &Enterprise,
        relevance: Option<f64>,
    ) -> Evaluated {
        let each = self.criteria.iter().map(|c| c.evaluate(profile, enterprise));
        let values = each.chain(relevance.map(criteria::relevance::value)).collect();
        Evaluated { values, gates: gates::evaluate(&self.gates, profile, enterprise) }
    }
}

/// One evaluation scored: position `row`, rank 0.
fn alone(evaluated: Evaluated, row: usize, weights: &Weights) -> Alternative {
    let matrix = DecisionMatrix::new([evaluated.values.as_slice()]);
    let mut alone = score::alternatives(vec![evaluated], &matrix, weights);
    let mut alternative = alone.pop().expect("one evaluation gives one alternative");
    alternative.enterprise = row;
    alternative
}
