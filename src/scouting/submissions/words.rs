//! The facts of a preview: which sentence, with which values. Margins are said in points on a
//! hundred, as a committee would read them.

use jiff::civil::Date;

use crate::domain::concept::Concept;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::explanation::Explainer;
use crate::matching::outcome::{Alternative, CriterionId, GateState};

use super::moves::{Move, SAME, TermMove, Totals, Way};

/// Under this many points on a hundred a term is not worth a word: it shows as 0.
const POINTS_SHOWN: f64 = 0.05;

/// The day of a preview, and the dates of the period submitted.
pub(super) struct Day {
    pub as_of: Date,
    /// The date was asked, not chosen here.
    pub asked: bool,
    pub today: Date,
    pub start: Date,
    pub end: Option<Date>,
    /// Start of the territory's period in force that day, the one submitted among them.
    pub in_force: Option<Date>,
}

/// Which day is shown, and why nothing would change then, where nothing does.
pub(super) fn notes(day: &Day) -> Vec<Fact> {
    let date = |date: Date| Arg::Text(date.to_string());
    let fact = |key| {
        Fact::new(key, Basis::Inferred)
            .with("as_of", date(day.as_of))
            .with("start", date(day.start))
    };
    let mut notes = vec![fact("submission.preview.day")];
    if day.start > day.as_of {
        notes.push(fact("submission.preview.not_yet"));
    } else if let Some(end) = day.end.filter(|end| *end < day.as_of) {
        notes.push(fact("submission.preview.over").with("end", date(end)));
    } else if let Some(other) = day.in_force.filter(|other| *other != day.start) {
        notes.push(fact("submission.preview.replaced").with("other", date(other)));
    } else if day.start > day.today && !day.asked {
        notes.push(fact("submission.preview.to_come"));
    }
    notes
}

/// How many move, and how.
pub(super) fn totals(totals: &Totals) -> Fact {
    let Totals { rises, falls, enters, leaves, stays, .. } = *totals;
    let key = match rises + falls + enters + leaves {
        0 => "submission.totals.none",
        _ => "submission.totals.some",
    };
    let mut fact = Fact::new(key, Basis::Inferred)
        .with("rises", Arg::Count(rises as u64))
        .with("falls", Arg::Count(falls as u64));
    // Nobody is not worth a word here.
    for (name, count) in [("enters", enters), ("leaves", leaves), ("stays", stays)] {
        if count > 0 {
            fact = fact.with(name, Arg::Count(count as u64));
        }
    }
    fact
}

/// One move, with what makes it.
pub(super) fn moved(explainer: &Explainer<'_>, moved: &Move) -> Fact {
    let points = (moved.difference.abs() * 1_000.0).round() / 10.0;
    let shows = moved.difference.abs() * 100.0 >= POINTS_SHOWN;
    let key = match (moved.way, shows) {
        (Way::Enters, _) => "submission.move.enters",
        (Way::Leaves, _) => "submission.move.leaves",
        (Way::Out, _) => "submission.move.out",
        (Way::Rises | Way::Falls, true) => "submission.move.ranked",
        (Way::Rises, false) => "submission.move.pushed_up",
        (Way::Falls, false) => "submission.move.pushed_down",
        (Way::Stays, true) => "submission.move.kept",
        (Way::Stays, false) => "submission.move.still",
    };
    let gains = moved.difference > 0.0;
    let mut fact = Fact::new(key, Basis::Inferred)
        .with("enterprise", Arg::Text(moved.enterprise.name.clone()))
        .with("from", Arg::Count(moved.before.rank as u64))
        .with("to", Arg::Count(moved.after.rank as u64));
    let turn = if gains { "submission.more" } else { "submission.less" };
    if shows {
        fact = fact.with("points", Arg::Number(points)).with("turn", Arg::Word(turn));
    }
    if let Some(why) = why(moved) {
        fact = fact.with("why", Arg::Text(explainer.phrase(&why)));
    }
    if let Some(also) = also(&moved.terms) {
        fact = fact.with("also", Arg::Text(explainer.phrase(&also)));
    }
    if let Some(gate) = deciding(moved) {
        fact = fact.with("reason", Arg::Text(gate.to_owned()));
    }
    match (moved.way, gains) {
        (Way::Falls, true) => fact.with("spite", Arg::Word("submission.spite.gain")),
        (Way::Rises, false) => fact.with("spite", Arg::Word("submission.spite.lose")),
        _ => fact,
    }
}

/// The gate that lets an enterprise in or keeps it out, in words.
fn deciding(moved: &Move) -> Option<&str> {
    let turned = |state: GateState, other: GateState| match moved.way {
        Way::Enters => other == GateState::Unmet && state != GateState::Unmet,
        Way::Leaves => state == GateState::Unmet,
        _ => false,
    };
    let gate = moved.gates.iter().find(|gate| turned(gate.after, gate.before))?;
    Some(&gate.text)
}

/// The priority that counts, before and after: the criterion keeps the best one.
fn why(moved: &Move) -> Option<Fact> {
    let best = |alternative: &Alternative| -> Option<(Concept, f64)> {
        let mut terms = alternative.contributions.iter();
        let term = terms.find(|term| term.value.criterion == CriterionId::Priority)?;
        let item = term.value.items.first().filter(|item| item.estimate.point > 0.0)?;
        match item.fact.args.get("concept") {
            Some(Arg::Concept(concept)) => Some((*concept, item.estimate.point)),
            _ => None,
        }
    };
    let fact = |key, concept| Fact::new(key, Basis::Stated).with("concept", Arg::Concept(concept));
    match (best(&moved.before), best(&moved.after)) {
        (None, None) => None,
        (None, Some((concept, after))) => {
            Some(fact("submission.why.new", concept).with("after", Arg::Number(after)))
        }
        (Some((concept, before)), None) => {
            Some(fact("submission.why.gone", concept).with("before", Arg::Number(before)))
        }
        (Some((old, before)), Some((concept, after))) => {
            if (after - before).abs() < SAME {
                return None;
            }
            let key = match old == concept {
                true => "submission.why.changed",
                false => "submission.why.other",
            };
            let fact = fact(key, concept).with("old", Arg::Concept(old));
            Some(fact.with("before", Arg::Number(before)).with("after", Arg::Number(after)))
        }
    }
}

/// The other criterion that changes most, where one does.
fn also(terms: &[TermMove]) -> Option<Fact> {
    let others = terms.iter().filter(|term| term.criterion != CriterionId::Priority);
    let most = others.max_by(|a, b| {
        a.difference().abs().total_cmp(&b.difference().abs()).then(b.criterion.cmp(&a.criterion))
    })?;
    let points = most.difference().abs() * 100.0;
    if points < POINTS_SHOWN {
        return None;
    }
    let turn = if most.difference() > 0.0 { "submission.more" } else { "submission.less" };
    Some(
        Fact::new("submission.why.also", Basis::Inferred)
            .with("criterion", Arg::Word(most.criterion.label_key()))
            .with("points", Arg::Number((points * 10.0).round() / 10.0))
            .with("turn", Arg::Word(turn)),
    )
}
