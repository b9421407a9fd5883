//! From an evaluation to words: the parts of design §7, from the facts of the same pass.
//!
//! Nothing is computed again here: the explainer reads the alternative's own items and
//! gates, asks the profile for the relations of the page shown, and writes sentences.

mod answers;
mod headline;
mod parts;
pub mod sentences;
pub mod shown;

use crate::domain::enterprise::Enterprise;
use crate::domain::fact::Fact;
use crate::domain::lang::Lang;
use crate::matching::outcome::{Alternative, Relation, RelationKind};
use crate::matching::profile::TerritoryProfile;

use sentences::Templates;
use shown::{CriterionShown, Explanation, GateShown, RelationShown, Sentence};

/// Writes explanations for one territory in one language.
#[derive(Debug, Clone, Copy)]
pub struct Explainer<'a> {
    profile: &'a TerritoryProfile,
    templates: &'a Templates,
    lang: Lang,
}

impl<'a> Explainer<'a> {
    /// An explainer for `profile` in `lang`.
    #[must_use]
    pub fn new(profile: &'a TerritoryProfile, templates: &'a Templates, lang: Lang) -> Self {
        Self { profile, templates, lang }
    }

    /// The territory it writes for.
    #[must_use]
    pub fn profile(&self) -> &'a TerritoryProfile {
        self.profile
    }

    /// The whole explanation of one alternative.
    ///
    /// `relations_shown`: how many relations of each type are shown, the strongest first;
    /// `None` shows all of them.
    #[must_use]
    pub fn explain(
        &self,
        enterprise: &Enterprise,
        alternative: &Alternative,
        relations_shown: Option<usize>,
    ) -> Explanation {
        let relations = self.profile.relations(enterprise);
        let answers = answers::of(self, enterprise, alternative);
        let criteria = self.criteria(alternative);
        Explanation {
            headline: headline::of(self, enterprise, alternative, &answers, &relations),
            relations: self.relations(&strongest_of_each(&relations, relations_shown)),
            gates: self.gates(alternative),
            proof: parts::proof(alternative, &criteria),
            supports: parts::supports(self, enterprise),
            carriers: parts::carriers(self, enterprise, &relations),
            watch_points: parts::watch_points(self, enterprise, alternative, &relations),
            questions: parts::questions(self, alternative),
            answers,
            criteria,
        }
    }

    /// Every gate of an alternative, in words.
    #[must_use]
    pub fn gates(&self, alternative: &Alternative) -> Vec<GateShown> {
        alternative
            .gates
            .iter()
            .map(|gate| GateShown {
                gate: gate.gate,
                label: self.word(&format!("gate.{}", gate.gate)),
                state: gate.state,
                lifted: gate.lifted,
                fact: self.sentence(&gate.fact),
            })
            .collect()
    }

    /// The sentence of a fact, with its sources.
    #[must_use]
    pub fn sentence(&self, fact: &Fact) -> Sentence {
        Sentence {
            text: self.templates.render(fact, &self.profile.context.taxonomy, self.lang),
            basis: fact.basis,
            sources: fact.sources.clone(),
        }
    }

    /// The phrase of a fact, for a part of a sentence.
    #[must_use]
    pub fn phrase(&self, fact: &Fact) -> String {
        self.templates.phrase(fact, &self.profile.context.taxonomy, self.lang)
    }

    /// A word that has its own translation; its key where the templates lack it.
    fn word(&self, key: &str) -> String {
        self.templates.get(key, self.lang).map_or_else(|| format!("[{key}]"), str::to_owned)
    }

    fn criteria(&self, alternative: &Alternative) -> Vec<CriterionShown> {
        alternative
            .contributions
            .iter()
            .map(|term| {
                let items: Vec<_> = term
                    .value
                    .items
                    .iter()
                    .map(|item| (item.name, item.estimate, self.sentence(&item.fact)))
                    .collect();
                CriterionShown {
                    criterion: term.value.criterion,
                    label: self.word(&format!("criterion.{}", term.value.criterion.as_str())),
                    weakest: term.value.weakest.and_then(|at| {
                        items.get(at).map(|(name, _, sentence)| (*name, sentence.clone()))
                    }),
                    items,
                }
            })
            .collect()
    }

    fn relations(&self, relations: &[&Relation]) -> Vec<RelationShown> {
        relations
            .iter()
            .map(|relation| RelationShown {
                kind: relation.kind,
                actor: relation.actor,
                strength: relation.strength,
                main: relation.main,
                to_check: relation.to_check,
                via: relation.via.clone(),
                place: parts::place(self, relation.actor),
                sentence: self.sentence(&relation.fact),
                because: relation.because.clone(),
            })
            .collect()
    }
}

/// The strongest relations of each type, in the order given (strongest first).
fn strongest_of_each(relations: &[Relation], each: Option<usize>) -> Vec<&Relation> {
    let Some(each) = each else { return relations.iter().collect() };
    let mut counts = [0_usize; RelationKind::ALL.len()];
    relations
        .iter()
        .filter(|relation| {
            let at = RelationKind::ALL
                .iter()
                .position(|&kind| kind == relation.kind)
                .expect("every kind is listed");
            counts[at] += 1;
            counts[at] <= each
        })
        .collect()
}
