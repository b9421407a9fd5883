//! A reason before it becomes a sentence: a template's name, its values, its sources.

use std::collections::BTreeMap;

use super::concept::Concept;
use super::provenance::{Basis, Source};

/// A value put into a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// A name or a phrase, shown as it is.
    Text(String),
    /// A list of names.
    List(Vec<String>),
    /// A number shown with at most two decimals.
    Number(f64),
    /// A count: drives the plural.
    Count(u64),
    /// A share 0..=1 shown in percent.
    Share(f64),
    /// A year.
    Year(i16),
    /// A concept, shown by its label in the language of the answer.
    Concept(Concept),
    /// Another template by its key (a word that has its own translation).
    Word(&'static str),
}

/// A reason: which sentence, with which values, from which sources.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The template's key (`gate.not_already_there.unmet`).
    pub key: &'static str,
    /// The values by name.
    pub args: BTreeMap<&'static str, Arg>,
    /// How it is known.
    pub basis: Basis,
    /// Where it comes from; empty only for what our own rules say.
    pub sources: Vec<Source>,
}

impl Fact {
    /// A reason without values yet.
    #[must_use]
    pub fn new(key: &'static str, basis: Basis) -> Self {
        Self { key, args: BTreeMap::new(), basis, sources: Vec::new() }
    }

    /// The same with one more value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Arg) -> Self {
        self.args.insert(name, value);
        self
    }

    /// The same with its sources.
    #[must_use]
    pub fn from_sources(mut self, sources: Vec<Source>) -> Self {
        self.sources = sources;
        self
    }
}
