//! SMAA-2: ranks, duels, typical weights and their confidence, counted over samples.
//!
//! Stochastic multicriteria acceptability analysis asks which preferences and which
//! measurements put each alternative at each rank, instead of asking for the one right
//! weighting. Lahdelma & Salminen 2001, *SMAA-2: Stochastic Multicriteria Acceptability
//! Analysis for Group Decision Making*, Operations Research 49(3),
//! doi:10.1287/opre.49.3.444.11220; counted by Monte Carlo as in Tervonen & Lahdelma 2007,
//! *Implementing stochastic multicriteria acceptability analysis*, European Journal of
//! Operational Research 178(2), doi:10.1016/j.ejor.2005.12.037. Pairwise winning indices:
//! Leskinen, Viitanen, Kangas & Kangas 2006, *Alternatives to incorporate uncertainty and
//! risk attitude in multicriteria evaluation of forest plans*, Forest Science 52(3).
//!
//! The value of an alternative is `Σ_c w_c · x_c`, added in the order of the criteria; its
//! rank is one more than the number of strictly greater values, so ties share the better
//! rank. An alternative "wins" a duel when its rank is strictly smaller, which is the
//! convention of the R package `smaa`, whose worked example is reproduced in the tests (its
//! 10,000 samples against our 100,000: shares within 0.02, central weights within 0.015).
//!
//! Counts are integers and the only sums of numbers (central weights) are added in the order
//! of the samples: the same bytes come out whatever the number of threads.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a view is two pointers; taking it by value is how arrays are passed"
)]

mod confidence;
mod ranks;
mod tally;
#[cfg(test)]
mod tests;

use ndarray::{Array1, Array2, ArrayView2, ArrayView3, Axis, Slice};

use super::draws::{self, DrawError};

/// The most alternatives an analysis takes: ranks are counted on 16 bits.
pub const ALTERNATIVES_MAX: usize = i16::MAX as usize;

/// What the samples say of `m` alternatives on `n` criteria.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// `m × m`: at `[i, r]`, the share of samples where alternative `i` has rank `r + 1`.
    /// Each row sums to 1; a column sums to 1 when nothing ties.
    pub rank_acceptability: Array2<f64>,
    /// `m × m`: at `[i, j]`, the share of samples where `i` is strictly better than `j`.
    /// The diagonal is 0; `[i, j] + [j, i]` is 1 less the share of ties.
    pub pairwise_winning: Array2<f64>,
    /// `m × n`: the mean weights over the samples where the alternative is first: whom it
    /// suits. A row of NaN where it never is.
    pub central_weights: Array2<f64>,
    /// `m`: the share of measurement samples where the alternative is first when weighed by
    /// its own central weights; 0 where it never is first. Low: the data are too uncertain
    /// for it to be the sure choice of anybody.
    pub confidence_factors: Array1<f64>,
}

/// Why an analysis is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SmaaError {
    /// `N = 0`.
    #[error("aucun tirage à analyser ; en demander au moins un")]
    NoSample,
    /// `m = 0` or `n = 0`.
    #[error("aucune candidate ou aucun critère à analyser ; en donner au moins un")]
    Nothing,
    /// More than [`ALTERNATIVES_MAX`] alternatives.
    #[error("trop de candidates pour une analyse : {0} ; en garder au plus {ALTERNATIVES_MAX}")]
    TooMany(usize),
    /// Weights and measurements do not go together.
    #[error(
        "poids de forme {weights:?}, attendus de forme {expected:?} : une ligne par tirage, une \
         colonne par critère"
    )]
    Shape {
        /// Rows and columns expected.
        expected: (usize, usize),
        /// Rows and columns of the weights given.
        weights: (usize, usize),
    },
    /// A value is no finite number: what is missing must be given its bounds beforehand.
    #[error(
        "valeur non finie au tirage {sample} pour la candidate {alternative} ; remplacer ce qui \
         manque par ses bornes avant l’analyse"
    )]
    NotFinite {
        /// The first sample concerned, from 0.
        sample: usize,
        /// The first alternative concerned in it, from 0.
        alternative: usize,
    },
    /// Measurements known within bounds that are no bounds.
    #[error(transparent)]
    Draw(#[from] DrawError),
}

