//! Keys: what opens, what does not, and who may listen to whom.
//!
//! 1. A key opens as its role; what is presented and opens nothing is refused, even on a
//!    read, always in the same words, and nobody is silently taken for a stranger.
//! 2. A key revoked or replaced through another server stops at the next request.
//! 3. Where reads need a key, only the health of the service is told without one.
//! 4. The secret goes once to stdout, alone; the log and the lists hold no more than a digest.
//! 5. A request leaves one line, without what opens a door or says what was looked for.
//! 6. A server refuses the network while no key exists, unless told to live without keys.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, LazyLock};
use std::thread::JoinHandle;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use essaim::access::{Identity, Key, Role};
use essaim::catalogue::revision::{Kind, NewRevision};
use essaim::catalogue::store::{Store, StoreAddress};
use essaim::http::settings::Settings;
use essaim::http::{AppState, router};
use essaim::scouting::error::ScoutingError;
use essaim::scouting::keys::{self, Issued, KeyAsk};
use essaim::scouting::{OpenOptions, Scouting};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::common::LYON;
use crate::small::small_catalogue;

/// One catalogue for every test of this file: each makes its own keys.
struct Service {
    runtime: tokio::runtime::Runtime,
    scouting: Arc<Scouting>,
    data: PathBuf,
    _folder: tempfile::TempDir,
}

static SERVICE: LazyLock<Service> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let data = folder.path().to_owned();
    let options = OpenOptions { data: data.clone(), database: None };
    runtime.block_on(small_catalogue(folder.path(), None, Vec::new()));
    let scouting = Arc::new(runtime.block_on(Scouting::open(options)).unwrap());
    Service { runtime, scouting, data, _folder: folder }
});

fn make(role: Role, territories: &[&str]) -> Issued {
    let ask = KeyAsk {
        role: role.as_str().to_owned(),
        territories: territories.iter().map(|id| (*id).to_owned()).collect(),
        label: "Essai".to_owned(),
        expires: None,
    };
    let who = Identity::operator("local");
    SERVICE
        .runtime
        .block_on(keys::create(SERVICE.scouting.store(), &who, &ask, Timestamp::now()))
        .unwrap()
}

fn service(set: &[(&str, &str)], loopback: bool) -> Router {
    let set: BTreeMap<String, String> =
        set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let settings = Settings::read(&set, loopback).unwrap();
    router(AppState::with(Arc::clone(&SERVICE.scouting), settings))
}

fn ask(router: &Router, path: &str, authorization: Option<&str>) -> (u16, HeaderMap, Value) {
    let mut request = Request::get(path);
    if let Some(text) = authorization {
        request = request.header(header::AUTHORIZATION, text);
    }
    SERVICE.runtime.block_on(async {
        let request = request.body(Body::empty()).unwrap();
        let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        (parts.status.as_u16(), parts.headers, body)
    })
}

fn bearer(issued: &Issued) -> String {
    format!("Bearer {}", issued.secret.reveal())
}

const READ: &str = "/api/v1/profiles";

