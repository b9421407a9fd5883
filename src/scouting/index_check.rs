//! The text index against the log: compared, and built again where they disagree.
//!
//! The index is made from the log, so nothing is lost by building it again; the log is
//! never touched here.

use std::path::Path;

use crate::catalogue::revision::At;
use crate::catalogue::store::Store;
use crate::retrieval::{Disagreement, Index};

use super::error::ScoutingError;
use super::loader;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// There was no index: it is built.
    Absent,
    /// It was made under other rules (another version, other definitions): built again.
    OtherRules,
    /// Every row is the one of the log.
    Agrees,
    /// It was damaged, or empty: built again.
    Damaged,
    /// It shows a state that the log does not hold: built again.
    Ahead,
    /// Some rows are not those of the log: built again.
    Disagrees(Disagreement),
}

impl Finding {
    /// Whether something was wrong; an index that is absent or of other rules is not.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Damaged | Self::Ahead | Self::Disagrees(_))
    }
}

/// The index, found and left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexReport {
    /// State of the log that it showed; 0 for none.
    pub found_seq: u64,
    /// State of the log that it shows now: the last, unless it is another process's.
    pub seq: u64,
    /// Its rows now.
    pub rows: u64,
    /// What was found.
    pub finding: Finding,
    /// Another process writes it: it was compared, and left as it is.
    pub elsewhere: bool,
}

/// Compares the index of `data` with the log at the state it shows, builds it again if they
/// disagree, and brings it to the end of the log; that of a service that runs is only
/// compared.
///
/// # Errors
/// The log or a dataset cannot be read, the index cannot be written, or it still disagrees
/// once built.
pub async fn check_index(store: &Store, data: &Path) -> Result<IndexReport, ScoutingError> {
    let folder = data.join("text");
    let was_there = folder.join("meta.json").exists();
    let mut index = Index::open(Some(&folder))?;
    let (found_seq, elsewhere) = (index.seq(), index.is_elsewhere());
    let last = store.seq_at(At::Latest).await?;
    let latest = loader::load_indexed(store, At::Seq(last), None).await?;
    let finding = if !was_there || (elsewhere && found_seq == 0) {
        Finding::Absent
    } else if found_seq == 0 {
        Finding::Damaged
    } else if found_seq > last {
        Finding::Ahead
    } else if index.rules() != latest.world.data.rules.digest {
        Finding::OtherRules
    } else {
        let shown = if found_seq == last {
            index.disagreement(&latest.rows.all_indexed())?
        } else {
            let known = Some(&latest.world);
            let then = loader::load_indexed(store, At::Seq(found_seq), known).await?;
            index.disagreement(&then.rows.all_indexed())?
        };
        if shown.is_none() { Finding::Agrees } else { Finding::Disagrees(shown) }
    };
    if !elsewhere {
        if finding.is_fault() {
            index.replace(&[], 0, "", &latest.world.data.taxonomy)?;
        }
        loader::follow(&mut index, &latest)?;
        if !index.disagreement(&latest.rows.all_indexed())?.is_none() {
            // Made just now from these very rows: a bug, or a disk that lies.
            let finding = "the text index, just built, is not the one written".to_owned();
            return Err(crate::catalogue::CatalogueError::Damaged { finding }.into());
        }
    }
    Ok(IndexReport { found_seq, seq: index.seq(), rows: index.rows()?, finding, elsewhere })
}

/// Builds the index of `data` again from nothing, so that no file keeps what was erased.
/// `false`: a service that runs writes it, and takes out itself what leaves the log.
///
/// # Errors
/// As [`check_index`].
pub async fn rebuild_index(store: &Store, data: &Path) -> Result<bool, ScoutingError> {
    let mut index = Index::open(Some(&data.join("text")))?;
    if index.is_elsewhere() {
        return Ok(false);
    }
    let latest = loader::load_indexed(store, At::Latest, None).await?;
    index.replace(&[], 0, "", &latest.world.data.taxonomy)?;
    loader::follow(&mut index, &latest)?;
    Ok(true)
}
