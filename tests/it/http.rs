//! The HTTP door: what is served, and what each refusal says.
//!
//! 1. Every path of the contract answers with its shape; lists also as CSV.
//! 2. Every code that a request can provoke comes with its status, French words, and a
//!    suggestion where a name was misspelt.
//! 3. Same question, same bytes; a page and the next one never overlap.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use essaim::http::{AppState, router};
use essaim::scouting::{OpenOptions, Scouting};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// One service for every test: its catalogue is the seed, which takes seconds to load.
struct Service {
    runtime: tokio::runtime::Runtime,
    router: Router,
    _data: tempfile::TempDir,
}

fn service() -> &'static Service {
    static SERVICE: OnceLock<Service> = OnceLock::new();
    SERVICE.get_or_init(|| {
        let data = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let options = OpenOptions { data: data.path().to_owned(), database: None };
        let scouting = runtime.block_on(Scouting::open(options)).unwrap();
        let router = router(AppState::new(Arc::new(scouting)));
        Service { runtime, router, _data: data }
    })
}

struct Answer {
    status: StatusCode,
    kind: String,
    headers: axum::http::HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

fn send(request: Request<Body>) -> Answer {
    let service = service();
    service.runtime.block_on(async {
        let response = service.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let kind = parts.headers.get(header::CONTENT_TYPE);
        Answer {
            status: parts.status,
            kind: kind.map(|k| k.to_str().unwrap().to_owned()).unwrap_or_default(),
            headers: parts.headers.clone(),
            body: to_bytes(body, 64 << 20).await.unwrap().to_vec(),
        }
    })
}

fn get(path: &str) -> Answer {
    send(Request::get(path).body(Body::empty()).unwrap())
}

fn post(body: impl Into<Body>) -> Answer {
    send(Request::post("/api/v1/matches").body(body.into()).unwrap())
}

fn check(answer: &Answer, status: u16, code: &str) -> Value {
    let problem = answer.json();
    assert_eq!(answer.status.as_u16(), status, "{problem}");
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["status"], status);
    assert!(answer.kind.starts_with("application/problem+json"), "{}", answer.kind);
    assert!(!problem["title"].as_str().unwrap().is_empty());
    assert!(problem["detail"].as_str().unwrap().chars().count() < 400);
    problem
}

const LYON: &str = "/api/v1/territories/epci-200046977";

#[test]
fn every_path_that_reads_answers_with_its_shape() {
    let found = get("/api/v1/territories?q=lyon&limit=5").json();
    assert!(!found["territories"].as_array().unwrap().is_empty());
    let territory = get(LYON).json();
    assert_eq!(territory["kind"], "epci");
    assert!(territory["population"].as_u64().unwrap() > 1_000_000);
    assert!(!territory["departements"].as_array().unwrap().is_empty());
    let gaps = get(&format!("{LYON}/gaps?as_of=2026-11-22")).json();
    let first = &gaps["gaps"][0];
    for field in ["need", "label", "themes", "level", "interval", "severity", "coverage", "field"] {
        assert!(!first[field].is_null(), "{field}");
    }
    let actors = get(&format!("{LYON}/actors?limit=3")).json();
    assert_eq!(actors["actors"].as_array().unwrap().len(), 3);
    assert!(actors["actors"].as_array().unwrap().iter().all(|a| a["inside"] == true));
    let list = get(&format!("{LYON}/candidates?limit=2&as_of=2026-11-22")).json();
    assert_eq!(list["territory"]["id"], "epci-200046977");
    assert_eq!(list["as_of"], "2026-11-22");
    let enterprise = list["candidates"][0]["enterprise"]["id"].as_str().unwrap().to_owned();
    let record = get(&format!("/api/v1/enterprises/{enterprise}")).json();
    assert_eq!(record["id"], enterprise.as_str());
    assert!(record["portrait"]["needs"].is_array());
    let found = get("/api/v1/enterprises?q=r%C3%A9parer%20un%20v%C3%A9lo").json();
    assert!(found["enterprises"][0]["snippet"]["text"].is_string());
    let changes = get("/api/v1/changes?limit=3").json();
    assert_eq!(changes["changes"].as_array().unwrap().len(), 3);
    assert_eq!(changes["next_since"], changes["changes"][2]["seq"]);
}

