//! The main use case: which enterprises for this territory, and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::context::Context;
use crate::domain::enterprise::Enterprise;
use crate::domain::lang::Lang;
use crate::domain::portrait::weight_of;
use crate::domain::priority::{Priority, PriorityKind};
use crate::domain::territory::Territory;
use crate::matching::explanation::Explainer;
use crate::matching::explanation::shown::{Explanation, GateShown};
use crate::matching::outcome::Alternative;
use crate::matching::profile::TerritoryProfile;
use crate::matching::weights::Weights;
use crate::matching::{Evaluator, Options, Ranking};
use crate::planning::next_datum::next_data;
use crate::planning::what_would_change::Planner;

use super::ask::{CandidatesAsk, TerritoryAsked};
use super::comparisons::COMPARED_MAX;
use super::comparisons::flips::{self, Flip};
use super::context;
use super::cursor::Cursor;
use super::decisions::{self, shown::FollowUpShown};
use super::demand;
use super::error::ScoutingError;
use super::profiles;
use super::robustness::{self, RobustnessShown, TieZone};
use super::scene::Scene;
use super::steps::{self, NextShown, StepsShown};
use super::vocabulary;

/// Relations of each type shown for a candidate of a list; all of them when asked by id.
pub const RELATIONS_SHOWN: usize = 5;

/// One enterprise with its evaluation and its explanation.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The enterprise.
    pub enterprise: Arc<Enterprise>,
    /// Its evaluation.
    pub alternative: Alternative,
    /// Every gate, in words.
    pub gates: Vec<GateShown>,
    /// Its explanation; excluded ones have it only when asked for by id.
    pub explanation: Option<Explanation>,
    /// The smallest change of weights that brings it first, when a few are asked for by id.
    pub to_first: Option<Flip>,
    /// How well its place holds; excluded ones have no place.
    pub robustness: Option<RobustnessShown>,
    /// Where its follow-up here stood, where somebody follows it; it changes no score.
    pub follow_up: Option<FollowUpShown>,
    /// What would change its place, where it is explained.
    pub steps: StepsShown,
}

/// The answer, before it becomes JSON or a table.
#[derive(Debug, Clone)]
pub struct Candidates {
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: Date,
    /// Language of the sentences.
    pub lang: Lang,
    /// Weights used, with their owner.
    pub weights: Weights,
    /// The context read.
    pub context: Arc<Context>,
    /// The live submissions, heaviest first.
    pub themes: Vec<Priority>,
    /// Candidates in all, after `theme` and `need`.
    pub total: usize,
    /// Where the next page starts.
    pub next_cursor: Option<String>,
    /// The page.
    pub candidates: Vec<Shown>,
    /// Neighbours of the page that are not told apart.
    pub tie_zones: Vec<TieZone>,
    /// What the question asked for, and how many listed candidates answer it.
    pub asked: Vec<demand::Asked>,
    /// Excluded in all, after `theme` and `need`.
    pub excluded_total: usize,
    /// How many each gate keeps out (one may be kept out by several).
    pub excluded_by_gate: BTreeMap<&'static str, usize>,
    /// The best excluded by would-be score.
    pub excluded: Vec<Shown>,
    /// What is worth collecting next; by id, what concerns the enterprises asked.
    pub next: NextShown,
}

