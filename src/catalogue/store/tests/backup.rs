//! Numbered properties of backups:
//! 1. from one database to the other and back: the same `seq`, dates, texts and head;
//! 2. a backup taken while others write is one whole state of the log;
//! 3. a file that is cut, changed, or something else is refused, and nothing is left;
//! 4. a file that is there is not replaced unless asked; a catalogue that holds revisions
//!    is not restored into.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use rand::RngExt as _;
use rand::SeedableRng as _;

use super::chain::tamper;
use super::*;

/// Rows, a dataset of two times with its contents, an end and a return, an erasure.
async fn fill(store: &Store) {
    for content in ["one", "two"] {
        let digest = store.put_blob(content.as_bytes()).await.unwrap();
        let body = json!({ "name": "taxonomy", "digest": digest,
            "files": [{ "path": "a.csv", "digest": digest, "bytes": 3 }] });
        let dataset = NewRevision::new(Kind::Dataset, "taxonomy", &body);
        store.append(vec![dataset], "seed", at(0)).await.unwrap();
    }
    let signed = Signed { author: "léa \"k\"", address: Some("192.0.2.7"), now: at(1) };
    let odd = row("a", "été \u{1F41D}\n\t\\").because("l’essaim\u{2028}");
    store.append_checked(&[odd, row("b", "B")], &signed, &[], None).await.unwrap();
    store.append(vec![NewRevision::tombstone(Kind::Enterprise, "b")], "léa", at(2)).await.unwrap();
    let signed = Signed { author: "local", address: None, now: at(3) };
    store.erase(Kind::Enterprise, "b", "demande", &signed).await.unwrap();
    store
        .append((0..1_500).map(|n| row(&format!("r{n}"), "R")).collect(), "léa", at(4))
        .await
        .unwrap();
}

async fn all(store: &Store) -> Vec<crate::catalogue::Revision> {
    store.changes(0, 100_000).await.unwrap()
}

/// Property 1.
#[tokio::test]
async fn a_backup_goes_from_one_database_to_the_other_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let first = StoreAddress::Sqlite(folder.path().join("first/log.sqlite"));
    let store = Store::open(&first).await.unwrap();
    fill(&store).await;
    let (head, written) = (store.check().await.unwrap().head, all(&store).await);
    let mut file = folder.path().join("0.tar.gz");
    let told = store.backup(&file, false, at(9)).await.unwrap();
    assert_eq!((told.last_seq, told.revisions, told.blobs, told.erased), (1_506, 1_506, 2, 2));
    assert_eq!(told.head, head);
    assert!(!folder.path().join("0.tar.gz.part").exists());
    let last = StoreAddress::Sqlite(folder.path().join("last/log.sqlite"));
    let mut targets: Vec<StoreAddress> = stores()
        .await
        .into_iter()
        .map(|(address, folder)| {
            // The folder of this test outlives the others.
            drop(folder);
            address
        })
        .collect();
    targets.push(last);
    for (turn, target) in targets.iter().enumerate() {
        let (restored, manifest) = Store::restore(target, &file).await.unwrap();
        assert_eq!(manifest, told);
        let report = restored.check().await.unwrap();
        assert!(report.is_sound(), "{:?}", report.faults);
        assert_eq!((report.head, report.erased, report.blobs), (head.clone(), 2, 2));
        assert_eq!(all(&restored).await, written);
        let files = restored.dataset_files("taxonomy", At::Seq(1)).await.unwrap();
        assert_eq!(files["a.csv"], b"one");
        file = folder.path().join(format!("{}.tar.gz", turn + 1));
        assert_eq!(restored.backup(&file, false, at(9)).await.unwrap(), told);
        restored.append(vec![row("later", "L")], "léa", at(10)).await.unwrap();
        assert!(restored.check().await.unwrap().is_sound());
    }
    // The same state gives the same bytes, whatever the database it comes from.
    let bytes = |n: usize| std::fs::read(folder.path().join(format!("{n}.tar.gz"))).unwrap();
    assert_eq!(bytes(0), bytes(targets.len()));
}

/// Property 2.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_while_others_write_is_one_state() {
    for (address, _folder) in stores().await {
        let store = Store::open(&address).await.unwrap();
        fill(&store).await;
        let writer = Store::open(&address).await.unwrap();
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let stopped = std::sync::Arc::clone(&stop);
        let writing = tokio::spawn(async move {
            let mut turn = 0;
            while !stopped.load(std::sync::atomic::Ordering::Relaxed) {
                let batch = vec![row("w", &turn.to_string()), row("x", &turn.to_string())];
                writer.append(batch, "w", at(20)).await.unwrap();
                if turn % 5 == 0 {
                    let signed = Signed { author: "local", address: None, now: at(20) };
                    writer.erase(Kind::Enterprise, "w", "demande", &signed).await.unwrap();
                }
                turn += 1;
            }
        });
        let folder = tempfile::tempdir().unwrap();
        for turn in 0..3 {
            let file = folder.path().join(format!("{turn}.tar.gz"));
            let told = store.backup(&file, false, at(30)).await.unwrap();
            let target = StoreAddress::Sqlite(folder.path().join(format!("{turn}/log.sqlite")));
            let (restored, _) = Store::restore(&target, &file).await.unwrap();
            let report = restored.check().await.unwrap();
            assert!(report.is_sound(), "{:?}", report.faults);
            assert_eq!(store.seq_of_head(&report.head).await.unwrap(), Some(told.last_seq));
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        writing.await.unwrap();
        assert!(store.check().await.unwrap().is_sound());
    }
}

struct Saved {
    folder: tempfile::TempDir,
    file: PathBuf,
}

