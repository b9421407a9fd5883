//! The two databases behind one store, and the macros that let each body be written once.

use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Sqlite, SqliteConnection, SqlitePool};

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

/// How the guard against changes is lifted, and put back, inside one transaction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guards {
    pub lift: &'static str,
    pub restore: &'static str,
}

impl Db {
    /// For the two things that change a revision: sealing an older log, a legal erasure.
    pub(super) fn guards(&self) -> Guards {
        match self {
            Self::Lite { .. } => Guards {
                lift: "DROP TRIGGER IF EXISTS revisions_never_change",
                restore: "CREATE TRIGGER revisions_never_change BEFORE UPDATE ON revisions \
                          BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
            },
            Self::Pg(_) => Guards {
                lift: "ALTER TABLE revisions DISABLE TRIGGER revisions_never_change",
                restore: "ALTER TABLE revisions ENABLE TRIGGER revisions_never_change",
            },
        }
    }
}

/// The channel on which a server of PostgreSQL tells that its log was added to.
pub(super) const CHANNEL: &str = "essaim_log";

/// A connection to SQLite that is closed, not used again, unless what it did ended well.
///
/// When the disk refuses, SQLite ends the transaction by itself (sqlite.org, *Response to
/// errors within a transaction*) and the driver goes on believing that one is open: every
/// later write would be refused until a person restarts the service. A new connection costs
/// a millisecond. The same holds for a write whose asker went away in the middle.
#[derive(Debug)]
pub(super) struct Lease {
    connection: PoolConnection<Sqlite>,
    ended_well: bool,
}

impl Lease {
    pub(super) async fn of(pool: &SqlitePool) -> Result<Self, sqlx::Error> {
        Ok(Self { connection: pool.acquire().await?, ended_well: false })
    }

    /// The pool may use the connection again.
    pub(super) fn give_back(mut self) {
        self.ended_well = true;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if !self.ended_well {
            self.connection.close_on_drop();
        }
    }
}

impl std::ops::Deref for Lease {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl std::ops::DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
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
/// PostgreSQL: an exclusive table lock, which lets readers read; whoever listens is told at
/// commit (`Store::listener`).
macro_rules! writing {
    ($db:expr, |$tx:ident| $body:expr) => {
        match $db {
            $crate::catalogue::store::db::Db::Lite { write, .. } => {
                let mut lease = $crate::catalogue::store::db::Lease::of(write).await?;
                let mut $tx = sqlx::Connection::begin_with(&mut *lease, "BEGIN IMMEDIATE").await?;
                let value = $body;
                $tx.commit().await?;
                lease.give_back();
                value
            }
            $crate::catalogue::store::db::Db::Pg(pool) => {
                let mut $tx = pool.begin().await?;
                sqlx::query("LOCK TABLE revisions IN EXCLUSIVE MODE").execute(&mut *$tx).await?;
                let value = $body;
                sqlx::query("SELECT pg_notify($1, '')")
                    .bind($crate::catalogue::store::db::CHANNEL)
                    .execute(&mut *$tx)
                    .await?;
                $tx.commit().await?;
                value
            }
        }
    };
}

/// Runs `$body` with `$tx` bound to a transaction that sees one state of the log, and with
/// `$raw` bound to the columns of a revision as bytes ([`RawRow`]).
///
/// Nothing is locked: writers go on writing.
macro_rules! snapshot {
    ($db:expr, |$tx:ident, $raw:ident| $body:expr) => {
        match $db {
            $crate::catalogue::store::db::Db::Lite { read, .. } => {
                let mut lease = $crate::catalogue::store::db::Lease::of(read).await?;
                let mut $tx = sqlx::Connection::begin(&mut *lease).await?;
                let $raw = $crate::catalogue::store::db::RAW_LITE;
                let value = $body;
                $tx.commit().await?;
                lease.give_back();
                value
            }
            $crate::catalogue::store::db::Db::Pg(pool) => {
                let mut $tx = pool.begin().await?;
                sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    .execute(&mut *$tx)
                    .await?;
                let $raw = $crate::catalogue::store::db::RAW_PG;
                $body
            }
        }
    };
}

/// A revision as the bytes that are stored, whatever they are.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct RawRow {
    pub seq: i64,
    pub kind: Vec<u8>,
    pub id: Vec<u8>,
    pub body: Vec<u8>,
    pub recorded_at: Vec<u8>,
    pub recorded_by: Vec<u8>,
    pub note: Option<Vec<u8>>,
    pub address: Option<Vec<u8>>,
    pub digest: Vec<u8>,
    pub chain: Vec<u8>,
}

/// A page of [`RawRow`]: `seq` over `$1`, up to `$2`, at most `$3` rows.
///
/// Bytes, because a text that was tampered with may no longer be UTF-8.
pub(super) const RAW_LITE: &str = "SELECT seq, CAST(kind AS BLOB) AS kind, \
     CAST(id AS BLOB) AS id, CAST(body AS BLOB) AS body, \
     CAST(recorded_at AS BLOB) AS recorded_at, CAST(recorded_by AS BLOB) AS recorded_by, \
     CAST(note AS BLOB) AS note, CAST(address AS BLOB) AS address, \
     CAST(digest AS BLOB) AS digest, CAST(chain AS BLOB) AS chain \
     FROM revisions WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3";
/// The same on PostgreSQL.
pub(super) const RAW_PG: &str = "SELECT seq, convert_to(kind, 'UTF8') AS kind, \
     convert_to(id, 'UTF8') AS id, convert_to(body, 'UTF8') AS body, \
     convert_to(recorded_at, 'UTF8') AS recorded_at, \
     convert_to(recorded_by, 'UTF8') AS recorded_by, convert_to(note, 'UTF8') AS note, \
     convert_to(address, 'UTF8') AS address, convert_to(digest, 'UTF8') AS digest, \
     convert_to(chain, 'UTF8') AS chain \
     FROM revisions WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3";

pub(super) use {reading, snapshot, writing};
