//! The scene: an immutable snapshot of the catalogue at a `seq`, read by requests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::civil::Date;

use crate::catalogue::record::annotation::Correction;
use crate::domain::actor::Actor;
use crate::domain::context::Confirmation;
use crate::domain::enterprise::{Enterprise, Place, Site, Status};
use crate::domain::geography::Point;
use crate::domain::observation::Observation;
use crate::domain::priority::Priority;
use crate::domain::provenance::Source;
use crate::matching::profile::TerritoryProfile;

use crate::retrieval::Searcher;

use super::error::ScoutingError;
use super::profiles::Profile;
use super::world::World;

/// Territory profiles kept in a scene; beyond, the oldest asked is dropped.
const PROFILES_KEPT: usize = 32;

/// The rows of the catalogue at one `seq`, annotated and resolved.
#[derive(Debug, Default)]
pub struct Rows {
    /// Enterprises, sorted by id.
    pub enterprises: Vec<Arc<Enterprise>>,
    /// Local actors, sorted by id (sites of enterprises are added by the scene).
    pub actors: Vec<Arc<Actor>>,
    /// Priorities, sorted by id.
    pub priorities: Vec<Priority>,
    /// Observations, sorted by id.
    pub observations: Vec<Observation>,
    /// Profiles of weights, sorted by id; the shipped ones among them.
    pub profiles: Vec<Profile>,
    /// Confirmations with the territory each speaks of, latest first.
    pub confirmations: Vec<(String, Confirmation)>,
    /// What people corrected in annotations; already applied to the rows above.
    pub corrections: Vec<Correction>,
}

/// An immutable snapshot; every answer names its `seq`.
#[derive(Debug)]
pub struct Scene {
    /// State of the log.
    pub seq: u64,
    /// What is frozen with the datasets.
    pub world: Arc<World>,
    /// The rows.
    pub rows: Rows,
    /// The text index at the same `seq`.
    pub searcher: Searcher,
    /// Sites of enterprises seen as local actors, sorted by id.
    pub site_actors: Vec<Arc<Actor>>,
    profiles: Mutex<ProfileCache>,
}

type ProfileKey = (String, Date);
type ProfileCache = Vec<(ProfileKey, Arc<TerritoryProfile>)>;

impl Scene {
    /// Takes the rows at `seq`; enterprises at work somewhere become actors there.
    #[must_use]
    pub fn new(seq: u64, world: Arc<World>, rows: Rows, searcher: Searcher) -> Self {
        let mut site_actors: Vec<Arc<Actor>> =
            rows.enterprises.iter().flat_map(|e| sites_as_actors(e)).map(Arc::new).collect();
        site_actors.sort_by(|a, b| a.id.cmp(&b.id));
        site_actors.dedup_by(|a, b| a.id == b.id);
        Self { seq, world, rows, searcher, site_actors, profiles: Mutex::new(Vec::new()) }
    }

    /// The enterprise with this id.
    #[must_use]
    pub fn enterprise(&self, id: &str) -> Option<(usize, &Arc<Enterprise>)> {
        let at = self.rows.enterprises.binary_search_by(|e| e.id.as_str().cmp(id)).ok()?;
        Some((at, &self.rows.enterprises[at]))
    }

    /// Relevance of every enterprise to the words `q`.
    ///
    /// Shape: one value per enterprise of [`Rows::enterprises`], 0..=1, higher is nearer.
    ///
    /// # Errors
    /// [`ScoutingError::Retrieval`] when the index cannot be read.
    pub fn relevance(&self, q: &str) -> Result<Vec<f64>, ScoutingError> {
        let by_id = self.searcher.relevance(&self.world.annotator, &self.world.data.taxonomy, q)?;
        let of = |e: &Arc<Enterprise>| by_id.get(&e.id).copied().unwrap_or(0.0);
        Ok(self.rows.enterprises.iter().map(of).collect())
    }

    /// The profile of a territory, built once per scene and date.
    pub fn profile(
        &self,
        key: ProfileKey,
        build: impl FnOnce() -> TerritoryProfile,
    ) -> Arc<TerritoryProfile> {
        if let Some(known) = self.kept(&key) {
            return known;
        }
        // Built outside the lock: two askers may build the same one, both are equal.
        let profile = Arc::new(build());
        let mut kept = self.profiles.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if kept.len() >= PROFILES_KEPT {
            kept.remove(0);
        }
        kept.push((key, Arc::clone(&profile)));
        profile
    }

    fn kept(&self, key: &ProfileKey) -> Option<Arc<TerritoryProfile>> {
        let kept = self.profiles.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == key).map(|(_, profile)| Arc::clone(profile))
    }
}

/// The sites of an enterprise (and its home, where no site is there) as local actors.
fn sites_as_actors(enterprise: &Enterprise) -> Vec<Actor> {
    let mut by_commune: BTreeMap<String, (Place, Option<&Site>)> = BTreeMap::new();
    for site in &enterprise.sites {
        if site.kind.as_deref() == Some("temporary") {
            continue;
        }
        if let Some(insee) = &site.place.insee {
            by_commune.entry(insee.clone()).or_insert((site.place.clone(), Some(site)));
        }
    }
    if let Some(insee) = &enterprise.home.insee {
        by_commune.entry(insee.clone()).or_insert((enterprise.home.clone(), None));
    }
    by_commune
        .into_iter()
        .map(|(insee, (place, site))| Actor {
            id: format!("site-{}-{insee}", enterprise.id),
            name: enterprise.name.clone(),
            network: enterprise.network.clone().or_else(|| Some(enterprise.name.clone())),
            place,
            summary: enterprise.summary.clone(),
            legal_form: enterprise.legal_form.clone(),
            status: match enterprise.status {
                Status::Closed => Status::Closed,
                other => other,
            },
            since: site.and_then(|s| s.since).or_else(|| {
                // The home is at work from its foundation; an undated site stays undated.
                site.is_none()
                    .then_some(enterprise.founded)
                    .flatten()
                    .map(crate::domain::date::PartialDate::year)
            }),
            until: site.and_then(|s| s.until),
            url: enterprise.website.clone(),
            sources: enterprise.sources.clone(),
            recorded: site.and_then(|s| s.recorded),
            enterprise: Some(enterprise.id.clone()),
            portrait: enterprise.portrait.clone(),
            ..Actor::default()
        })
        .collect()
}

/// The point of an actor: its own, else that of its commune.
#[must_use]
pub fn point_of(world: &World, actor: &Actor) -> Option<Point> {
    actor.point.or_else(|| {
        let at = world.data.atlas.commune(actor.place.insee.as_deref()?)?;
        Some(world.data.atlas.at(at).point)
    })
}

/// The first source of an actor, for a sentence that must have one.
#[must_use]
pub fn sources_of(actor: &Actor) -> Vec<Source> {
    if actor.sources.is_empty() {
        actor.url.iter().map(Source::named).collect()
    } else {
        actor.sources.clone()
    }
}
