//! Who may do what, where: every route × every role × own and foreign territory.
//!
//! 1. Every route of the description stands in the table below, and nothing else does.
//! 2. What the table allows passes the door and the rights (whatever is answered next);
//!    everything else is 401 or 403, with its code, and writes nothing.
//! 3. Where reads need a key, a stranger reads nothing but the health of the service.
//! 4. A partner's write in its own territory is signed with its key; nothing is written in
//!    another.
//!
//! A new route is one line of [`TABLE`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use essaim::access::{Identity, Key, Role};
use essaim::catalogue::embedded;
use essaim::catalogue::revision::{Kind, NewRevision};
use essaim::http::router::description;
use essaim::http::settings::Settings;
use essaim::http::{AppState, router};
use essaim::scouting::keys::{self, KeyAsk};
use essaim::scouting::{OpenOptions, Scouting};
use jiff::Timestamp;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::common::LYON;
use crate::small::small_catalogue;

/// What a route asks of who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Right {
    /// Nothing, ever.
    Health,
    /// To read, which is open on a loopback address.
    Read,
    /// To write about the territory of the path or of the body: scouts and admins
    /// everywhere, partners at home.
    Home,
    /// To write what no territory owns: scouts and admins.
    Everywhere,
}

use Right::{Everywhere, Health, Home, Read};

