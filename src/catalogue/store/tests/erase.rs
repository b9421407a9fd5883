//! Numbered properties of a legal erasure:
//! 1. what the row said is in no reading, past states included, and the log says why;
//! 2. the chain holds, and a body that disappears without an erasure is a fault;
//! 3. the bytes leave the files of the database;
//! 4. what the log needs cannot be erased.

use super::chain::tamper;
use super::*;

const SECRET: &str = "Zoroastre-Pimprenelle";

fn local(minute: i64) -> Signed<'static> {
    Signed { author: "local", address: None, now: at(minute) }
}

/// A row of two revisions that say the secret everywhere, ended, among many others.
async fn fill(store: &Store) {
    let others = |from: u64| (from..from + 300).map(|n| row(&format!("r{n}"), "R")).collect();
    store.append(others(0), "léa", at(0)).await.unwrap();
    let signed = Signed { author: "léa", address: Some(SECRET), now: at(1) };
    let long = format!("{SECRET} ").repeat(2_000);
    let secrets = [row("x", SECRET).because(SECRET), row("x", &long)];
    store.append_checked(&secrets, &signed, &[], None).await.unwrap();
    let end = NewRevision::tombstone(Kind::Enterprise, "x").because(SECRET);
    store.append(vec![end], "léa", at(2)).await.unwrap();
    store.append(others(300), "léa", at(3)).await.unwrap();
}

/// Properties 1 and 2.
#[tokio::test]
async fn what_is_erased_is_nowhere_and_the_chain_holds() {
    for (address, _folder) in stores().await {
        let store = Store::open(&address).await.unwrap();
        fill(&store).await;
        let before = store.check().await.unwrap();
        let done = store.erase(Kind::Enterprise, "x", " RGPD, art. 17 ", &local(4)).await.unwrap();
        assert_eq!(done.erased, [301, 302, 303]);
        assert_eq!((done.seq, done.purged), (Some(604), true));
        let report = store.check().await.unwrap();
        assert!(report.is_sound(), "{:?}", report.faults);
        assert_eq!(report.erased, 3);
        assert_eq!(store.seq_of_head(&before.head).await.unwrap(), Some(603));

        let changes = store.changes(0, 10_000).await.unwrap();
        assert!(changes.iter().all(|r| !format!("{r:?}").contains(SECRET)));
        let history = store.history(Kind::Enterprise, "x").await.unwrap();
        assert_eq!(history.iter().filter(|r| r.is_erased()).count(), 3);
        let told = history.last().unwrap();
        assert_eq!(told.json().unwrap()["erased"], json!([301, 302, 303]));
        assert_eq!(told.note.as_deref(), Some("RGPD, art. 17"));
        for seq in [301, 302, 603, 604] {
            let state = store.state_at(At::Seq(seq), &[Kind::Enterprise]).await.unwrap();
            assert!(state.iter().all(|row| row.id != "x"));
        }
        // Asked again: nothing more to erase, nothing more to say.
        let again = store.erase(Kind::Enterprise, "x", "RGPD", &local(5)).await.unwrap();
        assert_eq!((again.seq, again.erased.len()), (None, 0));
        // The row lives again, is erased again: what was said of the first time stays.
        store.append(vec![row("x", "new")], "léa", at(6)).await.unwrap();
        let twice = store.erase(Kind::Enterprise, "x", "RGPD", &local(7)).await.unwrap();
        assert_eq!((twice.seq, twice.erased), (Some(606), vec![605]));
        assert!(store.check().await.unwrap().is_sound());
        drop(store);
        let store = Store::open(&address).await.unwrap();

        // A hand that empties a row without saying so, even with a false word about it.
        tamper(
            &store,
            "UPDATE revisions SET body = 'null', note = NULL, address = NULL WHERE seq = 7"
                .to_owned(),
        )
        .await;
        let report = store.check().await.unwrap();
        assert_eq!(report.faults.len(), 1);
        assert_eq!(
            (report.faults[0].seq, &report.faults[0].fault),
            (Some(7), &Fault::ErasedUnsaid)
        );
    }
}

/// Property 3.
#[tokio::test]
async fn the_bytes_leave_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.sqlite");
    let store = Store::open(&StoreAddress::Sqlite(path.clone())).await.unwrap();
    fill(&store).await;
    // Another server reads the same file meanwhile.
    let other = Store::open(&StoreAddress::Sqlite(path.clone())).await.unwrap();
    assert!(other.last_seq().await.unwrap() > 0);
    let found = || {
        let mut found = 0;
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let bytes = std::fs::read(path).unwrap();
                found += bytes.windows(SECRET.len()).filter(|w| *w == SECRET.as_bytes()).count();
            }
        }
        found
    };
    assert!(found() > 2_000);
    let done = store.erase(Kind::Enterprise, "x", "RGPD", &local(4)).await.unwrap();
    assert!(done.purged);
    assert_eq!(found(), 0);
    assert!(other.check().await.unwrap().is_sound());
}

/// Property 4.
#[tokio::test]
async fn what_the_log_needs_is_not_erased() {
    for (address, _folder) in stores().await {
        let store = Store::open(&address).await.unwrap();
        fill(&store).await;
        let refused = [
            (Kind::Dataset, "x", "RGPD"),
            (Kind::Tombstone, "enterprise/x", "RGPD"),
            (Kind::Enterprise, "unknown", "RGPD"),
            (Kind::Enterprise, "x", "  "),
        ];
        for (kind, id, because) in refused {
            let cause = store.erase(kind, id, because, &local(4)).await.unwrap_err();
            assert!(matches!(cause, CatalogueError::Erasure(_)), "{cause}");
        }
        assert_eq!(store.last_seq().await.unwrap(), 603);
        assert!(store.check().await.unwrap().is_sound());
    }
}
