//! The scene brought to the end of the log, one refresh at a time.
//!
//! A refresh reads what was added since the scene, patches the rows and the text index, and
//! shows the new scene. Many may ask for one at once: the first does it, to the end of the
//! log, and the others find it done. A scene never goes back.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OwnedMutexGuard;

use crate::catalogue::revision::{At, Kind, Revision};
use crate::catalogue::store::{Store, within};
use crate::retrieval::IndexedEnterprise;

use super::error::ScoutingError;
use super::following::{Follows, POLL_ALONE};
use super::front::{Scouting, Shown};
use super::loader::{self, in_background};
use super::rows::Changed;
use super::scene::{Scene, moves_a_dataset};

/// Revisions read at once.
const PAGE: u32 = 2_000;
/// Longest silence of the log before a question to it counts as failed.
const SILENCE_MAX: Duration = Duration::from_secs(5);

/// How the following goes.
#[derive(Debug)]
pub(super) struct Pace {
    /// When the scene was last seen to show the whole log.
    caught_up: Instant,
    refreshes: u64,
    spent: Duration,
    follows: Follows,
}

impl Default for Pace {
    fn default() -> Self {
        let refreshes = 0;
        let spent = Duration::ZERO;
        Self { caught_up: Instant::now(), refreshes, spent, follows: Follows::No }
    }
}

/// How far the scene is behind the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Last revision of the log.
    pub log_seq: u64,
    /// State the scene shows.
    pub scene_seq: u64,
    /// For how long, at most, the log has been ahead; zero when it is not.
    pub behind_for: Duration,
    /// How the scene learns of what others write.
    pub follows: Follows,
}

impl Health {
    /// Revisions that the scene does not show yet.
    #[must_use]
    pub fn behind(&self) -> u64 {
        self.log_seq.saturating_sub(self.scene_seq)
    }
}

/// Refreshes since the program started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refreshes {
    /// How many changed the scene.
    pub count: u64,
    /// The time they took in all.
    pub spent: Duration,
}

impl Scouting {
    /// Brings the scene to the end of the log as it is now.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn refresh(&self) -> Result<(), ScoutingError> {
        let asked = Instant::now();
        let last = within(SILENCE_MAX, self.store().last_seq()).await?;
        let shown = self.scene().seq;
        if last < shown {
            // Shown meanwhile by another refresh, unless the log itself is another one.
            let turn = Arc::clone(&self.turn).lock_owned().await;
            self.catch_up(turn).await?;
        } else if last == shown {
            self.caught_up(asked);
        } else {
            self.refresh_to(last).await?;
        }
        Ok(())
    }

    /// Brings the scene to `seq` at least; whoever asks while a refresh is under way waits
    /// for it, and does another one only if that one stopped short.
    ///
    /// # Errors
    /// [`ScoutingError::UnknownSeq`] when the log does not reach it; the log cannot be read.
    pub async fn refresh_to(&self, seq: u64) -> Result<(), ScoutingError> {
        if self.scene().seq >= seq {
            return Ok(());
        }
        let turn = Arc::clone(&self.turn).lock_owned().await;
        if self.scene().seq >= seq {
            return Ok(());
        }
        let last = self.catch_up(turn).await?;
        if last < seq {
            return Err(ScoutingError::UnknownSeq { asked: seq, last });
        }
        Ok(())
    }

    /// Waits until the scene shows `seq`, for at most `at_most`; otherwise gives what it shows.
    ///
    /// A log that does not answer, or does not reach `seq`, is asked again meanwhile.
    ///
    /// # Errors
    /// The `seq` shown when the time is over.
    pub async fn wait_for(&self, seq: u64, at_most: Duration) -> Result<(), u64> {
        let wait = async {
            let mut shown = self.shown.seq.subscribe();
            while self.refresh_to(seq).await.is_err() {
                let moved = shown.wait_for(|&shown| shown >= seq);
                let _ = tokio::time::timeout(POLL_ALONE, moved).await;
            }
        };
        tokio::time::timeout(at_most, wait).await.map_err(|_| self.scene().seq)
    }

    /// How far the scene is behind the log.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn health(&self) -> Result<Health, ScoutingError> {
        let asked = Instant::now();
        let log_seq = within(SILENCE_MAX, self.store().last_seq()).await?;
        let scene_seq = self.scene().seq;
        if scene_seq >= log_seq {
            self.caught_up(asked);
        }
        let pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        let behind_for =
            if scene_seq < log_seq { pace.caught_up.elapsed() } else { Duration::ZERO };
        Ok(Health { log_seq, scene_seq, behind_for, follows: pace.follows })
    }

    /// How the scene learns of what others write.
    #[must_use]
    pub fn follows(&self) -> Follows {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner).follows
    }

    /// Refreshes since the program started.
    #[must_use]
    pub fn refreshes(&self) -> Refreshes {
        let pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        Refreshes { count: pace.refreshes, spent: pace.spent }
    }

    fn caught_up(&self, when: Instant) {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.caught_up = pace.caught_up.max(when);
    }

    pub(super) fn set_follows(&self, follows: Follows) {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner).follows = follows;
    }

    /// Shows the end of the log; gives its `seq`. `turn` is held until the work ends, even
    /// when nobody waits for it any more.
    async fn catch_up(&self, turn: OwnedMutexGuard<()>) -> Result<u64, ScoutingError> {
        let started = Instant::now();
        let before = self.scene();
        let last = within(SILENCE_MAX, self.store().last_seq()).await?;
        if last == before.seq {
            self.caught_up(started);
            return Ok(last);
        }
        let whole = if last < before.seq {
            tracing::warn!(shown = before.seq, last, "the log ends before the scene: read again");
            None
        } else {
            Some(added(self.store(), before.seq).await?)
        };
        let shown = Arc::clone(&self.shown);
        let seq = match whole.filter(|added| !added.iter().any(moves_a_dataset)) {
            Some(added) => {
                in_background(move || {
                    let _turn = turn;
                    patch(&shown, &before, &added)
                })
                .await?
            }
            None => {
                let loaded = loader::load(self.store(), At::Latest, Some(&before.world)).await?;
                in_background(move || {
                    let _turn = turn;
                    let mut index = shown.index.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Err(cause) = loader::follow(&mut index, &loaded) {
                        *index = loader::in_memory(&cause, &loaded)?;
                    }
                    let searcher = index.searcher()?;
                    let scene = Scene::new(loaded.seq, loaded.world, loaded.rows, searcher);
                    shown.show(Arc::new(scene), true);
                    Ok(loaded.seq)
                })
                .await?
            }
        };
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.caught_up = pace.caught_up.max(started);
        pace.refreshes += 1;
        pace.spent += started.elapsed();
        Ok(seq)
    }
}

