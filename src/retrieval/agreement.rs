//! Whether the index holds exactly the rows of a state of the log.

use super::error::RetrievalError;
use super::indexing::{Index, IndexedEnterprise, digest};

/// Rows on which the index and the log disagree, each list sorted by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Disagreement {
    /// In the log, not in the index.
    pub missing: Vec<String>,
    /// In the index, not in the log.
    pub extra: Vec<String>,
    /// In both, made from another record or another reading of it.
    pub changed: Vec<String>,
    /// Rows of the index beyond one for each id.
    pub repeated: u64,
}

impl Disagreement {
    /// Whether there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Index {
    /// Number of rows.
    ///
    /// # Errors
    /// None today; see [`Index::searcher`].
    pub fn rows(&self) -> Result<u64, RetrievalError> {
        Ok(self.searcher()?.rows())
    }

    /// Compares each row with what it should have been made from: `all`, sorted by id, is
    /// the state of the log at [`Index::seq`], read under [`Index::rules`].
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn disagreement(
        &self,
        all: &[IndexedEnterprise<'_>],
    ) -> Result<Disagreement, RetrievalError> {
        let mut known = self.digests()?;
        let repeated = self.rows()?.saturating_sub(known.len() as u64);
        let mut found = Disagreement { repeated, ..Disagreement::default() };
        for row in all {
            let id = &row.enterprise.id;
            match known.remove(id) {
                None => found.missing.push(id.clone()),
                Some(made) if made != digest(row) => found.changed.push(id.clone()),
                Some(_) => {}
            }
        }
        found.extra = known.into_keys().collect();
        Ok(found)
    }
}
