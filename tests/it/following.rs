//! The scene follows the log.
//!
//! 1. After any revisions, of any kind, in any order, the scene patched row by row is the
//!    scene read whole at that state: the same rows, the same zones, the same answers.
//! 2. A scene with revisions that are not written yet is what is shown once they are.
//! 3. Many writers at once lose nothing, each reads what it wrote, and they share refreshes.
//! 4. What one server writes, another on the same log shows, followed or asked for it.
//! 5. An answer says the state it shows; one that must show a state shows it, or says 503.
//! 6. A database that hangs up is followed again by itself, and nothing is lost.
//!
//! On SQLite, and on PostgreSQL where `ESSAIM_TEST_POSTGRES` names a server.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use essaim::access::Identity;
use essaim::catalogue::{Kind, NewRevision, embedded};
use essaim::http::{AppState, router};
use essaim::scouting::ask::CandidatesAsk;
use essaim::scouting::candidates::candidates;
use essaim::scouting::scene::Scene;
use essaim::scouting::writing::Draft;
use essaim::scouting::{Following, Follows, OpenOptions, Scouting};
use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::common::{LYON, TODAY};
use super::small::small_catalogue;

/// The kinds that are tried: those of a scene.
const KINDS: [Kind; 10] = [
    Kind::Enterprise,
    Kind::Actor,
    Kind::Priority,
    Kind::Observation,
    Kind::Annotation,
    Kind::Confirmation,
    Kind::Decision,
    Kind::Profile,
    Kind::Zone,
    Kind::Merge,
];

/// Lines of a file of the seed.
fn seed_lines(path: &str) -> Vec<Value> {
    let text = std::str::from_utf8(embedded::seed_file(path).unwrap()).unwrap();
    text.lines().take(40).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// One of these.
fn pick<'a, T>(rng: &mut impl Rng, list: &'a [T]) -> &'a T {
    &list[rng.random_range(0..list.len())]
}

/// A body of this kind for the row `id`, taken from the seed where it has some.
fn body(rng: &mut impl Rng, kind: Kind, id: &str, seeds: &[Vec<Value>; 4]) -> Value {
    let communes = ["69123", "69266", "26362", "69383", "99999"];
    let mut value = match kind {
        // A row that cannot be read is left out, the others stay.
        _ if rng.random_range(0..12) == 0 => return json!({ "id": id, "unreadable": true }),
        Kind::Enterprise => pick(rng, &seeds[0]).clone(),
        Kind::Actor => pick(rng, &seeds[1]).clone(),
        Kind::Observation => pick(rng, &seeds[2]).clone(),
        Kind::Priority => pick(rng, &seeds[3]).clone(),
        Kind::Confirmation => json!({
            "territory": pick(rng, &[LYON, "dep-69", "com-69123"]),
            "enterprise": format!("enterprise-{}", rng.random_range(0..4)),
            "item": pick(rng, &["active", "anchoring.carrier"]),
            "state": pick(rng, &["met", "unmet", "unknown"]),
            "source": "appel", "date": format!("2026-0{}-02", rng.random_range(1..9)),
        }),
        Kind::Annotation => {
            let row = *pick(rng, &["enterprise", "actor", "observation"]);
            let add = json!({ "kind": "theme", "id": pick(rng, &["mobilites", "sante", "rien"]),
                "because": "dit au téléphone" });
            let remove = json!({ "kind": "theme", "id": pick(rng, &["education", "inclusion"]) });
            json!({ row: format!("{row}-{}", rng.random_range(0..4)), "add": [add],
                "remove": [remove] })
        }
        Kind::Decision => json!({
            "territory": LYON, "enterprise": id, "by": "Métropole de Lyon",
            "state": pick(rng, &["spotted", "contacted"]), "date": "2026-11-02",
        }),
        Kind::Profile => json!({
            "owner": "Métropole de Lyon", "date": format!("202{}", rng.random_range(3..7)),
            "name": "Nos poids", "weights": pick(rng, &["gap>proof", "gap=priority", "erreur"]),
            "territory": pick(rng, &[LYON, "dep-69"]),
        }),
        Kind::Zone => json!({
            "name": pick(rng, &["Deux rives", "Lyon", "Vallée"]),
            "communes": [pick(rng, &communes), pick(rng, &communes)],
        }),
        Kind::Merge => {
            let kinds = [("enterprise", "enterprise"), ("enterprise", "actor"), ("actor", "actor")];
            let (kept, other) = *pick(rng, &kinds);
            json!({
                "kept": format!("{kept}/{kept}-{}", rng.random_range(0..4)),
                "other": format!("{other}/{other}-{}", rng.random_range(0..4)),
                "verdict": pick(rng, &["same", "same", "sister", "different"]),
                "date": "2026-11-02",
            })
        }
        _ => json!({ "note": "aucune scène ne la montre" }),
    };
    value["id"] = json!(id);
    if kind == Kind::Observation && rng.random_bool(0.5) {
        // In words only: the annotator says which needs it speaks of.
        value.as_object_mut().unwrap().remove("need");
    }
    if kind == Kind::Priority && rng.random_bool(0.7) {
        value["territory"] = json!(LYON);
        value["kind"] = json!("submission");
        value["themes"] = json!([pick(rng, &["sante", "mobilites", "education"]), "textile"]);
    }
    value
}

