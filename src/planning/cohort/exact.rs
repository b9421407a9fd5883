//! The same choice as a mixed integer program, for `--exact`, the bound and the judge.
//!
//! `Σ_k δ^(k−1) a_(k)` is linear in counts. With the distinct strengths
//! `a_1 > a_2 > …` of a demand (and 0 last) it is `Σ_l (a_l − a_(l+1)) h(c_l)`, where `c_l`
//! counts the chosen answers at least as strong as `a_l` and `h(j) = Σ_(i<j) δ^i` is
//! concave (Abel's summation). Each unit of `c_l` is a variable in 0..=1 worth `δ^i`: as
//! `δ < 1`, a solver that maximises fills the dearest first.

use good_lp::solvers::microlp::MicroLpProblem;
use good_lp::{
    Expression, ProblemVariables, ResolutionError, Solution as _, SolutionStatus, SolverModel as _,
    Variable, WithTimeLimit as _, variable,
};

use super::limits::{Frame, Infeasible};
use super::problem::Placed;

/// Why there is no exact choice.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ExactError {
    /// No set keeps the limits.
    #[error(transparent)]
    Infeasible(#[from] Infeasible),
    /// The limits contradict each other in a way that only the solver sees.
    #[error("no set keeps the limits together")]
    Contradiction,
    /// Too large to be proven in reasonable time.
    #[error("{variables} variables, at most {most}")]
    TooLarge {
        /// How many variables it has.
        variables: usize,
        /// How many are tried.
        most: usize,
    },
    /// The solver had no proof in time.
    #[error("no proof within {seconds} s")]
    OutOfTime {
        /// The time it had, seconds.
        seconds: f64,
    },
}

/// The program of a problem.
struct Program {
    model: MicroLpProblem,
    /// Whether each candidate is chosen; `None` where it cannot be.
    chosen: Vec<Option<Variable>>,
    /// By candidate and placement, whether it goes there.
    goes: Vec<Vec<Option<Variable>>>,
    units: Vec<Unit>,
}

/// The answers to a demand at least as strong as a level: what a count of them is worth.
struct Unit {
    worth: f64,
    at_least: Vec<(usize, usize)>,
    most: usize,
}

/// The optimal set.
pub(super) fn optimum(
    frame: &Frame<'_>,
    variables_max: usize,
    seconds: f64,
) -> Result<Vec<Placed>, ExactError> {
    let variables = variables(frame);
    if variables > variables_max {
        return Err(ExactError::TooLarge { variables, most: variables_max });
    }
    let Program { model, chosen, goes, .. } = program(frame, true);
    let solved = model.with_time_limit(seconds).solve().map_err(|error| match error {
        ResolutionError::Infeasible => ExactError::Contradiction,
        _ => ExactError::OutOfTime { seconds },
    })?;
    let taken = |variable: &Option<Variable>| variable.is_some_and(|v| solved.value(v) > 0.5);
    let set: Vec<Placed> = (0..chosen.len())
        .filter(|&candidate| taken(&chosen[candidate]))
        .map(|candidate| {
            let places = &goes[candidate];
            let placements = (0..places.len()).filter(|&at| taken(&places[at])).collect();
            Placed { candidate, placements }
        })
        .collect();
    let proven = matches!(solved.status(), SolutionStatus::Optimal) && frame.keeps(&set);
    if proven { Ok(set) } else { Err(ExactError::OutOfTime { seconds }) }
}

/// The value of the linear relaxation; `None` where it has more than `variables_max`
/// variables or the solver fails.
pub(super) fn relaxation(frame: &Frame<'_>, variables_max: usize) -> Option<f64> {
    if variables(frame) > variables_max {
        return None;
    }
    let Program { model, goes, units, .. } = program(frame, false);
    let solved = model.solve().ok()?;
    // The objective is written again at the solver's point, so that it is on our scale.
    let share = |candidate: usize, at: usize| {
        goes[candidate][at].map_or(0.0, |variable| solved.value(variable).clamp(0.0, 1.0))
    };
    let mut value = 0.0;
    for (candidate, places) in goes.iter().enumerate() {
        for at in 0..places.len() {
            let placement = &frame.problem.candidates[candidate].placements[at];
            value += frame.problem.score_share * placement.score * share(candidate, at);
        }
    }
    for unit in &units {
        let mut left: f64 = unit.at_least.iter().map(|&(c, at)| share(c, at)).sum();
        let mut weight = unit.worth;
        for _ in 0..unit.most {
            value += weight * left.clamp(0.0, 1.0);
            left -= 1.0;
            weight *= frame.problem.discount;
        }
    }
    Some(value)
}

/// The levels of every demand.
fn units(frame: &Frame<'_>) -> Vec<Unit> {
    let problem = frame.problem;
    let mut answers: Vec<Vec<(f64, usize, usize)>> = vec![Vec::new(); problem.worth.len()];
    for (candidate, known) in problem.candidates.iter().enumerate() {
        if !frame.open(candidate) {
            continue;
        }
        for (at, placement) in known.placements.iter().enumerate() {
            if frame.capacity[placement.territory] == 0 {
                continue;
            }
            for &(demand, strength) in &placement.answers {
                answers[demand].push((strength, candidate, at));
            }
        }
    }
    let mut units = Vec::new();
    for (list, &worth) in answers.iter_mut().zip(&problem.worth) {
        list.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for at in 0..list.len() {
            let next = list.get(at + 1).map_or(0.0, |other| other.0);
            if list[at].0 > next && worth > 0.0 {
                let at_least: Vec<(usize, usize)> =
                    list[..=at].iter().map(|&(_, candidate, place)| (candidate, place)).collect();
                let most = at_least.len().min(frame.size);
                let most = if problem.discount > 0.0 { most } else { most.min(1) };
                units.push(Unit { worth: worth * (list[at].0 - next), at_least, most });
            }
        }
    }
    units
}

