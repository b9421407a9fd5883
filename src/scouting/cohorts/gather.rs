//! The problem of a cohort, from the scene: what each territory wants, who fits where.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::enterprise::Enterprise;
use crate::domain::territory::{DensityClass, Territory};
use crate::matching::criteria::needs_answered;
use crate::matching::outcome::Alternative;
use crate::matching::profile::TerritoryProfile;
use crate::matching::weights::Weights;
use crate::matching::{Options, RankBy, Ranking, rank};
use crate::planning::cohort::{Candidate, Limits, Placement, Problem};
use crate::scouting::ask::CandidatesAsk;
use crate::scouting::body::bad;
use crate::scouting::candidates::{self, live_submissions};
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;
use crate::scouting::vocabulary::position;

use super::CohortAsk;
use super::numbers::Numbers;

/// A territory asked, ranked as ever.
#[derive(Debug)]
pub struct Ranked {
    pub territory: Territory,
    pub weights: Weights,
    pub profile: Arc<TerritoryProfile>,
    pub ranking: Ranking,
    /// Its share of the inhabitants of the territories asked, 0..=1.
    pub share: f64,
}

impl Ranked {
    /// The candidate here; `None` where a gate keeps it out.
    pub fn candidate(&self, enterprise: usize) -> Option<&Alternative> {
        self.ranking.candidates.iter().find(|one| one.enterprise == enterprise)
    }
}

/// Everything a choice reads.
#[derive(Debug)]
pub struct Gathered {
    pub ranked: Vec<Ranked>,
    pub problem: Problem,
    pub limits: Limits,
    needs: usize,
}

impl Gathered {
    pub fn read(scene: &Scene, ask: &CohortAsk, numbers: &Numbers) -> Result<Self, ScoutingError> {
        let ranked = ranked(scene, ask)?;
        let needs = scene.world.data.taxonomy.count(ConceptKind::Need);
        let worth = ranked.iter().flat_map(|one| worth(one, needs, numbers)).collect();
        let placed = placements(&ranked, scene, needs);
        let enterprises = scene.rows.enterprises.iter().zip(placed);
        let candidates = enterprises.map(|(e, placements)| candidate(e, placements)).collect();
        let problem = Problem {
            candidates,
            territories: ranked.len(),
            worth,
            discount: if ask.never_two { 0.0 } else { numbers.discount },
            score_share: numbers.score_share,
        };
        let limits = limits(scene, ask, &ranked)?;
        Ok(Self { ranked, problem, limits, needs })
    }

    /// Territory and need of a demand.
    pub fn demand(&self, demand: usize) -> (usize, Concept) {
        let index = u16::try_from(demand % self.needs).expect("needs are counted in sixteen bits");
        (demand / self.needs, Concept { kind: ConceptKind::Need, index })
    }
}

fn ranked(scene: &Scene, ask: &CohortAsk) -> Result<Vec<Ranked>, ScoutingError> {
    let mut list: Vec<Ranked> = Vec::new();
    for asked in &ask.territories {
        let mut one = CandidatesAsk::new(String::new(), ask.as_of);
        one.territory = asked.clone();
        one.weights = ask.weights.clone();
        one.profile = ask.profile.clone();
        let territory = candidates::territory(scene, asked)?;
        if list.iter().any(|known| known.territory.id == territory.id) {
            return Err(bad(
                "territories",
                &format!("`{}` est donné deux fois ; retirez-en un", territory.name),
                &format!("`{}` is given twice; remove one", territory.name),
            ));
        }
        let weights = candidates::weights(scene, &territory, &one)?;
        let profile = candidates::profile(scene, territory.clone(), &one);
        let options = Options { weights, rank_by: RankBy::Expected, relevance: None };
        let ranking = rank(&profile, &scene.rows.enterprises, &options);
        list.push(Ranked { territory, weights: options.weights, profile, ranking, share: 0.0 });
    }
    let all: f64 = list.iter().map(|one| one.territory.population).sum();
    let equal = 1.0 / list.len() as f64;
    for one in &mut list {
        one.share = if all > 0.0 { one.territory.population / all } else { equal };
    }
    Ok(list)
}

