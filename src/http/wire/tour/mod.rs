//! The yearly journey, as JSON, as rows, as a map and as a calendar.

pub mod calendar;
pub mod map;

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::csv::Rows;
use crate::scouting::tours::{
    CandidateMet, CityLeftOut, CityShown, LegShown, Missed, PeerMet, RankFor, Stop, Tour, Unplaced,
    Where,
};

use super::candidates::{EnterpriseBrief, WeightsWire};
use super::common::{SentenceWire, SourceWire, rounded};
use super::territory::TerritoryBrief;

/// The body of `POST /tours`; only `territories` is required.
#[derive(Debug, Serialize, ToSchema)]
pub struct TourRequest {
    /// Ids, names, or `{"name", "communes": []}`.
    #[schema(value_type = Vec<Object>)]
    pub territories: Vec<serde_json::Value>,
    /// Stops at most, 1 to 12; 6 when absent.
    pub stops: Option<u32>,
    /// The city one leaves from and returns to.
    pub from: Option<String>,
    /// Days at most, 1 to 30.
    pub days: Option<u32>,
    /// First day, `YYYY-MM-DD`; the Monday after `as_of` when absent.
    pub start_date: Option<String>,
    /// `gap:3,proof:1`, `gap>priority`, or `{"gap": 3}`.
    #[schema(value_type = Object)]
    pub weights: Option<serde_json::Value>,
    /// A named profile of weights.
    pub profile: Option<String>,
    /// `YYYY-MM-DD`; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    pub seq: Option<u64>,
    /// `fr` or `en`.
    pub lang: Option<String>,
    /// Only candidates of this theme; changes no score.
    pub theme: Option<String>,
}

/// `POST /tours`.
#[derive(Debug, Serialize, ToSchema)]
pub struct TourWire {
    /// Name of the journey.
    pub title: String,
    /// For whom.
    pub territories: Vec<ForWire>,
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: String,
    /// Language of the sentences.
    pub lang: &'static str,
    /// Theme id, where only its candidates were kept.
    pub theme: Option<String>,
    /// What was asked at most.
    pub limits: LimitsWire,
    /// Where it leaves from and returns to.
    pub start: Option<CityWire>,
    /// Its first day.
    pub start_date: String,
    /// `exact` (every tour compared) or `heuristic` (no single move improves it).
    pub method: &'static str,
    /// Cities compared.
    pub cities: usize,
    /// The stops, in order.
    pub stops: Vec<StopWire>,
    /// The way home, where it leaves from a city.
    pub back: Option<LegWire>,
    /// The sums.
    pub totals: TotalsWire,
    /// The best cities left out, and why.
    pub left_out: Vec<LeftOutWire>,
    /// The best candidates kept that the tour does not meet.
    pub not_met: Vec<MissedWire>,
    /// Candidates kept whom no city can be named for.
    pub without_place: Vec<UnplacedWire>,
    /// What is declared, estimated or unknown.
    pub notes: Vec<SentenceWire>,
}

/// A territory asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForWire {
    /// The territory.
    pub territory: TerritoryBrief,
    /// Whose weights ranked, and which.
    pub weights: WeightsWire,
    /// Candidates that no gate keeps out.
    pub total: usize,
    /// The best of them, looked for on the journey.
    pub kept: usize,
}

/// Limits asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitsWire {
    /// Stops at most.
    pub stops: usize,
    /// Days at most; null is no limit.
    pub days: Option<u32>,
}

/// A city.
#[derive(Debug, Serialize, ToSchema)]
pub struct CityWire {
    /// `com-75056`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Code of its département.
    pub departement: String,
    /// Latitude of its centre.
    pub lat: f64,
    /// Longitude of its centre.
    pub lon: f64,
}

