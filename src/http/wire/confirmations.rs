//! Confirmations: what a person knows of an enterprise in a territory.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::lang::Lang;
use crate::http::csv::{Rows, or_empty};
use crate::matching::confirmable::Reader;
use crate::scouting::field::confirmations::Confirmed;
use crate::scouting::scene::Scene;

use super::common::SourceWire;

/// `GET /territories/{id}/confirmations`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmationsWire {
    /// State of the log.
    pub seq: u64,
    /// Id of the territory.
    pub territory: String,
    /// How many there are.
    pub total: usize,
    /// By enterprise, item and actor.
    pub confirmations: Vec<ConfirmationWire>,
}

/// One confirmation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConfirmationWire {
    /// `<territory>/<enterprise>/<item>[/<actor>]`: said again, the later one wins.
    pub id: String,
    /// Id of the territory.
    pub territory: String,
    /// The enterprise.
    pub enterprise: PartyWire,
    /// The local actor it speaks of.
    pub actor: Option<PartyWire>,
    /// Gate, item of a criterion, condition…
    pub item: String,
    /// `met`, `unmet`, `unknown` or `lifted`.
    pub state: String,
    /// The words.
    pub note: Option<String>,
    /// The organisation that says so.
    pub by: Option<String>,
    /// Where it is said.
    pub source: SourceWire,
    /// When it was said.
    pub date: String,
    /// What reads it.
    pub read_by: Vec<ReaderWire>,
    /// Its latest revision: also the ETag.
    pub seq: u64,
    /// When that revision was written.
    pub recorded_at: String,
    /// By whom.
    pub recorded_by: String,
    /// Why, where it was said.
    pub reason: Option<String>,
}

/// An enterprise or an actor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PartyWire {
    /// Its id.
    pub id: String,
    /// Its name; null when it is no longer known.
    pub name: Option<String>,
}

/// A gate, or an item of a criterion.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReaderWire {
    /// The gate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<&'static str>,
    /// The criterion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub criterion: Option<&'static str>,
    /// Its item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<&'static str>,
    /// The gate or the criterion in words.
    pub label: String,
}

impl Rows for ConfirmationsWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "enterprise",
            "enterprise_name",
            "item",
            "state",
            "actor",
            "actor_name",
            "note",
            "by",
            "source",
            "date",
            "seq",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |one: &ConfirmationWire| {
            let actor = one.actor.as_ref();
            vec![
                one.enterprise.id.clone(),
                or_empty(one.enterprise.name.as_ref()),
                one.item.clone(),
                one.state.clone(),
                or_empty(actor.map(|actor| &actor.id)),
                or_empty(actor.and_then(|actor| actor.name.as_ref())),
                or_empty(one.note.as_ref()),
                or_empty(one.by.as_ref()),
                one.source.source.clone(),
                one.date.clone(),
                one.seq.to_string(),
            ]
        };
        self.confirmations.iter().map(row).collect()
    }
}

impl ConfirmationWire {
    /// A row in `lang`.
    #[must_use]
    pub fn new(scene: &Scene, confirmed: &Confirmed, lang: Lang) -> Self {
        let said = &confirmed.record.confirmation;
        let enterprise = scene.enterprise(&said.enterprise).map(|(_, known)| known.name.clone());
        let named = |id: &String| {
            let mut all = scene.rows.actors.iter().chain(&scene.site_actors);
            let name = all.find(|actor| actor.id == *id).map(|actor| actor.name.clone());
            PartyWire { id: id.clone(), name }
        };
        let word = |key: String| {
            let word = scene.world.data.templates.get(&key, lang);
            word.map_or(key.clone(), str::to_owned)
        };
        let reader = |reader: &Reader| match *reader {
            Reader::Gate(gate) => ReaderWire {
                gate: Some(gate),
                criterion: None,
                item: None,
                label: word(format!("gate.{gate}")),
            },
            Reader::Item(criterion, item) => ReaderWire {
                gate: None,
                criterion: Some(criterion.as_str()),
                item: Some(item),
                label: word(format!("criterion.{}", criterion.as_str())),
            },
        };
        Self {
            id: confirmed.record.id.clone(),
            territory: confirmed.record.territory.clone(),
            enterprise: PartyWire { id: said.enterprise.clone(), name: enterprise },
            actor: said.actor.as_ref().map(named),
            item: said.item.clone(),
            state: said.state.clone(),
            note: said.note.clone(),
            by: said.by.clone(),
            source: SourceWire::from(&said.source),
            date: said.date.to_string(),
            read_by: confirmed.item.readers.iter().map(reader).collect(),
            seq: confirmed.revision.seq,
            recorded_at: confirmed.revision.recorded_at.to_string(),
            recorded_by: confirmed.revision.recorded_by.clone(),
            reason: confirmed.revision.note.clone(),
        }
    }
}
