//! Adding to the log: `seq` is given under one lock, at commit.

use std::ops::Range;

use jiff::Timestamp;

use super::Store;
use super::db::writing;
use crate::catalogue::error::Result;
use crate::catalogue::revision::NewRevision;

/// Rows in one INSERT; seven values each stay far below SQLite's 32,766 placeholders.
const ROWS_PER_INSERT: usize = 500;

/// What must still be true of the log when a batch enters it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Precondition {
    None,
    Empty,
}

impl Store {
    /// Adds `batch` to the log in one transaction and returns the `seq` given: all or nothing.
    ///
    /// `now` is the caller's clock; `recorded_at` is the larger of `now` and the last
    /// date of the log, so it never goes back. Once this returns, the batch survives
    /// `kill -9`. An empty batch writes nothing.
    ///
    /// # Errors
    /// [`crate::catalogue::CatalogueError::Database`] if the database refuses; nothing is then written.
    pub async fn append(
        &self,
        batch: Vec<NewRevision>,
        author: &str,
        now: Timestamp,
    ) -> Result<Range<u64>> {
        Ok(self.write(&batch, author, now, Precondition::None).await?.unwrap_or(0..0))
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
        self.write(batch, author, now, Precondition::Empty).await
    }

    async fn write(
        &self,
        batch: &[NewRevision],
        author: &str,
        now: Timestamp,
        precondition: Precondition,
    ) -> Result<Option<Range<u64>>> {
        let now = written_date(now);
        let range = writing!(&self.db, |tx| {
            let last: Option<(i64, String)> =
                sqlx::query_as("SELECT seq, recorded_at FROM revisions ORDER BY seq DESC LIMIT 1")
                    .fetch_optional(&mut *tx)
                    .await?;
            if last.is_some() && precondition == Precondition::Empty {
                return Ok(None);
            }
            let (last, before) = last.unwrap_or_default();
            let date = if now < before { before } else { now };
            let first = last + 1;
            let mut seq = first;
            for rows in batch.chunks(ROWS_PER_INSERT) {
                let mut insert = sqlx::QueryBuilder::new(
                    "INSERT INTO revisions \
                     (seq, kind, id, body, recorded_at, recorded_by, note) ",
                );
                insert.push_values(rows, |mut values, row| {
                    values
                        .push_bind(seq)
                        .push_bind(row.kind.as_str())
                        .push_bind(&row.id)
                        .push_bind(&row.body)
                        .push_bind(&date)
                        .push_bind(author)
                        .push_bind(row.note.as_deref());
                    seq += 1;
                });
                insert.build().execute(&mut *tx).await?;
            }
            first.unsigned_abs()..seq.unsigned_abs()
        });
        Ok(Some(range))
    }
}

/// RFC 3339, UTC, always six decimals: the order of texts is the order of dates.
pub(super) fn written_date(date: Timestamp) -> String {
    format!("{date:.6}")
}
