//! Outcomes against what had been said: the table by bins of score, the Brier score and its
//! parts, beside the base rate. Pure arithmetic.
//!
//! The Brier score is the mean of `(f − o)²`, 0 is best (Brier 1950, DOI
//! 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2). Murphy (1973, DOI
//! 10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2) splits it into reliability less
//! resolution plus uncertainty; where forecasts are put in bins, two parts within bins
//! complete the sum (Stephenson, Coelho & Jolliffe 2008, DOI 10.1175/2007WAF2006116.1).
//! Always saying the base rate scores the uncertainty.
//!
//! A score of the engine is a utility and no probability: a Brier score worse than that of
//! the base rate says that it must not be read as one, not that the order is bad.

use crate::domain::sample::wilson;

use super::backtest::bootstrap::{Interval, Plan, intervals};

/// What was said of a case, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Case {
    /// The score, 0..=1.
    pub score: f64,
    /// What came of it.
    pub success: bool,
    /// Cases of one cluster are drawn together by the bootstrap (one enterprise).
    pub cluster: usize,
}

/// The declared numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Bounds of the bins, rising, from 0 to 1: each from its bound to the next, the last
    /// one closed.
    pub bounds: Vec<f64>,
    /// Standard deviations of Wilson's intervals.
    pub z: f64,
    /// Cases below which nothing is concluded.
    pub minimum: usize,
    /// Successes, and failures, below which nothing is concluded.
    pub minimum_each: usize,
    /// The bootstrap.
    pub plan: Plan,
}

/// One bin of score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// From this score.
    pub low: f64,
    /// To this one.
    pub high: f64,
    /// Cases in it.
    pub count: usize,
    /// Successes among them.
    pub successes: usize,
    /// Mean score of the cases; `None` of none.
    pub mean_score: Option<f64>,
    /// Share of successes; `None` of none.
    pub rate: Option<f64>,
    /// Wilson's bounds of that share.
    pub interval: (f64, f64),
}

/// The Brier score and its parts: `brier = reliability − resolution + uncertainty + within`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Brier {
    /// Mean of `(f − o)²`, 0..=1, lower is better.
    pub brier: f64,
    /// Mean square of mean score less rate, over the bins; 0 is best.
    pub reliability: f64,
    /// Mean square of rate less base rate, over the bins; higher is better.
    pub resolution: f64,
    /// `ō (1 − ō)`: the Brier score of always saying the base rate, and a fact of the cases.
    pub uncertainty: f64,
    /// Variance of the scores within bins less twice their covariance with the outcomes.
    pub within: f64,
}

/// What can be concluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Too few cases, or successes, or failures: nothing.
    TooFew,
    /// The score, read as a probability, does better than the base rate.
    Better,
    /// It does worse.
    Worse,
    /// The interval of the difference holds 0.
    Undecided,
}

/// The whole comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Cases.
    pub count: usize,
    /// Successes.
    pub successes: usize,
    /// The bins, lowest first.
    pub bins: Vec<Bin>,
    /// The scores; `None` without any case.
    pub brier: Option<Brier>,
    /// Brier score with its bootstrap bounds; `None` without any case.
    pub interval: Option<Interval>,
    /// Brier score less that of the base rate, with its bounds: below 0 is better.
    pub difference: Option<Interval>,
    /// What can be concluded.
    pub verdict: Verdict,
}

/// Compares outcomes with what was said.
///
/// # Panics
/// If `settings.bounds` are not rising from 0 to 1.
#[must_use]
pub fn calibrate(cases: &[Case], settings: &Settings) -> Calibration {
    let bounds = &settings.bounds;
    let rising = bounds.windows(2).all(|two| two[0] < two[1]);
    let whole = bounds.first() == Some(&0.0) && bounds.last() == Some(&1.0);
    assert!(bounds.len() >= 2 && rising && whole, "bounds {bounds:?}");
    let binned = binned(cases, bounds);
    let successes = cases.iter().filter(|case| case.success).count();
    let brier = brier(cases, &binned);
    let (interval, difference) = match brier {
        None => (None, None),
        Some(found) => {
            let (score, difference) = bootstrapped(cases, found.uncertainty, &settings.plan);
            (Some(score), Some(difference))
        }
    };
    let few = cases.len() < settings.minimum
        || successes.min(cases.len() - successes) < settings.minimum_each;
    let verdict = match difference.and_then(|difference| difference.bounds) {
        Some(_) | None if few => Verdict::TooFew,
        None => Verdict::TooFew,
        Some((_, high)) if high < 0.0 => Verdict::Better,
        Some((low, _)) if low > 0.0 => Verdict::Worse,
        Some(_) => Verdict::Undecided,
    };
    let bins = binned
        .iter()
        .zip(bounds.windows(2))
        .map(|(cases, two)| bin(cases, two[0], two[1], settings.z))
        .collect();
    Calibration { count: cases.len(), successes, bins, brier, interval, difference, verdict }
}

