//! 1. Every sample is in its space.
//! 2. Means and variances are those known in closed form, or those of a plain rejection.
//! 3. Walks mix: two far starts agree, neighbours are nearly independent.
//! 4. The same seed gives the same bits, whatever the threads and the count.
//! 5. What makes no space is refused with the reason.

use ndarray::{Array1, ArrayView1, Axis, Slice};
use proptest::prelude::*;

use super::*;
use crate::matching::robustness::hit_and_run::{HalfSpace, Polytope};
use crate::matching::weights::{WeightsAsked, rank_order_centroid};

fn whole(criteria: usize) -> WeightSpace {
    WeightSpace::Simplex { criteria, active: (0..criteria).collect() }
}

fn means(samples: &Array2<f64>) -> Array1<f64> {
    samples.mean_axis(Axis(0)).unwrap()
}

#[track_caller]
fn near(found: &Array1<f64>, expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() < tolerance, "{found} against {expected:?}");
    }
}

/// Mean and variance of each ordered weight: `w_(k) = Σ_{i ≥ k} e_i / i` with `e` uniform on
/// the simplex, so that `E = ROC` and `Var = (Σ a² − (Σ a)²/n) / (n (n + 1))`, `a_i = 1/i`.
fn ordered_moments(n: usize) -> (Vec<f64>, Vec<f64>) {
    let of = |k: usize| -> (f64, f64) {
        let a = || (k..=n).map(|i| 1.0 / i as f64);
        let (sum, squares) = (a().sum::<f64>(), a().map(|a| a * a).sum::<f64>());
        let n = n as f64;
        (sum / n, (squares - sum * sum / n) / (n * (n + 1.0)))
    };
    (1..=n).map(of).unzip()
}

#[test]
fn the_simplex_has_the_moments_of_its_law() {
    // Dirichlet(1, …, 1): mean 1/n, variance (n − 1)/(n² (n + 1)).
    let samples = sample(&whole(8), 40_000, 3).unwrap();
    near(&means(&samples), &[1.0 / 8.0; 8], 0.003);
    let variance = samples.var_axis(Axis(0), 0.0);
    near(&variance, &[7.0 / (64.0 * 9.0); 8], 0.0005);
}

#[test]
fn what_is_not_active_weighs_nothing() {
    let space = WeightSpace::Simplex { criteria: 5, active: vec![3, 1] };
    let samples = sample(&space, 5_000, 3).unwrap();
    near(&means(&samples), &[0.0, 0.5, 0.0, 0.5, 0.0], 0.02);
    assert!(samples.column(0).iter().all(|&w| w == 0.0));
}

#[test]
fn an_order_has_the_rank_order_centroid_as_its_mean() {
    let groups: Vec<Vec<usize>> = [4, 0, 2, 1, 3].map(|c| vec![c]).to_vec();
    let samples = sample(&WeightSpace::Order { criteria: 5, groups }, 40_000, 9).unwrap();
    let (mean, variance) = ordered_moments(5);
    let at = [1, 3, 2, 4, 0];
    near(&means(&samples), &at.map(|k| mean[k]), 0.004);
    near(&samples.var_axis(Axis(0), 0.0), &at.map(|k| variance[k]), 0.0006);
}

#[test]
fn ties_are_free_inside_and_above_what_follows() {
    let groups = vec![vec![0, 2], vec![1, 3, 4]];
    let space = WeightSpace::Order { criteria: 6, groups };
    let samples = sample(&space, 40_000, 5).unwrap();
    for row in samples.rows() {
        let least = row[0].min(row[2]);
        assert!([1, 3, 4].into_iter().all(|c| row[c] <= least) && row[5] == 0.0);
    }
    // The centroid of a weak order is the mean of the centroids of its strict orders; and,
    // plainly, what rejection from the whole simplex gives.
    use CriterionId::{
        Complementarity as C2, Gap as C1, NonDuplication as C3, Priority as C0, Proof as C4,
    };
    let centroid = rank_order_centroid(&[vec![C0, C2], vec![C1, C3, C4]]);
    near(&means(&samples), &centroid[..6], 0.004);
    let above = samples.rows().into_iter().filter(|row| row[0] > row[2]).count();
    assert!((above as f64 / 40_000.0 - 0.5).abs() < 0.0125, "no order inside a tie");
    let all = sample(&whole(5), 200_000, 8).unwrap();
    let kept: Vec<ArrayView1<f64>> = all
        .rows()
        .into_iter()
        .filter(|row| [1, 3, 4].into_iter().all(|c| row[c] <= row[0].min(row[2])))
        .collect();
    for c in 0..5 {
        let second = kept.iter().map(|row| row[c] * row[c]).sum::<f64>() / kept.len() as f64;
        let ours = samples.column(c).mapv(|w| w * w).mean().unwrap();
        assert!((second - ours).abs() < 0.006, "{c}: {second} {ours}");
    }
}

