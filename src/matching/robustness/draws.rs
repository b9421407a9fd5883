//! Measurements as good as those that are known: draws within intervals (methods §6).
//!
//! An item known as `[l, u]` with expected value `p` is `l + (u − l) · Beta(2q, 2(1 − q))`,
//! `q = (p − l)/(u − l)`: its mean is `p`, its draws fill the interval, and it is fixed where
//! `q` is 0 or 1. With `q = 1/2` every value of the interval is as likely.
//!
//! Draws of one call are independent of each other. What is shared between candidates (a
//! gap, the presence of an actor) must be drawn once per replicate and shared, by who knows
//! what is shared; this file cannot see it.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a view is two pointers; taking it by value is how arrays are passed"
)]

use ndarray::{Array3, ArrayView2};
use rand::{Rng, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Beta, Distribution as _};
use rayon::prelude::*;

/// Why intervals are refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DrawError {
    /// The three matrices have not one shape.
    #[error("bornes et valeurs de formes différentes : {low:?}, {point:?} et {high:?}")]
    Shape {
        /// Shape of the lower bounds.
        low: (usize, usize),
        /// Shape of the expected values.
        point: (usize, usize),
        /// Shape of the upper bounds.
        high: (usize, usize),
    },
    /// Not `low ≤ point ≤ high`, or not finite.
    #[error(
        "intervalle refusé pour la candidate {row}, critère {column} : il faut borne basse ≤ \
         valeur ≤ borne haute"
    )]
    NotAnInterval {
        /// The alternative, from 0.
        row: usize,
        /// The criterion, from 0.
        column: usize,
    },
}

/// An item known within bounds, made ready for drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    low: f64,
    width: f64,
    /// `None` where the value is certain (it is then `low`).
    shape: Option<Beta<f64>>,
}

impl Interval {
    /// `None` unless `low ≤ point ≤ high`, all finite.
    #[must_use]
    pub fn new(low: f64, point: f64, high: f64) -> Option<Self> {
        let width = high - low;
        if !(low <= point && point <= high && width.is_finite()) {
            return None;
        }
        let q = if width > 0.0 { (point - low) / width } else { 0.0 };
        // A parameter so small that no Beta exists is a value at its bound.
        let shape = Beta::new(2.0 * q, 2.0 * (1.0 - q)).ok().filter(|_| q > 0.0 && q < 1.0);
        match shape {
            Some(_) => Some(Self { low, width, shape }),
            None => Some(Self { low: point, width: 0.0, shape }),
        }
    }

    /// One value of the interval.
    pub fn draw(&self, rng: &mut impl Rng) -> f64 {
        match &self.shape {
            Some(beta) => (self.low + self.width * beta.sample(rng)).min(self.low + self.width),
            None => self.low,
        }
    }
}

/// `count` draws of `m × n` measurements, all cells independent: `count × m × n`, each within
/// its bounds. Replicate `k` comes from stream `k` of the seed: the first draws do not depend
/// on how many are asked, nor any on the number of threads.
///
/// # Errors
/// Three matrices of different shapes; a cell where `low ≤ point ≤ high` does not hold or is
/// not finite.
pub fn measurements(
    low: ArrayView2<f64>,
    point: ArrayView2<f64>,
    high: ArrayView2<f64>,
    count: usize,
    seed: u64,
) -> Result<Array3<f64>, DrawError> {
    if low.dim() != point.dim() || point.dim() != high.dim() {
        return Err(DrawError::Shape { low: low.dim(), point: point.dim(), high: high.dim() });
    }
    let (rows, columns) = point.dim();
    let intervals: Vec<Interval> = point
        .indexed_iter()
        .map(|((row, column), &p)| {
            Interval::new(low[[row, column]], p, high[[row, column]])
                .ok_or(DrawError::NotAnInterval { row, column })
        })
        .collect::<Result<_, _>>()?;
    let mut drawn = vec![0.0; count * rows * columns];
    let size = (rows * columns).max(1);
    drawn.par_chunks_mut(size).enumerate().for_each(|(replicate, cells)| {
        let mut rng = stream(Purpose::Measurements, seed, replicate as u64);
        for (cell, interval) in cells.iter_mut().zip(&intervals) {
            *cell = interval.draw(&mut rng);
        }
    });
    Ok(Array3::from_shape_vec((count, rows, columns), drawn).expect("count × m × n draws"))
}

