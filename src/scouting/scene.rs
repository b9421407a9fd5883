//! The scene: an immutable snapshot of the catalogue at a `seq`, read by requests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::civil::Date;

use crate::catalogue::revision::{Kind, NewRevision, Revision, tombstone_id};
use crate::domain::actor::Actor;
use crate::domain::decision::{FollowUp, row_id};
use crate::domain::enterprise::{Enterprise, Place, Site, Status};
use crate::domain::geography::Point;
use crate::domain::provenance::Source;
use crate::matching::profile::TerritoryProfile;
use crate::retrieval::Searcher;

use super::error::ScoutingError;
use super::rows::Changed;
use super::world::World;

pub use super::rows::Rows;

/// Territory profiles kept in a scene; beyond, the oldest asked is dropped.
const PROFILES_KEPT: usize = 32;

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

    /// The scene as it would be with `revisions` added after its own, in the order of the
    /// log: what is shown once they are written, nothing being written.
    ///
    /// Rows that the revisions do not touch are shared with this scene. The text index is
    /// that of this scene: words of an enterprise among the revisions are not found yet.
    ///
    /// # Errors
    /// [`ScoutingError::Catalogue`] when a body is no JSON; [`ScoutingError::Dataset`] when
    /// a dataset is among the revisions: the whole catalogue is then read again.
    pub fn with(&self, revisions: &[Revision]) -> Result<Self, ScoutingError> {
        Ok(self.following(revisions)?.0)
    }

    /// The same for rows that are not written yet: they are given the next places in the
    /// log, the date `now` and the author `author`.
    ///
    /// # Errors
    /// As [`Self::with`].
    pub fn with_drafts(
        &self,
        rows: &[NewRevision],
        author: &str,
        now: jiff::Timestamp,
    ) -> Result<Self, ScoutingError> {
        let revisions: Vec<Revision> = (self.seq + 1..)
            .zip(rows)
            .map(|(seq, row)| Revision {
                seq,
                kind: row.kind,
                id: row.id.clone(),
                body: row.body.clone(),
                recorded_at: now,
                recorded_by: author.to_owned(),
                note: row.note.clone(),
                address: None,
            })
            .collect();
        self.with(&revisions)
    }

    /// [`Self::with`], with what the revisions changed.
    pub(super) fn following(
        &self,
        revisions: &[Revision],
    ) -> Result<(Self, Changed), ScoutingError> {
        if let Some(dataset) = revisions.iter().find(|revision| moves_a_dataset(revision)) {
            return Err(ScoutingError::Dataset(format!("`{}` changes", dataset.id)));
        }
        let seq = revisions.last().map_or(self.seq, |revision| revision.seq.max(self.seq));
        let (rows, changed) = self.rows.with(&self.world, revisions)?;
        let world = if changed.kinds.contains(&Kind::Zone) {
            Arc::new(self.world.with_zones(rows.zones()))
        } else {
            Arc::clone(&self.world)
        };
        // A follow-up says nothing of a territory: the profiles stay those of the scene before.
        let same = changed.kinds.iter().all(|&kind| kind == Kind::Decision);
        let profiles = if same { self.profiles_kept() } else { ProfileCache::new() };
        let scene = Self {
            seq,
            world,
            site_actors: self.sites_after(&rows, &changed),
            rows,
            searcher: self.searcher.clone(),
            profiles: Mutex::new(profiles),
        };
        Ok((scene, changed))
    }

    /// The sites of enterprises, those of the changed ones made anew.
    fn sites_after(&self, rows: &Rows, changed: &Changed) -> Vec<Arc<Actor>> {
        if changed.enterprises.is_empty() {
            return self.site_actors.clone();
        }
        let moved = |actor: &Actor| {
            actor.enterprise.as_ref().is_some_and(|id| changed.enterprises.contains(id))
        };
        let mut sites: Vec<Arc<Actor>> =
            self.site_actors.iter().filter(|actor| !moved(actor)).map(Arc::clone).collect();
        for id in &changed.enterprises {
            // Those that are shown: a merged one has its sites under the row that is kept.
            if let Ok(at) = rows.enterprises.binary_search_by(|e| e.id.as_str().cmp(id)) {
                sites.extend(sites_as_actors(&rows.enterprises[at]).into_iter().map(Arc::new));
            }
        }
        sites.sort_by(|a, b| a.id.cmp(&b.id));
        sites
    }

    /// The enterprise with this id.
    #[must_use]
    pub fn enterprise(&self, id: &str) -> Option<(usize, &Arc<Enterprise>)> {
        let at = self.rows.enterprises.binary_search_by(|e| e.id.as_str().cmp(id)).ok()?;
        Some((at, &self.rows.enterprises[at]))
    }

    /// The follow-up of an enterprise in a territory, both by id.
    #[must_use]
    pub fn follow_up(&self, territory: &str, enterprise: &str) -> Option<&Arc<FollowUp>> {
        let id = row_id(territory, enterprise);
        let at = self.rows.follow_ups.binary_search_by(|one| one.id().cmp(&id)).ok()?;
        Some(&self.rows.follow_ups[at])
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

    fn profiles_kept(&self) -> ProfileCache {
        self.profiles.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Drops what was kept to answer faster; answers stay the same.
    pub(super) fn rest(&self) {
        self.profiles.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
    }

    fn kept(&self, key: &ProfileKey) -> Option<Arc<TerritoryProfile>> {
        let kept = self.profiles.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == key).map(|(_, profile)| Arc::clone(profile))
    }
}

/// Whether a revision changes a dataset, on which everything else is read.
pub(super) fn moves_a_dataset(revision: &Revision) -> bool {
    let ends = || revision.id.starts_with(&tombstone_id(Kind::Dataset, ""));
    revision.kind == Kind::Dataset || revision.kind == Kind::Tombstone && ends()
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
