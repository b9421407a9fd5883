//! What every request shares: the use cases, the counters, the places at the heavy work.

use std::sync::Arc;

use axum_extra::extract::cookie::Key;
use tokio::sync::Semaphore;

use crate::access::Keyring;
use crate::scouting::Scouting;
use crate::scouting::scene::Scene;

use super::error::DoorError;
use super::limits::Limiter;
use super::metrics::Metrics;
use super::pages::signing_key;
use super::settings::Settings;

/// Shared by every request; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub scouting: Arc<Scouting>,
    /// Requests counted by path and status.
    pub metrics: Arc<Metrics>,
    /// The keys.
    pub keyring: Arc<Keyring>,
    /// How the door is kept.
    pub settings: Arc<Settings>,
    /// What each key and address asked lately.
    pub limiter: Arc<Limiter>,
    /// Signs the cookies of pages.
    pub cookies: Key,
    heavy: Arc<Semaphore>,
}

impl AppState {
    /// The state of one server on a loopback address.
    #[must_use]
    pub fn new(scouting: Arc<Scouting>) -> Self {
        Self::with(scouting, Settings::loopback())
    }

    /// The state of one server, its door kept as `settings` say.
    #[must_use]
    pub fn with(scouting: Arc<Scouting>, settings: Settings) -> Self {
        // Rankings already use every core: more than two at once only share them.
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            scouting,
            metrics: Arc::new(Metrics::default()),
            keyring: Arc::new(Keyring::default()),
            limiter: Arc::new(Limiter::new(&settings.limits)),
            // Until the service is given its secret: random, never a default.
            cookies: Key::generate(),
            settings: Arc::new(settings),
            heavy: Arc::new(Semaphore::new(cores.max(2))),
        }
    }

    /// The same, its cookies signed with the secret of the service (32 bytes or more):
    /// servers that share it share their sessions.
    #[must_use]
    pub fn signed_with(mut self, secret: &[u8]) -> Self {
        self.cookies = signing_key(secret);
        self
    }

    /// The scene at `seq`, the present one when none is asked.
    ///
    /// # Errors
    /// When the log holds no such state, or fails.
    pub async fn scene(&self, seq: Option<u64>) -> Result<Arc<Scene>, DoorError> {
        let scene = match seq {
            None => self.scouting.scene(),
            Some(seq) => self.scouting.scene_at(Some(seq)).await?,
        };
        super::seq::note(scene.seq);
        Ok(scene)
    }

    /// Runs long work away from the threads that answer the network.
    ///
    /// A request that is given up (timeout) lets its work end and keeps its place until
    /// then, so that abandoned work never piles up.
    ///
    /// # Errors
    /// Those of `work`; [`DoorError::Internal`] if it panics.
    pub async fn heavy<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, DoorError> + Send + 'static,
    ) -> Result<T, DoorError> {
        let place = Arc::clone(&self.heavy)
            .acquire_owned()
            .await
            .map_err(|_| DoorError::internal("the heavy work is closed"))?;
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        done.await.map_err(DoorError::internal)?
    }
}
