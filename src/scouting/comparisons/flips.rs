//! The smallest change of weights that turns an order round, and how far one weight may
//! move before it does, in words.
//!
//! The change itself is exact ([`weight_change`]); the words round it to a tenth of a
//! percent, outwards for a pair, so that the weights read aloud do turn it round.

use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::RankBy;
use crate::matching::explanation::Explainer;
use crate::matching::explanation::shown::Sentence;
use crate::matching::outcome::{Alternative, CriterionId};
use crate::matching::robustness::weight_change::{self, PerCriterion, WeightChange, WeightRange};
use crate::matching::weights::{CRITERIA, Weights};

/// Weights are said to this share: a tenth of a percent.
const SAID: f64 = 0.001;
/// What is less than a rounding beyond the point where two are level.
const HAIR: f64 = 1e-6;

/// One criterion whose weight moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// Which criterion.
    pub criterion: CriterionId,
    /// Its weight before, 0..=1.
    pub from: f64,
    /// Its weight after, 0..=1.
    pub to: f64,
}

/// The smallest change of weights that does something, or that nothing does.
#[derive(Debug, Clone, PartialEq)]
pub struct Flip {
    /// The change; `None` when no weights do it. A hair beyond it the order is turned.
    pub change: Option<WeightChange>,
    /// The criteria that it moves, those that gain weight first, the largest move first.
    pub shifts: Vec<Shift>,
    /// The same in words.
    pub sentence: Sentence,
}

/// The utilities that the order follows, by criterion; 0 where one is not evaluated.
pub(super) fn utilities(alternative: &Alternative, by: RankBy) -> PerCriterion {
    let mut utilities = [0.0; CRITERIA];
    for term in &alternative.contributions {
        utilities[term.value.criterion.at()] = match by {
            RankBy::Expected => term.value.utility.point,
            RankBy::Low => term.value.utility.low,
        };
    }
    utilities
}

/// An alternative with the name it is called by.
pub(super) type Named<'a> = (&'a str, &'a Alternative);

/// The smallest change after which `second`, now behind, passes `first`.
pub(super) fn pair(
    explainer: &Explainer<'_>,
    (first, ahead): Named<'_>,
    (second, behind): Named<'_>,
    weights: &Weights,
    by: RankBy,
) -> Flip {
    let (a, b) = (utilities(ahead, by), utilities(behind, by));
    let change = weight_change::flip(&a, &b, &weights.values);
    let shifts = change.as_ref().map(|change| shifts(weights, change)).unwrap_or_default();
    let key = match &change {
        None => "comparison.flip.never",
        Some(change) if change.moved <= 0.0 => "comparison.flip.level",
        Some(_) => "comparison.flip.change",
    };
    let fact = Fact::new(key, Basis::Inferred)
        .with("first", Arg::Text(first.to_owned()))
        .with("second", Arg::Text(second.to_owned()));
    let said: Vec<Shift> = shifts.iter().copied().map(outwards).collect();
    let fact = moving(explainer, fact, &said);
    Flip { change, shifts, sentence: explainer.sentence(&fact) }
}

/// The smallest change after which the enterprise is first among `others`, the candidates
/// that no gate keeps out (itself may stand among them).
pub fn to_first(
    explainer: &Explainer<'_>,
    name: &str,
    alternative: &Alternative,
    others: &[Alternative],
    weights: &Weights,
    by: RankBy,
) -> Flip {
    let rivals: Vec<PerCriterion> = others
        .iter()
        .filter(|other| other.enterprise != alternative.enterprise)
        .map(|other| utilities(other, by))
        .collect();
    let own = utilities(alternative, by);
    let change = weight_change::to_first(&own, &rivals, &weights.values);
    let shifts = change.as_ref().map(|change| shifts(weights, change)).unwrap_or_default();
    let key = match &change {
        None => "comparison.first.never",
        Some(change) if change.moved > 0.0 && shifts.is_empty() => "comparison.first.level",
        Some(change) if change.moved > 0.0 => "comparison.first.change",
        Some(_) if alternative.rank == 1 => "comparison.first.already",
        Some(_) => "comparison.first.level",
    };
    let mut fact = Fact::new(key, Basis::Inferred).with("enterprise", Arg::Text(name.to_owned()));
    if alternative.is_excluded() {
        fact = fact.with("excluded", Arg::Word("comparison.first.excluded"));
    }
    let said: Vec<Shift> = shifts.iter().copied().map(nearest).collect();
    let fact = moving(explainer, fact, &said);
    Flip { change, shifts, sentence: explainer.sentence(&fact) }
}