/// What random numbers are for: one seed gives unrelated numbers to each purpose, so that
/// weights and measurements drawn from the same seed do not move together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Weights of criteria.
    Weights,
    /// Measurements within their bounds.
    Measurements,
}

/// The random numbers of one replicate: the same whatever else is drawn and in which order.
#[must_use]
pub fn stream(purpose: Purpose, seed: u64, replicate: u64) -> ChaCha8Rng {
    let salt = match purpose {
        Purpose::Weights => u64::from_be_bytes(*b"weights "),
        Purpose::Measurements => u64::from_be_bytes(*b"measures"),
    };
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ salt);
    rng.set_stream(replicate);
    rng
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Axis, Slice, array};
    use proptest::prelude::*;

    #[test]
    fn draws_have_the_stated_mean_and_the_variance_of_their_law() {
        // Var Beta(2q, 2(1−q)) = q (1 − q) / 3, and 1/12 of the square of the width at q = ½.
        for (low, point, high) in [(0.2, 0.5, 0.8), (0.0, 0.1, 1.0), (0.3, 0.9, 0.95)] {
            let interval = Interval::new(low, point, high).unwrap();
            let mut rng = stream(Purpose::Measurements, 7, 0);
            let draws: Vec<f64> = (0..40_000).map(|_| interval.draw(&mut rng)).collect();
            let mean = draws.iter().sum::<f64>() / 40_000.0;
            let variance = draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / 40_000.0;
            let (width, q) = (high - low, (point - low) / (high - low));
            let expected = width * width * q * (1.0 - q) / 3.0;
            // Five standard errors of a mean of 40,000.
            assert!((mean - point).abs() < 5.0 * (expected / 40_000.0).sqrt(), "{mean}");
            assert!((variance / expected - 1.0).abs() < 0.05, "{variance} {expected}");
        }
    }

    #[test]
    fn what_is_certain_or_at_its_bound_does_not_move() {
        let mut rng = stream(Purpose::Measurements, 1, 0);
        for (low, point, high) in [(0.4, 0.4, 0.4), (0.1, 0.1, 0.9), (0.1, 0.9, 0.9)] {
            assert_eq!(Interval::new(low, point, high).unwrap().draw(&mut rng), point);
        }
        assert_eq!(Interval::new(0.5, 0.4, 0.9), None);
        assert_eq!(Interval::new(0.5, f64::NAN, 0.9), None);
        assert_eq!(Interval::new(0.5, 0.95, 0.9), None);
    }

    #[test]
    fn a_seed_gives_the_same_draws_and_each_purpose_its_own() {
        let (low, point, high) = (array![[0.0, 0.2]], array![[0.5, 0.2]], array![[1.0, 0.2]]);
        let draw =
            |count, seed| measurements(low.view(), point.view(), high.view(), count, seed).unwrap();
        let (few, many) = (draw(3, 9), draw(50, 9));
        assert_eq!(few, many.slice_axis(Axis(0), Slice::from(..3)));
        assert_ne!(few, draw(3, 10));
        assert!(many.index_axis(Axis(2), 1).iter().all(|&x| x == 0.2));
        let first = |purpose| stream(purpose, 9, 0).next_u64();
        assert_ne!(first(Purpose::Weights), first(Purpose::Measurements));
    }

    #[test]
    fn a_wrong_cell_is_named() {
        let (low, high) = (array![[0.0, 0.6]], array![[1.0, 1.0]]);
        let refused = measurements(low.view(), array![[0.5, 0.5]].view(), high.view(), 1, 0);
        assert_eq!(refused, Err(DrawError::NotAnInterval { row: 0, column: 1 }));
        let refused = measurements(low.view(), array![[0.5]].view(), high.view(), 1, 0);
        assert!(matches!(refused, Err(DrawError::Shape { .. })));
    }

    proptest! {
        #[test]
        fn draws_stay_within_bounds(a in -2.0_f64..2.0, b in 0.0_f64..3.0, q in 0.0_f64..=1.0) {
            let (low, high) = (a, a + b);
            let point = (low + q * b).clamp(low, high);
            let interval = Interval::new(low, point, high).unwrap();
            let mut rng = stream(Purpose::Measurements, 3, 0);
            for _ in 0..50 {
                let x = interval.draw(&mut rng);
                prop_assert!((low..=high).contains(&x), "{x} {low} {high}");
            }
        }
    }
}
