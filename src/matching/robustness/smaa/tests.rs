//! 1. The analysis is what a plain `O(N m²)` reading of the definitions gives.
//! 2. A published worked example, and cases whose answer is known in closed form.
//! 3. Refusals; nothing depends on threads.

use ndarray::{Array1, Array2, Array3, Axis, Slice, array};
use proptest::prelude::*;
use rand_distr::{Beta, Distribution as _};

use super::*;
use crate::matching::robustness::sampling::{WeightSpace, sample};

/// The definitions, read as they stand.
fn naive(measurements: &Array3<f64>, weights: &Array2<f64>) -> Analysis {
    let (samples, m, n) = measurements.dim();
    let value = |k: usize, i: usize, weights: &[f64]| -> f64 {
        (0..n).map(|c| measurements[[k, i, c]] * weights[c]).sum()
    };
    let rank = |values: &[f64], i: usize| values.iter().filter(|&&v| v > values[i]).count();
    let mut found = Analysis {
        rank_acceptability: Array2::zeros((m, m)),
        pairwise_winning: Array2::zeros((m, m)),
        central_weights: Array2::zeros((m, n)),
        confidence_factors: Array1::zeros(m),
    };
    for k in 0..samples {
        let values: Vec<f64> =
            (0..m).map(|i| value(k, i, weights.row(k).to_vec().as_slice())).collect();
        for i in 0..m {
            let place = rank(&values, i);
            found.rank_acceptability[[i, place]] += 1.0;
            if place == 0 {
                let mut row = found.central_weights.row_mut(i);
                row += &weights.row(k);
            }
            for j in 0..m {
                found.pairwise_winning[[i, j]] += f64::from(values[i] > values[j]);
            }
        }
    }
    for i in 0..m {
        let first = found.rank_acceptability[[i, 0]];
        found.central_weights.row_mut(i).mapv_inplace(|w| w / first);
        let own = found.central_weights.row(i).to_vec();
        let wins = (0..samples).filter(|&k| {
            let values: Vec<f64> = (0..m).map(|j| value(k, j, &own)).collect();
            first > 0.0 && rank(&values, i) == 0
        });
        found.confidence_factors[i] = wins.count() as f64 / samples as f64;
    }
    found.rank_acceptability /= samples as f64;
    found.pairwise_winning /= samples as f64;
    found
}

#[track_caller]
fn close(found: &Analysis, expected: &Analysis, tolerance: f64) {
    let near = |a: f64, b: f64| (a.is_nan() && b.is_nan()) || (a - b).abs() <= tolerance;
    let all = |a: &Array2<f64>, b: &Array2<f64>| {
        a.dim() == b.dim() && a.iter().zip(b).all(|(&a, &b)| near(a, b))
    };
    assert!(all(&found.rank_acceptability, &expected.rank_acceptability), "ranks");
    assert!(all(&found.pairwise_winning, &expected.pairwise_winning), "duels");
    assert!(all(&found.central_weights, &expected.central_weights), "central weights");
    let factors = found.confidence_factors.iter().zip(&expected.confidence_factors);
    assert!(factors.clone().all(|(&a, &b)| near(a, b)), "confidence {factors:?}");
}

fn simplex(criteria: usize, count: usize, seed: u64) -> Array2<f64> {
    let space = WeightSpace::Simplex { criteria, active: (0..criteria).collect() };
    sample(&space, count, seed).unwrap()
}