/// Answers `ask` on one scene.
///
/// # Errors
/// Whatever in the question cannot be read: see [`ScoutingError`].
pub fn candidates(scene: &Scene, ask: &CandidatesAsk) -> Result<Candidates, ScoutingError> {
    ask.check()?;
    let filter = Filter::read(scene, ask)?;
    let territory = territory(scene, &ask.territory)?;
    let weights = weights(scene, &territory, ask)?;
    let cursor = Cursor::read(ask, scene.seq, &territory.id)?;
    let profile = profile(scene, territory, ask);
    let wanted = wanted(scene, ask)?;
    let relevance = ask.q.as_deref().map(|q| scene.relevance(q)).transpose()?;
    let options = Options { weights, rank_by: ask.rank_by, relevance };
    let evaluator = Evaluator::new(&profile);
    let ranking = evaluator.rank(&scene.rows.enterprises, &options);

    let passes = |alternative: &&Alternative| {
        let enterprise = &scene.rows.enterprises[alternative.enterprise];
        wanted.as_ref().is_none_or(|ids| ids.contains(&alternative.enterprise))
            && filter.keeps(enterprise)
    };
    let kept: Vec<&Alternative> = ranking.candidates.iter().filter(passes).collect();
    let excluded: Vec<&Alternative> = ranking.excluded.iter().filter(passes).collect();
    let mut excluded_by_gate: BTreeMap<&'static str, usize> = BTreeMap::new();
    for alternative in &excluded {
        for gate in alternative.gates.iter().filter(|gate| gate.excludes()) {
            *excluded_by_gate.entry(gate.gate).or_default() += 1;
        }
    }
    // A zone drawn in the request is nobody's: it may bear the id of another one.
    let named = matches!(ask.territory, TerritoryAsked::Named(_));
    let by_id = wanted.is_some();
    let few = wanted.as_ref().is_some_and(|ids| ids.len() <= COMPARED_MAX);
    let explainer = Explainer::new(&profile, &scene.world.data.templates, ask.lang);
    let planner = Planner::new(&evaluator, &scene.rows.enterprises, &ranking, &options);
    let writer = steps::Writer::new(scene, &explainer, ask.lang);
    let show = |alternative: &Alternative, explained: bool| {
        let enterprise = Arc::clone(&scene.rows.enterprises[alternative.enterprise]);
        let explanation = explained.then(|| {
            let relations = if by_id { None } else { Some(RELATIONS_SHOWN) };
            explainer.explain(&enterprise, alternative, relations)
        });
        let gates = explainer.gates(alternative);
        let to_first = few.then(|| {
            let (name, others) = (&enterprise.name, &ranking.candidates);
            let (weights, by) = (&options.weights, options.rank_by);
            flips::to_first(&explainer, name, alternative, others, weights, by)
        });
        let steps = match explained {
            true => writer.steps(&planner.steps(alternative, by_id)),
            false => StepsShown::default(),
        };
        let follow_up = named.then(|| {
            let (place, id) = (&profile.context.territory.id, &enterprise.id);
            decisions::shown::of(scene, place, id, ask.as_of, ask.lang)
        });
        let follow_up = follow_up.flatten();
        let alternative = alternative.clone();
        Shown {
            to_first,
            enterprise,
            alternative,
            gates,
            explanation,
            robustness: None,
            follow_up,
            steps,
        }
    };
    let next =
        next_data(&evaluator, &scene.rows.enterprises, &ranking, &options, wanted.as_deref());
    let start = cursor.start.min(kept.len());
    let end = (start + ask.limit).min(kept.len());
    // Ranks are those of the whole list: a position is a rank less one.
    let page: Vec<usize> = kept[start..end].iter().map(|a| a.rank - 1).collect();
    let page = robustness::of_page(&explainer, &scene.rows.enterprises, &ranking, &options, &page);
    // One by one on every core: each candidate shown is evaluated again for its steps.
    let shown: Vec<Shown> = kept[start..end]
        .par_iter()
        .zip(page.places)
        .map(|(alternative, place)| Shown { robustness: Some(place), ..show(alternative, true) })
        .collect();
    Ok(Candidates {
        seq: scene.seq,
        rules: profile.rules.digest.clone(),
        as_of: ask.as_of,
        lang: ask.lang,
        weights: options.weights.clone(),
        themes: live_submissions(&profile.context),
        context: Arc::clone(&profile.context),
        total: kept.len(),
        next_cursor: (end < kept.len()).then(|| cursor.next(end)),
        candidates: shown,
        tie_zones: page.tie_zones,
        asked: demand_of(scene, ask, &filter, kept.len(), &ranking, &profile.context),
        excluded_total: excluded.len(),
        excluded_by_gate,
        excluded: excluded
            .iter()
            .take(if by_id { usize::MAX } else { ask.limit })
            .map(|a| show(a, by_id))
            .collect(),
        next: writer.next(&next, by_id),
    })
}

/// The territory asked, by id, by name, or as a zone of the request.
///
/// # Errors
/// Unknown or ambiguous names, an empty zone, an unknown commune.
pub fn territory(scene: &Scene, asked: &TerritoryAsked) -> Result<Territory, ScoutingError> {
    let places = &scene.world.places;
    match asked {
        TerritoryAsked::Named(name) => places.territory(name),
        TerritoryAsked::Zone { name, communes } => {
            if communes.is_empty() {
                return Err(ScoutingError::EmptyZone);
            }
            let mut positions = Vec::with_capacity(communes.len());
            for asked in communes {
                let commune = scene.world.data.atlas.commune(asked.trim()).or_else(|| {
                    let found = places.territory(asked).ok()?;
                    found.id.starts_with("com-").then(|| found.communes[0])
                });
                positions.push(commune.ok_or_else(|| {
                    ScoutingError::UnknownCommune {
                        asked: asked.clone(),
                        suggestions: places
                            .search(asked, 3)
                            .into_iter()
                            .map(|found| (found.id, found.name))
                            .collect(),
                    }
                })?);
            }
            let id = format!("zone-{}", vocabulary::slug(name));
            Ok(scene.world.data.atlas.zone(&id, name, positions))
        }
    }
}

