//! The quality of a record: what lacks, how old, how sure, and which to visit first.
//!
//! 1. The list is ordered by the worth of a visit, the same twice, page after page; its
//!    parts recompute its score.
//! 2. A second address of the same site is no second source; two registers of one publisher
//!    are one; two of different publishers make an actor sure.
//! 3. A blocked source alone is doubtful, its place too: the gate asks instead of excluding.
//! 4. A record without date is said to be of unknown age, never old.
//! 5. A person who confirms makes a record sure, from that day on.
//! 6. The command line's JSON is the API's; its table tells the same; CSV has the same rows.
//! 7. An import keeps what only a blocked page tells, and says why it stays doubtful.
//! 8. The owner of a catalogue sets sources aside in a file that enters his log.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use essaim::catalogue::{Kind, NewRevision};
use essaim::domain::lang::Lang;
use essaim::http::{AppState, router};
use essaim::scouting::quality::sureness::Word;
use essaim::scouting::quality::{Judge, RecordKind, RecordsAsk, records};
use essaim::scouting::scene::Scene;
use essaim::scouting::{OpenOptions, Scouting};
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::common::LYON;
use crate::small::{seed_rows, small_catalogue};

const DAY: Date = date(2026, 11, 28);
const PAGE: &str = "https://assos.example/annuaire/repair-cafe-lyon-69003";

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
        let mut rows = seed_rows();
        rows.extend(invented());
        runtime.block_on(small_catalogue(data.path(), None, rows));
        let options = OpenOptions { data: data.path().to_owned(), database: None };
        let scouting = Arc::new(runtime.block_on(Scouting::open(options)).unwrap());
        let router = router(AppState::new(Arc::clone(&scouting)));
        Service { scouting, runtime, router, data }
    })
}

/// Actors that do not exist, each with its own sources.
fn invented() -> Vec<NewRevision> {
    let actor = |id: &str, name: &str, sources: Value| {
        let body = json!({
            "id": id, "name": name, "insee": "69123", "summary": "atelier de réparation de vélos",
            "sources": sources,
        });
        NewRevision::new(Kind::Actor, id, &body)
    };
    let dated = |source: &str, year: i16| json!({ "source": source, "year": year });
    let confirmed = json!({
        "territory": LYON, "enterprise": "atchoum", "actor": "essai-confirme",
        "item": "welcomes", "state": "met", "by": "essai", "source": "appel",
        "date": "2026-11-10",
    });
    vec![
        actor(
            "essai-meme-site",
            "Essai même site",
            json!([dated("https://www.avise.org/a", 2025), "https://avise.org/b"]),
        ),
        actor(
            "essai-un-editeur",
            "Essai un éditeur",
            json!(["mednum_cnfs", "data_inclusion_2022"]),
        ),
        actor("essai-deux", "Essai deux", json!([dated("sirene_2017", 2017), dated("esat", 2025)])),
        actor("essai-page", "Essai page", json!([dated(PAGE, 2026)])),
        actor("essai-page-et-une", "Essai page et une", json!([PAGE, "https://avise.org/c"])),
        actor("essai-sans-date", "Essai sans date", json!(["https://ronalpia.fr/d"])),
        actor("essai-confirme", "Essai confirmé", json!([PAGE])),
        NewRevision::new(
            Kind::Confirmation,
            format!("{LYON}/atchoum/welcomes/essai-confirme"),
            &confirmed,
        ),
        // A branch of a seeded enterprise that only such a page places in Lyon.
        NewRevision::new(
            Kind::Actor,
            "essai-antenne",
            &json!({
                "id": "essai-antenne", "name": "Atchoum", "network": "Atchoum",
                "insee": "69123", "summary": "transport solidaire", "sources": [PAGE],
            }),
        ),
    ]
}

fn scene() -> Arc<Scene> {
    service().scouting.scene()
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

fn essaim(data: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_essaim"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ESSAIM_")) {
        command.env_remove(name);
    }
    let output = command.arg("--data").arg(data).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The word, the number of independent sources and the reasons of an actor.
fn sure(id: &str, day: Date) -> (Word, usize, Vec<String>) {
    let scene = scene();
    let actor = scene.rows.actors.iter().find(|actor| actor.id == id).expect(id);
    let quality = Judge::new(&scene.world, &scene.rows, day).actor(actor);
    let told = quality.told(&scene.world, Lang::Fr).sureness;
    (quality.sureness.word, quality.sureness.publishers.len(), told)
}