/// How many variables the program of a problem has, at most.
pub(super) fn variables(frame: &Frame<'_>) -> usize {
    size(frame, &units(frame))
}

/// How many variables the program has.
fn size(frame: &Frame<'_>, units: &[Unit]) -> usize {
    let choices = (0..frame.problem.candidates.len())
        .filter(|&c| frame.open(c))
        .map(|c| if frame.free[c] { 1 } else { 2 + frame.problem.candidates[c].placements.len() });
    choices.sum::<usize>() + units.iter().map(|unit| unit.most).sum::<usize>()
}

fn program(frame: &Frame<'_>, integral: bool) -> Program {
    let problem = frame.problem;
    let mut variables = ProblemVariables::new();
    let mut constraints = Vec::new();
    let choice = || if integral { variable().binary() } else { variable().min(0.0).max(1.0) };
    let mut chosen: Vec<Option<Variable>> = vec![None; problem.candidates.len()];
    let mut goes: Vec<Vec<Option<Variable>>> = Vec::new();
    let mut rural = Expression::from(0.0);
    let mut loads = vec![Expression::from(0.0); problem.territories];
    for (candidate, known) in problem.candidates.iter().enumerate() {
        let fits = &known.placements;
        goes.push(vec![None; fits.len()]);
        if !frame.open(candidate) {
            continue;
        }
        let taken = variables.add(choice());
        chosen[candidate] = Some(taken);
        if frame.included[candidate] {
            constraints.push(Expression::from(taken).geq(1.0));
        }
        if frame.free[candidate] {
            goes[candidate] = vec![Some(taken); fits.len()];
            if fits.iter().any(|placement| placement.rural) {
                rural.add_mul(1.0, taken);
            }
            continue;
        }
        let whole = frame.openings(candidate) >= fits.len();
        let (mut places, mut country) = (Expression::from(0.0), Expression::from(0.0));
        for (at, placement) in fits.iter().enumerate() {
            let capacity = frame.capacity[placement.territory];
            if capacity == 0 {
                continue;
            }
            let here = if whole && capacity == usize::MAX {
                taken
            } else {
                let here = variables.add(choice());
                constraints.push((Expression::from(here) - taken).leq(0.0));
                here
            };
            goes[candidate][at] = Some(here);
            places.add_mul(1.0, here);
            loads[placement.territory].add_mul(1.0, here);
            if placement.rural {
                country.add_mul(1.0, here);
            }
        }
        constraints.push((places.clone() - taken).geq(0.0));
        if !whole {
            let mut spare = places;
            spare.add_mul(-(frame.openings(candidate) as f64), taken);
            constraints.push(spare.leq(0.0));
        }
        if frame.rural_min > 0 && frame.can_be_rural(candidate) {
            let counts = variables.add(variable().min(0.0).max(1.0));
            constraints.push((Expression::from(counts) - country).leq(0.0));
            rural.add_mul(1.0, counts);
        }
    }
    let mut objective = Expression::from(0.0);
    for (known, places) in problem.candidates.iter().zip(&goes) {
        for (placement, here) in known.placements.iter().zip(places) {
            if let Some(here) = here {
                objective.add_mul(problem.score_share * placement.score, *here);
            }
        }
    }
    let units = units(frame);
    for unit in &units {
        let mut spare = Expression::from(0.0);
        for &(candidate, at) in &unit.at_least {
            if let Some(here) = goes[candidate][at] {
                spare.add_mul(1.0, here);
            }
        }
        let mut weight = unit.worth;
        for _ in 0..unit.most {
            let one = variables.add(variable().min(0.0).max(1.0));
            objective.add_mul(weight, one);
            spare.add_mul(-1.0, one);
            weight *= problem.discount;
        }
        constraints.push(spare.geq(0.0));
    }
    constraints.push(sum(&chosen, |_| true).leq(frame.size as f64));
    if frame.rural_min > 0 {
        constraints.push(rural.geq(frame.rural_min as f64));
    }
    for (load, &capacity) in loads.into_iter().zip(&frame.capacity) {
        if capacity != usize::MAX && capacity > 0 {
            constraints.push(load.leq(capacity as f64));
        }
    }
    if frame.per_theme != usize::MAX {
        let mut themes: Vec<usize> =
            (0..chosen.len()).filter_map(|candidate| frame.theme(candidate)).collect();
        themes.sort_unstable();
        themes.dedup();
        for theme in themes {
            let of = sum(&chosen, |candidate| frame.theme(candidate) == Some(theme));
            constraints.push(of.leq(frame.per_theme as f64));
        }
    }
    let mut model = variables.maximise(objective).using(good_lp::microlp);
    for constraint in constraints {
        model.add_constraint(constraint);
    }
    Program { model, chosen, goes, units }
}

fn sum(chosen: &[Option<Variable>], keep: impl Fn(usize) -> bool) -> Expression {
    let mut total = Expression::from(0.0);
    for (candidate, variable) in chosen.iter().enumerate() {
        if let Some(variable) = variable.filter(|_| keep(candidate)) {
            total.add_mul(1.0, variable);
        }
    }
    total
}