/// A leg.
#[derive(Debug, Serialize, ToSchema)]
pub struct LegWire {
    /// Kilometres from the place before, estimated; null for a first stop without a start.
    pub distance_km: Option<f64>,
    /// Hours door to door, estimated; null as above.
    pub travel_hours: Option<f64>,
    /// Day of the tour it ends on, from 1.
    pub day: u32,
    /// Its date, a weekday.
    pub date: String,
    /// The leg in words.
    pub said: SentenceWire,
}

/// One stop.
#[derive(Debug, Serialize, ToSchema)]
pub struct StopWire {
    /// From 1.
    pub order: usize,
    /// Where.
    pub city: CityWire,
    /// 1, or 2 for a second day in the same city.
    pub time_there: usize,
    /// The way there, and when.
    #[serde(flatten)]
    pub leg: LegWire,
    /// Candidates to meet, the one that counts most first.
    pub candidates: Vec<CandidateMetWire>,
    /// Peer organisations to meet.
    pub peers: Vec<PeerMetWire>,
    /// Who could also be met in this city, if time is left; on its first day only.
    pub also_there: Vec<String>,
    /// Expected value of its meetings.
    pub value: f64,
    /// Expected value that the tour would lose without it; on the first of two days in a
    /// city, without both.
    pub adds: f64,
    /// Kilometres that the tour would save without it; as above.
    pub detour_km: f64,
    /// Why the stop.
    pub reason: SentenceWire,
}

/// A candidate to meet.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateMetWire {
    /// The enterprise.
    pub enterprise: EnterpriseBrief,
    /// Rank and score for each territory that keeps it, best rank first.
    pub ranks: Vec<RankWire>,
    /// The commune: that of the stop, or one around it.
    pub commune: CityWire,
    /// `home` or `site`.
    pub place: &'static str,
    /// Since when the site is open, where known.
    pub since: Option<String>,
    /// The place in words, with its sources.
    pub place_said: SentenceWire,
    /// Declared chance of meeting it there, 0..=1.
    pub chance: f64,
    /// What the meeting counts in the value of the tour.
    pub value: f64,
    /// Why it is a candidate, where it ranks best.
    pub headline: String,
    /// What to ask first.
    pub questions: Vec<SentenceWire>,
}

/// A rank for one of the territories asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct RankWire {
    /// Territory id.
    pub territory: String,
    /// Its name.
    pub name: String,
    /// 1 is best.
    pub rank: usize,
    /// 0..=1.
    pub score: f64,
}

/// A peer organisation to meet.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeerMetWire {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: String,
    /// The commune: that of the stop, or one around it.
    pub commune: CityWire,
    /// What it is.
    pub description: String,
    /// Address, where known.
    pub url: Option<String>,
    /// Where it was read of.
    pub source: SourceWire,
    /// What the meeting counts in the value of the tour.
    pub value: f64,
}

/// The sums.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalsWire {
    /// Stops.
    pub stops: usize,
    /// Days, the way home included.
    pub days: u32,
    /// Candidates met.
    pub candidates: usize,
    /// Peer organisations met.
    pub peers: usize,
    /// Kilometres, estimated.
    pub distance_km: f64,
    /// Hours of travel, estimated.
    pub travel_hours: f64,
    /// Expected value of the meetings.
    pub value: f64,
    /// Expected value less what the kilometres cost.
    pub net: f64,
}

/// A city left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeftOutWire {
    /// Where.
    pub city: CityWire,
    /// `days`, `stops`, `too_long`, `not_worth`, `already_met` or `sea`.
    pub why: &'static str,
    /// Expected value that it would add.
    pub adds: Option<f64>,
    /// Kilometres that it would add.
    pub extra_km: Option<f64>,
    /// It was on the tour made without a limit of days.
    pub dropped_for_days: bool,
    /// Some of those who could be met there.
    pub names: Vec<String>,
    /// The reason in words.
    pub reason: SentenceWire,
}