impl Analysis {
    /// The mean rank of each alternative, `m` numbers from 1 (best) to `m`.
    #[must_use]
    pub fn expected_ranks(&self) -> Array1<f64> {
        let places = Array1::from_iter((1..=self.rank_acceptability.ncols()).map(|r| r as f64));
        self.rank_acceptability.dot(&places)
    }

    /// The share of samples where each alternative is among the `count` first, `m` numbers
    /// in 0..=1.
    #[must_use]
    pub fn within(&self, count: usize) -> Array1<f64> {
        let shown = count.min(self.rank_acceptability.ncols());
        self.rank_acceptability.slice_axis(Axis(1), Slice::from(..shown)).sum_axis(Axis(1))
    }
}

/// Analyses `N` samples of measurements (`N × m × n`: sample, alternative, criterion, higher
/// is better) with `N` samples of weights (`N × n`), sample `k` of one with sample `k` of
/// the other. `O(N (m n + m log m + m²))` and a few `N`-sized tables of memory.
///
/// Views of any layout are read; the usual one (criteria side by side) is not copied.
///
/// # Panics
/// In every case where [`try_analyse`] gives an error: no sample, no alternative or no
/// criterion, shapes that do not agree, values that are not finite.
#[must_use]
pub fn analyse(measurements: ArrayView3<f64>, weights: ArrayView2<f64>) -> Analysis {
    try_analyse(measurements, weights).unwrap_or_else(|error| panic!("{error}"))
}

/// [`analyse`] with its refusals as values.
///
/// # Errors
/// No sample, no alternative or no criterion; weights that are not `N × n`; a value that is
/// not finite (a NaN or infinite measurement or weight, or a sum too large).
pub fn try_analyse(
    measurements: ArrayView3<f64>,
    weights: ArrayView2<f64>,
) -> Result<Analysis, SmaaError> {
    let (samples, alternatives, criteria) = measurements.dim();
    if samples > 1 && measurements.strides()[0] == 0 {
        // One matrix broadcast to every sample.
        check(samples, alternatives, criteria, weights.dim())?;
        return try_analyse_fixed(measurements.index_axis(Axis(0), 0), weights);
    }
    check(samples, alternatives, criteria, weights.dim())?;
    let (measurements, weights) = (measurements.as_standard_layout(), weights.as_standard_layout());
    Problem {
        measurements: Measurements::Each(measurements.as_slice().expect("standard layout")),
        weights: weights.as_slice().expect("standard layout"),
        samples,
        alternatives,
        criteria,
    }
    .analysis()
}

/// Analyses one `m × n` matrix under `N` samples of weights (`N × n`): preferences vary, the
/// data do not. Confidence factors are then 0 or 1. Nothing of size `N × m × n` is built.
///
/// # Panics
/// As [`analyse`].
#[must_use]
pub fn analyse_fixed(measurements: ArrayView2<f64>, weights: ArrayView2<f64>) -> Analysis {
    try_analyse_fixed(measurements, weights).unwrap_or_else(|error| panic!("{error}"))
}

/// [`analyse_fixed`] with its refusals as values.
///
/// # Errors
/// As [`try_analyse`].
pub fn try_analyse_fixed(
    measurements: ArrayView2<f64>,
    weights: ArrayView2<f64>,
) -> Result<Analysis, SmaaError> {
    let (alternatives, criteria) = measurements.dim();
    let samples = weights.nrows();
    check(samples, alternatives, criteria, weights.dim())?;
    let (measurements, weights) = (measurements.as_standard_layout(), weights.as_standard_layout());
    Problem {
        measurements: Measurements::Same(measurements.as_slice().expect("standard layout")),
        weights: weights.as_slice().expect("standard layout"),
        samples,
        alternatives,
        criteria,
    }
    .analysis()
}