/// `π G` of each need: share of the inhabitants × how much it was asked for × its gap.
fn worth(one: &Ranked, needs: usize, numbers: &Numbers) -> Vec<f64> {
    let context = &one.profile.context;
    let live = live_submissions(context);
    let largest = live.iter().map(|priority| priority.weight).fold(0.0, f64::max);
    let asked = |need: Concept| -> f64 {
        let themes = context.taxonomy.themes_of(need);
        let own = live.iter().filter(|p| p.concept == need || themes.contains(&p.concept));
        let weight = own.map(|priority| priority.weight).fold(0.0, f64::max);
        if largest > 0.0 { weight / largest } else { 0.0 }
    };
    let of = |need: Concept| {
        let factor = numbers.unasked + (1.0 - numbers.unasked) * asked(need);
        one.share * factor * one.profile.gap(need).level.point
    };
    let concepts = context.taxonomy.concepts(ConceptKind::Need);
    let list: Vec<f64> = concepts.map(of).collect();
    debug_assert_eq!(list.len(), needs);
    list
}

/// Where each enterprise fits, by position.
fn placements(ranked: &[Ranked], scene: &Scene, needs: usize) -> Vec<Vec<Placement>> {
    let mut placed = vec![Vec::new(); scene.rows.enterprises.len()];
    for (territory, one) in ranked.iter().enumerate() {
        for alternative in &one.ranking.candidates {
            let enterprise = &scene.rows.enterprises[alternative.enterprise];
            let answers = needs_answered(enterprise);
            placed[alternative.enterprise].push(Placement {
                territory,
                rural: one.territory.density == DensityClass::Rural,
                score: one.share * alternative.score,
                answers: answers
                    .into_iter()
                    .map(|(n, a)| (territory * needs + n.at(), a))
                    .collect(),
            });
        }
    }
    placed
}

fn candidate(enterprise: &Enterprise, placements: Vec<Placement>) -> Candidate {
    let mut main: Option<(f64, Concept)> = None;
    for mark in &enterprise.portrait.themes {
        if main.is_none_or(|(weight, _)| mark.weight > weight) {
            main = Some((mark.weight, mark.concept));
        }
    }
    Candidate {
        theme: main.map(|(_, theme)| theme.at()),
        // Half an opening a year is still one that can be planned.
        openings: enterprise.scaling.openings_per_year.map(|n| n.floor().max(1.0) as usize),
        placements,
    }
}

fn limits(scene: &Scene, ask: &CohortAsk, ranked: &[Ranked]) -> Result<Limits, ScoutingError> {
    let positions = |ids: &[String]| -> Result<Vec<usize>, ScoutingError> {
        let mut list =
            ids.iter().map(|id| position(scene, id)).collect::<Result<Vec<usize>, _>>()?;
        list.sort_unstable();
        list.dedup();
        Ok(list)
    };
    let mut capacity = BTreeMap::new();
    for (name, &most) in &ask.capacity {
        let id = scene.world.places.territory(name)?.id;
        let at = ranked.iter().position(|one| one.territory.id == id).ok_or_else(|| {
            bad(
                &format!("capacity.{name}"),
                "ce territoire n’est pas parmi ceux demandés ; ajoutez-le à `territories`",
                "this territory is not among those asked; add it to `territories`",
            )
        })?;
        capacity.insert(at, most);
    }
    Ok(Limits {
        size: ask.size,
        per_theme: ask.per_theme,
        rural_min: (ask.rural_share * ask.size as f64 - 1e-9).ceil().max(0.0) as usize,
        capacity,
        include: positions(&ask.include)?,
        exclude: positions(&ask.exclude)?,
    })
}