/// A candidate that the tour does not meet, though a city is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct MissedWire {
    /// The enterprise.
    pub enterprise: EnterpriseBrief,
    /// Rank and score for each territory that keeps it, best rank first.
    pub ranks: Vec<RankWire>,
    /// Where it could be met, the best first.
    pub cities: Vec<CityWire>,
    /// The reason in words.
    pub reason: SentenceWire,
}

/// A candidate whom no city can be named for.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnplacedWire {
    /// The enterprise.
    pub enterprise: EnterpriseBrief,
    /// Rank and score for each territory that keeps it, best rank first.
    pub ranks: Vec<RankWire>,
    /// `unknown`, `abroad` or `inside`.
    pub why: &'static str,
    /// The reason in words.
    pub reason: SentenceWire,
}

impl From<&Tour> for TourWire {
    fn from(tour: &Tour) -> Self {
        let territories = tour.territories.iter().map(|asked| ForWire {
            territory: TerritoryBrief::from(&asked.territory),
            weights: WeightsWire::from(&asked.weights),
            total: asked.total,
            kept: asked.kept,
        });
        Self {
            title: tour.title.clone(),
            territories: territories.collect(),
            seq: tour.seq,
            rules: tour.rules.clone(),
            as_of: tour.as_of.to_string(),
            lang: tour.lang.as_str(),
            theme: tour.theme.clone(),
            limits: LimitsWire { stops: tour.limits.stops, days: tour.limits.days },
            start: tour.start.as_ref().map(CityWire::from),
            start_date: tour.start_date.to_string(),
            method: tour.method.as_str(),
            cities: tour.cities,
            stops: tour.stops.iter().map(|stop| stop_wire(tour, stop)).collect(),
            back: tour.back.as_ref().map(LegWire::from),
            totals: TotalsWire {
                stops: tour.stops.len(),
                days: tour.totals.days,
                candidates: tour.totals.candidates,
                peers: tour.totals.peers,
                distance_km: tenth(tour.totals.km),
                travel_hours: tenth(tour.totals.hours),
                value: rounded(tour.totals.value),
                net: rounded(tour.totals.net),
            },
            left_out: tour.left_out.iter().map(LeftOutWire::from).collect(),
            not_met: tour.missed.iter().map(|one| missed(tour, one)).collect(),
            without_place: tour.unplaced.iter().map(|one| unplaced(tour, one)).collect(),
            notes: tour.notes.iter().map(SentenceWire::from).collect(),
        }
    }
}

/// One decimal: an estimate has no more.
fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

impl From<&CityShown> for CityWire {
    fn from(city: &CityShown) -> Self {
        Self {
            id: city.id.clone(),
            name: city.name.clone(),
            departement: city.departement.clone(),
            lat: rounded(city.point.lat),
            lon: rounded(city.point.lon),
        }
    }
}

impl From<&LegShown> for LegWire {
    fn from(leg: &LegShown) -> Self {
        Self {
            distance_km: leg.km.map(tenth),
            travel_hours: leg.hours.map(tenth),
            day: leg.day,
            date: leg.date.to_string(),
            said: SentenceWire::from(&leg.said),
        }
    }
}

fn stop_wire(tour: &Tour, stop: &Stop) -> StopWire {
    StopWire {
        order: stop.order,
        city: CityWire::from(&stop.city),
        time_there: stop.time_there,
        leg: LegWire::from(&stop.leg),
        candidates: stop.candidates.iter().map(|met| candidate(tour, met)).collect(),
        peers: stop.peers.iter().map(PeerMetWire::from).collect(),
        also_there: stop.also_there.clone(),
        value: rounded(stop.value),
        adds: rounded(stop.adds),
        detour_km: tenth(stop.detour_km),
        reason: SentenceWire::from(&stop.reason),
    }
}

fn ranks(tour: &Tour, ranks: &[RankFor]) -> Vec<RankWire> {
    let one = |rank: &RankFor| {
        let territory = &tour.territories[rank.territory].territory;
        RankWire {
            territory: territory.id.clone(),
            name: territory.name.clone(),
            rank: rank.rank,
            score: rank.score,
        }
    };
    ranks.iter().map(one).collect()
}

