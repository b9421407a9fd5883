//! Singles tried one by one, then the cheapest sets that pass a rank that matters.

use std::cmp::Ordering;

use super::{Case, Proposal, Step, Trial};

/// A proposal with what it gives alone.
struct Single<'p> {
    proposal: &'p Proposal,
    trial: Trial,
    /// Gain of score over the start, 0..=1.
    gain: f64,
    effort: f64,
}

/// A set of proposals not yet tried: positions in the singles, its effort and its gain if
/// gains add up. They nearly do (the score is a sum of means), and what is shown is tried.
struct Set {
    at: Vec<usize>,
    effort: f64,
    gain: f64,
}

/// The steps, singles first.
pub(super) fn of(case: &Case<'_>, proposals: &[Proposal]) -> Vec<Step> {
    if case.before.is_excluded() {
        into_the_list(case, proposals)
    } else {
        up_the_list(case, proposals)
    }
}

/// For a listed enterprise: what raises it, by gain for each point of effort.
fn up_the_list(case: &Case<'_>, proposals: &[Proposal]) -> Vec<Step> {
    let singles = singles(case, &[], proposals);
    let mut steps: Vec<Step> =
        singles.iter().map(|single| case.step([single.proposal], &single.trial)).collect();
    let best = steps.iter().map(|step| step.new_rank).min();
    let start = (case.before.rank, case.before.score);
    steps.extend(sets(case, &[], &singles, start, best));
    steps
}

/// For an excluded enterprise: what lets it in, alone or together, then what would also
/// bring it to a rank that matters.
fn into_the_list(case: &Case<'_>, proposals: &[Proposal]) -> Vec<Step> {
    let unmet: Vec<&str> =
        case.before.gates.iter().filter(|g| g.excludes()).map(|g| g.gate).collect();
    // One proposal for each gate that keeps it out, or nothing to do.
    let keys: Option<Vec<&Proposal>> = unmet
        .iter()
        .map(|gate| proposals.iter().find(|proposal| proposal.gate == Some(*gate)))
        .collect();
    let Some(keys) = keys.filter(|keys| keys.len() <= case.numbers().together) else {
        return Vec::new();
    };
    let opened = case.trial(keys.iter().copied());
    if opened.after.is_excluded() {
        return Vec::new();
    }
    let others: Vec<Proposal> =
        proposals.iter().filter(|p| !keys.iter().any(|key| key.key == p.key)).cloned().collect();
    let singles = singles(case, &keys, &others);
    let start = (opened.rank, opened.after.score);
    let mut steps = vec![case.step(keys.iter().copied(), &opened)];
    steps.extend(sets(case, &keys, &singles, start, None));
    steps
}

/// Each proposal on top of `base`; what moves neither score, rank nor list is left out.
fn singles<'p>(case: &Case<'_>, base: &[&Proposal], proposals: &'p [Proposal]) -> Vec<Single<'p>> {
    let start = if base.is_empty() { None } else { Some(case.trial(base.iter().copied())) };
    let (score, rank) = start
        .as_ref()
        .map_or((case.before.score, case.before.rank), |trial| (trial.after.score, trial.rank));
    let mut list: Vec<Single<'p>> = proposals
        .iter()
        .map(|proposal| {
            let trial = case.trial(base.iter().copied().chain([proposal]));
            let gain = trial.after.score - score;
            Single { proposal, gain, effort: case.numbers().value(proposal.effort), trial }
        })
        .filter(|single| single.gain > 0.0 || single.trial.rank < rank)
        .collect();
    list.sort_by(|a, b| {
        (b.gain / b.effort)
            .total_cmp(&(a.gain / a.effort))
            .then(a.effort.total_cmp(&b.effort))
            .then_with(|| a.proposal.key.cmp(&b.proposal.key))
    });
    list
}

/// For each rank that matters, from the widest, that no single reaches: the cheapest set
/// that does, really tried; at most the declared number of them.
fn sets(
    case: &Case<'_>,
    base: &[&Proposal],
    singles: &[Single<'_>],
    (rank, score): (usize, f64),
    best: Option<usize>,
) -> Vec<Step> {
    let numbers = case.numbers();
    let room = numbers.together.saturating_sub(base.len());
    let candidates = &case.planner.ranking.candidates;
    let mut steps: Vec<Step> = Vec::new();
    let mut reached = best.unwrap_or(rank).min(rank);
    for &threshold in numbers.thresholds.iter().rev() {
        if steps.len() >= numbers.sets {
            break;
        }
        let Some(last) = threshold.checked_sub(1).and_then(|at| candidates.get(at)) else {
            continue;
        };
        if reached <= threshold {
            continue;
        }
        let least = if base.is_empty() { 2 } else { 1 };
        for set in enumerated(singles, (least, room), last.score - score).take(numbers.tries) {
            let parts = || {
                let chosen = set.at.iter().map(|&at| singles[at].proposal);
                base.iter().copied().chain(chosen)
            };
            let trial = case.trial(parts());
            if trial.rank <= threshold && !trial.after.is_excluded() {
                reached = trial.rank;
                steps.push(case.step(parts(), &trial));
                break;
            }
        }
    }
    steps
}

/// The sets of `sizes` singles whose gains would add up to `wanted`: the cheapest first,
/// then the largest gain, then the order of the singles.
fn enumerated(
    singles: &[Single<'_>],
    sizes: (usize, usize),
    wanted: f64,
) -> impl Iterator<Item = Set> {
    let mut sets: Vec<Set> = Vec::new();
    grow(singles, sizes, &mut Vec::new(), 0, &mut sets);
    sets.retain(|set| set.gain >= wanted);
    sets.sort_by(|a, b| {
        let by = a.effort.total_cmp(&b.effort).then(b.gain.total_cmp(&a.gain));
        by.then_with(|| -> Ordering { a.at.cmp(&b.at) })
    });
    sets.into_iter()
}

fn grow(
    singles: &[Single<'_>],
    (least, most): (usize, usize),
    chosen: &mut Vec<usize>,
    from: usize,
    sets: &mut Vec<Set>,
) {
    if chosen.len() >= least {
        let sum = |of: fn(&Single<'_>) -> f64| chosen.iter().map(|&at| of(&singles[at])).sum();
        sets.push(Set { at: chosen.clone(), effort: sum(|s| s.effort), gain: sum(|s| s.gain) });
    }
    if chosen.len() >= most {
        return;
    }
    for at in from..singles.len() {
        chosen.push(at);
        grow(singles, (least, most), chosen, at + 1, sets);
        chosen.pop();
    }
}
