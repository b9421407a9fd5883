//! The set of enterprises to welcome together, and what it covers that a list does not.
//!
//! Each territory asked is ranked as ever; `gather` makes of it what
//! [`crate::planning::cohort`] chooses from, `tell` says what each chosen one adds, why
//! the others are not there, and how good the set is.

mod ask;
mod gather;
mod numbers;
mod refusals;
mod tell;

use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::concept::Concept;
use crate::domain::enterprise::Enterprise;
use crate::domain::lang::Lang;
use crate::domain::territory::Territory;
use crate::matching::explanation::shown::Sentence;
use crate::matching::weights::Weights;
use crate::planning::cohort::{Method, Placed, Problem, choose, choose_exactly};

use super::error::ScoutingError;
use super::scene::Scene;

pub use crate::planning::cohort::Bound;
pub use ask::{CohortAsk, read};
use gather::Gathered;
use numbers::Numbers;
use tell::Teller;

/// A territory of the question.
#[derive(Debug, Clone)]
pub struct ForTerritory {
    /// The territory.
    pub territory: Territory,
    /// The weights of its ranking.
    pub weights: Weights,
    /// Candidates that no gate keeps out.
    pub total: usize,
    /// Its share of the inhabitants of the territories asked, 0..=1.
    pub share: f64,
}

/// Where a chosen enterprise goes.
#[derive(Debug, Clone)]
pub struct Place {
    /// Position of the territory in [`Cohort::territories`].
    pub territory: usize,
    /// Its rank in the list of that territory.
    pub rank: usize,
    /// Its score there, 0..=1.
    pub score: f64,
}

/// A need that a set answers in a territory.
#[derive(Debug, Clone)]
pub struct NeedAdded {
    /// Position of the territory in [`Cohort::territories`].
    pub territory: usize,
    /// The need.
    pub need: Concept,
    /// Its id.
    pub id: String,
    /// Its label in the language asked.
    pub label: String,
    /// What it brings to the value of the set.
    pub value: f64,
}

/// One chosen enterprise.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The enterprise.
    pub enterprise: Arc<Enterprise>,
    /// Where it goes.
    pub places: Vec<Place>,
    /// What it adds to the value of those before it; these sum to the value of the set.
    pub adds: f64,
    /// The part of it that comes from its scores.
    pub adds_score: f64,
    /// The part of it that comes from needs, the largest first.
    pub needs: Vec<NeedAdded>,
    /// The same in words.
    pub sentence: Sentence,
    /// The local actor it would work with, in words with sources; `None` where none is
    /// known.
    pub partner: Option<Sentence>,
}

/// One that the set leaves out by little.
#[derive(Debug, Clone)]
pub struct LeftOut {
    /// The enterprise.
    pub enterprise: Arc<Enterprise>,
    /// What it would add as one more.
    pub adds: f64,
    /// The limit that keeps it out (`per_theme`, `capacity`…), where it is one.
    pub limit: Option<&'static str>,
    /// What it lacks to take the place of the nearest chosen one, ≥ 0.
    pub lacks: Option<f64>,
    /// Why, in words.
    pub sentence: Sentence,
}

/// The first ones of the list, taken as a set.
#[derive(Debug, Clone)]
pub struct TopOfList {
    /// The enterprises.
    pub enterprises: Vec<Arc<Enterprise>>,
    /// Their value as a set.
    pub value: f64,
    /// Needs that the cohort answers and they do not.
    pub only_cohort: Vec<NeedAdded>,
    /// Needs that they answer and the cohort does not.
    pub only_list: Vec<NeedAdded>,
    /// Needs that several of them answer.
    pub repeated: Vec<NeedAdded>,
    /// The comparison in words.
    pub sentences: Vec<Sentence>,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Cohort {
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
    /// What was asked.
    pub ask: CohortAsk,
    /// How it was chosen.
    pub method: Method,
    /// The objective, ≥ 0, higher is better.
    pub value: f64,
    /// What no set that keeps the limits can pass.
    pub bound: Bound,
    /// How far the optimum can be, as a share of the bound.
    pub gap: f64,
    /// The share of the optimum that theory promises; `None` where it promises none.
    pub guarantee: Option<f64>,
    /// The chosen, the one that adds most first.
    pub chosen: Vec<Chosen>,
    /// The nearest of those left out.
    pub near_misses: Vec<LeftOut>,
    /// The naive answer beside it.
    pub top: TopOfList,
    /// How good the set is, and what is declared.
    pub notes: Vec<Sentence>,
}

/// Chooses the set that `ask` wants.
///
/// # Errors
/// Unknown territory, enterprise or weights; limits that no set keeps; an exact choice of
/// too large a question.
pub fn cohort(scene: &Scene, ask: &CohortAsk) -> Result<Cohort, ScoutingError> {
    let numbers = Numbers::read(&scene.world.data.rules);
    let gathered = Gathered::read(scene, ask, &numbers)?;
    let (problem, limits) = (&gathered.problem, &gathered.limits);
    let solution = if ask.exact {
        choose_exactly(problem, limits, &numbers.effort)
            .map_err(|error| refusals::exact(scene, &error))?
    } else {
        choose(problem, limits, &numbers.effort)
            .map_err(|error| refusals::infeasible(scene, &error))?
    };
    let teller = Teller { scene, ask, gathered: &gathered, numbers: &numbers };
    let first = first_of_list(&gathered, solution.chosen.len());
    let for_territory = |one: &gather::Ranked| ForTerritory {
        territory: one.territory.clone(),
        weights: one.weights.clone(),
        total: one.ranking.candidates.len(),
        share: one.share,
    };
    Ok(Cohort {
        seq: scene.seq,
        rules: scene.world.data.rules.digest.clone(),
        as_of: ask.as_of,
        lang: ask.lang,
        territories: gathered.ranked.iter().map(for_territory).collect(),
        ask: ask.clone(),
        method: solution.method,
        value: solution.value,
        bound: solution.bound,
        gap: solution.gap(),
        guarantee: solution.guarantee.share(),
        chosen: teller.chosen(&solution),
        near_misses: teller.near_misses(&solution),
        top: teller.top(&solution, &first),
        notes: teller.notes(&solution),
    })
}

/// The first `size` by score alone, everywhere each fits: what a list would give.
fn first_of_list(gathered: &Gathered, size: usize) -> Vec<Placed> {
    let problem: &Problem = &gathered.problem;
    let mut scored: Vec<(f64, usize)> = problem
        .candidates
        .iter()
        .enumerate()
        .filter(|(_, candidate)| !candidate.placements.is_empty())
        .map(|(at, one)| (one.placements.iter().map(|place| place.score).sum(), at))
        .collect();
    scored.sort_by(|a: &(f64, usize), b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.into_iter().take(size).map(|(_, at)| problem.everywhere(at)).collect()
}
