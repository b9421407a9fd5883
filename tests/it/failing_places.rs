//! Where the catalogue is kept fails:
//! 1. a disk that is full refuses the write with words, loses nothing acknowledged, and
//!    takes writes again by itself once there is space;
//! 2. a place that cannot be written says so at the opening;
//! 3. a PostgreSQL that hangs up is found again by itself, and a write sent again under its
//!    idempotency key is there once;
//! 4. each of these has its code, its status and its words.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use essaim::catalogue::store::{Appended, Idempotent, Signed, Store, StoreAddress};
use essaim::catalogue::{CatalogueError, Kind, NewRevision};
use essaim::domain::lang::Lang;
use essaim::http::error::DoorError;
use serde_json::json;

use crate::databases;

const STORE: &str = "ESSAIM_FULL_STORE";
/// Bytes in one row: a few writes fill the little space there is.
const BYTES: usize = 4_000;

fn row(turn: u64) -> NewRevision {
    let body = json!({ "id": format!("r{turn}"), "name": "é".repeat(BYTES / 2) });
    NewRevision::new(Kind::Enterprise, format!("r{turn}"), &body)
}

/// The child: writes, tells what is acknowledged and what is refused, and goes on.
#[test]
fn child_that_writes_on_a_full_disk() {
    let Ok(address) = std::env::var(STORE) else { return };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(&StoreAddress::parse(&address)).await.unwrap();
        let mut out = std::io::stdout();
        for turn in 0..5_000 {
            let told = match store.append(vec![row(turn)], "enfant", jiff::Timestamp::now()).await {
                Ok(range) => format!("ack {turn} {}", range.start),
                Err(cause) => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    // Reading goes on meanwhile.
                    store.last_seq().await.unwrap();
                    let problem = DoorError::from(cause).problem(Lang::Fr);
                    format!("refused {} {} {}", problem.code, problem.status, problem.detail)
                }
            };
            writeln!(out, "{told}").unwrap();
            out.flush().unwrap();
        }
    });
}