/// The territory's profile: kept by the scene when the request changes nothing.
#[must_use]
pub fn profile(scene: &Scene, territory: Territory, ask: &CandidatesAsk) -> Arc<TerritoryProfile> {
    let zone_of_request = matches!(ask.territory, TerritoryAsked::Zone { .. });
    let key = (territory.id.clone(), ask.as_of);
    let build = || {
        let context = context::build(scene, territory, ask.as_of, &ask.overlay);
        TerritoryProfile::new(Arc::new(context), Arc::clone(&scene.world.data.rules))
    };
    if ask.overlay.is_empty() && !zone_of_request {
        scene.profile(key, build)
    } else {
        Arc::new(build())
    }
}

/// Whose weights serve `ask` on `territory` (methods §6).
///
/// # Errors
/// An unknown profile, weights that make no weights.
pub fn weights(
    scene: &Scene,
    territory: &Territory,
    ask: &CandidatesAsk,
) -> Result<Weights, ScoutingError> {
    let known = matches!(ask.territory, TerritoryAsked::Named(_)).then_some(territory.id.as_str());
    let (named, with_query) = (ask.profile.as_deref(), ask.q.is_some());
    profiles::weights(scene, known, ask.as_of, &ask.weights, named, with_query)
}

/// Live submissions of the context, the heaviest first.
#[must_use]
pub fn live_submissions(context: &Context) -> Vec<Priority> {
    let mut live: Vec<Priority> = context
        .priorities
        .iter()
        .filter(|p| p.kind == PriorityKind::Submission && p.is_live(context.as_of))
        .cloned()
        .collect();
    live.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.concept.cmp(&b.concept)));
    live
}

/// What a question asks for, and how many listed candidates answer it: the need or theme of
/// the page, else what its words say, else what the territory submitted.
fn demand_of(
    scene: &Scene,
    ask: &CandidatesAsk,
    filter: &Filter,
    total: usize,
    ranking: &Ranking,
    context: &Context,
) -> Vec<demand::Asked> {
    if ask.enterprises.is_some() || !ask.overlay.is_empty() {
        return Vec::new();
    }
    if let Some(concept) = filter.need.or(filter.theme) {
        return vec![demand::Asked { concept: Some(concept), found: total }];
    }
    let concepts = match &ask.q {
        Some(q) => demand::concepts_in(scene, q),
        None => live_submissions(context).iter().map(|priority| priority.concept).collect(),
    };
    let carries = demand::DemandNumbers::read(&scene.world.data.rules).carries;
    let found = |concept| {
        let listed = ranking.candidates.iter().map(|one| &scene.rows.enterprises[one.enterprise]);
        listed.filter(|one| demand::answers(one, concept, carries)).count()
    };
    let asked = |concept| demand::Asked { concept: Some(concept), found: found(concept) };
    concepts.into_iter().map(asked).collect()
}

fn wanted(scene: &Scene, ask: &CandidatesAsk) -> Result<Option<Vec<usize>>, ScoutingError> {
    let Some(ids) = &ask.enterprises else { return Ok(None) };
    ids.iter()
        .map(|id| {
            scene.enterprise(id).map(|(at, _)| at).ok_or_else(|| ScoutingError::UnknownEnterprise {
                asked: id.clone(),
                suggestions: vocabulary::near_enterprises(scene, id),
            })
        })
        .collect::<Result<Vec<usize>, _>>()
        .map(Some)
}

/// `theme=` and `need=` filter the page and change no score.
pub(super) struct Filter {
    /// Only enterprises of this theme.
    pub theme: Option<Concept>,
    /// Only enterprises that answer this need.
    pub need: Option<Concept>,
}

impl Filter {
    pub(super) fn read(scene: &Scene, ask: &CandidatesAsk) -> Result<Self, ScoutingError> {
        Ok(Self {
            theme: ask
                .theme
                .as_deref()
                .map(|word| vocabulary::concept(scene, ConceptKind::Theme, word))
                .transpose()?,
            need: ask
                .need
                .as_deref()
                .map(|word| vocabulary::concept(scene, ConceptKind::Need, word))
                .transpose()?,
        })
    }

    pub(super) fn keeps(&self, enterprise: &Enterprise) -> bool {
        let portrait = &enterprise.portrait;
        self.theme.is_none_or(|theme| weight_of(&portrait.themes, theme) > 0.0)
            && self.need.is_none_or(|need| weight_of(&portrait.needs, need) > 0.0)
    }
}
