//! How well the place of the candidates of a page holds (methods §6).
//!
//! Two readings. `weights`: the data at their expected values, the weights vary over all
//! that are as good as those that were said. `all`: the data are drawn too. Both by SMAA-2
//! (Lahdelma & Salminen 2001, doi:10.1287/opre.49.3.444.11220) against the same rivals.

use std::sync::Arc;

use ndarray::{Array2, Array3, Axis, Slice};
use rayon::prelude::*;

use super::numbers::RobustnessNumbers;
use super::rivals::rivals;
use super::sampling::{WeightSpace, sample};
use super::smaa::{Analysis, analyse, analyse_fixed};
use super::unknowns::Draws;
use crate::domain::enterprise::Enterprise;
use crate::domain::sample::quantile;
use crate::matching::Ranking;
use crate::matching::criteria::{self, Criterion};
use crate::matching::outcome::Alternative;
use crate::matching::profile::TerritoryProfile;
use crate::matching::weights::{CRITERIA, Weights};

/// How one candidate stands among its rivals, under one reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Mean rank, from 1.
    pub expected_rank: f64,
    /// Share of the draws at each of the first ranks, 0..=1 each, at most 1 in all; as many
    /// as declared, fewer where there are fewer rivals.
    pub rank_acceptability: Vec<f64>,
    /// Share of the draws among the first three, 0..=1.
    pub first_3: f64,
    /// Share of the draws among the first ten, 0..=1.
    pub first_10: f64,
    /// Share of the draws of the data where it is first at the weights that suit it best,
    /// 0..=1; 0 where no weighting puts it first.
    pub confidence_factor: f64,
    /// Those it is not told apart from: the winning index of the two, half the ties
    /// included, lies in the declared bounds. Positions in [`Ranking::candidates`],
    /// ascending.
    pub tied_with: Vec<usize>,
}

/// How well the place of one candidate holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Data at their expected values, weights vary: the headline.
    pub weights: Reading,
    /// Data drawn too.
    pub all: Reading,
    /// Bounds of the score at the stated weights over the draws of the data, 0..=1.
    pub likely: (f64, f64),
}

/// Assesses the candidates at the positions `shown` of `ranking.candidates`; one answer per
/// position, in the order given; empty where nothing is shown.
///
/// Pure: the seed and the counts are those of `profile.rules`. The same bytes whatever the
/// number of threads. Rivals are those of [`rivals`]: their number is bounded, so a page
/// costs the same whatever the catalogue; while all candidates are rivals, the answer for a
/// candidate does not depend on the page.
///
/// # Panics
/// If a position is out of range, or if `index/robustness.toml` lacks a number.
#[must_use]
pub fn assess(
    profile: &TerritoryProfile,
    enterprises: &[Arc<Enterprise>],
    ranking: &Ranking,
    weights: &Weights,
    shown: &[usize],
) -> Vec<Assessment> {
    if shown.is_empty() {
        return Vec::new();
    }
    let numbers = RobustnessNumbers::read(&profile.rules);
    let candidates = &ranking.candidates;
    let rivals = rivals(candidates, shown, (numbers.rivals_best, numbers.rivals_most));
    let space = WeightSpace::of(weights, numbers.factor);
    let count = numbers.weights.max(numbers.all);
    let sampled = sample(&space, count, numbers.seed)
        .expect("weights that were accepted make a space of weights");
    let by = |count: usize| sampled.slice_axis(Axis(0), Slice::from(..count));

    let points = Array2::from_shape_fn((rivals.len(), CRITERIA), |(row, column)| {
        point(&candidates[rivals[row]], column)
    });
    let fixed = analyse_fixed(points.view(), by(numbers.weights));

    let draws = Draws::new(profile, &numbers, numbers.all);
    let all = criteria::all(profile);
    let drawn: Vec<Vec<f64>> = rivals
        .par_iter()
        .map(|&at| {
            let alternative = &candidates[at];
            utilities(profile, &all, &enterprises[alternative.enterprise], alternative, &draws)
        })
        .collect();
    let measurements =
        Array3::from_shape_fn((numbers.all, rivals.len(), CRITERIA), |(replicate, row, column)| {
            drawn[row][column * numbers.all + replicate]
        });
    let varied = analyse(measurements.view(), by(numbers.all));

    shown
        .iter()
        .map(|&position| {
            let row = rivals.iter().position(|&at| at == position).expect("those shown are kept");
            Assessment {
                weights: reading(&fixed, row, &rivals, &numbers),
                all: reading(&varied, row, &rivals, &numbers),
                likely: likely(&drawn[row], weights, &numbers),
            }
        })
        .collect()
}

