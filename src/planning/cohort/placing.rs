//! Where the enterprises of a set go, when territories or enterprises have few places.
//!
//! Territories share no demand, so the worth of a set is a sum over territories; only the
//! capacities, the openings and the rural minimum tie them. A first place for each is found
//! by augmenting paths (Kuhn 1955, doi:10.1002/nav.3800020109, with several places per
//! territory), rural places first; the rest is filled by decreasing gain, then exchanged
//! while an exchange pays.

use super::limits::Frame;
use super::objective::Tally;
use super::problem::{Placed, Problem};

/// An exchange must add at least this share of the value: rounding never exchanges.
const LEAST_SHARE: f64 = 1e-9;

/// Places every enterprise of `set` somewhere; `None` when the places do not suffice.
///
/// At least `rural` of them count for the rural share. `exchange` also tries exchanges:
/// slower, better. Without capacities and openings each goes everywhere it fits, which is
/// the best there is.
pub(super) fn place(
    frame: &Frame<'_>,
    set: &[usize],
    rural: usize,
    exchange: bool,
) -> Option<Vec<Placed>> {
    if set.iter().all(|&candidate| frame.free[candidate]) {
        let placed: Vec<Placed> =
            set.iter().map(|&candidate| frame.problem.everywhere(candidate)).collect();
        return (count_rural(frame.problem, &placed) >= rural).then_some(placed);
    }
    let mut places = Places::new(frame, set, rural);
    if !places.reserve_rural() || !places.one_each() {
        return None;
    }
    places.fill();
    while exchange && places.exchange() {}
    Some(places.placed)
}

/// The best placed of `sets`: all are placed without exchanges, the `most` best of them
/// with exchanges too. `None` when none can be placed.
pub(super) fn best_placed(
    frame: &Frame<'_>,
    sets: impl Iterator<Item = Vec<usize>>,
    rural: usize,
    most: usize,
) -> Option<(f64, Vec<Placed>)> {
    let mut quick: Vec<(f64, Vec<usize>)> = sets
        .filter_map(|ids| Some((frame.problem.value(&place(frame, &ids, rural, false)?), ids)))
        .collect();
    // The sort is stable: equal values stay in the order given.
    quick.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut best: Option<(f64, Vec<Placed>)> = None;
    for (_, ids) in quick.iter().take(most.max(1)) {
        let Some(placed) = place(frame, ids, rural, true) else { continue };
        let value = frame.problem.value(&placed);
        if best.as_ref().is_none_or(|(known, _)| value > *known) {
            best = Some((value, placed));
        }
    }
    best
}

/// How many of a set count for the rural share.
pub(super) fn count_rural(problem: &Problem, set: &[Placed]) -> usize {
    set.iter().filter(|placed| problem.is_rural(placed)).count()
}

struct Places<'f, 'p> {
    frame: &'f Frame<'p>,
    problem: &'p Problem,
    placed: Vec<Placed>,
    /// Those whose rural place is reserved.
    rural: Vec<bool>,
    /// How many must count for the rural share.
    rural_least: usize,
    loads: Vec<usize>,
}

impl<'f, 'p> Places<'f, 'p> {
    /// The places that cost nobody anything are taken at once.
    fn new(frame: &'f Frame<'p>, set: &[usize], rural_least: usize) -> Self {
        let problem = frame.problem;
        let placed: Vec<Placed> = set
            .iter()
            .map(|&candidate| {
                let fits = &problem.candidates[candidate].placements;
                let all = frame.openings(candidate) >= fits.len();
                let placements = (0..fits.len())
                    .filter(|&at| all && frame.capacity[fits[at].territory] == usize::MAX)
                    .collect();
                Placed { candidate, placements }
            })
            .collect();
        let mut loads = vec![0; frame.capacity.len()];
        for placement in placed.iter().flat_map(|placed| problem.placements(placed)) {
            loads[placement.territory] += 1;
        }
        Self { frame, problem, rural: vec![false; placed.len()], rural_least, placed, loads }
    }

    fn territory(&self, member: usize, at: usize) -> usize {
        self.problem.candidates[self.placed[member].candidate].placements[at].territory
    }

    fn put(&mut self, member: usize, at: usize) {
        let territory = self.territory(member, at);
        self.loads[territory] += 1;
        let list = &mut self.placed[member].placements;
        let place = list.partition_point(|&other| other < at);
        list.insert(place, at);
    }

    fn take(&mut self, member: usize, at: usize) {
        let territory = self.territory(member, at);
        self.loads[territory] -= 1;
        self.placed[member].placements.retain(|&other| other != at);
    }

