//! Numbered properties of the seals:
//! 1. what is written is sealed, and the head of the chain tells the whole log;
//! 2. one byte changed in any column of a row is found, and the row is named;
//! 3. one byte changed in the file is found, or changes nothing that is read;
//! 4. a row that is missing, added or moved is found, and everything wrong is told;
//! 5. a log of the first version is sealed when it is opened, once, whole or not at all;
//! 6. the content of a dataset of any time is looked at.

use std::path::Path;

use rand::RngExt as _;
use rand::SeedableRng as _;

use super::*;

fn signed(minute: i64) -> Signed<'static> {
    Signed { author: "lea", address: Some("192.0.2.7"), now: at(minute) }
}

/// Five revisions, each with a note and an address.
async fn five(store: &Store) {
    for turn in 1..=5_i64 {
        let one = row(&format!("row-{turn}"), &format!("Zanzibar {turn}")).because("à la main");
        store.append_checked(&[one], &signed(turn), &[], None).await.unwrap();
    }
}

/// Runs `sql` as a hand that knows the guards.
pub(super) async fn tamper(store: &Store, sql: String) {
    let guards = store.db.guards();
    let statements: Vec<String> = match &store.db {
        Db::Lite { .. } => vec![
            guards.lift.to_owned(),
            "DROP TRIGGER IF EXISTS revisions_never_leave".to_owned(),
            sql,
            guards.restore.to_owned(),
        ],
        Db::Pg(_) => vec![guards.lift.to_owned(), sql, guards.restore.to_owned()],
    };
    for sql in statements {
        let sql = sqlx::AssertSqlSafe(sql);
        match &store.db {
            Db::Lite { write, .. } => sqlx::query(sql).execute(write).await.map(|_| ()).unwrap(),
            Db::Pg(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()).unwrap(),
        }
    }
}

fn seqs(report: &CheckReport) -> Vec<u64> {
    let mut seqs: Vec<u64> = report.faults.iter().filter_map(|found| found.seq).collect();
    seqs.dedup();
    seqs
}

/// Property 1.
#[tokio::test]
async fn the_head_of_the_chain_tells_the_whole_log() {
    let mut heads = Vec::new();
    for (address, _folder) in stores().await {
        let store = Store::open(&address).await.unwrap();
        assert_eq!(store.check().await.unwrap().head, GENESIS);
        five(&store).await;
        let report = store.check().await.unwrap();
        assert_eq!((report.last, report.revisions, report.is_sound()), (5, 5, true));
        assert_eq!(report.by_kind["enterprise"], 5);
        assert_eq!(store.seq_of_head(&report.head).await.unwrap(), Some(5));
        assert_eq!(store.seq_of_head(GENESIS).await.unwrap(), None);
        store.append(vec![row("a", "A")], "lea", at(9)).await.unwrap();
        let later = store.check().await.unwrap();
        assert_ne!(later.head, report.head);
        // A head noted earlier still stands in the log.
        assert_eq!(store.seq_of_head(&report.head).await.unwrap(), Some(5));
        heads.push(later.head);
    }
    heads.dedup();
    assert_eq!(heads.len(), 1, "the same log has the same head on both databases");
}

/// Property 2.
#[tokio::test]
async fn one_byte_changed_in_any_column_is_found_and_named() {
    for (address, _folder) in stores().await {
        let store = Store::open(&address).await.unwrap();
        five(&store).await;
        let texts = ["kind", "id", "body", "recorded_at", "recorded_by", "note", "address"];
        let mut changes: Vec<(String, String)> = Vec::new();
        for column in texts.into_iter().chain(["digest", "chain"]) {
            // The third character becomes another one.
            let third = format!("substr({column}, 3, 1)");
            let other = format!(
                "substr({column}, 1, 2) || CASE {third} WHEN '1' THEN '7' ELSE '1' END \
                 || substr({column}, 4)"
            );
            let kept = match &store.db {
                Db::Lite { read, .. } => {
                    let sql = format!("SELECT {column} FROM revisions WHERE seq = 3");
                    sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql)).fetch_one(read).await
                }
                Db::Pg(pool) => {
                    let sql = format!("SELECT {column} FROM revisions WHERE seq = 3");
                    sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql)).fetch_one(pool).await
                }
            };
            let back = format!("'{}'", kept.unwrap().replace('\'', "''"));
            changes.push((format!("{column} = {other}"), format!("{column} = {back}")));
            if column == "note" || column == "address" {
                changes.push((format!("{column} = NULL"), format!("{column} = {back}")));
                changes.push((format!("{column} = ''"), format!("{column} = {back}")));
            }
            if column == "kind" {
                changes.push(("kind = 'actor'".to_owned(), format!("kind = {back}")));
            }
            if column == "recorded_at" {
                // Still in order, still a date.
                let later = "recorded_at = '2026-01-01T00:03:00.000001Z'".to_owned();
                changes.push((later, format!("recorded_at = {back}")));
            }
        }
        for (change, back) in changes {
            tamper(&store, format!("UPDATE revisions SET {change} WHERE seq = 3")).await;
            let report = store.check().await.unwrap();
            assert_eq!(seqs(&report), [3], "{change}: {:?}", report.faults);
            assert!(Store::open(&address).await.is_err(), "{change}: opened");
            tamper(&store, format!("UPDATE revisions SET {back} WHERE seq = 3")).await;
            assert!(store.check().await.unwrap().is_sound(), "{back}");
        }
        // The place in the log is a column like the others.
        tamper(&store, "UPDATE revisions SET seq = 67 WHERE seq = 3".to_owned()).await;
        assert_eq!(store.check().await.unwrap().faults[0].seq, Some(3));
    }
}

