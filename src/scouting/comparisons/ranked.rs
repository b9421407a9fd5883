//! The whole list for one question, and one enterprise in it with its reasons.

use std::sync::Arc;

use crate::domain::enterprise::Enterprise;
use crate::matching::comparison;
use crate::matching::explanation::Explainer;
use crate::matching::explanation::shown::Explanation;
use crate::matching::outcome::Alternative;
use crate::matching::profile::TerritoryProfile;
use crate::matching::{Options, Ranking, rank};
use crate::scouting::ask::CandidatesAsk;
use crate::scouting::candidates;
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;

/// One enterprise with its evaluation and its whole explanation.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The enterprise.
    pub enterprise: Arc<Enterprise>,
    /// Its evaluation; its rank is that of the whole list, or the one it would have.
    pub alternative: Alternative,
    /// Its explanation, every relation of each type.
    pub explanation: Explanation,
}

/// Every enterprise ranked for one question.
pub(in crate::scouting) struct Ranked {
    pub profile: Arc<TerritoryProfile>,
    pub options: Options,
    pub ranking: Ranking,
}

impl Ranked {
    /// Ranks every enterprise for `ask`, page and filters apart.
    pub fn new(scene: &Scene, ask: &CandidatesAsk) -> Result<Self, ScoutingError> {
        ask.check()?;
        let territory = candidates::territory(scene, &ask.territory)?;
        let weights = candidates::weights(scene, &territory, ask)?;
        let profile = candidates::profile(scene, territory, ask);
        let relevance = ask.q.as_deref().map(|q| scene.relevance(q)).transpose()?;
        let options = Options { weights, rank_by: ask.rank_by, relevance };
        let ranking = rank(&profile, &scene.rows.enterprises, &options);
        Ok(Self { profile, options, ranking })
    }

    /// The alternative of the enterprise at position `at` of the rows.
    ///
    /// # Panics
    /// If `at` is no position: every enterprise is ranked.
    pub fn alternative(&self, at: usize) -> &Alternative {
        let mut all = self.ranking.candidates.iter().chain(&self.ranking.excluded);
        all.find(|alternative| alternative.enterprise == at).expect("every enterprise is ranked")
    }

    /// The number that the order follows.
    pub fn value(&self, alternative: &Alternative) -> f64 {
        comparison::value(alternative, self.options.rank_by)
    }

    /// One enterprise with its reasons.
    pub fn compared(
        &self,
        scene: &Scene,
        explainer: &Explainer<'_>,
        alternative: &Alternative,
    ) -> Compared {
        let enterprise = Arc::clone(&scene.rows.enterprises[alternative.enterprise]);
        let explanation = explainer.explain(&enterprise, alternative, None);
        Compared { enterprise, alternative: alternative.clone(), explanation }
    }
}
