//! Legal erasure: what a row said leaves the log, and the log says so.
//!
//! In one transaction the body of each of its revisions becomes `null`, their note and
//! address leave, and a tombstone is added that names them with the reason. Their digest
//! stays, so the chain holds and [`Store::check`] still vouches for the rest. The id of the
//! row stays too: it is in the chain. Then the database is rewritten, so that the bytes
//! leave its files. Backups taken before still hold them.

use std::time::Duration;

use serde_json::{Value, json};

use super::Store;
use super::append::{Signed, end, insert, written_date};
use super::db::{Db, writing};
use crate::catalogue::error::{CatalogueError, Result};
use crate::catalogue::revision::{ERASED, Kind, NewRevision, canonical, tombstone_id};

/// How often the journal of SQLite is asked to be emptied while others read it.
const ATTEMPTS: u32 = 50;
/// Between two times.
const PAUSE: Duration = Duration::from_millis(100);

/// Why nothing was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EraseFault {
    /// No revision of this row.
    Unknown {
        /// Its kind.
        kind: Kind,
        /// Its id.
        id: String,
    },
    /// Rows that the catalogue needs, or that say what was erased.
    NotErasable {
        /// Their kind.
        kind: Kind,
    },
    /// No reason was given.
    NoReason,
}

impl EraseFault {
    /// What is wrong and the way out, in French and in English.
    #[must_use]
    pub fn words(&self) -> (String, String) {
        match self {
            Self::Unknown { kind, id } => (
                format!(
                    "aucune révision de `{} {id}` ; `essaim history {id}` dit ce que le journal connaît",
                    kind.as_str()
                ),
                format!(
                    "no revision of `{} {id}`; `essaim history {id}` tells what the log knows",
                    kind.as_str()
                ),
            ),
            Self::NotErasable { kind } => (
                format!(
                    "une fiche de sorte `{}` ne s’efface pas : le journal en a besoin",
                    kind.as_str()
                ),
                format!("a row of kind `{}` is not erased: the log needs it", kind.as_str()),
            ),
            Self::NoReason => (
                "dites pourquoi, avec --because ; la raison reste dans le journal, sans rien \
                 répéter de ce qui est effacé"
                    .to_owned(),
                "say why, with --because; the reason stays in the log, and repeats nothing of \
                 what is erased"
                    .to_owned(),
            ),
        }
    }
}

/// What an erasure did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The tombstone; `None` when everything was erased before.
    pub seq: Option<u64>,
    /// Revisions whose content left now.
    pub erased: Vec<u64>,
    /// Whether the bytes left the files of the database; when not, another process was
    /// reading them, and asking again finishes it.
    pub purged: bool,
}

impl Store {
    /// Erases what the row (`kind`, `id`) ever said, for the reason `because`.
    ///
    /// Asked again for the same row, it erases nothing more and rewrites the files again.
    ///
    /// # Errors
    /// [`CatalogueError::Erasure`] when the row is unknown, of a kind that stays, or without
    /// a reason; else as [`Store::append`]. Nothing is then erased.
    pub async fn erase(
        &self,
        kind: Kind,
        id: &str,
        because: &str,
        signed: &Signed<'_>,
    ) -> Result<Erased> {
        let refuse = |fault| Err(CatalogueError::Erasure(fault));
        if matches!(kind, Kind::Dataset | Kind::Tombstone) {
            return refuse(EraseFault::NotErasable { kind });
        }
        let because = because.trim();
        if because.is_empty() {
            return refuse(EraseFault::NoReason);
        }
        let guards = self.db.guards();
        let (seq, erased) = writing!(&self.db, |tx| {
            let rows: Vec<(i64, String)> = sqlx::query_as(
                "SELECT seq, body FROM revisions WHERE (kind = $1 AND id = $2) \
                 OR (kind = 'tombstone' AND id = $3) ORDER BY seq",
            )
            .bind(kind.as_str())
            .bind(id)
            .bind(tombstone_id(kind, id))
            .fetch_all(&mut *tx)
            .await?;
            if rows.is_empty() {
                return refuse(EraseFault::Unknown { kind, id: id.to_owned() });
            }
            let erased: Vec<u64> = rows
                .iter()
                .filter(|(_, body)| body != ERASED && !says_erased(body))
                .map(|(seq, _)| seq.unsigned_abs())
                .collect();
            if erased.is_empty() {
                (None, erased)
            } else {
                sqlx::query(guards.lift).execute(&mut *tx).await?;
                for seq in &erased {
                    sqlx::query(
                        "UPDATE revisions SET body = $1, note = NULL, address = NULL \
                         WHERE seq = $2",
                    )
                    .bind(ERASED)
                    .bind(seq.cast_signed())
                    .execute(&mut *tx)
                    .await?;
                }
                sqlx::query(guards.restore).execute(&mut *tx).await?;
                let body = json!({
                    "kind": kind.as_str(), "id": id, "erased": erased, "because": because,
                });
                let tombstone = [NewRevision {
                    kind: Kind::Tombstone,
                    id: tombstone_id(kind, id),
                    body: canonical(&body),
                    note: Some(because.to_owned()),
                }];
                let end = end!(tx);
                let range = insert!(tx, tombstone, signed, end);
                (Some(range.start), erased)
            }
        });
        Ok(Erased { seq, erased, purged: self.purge().await })
    }

    /// Rewrites the files of the database without what is no longer in its rows.
    ///
    /// The erasure is already acknowledged: a failure is told, and asked again.
    async fn purge(&self) -> bool {
        let purged = match &self.db {
            Db::Lite { write, .. } => purge_lite(write).await,
            Db::Pg(pool) => purge_pg(pool).await.map(|()| true),
        };
        purged.unwrap_or_else(|cause| {
            tracing::warn!(%cause, "erased, and the bytes are still in the files");
            false
        })
    }
}

/// Pages freed are overwritten (`secure_delete`, set when the file is opened); the whole is
/// rewritten all the same, because a page that was split keeps stale copies; then the
/// write-ahead file is emptied.
async fn purge_lite(write: &sqlx::SqlitePool) -> std::result::Result<bool, sqlx::Error> {
    let mut connection = write.acquire().await?;
    sqlx::query("VACUUM").execute(&mut *connection).await?;
    for _ in 0..ATTEMPTS {
        let (busy, _, _): (i64, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await?;
        if busy == 0 {
            return Ok(true);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(false)
}

async fn purge_pg(pool: &sqlx::PgPool) -> std::result::Result<(), sqlx::Error> {
    let mut connection = pool.acquire().await?;
    sqlx::query("SET lock_timeout = '30s'").execute(&mut *connection).await?;
    let done = sqlx::query("VACUUM FULL revisions").execute(&mut *connection).await;
    sqlx::query("SET lock_timeout = 0").execute(&mut *connection).await?;
    done.map(|_| ())
}

/// Whether a tombstone says that something was erased: it stays, whatever is erased later.
fn says_erased(body: &str) -> bool {
    serde_json::from_str::<Value>(body).is_ok_and(|value| value.get("erased").is_some())
}
