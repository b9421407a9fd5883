//! Whom to meet, and where: the candidates kept, the peers, the cities that hold them.
//!
//! A city is a commune with the communes around it, near and of the same intercommunality:
//! Pantin and Montreuil are visited from Paris, Villeurbanne from Lyon.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::enterprise::Enterprise;
use crate::domain::geography::distance_km;
use crate::domain::support::Support;
use crate::matching::explanation::shown::Sentence;
use crate::planning::tour::{City, Limits, Problem, Start};
use crate::scouting::ask::CandidatesAsk;
use crate::scouting::candidates::candidates;
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;

use super::numbers::Numbers;
use super::place::{is_over_sea, places_of};
use super::{ForTerritory, RankFor, TourAsk, Where};

/// A candidate kept for one or more of the territories.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The enterprise.
    pub enterprise: Arc<Enterprise>,
    /// Best rank first.
    pub ranks: Vec<RankFor>,
    /// Why it is a candidate, for the territory where it ranks best.
    pub headline: String,
    /// What to ask first, there.
    pub questions: Vec<Sentence>,
}

/// Whom a meeting is with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Position among the candidates kept.
    Candidate(usize),
    /// Position among the peers.
    Peer(usize),
}

/// A meeting possible in a city.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Possible {
    /// Position of the meeting.
    pub meeting: usize,
    /// The commune where it takes place: the city's own, or one around it.
    pub commune: u32,
    /// Its expected value there, > 0.
    pub value: f64,
    /// Seat or site; a peer is at its seat.
    pub place: Where,
    /// The declared chance, 0..=1.
    pub chance: f64,
}

/// Everything found before any route.
#[derive(Debug)]
pub struct Pool {
    /// For whom.
    pub territories: Vec<ForTerritory>,
    /// The candidates kept, by id.
    pub kept: Vec<Kept>,
    /// The peer organisations, by id.
    pub peers: Vec<Support>,
    /// One per meeting.
    pub who: Vec<Who>,
    /// The possible stops: (commune, 0 for the first day there, 1 for a second).
    pub stops: Vec<(u32, usize)>,
    /// What each city holds, by its main commune, the most valued first.
    pub possible: BTreeMap<u32, Vec<Possible>>,
    /// Communes that no road or train reaches, with the names of those who are there.
    pub over_sea: Vec<(u32, Vec<String>)>,
    /// Positions of candidates whom no city can be named for.
    pub unplaced: Vec<usize>,
    /// Cities left aside because others are worth more.
    pub aside: usize,
}

impl Pool {
    /// Ranks for each territory, keeps the best, finds where each can be met.
    ///
    /// # Errors
    /// Those of the ranking: unknown territory, theme, weights.
    pub fn gather(scene: &Scene, ask: &TourAsk, numbers: &Numbers) -> Result<Self, ScoutingError> {
        let (territories, kept) = kept(scene, ask, numbers)?;
        let mut pool = Self {
            territories,
            kept,
            peers: Vec::new(),
            who: Vec::new(),
            stops: Vec::new(),
            possible: BTreeMap::new(),
            over_sea: Vec::new(),
            unplaced: Vec::new(),
            aside: 0,
        };
        pool.place_candidates(scene, ask, numbers);
        pool.place_peers(scene, ask, numbers);
        pool.part_from_the_sea(scene);
        pool.gather_around(scene, numbers);
        pool.name_stops(numbers);
        Ok(pool)
    }

    /// Cities that can be visited.
    #[must_use]
    pub fn cities(&self) -> usize {
        self.stops.iter().filter(|(_, time)| *time == 0).count()
    }

    /// Whether leaving out this stop says something: a second day says nothing where the
    /// first one is left out too.
    #[must_use]
    pub fn is_news(&self, stop: usize, route: &[usize]) -> bool {
        let (commune, time) = self.stops[stop];
        let visited = route.iter().any(|&other| self.stops[other].0 == commune);
        visited || time == 0
    }

    fn place_candidates(&mut self, scene: &Scene, ask: &TourAsk, numbers: &Numbers) {
        let atlas = &scene.world.data.atlas;
        for at in 0..self.kept.len() {
            let meeting = self.who.len();
            let mut placed = false;
            for (commune, place) in places_of(&self.kept[at].enterprise, atlas, ask.as_of) {
                let chance = numbers.chance(place);
                let value = chance * self.worth(at, commune, numbers);
                if value > 0.0 {
                    placed = true;
                    let possible = Possible { meeting, commune, value, place, chance };
                    self.possible.entry(commune).or_default().push(possible);
                }
            }
            self.who.push(Who::Candidate(at));
            if !placed {
                self.unplaced.push(at);
            }
        }
        let rank = |at: &usize| self.kept[*at].ranks.first().map_or(usize::MAX, |r| r.rank);
        self.unplaced.sort_by_key(|at| (rank(at), *at));
    }

