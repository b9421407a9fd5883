//! Two servers on one log, the real program: several processes, killed and started again.
//!
//! 1. No acknowledged write is lost, whichever server is killed and when.
//! 2. An answer that must show a state (`Essaim-Min-Seq`) is never older, on any server.
//! 3. Both end at the same state of the log, which is whole.
//!
//! On one SQLite file that both share, and on PostgreSQL where `ESSAIM_TEST_POSTGRES` names
//! a server.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use essaim::catalogue::{Kind, Store, StoreAddress};
use serde_json::{Value, json};

use super::common::LYON;
use super::following::databases;
use super::small::small_catalogue;

/// Writers at once.
const WRITERS: usize = 4;
/// Times that a server is killed.
const KILLS: usize = 4;
/// Writes acknowledged between two kills.
const WRITES_BETWEEN: usize = 12;
/// Longest time that any of it may take, many times what it takes.
const PATIENCE: Duration = Duration::from_secs(240);

fn essaim(data: &Path, database: Option<&str>, args: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("essaim"));
    command.args(args).arg("--data").arg(data).env("RUST_LOG", "info");
    command.env_remove("ESSAIM_DATABASE");
    if let Some(url) = database {
        command.args(["--database", url]);
    }
    command
}

/// A server under way.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(data: &Path, database: Option<&str>) -> Self {
        let mut child = essaim(data, database, &["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let mut said = Vec::new();
        let port = loop {
            let line = lines.next().unwrap_or_else(|| panic!("it stopped: {said:#?}"));
            let line = line.expect("text");
            let port = line
                .split_once("http://127.0.0.1:")
                .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
            match port.and_then(|digits| digits.parse().ok()) {
                Some(port) => break port,
                None => said.push(line),
            }
        };
        // What it says next must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port }
    }

    /// SIGKILL: nothing is closed nor flushed.
    fn kill(&mut self) {
        self.child.kill().expect("it was alive");
        self.child.wait().expect("it ended");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer read whole.
struct Answer {
    status: u16,
    seq: Option<u64>,
    body: String,
}

/// One request over a plain socket; an error when the server is not there, or cut it off.
fn ask(port: u16, head: &str, headers: &[(&str, &str)], body: &str) -> std::io::Result<Answer> {
    let mut socket = TcpStream::connect(("127.0.0.1", port))?;
    socket.set_read_timeout(Some(Duration::from_secs(40)))?;
    let mut request = format!("{head} HTTP/1.1\r\nHost: essaim\r\nConnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    socket.write_all(request.as_bytes())?;
    let mut text = String::new();
    socket.read_to_string(&mut text)?;
    let cut = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(cut)?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(cut)?;
    let seq = head
        .lines()
        .find_map(|line| line.strip_prefix("essaim-seq: "))
        .and_then(|seq| seq.trim().parse().ok());
    Ok(Answer { status, seq, body: body.to_owned() })
}

/// What the writers share.
struct Under {
    ports: Mutex<[u16; 2]>,
    secret: String,
    stop: AtomicBool,
    acknowledged: AtomicUsize,
    /// Reads that had to show a write, and did.
    shown: AtomicUsize,
    /// Ids written, with the `seq` acknowledged.
    written: Mutex<BTreeMap<String, u64>>,
    deadline: Instant,
}

impl Under {
    fn port(&self, server: usize) -> u16 {
        self.ports.lock().unwrap()[server % 2]
    }

    /// Sends until it is acknowledged, to one server then the other; the key makes that
    /// the same write.
    fn write(&self, writer: usize, number: usize) -> (String, u64, usize) {
        let words = format!("Le vélo numéro {number} de l’atelier {writer} n’est pas réparé");
        let body = json!({ "text": words, "need": "precarite_alimentaire_etudiante",
            "severity": 0.5, "date": "2026-11-02", "by": "Centre social",
            "source": "réunion des acteurs" });
        let key = format!("{writer}-{number}");
        let bearer = format!("Bearer {}", self.secret);
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
            ("Idempotency-Key", key.as_str()),
        ];
        let head = format!("POST /api/v1/territories/{LYON}/observations");
        for attempt in 0.. {
            assert!(Instant::now() < self.deadline, "write {key} was never acknowledged");
            let server = writer + number + attempt;
            match ask(self.port(server), &head, &headers, &body.to_string()) {
                Ok(answer) if matches!(answer.status, 200 | 201) => {
                    let row: Value = serde_json::from_str(&answer.body).unwrap();
                    let id = row["id"].as_str().expect("a row has an id").to_owned();
                    return (id, answer.seq.expect("a write says its state"), server);
                }
                // Killed meanwhile, or its catalogue was: 5xx only.
                Ok(answer) => assert!(answer.status >= 500, "{}: {}", answer.status, answer.body),
                Err(_) => {}
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        unreachable!("attempts have no end")
    }

    /// Reads what was written from the other server, which must show it.
    fn read(&self, id: &str, seq: u64, server: usize) {
        let min = seq.to_string();
        let head = format!("GET /api/v1/territories/{LYON}/observations/{id}");
        for attempt in 0.. {
            assert!(Instant::now() < self.deadline, "{id} was never read");
            match ask(self.port(server + 1 + attempt), &head, &[("Essaim-Min-Seq", &min)], "") {
                Ok(answer) if answer.status >= 500 => {}
                Ok(answer) => {
                    assert_eq!(answer.status, 200, "stale at {seq}: {}", answer.body);
                    assert!(answer.seq >= Some(seq), "{:?} is older than {seq}", answer.seq);
                    self.shown.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                Err(_) => {}
            }
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    fn run(&self, writer: usize) {
        for number in 0.. {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            let (id, seq, server) = self.write(writer, number);
            self.written.lock().unwrap().insert(id.clone(), seq);
            self.acknowledged.fetch_add(1, Ordering::Relaxed);
            self.read(&id, seq, server);
        }
    }

    fn wait(&self, acknowledged: usize) {
        while self.acknowledged.load(Ordering::Relaxed) < acknowledged {
            assert!(Instant::now() < self.deadline, "writes no longer end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// `(log_seq, scene_seq)` of a server that is ready and not behind.
fn ready(under: &Under, server: usize) -> (u64, u64) {
    loop {
        assert!(Instant::now() < under.deadline, "server {server} never caught up");
        if let Ok(answer) = ask(under.port(server), "GET /readyz", &[], "") {
            let told: Value = serde_json::from_str(&answer.body).unwrap();
            if answer.status == 200 && told["behind"] == 0 {
                let seq = |name: &str| told[name].as_u64().unwrap();
                return (seq("log_seq"), seq("scene_seq"));
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Properties 1 to 3.
#[tokio::test(flavor = "multi_thread")]
async fn no_write_is_lost_and_no_answer_is_stale_while_servers_are_killed() {
    for database in databases("killed").await {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        small_catalogue(folders[0].path(), database.as_deref(), Vec::new()).await;
        let data: [PathBuf; 2] = match database {
            Some(_) => [folders[0].path().to_owned(), folders[1].path().to_owned()],
            // One file, one folder: two programs beside each other.
            None => [folders[0].path().to_owned(), folders[0].path().to_owned()],
        };
        let url = database.clone();
        let (log, written) =
            tokio::task::spawn_blocking(move || killed(&data, url.as_deref())).await.unwrap();
        let address = match &database {
            Some(url) => StoreAddress::parse(url),
            None => StoreAddress::Sqlite(folders[0].path().join("catalogue.sqlite")),
        };
        let store = Store::open(&address).await.unwrap();
        assert_eq!(store.last_seq().await.unwrap(), log);
        assert!(store.check().await.unwrap().is_sound());
        for (id, seq) in &written {
            let history = store.history(Kind::Observation, id).await.unwrap();
            let kept: Vec<u64> = history.iter().map(|revision| revision.seq).collect();
            assert_eq!(kept, [*seq], "`{id}` is written once, where it was acknowledged");
        }
        store.close().await;
    }
}

fn killed(data: &[PathBuf; 2], database: Option<&str>) -> (u64, BTreeMap<String, u64>) {
    let asked = ["key", "create", "--role", "scout", "--label", "Observatoire"];
    let made = essaim(&data[0], database, &asked).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut servers = [0, 1].map(|at| Server::start(&data[at], database));
    let under = Arc::new(Under {
        ports: Mutex::new([servers[0].port, servers[1].port]),
        secret: String::from_utf8(made.stdout).unwrap().trim().to_owned(),
        stop: AtomicBool::new(false),
        acknowledged: AtomicUsize::new(0),
        shown: AtomicUsize::new(0),
        written: Mutex::default(),
        deadline: Instant::now() + PATIENCE,
    });
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| (writer, Arc::clone(&under)))
        .map(|(writer, under)| std::thread::spawn(move || under.run(writer)))
        .collect();
    for kill in 0..KILLS {
        under.wait((kill + 1) * WRITES_BETWEEN);
        let at = kill % 2;
        servers[at].kill();
        // The other one goes on alone.
        under.wait((kill + 1) * WRITES_BETWEEN + WRITES_BETWEEN / 2);
        servers[at] = Server::start(&data[at], database);
        under.ports.lock().unwrap()[at] = servers[at].port;
    }
    under.wait((KILLS + 1) * WRITES_BETWEEN);
    under.stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.join().expect("a writer found nothing wrong");
    }
    let states = [0, 1].map(|server| ready(&under, server));
    assert_eq!(states[0], states[1], "both end at the same state");
    assert_eq!(states[0].0, states[0].1);
    let written = under.written.lock().unwrap().clone();
    assert_eq!(written.len(), under.acknowledged.load(Ordering::Relaxed));
    assert_eq!(written.len(), under.shown.load(Ordering::Relaxed));
    (states[0].0, written)
}
