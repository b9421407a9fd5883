//! Reading the log: its end, its changes, one row's history, any of its states.

use std::collections::BTreeMap;

use super::Store;
use super::append::written_date;
use super::db::reading;
use crate::catalogue::error::{CatalogueError, Result};
use crate::catalogue::revision::{At, Kind, Revision, tombstone_id};

const COLUMNS_SINCE: &str = "SELECT seq, kind, id, body, recorded_at, recorded_by, note, address \
     FROM revisions WHERE seq > $1 ORDER BY seq LIMIT $2";
const COLUMNS_OF_ROW: &str = "SELECT seq, kind, id, body, recorded_at, recorded_by, note, address \
     FROM revisions WHERE kind = $1 AND id = $2 ORDER BY seq";
const COLUMNS_LATEST: &str = "SELECT r.seq, r.kind, r.id, r.body, r.recorded_at, r.recorded_by, r.note, r.address \
     FROM revisions r JOIN (SELECT MAX(seq) AS seq FROM revisions \
     WHERE kind = $1 AND seq <= $2 GROUP BY id) latest ON latest.seq = r.seq";

/// A row found by a part of its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedRow {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// Number of its revisions.
    pub revisions: u64,
}

/// A row as the database gives it.
#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    kind: String,
    id: String,
    body: String,
    recorded_at: String,
    recorded_by: String,
    note: Option<String>,
    address: Option<String>,
}

impl Row {
    fn revision(self) -> Result<Revision> {
        let seq = self.seq.unsigned_abs();
        let unreadable = |cause: String| CatalogueError::Unreadable { seq, cause };
        let kind = Kind::parse(&self.kind)
            .ok_or_else(|| unreadable(format!("unknown kind `{}`", self.kind)))?;
        let recorded_at =
            self.recorded_at.parse().map_err(|cause: jiff::Error| unreadable(cause.to_string()))?;
        Ok(Revision {
            seq,
            kind,
            id: self.id,
            body: self.body,
            recorded_at,
            recorded_by: self.recorded_by,
            note: self.note,
            address: self.address,
        })
    }
}

impl Store {
    /// The last `seq`; 0 when the log is empty.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn last_seq(&self) -> Result<u64> {
        let last: i64 = reading!(&self.db, |pool| sqlx::query_scalar(
            "SELECT COALESCE(MAX(seq), 0) FROM revisions"
        )
        .fetch_one(pool)
        .await?);
        Ok(last.unsigned_abs())
    }

    /// The `seq` that a state means: everything up to it, included.
    ///
    /// # Errors
    /// [`CatalogueError::NoSuchState`] for a `seq` past the end of the log.
    pub async fn seq_at(&self, at: At) -> Result<u64> {
        let last = self.last_seq().await?;
        match at {
            At::Latest => Ok(last),
            At::Seq(asked) if asked > last => Err(CatalogueError::NoSuchState { asked, last }),
            At::Seq(asked) => Ok(asked),
            At::Date(date) => {
                let seq: i64 = reading!(&self.db, |pool| sqlx::query_scalar(
                    "SELECT COALESCE(MAX(seq), 0) FROM revisions WHERE recorded_at <= $1"
                )
                .bind(written_date(date))
                .fetch_one(pool)
                .await?);
                Ok(seq.unsigned_abs())
            }
        }
    }

    /// At most `limit` revisions after `since`, in order.
    ///
    /// # Errors
    /// If the database refuses or a revision cannot be read.
    pub async fn changes(&self, since: u64, limit: u32) -> Result<Vec<Revision>> {
        let since = i64::try_from(since).unwrap_or(i64::MAX);
        let rows: Vec<Row> = reading!(&self.db, |pool| sqlx::query_as(COLUMNS_SINCE)
            .bind(since)
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await?);
        rows.into_iter().map(Row::revision).collect()
    }

    /// Every revision of one row, oldest first, tombstones included.
    ///
    /// # Errors
    /// If the database refuses or a revision cannot be read.
    pub async fn history(&self, kind: Kind, id: &str) -> Result<Vec<Revision>> {
        let mut revisions = self.row_history(kind, id).await?;
        revisions.extend(self.row_history(Kind::Tombstone, &tombstone_id(kind, id)).await?);
        revisions.sort_by_key(|revision| revision.seq);
        Ok(revisions)
    }

    /// The latest revision of each row at `at`, ended rows left out, sorted by kind and id.
    ///
    /// `kinds` empty means every kind. A row revised after its tombstone is alive again.
    ///
    /// # Errors
    /// [`CatalogueError::NoSuchState`], or if the database refuses.
    pub async fn state_at(&self, at: At, kinds: &[Kind]) -> Result<Vec<Revision>> {
        // The bound is fixed first: the log only grows, so the pages below agree.
        let until = self.seq_at(at).await?;
        let ended: BTreeMap<String, u64> = self
            .latest(Kind::Tombstone, until)
            .await?
            .into_iter()
            .map(|revision| (revision.id, revision.seq))
            .collect();
        let wanted: Vec<Kind> = if kinds.is_empty() { Kind::ALL.to_vec() } else { kinds.to_vec() };
        let mut state = Vec::new();
        for kind in wanted {
            let rows = self.latest(kind, until).await?;
            state.extend(rows.into_iter().filter(|row| {
                // What was erased is in no state, past ones included.
                !row.is_erased()
                    && (ended.is_empty()
                        || ended.get(&tombstone_id(kind, &row.id)).is_none_or(|&end| end < row.seq))
            }));
        }
        // Databases order texts by their locale; bytes are the same everywhere.
        state.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
        state.dedup_by(|a, b| a.seq == b.seq);
        Ok(state)
    }

    /// Rows whose id is `id` or has it as one of its parts (`territory/enterprise`), sorted
    /// by kind and id; tombstones count with the row that they end.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn related(&self, id: &str) -> Result<Vec<RelatedRow>> {
        let escaped = id.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let rows: Vec<(String, String, i64)> = reading!(&self.db, |pool| sqlx::query_as(
            "SELECT kind, id, COUNT(*) FROM revisions \
             WHERE kind <> 'tombstone' AND '/' || id || '/' LIKE $1 ESCAPE '\\' GROUP BY kind, id"
        )
        .bind(format!("%/{escaped}/%"))
        .fetch_all(pool)
        .await?);
        let mut related: Vec<RelatedRow> = rows
            .into_iter()
            .filter_map(|(kind, id, revisions)| {
                let kind = Kind::parse(&kind)?;
                Some(RelatedRow { kind, id, revisions: revisions.unsigned_abs() })
            })
            .collect();
        related.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
        Ok(related)
    }

    async fn row_history(&self, kind: Kind, id: &str) -> Result<Vec<Revision>> {
        let rows: Vec<Row> = reading!(&self.db, |pool| sqlx::query_as(COLUMNS_OF_ROW)
            .bind(kind.as_str())
            .bind(id)
            .fetch_all(pool)
            .await?);
        rows.into_iter().map(Row::revision).collect()
    }

    async fn latest(&self, kind: Kind, until: u64) -> Result<Vec<Revision>> {
        let until = i64::try_from(until).unwrap_or(i64::MAX);
        let rows: Vec<Row> = reading!(&self.db, |pool| sqlx::query_as(COLUMNS_LATEST)
            .bind(kind.as_str())
            .bind(until)
            .fetch_all(pool)
            .await?);
        rows.into_iter().map(Row::revision).collect()
    }
}
