//! The facts of a comparison: what is said, with which numbers. Margins are said in points
//! on a hundred, as a committee would read them.

use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::RankBy;
use crate::matching::comparison::{Difference, Term};

/// Under this many points on a hundred a term is not worth a word: it shows as 0.
const POINTS_SHOWN: f64 = 0.05;

/// A difference of scores in points on a hundred, to one decimal.
pub(super) fn points(difference: f64) -> Arg {
    Arg::Number((difference.abs() * 1_000.0).round() / 10.0)
}

/// The names, margin and telling criteria of a pair; the key says how many there are.
pub(super) fn pair(first: &str, second: &str, difference: &Difference, by: RankBy) -> Fact {
    let (making, opposing) = (worth(difference.making_it()), worth(difference.opposing()));
    let key = match (making.len(), is_shown(difference.total)) {
        (_, false) if making.is_empty() => "comparison.pair.same",
        (_, false) => "comparison.pair.tied",
        (0, _) => "comparison.pair.many",
        (1, _) => "comparison.pair.one",
        _ => "comparison.pair.two",
    };
    let fact = Fact::new(key, Basis::Inferred)
        .with("first", Arg::Text(first.to_owned()))
        .with("second", Arg::Text(second.to_owned()));
    telling(cautious(fact, by), difference.total, &making, &opposing)
}

/// What an enterprise lacks to reach another, or by how much it is beyond it.
///
/// `difference` is the other's score minus its own.
pub(super) fn behind(other: &str, rank: usize, difference: &Difference, by: RankBy) -> Fact {
    let (making, opposing) = (worth(difference.making_it()), worth(difference.opposing()));
    let key = match (making.len(), is_shown(difference.total)) {
        (_, false) => "comparison.behind.tied",
        _ if difference.total < 0.0 => "comparison.behind.beyond",
        (0, _) => "comparison.behind.many",
        (1, _) => "comparison.behind.one",
        _ => "comparison.behind.two",
    };
    let fact = Fact::new(key, Basis::Inferred)
        .with("other", Arg::Text(other.to_owned()))
        .with("rank", Arg::Count(rank as u64));
    telling(cautious(fact, by), difference.total, &making, &opposing)
}

fn telling(fact: Fact, total: f64, making: &[&Term], opposing: &[&Term]) -> Fact {
    let mut fact = fact.with("margin", points(total));
    let named = [("criterion_1", "points_1"), ("criterion_2", "points_2")];
    for (term, (criterion, gain)) in making.iter().zip(named) {
        fact = fact
            .with(criterion, Arg::Word(term.criterion.label_key()))
            .with(gain, points(term.difference));
    }
    if let Some(term) = opposing.first() {
        fact = fact
            .with("opposing", Arg::Word(term.criterion.label_key()))
            .with("points_opposing", points(term.difference));
    }
    fact
}

fn cautious(fact: Fact, by: RankBy) -> Fact {
    match by {
        RankBy::Expected => fact,
        RankBy::Low => fact.with("cautious", Arg::Word("comparison.cautious")),
    }
}

fn worth(terms: Vec<&Term>) -> Vec<&Term> {
    terms.into_iter().filter(|term| is_shown(term.difference)).collect()
}

fn is_shown(difference: f64) -> bool {
    difference.abs() * 100.0 >= POINTS_SHOWN
}
