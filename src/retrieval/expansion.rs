//! Concepts near the words of a question, by their wordings.
//!
//! The annotator says what a question surely means and is silent when unsure, as it must
//! for a record. To rank, a likely concept is worth something too: here each concept of
//! the taxonomy is a small document made of its labels, wordings, everyday sentences and
//! definitions in both languages, scored by BM25 on the words of the question. It depends
//! on the taxonomy alone, never on the records.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::annotation::text::{is_stop, words};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::taxonomy::{ConceptEntry, Taxonomy};

/// Saturation and length share of BM25 on concepts.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.5;
/// How much a word of `index/everyday_words.txt` counts beside a wording.
const EVERYDAY: f64 = 2.0;

/// The words of the concepts, ready to be scored.
#[derive(Debug, Clone, Default)]
pub struct Expansion {
    /// Stem → (concept, weighted frequency already divided by the length share).
    postings: HashMap<String, Vec<(Concept, f64)>>,
    concepts: f64,
    forms: BTreeSet<String>,
}

impl Expansion {
    /// Reads the wordings of a taxonomy; themes apart, which are too broad to be guessed.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a few hundred concepts
    pub fn new(taxonomy: &Taxonomy) -> Self {
        let mut documents: Vec<(Concept, BTreeMap<String, f64>)> = Vec::new();
        let mut forms = BTreeSet::new();
        for kind in
            [ConceptKind::Need, ConceptKind::Public, ConceptKind::Resource, ConceptKind::Step]
        {
            for concept in taxonomy.concepts(kind) {
                documents.push((concept, stems(taxonomy.entry(concept), &mut forms)));
            }
        }
        for (concept, text) in everyday(taxonomy) {
            if let Some((_, stems)) = documents.iter_mut().find(|(known, _)| *known == concept) {
                add(text, EVERYDAY, stems, &mut forms);
            }
        }
        let lengths: Vec<f64> =
            documents.iter().map(|(_, stems)| stems.values().sum::<f64>()).collect();
        let mean = (lengths.iter().sum::<f64>() / documents.len().max(1) as f64).max(1.0);
        let mut expansion = Self { concepts: documents.len() as f64, forms, ..Self::default() };
        for ((concept, stems), length) in documents.into_iter().zip(lengths) {
            let norm = 1.0 - LENGTH + LENGTH * length / mean;
            for (stem, frequency) in stems {
                expansion.postings.entry(stem).or_default().push((concept, frequency / norm));
            }
        }
        expansion
    }

    /// Whether a wording of the taxonomy holds this stem.
    #[must_use]
    pub fn knows(&self, stem: &str) -> bool {
        self.postings.contains_key(stem)
    }

    /// Every folded content word of the wordings, in alphabetical order.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        self.forms.iter().map(String::as_str)
    }

    /// Nearness of each concept to weighted stems, 0..=1, higher is nearer; concepts that
    /// share no word are left out.
    ///
    /// Formula: `Σ_w v_w·idf_w·f/(k+f) / Σ_w v_w·idf_w` over the stems that the taxonomy
    /// knows, an unknown one counting as the rarest in the denominator.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a few hundred concepts
    pub fn near(&self, stems: &[(&str, f64)]) -> BTreeMap<Concept, f64> {
        let mut near: BTreeMap<Concept, f64> = BTreeMap::new();
        let mut whole = 0.0;
        for &(stem, weight) in stems {
            let postings = self.postings.get(stem).map_or(&[][..], Vec::as_slice);
            let n = postings.len() as f64;
            let idf = (1.0 + (self.concepts - n + 0.5) / (n + 0.5)).ln() * weight;
            whole += idf;
            for &(concept, frequency) in postings {
                *near.entry(concept).or_default() += idf * frequency / (SATURATION + frequency);
            }
        }
        near.values_mut().for_each(|nearness| *nearness /= whole);
        near
    }
}

/// The weighted frequencies of the stems of one concept.
fn stems(entry: &ConceptEntry, forms: &mut BTreeSet<String>) -> BTreeMap<String, f64> {
    let one = std::slice::from_ref;
    let lists: [(&[String], f64); 9] = [
        (one(&entry.label_fr), 2.0),
        (one(&entry.label_en), 2.0),
        (&entry.terms, 1.0),
        (&entry.terms_en, 1.0),
        (&entry.lay, 1.0),
        (&entry.weak_terms, 0.7),
        (&entry.aliases, 0.7),
        (one(&entry.definition_fr), 0.5),
        (one(&entry.definition_en), 0.5),
    ];
    let mut stems = BTreeMap::new();
    for (texts, weight) in lists {
        for text in texts {
            add(text, weight, &mut stems, forms);
        }
    }
    stems
}

fn add(text: &str, weight: f64, stems: &mut BTreeMap<String, f64>, forms: &mut BTreeSet<String>) {
    for word in words(text).into_iter().filter(|word| !is_stop(&word.folded)) {
        *stems.entry(word.stem).or_insert(0.0) += weight;
        forms.insert(word.folded);
    }
}

/// The everyday words around each need, those that the annotator learns from.
fn everyday(taxonomy: &Taxonomy) -> impl Iterator<Item = (Concept, &'static str)> {
    include_str!("../../index/everyday_words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(need, text)| Some((taxonomy.find(ConceptKind::Need, need.trim())?, text)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::seed;
    use super::*;
    use crate::annotation::text::stem;

    #[test]
    fn the_concept_that_shares_the_rare_words_is_nearest() {
        let (_, annotator) = seed::small();
        let expansion = Expansion::new(annotator.taxonomy());
        let stems = [stem("poussette"), stem("couches")];
        let asked: Vec<(&str, f64)> = stems.iter().map(|s| (s.as_str(), 1.0)).collect();
        let near = expansion.near(&asked);
        let best = near.iter().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        assert_eq!(annotator.taxonomy().id(*best.0), "articles_bebe");
        assert!(near.values().all(|nearness| (0.0..=1.0).contains(nearness)));
        assert!(expansion.near(&[("zzyzx", 1.0)]).is_empty());
        assert!(expansion.near(&[]).is_empty());
    }
}
