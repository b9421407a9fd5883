//! A task that looks out for what other servers and other programs write.
//!
//! It is told of additions where the database can tell (PostgreSQL), and looks by itself
//! every [`POLL_ALONE`] where it cannot, or every [`POLL_TOLD`] besides: nothing rests on a
//! notification that was lost. A log that goes away is told once, and once when it is back.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::front::Scouting;

/// How often the log is looked at when nobody tells of additions.
pub const POLL_ALONE: Duration = Duration::from_millis(250);
/// How often it is looked at although additions are told.
pub const POLL_TOLD: Duration = Duration::from_millis(500);
/// Longest wait between two looks at a log that fails.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// How the scene learns of what others write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Follows {
    /// It does not: only what this program writes is shown.
    #[default]
    No,
    /// The log is looked at again and again.
    Polling,
    /// The database tells of additions, and the log is looked at besides.
    Notified,
}

impl Follows {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::No => "none",
            Self::Polling => "polling",
            Self::Notified => "notify",
        }
    }
}

/// The tasks that keep a scene up to date with what others write; dropped, they stop.
#[derive(Debug)]
pub struct Following {
    tasks: [JoinHandle<()>; 2],
}

impl Following {
    /// Starts following the log.
    #[must_use]
    pub fn start(scouting: &Arc<Scouting>) -> Self {
        scouting.set_follows(Follows::Polling);
        let told = Arc::new(Notify::new());
        let ears = tokio::spawn(listen(Arc::clone(scouting), Arc::clone(&told)));
        let eyes = tokio::spawn(look(Arc::clone(scouting), told));
        Self { tasks: [ears, eyes] }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Looks at the log each time it is told to, and from time to time.
async fn look(scouting: Arc<Scouting>, told: Arc<Notify>) {
    let mut failed = 0_u32;
    loop {
        if let Err(cause) = scouting.refresh().await {
            if failed == 0 {
                tracing::error!(?cause, "the log cannot be followed; trying again");
            }
            failed = failed.saturating_add(1);
            tokio::time::sleep(backoff(failed)).await;
            continue;
        }
        if failed > 0 {
            tracing::info!(tries = failed, "the log is followed again");
            failed = 0;
        }
        let every = match scouting.follows() {
            Follows::Notified => POLL_TOLD,
            _ => POLL_ALONE,
        };
        let _ = tokio::time::timeout(every, told.notified()).await;
    }
}

/// Listens to the database, where it tells, and wakes whoever looks.
async fn listen(scouting: Arc<Scouting>, told: Arc<Notify>) {
    let mut failed = 0_u32;
    loop {
        match scouting.store().listener().await {
            Ok(None) => return,
            Ok(Some(mut listener)) => {
                tracing::info!("additions to the log are told by the database");
                scouting.set_follows(Follows::Notified);
                failed = 0;
                // What was added before it listened.
                told.notify_one();
                while let Ok(true) = listener.heard().await {
                    told.notify_one();
                }
                scouting.set_follows(Follows::Polling);
                tracing::warn!("additions to the log are no longer told: looking for them");
            }
            // The one that looks says that the log does not answer.
            Err(_) => failed = failed.saturating_add(1),
        }
        tokio::time::sleep(backoff(failed)).await;
    }
}

/// 0.1 s, then twice as long each time, up to [`WAIT_MAX`].
fn backoff(failed: u32) -> Duration {
    (Duration::from_millis(50) * 2_u32.saturating_pow(failed.clamp(1, 16))).min(WAIT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_fails_is_tried_again_soon_then_less_often() {
        let waits: Vec<u128> = (0..8).map(|failed| backoff(failed).as_millis()).collect();
        assert_eq!(waits, [100, 100, 200, 400, 800, 1600, 2000, 2000]);
        assert_eq!(backoff(u32::MAX), WAIT_MAX);
    }
}
