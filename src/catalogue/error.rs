//! What can go wrong with the log, with what is needed to act.

use std::path::PathBuf;

/// A failure of the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The asker's fault: the address names no store we can open.
    #[error(
        "cannot open the catalogue at `{address}`: {cause}; check the path or the address, and that this user may write there"
    )]
    Open {
        /// The address, without its password.
        address: String,
        /// What the driver says.
        cause: String,
    },
    /// The log is damaged: it is refused, never repaired in silence.
    #[error(
        "the log is damaged: {finding}; restore the last backup with `essaim restore`, or export what can be read with `essaim export`"
    )]
    Damaged {
        /// What was found.
        finding: String,
    },
    /// The log was written by a newer version.
    #[error(
        "the log was written by another version of essaim ({cause}); run that version or a newer one"
    )]
    Version {
        /// What the migrator says.
        cause: String,
    },
    /// A stored body or date cannot be read back.
    #[error(
        "revision {seq} cannot be read: {cause}; restore the last backup with `essaim restore`"
    )]
    Unreadable {
        /// Its place in the log.
        seq: u64,
        /// Why.
        cause: String,
    },
    /// The asker's fault: this state of the log does not exist yet.
    #[error("no state `{asked}` yet: the log ends at {last}; ask for a seq of at most {last}")]
    NoSuchState {
        /// The seq asked for.
        asked: u64,
        /// The last one.
        last: u64,
    },
    /// A dataset file named by the log is not where it should be.
    #[error(
        "the dataset file `{digest}` is missing or changed; copy it back from a backup into `datasets/`"
    )]
    MissingBlob {
        /// Its sha256, hexadecimal.
        digest: String,
    },
    /// The asker's fault: the row moved since it was read.
    #[error("{} `{id}` was changed meanwhile", kind.as_str())]
    Conflict {
        /// Kind of the row.
        kind: super::revision::Kind,
        /// Its id.
        id: String,
        /// Its latest revision; `None` when it is not alive.
        found: Option<u64>,
    },
    /// The asker's fault: an idempotency key served twice, for two different things.
    #[error("this idempotency key already served for another request")]
    IdempotencyReused,
    /// The disk refuses.
    #[error("cannot write `{path}`: {cause}; check free space and rights")]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The database refuses.
    #[error("the database refuses: {0}")]
    Database(#[from] sqlx::Error),
    /// Files embedded in the binary or stored as datasets cannot be read: a bug or a bad import.
    #[error(transparent)]
    Dataset(#[from] super::datasets::DatasetError),
}

impl CatalogueError {
    /// A log that cannot even be counted is damaged.
    pub(super) fn damaged(cause: sqlx::Error) -> Self {
        match cause.as_database_error() {
            Some(said) => Self::Damaged { finding: said.to_string() },
            None => Self::Database(cause),
        }
    }
}

/// Result of the catalogue.
pub type Result<T> = std::result::Result<T, CatalogueError>;