/// Method, pattern, right, body; `$T` is a territory. A body that is allowed to pass is then
/// refused for its content, so that the table leaves the catalogue as it was.
type Route = (&'static str, &'static str, Right, &'static str);

const TABLE: &[Route] = &[
    ("GET", "/api/v1/annotations", Read, ""),
    ("POST", "/api/v1/annotations", Everywhere, "{}"),
    ("GET", "/api/v1/annotations/{row}/{id}", Read, ""),
    ("POST", "/api/v1/annotations/{row}/{id}/withdraw", Everywhere, "{}"),
    ("GET", "/api/v1/calibration", Read, ""),
    ("GET", "/api/v1/changes", Read, ""),
    ("GET", "/api/v1/duplicates", Read, ""),
    ("POST", "/api/v1/merges", Everywhere, "{}"),
    ("POST", "/api/v1/merges/withdraw", Everywhere, "{}"),
    ("GET", "/api/v1/decisions", Read, ""),
    ("POST", "/api/v1/decisions", Home, r#"{"territory":"$T","enterprise":"unir","state":"?"}"#),
    ("GET", "/api/v1/decisions/{territory}/{enterprise}", Read, ""),
    ("POST", "/api/v1/decisions/{territory}/{enterprise}/undo", Home, "{}"),
    ("GET", "/api/v1/demand", Read, ""),
    ("GET", "/api/v1/enterprises/{id}/territories", Read, ""),
    ("GET", "/api/v1/enterprises", Read, ""),
    ("GET", "/api/v1/enterprises/{id}", Read, ""),
    ("GET", "/api/v1/export/{kind}", Read, ""),
    ("GET", "/api/v1/imports/{format}/template", Read, ""),
    ("GET", "/api/v1/profiles", Read, ""),
    ("GET", "/api/v1/profiles/{id}", Read, ""),
    ("PUT", "/api/v1/profiles/{id}", Home, r#"{"territory":"$T"}"#),
    // A partner ends the profiles of its territories; a shipped one is nobody's.
    ("POST", "/api/v1/profiles/{id}/end", Everywhere, "{}"),
    ("GET", "/api/v1/records/quality", Read, ""),
    ("GET", "/api/v1/sources", Read, ""),
    ("GET", "/api/v1/territories", Read, ""),
    ("GET", "/api/v1/territories/{id}", Read, ""),
    ("PUT", "/api/v1/territories/{id}", Home, "{}"),
    ("POST", "/api/v1/territories/{id}/end", Home, "{}"),
    ("GET", "/api/v1/territories/{id}/actors", Read, ""),
    ("GET", "/api/v1/territories/{id}/board", Read, ""),
    ("GET", "/api/v1/territories/{id}/candidates", Read, ""),
    ("GET", "/api/v1/territories/{id}/candidates/{enterprise}", Read, ""),
    ("GET", "/api/v1/territories/{id}/candidates/{enterprise}/feasibility", Read, ""),
    ("GET", "/api/v1/territories/{id}/candidates/{enterprise}/why-not", Read, ""),
    ("GET", "/api/v1/territories/{id}/confirmations", Read, ""),
    ("POST", "/api/v1/territories/{id}/confirmations", Home, "{}"),
    ("GET", "/api/v1/territories/{id}/confirmations/{enterprise}/{item}", Read, ""),
    ("POST", "/api/v1/territories/{id}/confirmations/{enterprise}/{item}/withdraw", Home, "{}"),
    ("GET", "/api/v1/territories/{id}/gaps", Read, ""),
    ("GET", "/api/v1/territories/{id}/observations", Read, ""),
    ("POST", "/api/v1/territories/{id}/observations", Home, "{}"),
    ("GET", "/api/v1/territories/{id}/observations/{observation}", Read, ""),
    ("PUT", "/api/v1/territories/{id}/observations/{observation}", Home, "{}"),
    ("POST", "/api/v1/territories/{id}/observations/{observation}/withdraw", Home, "{}"),
    ("GET", "/api/v1/territories/{id}/priorities", Read, ""),
    ("PUT", "/api/v1/territories/{id}/priorities", Home, "{}"),
    ("GET", "/api/v1/territories/{id}/priorities/history", Read, ""),
    ("POST", "/api/v1/territories/{id}/priorities/undo", Home, "{}"),
    ("GET", "/healthz", Health, ""),
    ("GET", "/metrics", Read, ""),
    ("GET", "/readyz", Health, ""),
    ("POST", "/api/v1/cohorts", Read, "{"),
    ("POST", "/api/v1/comparisons", Read, "{"),
    ("POST", "/api/v1/imports/{format}", Everywhere, ""),
    ("POST", "/api/v1/matches", Read, "{"),
    ("POST", "/api/v1/tours", Read, "{"),
];

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Caller {
    Anonymous,
    Reader,
    Scout,
    Partner,
    Admin,
    Expired,
    Revoked,
    Malformed,
}

use Caller::{Admin, Anonymous, Expired, Malformed, Partner, Reader, Revoked, Scout};

const CALLERS: [Caller; 8] =
    [Anonymous, Reader, Scout, Partner, Admin, Expired, Revoked, Malformed];

/// Territories, and whether they are home to the partner of the Métropole de Lyon.
const PLACES: [(&str, bool); 6] = [
    (LYON, true),
    // Villeurbanne, a commune of it.
    ("com-69266", true),
    ("zone-dedans", true),
    ("zone-a-cheval", false),
    // Grenoble, and the département around.
    ("com-38185", false),
    ("dep-69", false),
];

/// What is allowed passes; else the status and the code of the refusal.
fn expected(right: Right, caller: Caller, home: bool, open_reads: bool) -> Result<(), Refusal> {
    const FORBIDDEN: Refusal = (403, "forbidden");
    match (right, caller) {
        (Health, _) => Ok(()),
        (_, Expired | Revoked | Malformed) => Err((401, "bad_key")),
        (Read, Anonymous) if open_reads => Ok(()),
        (_, Anonymous) => Err((401, "unauthenticated")),
        (Read, _) | (_, Admin | Scout) => Ok(()),
        (Home, Partner) if home => Ok(()),
        (_, Reader | Partner) => Err(FORBIDDEN),
    }
}

type Refusal = (u16, &'static str);

struct Service {
    runtime: tokio::runtime::Runtime,
    scouting: Arc<Scouting>,
    open: Router,
    closed: Router,
    keys: BTreeMap<Caller, String>,
    partner: Key,
    _folder: tempfile::TempDir,
}

static SERVICE: LazyLock<Service> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let options = OpenOptions { data: folder.path().to_owned(), database: None };
    let (scouting, keys, partner) = runtime.block_on(async {
        let seed = embedded::seed_file("enterprises/enterprises.jsonl").unwrap();
        let line = std::str::from_utf8(seed).unwrap().lines().next().unwrap();
        let enterprise = |id: &str| {
            let mut body: Value = serde_json::from_str(line).unwrap();
            body["id"] = json!(id);
            NewRevision::new(Kind::Enterprise, id, &body)
        };
        let rows = vec![enterprise("unir"), enterprise("suivie")];
        small_catalogue(folder.path(), None, rows).await;
        let store = options.open_log().await.unwrap();
        let zone = |id: &str, communes: &[&str]| {
            let row = json!({ "id": id, "name": id, "communes": communes });
            NewRevision::new(Kind::Zone, id, &row)
        };
        let zones = vec![
            zone("zone-dedans", &["69266", "69029"]),
            zone("zone-a-cheval", &["69266", "38185"]),
        ];
        let now = Timestamp::now();
        store.append(zones, "local", now).await.unwrap();
        let mut secrets = BTreeMap::from([
            (Anonymous, String::new()),
            (Malformed, "Bearer essaim_k1_pasunsecret".to_owned()),
        ]);
        let mut partner = None;
        for caller in [Reader, Scout, Partner, Admin, Expired, Revoked] {
            let (role, territories) = match caller {
                Reader => (Role::Reader, vec![]),
                Partner => (Role::Partner, vec![LYON.to_owned()]),
                Scout => (Role::Scout, vec![]),
                _ => (Role::Admin, vec![]),
            };
            let role = role.as_str().to_owned();
            let label = format!("{caller:?}");
            let ask = KeyAsk { role, territories, label, expires: None };
            let who = Identity::operator("local");
            let issued = keys::create(&store, &who, &ask, now).await.unwrap();
            let ended = match caller {
                Expired => {
                    Some(Key { expires: jiff::civil::date(2020, 1, 1), ..issued.key.clone() })
                }
                Revoked => Some(Key { revoked: Some(now), ..issued.key.clone() }),
                _ => None,
            };
            if let Some(key) = ended {
                let row = NewRevision::new(Kind::Key, &key.id, &key.to_json());
                store.append(vec![row], "local", now).await.unwrap();
            }
            secrets.insert(caller, format!("Bearer {}", issued.secret.reveal()));
            if caller == Partner {
                partner = Some(issued.key);
            }
        }
        store.close().await;
        (Arc::new(Scouting::open(options).await.unwrap()), secrets, partner.unwrap())
    });
    let settings = |open: &str| {
        let set = [("open_reads", open), ("rate_burst", "100000"), ("logins", "100000")];
        let set = set.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Settings::read(&set.into_iter().collect(), true).unwrap()
    };
    let serve = |open: &str| router(AppState::with(Arc::clone(&scouting), settings(open)));
    let (open, closed) = (serve("true"), serve("false"));
    Service { runtime, scouting, open, closed, keys, partner, _folder: folder }
});

/// The tests that look at the end of the log go one after the other.
static ALONE: Mutex<()> = Mutex::new(());

fn send(router: &Router, method: &str, path: &str, caller: Caller, body: &str) -> (u16, Value) {
    let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap());
    let key = &SERVICE.keys[&caller];
    if !key.is_empty() {
        request = request.header(header::AUTHORIZATION, key);
    }
    let request = request.uri(path).body(Body::from(body.to_owned())).unwrap();
    SERVICE.runtime.block_on(async {
        let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap();
        (parts.status.as_u16(), serde_json::from_slice(&body).unwrap_or(Value::Null))
    })
}

fn last_seq() -> u64 {
    SERVICE.runtime.block_on(SERVICE.scouting.store().last_seq()).unwrap()
}

/// The address of a pattern for one territory.
fn address(pattern: &str, right: Right, territory: &str) -> String {
    let filled = pattern
        .replace("/enterprises/{id}", "/enterprises/unir")
        .replace("/profiles/{id}", "/profiles/equal")
        .replace("{id}", territory)
        .replace("{territory}", territory)
        .replace("{enterprise}", "unir")
        .replace("{observation}", "aucune")
        .replace("{item}", "carrier")
        .replace("{row}", "enterprise")
        .replace("{format}", "enterprises")
        .replace("{kind}", "actors");
    assert!(!filled.contains('{'), "{pattern}: say what stands for its parts");
    // A read that passes the door is stopped at once: its answer is the affair of others.
    if right == Read { format!("{filled}?aucun_parametre=1") } else { filled }
}

/// Property 1.
#[test]
fn every_route_of_the_description_stands_in_the_table() {
    let described = serde_json::to_value(description()).unwrap();
    let mut known = BTreeSet::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            known.insert((method.to_uppercase(), path.clone()));
        }
    }
    let listed: BTreeSet<(String, String)> =
        TABLE.iter().map(|row| (row.0.to_owned(), row.1.to_owned())).collect();
    assert_eq!(listed.len(), TABLE.len(), "a route stands twice");
    let missing: Vec<_> = known.difference(&listed).collect();
    assert!(missing.is_empty(), "say who may ask for them: {missing:?}");
    let gone: Vec<_> = listed.difference(&known).collect();
    assert!(gone.is_empty(), "no longer served: {gone:?}");
}

