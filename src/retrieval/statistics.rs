//! Frozen term statistics: how rare each word is, counted once on the seed.
//!
//! BM25 usually counts in the index itself, so that adding a record moves the score of
//! every other. Here the counts are a versioned file, `index/term_statistics.tsv.gz`:
//! what a record scores for a question does not depend on its neighbours, on deletions or
//! on merges. A term that the file does not know counts as found in one document.
//!
//! The file is tab-separated: `documents <n>`, `length <field> <mean words>`, then
//! `stem|root|concept|form <term> <documents holding it>`, sorted.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{Read as _, Write as _};
use std::sync::LazyLock;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::annotation::text::{is_stop, words};
use crate::domain::enterprise::Enterprise;
use crate::domain::taxonomy::Taxonomy;

use super::analyzer::root;
use super::indexing::{concept_terms, word_texts};
use super::schema::WORD_FIELDS;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Counted {
    /// A stem, in any word field.
    Stem,
    /// A beginning of word, in any word field.
    Root,
    /// A concept carried, as `kind:id`.
    Concept,
    /// A folded word as written, in any word field.
    Form,
}

impl Counted {
    const ALL: [Self; 4] = [Self::Stem, Self::Root, Self::Concept, Self::Form];

    fn as_str(self) -> &'static str {
        match self {
            Self::Stem => "stem",
            Self::Root => "root",
            Self::Concept => "concept",
            Self::Form => "form",
        }
    }
}

/// Counts of documents and mean lengths, read from a file and never changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Statistics {
    documents: f64,
    lengths: BTreeMap<String, f64>,
    counts: HashMap<Counted, HashMap<String, u32>>,
}

/// The statistics of this build.
pub static STATISTICS: LazyLock<Statistics> =
    LazyLock::new(|| Statistics::read(include_bytes!("../../index/term_statistics.tsv.gz")));

impl Statistics {
    /// Reads the file; lines it does not know are skipped.
    #[must_use]
    pub fn read(gzip: &[u8]) -> Self {
        let mut text = String::new();
        // Embedded and tested: a damaged one would read as empty, every term then being rare.
        let _ = GzDecoder::new(gzip).read_to_string(&mut text);
        let mut statistics = Self::default();
        for line in text.lines() {
            let parts: Vec<&str> = line.split('\t').collect();
            match parts.as_slice() {
                ["documents", n] => statistics.documents = n.parse().unwrap_or(0.0),
                ["length", field, mean] => {
                    let mean = mean.parse().unwrap_or(0.0);
                    statistics.lengths.insert((*field).to_owned(), mean);
                }
                [kind, term, n] => {
                    let counted = Counted::ALL.into_iter().find(|c| c.as_str() == *kind);
                    if let (Some(counted), Ok(n)) = (counted, n.parse()) {
                        let terms = statistics.counts.entry(counted).or_default();
                        terms.insert((*term).to_owned(), n);
                    }
                }
                _ => {}
            }
        }
        statistics
    }

    /// In how many documents of the frozen corpus a term is; 1 when it is in none.
    #[must_use]
    pub fn frequency(&self, counted: Counted, term: &str) -> u32 {
        let known = self.counts.get(&counted).and_then(|terms| terms.get(term));
        known.copied().unwrap_or(1).max(1)
    }

    /// Whether the frozen corpus holds this term.
    #[must_use]
    pub fn knows(&self, counted: Counted, term: &str) -> bool {
        self.counts.get(&counted).is_some_and(|terms| terms.contains_key(term))
    }

    /// Rarity of a term, 0 or more, higher is rarer.
    ///
    /// Formula: `ln(1 + (N − n + 0.5)/(n + 0.5))`, `N` documents of which `n` hold the term
    /// (Robertson & Zaragoza 2009, DOI 10.1561/1500000019, in the never negative form).
    #[must_use]
    pub fn rarity(&self, counted: Counted, term: &str) -> f64 {
        let n = f64::from(self.frequency(counted, term)).min(self.documents.max(1.0));
        (1.0 + (self.documents.max(1.0) - n + 0.5) / (n + 0.5)).ln()
    }