async fn saved() -> Saved {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&StoreAddress::Sqlite(folder.path().join("log.sqlite"))).await.unwrap();
    fill(&store).await;
    let file = folder.path().join("saved.tar.gz");
    store.backup(&file, false, at(9)).await.unwrap();
    Saved { folder, file }
}

/// Restores into a new folder and says why not; nothing may be left.
async fn refused(saved: &Saved, file: &Path) -> Option<BackupFault> {
    let target = saved.folder.path().join("target");
    let restored = Store::restore(&StoreAddress::Sqlite(target.join("log.sqlite")), file).await;
    let fault = match restored {
        Ok(_) => None,
        Err(CatalogueError::Backup(fault)) => Some(fault),
        Err(other) => panic!("{other}"),
    };
    if fault.is_some() {
        assert!(!target.join("log.sqlite").exists());
        let left = std::fs::read_dir(target.join("datasets")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{fault:?}");
    }
    let _ = std::fs::remove_dir_all(target);
    fault
}

/// The archive with `change` made to its bytes before they are pressed.
fn pressed(file: &Path, changed: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap())
        .read_to_end(&mut bytes)
        .unwrap();
    change(&mut bytes);
    let mut out = flate2::write::GzEncoder::new(
        std::fs::File::create(changed).unwrap(),
        flate2::Compression::fast(),
    );
    out.write_all(&bytes).unwrap();
    out.finish().unwrap();
}

/// Property 3.
#[tokio::test]
async fn a_backup_that_is_not_whole_is_refused_and_leaves_nothing() {
    let saved = saved().await;
    let bad = saved.folder.path().join("bad.tar.gz");
    let bytes = std::fs::read(&saved.file).unwrap();
    assert_eq!(refused(&saved, &saved.file).await, None);

    let absent = refused(&saved, &saved.folder.path().join("absent")).await;
    assert!(matches!(absent, Some(BackupFault::NotFound { .. })));
    for garbage in [&b""[..], b"rien", &[0x1f, 0x8b, 8, 0], &bytes[..12]] {
        std::fs::write(&bad, garbage).unwrap();
        let fault = refused(&saved, &bad).await;
        assert!(
            matches!(fault, Some(BackupFault::NotABackup | BackupFault::Truncated)),
            "{garbage:?}: {fault:?}"
        );
    }
    for length in [100, bytes.len() / 2, bytes.len() - 9, bytes.len() - 1] {
        std::fs::write(&bad, &bytes[..length]).unwrap();
        assert_eq!(refused(&saved, &bad).await, Some(BackupFault::Truncated), "{length}");
    }
    // One byte changed anywhere in the file: its checksum says so at the latest.
    let mut draws = rand_chacha::ChaCha8Rng::seed_from_u64(20_261_128);
    for _ in 0..30 {
        let mut changed = bytes.clone();
        // The header of gzip holds a date and a system that nobody reads.
        let at = draws.random_range(10..bytes.len());
        changed[at] ^= 1 << draws.random_range(0..8);
        std::fs::write(&bad, &changed).unwrap();
        assert!(refused(&saved, &bad).await.is_some(), "byte {at}");
    }
    // A forger presses it again: the seals say so, and where.
    let words =
        [("\"été", Some(3)), ("192.0.2.7", Some(3)), ("\"r700\"", Some(707)), ("two", None)];
    for (word, seq) in words {
        pressed(&saved.file, &bad, |bytes| {
            let word = word.as_bytes();
            let at = bytes.windows(word.len()).position(|found| found == word).unwrap();
            bytes[at + word.len() - 1] = b'x';
        });
        match (refused(&saved, &bad).await, seq) {
            (Some(BackupFault::Tampered { seq, .. }), Some(expected)) => assert_eq!(seq, expected),
            (Some(BackupFault::Blob { .. }), None) => {}
            (other, _) => panic!("{word}: {other:?}"),
        }
    }
    pressed(&saved.file, &bad, |bytes| {
        let word = b"\"version\": 1";
        let at = bytes.windows(word.len()).position(|found| found == word).unwrap();
        bytes[at + word.len() - 1] = b'7';
    });
    assert_eq!(refused(&saved, &bad).await, Some(BackupFault::Version { found: 7 }));
    for fault in [BackupFault::NotABackup, BackupFault::Truncated, BackupFault::Head] {
        assert!(fault.words().0.contains("rien n’a été restauré"));
    }
}

/// Property 4.
#[tokio::test]
async fn nothing_that_is_there_is_replaced() {
    for (address, _folder) in stores().await {
        let store = Store::open(&address).await.unwrap();
        fill(&store).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("saved.tar.gz");
        store.backup(&file, false, at(9)).await.unwrap();
        let kept = std::fs::read(&file).unwrap();
        let refused = store.backup(&file, false, at(10)).await.unwrap_err();
        assert!(matches!(refused, CatalogueError::Backup(BackupFault::Exists { .. })));
        assert_eq!(std::fs::read(&file).unwrap(), kept);
        store.backup(&file, true, at(10)).await.unwrap();
        assert_ne!(std::fs::read(&file).unwrap(), kept);

        let refused = Store::restore(&address, &file).await.unwrap_err();
        assert!(matches!(refused, CatalogueError::Backup(BackupFault::NotEmpty { .. })));
        assert_eq!(store.last_seq().await.unwrap(), 1_506);
        // A log that is not sound is not saved as if it were.
        tamper(&store, "UPDATE revisions SET id = 'z' WHERE seq = 3".to_owned()).await;
        let refused = store.backup(&file, true, at(11)).await.unwrap_err();
        assert!(matches!(refused, CatalogueError::Damaged { .. }), "{refused}");
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }
}
