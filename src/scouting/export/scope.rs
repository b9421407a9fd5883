//! Which rows concern a territory.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::catalogue::revision::{At, Kind};
use crate::domain::territory::Territory;
use crate::scouting::error::ScoutingError;
use crate::scouting::front::Scouting;
use crate::scouting::scene::Scene;

use super::resolved;

/// A territory, and the organisations in it.
#[derive(Debug)]
pub(super) struct Scope {
    scene: Arc<Scene>,
    territory: Territory,
    /// Ids of the enterprises and of the actors in it.
    organisations: BTreeSet<String>,
}

impl Scope {
    /// Reads which organisations are in `territory`.
    pub(super) async fn read(
        scouting: &Scouting,
        scene: &Arc<Scene>,
        territory: &Territory,
    ) -> Result<Self, ScoutingError> {
        let mut scope = Self {
            scene: Arc::clone(scene),
            territory: territory.clone(),
            organisations: BTreeSet::new(),
        };
        let at = At::Seq(scene.seq);
        for revision in scouting.store().state_at(at, &[Kind::Enterprise, Kind::Actor]).await? {
            let Value::Object(body) = revision.json()? else { continue };
            if scope.holds(revision.kind, &revision.id, &body) {
                scope.organisations.insert(revision.id);
            }
        }
        Ok(scope)
    }

    /// The territory.
    pub(super) fn territory(&self) -> &Territory {
        &self.territory
    }

    /// Whether a row concerns the territory: an enterprise by its home or one of its sites,
    /// an actor by its commune, a zone by all its communes, a row about a territory when
    /// that one lies in it, a correction or a merge when it names an organisation of it.
    pub(super) fn holds(&self, kind: Kind, id: &str, body: &Map<String, Value>) -> bool {
        match kind {
            Kind::Enterprise => {
                let home = body.get("home").and_then(Value::as_object);
                let sites = body.get("sites").and_then(Value::as_array);
                let sites = sites.into_iter().flatten().filter_map(Value::as_object);
                home.into_iter().chain(sites).any(|place| self.is_in(place))
            }
            Kind::Actor => self.is_in(body),
            Kind::Zone => self.lies_in(id),
            Kind::Annotation | Kind::Merge => self.names_one(&Value::Object(body.clone())),
            _ => body.get("territory").and_then(Value::as_str).is_some_and(|id| self.lies_in(id)),
        }
    }

    fn is_in(&self, place: &Map<String, Value>) -> bool {
        let insee = resolved(&self.scene, place).insee;
        let at = insee.and_then(|insee| self.scene.world.data.atlas.commune(&insee));
        at.is_some_and(|at| self.territory.communes.binary_search(&at).is_ok())
    }

    fn lies_in(&self, id: &str) -> bool {
        if id == self.territory.id {
            return true;
        }
        let inner = self.scene.world.data.atlas.territory(id);
        inner.is_some_and(|inner| {
            !inner.communes.is_empty()
                && inner.communes.iter().all(|at| self.territory.communes.binary_search(at).is_ok())
        })
    }

    fn names_one(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.organisations.contains(text),
            Value::Array(items) => items.iter().any(|item| self.names_one(item)),
            Value::Object(map) => map.values().any(|value| self.names_one(value)),
            _ => false,
        }
    }
}
