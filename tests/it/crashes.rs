//! A writer killed a hundred times, on each database:
//! 1. every write that it acknowledged is there, with what it said;
//! 2. a batch is there whole or not at all, and the hash chain holds;
//! 3. the text index opens at a state that the log held, and brought to the end agrees.
//!
//! The writer is this same program, run again as a child on the same catalogue. The
//! moments of the kills are drawn from a declared seed.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use essaim::catalogue::store::{Appended, Idempotent, Signed, Store, StoreAddress};
use essaim::catalogue::{At, Kind, NewRevision};
use essaim::domain::enterprise::Enterprise;
use essaim::domain::taxonomy::Taxonomy;
use essaim::retrieval::{Index, IndexedEnterprise};
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;

use crate::databases;

const ROUNDS: u64 = 100;
/// What tells the child where to write.
const STORE: &str = "ESSAIM_CRASH_STORE";
const INDEX: &str = "ESSAIM_CRASH_INDEX";
const ROUND: &str = "ESSAIM_CRASH_ROUND";
/// Rows that are written again and again.
const ROWS: u64 = 5;
/// Writes between two commits of the index.
const FOLLOWED: u64 = 2;

/// What a write says: two rows at once, so that half a batch would be seen.
fn batch(round: u64, turn: u64) -> [NewRevision; 2] {
    let one = |id: String| {
        let body = json!({
            "id": id, "name": format!("essaim {round} {turn}"),
            "summary": format!("ruche {turn} ").repeat(20),
        });
        NewRevision::new(Kind::Enterprise, id, &body).because(format!("{round}/{turn}"))
    };
    [one(format!("e{}", turn % ROWS)), one("last".to_owned())]
}

/// The enterprises of the log at `seq`, with their bodies.
async fn enterprises(store: &Store, seq: u64) -> Vec<(Enterprise, String)> {
    let state = store.state_at(At::Seq(seq), &[Kind::Enterprise]).await.unwrap();
    let read = state.into_iter().map(|revision| {
        let body = revision.json().unwrap();
        let text = |field: &str| body[field].as_str().unwrap().to_owned();
        let enterprise = Enterprise {
            id: revision.id.clone(),
            name: text("name"),
            summary: text("summary"),
            ..Enterprise::default()
        };
        (enterprise, revision.body)
    });
    read.collect()
}

fn indexed(rows: &[(Enterprise, String)]) -> Vec<IndexedEnterprise<'_>> {
    rows.iter().map(|(enterprise, body)| IndexedEnterprise { enterprise, body }).collect()
}

async fn follow(store: &Store, index: &mut Index) {
    let last = store.last_seq().await.unwrap();
    let rows = enterprises(store, last).await;
    index.replace(&indexed(&rows), last, "rules", &Taxonomy::default()).unwrap();
}

/// The child: writes until it is killed. Without its variables it is no test.
#[test]
fn child_that_writes_until_it_is_killed() {
    let var = |name: &str| std::env::var(name).ok();
    let (Some(address), Some(folder), Some(round)) = (var(STORE), var(INDEX), var(ROUND)) else {
        return;
    };
    let round: u64 = round.parse().unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(&StoreAddress::parse(&address)).await.unwrap();
        let mut index = Index::open(Some(Path::new(&folder))).unwrap();
        let mut out = std::io::stdout();
        for turn in 0.. {
            let signed = Signed {
                author: "enfant",
                address: Some("192.0.2.7"),
                now: jiff::Timestamp::now(),
            };
            let once =
                Idempotent { key: format!("enfant/{round}/{turn}"), digest: turn.to_string() };
            let done =
                store.append_checked(&batch(round, turn), &signed, &[], Some(&once)).await.unwrap();
            let Appended::Written(range) = done else { panic!("{done:?}") };
            // Not `println!`, which the test harness keeps for itself.
            writeln!(out, "ack {turn} {}", range.start).unwrap();
            out.flush().unwrap();
            if turn % FOLLOWED == FOLLOWED - 1 {
                follow(&store, &mut index).await;
            }
        }
    });
}

