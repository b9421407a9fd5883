//! Unmet demand: counted without a word, added up, shown beside gaps and in no score.
//!
//! 1. A question that found little leaves a month, a place, a concept and a number: none of
//!    its words is anywhere in the database.
//! 2. Counts below the floor are added into larger ones, or not shown.
//! 3. Two servers on one database add up; what a server could not write it keeps.
//! 4. Gaps show it, `level` does not move; a month to come is ignored.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use essaim::domain::concept::ConceptKind;
use essaim::http::{AppState, router};
use essaim::scouting::demand::{Asked, DemandNumbers, concepts_in, of_search};
use essaim::scouting::{OpenOptions, Scouting};
use jiff::civil::date;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::common::LYON;
use crate::small::{seed_rows, small_catalogue};

struct Service {
    scouting: Arc<Scouting>,
    runtime: tokio::runtime::Runtime,
    router: Router,
    data: tempfile::TempDir,
}

fn service() -> &'static Service {
    static SERVICE: OnceLock<Service> = OnceLock::new();
    SERVICE.get_or_init(|| {
        let data = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(small_catalogue(data.path(), None, seed_rows()));
        let options = OpenOptions { data: data.path().to_owned(), database: None };
        let scouting = Arc::new(runtime.block_on(Scouting::open(options)).unwrap());
        let router = router(AppState::new(Arc::clone(&scouting)));
        Service { scouting, runtime, router, data }
    })
}

fn get(path: &str) -> (u16, Vec<u8>) {
    let service = service();
    service.runtime.block_on(async {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = service.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        (status, to_bytes(response.into_body(), 64 << 20).await.unwrap().to_vec())
    })
}

fn json(path: &str) -> Value {
    let (status, body) = get(path);
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(status, 200, "{body}");
    body
}

fn flush() {
    service().runtime.block_on(service().scouting.flush_demand()).unwrap();
}

/// A need by its id.
fn need(id: &str, found: usize) -> Asked {
    let scene = service().scouting.scene();
    let concept = scene.world.data.taxonomy.find(ConceptKind::Need, id);
    Asked { concept: Some(concept.expect("a known need")), found }
}

/// Some ids of needs, in order.
fn needs() -> Vec<String> {
    let scene = service().scouting.scene();
    let taxonomy = &scene.world.data.taxonomy;
    taxonomy.concepts(ConceptKind::Need).map(|need| taxonomy.id(need).to_owned()).collect()
}

/// Notes `times` questions about a need that nobody answers.
fn ask(territory: Option<&str>, id: &str, month: i8, times: usize) {
    let scene = service().scouting.scene();
    for _ in 0..times {
        let day = date(2026, month, 15);
        service().scouting.demand().note(&scene, territory, &[need(id, 1)], day);
    }
}

fn entries(path: &str) -> Vec<(String, String, String, u64)> {
    json(path)["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["period"].as_str().unwrap().to_owned(),
                one["territory"]["id"].as_str().unwrap_or_default().to_owned(),
                one["concept"].as_str().unwrap_or_default().to_owned(),
                one["asked"].as_u64().unwrap(),
            )
        })
        .collect()
}

/// Property 1, through the door, with words that nobody else writes.
#[test]
fn a_question_leaves_no_word_behind() {
    for _ in 0..3 {
        assert_eq!(get("/api/v1/enterprises?q=zzyzxquestionsecrete").0, 200);
    }
    flush();
    let found = json("/api/v1/demand");
    let unread: Vec<&Value> =
        found["entries"].as_array().unwrap().iter().filter(|e| e["kind"] == "unread").collect();
    assert_eq!(unread.len(), 1, "{found}");
    assert!(unread[0]["asked"].as_u64() >= Some(3));
    assert_eq!(unread[0]["concept"], Value::Null);
    let words = b"zzyzxquestionsecrete";
    for file in std::fs::read_dir(service().data.path()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(words.len()).any(|w| w == words), "{}", path.display());
        }
    }
}

#[test]
fn a_question_is_counted_once_under_what_was_understood_and_only_when_few_answer() {
    let scene = service().scouting.scene();
    let concepts = concepts_in(&scene, "réparer des vélos");
    assert_eq!(concepts.len(), 1, "{concepts:?}");
    let asked = of_search(&scene, "réparer des vélos", 12);
    assert_eq!(asked.len(), 1);
    let carriers = asked[0].found;
    assert!(carriers >= DemandNumbers::read(&scene.world.data.rules).few, "{carriers}");
    let before = entries("/api/v1/demand?as_of=2026-01-31");
    // Enough answer it: nothing is counted.
    service().scouting.demand().note(&scene, Some("dep-05"), &asked, date(2026, 1, 15));
    flush();
    assert_eq!(entries("/api/v1/demand?as_of=2026-01-31"), before);
    assert_eq!(of_search(&scene, "zzyzx", 0), [Asked { concept: None, found: 0 }]);
}

