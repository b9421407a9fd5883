//! How far must the weights move before the order changes? Exact answers, no sampling.
//!
//! | function | question |
//! |---|---|
//! | [`flip`] | the least change after which `b` catches up with `a` |
//! | [`to_first`] | the least change that brings a candidate to the first place |
//! | [`order_holds`], [`rank_holds`] | moving one weight alone, how far does the order hold? |
//!
//! **What "smallest" means.** Weights are a budget of 1. A change takes some weight from some
//! criteria and gives it to others; its size is the share of the budget that changes hands
//! (half the sum of the absolute differences). "Move 7 % of the weight from the gap to the
//! proof" is a sentence that a committee can weigh, which a Euclidean length is not; and its
//! optimum touches few criteria, where the Euclidean one smears a little over all of them.
//! Smallest changes of weights as mathematical programs: Proll, Salhi & Rios Insua 2001,
//! *Improving an optimization-based framework for sensitivity analysis in multi-criteria
//! decision-making*, Journal of Multi-Criteria Decision Analysis 10(1), doi:10.1002/mcda.283;
//! one weight at a time: Triantaphyllou & Sánchez 1997, *A sensitivity analysis approach for
//! some deterministic multi-criteria decision-making methods*, Decision Sciences 28(1),
//! doi:10.1111/j.1540-5915.1997.tb01306.x.
//!
//! Utilities are 0..=1, higher is better, in the order of
//! [`CriterionId::ALL`](crate::matching::outcome::CriterionId::ALL); weights are non-negative
//! and sum to 1, before and after.

mod first;
mod one_way;
#[cfg(test)]
mod tests;

pub use self::first::to_first;
pub use self::one_way::{WeightRange, order_holds, rank_holds};
use crate::matching::score::weighted_sum;
use crate::matching::weights::CRITERIA;

/// Utilities of one candidate, or weights: one number per criterion.
pub type PerCriterion = [f64; CRITERIA];

/// A change of weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightChange {
    /// The weights after: non-negative, sum 1.
    pub weights: PerCriterion,
    /// The share of the weight that changes hands, 0..=1; 0 when nothing has to move.
    pub moved: f64,
}

impl WeightChange {
    /// What each criterion gains (positive) or gives (negative) from the weights `before`;
    /// the sum is 0.
    #[must_use]
    pub fn gains(&self, before: &PerCriterion) -> PerCriterion {
        std::array::from_fn(|c| self.weights[c] - before[c])
    }

    fn none(weights: &PerCriterion) -> Self {
        Self { weights: *weights, moved: 0.0 }
    }
}

/// The smallest change of weights after which `b` scores as much as `a`; a hair beyond, `b`
/// is ahead. No change when `b` is not behind. `None` when `b` is better on no criterion:
/// no weights put it ahead.
///
/// Closed form: a unit of weight moved from criterion `i` to `j` raises `b − a` by
/// `d_j − d_i` (`d = b − a` by criterion), so the best receiver is the criterion that favours
/// `b` most, and the best givers are those that favour `a` most, each down to 0.
#[must_use]
pub fn flip(a: &PerCriterion, b: &PerCriterion, weights: &PerCriterion) -> Option<WeightChange> {
    let favour: PerCriterion = std::array::from_fn(|c| b[c] - a[c]);
    let mut lacking = -weighted_sum(&favour, weights);
    if lacking <= 0.0 {
        return Some(WeightChange::none(weights));
    }
    // The first of equals, and likewise below: ties go by the order of the criteria.
    let receiver = (0..CRITERIA).rev().max_by(|&i, &j| favour[i].total_cmp(&favour[j]))?;
    if favour[receiver] <= 0.0 {
        return None;
    }
    let mut givers: Vec<usize> = (0..CRITERIA).filter(|&c| c != receiver).collect();
    givers.sort_by(|&i, &j| favour[i].total_cmp(&favour[j]));
    let mut change = WeightChange::none(weights);
    for giver in givers {
        let gain = favour[receiver] - favour[giver];
        let given = weights[giver].min(lacking / gain);
        if given > 0.0 && lacking > 0.0 {
            change.weights[giver] -= given;
            change.weights[receiver] += given;
            change.moved += given;
            lacking -= given * gain;
        }
    }
    Some(change)
}
