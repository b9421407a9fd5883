//! The set of the first ones, and what knowing more would be worth for it.

use std::collections::{BTreeMap, BTreeSet};

/// The set of the first `k` as shown, among the rows read.
pub(super) struct Decision {
    first: usize,
    /// (position, expected score), the best first.
    rows: Vec<(usize, f64)>,
}

/// What may be learned, with its chance: the scores that it changes. `None` is kept out.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    pub chance: f64,
    pub scores: BTreeMap<usize, Option<f64>>,
}

/// What knowing is worth.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Weighed {
    /// Expected regret of the set as shown, points of score, at least 0.
    pub gain: f64,
    /// Chance that the set changes, 0..=1.
    pub probability: f64,
    pub enter: Vec<usize>,
    pub leave: Vec<usize>,
}

impl Decision {
    pub(super) fn new(first: usize, rows: Vec<(usize, f64)>) -> Self {
        Self { first, rows }
    }

    /// Whether this position is in the set as shown.
    pub(super) fn holds(&self, row: usize) -> bool {
        self.rows.iter().take(self.first).any(|&(known, _)| known == row)
    }

    /// The score of the last in the set, and of the first left out.
    pub(super) fn edge(&self) -> (f64, f64) {
        let at = |at: usize| self.rows.get(at).map_or(0.0, |&(_, score)| score);
        (at(self.first.saturating_sub(1)), at(self.first))
    }

    /// `Σ chance · (the best set − the set as shown)` over what may be learned.
    ///
    /// Chances sum to 1. A row that an outcome does not name keeps its score; one that is
    /// named but not among the rows (kept out until now) may enter.
    pub(super) fn weigh(&self, outcomes: &[Outcome]) -> Weighed {
        let mut weighed = Weighed::default();
        let (mut enter, mut leave) = (BTreeSet::new(), BTreeSet::new());
        let shown: BTreeSet<usize> = self.rows.iter().take(self.first).map(|r| r.0).collect();
        for outcome in outcomes.iter().filter(|outcome| outcome.chance > 0.0) {
            let now = |row: usize, known: f64| match outcome.scores.get(&row) {
                Some(score) => *score,
                None => Some(known),
            };
            let mut all: Vec<(usize, f64)> =
                self.rows.iter().filter_map(|&(row, s)| Some((row, now(row, s)?))).collect();
            let known: BTreeSet<usize> = self.rows.iter().map(|r| r.0).collect();
            all.extend(
                outcome.scores.iter().filter_map(|(&row, score)| {
                    (!known.contains(&row)).then_some((row, (*score)?))
                }),
            );
            all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let best = &all[..self.first.min(all.len())];
            let kept: f64 = all.iter().filter(|(row, _)| shown.contains(row)).map(|r| r.1).sum();
            let gain = best.iter().map(|r| r.1).sum::<f64>() - kept;
            let set: BTreeSet<usize> = best.iter().map(|r| r.0).collect();
            if set != shown {
                weighed.probability += outcome.chance;
                enter.extend(set.difference(&shown));
                leave.extend(shown.difference(&set));
            }
            weighed.gain += outcome.chance * gain.max(0.0);
        }
        weighed.probability = weighed.probability.min(1.0);
        weighed.enter = enter.into_iter().collect();
        weighed.leave = leave.into_iter().collect();
        weighed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(chance: f64, scores: &[(usize, Option<f64>)]) -> Outcome {
        Outcome { chance, scores: scores.iter().copied().collect() }
    }

    #[test]
    fn knowing_is_worth_the_regret_it_spares() {
        let decision = Decision::new(2, vec![(7, 0.8), (3, 0.7), (5, 0.6)]);
        // One in four: the second cannot come, and the third takes its place.
        let weighed = decision.weigh(&[learned(0.25, &[(3, None)]), learned(0.75, &[])]);
        assert!((weighed.gain - 0.25 * 0.6).abs() < 1e-12);
        assert!((weighed.probability - 0.25).abs() < 1e-12);
        assert_eq!((weighed.enter, weighed.leave), (vec![5], vec![3]));
    }

    #[test]
    fn what_cannot_change_the_set_is_worth_nothing() {
        let decision = Decision::new(2, vec![(7, 0.8), (3, 0.7), (5, 0.6)]);
        let up_or_down = [learned(0.5, &[(7, Some(0.75))]), learned(0.5, &[(5, Some(0.69))])];
        assert_eq!(decision.weigh(&up_or_down), Weighed::default());
    }

    #[test]
    fn a_shared_unknown_moves_everyone_at_once() {
        let decision = Decision::new(1, vec![(1, 0.8), (2, 0.7)]);
        let together = [learned(1.0, &[(1, Some(0.6)), (2, Some(0.5))])];
        assert_eq!(decision.weigh(&together).gain, 0.0);
    }

    #[test]
    fn one_that_was_kept_out_may_enter() {
        let decision = Decision::new(1, vec![(1, 0.8)]);
        let weighed = decision.weigh(&[learned(0.3, &[(9, Some(0.9))]), learned(0.7, &[])]);
        assert!((weighed.gain - 0.3 * 0.1).abs() < 1e-12);
        assert_eq!((weighed.enter, weighed.leave), (vec![9], vec![1]));
    }
}
