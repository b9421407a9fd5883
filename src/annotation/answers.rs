//! What an organisation answers: explicit (need, public, step) triples (methods §3).
//!
//! A triple is made from what stands in the same sentence where possible. Stated triples
//! come first; every step read in the record's activities and summary makes one more, with
//! the need of its own sentence, else the record's need it serves best, and the public of
//! its own sentence, else the record's first. What cannot be said stays a known unknown.

use crate::domain::concept::Concept;
use crate::domain::portrait::{ANSWERS_MAX, Answer, Mark};
use crate::domain::provenance::{Basis, Because};

use super::Annotator;

/// Answers kept for the derived triples, when there are that many.
const DERIVED_MIN: usize = 4;
/// Weight of a triple of the main activity, and of a secondary one.
const MAIN: f64 = 1.0;
const SECONDARY: f64 = 0.5;

/// One sentence of the record that may hold a step.
#[derive(Debug, Clone)]
pub(crate) struct Clause {
    /// It is an activity, not the summary.
    pub main: bool,
    /// Needs with their place in the sentence.
    pub needs: Vec<(Concept, usize)>,
    /// Publics with their place.
    pub publics: Vec<(Concept, usize)>,
    /// Steps with their place.
    pub steps: Vec<(Concept, usize)>,
    /// Themes.
    pub themes: Vec<Concept>,
    /// Its words.
    pub because: Because,
    /// How it is known.
    pub basis: Basis,
}

/// The record's own lists, in its order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stock {
    pub needs: Vec<Mark>,
    pub publics: Vec<Mark>,
    pub steps: Vec<Mark>,
    /// The needs come from the record's own list.
    pub needs_stated: bool,
    /// The publics come from the record's own list.
    pub publics_stated: bool,
}

impl Stock {
    /// Each list, or the other's where it is empty.
    pub fn or(self, other: Self) -> Self {
        let pick = |a: Vec<Mark>, b: Vec<Mark>| if a.is_empty() { b } else { a };
        Self {
            needs: pick(self.needs, other.needs),
            publics: pick(self.publics, other.publics),
            steps: pick(self.steps, other.steps),
            needs_stated: self.needs_stated,
            publics_stated: self.publics_stated,
        }
    }
}

/// The triples of explicit lists: first need × first public × each step, the other needs
/// with the same, then the other publics on the first need and step. Empty without steps.
pub(crate) fn combined(stock: &Stock) -> Vec<Answer> {
    let mut answers = Vec::new();
    let first_public = stock.publics.first();
    let mut add = |need: Option<&Mark>, public: Option<&Mark>, step: &Mark, weight: f64| {
        let because = need.unwrap_or(step).because.clone();
        answers.push(Answer {
            need: need.map(|mark| mark.concept),
            public: public.map(|mark| mark.concept),
            step: Some(step.concept),
            weight,
            because,
            basis: step.basis,
        });
    };
    for step in &stock.steps {
        add(stock.needs.first(), first_public, step, MAIN);
    }
    for need in stock.needs.iter().skip(1) {
        for step in &stock.steps {
            add(Some(need), first_public, step, SECONDARY);
        }
    }
    if let Some(step) = stock.steps.first() {
        for public in stock.publics.iter().skip(1) {
            add(stock.needs.first(), Some(public), step, SECONDARY);
        }
    }
    answers.truncate(ANSWERS_MAX);
    answers
}

/// The triples read in the record's sentences, the main ones first, each once.
pub(crate) fn derived(annotator: &Annotator, clauses: &[Clause], stock: &Stock) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    for clause in clauses {
        for &(step, at) in &clause.steps {
            let own = nearest(annotator, clause, step, at, stock);
            let need = own.or_else(|| best_need(annotator, clause, step, &stock.needs));
            let public = nearest_public(annotator, clause, at, stock);
            let first = stock.needs.iter().take(2).any(|mark| Some(mark.concept) == need);
            answers.push(Answer {
                need,
                public,
                step: Some(step),
                weight: if clause.main && first { MAIN } else { SECONDARY },
                because: clause.because.clone(),
                basis: clause.basis,
            });
        }
    }
    // A need that no sentence served still is one: the step that would serve it if the
    // record has it, else a known unknown.
    for mark in &stock.needs {
        if answers.iter().any(|answer| answer.need == Some(mark.concept)) {
            continue;
        }
        let step = clauses
            .iter()
            .flat_map(|clause| &clause.steps)
            .map(|&(step, _)| step)
            .find(|&step| serves(annotator, mark.concept, step));
        answers.push(Answer {
            need: Some(mark.concept),
            public: stock.publics.first().map(|public| public.concept),
            step,
            weight: SECONDARY,
            because: mark.because.clone(),
            basis: mark.basis,
        });
    }
    let unknowns = |a: &Answer| {
        usize::from(a.need.is_none())
            + usize::from(a.public.is_none())
            + usize::from(a.step.is_none())
    };
    answers.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(unknowns(a).cmp(&unknowns(b))));
    let mut once: Vec<Answer> = Vec::new();
    for answer in answers {
        if once.iter().all(|known| !same(known, &answer)) {
            once.push(answer);
        }
    }
    once.truncate(ANSWERS_MAX);
    once
}

