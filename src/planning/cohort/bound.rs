//! What no set that keeps the limits can pass.

use super::exact;
use super::greedy::gain;
use super::limits::Frame;
use super::objective::Tally;
use super::problem::Placed;

/// How a bound is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BoundKind {
    /// The optimum itself, proven by the exact solver.
    Optimum,
    /// The optimum of the linear relaxation.
    Relaxation,
    /// A set and the best further gains: `f(O) ≤ f(S) + Σ` of the largest gains that the
    /// limits admit (Nemhauser, Wolsey & Fisher 1978, doi:10.1007/BF01588971; Minoux 1978),
    /// the smallest over the sets met on the way.
    Marginals,
}

impl BoundKind {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Optimum => "optimum",
            Self::Relaxation => "relaxation",
            Self::Marginals => "marginals",
        }
    }
}

/// An upper bound of the objective.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// Its value.
    pub value: f64,
    /// How it is known.
    pub kind: BoundKind,
}

/// The relaxation where it has at most `variables_max` variables, else the marginals.
pub(super) fn of(frame: &Frame<'_>, set: &[Placed], variables_max: usize) -> Bound {
    let reached = frame.problem.value(set);
    let marginals = (0..=set.len())
        .map(|taken| by_marginals(frame, &set[..taken]))
        .fold(f64::INFINITY, f64::min)
        .max(reached);
    let relaxed = exact::relaxation(frame, variables_max).map(|value| value.max(reached));
    match relaxed {
        Some(value) if value <= marginals => Bound { value, kind: BoundKind::Relaxation },
        _ => Bound { value: marginals, kind: BoundKind::Marginals },
    }
}

/// Monotone and submodular: whatever the optimum adds to a set is at most the sum of its
/// own gains, those of at most `size` enterprises and `per_theme` of each theme. Places and
/// the rural minimum are let go, which only raises the bound.
fn by_marginals(frame: &Frame<'_>, set: &[Placed]) -> f64 {
    let problem = frame.problem;
    let tally = Tally::of(problem, set);
    let mut gains: Vec<(f64, usize)> = (0..problem.candidates.len())
        .filter(|&candidate| frame.open(candidate))
        .map(|candidate| match set.iter().find(|placed| placed.candidate == candidate) {
            None => (gain(frame, &tally, candidate), candidate),
            Some(placed) => {
                // The optimum may put it elsewhere too.
                let fits = problem.candidates[candidate].placements.iter().enumerate();
                let others = fits.filter(|(at, _)| !placed.placements.contains(at));
                (others.map(|(_, placement)| tally.gain(placement)).sum(), candidate)
            }
        })
        .collect();
    gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut themes: Vec<(usize, usize)> = Vec::new();
    let mut taken = 0;
    let mut sum = tally.value();
    for (gain, candidate) in gains {
        if taken >= frame.size {
            break;
        }
        if let Some(theme) = frame.theme(candidate) {
            match themes.iter_mut().find(|(known, _)| *known == theme) {
                Some((_, count)) if *count >= frame.per_theme => continue,
                Some((_, count)) => *count += 1,
                None => themes.push((theme, 1)),
            }
        }
        taken += 1;
        sum += gain;
    }
    sum
}
