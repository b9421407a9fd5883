//! The log on disk: opening it, adding to it, reading any of its states.

mod access;
mod append;
mod backup;
mod blobs;
mod chain;
mod check;
mod db;
mod demand;
mod erase;
mod listening;
mod older;
mod open;
mod read;
mod requests;
mod verify;

use std::path::{Path, PathBuf};

pub use access::SessionRow;
pub use append::{Appended, Expected, Idempotent, Signed};
pub use backup::{BackupFault, Manifest};
pub use blobs::digest;
pub use chain::GENESIS;
pub use erase::{EraseFault, Erased};
pub use listening::{Listener, within};
pub use read::RelatedRow;
pub use verify::{CheckReport, Fault, Found};

use db::Db;

/// Where a catalogue is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreAddress {
    /// A SQLite file; dataset files stand in `datasets/` beside it.
    Sqlite(PathBuf),
    /// `postgres://…`: rows and dataset contents on the server.
    Postgres(String),
}

impl StoreAddress {
    /// Reads an address: `postgres://…` or `postgresql://…`, else a path.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Self::Postgres(text.to_owned())
        } else {
            Self::Sqlite(PathBuf::from(text))
        }
    }

    /// The address fit for a message: no user, no password.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite(path) => path.display().to_string(),
            Self::Postgres(url) => match (url.split_once("://"), url.rsplit_once('@')) {
                (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
                _ => url.clone(),
            },
        }
    }
}

/// The append-only log and the dataset contents it names.
///
/// Cheap to clone: clones share the same connections.
#[derive(Debug, Clone)]
pub struct Store {
    db: Db,
    /// Folder of dataset contents; `None` on PostgreSQL, which keeps them itself.
    blobs: Option<PathBuf>,
}

impl Store {
    /// The folder of dataset contents, where they are files.
    #[must_use]
    pub fn blob_folder(&self) -> Option<&Path> {
        self.blobs.as_deref()
    }

    /// Closes every connection; what was acknowledged is already durable.
    pub async fn close(&self) {
        match &self.db {
            Db::Lite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Db::Pg(pool) => pool.close().await,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
