//! The score of every record for a question: BM25 on weighted fields, then concepts.
//!
//! Every posting of every term is read, so the score of a record is exact and the same
//! whatever its segment: additions are made in the order of the question, in double
//! precision. (tantivy's own union adds in single precision in an order that depends on
//! the segment, and prunes for a top k; here all records are wanted, for the criterion.)
//!
//! For a wording of stems `s`, over the fields `f`:
//! `tf(s) = Σ_f boost_f · n(s,f) / (1 − b_f + b_f · length_f / mean_f)`, then
//! `idf(s) · tf / (k + tf)` (BM25F: Robertson & Zaragoza 2009, §3.5,
//! DOI 10.1561/1500000019), `idf` and `mean` frozen. A wording of several stems scores
//! their sum times the share of them that the record holds; a word of the question counts
//! for its best wording. A concept adds `kind · weight · idf · carried`, the best of a kind
//! whole and the others by the share `tie`.

use std::collections::BTreeMap;

use tantivy::postings::Postings as _;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet as _, SegmentReader, TERMINATED, Term};

use crate::domain::taxonomy::Taxonomy;

use super::analyzer::root;
use super::error::RetrievalError;
use super::indexing::concept_term;
use super::query::{Question, Wording};
use super::schema::{CONCEPT_STEPS, Fields, WORD_FIELDS};
use super::settings::{FieldSettings, SETTINGS};
use super::statistics::{Counted, STATISTICS};

/// One value per row of a segment, most of them 0, cleared at the cost of those touched.
struct Column {
    values: Vec<f64>,
    touched: Vec<u32>,
}

impl Column {
    fn new(rows: u32) -> Self {
        Self { values: vec![0.0; rows as usize], touched: Vec::new() }
    }

    fn add(&mut self, row: u32, value: f64) {
        let cell = &mut self.values[row as usize];
        if *cell == 0.0 {
            self.touched.push(row);
        }
        *cell += value;
    }

    fn raise(&mut self, row: u32, value: f64) {
        let cell = &mut self.values[row as usize];
        if *cell == 0.0 {
            self.touched.push(row);
        }
        *cell = cell.max(value);
    }

    /// Hands out the rows touched and clears them.
    fn drain(&mut self, mut each: impl FnMut(u32, f64)) {
        for row in self.touched.drain(..) {
            each(row, std::mem::take(&mut self.values[row as usize]));
        }
    }
}

/// The score of each live row of a segment that has one, above 0.
///
/// # Errors
/// The index cannot be read.
pub fn score(
    question: &Question,
    segment: &SegmentReader,
    fields: &Fields,
    taxonomy: &Taxonomy,
) -> Result<Vec<(u32, f64)>, RetrievalError> {
    let rows = segment.max_doc();
    let mut scorer = Scorer {
        segment,
        fields,
        frequency: Column::new(rows),
        wording: Column::new(rows),
        word: Column::new(rows),
        total: Column::new(rows),
    };
    for asked in &question.words {
        for wording in &asked.wordings {
            scorer.wording(wording)?;
        }
        let (word, total) = (&mut scorer.word, &mut scorer.total);
        word.drain(|row, best| total.add(row, asked.weight * best));
    }
    scorer.concepts(question, taxonomy)?;
    let mut scores = Vec::new();
    scorer.total.drain(|row, score| {
        if score > 0.0 && !segment.is_deleted(row) {
            scores.push((row, score));
        }
    });
    Ok(scores)
}

struct Scorer<'a> {
    segment: &'a SegmentReader,
    fields: &'a Fields,
    frequency: Column,
    wording: Column,
    word: Column,
    total: Column,
}