/// The cases of each bin.
fn binned(cases: &[Case], bounds: &[f64]) -> Vec<Vec<Case>> {
    let mut bins = vec![Vec::new(); bounds.len() - 1];
    let last = bins.len() - 1;
    for case in cases {
        let at = bounds[1..].iter().position(|&bound| case.score < bound).unwrap_or(last);
        bins[at].push(*case);
    }
    bins
}

fn bin(cases: &[Case], low: f64, high: f64, z: f64) -> Bin {
    let successes = cases.iter().filter(|case| case.success).count();
    Bin {
        low,
        high,
        count: cases.len(),
        successes,
        mean_score: mean(cases.iter().map(|case| case.score)),
        rate: mean(cases.iter().map(outcome)),
        interval: wilson(successes, cases.len(), z),
    }
}

fn outcome(case: &Case) -> f64 {
    f64::from(u8::from(case.success))
}

#[allow(clippy::cast_precision_loss)]
fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let count = values.len();
    (count > 0).then(|| values.sum::<f64>() / count as f64)
}

#[allow(clippy::cast_precision_loss)]
fn brier(cases: &[Case], bins: &[Vec<Case>]) -> Option<Brier> {
    let base = mean(cases.iter().map(outcome))?;
    let total = cases.len() as f64;
    let mut found = Brier {
        brier: mean(cases.iter().map(|case| (case.score - outcome(case)).powi(2)))?,
        reliability: 0.0,
        resolution: 0.0,
        uncertainty: base * (1.0 - base),
        within: 0.0,
    };
    for bin in bins {
        let (Some(said), Some(rate)) =
            (mean(bin.iter().map(|case| case.score)), mean(bin.iter().map(outcome)))
        else {
            continue;
        };
        let share = bin.len() as f64 / total;
        found.reliability += share * (said - rate).powi(2);
        found.resolution += share * (rate - base).powi(2);
        let apart = |case: &Case| case.score - said;
        let variance = bin.iter().map(|case| apart(case).powi(2)).sum::<f64>();
        let covariance = bin.iter().map(|case| apart(case) * (outcome(case) - rate)).sum::<f64>();
        found.within += (variance - 2.0 * covariance) / total;
    }
    Some(found)
}

