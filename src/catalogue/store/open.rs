//! Opening the log, and refusing a damaged one.

use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::db::Db;
use super::{Store, StoreAddress};
use crate::catalogue::error::{CatalogueError, Result};

/// How long a writer waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Read-only connections on one file.
const READERS: u32 = 4;
/// Connections of one server to PostgreSQL.
const PG_CONNECTIONS: u32 = 8;

impl Store {
    /// Opens the catalogue, creating it where there is none, and checks the end of its log.
    ///
    /// A log written by an older version is brought to this one's shape first, in one
    /// transaction.
    ///
    /// # Errors
    /// [`CatalogueError::Open`] where nothing can be opened there, [`CatalogueError::Version`]
    /// if a newer program wrote it, [`CatalogueError::Damaged`] if `seq` is not contiguous
    /// or the last revisions have not their seal.
    pub async fn open(address: &StoreAddress) -> Result<Self> {
        let store = Self::open_to_check(address).await?;
        store.check_end().await?;
        Ok(store)
    }

    /// The same for a log that may be damaged, to be read by [`Store::check`].
    ///
    /// # Errors
    /// As [`Store::open`]; [`CatalogueError::Damaged`] only if the file is no database.
    pub async fn open_to_check(address: &StoreAddress) -> Result<Self> {
        let refuse = |cause: &dyn std::fmt::Display| CatalogueError::Open {
            address: address.shown(),
            cause: cause.to_string(),
        };
        let store = match address {
            StoreAddress::Sqlite(path) => {
                let folder = path.parent().unwrap_or(std::path::Path::new("."));
                let blobs = folder.join("datasets");
                std::fs::create_dir_all(&blobs).map_err(|cause| {
                    match CatalogueError::disk(&blobs, cause) {
                        CatalogueError::Disk { cause, .. } => refuse(&cause),
                        told => told,
                    }
                })?;
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .journal_mode(SqliteJournalMode::Wal)
                    // FULL: an acknowledged write survives a power cut, not only `kill -9`.
                    .synchronous(SqliteSynchronous::Full)
                    // What is erased is overwritten; the log itself never frees a page.
                    .pragma("secure_delete", "ON")
                    .busy_timeout(BUSY_TIMEOUT);
                let write = SqlitePoolOptions::new()
                    .max_connections(1)
                    .connect_with(options.clone().create_if_missing(true))
                    .await
                    .map_err(|cause| refused(cause, address))?;
                migrated(
                    sqlx::migrate!("src/catalogue/migrations/sqlite").run(&write).await,
                    address,
                )?;
                let read = SqlitePoolOptions::new()
                    .max_connections(READERS)
                    .connect_with(options.read_only(true))
                    .await
                    .map_err(|cause| refused(cause, address))?;
                Self { db: Db::Lite { read, write }, blobs: Some(blobs) }
            }
            StoreAddress::Postgres(url) => {
                let pool = PgPoolOptions::new()
                    .max_connections(PG_CONNECTIONS)
                    .connect(url)
                    .await
                    .map_err(|cause| refused(cause, address))?;
                migrated(
                    sqlx::migrate!("src/catalogue/migrations/postgres").run(&pool).await,
                    address,
                )?;
                Self { db: Db::Pg(pool), blobs: None }
            }
        };
        store.seal_older().await?;
        Ok(store)
    }
}

/// Why a connection was not made.
fn refused(cause: sqlx::Error, address: &StoreAddress) -> CatalogueError {
    if is_damage(&cause) {
        return CatalogueError::Damaged { finding: cause.to_string() };
    }
    let said = cause.to_string();
    let place = address.shown();
    // CANTOPEN (14): the file, or those beside it, cannot be made or opened.
    let closed = cause.as_database_error().and_then(|e| e.code()).is_some_and(|code| code == "14");
    match CatalogueError::from(cause) {
        CatalogueError::ReadOnly { cause, .. } => CatalogueError::ReadOnly { place, cause },
        CatalogueError::Database(_) if closed && !std::path::Path::new(&place).is_dir() => {
            CatalogueError::ReadOnly { place, cause: said }
        }
        CatalogueError::Full { cause } => CatalogueError::Full { cause },
        CatalogueError::Gone { cause } => CatalogueError::Gone { cause },
        _ => CatalogueError::Open { address: place, cause: said },
    }
}

/// SQLite says `NOTADB` (26) or `CORRUPT` (11, with details in the higher bits).
fn is_damage(cause: &sqlx::Error) -> bool {
    let code = cause.as_database_error().and_then(|e| e.code()?.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 11 | 26))
}

fn migrated(
    result: std::result::Result<(), sqlx::migrate::MigrateError>,
    address: &StoreAddress,
) -> Result<()> {
    use sqlx::migrate::MigrateError as M;
    result.map_err(|cause| match cause {
        M::Execute(cause) | M::ExecuteMigration(cause, _) => refused(cause, address),
        other => CatalogueError::Version { cause: other.to_string() },
    })
}
