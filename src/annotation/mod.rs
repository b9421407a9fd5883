//! Free French to weighted concepts, each with the words that prove it (design §3).
//!
//! The way of a text: [`text`] cuts and stems it, [`sentence`] finds what may go together,
//! [`lexicon`] finds the taxonomy's wordings ([`typo`] helps unknown words, [`codes`] reads
//! nomenclatures), [`polarity`] says what is denied or lamented, [`learned`] speaks where
//! no wording stood. [`portrait`] and [`answers`] turn a record into its concept lists.
//!
//! Everything is built once from the taxonomy and read-only afterwards: no file, clock or
//! randomness, and the same text always gives the same annotation.

pub mod answers;
pub mod codes;
mod frame;
pub mod learned;
pub mod lexicon;
mod marks;
pub mod partner;
pub mod polarity;
pub mod portrait;
mod reading;
pub mod sentence;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub mod text;
pub mod typo;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::provenance::Because;
use crate::domain::taxonomy::Taxonomy;

pub use partner::parse_partner;
pub use polarity::Purpose;

use codes::Codes;
use learned::Learned;
use lexicon::Lexicon;
use reading::{Found, Origin, Reading, Said};
use typo::Typos;

/// Weight of the theme that a need brings when the text names none.
const THEME_OF_NEED: f64 = 0.6;

/// Up to this weight a theme named beside a need is only suggested.
const SUGGESTED_THEME: f64 = 0.8;

/// A concept read in a text, with its weight and its proof.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotated {
    /// The concept.
    pub concept: Concept,
    /// Confidence, 0..=1, higher is surer.
    pub weight: f64,
    /// The words that caused it, verbatim.
    pub because: Because,
}

/// What a text says.
///
/// Each list holds a concept once, strongest first, then by kind and id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Annotation {
    /// What it is about.
    pub concepts: Vec<Annotated>,
    /// Steps and resources it says are lacking (an observation) or denies (a record); not
    /// repeated in `concepts`.
    pub absent: Vec<Annotated>,
    /// Needs it says are met ("assez de layette"); not repeated in `concepts`.
    pub met: Vec<Annotated>,
}

impl Annotation {
    /// The concepts of one kind, strongest first.
    pub fn of(&self, kind: ConceptKind) -> impl Iterator<Item = &Annotated> {
        self.concepts.iter().filter(move |annotated| annotated.concept.kind == kind)
    }
}

/// Reads French with the words of one taxonomy.
#[derive(Debug)]
pub struct Annotator {
    taxonomy: Arc<Taxonomy>,
    lexicon: Lexicon,
    typos: Typos,
    codes: Codes,
    learned: Learned,
    /// Stems of the taxonomy's own prose: right as they are, never corrected.
    ordinary: HashSet<String>,
    /// Folded labels and aliases, by kind.
    labels: HashMap<(ConceptKind, String), Concept>,
    /// Steps that a need's own wordings name: which need a step serves, in a record that
    /// does not say it.
    steps_of_need: BTreeMap<Concept, Vec<Concept>>,
}

impl Annotator {
    /// Builds the annotator of a taxonomy: lexicon, codes and learned part.
    #[must_use]
    pub fn new(taxonomy: Arc<Taxonomy>) -> Self {
        let lexicon = Lexicon::new(&taxonomy);
        let typos = Typos::new(&lexicon);
        let mut annotator = Self {
            codes: Codes::new(&taxonomy),
            learned: Learned::new(&taxonomy),
            ordinary: ordinary(&taxonomy),
            labels: labels(&taxonomy),
            steps_of_need: BTreeMap::new(),
            taxonomy,
            lexicon,
            typos,
        };
        annotator.steps_of_need = annotator.learn_steps();
        annotator
    }

    /// The taxonomy it reads with.
    #[must_use]
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    /// Its lexicon.
    #[must_use]
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// Its table of nomenclature codes.
    #[must_use]
    pub fn codes(&self) -> &Codes {
        &self.codes
    }

