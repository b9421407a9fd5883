//! The declared numbers of the tour (`index/tour.toml`), read once per answer.

use crate::domain::rules::Rules;
use crate::planning::tour::{Search, Working};

use super::Where;

/// Every number of `index/tour.toml`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numbers {
    /// Candidates kept per territory.
    pub kept: usize,
    /// Share of the mean score over the territories, 0..=1.
    pub mean_share: f64,
    /// Chance of a meeting at the seat, 0..=1.
    pub home: f64,
    /// At a site whose opening is dated.
    pub site_dated: f64,
    /// At a site nobody dated.
    pub site_undated: f64,
    /// Value of a peer organisation.
    pub peer: f64,
    /// Visits of a stop at most.
    pub visits: usize,
    /// What each further visit of a stop counts of the one before.
    pub decay: f64,
    /// Stops in the same city at most.
    pub per_city: usize,
    /// Value that one more stop takes away.
    pub cost_per_stop: f64,
    /// Communes of an intercommunality this near are one city, km.
    pub around_km: f64,
    /// What a day holds, and how fast one travels.
    pub working: Working,
    /// Kilometres per kilometre as the crow flies.
    pub detour: f64,
    /// Value that a hundred kilometres take away.
    pub cost_per_100_km: f64,
    /// Stops, where nothing is said.
    pub stops_unsaid: usize,
    /// Most stops asked.
    pub stops_max: usize,
    /// Most days asked.
    pub days_max: u32,
    /// Most territories asked.
    pub territories_max: usize,
    /// Up to this many cities every tour is compared.
    pub exact_up_to: usize,
    /// Cities searched at most.
    pub cities_max: usize,
    rounds: usize,
    seeds: usize,
    seed: u64,
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Declared counts.
impl Numbers {
    /// Reads them.
    #[must_use]
    pub fn read(rules: &Rules) -> Self {
        let number = |name: &str| rules.number(&format!("tour.{name}"));
        let count = |name: &str| number(name) as usize;
        Self {
            kept: count("candidates.kept"),
            mean_share: number("candidates.mean_share"),
            home: number("chance.home"),
            site_dated: number("chance.site_dated"),
            site_undated: number("chance.site_undated"),
            peer: number("peer.value"),
            visits: count("stop.visits"),
            decay: number("stop.decay"),
            per_city: count("stop.per_city"),
            cost_per_stop: number("stop.cost"),
            around_km: number("city.around_km"),
            working: Working {
                hours_per_day: number("day.hours"),
                visits_per_day: count("day.visits"),
                hours_per_visit: number("day.hours_per_visit"),
                hours_per_leg: number("way.leg_hours"),
                slow_km: number("way.slow_km"),
                slow_kmh: number("way.slow_kmh"),
                fast_kmh: number("way.fast_kmh"),
            },
            detour: number("way.detour"),
            cost_per_100_km: number("way.cost_per_100_km"),
            stops_unsaid: count("limits.stops_unsaid"),
            stops_max: count("limits.stops_max"),
            days_max: number("limits.days_max") as u32,
            territories_max: count("limits.territories_max"),
            exact_up_to: count("search.exact_up_to"),
            cities_max: count("search.cities_max"),
            rounds: count("search.rounds"),
            seeds: count("search.seeds"),
            seed: number("search.seed") as u64,
        }
    }

    /// The chance of meeting somebody at such a place, 0..=1.
    #[must_use]
    pub fn chance(&self, place: Where) -> f64 {
        match place {
            Where::Home => self.home,
            Where::Site { since: Some(_) } => self.site_dated,
            Where::Site { since: None } => self.site_undated,
        }
    }

    /// How to search.
    #[must_use]
    pub fn search(&self) -> Search {
        Search {
            exact_up_to: self.exact_up_to,
            rounds: self.rounds,
            seeds: self.seeds,
            seed: self.seed,
        }
    }
}
