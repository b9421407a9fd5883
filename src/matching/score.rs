//! The score: contributions, interval and ranks (methods §6).
//!
//! Additive value model, Keeney & Raiffa 1976, *Decisions with Multiple Objectives*:
//! `score = Σ w_c · u_c`. The score is linear, so the expected score is right whatever
//! the correlations of the unknowns, and its terms are the reasons that are shown.

use std::cmp::Ordering;
use std::sync::Arc;

use super::decision_matrix::DecisionMatrix;
use super::outcome::{Alternative, Contribution, CriterionId, CriterionValue, GateResult};
use super::weights::{CRITERIA, Weights};
use super::{RankBy, Ranking};
use crate::domain::enterprise::Enterprise;

/// What was found of one enterprise before any weight: values and gates.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    /// One value per criterion, in the order of [`CriterionId::ALL`]; `relevance` only
    /// with a query.
    pub values: Vec<CriterionValue>,
    /// Every gate, in the order of methods §5.
    pub gates: Vec<GateResult>,
}

/// The bare kernel: `Σ w · u` in the order of the criteria, so that one enterprise gives
/// the same bits alone and among others.
#[must_use]
pub fn weighted_sum(utilities: &[f64; CRITERIA], weights: &[f64; CRITERIA]) -> f64 {
    utilities.iter().zip(weights).map(|(utility, weight)| utility * weight).sum()
}

/// The alternatives of these evaluations, scored and not yet ranked (rank 0).
///
/// `matrix` has one row per evaluation, same order; scores and bounds are 0..=1.
#[must_use]
pub fn alternatives(
    evaluated: Vec<Evaluated>,
    matrix: &DecisionMatrix,
    weights: &Weights,
) -> Vec<Alternative> {
    let scored = evaluated.into_iter().enumerate().map(|(row, found)| Alternative {
        enterprise: row,
        score: weighted_sum(matrix.points(row), &weights.values),
        interval: (
            weighted_sum(matrix.lows(row), &weights.values),
            weighted_sum(matrix.highs(row), &weights.values),
        ),
        contributions: found.values.into_iter().map(|value| contribution(value, weights)).collect(),
        gates: found.gates,
        rank: 0,
    });
    scored.collect()
}

fn contribution(value: CriterionValue, weights: &Weights) -> Contribution {
    let weight = weights.of(value.criterion);
    let contribution = weight * value.utility.point;
    Contribution { value, weight, contribution }
}

/// Sorts and ranks: best first, ties by enterprise id; what a gate excludes apart, with
/// the rank it would have if it alone were let in.
#[must_use]
pub fn ranked(
    mut alternatives: Vec<Alternative>,
    enterprises: &[Arc<Enterprise>],
    rank_by: RankBy,
) -> Ranking {
    let order = |a: &Alternative, b: &Alternative| order(a, b, enterprises, rank_by);
    alternatives.sort_by(order);
    let mut ranking = Ranking::default();
    for mut alternative in alternatives {
        alternative.rank = ranking.candidates.len() + 1;
        if alternative.is_excluded() {
            ranking.excluded.push(alternative);
        } else {
            ranking.candidates.push(alternative);
        }
    }
    ranking
}

fn order(
    a: &Alternative,
    b: &Alternative,
    enterprises: &[Arc<Enterprise>],
    rank_by: RankBy,
) -> Ordering {
    let value = |a: &Alternative| match rank_by {
        RankBy::Expected => a.score,
        RankBy::Low => a.interval.0,
    };
    let ids = enterprises[a.enterprise].id.cmp(&enterprises[b.enterprise].id);
    value(b).total_cmp(&value(a)).then(ids)
}

/// The rank that `alternative` would have in `ranking` in place of its own row, were it
/// listed or not; 1 is best.
///
/// The others keep their scores: none depends on which candidates exist, nor on the record
/// of another or on what is confirmed of it.
#[must_use]
pub fn place(
    ranking: &Ranking,
    alternative: &Alternative,
    enterprises: &[Arc<Enterprise>],
    rank_by: RankBy,
) -> usize {
    let before = |other: &Alternative| order(other, alternative, enterprises, rank_by).is_lt();
    let ahead = ranking.candidates.partition_point(before);
    let own = ranking.candidates[..ahead].iter().any(|c| c.enterprise == alternative.enterprise);
    ahead + 1 - usize::from(own)
}

/// The contribution of one criterion to an alternative's score; 0 where it is not
/// evaluated.
#[must_use]
pub fn contribution_of(alternative: &Alternative, criterion: CriterionId) -> f64 {
    alternative
        .contributions
        .iter()
        .find(|term| term.value.criterion == criterion)
        .map_or(0.0, |term| term.contribution)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::estimate::Estimate;
    use crate::domain::fact::Fact;
    use crate::domain::provenance::Basis;
    use crate::matching::outcome::GateState;

    fn found(gap: f64, state: GateState) -> Evaluated {
        let value = |criterion, point| CriterionValue {
            criterion,
            utility: Estimate::within(point, point / 2.0, 1.0, Basis::Measured),
            items: Vec::new(),
            weakest: None,
        };
        let gate = GateResult {
            gate: "active",
            state,
            fact: Fact::new("gate.active.met", Basis::Stated),
            question: None,
            lifted: false,
        };
        Evaluated {
            values: vec![value(CriterionId::Gap, gap), value(CriterionId::Proof, 0.4)],
            gates: vec![gate],
        }
    }

    fn rank_of(found: Vec<Evaluated>, rank_by: RankBy) -> Ranking {
        let ids = ["c", "b", "a", "d"];
        let enterprises: Vec<Arc<Enterprise>> = ids
            .iter()
            .map(|id| Arc::new(Enterprise { id: (*id).to_owned(), ..Enterprise::default() }))
            .collect();
        let matrix = DecisionMatrix::new(found.iter().map(|f| f.values.as_slice()));
        let weights = Weights::equal(false);
        ranked(alternatives(found, &matrix, &weights), &enterprises, rank_by)
    }

    #[test]
    fn ties_go_by_id_and_the_excluded_keep_the_rank_they_would_have() {
        use GateState::{Met, Unknown, Unmet};
        let all = vec![found(0.5, Met), found(0.5, Unknown), found(0.9, Unmet), found(0.1, Unmet)];
        let ranking = rank_of(all, RankBy::Expected);
        let places = |list: &[Alternative]| -> Vec<(usize, usize)> {
            list.iter().map(|a| (a.enterprise, a.rank)).collect()
        };
        assert_eq!(places(&ranking.candidates), [(1, 1), (0, 2)]);
        assert_eq!(places(&ranking.excluded), [(2, 1), (3, 3)]);
    }

    #[test]
    fn the_score_is_the_sum_of_its_terms_and_lies_in_its_interval() {
        let ranking = rank_of(vec![found(0.5, GateState::Met)], RankBy::Low);
        let one = &ranking.candidates[0];
        assert!((one.score - 0.9 / 8.0).abs() < 1e-12);
        assert!((one.interval.0 - 0.45 / 8.0).abs() < 1e-12);
        assert!((one.interval.1 - 0.25).abs() < 1e-12);
        assert!((contribution_of(one, CriterionId::Gap) - 0.5 / 8.0).abs() < 1e-12);
        assert_eq!(contribution_of(one, CriterionId::Relevance), 0.0);
    }
}
