//! Numbered properties of the log, on SQLite, and on PostgreSQL where
//! `ESSAIM_TEST_POSTGRES` names a server:
//! 1. what is acknowledged is read back, in order, after reopening;
//! 2. `seq` is contiguous whatever the writers, `recorded_at` never goes back;
//! 3. a state is the latest revision of each row at a seq or a date, ended rows left out;
//! 4. nothing in the log can be changed or removed;
//! 5. a damaged log is refused with its repair;
//! 6. a database that is full refuses with words and takes writes again once it is not.
//!
//! Each room has its own properties, in a file of its name.

mod backup;
mod chain;
mod checked;
mod demand;
mod erase;

use jiff::{Timestamp, ToSpan as _};
use serde_json::json;

use super::*;
use crate::catalogue::error::CatalogueError;
use crate::catalogue::revision::{At, Kind, NewRevision};

fn at(minute: i64) -> Timestamp {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    start + minute.minutes()
}

fn row(id: &str, name: &str) -> NewRevision {
    NewRevision::new(Kind::Enterprise, id, &json!({ "id": id, "name": name }))
}

/// The stores to test, each empty, with what must outlive them.
pub(crate) async fn stores() -> Vec<(StoreAddress, Option<tempfile::TempDir>)> {
    let folder = tempfile::tempdir().unwrap();
    let lite = StoreAddress::Sqlite(folder.path().join("data").join("log.sqlite"));
    let mut list = vec![(lite, Some(folder))];
    if let Ok(url) = std::env::var("ESSAIM_TEST_POSTGRES") {
        // One schema per test and program: they run together on one server.
        let program = std::env::current_exe().unwrap();
        let test = std::thread::current().name().unwrap_or("main").to_owned();
        let schema = format!("essaim_{}", &digest(format!("{program:?} {test}").as_bytes())[..24]);
        let pool = sqlx::PgPool::connect(&url).await.unwrap();
        for sql in
            [format!("DROP SCHEMA IF EXISTS {schema} CASCADE"), format!("CREATE SCHEMA {schema}")]
        {
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
        }
        let sign = if url.contains('?') { '&' } else { '?' };
        let own = format!("{url}{sign}options[search_path]={schema}");
        list.push((StoreAddress::Postgres(own), None));
    }
    list
}