/// The Brier score, and its difference with that of the base rate, on the same draws.
///
/// The base rate's score of a draw is that of the base rate of all the cases.
fn bootstrapped(cases: &[Case], uncertainty: f64, plan: &Plan) -> (Interval, Interval) {
    let base = mean(cases.iter().map(outcome)).unwrap_or_default();
    let squares: Vec<f64> = cases.iter().map(|case| (case.score - outcome(case)).powi(2)).collect();
    let differences: Vec<f64> = cases
        .iter()
        .zip(&squares)
        .map(|(case, square)| square - (base - outcome(case)).powi(2))
        .collect();
    let clusters: Vec<usize> = cases.iter().map(|case| case.cluster).collect();
    let found = intervals(&[squares, differences], &clusters, plan);
    let found = found.expect("there is a case");
    debug_assert!((found[0].value - found[1].value - uncertainty).abs() < 1e-9);
    (found[0], found[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn settings(bounds: &[f64]) -> Settings {
        Settings {
            bounds: bounds.to_vec(),
            z: 1.959_963_984_540_054,
            minimum: 4,
            minimum_each: 1,
            plan: Plan { draws: 500, seed: 7, level: 0.95 },
        }
    }

    fn cases(list: &[(f64, u8)]) -> Vec<Case> {
        let case = |(cluster, &(score, success)): (usize, &(f64, u8))| Case {
            score,
            success: success == 1,
            cluster,
        };
        list.iter().enumerate().map(case).collect()
    }

    /// The worked example of scikit-learn's user guide (§ Brier score loss): 0.055.
    #[test]
    fn the_published_example_is_reproduced() {
        let cases = cases(&[(0.1, 0), (0.9, 1), (0.8, 1), (0.4, 0)]);
        let found = calibrate(&cases, &settings(&[0.0, 0.5, 1.0]));
        assert!((found.brier.unwrap().brier - 0.055).abs() < 1e-12);
        assert!((found.interval.unwrap().value - 0.055).abs() < 1e-12);
    }

    /// Murphy's own case: forecasts that take few values, one bin each. Ten times 0.2 with
    /// two successes, ten times 0.6 with eight: reliability (0 + 0.5 · 0.04) = 0.02,
    /// resolution 0.3² = 0.09, uncertainty 0.25, Brier 0.18.
    #[test]
    fn the_parts_of_forecasts_that_take_two_values() {
        let mut list = vec![(0.2, 0); 8];
        list.extend([(0.2, 1); 2]);
        list.extend([(0.6, 1); 8]);
        list.extend([(0.6, 0); 2]);
        let found = calibrate(&cases(&list), &settings(&[0.0, 0.5, 1.0]));
        let brier = found.brier.unwrap();
        for (value, expected) in [
            (brier.reliability, 0.02),
            (brier.resolution, 0.09),
            (brier.uncertainty, 0.25),
            (brier.within, 0.0),
            (brier.brier, 0.18),
        ] {
            assert!((value - expected).abs() < 1e-12, "{brier:?}");
        }
        let low = found.bins[0];
        assert_eq!((low.count, low.successes, low.rate), (10, 2, Some(0.2)));
        // Twenty cases leave it open; the same shares of two hundred settle it.
        assert_eq!(found.verdict, Verdict::Undecided);
        let many = calibrate(&cases(&list.repeat(10)), &settings(&[0.0, 0.5, 1.0]));
        assert_eq!(many.verdict, Verdict::Better);
    }

    #[test]
    fn a_bound_belongs_to_the_bin_above_and_one_to_the_last() {
        let found = calibrate(&cases(&[(0.5, 1), (1.0, 1), (0.0, 0)]), &settings(&[0.0, 0.5, 1.0]));
        assert_eq!(found.bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn too_few_conclude_nothing_and_no_case_gives_no_number() {
        let found = calibrate(&[], &settings(&[0.0, 1.0]));
        assert_eq!((found.brier, found.verdict), (None, Verdict::TooFew));
        assert_eq!(found.bins[0].interval, (0.0, 1.0));
        let good = [(0.9, 1); 40];
        // Only successes: nothing tells them from failures.
        assert_eq!(calibrate(&cases(&good), &settings(&[0.0, 1.0])).verdict, Verdict::TooFew);
        assert_eq!(calibrate(&cases(&good[..3]), &settings(&[0.0, 1.0])).verdict, Verdict::TooFew);
    }

    #[test]
    fn a_score_that_says_the_contrary_does_worse_than_the_base_rate() {
        let mut list = vec![(0.9, 0); 30];
        list.extend([(0.1, 1); 30]);
        let found = calibrate(&cases(&list), &settings(&[0.0, 0.5, 1.0]));
        assert_eq!(found.verdict, Verdict::Worse);
    }

    proptest! {
        #[test]
        fn the_parts_always_sum_to_the_score(
            list in prop::collection::vec((0.0f64..=1.0, 0u8..=1), 1..60)
        ) {
            let found = calibrate(&cases(&list), &settings(&[0.0, 0.3, 0.6, 1.0]));
            let b = found.brier.unwrap();
            let sum = b.reliability - b.resolution + b.uncertainty + b.within;
            prop_assert!((b.brier - sum).abs() < 1e-9, "{:?}", b);
            prop_assert!((0.0..=1.0).contains(&b.brier));
            let binned: usize = found.bins.iter().map(|bin| bin.count).sum();
            prop_assert_eq!(binned, list.len());
            prop_assert!(found.bins.iter().all(|bin| bin.interval.0 <= bin.interval.1));
        }

        #[test]
        fn the_order_of_the_cases_changes_no_bin(
            list in prop::collection::vec((0.0f64..=1.0, 0u8..=1), 1..40)
        ) {
            let mut back = list.clone();
            back.reverse();
            let bounds = [0.0, 0.5, 1.0];
            let (a, b) = (calibrate(&cases(&list), &settings(&bounds)),
                          calibrate(&cases(&back), &settings(&bounds)));
            for (a, b) in a.bins.iter().zip(&b.bins) {
                prop_assert_eq!((a.count, a.successes), (b.count, b.successes));
            }
        }
    }
}
