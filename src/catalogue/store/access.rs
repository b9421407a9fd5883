//! Side tables of access: when each key served last, and the sessions of pages.
//!
//! They are no part of the log: they tell no history, are in no state, and may be emptied
//! at the price of a new log in. Nothing here takes the lock of the log.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Store;
use super::append::written_date;
use super::db::{Db, reading};
use crate::catalogue::error::{CatalogueError, Result};

/// A session of pages, as the side table keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// sha256 of the session's secret, hexadecimal: the secret itself is nowhere here.
    pub digest: String,
    /// The key it was opened with.
    pub key_id: String,
    /// When it was opened.
    pub created: Timestamp,
    /// When it last served.
    pub seen: Timestamp,
}

/// Runs one statement outside the lock of the log, on either database.
macro_rules! aside {
    ($db:expr, |$pool:ident| $body:expr) => {
        match $db {
            Db::Lite { write: $pool, .. } => $body,
            Db::Pg($pool) => $body,
        }
    };
}

impl Store {
    /// The last revision that made, changed or ended a key; 0 when there is none.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn last_key_seq(&self) -> Result<u64> {
        let last: i64 = reading!(&self.db, |pool| sqlx::query_scalar(
            "SELECT COALESCE(MAX(seq), 0) FROM revisions \
             WHERE kind = 'key' OR (kind = 'tombstone' AND id LIKE 'key/%')"
        )
        .fetch_one(pool)
        .await?);
        Ok(last.unsigned_abs())
    }

    /// Records that a key served; an earlier date than the one known changes nothing.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn key_used(&self, key_id: &str, at: Timestamp) -> Result<()> {
        aside!(&self.db, |pool| sqlx::query(
            "INSERT INTO key_uses (key_id, used_at) VALUES ($1, $2) \
             ON CONFLICT (key_id) DO UPDATE SET used_at = excluded.used_at \
             WHERE key_uses.used_at < excluded.used_at"
        )
        .bind(key_id)
        .bind(written_date(at))
        .execute(pool)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// When each key served last, by id; a key that never served is absent.
    ///
    /// # Errors
    /// If the database refuses or a date cannot be read.
    pub async fn key_uses(&self) -> Result<BTreeMap<String, Timestamp>> {
        let rows: Vec<(String, String)> =
            reading!(&self.db, |pool| sqlx::query_as("SELECT key_id, used_at FROM key_uses")
                .fetch_all(pool)
                .await?);
        rows.into_iter().map(|(id, at)| Ok((id, date(&at)?))).collect()
    }

    /// Opens a session, and forgets those that have not served since `stale`.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn session_open(&self, row: &SessionRow, stale: Timestamp) -> Result<()> {
        aside!(&self.db, |pool| {
            sqlx::query("DELETE FROM sessions WHERE seen < $1")
                .bind(written_date(stale))
                .execute(pool)
                .await?;
            sqlx::query(
                "INSERT INTO sessions (digest, key_id, created, seen) VALUES ($1, $2, $3, $4)",
            )
            .bind(&row.digest)
            .bind(&row.key_id)
            .bind(written_date(row.created))
            .bind(written_date(row.seen))
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// The session of this digest, where there is one.
    ///
    /// # Errors
    /// If the database refuses or a date cannot be read.
    pub async fn session(&self, digest: &str) -> Result<Option<SessionRow>> {
        let row: Option<(String, String, String)> = reading!(&self.db, |pool| sqlx::query_as(
            "SELECT key_id, created, seen FROM sessions WHERE digest = $1"
        )
        .bind(digest)
        .fetch_optional(pool)
        .await?);
        row.map(|(key_id, created, seen)| {
            let digest = digest.to_owned();
            Ok(SessionRow { digest, key_id, created: date(&created)?, seen: date(&seen)? })
        })
        .transpose()
    }

    /// Records that a session served; one that was ended stays ended.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn session_seen(&self, digest: &str, at: Timestamp) -> Result<()> {
        aside!(&self.db, |pool| sqlx::query(
            "UPDATE sessions SET seen = $2 WHERE digest = $1 AND seen < $2"
        )
        .bind(digest)
        .bind(written_date(at))
        .execute(pool)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// Ends a session, on every server.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn session_end(&self, digest: &str) -> Result<()> {
        aside!(&self.db, |pool| sqlx::query("DELETE FROM sessions WHERE digest = $1")
            .bind(digest)
            .execute(pool)
            .await
            .map(|_| ())?);
        Ok(())
    }
}

fn date(text: &str) -> Result<Timestamp> {
    // Written by this file only: another text is a hand in the table.
    text.parse().map_err(|cause: jiff::Error| CatalogueError::Damaged {
        finding: format!("a date of a side table cannot be read: {cause}"),
    })
}
