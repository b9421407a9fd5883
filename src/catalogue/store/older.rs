//! Sealing a log that was written before revisions were sealed.

use super::Store;
use super::append::ROWS_PER_INSERT;
use super::chain::{Seal, Sealer, Unsealed};
use super::db::{reading, writing};
use crate::catalogue::error::{CatalogueError, Result};

/// Rows read at a time.
const PAGE: i64 = 5_000;

/// A row of an older log.
#[derive(sqlx::FromRow)]
struct Older {
    seq: i64,
    kind: String,
    id: String,
    body: String,
    recorded_at: String,
    recorded_by: String,
    note: Option<String>,
    address: Option<String>,
}

impl Store {
    /// Seals every revision of an older log, in one transaction: all or nothing, so the
    /// first row tells whether it was done. Gives the number of revisions sealed.
    ///
    /// The guards that keep the log append-only are lifted inside the transaction only.
    pub(super) async fn seal_older(&self) -> Result<u64> {
        const FIRST: &str = "SELECT chain FROM revisions ORDER BY seq LIMIT 1";
        let first: Option<String> =
            reading!(&self.db, |pool| sqlx::query_scalar(FIRST).fetch_optional(pool).await?);
        if first.as_deref() != Some("") {
            return Ok(0);
        }
        tracing::info!("a log of an older version: sealing its revisions");
        let guards = self.db.guards();
        Ok(writing!(&self.db, |tx| {
            // Another process may have done it while this one waited for the lock.
            let first: Option<String> = sqlx::query_scalar(FIRST).fetch_optional(&mut *tx).await?;
            if first.as_deref() != Some("") {
                return Ok(0);
            }
            sqlx::query(guards.lift).execute(&mut *tx).await?;
            let (mut since, mut sealer) = (0_i64, Sealer::after(0, ""));
            loop {
                let page: Vec<Older> = sqlx::query_as(
                    "SELECT seq, kind, id, body, recorded_at, recorded_by, note, address \
                     FROM revisions WHERE seq > $1 ORDER BY seq LIMIT $2",
                )
                .bind(since)
                .bind(PAGE)
                .fetch_all(&mut *tx)
                .await?;
                let Some(last) = page.last() else { break };
                // A hole is damage; sealing it would hide it.
                if last.seq != since + i64::try_from(page.len()).unwrap_or(i64::MAX) {
                    let finding = format!("revisions are missing between {since} and {}", last.seq);
                    return Err(CatalogueError::Damaged { finding });
                }
                since = last.seq;
                let seals: Vec<Seal> =
                    page.iter().map(|row| sealer.seal(&row.unsealed())).collect();
                for some in seals.chunks(ROWS_PER_INSERT) {
                    let mut update = sqlx::QueryBuilder::new(
                        "UPDATE revisions SET digest = v.column2, chain = v.column3 FROM (",
                    );
                    update.push_values(some, |mut values, seal| {
                        values
                            .push_bind(seal.seq.cast_signed())
                            .push_bind(&seal.digest)
                            .push_bind(&seal.chain);
                    });
                    update.push(") AS v WHERE revisions.seq = v.column1");
                    update.build().execute(&mut *tx).await?;
                }
            }
            sqlx::query(guards.restore).execute(&mut *tx).await?;
            since.unsigned_abs()
        }))
    }
}

impl Older {
    fn unsealed(&self) -> Unsealed<'_> {
        Unsealed {
            kind: &self.kind,
            id: &self.id,
            body: &self.body,
            recorded_at: &self.recorded_at,
            recorded_by: &self.recorded_by,
            note: self.note.as_deref(),
            address: self.address.as_deref(),
        }
    }
}
