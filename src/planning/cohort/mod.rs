//! Cohort: a set of enterprises chosen together, over one or several territories.
//!
//! Maximise `Σ_(T,n) π_(T,n) Σ_k δ^(k−1) a_(k) + 0.2 Σ score` (methods §7): the second
//! answer to a need is worth `δ` of the first, so the set covers needs instead of repeating
//! the best ones. The path, on one screen:
//!
//! ```text
//! problem + limits ─► reserve (included, rural) ─► greedy ─► swaps ─► order and gains
//!                 └─► exact (mixed integer program) ────────────────┘      │
//!                 └─► bound (relaxation, or marginals) ────────────────────┴─► solution
//! ```
//!
//! **Where the chosen go.** An enterprise may fit several territories: it is placed in each
//! where no gate keeps it out, as far as the capacities of the territories and its own
//! openings, where known, let it. Its answers count in each; its score counts once, shared
//! between them by population. Territories share no demand, so the objective is a sum over
//! them and, without capacities and openings, a set of enterprises says it all.
//!
//! **What is guaranteed.** The objective is monotone and submodular. Under the size alone
//! the greedy choice reaches `1 − 1/e` of the optimum, under a maximum per theme one half;
//! forced enterprises change neither (what they bring only helps). Under a rural minimum,
//! capacities or openings nothing is claimed; the bound always says how far the set can be.
//!
//! What it cannot see: two enterprises that hinder each other without answering the same
//! need, or that only work together.

mod bound;
mod exact;
mod greedy;
mod limits;
mod near;
mod objective;
mod placing;
mod problem;
mod swap;
#[cfg(test)]
mod tests;

pub use bound::{Bound, BoundKind};
pub use exact::ExactError;
pub use limits::{Infeasible, Limits};
pub use near::{Exchange, NearMiss, Stop, near_miss};
pub use problem::{Candidate, Part, Placed, Placement, Problem};

use limits::Frame;
use objective::Tally;

/// How far to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Variables of the relaxation, at most; beyond, the bound is that of the marginals.
    pub relaxation_variables_max: usize,
    /// Variables of the exact program, at most.
    pub exact_variables_max: usize,
    /// Time of the exact solver, seconds.
    pub exact_seconds: f64,
    /// Enterprises tried at each step where places are few.
    pub shortlist: usize,
    /// Gains computed to replace several at once, at most: beyond, only one by one.
    pub gains_max: usize,
    /// What placing one set anew costs, in gains.
    pub placing_gains: usize,
    /// First replacements tried where several leave, and sets placed with exchanges.
    pub starts: usize,
}

/// How a set was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Greedy, then swaps.
    GreedySwap,
    /// The exact solver.
    Exact,
}

impl Method {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GreedySwap => "greedy+swap",
            Self::Exact => "exact",
        }
    }
}

/// The least share of the optimum that theory promises, or why it promises none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guarantee {
    /// The optimum, proven.
    Optimum,
    /// `1 − 1/e`: only the size limits.
    Cardinality,
    /// One half: only the size and one maximum per theme limit.
    Partition,
    /// Nothing: a rural minimum.
    NoneRural,
    /// Nothing: capacities of territories.
    NoneCapacity,
    /// Nothing: openings of enterprises.
    NoneOpenings,
}

impl Guarantee {
    /// The share, 0..=1; `None` where nothing is promised.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        match self {
            Self::Optimum => Some(1.0),
            Self::Cardinality => Some(1.0 - (-1.0_f64).exp()),
            Self::Partition => Some(0.5),
            Self::NoneRural | Self::NoneCapacity | Self::NoneOpenings => None,
        }
    }
}

/// A chosen set with what each member adds.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// The chosen, the one that adds most first.
    pub chosen: Vec<Placed>,
    /// What each adds to those before it; they sum to the value.
    pub gains: Vec<f64>,
    /// The objective, ≥ 0.
    pub value: f64,
    /// What no set that keeps the limits can pass.
    pub bound: Bound,
    /// What theory promises.
    pub guarantee: Guarantee,
    /// How it was chosen.
    pub method: Method,
}

