//! The yearly journey: which cities to visit, in which order, to meet the most promising
//! candidates and peer organisations.
//!
//! Each territory asked is ranked as ever ([`super::candidates`]) and its best candidates
//! are kept; `gather` finds the cities where each can be met, [`crate::planning::tour`]
//! chooses and orders them, `tell` says why. Organisations only: never a person.

mod ask;
mod gather;
mod numbers;
mod place;
mod tell;

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use crate::domain::concept::ConceptKind;
use crate::domain::date::PartialDate;
use crate::domain::enterprise::Enterprise;
use crate::domain::geography::Point;
use crate::domain::lang::Lang;
use crate::domain::support::Support;
use crate::domain::territory::Territory;
use crate::matching::explanation::shown::Sentence;
use crate::matching::weights::Weights;
use crate::planning::tour::{Day, Limits, Method, Tour as Route, left_out};

use super::error::ScoutingError;
use super::scene::Scene;
use super::vocabulary;

pub use ask::{TourAsk, read};
use gather::Pool;
use numbers::Numbers;
use tell::Teller;

/// Cities left out that are shown.
const LEFT_OUT_SHOWN: usize = 8;

/// A city of the journey.
#[derive(Debug, Clone, PartialEq)]
pub struct CityShown {
    /// `com-75056`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Code of its département.
    pub departement: String,
    /// Its centre.
    pub point: Point,
}

/// A territory asked, with whose weights rank for it and how many candidates are kept.
#[derive(Debug, Clone)]
pub struct ForTerritory {
    /// The territory.
    pub territory: Territory,
    /// The weights of its ranking.
    pub weights: Weights,
    /// Candidates that no gate keeps out, after the theme.
    pub total: usize,
    /// The best of them, looked for on the journey.
    pub kept: usize,
}

/// The rank and score of a candidate for one of the territories asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankFor {
    /// Position of the territory in [`Tour::territories`].
    pub territory: usize,
    /// 1 is best, in the whole list.
    pub rank: usize,
    /// 0..=1.
    pub score: f64,
}

/// Where somebody can be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// Its seat, or the main place seen.
    Home,
    /// A site open at the date asked.
    Site {
        /// Since when; `None` is unknown.
        since: Option<PartialDate>,
    },
}

/// A candidate to meet at a stop.
#[derive(Debug, Clone)]
pub struct CandidateMet {
    /// The enterprise.
    pub enterprise: Arc<Enterprise>,
    /// Its rank and score for each territory that keeps it, best rank first.
    pub ranks: Vec<RankFor>,
    /// The commune: that of the stop, or one around it.
    pub city: CityShown,
    /// Seat or site.
    pub place: Where,
    /// The same in words, with its sources.
    pub place_said: Sentence,
    /// Chance of meeting it there, 0..=1 (declared).
    pub chance: f64,
    /// What the meeting counts in the value of the tour.
    pub value: f64,
    /// Why it is a candidate, for the territory where it ranks best.
    pub headline: String,
    /// What to ask first.
    pub questions: Vec<Sentence>,
}

/// A peer organisation to meet at a stop.
#[derive(Debug, Clone)]
pub struct PeerMet {
    /// The organisation.
    pub peer: Support,
    /// The commune: that of the stop, or one around it.
    pub city: CityShown,
    /// What the meeting counts in the value of the tour.
    pub value: f64,
}

/// What a calendar says of a stop.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// One line.
    pub summary: String,
    /// Organisations and questions, one line each.
    pub lines: Vec<String>,
}

/// A leg with its day.
#[derive(Debug, Clone)]
pub struct LegShown {
    /// Kilometres, estimated; `None` for a first stop without a start.
    pub km: Option<f64>,
    /// Hours door to door, estimated; `None` as above.
    pub hours: Option<f64>,
    /// Day of the tour, from 1.
    pub day: u32,
    /// Its date: a weekday.
    pub date: Date,
    /// The leg in words.
    pub said: Sentence,
}

