//! Reading a question: words, with their synonyms and corrections, and concepts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::annotation::text::{Word, is_stop, stem, words};
use crate::annotation::{Annotator, Purpose};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::taxonomy::Taxonomy;

use super::expansion::Expansion;
use super::settings::{FAINT, SETTINGS};
use super::statistics::{Counted, STATISTICS};
use super::synonyms::{ENGLISH, SYNONYMS, Synonyms};
use super::vocabulary::Vocabulary;

/// Words read of a question: far more than a person types.
const WORDS_MAX: usize = 64;

/// What questions are read with, made at the first one: it depends on the taxonomy and on
/// the frozen statistics, not on the records.
#[derive(Debug, Default)]
pub struct Wordbook {
    expansion: OnceLock<Expansion>,
    vocabulary: OnceLock<Vocabulary>,
}

impl Wordbook {
    fn expansion(&self, taxonomy: &Taxonomy) -> &Expansion {
        self.expansion.get_or_init(|| Expansion::new(taxonomy))
    }

    fn vocabulary(&self, taxonomy: &Taxonomy) -> &Vocabulary {
        self.vocabulary.get_or_init(|| {
            let frozen = STATISTICS.forms().map(|(form, count)| (form.to_owned(), count));
            let wordings = self.expansion(taxonomy).forms().map(|form| (form.to_owned(), 1));
            Vocabulary::new(frozen.chain(wordings))
        })
    }
}

/// What the index itself knows of words.
pub trait Holds {
    /// Whether a record holds this stem.
    fn holds(&self, stem: &str) -> bool;
    /// The word of the records nearest to an unknown folded one.
    fn nearest(&self, unknown: &str) -> Option<String>;
}

/// One way to say a word of the question.
#[derive(Debug, Clone, PartialEq)]
pub struct Wording {
    /// The stems that say it together; a record that holds some of them says some of it.
    pub stems: Vec<String>,
    /// The folded word, where it was written so.
    pub exact: Option<String>,
    /// How much it counts beside the word as asked, 0..=1.
    pub weight: f64,
}

/// A word of the question: the best of its wordings counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The wordings, the one asked first.
    pub wordings: Vec<Wording>,
    /// How much it counts in the question, 0..=1.
    pub weight: f64,
}

/// A question, read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Question {
    /// Its words.
    pub words: Vec<Asked>,
    /// The concepts that it means, with their weight, 0..=1: those shown to the asker.
    pub understood: Vec<(Concept, f64)>,
    /// All the concepts that count: those and the ones near them, strongest first.
    pub concepts: Vec<(Concept, f64)>,
    /// Words corrected: as written, as searched.
    pub corrections: Vec<(String, String)>,
}

/// Reads a question; one that says nothing gives an empty reading.
#[must_use]
pub fn read(
    text: &str,
    annotator: &Annotator,
    taxonomy: &Taxonomy,
    wordbook: &Wordbook,
    index: &dyn Holds,
) -> Question {
    let expansion = wordbook.expansion(taxonomy);
    let mut question = Question::default();
    let mut known: Vec<(String, String)> = Vec::new();
    let english = is_english(text);
    for word in content(text, english) {
        let known_word = index.holds(&word.stem)
            || expansion.knows(&word.stem)
            || SYNONYMS.knows(&word.stem)
            || STATISTICS.knows(Counted::Stem, &word.stem)
            || (english && ENGLISH.knows(&word.stem));
        let right = (!known_word)
            .then(|| {
                let vocabulary = wordbook.vocabulary(taxonomy);
                let near = vocabulary.nearest(&word.folded).map(str::to_owned);
                near.or_else(|| index.nearest(&word.folded))
            })
            .flatten();
        match right {
            Some(right) => {
                known.push((stem(&right), right.clone()));
                question.corrections.push((word.text.to_owned(), right));
            }
            None => known.push((word.stem, word.folded)),
        }
    }
    question.words = asked(&known, &question.corrections);
    let said: Vec<&str> = known.iter().map(|(stem, _)| stem.as_str()).collect();
    if english {
        question.words.iter_mut().for_each(|word| word.wordings[0].weight *= SETTINGS.foreign);
        say_also(&mut question.words, &said, &ENGLISH, 1.0);
    } else {
        say_also(&mut question.words, &said, &SYNONYMS, SETTINGS.synonym);
    }
    // The corrected text, so that both readers see the same words.
    let corrected = corrected(text, &question.corrections);
    let annotation = annotator.annotate(&corrected, Purpose::Query);
    let mut weights: BTreeMap<Concept, f64> = BTreeMap::new();
    for found in &annotation.concepts {
        keep(&mut weights, found.concept, found.weight);
    }
    question.understood = strongest_first(&weights);
    for (concept, weight) in near(&question.words, expansion) {
        keep(&mut weights, concept, weight);
    }
    for (concept, weight) in family(&weights, taxonomy) {
        keep(&mut weights, concept, weight);
    }
    question.concepts = strongest_first(&weights);
    question
}

