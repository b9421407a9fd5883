//! Adding to the log: `seq` is given under one lock, at commit.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

use super::Store;
use super::db::writing;
use crate::catalogue::error::{CatalogueError, Result};
use crate::catalogue::revision::{Kind, NewRevision, tombstone_id};

/// Rows in one INSERT; ten values each stay far below SQLite's 32,766 placeholders.
pub(super) const ROWS_PER_INSERT: usize = 500;
/// How long a write that may be asked twice is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Who writes, from where, and when.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// A key's id, `seed`, `import`, a name at the machine.
    pub author: &'a str,
    /// The address that the request came from.
    pub address: Option<&'a str>,
    /// The caller's clock.
    pub now: Timestamp,
}

/// What must still be true of a row when a batch enters the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Kind of the row.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// The revision that must be its latest, a tombstone included; `None`: the row must not
    /// be alive.
    pub seq: Option<u64>,
}

/// A write that its asker may send twice without writing twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotent {
    /// The author's key for it; two authors never share one.
    pub key: String,
    /// What is asked, in one digest: the same key for something else is refused.
    pub digest: String,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// It was written at these `seq`.
    Written(Range<u64>),
    /// The same write was acknowledged before, at these `seq`.
    Replayed(Range<u64>),
}

/// The end of the log: `seq`, date and chain; 0 and empty texts when it is empty.
macro_rules! end {
    ($tx:ident) => {{
        let last: Option<(i64, String, String)> = sqlx::query_as(
            "SELECT seq, recorded_at, chain FROM revisions ORDER BY seq DESC LIMIT 1",
        )
        .fetch_optional(&mut *$tx)
        .await?;
        last.unwrap_or_default()
    }};
}

/// Writes the rows after the end `$end`, sealed, dated no earlier than it; gives the `seq`
/// given.
macro_rules! insert {
    ($tx:ident, $batch:expr, $signed:expr, $end:expr) => {{
        let (last, before, chain) = &$end;
        let now = written_date($signed.now);
        let date: &str = if now.as_str() < before.as_str() { before } else { &now };
        let first = last.unsigned_abs() + 1;
        let mut sealer = $crate::catalogue::store::chain::Sealer::after(first - 1, chain);
        for rows in $batch.chunks($crate::catalogue::store::append::ROWS_PER_INSERT) {
            let mut insert = sqlx::QueryBuilder::new(
                "INSERT INTO revisions (seq, kind, id, body, recorded_at, recorded_by, note, \
                 address, digest, chain) ",
            );
            insert.push_values(rows, |mut values, row| {
                let seal = sealer.seal(&$crate::catalogue::store::chain::Unsealed {
                    kind: row.kind.as_str(),
                    id: &row.id,
                    body: &row.body,
                    recorded_at: date,
                    recorded_by: $signed.author,
                    note: row.note.as_deref(),
                    address: $signed.address,
                });
                values
                    .push_bind(seal.seq.cast_signed())
                    .push_bind(row.kind.as_str())
                    .push_bind(&row.id)
                    .push_bind(&row.body)
                    .push_bind(date)
                    .push_bind($signed.author)
                    .push_bind(row.note.as_deref())
                    .push_bind($signed.address)
                    .push_bind(seal.digest)
                    .push_bind(seal.chain);
            });
            insert.build().execute(&mut *$tx).await?;
        }
        first..first + $batch.len() as u64
    }};
}

pub(super) use {end, insert};

impl Store {
    /// Adds `batch` to the log in one transaction and returns the `seq` given: all or nothing.
    ///
    /// `now` is the caller's clock; `recorded_at` is the larger of `now` and the last
    /// date of the log, so it never goes back. Once this returns, the batch survives
    /// `kill -9`. An empty batch writes nothing.
    ///
    /// # Errors
    /// [`CatalogueError::Database`] if the database refuses; nothing is then written.
    pub async fn append(
        &self,
        batch: Vec<NewRevision>,
        author: &str,
        now: Timestamp,
    ) -> Result<Range<u64>> {
        let signed = Signed { author, address: None, now };
        match self.append_checked(&batch, &signed, &[], None).await? {
            Appended::Written(range) | Appended::Replayed(range) => Ok(range),
        }
    }