/// One stop.
#[derive(Debug, Clone)]
pub struct Stop {
    /// From 1.
    pub order: usize,
    /// Where.
    pub city: CityShown,
    /// 1, or 2 for a second day in the same city.
    pub time_there: usize,
    /// The way there, and when.
    pub leg: LegShown,
    /// Whom to meet, the visit that counts most first.
    pub candidates: Vec<CandidateMet>,
    /// Peer organisations to meet.
    pub peers: Vec<PeerMet>,
    /// Who could also be met in this city, if time is left; on its first day only.
    pub also_there: Vec<String>,
    /// Σ of what its meetings count.
    pub value: f64,
    /// Value that the tour would lose without it; on the first of two days in a city,
    /// without both.
    pub adds: f64,
    /// Kilometres that the tour would save without it; as above.
    pub detour_km: f64,
    /// Why the stop, in words.
    pub reason: Sentence,
    /// For a calendar.
    pub event: Event,
}

/// A city left out.
#[derive(Debug, Clone)]
pub struct CityLeftOut {
    /// Where.
    pub city: CityShown,
    /// `days`, `stops`, `too_long`, `not_worth`, `already_met` or `sea`.
    pub why: &'static str,
    /// Value that it would add; `None` where no way is estimated.
    pub adds: Option<f64>,
    /// Kilometres that it would add; `None` as above.
    pub extra_km: Option<f64>,
    /// It was on the tour made without a limit of days.
    pub dropped_for_days: bool,
    /// Names of those who could be met there.
    pub names: Vec<String>,
    /// The reason in words.
    pub reason: Sentence,
}

/// A candidate kept that the tour does not meet, though a city is known.
#[derive(Debug, Clone)]
pub struct Missed {
    /// The enterprise.
    pub enterprise: Arc<Enterprise>,
    /// Its rank and score for each territory that keeps it, best rank first.
    pub ranks: Vec<RankFor>,
    /// Where it could be met, the best first.
    pub cities: Vec<CityShown>,
    /// The reason in words.
    pub reason: Sentence,
}

/// A candidate kept whom no city can be named for.
#[derive(Debug, Clone)]
pub struct Unplaced {
    /// The enterprise.
    pub enterprise: Arc<Enterprise>,
    /// Its rank and score for each territory that keeps it, best rank first.
    pub ranks: Vec<RankFor>,
    /// `unknown`, `abroad` or `inside`.
    pub why: &'static str,
    /// The reason in words.
    pub reason: Sentence,
}

/// The sums.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Totals {
    /// Days, the way home included.
    pub days: u32,
    /// Candidates met.
    pub candidates: usize,
    /// Peer organisations met.
    pub peers: usize,
    /// Kilometres, estimated.
    pub km: f64,
    /// Hours of travel, estimated.
    pub hours: f64,
    /// Expected value of the meetings.
    pub value: f64,
    /// Expected value less what the kilometres cost.
    pub net: f64,
}

/// The answer, before it becomes JSON, a table, a map or a calendar.
#[derive(Debug, Clone)]
pub struct Tour {
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: Date,
    /// Language of the sentences.
    pub lang: Lang,
    /// For whom.
    pub territories: Vec<ForTerritory>,
    /// Id of the theme, where only its candidates are kept.
    pub theme: Option<String>,
    /// Stops and days at most.
    pub limits: Limits,
    /// Where it leaves from and returns to.
    pub start: Option<CityShown>,
    /// Its first weekday.
    pub start_date: Date,
    /// How the route was found.
    pub method: Method,
    /// Cities compared.
    pub cities: usize,
    /// The stops, in order.
    pub stops: Vec<Stop>,
    /// The way home.
    pub back: Option<LegShown>,
    /// The sums.
    pub totals: Totals,
    /// The best cities left out, and why.
    pub left_out: Vec<CityLeftOut>,
    /// The best candidates kept that the tour does not meet.
    pub missed: Vec<Missed>,
    /// Candidates kept whom no city can be named for.
    pub unplaced: Vec<Unplaced>,
    /// How to read all this.
    pub notes: Vec<Sentence>,
    /// Name of the journey, for a calendar.
    pub title: String,
}