impl Solution {
    /// How far the optimum can be, as a share of the bound: 0 is proven optimal.
    #[must_use]
    pub fn gap(&self) -> f64 {
        if self.bound.value <= 0.0 {
            return 0.0;
        }
        ((self.bound.value - self.value) / self.bound.value).max(0.0)
    }
}

/// Chooses a set by the greedy rule improved by swaps.
///
/// At most `limits.size` enterprises: fewer where no more can be placed. Deterministic:
/// ties go to the first candidate.
///
/// # Errors
/// [`Infeasible`]: the limit that no set can keep.
pub fn choose(problem: &Problem, limits: &Limits, effort: &Effort) -> Result<Solution, Infeasible> {
    let frame = Frame::new(problem, limits)?;
    let mut set = match greedy::reserve(&frame, effort) {
        Ok(set) => set,
        // Rural places, capacities and themes together may hide a set from the greedy rule.
        Err(refused) if !frame.all_free => {
            exact::optimum(&frame, effort.exact_variables_max, effort.exact_seconds)
                .map_err(|_| refused)?
        }
        Err(refused) => return Err(refused),
    };
    greedy::fill(&frame, &mut set, effort);
    swap::improve(&frame, &mut set, effort);
    let (chosen, gains) = ordered(problem, set);
    let bound = bound::of(&frame, &chosen, effort.relaxation_variables_max);
    let value = gains.iter().sum();
    let guarantee = guarantee(&frame);
    Ok(Solution { chosen, gains, value, bound, guarantee, method: Method::GreedySwap })
}

/// Chooses the best set there is.
///
/// # Errors
/// [`ExactError`]: no set keeps the limits, or the problem is over the declared size or
/// time. The solver never runs longer than `effort.exact_seconds`.
pub fn choose_exactly(
    problem: &Problem,
    limits: &Limits,
    effort: &Effort,
) -> Result<Solution, ExactError> {
    let frame = Frame::new(problem, limits)?;
    let set = exact::optimum(&frame, effort.exact_variables_max, effort.exact_seconds)?;
    let (chosen, gains) = ordered(problem, set);
    let value = gains.iter().sum();
    let bound = Bound { value, kind: BoundKind::Optimum };
    let guarantee = Guarantee::Optimum;
    Ok(Solution { chosen, gains, value, bound, guarantee, method: Method::Exact })
}

/// The set in the order of what each adds to those before it, with these gains.
fn ordered(problem: &Problem, mut left: Vec<Placed>) -> (Vec<Placed>, Vec<f64>) {
    left.sort_by_key(|placed| placed.candidate);
    let mut tally = Tally::new(problem);
    let (mut chosen, mut gains) = (Vec::with_capacity(left.len()), Vec::new());
    while !left.is_empty() {
        let mut best = (0, f64::NEG_INFINITY);
        for (at, placed) in left.iter().enumerate() {
            let gain: f64 = problem.placements(placed).map(|place| tally.gain(place)).sum();
            if gain > best.1 {
                best = (at, gain);
            }
        }
        let placed = left.remove(best.0);
        problem.placements(&placed).for_each(|placement| tally.add(placement));
        gains.push(best.1);
        chosen.push(placed);
    }
    (chosen, gains)
}

/// What theory promises of [`choose`] under these limits.
fn guarantee(frame: &Frame<'_>) -> Guarantee {
    let known_openings =
        frame.problem.candidates.iter().enumerate().any(|(at, candidate)| {
            frame.open(at) && frame.openings(at) < candidate.placements.len()
        });
    if frame.rural_min > 0 {
        Guarantee::NoneRural
    } else if frame.capacity.iter().any(|most| *most != usize::MAX) {
        Guarantee::NoneCapacity
    } else if known_openings {
        Guarantee::NoneOpenings
    } else if frame.per_theme != usize::MAX {
        Guarantee::Partition
    } else {
        Guarantee::Cardinality
    }
}
