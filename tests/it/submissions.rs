//! Priorities submitted by partners.
//!
//! 1. Every fault of a submission is told at once, with its code and its way out.
//! 2. A partner submits for its territories and their communes, nowhere else.
//! 3. A commune follows its métropole until it says otherwise, and again once that is undone.
//! 4. A submission applies from its start to its end; of two, the one that starts last.
//! 5. What the preview shows is what happens after saving, for every enterprise; its
//!    differences sum to the change of the score.
//! 6. Undoing brings the version before back, undoing that brings it back again.
//! 7. A submission that crosses another loses nothing; a stale one is answered with what
//!    stands.
//! 8. A table gives the same submissions; imported twice, it changes nothing.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use axum::Extension;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use essaim::access::{Identity, Role, Who};
use essaim::catalogue::{Kind, NewRevision, embedded};
use essaim::http::{AppState, router};
use essaim::scouting::{OpenOptions, Scouting};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::small::small_catalogue;

struct Service {
    runtime: tokio::runtime::Runtime,
    router: Router,
    _data: tempfile::TempDir,
}

/// Some rows of the seed: one enterprise in five, the key actors, what was published.
fn rows() -> Vec<NewRevision> {
    let files = [
        ("enterprises/enterprises.jsonl", Kind::Enterprise, 5),
        ("actors/key_actors.jsonl", Kind::Actor, 1),
        ("priorities.jsonl", Kind::Priority, 1),
    ];
    let mut rows = Vec::new();
    for (path, kind, step) in files {
        let text = std::str::from_utf8(embedded::seed_file(path).unwrap()).unwrap();
        for line in text.lines().step_by(step) {
            let body: Value = serde_json::from_str(line).unwrap();
            rows.push(NewRevision::new(kind, body["id"].as_str().unwrap(), &body));
        }
    }
    rows
}

/// One test at a time: two cores rank one after the other, within the time of a request.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One catalogue for the file: each test writes for a territory of its own.
static SERVICE: LazyLock<Service> = LazyLock::new(|| {
    let data = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(small_catalogue(data.path(), None, rows()));
    let options = OpenOptions { data: data.path().to_owned(), database: None };
    let scouting = runtime.block_on(Scouting::open(options)).unwrap();
    let router = router(AppState::new(Arc::new(scouting)));
    Service { runtime, router, _data: data }
});

struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{}", self.text))
    }

    /// The answer, once it is the one expected.
    fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    fn etag(&self) -> &str {
        self.headers["etag"].to_str().unwrap()
    }
}

fn key(role: Role, territories: &[&str]) -> Identity {
    let territories = territories.iter().map(|id| (*id).to_owned()).collect();
    let who = Who::Key { id: format!("clé-{}", role.as_str()), role, territories };
    Identity { who, address: Some("192.0.2.7".to_owned()) }
}

fn admin() -> Identity {
    key(Role::Admin, &[])
}

async fn ask(
    who: Identity,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let service = SERVICE.router.clone().layer(Extension(who));
    let response = service.oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 64 << 20).await.unwrap();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

fn call(who: Identity, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let text = if body.is_null() { String::new() } else { body.to_string() };
    SERVICE.runtime.block_on(ask(who, method, path, headers, text))
}

fn get(path: &str) -> Answer {
    call(Identity::anonymous(None), "GET", path, &[], &Value::Null)
}

fn put(territory: &str, body: &Value) -> Answer {
    call(admin(), "PUT", &format!("/territories/{territory}/priorities"), &[], body)
}

fn standing(territory: &str, more: &str) -> Value {
    get(&format!("/territories/{territory}/priorities{more}")).is(200)
}

/// Ids of what applies, the heaviest first.
fn applied(standing: &Value) -> Vec<&str> {
    let list = standing["priorities"].as_array().unwrap();
    list.iter().map(|p| p["theme"].as_str().or(p["need"].as_str()).unwrap()).collect()
}