    /// The score of a candidate over the territories asked, 0..=1: partly its best, partly
    /// its mean; a territory that holds the city does not count, one looks for it elsewhere.
    fn worth(&self, at: usize, commune: u32, numbers: &Numbers) -> f64 {
        let outside = |rank: &&RankFor| !self.territory_holds(rank.territory, commune);
        let scores = self.kept[at].ranks.iter().filter(outside).map(|rank| rank.score);
        let (best, sum) = scores.fold((0.0_f64, 0.0), |(b, s), score| (b.max(score), s + score));
        let mean = sum / self.territories.len().max(1) as f64;
        (1.0 - numbers.mean_share) * best + numbers.mean_share * mean
    }

    fn territory_holds(&self, territory: usize, commune: u32) -> bool {
        self.territories[territory].territory.communes.binary_search(&commune).is_ok()
    }

    fn place_peers(&mut self, scene: &Scene, ask: &TourAsk, numbers: &Numbers) {
        for support in scene.world.data.supports.iter().filter(|support| support.kind == "peer") {
            let known = support.year.is_none_or(|year| year <= ask.as_of.year())
                && support.end.is_none_or(|end| end.last_day() >= ask.as_of);
            let mut place = support.place.clone();
            scene.world.places.resolve(&mut place);
            let commune = place.insee.as_deref().and_then(|c| scene.world.data.atlas.commune(c));
            let Some(commune) = commune.filter(|_| known) else { continue };
            if (0..self.territories.len()).any(|t| self.territory_holds(t, commune)) {
                continue;
            }
            let meeting = self.who.len();
            self.who.push(Who::Peer(self.peers.len()));
            self.peers.push(support.clone());
            self.possible.entry(commune).or_default().push(Possible {
                meeting,
                commune,
                value: numbers.peer,
                place: Where::Home,
                chance: 1.0,
            });
        }
    }

    fn part_from_the_sea(&mut self, scene: &Scene) {
        let atlas = &scene.world.data.atlas;
        let far: Vec<u32> =
            self.possible.keys().copied().filter(|&at| is_over_sea(atlas, at)).collect();
        for commune in far {
            let there = self.possible.remove(&commune).unwrap_or_default();
            let names = there.iter().map(|p| self.name(p.meeting).to_owned()).collect();
            self.over_sea.push((commune, names));
        }
    }

