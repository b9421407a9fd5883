//! The least change of weights that brings a candidate to the first place: a linear program.

use good_lp::{
    Expression, ProblemVariables, ResolutionError, Solution as _, SolverModel as _, Variable,
    constraint, microlp, variable,
};

use super::{PerCriterion, WeightChange};
use crate::matching::score::weighted_sum;
use crate::matching::weights::CRITERIA;

/// A rival this much ahead, or less, is level: what the solver's arithmetic can tell.
const LEVEL: f64 = 1e-9;
/// Rivals added to the program at each turn.
const AT_ONCE: usize = 8;

/// The smallest change of weights after which nobody in `others` scores more than
/// `candidate` (within 1e-9); a hair beyond, it is ahead of all but its exact twins. No
/// change when it is first already, ties included.
///
/// `None` when no weights put it strictly ahead of everyone: it is dominated by one, or by
/// all of them together. A criterion that weighs nothing and on which all are equal
/// (`relevance` without a query) receives no weight: it would say nothing.
///
/// `O(m)` constraints over 18 variables; only the rivals that matter enter the program.
///
/// # Panics
/// If the solver gives up for another reason than infeasibility; the program is bounded and
/// has at most 18 variables, so this would be a bug.
#[must_use]
pub fn to_first(
    candidate: &PerCriterion,
    others: &[PerCriterion],
    weights: &PerCriterion,
) -> Option<WeightChange> {
    let leads: Vec<PerCriterion> = others
        .iter()
        .map(|other| std::array::from_fn(|c| candidate[c] - other[c]))
        .filter(|lead: &PerCriterion| lead.iter().any(|&d| d != 0.0))
        .collect();
    if leads.iter().all(|lead| weighted_sum(lead, weights) >= 0.0) {
        return Some(WeightChange::none(weights));
    }
    let contest = Contest {
        open: std::array::from_fn(|c| weights[c] > 0.0 || leads.iter().any(|lead| lead[c] != 0.0)),
        leads,
        weights: *weights,
    };
    contest.strictly_first()?;
    let after = contest.settle(|asked| contest.least_change(asked))?;
    let moved = (0..CRITERIA).map(|c| (after[c] - weights[c]).abs()).sum::<f64>() / 2.0;
    Some(WeightChange { weights: after, moved })
}

/// The candidate against its rivals.
pub(super) struct Contest {
    /// `candidate − rival`, by criterion; no twin.
    pub leads: Vec<PerCriterion>,
    /// Criteria that may weigh something.
    pub open: [bool; CRITERIA],
    /// The weights before.
    pub weights: PerCriterion,
}

impl Contest {
    /// Weights that put the candidate as far ahead of its nearest rival as possible; `None`
    /// when that is not ahead.
    pub(super) fn strictly_first(&self) -> Option<PerCriterion> {
        let mut margin = 0.0;
        let found = self.settle_with(|asked| {
            let (weights, least) = self.widest_margin(asked)?;
            margin = least;
            (least > LEVEL).then_some((weights, least))
        })?;
        (margin > LEVEL).then_some(found)
    }

    fn settle(
        &self,
        mut solve: impl FnMut(&[usize]) -> Option<PerCriterion>,
    ) -> Option<PerCriterion> {
        self.settle_with(|asked| solve(asked).map(|weights| (weights, 0.0)))
    }

    /// Solves with the rivals that matter only: those in the way of the last answer are added
    /// until nobody is. The answer of a program with fewer constraints that satisfies them
    /// all is the answer of the whole. `solve` gives weights and the lead required of all.
    fn settle_with(
        &self,
        mut solve: impl FnMut(&[usize]) -> Option<(PerCriterion, f64)>,
    ) -> Option<PerCriterion> {
        let mut asked: Vec<usize> = Vec::new();
        let (mut weights, mut required) = (self.weights, 0.0);
        loop {
            let mut ahead: Vec<(f64, usize)> = (0..self.leads.len())
                .filter(|rival| !asked.contains(rival))
                .map(|rival| (weighted_sum(&self.leads[rival], &weights), rival))
                .filter(|(lead, _)| asked.is_empty() || *lead < required - LEVEL / 2.0)
                .collect();
            if ahead.is_empty() {
                return Some(weights);
            }
            ahead.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            asked.extend(ahead.iter().take(AT_ONCE).map(|(_, rival)| rival));
            (weights, required) = solve(&asked)?;
        }
    }

    /// `min Σ received` with `w + received − given` ahead of `asked`, on the simplex.
    fn least_change(&self, asked: &[usize]) -> Option<PerCriterion> {
        let mut variables = ProblemVariables::new();
        let bound = |c: usize| if self.open[c] { 1.0 } else { 0.0 };
        let received: Vec<Variable> =
            (0..CRITERIA).map(|c| variables.add(variable().min(0.0).max(bound(c)))).collect();
        let given: Vec<Variable> = (0..CRITERIA)
            .map(|c| variables.add(variable().min(0.0).max(self.weights[c])))
            .collect();
        let total = |of: &[Variable]| -> Expression { of.iter().sum() };
        let mut program = variables.minimise(total(&received)).using(microlp);
        program.add_constraint(constraint!(total(&received) == total(&given)));
        for &rival in asked {
            let lead = &self.leads[rival];
            let gained: Expression =
                (0..CRITERIA).map(|c| lead[c] * received[c] - lead[c] * given[c]).sum();
            program.add_constraint(constraint!(gained >= -weighted_sum(lead, &self.weights)));
        }
        let solved = feasible(program.solve())?;
        let after = |c: usize| self.weights[c] + solved.value(received[c]) - solved.value(given[c]);
        Some(on_the_simplex(std::array::from_fn(after)))
    }

    /// `max ε` with every lead of `asked` at least `ε`, on the simplex.
    fn widest_margin(&self, asked: &[usize]) -> Option<(PerCriterion, f64)> {
        let mut variables = ProblemVariables::new();
        let bound = |c: usize| if self.open[c] { 1.0 } else { 0.0 };
        let weights: Vec<Variable> =
            (0..CRITERIA).map(|c| variables.add(variable().min(0.0).max(bound(c)))).collect();
        let margin = variables.add(variable().min(-2.0).max(2.0));
        let mut program = variables.maximise(margin).using(microlp);
        program.add_constraint(constraint!(weights.iter().sum::<Expression>() == 1.0));
        for &rival in asked {
            let lead: Expression = (0..CRITERIA).map(|c| self.leads[rival][c] * weights[c]).sum();
            program.add_constraint(constraint!(lead >= margin));
        }
        let solved = feasible(program.solve())?;
        let found = std::array::from_fn(|c| solved.value(weights[c]));
        Some((on_the_simplex(found), solved.value(margin)))
    }
}

/// The solution, or `None` when there is none.
fn feasible<S>(solved: Result<S, ResolutionError>) -> Option<S> {
    match solved {
        Ok(solution) => Some(solution),
        Err(ResolutionError::Infeasible) => None,
        Err(error) => panic!("a bounded program of 18 variables is solved: {error}"),
    }
}

/// Takes away what the solver's arithmetic leaves (1e-10 or so): no weight below 0, sum 1.
fn on_the_simplex(mut weights: PerCriterion) -> PerCriterion {
    weights.iter_mut().for_each(|weight| *weight = weight.max(0.0));
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}