/// The expected utility of a criterion; 0 where it is not evaluated.
fn point(alternative: &Alternative, column: usize) -> f64 {
    let mut terms = alternative.contributions.iter();
    terms.find(|term| term.value.criterion.at() == column).map_or(0.0, |t| t.value.utility.point)
}

/// The utilities of one alternative: criterion after criterion, one cell per replicate.
///
/// A criterion without a model (the words asked) is known.
fn utilities(
    profile: &TerritoryProfile,
    all: &[Box<dyn Criterion>],
    enterprise: &Enterprise,
    alternative: &Alternative,
    draws: &Draws<'_>,
) -> Vec<f64> {
    let mut cells = vec![0.0; CRITERIA * draws.replicates()];
    for term in &alternative.contributions {
        let id = term.value.criterion;
        let out = &mut cells[id.at() * draws.replicates()..(id.at() + 1) * draws.replicates()];
        match all.iter().find(|criterion| criterion.id() == id) {
            Some(criterion) => criterion.model(profile, enterprise, &term.value).fill(draws, out),
            None => out.fill(term.value.utility.point),
        }
    }
    cells
}

fn reading(
    analysis: &Analysis,
    row: usize,
    rivals: &[usize],
    numbers: &RobustnessNumbers,
) -> Reading {
    let acceptability = analysis.rank_acceptability.row(row);
    let first = |count: usize| acceptability.iter().take(count).sum::<f64>().min(1.0);
    let expected_rank = acceptability.iter().enumerate().map(|(at, b)| (at + 1) as f64 * b).sum();
    let (low, high) = numbers.tied;
    let mut tied_with: Vec<usize> = (0..rivals.len())
        .filter(|&other| other != row)
        .filter(|&other| (low..=high).contains(&winning(analysis, row, other)))
        .map(|other| rivals[other])
        .collect();
    tied_with.sort_unstable();
    Reading {
        expected_rank,
        rank_acceptability: acceptability.iter().take(numbers.ranks).copied().collect(),
        first_3: first(3),
        first_10: first(10),
        confidence_factor: analysis.confidence_factors[row],
        tied_with,
    }
}

/// How often the first passes the second, half the ties included, 0..=1.
fn winning(analysis: &Analysis, first: usize, second: usize) -> f64 {
    let (won, lost) =
        (analysis.pairwise_winning[[first, second]], analysis.pairwise_winning[[second, first]]);
    won + (1.0 - won - lost) / 2.0
}

