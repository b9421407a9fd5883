//! The folder of an index: who writes there, and whether it can be trusted.

use std::fs::{File, TryLockError};
use std::path::Path;

use tantivy::directory::MmapDirectory;
use tantivy::schema::Schema;

use super::error::RetrievalError;

/// The file whose lock says which process writes in the folder.
const OWNER: &str = "owner";

/// Where an index is, and whether this process may write there.
#[derive(Debug)]
pub(super) enum Place {
    /// In memory.
    Memory {
        /// Because another process writes the folder.
        instead: bool,
    },
    /// In a folder whose lock is held; none where the file system has no locks: alone, as
    /// far as can be told.
    Own {
        /// Let go when the index is dropped, or the process ends, however it ends.
        _lock: Option<File>,
    },
    /// In a folder that another process writes.
    Shared,
}

impl Place {
    /// Takes the lock of `dir` where nobody holds it.
    pub(super) fn of(dir: &Path) -> std::io::Result<Self> {
        let owner = File::options().create(true).append(true).open(dir.join(OWNER))?;
        Ok(match owner.try_lock() {
            Ok(()) => Self::Own { _lock: Some(owner) },
            Err(TryLockError::WouldBlock) => Self::Shared,
            Err(TryLockError::Error(_)) => Self::Own { _lock: None },
        })
    }
}

/// Opens a folder whose files all have their checksum and whose fields are ours.
pub(super) fn sound(dir: &Path, schema: &Schema) -> Result<tantivy::Index, RetrievalError> {
    let directory = MmapDirectory::open(dir).map_err(tantivy::TantivyError::from)?;
    let index = tantivy::Index::open(directory)?;
    let damaged = index.validate_checksum()?;
    let unusable =
        |what: &str| RetrievalError::Engine(tantivy::TantivyError::SystemError(what.to_owned()));
    if !damaged.is_empty() {
        return Err(unusable("a file has not its checksum"));
    }
    if index.schema() != *schema {
        return Err(unusable("the fields are those of another version"));
    }
    let payload = index.load_metas()?.payload;
    if payload.is_some_and(|payload| read_payload(&payload).is_none()) {
        return Err(unusable("the commit does not say its state"));
    }
    Ok(index)
}

/// Removes the files of a folder that belongs to the index; folders inside are left.
pub(super) fn empty(dir: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_file() && entry.file_name() != OWNER {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The state and the digest of the rules that a commit says.
pub(super) fn read_payload(payload: &str) -> Option<(u64, String)> {
    let value: serde_json::Value = serde_json::from_str(payload).ok()?;
    Some((value.get("seq")?.as_u64()?, value.get("rules")?.as_str()?.to_owned()))
}