    /// Reserves the rural minimum, first for those who lose least by going there.
    fn reserve_rural(&mut self) -> bool {
        let least = self.rural_least;
        let mut found = 0;
        let mut left: Vec<(f64, usize)> = Vec::new();
        let empty = Tally::new(self.problem);
        for member in 0..self.placed.len() {
            if self.problem.is_rural(&self.placed[member]) {
                found += 1;
                continue;
            }
            let fits = &self.problem.candidates[self.placed[member].candidate].placements;
            let best = |rural: bool| {
                let gains = fits.iter().filter(|at| at.rural == rural).map(|at| empty.gain(at));
                gains.fold(f64::NEG_INFINITY, f64::max)
            };
            if best(true) > f64::NEG_INFINITY {
                left.push((best(true) - best(false).max(0.0), member));
            }
        }
        left.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, member) in left {
            if found >= least {
                break;
            }
            self.rural[member] = true;
            if self.placed[member].placements.is_empty() && self.augment(member, &mut vec![]) {
                found += 1;
            } else {
                self.rural[member] = false;
            }
        }
        found >= least
    }

    fn one_each(&mut self) -> bool {
        (0..self.placed.len()).all(|member| {
            !self.placed[member].placements.is_empty() || self.augment(member, &mut vec![])
        })
    }

    /// Gives a member without place its first one, moving others where needed.
    fn augment(&mut self, member: usize, visited: &mut Vec<usize>) -> bool {
        let empty = Tally::new(self.problem);
        let fits = &self.problem.candidates[self.placed[member].candidate].placements;
        let mut order: Vec<(f64, usize)> = (0..fits.len())
            .filter(|&at| !self.rural[member] || fits[at].rural)
            .map(|at| (empty.gain(&fits[at]), at))
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, at) in order {
            let territory = self.territory(member, at);
            if visited.contains(&territory) {
                continue;
            }
            visited.push(territory);
            if self.loads[territory] < self.frame.capacity[territory] {
                self.put(member, at);
                return true;
            }
            for other in 0..self.placed.len() {
                let held = self.placed[other].placements.clone();
                let Some(&here) = held.iter().find(|&&p| self.territory(other, p) == territory)
                else {
                    continue;
                };
                // One who is elsewhere too only leaves; one who is not must find a place.
                self.take(other, here);
                let settled =
                    self.keeps_a_place(other) || (held.len() == 1 && self.augment(other, visited));
                if settled {
                    self.put(member, at);
                    return true;
                }
                self.put(other, here);
            }
        }
        false
    }

    fn keeps_a_place(&self, member: usize) -> bool {
        let placed = &self.placed[member];
        if self.rural[member] {
            return self.problem.is_rural(placed);
        }
        !placed.placements.is_empty()
    }

    fn tally(&self) -> Tally<'p> {
        Tally::of(self.problem, &self.placed)
    }

    /// Fills the places left by decreasing gain.
    fn fill(&mut self) {
        let mut tally = self.tally();
        loop {
            let mut best: Option<(f64, usize, usize)> = None;
            for member in 0..self.placed.len() {
                for at in self.open(member) {
                    let fits = &self.problem.candidates[self.placed[member].candidate].placements;
                    let gain = tally.gain(&fits[at]);
                    if best.is_none_or(|(known, ..)| gain > known) {
                        best = Some((gain, member, at));
                    }
                }
            }
            let Some((_, member, at)) = best else { return };
            self.put(member, at);
            tally.add(&self.problem.candidates[self.placed[member].candidate].placements[at]);
        }
    }

    /// Places that a member could still take.
    fn open(&self, member: usize) -> Vec<usize> {
        if self.is_full(member) { Vec::new() } else { self.reachable(member).collect() }
    }

    /// Whether a member has all the places that its openings allow.
    fn is_full(&self, member: usize) -> bool {
        let placed = &self.placed[member];
        placed.placements.len() >= self.frame.openings(placed.candidate)
    }

    /// Places with room, where the member is not yet.
    fn reachable(&self, member: usize) -> impl Iterator<Item = usize> + use<> {
        let placed = &self.placed[member];
        let fits = &self.problem.candidates[placed.candidate].placements;
        let open: Vec<usize> = (0..fits.len())
            .filter(|at| !placed.placements.contains(at))
            .filter(|&at| {
                let territory = fits[at].territory;
                self.loads[territory] < self.frame.capacity[territory]
            })
            .collect();
        open.into_iter()
    }

    /// Takes one place away and gives another instead, its taker leaving one of its own
    /// where its openings ask for it; then fills. Keeps the best, where the set gains.
    fn exchange(&mut self) -> bool {
        let mut best = Best { value: self.tally().value() * (1.0 + LEAST_SHARE), found: None };
        for out in 0..self.placed.len() {
            for from in self.placed[out].placements.clone() {
                self.take(out, from);
                for member in 0..self.placed.len() {
                    for at in self.reachable(member).filter(|&at| (member, at) != (out, from)) {
                        if self.is_full(member) {
                            for left in self.placed[member].placements.clone() {
                                self.take(member, left);
                                self.try_with(member, at, &mut best);
                                self.put(member, left);
                            }
                        } else {
                            self.try_with(member, at, &mut best);
                        }
                    }
                }
                self.put(out, from);
            }
        }
        let Some((placed, loads)) = best.found else { return false };
        (self.placed, self.loads) = (placed, loads);
        true
    }

    /// Values the places with one more, the rest filled; leaves them as they were.
    fn try_with(&mut self, member: usize, at: usize, best: &mut Best) {
        let before = (self.placed.clone(), self.loads.clone());
        self.put(member, at);
        self.fill();
        let value = self.tally().value();
        let sound = self.placed.iter().all(|placed| !placed.placements.is_empty())
            && count_rural(self.problem, &self.placed) >= self.rural_least;
        if sound && value > best.value {
            *best = Best { value, found: Some((self.placed.clone(), self.loads.clone())) };
        }
        (self.placed, self.loads) = before;
    }
}

/// The best places met so far.
struct Best {
    value: f64,
    found: Option<(Vec<Placed>, Vec<usize>)>,
}
