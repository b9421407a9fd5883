//! The journey in words: where, whom, why this stop, why not that city.

use jiff::civil::Date;

use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::{Basis, Source};
use crate::domain::support::Support;
use crate::matching::explanation::shown::Sentence;
use crate::planning::tour::left_out::{LeftOut, Why, added_by};
use crate::planning::tour::{Leg, Meetings, Method, Problem, Tour as Route};
use crate::scouting::scene::Scene;

use super::gather::{Kept, Pool, Possible, Who};
use super::numbers::Numbers;
use super::place::{city, is_only_abroad};
use super::{
    CandidateMet, CityLeftOut, CityShown, Event, LegShown, Missed, PeerMet, Stop, TourAsk,
    Unplaced, Where, date_of,
};

/// Questions shown per candidate.
const QUESTIONS_SHOWN: usize = 2;
/// Names shown of a city left out, or of those who could also be met.
const NAMES_SHOWN: usize = 4;
/// Candidates that the tour does not meet, shown.
const MISSED_SHOWN: usize = 8;
/// Cities named for each of them.
const CITIES_SHOWN: usize = 3;
/// A leg of the evening before may as well be one of the morning under this, hours.
const NEAR_HOURS: f64 = 1.0;

/// Writes one answer in one language.
pub struct Teller<'a> {
    scene: &'a Scene,
    ask: &'a TourAsk,
    numbers: &'a Numbers,
    pool: &'a Pool,
    start_date: Date,
}

impl<'a> Teller<'a> {
    /// A teller of this answer.
    pub fn new(
        scene: &'a Scene,
        ask: &'a TourAsk,
        numbers: &'a Numbers,
        pool: &'a Pool,
        start_date: Date,
    ) -> Self {
        Self { scene, ask, numbers, pool, start_date }
    }

    fn say(&self, fact: &Fact) -> Sentence {
        let data = &self.scene.world.data;
        Sentence {
            text: data.templates.render(fact, &data.taxonomy, self.ask.lang),
            basis: fact.basis,
            sources: fact.sources.clone(),
        }
    }

    fn line(&self, fact: &Fact) -> String {
        self.say(fact).text
    }

    /// The stops in order, and the way home.
    pub fn stops(
        &self,
        problem: &Problem,
        route: &Route,
        start: Option<&CityShown>,
    ) -> (Vec<Stop>, Option<LegShown>) {
        let met = Meetings::of(problem, &route.stops);
        let communes: Vec<u32> = route.stops.iter().map(|&at| self.pool.stops[at].0).collect();
        let seen: Vec<usize> =
            route.stops.iter().flat_map(|&at| met.met_in(at)).map(|(who, ..)| who).collect();
        let mut before = start.map(|city| city.name.clone());
        let mut stops = Vec::with_capacity(route.stops.len());
        for (at, (&position, leg)) in route.stops.iter().zip(&route.legs).enumerate() {
            let commune = communes[at];
            let city = city(&self.scene.world.data.atlas, commune);
            let time_there = 1 + communes[..at].iter().filter(|&&other| other == commune).count();
            let days: Vec<usize> = match time_there {
                1 => (0..communes.len()).filter(|&other| communes[other] == commune).collect(),
                _ => vec![at],
            };
            let leg = self.leg(leg, before.as_deref(), time_there > 1, false);
            before = Some(city.name.clone());
            let (candidates, peers) = self.meetings(commune, &met.met_in(position));
            let (adds, detour_km) = added_by(problem, route, &days);
            let value = candidates.iter().map(|c| c.value).chain(peers.iter().map(|p| p.value));
            let also = self.pool.possible[&commune]
                .iter()
                .filter(|one| time_there == 1 && !seen.contains(&one.meeting))
                .map(|one| self.pool.name(one.meeting).to_owned());
            let mut stop = Stop {
                order: at + 1,
                also_there: also.take(NAMES_SHOWN).collect(),
                value: value.sum(),
                reason: self.reason(adds, detour_km, time_there, days.len()),
                time_there,
                leg,
                candidates,
                peers,
                adds,
                detour_km,
                city,
                event: Event::default(),
            };
            stop.event = self.event(&stop);
            stops.push(stop);
        }
        let back = route.back.as_ref().map(|leg| self.leg(leg, before.as_deref(), false, true));
        (stops, back)
    }