/// Property 1.
#[test]
fn the_list_is_ordered_by_the_worth_of_a_visit() {
    let all = json("/api/v1/records/quality?limit=500&as_of=2026-11-28");
    let list = all["records"].as_array().unwrap();
    let words = ["sure", "to_confirm", "doubtful"].map(|word| all[word].as_u64().unwrap());
    assert_eq!(words.iter().sum::<u64>(), all["total"].as_u64().unwrap());
    assert_eq!(list.len() as u64, all["total"].as_u64().unwrap());
    let mut last = f64::INFINITY;
    for record in list {
        let (visit, quality) = (&record["visit"], &record["quality"]);
        let n = |value: &Value| value.as_f64().unwrap();
        assert!(n(&visit["worth"]) <= last, "{record}");
        last = n(&visit["worth"]);
        let parts = quality["parts"].as_array().unwrap();
        let sum: f64 = parts.iter().map(|part| n(&part["value"]) * n(&part["weight"])).sum();
        assert!((sum - n(&quality["score"])).abs() < 1e-5, "{record}");
        assert!((n(&visit["lack"]) + n(&quality["score"]) - 1.0).abs() < 1e-5);
        assert!((n(&visit["importance"]) * n(&visit["lack"]) - last).abs() < 1e-5);
        assert!(parts.iter().all(|part| !part["reasons"].as_array().unwrap().is_empty()));
    }
    let mut pages = Vec::new();
    let mut path = "/api/v1/records/quality?limit=70&as_of=2026-11-28".to_owned();
    loop {
        let page = json(&path);
        pages.extend(page["records"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/v1/records/quality?limit=70&as_of=2026-11-28&cursor={cursor}");
    }
    assert_eq!(&pages, list);
    // Whatever the kind or the place asked, the order is the same.
    let ids = |list: &[Value], keep: &dyn Fn(&Value) -> bool| -> Vec<String> {
        let kept = list.iter().filter(|record| keep(record));
        kept.map(|record| record["id"].as_str().unwrap().to_owned()).collect()
    };
    let enterprises = json("/api/v1/records/quality?kind=enterprise&limit=500&as_of=2026-11-28");
    let enterprises = ids(enterprises["records"].as_array().unwrap(), &|_| true);
    assert_eq!(enterprises, ids(list, &|record| record["kind"] == "enterprise"));
    let lyon =
        json(&format!("/api/v1/records/quality?territory={LYON}&limit=500&as_of=2026-11-28"));
    assert_eq!(lyon["territory"]["id"], LYON);
    let lyon = ids(lyon["records"].as_array().unwrap(), &|_| true);
    assert!(lyon.len() > 10 && lyon.contains(&"essai-page".to_owned()));
    assert_eq!(
        lyon,
        ids(list, &|record| lyon.contains(&record["id"].as_str().unwrap().to_owned()))
    );
    for (path, code) in [
        ("/api/v1/records/quality?kind=acteur", "out_of_bounds"),
        ("/api/v1/records/quality?territory=Nulle-Part-Ville", "unknown_territory"),
        ("/api/v1/records/quality?sort=name", "unknown_parameter"),
    ] {
        let (_, body) = get(path);
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["code"], code, "{body}");
    }
}

/// Property 2.
#[test]
fn only_independent_sources_make_an_actor_sure() {
    let (word, count, reasons) = sure("essai-meme-site", DAY);
    assert_eq!((word, count), (Word::ToConfirm, 1));
    assert_eq!(reasons, ["une seule source (avise.org)", "2 adresses pour 1 éditeur"]);
    assert_eq!(sure("essai-un-editeur", DAY).0, Word::ToConfirm);
    let (word, count, reasons) = sure("essai-deux", DAY);
    assert_eq!((word, count), (Word::Sure, 2));
    assert_eq!(reasons, ["2 sources indépendantes"]);
}

/// Property 3.
#[test]
fn a_blocked_source_alone_is_doubtful_and_places_nothing() {
    let (word, count, reasons) = sure("essai-page", DAY);
    assert_eq!((word, count), (Word::Doubtful, 0));
    assert!(
        reasons[0].contains("assos.example") && reasons[0].contains("ville par ville"),
        "{reasons:?}"
    );
    assert_eq!(reasons[1], "lieu douteux");
    let (word, count, _) = sure("essai-page-et-une", DAY);
    assert_eq!((word, count), (Word::ToConfirm, 1));
    let scene = scene();
    let doubtful = |id: &str| scene.rows.actors.iter().any(|a| a.id == id && a.doubtful_place);
    assert!(doubtful("essai-page") && !doubtful("essai-page-et-une"));
    // What dates the blocked page dates nothing.
    let actor = scene.rows.actors.iter().find(|actor| actor.id == "essai-page").unwrap();
    let quality = Judge::new(&scene.world, &scene.rows, DAY).actor(actor);
    assert_eq!(quality.age.latest, None);
    // A presence that only such a page tells is asked about; it excludes nobody.
    let path = format!("/api/v1/territories/{LYON}/candidates/atchoum?as_of=2026-11-28");
    let answer = json(&path).to_string();
    assert!(answer.contains("mais le lieu est incertain"), "{answer}");
}

/// Property 4.
#[test]
fn without_date_the_age_is_unknown() {
    let path = format!("/api/v1/territories/{LYON}/actors?limit=500&as_of=2026-11-28");
    let actors = json(&path);
    let of = |id: &str| {
        let list = actors["actors"].as_array().unwrap();
        list.iter().find(|actor| actor["id"] == id).expect(id)["quality"].clone()
    };
    let undated = of("essai-sans-date");
    assert_eq!(undated["age"]["text"], "sans date\u{a0}: âge inconnu");
    assert_eq!(undated["age"]["years"], Value::Null);
    let dated = of("essai-deux");
    assert_eq!(dated["age"]["text"], "daté de 2025, moins d’un an");
    let old = json(&format!("/api/v1/territories/{LYON}/actors?limit=500&as_of=2031-11-28"));
    let list = old["actors"].as_array().unwrap();
    let then = list.iter().find(|actor| actor["id"] == "essai-deux").unwrap();
    assert_eq!(then["quality"]["age"]["text"], "daté de 2025, il y a 6 ans");
    assert!(then["quality"]["score"].as_f64() < dated["score"].as_f64());
    // An enterprise carries its quality too, in the language asked.
    let enterprise = json("/api/v1/enterprises/atchoum?as_of=2026-11-28&lang=en");
    let quality = &enterprise["quality"];
    assert_eq!(quality["sureness"]["label"], "sure");
    assert!(quality["missing"].as_array().unwrap().iter().any(|f| f["field"] == "branch_cost"));
    assert_eq!(quality["deduced"][0]["label"], "way it spreads");
}

/// Property 5.
#[test]
fn a_person_who_confirms_makes_it_sure_from_that_day_on() {
    assert_eq!(sure("essai-confirme", date(2026, 11, 9)).0, Word::Doubtful);
    let (word, count, reasons) = sure("essai-confirme", date(2026, 11, 10));
    assert_eq!((word, count), (Word::Sure, 0));
    assert_eq!(reasons[0], "confirmé par une personne le 10 novembre 2026");
}

/// Property 6.
#[test]
fn the_doors_agree() {
    let data = service().data.path();
    let question = ["--as-of", "2026-11-28", "--limit", "7"];
    let run = |more: &[&str]| {
        let mut arguments = vec!["check"];
        arguments.extend(more);
        arguments.extend(question);
        essaim(data, &arguments)
    };
    let (code, out, err) = run(&["--records", "--kind", "actor", "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let told: Value = serde_json::from_str(&out).unwrap();
    let asked = json("/api/v1/records/quality?kind=actor&limit=7&as_of=2026-11-28");
    assert_eq!(told["records"], asked["records"]);
    assert_eq!(told["total"], asked["total"]);
    let (_, table, _) = run(&["--records", "--kind", "actor"]);
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    for record in asked["records"].as_array().unwrap() {
        let first = record["name"].as_str().unwrap().split(' ').next().unwrap();
        assert!(table.contains(first), "{first}: {table}");
    }
    assert!(squeezed(&table).contains(&squeezed("fiches en tout")), "{table}");
    let (_, csv, _) = run(&["--records", "--kind", "actor", "--format", "csv"]);
    let (status, body) =
        get("/api/v1/records/quality?kind=actor&limit=7&as_of=2026-11-28&format=csv");
    assert_eq!((status, csv.as_bytes()), (200, body.as_slice()));
    assert_eq!(csv.lines().count(), 8);
    // The whole check shows them after the rest.
    let (code, out, err) = run(&["--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let whole: Value = serde_json::from_str(&out).unwrap();
    let all = json("/api/v1/records/quality?limit=7&as_of=2026-11-28");
    assert_eq!(whole["records"], all["records"]);
    let (code, _, err) = run(&["--records", "--kind", "acteur"]);
    assert_eq!(code, 2);
    assert!(err.contains("enterprise"), "{err}");
    let ask = RecordsAsk {
        kind: Some(RecordKind::Actor),
        territory: None,
        as_of: DAY,
        start: 0,
        limit: 7,
    };
    let scene = scene();
    assert_eq!(
        records(&scene.world, &scene.rows, &ask).unwrap(),
        records(&scene.world, &scene.rows, &ask).unwrap()
    );
}

/// Property 7.
#[test]
fn an_import_keeps_what_a_blocked_page_tells_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    std::fs::create_dir_all(&data).unwrap();
    runtime.block_on(small_catalogue(&data, None, Vec::new()));
    let file = folder.path().join("acteurs.csv");
    let rows = format!("nom;ville;source\nRepair café;Lyon;{PAGE}\nVélo;Lyon;https://a.fr/v\n");
    std::fs::write(&file, rows).unwrap();
    let name = file.to_str().unwrap();
    let (code, out, err) = essaim(&data, &["import", "actors", name, "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let ledger: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert_eq!((&ledger["kept"], &ledger["rejected"]), (&json!(2), &json!([])));
    let remark = &ledger["warnings"][0];
    assert_eq!((&remark["line"], &remark["field"]), (&json!(2), &json!("sources")));
    assert!(remark["reason"].as_str().unwrap().contains("douteuse"), "{remark}");
    let (code, out, err) = essaim(&data, &["check", "--records", "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&told["total"], &told["doubtful"]), (&json!(2), &json!(1)));
}

/// Property 8.
#[test]
fn an_owner_sets_sources_aside_in_his_own_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    std::fs::create_dir_all(&data).unwrap();
    let actor = json!({
        "id": "essai", "name": "Essai", "insee": "69123", "sources": ["https://mal-place.example/a"],
    });
    let rows = vec![NewRevision::new(Kind::Actor, "essai", &actor)];
    runtime.block_on(small_catalogue(&data, None, rows));
    let told = |arguments: &[&str]| -> Value {
        let (code, out, err) = essaim(&data, arguments);
        assert_eq!(code, 0, "{err}");
        serde_json::from_str(&out).unwrap_or_else(|cause| panic!("{cause}: {out}"))
    };
    let word = || {
        let records = told(&["check", "--records", "--format", "json"]);
        records["records"][0]["quality"]["sureness"]["word"].clone()
    };
    assert_eq!(word(), "to_confirm");
    let file = folder.path().join("mes_sources.toml");
    let name = file.to_str().unwrap();
    std::fs::write(&file, "[[blocked]]\nid = \"mal_place\"\nfr = \"mal placé\"\n").unwrap();
    let (code, _, err) = essaim(&data, &["sources", name]);
    assert_eq!(code, 2);
    assert!(err.contains("`misplaces`") || err.contains("`en` manque"), "{err}");
    let table = "[[blocked]]\nid = \"mal_place\"\nfr = \"mal placé\"\nen = \"misplaced\"\n\
                 misplaces = true\ndomains = [\"mal-place.example\"]\n";
    std::fs::write(&file, table).unwrap();
    let dry = told(&["sources", name, "--dry-run", "--format", "json"]);
    assert!(dry["blocked"].as_array().unwrap().iter().all(|one| one["own"] == false));
    assert_eq!(word(), "to_confirm");
    let written = told(&["sources", name, "--format", "json"]);
    let first = &written["blocked"][0];
    assert_eq!((&first["id"], &first["own"]), (&json!("mal_place"), &json!(true)));
    assert_eq!((&first["records"], &first["records_alone"]), (&json!(1), &json!(1)));
    assert_eq!(word(), "doubtful");
    // Declaring the same again writes nothing.
    let again = told(&["sources", name, "--format", "json"]);
    assert_eq!(again["seq"], written["seq"]);
    let (code, out, _) = essaim(&data, &["sources"]);
    assert_eq!(code, 0);
    assert!(out.contains("déclaré ici") && out.contains("mal-place.example"), "{out}");
}
