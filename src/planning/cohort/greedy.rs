//! Greedy choice: the enterprise that adds most, again and again.
//!
//! Nemhauser, Wolsey & Fisher 1978, doi:10.1007/BF01588971: under a size alone it reaches
//! `1 − 1/e` of the optimum of a monotone submodular function; Fisher, Nemhauser & Wolsey
//! 1978, doi:10.1007/BFb0121195: one half under one partition. It is lazy (Minoux 1978,
//! doi:10.1007/BFb0006528): a gain only falls as the set grows, so an old gain is an upper
//! bound and most are never computed again.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::Effort;
use super::limits::{Frame, Infeasible};
use super::objective::Tally;
use super::placing::{best_placed, count_rural, place};
use super::problem::Placed;

/// A gain computed when the set had `size` enterprises.
struct Known {
    gain: f64,
    candidate: usize,
    size: usize,
}

impl Ord for Known {
    fn cmp(&self, other: &Self) -> Ordering {
        self.gain.total_cmp(&other.gain).then(other.candidate.cmp(&self.candidate))
    }
}

impl PartialOrd for Known {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Known {}

/// What a candidate would add to `tally` if every place stayed open to it, ≥ 0: all its
/// placements, or the best of them where its openings are known.
pub(super) fn gain(frame: &Frame<'_>, tally: &Tally<'_>, candidate: usize) -> f64 {
    let fits = &frame.problem.candidates[candidate].placements;
    let mut gains: Vec<f64> = fits
        .iter()
        .filter(|placement| frame.capacity[placement.territory] > 0)
        .map(|placement| tally.gain(placement))
        .collect();
    let most = frame.openings(candidate);
    if gains.len() > most {
        gains.sort_by(|a, b| b.total_cmp(a));
        gains.truncate(most);
    }
    gains.iter().sum()
}

/// The included enterprises, then enough rural ones for the minimum: reserved first.
///
/// # Errors
/// [`Infeasible`] when they cannot stand together.
pub(super) fn reserve(frame: &Frame<'_>, effort: &Effort) -> Result<Vec<Placed>, Infeasible> {
    let included: Vec<usize> = (0..frame.included.len()).filter(|&at| frame.included[at]).collect();
    let mut set = Vec::new();
    for (count, &candidate) in included.iter().enumerate() {
        set = place(frame, &included[..=count], 0, false)
            .ok_or(Infeasible::IncludedWithoutRoom { candidate })?;
    }
    let wanted = frame.rural_min.min(included.len());
    if let Some(placed) = (0..=wanted).rev().find_map(|rural| place(frame, &included, rural, true))
    {
        set = placed;
    }
    loop {
        let found = count_rural(frame.problem, &set);
        if found >= frame.rural_min {
            return Ok(set);
        }
        let refused = Infeasible::TooFewRural { asked: frame.rural_min, found };
        if set.len() >= frame.size {
            return Err(refused);
        }
        let keep = |candidate: usize| frame.can_be_rural(candidate);
        set = one_more(frame, &set, found + 1, effort, &keep).ok_or(refused)?;
    }
}

/// Adds enterprises to `set`, in which the rural minimum is reserved, while one fits.
pub(super) fn fill(frame: &Frame<'_>, set: &mut Vec<Placed>, effort: &Effort) {
    if frame.all_free { fill_free(frame, set) } else { fill_placing(frame, set, effort, 0) }
}

/// The same where nothing is reserved: the last to come may be the rural ones, so the
/// limits may not be kept where too few come.
pub(super) fn refill(frame: &Frame<'_>, set: &mut Vec<Placed>, effort: &Effort) {
    if frame.all_free { fill_free(frame, set) } else { fill_placing(frame, set, effort, 1) }
}

/// `later`: rural ones that each empty place may still bring.
fn fill_placing(frame: &Frame<'_>, set: &mut Vec<Placed>, effort: &Effort, later: usize) {
    while set.len() < frame.size {
        let rural = frame.rural_min.saturating_sub(later * (frame.size - set.len() - 1));
        let Some(more) = one_more(frame, set, rural, effort, &|_| true) else { return };
        *set = more;
    }
}

fn fill_free(frame: &Frame<'_>, set: &mut Vec<Placed>) {
    let mut tally = Tally::of(frame.problem, set);
    let mut heap: BinaryHeap<Known> = (0..frame.problem.candidates.len())
        .filter(|&candidate| frame.open(candidate))
        .filter(|&candidate| set.iter().all(|placed| placed.candidate != candidate))
        .map(|candidate| Known { gain: gain(frame, &tally, candidate), candidate, size: set.len() })
        .collect();
    while set.len() < frame.size {
        let Some(known) = heap.pop() else { return };
        // A full theme stays full, and places left for rural ones stay theirs.
        let missing = frame.rural_min.saturating_sub(count_rural(frame.problem, set));
        if frame.of_its_theme(set, known.candidate) >= frame.per_theme
            || (frame.size - set.len() <= missing && !frame.can_be_rural(known.candidate))
        {
            continue;
        }
        if known.size < set.len() {
            let gain = gain(frame, &tally, known.candidate);
            heap.push(Known { gain, size: set.len(), ..known });
            continue;
        }
        let placed = frame.problem.everywhere(known.candidate);
        frame.problem.placements(&placed).for_each(|placement| tally.add(placement));
        set.push(placed);
    }
}

/// `set` with one more, for each of the `effort.starts` enterprises that could add most.
pub(super) fn starts(frame: &Frame<'_>, set: &[Placed], effort: &Effort) -> Vec<Vec<Placed>> {
    let order = by_gain(frame, set, &|_| true);
    let mut found = Vec::new();
    for candidate in order {
        if found.len() >= effort.starts {
            break;
        }
        let mut ids: Vec<usize> = set.iter().map(|placed| placed.candidate).collect();
        ids.push(candidate);
        // Those that follow may be the rural ones.
        let least = frame.rural_min.saturating_sub(frame.size - ids.len());
        found.extend(place(frame, &ids, least, true));
    }
    found
}

/// Those that may join `set`, the one that could add most first.
pub(super) fn by_gain(
    frame: &Frame<'_>,
    set: &[Placed],
    keep: &dyn Fn(usize) -> bool,
) -> Vec<usize> {
    let tally = Tally::of(frame.problem, set);
    let mut order: Vec<(f64, usize)> = (0..frame.problem.candidates.len())
        .filter(|&candidate| frame.open(candidate) && keep(candidate))
        .filter(|&candidate| set.iter().all(|placed| placed.candidate != candidate))
        .filter(|&candidate| frame.of_its_theme(set, candidate) < frame.per_theme)
        .map(|candidate| (gain(frame, &tally, candidate), candidate))
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    order.into_iter().map(|(_, candidate)| candidate).collect()
}

/// `set` and the enterprise after which it is worth most, all placed anew, of the
/// shortlist that could add most; `None` when none can be placed.
fn one_more(
    frame: &Frame<'_>,
    set: &[Placed],
    rural: usize,
    effort: &Effort,
    keep: &dyn Fn(usize) -> bool,
) -> Option<Vec<Placed>> {
    let ids: Vec<usize> = set.iter().map(|placed| placed.candidate).collect();
    let mut order = by_gain(frame, set, keep);
    let rest = order.split_off(order.len().min(effort.shortlist));
    let with = |candidate: usize| ids.iter().copied().chain([candidate]).collect::<Vec<usize>>();
    let among = |list: Vec<usize>| {
        let sets = list.into_iter().map(with);
        best_placed(frame, sets, rural, effort.starts).map(|(_, placed)| placed)
    };
    // Beyond the shortlist only where nobody on it finds a place.
    among(order).or_else(|| among(rest))
}
