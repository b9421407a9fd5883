//! The decision matrix: alternatives × criteria, expected utilities with their bounds.
//!
//! Every cell is an expected utility in 0..=1, all criteria are to be maximized, and no
//! cell depends on another row (nothing is normalised by the candidates present). It is
//! what scoring, dominance and robustness read; reasons stay beside it.

use super::outcome::CriterionValue;
use super::weights::CRITERIA;

/// `m` alternatives × 9 criteria in the order of
/// [`CriterionId::ALL`](super::outcome::CriterionId::ALL); a criterion that is not
/// evaluated (`relevance` without a query) is 0 in every row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DecisionMatrix {
    points: Vec<[f64; CRITERIA]>,
    lows: Vec<[f64; CRITERIA]>,
    highs: Vec<[f64; CRITERIA]>,
}

impl DecisionMatrix {
    /// The matrix of these alternatives, one row of criterion values each.
    #[must_use]
    pub fn new<'v>(rows: impl IntoIterator<Item = &'v [CriterionValue]>) -> Self {
        let mut matrix = Self::default();
        for values in rows {
            let mut row = [[0.0; CRITERIA]; 3];
            for value in values {
                let at = value.criterion.at();
                row[0][at] = value.utility.point;
                row[1][at] = value.utility.low;
                row[2][at] = value.utility.high;
            }
            matrix.points.push(row[0]);
            matrix.lows.push(row[1]);
            matrix.highs.push(row[2]);
        }
        matrix
    }

    /// How many alternatives there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there is no alternative.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Expected utilities of alternative `row`, 0..=1.
    ///
    /// # Panics
    /// If `row` is not below [`DecisionMatrix::len`].
    #[must_use]
    pub fn points(&self, row: usize) -> &[f64; CRITERIA] {
        &self.points[row]
    }

    /// Lower bounds of the utilities of alternative `row`, 0..=1.
    ///
    /// # Panics
    /// If `row` is not below [`DecisionMatrix::len`].
    #[must_use]
    pub fn lows(&self, row: usize) -> &[f64; CRITERIA] {
        &self.lows[row]
    }

    /// Upper bounds of the utilities of alternative `row`, 0..=1.
    ///
    /// # Panics
    /// If `row` is not below [`DecisionMatrix::len`].
    #[must_use]
    pub fn highs(&self, row: usize) -> &[f64; CRITERIA] {
        &self.highs[row]
    }

    /// Whether alternative `a` is at least as good as `b` on every criterion and better
    /// on one, at expected values.
    ///
    /// # Panics
    /// If `a` or `b` is not below [`DecisionMatrix::len`].
    #[must_use]
    pub fn dominates(&self, a: usize, b: usize) -> bool {
        let pairs = || self.points[a].iter().zip(&self.points[b]);
        pairs().all(|(a, b)| a >= b) && pairs().any(|(a, b)| a > b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::estimate::Estimate;
    use crate::domain::provenance::Basis;
    use crate::matching::outcome::CriterionId;

    fn value(criterion: CriterionId, point: f64) -> CriterionValue {
        let utility = Estimate::within(point, point / 2.0, 1.0, Basis::Stated);
        CriterionValue { criterion, utility, items: Vec::new(), weakest: None }
    }

    #[test]
    fn a_row_holds_each_criterion_at_its_place() {
        let rows = [vec![value(CriterionId::Proof, 0.6), value(CriterionId::Gap, 0.2)]];
        let matrix = DecisionMatrix::new(rows.iter().map(Vec::as_slice));
        assert_eq!(matrix.len(), 1);
        assert_eq!(matrix.points(0)[CriterionId::Proof.at()], 0.6);
        assert_eq!(matrix.lows(0)[CriterionId::Gap.at()], 0.1);
        assert_eq!(matrix.highs(0)[CriterionId::Gap.at()], 1.0);
        assert_eq!(matrix.points(0)[CriterionId::Relevance.at()], 0.0);
    }

    #[test]
    fn dominance_asks_for_no_worse_anywhere_and_better_somewhere() {
        let row = |gap, proof| vec![value(CriterionId::Gap, gap), value(CriterionId::Proof, proof)];
        let rows = [row(0.5, 0.5), row(0.5, 0.4), row(0.9, 0.1)];
        let matrix = DecisionMatrix::new(rows.iter().map(Vec::as_slice));
        assert!(matrix.dominates(0, 1));
        assert!(!matrix.dominates(1, 0) && !matrix.dominates(0, 0));
        assert!(!matrix.dominates(0, 2) && !matrix.dominates(2, 0));
    }
}