    /// What `text` says, read for `purpose`.
    ///
    /// A need found also brings its main theme (0.6 at most) when the text names no theme;
    /// themes only suggested then leave it the place.
    /// In an observation a lamented step or resource goes to `absent`; in a record a denied
    /// step, resource or need is not carried; a question denies nothing. Never fails: a text
    /// that says nothing known gives empty lists.
    #[must_use]
    pub fn annotate(&self, text: &str, purpose: Purpose) -> Annotation {
        let sentences = self.read(text, Reading::text(purpose));
        let mut said: [BTreeMap<Concept, Annotated>; 3] = Default::default();
        for found in sentences.iter().flat_map(|sentence| &sentence.found) {
            let list = match found.said {
                Said::Carried => 0,
                Said::Lacking => 1,
                Said::Met => 2,
            };
            keep_strongest(&mut said[list], annotated(found, text));
        }
        let [mut concepts, mut absent, mut met] = said;
        match purpose {
            // What the field says is lacking is asked for, even if named elsewhere.
            Purpose::Observation => concepts.retain(|concept, _| !absent.contains_key(concept)),
            // What a record does somewhere, it does.
            Purpose::Record | Purpose::Query => {
                absent.retain(|concept, _| !concepts.contains_key(concept));
            }
        }
        met.retain(|concept, _| !concepts.contains_key(concept));
        if concepts.keys().any(|concept| concept.kind == ConceptKind::Need) {
            // "vélo", "école" only suggest a theme; a need says which one is meant.
            concepts.retain(|concept, theme| {
                concept.kind != ConceptKind::Theme || theme.weight > SUGGESTED_THEME
            });
        }
        if !concepts.keys().any(|concept| concept.kind == ConceptKind::Theme) {
            for theme in self.implied_themes(&concepts) {
                keep_strongest(&mut concepts, theme);
            }
        }
        Annotation {
            concepts: strongest_first(concepts),
            absent: strongest_first(absent),
            met: strongest_first(met),
        }
    }

    fn implied_themes(&self, concepts: &BTreeMap<Concept, Annotated>) -> Vec<Annotated> {
        concepts
            .values()
            .filter(|annotated| annotated.concept.kind == ConceptKind::Need)
            .filter_map(|need| {
                let theme = *self.taxonomy.themes_of(need.concept).first()?;
                let weight = need.weight.min(THEME_OF_NEED);
                Some(Annotated { concept: theme, weight, because: need.because.clone() })
            })
            .collect()
    }

    /// The concepts of one kind that a list item means, with their weights (0..=1),
    /// strongest first.
    ///
    /// An exact id, label or alias gives that concept alone; else the annotation of the
    /// phrase restricted to the kind. A theme is also reached through the needs named.
    /// Empty when the phrase is unknown.
    #[must_use]
    pub fn concept_of_phrase(&self, kind: ConceptKind, phrase: &str) -> Vec<(Concept, f64)> {
        if let Some(concept) = self.exact(kind, phrase) {
            return vec![(concept, 1.0)];
        }
        for purpose in [Purpose::Record, Purpose::Query] {
            let reading = Reading { purpose, ..Reading::item(alone(kind)) };
            let sentences = self.read(phrase, reading);
            let mut weights: BTreeMap<Concept, f64> = BTreeMap::new();
            let mut keep = |concept: Concept, weight: f64| {
                let best = weights.entry(concept).or_insert(0.0);
                *best = best.max(weight);
            };
            for sentence in &sentences {
                sentence.carried(kind).for_each(|found| keep(found.concept, found.weight));
            }
            if kind == ConceptKind::Theme && sentences.iter().all(|s| s.carried(kind).count() == 0)
            {
                for need in sentences.iter().flat_map(|s| s.carried(ConceptKind::Need)) {
                    if let Some(&theme) = self.taxonomy.themes_of(need.concept).first() {
                        keep(theme, need.weight.min(THEME_OF_NEED));
                    }
                }
            }
            if !weights.is_empty() {
                let mut list: Vec<(Concept, f64)> = weights.into_iter().collect();
                list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                return list;
            }
        }
        Vec::new()
    }