/// The stated triples, then the derived ones that they do not hold, at most
/// [`ANSWERS_MAX`]; the first four derived ones always stay.
pub(crate) fn joined(stated: &[Answer], derived: &[Answer]) -> Vec<Answer> {
    let mut first: Vec<Answer> = Vec::new();
    for answer in stated {
        if first.iter().all(|known| !same(known, answer)) {
            first.push(answer.clone());
        }
    }
    first.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    first.truncate(ANSWERS_MAX);
    loop {
        let missing = derived
            .iter()
            .take(DERIVED_MIN)
            .filter(|answer| first.iter().all(|known| !same(known, answer)))
            .count();
        if first.len() + missing <= ANSWERS_MAX {
            break;
        }
        // A stated triple that a derived one repeats costs no room: drop another.
        let dropped = first
            .iter()
            .rposition(|known| derived.iter().take(DERIVED_MIN).all(|answer| !same(known, answer)))
            .unwrap_or(first.len() - 1);
        first.remove(dropped);
    }
    for answer in derived {
        if first.len() < ANSWERS_MAX && first.iter().all(|known| !same(known, answer)) {
            first.push(answer.clone());
        }
    }
    first
}

fn same(a: &Answer, b: &Answer) -> bool {
    (a.need, a.public, a.step) == (b.need, b.public, b.step)
}

/// Whether the need's own wordings name the step.
fn serves(annotator: &Annotator, need: Concept, step: Concept) -> bool {
    annotator.steps_of_need.get(&need).is_some_and(|steps| steps.binary_search(&step).is_ok())
}

/// Whether `concept` is one of the record's own, or near one.
fn fits(annotator: &Annotator, concept: Concept, marks: &[Mark]) -> bool {
    marks.iter().any(|mark| annotator.taxonomy().likeness(mark.concept, concept) > 0.0)
}

/// The need of the same sentence: one that the step serves, else the nearest.
///
/// An activity is about one thing, so its need stands; a summary tells many, so its need
/// stands only if the record's own list holds it or a near one (or the record has no list).
fn nearest(
    annotator: &Annotator,
    clause: &Clause,
    step: Concept,
    at: usize,
    stock: &Stock,
) -> Option<Concept> {
    clause
        .needs
        .iter()
        .filter(|&&(need, _)| {
            clause.main || !stock.needs_stated || fits(annotator, need, &stock.needs)
        })
        .min_by_key(|&&(need, place)| (!serves(annotator, need, step), place.abs_diff(at), need))
        .map(|&(need, _)| need)
}

/// The public of the same sentence, by the same rule, else the record's first.
fn nearest_public(
    annotator: &Annotator,
    clause: &Clause,
    at: usize,
    stock: &Stock,
) -> Option<Concept> {
    clause
        .publics
        .iter()
        .filter(|&&(public, _)| {
            clause.main || !stock.publics_stated || fits(annotator, public, &stock.publics)
        })
        .min_by_key(|&&(public, place)| (place.abs_diff(at), public))
        .map(|&(public, _)| public)
        .or_else(|| stock.publics.first().map(|mark| mark.concept))
}

/// The record's need that fits the sentence: theme first, then step, then its order.
fn best_need(
    annotator: &Annotator,
    clause: &Clause,
    step: Concept,
    needs: &[Mark],
) -> Option<Concept> {
    let fit = |need: Concept| {
        let themes = annotator.taxonomy().themes_of(need);
        let of_theme = themes.iter().any(|theme| clause.themes.contains(theme));
        2 * u8::from(of_theme) + u8::from(serves(annotator, need, step))
    };
    let mut best: Option<(u8, Concept)> = None;
    for mark in needs {
        let fit = fit(mark.concept);
        if best.is_none_or(|(known, _)| fit > known) {
            best = Some((fit, mark.concept));
        }
    }
    best.map(|(_, need)| need)
}