/// A few revisions of rows with few names, so that rows are often revised, ended, revived.
fn revisions(rng: &mut impl Rng, seeds: &[Vec<Value>; 4]) -> Vec<NewRevision> {
    let mut rows = Vec::new();
    for _ in 0..rng.random_range(1..5) {
        let kind = *pick(rng, &KINDS);
        let number = rng.random_range(0..4);
        let id = match kind {
            // One of the profiles that only the binary carries.
            Kind::Profile if number == 0 => "equal".to_owned(),
            _ => format!("{}-{number}", kind.as_str()),
        };
        rows.push(match rng.random_range(0..5) {
            0 => NewRevision::tombstone(kind, &id),
            _ => NewRevision::new(kind, &id, &body(rng, kind, &id, seeds)),
        });
    }
    rows
}

/// Whether two scenes of one state show the same.
fn same(patched: &Scene, whole: &Scene) {
    let seq = whole.seq;
    assert_eq!(patched.seq, seq);
    assert_eq!(patched.rows, whole.rows, "rows at {seq}");
    assert_eq!(patched.site_actors, whole.site_actors, "sites at {seq}");
    assert_eq!(patched.world.zones, whole.world.zones, "zones at {seq}");
    assert_eq!(patched.world.data.atlas.zones, whole.world.data.atlas.zones, "atlas at {seq}");
    for asked in ["Deux rives", "Lyon", "zone-1", "Valle"] {
        let found = |scene: &Scene| format!("{:?}", scene.world.places.territory(asked));
        assert_eq!(found(patched), found(whole), "`{asked}` at {seq}");
    }
}

/// Whether two scenes of one state answer the same.
fn same_answer(patched: &Scene, whole: &Scene) {
    let ask = CandidatesAsk::new(LYON, TODAY);
    let answer = |scene: &Scene| format!("{:?}", candidates(scene, &ask).unwrap());
    assert_eq!(answer(patched), answer(whole), "answers at {}", whole.seq);
}