    fn leg(&self, leg: &Leg, from: Option<&str>, same_city: bool, home: bool) -> LegShown {
        let known = from.is_some().then_some(leg);
        let fact = match from {
            None => Fact::new("tour.leg.first", Basis::Prior),
            Some(_) if same_city => Fact::new("tour.leg.same_city", Basis::Prior),
            Some(from) => {
                let key = match (home, leg.day.came_before) {
                    (true, _) => "tour.leg.home",
                    (false, _) if leg.km < 1.0 => "tour.leg.here",
                    (false, true) if leg.hours < NEAR_HOURS => "tour.leg.near",
                    (false, true) => "tour.leg.before",
                    (false, false) => "tour.leg.same_day",
                };
                Fact::new(key, Basis::Prior)
                    .with("from", Arg::Text(from.to_owned()))
                    .with("km", Arg::Number(leg.km.round()))
                    .with("hours", Arg::Number((leg.hours * 10.0).round() / 10.0))
            }
        };
        LegShown {
            km: known.map(|leg| leg.km),
            hours: known.map(|leg| leg.hours),
            day: leg.day.number,
            date: date_of(self.start_date, leg.day),
            said: self.say(&fact),
        }
    }

    fn meetings(
        &self,
        commune: u32,
        met: &[(usize, f64, f64)],
    ) -> (Vec<CandidateMet>, Vec<PeerMet>) {
        let here = &self.pool.possible[&commune];
        let (mut candidates, mut peers) = (Vec::new(), Vec::new());
        for &(meeting, _, value) in met {
            let Some(possible) = here.iter().find(|one| one.meeting == meeting) else { continue };
            match self.pool.who[meeting] {
                Who::Peer(at) => peers.push(PeerMet {
                    peer: self.pool.peers[at].clone(),
                    city: city(&self.scene.world.data.atlas, possible.commune),
                    value,
                }),
                Who::Candidate(at) => {
                    candidates.push(self.candidate(&self.pool.kept[at], possible, value));
                }
            }
        }
        (candidates, peers)
    }

    fn candidate(&self, kept: &Kept, possible: &Possible, value: f64) -> CandidateMet {
        let city = city(&self.scene.world.data.atlas, possible.commune);
        let (key, since) = match possible.place {
            Where::Home => ("tour.place.home", None),
            Where::Site { since: Some(since) } => ("tour.place.site", Some(since)),
            Where::Site { since: None } => ("tour.place.site.undated", None),
        };
        let basis = match possible.place {
            Where::Site { since: None } => Basis::Prior,
            _ => Basis::Stated,
        };
        let mut fact = Fact::new(key, basis)
            .with("commune", Arg::Text(city.name.clone()))
            .from_sources(kept.enterprise.sources.clone());
        if let Some(since) = since {
            fact = fact.with("since", Arg::Text(since.to_string()));
        }
        CandidateMet {
            enterprise: kept.enterprise.clone(),
            ranks: kept.ranks.clone(),
            city,
            place: possible.place,
            place_said: self.say(&fact),
            chance: possible.chance,
            value,
            headline: kept.headline.clone(),
            questions: kept.questions.iter().take(QUESTIONS_SHOWN).cloned().collect(),
        }
    }

    fn reason(&self, adds: f64, detour_km: f64, time_there: usize, days: usize) -> Sentence {
        let near = detour_km < 1.0;
        let key = match (time_there, days) {
            (2.., _) => "tour.reason.second_day",
            (_, 2..) => "tour.reason.both_days",
            _ if near => "tour.reason.on_the_way",
            _ => "tour.reason",
        };
        let cost = detour_km * self.numbers.cost_per_100_km / 100.0;
        let fact = Fact::new(key, Basis::Inferred)
            .with("adds", Arg::Number(adds))
            .with("km", Arg::Number(detour_km.round()))
            .with("cost", Arg::Number(cost));
        self.say(&fact)
    }

