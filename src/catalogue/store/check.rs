//! Checking the log: a little at each opening, everything when asked.

use super::Store;
use super::db::{Db, RawRow, snapshot};
use super::verify::{CheckReport, Fault, Verifier};
use crate::catalogue::error::{CatalogueError, Result};

/// Revisions read at a time.
pub(super) const PAGE: u64 = 2_000;

/// Reads one page of revisions as bytes: those after `$since`, up to `$until`.
macro_rules! raw_page {
    ($tx:ident, $sql:expr, $since:expr, $until:expr, $limit:expr) => {
        sqlx::query_as::<_, $crate::catalogue::store::db::RawRow>($sql)
            .bind(i64::try_from($since).unwrap_or(i64::MAX))
            .bind(i64::try_from($until).unwrap_or(i64::MAX))
            .bind(i64::try_from($limit).unwrap_or(i64::MAX))
            .fetch_all(&mut *$tx)
            .await
    };
}

/// The first and the last `seq`, and how many there are; 1, 0 and 0 for an empty log.
macro_rules! extent {
    ($tx:ident) => {
        sqlx::query_as::<_, (i64, i64, i64)>(
            "SELECT COALESCE(MIN(seq), 1), COALESCE(MAX(seq), 0), COUNT(*) FROM revisions",
        )
        .fetch_one(&mut *$tx)
        .await
    };
}

pub(super) use {extent, raw_page};

impl Store {
    /// Reads the whole log and every dataset content, and tells everything that is wrong,
    /// not only the first fault; what `essaim check` calls.
    ///
    /// One state of the log is read, whatever is written meanwhile. Looked at: `seq` without
    /// a hole, dates that never go back, bodies that are JSON, each revision against its
    /// digest and its chain, each erased body against the erasure that says so, each content
    /// of a dataset of any time against its digest, and the database file itself.
    ///
    /// # Errors
    /// Only when the log cannot be reached; what is found wrong is in the report.
    pub async fn check(&self) -> Result<CheckReport> {
        let mut verifier = Verifier::new();
        if let Db::Lite { read, .. } = &self.db {
            let said: std::result::Result<Vec<String>, sqlx::Error> =
                sqlx::query_scalar("PRAGMA integrity_check").fetch_all(read).await;
            let findings = said.unwrap_or_else(|cause| vec![cause.to_string()]);
            for finding in findings.into_iter().filter(|finding| finding != "ok") {
                verifier.report.push(None, Fault::File { finding });
            }
        }
        let last = snapshot!(&self.db, |tx, raw| {
            let (_, last, _) = extent!(tx)?;
            let last = last.unsigned_abs();
            let mut since = 0;
            while since < last {
                match raw_page!(tx, raw, since, last, PAGE) {
                    Ok(page) => {
                        let Some(end) = page.last() else { break };
                        since = end.seq.unsigned_abs();
                        page.iter().for_each(|row: &RawRow| verifier.see(row));
                    }
                    // One by one, to name those that cannot be read.
                    Err(_) => {
                        let end = last.min(since + PAGE);
                        for seq in since..end {
                            match raw_page!(tx, raw, seq, seq + 1, 1_u64) {
                                Ok(one) => one.iter().for_each(|row| verifier.see(row)),
                                Err(cause) => verifier.unreadable(seq + 1, cause.to_string()),
                            }
                        }
                        since = end;
                    }
                }
            }
            last
        });
        verifier.finish(last);
        for (digest, seq) in std::mem::take(&mut verifier.blobs) {
            match self.get_blob(&digest).await {
                Ok(_) => verifier.report.blobs += 1,
                Err(CatalogueError::MissingBlob { .. }) => {
                    verifier.report.push(Some(seq), Fault::Blob { digest });
                }
                Err(other) => return Err(other),
            }
        }
        Ok(verifier.report)
    }

    /// The `seq` at which the chain is `head`, where the log holds it: whoever noted the
    /// head of the chain elsewhere can tell that nothing before it moved since.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn seq_of_head(&self, head: &str) -> Result<Option<u64>> {
        let seq: Option<i64> = super::db::reading!(&self.db, |pool| sqlx::query_scalar(
            "SELECT seq FROM revisions WHERE chain = $1"
        )
        .bind(head)
        .fetch_optional(pool)
        .await?);
        Ok(seq.map(i64::unsigned_abs))
    }

    /// What each opening looks at: `seq` without a hole, and the seals of the last page.
    ///
    /// An opening must stay quick, and what a crash or a failing disk hurts is the end of
    /// the log, where it was writing; the whole is read by [`Store::check`].
    pub(super) async fn check_end(&self) -> Result<()> {
        let damaged = |finding| Err(CatalogueError::Damaged { finding });
        let faults = snapshot!(&self.db, |tx, raw| {
            let (first, last, count) = extent!(tx).map_err(CatalogueError::damaged)?;
            if first != 1 || last != count {
                return damaged(format!("{count} revisions are there, numbered {first} to {last}"));
            }
            let last = last.unsigned_abs();
            let since = last.saturating_sub(PAGE);
            let mut verifier = Verifier::new();
            if since > 0 {
                let before =
                    raw_page!(tx, raw, since - 1, since, 1_u64).map_err(CatalogueError::damaged)?;
                let chain = before.into_iter().next().map(|row| row.chain);
                verifier = Verifier::after(since, chain.unwrap_or_default());
            }
            let page = raw_page!(tx, raw, since, last, PAGE).map_err(CatalogueError::damaged)?;
            page.iter().for_each(|row| verifier.see(row));
            verifier.finish(last);
            verifier.report.faults
        });
        match faults.first() {
            None => Ok(()),
            Some(found) => {
                let (_, words) = found.fault.words();
                let at = found.seq.map(|seq| format!("revision {seq}: ")).unwrap_or_default();
                damaged(format!("{at}{words}"))
            }
        }
    }
}
