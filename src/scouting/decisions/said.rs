//! What the engine says of an enterprise in a territory, in the few numbers that are kept
//! with a step.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::decision::Said;
use crate::matching::outcome::Alternative;
use crate::matching::profile::TerritoryProfile;
use crate::matching::robustness::assessment::assess;
use crate::matching::{Options, Ranking, rank};
use crate::scouting::ask::{CandidatesAsk, TerritoryAsked};
use crate::scouting::candidates;
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;
use crate::scouting::vocabulary;

/// The ranking of a territory on a day, as anybody who asks for it gets it.
struct Ranked {
    profile: Arc<TerritoryProfile>,
    options: Options,
    ranking: Ranking,
}

fn ranked(scene: &Scene, territory: &str, as_of: Date) -> Result<Ranked, ScoutingError> {
    let ask = CandidatesAsk::new(territory, as_of);
    let place = candidates::territory(scene, &TerritoryAsked::Named(territory.to_owned()))?;
    let weights = candidates::weights(scene, &place, &ask)?;
    let profile = candidates::profile(scene, place, &ask);
    let options = Options { weights, rank_by: ask.rank_by, relevance: None };
    let ranking = rank(&profile, &scene.rows.enterprises, &options);
    Ok(Ranked { profile, options, ranking })
}

impl Ranked {
    fn said(&self, scene: &Scene, as_of: Date, found: &Alternative) -> Said {
        let unmet = found.gates.iter().filter(|gate| gate.excludes());
        let weights = &self.options.weights;
        Said {
            seq: scene.seq,
            rules: self.profile.rules.digest.clone(),
            as_of,
            weights: weights.profile.clone().unwrap_or_else(|| weights.owner.clone()),
            rank: found.rank,
            listed: self.ranking.candidates.len(),
            score: found.score,
            interval: found.interval,
            likely: None,
            unmet: unmet.map(|gate| gate.gate.to_owned()).collect(),
        }
    }
}

/// What the engine says of `enterprise` in `territory` (ids) on `as_of`: the ranking that
/// anybody gets there that day with nothing asked, its likely score included.
///
/// # Errors
/// Unknown territory or enterprise.
pub fn of(
    scene: &Scene,
    territory: &str,
    enterprise: &str,
    as_of: Date,
) -> Result<Said, ScoutingError> {
    let at = vocabulary::position(scene, enterprise)?;
    let ranked = ranked(scene, territory, as_of)?;
    let (listed, kept_out) = (&ranked.ranking.candidates, &ranked.ranking.excluded);
    let found = listed.iter().chain(kept_out).find(|found| found.enterprise == at);
    let found = found.expect("a ranking holds every enterprise");
    let mut said = ranked.said(scene, as_of, found);
    if said.is_listed() {
        let (profile, weights) = (&ranked.profile, &ranked.options.weights);
        let place = [found.rank - 1];
        let assessed = assess(profile, &scene.rows.enterprises, &ranked.ranking, weights, &place);
        said.likely = assessed.first().map(|assessment| assessment.likely);
    }
    Ok(said)
}

/// The same for every enterprise of the catalogue, by id, without likely scores.
///
/// # Errors
/// Unknown territory.
pub fn of_all(
    scene: &Scene,
    territory: &str,
    as_of: Date,
) -> Result<BTreeMap<String, Said>, ScoutingError> {
    let ranked = ranked(scene, territory, as_of)?;
    let all = ranked.ranking.candidates.iter().chain(&ranked.ranking.excluded);
    Ok(all
        .map(|found| {
            let id = scene.rows.enterprises[found.enterprise].id.clone();
            (id, ranked.said(scene, as_of, found))
        })
        .collect())
}