/// The content words of a text, each stem once; in English, a word that French would take
/// for a grammar word ("car") stays when the dictionary knows it.
fn content(text: &str, english: bool) -> Vec<Word<'_>> {
    let mut seen = BTreeSet::new();
    words(text)
        .into_iter()
        .filter(|word| !is_stop(&word.folded) || (english && ENGLISH.knows(&word.stem)))
        .filter(|word| seen.insert(word.stem.clone()))
        .take(WORDS_MAX)
        .collect()
}

/// The words, from (stem, folded) pairs.
fn asked(known: &[(String, String)], corrections: &[(String, String)]) -> Vec<Asked> {
    let mut list: Vec<Asked> = Vec::with_capacity(known.len());
    for (stem, folded) in known {
        let corrected = corrections.iter().any(|(_, right)| right == folded);
        let faint = FAINT.iter().any(|faint| faint == folded);
        list.push(Asked {
            wordings: vec![Wording {
                stems: vec![stem.clone()],
                exact: Some(folded.clone()),
                weight: if corrected { SETTINGS.correction } else { 1.0 },
            }],
            weight: if faint { SETTINGS.faint } else { 1.0 },
        });
    }
    list
}

/// Adds to the words their other wordings.
fn say_also(list: &mut [Asked], stems: &[&str], synonyms: &Synonyms, weight: f64) {
    for found in synonyms.find(stems) {
        let long = found.len > 1;
        for other in found.others {
            // Another way to say several words stands on the first of them.
            let asked = &mut list[found.at];
            if asked.wordings.iter().all(|wording| wording.stems != other) {
                asked.wordings.push(Wording { stems: other, exact: None, weight });
            }
            if long {
                // Part of a known wording, a word is not faint.
                asked.weight = 1.0;
            }
        }
    }
}

/// The text with its corrections in place.
fn corrected(text: &str, corrections: &[(String, String)]) -> String {
    let mut corrected = String::with_capacity(text.len());
    let mut from = 0;
    for word in words(text) {
        if let Some((_, right)) = corrections.iter().find(|(wrong, _)| wrong == word.text) {
            corrected.push_str(&text[from..word.start]);
            corrected.push_str(right);
            from = word.end;
        }
    }
    corrected.push_str(&text[from..]);
    corrected
}

/// The concepts whose wordings share words with the question.
fn near(words: &[Asked], expansion: &Expansion) -> Vec<(Concept, f64)> {
    let mut stems: Vec<(&str, f64)> = Vec::new();
    for asked in words {
        // A wording of several words would say too much alone.
        let alone = asked.wordings.iter().filter(|wording| wording.stems.len() == 1);
        for (rank, wording) in alone.enumerate() {
            let share = if rank == 0 { 1.0 } else { SETTINGS.near_synonym };
            stems.push((&wording.stems[0], share * asked.weight));
        }
    }
    let near = expansion.near(&stems);
    let best = near.values().copied().fold(0.0, f64::max);
    let least = SETTINGS.near_min.max(SETTINGS.near_share * best);
    let mut kept: Vec<(Concept, f64)> = near.into_iter().filter(|&(_, n)| n >= least).collect();
    kept.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    kept.truncate(SETTINGS.near_max);
    kept.into_iter().map(|(concept, n)| (concept, (n * SETTINGS.near).min(1.0))).collect()
}

