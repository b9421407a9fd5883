//! Beyond a few cities: greedy insertion, local search, restarts.
//!
//! 1. **Descents** from the empty tour and from the cities worth most alone: the best
//!    single move is made as long as one improves the net value. Moves that change the
//!    set: insert a city (at every position), leave one out, exchange one for another;
//!    from the empty tour these are the greedy insertion. Moves that change the order
//!    alone: reverse a segment (2-opt, Croes 1958, doi:10.1287/opre.6.6.791) and carry up
//!    to three stops elsewhere, as they are or reversed (Or-opt, Or 1976).
//! 2. **Rounds**, in turn: iterated local search (Lourenço, Martin & Stützle 2003,
//!    doi:10.1007/0-306-48056-5_11), where some stops of the best tour are drawn out, a
//!    city sometimes drawn in, and the descent starts again; and a descent from a tour
//!    drawn whole, for the cities that are worth the way only together. A better tour is
//!    kept.
//!
//! Every draw comes from the seed given, each round from its own stream, and ties are
//! broken the same way everywhere: same problem, same seed, same tour. The result keeps
//! the limits and no move above improves it; it is not proved to be the best.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::{Meetings, Problem, SAME, Search, Tour, is_better};

/// Longest chain of stops that one move carries elsewhere.
const CARRIED_MAX: usize = 3;

/// The best tour found.
#[must_use]
pub fn best(problem: &Problem, search: &Search) -> Tour {
    let descent = Descent::new(problem);
    let mut best = descent.down(Known::default());
    for start in descent.promising(search.seeds) {
        if let Some(first) = descent.known(vec![start], descent.alone[start]) {
            best = best.or_better(descent.down(first));
        }
    }
    for round in 0..search.rounds {
        let mut random = ChaCha8Rng::seed_from_u64(search.seed);
        random.set_stream(round as u64);
        let drawn = if round % 2 == 0 {
            descent.shaken(&best, &mut random)
        } else {
            Some(descent.drawn(&mut random))
        };
        if let Some(drawn) = drawn {
            best = best.or_better(descent.down(drawn));
        }
    }
    problem.tour(&best.route).unwrap_or_default()
}

/// Nearest neighbour: always on to the nearest city that adds something, as long as the
/// limits hold. The plain rule that the heuristic must beat.
#[must_use]
pub fn nearest_neighbour(problem: &Problem) -> Tour {
    let mut route: Vec<usize> = Vec::new();
    let mut met = Meetings::none(problem);
    loop {
        let before = route.last().copied();
        let value = met.value();
        let mut next: Option<(f64, usize)> = None;
        for city in 0..problem.cities.len() {
            let km = problem.leg_km(before, city);
            if route.contains(&city) || next.is_some_and(|(least, _)| km >= least) {
                continue;
            }
            let mut longer = route.clone();
            longer.push(city);
            let keeps = longer.len() <= problem.limits.stops;
            if keeps && problem.route_days(&longer).is_some() && met.value_with(city) > value + SAME
            {
                next = Some((km, city));
            }
        }
        let Some((_, city)) = next else { break };
        route.push(city);
        met.add(city);
    }
    problem.tour(&route).unwrap_or_default()
}

/// A route with what it is worth.
#[derive(Debug, Clone, Default)]
struct Known {
    route: Vec<usize>,
    value: f64,
    km: f64,
    net: f64,
}

impl Known {
    fn beats(&self, other: &Self) -> bool {
        is_better((self.net, self.km, &self.route), (other.net, other.km, &other.route))
    }

    fn or_better(self, other: Self) -> Self {
        if other.beats(&self) { other } else { self }
    }
}

/// The moves on one problem.
struct Descent<'p> {
    problem: &'p Problem,
    /// Value of each city alone: by submodularity, the most that it can ever add.
    alone: Vec<f64>,
}

impl<'p> Descent<'p> {
    fn new(problem: &'p Problem) -> Self {
        let none = Meetings::none(problem);
        let alone = (0..problem.cities.len()).map(|city| none.value_with(city)).collect();
        Self { problem, alone }
    }

    /// The cities worth most alone, their way there and back taken off.
    fn promising(&self, count: usize) -> Vec<usize> {
        let net =
            |city: usize| self.alone[city] - self.problem.cost(self.problem.route_km(&[city]), 1);
        let mut cities: Vec<usize> = (0..self.alone.len()).collect();
        cities.sort_by(|&a, &b| net(b).total_cmp(&net(a)).then(a.cmp(&b)));
        cities.truncate(count);
        cities
    }

    /// The route with its worth, where it keeps the limits.
    fn known(&self, route: Vec<usize>, value: f64) -> Option<Known> {
        if route.len() > self.problem.limits.stops {
            return None;
        }
        self.problem.route_days(&route)?;
        let km = self.problem.route_km(&route);
        let net = value - self.problem.cost(km, route.len());
        Some(Known { route, value, km, net })
    }