#[test]
fn every_fault_is_told_at_once_with_its_way_out() {
    let _alone = alone();
    let path = "epci-200046977";
    let body = json!({
        "priorities": [
            {"theme": "textil", "weight": 2},
            {"theme": "alimentation", "weight": -1},
            {"need": "textile", "weight": 1},
            {"weight": 1, "poids": 3},
            {"theme": "Mobilité", "order": 1},
            {"theme": "mobilites", "weight": 1},
        ],
        "contact": "Camille Durand",
        "document": "écrire à ess@grandlyon.com",
        "telephone": "04 78 63 40 40",
        "start": "2027-06-31",
        "documents": "PV",
    });
    let problem = put(path, &body).is(422);
    assert_eq!(problem["code"], "bad_record");
    let faults = problem["faults"].as_array().unwrap();
    let told: Vec<(&str, &str)> = faults
        .iter()
        .map(|fault| (fault["field"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect();
    for expected in [
        ("priorities[0].theme", "unknown_theme"),
        ("priorities[1].weight", "out_of_bounds"),
        ("priorities[2].need", "unknown_need"),
        ("priorities[3].poids", "bad_record"),
        ("priorities[3]", "bad_record"),
        ("priorities[5]", "bad_record"),
        ("priorities", "mixed_priorities"),
        ("contact", "personal_data"),
        ("document", "personal_data"),
        ("telephone", "personal_data"),
        ("start", "bad_date"),
        ("documents", "bad_record"),
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
    assert_eq!(told.len(), 12, "{told:?}");
    assert!(faults.iter().all(|fault| !fault["way_out"].as_str().unwrap().is_empty()));
    assert_eq!(problem["suggestions"][0]["id"], "document", "{}", problem["suggestions"]);
    // Personal data is never said again.
    for secret in ["Durand", "grandlyon.com", "63 40"] {
        assert!(!problem.to_string().contains(secret), "{secret}");
    }
}

#[test]
fn each_refusal_has_its_code_and_nothing_is_written() {
    let _alone = alone();
    let path = "/territories/epci-200068781/priorities";
    for (body, code, field) in [
        (json!({"themes": ["textil"]}), "unknown_theme", "themes[0]"),
        (json!({"needs": ["illectronism"]}), "unknown_need", "needs[0]"),
        (json!({"themes": []}), "bad_record", "priorities"),
        (json!({}), "bad_record", "priorities"),
        (json!([]), "bad_record", ""),
        (json!({"themes": ["textile"], "no_priority": true}), "bad_record", "no_priority"),
        (json!({"themes": ["textile", "Textiles"]}), "bad_record", "themes[1]"),
        (json!({"priorities": ["textile"]}), "bad_record", "priorities[0]"),
        (
            json!({"priorities": [{"theme": "textile", "weight": 0}]}),
            "out_of_bounds",
            "priorities[0].weight",
        ),
        (
            json!({"priorities": [{"theme": "textile", "order": 1.5}]}),
            "out_of_bounds",
            "priorities[0].order",
        ),
        (
            json!({"priorities": [{"theme": "textile", "weight": 1}, {"theme": "sante"}]}),
            "mixed_priorities",
            "priorities",
        ),
        (
            json!({"themes": ["textile"], "start": "2027-02-01", "end": "2027-01-01"}),
            "bad_date",
            "end",
        ),
        (json!({"themes": ["textile"], "end": "2020-01-01"}), "bad_date", "end"),
        (json!({"themes": ["textile"], "contact": "M. Durand"}), "personal_data", "contact"),
        (
            json!({"themes": ["textile"], "reason": "appeler 04 78 63 40 40"}),
            "personal_data",
            "reason",
        ),
    ] {
        let problem = call(admin(), "PUT", path, &[], &body).is(422);
        assert_eq!(
            (&problem["code"], &problem["faults"][0]["field"]),
            (&json!(code), &json!(field))
        );
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.chars().count() < 400, "{detail}");
        let english = call(admin(), "PUT", &format!("{path}?lang=en"), &[], &body).is(422);
        assert_ne!(problem["detail"], english["detail"]);
    }
    let standing = get(path).is(200);
    assert_eq!(standing["row"], Value::Null);
    assert_eq!(put("epci-200046978", &json!({"themes": ["textile"]})).status, 404);
    let undo = call(admin(), "POST", &format!("{path}/undo"), &[], &Value::Null).is(404);
    assert_eq!(undo["code"], "nothing_to_undo");
}

#[test]
fn a_partner_submits_for_its_territories_and_nowhere_else() {
    let _alone = alone();
    // Valence Romans Agglo, one of its communes, and a foreign one.
    let partner = || key(Role::Partner, &["epci-200068781"]);
    let body = json!({"themes": ["textile"], "start": "2030-01-01"});
    let ask = |who, method: &str, territory: &str, more: &str| {
        call(who, method, &format!("/territories/{territory}/priorities{more}"), &[], &body)
    };
    assert_eq!(ask(partner(), "PUT", "com-26362", "").status, 200);
    for (who, territory, status, code) in [
        (Identity::anonymous(None), "com-26362", 401, "unauthenticated"),
        (key(Role::Reader, &[]), "com-26362", 403, "forbidden"),
        (partner(), "com-69123", 403, "forbidden"),
        (partner(), "dep-26", 403, "forbidden"),
    ] {
        for (method, more) in [("PUT", ""), ("PUT", "?dry_run=true"), ("POST", "/undo")] {
            let problem = ask(who.clone(), method, territory, more).is(status);
            assert_eq!(problem["code"], code, "{method} {territory}{more}");
        }
    }
    assert_eq!(get("/territories/com-26362/priorities/history").is(200)["total"], 1);
}

#[test]
fn a_commune_follows_its_metropole_until_it_says_otherwise() {
    let _alone = alone();
    // Grenoble-Alpes Métropole and Grenoble.
    let (metropole, commune) = ("epci-200040715", "com-38185");
    put(
        metropole,
        &json!({"priorities": [{"theme": "textile", "weight": 3},
        {"need": "Précarité alimentaire", "weight": 1}], "start": "2026-01-01",
        "submitted_by": "Grenoble-Alpes Métropole", "document": "délibération du 12 janvier"}),
    )
    .is(200);
    let found = standing(commune, "");
    assert_eq!(applied(&found), ["textile", "precarite_alimentaire"]);
    assert_eq!(found["applies_from"]["id"], metropole);
    assert_eq!(found["applies_from"]["inherited"], true);
    assert_eq!(found["row"], Value::Null);
    let first = &found["priorities"][0];
    assert_eq!((&first["share"], &first["state"]), (&json!(0.75), &json!("live")));
    assert_eq!(first["source"]["source"], "délibération du 12 janvier");
    assert!(found["text"].as_str().unwrap().contains("Grenoble-Alpes"), "{}", found["text"]);
    let list = get(&format!("/territories/{commune}/candidates?limit=1")).is(200);
    assert_eq!(list["themes"][0]["from"]["id"], metropole);
    assert_eq!(list["themes"][0]["inherited"], true);

    let own = put(commune, &json!({"themes": ["numerique"], "start": "2026-02-01"})).is(200);
    assert_eq!(applied(&own), ["numerique"]);
    assert_eq!(own["applies_from"], json!({"id": commune, "name": "Grenoble", "inherited": false}));
    assert_eq!(own["overridden"][0]["id"], metropole);
    let territory = get(&format!("/territories/{commune}")).is(200);
    assert_eq!(territory["priorities"][0]["inherited"], false);
    assert_eq!(applied(&standing(metropole, "")), ["textile", "precarite_alimentaire"]);

    let undone = call(
        admin(),
        "POST",
        &format!("/territories/{commune}/priorities/undo"),
        &[],
        &Value::Null,
    )
    .is(200);
    assert_eq!(undone["restored"], Value::Null);
    assert_eq!(applied(&undone), ["textile", "precarite_alimentaire"]);

    // To have no priority is said, and is not to follow another.
    let none = put(commune, &json!({"no_priority": true, "start": "2026-03-01"})).is(200);
    assert_eq!(applied(&none), Vec::<&str>::new());
    assert_eq!(none["applies_from"]["id"], commune);
    assert_eq!(none["periods"][0]["no_priority"], true);
    let list = get(&format!("/territories/{commune}/candidates?limit=1")).is(200);
    assert_eq!(list["themes"], json!([]));
}

#[test]
fn a_submission_applies_from_its_start_to_its_end() {
    let _alone = alone();
    // Montélimar Agglomération, which has no published submission.
    let territory = "epci-200040459";
    let submit = |body: &Value| put(territory, body).is(200);
    submit(&json!({"themes": ["Textile"], "start": "2025-01-01", "end": "2025-12-31"}));
    submit(&json!({"themes": ["sante"], "start": "01/06/2025", "end": "2090"}));
    let last = submit(&json!({"needs": ["illectronisme"], "start": "2095-01-01"}));
    let states: Vec<&str> =
        last["periods"].as_array().unwrap().iter().map(|p| p["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["ended", "live", "to_come"]);
    assert_eq!(last["periods"][1]["end"], "2090-12-31");
    assert_eq!(last["remarks"].as_array().unwrap().len(), 1);
    for (day, expected) in [
        ("2024-12-31", &[][..]),
        ("2025-01-01", &["textile"]),
        ("2025-05-31", &["textile"]),
        ("2025-06-01", &["sante"]),
        ("2090-12-31", &["sante"]),
        ("2091-01-01", &[]),
        ("2095-01-01", &["illectronisme"]),
    ] {
        let found = standing(territory, &format!("?as_of={day}"));
        assert_eq!(applied(&found), expected, "{day}");
        let list = get(&format!("/territories/{territory}/candidates?limit=1&as_of={day}")).is(200);
        assert_eq!(list["themes"].as_array().unwrap().len(), expected.len(), "{day}");
    }
    let before = last["row"]["seq"].as_u64().unwrap() - 1;
    let past = standing(territory, &format!("?as_of=2095-01-01&seq={before}"));
    assert_eq!(applied(&past), Vec::<&str>::new());
    // The same start: the period is replaced, the others stay. The same words: nothing.
    let again = put(territory, &json!({"themes": ["logement"], "start": "2095-01-01"}));
    let etag = again.etag().to_owned();
    assert_eq!(again.is(200)["periods"].as_array().unwrap().len(), 3);
    let same = put(territory, &json!({"themes": ["Logements"], "start": "2095-01-01"}));
    assert_eq!(same.etag(), etag);
    // Without a start, the period in force that says the same is meant.
    let same = put(territory, &json!({"themes": ["sante"], "end": "2090-12-31"}));
    assert_eq!(same.etag(), etag);
}

/// An enterprise: its id; listed, rank, score, contributions.
type Placed = (String, (bool, u64, f64, Vec<f64>));

/// For each enterprise of an answer of candidates, listed or not: rank, score, contributions.
fn places(answer: &Value) -> Vec<Placed> {
    let terms = |one: &Value| -> Vec<f64> {
        let list = one["contributions"].as_array().into_iter().flatten();
        list.map(|term| term["contribution"].as_f64().unwrap()).collect()
    };
    let name = |one: &Value| one["enterprise"]["id"].as_str().unwrap().to_owned();
    let listed = answer["candidates"].as_array().unwrap().iter().map(|one| {
        let score = one["score"].as_f64().unwrap();
        (name(one), (true, one["rank"].as_u64().unwrap(), score, terms(one)))
    });
    let out = answer["excluded"].as_array().unwrap().iter().map(|one| {
        let score = one["would_score"].as_f64().unwrap();
        (name(one), (false, one["would_rank"].as_u64().unwrap(), score, Vec::new()))
    });
    let mut all: Vec<_> = listed.chain(out).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

#[test]
fn the_preview_is_what_happens_after_saving() {
    let _alone = alone();
    let path = "/territories/epci-200046977/priorities";
    let body = json!({"priorities": [{"theme": "numerique", "weight": 4},
        {"need": "precarite_alimentaire", "weight": 2}, {"theme": "textile", "weight": 1}],
        "start": "2090-03-01", "submitted_by": "Métropole de Lyon"});
    let day = "2090-03-01";
    let candidates = format!("/territories/epci-200046977/candidates?limit=500&as_of={day}");
    let before = places(&get(&candidates).is(200));
    let standing_before = get(path);
    let preview =
        call(admin(), "PUT", &format!("{path}?dry_run=true&limit=500"), &[], &body).is(200);
    assert_eq!(preview["dry_run"], true);
    assert_eq!(preview["as_of"], day, "a submission to come is shown on its first day");
    assert_eq!(preview["notes"].as_array().unwrap().len(), 2, "{}", preview["notes"]);
    assert_eq!(get(path).text, standing_before.text, "nothing is written");

    let moves = preview["enterprises"].as_array().unwrap();
    for moved in moves {
        let terms = moved["contributions"].as_array().unwrap();
        let number = |value: &Value| value.as_f64().unwrap();
        let sum: f64 = terms.iter().map(|term| number(&term["difference"])).sum();
        let difference = number(&moved["difference"]);
        assert!((sum - difference).abs() < 1e-9, "{moved}");
        let scores = number(&moved["after"]["score"]) - number(&moved["before"]["score"]);
        assert!((scores - difference).abs() < 1e-12, "{moved}");
        // The criterion keeps the best priority: its change is told by them.
        let best = |side: &str| {
            let list = moved["priorities"].as_array().unwrap().iter();
            list.map(|priority| number(&priority[side])).fold(0.0, f64::max)
        };
        let priority = &terms[0];
        assert_eq!(priority["criterion"], "priority");
        let told = number(&priority["weight"]) * (best("after") - best("before"));
        assert!((told - number(&priority["difference"])).abs() < 1e-9, "{moved}");
        let text = moved["text"].as_str().unwrap();
        assert!(!text.contains(['{', '[']) && text.ends_with('.'), "{text}");
    }
    let shown = |side: &str| -> Vec<Placed> {
        let mut all: Vec<_> = moves
            .iter()
            .map(|moved| {
                let place = &moved[side];
                let listed = place["listed"].as_bool().unwrap();
                let terms = moved["contributions"].as_array().unwrap().iter();
                let terms = match listed {
                    true => terms.map(|term| term[side].as_f64().unwrap()).collect(),
                    false => Vec::new(),
                };
                let id = moved["enterprise"]["id"].as_str().unwrap().to_owned();
                let score = place["score"].as_f64().unwrap();
                (id, (listed, place["rank"].as_u64().unwrap(), score, terms))
            })
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };
    assert_eq!(shown("before"), before);
    let totals = &preview["totals"];
    let count = |way: &str| moves.iter().filter(|moved| moved["move"] == way).count();
    for way in ["rises", "falls", "enters", "leaves", "stays", "out"] {
        assert_eq!(totals[way], count(way), "{way}");
    }
    assert!(count("rises") > 0 && count("falls") > 0, "{totals}");

    call(admin(), "PUT", path, &[], &body).is(200);
    let after = places(&get(&candidates).is(200));
    assert_eq!(shown("after"), after);
    assert_ne!(before, after);
    // Today nothing changed, and the preview of today says so.
    let today =
        call(admin(), "PUT", &format!("{path}?dry_run=true&as_of=2026-11-28"), &[], &body).is(200);
    assert_eq!((&today["totals"]["rises"], &today["totals"]["falls"]), (&json!(0), &json!(0)));
    let csv = call(admin(), "PUT", &format!("{path}?dry_run=true&format=csv"), &[], &body);
    assert!(csv.text.starts_with("id,name,move"), "{}", csv.text);
}

#[test]
fn undoing_brings_the_version_before_back_and_undoing_that_too() {
    let _alone = alone();
    // Bourg-en-Bresse.
    let path = "/territories/epci-200071751/priorities";
    let undo = |headers: &[(&str, &str)]| {
        call(admin(), "POST", &format!("{path}/undo"), headers, &Value::Null)
    };
    let submit = |body: &Value| call(admin(), "PUT", path, &[], body).is(200);
    submit(&json!({"themes": ["textile", "sante"], "start": "2026-01-01",
        "document": "PV n° 1", "reason": "première délibération"}));
    submit(
        &json!({"priorities": [{"theme": "textile", "order": 1}, {"theme": "logement", "order": 2}],
        "start": "2026-01-01", "end": "2098-12-31", "document": "PV n° 2"}),
    );
    let history = get(&format!("{path}/history"));
    let etag = history.etag().to_owned();
    let history = history.is(200);
    let versions = history["versions"].as_array().unwrap();
    assert_eq!((versions.len(), &versions[0]["stands"]), (2, &json!(true)));
    assert_eq!(versions[1]["reason"], "première délibération");
    assert_eq!(versions[1]["recorded_by"], "clé-admin");
    let what = |version: &Value| -> Vec<String> {
        let list = version["changes"].as_array().unwrap().iter();
        list.map(|change| change["what"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(what(&versions[1]), ["period_added"]);
    let mut changes = what(&versions[0]);
    changes.sort();
    assert_eq!(changes, ["document", "end", "wish_added", "wish_changed", "wish_removed"]);
    assert!(
        versions[0]["changes"].as_array().unwrap().iter().all(|change| {
            let text = change["text"].as_str().unwrap();
            !text.contains(['{', '[']) && text.ends_with('.')
        }),
        "{}",
        versions[0]["changes"]
    );

    let stale = undo(&[("if-match", "\"1\"")]);
    assert_eq!(stale.etag(), etag);
    let stale = stale.is(412);
    assert_eq!(stale["current"]["periods"][0]["end"], "2098-12-31");
    let back = undo(&[("if-match", &etag)]);
    let after = back.etag().to_owned();
    let back = back.is(200);
    assert_eq!(applied(&back), ["sante", "textile"]);
    assert_eq!(back["periods"][0]["document"], "PV n° 1");
    assert_eq!(undo(&[("if-match", &etag)]).status, 412, "undone twice by two people");
    let forth = undo(&[("if-match", &after)]).is(200);
    assert_eq!(applied(&forth), ["textile", "logement"]);
    assert_eq!(get(&format!("{path}/history")).is(200)["total"], 4);
}

#[test]
fn crossing_submissions_lose_nothing_and_a_stale_one_is_answered_with_what_stands() {
    let _alone = alone();
    // Porte de l’Isère.
    let path = "/territories/epci-243800604/priorities";
    let body = |theme: &str, start: &str| json!({"themes": [theme], "start": start}).to_string();
    let first = call(
        admin(),
        "PUT",
        path,
        &[("if-none-match", "*")],
        &json!({"themes": ["textile"],
        "start": "2026-01-01"}),
    );
    let etag = first.etag().to_owned();
    first.is(200);
    let again = call(
        admin(),
        "PUT",
        path,
        &[("if-none-match", "*")],
        &json!({"themes": ["sante"],
        "start": "2026-01-01"}),
    );
    assert_eq!(again.is(412)["current"]["priorities"][0]["theme"], "textile");

    // Two partners with the same ETag: one is told what the other wrote.
    let headers = [("if-match", etag.as_str())];
    let both = async {
        tokio::join!(
            ask(admin(), "PUT", path, &headers, body("sante", "2027-01-01")),
            ask(admin(), "PUT", path, &headers, body("logement", "2028-01-01")),
        )
    };
    let (a, b) = SERVICE.runtime.block_on(both);
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let (won, lost) = if a.status == 200 { (a, b) } else { (b, a) };
    assert_eq!(lost.etag(), won.etag());
    assert_eq!(lost.json()["current"]["periods"], won.json()["periods"]);

    // Without a condition, both enter.
    let both = async {
        tokio::join!(
            ask(admin(), "PUT", path, &[], body("numerique", "2029-01-01")),
            ask(admin(), "PUT", path, &[], body("education", "2030-01-01")),
            ask(admin(), "PUT", path, &[], body("justice", "2031-01-01")),
        )
    };
    let (a, b, c) = SERVICE.runtime.block_on(both);
    assert_eq!([a.status, b.status, c.status], [200; 3]);
    let found = get(path).is(200);
    assert_eq!(found["periods"].as_array().unwrap().len(), 5, "{}", found["periods"]);

    // The same request sent twice is written once.
    let headers = [("idempotency-key", "depot-1")];
    let once =
        call(admin(), "PUT", path, &headers, &json!({"themes": ["emploi"], "start": "2032-01-01"}));
    let twice =
        call(admin(), "PUT", path, &headers, &json!({"themes": ["emploi"], "start": "2032-01-01"}));
    assert_eq!(once.etag(), twice.etag());
    let reused =
        call(admin(), "PUT", path, &headers, &json!({"themes": ["sante"], "start": "2032-01-01"}));
    assert_eq!(reused.is(422)["code"], "idempotency_reused");
}

#[test]
fn a_table_gives_the_same_submissions_and_twice_changes_nothing() {
    let _alone = alone();
    // The Diois, the Pays de Gex and the Trièves.
    let table = "Territoire;Thème;Besoin;Poids;Début;Fin;Document;Organisation\r\n\
        epci-242600534;Textiles;;3;01/01/2026;;PV 7;CC du Diois\r\n\
        epci-242600534;;Illectronisme;1,5;2026-01-01;;PV 7;CC du Diois\r\n\
        epci-242600534;Textil;;1;2026-01-01;;;\r\n\
        CA du Pays de Gex;logement;;;2026-02-01;2027-12-31;;\r\n\
        Atlantide;logement;;;2026-02-01;;;\r\n\
        epci-200030658;sante;;;2026-02-01;;;Camille Durand\r\n\
        epci-200030658;sante;;;2026-13-01;;;\r\n";
    let old: Vec<u8> = table.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let import = |who: Identity, more: &str, bytes: Vec<u8>| {
        let path = format!("/imports/priorities{more}");
        SERVICE.runtime.block_on(ask(who, "POST", &path, &[], bytes))
    };
    let partner = || key(Role::Partner, &["epci-242600534", "epci-240100750"]);
    let dry = import(partner(), "?dry_run=true", old.clone()).is(200);
    assert_eq!((&dry["added"], &dry["seq"]), (&json!(3), &Value::Null));
    assert_eq!(get("/territories/epci-242600534/priorities").is(200)["row"], Value::Null);
    let done = import(partner(), "?file=priorites.csv", old.clone()).is(200);
    let lines = |ledger: &Value| -> Vec<(u64, String)> {
        let list = ledger["rejected"].as_array().unwrap().iter();
        list.map(|e| (e["line"].as_u64().unwrap(), e["field"].as_str().unwrap().to_owned()))
            .collect()
    };
    let expected = [(4, "theme"), (6, "territory"), (7, "territory"), (8, "territory")];
    assert_eq!(lines(&done), expected.map(|(line, field)| (line, field.to_owned())));
    assert!(done["rejected"][0]["way_out"].as_str().unwrap().contains("textile"));
    assert_eq!((&done["kept"], &done["added"]), (&json!(3), &json!(3)));
    assert_eq!(done["warnings"].as_array().unwrap().len(), 1, "a submission lacks a row");
    let found = get("/territories/epci-242600534/priorities").is(200);
    assert_eq!(applied(&found), ["textile", "illectronisme"]);
    assert_eq!(found["priorities"][1]["weight"], 1.5);
    assert_eq!(found["periods"][0]["document"], "PV 7");
    let history = get("/territories/epci-242600534/priorities/history").is(200);
    assert_eq!(history["versions"][0]["reason"], "priorites.csv");

    let twice = import(partner(), "?file=priorites.csv", old.clone()).is(200);
    assert_eq!((&twice["unchanged"], &twice["seq"]), (&json!(3), &Value::Null));
    // For somebody who reaches everywhere, the other rows have their own faults.
    let all = import(admin(), "?dry_run=true", old).is(200);
    let expected = [(4, "theme"), (6, "territory"), (7, "submitted_by"), (8, "start")];
    assert_eq!(lines(&all), expected.map(|(line, field)| (line, field.to_owned())));

    // What is exported is imported again without a change.
    let csv = get("/territories/epci-242600534/priorities?format=csv");
    let back = import(partner(), "", csv.text.into_bytes()).is(200);
    assert_eq!((&back["unchanged"], &back["read"]), (&json!(2), &json!(2)), "{back}");
    assert_eq!(
        import(Identity::anonymous(None), "", Vec::new()).is(401)["code"],
        "unauthenticated"
    );
    let unknown = call(admin(), "POST", "/imports/priorite", &[], &Value::Null).is(422);
    assert_eq!(unknown["code"], "unknown_format");
    // Actors and enterprises enter the same way, for those who may.
    let actors = "nom;ville\nAtelier des Deux Rives;Lyon\n".to_owned();
    let path = "/imports/actors?dry_run=true";
    let run = |who| SERVICE.runtime.block_on(ask(who, "POST", path, &[], actors.clone()));
    assert_eq!(run(key(Role::Scout, &[])).is(200)["added"], 1);
    assert_eq!(run(partner()).is(403)["code"], "forbidden");
}

#[test]
fn the_command_line_shows_submits_and_undoes() {
    let _alone = alone();
    let data = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| -> (i32, String, String) {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_essaim"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ESSAIM_")) {
            command.env_remove(name);
        }
        let command = command.current_dir(data.path()).arg("--data").arg(data.path());
        let output = command.args(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let good = |arguments: &[&str], expected: &[&str]| {
        let (code, out, err) = run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {err}");
        let wide = out.lines().find(|line| line.chars().count() > 100);
        assert!(wide.is_none(), "{arguments:?}: {wide:?}");
        for word in expected {
            assert!(out.contains(word), "{arguments:?}: {word} in {out}");
        }
    };
    let file = data.path().join("priorites.json");
    let body = json!({"priorities": [{"theme": "numerique", "order": 1},
        {"theme": "textile", "order": 2}], "start": "2026-01-01",
        "submitted_by": "Métropole de Lyon", "document": "délibération du 26 janvier 2026"});
    std::fs::write(&file, body.to_string()).unwrap();
    let file = file.to_str().unwrap();
    let place = "Métropole de Lyon";
    good(
        &["priorities", place, "--set", file, "--dry-run", "--limit", "5"],
        &["rien n’est enregistré", "montent", "75\u{a0}%", "--limit"],
    );
    good(
        &["priorities", place, "--set", file, "--by", "metropole-lyon", "--reason", "vote"],
        &["Numérique", "75\u{a0}%", "délibération"],
    );
    good(&["priorities", "com-69123"], &["territoire plus large", "Numérique"]);
    good(
        &["priorities", place, "--history"],
        &["metropole-lyon", "vote", "Nouvelle période", "en place"],
    );
    good(&["priorities", place, "--undo"], &["ne dépose plus rien", "Alimentation"]);
    std::fs::write(file, "{\"themes\": [\"textil\"], \"end\": \"jamais\"}").unwrap();
    let (code, _, err) = run(&["priorities", place, "--set", file]);
    assert_eq!(code, 2);
    assert!(err.contains("textile") && err.contains("jamais"), "{err}");
    let table = data.path().join("t.csv");
    std::fs::write(&table, "territoire;thème;début\nLyon;textile;2026-01-01\nLyon;x;2026-01-01\n")
        .unwrap();
    good(
        &["import", "priorities", table.to_str().unwrap(), "--by", "lyon"],
        &["ajoutées 1", "refusées 1", "ligne 3"],
    );
}
