//! What people say of the field: observations, confirmations, corrections of annotations.
//!
//! One file per thing said. Each reads a body (what it does not know is refused with the
//! nearest), checks who may say it and where, gives it an id of its own and writes one
//! revision. Nothing is erased: a correction is a revision more, and what is withdrawn ends
//! with a tombstone and its reason, so that the log tells both.
//!
//! Only organisations are named: a text that holds an address, a telephone number or a
//! named person is refused.

pub mod annotations;
pub mod confirmations;
pub mod observations;
pub(super) mod reading;
pub mod standing;

use std::sync::Arc;

use serde_json::Value;

use crate::access::{Action, Identity};
use crate::catalogue::CatalogueError;
use crate::catalogue::revision::{At, Kind, NewRevision, Revision};

use super::body::bad;
use super::error::ScoutingError;
use super::front::Scouting;
use super::scene::Scene;
use super::writing::{Condition, Draft, Manner, Written, authorise};

/// What was said, as the log holds it.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The latest revision of the row: its state and its ETag.
    pub revision: Revision,
    /// Whether this write added it; the same may have been said before.
    pub added: bool,
    /// A scene that shows it.
    pub scene: Arc<Scene>,
}

/// A row that ended.
#[derive(Debug, Clone)]
pub struct Withdrawn {
    /// The id of the row.
    pub id: String,
    /// The revision that ended it.
    pub revision: Revision,
}

/// The rows of one kind that are alive in `scene`, sorted by id.
///
/// # Errors
/// The log cannot be read.
pub async fn revisions(
    scouting: &Scouting,
    scene: &Scene,
    kind: Kind,
) -> Result<Vec<Revision>, ScoutingError> {
    Ok(scouting.store().state_at(At::Seq(scene.seq), &[kind]).await?)
}

/// The organisation that a writer stands for: the label of its key.
///
/// # Errors
/// The log cannot be read.
pub(in crate::scouting) async fn label(
    scouting: &Scouting,
    who: &Identity,
) -> Result<Option<String>, ScoutingError> {
    let Some(row) = scouting.row(At::Latest, Kind::Key, who.author()).await? else {
        return Ok(None);
    };
    let label = row.json()?.get("label").and_then(Value::as_str).map(str::to_owned);
    Ok(label.filter(|label| !label.trim().is_empty()))
}

/// Ends the row (`kind`, `id`) that speaks of `territory`.
///
/// # Errors
/// Those of rights; [`ScoutingError::UnknownRow`] when it is not alive;
/// [`ScoutingError::BadRecord`] without a reason; a conflict when it moved.
pub(super) async fn withdraw(
    scouting: &Scouting,
    who: &Identity,
    (action, territory): (Action, Option<&str>),
    (kind, id): (Kind, &str),
    manner: Manner,
) -> Result<Withdrawn, ScoutingError> {
    authorise(who, action, &scouting.scene(), territory)?;
    let Some(reason) = manner.reason.filter(|reason| !reason.is_empty()) else {
        return Err(bad(
            "reason",
            "dites pourquoi cela est retiré ; le motif reste dans l’historique",
            "say why it is withdrawn; the reason stays in the history",
        ));
    };
    reading::refuse_personal("reason", &reason)?;
    let unknown =
        || ScoutingError::UnknownRow { kind, asked: id.to_owned(), suggestions: Vec::new() };
    let alive = scouting.row(At::Latest, kind, id).await?.is_some();
    if !alive && manner.idempotent.is_none() {
        return Err(unknown());
    }
    let condition = match manner.condition {
        Condition::None => Condition::Exists,
        said => said,
    };
    let draft = Draft {
        rows: vec![NewRevision::tombstone(kind, id).because(reason)],
        expected: scouting.expected(condition, kind, id).await?,
        idempotent: manner.idempotent,
    };
    match scouting.write(who, draft).await {
        Ok(written) => Ok(Withdrawn { id: id.to_owned(), revision: only(written).0 }),
        // It ended before, and not by this same request.
        Err(error) if is_conflict(&error) && !alive => Err(unknown()),
        Err(error) => Err(error),
    }
}

/// The one revision of a write, and the scene that shows it.
pub(super) fn only(written: Written) -> (Revision, Arc<Scene>) {
    let Written { mut revisions, scene, .. } = written;
    (revisions.pop().expect("a draft of one row gives one revision"), scene)
}

fn is_conflict(error: &ScoutingError) -> bool {
    matches!(error, ScoutingError::Catalogue(CatalogueError::Conflict { .. }))
}