/// `N × m × n` draws, uniform in 0..1.
fn uniform(samples: usize, m: usize, n: usize, seed: u64) -> Array3<f64> {
    let half = Array2::from_elem((m, n), 0.5);
    let (low, high) = (Array2::zeros((m, n)), Array2::ones((m, n)));
    draws::measurements(low.view(), half.view(), high.view(), samples, seed).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn the_analysis_is_the_plain_reading_of_the_definitions(
        (samples, m, n) in (1_usize..40, 1_usize..14, 1_usize..11),
        levels in 1_u32..6,
        seed in any::<u64>(),
    ) {
        // Few levels make ties and duplicates; the last alternative repeats the first.
        let mut data = uniform(samples, m, n, seed);
        data.mapv_inplace(|x| (x * f64::from(levels)).floor() / f64::from(levels));
        let first = data.index_axis(Axis(1), 0).to_owned();
        data.index_axis_mut(Axis(1), m - 1).assign(&first);
        let weights = simplex(n, samples, seed);
        close(&analyse(data.view(), weights.view()), &naive(&data, &weights), 1e-9);
    }

    #[test]
    fn shares_add_up(
        (samples, m) in (1_usize..60, 1_usize..12),
        seed in any::<u64>(),
    ) {
        let (data, weights) = (uniform(samples, m, 4, seed), simplex(4, samples, seed));
        let found = analyse(data.view(), weights.view());
        prop_assert!(found.rank_acceptability.sum_axis(Axis(1)).iter().all(|s| (s - 1.0).abs() < 1e-9));
        // Drawn numbers do not tie: each rank is taken once, each duel has a winner.
        prop_assert!(found.rank_acceptability.sum_axis(Axis(0)).iter().all(|s| (s - 1.0).abs() < 1e-9));
        let duels = &found.pairwise_winning + &found.pairwise_winning.t();
        for ((i, j), both) in duels.indexed_iter() {
            prop_assert!((both - f64::from(u8::from(i != j))).abs() < 1e-9);
        }
        // The expected rank is one more than the expected number of those who win against it.
        let beaten = found.pairwise_winning.sum_axis(Axis(0)) + 1.0;
        for (rank, beaten) in found.expected_ranks().iter().zip(&beaten) {
            prop_assert!((rank - beaten).abs() < 1e-9);
        }
        prop_assert!(found.within(m).iter().all(|share| (share - 1.0).abs() < 1e-9));
    }
}

#[test]
fn several_batches_and_a_partial_chunk_are_counted_like_one() {
    let (samples, m, n) = (4096 + 256 + 37, 7, 8);
    let (mut data, weights) = (uniform(samples, m, n, 5), simplex(n, samples, 5));
    // Ties in some chunks only.
    data.slice_axis_mut(Axis(0), Slice::from(300..310)).fill(0.5);
    close(&analyse(data.view(), weights.view()), &naive(&data, &weights), 1e-9);
}

#[test]
fn one_matrix_is_analysed_as_its_copies_would_be() {
    let matrix = uniform(1, 9, 9, 3).index_axis_move(Axis(0), 0);
    let weights = simplex(9, 700, 8);
    let copies = matrix.broadcast((700, 9, 9)).unwrap();
    let fixed = analyse_fixed(matrix.view(), weights.view());
    close(&fixed, &naive(&copies.to_owned(), &weights), 1e-9);
    close(&analyse(copies, weights.view()), &fixed, 0.0);
    close(&analyse(copies.to_owned().view(), weights.view()), &fixed, 0.0);
    assert!(fixed.confidence_factors.iter().all(|&f| f == 0.0 || f == 1.0));
}

#[test]
fn any_layout_is_read() {
    let (data, weights) = (uniform(90, 5, 8, 1), simplex(8, 90, 1));
    let mut turned = Array3::zeros((8, 5, 90));
    turned.assign(&data.t());
    let weights_turned = weights.t().to_owned();
    let found = analyse(turned.t(), weights_turned.t());
    close(&found, &analyse(data.view(), weights.view()), 0.0);
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let (data, weights) = (uniform(5000, 12, 8, 2), simplex(8, 5000, 2));
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| analyse(data.view(), weights.view()))
    };
    let (one, five) = (with(1), with(5));
    let bits = |a: &Analysis| -> Vec<u64> {
        let tables = [&a.rank_acceptability, &a.pairwise_winning, &a.central_weights];
        let cells = tables.into_iter().flatten().chain(&a.confidence_factors);
        cells.map(|x| x.to_bits()).collect()
    };
    assert_eq!(bits(&one), bits(&five));
}

