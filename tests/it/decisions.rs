//! Follow-ups: recorded, kept whole, shown beside what the engine had said.
//!
//! 1. A step needs a key that may decide there; what cannot follow is refused with what can.
//! 2. What the engine said that day is kept with the step: the numbers of the real ranking.
//! 3. A later ranking shows the follow-up and is otherwise unchanged; a day before it, nothing.
//! 4. A row that moved answers 412 with the row; the same key of idempotency writes once.
//! 5. A step taken back is a new revision; the path still tells it.
//! 6. The board counts what a made path holds, and says of how many; the calibration gives the
//!    numbers of a made set of outcomes, and concludes nothing of a few.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use essaim::access::{Identity, Role, Who};
use essaim::catalogue::record::decision;
use essaim::catalogue::{Kind, NewRevision};
use essaim::domain::decision::{FollowUp, Said, State, Step};
use essaim::http::{AppState, router};
use essaim::scouting::ask::CandidatesAsk;
use essaim::scouting::candidates::candidates;
use essaim::scouting::decisions;
use essaim::scouting::error::ScoutingError;
use essaim::scouting::writing::Manner;
use essaim::scouting::{OpenOptions, Scouting};
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::common::{LYON, TODAY};
use crate::small::{seed_rows, small_catalogue};

/// The day of most steps: the ranking of one day is prepared once.
const DAY: &str = "2026-11-22";

struct Service {
    scouting: Arc<Scouting>,
    runtime: tokio::runtime::Runtime,
    router: Router,
    _data: tempfile::TempDir,
}

/// One catalogue for the file: each test follows enterprises or territories of its own.
fn service() -> &'static Service {
    static SERVICE: OnceLock<Service> = OnceLock::new();
    SERVICE.get_or_init(|| {
        let data = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(small_catalogue(data.path(), None, seed_rows()));
        let options = OpenOptions { data: data.path().to_owned(), database: None };
        let scouting = Arc::new(runtime.block_on(Scouting::open(options)).unwrap());
        let router = router(AppState::new(Arc::clone(&scouting)));
        Service { scouting, runtime, router, _data: data }
    })
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn etag(&self) -> String {
        self.headers[header::ETAG].to_str().unwrap().to_owned()
    }
}

fn key(role: Role, territories: &[&str]) -> Identity {
    let territories = territories.iter().map(|id| (*id).to_owned()).collect();
    let id = format!("key-{}", role.as_str());
    Identity { who: Who::Key { id, role, territories }, address: None }
}

fn send(who: Option<Identity>, request: Request<Body>) -> Answer {
    let service = service();
    let router = match who {
        Some(who) => service.router.clone().layer(axum::Extension(who)),
        None => service.router.clone(),
    };
    service.runtime.block_on(async {
        let response = router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    })
}

fn get(path: &str) -> Answer {
    send(None, Request::get(path).body(Body::empty()).unwrap())
}

fn post(who: Option<Identity>, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let mut request = Request::post(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(who, request.body(Body::from(body.to_string())).unwrap())
}

fn scout() -> Option<Identity> {
    Some(key(Role::Scout, &[]))
}

/// A step by a scout, which must be kept.
fn step(body: &Value) -> Answer {
    let answer = post(scout(), "/api/v1/decisions", &[], body);
    assert_eq!(answer.status, 201, "{}", answer.json());
    answer
}

/// A refusal, with its code.
fn refused(answer: &Answer, status: u16, code: &str) -> Value {
    let problem = answer.json();
    assert_eq!((answer.status, problem["code"].as_str()), (status, Some(code)), "{problem}");
    problem
}

/// Id of the candidate of Lyon at this rank.
fn candidate(rank: usize) -> &'static str {
    static IDS: OnceLock<Vec<String>> = OnceLock::new();
    let ids = IDS.get_or_init(|| {
        let scene = service().scouting.scene();
        let ask = CandidatesAsk::new(LYON, TODAY);
        let answer = candidates(&scene, &ask).unwrap();
        answer.candidates.iter().map(|shown| shown.enterprise.id.clone()).collect()
    });
    &ids[rank - 1]
}