    /// The concept of this kind with this exact id, label or alias (accents and case apart).
    #[must_use]
    pub fn exact(&self, kind: ConceptKind, phrase: &str) -> Option<Concept> {
        let phrase = phrase.trim();
        self.taxonomy
            .find(kind, phrase)
            .or_else(|| self.labels.get(&(kind, label_key(phrase))).copied())
    }

    /// The steps that each need's own wordings name.
    fn learn_steps(&self) -> BTreeMap<Concept, Vec<Concept>> {
        let reading = Reading::item(&[]);
        self.taxonomy
            .concepts(ConceptKind::Need)
            .map(|need| {
                let entry = self.taxonomy.entry(need);
                let mut steps: Vec<Concept> = [&entry.label_fr, &entry.definition_fr]
                    .into_iter()
                    .chain(&entry.terms)
                    .flat_map(|wording| self.read(wording, reading))
                    .flat_map(|sentence| {
                        sentence
                            .carried(ConceptKind::Step)
                            .filter(|found| found.origin == Origin::Proven)
                            .map(|found| found.concept)
                            .collect::<Vec<_>>()
                    })
                    .collect();
                steps.sort_unstable();
                steps.dedup();
                (need, steps)
            })
            .collect()
    }
}

/// A list of one kind.
fn alone(kind: ConceptKind) -> &'static [ConceptKind] {
    match kind {
        ConceptKind::Theme => &[ConceptKind::Theme],
        ConceptKind::Need => &[ConceptKind::Need],
        ConceptKind::Public => &[ConceptKind::Public],
        ConceptKind::Resource => &[ConceptKind::Resource],
        ConceptKind::Step => &[ConceptKind::Step],
    }
}

fn annotated(found: &Found, text: &str) -> Annotated {
    Annotated {
        concept: found.concept,
        weight: found.weight,
        because: Because::new("text", verbatim(text, &found.proof)),
    }
}

/// The words of a proof; what is between two parts is told by an ellipsis.
fn verbatim(text: &str, proof: &[(usize, usize)]) -> String {
    let parts: Vec<&str> = proof.iter().map(|&(start, end)| &text[start..end]).collect();
    parts.join(" … ")
}

fn keep_strongest(list: &mut BTreeMap<Concept, Annotated>, annotated: Annotated) {
    match list.get(&annotated.concept) {
        Some(known) if known.weight >= annotated.weight => {}
        _ => {
            list.insert(annotated.concept, annotated);
        }
    }
}

fn strongest_first(list: BTreeMap<Concept, Annotated>) -> Vec<Annotated> {
    let mut list: Vec<Annotated> = list.into_values().collect();
    list.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.concept.cmp(&b.concept)));
    list
}

fn label_key(label: &str) -> String {
    let words = text::words(label);
    let folded: Vec<&str> = words.iter().map(|word| word.folded.as_str()).collect();
    folded.join(" ")
}

fn labels(taxonomy: &Taxonomy) -> HashMap<(ConceptKind, String), Concept> {
    let mut labels = HashMap::new();
    for kind in ConceptKind::ALL {
        for concept in taxonomy.concepts(kind) {
            let entry = taxonomy.entry(concept);
            for label in [&entry.label_fr, &entry.label_en].into_iter().chain(&entry.aliases) {
                let key = label_key(label);
                if !key.is_empty() {
                    labels.entry((kind, key)).or_insert(concept);
                }
            }
        }
    }
    labels
}

fn ordinary(taxonomy: &Taxonomy) -> HashSet<String> {
    let mut stems = HashSet::new();
    for kind in ConceptKind::ALL {
        for entry in taxonomy.entries(kind) {
            let prose = [&entry.definition_fr, &entry.definition_en];
            for sentence in prose.into_iter().chain(&entry.lay) {
                stems.extend(text::words(sentence).into_iter().map(|word| word.stem));
            }
        }
    }
    stems
}
