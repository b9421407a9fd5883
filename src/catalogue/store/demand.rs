//! Unmet demand beside the log: counts that servers add up.

use std::collections::BTreeMap;

use super::Store;
use super::db::{Db, reading};
use crate::catalogue::error::Result;
use crate::domain::demand::{Count, Key};

const ADD: &str = "INSERT INTO demand (month, territory, kind, concept, asked, best) \
     VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (month, territory, kind, concept) DO UPDATE SET \
     asked = demand.asked + excluded.asked, \
     best = CASE WHEN excluded.best > demand.best THEN excluded.best ELSE demand.best END";
const READ: &str = "SELECT month, territory, kind, concept, asked, best FROM demand \
     WHERE month <= $1 AND ($2 = '*' OR territory = $2)";

type Row = (String, String, String, String, i64, i64);

/// Adds every count in one transaction, without the lock of the log.
macro_rules! add {
    ($pool:expr, $counts:expr) => {{
        let mut tx = $pool.begin().await?;
        // In the order of keys: two servers that add at once never wait for each other in turn.
        for (key, count) in $counts {
            sqlx::query(ADD)
                .bind(&key.month)
                .bind(&key.territory)
                .bind(&key.kind)
                .bind(&key.concept)
                .bind(i64::try_from(count.asked).unwrap_or(i64::MAX))
                .bind(i64::try_from(count.best).unwrap_or(i64::MAX))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
    }};
}

impl Store {
    /// Adds counts to those that are kept, all or none.
    ///
    /// # Errors
    /// If the database refuses; nothing is then added.
    pub async fn add_demand(&self, counts: &BTreeMap<Key, Count>) -> Result<()> {
        if counts.is_empty() {
            return Ok(());
        }
        match &self.db {
            Db::Lite { write, .. } => add!(write, counts),
            Db::Pg(pool) => add!(pool, counts),
        }
        Ok(())
    }

    /// The counts up to a month (`2026-11`), of one territory or of all of them.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn demand(
        &self,
        until: &str,
        territory: Option<&str>,
    ) -> Result<BTreeMap<Key, Count>> {
        let rows: Vec<Row> = reading!(&self.db, |pool| sqlx::query_as(READ)
            .bind(until)
            .bind(territory.unwrap_or("*"))
            .fetch_all(pool)
            .await?);
        Ok(rows
            .into_iter()
            .map(|(month, territory, kind, concept, asked, best)| {
                let key = Key { month, territory, kind, concept };
                (key, Count { asked: asked.unsigned_abs(), best: best.unsigned_abs() })
            })
            .collect())
    }
}