/// Draws of the simplex that satisfy `inside`: slow, and plainly right.
fn rejected(n: usize, count: usize, inside: impl Fn(&ArrayView1<f64>) -> bool) -> Array2<f64> {
    let all = sample(&whole(n), count, 77).unwrap();
    let kept: Vec<f64> =
        all.rows().into_iter().filter(|row| inside(row)).flat_map(|row| row.to_vec()).collect();
    assert!(kept.len() > 1500 * n, "enough draws are kept: {}", kept.len() / n);
    Array2::from_shape_vec((kept.len() / n, n), kept).unwrap()
}

#[track_caller]
fn same_law(found: &Array2<f64>, reference: &Array2<f64>) {
    let (a, b) = (found.nrows() as f64, reference.nrows() as f64);
    for c in 0..found.ncols() {
        for power in [1, 2] {
            let (x, y) = (
                found.column(c).mapv(|w| w.powi(power)),
                reference.column(c).mapv(|w| w.powi(power)),
            );
            let error = (x.var(1.0) / a + y.var(1.0) / b).sqrt();
            let difference = (x.mean().unwrap() - y.mean().unwrap()).abs();
            assert!(difference < 4.5 * error, "column {c}, power {power}: {difference} ± {error}");
        }
    }
}

fn ratio_holds(row: &ArrayView1<f64>, center: &[f64], factor: f64) -> bool {
    let u = row.iter().zip(center).filter(|(_, c)| **c > 0.0).map(|(w, c)| w / c);
    let (least, most) = u.fold((f64::INFINITY, 0.0), |(l, m): (f64, f64), u| (l.min(u), m.max(u)));
    most <= least * factor * (1.0 + 1e-9)
}

#[test]
fn exact_ratios_are_those_of_a_plain_rejection() {
    let (center, factor) = (vec![3.0, 1.0, 2.0], 2.0);
    let space = WeightSpace::Ratios { center: center.clone(), factor };
    let samples = sample(&space, 30_000, 2).unwrap();
    same_law(&samples, &rejected(3, 200_000, |row| ratio_holds(row, &center, factor)));
}

#[test]
fn walked_ratios_are_those_of_a_plain_rejection() {
    let (center, factor) = (vec![2.0, 1.0, 1.0, 2.0], 12.0);
    let space = WeightSpace::Ratios { center: center.clone(), factor };
    let sampler = space.sampler().unwrap();
    assert!(matches!(sampler, Sampler::Walk(_)), "a large factor is walked");
    let samples = sample(&space, 20_000, 2).unwrap();
    same_law(&samples, &rejected(4, 60_000, |row| ratio_holds(row, &center, factor)));
}

#[test]
fn a_truncated_simplex_is_that_of_a_plain_rejection() {
    let (low, high) = (vec![0.05, 0.0, 0.1, 0.0], vec![0.4, 0.3, 1.0, 0.5]);
    let inside = |row: &ArrayView1<f64>| {
        row.iter().zip(low.iter().zip(&high)).all(|(w, (l, h))| (l..=h).contains(&w))
    };
    let space = WeightSpace::Intervals { low: low.clone(), high: high.clone() };
    same_law(&sample(&space, 20_000, 2).unwrap(), &rejected(4, 60_000, inside));
}

/// The ordered simplex as a polytope: its law is known, so a walk can be judged by it.
fn ordered_polytope(n: usize, start: Vec<f64>) -> Polytope {
    let mut half_spaces = vec![HalfSpace { terms: [(n - 1, -1.0), (n - 1, 0.0)], bound: 0.0 }];
    half_spaces.extend((1..n).map(|i| HalfSpace { terms: [(i, 1.0), (i - 1, -1.0)], bound: 0.0 }));
    Polytope { half_spaces, start, widths: ordered_moments(n).0 }
}