/// Properties 2 and 3.
#[test]
fn exactly_what_is_allowed_passes() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut faults = Vec::new();
    let mut asked = 0;
    for (open_reads, router) in [(true, &SERVICE.open), (false, &SERVICE.closed)] {
        for &(method, pattern, right, body) in TABLE {
            // Only home makes a difference between places.
            let places = if right == Home { &PLACES[..] } else { &PLACES[..1] };
            for caller in CALLERS {
                for (place, home) in places {
                    let path = address(pattern, right, place);
                    let before = last_seq();
                    let body = body.replace("$T", place);
                    let (status, answer) = send(router, method, &path, caller, &body);
                    asked += 1;
                    let code = answer["code"].as_str().unwrap_or_default();
                    let kept = match expected(right, caller, *home, open_reads) {
                        // An unknown row is refused once its rights were looked at.
                        Ok(()) if status == 404 => !matches!(code, "" | "not_found"),
                        Ok(()) => !matches!(status, 401 | 403 | 405 | 429 | 500..),
                        Err(refusal) => (status, code) == refusal,
                    };
                    if !kept || last_seq() != before {
                        faults.push(format!("{caller:?} {method} {path}: {status} {code}"));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} of {asked}:\n{}", faults.len(), faults.join("\n"));
}

/// A sheet of priorities names its territories row by row: each is judged alone.
#[test]
fn a_partner_imports_the_rows_of_its_territories_only() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let sheet = "territory,theme,weight,document,start\n\
                 com-38185,alimentation,1,Essai,2026-01-01\n";
    let path = "/api/v1/imports/priorities?file=essai.csv";
    let before = last_seq();
    for (caller, status) in [(Anonymous, 401), (Reader, 403), (Partner, 200)] {
        let (answered, answer) = send(&SERVICE.open, "POST", path, caller, sheet);
        assert_eq!(answered, status, "{answer}");
        assert_eq!(last_seq(), before, "{answer}");
    }
    let (_, ledger) = send(&SERVICE.open, "POST", path, Partner, sheet);
    assert_eq!(ledger["rejected"].as_array().unwrap().len(), 1, "{ledger}");
}

/// Property 4.
#[test]
fn a_partner_signs_at_home_and_writes_nothing_elsewhere() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let step = |place: &str| {
        json!({ "territory": place, "enterprise": "suivie", "state": "spotted" }).to_string()
    };
    let (status, refused) =
        send(&SERVICE.open, "POST", "/api/v1/decisions", Partner, &step("com-38185"));
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")), "{refused}");
    let before = last_seq();
    let (status, written) =
        send(&SERVICE.open, "POST", "/api/v1/decisions", Partner, &step("com-69266"));
    assert_eq!(status, 201, "{written}");
    let changes = SERVICE.runtime.block_on(SERVICE.scouting.store().changes(before, 10)).unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].recorded_by, SERVICE.partner.id);
    assert_eq!(changes[0].kind, Kind::Decision);
}
