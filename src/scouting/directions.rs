//! The other direction: for one enterprise, the territories where it would best go.

use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::domain::context::Context;
use crate::domain::enterprise::Enterprise;
use crate::domain::lang::Lang;
use crate::domain::territory::TerritoryKind;
use crate::matching::explanation::Explainer;
use crate::matching::explanation::shown::{Explanation, GateShown};
use crate::matching::outcome::Alternative;
use crate::matching::profile::TerritoryProfile;
use crate::matching::weights::{Weights, WeightsAsked};
use crate::matching::{Options, RankBy, evaluate};

use super::ask::{check_date, check_limit};
use super::context::{self, Overlay};
use super::error::ScoutingError;
use super::scene::Scene;
use super::vocabulary;

/// A question: where would this enterprise best go?
#[derive(Debug, Clone)]
pub struct DirectionsAsk {
    /// Enterprise id.
    pub enterprise: String,
    /// Only EPCI of this région (code); `None` is the whole country.
    pub region: Option<String>,
    /// Territories shown.
    pub limit: usize,
    /// The date in the world.
    pub as_of: Date,
    /// Weights typed in the request.
    pub weights: WeightsAsked,
    /// Language of the sentences.
    pub lang: Lang,
}

/// One territory with the evaluation of the enterprise there.
#[derive(Debug, Clone)]
pub struct Direction {
    /// 1 is best among the territories no gate refuses.
    pub rank: usize,
    /// The context read.
    pub context: Arc<Context>,
    /// The same evaluation as from the territory's side.
    pub alternative: Alternative,
    /// Every gate, in words.
    pub gates: Vec<GateShown>,
    /// Why there.
    pub explanation: Explanation,
}

/// The territories where an enterprise would best go.
#[derive(Debug, Clone)]
pub struct Directions {
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: Date,
    /// Language of the sentences.
    pub lang: Lang,
    /// The enterprise.
    pub enterprise: Arc<Enterprise>,
    /// Weights used.
    pub weights: Weights,
    /// EPCI compared.
    pub compared: usize,
    /// EPCI that no gate refuses.
    pub total: usize,
    /// The best, in order.
    pub territories: Vec<Direction>,
}

/// Ranks the EPCI of France, or of a région, for one enterprise.
///
/// The score of (enterprise, territory) is the same number as from the other side, at the
/// same weights: territories are compared under one weighting, so no territory's own
/// profile is read here.
///
/// # Errors
/// Unknown enterprise or région, bad weights, limit or date.
pub fn directions(scene: &Scene, ask: &DirectionsAsk) -> Result<Directions, ScoutingError> {
    check_limit(ask.limit)?;
    check_date(ask.as_of)?;
    let (_, enterprise) =
        scene.enterprise(&ask.enterprise).ok_or_else(|| ScoutingError::UnknownEnterprise {
            asked: ask.enterprise.clone(),
            suggestions: vocabulary::near_enterprises(scene, &ask.enterprise),
        })?;
    let region = ask
        .region
        .as_deref()
        .map(|asked| {
            let territory = scene.world.places.territory(&region_id(asked))?;
            match territory.kind {
                TerritoryKind::Region => Ok(territory.id),
                _ => Err(ScoutingError::UnknownTerritory {
                    asked: asked.to_owned(),
                    suggestions: Vec::new(),
                }),
            }
        })
        .transpose()?;
    let weights = Weights::resolve(&ask.weights, false)?;
    let options = Options { weights, rank_by: RankBy::Expected, relevance: None };
    let atlas = &scene.world.data.atlas;
    let ids: Vec<String> = atlas
        .epcis
        .iter()
        .filter(|epci| {
            region.as_ref().is_none_or(|id| id.strip_prefix("reg-") == Some(epci.region.as_str()))
        })
        .map(|epci| format!("epci-{}", epci.siren))
        .collect();
    let mut scored: Vec<(String, Alternative)> = ids
        .par_iter()
        .map(|id| {
            let profile = profile(scene, id, ask.as_of);
            (id.clone(), evaluate(&profile, enterprise, &options))
        })
        .collect();
    scored.sort_by(|a, b| {
        a.1.is_excluded()
            .cmp(&b.1.is_excluded())
            .then(b.1.score.total_cmp(&a.1.score))
            .then(a.0.cmp(&b.0))
    });
    let total = scored.iter().filter(|(_, alternative)| !alternative.is_excluded()).count();
    let territories = scored
        .into_iter()
        .take(total.min(ask.limit))
        .enumerate()
        .map(|(at, (id, mut alternative))| {
            let profile = profile(scene, &id, ask.as_of);
            alternative.rank = at + 1;
            let explainer = Explainer::new(&profile, &scene.world.data.templates, ask.lang);
            Direction {
                rank: at + 1,
                gates: explainer.gates(&alternative),
                explanation: explainer.explain(
                    enterprise,
                    &alternative,
                    Some(super::candidates::RELATIONS_SHOWN),
                ),
                context: Arc::clone(&profile.context),
                alternative,
            }
        })
        .collect();
    Ok(Directions {
        seq: scene.seq,
        rules: scene.world.data.rules.digest.clone(),
        as_of: ask.as_of,
        lang: ask.lang,
        enterprise: Arc::clone(enterprise),
        weights: options.weights,
        compared: ids.len(),
        total,
        territories,
    })
}

/// Profiles of the comparison are not kept: a thousand of them would drive out the
/// few that people ask again.
fn profile(scene: &Scene, id: &str, as_of: Date) -> TerritoryProfile {
    let territory =
        scene.world.data.atlas.territory(id).expect("the id comes from the atlas itself");
    let context = context::build(scene, territory, as_of, &Overlay::default());
    TerritoryProfile::new(Arc::new(context), Arc::clone(&scene.world.data.rules))
}

fn region_id(asked: &str) -> String {
    let asked = asked.trim();
    if asked.len() == 2 && asked.chars().all(|c| c.is_ascii_digit()) {
        format!("reg-{asked}")
    } else {
        asked.to_owned()
    }
}
