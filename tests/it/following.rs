//! The scene follows the log.
//!
//! 1. After any revisions, of any kind, in any order, the scene patched row by row is the
//!    scene read whole at that state: the same rows, the same zones, the same answers.
//! 2. A scene with revisions that are not written yet is what is shown once they are.

use std::sync::Arc;

use essaim::catalogue::revision::tombstone_id;
use essaim::catalogue::{Kind, NewRevision, embedded};
use essaim::scouting::ask::CandidatesAsk;
use essaim::scouting::candidates::candidates;
use essaim::scouting::scene::Scene;
use essaim::scouting::{OpenOptions, Scouting};
use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::common::{LYON, TODAY, small_catalogue};

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
            let row = *pick(rng, &["enterprise", "actor"]);
            let add = json!({ "kind": "theme", "id": pick(rng, &["mobilites", "sante", "rien"]),
                "because": "dit au téléphone" });
            let remove = json!({ "kind": "theme", "id": pick(rng, &["education", "inclusion"]) });
            json!({ row: format!("{row}-{}", rng.random_range(0..4)), "add": [add],
                "remove": [remove] })
        }
        Kind::Profile => json!({
            "owner": "Métropole de Lyon", "date": format!("202{}", rng.random_range(3..7)),
            "name": "Nos poids", "weights": pick(rng, &["gap>proof", "gap=priority", "erreur"]),
            "territory": pick(rng, &[LYON, "dep-69"]),
        }),
        Kind::Zone => json!({
            "name": pick(rng, &["Deux rives", "Lyon", "Vallée"]),
            "communes": [pick(rng, &communes), pick(rng, &communes)],
        }),
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
    let kinds = [
        Kind::Enterprise,
        Kind::Enterprise,
        Kind::Actor,
        Kind::Actor,
        Kind::Priority,
        Kind::Observation,
        Kind::Annotation,
        Kind::Annotation,
        Kind::Confirmation,
        Kind::Profile,
        Kind::Zone,
        Kind::Merge,
    ];
    let mut rows = Vec::new();
    for _ in 0..rng.random_range(1..5) {
        let kind = *pick(rng, &kinds);
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
    let (mut seen, mut states) = (std::collections::BTreeSet::new(), Vec::new());
    for _ in 0..60 {
        let rows = revisions(&mut rng, &seeds);
        let now = jiff::Timestamp::now();
        let drafted = scene.with_drafts(&rows, "lea", now).unwrap();
        scouting.store().append(rows, "lea", now).await.unwrap();
        let changes = scouting.store().changes(scene.seq, 100).await.unwrap();
        seen.extend(changes.iter().map(|revision| (revision.kind, revision.id.clone())));
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
    let revived = |kind: Kind| {
        let id = format!("{}-1", kind.as_str());
        seen.contains(&(kind, id.clone()))
            && seen.contains(&(Kind::Tombstone, tombstone_id(kind, &id)))
    };
    assert!(revived(Kind::Enterprise) && revived(Kind::Annotation) && revived(Kind::Zone));
    let shown = &states.last().unwrap().rows;
    assert!(!shown.enterprises.is_empty() && !shown.actors.is_empty());
    assert!(states.iter().any(|state| !state.rows.corrections.is_empty()));
    assert!(states.iter().any(|state| !state.world.zones.is_empty()));
}