/// Analyses an `m × n` matrix known within bounds: one draw of the measurements per sample of
/// weights (see [`draws::measurements`] for the law), all cells independent. Builds the
/// `N × m × n` draws: 8 bytes each.
///
/// # Errors
/// As [`try_analyse`]; bounds that are no intervals.
pub fn analyse_intervals(
    low: ArrayView2<f64>,
    point: ArrayView2<f64>,
    high: ArrayView2<f64>,
    weights: ArrayView2<f64>,
    seed: u64,
) -> Result<Analysis, SmaaError> {
    let (alternatives, criteria) = point.dim();
    check(weights.nrows(), alternatives, criteria, weights.dim())?;
    let drawn = draws::measurements(low, point, high, weights.nrows(), seed)?;
    try_analyse(drawn.view(), weights)
}

fn check(
    samples: usize,
    alternatives: usize,
    criteria: usize,
    weights: (usize, usize),
) -> Result<(), SmaaError> {
    if samples == 0 {
        return Err(SmaaError::NoSample);
    }
    if alternatives == 0 || criteria == 0 {
        return Err(SmaaError::Nothing);
    }
    if alternatives > ALTERNATIVES_MAX {
        return Err(SmaaError::TooMany(alternatives));
    }
    if weights != (samples, criteria) {
        return Err(SmaaError::Shape { expected: (samples, criteria), weights });
    }
    Ok(())
}

/// Measurements side by side, row after row.
#[derive(Clone, Copy)]
enum Measurements<'a> {
    /// `m × n` for each sample.
    Each(&'a [f64]),
    /// One `m × n` for all.
    Same(&'a [f64]),
}

/// A checked question.
struct Problem<'a> {
    measurements: Measurements<'a>,
    weights: &'a [f64],
    samples: usize,
    alternatives: usize,
    criteria: usize,
}

impl Problem<'_> {
    /// The `m × n` measurements of one sample.
    fn block(&self, sample: usize) -> &[f64] {
        let size = self.alternatives * self.criteria;
        match self.measurements {
            Measurements::Each(all) => &all[sample * size..(sample + 1) * size],
            Measurements::Same(one) => one,
        }
    }

    /// The `n` weights of one sample.
    fn weights(&self, sample: usize) -> &[f64] {
        &self.weights[sample * self.criteria..(sample + 1) * self.criteria]
    }

    fn analysis(&self) -> Result<Analysis, SmaaError> {
        let counts = tally::count(self)?;
        let central = central_weights(self, &counts.firsts);
        let (m, n, samples) = (self.alternatives, self.criteria, self.samples as f64);
        let share = |count: u32| f64::from(count) / samples;
        let confidence = confidence::firsts_at_own_weights(self, &central);
        Ok(Analysis {
            rank_acceptability: square(m, counts.at_rank.iter().map(|&c| share(c))),
            pairwise_winning: square(m, counts.wins.iter().map(|&c| share(c))),
            central_weights: Array2::from_shape_vec((m, n), central).expect("m × n weights"),
            confidence_factors: confidence.into_iter().collect(),
        })
    }
}

fn square(side: usize, values: impl Iterator<Item = f64>) -> Array2<f64> {
    Array2::from_shape_vec((side, side), values.collect()).expect("side × side values")
}

/// Mean weights over the samples where each alternative is first, `m × n` row after row;
/// NaN where it never is. Added in the order of the samples.
fn central_weights(problem: &Problem<'_>, firsts: &[(u32, u32)]) -> Vec<f64> {
    let n = problem.criteria;
    let mut sums = vec![0.0; problem.alternatives * n];
    let mut times = vec![0_u32; problem.alternatives];
    for &(sample, alternative) in firsts {
        let at = alternative as usize;
        times[at] += 1;
        let sum = &mut sums[at * n..(at + 1) * n];
        sum.iter_mut().zip(problem.weights(sample as usize)).for_each(|(sum, w)| *sum += w);
    }
    for (row, &times) in sums.chunks_mut(n).zip(&times) {
        // 0 / 0 is the NaN that says "never first".
        row.iter_mut().for_each(|sum| *sum /= f64::from(times));
    }
    sums
}
