//! The tour: which cities to visit, in which order, to meet the most promising people.
//!
//! In plain words. Every meeting has an expected value in each city where it can take
//! place. A stop is one day at most in one city, with a few visits; inside a stop each
//! further visit counts a little less than the one before it. Somebody who can be met in
//! several cities counts **once**, at the visited city that suits best. The tour chosen is
//! the one whose
//!
//! > **net value = value of the meetings − cost per kilometre × kilometres − cost per stop ×
//! > stops**
//!
//! is largest, among those that keep the limits: stops at most, days at most, visits and
//! hours a day (the way home included). So a stop is kept only where what it adds is worth
//! the way there and the trouble of one more stop, and an empty tour is an answer.
//!
//! This is the orienteering problem (Tsiligirides 1984, doi:10.1057/jors.1984.162; Golden,
//! Levy & Vohra 1987, doi:10.1002/1520-6750(198706)34:3<307::AID-NAV3220340302>3.0.CO;2-D)
//! with the price of the way inside the objective, as in the prize-collecting travelling
//! salesman (Balas 1989, doi:10.1002/net.3230190602), and prizes that are a monotone
//! submodular function of the set of cities (see [`value`]).
//!
//! Solved exactly ([`exact`]) up to a few cities; beyond, by a documented heuristic
//! ([`heuristic`]) whose result no single move improves.

pub mod exact;
pub mod heuristic;
pub mod left_out;
pub mod schedule;
pub mod value;

#[cfg(test)]
mod tests;

pub use schedule::{Day, Working};
pub use value::Meetings;

/// Two objectives this near are the same: the noise of the last bits decides nothing.
pub(crate) const SAME: f64 = 1e-9;

/// One possible stop: a day at most in one city.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct City {
    /// Visits that a stop there holds and takes the time of, at least 1.
    pub visits: usize,
    /// Whom it is possible to meet there: (position of the meeting, its expected value
    /// there, ≥ 0); each meeting once.
    pub meetings: Vec<(usize, f64)>,
}

/// Where a tour leaves from.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// Kilometres to each city, in the order of [`Problem::cities`].
    pub km: Vec<f64>,
    /// Whether the tour ends there too.
    pub returns: bool,
}

/// What a tour may not exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Stops at most.
    pub stops: usize,
    /// Days at most, the way home included; `None` is no limit.
    pub days: Option<u32>,
}

/// The question, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// How many meetings there are; their positions are `0..meetings`.
    pub meetings: usize,
    /// The possible stops, `n`.
    pub cities: Vec<City>,
    /// Kilometres between cities, `n` × `n`, symmetric, zero diagonal, obeying the
    /// triangle inequality.
    pub km: Vec<Vec<f64>>,
    /// Where the tour leaves from; without it the first city reached costs nothing.
    pub start: Option<Start>,
    /// What it may not exceed.
    pub limits: Limits,
    /// What a day holds.
    pub working: Working,
    /// Value that one kilometre takes away, ≥ 0.
    pub cost_per_km: f64,
    /// Value that one more stop takes away, ≥ 0.
    pub cost_per_stop: f64,
    /// Inside a stop, what each further visit is worth of the one before it, 0..=1.
    pub decay: f64,
}

/// A tour with what it is worth.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tour {
    /// Positions of the cities, in the order of the journey.
    pub stops: Vec<usize>,
    /// One per stop: when, after which leg.
    pub legs: Vec<Leg>,
    /// The way home, where the tour returns.
    pub back: Option<Leg>,
    /// Value of the meetings, ≥ 0.
    pub value: f64,
    /// Kilometres in all, the way home included.
    pub km: f64,
    /// Value less the cost of kilometres and stops.
    pub net: f64,
    /// Days in all, the way home included; 0 for the empty tour.
    pub days: u32,
}

/// One leg and the day it ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leg {
    /// Kilometres from the place before; 0 for a first stop without a start.
    pub km: f64,
    /// Hours of travel, estimated.
    pub hours: f64,
    /// When.
    pub day: Day,
}

/// How a tour was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Every tour was compared: this one is the best.
    Exact,
    /// The heuristic: no single move improves it, which is no proof that it is the best.
    Heuristic,
}