/// For each criterion, the weights between which `first` stays ahead of `second`, the others
/// keeping their proportions; `None` where one criterion has all the weight.
pub(super) fn holds(
    first: &Alternative,
    second: &Alternative,
    weights: &Weights,
    by: RankBy,
) -> Vec<Option<WeightRange>> {
    let (a, b) = (utilities(first, by), utilities(second, by));
    let of = |term: &crate::matching::outcome::Contribution| {
        weight_change::order_holds(&a, &b, &weights.values, term.value.criterion)
    };
    first.contributions.iter().map(of).collect()
}

/// The weights between which every order of `ranges` holds; `None` where one is `None`.
pub(super) fn all_hold(ranges: impl Iterator<Item = Option<WeightRange>>) -> Option<WeightRange> {
    let whole = WeightRange { low: 0.0, high: 1.0 };
    let mut ranges = ranges;
    ranges.try_fold(whole, |all, range| {
        let range = range?;
        Some(WeightRange { low: all.low.max(range.low), high: all.high.min(range.high) })
    })
}

/// The weights between which the order holds, in words; they are rounded inwards.
pub(super) fn range_fact(criterion: CriterionId, range: WeightRange, weight: f64) -> Fact {
    let (low, high) = (range.low > 0.0, range.high < 1.0);
    let key = match (low, high) {
        (false, false) => "comparison.holds.always",
        (true, false) => "comparison.holds.from",
        (false, true) => "comparison.holds.until",
        (true, true) => "comparison.holds.between",
    };
    let tenths = |share: f64| Arg::Number(share / SAID / 10.0);
    Fact::new(key, Basis::Inferred)
        .with("criterion", Arg::Word(criterion.label_key()))
        .with("low", tenths(((range.low / SAID).ceil() * SAID).min(weight)))
        .with("high", tenths(((range.high / SAID).floor() * SAID).max(weight)))
        .with("weight", tenths(weight))
}

fn shifts(weights: &Weights, change: &WeightChange) -> Vec<Shift> {
    let mut shifts: Vec<Shift> = CriterionId::ALL
        .into_iter()
        .map(|criterion| Shift {
            criterion,
            from: weights.of(criterion),
            to: change.weights[criterion.at()],
        })
        .filter(|shift| (shift.to - shift.from).abs() > HAIR)
        .collect();
    let size = |shift: &Shift| (shift.to - shift.from).abs();
    // Who receives comes first: that is what one would argue for.
    shifts.sort_by(|a, b| {
        let gives = |shift: &Shift| shift.to < shift.from;
        gives(a)
            .cmp(&gives(b))
            .then(size(b).total_cmp(&size(a)))
            .then(a.criterion.cmp(&b.criterion))
    });
    shifts
}

/// Rounded away from the weight before: what is read aloud is at least enough.
fn outwards(shift: Shift) -> Shift {
    let to = if shift.to > shift.from {
        ((shift.to + HAIR) / SAID).ceil() * SAID
    } else {
        ((shift.to - HAIR) / SAID).floor() * SAID
    };
    Shift { to: to.clamp(0.0, 1.0), ..shift }
}

fn nearest(shift: Shift) -> Shift {
    Shift { to: (shift.to / SAID).round() * SAID, ..shift }
}

fn moving(explainer: &Explainer<'_>, fact: Fact, shifts: &[Shift]) -> Fact {
    let percents = |share: f64| Arg::Number((share / SAID).round() / 10.0);
    let phrases: Vec<String> = shifts
        .iter()
        .map(|shift| {
            let part = Fact::new("comparison.shift", Basis::Inferred)
                .with("criterion", Arg::Word(shift.criterion.label_key()))
                .with("from", percents(shift.from))
                .with("to", percents(shift.to));
            explainer.phrase(&part)
        })
        .collect();
    fact.with("changes", Arg::List(phrases))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_said_of_a_pair_are_rounded_away_from_where_they_were() {
        let shift = |from, to| Shift { criterion: CriterionId::Gap, from, to };
        for (from, to, said) in
            [(0.125, 0.1801, 0.181), (0.125, 0.18, 0.181), (0.125, 0.0701, 0.07), (0.1, 0.0, 0.0)]
        {
            assert!((outwards(shift(from, to)).to - said).abs() < 1e-12, "{to}");
        }
    }

    #[test]
    fn every_order_holds_where_each_does_and_the_words_follow_the_edges() {
        let range = |low, high| Some(WeightRange { low, high });
        let all = all_hold([range(0.1, 1.0), range(0.05, 0.3)].into_iter()).unwrap();
        assert_eq!((all.low, all.high), (0.1, 0.3));
        assert_eq!(all_hold([range(0.1, 1.0), None].into_iter()), None);
        let key = |low, high| range_fact(CriterionId::Gap, WeightRange { low, high }, 0.125).key;
        assert_eq!(key(0.0, 1.0), "comparison.holds.always");
        assert_eq!(key(0.1, 1.0), "comparison.holds.from");
        assert_eq!(key(0.0, 0.3), "comparison.holds.until");
        assert_eq!(key(0.1, 0.3), "comparison.holds.between");
    }
}
