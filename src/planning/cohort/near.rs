//! Why an enterprise was not chosen: what stops it, or what it lacks.

use super::greedy::gain;
use super::limits::{Frame, Infeasible, Limits};
use super::objective::Tally;
use super::placing::{count_rural, place};
use super::problem::{Placed, Problem};

/// A limit that keeps an enterprise out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stop {
    /// It was asked out.
    Excluded,
    /// It fits no territory.
    Nowhere,
    /// Without the maximum per theme it would take a place.
    PerTheme,
    /// Without the rural minimum it would take a place.
    RuralShare,
    /// Without the capacities it would take a place.
    Capacity,
}

impl Stop {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Excluded => "exclude",
            Self::Nowhere => "gates",
            Self::PerTheme => "per_theme",
            Self::RuralShare => "rural_share",
            Self::Capacity => "capacity",
        }
    }
}

/// The best exchange of a chosen enterprise for one that is not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exchange {
    /// Position in the set of the one that would leave.
    pub out: usize,
    /// What the set would gain by it; negative is what the newcomer lacks.
    pub change: f64,
}

/// Why one enterprise is not in a set.
#[derive(Debug, Clone, PartialEq)]
pub struct NearMiss {
    /// Position of the enterprise.
    pub candidate: usize,
    /// What it would add to the set as one more, ≥ 0.
    pub gain: f64,
    /// The limit that stops it where it is not its worth.
    pub stop: Option<Stop>,
    /// The best exchange that keeps every limit.
    pub exchange: Option<Exchange>,
    /// The best exchange if nothing but the size limited: what the limit costs.
    pub unlimited: Option<Exchange>,
}

/// Looks at one enterprise that is not in `set`.
///
/// # Errors
/// [`Infeasible`] when the limits contradict themselves.
pub fn near_miss(
    problem: &Problem,
    limits: &Limits,
    set: &[Placed],
    candidate: usize,
) -> Result<NearMiss, Infeasible> {
    let frame = Frame::new(problem, limits)?;
    let tally = Tally::of(problem, set);
    let mut near = NearMiss {
        candidate,
        gain: gain(&frame, &tally, candidate),
        stop: None,
        exchange: None,
        unlimited: None,
    };
    if !frame.fits_somewhere(candidate) {
        near.stop = Some(Stop::Nowhere);
        return Ok(near);
    }
    let without = |loosen: &dyn Fn(&mut Limits)| -> Result<Option<Exchange>, Infeasible> {
        let mut loose = limits.clone();
        loose.exclude.retain(|&at| at != candidate);
        loosen(&mut loose);
        Ok(exchange(&Frame::new(problem, &loose)?, set, candidate))
    };
    near.unlimited = without(&|loose| {
        loose.per_theme = None;
        loose.rural_min = 0;
        loose.capacity.clear();
    })?;
    if frame.excluded[candidate] {
        near.stop = Some(Stop::Excluded);
        return Ok(near);
    }
    near.exchange = exchange(&frame, set, candidate);
    let pays = |found: Option<Exchange>| found.is_some_and(|found| found.change > 0.0);
    if pays(near.exchange) || !pays(near.unlimited) {
        return Ok(near);
    }
    near.stop = if pays(without(&|loose| loose.per_theme = None)?) {
        Some(Stop::PerTheme)
    } else if pays(without(&|loose| loose.rural_min = 0)?) {
        Some(Stop::RuralShare)
    } else if pays(without(&|loose| loose.capacity.clear())?) {
        Some(Stop::Capacity)
    } else {
        None
    };
    Ok(near)
}

/// The best exchange that brings `candidate` in and keeps the limits of `frame`.
fn exchange(frame: &Frame<'_>, set: &[Placed], candidate: usize) -> Option<Exchange> {
    let problem = frame.problem;
    let value = problem.value(set);
    let mut best: Option<Exchange> = None;
    for out in (0..set.len()).filter(|&out| !frame.included[set[out].candidate]) {
        let mut rest = set.to_vec();
        rest.remove(out);
        if frame.of_its_theme(&rest, candidate) >= frame.per_theme
            || (count_rural(problem, &rest) < frame.rural_min && !frame.can_be_rural(candidate))
        {
            continue;
        }
        let reached = if frame.all_free {
            let tally = Tally::of(problem, &rest);
            tally.value() + gain(frame, &tally, candidate)
        } else {
            let mut ids: Vec<usize> = rest.iter().map(|placed| placed.candidate).collect();
            ids.push(candidate);
            match place(frame, &ids, frame.rural_min, false) {
                Some(placed) => problem.value(&placed),
                None => continue,
            }
        };
        let change = reached - value;
        if best.is_none_or(|known| change > known.change) {
            best = Some(Exchange { out, change });
        }
    }
    best
}
