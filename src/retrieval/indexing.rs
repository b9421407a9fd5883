//! Writing the index, and bringing it to a state of the log.
//!
//! The index follows the log: [`Index::replace`] brings it to exactly the enterprises of a
//! state, [`Index::apply`] to the next state by the few that changed, each in one commit
//! whose payload says which state (`seq`) and under which rules, so a crash leaves the state
//! before or the state after. States between which no enterprise changed have one index:
//! nothing is then written, and a folder opened again may name a state earlier than the one
//! it shows. [`Index::replace`] compares record by record and never rewrites one that is
//! already right. An index that cannot be trusted (damaged file, other fields, unreadable
//! payload) opens empty at `seq` 0 and is filled again.
//!
//! One process at a time writes in a folder: the one that holds the lock of its `owner`
//! file, which the system lets go when the process ends, however it ends. Another one reads
//! the folder where it already shows what it wants, else makes an index of its own in
//! memory: two processes never overwrite each other, and a view never changes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, Term};

use crate::domain::enterprise::Enterprise;
use crate::domain::portrait::Mark;
use crate::domain::taxonomy::Taxonomy;

use super::analyzer;
use super::error::RetrievalError;
use super::folder::{Place, empty, read_payload, sound};
use super::query::Wordbook;
use super::schema::{CONCEPT_STEPS, Fields, schema};
use super::search::Searcher;
use super::snippet::passages;

/// Memory the writer may use before it writes a segment, bytes.
const WRITER_BYTES: usize = 32 << 20;

/// An enterprise and the record it was read from.
#[derive(Debug, Clone, Copy)]
pub struct IndexedEnterprise<'a> {
    /// The enterprise, with its portrait.
    pub enterprise: &'a Enterprise,
    /// The record as JSON, kept as it is.
    pub body: &'a str,
}

/// The text index.
pub struct Index {
    index: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    seq: u64,
    rules: String,
    wordbook: Arc<Wordbook>,
    place: Place,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index")
            .field("seq", &self.seq)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

impl Index {
    /// Opens the index of a folder, made when absent; `None` keeps it in memory.
    ///
    /// A damaged index, or one with other fields, is emptied: [`Index::seq`] then says 0.
    /// That of a folder that another process writes is left as it is, and not written.
    ///
    /// # Errors
    /// The folder cannot be made, read or emptied.
    pub fn open(dir: Option<&Path>) -> Result<Self, RetrievalError> {
        let (schema, fields) = schema();
        let Some(dir) = dir else {
            return Self::of(
                tantivy::Index::create_in_ram(schema),
                fields,
                Place::Memory { instead: false },
            );
        };
        let folder = |source| RetrievalError::Folder { path: dir.to_owned(), source };
        std::fs::create_dir_all(dir).map_err(folder)?;
        let place = Place::of(dir).map_err(folder)?;
        let found = sound(dir, &schema);
        if matches!(place, Place::Shared) {
            tracing::debug!(dir = %dir.display(), "another process writes the text index");
            // Being written for the first time, or damaged: its owner mends it.
            return match found.and_then(|index| Self::of(index, fields.clone(), place)) {
                Ok(index) => Ok(index),
                Err(_) => Self::instead(),
            };
        }
        match found.and_then(|index| Self::of(index, fields.clone(), Place::Shared)) {
            Ok(index) => {
                index.sweep()?;
                Ok(Self { place, ..index })
            }
            Err(cause) => {
                if dir.join("meta.json").exists() {
                    tracing::warn!(%cause, "the text index is damaged or of another version: rebuilding it");
                }
                empty(dir).map_err(folder)?;
                Self::of(tantivy::Index::create_in_dir(dir, schema)?, fields, place)
            }
        }
    }

    /// In memory, for want of a folder that another process writes.
    fn instead() -> Result<Self, RetrievalError> {
        Ok(Self { place: Place::Memory { instead: true }, ..Self::open(None)? })
    }

    /// Whether the folder asked is another process's: nothing is written there.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        matches!(self.place, Place::Shared | Place::Memory { instead: true })
    }

    /// Removes what a killed process had begun to write: the next commit would give the
    /// same name to a file, and fail on the one that is there.
    fn sweep(&self) -> Result<(), RetrievalError> {
        match self.index.writer_with_num_threads::<TantivyDocument>(1, WRITER_BYTES) {
            Ok(writer) => {
                writer.garbage_collect_files().wait()?;
                Ok(())
            }
            Err(cause) => match RetrievalError::from(cause) {
                // Another process writes: nothing is left over, and its files are its own.
                RetrievalError::Busy => Ok(()),
                other => Err(other),
            },
        }
    }

