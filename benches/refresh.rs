//! How long from a write in the log to the scene that shows it?
//!
//! Corpus: the embedded seed (387 enterprises, some 20,000 actors, 34,875 communes), with its
//! text index in a folder. No randomness. Each turn adds `size` revisions in one batch, not
//! measured, then brings the scene there. `whole` reads a state from the log alone, as every
//! refresh did before scenes were patched.
//! Run: `cargo bench --bench refresh`.

use std::sync::LazyLock;

use divan::Bencher;
use essaim::catalogue::{Kind, NewRevision};
use essaim::scouting::{OpenOptions, Scouting};
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Opened {
    scouting: Scouting,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

static SEED: LazyLock<Opened> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let options = OpenOptions { data: folder.path().to_owned(), database: None };
    let scouting = runtime.block_on(Scouting::open(options)).expect("the seed opens");
    Opened { scouting, runtime, _folder: folder }
});

const SIZES: [usize; 3] = [1, 10, 100];

fn main() {
    divan::main();
}

/// Adds `size` rows of one kind, then measures the refresh.
fn refresh(bencher: Bencher<'_, '_>, kind: Kind, size: usize, row: impl Fn(usize) -> Value + Sync) {
    let opened = &*SEED;
    bencher
        .with_inputs(|| {
            let rows = (0..size).map(|number| {
                let body = row(number);
                let id = body["id"].as_str().expect("an id").to_owned();
                NewRevision::new(kind, id, &body)
            });
            let append =
                opened.scouting.store().append(rows.collect(), "bench", jiff::Timestamp::now());
            opened.runtime.block_on(append).expect("a batch").end - 1
        })
        .bench_local_values(|seq| {
            opened.runtime.block_on(opened.scouting.refresh_to(seq)).expect("the scene follows");
        });
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn priority(bencher: Bencher<'_, '_>, size: usize) {
    refresh(bencher, Kind::Priority, size, |number| {
        json!({ "id": format!("p-{number}"), "territory": "epci-200046977", "kind": "submission",
            "themes": ["mobilites", "sante"], "year": 2026, "source": "délibération" })
    });
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn confirmation(bencher: Bencher<'_, '_>, size: usize) {
    refresh(bencher, Kind::Confirmation, size, |number| {
        json!({ "id": format!("epci-200046977/e-{number}/active"), "territory": "epci-200046977",
            "enterprise": format!("e-{number}"), "item": "active", "state": "met",
            "source": "appel", "date": "2026-11-02" })
    });
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn enterprise(bencher: Bencher<'_, '_>, size: usize) {
    let scene = SEED.scouting.scene();
    let known: Vec<Value> = scene
        .rows
        .enterprises
        .iter()
        .filter_map(|e| scene.searcher.body(&e.id).ok().flatten())
        .filter_map(|body| serde_json::from_str(&body).ok())
        .collect();
    refresh(bencher, Kind::Enterprise, size, |number| known[number % known.len()].clone());
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn actor(bencher: Bencher<'_, '_>, size: usize) {
    refresh(bencher, Kind::Actor, size, |number| {
        json!({ "id": format!("a-{number}"), "name": format!("Atelier {number}"),
            "commune": "Lyon", "insee": "69123", "themes": ["mobilites"],
            "summary": "Réparation de vélos et cours de conduite pour demandeurs d’emploi." })
    });
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn zone(bencher: Bencher<'_, '_>, size: usize) {
    refresh(bencher, Kind::Zone, size, |number| {
        json!({ "id": format!("zone-{number}"), "name": format!("Zone {number}"),
            "communes": ["69123", "69266"] })
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn whole(bencher: Bencher<'_, '_>) {
    let opened = &*SEED;
    // States of the past that no scene was ever at: nothing is kept of them.
    let seqs = std::sync::atomic::AtomicU64::new(opened.scouting.scene().seq.min(20_000));
    bencher
        .with_inputs(|| seqs.fetch_sub(1, std::sync::atomic::Ordering::Relaxed))
        .bench_local_values(|seq| {
            opened.runtime.block_on(opened.scouting.scene_at(Some(seq))).expect("a state").seq
        });
}