    /// Mean length of a field, in words, at least 1.
    #[must_use]
    pub fn length(&self, field: &str) -> f64 {
        self.lengths.get(field).copied().unwrap_or(1.0).max(1.0)
    }

    /// Every folded word of the frozen corpus with the number of documents that hold it, in
    /// no order.
    pub fn forms(&self) -> impl Iterator<Item = (&str, u32)> {
        self.counts
            .get(&Counted::Form)
            .into_iter()
            .flatten()
            .map(|(form, &count)| (form.as_str(), count))
    }

    /// Counts a corpus: what `index/term_statistics.tsv.gz` holds, once written.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // counts of words, far below 2^52
    pub fn freeze<'a>(
        enterprises: impl IntoIterator<Item = &'a Enterprise>,
        taxonomy: &Taxonomy,
    ) -> Self {
        let mut statistics = Self::default();
        let mut lengths: BTreeMap<String, f64> = BTreeMap::new();
        let mut documents = 0_u32;
        for enterprise in enterprises {
            documents += 1;
            let mut seen: BTreeSet<(Counted, String)> = BTreeSet::new();
            let (mut all, mut long) = (0_usize, 0_usize);
            for (name, texts) in WORD_FIELDS.iter().zip(word_texts(enterprise)) {
                let mut length = 0_usize;
                for text in texts {
                    for word in words(text).into_iter().filter(|w| !is_stop(&w.folded)) {
                        length += 1;
                        if let Some(root) = root(&word.folded) {
                            long += 1;
                            seen.insert((Counted::Root, root.to_owned()));
                        }
                        seen.insert((Counted::Stem, word.stem));
                        seen.insert((Counted::Form, word.folded));
                    }
                }
                all += length;
                *lengths.entry((*name).to_owned()).or_default() += length as f64;
            }
            *lengths.entry("exact".to_owned()).or_default() += all as f64;
            *lengths.entry("roots".to_owned()).or_default() += long as f64;
            for (term, _) in concept_terms(enterprise, taxonomy) {
                seen.insert((Counted::Concept, term));
            }
            for (counted, term) in seen {
                let terms = statistics.counts.entry(counted).or_default();
                *terms.entry(term).or_insert(0) += 1;
            }
        }
        statistics.documents = f64::from(documents);
        // Two decimals, as in the file: what is written reads back equal.
        let mean = |sum: f64| (sum / statistics.documents.max(1.0) * 100.0).round() / 100.0;
        statistics.lengths = lengths.into_iter().map(|(field, sum)| (field, mean(sum))).collect();
        statistics
    }

    /// The file, compressed; the same statistics always give the same bytes.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut text = format!("documents\t{}\n", self.documents);
        for (field, mean) in &self.lengths {
            text.push_str(&format!("length\t{field}\t{mean}\n"));
        }
        for counted in Counted::ALL {
            let sorted: BTreeMap<&String, &u32> =
                self.counts.get(&counted).into_iter().flatten().collect();
            for (term, count) in sorted {
                text.push_str(&format!("{}\t{term}\t{count}\n", counted.as_str()));
            }
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).expect("writing to memory cannot fail");
        encoder.finish().expect("writing to memory cannot fail")
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::seed;
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let (enterprises, annotator) = seed::small();
        let frozen = Statistics::freeze(&enterprises, annotator.taxonomy());
        assert_eq!(Statistics::read(&frozen.write()), frozen);
    }

    #[test]
    fn an_unseen_term_counts_as_found_once_and_rarity_falls_with_frequency() {
        assert_eq!(STATISTICS.frequency(Counted::Stem, "zzyzx"), 1);
        let rare = STATISTICS.rarity(Counted::Stem, "zzyzx");
        let common = STATISTICS.rarity(Counted::Stem, "emploi");
        assert!(rare > common && common > 0.0, "{rare} {common}");
    }

    #[test]
    fn the_shipped_file_was_counted_on_a_corpus() {
        assert!(STATISTICS.documents > 100.0);
        assert!(STATISTICS.length("summary") > 5.0);
    }
}
