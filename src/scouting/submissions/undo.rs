//! Undoing: the version before the last one stands again, as a new version.
//!
//! Nothing is erased. Undoing twice brings back what was undone; undoing the first version
//! withdraws it, and undoing that brings it back.

use jiff::civil::Date;

use crate::access::Identity;
use crate::catalogue::revision::{At, Kind, NewRevision};
use crate::catalogue::store::Expected;
use crate::domain::lang::Lang;
use crate::domain::priority::submission_row;
use crate::scouting::error::ScoutingError;
use crate::scouting::front::Scouting;
use crate::scouting::writing::{Draft, Manner};

use super::Place;
use super::standing::{self, Standing};

/// What stands after an undo.
#[derive(Debug, Clone)]
pub struct Undone {
    /// What applies now.
    pub standing: Standing,
    /// The revision that the undo wrote: the state of the row.
    pub written: u64,
    /// The revision undone.
    pub undone: u64,
    /// The revision whose content stands again; none when everything is withdrawn.
    pub restored: Option<u64>,
}

/// Undoes the last version of what the territory asked submitted.
///
/// # Errors
/// Those of rights; [`ScoutingError::NothingToUndo`]; a conflict when the row moved
/// meanwhile, or when the condition of `manner` does not hold.
pub async fn undo(
    scouting: &Scouting,
    who: &Identity,
    asked: &str,
    manner: &Manner,
    today: Date,
    lang: Lang,
) -> Result<Undone, ScoutingError> {
    let place = Place::find(scouting, who, asked)?;
    let id = submission_row(&place.territory.id);
    let mut history = scouting.store().history(Kind::Priority, &id).await?;
    let Some(last) = history.pop() else {
        return Err(ScoutingError::NothingToUndo { territory: place.territory.id });
    };
    let before = history.pop().filter(|revision| revision.kind == Kind::Priority);
    let restored = before.as_ref().map(|revision| revision.seq);
    let mut row = match before {
        Some(before) => {
            NewRevision { kind: Kind::Priority, id: id.clone(), body: before.body, note: None }
        }
        None => NewRevision::tombstone(Kind::Priority, &id),
    };
    let said = manner.reason.clone();
    row.note = Some(said.unwrap_or_else(|| format!("annulation de la révision {}", last.seq)));
    let mut expected = scouting.expected(manner.condition, Kind::Priority, &id).await?;
    // Only what was read is undone, never what somebody wrote meanwhile.
    expected.push(Expected { kind: Kind::Priority, id: id.clone(), seq: Some(last.seq) });
    let idempotent = manner.idempotent.clone();
    let written = scouting.write(who, Draft { rows: vec![row], expected, idempotent }).await?;
    let scene = &written.scene;
    let row = scouting.row(At::Seq(scene.seq), Kind::Priority, &id).await?;
    let standing = standing::of(scene, &place.territory, row.as_ref(), today, lang)?;
    Ok(Undone { standing, written: written.seq(), undone: last.seq, restored })
}
