//! How long does an analysis of robustness take as candidates grow?
//!
//! Corpus: drawn numbers, no tie: 10,000 samples of `m × 8` measurements in 0..1 (each cell
//! anew in each sample, the hardest case for ranks) and of uniform weights, seed 1. `analyse`
//! reads one `m × 8` matrix per sample; `analyse_fixed` one for all, as when only the weights
//! vary; `definitions` counts ranks and central weights alone with `m²` comparisons per
//! sample, the way the usual packages do, on one core: the yardstick. `weights` draws them.
//! Run: `cargo bench --bench smaa`. The last line printed is this process's high-water mark
//! (Linux), nearly all of it the drawn measurements: 640 kB per candidate.

use divan::Bencher;
use essaim::matching::robustness::sampling::{WeightSpace, sample};
use essaim::matching::robustness::{draws, smaa};
use ndarray::{Array2, Array3, ArrayView2, ArrayView3, Axis};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SAMPLES: usize = 10_000;
const CRITERIA: usize = 8;

fn main() {
    divan::main();
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
            println!("{line}");
        }
    }
}

fn simplex() -> WeightSpace {
    WeightSpace::Simplex { criteria: CRITERIA, active: (0..CRITERIA).collect() }
}

fn problem(alternatives: usize) -> (Array3<f64>, Array2<f64>) {
    let shape = (alternatives, CRITERIA);
    let (low, high) = (Array2::zeros(shape), Array2::ones(shape));
    let middle = Array2::from_elem(shape, 0.5);
    let data = draws::measurements(low.view(), middle.view(), high.view(), SAMPLES, 1)
        .expect("these are intervals");
    (data, sample(&simplex(), SAMPLES, 1).expect("weights exist"))
}

#[divan::bench(args = [20, 100, 1000], sample_count = 10, sample_size = 1)]
fn analyse(bencher: Bencher<'_, '_>, alternatives: usize) {
    let (data, weights) = problem(alternatives);
    bencher.bench_local(|| smaa::analyse(data.view(), weights.view()));
}

#[divan::bench(args = [20, 100, 1000], sample_count = 10, sample_size = 1)]
fn analyse_fixed(bencher: Bencher<'_, '_>, alternatives: usize) {
    let (data, weights) = problem(alternatives);
    let matrix = data.index_axis(Axis(0), 0);
    bencher.bench_local(|| smaa::analyse_fixed(matrix, weights.view()));
}

#[divan::bench(args = [20, 100], sample_count = 5, sample_size = 1)]
fn definitions(bencher: Bencher<'_, '_>, alternatives: usize) {
    let (data, weights) = problem(alternatives);
    bencher.bench_local(|| counted_plainly(&data.view(), &weights.view()));
}

fn counted_plainly(
    data: &ArrayView3<'_, f64>,
    weights: &ArrayView2<'_, f64>,
) -> (Vec<u32>, Array2<f64>) {
    let (_, m, n) = data.dim();
    let (mut counts, mut central) = (vec![0; m * m], Array2::zeros((m, n)));
    for (block, weights) in data.outer_iter().zip(weights.outer_iter()) {
        let values = block.dot(&weights).to_vec();
        for (i, value) in values.iter().enumerate() {
            let rank = values.iter().filter(|&other| other > value).count();
            counts[i * m + rank] += 1;
            if rank == 0 {
                let mut row = central.row_mut(i);
                row += &weights;
            }
        }
    }
    (counts, central)
}

#[divan::bench(args = ["simplex", "order", "ratios", "intervals"], sample_count = 5, sample_size = 1)]
fn weights(bencher: Bencher<'_, '_>, space: &str) {
    let space = match space {
        "simplex" => simplex(),
        "order" => WeightSpace::Order {
            criteria: CRITERIA,
            groups: vec![vec![0, 1], vec![2], vec![3, 4, 5, 6, 7]],
        },
        "ratios" => WeightSpace::Ratios { center: vec![0.125; CRITERIA], factor: 1.5 },
        _ => WeightSpace::Intervals { low: vec![0.02; CRITERIA], high: vec![0.3; CRITERIA] },
    };
    bencher.bench_local(|| sample(&space, SAMPLES, 1).expect("weights exist"));
}