/// Property 2.
#[test]
fn small_counts_join_larger_ones() {
    let ids = needs();
    let (often, rare, alone) = (&ids[0], &ids[1], &ids[2]);
    ask(Some("com-26362"), often, 2, 3);
    ask(Some("com-26362"), rare, 2, 2);
    ask(Some("com-26198"), rare, 3, 1);
    ask(Some("com-05061"), alone, 2, 1);
    flush();
    let drome = entries("/api/v1/demand?territory=com-26362&as_of=2026-03-31");
    let of = |concept: &str| drome.iter().filter(|e| e.2 == concept).cloned().collect::<Vec<_>>();
    let line = |period: &str, place: &str, concept: &str, asked| {
        (period.to_owned(), place.to_owned(), concept.to_owned(), asked)
    };
    assert_eq!(of(often), [line("2026-02", "com-26362", often, 3)]);
    assert_eq!(of(rare), [line("2026", "dep-26", rare, 3)]);
    // A month earlier the other commune had asked nothing: two stay hidden.
    let earlier = json("/api/v1/demand?territory=com-26362&as_of=2026-02-28");
    assert!(!earlier.to_string().contains(rare.as_str()), "{earlier}");
    assert_eq!(earlier["hidden"], true);
    let all = entries("/api/v1/demand?as_of=2026-03-31");
    assert!(all.iter().all(|e| e.2 != *alone && e.3 >= 3), "{all:?}");
    let csv = String::from_utf8(get("/api/v1/demand?format=csv&as_of=2026-03-31").1).unwrap();
    assert!(csv.starts_with("period,territory,"));
    assert!(csv.contains(&format!("2026-02,com-26362,Valence,need,{often}")), "{csv}");
}

/// Property 3: each server has its own store on the one database.
#[test]
fn two_servers_add_up() {
    let id = &needs()[3];
    let service = service();
    let counts = |asked, best| {
        let key = essaim::domain::demand::Key {
            month: "2026-04".to_owned(),
            territory: "dep-01".to_owned(),
            kind: "need".to_owned(),
            concept: id.clone(),
        };
        std::collections::BTreeMap::from([(key, essaim::domain::demand::Count { asked, best })])
    };
    let path = service.data.path().join("catalogue.sqlite");
    let address = essaim::catalogue::StoreAddress::Sqlite(path);
    service.runtime.block_on(async {
        let second = essaim::catalogue::Store::open(&address).await.unwrap();
        let first = service.scouting.store();
        let (a, b) = (counts(2, 2), counts(4, 1));
        let (one, two) = tokio::join!(first.add_demand(&a), second.add_demand(&b));
        one.unwrap();
        two.unwrap();
        second.close().await;
    });
    let found = json("/api/v1/demand?territory=dep-01&as_of=2026-04-30");
    let mut entries = found["entries"].as_array().unwrap().iter();
    let entry = entries.find(|one| one["concept"] == id.as_str()).unwrap();
    assert_eq!((&entry["asked"], &entry["found_at_most"]), (&6.into(), &2.into()));
}

/// Property 4.
#[test]
fn gaps_show_it_beside_their_level_and_never_in_it() {
    let path = format!("/api/v1/territories/{LYON}/gaps?as_of=2026-11-22");
    let before = json(&path);
    let id = before["gaps"][0]["need"].as_str().unwrap().to_owned();
    assert_eq!(before["gaps"][0].get("demand"), None);
    ask(Some(LYON), &id, 10, 4);
    ask(Some(LYON), &id, 12, 9);
    flush();
    let after = json(&path);
    let demand = &after["gaps"][0]["demand"];
    assert_eq!((&demand["asked"], &demand["found_at_most"]), (&4.into(), &1.into()));
    assert_eq!(demand["months"], serde_json::json!(["2026-10"]));
    let without = |answer: &Value| {
        let mut answer = answer.clone();
        for gap in answer["gaps"].as_array_mut().unwrap() {
            gap.as_object_mut().unwrap().remove("demand");
        }
        answer
    };
    assert_eq!(without(&after), before);
}

/// A page of candidates asks for what its `need` names.
#[test]
fn a_page_of_candidates_that_finds_little_is_counted_for_its_territory() {
    let scene = service().scouting.scene();
    let carries = |id: &str| {
        let concept = scene.world.data.taxonomy.find(ConceptKind::Need, id).unwrap();
        let carried = |e: &&Arc<essaim::domain::enterprise::Enterprise>| {
            essaim::domain::portrait::weight_of(&e.portrait.needs, concept) > 0.0
        };
        scene.rows.enterprises.iter().filter(carried).count()
    };
    let id = needs().into_iter().rev().find(|id| carries(id) == 0).expect("a need nobody answers");
    for _ in 0..3 {
        json(&format!("/api/v1/territories/dep-38/candidates?need={id}&limit=1"));
    }
    // Reading on, the past and other dates are no new question.
    json(&format!("/api/v1/territories/dep-38/candidates?need={id}&limit=1&as_of=2026-11-22"));
    flush();
    let found = entries("/api/v1/demand?territory=dep-38");
    let counted: Vec<u64> = found.iter().filter(|e| e.2 == id).map(|e| e.3).collect();
    assert_eq!(counted, [3], "{found:?}");
}
