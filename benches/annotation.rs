//! How many texts a second does the annotator read?
//!
//! Corpus: the texts of the seed's enterprises, repeated up to the size. No randomness.
//! Run: `cargo bench --bench annotation`.

use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use essaim::annotation::Purpose;
use essaim::scouting::{OpenOptions, Scouting};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

static SEED: LazyLock<(Scouting, tempfile::TempDir)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let options = OpenOptions { data: folder.path().to_owned(), database: None };
    (runtime.block_on(Scouting::open(options)).expect("the seed opens"), folder)
});

fn main() {
    divan::main();
}

#[divan::bench(args = [100, 1_000, 10_000], sample_count = 5)]
fn summaries(bencher: Bencher<'_, '_>, size: usize) {
    let scene = SEED.0.scene();
    let texts: Vec<&str> =
        scene.rows.enterprises.iter().map(|e| e.summary.as_str()).cycle().take(size).collect();
    bencher.counter(ItemsCount::new(size)).bench_local(|| {
        texts
            .iter()
            .map(|text| scene.world.annotator.annotate(text, Purpose::Record).concepts.len())
            .sum::<usize>()
    });
}
