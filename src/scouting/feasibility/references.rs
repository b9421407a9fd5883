//! Sources numbered in the order they are cited, each once.

use std::collections::BTreeMap;

use crate::domain::provenance::Source;
use crate::matching::explanation::shown::Sentence;

use super::Feasibility;

/// One source of the list at the end of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its number, from 1.
    pub number: usize,
    /// Address or title.
    pub source: String,
    /// Years of the facts read there, ascending; empty where unknown.
    pub years: Vec<i16>,
    /// Licence, where known.
    pub licence: Option<String>,
}

impl Feasibility {
    /// The numbers of the sources of a sentence, ascending; those not listed are left out.
    #[must_use]
    pub fn numbers(&self, sentence: &Sentence) -> Vec<usize> {
        let mut numbers: Vec<usize> = sentence
            .sources
            .iter()
            .take(self.references_shown)
            .filter_map(|source| {
                let found = self.sources.iter().find(|known| known.source == source.source);
                found.map(|reference| reference.number)
            })
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Every sentence that carries a source, in the order of the document.
    pub(super) fn sentences(&self) -> Vec<&Sentence> {
        let mut all: Vec<&Sentence> = self.state.iter().chain(&self.summary).collect();
        for need in &self.needs {
            all.push(&need.level);
            all.extend(&need.evidence);
        }
        all.extend(&self.first_actor.sentences);
        all.extend(self.relations.iter().flat_map(|group| &group.items));
        all.extend(self.gains.iter().flat_map(|gain| &gain.items));
        all.extend(self.scaling.stated.iter().map(|(_, sentence)| sentence));
        all.push(&self.scaling.reason);
        all.extend(self.scaling.questions.iter().flat_map(|question| &question.signals));
        all.extend(&self.scaling.would_change);
        all.extend(&self.scaling.here);
        all.extend(self.conditions.iter().map(|condition| &condition.fact));
        all.extend(self.schemes.own.iter().chain(&self.schemes.others).map(|s| &s.sentence));
        all.extend(self.calendar.iter().flat_map(|month| &month.steps));
        all.extend(&self.watch_points);
        all
    }
}

/// The sources of the file, in the order of their first citation; of one sentence, its
/// first ones.
pub(super) fn numbered(file: &Feasibility) -> Vec<Reference> {
    let mut order: Vec<&Source> = Vec::new();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    let mut list: Vec<Reference> = Vec::new();
    for sentence in file.sentences() {
        for source in sentence.sources.iter().take(file.references_shown) {
            if source.source.trim().is_empty() {
                continue;
            }
            let at = *place.entry(&source.source).or_insert_with(|| {
                order.push(source);
                list.push(Reference {
                    number: order.len(),
                    source: source.source.clone(),
                    years: Vec::new(),
                    licence: None,
                });
                order.len() - 1
            });
            let reference = &mut list[at];
            reference.years.extend(source.year);
            reference.licence = reference.licence.take().or_else(|| source.licence.clone());
        }
    }
    for reference in &mut list {
        reference.years.sort_unstable();
        reference.years.dedup();
    }
    list
}