    /// The same, only if the log is still empty; `None` if somebody was faster.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub async fn append_first(
        &self,
        batch: &[NewRevision],
        author: &str,
        now: Timestamp,
    ) -> Result<Option<Range<u64>>> {
        let signed = Signed { author, address: None, now };
        let range = writing!(&self.db, |tx| {
            let end = end!(tx);
            if end.0 > 0 {
                return Ok(None);
            }
            insert!(tx, batch, &signed, end)
        });
        Ok(Some(range))
    }

    /// Adds `batch` if every row of `expected` is still as its author saw it; a write that
    /// was already acknowledged under the same idempotency key is not written again.
    ///
    /// # Errors
    /// [`CatalogueError::Conflict`] for the first row that moved,
    /// [`CatalogueError::IdempotencyReused`] when the key served for something else;
    /// [`CatalogueError::Database`]. Nothing is then written.
    pub async fn append_checked(
        &self,
        batch: &[NewRevision],
        signed: &Signed<'_>,
        expected: &[Expected],
        idempotent: Option<&Idempotent>,
    ) -> Result<Appended> {
        Ok(Appended::Written(writing!(&self.db, |tx| {
            if let Some(asked) = idempotent {
                let known: Option<(String, i64, i64)> =
                    sqlx::query_as("SELECT digest, first, last FROM requests WHERE key = $1")
                        .bind(&asked.key)
                        .fetch_optional(&mut *tx)
                        .await?;
                if let Some((digest, first, last)) = known {
                    if digest != asked.digest {
                        return Err(CatalogueError::IdempotencyReused);
                    }
                    return Ok(Appended::Replayed(first.unsigned_abs()..last.unsigned_abs()));
                }
            }
            for row in expected {
                let latest: Vec<(i64, String)> = sqlx::query_as(
                    "SELECT MAX(seq), kind FROM revisions WHERE (kind = $1 AND id = $2) \
                     OR (kind = 'tombstone' AND id = $3) GROUP BY kind ORDER BY 1",
                )
                .bind(row.kind.as_str())
                .bind(&row.id)
                .bind(tombstone_id(row.kind, &row.id))
                .fetch_all(&mut *tx)
                .await?;
                let last = latest.last();
                let found = last.map(|(seq, _)| seq.unsigned_abs());
                let alive = last.is_some_and(|(_, kind)| kind != Kind::Tombstone.as_str());
                let kept = match row.seq {
                    Some(seq) => found == Some(seq),
                    None => !alive,
                };
                if !kept {
                    return Err(CatalogueError::Conflict {
                        kind: row.kind,
                        id: row.id.clone(),
                        found: found.filter(|_| alive),
                    });
                }
            }
            let end = end!(tx);
            let range = insert!(tx, batch, signed, end);
            if let Some(asked) = idempotent {
                let old = signed.now.saturating_sub(REMEMBERED).unwrap_or(signed.now);
                sqlx::query("DELETE FROM requests WHERE recorded_at < $1")
                    .bind(written_date(old))
                    .execute(&mut *tx)
                    .await?;
                sqlx::query(
                    "INSERT INTO requests (key, digest, first, last, recorded_at) \
                     VALUES ($1, $2, $3, $4, $5)",
                )
                .bind(&asked.key)
                .bind(&asked.digest)
                .bind(range.start.cast_signed())
                .bind(range.end.cast_signed())
                .bind(written_date(signed.now))
                .execute(&mut *tx)
                .await?;
            }
            range
        })))
    }
}

/// RFC 3339, UTC, always six decimals: the order of texts is the order of dates.
pub(super) fn written_date(date: Timestamp) -> String {
    format!("{date:.6}")
}