/// Property 1.
#[test]
fn what_opens_nothing_is_refused_in_the_same_words_even_on_a_read() {
    let router = service(&[], true);
    let issued = make(Role::Reader, &[]);
    let (status, headers, _) = ask(&router, READ, Some(&bearer(&issued)));
    assert_eq!(status, 200);
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    let (status, headers, _) = ask(&router, READ, None);
    assert_eq!(status, 200);
    assert!(!headers.contains_key(header::CACHE_CONTROL));

    let secret = issued.secret.reveal();
    let expired = put_expired();
    let revoked = make(Role::Admin, &[]);
    let who = Identity::operator("local");
    let end = keys::revoke(SERVICE.scouting.store(), &who, &revoked.key.id, None, Timestamp::now());
    SERVICE.runtime.block_on(end).unwrap();
    let mut last = secret.to_owned();
    let flipped = if last.pop() == Some('0') { '1' } else { '0' };
    let wrong = format!("Bearer {last}{flipped}");
    let unknown = format!("Bearer essaim_kffffffffff_{}", "0".repeat(64));
    let mut said = Vec::new();
    for refused in [
        wrong.as_str(),
        unknown.as_str(),
        &format!("Bearer {expired}"),
        &bearer(&revoked),
        "Bearer nonsense",
        "Bearer",
        "",
        &format!("Basic {secret}"),
        secret,
    ] {
        let (status, headers, problem) = ask(&router, READ, Some(refused));
        assert_eq!((status, &problem["code"]), (401, &Value::from("bad_key")), "{refused}");
        let scheme = headers[header::WWW_AUTHENTICATE].to_str().unwrap();
        assert!(scheme.starts_with("Bearer "), "{scheme}");
        said.push(problem);
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
    // Health is told to a monitor whatever it presents.
    assert_eq!(ask(&router, "/readyz", Some(&unknown)).0, 200);
    let (_, _, english) = ask(&router, &format!("{READ}?lang=en"), Some(&unknown));
    assert!(english["detail"].as_str().unwrap().contains("ask the administrators"));
}

/// A key whose last day is over, put in the log by hand: none can be made so.
fn put_expired() -> String {
    let issued = make(Role::Scout, &[]);
    let key = Key { expires: jiff::civil::date(2020, 1, 1), ..issued.key.clone() };
    put(&key);
    issued.secret.reveal().to_owned()
}

/// Writes a key as another server would.
fn put(key: &Key) {
    let row = NewRevision::new(Kind::Key, &key.id, &key.to_json());
    SERVICE.runtime.block_on(async {
        let address = StoreAddress::Sqlite(SERVICE.data.join("catalogue.sqlite"));
        let elsewhere = Store::open(&address).await.unwrap();
        elsewhere.append(vec![row], "elsewhere", Timestamp::now()).await.unwrap();
        elsewhere.close().await;
    });
}

/// Property 2.
#[test]
fn a_key_revoked_or_replaced_elsewhere_stops_at_the_next_request() {
    let router = service(&[], true);
    let issued = make(Role::Partner, &[LYON]);
    assert_eq!(ask(&router, READ, Some(&bearer(&issued))).0, 200);
    put(&Key { revoked: Some(Timestamp::now()), ..issued.key.clone() });
    assert_eq!(ask(&router, READ, Some(&bearer(&issued))).0, 401);

    let old = make(Role::Partner, &[LYON]);
    let who = Identity::operator("local");
    let rotate = |id: &str, grace: SignedDuration| {
        let now = Timestamp::now();
        SERVICE.runtime.block_on(keys::rotate(SERVICE.scouting.store(), &who, id, grace, None, now))
    };
    let graced = rotate(&old.key.id, SignedDuration::from_hours(1)).unwrap();
    assert_eq!(graced.key.replaces.as_deref(), Some(old.key.id.as_str()));
    assert_eq!(graced.key.territories, [LYON]);
    for both in [&old, &graced] {
        assert_eq!(ask(&router, READ, Some(&bearer(both))).0, 200);
    }
    let last = rotate(&graced.key.id, SignedDuration::ZERO).unwrap();
    assert_eq!(ask(&router, READ, Some(&bearer(&graced))).0, 401);
    assert_eq!(ask(&router, READ, Some(&bearer(&last))).0, 200);
    let again = rotate(&graced.key.id, SignedDuration::ZERO).unwrap_err();
    assert!(matches!(again, ScoutingError::BadRecord { .. }), "{again}");
    let too_long = rotate(&last.key.id, SignedDuration::from_hours(24 * 31)).unwrap_err();
    assert!(matches!(too_long, ScoutingError::BadRecord { .. }), "{too_long}");
}

/// Property 3.
#[test]
fn where_reads_need_a_key_only_health_is_told_without() {
    let router = service(&[], false);
    for path in [READ, "/metrics", "/api/v1/openapi.json", "/api/v1/docs/", "/nowhere"] {
        let (status, _, problem) = ask(&router, path, None);
        assert_eq!((status, &problem["code"]), (401, &Value::from("unauthenticated")), "{path}");
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(ask(&router, path, None).0, 200, "{path}");
    }
    let reader = bearer(&make(Role::Reader, &[]));
    for path in [READ, "/metrics", "/api/v1/openapi.json"] {
        assert_eq!(ask(&router, path, Some(&reader)).0, 200, "{path}");
    }
    let open = service(&[("open_reads", "true")], false);
    assert_eq!(ask(&open, READ, None).0, 200);
    let without = service(&[("without_keys", "true")], false);
    assert_eq!(ask(&without, READ, None).0, 200);
    // A server told to live without keys takes none, not even a good one.
    assert_eq!(ask(&without, READ, Some(&reader)).0, 401);
}

#[test]
fn a_key_is_made_only_as_it_can_be_kept() {
    let ask = |role: &str, territories: &[&str], label: &str, expires: Option<&str>| {
        let ask = KeyAsk {
            role: role.to_owned(),
            territories: territories.iter().map(|id| (*id).to_owned()).collect(),
            label: label.to_owned(),
            expires: expires.map(str::to_owned),
        };
        let who = Identity::operator("local");
        let made = keys::create(SERVICE.scouting.store(), &who, &ask, Timestamp::now());
        SERVICE.runtime.block_on(made)
    };
    for refused in [
        ask("partner", &[], "Lyon", None),
        ask("scout", &[LYON], "Lyon", None),
        ask("partner", &["Métropole de Lion-sur-Rien"], "Lyon", None),
        ask("roi", &[], "Lyon", None),
        ask("reader", &[], " ", None),
        ask("reader", &[], "lea@example.org", None),
        ask("reader", &[], "Lyon", Some("2020-01-01")),
    ] {
        assert!(refused.is_err(), "{refused:?}");
    }
    let made = ask("partner", &["Métropole de Lyon", LYON], "Lyon", Some("2030-12-31")).unwrap();
    assert_eq!(made.key.territories, [LYON]);
    assert!(!made.default_expiry);
    // Nobody but an admin makes keys.
    let scout = make(Role::Scout, &[]).key.identity(None);
    let asked = KeyAsk { role: "admin".to_owned(), label: "moi".to_owned(), ..KeyAsk::default() };
    let made = keys::create(SERVICE.scouting.store(), &scout, &asked, Timestamp::now());
    let refused = SERVICE.runtime.block_on(made).unwrap_err();
    assert!(matches!(refused, ScoutingError::Forbidden { .. }), "{refused}");
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_essaim"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ESSAIM_")) {
        command.env_remove(name);
    }
    command.current_dir(data).arg("--data").arg(data);
    command
}

