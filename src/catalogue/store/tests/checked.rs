//! Numbered properties of a write under conditions:
//! 1. a row that must be as it was seen: it is, it moved, it ended, it is not there;
//! 2. a row that must not be alive;
//! 3. one condition that fails and nothing of the batch is written;
//! 4. a write that may come twice is written once, also when both come together;
//! 5. its key serves for nothing else, and is forgotten after a week;
//! 6. two writers at once lose nothing.

use jiff::SignedDuration;

use super::*;

fn signed(minute: i64) -> Signed<'static> {
    Signed { author: "léa", address: Some("192.0.2.7"), now: at(minute) }
}

fn expected(id: &str, seq: Option<u64>) -> Vec<Expected> {
    vec![Expected { kind: Kind::Enterprise, id: id.to_owned(), seq }]
}

fn once(key: &str, digest: &str) -> Idempotent {
    Idempotent { key: key.to_owned(), digest: digest.to_owned() }
}

/// What a write of the row `a` under this condition gives: its `seq`, or the one found.
async fn tried(store: &Store, seq: Option<u64>) -> Result<u64, Option<u64>> {
    let batch = [row("a", "A")];
    match store.append_checked(&batch, &signed(1), &expected("a", seq), None).await {
        Ok(Appended::Written(range)) => Ok(range.start),
        Err(CatalogueError::Conflict { kind: Kind::Enterprise, id, found }) if id == "a" => {
            Err(found)
        }
        other => panic!("{other:?}"),
    }
}

/// Properties 1 and 2.
#[tokio::test]
async fn a_condition_holds_or_says_what_was_found() {
    for (address, _folder) in stores().await {
        let store = Store::open(&address).await.unwrap();
        assert_eq!(tried(&store, Some(1)).await, Err(None));
        assert_eq!(tried(&store, None).await, Ok(1));
        assert_eq!(tried(&store, None).await, Err(Some(1)));
        assert_eq!(tried(&store, Some(1)).await, Ok(2));
        assert_eq!(tried(&store, Some(1)).await, Err(Some(2)));
        assert_eq!(tried(&store, Some(3)).await, Err(Some(2)));
        // A row of another kind with this id is another row.
        let actor = NewRevision::new(Kind::Actor, "a", &json!({ "id": "a" }));
        store.append(vec![actor], "léa", at(2)).await.unwrap();
        assert_eq!(tried(&store, Some(2)).await, Ok(4));
        let end = NewRevision::tombstone(Kind::Enterprise, "a");
        store.append(vec![end], "léa", at(3)).await.unwrap();
        assert_eq!(tried(&store, Some(4)).await, Err(None));
        // Whoever saw that it ended may revive it, by its tombstone or by its absence.
        assert_eq!(tried(&store, Some(5)).await, Ok(6));
        let end = NewRevision::tombstone(Kind::Enterprise, "a");
        store.append(vec![end], "léa", at(4)).await.unwrap();
        assert_eq!(tried(&store, None).await, Ok(8));
        assert!(store.check().await.unwrap().is_sound());
    }
}

/// Property 3.
#[tokio::test]
async fn one_condition_that_fails_writes_nothing() {
    for (address, _folder) in stores().await {
        let store = Store::open(&address).await.unwrap();
        store.append(vec![row("a", "A"), row("b", "B")], "léa", at(0)).await.unwrap();
        let mut both = expected("a", Some(1));
        both.extend(expected("b", Some(1)));
        let batch = [row("a", "A2"), row("b", "B2")];
        let asked = once("léa/1", "d");
        let refused = store.append_checked(&batch, &signed(1), &both, Some(&asked)).await;
        assert!(matches!(refused, Err(CatalogueError::Conflict { found: Some(2), .. })));
        assert_eq!(store.last_seq().await.unwrap(), 2);
        // The key did not serve: it may be used with the conditions mended.
        let mut both = expected("a", Some(1));
        both.extend(expected("b", Some(2)));
        let done = store.append_checked(&batch, &signed(1), &both, Some(&asked)).await.unwrap();
        assert_eq!(done, Appended::Written(3..5));
    }
}