impl Method {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Heuristic => "heuristic",
        }
    }
}

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Search {
    /// Up to this many cities every tour is compared.
    pub exact_up_to: usize,
    /// Rounds of the heuristic after its first descents.
    pub rounds: usize,
    /// First stops it is started from, besides none.
    pub seeds: usize,
    /// Seed of its random draws: same seed, same tour.
    pub seed: u64,
}

impl Problem {
    /// The best tour known, and how it was found.
    #[must_use]
    pub fn solve(&self, search: &Search) -> (Tour, Method) {
        if self.cities.len() <= search.exact_up_to {
            (exact::best(self), Method::Exact)
        } else {
            (heuristic::best(self, search), Method::Heuristic)
        }
    }

    /// Kilometres from a place (`None` is the start) to a city.
    #[must_use]
    pub fn leg_km(&self, from: Option<usize>, to: usize) -> f64 {
        match (from, &self.start) {
            (Some(from), _) => self.km[from][to],
            (None, Some(start)) => start.km[to],
            (None, None) => 0.0,
        }
    }

    /// Kilometres home from a city; 0 where the tour does not return.
    #[must_use]
    pub fn home_km(&self, from: usize) -> f64 {
        self.start.as_ref().filter(|start| start.returns).map_or(0.0, |start| start.km[from])
    }

    /// Kilometres of a whole route, the way home included; 0 for the empty one.
    #[must_use]
    pub fn route_km(&self, route: &[usize]) -> f64 {
        let mut before = None;
        let mut km = 0.0;
        for &city in route {
            km += self.leg_km(before, city);
            before = Some(city);
        }
        km + before.map_or(0.0, |last| self.home_km(last))
    }

    /// What kilometres and stops take away from the value, ≥ 0.
    #[must_use]
    pub fn cost(&self, km: f64, stops: usize) -> f64 {
        self.cost_per_km * km + self.cost_per_stop * stops as f64
    }

    /// Days of a route; `None` when it breaks a limit of the days or a leg is too long.
    #[must_use]
    pub fn route_days(&self, route: &[usize]) -> Option<u32> {
        self.dated(route).map(|(_, _, days)| days)
    }

    /// The legs of a route with their days, the way home, and the days in all.
    fn dated(&self, route: &[usize]) -> Option<(Vec<Leg>, Option<Leg>, u32)> {
        let within = |day: Day| self.limits.days.is_none_or(|most| day.number <= most);
        let mut legs = Vec::with_capacity(route.len());
        let mut day = Day::first();
        let mut before = None;
        for &city in route {
            let km = self.leg_km(before, city);
            let hours = self.working.hours(km);
            day = self.working.stop(day, hours, self.cities[city].visits).filter(|d| within(*d))?;
            legs.push(Leg { km, hours, day });
            before = Some(city);
        }
        let returns = self.start.as_ref().is_some_and(|start| start.returns);
        let back = match before.filter(|_| returns) {
            None => None,
            Some(last) => {
                let km = self.home_km(last);
                let hours = self.working.hours(km);
                day = self.working.home(day, hours).filter(|d| within(*d))?;
                Some(Leg { km, hours, day })
            }
        };
        let days = if route.is_empty() { 0 } else { day.number };
        Some((legs, back, days))
    }

    /// The tour along `route`; `None` when it breaks a limit.
    #[must_use]
    pub fn tour(&self, route: &[usize]) -> Option<Tour> {
        if route.len() > self.limits.stops {
            return None;
        }
        let (legs, back, days) = self.dated(route)?;
        let value = Meetings::of(self, route).value();
        let km = self.route_km(route);
        let net = value - self.cost(km, route.len());
        Some(Tour { stops: route.to_vec(), legs, back, value, km, net, days })
    }

    /// The same question without a limit of days.
    #[must_use]
    pub fn without_days(&self) -> Self {
        Self { limits: Limits { days: None, ..self.limits }, ..self.clone() }
    }
}

/// The better of two tours: larger net value, then fewer kilometres, then the smaller
/// positions, so that equal tours never depend on the way they were found.
pub(crate) fn is_better(new: (f64, f64, &[usize]), old: (f64, f64, &[usize])) -> bool {
    if (new.0 - old.0).abs() > SAME {
        return new.0 > old.0;
    }
    if (new.1 - old.1).abs() > SAME {
        return new.1 < old.1;
    }
    new.2 < old.2
}
