//! Confidence factors: is an alternative first when its own supporters decide?
//!
//! Asked plainly this is `N m² n` multiplications, ten times everything else. Nearly all
//! alternatives of a sample are beaten by the same few: trying those first answers most
//! questions with one or two sums, and only the true firsts are compared to everyone.

use rayon::prelude::*;

use super::ranks::value;
use super::{Measurements, Problem};

/// Samples counted by one task.
const SAMPLES: usize = 256;

/// For each alternative, the share of measurement samples where nobody is strictly better
/// at its central weights (`m × n`, a row of NaN for who never was first, whose share is 0).
pub(super) fn firsts_at_own_weights(problem: &Problem<'_>, central: &[f64]) -> Vec<f64> {
    let count = match problem.criteria {
        8 => count_range::<8>,
        9 => count_range::<9>,
        _ => count_range::<0>,
    };
    let samples = match problem.measurements {
        Measurements::Each(_) => problem.samples,
        Measurements::Same(_) => 1,
    };
    let contest = Contest::new(problem, central);
    // Sums of whole numbers: the order in which tasks end changes nothing.
    let counts = (0..samples.div_ceil(SAMPLES))
        .into_par_iter()
        .fold(
            || vec![0_u32; problem.alternatives],
            |counts, at| {
                let start = at * SAMPLES;
                count(problem, &contest, (start, samples.min(start + SAMPLES)), counts)
            },
        )
        .reduce(
            || vec![0; problem.alternatives],
            |mut a, b| {
                a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
                a
            },
        );
    counts.into_iter().map(|count| f64::from(count) / samples as f64).collect()
}

/// Who is asked, and the weights that lie amidst theirs.
struct Contest<'a> {
    central: &'a [f64],
    asked: Vec<usize>,
    middle: Vec<f64>,
}

impl<'a> Contest<'a> {
    fn new(problem: &Problem<'_>, central: &'a [f64]) -> Self {
        let n = problem.criteria;
        let row = |i: usize| &central[i * n..(i + 1) * n];
        let asked: Vec<usize> =
            (0..problem.alternatives).filter(|&i| !row(i)[0].is_nan()).collect();
        let mut middle = vec![0.0; n];
        for &i in &asked {
            middle.iter_mut().zip(row(i)).for_each(|(sum, w)| *sum += w);
        }
        Self { central, asked, middle }
    }
}

fn count_range<const N: usize>(
    problem: &Problem<'_>,
    contest: &Contest<'_>,
    (start, end): (usize, usize),
    mut counts: Vec<u32>,
) -> Vec<u32> {
    let n = if N == 0 { problem.criteria } else { N };
    for sample in start..end {
        let block = problem.block(sample);
        let at = |i: usize, weights: &[f64]| value(&block[i * n..(i + 1) * n], weights);
        let champion = best(block, &contest.middle[..n]);
        let mut last = champion;
        for &i in &contest.asked {
            let weights = &contest.central[i * n..(i + 1) * n];
            let own = at(i, weights);
            if at(champion, weights) > own || at(last, weights) > own {
                continue;
            }
            match someone_better::<N>(block, weights, own) {
                Some(rival) => last = rival,
                None => counts[i] += 1,
            }
        }
    }
    counts
}

/// The alternative with the greatest value, the first of equals.
#[inline(always)]
fn best(block: &[f64], weights: &[f64]) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (i, row) in block.chunks_exact(weights.len()).enumerate() {
        let value = value(row, weights);
        if value > best.1 {
            best = (i, value);
        }
    }
    best.0
}

/// Someone whose value is strictly greater than `own`, looked for four rows at a time.
#[inline(always)]
fn someone_better<const N: usize>(block: &[f64], weights: &[f64], own: f64) -> Option<usize> {
    let n = if N == 0 { weights.len() } else { N };
    let weights = &weights[..n];
    let mut fours = block.chunks_exact(4 * n);
    for (at, four) in fours.by_ref().enumerate() {
        let better = |k: usize| value(&four[k * n..(k + 1) * n], weights) > own;
        let found = [better(0), better(1), better(2), better(3)];
        if found.contains(&true) {
            return found.iter().position(|&better| better).map(|k| at * 4 + k);
        }
    }
    let rest = fours.remainder();
    let seen = (block.len() - rest.len()) / n;
    rest.chunks_exact(n).position(|row| value(row, weights) > own).map(|k| seen + k)
}