/// The published worked example: heparin against enoxaparin after surgery, three criteria
/// (proximal thrombosis, distal thrombosis, major bleeding). Counts of patients: Lynd &
/// O'Brien 2004, *Advances in risk-benefit evaluation using probabilistic simulation methods*,
/// Journal of Clinical Epidemiology 57(8), doi:10.1016/j.jclinepi.2003.12.012, as Beta laws of
/// the risks, worth 1 to 0 over 0 – 0.25, 0.15 – 0.4 and 0 – 0.1. Results: the reference output
/// of the examples of the R package `smaa` (van Valkenhoef), 10,000 samples.
#[test]
fn the_worked_example_of_the_r_package_is_reproduced() {
    let risks =
        [[(20.0, 116.0), (40.0, 96.0), (1.0, 135.0)], [(8.0, 121.0), (32.0, 97.0), (5.0, 124.0)]];
    let scales = [(0.25, 0.0), (0.4, 0.15), (0.1, 0.0)];
    let samples = 100_000;
    let mut rng = draws::stream(draws::Purpose::Measurements, 2004, 0);
    let mut data = Array3::zeros((samples, 2, 3));
    for ((_, drug, criterion), worth) in data.indexed_iter_mut() {
        let (affected, spared) = risks[drug][criterion];
        let risk: f64 = Beta::new(affected, spared).unwrap().sample(&mut rng);
        let (worst, best) = scales[criterion];
        *worth = (worst - risk) / (worst - best);
    }
    let near = |found: f64, published: f64, tolerance: f64| {
        assert!((found - published).abs() < tolerance, "{found}, published {published}");
    };
    // Four standard errors of a share over their 10,000 samples and our 100,000: 0.02.
    let found = analyse(data.view(), simplex(3, samples, 2004).view());
    let published = array![[0.3504, 0.6496], [0.6496, 0.3504]];
    found.rank_acceptability.iter().zip(&published).for_each(|(&f, &p)| near(f, p, 0.02));
    near(found.pairwise_winning[[1, 0]], 0.6496, 0.02);
    let published = array![[0.1865, 0.2772, 0.5363], [0.4073, 0.3641, 0.2285]];
    found.central_weights.iter().zip(&published).for_each(|(&f, &p)| near(f, p, 0.015));
    near(found.confidence_factors[0], 0.6682, 0.02);
    near(found.confidence_factors[1], 0.8956, 0.015);
    // And with the weights 0.5, 0.2, 0.3 for everybody.
    let stated = array![0.5, 0.2, 0.3];
    let found = analyse(data.view(), stated.broadcast((samples, 3)).unwrap());
    near(found.rank_acceptability[[0, 0]], 0.1279, 0.015);
    near(found.rank_acceptability[[1, 0]], 0.8721, 0.015);
}

/// Three alternatives, each the best on one criterion: the value of each *is* a weight. By
/// symmetry every rank is as likely, and the central weight of an alternative is the mean of
/// the largest of three weights: the rank-order centroid, 0.6111 in Barron & Barrett 1996
/// (doi:10.1287/mnsc.42.11.1515).
#[test]
fn specialists_share_every_rank_and_their_supporters_are_the_centroid() {
    let weights = simplex(3, 200_000, 11);
    let found = analyse_fixed(Array2::eye(3).view(), weights.view());
    // Five standard errors of a share of one third over 200,000 samples: 0.0053.
    assert!(found.rank_acceptability.iter().all(|share| (share - 1.0 / 3.0).abs() < 0.0053));
    for ((i, c), &weight) in found.central_weights.indexed_iter() {
        let expected = if i == c { 0.6111 } else { 0.1944 };
        assert!((weight - expected).abs() < 0.003, "{weight}");
    }
    assert!(found.expected_ranks().iter().all(|rank| (rank - 2.0).abs() < 0.02));
    assert_eq!(found.confidence_factors, array![1.0, 1.0, 1.0]);
}

/// Two criteria: `w₁` is uniform in 0..1. A = (1, 0), B = (0, 1), C = (0.6, 0.6) is first
/// for 0.4 < w₁ < 0.6: acceptabilities 0.4, 0.4, 0.2, and C is second otherwise, for
/// C beats A where w₁ < 0.6. A second only where C is first and w₁ > 0.5: 0.1.
#[test]
fn two_criteria_are_cut_where_the_lines_cross() {
    let weights = simplex(2, 200_000, 4);
    let found = analyse_fixed(array![[1.0, 0.0], [0.0, 1.0], [0.6, 0.6]].view(), weights.view());
    let expected = array![[0.4, 0.1, 0.5], [0.4, 0.1, 0.5], [0.2, 0.8, 0.0]];
    for (share, expected) in found.rank_acceptability.iter().zip(&expected) {
        assert!((share - expected).abs() < 0.006, "{share} {expected}");
    }
    let duels = array![[0.0, 0.5, 0.4], [0.5, 0.0, 0.4], [0.6, 0.6, 0.0]];
    for (share, expected) in found.pairwise_winning.iter().zip(&duels) {
        assert!((share - expected).abs() < 0.006, "{share} {expected}");
    }
    let central = array![[0.8, 0.2], [0.2, 0.8], [0.5, 0.5]];
    for (weight, expected) in found.central_weights.iter().zip(&central) {
        assert!((weight - expected).abs() < 0.004, "{weight} {expected}");
    }
}