/// Properties 1 and 2.
#[tokio::test(flavor = "multi_thread")]
async fn a_scene_patched_row_by_row_is_the_scene_read_whole() {
    let seeds = [
        "enterprises/enterprises.jsonl",
        "actors/key_actors.jsonl",
        "observations.jsonl",
        "priorities.jsonl",
    ]
    .map(seed_lines);
    let folder = tempfile::tempdir().unwrap();
    small_catalogue(folder.path(), None, Vec::new()).await;
    let options = OpenOptions { data: folder.path().to_owned(), database: None };
    let scouting = Scouting::open(options).await.unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(20_261_128);
    let mut scene = scouting.scene();
    let mut batches: Vec<Vec<NewRevision>> = (0..40).map(|_| revisions(&mut rng, &seeds)).collect();
    // Whatever chance gave, a row of each kind is written, ended and written again.
    for kind in KINDS {
        let id = format!("{}-1", kind.as_str());
        let mut row = || NewRevision::new(kind, &id, &body(&mut rng, kind, &id, &seeds));
        batches.extend([vec![row()], vec![NewRevision::tombstone(kind, &id)], vec![row()]]);
    }
    let mut states = Vec::new();
    for rows in batches {
        // The log keeps microseconds.
        let now = jiff::Timestamp::now().round(jiff::Unit::Microsecond).unwrap();
        let drafted = scene.with_drafts(&rows, "lea", now).unwrap();
        scouting.store().append(rows, "lea", now).await.unwrap();
        let changes = scouting.store().changes(scene.seq, 100).await.unwrap();
        scene = Arc::new(scene.with(&changes).unwrap());
        assert_eq!(drafted.rows, scene.rows, "what was drafted is what is shown");
        states.push(Arc::clone(&scene));
    }
    // So that the last state is past too, and read whole like the others.
    let last = vec![NewRevision::new(Kind::Merge, "fin", &json!({}))];
    scouting.store().append(last, "lea", jiff::Timestamp::now()).await.unwrap();
    for (at, state) in states.iter().enumerate() {
        let whole = scouting.scene_at(Some(state.seq)).await.unwrap();
        same(state, &whole);
        if at % 12 == 11 {
            same_answer(state, &whole);
        }
    }
    let shown = &states.last().unwrap().rows;
    assert!(!shown.enterprises.is_empty() && !shown.actors.is_empty());
    assert!(states.iter().any(|state| !state.rows.corrections.is_empty()));
    assert!(states.iter().any(|state| !state.world.zones.is_empty()));
}

/// Longest time that anything of these tests may take, many times what it takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The databases to test on: none is the file in the data folder.
pub async fn databases(name: &str) -> Vec<Option<String>> {
    let mut list = vec![None];
    if let Ok(url) = std::env::var("ESSAIM_TEST_POSTGRES") {
        let schema = format!("essaim_following_{name}");
        let pool = sqlx::PgPool::connect(&url).await.unwrap();
        for sql in
            [format!("DROP SCHEMA IF EXISTS {schema} CASCADE"), format!("CREATE SCHEMA {schema}")]
        {
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
        }
        let sign = if url.contains('?') { '&' } else { '?' };
        list.push(Some(format!(
            "{url}{sign}options[search_path]={schema}&application_name=essaim_{name}"
        )));
    }
    list
}

/// Two servers on one log: they share the folder of a file, and only the database of a server.
async fn two_servers(database: Option<&str>) -> ([Arc<Scouting>; 2], [tempfile::TempDir; 2]) {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    small_catalogue(folders[0].path(), database, Vec::new()).await;
    let open = async |at: usize| {
        let at = if database.is_none() { 0 } else { at };
        let data = folders[at].path().to_owned();
        let options = OpenOptions { data, database: database.map(str::to_owned) };
        Arc::new(Scouting::open(options).await.unwrap())
    };
    ([open(0).await, open(1).await], folders)
}

/// A confirmation of one row.
fn confirmation(number: usize) -> Draft {
    let enterprise = format!("enterprise-{number}");
    let body = json!({ "territory": LYON, "enterprise": enterprise, "item": "active",
        "state": "met", "source": "appel", "date": "2026-11-02" });
    let id = format!("{LYON}/{enterprise}/active");
    Draft { rows: vec![NewRevision::new(Kind::Confirmation, id, &body)], ..Draft::default() }
}

fn confirmed(scene: &Scene, number: usize) -> bool {
    let enterprise = format!("enterprise-{number}");
    scene.rows.confirmations.iter().any(|(_, said)| said.enterprise == enterprise)
}