    /// Joins the communes around a city to it: the commune worth most first.
    fn gather_around(&mut self, scene: &Scene, numbers: &Numbers) {
        let atlas = &scene.world.data.atlas;
        let mut order: Vec<(f64, u32)> = self
            .possible
            .iter()
            .map(|(&commune, list)| (list.iter().map(|one| one.value).sum(), commune))
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut cities: Vec<(u32, Vec<Possible>)> = Vec::new();
        for (_, commune) in order {
            let here = self.possible.remove(&commune).unwrap_or_default();
            let (epci, point) = (atlas.at(commune).epci, atlas.at(commune).point);
            let near = cities.iter_mut().find(|(main, _)| {
                epci.is_some()
                    && atlas.at(*main).epci == epci
                    && distance_km(atlas.at(*main).point, point) <= numbers.around_km
            });
            match near {
                None => cities.push((commune, here)),
                Some((_, list)) => {
                    for one in here {
                        match list.iter_mut().find(|known| known.meeting == one.meeting) {
                            Some(known) if one.value > known.value => *known = one,
                            Some(_) => {}
                            None => list.push(one),
                        }
                    }
                }
            }
        }
        self.possible = cities.into_iter().collect();
        for list in self.possible.values_mut() {
            list.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.meeting.cmp(&b.meeting)));
        }
    }

    /// The cities where a meeting is possible, where it is worth most first.
    #[must_use]
    pub fn cities_of(&self, meeting: usize) -> Vec<u32> {
        let mut found: Vec<(f64, u32)> = self
            .possible
            .iter()
            .filter_map(|(&city, list)| {
                list.iter().find(|one| one.meeting == meeting).map(|one| (one.value, city))
            })
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.into_iter().map(|(_, city)| city).collect()
    }

    /// The name of whom a meeting is with.
    #[must_use]
    pub fn name(&self, meeting: usize) -> &str {
        match self.who[meeting] {
            Who::Candidate(at) => &self.kept[at].enterprise.name,
            Who::Peer(at) => &self.peers[at].name,
        }
    }

    /// The cities worth most, each with its days.
    fn name_stops(&mut self, numbers: &Numbers) {
        let worth = |list: &[Possible]| -> f64 {
            let visits = list.iter().take(numbers.visits).enumerate();
            visits.map(|(visit, one)| one.value * numbers.decay.powi(visit as i32)).sum()
        };
        let mut cities: Vec<(f64, u32)> =
            self.possible.iter().map(|(&commune, list)| (worth(list), commune)).collect();
        cities.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        self.aside = cities.len().saturating_sub(numbers.cities_max);
        cities.truncate(numbers.cities_max);
        for (_, commune) in cities {
            let count = self.possible[&commune].len();
            let days = count.div_ceil(numbers.visits.max(1)).min(numbers.per_city.max(1));
            self.stops.extend((0..days).map(|time| (commune, time)));
        }
    }

    /// The problem of these cities, in the order of [`Pool::stops`].
    #[must_use]
    pub fn problem(
        &self,
        scene: &Scene,
        start: Option<u32>,
        limits: Limits,
        numbers: &Numbers,
    ) -> Problem {
        let atlas = &scene.world.data.atlas;
        let km =
            |a: u32, b: u32| numbers.detour * distance_km(atlas.at(a).point, atlas.at(b).point);
        let cities = self.stops.iter().map(|&(commune, time)| {
            let here = &self.possible[&commune];
            City {
                visits: here.len().saturating_sub(time * numbers.visits).clamp(1, numbers.visits),
                meetings: here.iter().map(|one| (one.meeting, one.value)).collect(),
            }
        });
        let to_all = |from: u32| -> Vec<f64> {
            self.stops.iter().map(|&(commune, _)| km(from, commune)).collect()
        };
        Problem {
            meetings: self.who.len(),
            cities: cities.collect(),
            km: self.stops.iter().map(|&(commune, _)| to_all(commune)).collect(),
            start: start.map(|at| Start { km: to_all(at), returns: true }),
            limits,
            working: numbers.working,
            cost_per_km: numbers.cost_per_100_km / 100.0,
            cost_per_stop: numbers.cost_per_stop,
            decay: numbers.decay,
        }
    }
}

/// The best candidates of each territory, merged by enterprise.
fn kept(
    scene: &Scene,
    ask: &TourAsk,
    numbers: &Numbers,
) -> Result<(Vec<ForTerritory>, Vec<Kept>), ScoutingError> {
    let mut territories: Vec<ForTerritory> = Vec::new();
    let mut by_id: BTreeMap<String, Kept> = BTreeMap::new();
    for asked in &ask.territories {
        let mut question = CandidatesAsk::new(String::new(), ask.as_of);
        question.territory = asked.clone();
        question.limit = numbers.kept;
        question.weights = ask.weights.clone();
        question.profile = ask.profile.clone();
        question.theme = ask.theme.clone();
        question.lang = ask.lang;
        let answer = candidates(scene, &question)?;
        let territory = answer.context.territory.clone();
        // The same territory asked twice counts once.
        if territories.iter().any(|known| known.territory.id == territory.id) {
            continue;
        }
        let position = territories.len();
        territories.push(ForTerritory {
            territory,
            weights: answer.weights,
            total: answer.total,
            kept: answer.candidates.len(),
        });
        for shown in answer.candidates {
            let rank = RankFor {
                territory: position,
                rank: shown.alternative.rank,
                score: shown.alternative.score,
            };
            let (headline, questions) =
                shown.explanation.map(|e| (e.headline, e.questions)).unwrap_or_default();
            let entry = by_id.entry(shown.enterprise.id.clone()).or_insert_with(|| Kept {
                enterprise: Arc::clone(&shown.enterprise),
                ranks: Vec::new(),
                headline: String::new(),
                questions: Vec::new(),
            });
            if entry.ranks.iter().all(|known| rank.rank < known.rank) {
                entry.headline = headline;
                entry.questions = questions;
            }
            entry.ranks.push(rank);
            entry.ranks.sort_by_key(|rank| (rank.rank, rank.territory));
        }
    }
    Ok((territories, by_id.into_values().collect()))
}
