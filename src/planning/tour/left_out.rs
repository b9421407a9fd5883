//! Why not there: the best cities that the tour leaves out, each with its reason.

use super::{Meetings, Problem, SAME, Tour};

/// Why a city is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It would be worth the way, but the days are full: the tour would take this many.
    Days(u32),
    /// It would be worth the way, but the stops are all taken.
    Stops,
    /// It would be worth the way in a tour of its own, not with these legs: a leg or a day
    /// is too long.
    TooLong,
    /// What it adds is not worth the kilometres.
    NotWorth,
    /// Whoever is there is already met at another stop.
    AlreadyMet,
}

/// A city left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeftOut {
    /// Its position.
    pub city: usize,
    /// Value that it would add to the tour, ≥ 0.
    pub adds: f64,
    /// Kilometres that it would add at its best position.
    pub extra_km: f64,
    /// What it adds, less the cost of its kilometres and of one more stop.
    pub net: f64,
    /// The reason.
    pub why: Why,
}

/// What some stops of the tour add together: (value lost without them, kilometres saved).
///
/// `places`: their positions in [`Tour::stops`].
#[must_use]
pub fn added_by(problem: &Problem, tour: &Tour, places: &[usize]) -> (f64, f64) {
    let stops = tour.stops.iter().enumerate();
    let rest: Vec<usize> =
        stops.filter(|(at, _)| !places.contains(at)).map(|(_, &city)| city).collect();
    let value = Meetings::of(problem, &rest).value();
    ((tour.value - value).max(0.0), (tour.km - problem.route_km(&rest)).max(0.0))
}

/// The cities outside the tour, those that would add most first, ties by position.
#[must_use]
pub fn left_out(problem: &Problem, tour: &Tour) -> Vec<LeftOut> {
    let met = Meetings::of(problem, &tour.stops);
    let free = problem.without_days();
    let mut list: Vec<LeftOut> = (0..problem.cities.len())
        .filter(|city| !tour.stops.contains(city))
        .map(|city| one(problem, &free, tour, &met, city))
        .collect();
    list.sort_by(|a, b| {
        b.net.total_cmp(&a.net).then(b.adds.total_cmp(&a.adds)).then(a.city.cmp(&b.city))
    });
    list
}

fn one(problem: &Problem, free: &Problem, tour: &Tour, met: &Meetings<'_>, city: usize) -> LeftOut {
    let adds = (met.value_with(city) - tour.value).max(0.0);
    let longer = |at: usize| {
        let mut route = tour.stops.clone();
        route.insert(at, city);
        route
    };
    let extra = |at: usize| problem.route_km(&longer(at)) - tour.km;
    let (at, extra_km) = (0..=tour.stops.len())
        .map(|at| (at, extra(at)))
        .min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))
        .expect("a route has a first position");
    let net = adds - problem.cost(extra_km, 1);
    let why = if adds <= SAME {
        Why::AlreadyMet
    } else if net <= SAME {
        Why::NotWorth
    } else if tour.stops.len() >= problem.limits.stops {
        Why::Stops
    } else {
        // The best day-keeping position would have been taken: the days are what lacks.
        match free.route_days(&longer(at)) {
            Some(days) if problem.limits.days.is_some_and(|most| days > most) => Why::Days(days),
            _ => Why::TooLong,
        }
    };
    LeftOut { city, adds, extra_km, net, why }
}
