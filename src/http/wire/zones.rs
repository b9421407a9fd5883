//! Zones, as those who draw them see them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::revision::Revision;
use crate::scouting::scene::Scene;

use super::territory::{NamedWire, inhabitants};

/// A zone that was drawn.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ZoneWire {
    /// `zone-<slug>`: usable at once wherever a territory is asked.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its communes, by code.
    pub communes: Vec<NamedWire>,
    /// Its inhabitants.
    pub population: u64,
    /// Its latest revision: also the ETag.
    pub seq: u64,
    /// When that revision was written.
    pub recorded_at: String,
    /// By whom.
    pub recorded_by: String,
    /// Why, where it was said.
    pub reason: Option<String>,
}

impl ZoneWire {
    /// The zone of a revision that `scene` shows; `None` when it does not.
    #[must_use]
    pub fn new(scene: &Scene, revision: &Revision) -> Option<Self> {
        let atlas = &scene.world.data.atlas;
        let zone = atlas.territory(&revision.id)?;
        let commune = |&at: &u32| {
            let commune = atlas.at(at);
            NamedWire { id: format!("com-{}", commune.insee), name: commune.name.clone() }
        };
        Some(Self {
            communes: zone.communes.iter().map(commune).collect(),
            population: inhabitants(zone.population),
            id: zone.id,
            name: zone.name,
            seq: revision.seq,
            recorded_at: revision.recorded_at.to_string(),
            recorded_by: revision.recorded_by.clone(),
            reason: revision.note.clone(),
        })
    }
}
