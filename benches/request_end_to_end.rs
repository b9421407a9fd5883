//! How long does a question take, from an empty directory and then warm?
//!
//! Corpus: the embedded seed (387 enterprises, some 20,000 actors, 34,875 communes). No
//! randomness. `cold_start` opens an empty directory; the others read one warm scene, with
//! a fresh territory profile at each turn (another date), except `warm_page`.
//! Run: `cargo bench --bench request_end_to_end`. Peak memory stands beside: the last line
//! printed is this process's high-water mark (Linux).

use std::sync::LazyLock;

use divan::Bencher;
use essaim::scouting::ask::CandidatesAsk;
use essaim::scouting::candidates::candidates;
use essaim::scouting::{OpenOptions, Scouting};
use jiff::ToSpan as _;
use jiff::civil::date;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Opened {
    scouting: Scouting,
    _folder: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

static SEED: LazyLock<Opened> = LazyLock::new(open);

fn open() -> Opened {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let options = OpenOptions { data: folder.path().to_owned(), database: None };
    let scouting = runtime.block_on(Scouting::open(options)).expect("the seed opens");
    Opened { scouting, _folder: folder, _runtime: runtime }
}

fn main() {
    divan::main();
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
            println!("{line}");
        }
    }
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn cold_start() -> u64 {
    open().scouting.scene().seq
}

#[divan::bench(args = ["com-48095", "epci-242600534", "epci-200046977", "dep-26"], sample_count = 10)]
fn first_page(bencher: Bencher<'_, '_>, territory: &str) {
    let scene = SEED.scouting.scene();
    let mut day = date(2026, 1, 1);
    bencher.bench_local(|| {
        // Another date is another profile: nothing is read from the ones kept.
        day = day.saturating_add(1.day());
        candidates(&scene, &CandidatesAsk::new(territory, day)).expect("answered").total
    });
}

#[divan::bench(args = [20, 100, 500], sample_count = 10)]
fn warm_page(bencher: Bencher<'_, '_>, limit: usize) {
    let scene = SEED.scouting.scene();
    let mut ask = CandidatesAsk::new("epci-200046977", date(2026, 11, 22));
    ask.limit = limit;
    bencher.bench_local(|| candidates(&scene, &ask).expect("answered").total);
}
