//! The weights of a portrait: which phrase gives which mark, in which list, how strongly.

use std::collections::BTreeMap;

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::portrait::{Answer, Mark};
use crate::domain::provenance::{Basis, Because};

use super::answers::Clause;
use super::reading::{Origin, Sentence};
use super::verbatim;

/// Weight of the first two items of a list, then of the next ones.
const ITEM_WEIGHTS: [f64; 2] = [1.0, 0.8];
/// Weight of what is read in an activity, when the kind has a list of its own.
const FROM_ACTIVITIES: f64 = 0.7;
/// Weight of what is read in the summary.
const FROM_SUMMARY: f64 = 0.6;
/// Weight of a need or a step read in what is offered.
const FROM_OFFERS: f64 = 0.5;
/// Factor on what only a weak wording or the learned part suggests.
const SUGGESTED: f64 = 0.6;
/// Weight of what is read in the name of an organisation that says nothing else.
const FROM_NAME: f64 = 0.6;

/// The lists of a record, whoever it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    pub name: &'a str,
    pub themes: &'a [String],
    pub needs: &'a [String],
    pub needs_field: &'static str,
    pub publics: &'a [String],
    pub publics_field: &'static str,
    pub steps: &'a [String],
    pub activities: &'a [String],
    pub offers: &'a [String],
    pub seeks: &'a [String],
    pub summary: &'a str,
}

/// A phrase of a record, read.
#[derive(Debug, Clone)]
pub(super) struct Phrase<'a> {
    pub field: &'static str,
    pub rank: usize,
    pub text: &'a str,
    pub sentences: Vec<Sentence>,
}

impl Phrase<'_> {
    fn is_about(&self, kind: ConceptKind) -> bool {
        kind == ConceptKind::Step && self.field == "activities"
    }

    /// Its sentences as what answers are made from.
    pub fn clauses(&self, basis: Basis) -> Vec<Clause> {
        self.sentences
            .iter()
            .map(|sentence| {
                let of = |kind| {
                    sentence
                        .carried(kind)
                        .filter(|found| found.origin == Origin::Proven || self.is_about(kind))
                        .map(|found| (found.concept, found.at))
                        .collect()
                };
                let (start, end) = sentence.bytes;
                Clause {
                    main: self.field == "activities",
                    needs: of(ConceptKind::Need),
                    publics: of(ConceptKind::Public),
                    steps: of(ConceptKind::Step),
                    themes: sentence.carried(ConceptKind::Theme).map(|f| f.concept).collect(),
                    because: Because::new(self.field, &self.text[start..end]),
                    basis,
                }
            })
            .collect()
    }
}

/// Which list of the portrait a mark goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    Needs,
    Publics,
    Steps,
    Offers,
    Seeks,
}

/// The list and the weight of what is read of `kind` in `field`; `None`: not carried.
pub(super) fn place(
    kind: ConceptKind,
    phrase: &Phrase<'_>,
    record: &Record<'_>,
) -> Option<(Slot, f64)> {
    let field = phrase.field;
    let item = ITEM_WEIGHTS[usize::from(phrase.rank >= 2)];
    let slot = match (kind, field) {
        (ConceptKind::Resource, "offers") => Slot::Offers,
        (ConceptKind::Resource, "seeks") => Slot::Seeks,
        (_, "seeks") => return None,
        (ConceptKind::Need, _) => Slot::Needs,
        (ConceptKind::Public, _) => Slot::Publics,
        (ConceptKind::Step, _) => Slot::Steps,
        (ConceptKind::Theme | ConceptKind::Resource, _) => return None,
    };
    let weight = match (slot, field) {
        (Slot::Offers | Slot::Seeks, _)
        | (Slot::Needs, "needs_addressed" | "needs")
        | (Slot::Publics, "beneficiaries" | "publics")
        | (Slot::Steps, "steps" | "activities") => item,
        // A list of people or of steps names needs only by the way.
        (Slot::Needs, "beneficiaries" | "publics" | "steps") => return None,
        (Slot::Steps, "beneficiaries" | "publics" | "needs_addressed" | "needs") => return None,
        (Slot::Publics, "offers" | "themes") if !record.publics.is_empty() => return None,
        // A list of themes says needs ("aide alimentaire") where no other list does.
        (Slot::Needs, "themes") if !record.needs.is_empty() => return None,
        (Slot::Steps, "themes") => return None,
        (_, "activities") => FROM_ACTIVITIES,
        (_, "offers" | "themes") => FROM_OFFERS,
        (_, "name") => FROM_NAME,
        _ => FROM_SUMMARY,
    };
    Some((slot, weight))
}