fn walked(polytope: &Polytope, count: usize, seed: u64) -> Array2<f64> {
    let mut places = Vec::new();
    polytope.walk(count, &mut stream(Purpose::Weights, seed, 0), |w| places.extend_from_slice(w));
    Array2::from_shape_vec((count, polytope.start.len()), places).unwrap()
}

#[test]
fn a_walk_over_an_order_has_the_moments_of_its_law() {
    let (mean, variance) = ordered_moments(5);
    let samples = walked(&ordered_polytope(5, mean.clone()), 12_000, 4);
    near(&means(&samples), &mean, 0.008);
    near(&samples.var_axis(Axis(0), 0.0), &variance, 0.0015);
}

/// Gelman & Rubin 1992 (doi:10.1214/ss/1177011136): one walk starts in the middle, the other
/// nine tenths of the way to a corner; `R̂` near 1 says that they have forgotten it. The
/// effective size of a walk, by the means of batches of 50, is near its count: neighbours are
/// nearly independent.
#[test]
fn walks_forget_their_start_and_their_last_place() {
    let n = 9;
    let (middle, _) = ordered_moments(n);
    let aside = (0..n).map(|i| 0.1 * middle[i] + if i == 0 { 0.9 } else { 0.0 }).collect();
    let count = 1_500;
    let chains = [middle, aside].map(|start| walked(&ordered_polytope(n, start), count, 21));
    let size = count as f64;
    for c in 0..n {
        let columns = [chains[0].column(c), chains[1].column(c)];
        let mean = columns.map(|column| column.mean().unwrap());
        let within = (columns[0].var(1.0) + columns[1].var(1.0)) / 2.0;
        let between = size * (mean[0] - mean[1]).powi(2) / 2.0;
        let reduction = (((size - 1.0) / size * within + between / size) / within).sqrt();
        assert!(reduction < 1.005, "column {c}: {reduction}");
        let batches: Array1<f64> =
            columns[0].exact_chunks(50).into_iter().map(|batch| batch.mean().unwrap()).collect();
        let effective = size * within / (50.0 * batches.var(1.0));
        assert!(effective > 0.4 * size, "column {c}: {effective} of {count}");
    }
}

#[test]
fn bounds_that_leave_one_point_give_that_point() {
    let one = |low: &[f64], high: &[f64]| {
        let space = WeightSpace::Intervals { low: low.to_vec(), high: high.to_vec() };
        sample(&space, 3, 1).unwrap()
    };
    near(&means(&one(&[0.1, 0.2, 0.7], &[1.0, 1.0, 1.0])), &[0.1, 0.2, 0.7], 1e-12);
    near(&means(&one(&[0.0, 0.0], &[0.4, 0.6])), &[0.4, 0.6], 1e-12);
    near(&means(&one(&[0.3, 0.2], &[0.3, 0.9])), &[0.3, 0.7], 1e-12);
    let ratios = WeightSpace::Ratios { center: vec![3.0, 0.0, 1.0], factor: 1.0 };
    near(&means(&sample(&ratios, 3, 1).unwrap()), &[0.75, 0.0, 0.25], 1e-12);
}

#[test]
fn a_seed_gives_the_same_bits_on_any_number_of_threads_and_for_any_count() {
    let spaces = [
        whole(9),
        WeightSpace::Order { criteria: 9, groups: vec![vec![0, 1], vec![5]] },
        WeightSpace::Ratios { center: vec![1.0, 2.0, 3.0], factor: 1.5 },
        WeightSpace::Intervals { low: vec![0.0; 4], high: vec![0.5; 4] },
    ];
    for space in spaces {
        let with = |threads: usize, count: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| sample(&space, count, 42).unwrap())
        };
        let many = with(4, 200);
        assert_eq!(with(1, 200), many);
        assert_eq!(with(3, 90), many.slice_axis(Axis(0), Slice::from(..90)));
        assert_ne!(sample(&space, 200, 43).unwrap(), many);
    }
}

