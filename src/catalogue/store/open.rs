//! Opening the log, and refusing a damaged one.

use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::db::{Db, reading};
use super::{Store, StoreAddress};
use crate::catalogue::error::{CatalogueError, Result};

/// How long a writer waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Read-only connections on one file.
const READERS: u32 = 4;
/// Connections of one server to PostgreSQL.
const PG_CONNECTIONS: u32 = 8;

impl Store {
    /// Opens the catalogue, creating it where there is none, and checks that the log is whole.
    ///
    /// # Errors
    /// [`CatalogueError::Open`] where nothing can be opened there, [`CatalogueError::Version`]
    /// if a newer program wrote it, [`CatalogueError::Damaged`] if `seq` is not contiguous.
    pub async fn open(address: &StoreAddress) -> Result<Self> {
        let refuse = |cause: &dyn std::fmt::Display| CatalogueError::Open {
            address: address.shown(),
            cause: cause.to_string(),
        };
        let store = match address {
            StoreAddress::Sqlite(path) => {
                let folder = path.parent().unwrap_or(std::path::Path::new("."));
                let blobs = folder.join("datasets");
                std::fs::create_dir_all(&blobs).map_err(|cause| refuse(&cause))?;
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .journal_mode(SqliteJournalMode::Wal)
                    // FULL: an acknowledged write survives a power cut, not only `kill -9`.
                    .synchronous(SqliteSynchronous::Full)
                    .busy_timeout(BUSY_TIMEOUT);
                let write = SqlitePoolOptions::new()
                    .max_connections(1)
                    .connect_with(options.clone().create_if_missing(true))
                    .await
                    .map_err(|cause| damaged_or(&cause, refuse(&cause)))?;
                migrated(sqlx::migrate!("src/catalogue/migrations/sqlite").run(&write).await)?;
                let read = SqlitePoolOptions::new()
                    .max_connections(READERS)
                    .connect_with(options.read_only(true))
                    .await
                    .map_err(|cause| refuse(&cause))?;
                Self { db: Db::Lite { read, write }, blobs: Some(blobs) }
            }
            StoreAddress::Postgres(url) => {
                let pool = PgPoolOptions::new()
                    .max_connections(PG_CONNECTIONS)
                    .connect(url)
                    .await
                    .map_err(|cause| refuse(&cause))?;
                migrated(sqlx::migrate!("src/catalogue/migrations/postgres").run(&pool).await)?;
                Self { db: Db::Pg(pool), blobs: None }
            }
        };
        store.check_contiguous().await?;
        Ok(store)
    }

    /// Reads the whole log and every dataset content; what `essaim check` calls.
    ///
    /// # Errors
    /// [`CatalogueError::Damaged`] with the first fault found, [`CatalogueError::MissingBlob`].
    pub async fn check(&self) -> Result<()> {
        if let Db::Lite { read, .. } = &self.db {
            let said: String = sqlx::query_scalar("PRAGMA quick_check").fetch_one(read).await?;
            if said != "ok" {
                return Err(CatalogueError::Damaged { finding: said });
            }
        }
        self.check_contiguous().await?;
        let backwards: Option<i64> = reading!(&self.db, |pool| sqlx::query_scalar(
            "SELECT b.seq FROM revisions a JOIN revisions b ON b.seq = a.seq + 1 \
             WHERE b.recorded_at < a.recorded_at ORDER BY b.seq LIMIT 1"
        )
        .fetch_optional(pool)
        .await?);
        if let Some(seq) = backwards {
            let finding = format!("revision {seq} is dated before the one it follows");
            return Err(CatalogueError::Damaged { finding });
        }
        let mut since = 0;
        loop {
            let page = self.changes(since, 5_000).await?;
            let Some(last) = page.last() else { break };
            since = last.seq;
            for revision in &page {
                revision.json()?;
            }
        }
        for dataset in self.datasets(crate::catalogue::At::Latest).await? {
            for file in &dataset.files {
                self.get_blob(&file.digest).await?;
            }
        }
        Ok(())
    }

    async fn check_contiguous(&self) -> Result<()> {
        let (first, last, count): (i64, i64, i64) = reading!(&self.db, |pool| sqlx::query_as(
            "SELECT COALESCE(MIN(seq), 1), COALESCE(MAX(seq), 0), COUNT(*) FROM revisions"
        )
        .fetch_one(pool)
        .await
        .map_err(|cause| damaged_or(
            &cause,
            CatalogueError::Damaged { finding: cause.to_string() }
        ))?);
        if first != 1 || last != count {
            let finding = format!("{count} revisions are there, numbered {first} to {last}");
            return Err(CatalogueError::Damaged { finding });
        }
        Ok(())
    }
}

/// SQLite says `NOTADB` (26) or `CORRUPT` (11) for a file that is no longer a database.
fn damaged_or(cause: &sqlx::Error, otherwise: CatalogueError) -> CatalogueError {
    let code = cause.as_database_error().and_then(|e| e.code().map(std::borrow::Cow::into_owned));
    match code.as_deref() {
        Some("11" | "26") => CatalogueError::Damaged { finding: cause.to_string() },
        _ => otherwise,
    }
}

fn migrated(result: std::result::Result<(), sqlx::migrate::MigrateError>) -> Result<()> {
    use sqlx::migrate::MigrateError as M;
    result.map_err(|cause| match cause {
        M::Execute(cause) => damaged_or(
            &cause,
            CatalogueError::Open { address: "migrations".to_owned(), cause: cause.to_string() },
        ),
        other => CatalogueError::Version { cause: other.to_string() },
    })
}
