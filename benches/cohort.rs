//! How long does it take to choose a cohort, and how does it grow with the enterprises?
//!
//! Corpus: generated problems of the shape of real ones (one to four needs for each
//! enterprise, 60 needs, three territories, seed 42). `choose` takes 8 by the greedy rule
//! and swaps, with the bound by marginals. Run: `cargo bench --bench cohort`. The last line
//! printed is this process's high-water mark (Linux).

use divan::Bencher;
use essaim::planning::cohort::{Candidate, Effort, Limits, Placement, Problem, choose};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NEEDS: usize = 60;
const TERRITORIES: usize = 3;

fn main() {
    divan::main();
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
            println!("{line}");
        }
    }
}

fn generated(enterprises: usize) -> Problem {
    let mut random = ChaCha8Rng::seed_from_u64(42);
    let worth = (0..TERRITORIES * NEEDS).map(|_| random.random_range(0.0..0.3)).collect();
    let candidates = (0..enterprises)
        .map(|_| {
            let mut needs: Vec<usize> =
                (0..random.random_range(1..=4)).map(|_| random.random_range(0..NEEDS)).collect();
            needs.sort_unstable();
            needs.dedup();
            let theme = Some(random.random_range(0..18));
            let placements = (0..TERRITORIES)
                .map(|territory| Placement {
                    territory,
                    rural: territory == 2,
                    score: random.random_range(0.1..0.3),
                    answers: needs
                        .iter()
                        .map(|need| (territory * NEEDS + need, random.random_range(0.25..1.0)))
                        .collect(),
                })
                .collect();
            Candidate { theme, openings: None, placements }
        })
        .collect();
    Problem { candidates, territories: TERRITORIES, worth, discount: 0.3, score_share: 0.2 }
}

#[divan::bench(args = [100, 1_000, 10_000], sample_count = 5, sample_size = 1)]
fn choose_eight(bencher: Bencher<'_, '_>, enterprises: usize) {
    let problem = generated(enterprises);
    let limits = Limits { size: 8, ..Limits::default() };
    let effort = Effort {
        relaxation_variables_max: 0,
        exact_variables_max: 0,
        exact_seconds: 0.0,
        shortlist: 40,
        gains_max: 200_000,
        placing_gains: 5_000,
        starts: 4,
    };
    bencher.bench_local(|| choose(&problem, &limits, &effort).expect("nothing is forced").value);
}
