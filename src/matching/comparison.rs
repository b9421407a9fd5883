//! What makes the difference between two scores, criterion by criterion.
//!
//! The score is a sum (Keeney & Raiffa 1976, *Decisions with Multiple Objectives*), so the
//! difference of two scores is the sum of the differences of their terms, exactly: nothing
//! is estimated, nothing is left over. It says which criteria separate two alternatives at
//! the weights given; it cannot say whether other weights would turn them round.

use super::RankBy;
use super::outcome::{Alternative, Contribution, CriterionId};

/// The part of one criterion in the difference of two scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// Which criterion.
    pub criterion: CriterionId,
    /// Its weight, 0..=1.
    pub weight: f64,
    /// Utility of the first alternative, 0..=1.
    pub first: f64,
    /// Utility of the second one, 0..=1.
    pub second: f64,
    /// `weight · (first − second)`, −1..=1; positive where the first does better.
    pub difference: f64,
}

/// A difference of two scores, and its terms, which sum to it within 1e-9.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Score of the first minus score of the second, −1..=1.
    pub total: f64,
    /// One per criterion evaluated, in the order of [`CriterionId::ALL`].
    pub terms: Vec<Term>,
}

impl Difference {
    /// Decomposes the difference of the values that the order follows: expected scores, or
    /// their lower bounds.
    ///
    /// Both alternatives come from one ranking: same criteria, same weights.
    #[must_use]
    pub fn between(first: &Alternative, second: &Alternative, by: RankBy) -> Self {
        let utility = |term: &Contribution| match by {
            RankBy::Expected => term.value.utility.point,
            RankBy::Low => term.value.utility.low,
        };
        let pairs = first.contributions.iter().zip(&second.contributions);
        let terms = pairs.map(|(ours, theirs)| {
            let (a, b) = (utility(ours), utility(theirs));
            Term {
                criterion: ours.value.criterion,
                weight: ours.weight,
                first: a,
                second: b,
                difference: ours.weight * (a - b),
            }
        });
        Self { terms: terms.collect(), total: value(first, by) - value(second, by) }
    }

    /// The terms that push the way of the total, the largest first; ties in the order of
    /// the criteria. With a total of 0, those where the first does better.
    #[must_use]
    pub fn making_it(&self) -> Vec<&Term> {
        self.pushing(if self.total < 0.0 { -1.0 } else { 1.0 })
    }

    /// The terms that push the other way, the largest first.
    #[must_use]
    pub fn opposing(&self) -> Vec<&Term> {
        self.pushing(if self.total < 0.0 { 1.0 } else { -1.0 })
    }

    fn pushing(&self, sign: f64) -> Vec<&Term> {
        let mut terms: Vec<&Term> =
            self.terms.iter().filter(|term| sign * term.difference > 0.0).collect();
        terms.sort_by(|a, b| (sign * b.difference).total_cmp(&(sign * a.difference)));
        terms
    }
}

/// The number that the order follows.
#[must_use]
pub fn value(alternative: &Alternative, by: RankBy) -> f64 {
    match by {
        RankBy::Expected => alternative.score,
        RankBy::Low => alternative.interval.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::estimate::Estimate;
    use crate::domain::provenance::Basis;
    use crate::matching::decision_matrix::DecisionMatrix;
    use crate::matching::outcome::CriterionValue;
    use crate::matching::score::{Evaluated, alternatives};
    use crate::matching::weights::{Weights, WeightsAsked};
    use proptest::prelude::*;

    fn scored(rows: &[Vec<(f64, f64)>], weights: &Weights) -> Vec<Alternative> {
        let evaluated: Vec<Evaluated> = rows
            .iter()
            .map(|row| {
                let values = CriterionId::ALL.iter().zip(row).map(|(&criterion, &(low, up))| {
                    let utility = Estimate::within(low + up, low, 1.0, Basis::Measured);
                    CriterionValue { criterion, utility, items: Vec::new(), weakest: None }
                });
                Evaluated { values: values.collect(), gates: Vec::new() }
            })
            .collect();
        let matrix = DecisionMatrix::new(evaluated.iter().map(|found| found.values.as_slice()));
        alternatives(evaluated, &matrix, weights)
    }

    #[test]
    fn the_terms_that_make_the_difference_come_largest_first() {
        let row = |gap: f64, proof: f64, anchoring: f64| {
            let mut row = vec![(0.0, 0.5); 8];
            (row[1].1, row[4].1, row[7].1) = (gap, proof, anchoring);
            row
        };
        let both = scored(&[row(0.9, 0.6, 0.2), row(0.1, 0.5, 0.4)], &Weights::equal(false));
        let difference = Difference::between(&both[0], &both[1], RankBy::Expected);
        let names = |terms: Vec<&Term>| -> Vec<CriterionId> {
            terms.iter().map(|term| term.criterion).collect()
        };
        assert!((difference.total - (0.8 + 0.1 - 0.2) / 8.0).abs() < 1e-12);
        assert_eq!(names(difference.making_it()), [CriterionId::Gap, CriterionId::Proof]);
        assert_eq!(names(difference.opposing()), [CriterionId::Anchoring]);
        let back = Difference::between(&both[1], &both[0], RankBy::Expected);
        assert_eq!(names(back.making_it()), [CriterionId::Gap, CriterionId::Proof]);
        assert!(back.total < 0.0);
    }

    proptest! {
        #[test]
        fn the_terms_sum_to_the_difference_in_either_order_of_ranking(
            rows in prop::collection::vec(
                prop::collection::vec((0.0_f64..0.5, 0.0_f64..0.5), 8), 2),
            numbers in prop::collection::vec(0.01_f64..10.0, 8),
        ) {
            let asked = WeightsAsked::Values(CriterionId::ALL.into_iter().zip(numbers).collect());
            let both = scored(&rows, &Weights::resolve(&asked, false).unwrap());
            for by in [RankBy::Expected, RankBy::Low] {
                let difference = Difference::between(&both[0], &both[1], by);
                let sum: f64 = difference.terms.iter().map(|term| term.difference).sum();
                prop_assert!((sum - difference.total).abs() < 1e-9);
                let back = Difference::between(&both[1], &both[0], by);
                prop_assert!((difference.total + back.total).abs() < 1e-15);
            }
        }
    }
}
