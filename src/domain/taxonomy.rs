//! The taxonomy: themes, needs, publics, resources, steps, and how alike two are.

use std::collections::BTreeMap;

use super::concept::{Concept, ConceptKind};
use super::lang::Lang;

/// How an indicator reveals a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndicatorRole {
    /// It measures the need itself: weight 1 (methods §1).
    Direct,
    /// It stands near the need: weight 0.5.
    Proxy,
}

/// One indicator listed by a need.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorUse {
    /// The indicator's id.
    pub id: String,
    /// Direct or proxy.
    pub role: IndicatorRole,
    /// `Some(true)`: higher means more need; `None`: the indicator's own direction.
    pub higher_is_worse: Option<bool>,
    /// Density classes where it means something; empty means everywhere.
    pub classes: Vec<super::territory::DensityClass>,
}

/// One nomenclature code whose actors are supply for a need.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeUse {
    /// `NAF2`, `RNA`, `DI_THEMATIQUE`…
    pub nomenclature: String,
    /// The code as published.
    pub code: String,
    /// How surely the code means the need, 0..=1.
    pub weight: f64,
}

/// Everything the taxonomy says of one concept.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConceptEntry {
    /// Stable id, lower case with underscores.
    pub id: String,
    /// Declared parent of the same kind.
    pub parent: Option<Concept>,
    /// Themes of a need, the main one first; empty for other kinds.
    pub themes: Vec<Concept>,
    /// French label.
    pub label_fr: String,
    /// English label.
    pub label_en: String,
    /// One French sentence.
    pub definition_fr: String,
    /// One English sentence.
    pub definition_en: String,
    /// French wordings that prove the concept.
    pub terms: Vec<String>,
    /// French wordings that suggest it (half weight).
    pub weak_terms: Vec<String>,
    /// English wordings.
    pub terms_en: Vec<String>,
    /// Everyday sentences lamenting its lack: examples for the learned part.
    pub lay: Vec<String>,
    /// Expressions that hold a term but mean another thing.
    pub not_this: Vec<String>,
    /// Expressions saying that the need is met.
    pub antonyms: Vec<String>,
    /// Steps: expressions saying that nobody does it any more.
    pub denials: Vec<String>,
    /// Themes: labels of older records.
    pub aliases: Vec<String>,
    /// Needs: the indicators that reveal it.
    pub indicators: Vec<IndicatorUse>,
    /// Needs: the nomenclature codes that count as supply.
    pub codes: Vec<CodeUse>,
    /// Steps: the steps just before or after it.
    pub adjacent: Vec<Concept>,
}

/// The whole taxonomy.
#[derive(Debug, Clone, Default)]
pub struct Taxonomy {
    entries: BTreeMap<ConceptKind, Vec<ConceptEntry>>,
    by_id: BTreeMap<(ConceptKind, String), Concept>,
    empty: Vec<ConceptEntry>,
}

impl Taxonomy {
    /// Builds the taxonomy from entries already sorted by id within each kind.
    ///
    /// # Panics
    /// If a kind holds more than 65,535 concepts.
    #[must_use]
    pub fn new(entries: BTreeMap<ConceptKind, Vec<ConceptEntry>>) -> Self {
        let mut by_id = BTreeMap::new();
        for (&kind, list) in &entries {
            for (index, entry) in list.iter().enumerate() {
                let index = u16::try_from(index).expect("fewer than 65,536 concepts of a kind");
                by_id.insert((kind, entry.id.clone()), Concept { kind, index });
            }
        }
        Self { entries, by_id, empty: Vec::new() }
    }

    /// The concepts of one kind, in index order.
    #[must_use]
    pub fn entries(&self, kind: ConceptKind) -> &[ConceptEntry] {
        self.entries.get(&kind).unwrap_or(&self.empty)
    }

    /// How many concepts of this kind there are.
    #[must_use]
    pub fn count(&self, kind: ConceptKind) -> usize {
        self.entries(kind).len()
    }

    /// Every concept of one kind, in index order.
    pub fn concepts(&self, kind: ConceptKind) -> impl Iterator<Item = Concept> + '_ {
        (0..self.count(kind)).map(move |index| Concept {
            kind,
            index: u16::try_from(index).expect("checked when built"),
        })
    }

    /// What the taxonomy says of `concept`.
    ///
    /// # Panics
    /// If the concept comes from another taxonomy.
    #[must_use]
    pub fn entry(&self, concept: Concept) -> &ConceptEntry {
        &self.entries(concept.kind)[concept.at()]
    }

    /// The id of `concept`.
    #[must_use]
    pub fn id(&self, concept: Concept) -> &str {
        &self.entry(concept).id
    }

    /// The label of `concept` in `lang`.
    #[must_use]
    pub fn label(&self, concept: Concept, lang: Lang) -> &str {
        let entry = self.entry(concept);
        match lang {
            Lang::Fr => &entry.label_fr,
            Lang::En => &entry.label_en,
        }
    }

    /// The concept of this kind with this exact id.
    #[must_use]
    pub fn find(&self, kind: ConceptKind, id: &str) -> Option<Concept> {
        self.by_id.get(&(kind, id.to_owned())).copied()
    }

    /// The themes of a need, the main one first.
    #[must_use]
    pub fn themes_of(&self, need: Concept) -> &[Concept] {
        &self.entry(need).themes
    }

    /// Likeness of two concepts, 0..=1, higher is more alike (methods §3).
    ///
    /// The same concept 1; declared parent and child, or siblings under a declared
    /// parent, 0.5; else 0. Steps are alike only when the same. Top-level concepts are
    /// nobody's siblings.
    #[must_use]
    pub fn likeness(&self, a: Concept, b: Concept) -> f64 {
        if a == b {
            return 1.0;
        }
        if a.kind != b.kind || a.kind == ConceptKind::Step {
            return 0.0;
        }
        let (parent_a, parent_b) = (self.entry(a).parent, self.entry(b).parent);
        let related = parent_a == Some(b)
            || parent_b == Some(a)
            || (parent_a.is_some() && parent_a == parent_b);
        if related { 0.5 } else { 0.0 }
    }

    /// Whether two steps follow each other in a value chain.
    #[must_use]
    pub fn adjacent(&self, a: Concept, b: Concept) -> bool {
        a != b && (self.entry(a).adjacent.contains(&b) || self.entry(b).adjacent.contains(&a))
    }
}
