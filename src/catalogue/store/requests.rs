//! The writes that were acknowledged under a key of idempotency.

use super::Store;
use super::db::reading;
use crate::catalogue::error::Result;

impl Store {
    /// Whether a write was acknowledged under this key, whatever it asked.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn remembers(&self, key: &str) -> Result<bool> {
        let known: Option<String> = reading!(&self.db, |pool| sqlx::query_scalar(
            "SELECT key FROM requests WHERE key = $1"
        )
        .bind(key)
        .fetch_optional(pool)
        .await?);
        Ok(known.is_some())
    }
}
