//! The answers of an organisation as positions in the taxonomy, with their phrases.

use super::kin::Triple;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::portrait::{ANSWERS_MAX, Mark, Portrait};
use crate::domain::provenance::{Basis, Because};
use crate::domain::taxonomy::Taxonomy;

/// Where an answer comes from: it can be shown with its phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// An explicit answer of the portrait.
    Answer(usize),
    /// A need of the portrait, when no answer is explicit.
    Need(usize),
    /// People served that no answer names.
    Public(usize),
}

/// An answer with its weight and its origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Answered {
    pub triple: Triple,
    pub weight: f64,
    pub origin: Origin,
}

/// The answers of an organisation.
///
/// The explicit ones or, when there are none, one per need with the public and the step
/// only where the record names a single one: needs are never combined with every
/// public. People served that no answer names follow, for `refers`.
pub(crate) fn answers(portrait: &Portrait) -> Vec<Answered> {
    let index = |concept: Option<Concept>| concept.map(|concept| concept.index);
    let mut list: Vec<Answered> = portrait
        .answers
        .iter()
        .enumerate()
        .take(ANSWERS_MAX)
        .map(|(at, answer)| Answered {
            triple: Triple {
                need: index(answer.need),
                public: index(answer.public),
                step: index(answer.step),
            },
            weight: answer.weight,
            origin: Origin::Answer(at),
        })
        .collect();
    if list.is_empty() {
        let single = |marks: &[Mark]| match marks {
            [mark] => Some(mark.concept.index),
            _ => None,
        };
        let (public, step) = (single(&portrait.publics), single(&portrait.steps));
        let mut needs: Vec<(usize, &Mark)> = portrait.needs.iter().enumerate().collect();
        needs.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight).then(a.0.cmp(&b.0)));
        list.extend(needs.into_iter().take(ANSWERS_MAX).map(|(at, mark)| Answered {
            triple: Triple { need: Some(mark.concept.index), public, step },
            weight: mark.weight,
            origin: Origin::Need(at),
        }));
    }
    for (at, mark) in portrait.publics.iter().enumerate() {
        let public = Some(mark.concept.index);
        if list.iter().all(|answered| answered.triple.public != public) {
            let triple = Triple { need: None, public, step: None };
            list.push(Answered { triple, weight: mark.weight, origin: Origin::Public(at) });
        }
    }
    list
}

/// The phrase and the basis behind an answer.
pub(crate) fn proof(portrait: &Portrait, origin: Origin) -> (Because, Basis) {
    let mark = |mark: &Mark| (mark.because.clone(), mark.basis);
    match origin {
        Origin::Answer(at) => {
            let answer = &portrait.answers[at];
            (answer.because.clone(), answer.basis)
        }
        Origin::Need(at) => mark(&portrait.needs[at]),
        Origin::Public(at) => mark(&portrait.publics[at]),
    }
}

/// The themes of an organisation, those of its needs included, sorted.
pub(crate) fn themes(portrait: &Portrait, answers: &[Answered], taxonomy: &Taxonomy) -> Vec<u16> {
    let needs = taxonomy.entries(ConceptKind::Need);
    let mut list: Vec<u16> = portrait.themes.iter().map(|mark| mark.concept.index).collect();
    for need in answers.iter().filter_map(|answered| answered.triple.need) {
        if let Some(entry) = needs.get(usize::from(need)) {
            list.extend(entry.themes.iter().map(|theme| theme.index));
        }
    }
    list.sort_unstable();
    list.dedup();
    list
}