/// One round: the writes acknowledged before the kill, as (turn, first seq).
fn killed(address: &StoreAddress, index: &Path, round: u64, after: Duration) -> Vec<(u64, u64)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crashes::child_that_writes_until_it_is_killed", "--nocapture"])
        .env(STORE, databases::written(address))
        .env(INDEX, index)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let (began, first) = std::sync::mpsc::channel();
    let reading = std::thread::spawn(move || {
        let (mut acknowledged, mut line) = (Vec::new(), String::new());
        while reader.read_line(&mut line).unwrap() > 0 {
            // What the kill cut short was not acknowledged.
            if let Some(ack) = line.strip_suffix('\n').and_then(|line| line.strip_prefix("ack ")) {
                let (turn, seq) = ack.split_once(' ').unwrap();
                acknowledged.push((turn.parse().unwrap(), seq.parse().unwrap()));
                // Nobody waits for the second one.
                let _ = began.send(());
            }
            line.clear();
        }
        acknowledged
    });
    // An error: the child ended, which is told below.
    let _ = first.recv();
    std::thread::sleep(after);
    child.kill().unwrap();
    let acknowledged: Vec<(u64, u64)> = reading.join().unwrap();
    let status = child.wait().unwrap();
    assert!(!status.success(), "round {round}: the child ended by itself");
    assert!(!acknowledged.is_empty(), "round {round}: the child acknowledged nothing");
    acknowledged
}

async fn a_hundred_kills(address: &StoreAddress, seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let mut draws = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    Store::open(address).await.unwrap().close().await;
    let (mut seen, mut total, mut unacknowledged) = (0, 0, 0);
    let (mut behind, mut advanced) = (0, 0);
    for round in 0..ROUNDS {
        let after = Duration::from_micros(draws.random_range(0..100_000));
        let acknowledged = killed(address, folder.path(), round, after);
        let store = Store::open(address).await.unwrap();
        let report = store.check().await.unwrap();
        assert!(report.is_sound(), "round {round}: {:?}", report.faults);
        let last = report.last;
        let added = store.changes(seen, 100_000).await.unwrap();
        // Property 1.
        for (turn, first) in &acknowledged {
            for (at, expected) in batch(round, *turn).into_iter().enumerate() {
                let place = usize::try_from(first - seen - 1).unwrap() + at;
                let found = &added[place];
                assert_eq!(found.seq, first + at as u64);
                assert_eq!((&found.id, &found.body), (&expected.id, &expected.body));
                assert_eq!(found.note, expected.note);
                assert_eq!(found.address.as_deref(), Some("192.0.2.7"));
            }
        }
        // Property 2.
        for pair in added.chunks(2) {
            assert_eq!(pair.len(), 2, "round {round}: half a batch");
            assert_eq!(pair[0].note, pair[1].note);
        }
        // Property 3.
        let mut index = Index::open(Some(folder.path())).unwrap();
        let shown = index.seq();
        assert!(shown <= last, "round {round}: the index is ahead of the log");
        if shown > 0 {
            let then = enterprises(&store, shown).await;
            assert!(index.disagreement(&indexed(&then)).unwrap().is_none(), "round {round}");
        }
        follow(&store, &mut index).await;
        let now = enterprises(&store, last).await;
        assert!(index.disagreement(&indexed(&now)).unwrap().is_none(), "round {round}");
        assert_eq!((index.seq(), index.rows().unwrap()), (last, now.len() as u64));
        total += acknowledged.len();
        unacknowledged += added.len() / 2 - acknowledged.len();
        behind += usize::from(shown < last);
        advanced += usize::from(shown > seen);
        seen = last;
        store.close().await;
    }
    eprintln!(
        "{ROUNDS} kills: {total} writes acknowledged and found, {unacknowledged} written and \
         not yet acknowledged; the child had brought the index on {advanced} times, and it was \
         behind the log {behind} times"
    );
    assert!(behind > 0, "no kill fell between the log and the index");
    assert!(advanced > 0, "no child ever lived to write the index");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_kills_lose_nothing_acknowledged_on_sqlite() {
    let (address, _folder) = databases::sqlite();
    a_hundred_kills(&address, 20_261_128).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_kills_lose_nothing_acknowledged_on_postgresql() {
    let Some(address) = databases::postgres("crashes").await else {
        eprintln!("ESSAIM_TEST_POSTGRES is not set: not run on PostgreSQL");
        return;
    };
    a_hundred_kills(&address, 20_261_129).await;
}
