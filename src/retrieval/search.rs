//! Ranking the enterprises for a question.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use tantivy::schema::Value as _;
use tantivy::{DocAddress, TantivyDocument, Term};

use crate::annotation::Annotator;
use crate::domain::concept::Concept;
use crate::domain::lang::Lang;
use crate::domain::taxonomy::Taxonomy;

use super::error::RetrievalError;
use super::indexing::concept_term;
use super::query::{self, Holds, Question, Wordbook};
use super::schema::Fields;
use super::scoring;
use super::settings::SETTINGS;
use super::snippet::{self, Snippet, Wanted};
use super::statistics::{Counted, STATISTICS};
use super::vocabulary::Vocabulary;

/// Snippets are made for this many of the best hits; the others have an empty one.
const SNIPPETS_MAX: usize = 1_000;

/// How near a record is to a question: 0 or more, higher is nearer; no unit, comparable
/// for one question only.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct RetrievalScore(pub f64);

/// An enterprise found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its id.
    pub id: String,
    /// How near it is.
    pub score: RetrievalScore,
    /// The passage that answers; empty past the thousandth hit.
    pub snippet: Snippet,
    /// The concepts of the question that it carries, in the question's order.
    pub concepts: Vec<Concept>,
}

/// The enterprises found and how the question was understood.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// The best ones, best first, ties by id.
    pub hits: Vec<Hit>,
    /// The concepts read in the question, with their weight 0..=1, strongest first.
    pub concepts: Vec<(Concept, f64)>,
    /// Words corrected: as written, as searched.
    pub corrections: Vec<(String, String)>,
    /// How many enterprises have a score above 0.
    pub total: usize,
}

/// A view of one state of the index; cloning is cheap.
#[derive(Clone)]
pub struct Searcher {
    searcher: tantivy::Searcher,
    fields: Fields,
    wordbook: Arc<Wordbook>,
    /// The words of the records, for typing errors; made when first needed.
    words: Arc<OnceLock<Vocabulary>>,
}

impl std::fmt::Debug for Searcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Searcher").field("rows", &self.searcher.num_docs()).finish_non_exhaustive()
    }
}

/// A row that scored.
struct Scored {
    id: String,
    score: f64,
    address: DocAddress,
}

