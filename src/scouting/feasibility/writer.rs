//! From facts to sentences, with the numbers that say how much is shown.

use crate::domain::fact::{Arg, Fact};
use crate::domain::lang::Lang;
use crate::domain::provenance::Basis;
use crate::matching::explanation::Explainer;
use crate::matching::explanation::sentences::Templates;
use crate::matching::explanation::shown::Sentence;
use crate::matching::profile::TerritoryProfile;

/// Writes in one language for one territory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer<'a> {
    explainer: &'a Explainer<'a>,
    templates: &'a Templates,
    pub profile: &'a TerritoryProfile,
    lang: Lang,
}

impl<'a> Writer<'a> {
    pub fn new(
        explainer: &'a Explainer<'a>,
        templates: &'a Templates,
        profile: &'a TerritoryProfile,
        lang: Lang,
    ) -> Self {
        Self { explainer, templates, profile, lang }
    }

    /// The sentence of a fact, with its sources.
    pub fn say(&self, fact: &Fact) -> Sentence {
        self.explainer.sentence(fact)
    }

    /// The sentences of facts.
    pub fn all<'f>(&self, facts: impl IntoIterator<Item = &'f Fact>) -> Vec<Sentence> {
        facts.into_iter().map(|fact| self.say(fact)).collect()
    }

    /// A fact as a part of a sentence, with its sources.
    pub fn part(&self, fact: &Fact) -> Sentence {
        Sentence { text: self.phrase(fact), ..self.say(fact) }
    }

    /// A fact without its capital.
    pub fn phrase(&self, fact: &Fact) -> String {
        self.templates.phrase(fact, &self.profile.context.taxonomy, self.lang)
    }

    /// A text that takes no value.
    pub fn word(&self, key: &'static str) -> String {
        self.say(&Fact::new(key, Basis::Stated)).text
    }

    /// A sentence of our own with one text in it.
    pub fn about(&self, key: &'static str, name: &'static str, text: &str) -> Sentence {
        self.say(&Fact::new(key, Basis::Stated).with(name, Arg::Text(text.to_owned())))
    }

    /// How much of a list is shown (`index/feasibility.toml`).
    pub fn most(&self, list: &str) -> usize {
        self.profile.rules.number(&format!("feasibility.shown.{list}")) as usize
    }
}