/// Answers `ask` on one scene.
///
/// # Errors
/// Whatever in the question cannot be read: see [`ScoutingError`].
pub fn tour(scene: &Scene, ask: &TourAsk) -> Result<Tour, ScoutingError> {
    let numbers = Numbers::read(&scene.world.data.rules);
    ask.check(&numbers)?;
    let theme = ask
        .theme
        .as_deref()
        .map(|word| vocabulary::concept(scene, ConceptKind::Theme, word))
        .transpose()?
        .map(|concept| scene.world.data.taxonomy.id(concept).to_owned());
    let start = ask.from.as_deref().map(|from| place::start(scene, from)).transpose()?;
    let pool = Pool::gather(scene, ask, &numbers)?;
    let limits = Limits { stops: ask.stops, days: ask.days };
    let problem = pool.problem(scene, start, limits, &numbers);
    let search = numbers.search();
    let (route, method) = problem.solve(&search);
    // Only to say what the days cost: the same journey without their limit.
    let unhurried = match ask.days {
        Some(_) => problem.without_days().solve(&search).0,
        None => route.clone(),
    };
    let atlas = &scene.world.data.atlas;
    let start_date = first_weekday(ask.start_date.unwrap_or_else(|| next_monday(ask.as_of)));
    let teller = Teller::new(scene, ask, &numbers, &pool, start_date);
    let start = start.map(|at| place::city(atlas, at));
    let (stops, back) = teller.stops(&problem, &route, start.as_ref());
    let mut left_out: Vec<CityLeftOut> = left_out::left_out(&problem, &route)
        .iter()
        .filter(|out| pool.is_news(out.city, &route.stops))
        .map(|out| teller.left_out(out, unhurried.stops.contains(&out.city), &stops))
        .collect();
    left_out.sort_by_key(|out| !out.dropped_for_days);
    left_out.truncate(LEFT_OUT_SHOWN);
    left_out.extend(pool.over_sea.iter().map(|(at, names)| teller.over_sea(*at, names)));
    Ok(Tour {
        seq: scene.seq,
        rules: scene.world.data.rules.digest.clone(),
        as_of: ask.as_of,
        lang: ask.lang,
        theme,
        limits,
        start,
        start_date,
        method,
        cities: pool.cities(),
        totals: totals(&route, &stops),
        left_out,
        missed: teller.missed(&stops),
        unplaced: teller.unplaced(),
        notes: teller.notes(method, &stops),
        title: teller.title(),
        territories: pool.territories.clone(),
        stops,
        back,
    })
}

fn totals(route: &Route, stops: &[Stop]) -> Totals {
    Totals {
        days: route.days,
        candidates: stops.iter().map(|stop| stop.candidates.len()).sum(),
        peers: stops.iter().map(|stop| stop.peers.len()).sum(),
        km: route.km,
        hours: route.legs.iter().chain(&route.back).map(|leg| leg.hours).sum(),
        value: route.value,
        net: route.net,
    }
}

/// The Monday after `day`.
fn next_monday(day: Date) -> Date {
    let after = day.saturating_add(1.day());
    let to_monday = 7 - i64::from(after.weekday().to_monday_zero_offset());
    after.saturating_add((to_monday % 7).days())
}

/// `day`, or the Monday after a weekend.
fn first_weekday(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday | Weekday::Sunday => next_monday(day),
        _ => day,
    }
}

/// The date of a day of the tour: weekends are skipped.
fn date_of(start: Date, day: Day) -> Date {
    let mut date = start;
    for _ in 1..day.number {
        date = first_weekday(date.saturating_add(1.day()));
    }
    date
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_tour_starts_on_a_weekday_and_skips_weekends() {
        // 2026-11-28 is a Saturday.
        assert_eq!(next_monday(date(2026, 11, 28)), date(2026, 11, 30));
        assert_eq!(next_monday(date(2026, 11, 30)), date(2026, 12, 7));
        assert_eq!(first_weekday(date(2026, 11, 29)), date(2026, 11, 30));
        assert_eq!(first_weekday(date(2026, 12, 4)), date(2026, 12, 4));
        let day = |number| Day { number, ..Day::first() };
        assert_eq!(date_of(date(2026, 12, 3), day(1)), date(2026, 12, 3));
        assert_eq!(date_of(date(2026, 12, 3), day(3)), date(2026, 12, 7));
        assert_eq!(date_of(date(2026, 12, 3), day(8)), date(2026, 12, 14));
    }
}