/// The parents and the children of the concepts, at a lower weight.
fn family(weights: &BTreeMap<Concept, f64>, taxonomy: &Taxonomy) -> Vec<(Concept, f64)> {
    let mut family = Vec::new();
    for (&concept, &weight) in weights {
        if let Some(parent) = taxonomy.entry(concept).parent {
            family.push((parent, SETTINGS.parent * weight));
        }
    }
    for kind in ConceptKind::ALL {
        for child in taxonomy.concepts(kind) {
            let parent = taxonomy.entry(child).parent;
            if let Some(weight) = parent.and_then(|parent| weights.get(&parent)) {
                family.push((child, SETTINGS.child * weight));
            }
        }
    }
    family
}

fn keep(weights: &mut BTreeMap<Concept, f64>, concept: Concept, weight: f64) {
    let best = weights.entry(concept).or_insert(0.0);
    *best = best.max(weight);
}

fn strongest_first(weights: &BTreeMap<Concept, f64>) -> Vec<(Concept, f64)> {
    let mut list: Vec<(Concept, f64)> = weights.iter().map(|(&c, &w)| (c, w)).collect();
    list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    list
}

/// Whether a question is in English: more of its words are in the English dictionary, or
/// are English grammar, than are French grammar or known to the records' language alone.
fn is_english(text: &str) -> bool {
    const ENGLISH_ONLY: [&str; 42] = [
        "the", "of", "and", "for", "with", "from", "are", "be", "that", "this", "these", "those",
        "their", "your", "our", "my", "its", "it", "they", "we", "you", "who", "which", "into",
        "about", "nobody", "someone", "can", "cannot", "where", "how", "what", "to", "at", "by",
        "when", "without", "a", "in", "back", "no", "people",
    ];
    const FRENCH_ONLY: [&str; 44] = [
        "le", "la", "les", "un", "une", "des", "du", "de", "au", "aux", "et", "ou", "pour", "avec",
        "dans", "sans", "par", "qui", "que", "ne", "pas", "plus", "est", "sont", "se", "ce",
        "cette", "ces", "il", "elle", "nous", "vous", "ils", "leur", "ses", "son", "sa", "mon",
        "ma", "mes", "je", "chez", "sur", "en",
    ];
    let (mut english, mut french) = (0, 0);
    for word in words(text) {
        let written = word.folded.as_str();
        let accented = !word.text.is_ascii();
        if accented || word.elided.is_some() || FRENCH_ONLY.contains(&written) {
            french += 1;
        } else if ENGLISH_ONLY.contains(&written) || ENGLISH.knows(&word.stem) {
            // A word of both languages tells nothing.
            let both = STATISTICS.knows(Counted::Form, written) && !ENGLISH_ONLY.contains(&written);
            english += usize::from(!both);
        } else if STATISTICS.knows(Counted::Form, written) {
            french += 1;
        }
    }
    english > french
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_told_from_french() {
        for text in ["unsold food given to charities", "shared flats for young workers"] {
            assert!(is_english(text), "{text}");
        }
        for text in ["réparer un vélo", "l’emploi des jeunes", "autopartage", "food truck de l'été"]
        {
            assert!(!is_english(text), "{text}");
        }
    }

    #[test]
    fn a_corrected_text_keeps_the_rest() {
        let fixes = vec![("epiceri".to_owned(), "epicerie".to_owned())];
        assert_eq!(corrected("l’epiceri, vite !", &fixes), "l’epicerie, vite !");
    }
}
