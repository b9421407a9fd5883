//! What is said of robustness, in words for everyone.
//!
//! "First" is said only of who is among the first three in half of the weightings at least;
//! others are said to be equivalent to their neighbours (methods §6).
//!
//! | key | args |
//! |---|---|
//! | `robustness.first` | `first_3`, `all_3` Share (data drawn too), `weightings` Word |
//! | `robustness.first_equal` | same: not told apart from the second |
//! | `robustness.first_3` | same: not the first of the list |
//! | `robustness.first_10` | same, and `first_10`, `all_10` Share |
//! | `robustness.open` | same: often beyond the first ten |
//! | `robustness.likely` | `low`, `high` Number |
//! | `robustness.equals` | `names` List of the nearest it is not told apart from, `others` Count? of the others |
//! | `robustness.tied` | `count` Count, `names` List |
//! | `robustness.weightings.any`, `robustness.weightings.order`, `robustness.weightings.near` | words: over which weights |

use super::assessment::Assessment;
use super::numbers::RobustnessNumbers;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::weights::Weights;

/// How the place of a candidate holds: the sentence of its place, that of those it is not
/// told apart from, where there are some, and that of its score.
///
/// `rank` is from 1, `name` gives the name of the candidate at a position of the ranking.
#[must_use]
pub fn facts(
    assessment: &Assessment,
    rank: usize,
    weights: &Weights,
    numbers: &RobustnessNumbers,
    name: impl Fn(usize) -> String,
) -> Vec<Fact> {
    let (by_weights, all) = (&assessment.weights, &assessment.all);
    let tied = &by_weights.tied_with;
    let key = if by_weights.first_3 >= numbers.first {
        match (rank, tied.first()) {
            (1, Some(1)) => "robustness.first_equal",
            (1, _) => "robustness.first",
            _ => "robustness.first_3",
        }
    } else if by_weights.first_10 >= numbers.first {
        "robustness.first_10"
    } else {
        "robustness.open"
    };
    let place = Fact::new(key, Basis::Inferred)
        .with("weightings", Arg::Word(weightings(weights)))
        .with("first_3", Arg::Share(by_weights.first_3))
        .with("first_10", Arg::Share(by_weights.first_10))
        .with("all_3", Arg::Share(all.first_3))
        .with("all_10", Arg::Share(all.first_10));
    let score = Fact::new("robustness.likely", Basis::Inferred)
        .with("low", Arg::Number(assessment.likely.0))
        .with("high", Arg::Number(assessment.likely.1));
    let equals = (!tied.is_empty()).then(|| equals(tied, rank, numbers.named, name));
    [Some(place), equals, Some(score)].into_iter().flatten().collect()
}

/// The word for the weights that were tried.
fn weightings(weights: &Weights) -> &'static str {
    if weights.order.is_some() {
        "robustness.weightings.order"
    } else if weights.are_equal() {
        "robustness.weightings.any"
    } else {
        "robustness.weightings.near"
    }
}

/// Those it is not told apart from, the nearest by their rank named.
fn equals(tied: &[usize], rank: usize, named: usize, name: impl Fn(usize) -> String) -> Fact {
    let mut nearest = tied.to_vec();
    nearest.sort_by_key(|&position| ((position + 1).abs_diff(rank), position));
    let others = nearest.len().saturating_sub(named);
    nearest.truncate(named);
    nearest.sort_unstable();
    let names = nearest.into_iter().map(name).collect();
    let fact = Fact::new("robustness.equals", Basis::Inferred).with("names", Arg::List(names));
    if others > 0 { fact.with("others", Arg::Count(others as u64)) } else { fact }
}

/// Neighbours that are not told apart, by their names.
#[must_use]
pub fn tied(names: Vec<String>) -> Fact {
    Fact::new("robustness.tied", Basis::Inferred)
        .with("count", Arg::Count(names.len() as u64))
        .with("names", Arg::List(names))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixtures::rules;
    use crate::matching::robustness::assessment::Reading;
    use crate::matching::weights::WeightsAsked;

    fn keys(first_3: f64, first_10: f64, rank: usize, tied_with: &[usize]) -> Vec<&'static str> {
        let reading = Reading {
            expected_rank: 2.0,
            rank_acceptability: vec![first_3],
            first_3,
            first_10,
            confidence_factor: 0.0,
            tied_with: tied_with.to_vec(),
        };
        let found = Assessment { weights: reading.clone(), all: reading, likely: (0.4, 0.6) };
        let weights = Weights::equal(false);
        let numbers = RobustnessNumbers::read(&rules());
        let said = facts(&found, rank, &weights, &numbers, |at| format!("n{at}"));
        said.iter().map(|fact| fact.key).collect()
    }

    #[test]
    fn first_is_said_only_of_who_is_mostly_among_the_first_three() {
        let likely = "robustness.likely";
        assert_eq!(keys(0.5, 0.9, 1, &[]), ["robustness.first", likely]);
        let equals = "robustness.equals";
        assert_eq!(keys(0.5, 0.9, 1, &[1]), ["robustness.first_equal", equals, likely]);
        assert_eq!(keys(0.5, 0.9, 2, &[]), ["robustness.first_3", likely]);
        assert_eq!(keys(0.49, 0.9, 1, &[]), ["robustness.first_10", likely]);
        assert_eq!(keys(0.1, 0.2, 1, &[]), ["robustness.open", likely]);
    }

    #[test]
    fn the_nearest_equals_are_named_and_the_others_counted() {
        let fact = equals(&[0, 4, 5, 7, 9], 7, 3, |at| format!("n{at}"));
        let names = ["n4", "n5", "n7"].map(str::to_owned).to_vec();
        assert_eq!(fact.args["names"], Arg::List(names));
        assert_eq!(fact.args["others"], Arg::Count(2));
        assert!(!equals(&[0, 4], 7, 3, |at| format!("n{at}")).args.contains_key("others"));
    }

    #[test]
    fn the_words_say_which_weights_were_tried() {
        for (asked, word) in [("", "any"), ("gap>proof", "order"), ("gap:2,proof:1", "near")] {
            let weights = Weights::resolve(&WeightsAsked::parse(asked).unwrap(), false).unwrap();
            assert_eq!(weightings(&weights), format!("robustness.weightings.{word}"));
        }
    }
}