    fn event(&self, stop: &Stop) -> Event {
        let summary = Fact::new("tour.event.summary", Basis::Inferred)
            .with("order", Arg::Count(stop.order as u64))
            .with("city", Arg::Text(stop.city.name.clone()));
        let mut lines = vec![stop.leg.said.text.clone()];
        for met in &stop.candidates {
            let fact = Fact::new("tour.event.candidate", Basis::Inferred)
                .with("name", Arg::Text(met.enterprise.name.clone()))
                .with("place", Arg::Text(met.place_said.text.clone()))
                .with("ranks", Arg::List(self.ranks(&met.ranks)));
            lines.push(self.line(&fact));
            if !met.headline.is_empty() {
                lines.push(met.headline.clone());
            }
            for question in &met.questions {
                let fact = Fact::new("tour.event.question", Basis::Prior)
                    .with("question", Arg::Text(question.text.clone()));
                lines.push(self.line(&fact));
            }
            if let Some(website) = &met.enterprise.website {
                lines.push(website.clone());
            }
        }
        for met in &stop.peers {
            let fact = Fact::new("tour.event.peer", Basis::Stated)
                .with("name", Arg::Text(met.peer.name.clone()))
                .with("description", Arg::Text(trimmed(&met.peer)));
            lines.push(self.line(&fact));
            lines.extend(met.peer.url.clone());
        }
        if !stop.also_there.is_empty() {
            lines.push(self.line(&self.also(&stop.also_there)));
        }
        lines.push(stop.reason.text.clone());
        lines.push(self.line(&Fact::new("tour.note.address", Basis::Prior)));
        Event { summary: self.line(&summary), lines }
    }

    fn also(&self, names: &[String]) -> Fact {
        Fact::new("tour.event.also", Basis::Inferred).with("names", Arg::List(names.to_vec()))
    }

    /// "rang 1 pour Métropole de Lyon".
    fn ranks(&self, ranks: &[super::RankFor]) -> Vec<String> {
        let data = &self.scene.world.data;
        let said = |rank: &super::RankFor| {
            let name = &self.pool.territories[rank.territory].territory.name;
            let fact = Fact::new("tour.event.rank", Basis::Inferred)
                .with("rank", Arg::Count(rank.rank as u64))
                .with("territory", Arg::Text(name.clone()));
            data.templates.phrase(&fact, &data.taxonomy, self.ask.lang)
        };
        ranks.iter().map(said).collect()
    }

    /// A city left out, with its reason.
    pub fn left_out(&self, out: &LeftOut, dropped_for_days: bool, stops: &[Stop]) -> CityLeftOut {
        let (commune, time) = self.pool.stops[out.city];
        let city = city(&self.scene.world.data.atlas, commune);
        let (why, key) = match out.why {
            Why::Days(_) => ("days", "tour.left_out.days"),
            Why::Stops if dropped_for_days => ("days", "tour.left_out.exchanged"),
            Why::Stops => ("stops", "tour.left_out.stops"),
            Why::TooLong => ("too_long", "tour.left_out.too_long"),
            Why::NotWorth => ("not_worth", "tour.left_out.not_worth"),
            Why::AlreadyMet => ("already_met", "tour.left_out.already_met"),
        };
        let mut fact = Fact::new(key, Basis::Inferred)
            .with("adds", Arg::Number(out.adds))
            .with("km", Arg::Number(out.extra_km.round().max(0.0)))
            .with("cost", Arg::Number(out.extra_km * self.numbers.cost_per_100_km / 100.0));
        if let Why::Days(days) = out.why {
            fact = fact.with("days", Arg::Count(u64::from(days)));
        }
        if time > 0 {
            fact = fact.with("again", Arg::Word("tour.left_out.again"));
        }
        let seen = |name: &str| {
            stops.iter().any(|stop| {
                stop.candidates.iter().any(|met| met.enterprise.name == name)
                    || stop.peers.iter().any(|met| met.peer.name == name)
            })
        };
        // Whoever is met at another stop is no reason to come here.
        let names = self.pool.possible[&commune]
            .iter()
            .map(|one| self.pool.name(one.meeting))
            .filter(|name| why == "already_met" || !seen(name))
            .take(NAMES_SHOWN);
        CityLeftOut {
            city,
            why,
            adds: Some(out.adds),
            extra_km: Some(out.extra_km.max(0.0)),
            dropped_for_days,
            names: names.map(str::to_owned).collect(),
            reason: self.say(&fact),
        }
    }