#[test]
fn stated_weights_say_which_space_they_stand_for() {
    let of = |text: &str, query| {
        let weights = Weights::resolve(&WeightsAsked::parse(text).unwrap(), query).unwrap();
        WeightSpace::of(&weights, 1.5)
    };
    let eight = (0..8).collect();
    assert_eq!(of("", false), WeightSpace::Simplex { criteria: 9, active: eight });
    assert_eq!(of("", true), whole(9));
    let groups = vec![vec![CriterionId::Gap.at()], vec![0, CriterionId::Proof.at()]];
    assert_eq!(of("gap>priority=proof", false), WeightSpace::Order { criteria: 9, groups });
    let mut center = vec![0.0; 9];
    (center[CriterionId::Gap.at()], center[CriterionId::Proof.at()]) = (0.75, 0.25);
    assert_eq!(of("gap:3,proof:1", false), WeightSpace::Ratios { center, factor: 1.5 });
}

#[test]
fn a_space_without_weights_is_refused_with_the_reason() {
    use WeightSpaceError as E;
    let refused = |space: WeightSpace| sample(&space, 2, 0).unwrap_err();
    let intervals = |low: &[f64], high: &[f64]| {
        refused(WeightSpace::Intervals { low: low.to_vec(), high: high.to_vec() })
    };
    let ratios =
        |center: &[f64], factor| refused(WeightSpace::Ratios { center: center.to_vec(), factor });
    let order = |groups| refused(WeightSpace::Order { criteria: 3, groups });
    assert_eq!(refused(WeightSpace::Simplex { criteria: 3, active: vec![] }), E::NoCriterion);
    assert_eq!(
        refused(WeightSpace::Simplex { criteria: 3, active: vec![3] }),
        E::UnknownCriterion { criterion: 3, criteria: 3 }
    );
    assert_eq!(order(vec![vec![1], vec![2, 1]]), E::Twice(1));
    assert_eq!(order(vec![vec![1], vec![]]), E::EmptyGroup);
    assert_eq!(order(vec![]), E::NoCriterion);
    assert_eq!(ratios(&[0.0, 0.0], 1.5), E::NoCriterion);
    assert!(matches!(ratios(&[1.0, -1.0], 1.5), E::BadNumber { criterion: 1, .. }));
    assert!(matches!(ratios(&[1.0, 1.0], 0.5), E::BadFactor(_)));
    assert!(matches!(ratios(&[1.0, 1.0], f64::NAN), E::BadFactor(_)));
    assert_eq!(intervals(&[0.5, 0.75], &[1.0, 1.0]), E::Empty { low: 1.25, high: 2.0 });
    assert_eq!(intervals(&[0.0, 0.0], &[0.25, 0.5]), E::Empty { low: 0.0, high: 0.75 });
    assert_eq!(intervals(&[0.0, 0.0], &[0.0, 0.0]), E::NoCriterion);
    assert!(matches!(intervals(&[0.6, 0.0], &[0.5, 1.0]), E::Crossed { criterion: 0, .. }));
    assert!(matches!(intervals(&[0.1], &[0.5, 1.0]), E::Length { low: 1, high: 2 }));
    assert!(matches!(intervals(&[f64::NAN, 0.0], &[0.5, 1.0]), E::BadNumber { criterion: 0, .. }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn every_sample_is_in_its_space(
        bounds in prop::collection::vec((0.0_f64..0.3, 0.0_f64..0.9), 2..9),
        factor in 1.0_f64..20.0,
        seed in any::<u64>(),
    ) {
        let (low, high): (Vec<f64>, Vec<f64>) =
            bounds.iter().map(|(low, width)| (*low, low + width)).unzip();
        let space = WeightSpace::Intervals { low: low.clone(), high: high.clone() };
        match sample(&space, 70, seed) {
            Ok(samples) => for row in samples.rows() {
                prop_assert!((row.sum() - 1.0).abs() < 1e-12);
                for c in 0..low.len() {
                    prop_assert!(row[c] >= low[c] - 1e-12 && row[c] <= high[c] + 1e-12);
                }
            },
            Err(error) => {
                let empty = low.iter().sum::<f64>() > 1.0
                    || high.iter().map(|h| h.min(1.0)).sum::<f64>() < 1.0;
                prop_assert!(empty, "{}", error);
            }
        }
        let space = WeightSpace::Ratios { center: high.clone(), factor };
        for row in sample(&space, 20, seed).unwrap().rows() {
            prop_assert!((row.sum() - 1.0).abs() < 1e-12);
            prop_assert!(ratio_holds(&row, &high, factor) && row.iter().all(|w| *w >= 0.0));
        }
    }
}