#[test]
fn contributions_sum_to_the_score_and_one_candidate_is_the_same_alone() {
    let list = get(&format!("{LYON}/candidates?limit=3&as_of=2026-11-22")).json();
    for candidate in list["candidates"].as_array().unwrap() {
        let terms = candidate["contributions"].as_array().unwrap();
        let sum: f64 = terms.iter().map(|t| t["contribution"].as_f64().unwrap()).sum();
        assert!((sum - candidate["score"].as_f64().unwrap()).abs() < 1e-9);
        assert!(!candidate["explanation"]["answers"].as_array().unwrap().is_empty());
    }
    let id = list["candidates"][1]["enterprise"]["id"].as_str().unwrap();
    let alone = get(&format!("{LYON}/candidates/{id}?as_of=2026-11-22")).json();
    assert_eq!(alone["candidates"][0]["rank"], 2);
    assert_eq!(alone["candidates"][0]["score"], list["candidates"][1]["score"]);
    let out = list["excluded"][0]["enterprise"]["id"].as_str().unwrap();
    let alone = get(&format!("{LYON}/candidates/{out}?as_of=2026-11-22")).json();
    assert!(alone["excluded"][0]["explanation"].is_object());
}

#[test]
fn a_territory_is_found_by_its_name_in_the_path() {
    let by_name = get("/api/v1/territories/M%C3%A9tropole%20de%20Lyon").json();
    assert_eq!(by_name["id"], "epci-200046977");
}

#[test]
fn lists_also_answer_as_csv() {
    for path in [
        format!("{LYON}/candidates?limit=2&format=csv"),
        format!("{LYON}/gaps?limit=2&format=csv"),
        format!("{LYON}/actors?limit=2&format=csv"),
        "/api/v1/territories?limit=2&format=csv".to_owned(),
        "/api/v1/enterprises?limit=2&format=csv".to_owned(),
        "/api/v1/profiles?format=csv".to_owned(),
    ] {
        let answer = get(&path);
        assert!(answer.kind.starts_with("text/csv"), "{path}: {}", answer.text());
        assert!(answer.text().lines().count() >= 3, "{path}");
    }
}

#[test]
fn the_same_question_gives_the_same_bytes_and_pages_never_overlap() {
    let path = format!("{LYON}/candidates?limit=4&as_of=2026-11-22");
    let first = get(&path);
    assert_eq!(first.body, get(&path).body);
    let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
    let second = get(&format!("{path}&cursor={cursor}"));
    assert_eq!(second.json()["candidates"][0]["rank"], 5);
    let page = get("/api/v1/enterprises?limit=3").json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = get(&format!("/api/v1/enterprises?limit=3&cursor={cursor}")).json();
    assert_ne!(
        page["enterprises"][0]["enterprise"]["id"],
        next["enterprises"][0]["enterprise"]["id"]
    );
}

#[test]
fn a_context_given_whole_is_answered_in_the_same_shape() {
    let body = json!({
        "territory": "epci-200046977", "as_of": "2026-11-22", "limit": 2,
        "priorities": [{"theme": "textile", "weight": 1}],
        "observations": [{"text": "personne ne répare les vêtements", "severity": 0.9}],
    });
    let answer = post(body.to_string());
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(answer["themes"][0]["theme"], "textile");
    assert_eq!(answer["candidates"].as_array().unwrap().len(), 2);
    let zone = json!({"territory": {"name": "Mon quartier", "communes": ["69381", "69266"]}});
    assert_eq!(post(zone.to_string()).json()["territory"]["kind"], "zone");
}

