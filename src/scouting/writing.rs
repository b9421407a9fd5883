//! Every write goes this way: may you, does it still stand, into the log, into the scene.
//!
//! One file per thing written decides what its rows are (`submissions`, `field`,
//! `decisions`…) and gives a [`Draft`]; [`Scouting::write`] signs it, adds it to the log in
//! one transaction and brings the scene there before it answers, so that a writer always
//! reads what it wrote.

use std::ops::Range;
use std::sync::Arc;

use crate::access::{Action, Identity};
use crate::catalogue::revision::{At, Kind, NewRevision, Revision};
use crate::catalogue::store::{Appended, Expected, Idempotent, Signed};

use super::error::ScoutingError;
use super::front::Scouting;
use super::scene::Scene;

/// What the writer knows of the row that it replaces (RFC 9110, §13.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Condition {
    /// It does not say.
    #[default]
    None,
    /// The row is as it was at this revision.
    Match(u64),
    /// The row is alive.
    Exists,
    /// The row is not alive.
    Absent,
}

/// What a door gives besides the thing written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manner {
    /// What must still be true.
    pub condition: Condition,
    /// The same write may come twice.
    pub idempotent: Option<Idempotent>,
    /// Why, in the writer's words: the note of the revision.
    pub reason: Option<String>,
}

/// Rows ready for the log.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The rows, in order.
    pub rows: Vec<NewRevision>,
    /// What must still be true of rows when they enter.
    pub expected: Vec<Expected>,
    /// The same write may come twice.
    pub idempotent: Option<Idempotent>,
}

/// A write that was acknowledged.
#[derive(Debug, Clone)]
pub struct Written {
    /// Revisions given, in the order of the draft.
    pub range: Range<u64>,
    /// What was written, as the log holds it.
    pub revisions: Vec<Revision>,
    /// The same write was acknowledged before: nothing was added now.
    pub replayed: bool,
    /// The scene that shows it.
    pub scene: Arc<Scene>,
}

impl Written {
    /// The last revision written: the state of the row, and its ETag.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.range.end.saturating_sub(1)
    }
}

/// Refuses what `who` may not do, or not there.
///
/// # Errors
/// [`ScoutingError::Unauthenticated`] without a key, [`ScoutingError::Forbidden`] when the
/// role or the territories of the key do not allow it.
pub fn authorise(
    who: &Identity,
    action: Action,
    scene: &Scene,
    territory: Option<&str>,
) -> Result<(), ScoutingError> {
    if !who.may(action) {
        return Err(match who.role() {
            None => ScoutingError::Unauthenticated { action },
            Some(role) => ScoutingError::Forbidden { action, role, territory: None },
        });
    }
    match (territory, who.role()) {
        (Some(territory), Some(role)) if !who.reaches(&scene.world.data.atlas, territory) => {
            let territory = Some(territory.to_owned());
            Err(ScoutingError::Forbidden { action, role, territory })
        }
        _ => Ok(()),
    }
}

impl Scouting {
    /// What must be true of the row (`kind`, `id`) for `condition` to hold.
    ///
    /// # Errors
    /// [`ScoutingError::Catalogue`] with a conflict at once when a row that must be alive is not.
    pub async fn expected(
        &self,
        condition: Condition,
        kind: Kind,
        id: &str,
    ) -> Result<Vec<Expected>, ScoutingError> {
        let row = |seq| Expected { kind, id: id.to_owned(), seq };
        Ok(match condition {
            Condition::None => Vec::new(),
            Condition::Match(seq) => vec![row(Some(seq))],
            Condition::Absent => vec![row(None)],
            Condition::Exists => {
                let last = self.store().history(kind, id).await?.pop();
                match last.filter(|revision| revision.kind == kind) {
                    Some(revision) => vec![row(Some(revision.seq))],
                    // 0 is no revision: the conflict says that there is none.
                    None => vec![row(Some(0))],
                }
            }
        })
    }

    /// Writes a draft, signed by `who`, and shows it.
    ///
    /// The caller has called [`authorise`]. When this returns, the rows survive `kill -9`
    /// and [`Written::scene`] (the present one, or a later one) shows them.
    ///
    /// # Errors
    /// [`ScoutingError::Catalogue`]: a row moved, a key of idempotency served for something
    /// else, or the log refuses; nothing is then written.
    pub async fn write(&self, who: &Identity, draft: Draft) -> Result<Written, ScoutingError> {
        let signed = Signed {
            author: who.author(),
            address: who.address.as_deref(),
            now: jiff::Timestamp::now(),
        };
        let appended = self
            .store()
            .append_checked(&draft.rows, &signed, &draft.expected, draft.idempotent.as_ref())
            .await?;
        let (range, replayed) = match appended {
            Appended::Written(range) => (range, false),
            Appended::Replayed(range) => (range, true),
        };
        let count = u32::try_from(range.end - range.start).unwrap_or(u32::MAX);
        let revisions = self.store().changes(range.start.saturating_sub(1), count).await?;
        self.refresh_to(range.end.saturating_sub(1)).await?;
        Ok(Written { range, revisions, replayed, scene: self.scene() })
    }

    /// The latest revision of a row that is alive at `at`, where there is one.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn row(
        &self,
        at: At,
        kind: Kind,
        id: &str,
    ) -> Result<Option<Revision>, ScoutingError> {
        let until = self.store().seq_at(at).await?;
        let history = self.store().history(kind, id).await?;
        let last = history.into_iter().rfind(|revision| revision.seq <= until);
        Ok(last.filter(|revision| revision.kind == kind && !revision.is_erased()))
    }
}