#[test]
fn a_step_needs_a_key_that_may_decide_there() {
    let body =
        json!({"territory": LYON, "enterprise": candidate(1), "state": "spotted", "date": DAY});
    let ask = |who| post(who, "/api/v1/decisions", &[], &body);
    refused(&ask(None), 401, "unauthenticated");
    refused(&ask(Some(key(Role::Reader, &[]))), 403, "forbidden");
    refused(&ask(Some(key(Role::Partner, &["dep-26"]))), 403, "forbidden");
    let path = format!("/api/v1/decisions/{LYON}/personne/undo");
    refused(&post(None, &path, &[], &json!({})), 401, "unauthenticated");
    let mine = json!({"territory": "com-69123", "enterprise": candidate(1), "state": "spotted", "date": DAY});
    let partner = Some(key(Role::Partner, &[LYON]));
    assert_eq!(post(partner, "/api/v1/decisions", &[], &mine).status, 201);
}

#[test]
fn a_bad_step_is_refused_with_the_way_out() {
    let id = candidate(2);
    let ask = |more: Value| {
        let mut body = json!({"territory": LYON, "enterprise": id, "state": "spotted",
            "date": DAY});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        post(scout(), "/api/v1/decisions", &[], &body)
    };
    let problem = refused(&ask(json!({"state": "consolidated"})), 422, "forbidden_transition");
    let allowed: Vec<&str> = problem["suggestions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|s| s["id"].as_str())
        .collect();
    assert!(allowed.contains(&"spotted") && !allowed.contains(&"consolidated"), "{allowed:?}");
    let problem = refused(&ask(json!({"state": "refused"})), 422, "unknown_reason");
    assert!(problem["detail"].as_str().unwrap().contains("pas de local"), "{problem}");
    refused(&ask(json!({"state": "refused", "reason": "ennui"})), 422, "unknown_reason");
    refused(&ask(json!({"reason": "no_premises"})), 422, "unknown_reason");
    refused(&ask(json!({"state": "refused", "reason": "other"})), 422, "bad_record");
    for note in ["écrire à a.b@exemple.fr", "appeler le 06 12 34 56 78"] {
        let problem = refused(&ask(json!({ "note": note })), 422, "personal_data");
        assert!(!problem["detail"].as_str().unwrap().contains("06 12"), "{problem}");
        assert_eq!(problem["field"], "note");
    }
    refused(&ask(json!({"date": "2099-01-01"})), 422, "out_of_bounds");
    refused(&ask(json!({"state": "vue"})), 422, "out_of_bounds");
    refused(&ask(json!({"season": "hiver"})), 422, "out_of_bounds");
    let problem = refused(&ask(json!({"reson": "x"})), 422, "bad_record");
    assert!(problem["detail"].as_str().unwrap().contains("`reason`"), "{problem}");
    let unknown = json!({"territory": LYON, "enterprise": "personne-du-tout", "state": "spotted", "date": DAY});
    refused(&post(scout(), "/api/v1/decisions", &[], &unknown), 404, "unknown_enterprise");
    refused(&get(&format!("/api/v1/decisions/{LYON}/{id}")), 404, "unknown_decision");
}

#[test]
fn what_the_engine_said_that_day_is_kept_with_the_step() {
    let id = candidate(3);
    let day = "2026-11-20";
    let path = format!("/api/v1/territories/{LYON}/candidates/{id}?as_of={day}");
    let before = get(&path).json();
    let one = &before["candidates"][0];
    let answer = step(&json!({"territory": LYON, "enterprise": id, "state": "contacted",
        "date": day, "by": "Métropole de Lyon", "source": "compte rendu", "note": "premier appel"}));
    let written = answer.json();
    assert_eq!(written["steps"].as_array().unwrap().len(), 1);
    let said = &written["steps"][0]["said"];
    for field in ["rank", "score", "likely"] {
        assert_eq!(said[field], one[field], "{field}");
    }
    for (at, bound) in said["interval"].as_array().unwrap().iter().enumerate() {
        let real = one["interval"][at].as_f64().unwrap();
        assert!((bound.as_f64().unwrap() - real).abs() < 1e-6, "{bound} {real}");
    }
    assert_eq!((&said["as_of"], &said["listed"]), (&json!(day), &json!(true)));
    assert_eq!(said["rules"], before["rules"]);
    // Other tests of this file write in the same catalogue meanwhile.
    assert!(said["seq"].as_u64() >= before["seq"].as_u64());
    let whole = get(&format!("/api/v1/territories/{LYON}/candidates?limit=1&as_of={day}")).json();
    assert_eq!(said["listed_total"], whole["total"]);
    let kept = get(&format!("/api/v1/decisions/{LYON}/{id}"));
    assert_eq!(kept.etag(), answer.etag());
    assert_eq!(kept.json(), written);
    assert_eq!(written["steps"][0]["written"]["author"], "key-scout");
    assert_eq!(
        written["steps"][0]["sentence"],
        "Contactée le 20 novembre 2026 par Métropole de Lyon"
    );
}

#[test]
fn a_later_ranking_shows_the_follow_up_and_nothing_else_moves() {
    let id = candidate(5);
    let at = |day: &str| {
        let path = format!("/api/v1/territories/{LYON}/candidates?limit=6&as_of={day}");
        get(&path).json()
    };
    let before = at("2026-11-22");
    let spotted = json!({"territory": LYON, "enterprise": id, "state": "spotted",
        "date": "2026-03-01", "by": "Ville"});
    let answer = step(&spotted);
    assert!(answer.json()["next"].as_array().unwrap().iter().any(|n| n["state"] == "refused"));
    step(&json!({"territory": "Métropole de Lyon", "enterprise": id, "state": "refused",
        "reason": "no_premises", "date": "2026-03-03", "by": "Ville de Lyon",
        "note": "rien avant 2027"}));
    let of = |answer: &Value| {
        let list = answer["candidates"].as_array().unwrap();
        list.iter().find(|one| one["enterprise"]["id"] == id).unwrap().clone()
    };
    let after = at("2026-11-22");
    let seen = &of(&after)["follow_up"];
    assert_eq!(
        seen["sentence"],
        "Refusée le 3 mars 2026\u{a0}: pas de local (décision de Ville de Lyon)"
    );
    assert_eq!((&seen["state"], &seen["since"]), (&json!("refused"), &json!("2026-03-03")));
    assert_eq!(
        (&seen["reason"], &seen["reason_label"]),
        (&json!("no_premises"), &json!("pas de local"))
    );
    assert_eq!((&seen["season"], &seen["note"]), (&json!(2026), &json!("rien avant 2027")));
    // Other tests write too: only what says where a follow-up stands may differ.
    assert_eq!(without_follow_up(&after), without_follow_up(&before));
    // On an earlier day it may stand elsewhere, or be kept out: asked by id.
    let stood = |day: &str| {
        let path = format!("/api/v1/territories/{LYON}/candidates/{id}?as_of={day}");
        let answer = get(&path).json();
        let one = answer["candidates"].get(0).or_else(|| answer["excluded"].get(0));
        one.unwrap().get("follow_up").map(|follow_up| follow_up["state"].clone())
    };
    assert_eq!(stood("2026-03-02"), Some(json!("spotted")));
    assert_eq!(stood("2026-02-28"), None);
    let english =
        get(&format!("/api/v1/territories/{LYON}/candidates/{id}?lang=en&as_of=2026-11-22"));
    let english = english.json()["candidates"][0]["follow_up"]["sentence"].clone();
    assert_eq!(english, "Refused on 3 March 2026: no premises (decided by Ville de Lyon)");
    let list = get(&format!("/api/v1/decisions?territory={LYON}&state=refused&enterprise={id}"));
    assert_eq!(list.json()["total"], 1);
    let csv = get(&format!("/api/v1/decisions?territory={LYON}&enterprise={id}&format=csv"));
    assert!(String::from_utf8(csv.body).unwrap().contains("pas de local"));
    let none = get(&format!("/api/v1/decisions?enterprise={id}&season=2025"));
    assert_eq!(none.json()["total"], 0);
}

/// An answer without what follow-ups and the log's length say.
fn without_follow_up(answer: &Value) -> Value {
    let mut answer = answer.clone();
    answer["seq"] = Value::Null;
    answer["next_cursor"] = Value::Null;
    for list in ["candidates", "excluded"] {
        for one in answer[list].as_array_mut().unwrap() {
            one.as_object_mut().unwrap().remove("follow_up");
        }
    }
    answer
}

#[test]
fn an_excluded_one_shows_its_follow_up_too() {
    let path = format!("/api/v1/territories/{LYON}/candidates?limit=3&as_of=2026-11-22");
    let answer = get(&path).json();
    let id = answer["excluded"][2]["enterprise"]["id"].as_str().unwrap().to_owned();
    let gates = answer["excluded"][2]["gates"].as_array().unwrap();
    let unmet: Vec<&Value> =
        gates.iter().filter(|g| g["state"] == "unmet").map(|g| &g["gate"]).collect();
    let written = step(&json!({"territory": LYON, "enterprise": id, "state": "refused",
        "reason": "competition_found", "date": "2026-11-22"}))
    .json();
    let said = &written["steps"][0]["said"];
    assert_eq!(said["listed"], false);
    let kept: Vec<&Value> =
        said["unmet"].as_array().unwrap().iter().map(|gate| &gate["id"]).collect();
    assert_eq!(kept, unmet);
    assert_eq!(said["rank"], answer["excluded"][2]["would_rank"]);
    assert_eq!(said["likely"], Value::Null);
    let again = get(&path).json();
    assert_eq!(again["excluded"][2]["follow_up"]["state"], "refused");
}

#[test]
fn a_row_that_moved_is_answered_with_the_row_and_a_key_writes_once() {
    let id = candidate(6);
    let body =
        |state: &str| json!({"territory": LYON, "enterprise": id, "state": state, "date": DAY});
    let first = step(&body("spotted"));
    let held = first.etag();
    let second = post(scout(), "/api/v1/decisions", &[("if-match", &held)], &body("contacted"));
    assert_eq!(second.status, 201);
    let stale = post(scout(), "/api/v1/decisions", &[("if-match", &held)], &body("met"));
    let problem = refused(&stale, 412, "conflict");
    assert_eq!(problem["current"]["follow_up"]["state"], "contacted");
    assert_eq!(stale.etag(), second.etag());
    let absent = post(scout(), "/api/v1/decisions", &[("if-none-match", "*")], &body("met"));
    refused(&absent, 412, "conflict");
    let once = [("idempotency-key", "essai-1")];
    let met = post(scout(), "/api/v1/decisions", &once, &body("met"));
    let again = post(scout(), "/api/v1/decisions", &once, &body("met"));
    assert_eq!((met.status, again.status), (201, 201));
    assert_eq!(met.json(), again.json());
    refused(
        &post(scout(), "/api/v1/decisions", &once, &body("decided")),
        422,
        "idempotency_reused",
    );
    // Without a key, the same step cannot follow itself.
    refused(&post(scout(), "/api/v1/decisions", &[], &body("met")), 422, "forbidden_transition");
    let path = get(&format!("/api/v1/decisions/{LYON}/{id}")).json();
    let states: Vec<&Value> =
        path["steps"].as_array().unwrap().iter().map(|step| &step["state"]).collect();
    assert_eq!(states, ["spotted", "contacted", "met"]);
}

#[test]
fn those_who_write_at_once_keep_a_path_that_holds() {
    let id = candidate(7);
    let first =
        step(&json!({"territory": LYON, "enterprise": id, "state": "spotted", "date": DAY}));
    let service = service();
    let kept = service.scouting.scene().follow_up(LYON, id).unwrap().steps[0].said.clone().unwrap();
    let write = |state: &'static str| {
        let (scouting, said) = (Arc::clone(&service.scouting), kept.clone());
        service.runtime.spawn(async move {
            let who = key(Role::Scout, &[]);
            let body = json!({"territory": LYON, "enterprise": id, "state": state, "date": DAY});
            let asked = decisions::prepare(&scouting.scene(), &who, &body, TODAY).unwrap();
            scouting.decide(&who, &asked, said, &Manner::default()).await
        })
    };
    let sent: Vec<_> =
        ["contacted", "met", "feasibility", "decided"].into_iter().map(write).collect();
    let mut acknowledged = 0;
    for one in sent {
        match service.runtime.block_on(one).unwrap() {
            Ok(_) => acknowledged += 1,
            // Somebody went further first: the step no longer follows.
            Err(ScoutingError::ForbiddenTransition { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    let path = get(&format!("/api/v1/decisions/{LYON}/{id}")).json();
    let steps = path["steps"].as_array().unwrap();
    // Every acknowledged step is in the path, none twice, and the first one stays.
    assert_eq!(steps.len(), 1 + acknowledged, "{path}");
    assert_eq!(steps[0], first.json()["steps"][0]);
    assert_eq!(steps.last().unwrap()["state"], "decided");
    assert!(
        steps
            .windows(2)
            .all(|two| { two[0]["written"]["seq"].as_u64() < two[1]["written"]["seq"].as_u64() })
    );
}

#[test]
fn a_step_taken_back_is_a_new_revision() {
    let id = candidate(8);
    let first = step(&json!({"territory": LYON, "enterprise": id, "state": "met", "date": DAY}));
    step(&json!({"territory": LYON, "enterprise": id, "state": "launched", "date": DAY}));
    let undo = format!("/api/v1/decisions/{LYON}/{id}/undo");
    let taken = post(scout(), &undo, &[], &json!({"reason": "mauvaise ligne"}));
    assert_eq!(taken.status, 200, "{}", taken.json());
    let path = taken.json();
    assert_eq!(path["follow_up"]["state"], "met");
    assert_eq!(path["undone"][0]["step"]["state"], "launched");
    assert_eq!(path["undone"][0]["reason"], "mauvaise ligne");
    assert_eq!(path["undone"][0]["undone_by"]["author"], "key-scout");
    // The step that stands is still the one that was written first.
    assert_eq!(path["steps"][0]["written"], first.json()["steps"][0]["written"]);
    assert!(path["seq"].as_u64() > first.json()["seq"].as_u64());
    let stale = post(scout(), &undo, &[("if-match", &first.etag())], &json!({}));
    refused(&stale, 412, "conflict");
    let ended = post(scout(), &undo, &[], &json!({}));
    assert_eq!((ended.status, &ended.json()["follow_up"]), (200, &Value::Null));
    refused(&get(&format!("/api/v1/decisions/{LYON}/{id}")), 404, "unknown_decision");
    refused(&post(scout(), &undo, &[], &json!({})), 404, "unknown_decision");
    let again =
        step(&json!({"territory": LYON, "enterprise": id, "state": "spotted", "date": DAY}));
    assert_eq!(again.json()["steps"].as_array().unwrap().len(), 1);
}

/// A row of the log made by hand: each step with its day and reason, said at `score`.
fn made(
    place: &str,
    enterprise: &str,
    score: f64,
    steps: &[(State, Date, Option<&str>)],
) -> NewRevision {
    let said = Said {
        seq: 1,
        rules: "sha256:0".to_owned(),
        as_of: steps[0].1,
        weights: "equal".to_owned(),
        rank: 3,
        listed: 100,
        score,
        interval: (0.3, 0.9),
        likely: Some((0.4, 0.8)),
        unmet: Vec::new(),
    };
    let follow_up = FollowUp {
        territory: place.to_owned(),
        enterprise: enterprise.to_owned(),
        seq: 0,
        steps: steps
            .iter()
            .map(|&(state, date, reason)| Step {
                state,
                reason: reason.map(str::to_owned),
                note: None,
                date,
                season: 2024,
                source: None,
                by: "Ville".to_owned(),
                said: Some(said.clone()),
                written: None,
            })
            .collect(),
        undone: Vec::new(),
    };
    NewRevision::new(Kind::Decision, follow_up.id(), &decision::to_json(&follow_up))
}

fn add(rows: Vec<NewRevision>) {
    let service = service();
    service.runtime.block_on(async {
        service.scouting.store().append(rows, "essai", jiff::Timestamp::now()).await.unwrap();
        service.scouting.refresh().await.unwrap();
    });
}

#[test]
fn the_board_counts_a_path_made_by_hand_and_says_of_how_many() {
    let day = |month, day| date(2024, month, day);
    let (known, place) = (candidate(9), LYON);
    add(vec![
        made(place, "a-1", 0.5, &[(State::Spotted, day(1, 1), None)]),
        made(
            place,
            known,
            0.7,
            &[
                (State::Spotted, day(1, 1), None),
                (State::Met, day(1, 11), None),
                (State::Launched, day(6, 1), None),
            ],
        ),
        made(
            place,
            "a-3",
            0.5,
            &[(State::Spotted, day(1, 1), None), (State::Refused, day(1, 31), Some("no_premises"))],
        ),
        made(place, "a-4", 0.5, &[(State::Refused, day(1, 1), Some("calendar"))]),
        // Taken up again: another attempt, which alone stands without a season.
        made(
            place,
            "a-5",
            0.5,
            &[(State::Met, day(1, 1), None), (State::Stopped, day(2, 1), Some("no_carrier"))],
        ),
    ]);
    let path = format!("/api/v1/territories/{place}/board?season=2024&as_of={DAY}");
    let board = get(&path).json();
    assert_eq!((&board["total"], &board["season"]), (&json!(5), &json!(2024)));
    let counts: Vec<u64> =
        board["columns"].as_array().unwrap().iter().map(|c| c["count"].as_u64().unwrap()).collect();
    assert_eq!(counts, [1, 0, 0, 0, 0, 1, 0, 2, 1]);
    let first = &board["passages"][0];
    assert_eq!(first["went_on"]["text"], "2 sur 4");
    assert_eq!((&first["waiting"], &first["ended"]), (&json!(1), &json!(1)));
    assert_eq!((&first["median_days"], &first["left"]), (&json!(20.0), &json!(2)));
    let refused = &board["ends"][0];
    assert_eq!(refused["of_all"]["text"], "2 sur 5");
    assert!(
        refused["of_all"]["sentence"].as_str().unwrap().contains("intervalle à 95"),
        "{refused}"
    );
    assert_eq!(board["reasons"][0]["of_these"]["text"], "1 sur 2");
    assert_eq!(board["passages"][4]["went_on"]["text"], "1 sur 1");
    assert_eq!(board["passages"][5]["went_on"]["text"], "0 sur 1");
    let card = &board["columns"][5]["cards"][0];
    assert_eq!(card["enterprise"]["id"], known);
    assert_eq!((&card["then"]["score"], &card["then"]["rank"]), (&json!(0.7), &json!(3)));
    assert_eq!(card["days"], (date(2026, 11, 22) - day(6, 1)).get_days());
    let scene = service().scouting.scene();
    let now = candidates(&scene, &CandidatesAsk::new(LYON, TODAY)).unwrap();
    let now = now.candidates.iter().find(|one| one.enterprise.id == known).unwrap();
    assert_eq!(card["now"]["rank"], now.alternative.rank);
    // One that the catalogue does not know stays on the board, without a present.
    assert_eq!(board["columns"][0]["cards"][0]["now"], Value::Null);
    let early = get(&format!("/api/v1/territories/{place}/board?season=2024&as_of=2024-01-05"));
    let early = early.json();
    assert_eq!(
        (&early["columns"][0]["count"], &early["columns"][7]["count"]),
        (&json!(3), &json!(1))
    );
    let csv = String::from_utf8(get(&format!("{path}&format=csv")).body).unwrap();
    assert_eq!(csv.lines().count(), 6, "{csv}");
    refused_board();
}

fn refused_board() {
    let path = format!("/api/v1/territories/{LYON}/board?season=hiver");
    refused(&get(&path), 422, "out_of_bounds");
}

/// Twenty at 0.45 with five successes, twenty at 0.75 with fifteen: reliability 0.02,
/// resolution 0.0625, uncertainty 0.25, Brier 0.2075.
#[test]
fn the_calibration_gives_the_numbers_of_a_made_set_and_concludes_nothing_of_a_few() {
    let place = "com-01053";
    let day = date(2024, 3, 1);
    let case = |at: usize| {
        let (score, success) =
            (if at < 20 { 0.45 } else { 0.75 }, (5..20).contains(&(at % 20)) == (at >= 20));
        let (end, reason) =
            if success { (State::Launched, None) } else { (State::Refused, Some("calendar")) };
        made(
            place,
            &format!("x-{at:02}"),
            score,
            &[(State::Spotted, day, None), (end, day, reason)],
        )
    };
    let mut rows: Vec<NewRevision> = (0..40).map(case).collect();
    rows.push(made(place, "y-1", 0.6, &[(State::Met, day, None)]));
    rows.push(made(place, "y-2", 0.6, &[(State::Launched, day, None)]));
    rows.push(made("com-01004", "y-3", 0.6, &[(State::Refused, day, Some("calendar"))]));
    add(rows);
    let found = get(&format!("/api/v1/calibration?territory={place}&as_of={DAY}")).json();
    assert_eq!((&found["count"], &found["successes"]), (&json!(40), &json!(20)));
    assert_eq!((&found["censored"], &found["after_the_fact"]), (&json!(1), &json!(1)));
    assert_eq!(found["followed"], 42);
    for (name, value) in [
        ("brier", 0.2075),
        ("reliability", 0.02),
        ("resolution", 0.0625),
        ("uncertainty", 0.25),
        ("base_rate_brier", 0.25),
        ("within", 0.0),
        ("difference", -0.0425),
    ] {
        let seen = found["brier"][name].as_f64().unwrap();
        assert!((seen - value).abs() < 1e-6, "{name}: {seen}");
    }
    let bins: Vec<(u64, u64)> = found["bins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bin| (bin["count"].as_u64().unwrap(), bin["successes"].as_u64().unwrap()))
        .collect();
    assert_eq!(bins, [(0, 0), (20, 5), (0, 0), (0, 0), (20, 15)]);
    // Wilson at 95 % for 5 of 20.
    let interval = &found["bins"][1]["interval"];
    assert!((interval[0].as_f64().unwrap() - 0.1119).abs() < 1e-4, "{interval}");
    assert!((interval[1].as_f64().unwrap() - 0.4687).abs() < 1e-4, "{interval}");
    assert!(found["notes"][0].as_str().unwrap().contains("n’est pas une probabilité"));
    let few = get(&format!("/api/v1/calibration?territory=com-01004&as_of={DAY}")).json();
    assert_eq!((&few["count"], &few["verdict"]), (&json!(1), &json!("too_few")));
    assert!(few["notes"][1].as_str().unwrap().starts_with("Trop peu pour conclure"), "{few}");
    let none = get("/api/v1/calibration?territory=com-01004&as_of=2024-01-01").json();
    assert_eq!((&none["count"], &none["brier"]), (&json!(0), &Value::Null));
}