/// The marks gathered so far, in the order met.
pub(super) struct Lists<'b> {
    pub basis: &'b dyn Fn(&str) -> Basis,
    pub lists: BTreeMap<Slot, Vec<Mark>>,
}

impl Lists<'_> {
    pub fn add(&mut self, phrase: &Phrase<'_>, record: &Record<'_>) {
        for sentence in &phrase.sentences {
            for kind in ConceptKind::ALL {
                for found in sentence.carried(kind) {
                    let Some((slot, weight)) = place(kind, phrase, record) else {
                        continue;
                    };
                    // Where the record lists its needs, a hint elsewhere adds nothing.
                    let hint = found.origin == Origin::Suggested && slot == Slot::Needs;
                    if hint && phrase.field != record.needs_field && !record.needs.is_empty() {
                        continue;
                    }
                    let quality = match found.origin {
                        Origin::Proven => found.weight,
                        Origin::Suggested => SUGGESTED,
                    };
                    let list_field =
                        matches!(slot, Slot::Offers | Slot::Seeks) || phrase.field != "summary";
                    let text = if list_field {
                        phrase.text.to_owned()
                    } else {
                        verbatim(phrase.text, &found.proof)
                    };
                    self.lists.entry(slot).or_default().push(Mark {
                        concept: found.concept,
                        weight: weight * quality,
                        because: Because::new(phrase.field, text),
                        basis: (self.basis)(phrase.field),
                    });
                }
            }
        }
    }

    pub fn add_stated(&mut self, answer: &Answer) {
        let parts = [
            (Slot::Needs, answer.need),
            (Slot::Publics, answer.public),
            (Slot::Steps, answer.step),
        ];
        for (slot, concept) in parts {
            if let Some(concept) = concept {
                self.lists.entry(slot).or_default().push(Mark {
                    concept,
                    weight: answer.weight,
                    because: answer.because.clone(),
                    basis: answer.basis,
                });
            }
        }
    }

    /// The concepts of a kind read in `fields` (any, when empty), in the record's order.
    pub fn in_order(&self, kind: ConceptKind, fields: &[&str]) -> Vec<Mark> {
        let slot = match kind {
            ConceptKind::Need => Slot::Needs,
            ConceptKind::Public => Slot::Publics,
            _ => Slot::Steps,
        };
        let mut order: Vec<Mark> = Vec::new();
        for mark in self.lists.get(&slot).into_iter().flatten() {
            let wanted = fields.is_empty() || fields.contains(&mark.because.field.as_str());
            if wanted && order.iter().all(|known| known.concept != mark.concept) {
                order.push(mark.clone());
            }
        }
        if fields.is_empty() {
            order.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        }
        order
    }

    pub fn marks(&self, slot: Slot) -> Vec<Mark> {
        let mut marks = BTreeMap::new();
        for mark in self.lists.get(&slot).into_iter().flatten() {
            keep(&mut marks, mark.clone());
        }
        marks.into_values().collect()
    }
}

pub(super) fn keep(marks: &mut BTreeMap<Concept, Mark>, mark: Mark) {
    match marks.get(&mark.concept) {
        Some(known) if known.weight >= mark.weight => {}
        _ => {
            marks.insert(mark.concept, mark);
        }
    }
}