#[test]
fn a_misspelt_name_is_refused_in_french_with_a_suggestion() {
    let problem =
        check(&get("/api/v1/territories/Metropole%20de%20Lion"), 404, "unknown_territory");
    assert!(!problem["suggestions"].as_array().unwrap().is_empty(), "{problem}");
    let problem = check(&get(&format!("{LYON}/candidates?theme=mobilitee")), 422, "unknown_theme");
    assert_eq!(problem["suggestions"][0]["id"], "mobilites");
    assert!(problem["detail"].as_str().unwrap().contains("vouliez-vous dire"));
    check(&get(&format!("{LYON}/gaps?need=xyzzy")), 422, "unknown_need");
    let problem = check(&get("/api/v1/enterprises/la-textileri"), 404, "unknown_enterprise");
    assert_eq!(problem["suggestions"][0]["id"], "la-textilerie");
    check(
        &get(&format!("{LYON}/candidates/personne-ne-s-appelle-ainsi")),
        404,
        "unknown_enterprise",
    );
    let problem = check(&get(&format!("{LYON}/candidates?limte=3")), 400, "unknown_parameter");
    assert_eq!(problem["suggestions"][0]["id"], "limit");
    check(&get(&format!("{LYON}/candidates?limit=3&limit=4")), 400, "repeated_parameter");
    let problem =
        check(&get(&format!("{LYON}/candidates?weights=gaps:3")), 422, "unknown_criterion");
    assert_eq!(problem["suggestions"][0]["id"], "gap");
    let problem =
        check(&get(&format!("{LYON}/candidates?profile=ned_first")), 422, "unknown_profile");
    assert_eq!(problem["suggestions"][0]["id"], "need_first");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("vouliez-vous dire `need_first` ?") && detail.contains("ground_first"));
    check(&get(&format!("{LYON}/candidates?profile=zzzz")), 422, "unknown_profile");
    check(&get("/api/v1/profiles/zzzz"), 422, "unknown_profile");
}

fn compare(body: &Value) -> Answer {
    send(Request::post("/api/v1/comparisons").body(Body::from(body.to_string())).unwrap())
}

#[test]
fn a_comparison_answers_whole_and_a_bad_one_says_which_field() {
    let list = get(&format!("{LYON}/candidates?limit=6&as_of=2026-11-22")).json();
    let brief = |at: usize| list["candidates"][at]["enterprise"].clone();
    let ids: Vec<Value> = (0..6).map(|at| brief(at)["id"].clone()).collect();
    let body = |enterprises: Value| json!({"territory": "epci-200046977", "as_of": "2026-11-22", "enterprises": enterprises});
    let answer = compare(&body(json!([ids[2], brief(0)["name"], ids[1]])));
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let answer = answer.json();
    let of = |at: usize, field: &str| answer["enterprises"][at][field].clone();
    for at in 0..3 {
        assert_eq!(of(at, "enterprise")["id"], ids[at]);
        assert_eq!((of(at, "rank"), of(at, "would_rank")), (json!(at + 1), Value::Null));
        assert_eq!(of(at, "score"), list["candidates"][at]["score"]);
        assert!(!of(at, "answers").as_array().unwrap().is_empty());
        assert!(of(at, "relations")[0]["strongest"]["actor"]["name"].is_string());
        assert_eq!(of(at, "gates").as_array().unwrap().len(), 9);
    }
    assert_eq!(answer["criteria"].as_array().unwrap().len(), 8);
    for pair in answer["pairs"].as_array().unwrap() {
        let terms = pair["terms"].as_array().unwrap().iter();
        let sum: f64 = terms.map(|term| term["difference"].as_f64().unwrap()).sum();
        assert!((sum - pair["difference"].as_f64().unwrap()).abs() < 1e-9);
        assert_eq!(pair["order_holds"].as_array().unwrap().len(), 8);
        assert!(pair["flip"]["sentence"]["text"].is_string());
    }
    let alone = get(&format!("{LYON}/candidates/ernest?as_of=2026-11-22")).json();
    assert!(alone["candidates"][0]["to_first"]["possible"].is_boolean());
    assert!(list["candidates"][0].get("to_first").is_none());
    let refused = [
        json!([ids[0]]),
        json!(ids),
        json!([ids[0], ids[1], ids[0]]),
        json!([ids[0], brief(0)["name"]]),
        json!("la-textilerie"),
        Value::Null,
    ];
    for enterprises in refused {
        let problem = check(&compare(&body(enterprises)), 422, "bad_record");
        assert_eq!(problem["field"], "enterprises", "{problem}");
    }
    let problem =
        check(&compare(&body(json!([ids[0], "la-textileri"]))), 404, "unknown_enterprise");
    assert_eq!(problem["suggestions"][0]["id"], "la-textilerie");
    let mut page = body(json!([ids[0], ids[1]]));
    page["limit"] = json!(3);
    check(&compare(&page), 422, "bad_record");
    check(
        &send(Request::post("/api/v1/comparisons").body(Body::from("{")).unwrap()),
        400,
        "malformed_json",
    );
    let get_it = get("/api/v1/comparisons");
    check(&get_it, 405, "method_not_allowed");
}

