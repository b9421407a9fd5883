//! How far a mean could be otherwise: the bootstrap, by whole clusters.
//!
//! The implantations of one enterprise resemble one another, so enterprises are drawn with
//! replacement and not single events (Field & Welsh 2007, DOI
//! 10.1111/j.1467-9868.2007.00593.x); the bounds are percentiles of the means drawn (Efron
//! 1979, DOI 10.1214/aos/1176344552). All columns are read on the same draws, so that the
//! interval of a difference is that of paired figures.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::domain::sample::quantile;

/// How the draws are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Number of draws.
    pub draws: u64,
    /// Seed: the same one gives the same bounds, whatever the number of threads.
    pub seed: u64,
    /// Share of the draws between the two bounds, 0..1.
    pub level: f64,
}

/// A mean with its bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean of what was seen.
    pub value: f64,
    /// Lower and upper bound; `None` with fewer than two clusters: nothing can be drawn.
    pub bounds: Option<(f64, f64)>,
}

/// The mean of each column with its bounds; `None` without any row.
///
/// Shape: `columns` hold one value per row, `clusters` the cluster of each row (any number);
/// one interval per column, in order.
///
/// # Panics
/// If a column has not the length of `clusters`.
#[must_use]
pub fn intervals(columns: &[Vec<f64>], clusters: &[usize], plan: &Plan) -> Option<Vec<Interval>> {
    let mut names: Vec<usize> = clusters.to_vec();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return None;
    }
    // Sums per cluster: a draw then costs one addition per cluster and column.
    let width = columns.len() + 1;
    let mut sums = vec![vec![0.0; width]; names.len()];
    for (row, cluster) in clusters.iter().enumerate() {
        let at = names.binary_search(cluster).expect("every cluster is among its own names");
        sums[at][0] += 1.0;
        for (column, values) in columns.iter().enumerate() {
            assert_eq!(values.len(), clusters.len(), "one value per row");
            sums[at][column + 1] += values[row];
        }
    }
    let mean_of = |drawn: &mut dyn Iterator<Item = usize>| -> Vec<f64> {
        let mut total = vec![0.0; width];
        for at in drawn {
            total.iter_mut().zip(&sums[at]).for_each(|(total, sum)| *total += sum);
        }
        total[1..].iter().map(|sum| sum / total[0]).collect()
    };
    let seen = mean_of(&mut (0..names.len()));
    if names.len() < 2 {
        return Some(seen.into_iter().map(|value| Interval { value, bounds: None }).collect());
    }
    let draws: Vec<Vec<f64>> = (0..plan.draws)
        .into_par_iter()
        .map(|replicate| {
            let mut random = ChaCha8Rng::seed_from_u64(plan.seed);
            random.set_stream(replicate);
            mean_of(&mut (0..names.len()).map(|_| random.random_range(0..names.len())))
        })
        .collect();
    let tail = (1.0 - plan.level) / 2.0;
    let interval = |(column, value): (usize, f64)| {
        let mut drawn: Vec<f64> = draws.iter().map(|means| means[column]).collect();
        drawn.sort_by(f64::total_cmp);
        let bounds = (quantile(&drawn, tail), quantile(&drawn, 1.0 - tail));
        Interval { value, bounds: (!drawn.is_empty()).then_some(bounds) }
    };
    Some(seen.into_iter().enumerate().map(interval).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: Plan = Plan { draws: 2_000, seed: 7, level: 0.95 };

    #[test]
    fn the_same_seed_gives_the_same_bounds_and_another_seed_others() {
        let column: Vec<f64> = (0..60).map(|n| f64::from(n % 7)).collect();
        let clusters: Vec<usize> = (0..60).map(|n| n / 3).collect();
        let of = |plan: &Plan| intervals(std::slice::from_ref(&column), &clusters, plan).unwrap();
        let here = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(of(&PLAN), here.install(|| of(&PLAN)));
        assert_ne!(of(&PLAN), of(&Plan { seed: 8, ..PLAN }));
    }

    /// For a mean of independent values the bounds are near those of the normal law:
    /// 0.5 ± 1.96 · 0.5 / √400 = 0.451 to 0.549.
    #[test]
    fn the_bounds_of_a_proportion_are_near_the_normal_ones() {
        let column: Vec<f64> = (0..400).map(|n| f64::from(n % 2)).collect();
        let clusters: Vec<usize> = (0..400).collect();
        let found = intervals(&[column], &clusters, &PLAN).unwrap()[0];
        let (low, high) = found.bounds.unwrap();
        assert!((found.value - 0.5).abs() < 1e-12);
        assert!((low - 0.451).abs() < 0.01 && (high - 0.549).abs() < 0.01, "{low} {high}");
    }

    #[test]
    fn rows_of_one_cluster_count_as_one_draw() {
        let column: Vec<f64> = (0..400).map(|n| f64::from(n / 200)).collect();
        let alone: Vec<usize> = (0..400).collect();
        let two: Vec<usize> = (0..400).map(|n| n / 200).collect();
        let width = |clusters: &[usize]| {
            let found = intervals(std::slice::from_ref(&column), clusters, &PLAN).unwrap();
            let (low, high) = found[0].bounds.unwrap();
            high - low
        };
        assert!(width(&two) > 5.0 * width(&alone));
    }

    #[test]
    fn one_cluster_has_no_bounds_and_no_row_no_mean() {
        let found = intervals(&[vec![1.0, 0.0]], &[3, 3], &PLAN).unwrap();
        assert_eq!(found, [Interval { value: 0.5, bounds: None }]);
        assert_eq!(intervals(&[Vec::new()], &[], &PLAN), None);
    }
}