/// A is certain at 0.5; B is uniform in 0..1 on its only criterion: each wins half of the
/// duels, and neither is sure of its own supporters.
#[test]
fn uncertain_data_lower_the_confidence() {
    let (low, point, high) = (array![[0.5], [0.0]], array![[0.5], [0.5]], array![[0.5], [1.0]]);
    let weights = Array2::ones((100_000, 1));
    let found =
        analyse_intervals(low.view(), point.view(), high.view(), weights.view(), 6).unwrap();
    for share in found.rank_acceptability.iter().chain(&found.confidence_factors) {
        assert!((share - 0.5).abs() < 0.008, "{share}");
    }
}

#[test]
fn a_dominated_alternative_has_no_supporters() {
    let weights = simplex(2, 500, 4);
    let found = analyse_fixed(array![[0.9, 0.8], [0.3, 0.8]].view(), weights.view());
    assert!(found.central_weights.row(1).iter().all(|w| w.is_nan()));
    assert_eq!(found.confidence_factors, array![1.0, 0.0]);
    assert_eq!(found.pairwise_winning, array![[0.0, 1.0], [0.0, 0.0]]);
}

#[test]
fn twins_share_the_better_rank_and_neither_wins() {
    let weights = simplex(2, 300, 4);
    let found = analyse_fixed(array![[0.4, 0.4], [0.4, 0.4]].view(), weights.view());
    assert_eq!(found.rank_acceptability, array![[1.0, 0.0], [1.0, 0.0]]);
    assert_eq!(found.pairwise_winning, array![[0.0, 0.0], [0.0, 0.0]]);
    assert_eq!(found.confidence_factors, array![1.0, 1.0]);
}

#[test]
fn what_cannot_be_analysed_is_refused() {
    let refused = |data: &Array3<f64>, weights: &Array2<f64>| {
        try_analyse(data.view(), weights.view()).unwrap_err()
    };
    let (data, weights) = (uniform(4, 3, 2, 0), simplex(2, 4, 0));
    assert_eq!(refused(&Array3::zeros((0, 3, 2)), &Array2::zeros((0, 2))), SmaaError::NoSample);
    assert_eq!(refused(&Array3::zeros((4, 0, 2)), &weights), SmaaError::Nothing);
    assert_eq!(refused(&Array3::zeros((4, 3, 0)), &Array2::zeros((4, 0))), SmaaError::Nothing);
    let shape = SmaaError::Shape { expected: (4, 2), weights: (5, 2) };
    assert_eq!(refused(&data, &simplex(2, 5, 0)), shape);
    let mut missing = data.clone();
    missing[[2, 1, 0]] = f64::NAN;
    assert_eq!(refused(&missing, &weights), SmaaError::NotFinite { sample: 2, alternative: 1 });
    let mut endless = weights.clone();
    endless[[3, 1]] = f64::INFINITY;
    assert_eq!(refused(&data, &endless), SmaaError::NotFinite { sample: 3, alternative: 0 });
    let many = Array2::zeros((ALTERNATIVES_MAX + 1, 1));
    let refused = try_analyse_fixed(many.view(), Array2::ones((1, 1)).view());
    assert_eq!(refused, Err(SmaaError::TooMany(ALTERNATIVES_MAX + 1)));
    let crossed = analyse_intervals(
        array![[0.6]].view(),
        array![[0.5]].view(),
        array![[1.0]].view(),
        Array2::ones((1, 1)).view(),
        0,
    );
    assert!(matches!(crossed, Err(SmaaError::Draw(_))));
}

#[test]
#[should_panic(expected = "aucun tirage à analyser")]
fn the_plain_entry_panics_with_the_reason() {
    let _ = analyse(Array3::zeros((0, 1, 1)).view(), Array2::zeros((0, 1)).view());
}
