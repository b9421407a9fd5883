//! Hit-and-run: a random walk whose places are, in the long run, uniform in a polytope.
//!
//! From where it stands, the walk takes a random direction that keeps the sum of the
//! weights, and jumps to a uniform place of the chord. Smith 1984, *Efficient Monte Carlo
//! procedures for generating points uniformly distributed over bounded regions*, Operations
//! Research 32(6), doi:10.1287/opre.32.6.1296; for weights: Tervonen, van Valkenhoef,
//! Baştürk & Postmus 2013, *Hit-And-Run enables efficient weight generation for
//! simulation-based multiple criteria decision analysis*, European Journal of Operational
//! Research 224(3), doi:10.1016/j.ejor.2012.08.026.
//!
//! Directions are stretched by the width of the polytope along each axis, so that a weight
//! known to 1 % and another known to 50 % both move freely; any law of directions that does
//! not depend on the place keeps the uniform law. The number of steps between two kept places
//! grows as the cube of the dimension, the order of the mixing time (Tervonen et al. 2013).

use rand::{Rng, RngExt as _};
use rand_distr::{Distribution as _, StandardNormal};

/// `Σ coefficient · w[index] ≤ bound`, over at most two weights: enough for bounds of one
/// weight and for bounds of the ratio of two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct HalfSpace {
    /// (index, coefficient); the second may have coefficient 0.
    pub terms: [(usize, f64); 2],
    /// The bound.
    pub bound: f64,
}

/// Weights of a given sum that satisfy every half-space, with a place inside to start from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Polytope {
    /// What holds.
    pub half_spaces: Vec<HalfSpace>,
    /// A place strictly inside.
    pub start: Vec<f64>,
    /// How wide the polytope is along each axis, all positive; only speed depends on it.
    pub widths: Vec<f64>,
}

impl Polytope {
    /// Steps between two kept places: the cube of the dimension, 8 at least.
    pub(super) fn thinning(&self) -> usize {
        self.start.len().saturating_sub(1).pow(3).max(8)
    }

    /// Walks from the start and hands out each kept place to `keep`, `count` times. Starts
    /// at a middle place and forgets it by walking five times the thinning first.
    pub(super) fn walk(&self, count: usize, rng: &mut impl Rng, mut keep: impl FnMut(&[f64])) {
        let mut place = self.start.clone();
        let mut direction = vec![0.0; place.len()];
        let thinning = self.thinning();
        let mut steps = 5 * thinning;
        for _ in 0..count {
            for _ in 0..steps {
                self.step(&mut place, &mut direction, rng);
            }
            steps = thinning;
            keep(&place);
        }
    }

    fn step(&self, place: &mut [f64], direction: &mut [f64], rng: &mut impl Rng) {
        for (d, width) in direction.iter_mut().zip(&self.widths) {
            let normal: f64 = StandardNormal.sample(rng);
            *d = width * normal;
        }
        // Back to a zero sum, each axis giving in proportion to its width.
        let excess = direction.iter().sum::<f64>() / self.widths.iter().sum::<f64>();
        direction.iter_mut().zip(&self.widths).for_each(|(d, width)| *d -= excess * width);
        let (backward, forward) = self.chord(place, direction);
        let length = forward - backward;
        // No finite chord: a direction of zeros, which has probability zero.
        if length.is_finite() && length > 0.0 {
            let t = backward + length * rng.random::<f64>();
            place.iter_mut().zip(&*direction).for_each(|(w, d)| *w += t * d);
        }
    }

    /// How far one can go backward (negative) and forward without leaving.
    fn chord(&self, place: &[f64], direction: &[f64]) -> (f64, f64) {
        let (mut backward, mut forward) = (f64::NEG_INFINITY, f64::INFINITY);
        for HalfSpace { terms: [(i, a), (j, b)], bound } in &self.half_spaces {
            let speed = a * direction[*i] + b * direction[*j];
            // Rounding may leave the walk a hair outside: it is then on the edge.
            let room = (bound - a * place[*i] - b * place[*j]).max(0.0);
            if speed > 0.0 {
                forward = forward.min(room / speed);
            } else if speed < 0.0 {
                backward = backward.max(room / speed);
            }
        }
        (backward, forward)
    }
}
