//! Being told that the log was added to, where the database can tell.

use std::time::Duration;

use sqlx::postgres::PgListener;

use super::Store;
use super::db::{CHANNEL, Db};
use crate::catalogue::error::Result;

/// Hears each addition to a log kept by PostgreSQL (LISTEN).
///
/// What was added while nobody listened is never told: look at [`Store::last_seq`] after
/// the listener is made. Schemas of one database share the channel, so that it may be told
/// for the log of another: it is a reason to look, never a fact.
#[derive(Debug)]
pub struct Listener(PgListener);

impl Store {
    /// A listener on a connection of its own; `None` where the database cannot tell (SQLite).
    ///
    /// # Errors
    /// [`crate::catalogue::CatalogueError`] when the server does not answer.
    pub async fn listener(&self) -> Result<Option<Listener>> {
        let Db::Pg(pool) = &self.db else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        // A connection lost is told at once; a new listener is then made.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        Ok(Some(Listener(listener)))
    }
}

/// What the log answers, if it answers within `limit`; work under way is given up.
///
/// # Errors
/// Those of `answer`; [`crate::catalogue::CatalogueError`] when the time is over.
pub async fn within<T>(limit: Duration, answer: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(limit, answer).await {
        Ok(answered) => answered,
        Err(_) => Err(sqlx::Error::PoolTimedOut.into()),
    }
}

impl Listener {
    /// Waits until the log is added to; `false` when the connection is lost.
    ///
    /// # Errors
    /// [`crate::catalogue::CatalogueError`] when the server does not answer.
    pub async fn heard(&mut self) -> Result<bool> {
        Ok(self.0.try_recv().await?.is_some())
    }
}