/// Property 3.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_at_once_read_what_they_wrote_and_share_refreshes() {
    const WRITERS: usize = 40;
    for database in databases("writers").await {
        let ([one, two], _folders) = two_servers(database.as_deref()).await;
        let before = one.scene().seq;
        let writers = (0..WRITERS).map(|number| {
            let server = Arc::clone(if number % 2 == 0 { &one } else { &two });
            tokio::spawn(async move {
                let who = Identity::operator("lea");
                let written = server.write(&who, confirmation(number)).await.unwrap();
                assert!(written.scene.seq >= written.seq());
                assert!(confirmed(&written.scene, number), "a writer reads what it wrote");
                written.seq()
            })
        });
        let mut given = Vec::new();
        for writer in writers.collect::<Vec<_>>() {
            given.push(writer.await.unwrap());
        }
        given.sort_unstable();
        let expected: Vec<u64> = (1..=WRITERS as u64).map(|n| before + n).collect();
        assert_eq!(given, expected, "each write has its own place in the log");
        for server in [&one, &two] {
            server.refresh().await.unwrap();
            let scene = server.scene();
            assert_eq!(scene.seq, before + WRITERS as u64);
            assert!((0..WRITERS).all(|number| confirmed(&scene, number)));
            let done = server.refreshes().count;
            assert!(done >= 1 && done <= WRITERS as u64, "{done} refreshes");
        }
        // Asked at once by many, one more revision is read once.
        let who = Identity::operator("lea");
        one.write(&who, confirmation(WRITERS)).await.unwrap();
        let before = two.refreshes().count;
        let asked: Vec<_> = (0..20)
            .map(|_| Arc::clone(&two))
            .map(|two| tokio::spawn(async move { two.refresh().await.unwrap() }))
            .collect();
        for asked in asked {
            asked.await.unwrap();
        }
        assert_eq!(two.refreshes().count, before + 1);
        let unknown = two.refresh_to(two.scene().seq + 1).await;
        assert!(unknown.is_err(), "the log does not hold it");
    }
}

/// Waits until `server` shows `seq` by itself: nobody asks it to.
async fn shows(server: &Scouting, seq: u64) {
    let wait = async {
        while server.scene().seq < seq {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("the log is followed");
}

/// Property 4.
#[tokio::test(flavor = "multi_thread")]
async fn what_one_server_writes_the_other_shows() {
    for database in databases("two").await {
        let ([one, two], _folders) = two_servers(database.as_deref()).await;
        assert_eq!(two.health().await.unwrap().follows, Follows::No);
        let who = Identity::operator("lea");
        // Asked for it, without following.
        let written = one.write(&who, confirmation(1)).await.unwrap();
        assert!(!confirmed(&two.scene(), 1));
        let health = two.health().await.unwrap();
        assert_eq!((health.behind(), health.behind_for.is_zero()), (1, false));
        two.wait_for(written.seq(), PATIENCE).await.unwrap();
        assert!(confirmed(&two.scene(), 1));
        assert!(two.health().await.unwrap().behind_for.is_zero());
        let shown = two.scene().seq;
        assert_eq!(two.wait_for(shown + 1, Duration::from_millis(300)).await, Err(shown));
        // Following, without being asked.
        let following = Following::start(&two);
        let written = one.write(&who, confirmation(2)).await.unwrap();
        shows(&two, written.seq()).await;
        assert!(confirmed(&two.scene(), 2));
        let how = if database.is_some() { Follows::Notified } else { Follows::Polling };
        assert_eq!(two.follows(), how);
        // Another program writes an enterprise: it is found by its words.
        let mut body = seed_lines("enterprises/enterprises.jsonl")[0].clone();
        body["summary"] = json!("Fabrique de zibulettes phosphorescentes.");
        let row = NewRevision::new(Kind::Enterprise, "zibulette", &{
            body["id"] = json!("zibulette");
            body
        });
        let now = jiff::Timestamp::now();
        let range = one.store().append(vec![row], "import", now).await.unwrap();
        shows(&two, range.end - 1).await;
        let found = two.scene().relevance("zibulettes").unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0] > 0.0);
        assert!(one.scene().rows.enterprises.is_empty(), "a scene never changes by itself");
        // A state that another one followed is still answered from memory.
        let past = two.scene_at(Some(written.seq())).await.unwrap();
        assert_eq!((past.seq, past.rows.enterprises.len()), (written.seq(), 0));
        // No longer following.
        drop(following);
        tokio::time::sleep(Duration::from_millis(50)).await;
        let shown = two.scene().seq;
        one.write(&who, confirmation(3)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(two.scene().seq, shown);
    }
}

/// The status, the state shown and the body of an answer.
async fn asked(
    scouting: &Arc<Scouting>,
    path: &str,
    at_least: Option<&str>,
) -> (u16, Option<u64>, String) {
    let mut request = Request::get(path);
    if let Some(seq) = at_least {
        request = request.header("Essaim-Min-Seq", seq);
    }
    let answered = router(AppState::new(Arc::clone(scouting)))
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let seq = answered.headers().get("essaim-seq");
    let seq = seq.map(|seq| seq.to_str().unwrap().parse().unwrap());
    let status = answered.status().as_u16();
    let bytes = axum::body::to_bytes(answered.into_body(), usize::MAX).await.unwrap();
    (status, seq, String::from_utf8_lossy(&bytes).into_owned())
}

/// Property 5.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_says_the_state_it_shows_and_shows_the_one_asked() {
    for database in databases("http").await {
        let ([one, two], _folders) = two_servers(database.as_deref()).await;
        let who = Identity::operator("lea");
        let list = "/api/v1/enterprises";
        let start = two.scene().seq;
        for number in 0..5 {
            let seq = one.write(&who, confirmation(number)).await.unwrap().seq();
            let (status, shown, body) = asked(&two, list, Some(&seq.to_string())).await;
            assert_eq!((status, shown), (200, Some(seq)), "{body}");
            let told: Value = serde_json::from_str(&body).unwrap();
            assert_eq!(told["seq"], seq);
        }
        let last = two.scene().seq;
        assert_eq!(asked(&two, list, None).await.1, Some(last));
        // A state of the past is told as such, whatever is asked at least.
        let past = format!("{list}?seq={start}");
        assert_eq!(asked(&two, &past, Some(&last.to_string())).await.1, Some(start));
        // Refusals and answers that read no state say what the server shows.
        for path in ["/healthz", "/nulle-part", "/api/v1/enterprises?zut=1"] {
            assert_eq!(asked(&two, path, None).await.1, Some(last), "{path}");
        }
        for odd in ["", "douze", "-1", "1.5"] {
            let (status, _, body) = asked(&two, list, Some(odd)).await;
            assert_eq!(status, 400, "{odd}");
            assert!(body.contains("\"bad_condition\"") && body.contains("Essaim-Min-Seq"));
        }
        let (status, shown, body) = asked(&two, list, Some(&(last + 1).to_string())).await;
        assert_eq!((status, shown), (503, Some(last)));
        assert!(body.contains("\"behind\""), "{body}");
        let (status, _, body) = asked(&two, "/readyz", None).await;
        let told: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, &told["behind"], &told["follows"]), (200, &json!(0), &json!("none")));
        assert_eq!((&told["log_seq"], &told["behind_s"]), (&json!(last), &json!(0.0)));
        one.write(&who, confirmation(9)).await.unwrap();
        let told: Value = serde_json::from_str(&asked(&two, "/readyz", None).await.2).unwrap();
        assert_eq!(told["behind"], 1);
        let metrics = asked(&two, "/metrics", None).await.2;
        assert!(metrics.contains("essaim_behind 1\n"), "{metrics}");
        assert!(metrics.contains("essaim_refreshes_total 5\n"), "{metrics}");
    }
}