#[test]
fn why_not_says_where_it_stands_or_what_keeps_it_out() {
    let list = get(&format!("{LYON}/candidates?limit=30&as_of=2026-11-22")).json();
    let why = |id: &Value, more: &str| {
        let id = id.as_str().unwrap();
        get(&format!("{LYON}/candidates/{id}/why-not?as_of=2026-11-22{more}")).json()
    };
    let thirtieth = &list["candidates"][29]["enterprise"]["id"];
    let answer = why(thirtieth, "");
    assert_eq!((&answer["verdict"], &answer["limit"]), (&json!("lower"), &json!(20)));
    let last = &answer["separations"][0];
    assert_eq!((&last["against"], &last["rank"]), (&json!("last_shown"), &json!(20)));
    let terms = last["terms"].as_array().unwrap().iter();
    let sum: f64 = terms.map(|term| term["difference"].as_f64().unwrap()).sum();
    assert!((sum - last["missing"].as_f64().unwrap()).abs() < 1e-9);
    assert!(last["holding_back"][0]["because"]["text"].is_string());
    assert_eq!(why(thirtieth, "&limit=30")["verdict"], "listed");
    let out = why(&list["excluded"][0]["enterprise"]["id"], "&lang=en");
    assert_eq!(out["verdict"], "excluded");
    assert!(!out["causes"].as_array().unwrap().is_empty());
    assert!(out["summary"]["text"].as_str().unwrap().contains("is not proposed here"));
    let path = format!("{LYON}/candidates/la-textileri/why-not");
    let problem = check(&get(&path), 404, "unknown_enterprise");
    assert_eq!(problem["suggestions"][0]["id"], "la-textilerie");
    let path = format!("{LYON}/candidates/la-textilerie/why-not");
    check(&get(&format!("{path}?limit=0")), 422, "out_of_bounds");
    check(&get(&format!("{path}?cursor=1")), 400, "unknown_parameter");
}

