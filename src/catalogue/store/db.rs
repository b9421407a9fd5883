//! The two databases behind one store, and the macros that let each body be written once.

use sqlx::{PgPool, SqlitePool};

/// Where the rows are.
///
/// Typed pools rather than sqlx's `Any` driver, which cannot read every type; `$1`
/// placeholders work in both.
#[derive(Debug, Clone)]
pub(super) enum Db {
    /// One file: one writer connection, several read-only ones.
    Lite {
        /// Readers.
        read: SqlitePool,
        /// The writer.
        write: SqlitePool,
    },
    /// A server.
    Pg(PgPool),
}

/// Runs `$body` with `$pool` bound to the pool that reads.
macro_rules! reading {
    ($db:expr, |$pool:ident| $body:expr) => {
        match $db {
            $crate::catalogue::store::db::Db::Lite { read: $pool, .. } => $body,
            $crate::catalogue::store::db::Db::Pg($pool) => $body,
        }
    };
}

/// Runs `$body` with `$tx` bound to a transaction that holds the lock of the log.
///
/// SQLite: `BEGIN IMMEDIATE` on the only writer, which also waits for other processes.
/// PostgreSQL: an exclusive table lock, which lets readers read.
macro_rules! writing {
    ($db:expr, |$tx:ident| $body:expr) => {
        match $db {
            $crate::catalogue::store::db::Db::Lite { write, .. } => {
                let mut $tx = write.begin_with("BEGIN IMMEDIATE").await?;
                let value = $body;
                $tx.commit().await?;
                value
            }
            $crate::catalogue::store::db::Db::Pg(pool) => {
                let mut $tx = pool.begin().await?;
                sqlx::query("LOCK TABLE revisions IN EXCLUSIVE MODE").execute(&mut *$tx).await?;
                let value = $body;
                $tx.commit().await?;
                value
            }
        }
    };
}

pub(super) use {reading, writing};
