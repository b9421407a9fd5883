//! One sampler per space: checked once, then asked for each sample.

use rand::seq::SliceRandom as _;
use rand::{Rng, RngExt as _};
use rand_distr::{Distribution as _, Exp1};

use super::WeightSpaceError;
use crate::matching::robustness::hit_and_run::{HalfSpace, Polytope};

/// How many proposals per sample are worth an exact answer; above, ratios are walked.
const PROPOSALS_MAX: f64 = 500.0;

/// A space checked and made ready.
pub(super) enum Sampler {
    Simplex(Vec<usize>),
    Order(Vec<Vec<usize>>),
    Ratios { active: Vec<usize>, center: Vec<f64>, factor: f64 },
    Walk(Walk),
}

/// A polytope over some columns, the others being fixed.
pub(super) struct Walk {
    polytope: Polytope,
    free: Vec<usize>,
    fixed: Vec<f64>,
}

impl Sampler {
    pub(super) fn fill(&self, row: &mut [f64], rng: &mut impl Rng) {
        match self {
            Self::Simplex(active) => {
                for (&column, weight) in active.iter().zip(simplex(active.len(), rng)) {
                    row[column] = weight;
                }
            }
            Self::Order(groups) => fill_order(groups, row, rng),
            Self::Ratios { active, center, factor } => {
                fill_ratios(active, center, *factor, row, rng);
            }
            Self::Walk(walk) => walk.fill(row, row.len(), rng),
        }
    }
}

/// Exponentials divided by their sum are uniform on the simplex (Devroye 1986,
/// *Non-Uniform Random Variate Generation*, ch. V.2, doi:10.1007/978-1-4613-8643-8).
fn simplex(count: usize, rng: &mut impl Rng) -> Vec<f64> {
    let mut weights: Vec<f64> = (0..count).map(|_| Exp1.sample(rng)).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
    weights
}

/// A weak order is the union of the strict orders that agree with it, which have equal
/// volumes (the simplex looks the same from each criterion) and overlap on their edges only.
/// So: a uniform point, sorted, whose places inside a group are dealt at random. Exact,
/// where a walk would only be nearly so.
fn fill_order(groups: &[Vec<usize>], row: &mut [f64], rng: &mut impl Rng) {
    let mut sorted = simplex(groups.iter().map(Vec::len).sum(), rng);
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let mut left = sorted.as_mut_slice();
    for group in groups {
        let (places, rest) = left.split_at_mut(group.len());
        places.shuffle(rng);
        for (&column, &mut weight) in group.iter().zip(places) {
            row[column] = weight;
        }
        left = rest;
    }
}

/// Exact. With `u = w / c`, the cone `max u ≤ f · min u` is cut by whose `u` is the smallest:
/// there `u = t y` with `y = 1` for that one and `1 ≤ y ≤ f` for the others, and the points
/// of `Σ w ≤ 1` above `y` have volume `∝ (c·y)^−n`. So: a face and a `y` at random, kept with
/// probability `(c·y)^−n` (`c·y ≥ 1` for weights `c` of sum 1), then scaled to sum 1.
fn fill_ratios(active: &[usize], center: &[f64], factor: f64, row: &mut [f64], rng: &mut impl Rng) {
    let n = active.len();
    let mut y = vec![1.0; n];
    let sum = loop {
        let smallest = rng.random_range(0..n);
        for (at, y) in y.iter_mut().enumerate() {
            let drawn = 1.0 + (factor - 1.0) * rng.random::<f64>();
            *y = if at == smallest { 1.0 } else { drawn };
        }
        let sum: f64 = center.iter().zip(&y).map(|(c, y)| c * y).sum();
        if rng.random::<f64>() < sum.powi(-(n as i32)) {
            break sum;
        }
    };
    for ((&column, c), y) in active.iter().zip(center).zip(&y) {
        row[column] = c * y / sum;
    }
}

impl Walk {
    pub(super) fn fill(&self, rows: &mut [f64], columns: usize, rng: &mut impl Rng) {
        let mut rows = rows.chunks_mut(columns);
        let count = rows.len();
        self.polytope.walk(count, rng, |place| {
            let row = rows.next().expect("as many rows as places");
            row.copy_from_slice(&self.fixed);
            for (&column, &weight) in self.free.iter().zip(place) {
                row[column] = weight.max(0.0);
            }
        });
    }
}