#[test]
fn profiles_are_listed_with_their_owner_and_weigh_one() {
    let list = get("/api/v1/profiles").json();
    let profiles = list["profiles"].as_array().unwrap();
    assert_eq!(profiles.len(), 4);
    for profile in profiles {
        assert_eq!(profile["owner"], "Essaim");
        for field in ["as_of", "name", "note", "source"] {
            assert!(!profile[field].is_null(), "{field}");
        }
        let weights = profile["weights"].as_object().unwrap();
        assert_eq!(weights.len(), 8);
        let sum: f64 = weights.values().map(|weight| weight.as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{profile}");
        let id = profile["id"].as_str().unwrap();
        assert_eq!(&get(&format!("/api/v1/profiles/{id}")).json(), profile);
        let answer = get(&format!("{LYON}/candidates?limit=1&profile={id}")).json();
        assert_eq!(answer["weights"]["values"], profile["weights"], "{id}");
        assert_eq!(answer["weights"]["profile"], id);
        assert_eq!(answer["weights"]["as_of"], profile["as_of"]);
    }
    let english = get("/api/v1/profiles/need_first?lang=en").json();
    assert_eq!(english["name"], "Need first");
    assert!(english["order"].as_str().unwrap().starts_with("priority=gap>"));
}

#[test]
fn absurd_values_are_refused_with_their_bounds() {
    for date in ["hier", "2026-13-01", "2026-02-30", "0001-01-01", "3026-01-01"] {
        check(&get(&format!("{LYON}/candidates?as_of={date}")), 422, "bad_date");
        check(&get(&format!("{LYON}/gaps?as_of={date}")), 422, "bad_date");
    }
    for limit in ["0", "-1", "501", "beaucoup"] {
        check(&get(&format!("{LYON}/candidates?limit={limit}")), 422, "out_of_bounds");
    }
    for weights in ["gap:-1", "gap:0", "gap:3;proof", "gap:NaN"] {
        check(&get(&format!("{LYON}/candidates?weights={weights}")), 422, "bad_weights");
    }
    check(&get(&format!("{LYON}/candidates?rank_by=best")), 422, "out_of_bounds");
    check(&get(&format!("{LYON}/candidates?format=xml")), 422, "unknown_format");
    check(&get(&format!("{LYON}/actors?inside=oui")), 422, "out_of_bounds");
    check(&get(&format!("{LYON}/candidates?seq=999999999")), 404, "unknown_seq");
    for cursor in ["abc", "1-2-3", "999999999-0-0"] {
        check(&get(&format!("{LYON}/candidates?cursor={cursor}")), 400, "bad_cursor");
    }
    check(&get("/api/v1/enterprises?cursor=1-1-1"), 400, "bad_cursor");
}

#[test]
fn an_empty_or_huge_query_is_refused() {
    check(&get(&format!("{LYON}/candidates?q=")), 422, "empty_query");
    check(&get("/api/v1/enterprises?q=%20"), 422, "empty_query");
    check(&get(&format!("/api/v1/enterprises?q={}", "a".repeat(2_001))), 422, "query_too_long");
    let body = json!({"territory": "epci-200046977", "q": "é".repeat(5_000_000)});
    check(&post(body.to_string()), 422, "query_too_long");
    let body = vec![b' '; 13 * 1024 * 1024];
    check(&post(body), 413, "payload_too_large");
}

#[test]
fn a_bad_body_says_which_field_and_why() {
    check(&post("{"), 400, "malformed_json");
    check(&post(""), 400, "malformed_json");
    check(&post("[]"), 422, "bad_record");
    check(&post("{}"), 422, "bad_record");
    let problem = check(
        &post(json!({"territory": "epci-200046977", "prioritees": []}).to_string()),
        422,
        "bad_record",
    );
    assert!(problem["detail"].as_str().unwrap().contains("priorities"), "{problem}");
    let mixed = json!({"territory": "epci-200046977",
        "priorities": [{"theme": "textile", "weight": 1}, {"theme": "mobilites", "order": 1}]});
    check(&post(mixed.to_string()), 422, "mixed_priorities");
    let empty = json!({"territory": {"name": "x", "communes": []}});
    check(&post(empty.to_string()), 422, "empty_zone");
    let unknown = json!({"territory": {"name": "x", "communes": ["99999"]}});
    check(&post(unknown.to_string()), 422, "unknown_commune");
    let severity = json!({"territory": "epci-200046977",
        "observations": [{"text": "manque de vélos", "severity": 7}]});
    let problem = check(&post(severity.to_string()), 422, "out_of_bounds");
    assert_eq!(problem["field"], "observations[0].severity");
}

#[test]
fn a_tour_is_served_in_four_formats_and_refused_with_the_way_out() {
    let ask = |query: &str, body: Value| {
        let path = format!("/api/v1/tours{query}");
        send(Request::post(path).body(Body::from(body.to_string())).unwrap())
    };
    let lyon = json!({"territories": ["epci-200046977"], "from": "Lyon", "days": 3});
    for (format, kind, start) in [
        ("json", "application/json", "{\"title\""),
        ("csv", "text/csv", "order,"),
        ("geojson", "application/geo+json", "{\"type\":\"FeatureCollection\""),
        ("ics", "text/calendar", "BEGIN:VCALENDAR\r\n"),
    ] {
        let answer = ask(&format!("?format={format}"), lyon.clone());
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert!(answer.kind.starts_with(kind), "{format}: {}", answer.kind);
        assert!(answer.text().starts_with(start), "{format}");
    }
    let with = |field: &str, value: Value| {
        let mut body = lyon.clone();
        body[field] = value;
        ask("", body)
    };
    check(&with("from", json!("Lyonn-sur-Rien")), 422, "unknown_commune");
    check(&with("from", json!("Ajaccio")), 422, "bad_record");
    check(&with("stops", json!(0)), 422, "out_of_bounds");
    check(&with("stops", json!(200)), 422, "out_of_bounds");
    check(&with("days", json!(0)), 422, "out_of_bounds");
    check(&with("as_of", json!("2026-13-01")), 422, "bad_date");
    check(&with("theme", json!("zzz")), 422, "unknown_theme");
    check(&with("profile", json!("zzz")), 422, "unknown_profile");
    check(&with("weights", json!("gap:-1")), 422, "bad_weights");
    check(&with("territories", json!(["Atlantide"])), 404, "unknown_territory");
    let problem = check(&with("start_date", json!("demain")), 422, "bad_record");
    assert_eq!(problem["field"], "start_date");
    let problem = check(&with("etapes", json!(3)), 422, "bad_record");
    assert!(problem["detail"].as_str().unwrap().contains("vouliez-vous dire"), "{problem}");
    check(&with("seq", json!(999_999_999)), 404, "unknown_seq");
    check(&ask("?format=xml", lyon.clone()), 422, "unknown_format");
    check(&ask("?forma=ics", lyon), 400, "unknown_parameter");
    let broken = Request::post("/api/v1/tours").body(Body::from("{")).unwrap();
    check(&send(broken), 400, "malformed_json");
}

#[test]
fn unknown_paths_and_methods_are_problems_too() {
    check(&get("/api/v1/territoires"), 404, "not_found");
    check(&get("/"), 404, "not_found");
    let delete = Request::builder().method(Method::DELETE).uri(LYON).body(Body::empty()).unwrap();
    check(&send(delete), 405, "method_not_allowed");
    check(&get("/api/v1/territories/%FF%FE"), 400, "bad_path");
}

#[test]
fn english_is_spoken_when_asked_and_an_unknown_language_is_french() {
    let english = get(&format!("{LYON}/gaps?theme=zzz&lang=en")).json();
    assert!(english["detail"].as_str().unwrap().starts_with("unknown theme"));
    let french = get(&format!("{LYON}/gaps?theme=zzz&lang=de")).json();
    assert!(french["detail"].as_str().unwrap().starts_with("thème inconnu"));
}

#[test]
fn the_description_lists_every_path_and_the_page_is_offline() {
    let description = get("/api/v1/openapi.json").json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths: BTreeSet<&str> =
        description["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    for path in [
        "/api/v1/territories",
        "/api/v1/territories/{id}",
        "/api/v1/territories/{id}/gaps",
        "/api/v1/territories/{id}/actors",
        "/api/v1/territories/{id}/candidates",
        "/api/v1/territories/{id}/candidates/{enterprise}",
        "/api/v1/enterprises",
        "/api/v1/enterprises/{id}",
        "/api/v1/enterprises/{id}/territories",
        "/api/v1/territories/{id}/candidates/{enterprise}/why-not",
        "/api/v1/comparisons",
        "/api/v1/matches",
        "/api/v1/profiles",
        "/api/v1/profiles/{id}",
        "/api/v1/cohorts",
        "/api/v1/tours",
        "/api/v1/changes",
    ] {
        assert!(paths.contains(path), "{path}");
    }
    if cfg!(feature = "browser-docs") {
        let page = get("/api/v1/docs/");
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.text().contains("https://"), "the page asks a third party");
    }
}

