//! Priorities submitted by partners: one row per territory, of dated periods.
//!
//! A submission takes the place of the period of the same start, or adds one; the others
//! stay. What it changes can be seen before ([`preview`]), what it changed after
//! ([`history`]), and it can be undone ([`undo`]). A commune follows its métropole unless it
//! says otherwise ([`applies`], [`standing`]).

pub mod applies;
mod body;
mod cells;
mod contexts;
pub mod history;
pub mod moves;
pub mod preview;
pub mod spreadsheet;
pub mod standing;
pub mod undo;
mod wishes;
mod words;

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::Value;

use crate::access::{Action, Identity};
use crate::catalogue::CatalogueError;
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::submission::{self, Submission, with_period};
use crate::catalogue::revision::{At, Kind, NewRevision, Revision, canonical};
use crate::catalogue::store::Expected;
use crate::domain::lang::Lang;
use crate::domain::priority::submission_row;
use crate::domain::territory::Territory;

use super::ask::TerritoryAsked;
use super::candidates;
use super::error::ScoutingError;
use super::faults::{Fault, FaultKind};
use super::front::Scouting;
use super::scene::Scene;
use super::writing::{Condition, Draft, Manner, authorise};

use body::Deposit;
pub(in crate::scouting) use cells::place;
use standing::Standing;

/// How often a submission that crosses another one is tried: each time it is put into the
/// row as the other left it.
const ATTEMPTS: usize = 8;

/// A territory that `who` may submit for, and the scene that knows it.
pub(super) struct Place {
    /// The scene asked when the question came.
    pub scene: Arc<Scene>,
    /// The territory.
    pub territory: Territory,
}

impl Place {
    /// Whether `who` may submit somewhere, then which territory is meant, then whether
    /// there.
    pub(super) fn find(
        scouting: &Scouting,
        who: &Identity,
        asked: &str,
    ) -> Result<Self, ScoutingError> {
        let scene = scouting.scene();
        authorise(who, Action::Submit, &scene, None)?;
        let territory = candidates::territory(&scene, &TerritoryAsked::Named(asked.to_owned()))?;
        authorise(who, Action::Submit, &scene, Some(&territory.id))?;
        Ok(Self { scene, territory })
    }
}

/// Submits `body` for the territory asked.
///
/// Without a start, it begins `today`, or when the same period already in force began. A
/// body that says what already stands writes nothing.
///
/// # Errors
/// [`ScoutingError::Unauthenticated`], [`ScoutingError::Forbidden`], an unknown territory,
/// [`ScoutingError::Faults`] with every fault of the body, and a conflict when the condition
/// of `manner` does not hold.
pub async fn submit(
    scouting: &Scouting,
    who: &Identity,
    asked: &str,
    body: &Value,
    manner: &Manner,
    today: Date,
    lang: Lang,
) -> Result<Standing, ScoutingError> {
    let place = Place::find(scouting, who, asked)?;
    let taxonomy = &place.scene.world.data.taxonomy;
    let deposit = body::read(taxonomy, body).map_err(ScoutingError::Faults)?;
    let id = submission_row(&place.territory.id);
    let mut attempt = 1;
    loop {
        let row = scouting.row(At::Latest, Kind::Priority, &id).await?;
        let said = row.as_ref().map(Revision::json).transpose()?;
        let body = row_with(&place.territory.id, said.as_ref(), &deposit, today)?;
        let kept = row.as_ref().is_some_and(|row| row.body == canonical(&body));
        let mut expected = scouting.expected(manner.condition, Kind::Priority, &id).await?;
        // Whoever wrote since then is not forgotten: their periods are read again.
        expected.push(Expected {
            kind: Kind::Priority,
            id: id.clone(),
            seq: row.as_ref().map(|row| row.seq),
        });
        let (rows, idempotent) = match kept && manner.idempotent.is_none() {
            true => (Vec::new(), None),
            false => (vec![revision(&id, &body, manner)], manner.idempotent.clone()),
        };
        match scouting.write(who, Draft { rows, expected, idempotent }).await {
            Ok(written) => {
                let scene = written.scene;
                let row = scouting.row(At::Seq(scene.seq), Kind::Priority, &id).await?;
                return standing::of(&scene, &place.territory, row.as_ref(), today, lang);
            }
            Err(ScoutingError::Catalogue(CatalogueError::Conflict { .. }))
                if attempt < ATTEMPTS && manner.condition == Condition::None =>
            {
                attempt += 1;
            }
            Err(other) => return Err(other),
        }
    }
}

fn revision(id: &str, body: &Value, manner: &Manner) -> NewRevision {
    let mut revision = NewRevision::new(Kind::Priority, id, body);
    revision.note.clone_from(&manner.reason);
    revision
}

/// The row of a territory as it would be with `deposit`.
fn row_with(
    territory: &str,
    row: Option<&Value>,
    deposit: &Deposit,
    today: Date,
) -> Result<Value, ScoutingError> {
    let start = deposit.start_in(row, today);
    if let Some(end) = deposit.end.filter(|end| *end < start) {
        let problem = RecordProblem::new(
            "end",
            end,
            (
                &format!("la fin précède le début, qui serait aujourd’hui ({start})"),
                &format!("the end comes before the start, which would be today ({start})"),
            ),
            ("donnez aussi `start`", "give `start` too"),
        );
        return Err(ScoutingError::Faults(vec![Fault::new(FaultKind::BadDate, problem)]));
    }
    Ok(with_period(territory, row, deposit.period_from(start)))
}

/// What a revision of a row of submissions says; a row that cannot be read says nothing.
fn submission_of(scene: &Scene, row: &Revision) -> Result<Submission, ScoutingError> {
    let read = submission::read(&row.json()?, &scene.world.data.taxonomy);
    Ok(read.map(|read| read.value).unwrap_or_else(|problem| {
        tracing::warn!(seq = row.seq, id = %row.id, %problem, "a row cannot be read");
        Submission { territory: String::new(), periods: Vec::new() }
    }))
}