    /// A city that no road or train reaches.
    pub fn over_sea(&self, commune: u32, names: &[String]) -> CityLeftOut {
        CityLeftOut {
            city: city(&self.scene.world.data.atlas, commune),
            why: "sea",
            adds: None,
            extra_km: None,
            dropped_for_days: false,
            names: names.iter().take(NAMES_SHOWN).cloned().collect(),
            reason: self.say(&Fact::new("tour.left_out.sea", Basis::Inferred)),
        }
    }

    /// The best candidates that the tour does not meet, and where they could be.
    pub fn missed(&self, stops: &[Stop]) -> Vec<Missed> {
        let met = |id: &str| {
            stops.iter().flat_map(|stop| &stop.candidates).any(|met| met.enterprise.id == id)
        };
        let mut list: Vec<(usize, &Kept)> = (0..self.pool.who.len())
            .filter_map(|meeting| match self.pool.who[meeting] {
                Who::Candidate(at) if !self.pool.unplaced.contains(&at) => {
                    Some((meeting, &self.pool.kept[at]))
                }
                _ => None,
            })
            .filter(|(_, kept)| !met(&kept.enterprise.id))
            .collect();
        let rank = |kept: &Kept| kept.ranks.first().map_or(usize::MAX, |rank| rank.rank);
        list.sort_by_key(|(meeting, kept)| (rank(kept), *meeting));
        list.truncate(MISSED_SHOWN);
        list.into_iter().map(|(meeting, kept)| self.missed_one(meeting, kept, stops)).collect()
    }

    fn missed_one(&self, meeting: usize, kept: &Kept, stops: &[Stop]) -> Missed {
        let atlas = &self.scene.world.data.atlas;
        let cities: Vec<CityShown> = self
            .pool
            .cities_of(meeting)
            .into_iter()
            .take(CITIES_SHOWN)
            .map(|at| city(atlas, at))
            .collect();
        let visited = cities.iter().find(|city| stops.iter().any(|stop| stop.city.id == city.id));
        let fact = match (visited, cities.is_empty()) {
            (Some(city), _) => Fact::new("tour.missed.no_time", Basis::Inferred)
                .with("city", Arg::Text(city.name.clone())),
            (None, true) => Fact::new("tour.missed.sea", Basis::Inferred),
            (None, false) => {
                let names = cities.iter().map(|city| city.name.clone()).collect();
                Fact::new("tour.missed.elsewhere", Basis::Inferred).with("cities", Arg::List(names))
            }
        };
        let reason = self.say(&fact.from_sources(kept.enterprise.sources.clone()));
        Missed { enterprise: kept.enterprise.clone(), ranks: kept.ranks.clone(), cities, reason }
    }

    /// The candidates whom no city can be named for, best rank first.
    pub fn unplaced(&self) -> Vec<Unplaced> {
        self.pool
            .unplaced
            .iter()
            .map(|&at| {
                let kept = &self.pool.kept[at];
                let (why, reason) = self.no_place(&kept.enterprise);
                Unplaced {
                    enterprise: kept.enterprise.clone(),
                    ranks: kept.ranks.clone(),
                    why,
                    reason,
                }
            })
            .collect()
    }