    fn of(index: tantivy::Index, fields: Fields, place: Place) -> Result<Self, RetrievalError> {
        analyzer::register(index.tokenizers());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let payload = index.load_metas()?.payload.unwrap_or_default();
        let (seq, rules) = read_payload(&payload).unwrap_or_default();
        Ok(Self { index, reader, fields, seq, rules, wordbook: Arc::default(), place })
    }

    /// The state of the log that the index shows; 0 when it shows none.
    ///
    /// Just opened, it may say an earlier state between which and this one no enterprise
    /// changed.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The digest of the rules that its rows were made under; empty when it has none.
    #[must_use]
    pub fn rules(&self) -> &str {
        &self.rules
    }

    /// Brings the index to the state `seq`, where `changed` are the enterprises that are no
    /// longer the same and `removed` the ids of those that are gone, in one commit.
    ///
    /// Without any, nothing is written; what is removed leaves the files too. Searchers handed out before keep showing the state
    /// before. `false`: nothing was done, because the folder is another process's or the
    /// rows were made under other rules; [`Index::replace`] it.
    ///
    /// # Errors
    /// As [`Index::replace`].
    pub fn apply(
        &mut self,
        changed: &[IndexedEnterprise<'_>],
        removed: &[&str],
        seq: u64,
        rules: &str,
        taxonomy: &Taxonomy,
    ) -> Result<bool, RetrievalError> {
        if self.rules != rules {
            return Ok(false);
        }
        if !changed.is_empty() || !removed.is_empty() {
            if matches!(self.place, Place::Shared) {
                return Ok(false);
            }
            let writer: IndexWriter = self.index.writer_with_num_threads(1, WRITER_BYTES)?;
            for id in removed {
                writer.delete_term(Term::from_field_text(self.fields.id, id));
            }
            for row in changed {
                writer.delete_term(Term::from_field_text(self.fields.id, &row.enterprise.id));
                writer.add_document(self.document(row, digest(row), taxonomy))?;
            }
            self.commit(writer, !removed.is_empty(), seq, rules)?;
        }
        self.seq = seq;
        Ok(true)
    }

    /// Brings the index to exactly these enterprises, in one commit.
    ///
    /// Rewrites only the rows whose record or portrait changed, removes the rows of those
    /// that are gone; rewrites all when `rules` is not the digest they were made under. Of
    /// two enterprises with one id the last counts. Searchers handed out before keep
    /// showing the state before.
    ///
    /// # Errors
    /// [`RetrievalError::Busy`] when another process writes; else the disk failed, and the
    /// index stays as it was.
    pub fn replace(
        &mut self,
        all: &[IndexedEnterprise<'_>],
        seq: u64,
        rules: &str,
        taxonomy: &Taxonomy,
    ) -> Result<(), RetrievalError> {
        let wanted: BTreeMap<&str, &IndexedEnterprise<'_>> =
            all.iter().map(|row| (row.enterprise.id.as_str(), row)).collect();
        let known = if self.rules == rules { self.digests()? } else { BTreeMap::new() };
        if matches!(self.place, Place::Shared) {
            let right = |(id, row): (&&str, &&IndexedEnterprise<'_>)| {
                known.get(*id).is_some_and(|known| *known == digest(row))
            };
            if self.rules == rules && known.len() == wanted.len() && wanted.iter().all(right) {
                self.seq = seq;
                return Ok(());
            }
            *self = Self::instead()?;
            return self.replace(all, seq, rules, taxonomy);
        }
        // One thread: rows are written in the order of ids.
        let writer: IndexWriter = self.index.writer_with_num_threads(1, WRITER_BYTES)?;
        if self.rules != rules {
            writer.delete_all_documents()?;
        }
        for id in known.keys().filter(|id| !wanted.contains_key(id.as_str())) {
            writer.delete_term(Term::from_field_text(self.fields.id, id));
        }
        for (&id, row) in &wanted {
            let digest = digest(row);
            if known.get(id) == Some(&digest) {
                continue;
            }
            if known.contains_key(id) {
                writer.delete_term(Term::from_field_text(self.fields.id, id));
            }
            writer.add_document(self.document(row, digest, taxonomy))?;
        }
        self.commit(writer, false, seq, rules)?;
        self.seq = seq;
        if self.rules != rules {
            rules.clone_into(&mut self.rules);
            // Other rules may mean another taxonomy.
            self.wordbook = Arc::default();
        }
        Ok(())
    }

    fn commit(
        &self,
        mut writer: IndexWriter,
        purge: bool,
        seq: u64,
        rules: &str,
    ) -> Result<(), RetrievalError> {
        let payload = serde_json::json!({ "seq": seq, "rules": rules }).to_string();
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&payload);
        commit.commit()?;
        if purge {
            // A deleted row stays in its segment until it is written anew.
            let segments = self.index.searchable_segment_ids()?;
            if !segments.is_empty() {
                writer.merge(&segments).wait()?;
            }
            writer.garbage_collect_files().wait()?;
        }
        writer.wait_merging_threads()?;
        Ok(self.reader.reload()?)
    }

    /// A view of the present state, unchanged by later writes.
    ///
    /// # Errors
    /// None today; reading may fail later, at the question.
    pub fn searcher(&self) -> Result<Searcher, RetrievalError> {
        Ok(Searcher::new(self.reader.searcher(), self.fields.clone(), Arc::clone(&self.wordbook)))
    }

    /// What each row was made from, by id.
    pub(super) fn digests(&self) -> Result<BTreeMap<String, u64>, RetrievalError> {
        let mut digests = BTreeMap::new();
        for segment in self.reader.searcher().segment_readers() {
            let Some(ids) = segment.fast_fields().str("id")? else { continue };
            let column = segment.fast_fields().u64("digest")?;
            for row in segment.doc_ids_alive() {
                let mut id = String::new();
                if let (Some(ord), Some(digest)) = (ids.term_ords(row).next(), column.first(row)) {
                    ids.ord_to_str(ord, &mut id)?;
                    digests.insert(id, digest);
                }
            }
        }
        Ok(digests)
    }

    fn document(
        &self,
        row: &IndexedEnterprise<'_>,
        digest: u64,
        taxonomy: &Taxonomy,
    ) -> TantivyDocument {
        let (fields, enterprise) = (&self.fields, row.enterprise);
        let mut document = TantivyDocument::new();
        document.add_text(fields.id, &enterprise.id);
        document.add_u64(fields.digest, digest);
        for (field, texts) in fields.words.iter().zip(word_texts(enterprise)) {
            for text in texts {
                document.add_text(*field, text);
                document.add_text(fields.exact, text);
                document.add_text(fields.roots, text);
            }
        }
        for (term, steps) in concept_terms(enterprise, taxonomy) {
            for _ in 0..steps {
                document.add_text(fields.concepts, &term);
            }
        }
        for passage in passages(enterprise, taxonomy) {
            document.add_text(fields.passages, passage);
        }
        document.add_bytes(fields.body, row.body.as_bytes());
        document
    }
}

/// A number for the record and the portrait of a row.
pub(super) fn digest(row: &IndexedEnterprise<'_>) -> u64 {
    let mut hash = Sha256::new();
    hash.update(row.body);
    hash.update(format!("\n{:?}", row.enterprise.portrait));
    let bytes: [u8; 32] = hash.finalize().into();
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    u64::from_le_bytes(first)
}

/// The texts of each field of [`super::schema::WORD_FIELDS`].
#[must_use]
pub(super) fn word_texts(enterprise: &Enterprise) -> [Vec<&str>; 7] {
    fn list(texts: &[String]) -> Vec<&str> {
        texts.iter().map(String::as_str).collect()
    }
    let mut name = vec![enterprise.name.as_str()];
    name.extend(enterprise.aliases.iter().map(String::as_str));
    let mut needs = list(&enterprise.needs_addressed);
    needs.extend(enterprise.themes.iter().map(String::as_str));
    [
        name,
        needs,
        list(&enterprise.activities),
        vec![enterprise.summary.as_str()],
        list(&enterprise.offers),
        list(&enterprise.seeks),
        list(&enterprise.beneficiaries),
    ]
}

/// `kind:id` of each concept carried, once, with its weight in tenths (1..=10).
///
/// What an enterprise seeks is not what it carries: it is left out.
#[must_use]
pub(super) fn concept_terms(enterprise: &Enterprise, taxonomy: &Taxonomy) -> BTreeMap<String, u32> {
    let portrait = &enterprise.portrait;
    let lists: [&[Mark]; 5] =
        [&portrait.themes, &portrait.needs, &portrait.publics, &portrait.offers, &portrait.steps];
    let mut terms = BTreeMap::new();
    for mark in lists.into_iter().flatten() {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 1..=10
        let steps = (mark.weight.clamp(0.0, 1.0) * CONCEPT_STEPS).round().max(1.0) as u32;
        let known: &mut u32 = terms.entry(concept_term(taxonomy, mark.concept)).or_insert(0);
        *known = steps.max(*known);
    }
    terms
}

/// The term of a concept in the index.
#[must_use]
pub(super) fn concept_term(
    taxonomy: &Taxonomy,
    concept: crate::domain::concept::Concept,
) -> String {
    format!("{}:{}", concept.kind.as_str(), taxonomy.id(concept))
}