/// Property 3.
#[tokio::test]
async fn one_byte_changed_in_the_file_is_found_or_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.sqlite");
    let address = StoreAddress::Sqlite(path.clone());
    let store = Store::open(&address).await.unwrap();
    five(&store).await;
    let written = store.changes(0, 100).await.unwrap();
    store.close().await;
    let sound = std::fs::read(&path).unwrap();
    let word = b"Zanzibar 4";
    let place = sound.windows(word.len()).position(|bytes| bytes == word).unwrap();
    // Every byte of a word that stands in a body, some of them no longer UTF-8.
    for at in 0..word.len() {
        for flip in [0x01, 0x80] {
            let report = flipped(&address, &path, &sound, place + at, flip).await;
            assert_eq!(seqs(&report.unwrap()), [4]);
        }
    }
    let mut draws = rand_chacha::ChaCha8Rng::seed_from_u64(20_261_128);
    let mut found = 0;
    for _ in 0..120 {
        let at = draws.random_range(0..sound.len());
        match flipped(&address, &path, &sound, at, 1 << draws.random_range(0..8)).await {
            Ok(report) if report.is_sound() => {
                let store = Store::open(&address).await.unwrap();
                assert_eq!(store.changes(0, 100).await.unwrap(), written, "byte {at}");
                store.close().await;
            }
            _ => found += 1,
        }
    }
    assert!(found > 0);
}

/// What a check says of the file with one byte changed.
async fn flipped(
    address: &StoreAddress,
    path: &Path,
    sound: &[u8],
    at: usize,
    flip: u8,
) -> crate::catalogue::error::Result<CheckReport> {
    let mut bytes = sound.to_vec();
    bytes[at] ^= flip;
    for beside in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{beside}", path.display()));
    }
    std::fs::write(path, bytes).unwrap();
    let store = Store::open_to_check(address).await?;
    let report = store.check().await;
    store.close().await;
    report
}

/// Property 4.
#[tokio::test]
async fn everything_wrong_is_told() {
    for (address, _folder) in stores().await {
        let store = Store::open(&address).await.unwrap();
        five(&store).await;
        tamper(&store, "DELETE FROM revisions WHERE seq = 2".to_owned()).await;
        tamper(&store, "UPDATE revisions SET body = '{' WHERE seq = 4".to_owned()).await;
        tamper(&store, "UPDATE revisions SET recorded_by = 'tom' WHERE seq = 5".to_owned()).await;
        let report = store.check().await.unwrap();
        let told: Vec<(Option<u64>, &str)> =
            report.faults.iter().map(|found| (found.seq, found.fault.code())).collect();
        assert_eq!(
            told,
            [(Some(2), "missing"), (Some(4), "content"), (Some(4), "body"), (Some(5), "chain")]
        );
        for found in &report.faults {
            let (fr, en) = found.fault.words();
            assert!(fr != en && !fr.is_empty());
        }
        // An older program that still runs cannot add a row without its seal.
        let unsealed = "INSERT INTO revisions (seq, kind, id, body, recorded_at, recorded_by) \
                        VALUES (6, 'enterprise', 'x', '{}', '2026-01-01T00:06:00.000000Z', 'old')";
        let refused = match &store.db {
            Db::Lite { write, .. } => sqlx::query(unsealed).execute(write).await.is_err(),
            Db::Pg(pool) => sqlx::query(unsealed).execute(pool).await.is_err(),
        };
        assert!(refused);
    }
}