/// Properties 4 and 5.
#[tokio::test]
async fn a_write_that_comes_twice_is_written_once() {
    for (address, _folder) in stores().await {
        let store = Store::open(&address).await.unwrap();
        let asked = once("léa/1", "digest");
        let first = signed(0);
        let batch = [row("a", "A"), row("b", "B")];
        let free = expected("a", None);
        let done = store.append_checked(&batch, &first, &free, Some(&asked)).await.unwrap();
        assert_eq!(done, Appended::Written(1..3));
        // Again, though its own condition no longer holds: the first answer comes back.
        let again = store.append_checked(&batch, &signed(1), &free, Some(&asked)).await.unwrap();
        assert_eq!(again, Appended::Replayed(1..3));
        let other = once("léa/1", "other");
        let reused = store.append_checked(&batch, &signed(1), &[], Some(&other)).await;
        assert!(matches!(reused, Err(CatalogueError::IdempotencyReused)));
        let another = once("tom/1", "digest");
        let done = store.append_checked(&batch, &signed(1), &[], Some(&another)).await.unwrap();
        assert_eq!(done, Appended::Written(3..5));

        // Remembered for the week that is declared, swept by the first write after it.
        let week = SignedDuration::from_hours(24 * 7);
        let late = |duration: SignedDuration| Signed { now: at(0) + duration, ..signed(0) };
        let sweep = once("tom/2", "digest");
        store.append_checked(&[], &late(week), &[], Some(&sweep)).await.unwrap();
        let still = store.append_checked(&batch, &late(week), &[], Some(&asked)).await.unwrap();
        assert_eq!(still, Appended::Replayed(1..3));
        let later = late(week + SignedDuration::from_secs(1));
        let sweep = once("tom/3", "digest");
        store.append_checked(&[], &later, &[], Some(&sweep)).await.unwrap();
        let new = store.append_checked(&batch, &later, &[], Some(&asked)).await.unwrap();
        assert_eq!(new, Appended::Written(5..7));
        assert!(store.check().await.unwrap().is_sound());
    }
}

/// Property 4, both together.
#[tokio::test(flavor = "multi_thread")]
async fn two_senders_of_one_write_at_once_write_it_once() {
    for (address, _folder) in stores().await {
        let stores = [Store::open(&address).await.unwrap(), Store::open(&address).await.unwrap()];
        for turn in 0..10 {
            let send = |store: Store| {
                let asked = once(&format!("léa/{turn}"), "digest");
                let batch = [row("a", &format!("{turn}"))];
                tokio::spawn(async move {
                    store.append_checked(&batch, &signed(turn), &[], Some(&asked)).await.unwrap()
                })
            };
            let tasks = [0, 1, 0, 1].map(|at| send(stores[at].clone()));
            let mut written = 0;
            for task in tasks {
                match task.await.unwrap() {
                    Appended::Written(range) => {
                        written += 1;
                        assert_eq!(range.end - range.start, 1);
                    }
                    Appended::Replayed(range) => assert_eq!(range.end - range.start, 1),
                }
            }
            assert_eq!(written, 1);
        }
        assert_eq!(stores[0].last_seq().await.unwrap(), 10);
    }
}

/// Property 6.
#[tokio::test(flavor = "multi_thread")]
async fn two_writers_at_once_lose_nothing() {
    for (address, _folder) in stores().await {
        let first = Store::open(&address).await.unwrap();
        let counter = NewRevision::new(Kind::Enterprise, "n", &json!({ "n": 0 }));
        first.append(vec![counter], "léa", at(0)).await.unwrap();
        let mut tasks = Vec::new();
        for _ in 0..4 {
            // Each on its own, as another process would be.
            let store = Store::open(&address).await.unwrap();
            tasks.push(tokio::spawn(async move {
                let mut added = 0;
                while added < 8 {
                    let seen = store.history(Kind::Enterprise, "n").await.unwrap().pop().unwrap();
                    let n = seen.json().unwrap()["n"].as_u64().unwrap();
                    let next = NewRevision::new(Kind::Enterprise, "n", &json!({ "n": n + 1 }));
                    let as_seen = expected("n", Some(seen.seq));
                    match store.append_checked(&[next], &signed(1), &as_seen, None).await {
                        Ok(_) => added += 1,
                        Err(CatalogueError::Conflict { .. }) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        let last = first.history(Kind::Enterprise, "n").await.unwrap().pop().unwrap();
        assert_eq!((last.json().unwrap()["n"].as_u64(), last.seq), (Some(32), 33));
        assert!(first.check().await.unwrap().is_sound());
    }
}
