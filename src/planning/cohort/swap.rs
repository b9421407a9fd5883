//! One enterprise out, another in, while the set gains by it; then two at once.

use super::Effort;
use super::greedy;
use super::limits::Frame;
use super::placing::{best_placed, count_rural, place};
use super::problem::Placed;

/// A swap must add at least this share of the value: rounding never swaps.
const LEAST_SHARE: f64 = 1e-9;

/// Most enterprises replaced at once.
const AT_ONCE_MAX: usize = 3;

/// Swaps the pair that adds most until no swap adds anything, then takes two or three out
/// and fills their places again where that pays; every limit is kept and the included stay.
/// Each step raises the value, so it ends.
///
/// Cost of a round: `k · m` gains for `k` chosen of `m`, and `C(k, r) · m` for `r` at once,
/// left out where that passes `effort.gains_max`.
pub(super) fn improve(frame: &Frame<'_>, set: &mut Vec<Placed>, effort: &Effort) {
    if !frame.all_free {
        replaced(frame, set);
    }
    loop {
        let several = || (2..=AT_ONCE_MAX).find_map(|count| best_of(frame, set, count, effort));
        let Some(better) = best_swap(frame, set, effort).or_else(several) else { return };
        *set = better;
        if !frame.all_free {
            replaced(frame, set);
        }
    }
}

/// The best set with `count` members out, then filled again from each of the enterprises
/// that would add most.
fn best_of(
    frame: &Frame<'_>,
    set: &[Placed],
    count: usize,
    effort: &Effort,
) -> Option<Vec<Placed>> {
    let free: Vec<usize> =
        (0..set.len()).filter(|&at| !frame.included[set[at].candidate]).collect();
    let sets = subsets(&free, count);
    let candidates = frame.problem.candidates.len();
    let each = if frame.all_free { candidates } else { candidates.max(effort.placing_gains) };
    if sets.len() * each > effort.gains_max {
        return None;
    }
    // Where places are few, each filling places whole sets anew: a few are tried.
    let short = Effort { shortlist: effort.starts, starts: 1, ..*effort };
    let value = frame.problem.value(set);
    let mut best = (value * (1.0 + LEAST_SHARE), None);
    for out in sets {
        let stay = (0..set.len()).filter(|at| !out.contains(at));
        let rest: Vec<Placed> = stay.map(|at| set[at].clone()).collect();
        for start in greedy::starts(frame, &rest, effort) {
            let mut filled = start;
            greedy::refill(frame, &mut filled, &short);
            let reached = frame.problem.value(&filled);
            if reached > best.0 && frame.keeps(&filled) {
                best = (reached, Some(filled));
            }
        }
    }
    best.1
}

/// Every choice of `count` among `list`.
fn subsets(list: &[usize], count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (at, &first) in list.iter().enumerate() {
        for mut rest in subsets(&list[at + 1..], count - 1) {
            rest.push(first);
            all.push(rest);
        }
    }
    all
}

/// The same enterprises, with exchanges of places tried.
fn replaced(frame: &Frame<'_>, set: &mut Vec<Placed>) {
    let ids: Vec<usize> = set.iter().map(|placed| placed.candidate).collect();
    let placed = place(frame, &ids, frame.rural_min, true);
    let better = placed.filter(|p| frame.problem.value(p) > frame.problem.value(set));
    if let Some(better) = better {
        *set = better;
    }
}

fn best_swap(frame: &Frame<'_>, set: &[Placed], effort: &Effort) -> Option<Vec<Placed>> {
    let value = frame.problem.value(set);
    let mut best = (value * (1.0 + LEAST_SHARE), None);
    for out in (0..set.len()).filter(|&out| !frame.included[set[out].candidate]) {
        if let Some((reached, swapped)) = swap(frame, set, out, effort)
            && reached > best.0
        {
            best = (reached, Some(swapped));
        }
    }
    best.1
}

/// The best set that replaces the member `out`, the limits kept.
fn swap(
    frame: &Frame<'_>,
    set: &[Placed],
    out: usize,
    effort: &Effort,
) -> Option<(f64, Vec<Placed>)> {
    let mut rest = set.to_vec();
    rest.remove(out);
    let rural = count_rural(frame.problem, &rest);
    let keep = |candidate: usize| {
        candidate != set[out].candidate
            && (rural >= frame.rural_min || frame.can_be_rural(candidate))
    };
    let order = greedy::by_gain(frame, &rest, &keep);
    if frame.all_free {
        rest.push(frame.problem.everywhere(*order.first()?));
        return Some((frame.problem.value(&rest), rest));
    }
    let ids: Vec<usize> = rest.iter().map(|placed| placed.candidate).collect();
    let sets = order
        .into_iter()
        .take(effort.shortlist)
        .map(|candidate| ids.iter().copied().chain([candidate]).collect());
    best_placed(frame, sets, frame.rural_min, effort.starts)
}