fn essaim(data: &Path, arguments: &[&str]) -> Ran {
    essaim_with(data, arguments, "LC_ALL", "C.UTF-8")
}

fn essaim_with(data: &Path, arguments: &[&str], variable: &str, value: &str) -> Ran {
    let output = program(data).args(arguments).env(variable, value).output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A server of the program, and what it says on stderr.
struct Served {
    child: std::process::Child,
    at: String,
    said: JoinHandle<String>,
}

impl Served {
    fn stop(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.said.join().unwrap()
    }
}

/// Starts a server on a free port of `host`, waits until it listens.
fn serve(data: &Path, host: &str, flags: &[&str]) -> Served {
    let mut child = program(data)
        .args(["serve", "--listen", &format!("{host}:0")])
        .args(flags)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let listening = lines
        .by_ref()
        .map_while(Result::ok)
        .find(|line| line.contains("http://"))
        .expect("the server says where it listens");
    // The rest is read as it comes, or the server would wait for somebody to do so.
    let said = std::thread::spawn(move || {
        lines.map_while(Result::ok).map(|line| line + "\n").collect::<String>()
    });
    let at = listening.split("http://").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    Served { child, at, said }
}

/// Properties 4 to 6.
#[test]
fn the_command_line_hands_a_secret_over_once_and_opens_the_network_with_a_key_only() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    SERVICE.runtime.block_on(small_catalogue(data, None, Vec::new()));
    let refused = essaim(data, &["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    for way_out in ["essaim key create", "--without-keys", "127.0.0.1"] {
        assert!(refused.err.contains(way_out), "{}", refused.err);
    }
    let behind = essaim(data, &["serve", "--listen", "127.0.0.1:0", "--trust-proxy", "127.0.0.1"]);
    assert_eq!(behind.code, 2, "{}", behind.err);

    let create = ["key", "create", "--role", "partner", "--territory", "Métropole de Lyon"];
    let more = ["--label", "Métropole de Lyon", "--expires", "2027-12-31", "--by", "mairie"];
    let made = essaim(data, &[&create[..], &more].concat());
    assert_eq!(made.code, 0, "{}", made.err);
    let secret = made.out.trim_end();
    assert!(secret.starts_with("essaim_k") && secret.lines().count() == 1, "{}", made.out);
    assert!(made.err.contains("2027-12-31") && made.err.contains(LYON), "{}", made.err);
    let (id, hex) = secret.strip_prefix("essaim_").unwrap().split_once('_').unwrap();
    assert!(!made.err.contains(hex), "{}", made.err);

    let unsaid = essaim(data, &["key", "create", "--role", "reader", "--label", "Région"]);
    assert!(unsaid.err.contains("un an"), "{}", unsaid.err);
    for shape in ["table", "json", "csv"] {
        let listed = essaim(data, &["key", "list", "--format", shape]);
        assert_eq!(listed.code, 0, "{}", listed.err);
        assert!(listed.out.contains(id) && listed.out.contains("Métropole de Lyon"));
        assert!(!listed.out.contains(hex) && !listed.out.contains("digest"), "{}", listed.out);
        assert!(listed.out.lines().all(|line| shape != "table" || line.chars().count() <= 100));
    }
    // Nothing on disk holds the secret.
    for file in std::fs::read_dir(data).unwrap().filter_map(Result::ok) {
        if file.file_type().unwrap().is_file() {
            let bytes = std::fs::read(file.path()).unwrap();
            assert!(!bytes.windows(hex.len()).any(|part| part == hex.as_bytes()), "{file:?}");
        }
    }
    let history = essaim(data, &["history", "key", id, "--format", "json"]);
    assert!(history.out.contains("\"recorded_by\":\"mairie\""), "{}", history.out);
    assert!(!history.out.contains("digest"), "{}", history.out);

    let server = serve(data, "0.0.0.0", &["--log-format", "json"]);
    let at = server.at.clone();
    assert_eq!(status(&at, READ, None), 401);
    assert_eq!(status(&at, READ, Some(secret)), 200);
    assert_eq!(status(&at, "/api/v1/enterprises?q=motconfidentiel&limit=1", Some(secret)), 200);
    assert_eq!(status(&at, "/api/v1/territories/lieuconfidentiel", Some(secret)), 404);
    let wrong = format!("essaim_{id}_{}", "ab12".repeat(16));
    assert_eq!(status(&at, READ, Some(&wrong)), 401);
    // What signs the sessions was made for this service, for its owner only.
    let signing = std::fs::read_to_string(data.join("session.secret")).unwrap();
    assert!(signing.len() >= 64);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(data.join("session.secret")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let ended = essaim(data, &["key", "revoke", id, "--reason", "fin de convention"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(status(&at, READ, Some(secret)), 401);
    // One line each, in JSON, and nothing that opens a door or says what was looked for.
    let said = server.stop();
    let lines: Vec<Value> =
        said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let requests: Vec<&Value> = lines.iter().filter(|line| line["message"] == "request").collect();
    assert_eq!(requests.len(), 6, "{said}");
    assert!(requests.iter().any(|line| line["route"] == READ
        && line["status"] == 200
        && line["method"] == "GET"
        && line["author"] == id
        && line["id"].is_string()
        && line["ms"].is_u64()));
    let reasons: Vec<&str> = lines.iter().filter_map(|line| line["reason"].as_str()).collect();
    assert_eq!(reasons, ["wrong", "revoked"], "{said}");
    for odd in [hex, &wrong[10..], signing.trim(), "confidentiel", "Bearer"] {
        assert!(!said.contains(odd), "{odd}\n{said}");
    }
    let short = essaim_with(data, &["serve", "--listen", "127.0.0.1:0"], "ESSAIM_SECRET", "court");
    assert_eq!(short.code, 2);
    assert!(short.err.contains("32 octets") && !short.err.contains("court"), "{}", short.err);
    let listed = essaim(data, &["key", "list", "--format", "json"]);
    let listed: Value = serde_json::from_str(&listed.out).unwrap();
    let key = listed["keys"].as_array().unwrap().iter().find(|key| key["id"] == id).unwrap();
    assert_eq!(key["state"], "revoked");
    assert!(key["last_use"].is_string(), "{key}");
    let pasted = essaim(data, &["key", "revoke", secret]);
    assert_eq!(pasted.code, 2);
    assert!(!pasted.err.contains(hex), "{}", pasted.err);
}

/// The status of one request over a plain socket.
fn status(at: &str, path: &str, secret: Option<&str>) -> u16 {
    use std::io::{Read as _, Write as _};
    let port = at.rsplit(':').next().unwrap();
    let mut socket = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let key = secret.map(|s| format!("Authorization: Bearer {s}\r\n")).unwrap_or_default();
    let request = format!("GET {path} HTTP/1.1\r\nHost: essaim\r\n{key}Connection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}