impl Scorer<'_> {
    /// Raises the word's score to that of one of its wordings.
    #[allow(clippy::cast_precision_loss)] // a few words
    fn wording(&mut self, wording: &Wording) -> Result<(), RetrievalError> {
        let mut held: BTreeMap<u32, (f64, usize)> = BTreeMap::new();
        let alone = wording.stems.len() == 1;
        for stem in &wording.stems {
            self.stem(stem, wording.exact.as_deref())?;
            let word = &mut self.word;
            self.wording.drain(|row, score| {
                if alone {
                    word.raise(row, wording.weight * score);
                } else {
                    let (sum, count) = held.entry(row).or_insert((0.0, 0));
                    *sum += score;
                    *count += 1;
                }
            });
        }
        let all = wording.stems.len() as f64;
        for (row, (sum, count)) in held {
            // All the words of a wording together are worth about one word of the question.
            let share = count as f64 / all;
            self.word.raise(row, wording.weight * share * share * sum / all.sqrt());
        }
        Ok(())
    }

    /// The score of one stem, as written where `exact` says so, in `self.wording`.
    fn stem(&mut self, stem: &str, exact: Option<&str>) -> Result<(), RetrievalError> {
        let fields = self.fields;
        for (at, field) in fields.words.into_iter().enumerate() {
            self.frequencies(field, WORD_FIELDS[at], stem, SETTINGS.words[at])?;
        }
        if let Some(exact) = exact {
            self.frequencies(fields.exact, "exact", exact, SETTINGS.exact)?;
        }
        let idf = STATISTICS.rarity(Counted::Stem, stem);
        let wording = &mut self.wording;
        self.frequency.drain(|row, tf| wording.raise(row, idf * tf / (SETTINGS.saturation + tf)));
        if let Some(root) = exact.and_then(root) {
            self.frequencies(fields.roots, "roots", root, SETTINGS.roots)?;
            let idf = STATISTICS.rarity(Counted::Root, root);
            let wording = &mut self.wording;
            self.frequency
                .drain(|row, tf| wording.raise(row, idf * tf / (SETTINGS.saturation + tf)));
        }
        Ok(())
    }

    /// Adds the weighted frequencies of a term in one field.
    fn frequencies(
        &mut self,
        field: Field,
        name: &str,
        term: &str,
        settings: FieldSettings,
    ) -> Result<(), RetrievalError> {
        if settings.boost <= 0.0 {
            return Ok(());
        }
        let lengths = self.segment.get_fieldnorms_reader(field)?;
        let mean = STATISTICS.length(name);
        let frequency = &mut self.frequency;
        postings(self.segment, field, term, |row, count| {
            let length = f64::from(lengths.fieldnorm(row));
            let norm = 1.0 - settings.length + settings.length * length / mean;
            frequency.add(row, settings.boost * f64::from(count) / norm);
        })
    }

    /// Adds what the concepts of the question are worth.
    fn concepts(&mut self, question: &Question, taxonomy: &Taxonomy) -> Result<(), RetrievalError> {
        for (kind, importance) in
            crate::domain::concept::ConceptKind::ALL.iter().zip(SETTINGS.kinds)
        {
            let field = self.fields.concepts;
            for &(concept, weight) in question.concepts.iter().filter(|(c, _)| c.kind == *kind) {
                let term = concept_term(taxonomy, concept);
                let value = importance * weight * STATISTICS.rarity(Counted::Concept, &term);
                let (best, sum) = (&mut self.word, &mut self.wording);
                postings(self.segment, field, &term, |row, count| {
                    let carried = value * f64::from(count) / CONCEPT_STEPS;
                    best.raise(row, carried);
                    sum.add(row, carried);
                })?;
            }
            let (total, tie) = (&mut self.total, SETTINGS.tie);
            self.word.drain(|row, best| total.add(row, (1.0 - tie) * best));
            self.wording.drain(|row, sum| total.add(row, tie * sum));
        }
        Ok(())
    }
}

/// Hands out the rows of a term with its count in each.
pub(super) fn postings(
    segment: &SegmentReader,
    field: Field,
    term: &str,
    mut each: impl FnMut(u32, u32),
) -> Result<(), RetrievalError> {
    let term = Term::from_field_text(field, term);
    let index = segment.inverted_index(field)?;
    let Some(mut postings) = index.read_postings(&term, IndexRecordOption::WithFreqs)? else {
        return Ok(());
    };
    let mut row = postings.doc();
    while row != TERMINATED {
        each(row, postings.term_freq());
        row = postings.advance();
    }
    Ok(())
}