/// Quantiles of the score at the stated weights over the draws.
fn likely(utilities: &[f64], weights: &Weights, numbers: &RobustnessNumbers) -> (f64, f64) {
    let replicates = utilities.len() / CRITERIA;
    let mut scores: Vec<f64> = (0..replicates)
        .map(|replicate| {
            let terms = weights.values.iter().enumerate();
            terms.map(|(column, weight)| weight * utilities[column * replicates + replicate]).sum()
        })
        .collect();
    scores.sort_by(f64::total_cmp);
    (quantile(&scores, numbers.likely.0), quantile(&scores, numbers.likely.1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::enterprise::EvidenceLevel;
    use crate::matching::fixtures::{Case, evidence, need, theme};
    use crate::matching::weights::WeightsAsked;
    use crate::matching::{Options, RankBy, rank};

    /// Lyon with an unmeasured need; enterprises of these strengths (levels of evidence,
    /// labels, membership of the theme asked for).
    fn lyon() -> Case {
        let mut case = Case::new();
        case.measure(need("reparation_velo"), 0.6).submit(theme("mobilites"), 1.0);
        case.add_actor("Maison du vélo", "Lyon", &[theme("mobilites")]);
        case
    }

    fn grown(id: &str, level: usize, labels: usize, membership: f64) -> Arc<Enterprise> {
        let mut case = lyon();
        let levels = [EvidenceLevel::Outputs, EvidenceLevel::Outcome, EvidenceLevel::Evaluation];
        case.enterprise.evidence = vec![evidence(levels[level], Some(2024))];
        case.enterprise.labels = (0..labels).map(|at| format!("label {at}")).collect();
        case.enterprise.portrait.themes = case.marks(&[(theme("mobilites"), membership)]);
        Arc::new(Enterprise { id: id.to_owned(), name: id.to_owned(), ..case.enterprise })
    }

    fn assessed(
        case: &Case,
        enterprises: &[Arc<Enterprise>],
        asked: &str,
    ) -> (Vec<String>, Vec<Assessment>) {
        let weights = Weights::resolve(&WeightsAsked::parse(asked).unwrap(), false).unwrap();
        let options =
            Options { weights: weights.clone(), rank_by: RankBy::Expected, relevance: None };
        let profile = case.profile();
        let ranking = rank(&profile, enterprises, &options);
        assert_eq!(ranking.candidates.len(), enterprises.len());
        let ids = ranking.candidates.iter().map(|a| enterprises[a.enterprise].id.clone());
        let shown: Vec<usize> = (0..ranking.candidates.len()).collect();
        (ids.collect(), assess(&profile, enterprises, &ranking, &weights, &shown))
    }

    #[test]
    fn who_is_dominated_never_comes_first() {
        let enterprises = [grown("a", 2, 3, 1.0), grown("b", 0, 0, 0.5)];
        let (ids, found) = assessed(&lyon(), &enterprises, "");
        assert_eq!(ids, ["a", "b"]);
        assert_eq!(found[0].weights.rank_acceptability, [1.0, 0.0]);
        assert_eq!(found[1].weights.rank_acceptability, [0.0, 1.0]);
        assert_eq!(
            (found[1].weights.confidence_factor, found[1].weights.expected_rank),
            (0.0, 2.0)
        );
        assert!(found.iter().all(|one| one.weights.tied_with.is_empty()));
    }

    #[test]
    fn equal_twins_are_tied_under_both_readings() {
        let enterprises = [grown("a", 1, 1, 1.0), grown("b", 1, 1, 1.0), grown("c", 0, 0, 0.5)];
        let (ids, found) = assessed(&lyon(), &enterprises, "");
        assert_eq!(ids, ["a", "b", "c"]);
        assert_eq!(
            (&found[0].weights.tied_with[..], &found[1].weights.tied_with[..]),
            (&[1][..], &[0][..])
        );
        assert_eq!(
            (&found[0].all.tied_with[..], &found[1].all.tied_with[..]),
            (&[1][..], &[0][..])
        );
    }

    #[test]
    fn a_far_worse_candidate_changes_nothing() {
        let mut enterprises = vec![grown("a", 2, 1, 0.5), grown("b", 0, 3, 1.0)];
        let (_, before) = assessed(&lyon(), &enterprises, "proof:2,priority:1");
        enterprises.push(grown("z", 0, 0, 0.0));
        let (ids, after) = assessed(&lyon(), &enterprises, "proof:2,priority:1");
        assert_eq!(ids[2], "z");
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before.likely, after.likely);
            assert_eq!(before.weights.first_3, after.weights.first_3);
            for (a, b) in [(&before.weights, &after.weights), (&before.all, &after.all)] {
                assert!((a.expected_rank - b.expected_rank).abs() < 1e-9);
                assert_eq!(a.confidence_factor, b.confidence_factor);
                assert_eq!(a.tied_with, b.tied_with);
            }
        }
    }

    #[test]
    fn one_thread_or_two_give_the_same() {
        let enterprises: Vec<Arc<Enterprise>> =
            (0..12).map(|at| grown(&format!("e{at:02}"), at % 3, at % 4, 0.5)).collect();
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| assessed(&lyon(), &enterprises, "gap>proof=priority"))
        };
        assert_eq!(on(1), on(2));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn shares_are_shares_and_the_likely_score_lies_in_the_interval(
            kinds in prop::collection::vec((0_usize..3, 0_usize..4, prop_oneof![Just(0.5), Just(1.0)]), 1..16)
        ) {
            let enterprises: Vec<Arc<Enterprise>> = kinds
                .iter()
                .enumerate()
                .map(|(at, &(level, labels, weight))| grown(&format!("e{at:02}"), level, labels, weight))
                .collect();
            let (_, found) = assessed(&lyon(), &enterprises, "");
            let mut at_rank = [0.0; 10];
            for one in &found {
                for reading in [&one.weights, &one.all] {
                    let sum: f64 = reading.rank_acceptability.iter().sum();
                    prop_assert!(sum <= 1.0 + 1e-9);
                    prop_assert!(reading.first_3 <= reading.first_10 && reading.first_10 <= 1.0);
                    prop_assert!((1.0..=found.len() as f64).contains(&reading.expected_rank));
                    prop_assert!((0.0..=1.0).contains(&reading.confidence_factor));
                    prop_assert!(reading.tied_with.is_sorted());
                }
                for (at, share) in one.all.rank_acceptability.iter().enumerate() {
                    at_rank[at] += share;
                }
                let (low, high) = one.likely;
                prop_assert!((0.0..=1.0).contains(&low) && low <= high && high <= 1.0);
            }
            // Somebody is first in every draw; ties share the better rank.
            prop_assert!(at_rank[0] >= 1.0 - 1e-9);
        }
    }
}