/// Every revision after `since`.
async fn added(store: &Store, since: u64) -> Result<Vec<Revision>, ScoutingError> {
    let mut added: Vec<Revision> = Vec::new();
    loop {
        let since = added.last().map_or(since, |revision| revision.seq);
        let page = within(SILENCE_MAX, store.changes(since, PAGE)).await?;
        let whole = page.len() == PAGE as usize;
        added.extend(page);
        if !whole {
            return Ok(added);
        }
    }
}

/// Patches the scene and the text index with what was added, and shows them.
fn patch(shown: &Shown, before: &Scene, added: &[Revision]) -> Result<u64, ScoutingError> {
    let (mut scene, changed) = before.following(added)?;
    let mut index = shown.index.lock().unwrap_or_else(PoisonError::into_inner);
    let (rules, taxonomy) = (&scene.world.data.rules.digest, &scene.world.data.taxonomy);
    let Changed { enterprises, .. } = &changed;
    let rows: Vec<(&str, Option<IndexedEnterprise<'_>>)> =
        enterprises.iter().map(|id| (id.as_str(), scene.rows.indexed(id))).collect();
    let alive: Vec<IndexedEnterprise<'_>> = rows.iter().filter_map(|(_, row)| *row).collect();
    let gone: Vec<&str> = rows.iter().filter(|(_, row)| row.is_none()).map(|(id, _)| *id).collect();
    let applied = index.apply(&alive, &gone, scene.seq, rules, taxonomy);
    let all = || scene.rows.all_indexed();
    match applied {
        Ok(true) => {}
        Ok(false) => index.replace(&all(), scene.seq, rules, taxonomy)?,
        Err(cause) => {
            *index = loader::refilled(&cause, &all(), scene.seq, &scene.world)?;
        }
    }
    if !enterprises.is_empty() {
        scene.searcher = index.searcher()?;
    }
    drop(index);
    // What ends may have to be forgotten: no state that shows it is kept.
    let ends = added.iter().any(|revision| revision.kind == Kind::Tombstone);
    let seq = scene.seq;
    shown.show(Arc::new(scene), ends);
    Ok(seq)
}