/// Property 1: the system itself refuses, as it does for a quota.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_writing_goes_on_once_there_is_space() {
    let (address, _folder) = databases::sqlite();
    Store::open(&address).await.unwrap().close().await;
    // A file may have 400 blocks at most; the signal that tells it is ignored, so that the
    // system gives its error to the one who writes.
    let script = "trap '' XFSZ; ulimit -S -f 400; exec \"$0\" \"$@\"";
    let mut child = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "failing_places::child_that_writes_on_a_full_disk", "--nocapture"])
        .env(STORE, databases::written(&address))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let reader = BufReader::new(child.stdout.take().unwrap());
    let (mut acknowledged, mut refused) = (Vec::new(), Vec::new());
    let mut after = 0;
    for line in reader.lines().map_while(Result::ok) {
        if let Some(ack) = line.strip_prefix("ack ") {
            let (turn, seq) = ack.split_once(' ').unwrap();
            acknowledged.push((turn.parse::<u64>().unwrap(), seq.parse::<u64>().unwrap()));
            after += u64::from(!refused.is_empty());
        } else if let Some(words) = line.strip_prefix("refused ") {
            refused.push(words.to_owned());
            if refused.len() == 3 {
                let pid = child.id().to_string();
                let raised =
                    Command::new("prlimit").args(["--fsize=unlimited", "--pid", &pid]).status();
                assert!(raised.unwrap().success());
            }
        }
        if after == 20 {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(refused.len() >= 3, "the disk was never full: {acknowledged:?}");
    assert_eq!(after, 20, "nothing was written once there was space: {refused:?}");
    for words in &refused {
        assert!(words.starts_with("disk_full 507 le disque est plein"), "{words}");
        assert!(words.contains("libérez de la place"), "{words}");
    }
    let store = Store::open(&address).await.unwrap();
    assert!(store.check().await.unwrap().is_sound());
    let all = store.changes(0, 10_000).await.unwrap();
    for (turn, seq) in acknowledged {
        let found = &all[usize::try_from(seq).unwrap() - 1];
        assert_eq!((&found.id, &found.body), (&row(turn).id, &row(turn).body));
    }
}

/// Runs the command line as somebody who may not write there.
fn as_nobody(program: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    // Rights do not bind the superuser: it becomes somebody else first.
    let root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    let mut command = if root {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ESSAIM_")) {
        command.env_remove(name);
    }
    let ran = command.args(arguments).current_dir("/").output().unwrap();
    (ran.status.code(), String::from_utf8(ran.stderr).unwrap())
}

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Property 2.
#[tokio::test]
async fn a_place_that_cannot_be_written_says_so() {
    let folder = tempfile::tempdir().unwrap();
    allow(folder.path(), 0o755);
    // Where this program was built may be closed to others.
    let program = folder.path().join("essaim");
    std::fs::copy(env!("CARGO_BIN_EXE_essaim"), &program).unwrap();
    allow(&program, 0o755);
    let data = folder.path().join("data");
    let path = data.join("catalogue.sqlite");
    let store = Store::open(&StoreAddress::Sqlite(path.clone())).await.unwrap();
    store.append(vec![row(1)], "lea", jiff::Timestamp::now()).await.unwrap();
    store.close().await;
    allow(&path, 0o444);
    allow(&data.join("datasets"), 0o555);
    allow(&data, 0o555);
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    allow(&empty, 0o555);

    let (data, new) = (data.to_str().unwrap(), empty.join("new"));
    for arguments in [
        &["--data", data, "check", "--log-only"][..],
        &["--data", data, "history", "r1"],
        &["--data", data, "territory", "epci-200046977"],
        &["--data", new.to_str().unwrap(), "territory", "epci-200046977"],
    ] {
        let (code, words) = as_nobody(&program, arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {words}");
        assert!(words.contains("ne peut pas être écrit"), "{arguments:?}: {words}");
        assert!(words.contains("droit d’écrire"), "{arguments:?}: {words}");
    }
    allow(Path::new(data), 0o755);
    allow(&empty, 0o755);
}

/// Property 3.
#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_that_hangs_up_is_found_again() {
    let Some(StoreAddress::Postgres(url)) = databases::postgres("gone").await else {
        eprintln!("ESSAIM_TEST_POSTGRES is not set: not run");
        return;
    };
    let name = format!("essaim_gone_{}", std::process::id());
    let address = StoreAddress::Postgres(format!("{url}&application_name={name}"));
    let store = Store::open(&address).await.unwrap();
    let killer = sqlx::PgPool::connect(&url).await.unwrap();
    let killing = tokio::spawn(async move {
        let mut killed = 0_i64;
        for _ in 0..25 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let count: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE application_name = $1) AS ended",
            )
            .bind(&name)
            .fetch_one(&killer)
            .await
            .unwrap();
            killed += count;
        }
        killed
    });
    let (mut turn, mut gone, mut replayed) = (0_u64, 0, 0);
    let mut acknowledged = Vec::new();
    while !killing.is_finished() || turn % 10 != 0 {
        let once = Idempotent { key: format!("k{turn}"), digest: turn.to_string() };
        let now = jiff::Timestamp::now();
        let signed = Signed { author: "lea", address: None, now };
        match store.append_checked(&[row(turn)], &signed, &[], Some(&once)).await {
            Ok(done) => {
                let range = match done {
                    Appended::Written(range) => range,
                    // Written just before the line was cut, and not told.
                    Appended::Replayed(range) => {
                        replayed += 1;
                        range
                    }
                };
                acknowledged.push((turn, range.start));
                turn += 1;
            }
            Err(cause) => {
                gone += 1;
                assert!(matches!(cause, CatalogueError::Gone { .. }), "{cause:?}");
                let problem = DoorError::from(cause).problem(Lang::Fr);
                assert_eq!((problem.code, problem.status), ("database_gone", 503));
            }
        }
    }
    let killed = killing.await.unwrap();
    assert!(killed > 0 && gone > 0, "{killed} connections ended, {gone} writes refused");
    let all = store.changes(0, 100_000).await.unwrap();
    assert_eq!(all.len() as u64, turn, "each write is there once");
    for (turn, seq) in acknowledged {
        assert_eq!(all[usize::try_from(seq).unwrap() - 1].id, format!("r{turn}"));
    }
    assert!(store.check().await.unwrap().is_sound());
    eprintln!("{killed} connections ended, {gone} writes refused, {replayed} found written");
}

/// Property 4.
#[test]
fn each_failure_of_the_place_has_its_words() {
    let cause = || "cause".to_owned();
    let failures = [
        (CatalogueError::Full { cause: cause() }, "disk_full", 507),
        (CatalogueError::ReadOnly { place: cause(), cause: cause() }, "read_only", 503),
        (CatalogueError::Gone { cause: cause() }, "database_gone", 503),
        (CatalogueError::Damaged { finding: cause() }, "log_damaged", 503),
    ];
    for (failure, code, status) in failures {
        let error = DoorError::from(failure);
        let (fr, en) = (error.problem(Lang::Fr), error.problem(Lang::En));
        assert_eq!((fr.code, fr.status), (code, status));
        assert_ne!(fr.detail, en.detail);
        // What the system says is for the one who runs the service, not for the asker.
        assert!(!fr.detail.contains("cause") && fr.detail.contains(';'), "{}", fr.detail);
    }
}