#[test]
fn health_readiness_and_counters_answer() {
    assert_eq!(get("/healthz").json()["status"], "ok");
    let ready = get("/readyz").json();
    assert_eq!((&ready["status"], &ready["behind"]), (&json!("ready"), &json!(0)));
    let metrics = get("/metrics").text();
    assert!(metrics.contains("essaim_requests_total"), "{metrics}");
    assert!(metrics.contains("essaim_log_seq"));
}

#[test]
fn every_answer_is_protected_and_named() {
    for path in ["/healthz", LYON, "/nowhere"] {
        let answer = get(path);
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert!(answer.headers.contains_key("content-security-policy"));
        assert!(answer.headers.contains_key("x-request-id"));
    }
    let mut request = Request::get("/healthz").body(Body::empty()).unwrap();
    request.headers_mut().insert("x-request-id", "abc-123".parse().unwrap());
    assert_eq!(send(request).headers["x-request-id"], "abc-123");
}

#[test]
fn the_feasibility_file_is_json_or_markdown() {
    let path = format!("{LYON}/candidates/wimoov/feasibility?as_of=2026-11-22");
    let file = get(&path);
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    let json = file.json();
    assert_eq!(json["territory"]["id"], "epci-200046977");
    assert_eq!(json["calendar"].as_array().unwrap().len(), 12);
    assert_eq!(json["scaling"]["questions"].as_array().unwrap().len(), 3);
    let sources = json["sources"].as_array().unwrap().len() as u64;
    let numbers = json["relations"][0]["items"][0]["references"].as_array().unwrap();
    assert!(!numbers.is_empty() && numbers.iter().all(|n| n.as_u64().unwrap() <= sources));
    assert!(json["unknowns"].as_array().unwrap().iter().all(|u| u["whom"].is_string()));
    let text = get(&format!("{path}&format=md"));
    assert!(text.kind.starts_with("text/markdown"), "{}", text.kind);
    assert!(text.text().starts_with("# Dossier de faisabilité"), "{}", text.text());
    // By name, in English, and the same bytes again.
    let english = get(&format!("{LYON}/candidates/Wimoov/feasibility?format=md&lang=en"));
    assert!(english.text().starts_with("# Feasibility file: Wimoov"), "{}", english.text());
    assert_eq!(text.body, get(&format!("{path}&format=md")).body);
    check(&get(&format!("{path}&format=csv")), 422, "unknown_format");
    check(&get(&format!("{path}&formt=md")), 400, "unknown_parameter");
    let unknown = get(&format!("{LYON}/candidates/wimov/feasibility"));
    let problem = check(&unknown, 404, "unknown_enterprise");
    assert_eq!(problem["suggestions"][0]["id"], "wimoov");
}