impl Searcher {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.searcher.num_docs()
    }

    pub(super) fn new(
        searcher: tantivy::Searcher,
        fields: Fields,
        wordbook: Arc<Wordbook>,
    ) -> Self {
        Self { searcher, fields, wordbook, words: Arc::default() }
    }

    /// The `limit` enterprises nearest to `q`, best first.
    ///
    /// Any text is a question; one without a known word finds nothing. `_lang` changes
    /// nothing today: a question is read in both languages, and snippets are the record's
    /// own words.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn search(
        &self,
        annotator: &Annotator,
        taxonomy: &Taxonomy,
        q: &str,
        limit: usize,
        _lang: Lang,
    ) -> Result<Found, RetrievalError> {
        let question = self.read(annotator, taxonomy, q);
        let mut scored = self.scored(&question, taxonomy)?;
        let total = scored.len();
        scored.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        scored.truncate(limit);
        let wanted = wanted(&question, taxonomy);
        let carriers = self.carriers(&question, taxonomy, &scored)?;
        let mut hits = Vec::with_capacity(scored.len());
        for (rank, (row, concepts)) in scored.into_iter().zip(carriers).enumerate() {
            let snippet = if rank < SNIPPETS_MAX {
                self.snippet(row.address, &wanted)?
            } else {
                Snippet::default()
            };
            hits.push(Hit { id: row.id, score: RetrievalScore(row.score), snippet, concepts });
        }
        Ok(Found { hits, concepts: question.understood, corrections: question.corrections, total })
    }

    /// How relevant each enterprise is to `q`: id → 0..1, higher is nearer; an enterprise
    /// that is not there has 0.
    ///
    /// Formula: `b / (b + k)`, `b` the score by which [`Searcher::search`] ranks and `k` the
    /// `half` of `index/retrieval.toml`.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn relevance(
        &self,
        annotator: &Annotator,
        taxonomy: &Taxonomy,
        q: &str,
    ) -> Result<BTreeMap<String, f64>, RetrievalError> {
        let question = self.read(annotator, taxonomy, q);
        let scored = self.scored(&question, taxonomy)?;
        Ok(scored
            .into_iter()
            .map(|row| (row.id, row.score / (row.score + SETTINGS.half)))
            .collect())
    }

    /// The record of an enterprise as it was given, JSON.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn body(&self, id: &str) -> Result<Option<String>, RetrievalError> {
        let term = Term::from_field_text(self.fields.id, id);
        for (number, segment) in (0..).zip(self.searcher.segment_readers()) {
            let index = segment.inverted_index(self.fields.id)?;
            let option = tantivy::schema::IndexRecordOption::Basic;
            let Some(mut rows) = index.read_postings(&term, option)? else { continue };
            use tantivy::DocSet as _;
            while rows.doc() != tantivy::TERMINATED {
                if !segment.is_deleted(rows.doc()) {
                    let address = DocAddress::new(number, rows.doc());
                    let document: TantivyDocument = self.searcher.doc(address)?;
                    let body = document.get_first(self.fields.body).and_then(|v| v.as_bytes());
                    return Ok(body.map(|body| String::from_utf8_lossy(body).into_owned()));
                }
                rows.advance();
            }
        }
        Ok(None)
    }

    fn read(&self, annotator: &Annotator, taxonomy: &Taxonomy, q: &str) -> Question {
        query::read(q, annotator, taxonomy, &self.wordbook, self)
    }

    fn scored(
        &self,
        question: &Question,
        taxonomy: &Taxonomy,
    ) -> Result<Vec<Scored>, RetrievalError> {
        let mut scored = Vec::new();
        for (number, segment) in (0..).zip(self.searcher.segment_readers()) {
            let Some(ids) = segment.fast_fields().str("id")? else { continue };
            for (row, score) in scoring::score(question, segment, &self.fields, taxonomy)? {
                let mut id = String::new();
                if let Some(ord) = ids.term_ords(row).next() {
                    ids.ord_to_str(ord, &mut id)?;
                    scored.push(Scored { id, score, address: DocAddress::new(number, row) });
                }
            }
        }
        Ok(scored)
    }

    /// The concepts of the question that each row carries.
    fn carriers(
        &self,
        question: &Question,
        taxonomy: &Taxonomy,
        rows: &[Scored],
    ) -> Result<Vec<Vec<Concept>>, RetrievalError> {
        let shown: BTreeMap<DocAddress, usize> =
            rows.iter().enumerate().map(|(at, row)| (row.address, at)).collect();
        let mut carried = vec![Vec::new(); rows.len()];
        for &(concept, _) in &question.understood {
            let term = concept_term(taxonomy, concept);
            for (number, segment) in (0..).zip(self.searcher.segment_readers()) {
                scoring::postings(segment, self.fields.concepts, &term, |row, _| {
                    if let Some(&at) = shown.get(&DocAddress::new(number, row)) {
                        carried[at].push(concept);
                    }
                })?;
            }
        }
        Ok(carried)
    }

    fn snippet(&self, address: DocAddress, wanted: &Wanted) -> Result<Snippet, RetrievalError> {
        let document: TantivyDocument = self.searcher.doc(address)?;
        let passages = document.get_all(self.fields.passages).filter_map(|value| value.as_str());
        Ok(snippet::best(passages, wanted))
    }
}

impl Holds for Searcher {
    fn holds(&self, stem: &str) -> bool {
        // A word that cannot be looked up is taken as it is: scoring then tells the error.
        self.fields.words.iter().any(|&field| {
            let found = self.searcher.doc_freq(&Term::from_field_text(field, stem));
            found.map_or(true, |count| count > 0)
        })
    }

    fn nearest(&self, unknown: &str) -> Option<String> {
        let words = self.words.get_or_init(|| {
            let mut words: BTreeSet<String> = BTreeSet::new();
            for segment in self.searcher.segment_readers() {
                let Ok(index) = segment.inverted_index(self.fields.exact) else { continue };
                let Ok(mut terms) = index.terms().stream() else { continue };
                while terms.advance() {
                    words.extend(std::str::from_utf8(terms.key()).ok().map(str::to_owned));
                }
            }
            Vocabulary::new(words.into_iter().map(|word| (word, 1)))
        });
        words.nearest(unknown).map(str::to_owned)
    }
}

/// What a snippet should show: the words asked, their synonyms, the concepts.
fn wanted(question: &Question, taxonomy: &Taxonomy) -> Wanted {
    let mut wanted = Wanted::default();
    for asked in &question.words {
        for wording in &asked.wordings {
            for stem in &wording.stems {
                let rarity = STATISTICS.rarity(Counted::Stem, stem);
                let weight = asked.weight * wording.weight * rarity;
                let known = wanted.stems.entry(stem.clone()).or_insert(0.0);
                *known = known.max(weight);
            }
        }
    }
    for &(concept, weight) in &question.concepts {
        let term = concept_term(taxonomy, concept);
        let worth = 0.7 * weight * STATISTICS.rarity(Counted::Concept, &term);
        wanted.concepts.insert(term, worth);
    }
    wanted
}