    /// As long as a move improves, the best one is made.
    fn down(&self, mut known: Known) -> Known {
        while let Some(better) = self.reordered(&known).or_else(|| self.exchanged(&known)) {
            known = better;
        }
        known
    }

    /// The best order one move away, where it is shorter.
    fn reordered(&self, known: &Known) -> Option<Known> {
        let route = &known.route;
        let mut best: Option<Known> = None;
        let mut weigh = |order: Vec<usize>| {
            let km = self.problem.route_km(&order);
            let least = best.as_ref().map_or(known.km, |found| found.km);
            if km < least - SAME
                && let Some(found) = self.known(order, known.value)
            {
                best = Some(found);
            }
        };
        for first in 0..route.len() {
            for last in first + 1..route.len() {
                let mut order = route.clone();
                order[first..=last].reverse();
                weigh(order);
            }
            for length in 1..=CARRIED_MAX.min(route.len() - first) {
                let mut rest = route.clone();
                let chain: Vec<usize> = rest.drain(first..first + length).collect();
                for at in (0..=rest.len()).filter(|&at| at != first) {
                    for reversed in [false, true] {
                        let mut order = rest.clone();
                        if reversed {
                            order.splice(at..at, chain.iter().rev().copied());
                        } else {
                            order.splice(at..at, chain.iter().copied());
                        }
                        weigh(order);
                    }
                }
            }
        }
        best
    }

    /// The best set one move away, where it is worth more: a city in, out, or for another.
    fn exchanged(&self, known: &Known) -> Option<Known> {
        let mut best: Option<Known> = None;
        if known.route.len() < self.problem.limits.stops {
            let met = Meetings::of(self.problem, &known.route);
            self.inserted(known, &known.route, &met, None, &mut best);
        }
        for out in 0..known.route.len() {
            let mut rest = known.route.clone();
            let gone = rest.remove(out);
            let met = Meetings::of(self.problem, &rest);
            if let Some(found) = self.known(rest.clone(), met.value()) {
                keep(&mut best, found, known);
            }
            self.inserted(known, &rest, &met, Some(gone), &mut best);
        }
        best
    }

    /// Every city of the outside, but `gone`, at every position of `route`.
    fn inserted(
        &self,
        known: &Known,
        route: &[usize],
        met: &Meetings<'_>,
        gone: Option<usize>,
        best: &mut Option<Known>,
    ) {
        let (base, km) = (met.value(), self.problem.route_km(route));
        for city in 0..self.alone.len() {
            if route.contains(&city) || gone == Some(city) {
                continue;
            }
            // No insertion is worth more than this: the city alone, at no distance.
            let most = base + self.alone[city] - self.problem.cost(km, route.len() + 1);
            let least = best.as_ref().map_or(known.net, |found| found.net);
            if most <= least + SAME {
                continue;
            }
            let value = met.value_with(city);
            for at in 0..=route.len() {
                let mut longer = route.to_vec();
                longer.insert(at, city);
                if let Some(found) = self.known(longer, value) {
                    keep(best, found, known);
                }
            }
        }
    }

    /// The best tour with some stops drawn out and, half of the time, a city drawn in.
    fn shaken(&self, best: &Known, random: &mut ChaCha8Rng) -> Option<Known> {
        let mut route = best.route.clone();
        if !route.is_empty() {
            for _ in 0..random.random_range(1..=route.len()) {
                route.remove(random.random_range(0..route.len()));
            }
        }
        if random.random_bool(0.5) && route.len() < self.problem.limits.stops {
            let outside: Vec<usize> =
                (0..self.alone.len()).filter(|city| !route.contains(city)).collect();
            if !outside.is_empty() {
                let city = outside[random.random_range(0..outside.len())];
                route.insert(random.random_range(0..=route.len()), city);
            }
        }
        let value = Meetings::of(self.problem, &route).value();
        self.known(route, value)
    }

    /// A tour drawn whole: cities drawn one by one, each at a drawn position where the
    /// limits hold.
    fn drawn(&self, random: &mut ChaCha8Rng) -> Known {
        let count = self.alone.len();
        let most = self.problem.limits.stops.min(count);
        let mut best = Known::default();
        for _ in 0..random.random_range(1..=most.max(1)) {
            if count == 0 {
                break;
            }
            let city = random.random_range(0..count);
            let mut route = best.route.clone();
            route.insert(random.random_range(0..=route.len()), city);
            if best.route.contains(&city) {
                continue;
            }
            let value = Meetings::of(self.problem, &route).value();
            best = self.known(route, value).unwrap_or(best);
        }
        best
    }
}

/// Keeps `found` where it improves on what is known and on the best found.
fn keep(best: &mut Option<Known>, found: Known, known: &Known) {
    if found.net > known.net + SAME && best.as_ref().is_none_or(|other| found.beats(other)) {
        *best = Some(found);
    }
}