    fn no_place(&self, enterprise: &Enterprise) -> (&'static str, Sentence) {
        let home = &enterprise.home;
        let atlas = &self.scene.world.data.atlas;
        let inside = super::place::places_of(enterprise, atlas, self.ask.as_of);
        let mut fact;
        let why = if !inside.is_empty() {
            fact = Fact::new("tour.unplaced.inside", Basis::Stated);
            "inside"
        } else if is_only_abroad(enterprise) {
            fact = Fact::new("tour.unplaced.abroad", Basis::Stated);
            if let Some(country) = &home.country {
                fact = fact.with("country", Arg::Text(country.clone()));
            }
            "abroad"
        } else {
            fact = Fact::new("tour.unplaced.unknown", Basis::Prior);
            let near = home.departement.as_ref().or(home.region.as_ref());
            if let Some(near) = near.filter(|_| !home.is_abroad()) {
                fact = fact.with("near", Arg::Text(near.clone()));
            }
            "unknown"
        };
        (why, self.say(&fact.from_sources(enterprise.sources.clone())))
    }

    /// How to read the answer: what is declared, estimated, unknown.
    pub fn notes(&self, method: Method, stops: &[Stop]) -> Vec<Sentence> {
        let numbers = self.numbers;
        let working = &numbers.working;
        let cities = Arg::Count(self.pool.cities() as u64);
        let mut facts = Vec::new();
        if stops.is_empty() {
            facts.push(Fact::new("tour.note.empty", Basis::Inferred));
        }
        facts.push(
            Fact::new("tour.note.value", Basis::Prior)
                .with("home", Arg::Share(numbers.home))
                .with("dated", Arg::Share(numbers.site_dated))
                .with("undated", Arg::Share(numbers.site_undated))
                .with("decay", Arg::Share(numbers.decay))
                .with("peer", Arg::Number(numbers.peer)),
        );
        facts.push(
            Fact::new("tour.note.cost", Basis::Prior)
                .with("cost", Arg::Number(numbers.cost_per_100_km))
                .with("stop", Arg::Number(numbers.cost_per_stop)),
        );
        facts.push(
            Fact::new("tour.note.distance", Basis::Prior)
                .with("detour", Arg::Number(numbers.detour))
                .with("slow_km", Arg::Number(working.slow_km))
                .with("leg", Arg::Number(working.hours_per_leg))
                .with("slow", Arg::Number(working.slow_kmh))
                .with("fast", Arg::Number(working.fast_kmh)),
        );
        facts.push(
            Fact::new("tour.note.days", Basis::Prior)
                .with("visits", Arg::Count(working.visits_per_day as u64))
                .with("hours", Arg::Number(working.hours_per_day)),
        );
        facts.push(match method {
            Method::Exact => Fact::new("tour.note.exact", Basis::Inferred).with("cities", cities),
            Method::Heuristic => {
                Fact::new("tour.note.heuristic", Basis::Inferred).with("cities", cities)
            }
        });
        if self.pool.aside > 0 {
            facts.push(
                Fact::new("tour.note.aside", Basis::Inferred)
                    .with("aside", Arg::Count(self.pool.aside as u64)),
            );
        }
        facts.push(
            Fact::new("tour.note.city", Basis::Prior).with("km", Arg::Number(numbers.around_km)),
        );
        facts.push(Fact::new("tour.note.address", Basis::Prior));
        if stops.iter().any(|stop| !stop.peers.is_empty()) {
            let sources = stops.iter().flat_map(|stop| &stop.peers).map(|met| source(&met.peer));
            facts.push(Fact::new("tour.note.peers", Basis::Stated).from_sources(sources.collect()));
        }
        facts.iter().map(|fact| self.say(fact)).collect()
    }

    /// The name of the journey.
    pub fn title(&self) -> String {
        let names: Vec<String> =
            self.pool.territories.iter().map(|asked| asked.territory.name.clone()).collect();
        self.line(&Fact::new("tour.title", Basis::Inferred).with("territories", Arg::List(names)))
    }
}

fn trimmed(peer: &Support) -> String {
    peer.description.trim().trim_end_matches('.').to_owned()
}

/// Where a peer organisation was read of.
fn source(peer: &Support) -> Source {
    Source {
        source: peer.url.clone().unwrap_or_else(|| peer.source.clone()),
        year: peer.year,
        licence: None,
    }
}