/// The code of a refusal.
fn refused_with(path: &str, status: u16) -> String {
    let answer = get(path);
    assert_eq!(answer.status.as_u16(), status, "{path}");
    answer.json()["code"].as_str().unwrap().to_owned()
}

#[test]
fn exports_templates_and_lists_are_files_that_a_spreadsheet_opens() {
    let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    for path in [
        "/api/v1/export/enterprises?format=xlsx&territory=com-69123",
        "/api/v1/imports/enterprises/template?format=xlsx",
        "/api/v1/territories?q=lyon&format=xlsx",
        "/api/v1/territories/epci-200046977/actors?format=xlsx",
    ] {
        let answer = get(path);
        assert_eq!((answer.status, answer.kind.as_str()), (StatusCode::OK, xlsx), "{path}");
        assert!(answer.body.starts_with(b"PK"), "{path}");
        let name = answer.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(name.ends_with(".xlsx\""), "{name}");
        assert_eq!(get(path).body, answer.body, "{path}");
    }
    let lines = get("/api/v1/export/zones");
    assert_eq!((lines.status, lines.kind.as_str()), (StatusCode::OK, "application/x-ndjson"));
    assert!(lines.headers.contains_key("essaim-seq"));
    let lines = get("/api/v1/export/actors?format=csv&territory=com-69123").text();
    assert!(lines.starts_with("id,name,siret,") && lines.lines().count() > 1);
    assert_eq!(get("/api/v1/export/taxonomy").kind, "application/zip");
    let map = get("/api/v1/territories/epci-200046977/actors?format=geojson").json();
    assert_eq!(map["type"], "FeatureCollection");
    let features = map["features"].as_array().unwrap();
    assert_eq!(features.len(), 20);
    assert!(
        features.iter().all(|f| f.get("geometry").is_some() && f["id"] == f["properties"]["id"])
    );
    let template = get("/api/v1/imports/observations/template").text();
    assert!(template.contains("Gravité") && template.contains("# Exemple"), "{template}");
    for path in [
        "/api/v1/export/cles",
        "/api/v1/export/keys",
        "/api/v1/export/actors?format=doc",
        "/api/v1/imports/zones/template",
        "/api/v1/imports/actors/template?format=ods",
        // A list without places.
        "/api/v1/territories?q=lyon&format=geojson",
    ] {
        assert_eq!(refused_with(path, 422), "unknown_format", "{path}");
    }
    assert_eq!(
        refused_with("/api/v1/export/actors?territory=Nullepart-sur-Rien", 404),
        "unknown_territory"
    );
    assert_eq!(refused_with("/api/v1/export/actors?seq=999999999", 404), "unknown_seq");
}