fn candidate(tour: &Tour, met: &CandidateMet) -> CandidateMetWire {
    let (place, since) = match met.place {
        Where::Home => ("home", None),
        Where::Site { since } => ("site", since.map(|since| since.to_string())),
    };
    CandidateMetWire {
        enterprise: EnterpriseBrief::from(met.enterprise.as_ref()),
        ranks: ranks(tour, &met.ranks),
        commune: CityWire::from(&met.city),
        place,
        since,
        place_said: SentenceWire::from(&met.place_said),
        chance: met.chance,
        value: rounded(met.value),
        headline: met.headline.clone(),
        questions: met.questions.iter().map(SentenceWire::from).collect(),
    }
}

impl From<&PeerMet> for PeerMetWire {
    fn from(met: &PeerMet) -> Self {
        let peer = &met.peer;
        Self {
            id: peer.id.clone(),
            name: peer.name.clone(),
            commune: CityWire::from(&met.city),
            description: peer.description.clone(),
            url: peer.url.clone(),
            source: SourceWire { source: peer.source.clone(), year: peer.year, licence: None },
            value: rounded(met.value),
        }
    }
}

impl From<&CityLeftOut> for LeftOutWire {
    fn from(out: &CityLeftOut) -> Self {
        Self {
            city: CityWire::from(&out.city),
            why: out.why,
            adds: out.adds.map(rounded),
            extra_km: out.extra_km.map(tenth),
            dropped_for_days: out.dropped_for_days,
            names: out.names.clone(),
            reason: SentenceWire::from(&out.reason),
        }
    }
}

fn missed(tour: &Tour, one: &Missed) -> MissedWire {
    MissedWire {
        enterprise: EnterpriseBrief::from(one.enterprise.as_ref()),
        ranks: ranks(tour, &one.ranks),
        cities: one.cities.iter().map(CityWire::from).collect(),
        reason: SentenceWire::from(&one.reason),
    }
}

fn unplaced(tour: &Tour, one: &Unplaced) -> UnplacedWire {
    UnplacedWire {
        enterprise: EnterpriseBrief::from(one.enterprise.as_ref()),
        ranks: ranks(tour, &one.ranks),
        why: one.why,
        reason: SentenceWire::from(&one.reason),
    }
}

impl Rows for TourWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "order",
            "day",
            "date",
            "id",
            "city",
            "departement",
            "lat",
            "lon",
            "distance_km",
            "travel_hours",
            "candidates",
            "peers",
            "value",
            "adds",
            "detour_km",
            "reason",
            "questions",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let or_empty = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
        self.stops
            .iter()
            .map(|stop| {
                let names = stop.candidates.iter().map(|met| met.enterprise.name.as_str());
                let peers = stop.peers.iter().map(|met| met.name.as_str());
                let questions = stop.candidates.iter().flat_map(|met| {
                    met.questions
                        .iter()
                        .map(|question| format!("{}: {}", met.enterprise.name, question.text))
                });
                vec![
                    stop.order.to_string(),
                    stop.leg.day.to_string(),
                    stop.leg.date.clone(),
                    stop.city.id.clone(),
                    stop.city.name.clone(),
                    stop.city.departement.clone(),
                    stop.city.lat.to_string(),
                    stop.city.lon.to_string(),
                    or_empty(stop.leg.distance_km),
                    or_empty(stop.leg.travel_hours),
                    names.collect::<Vec<_>>().join(" | "),
                    peers.collect::<Vec<_>>().join(" | "),
                    stop.value.to_string(),
                    stop.adds.to_string(),
                    stop.detour_km.to_string(),
                    stop.reason.text.clone(),
                    questions.collect::<Vec<_>>().join(" | "),
                ]
            })
            .collect()
    }
}