/// Property 6: only a database that is a server hangs up.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_hangs_up_is_followed_again() {
    let Some(Some(url)) = databases("gone").await.pop() else { return };
    let ([one, two], _folders) = two_servers(Some(&url)).await;
    let _following = [Following::start(&one), Following::start(&two)];
    let told = async || {
        let both = || [&one, &two].iter().all(|server| server.follows() == Follows::Notified);
        let wait = async {
            while !both() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("both are told of additions");
    };
    let admin = sqlx::PgPool::connect(&std::env::var("ESSAIM_TEST_POSTGRES").unwrap()).await;
    let admin = admin.unwrap();
    let who = Identity::operator("lea");
    for number in 0..3 {
        told().await;
        // Every connection of the two servers; other tests have theirs.
        let cut: i64 = sqlx::query_scalar(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
             WHERE pid <> pg_backend_pid() AND application_name = 'essaim_gone'",
        )
        .fetch_one(&admin)
        .await
        .unwrap();
        assert!(cut > 0, "somebody was cut off");
        // A write that falls in the hole is refused or kept, never half of it.
        let mut written = one.write(&who, confirmation(number)).await;
        for _ in 0..50 {
            if written.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            written = one.write(&who, confirmation(number)).await;
        }
        let written = written.expect("the database is back");
        shows(&two, written.seq()).await;
        assert!(confirmed(&two.scene(), number));
    }
    let last = one.store().last_seq().await.unwrap();
    shows(&one, last).await;
    shows(&two, last).await;
    assert_eq!(one.scene().rows, two.scene().rows);
}
