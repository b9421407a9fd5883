//! Every tour compared: the truth, for a few cities.
//!
//! Depth first over the orders of every set within the limits; the value of each set is
//! computed once. `n` cities and `s` stops make `Σ_k n!/(n−k)!` orders, k ≤ s: 110,000 for
//! eight of eight, a million for nine of nine. A branch is left as soon as a day is
//! passed, which no further stop can mend.

use std::collections::HashMap;

use super::schedule::Day;
use super::{Meetings, Problem, Tour, is_better};

/// Most cities that are compared one by one: beyond, it would never end.
pub const CITIES_MAX: usize = 12;

/// The best tour of all.
///
/// # Panics
/// Over [`CITIES_MAX`] cities.
#[must_use]
pub fn best(problem: &Problem) -> Tour {
    let count = problem.cities.len();
    assert!(count <= CITIES_MAX, "{count} cities are too many to compare every tour");
    let mut walk = Walk {
        problem,
        values: HashMap::new(),
        route: Vec::with_capacity(count),
        best: (0.0, 0.0, Vec::new()),
    };
    walk.on(Day::first(), 0.0, 0);
    problem.tour(&walk.best.2).unwrap_or_default()
}

struct Walk<'p> {
    problem: &'p Problem,
    /// Value of each set, by its bits; only looked up, never walked.
    values: HashMap<u32, f64>,
    route: Vec<usize>,
    best: (f64, f64, Vec<usize>),
}

impl Walk<'_> {
    fn on(&mut self, day: Day, km: f64, visited: u32) {
        if self.route.len() >= self.problem.limits.stops {
            return;
        }
        let problem = self.problem;
        let before = self.route.last().copied();
        for city in 0..problem.cities.len() {
            if visited & (1 << city) != 0 {
                continue;
            }
            let leg = problem.leg_km(before, city);
            let hours = problem.working.hours(leg);
            let Some(there) = problem.working.stop(day, hours, problem.cities[city].visits) else {
                continue;
            };
            if problem.limits.days.is_some_and(|most| there.number > most) {
                continue;
            }
            self.route.push(city);
            let visited = visited | (1 << city);
            self.weigh(there, km + leg, visited);
            self.on(there, km + leg, visited);
            self.route.pop();
        }
    }

    /// Compares the tour that ends here.
    fn weigh(&mut self, day: Day, km: f64, visited: u32) {
        let problem = self.problem;
        let Some(&last) = self.route.last() else { return };
        let mut km = km;
        if problem.start.as_ref().is_some_and(|start| start.returns) {
            let home = problem.home_km(last);
            km += home;
            match problem.working.home(day, problem.working.hours(home)) {
                Some(end) if problem.limits.days.is_none_or(|most| end.number <= most) => {}
                _ => return,
            }
        }
        let route = &self.route;
        let value =
            *self.values.entry(visited).or_insert_with(|| Meetings::of(problem, route).value());
        let net = value - problem.cost(km, route.len());
        if is_better((net, km, route), (self.best.0, self.best.1, &self.best.2)) {
            self.best = (net, km, route.clone());
        }
    }
}