/// Property 5.
#[tokio::test]
async fn an_older_log_is_sealed_when_it_is_opened() {
    let mut heads = Vec::new();
    for (address, _folder) in stores().await {
        first_version(&address, 1_200).await;
        let store = Store::open(&address).await.unwrap();
        let report = store.check().await.unwrap();
        assert!(report.is_sound(), "{:?}", report.faults);
        assert_eq!(report.revisions, 1_200);
        let range = store.append(vec![row("new", "N")], "lea", at(0)).await.unwrap();
        assert_eq!(range, 1_201..1_202);
        // The guards stand again.
        let changed = "UPDATE revisions SET body = '{}'";
        let refused = match &store.db {
            Db::Lite { write, .. } => sqlx::query(changed).execute(write).await.is_err(),
            Db::Pg(pool) => sqlx::query(changed).execute(pool).await.is_err(),
        };
        assert!(refused);
        drop(store);
        let store = Store::open(&address).await.unwrap();
        assert!(store.check().await.unwrap().is_sound());
        heads.push(report.head);
    }
    heads.dedup();
    assert_eq!(heads.len(), 1);

    // A hole is damage: nothing is sealed over it.
    let folder = tempfile::tempdir().unwrap();
    let address = StoreAddress::Sqlite(folder.path().join("log.sqlite"));
    first_version(&address, 10).await;
    let StoreAddress::Sqlite(path) = &address else { unreachable!("a file") };
    let pool = lite(path).await;
    sqlx::query("DROP TRIGGER revisions_never_leave").execute(&pool).await.unwrap();
    sqlx::query("DELETE FROM revisions WHERE seq = 7").execute(&pool).await.unwrap();
    pool.close().await;
    for _ in 0..2 {
        let refused = Store::open(&address).await.unwrap_err();
        assert!(matches!(refused, CatalogueError::Damaged { .. }), "{refused}");
    }
}

async fn lite(path: &Path) -> sqlx::SqlitePool {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    sqlx::SqlitePool::connect_with(options).await.unwrap()
}

/// A catalogue as the first version wrote it.
async fn first_version(address: &StoreAddress, rows: i64) {
    let folder = tempfile::tempdir().unwrap();
    let (sql, fill) = match address {
        StoreAddress::Sqlite(_) => (
            include_str!("../../migrations/sqlite/0001_log.sql"),
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
             INSERT INTO revisions SELECT i, 'enterprise', 'row-' || (i % 7), \
             '{\"name\":\"é' || i || '\"}', '2026-01-01T00:00:00.000000Z', 'seed', \
             CASE WHEN i % 3 = 0 THEN 'note' END FROM n",
        ),
        StoreAddress::Postgres(_) => (
            include_str!("../../migrations/postgres/0001_log.sql"),
            "INSERT INTO revisions SELECT i, 'enterprise', 'row-' || (i % 7), \
             '{\"name\":\"é' || i || '\"}', '2026-01-01T00:00:00.000000Z', 'seed', \
             CASE WHEN i % 3 = 0 THEN 'note' END FROM generate_series(1, $1) AS i",
        ),
    };
    std::fs::write(folder.path().join("0001_log.sql"), sql).unwrap();
    let migrator = sqlx::migrate::Migrator::new(folder.path()).await.unwrap();
    match address {
        StoreAddress::Sqlite(path) => {
            let pool = lite(path).await;
            migrator.run(&pool).await.unwrap();
            sqlx::query(fill).bind(rows).execute(&pool).await.unwrap();
            pool.close().await;
        }
        StoreAddress::Postgres(url) => {
            let pool = sqlx::PgPool::connect(url).await.unwrap();
            migrator.run(&pool).await.unwrap();
            sqlx::query(fill).bind(rows).execute(&pool).await.unwrap();
            pool.close().await;
        }
    }
}

/// Property 6.
#[tokio::test]
async fn the_content_of_a_dataset_of_any_time_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let address = StoreAddress::Sqlite(folder.path().join("log.sqlite"));
    let store = Store::open(&address).await.unwrap();
    let mut digests = Vec::new();
    for content in [b"first", b"later"] {
        let digest = store.put_blob(content).await.unwrap();
        let body = json!({ "name": "taxonomy", "digest": digest,
            "files": [{ "path": "a.csv", "digest": digest, "bytes": 5 }] });
        store
            .append(vec![NewRevision::new(Kind::Dataset, "taxonomy", &body)], "lea", at(0))
            .await
            .unwrap();
        digests.push(digest);
    }
    let report = store.check().await.unwrap();
    assert_eq!((report.blobs, report.is_sound()), (2, true));
    std::fs::write(folder.path().join("datasets").join(&digests[0]), b"fIrst").unwrap();
    let report = store.check().await.unwrap();
    assert_eq!(report.faults.len(), 1);
    assert_eq!(report.faults[0].seq, Some(1));
    assert!(matches!(&report.faults[0].fault, Fault::Blob { digest } if *digest == digests[0]));
}
