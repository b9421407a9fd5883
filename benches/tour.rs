//! How long does a tour take to plan, by the number of cities?
//!
//! `exact` compares every tour of 9 cities; `heuristic` searches 9, 50 and 200 cities drawn
//! on a square of 900 km from one seed, six stops in five days; `lyon` plans the tour of the
//! Métropole de Lyon on the embedded seed, ranking included.
//! Run: `cargo bench --bench tour`. Peak memory: the last line printed is this process's
//! high-water mark (Linux).

use std::sync::LazyLock;

use divan::Bencher;
use essaim::planning::tour::{City, Limits, Problem, Search, Start, Working, exact, heuristic};
use essaim::scouting::tours::{TourAsk, tour};
use essaim::scouting::{OpenOptions, Scouting};
use jiff::civil::date;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Opened {
    scouting: Scouting,
    _folder: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

static SEED: LazyLock<Opened> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let options = OpenOptions { data: folder.path().to_owned(), database: None };
    let scouting = runtime.block_on(Scouting::open(options)).expect("the seed opens");
    Opened { scouting, _folder: folder, _runtime: runtime }
});

fn main() {
    divan::main();
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
            println!("{line}");
        }
    }
}

/// `n` cities of one to five meetings, some of them shared.
fn drawn(n: usize) -> Problem {
    let mut random = ChaCha8Rng::seed_from_u64(1987);
    let points: Vec<(f64, f64)> = (0..=n)
        .map(|_| (random.random_range(0.0..900.0), random.random_range(0.0..900.0)))
        .collect();
    let km = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).hypot(a.1 - b.1);
    let cities = (0..n).map(|_| {
        let mut meetings: Vec<(usize, f64)> = Vec::new();
        for _ in 0..random.random_range(1..=5) {
            let meeting = random.random_range(0..2 * n);
            if meetings.iter().all(|(known, _)| *known != meeting) {
                meetings.push((meeting, random.random_range(0.2..0.6)));
            }
        }
        City { visits: meetings.len().min(3), meetings }
    });
    Problem {
        meetings: 2 * n,
        cities: cities.collect(),
        km: (1..=n).map(|a| (1..=n).map(|b| km(points[a], points[b])).collect()).collect(),
        start: Some(Start {
            km: (1..=n).map(|city| km(points[0], points[city])).collect(),
            returns: true,
        }),
        limits: Limits { stops: 6, days: Some(5) },
        working: Working {
            hours_per_day: 10.0,
            visits_per_day: 3,
            hours_per_visit: 2.0,
            hours_per_leg: 0.4,
            slow_km: 50.0,
            slow_kmh: 60.0,
            fast_kmh: 180.0,
        },
        cost_per_km: 0.0006,
        cost_per_stop: 0.1,
        decay: 0.85,
    }
}

#[divan::bench(sample_count = 10)]
fn exact_nine(bencher: Bencher<'_, '_>) {
    let problem = drawn(9);
    bencher.bench_local(|| exact::best(&problem).net);
}

#[divan::bench(args = [9, 50, 200], sample_count = 5)]
fn searched(bencher: Bencher<'_, '_>, cities: usize) {
    let problem = drawn(cities);
    let search = Search { exact_up_to: 0, rounds: 32, seeds: 8, seed: 1 };
    bencher.bench_local(|| heuristic::best(&problem, &search).net);
}

#[divan::bench(sample_count = 5)]
fn lyon(bencher: Bencher<'_, '_>) {
    let scene = SEED.scouting.scene();
    let mut ask = TourAsk::new(&["epci-200046977"], date(2026, 11, 22));
    ask.from = Some("Lyon".to_owned());
    ask.days = Some(5);
    bencher.bench_local(|| tour(&scene, &ask).expect("answered").totals.net);
}
