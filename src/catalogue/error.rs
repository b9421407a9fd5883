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
    /// The disk is full, or refuses what is written: nothing is acknowledged.
    #[error("the disk is full or refuses to write ({cause}); free some space, then try again")]
    Full {
        /// What the system says.
        cause: String,
    },
    /// The place of the catalogue can be read and not written.
    #[error("`{place}` cannot be written ({cause}); give this user the right to write there")]
    ReadOnly {
        /// The file, the folder or the database.
        place: String,
        /// What the system says.
        cause: String,
    },
    /// The database server does not answer, or hung up.
    #[error("the database does not answer ({cause}); try again once it is back")]
    Gone {
        /// What the driver says.
        cause: String,
    },
    /// A backup that cannot be written or restored.
    #[error("{}", .0.words().1)]
    Backup(super::store::BackupFault),
    /// An erasure that cannot be done.
    #[error("{}", .0.words().1)]
    Erasure(super::store::EraseFault),
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
    Database(#[source] sqlx::Error),
    /// Files embedded in the binary or stored as datasets cannot be read: a bug or a bad import.
    #[error(transparent)]
    Dataset(#[from] super::datasets::DatasetError),
}

impl CatalogueError {
    /// A log that cannot even be counted is damaged.
    pub(super) fn damaged(cause: sqlx::Error) -> Self {
        match Self::from(cause) {
            Self::Database(sqlx::Error::Database(said)) => {
                Self::Damaged { finding: said.to_string() }
            }
            other => other,
        }
    }

    /// A file that the system refuses to write.
    pub(super) fn disk(path: &std::path::Path, cause: std::io::Error) -> Self {
        use std::io::ErrorKind as K;
        match cause.kind() {
            K::StorageFull | K::QuotaExceeded | K::FileTooLarge => {
                Self::Full { cause: cause.to_string() }
            }
            K::PermissionDenied | K::ReadOnlyFilesystem => {
                Self::ReadOnly { place: path.display().to_string(), cause: cause.to_string() }
            }
            _ => Self::Disk { path: path.to_owned(), cause },
        }
    }
}

impl From<sqlx::Error> for CatalogueError {
    /// Tells apart what the one who runs the service can mend.
    fn from(cause: sqlx::Error) -> Self {
        let said = cause.to_string();
        let code = cause.as_database_error().and_then(|e| e.code()).unwrap_or_default();
        if code.len() == 5 {
            // SQLSTATE (PostgreSQL, appendix A): disk full, read-only, connection lost,
            // server stopping, too many connections.
            return match code.as_ref() {
                "53100" => Self::Full { cause: said },
                "25006" => Self::ReadOnly { place: "PostgreSQL".to_owned(), cause: said },
                "53300" | "57P01" | "57P02" | "57P03" | "57P05" => Self::Gone { cause: said },
                code if code.starts_with("08") => Self::Gone { cause: said },
                _ => Self::Database(cause),
            };
        }
        if let Ok(code) = code.parse::<u32>() {
            // SQLite, result codes: FULL 13; IOERR 10 with WRITE 3, FSYNC 4, DIR_FSYNC 5,
            // TRUNCATE 6, SHMSIZE 19 in the higher bits (a quota is told so); READONLY 8.
            return match (code & 0xff, code >> 8) {
                (13, _) | (10, 3..=6 | 19) => Self::Full { cause: said },
                (8, _) => Self::ReadOnly { place: "catalogue.sqlite".to_owned(), cause: said },
                _ => Self::Database(cause),
            };
        }
        match cause {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => Self::Gone { cause: said },
            other => Self::Database(other),
        }
    }
}

/// Result of the catalogue.
pub type Result<T> = std::result::Result<T, CatalogueError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_can_mend_is_told_apart() {
        use std::io::{Error, ErrorKind};
        let path = std::path::Path::new("datasets/x");
        let disk = |kind| CatalogueError::disk(path, Error::from(kind));
        assert!(matches!(disk(ErrorKind::StorageFull), CatalogueError::Full { .. }));
        assert!(matches!(disk(ErrorKind::PermissionDenied), CatalogueError::ReadOnly { .. }));
        assert!(matches!(disk(ErrorKind::InvalidData), CatalogueError::Disk { .. }));
        let gone = CatalogueError::from(sqlx::Error::Io(Error::from(ErrorKind::ConnectionReset)));
        assert!(matches!(gone, CatalogueError::Gone { .. }));
        let bug = CatalogueError::from(sqlx::Error::RowNotFound);
        assert!(matches!(bug, CatalogueError::Database(_)));
    }
}