pub(super) fn ratios(center: &[f64], factor: f64) -> Result<Sampler, WeightSpaceError> {
    check_numbers(center)?;
    if !factor.is_finite() || factor < 1.0 {
        return Err(WeightSpaceError::BadFactor(factor.to_string()));
    }
    let active: Vec<usize> = (0..center.len()).filter(|&c| center[c] > 0.0).collect();
    if active.is_empty() {
        return Err(WeightSpaceError::NoCriterion);
    }
    let sum: f64 = active.iter().map(|&c| center[c]).sum();
    let shares: Vec<f64> = active.iter().map(|&c| center[c] / sum).collect();
    // Jensen: a proposal is kept at least that often.
    let proposals = f64::midpoint(1.0, factor).powi(active.len() as i32);
    if proposals <= PROPOSALS_MAX {
        return Ok(Sampler::Ratios { active, center: shares, factor });
    }
    let pairs = (0..active.len()).flat_map(|i| (0..active.len()).map(move |j| (i, j)));
    let half_spaces = pairs.filter(|(i, j)| i != j).map(|(i, j)| HalfSpace {
        terms: [(i, 1.0), (j, -factor * shares[i] / shares[j])],
        bound: 0.0,
    });
    let polytope = Polytope {
        half_spaces: half_spaces.collect(),
        start: shares.clone(),
        widths: shares.clone(),
    };
    Ok(Sampler::Walk(Walk { polytope, free: active, fixed: vec![0.0; center.len()] }))
}

pub(super) fn intervals(low: &[f64], high: &[f64]) -> Result<Sampler, WeightSpaceError> {
    if low.len() != high.len() {
        return Err(WeightSpaceError::Length { low: low.len(), high: high.len() });
    }
    check_numbers(low)?;
    check_numbers(high)?;
    let high: Vec<f64> = high.iter().map(|h| h.min(1.0)).collect();
    if let Some(c) = (0..low.len()).find(|&c| low[c] > high[c]) {
        return Err(WeightSpaceError::Crossed { criterion: c, low: low[c], high: high[c] });
    }
    let (least, most) = (low.iter().sum::<f64>(), high.iter().sum::<f64>());
    if high.iter().all(|&h| h == 0.0) {
        return Err(WeightSpaceError::NoCriterion);
    }
    // Decimal bounds that meet exactly (0.1 + 0.2 + 0.7) may miss 1 by a rounding.
    if least > 1.0 + 1e-12 || most < 1.0 - 1e-12 {
        return Err(WeightSpaceError::Empty { low: least, high: most });
    }
    // Where the straight line from all-low to all-high crosses the simplex: strictly inside.
    let room = most - least;
    let part = if room > 0.0 { ((1.0 - least) / room).clamp(0.0, 1.0) } else { 0.0 };
    let middle: Vec<f64> = low.iter().zip(&high).map(|(l, h)| l + part * (h - l)).collect();
    let stuck = part == 0.0 || part == 1.0;
    let free: Vec<usize> = (0..low.len()).filter(|&c| !stuck && high[c] > low[c]).collect();
    let bounds = free.iter().enumerate().flat_map(|(at, &c)| {
        [(1.0, high[c]), (-1.0, -low[c])]
            .map(|(sign, bound)| HalfSpace { terms: [(at, sign), (at, 0.0)], bound })
    });
    let polytope = Polytope {
        half_spaces: bounds.collect(),
        start: free.iter().map(|&c| middle[c]).collect(),
        widths: free.iter().map(|&c| high[c] - low[c]).collect(),
    };
    Ok(Sampler::Walk(Walk { polytope, free, fixed: middle }))
}

fn check_numbers(numbers: &[f64]) -> Result<(), WeightSpaceError> {
    match numbers.iter().position(|n| !n.is_finite() || *n < 0.0) {
        Some(criterion) => {
            Err(WeightSpaceError::BadNumber { criterion, value: numbers[criterion].to_string() })
        }
        None => Ok(()),
    }
}