/// Property 1.
#[tokio::test]
async fn what_is_acknowledged_survives_reopening() {
    for (address, _folder) in stores().await {
        let store = Store::open(&address).await.unwrap();
        let range = store.append(vec![row("a", "A"), row("b", "B")], "lea", at(0)).await.unwrap();
        assert_eq!(range, 1..3);
        assert_eq!(store.append(Vec::new(), "lea", at(0)).await.unwrap(), 3..3);
        let digest = store.put_blob(b"des octets").await.unwrap();
        assert_eq!(store.put_blob(b"des octets").await.unwrap(), digest);
        // Dropped without closing, as by a killed process.
        drop(store);
        let store = Store::open(&address).await.unwrap();
        let changes = store.changes(0, 10).await.unwrap();
        assert_eq!(changes.len(), 2);
        assert_eq!(changes[1].body, r#"{"id":"b","name":"B"}"#);
        assert_eq!(changes[1].recorded_by, "lea");
        assert_eq!(changes[1].recorded_at, at(0));
        assert_eq!(store.changes(1, 10).await.unwrap().len(), 1);
        assert_eq!(store.get_blob(&digest).await.unwrap(), b"des octets");
        let absent = store.get_blob(&"0".repeat(64)).await.unwrap_err();
        assert!(matches!(absent, CatalogueError::MissingBlob { .. }));
        assert!(store.check().await.unwrap().is_sound());
        store.close().await;
    }
}

/// Property 2.
#[tokio::test(flavor = "multi_thread")]
async fn seq_is_contiguous_under_concurrent_writers_and_dates_never_go_back() {
    for (address, _folder) in stores().await {
        // Two stores on one address stand for two processes.
        let (one, two) =
            (Store::open(&address).await.unwrap(), Store::open(&address).await.unwrap());
        let mut tasks = Vec::new();
        for writer in 0..8_i64 {
            let store = if writer % 2 == 0 { one.clone() } else { two.clone() };
            tasks.push(tokio::spawn(async move {
                for turn in 0..5_i64 {
                    let batch = vec![row(&format!("{writer}-{turn}"), "A"), row("shared", "B")];
                    // Clocks disagree: some writers are late.
                    store.append(batch, "w", at(turn - writer)).await.unwrap();
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        let all = one.changes(0, 1_000).await.unwrap();
        assert_eq!(all.len(), 80);
        assert!(all.iter().zip(1..).all(|(revision, seq)| revision.seq == seq));
        assert!(all.windows(2).all(|pair| pair[0].recorded_at <= pair[1].recorded_at));
        assert!(one.check().await.unwrap().is_sound());
    }
}

/// Property 3.
#[tokio::test]
async fn a_state_is_the_latest_of_each_row_at_a_seq_or_a_date() {
    for (address, _folder) in stores().await {
        let store = Store::open(&address).await.unwrap();
        store.append(vec![row("b", "B1"), row("a", "A1")], "lea", at(0)).await.unwrap();
        store.append(vec![row("a", "A2")], "lea", at(10)).await.unwrap();
        let end = NewRevision::tombstone(Kind::Enterprise, "b").because("doublon");
        store.append(vec![end], "lea", at(20)).await.unwrap();
        store.append(vec![row("b", "B2")], "lea", at(30)).await.unwrap();

        let names = |at_: At| {
            let store = &store;
            async move {
                let state = store.state_at(at_, &[Kind::Enterprise]).await.unwrap();
                state
                    .iter()
                    .map(|r| r.json().unwrap()["name"].as_str().unwrap().to_owned())
                    .collect::<Vec<_>>()
            }
        };
        assert_eq!(names(At::Seq(0)).await, Vec::<String>::new());
        assert_eq!(names(At::Seq(2)).await, ["A1", "B1"]);
        assert_eq!(names(At::Date(at(10))).await, ["A2", "B1"]);
        assert_eq!(names(At::Seq(4)).await, ["A2"]);
        assert_eq!(names(At::Latest).await, ["A2", "B2"]);
        assert_eq!(names(At::Date(at(-5))).await, Vec::<String>::new());
        let late = store.state_at(At::Seq(9), &[]).await.unwrap_err();
        assert!(matches!(late, CatalogueError::NoSuchState { asked: 9, last: 5 }));
        // No kind named means every kind, tombstones included.
        assert_eq!(store.state_at(At::Seq(4), &[]).await.unwrap().len(), 2);
        let history = store.history(Kind::Enterprise, "b").await.unwrap();
        let seqs: Vec<u64> = history.iter().map(|revision| revision.seq).collect();
        assert_eq!(seqs, [1, 4, 5]);
        assert_eq!(history[1].note.as_deref(), Some("doublon"));
    }
}

/// Property 4.
#[tokio::test]
async fn the_log_is_append_only() {
    for (address, _folder) in stores().await {
        let store = Store::open(&address).await.unwrap();
        store.append(vec![row("a", "A")], "lea", at(0)).await.unwrap();
        for sql in ["UPDATE revisions SET body = '{}'", "DELETE FROM revisions"] {
            let refused = match &store.db {
                Db::Lite { write, .. } => sqlx::query(sql).execute(write).await.is_err(),
                Db::Pg(pool) => sqlx::query(sql).execute(pool).await.is_err(),
            };
            assert!(refused, "{sql}");
        }
        let again = store.append_first(&[row("b", "B")], "lea", at(1)).await.unwrap();
        assert_eq!(again, None);
        assert_eq!(store.last_seq().await.unwrap(), 1);
    }
}

/// Property 5.
#[tokio::test]
async fn a_damaged_log_is_refused_with_its_repair() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.sqlite");
    let address = StoreAddress::Sqlite(path.clone());
    let store = Store::open(&address).await.unwrap();
    store.append(vec![row("a", "A"), row("b", "B"), row("c", "C")], "lea", at(0)).await.unwrap();
    let Db::Lite { write, .. } = &store.db else { panic!("a file") };
    sqlx::query("DROP TRIGGER revisions_never_leave").execute(write).await.unwrap();
    sqlx::query("DELETE FROM revisions WHERE seq = 2").execute(write).await.unwrap();
    store.close().await;
    let refused = Store::open(&address).await.unwrap_err();
    assert!(matches!(refused, CatalogueError::Damaged { .. }), "{refused}");
    assert!(refused.to_string().contains("essaim restore"));

    let garbage = folder.path().join("garbage.sqlite");
    std::fs::write(&garbage, b"this was never a database, whatever its name says".repeat(100))
        .unwrap();
    let refused = Store::open(&StoreAddress::Sqlite(garbage)).await.unwrap_err();
    assert!(matches!(refused, CatalogueError::Damaged { .. }), "{refused}");
}

#[test]
fn a_password_is_never_shown() {
    let address = StoreAddress::parse("postgres://lea:secret@db.example/essaim");
    assert_eq!(address.shown(), "postgres://db.example/essaim");
    assert!(matches!(StoreAddress::parse("data/log.sqlite"), StoreAddress::Sqlite(_)));
}

/// Whoever listens is told of each addition; only PostgreSQL can tell.
#[tokio::test]
async fn an_addition_is_told_to_whoever_listens() {
    for (address, _folder) in stores().await {
        let (one, two) =
            (Store::open(&address).await.unwrap(), Store::open(&address).await.unwrap());
        let listener = two.listener().await.unwrap();
        assert_eq!(listener.is_some(), matches!(address, StoreAddress::Postgres(_)));
        if let Some(mut listener) = listener {
            one.append(vec![row("a", "A")], "lea", at(0)).await.unwrap();
            assert!(listener.heard().await.unwrap());
        }
        two.close().await;
        one.close().await;
    }
}

/// Property 6.
#[tokio::test]
async fn a_full_database_refuses_and_takes_writes_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&StoreAddress::Sqlite(folder.path().join("log.sqlite"))).await.unwrap();
    let Db::Lite { write, .. } = &store.db else { panic!("a file") };
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(write).await.unwrap();
    let limit = |pages: i64| sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
    sqlx::query(limit(pages + 6)).execute(write).await.unwrap();
    let big = |turn: usize| row(&format!("r{turn}"), &"x".repeat(3_000));
    let mut kept = 0;
    let refused = loop {
        match store.append(vec![big(kept), big(kept)], "lea", at(0)).await {
            Ok(_) => kept += 1,
            Err(cause) => break cause,
        }
    };
    assert!(matches!(refused, CatalogueError::Full { .. }), "{refused:?}");
    assert_eq!(store.last_seq().await.unwrap(), 2 * kept as u64);
    sqlx::query(limit(100_000)).execute(write).await.unwrap();
    store.append(vec![big(kept)], "lea", at(0)).await.unwrap();
    let report = store.check().await.unwrap();
    assert!(report.is_sound(), "{:?}", report.faults);
    assert_eq!(report.revisions, 2 * kept as u64 + 1);
}
