//! The front: one catalogue, the scene of its present, and a few of its past.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::catalogue::revision::At;
use crate::catalogue::seed;
use crate::catalogue::store::{Store, StoreAddress};
use crate::retrieval::Index;

use super::demand::Counter;
use super::error::ScoutingError;
use super::loader;
use super::refreshing::Pace;
use super::scene::Scene;

/// Scenes of the past read whole and kept, at most (design §2).
const PAST_SCENES_KEPT: usize = 2;
/// Scenes that were the present and are kept, at most: they share nearly all their rows, and
/// a page asked after a write is then answered from the state of the page before.
const RECENT_SCENES_KEPT: usize = 16;

/// Where the catalogue is.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// Data directory: the embedded log, the dataset contents, the text index.
    pub data: PathBuf,
    /// `postgres://…` when several servers share a catalogue.
    pub database: Option<String>,
}

impl OpenOptions {
    /// Opens the log alone, with the embedded seed in it when it was empty: what needs no
    /// scene answers at once.
    ///
    /// # Errors
    /// The log cannot be opened or written.
    pub async fn open_log(&self) -> Result<Store, ScoutingError> {
        let address = match &self.database {
            Some(url) => StoreAddress::parse(url),
            None => StoreAddress::Sqlite(self.data.join("catalogue.sqlite")),
        };
        let store = Store::open(&address).await?;
        if store.last_seq().await? == 0 {
            tracing::info!("empty catalogue: loading the embedded seed");
            seed::load_seed(&store, jiff::Timestamp::now()).await?;
        }
        Ok(store)
    }
}

/// One catalogue, open.
#[derive(Debug)]
pub struct Scouting {
    store: Store,
    pub(super) shown: Arc<Shown>,
    /// Held by the one refresh under way.
    pub(super) turn: Arc<tokio::sync::Mutex<()>>,
    pub(super) pace: Mutex<Pace>,
    demand: Counter,
}

/// The scenes shown; what a refresh changes, away from the threads that answer.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) index: Mutex<Index>,
    present: RwLock<Arc<Scene>>,
    past: Mutex<Past>,
    /// The `seq` of the present, for those that wait for one.
    pub(super) seq: tokio::sync::watch::Sender<u64>,
}

/// Scenes of the past, oldest first.
#[derive(Debug, Default)]
struct Past {
    whole: Vec<Arc<Scene>>,
    recent: Vec<Arc<Scene>>,
}

impl Shown {
    /// The scene of the present.
    pub(super) fn scene(&self) -> Arc<Scene> {
        Arc::clone(&self.present.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes `scene` the present; `forget`: no scene of the past is kept.
    pub(super) fn show(&self, scene: Arc<Scene>, forget: bool) {
        let seq = scene.seq;
        let before = {
            let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *present, scene)
        };
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        if forget {
            *past = Past::default();
        } else if before.seq != seq {
            before.rest();
            keep(&mut past.recent, before, RECENT_SCENES_KEPT);
        }
        drop(past);
        self.seq.send_replace(seq);
    }

    fn kept(&self, seq: u64) -> Option<Arc<Scene>> {
        let past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        past.recent.iter().chain(&past.whole).find(|scene| scene.seq == seq).map(Arc::clone)
    }
}

fn keep(list: &mut Vec<Arc<Scene>>, scene: Arc<Scene>, max: usize) {
    if list.len() >= max {
        list.remove(0);
    }
    list.push(scene);
}

impl Scouting {
    /// Opens the catalogue; an empty one gets the embedded seed first.
    ///
    /// A folder where the text index cannot be kept is told, and the index kept in memory.
    ///
    /// # Errors
    /// The log or a dataset cannot be opened.
    pub async fn open(options: OpenOptions) -> Result<Self, ScoutingError> {
        let store = options.open_log().await?;
        let loaded = loader::load(&store, At::Latest, None).await?;
        let folder = options.data.join("text");
        let opened = Index::open(Some(&folder)).and_then(|mut index| {
            loader::follow(&mut index, &loaded)?;
            Ok(index)
        });
        let index = match opened {
            Ok(index) => index,
            Err(cause) => loader::in_memory(&cause, &loaded)?,
        };
        let searcher = index.searcher()?;
        let scene = Scene::new(loaded.seq, loaded.world, loaded.rows, searcher);
        let shown = Shown {
            index: Mutex::new(index),
            seq: tokio::sync::watch::Sender::new(scene.seq),
            present: RwLock::new(Arc::new(scene)),
            past: Mutex::default(),
        };
        Ok(Self {
            store,
            shown: Arc::new(shown),
            turn: Arc::default(),
            pace: Mutex::new(Pace::default()),
            demand: Counter::default(),
        })
    }

    /// The scene of the present.
    #[must_use]
    pub fn scene(&self) -> Arc<Scene> {
        self.shown.scene()
    }

    /// The scene at `seq`; `None` is the present.
    ///
    /// # Errors
    /// [`ScoutingError::UnknownSeq`] when the log does not reach it or it is 0.
    pub async fn scene_at(&self, seq: Option<u64>) -> Result<Arc<Scene>, ScoutingError> {
        let present = self.scene();
        let Some(seq) = seq.filter(|&seq| seq != present.seq) else { return Ok(present) };
        if let Some(scene) = self.shown.kept(seq) {
            return Ok(scene);
        }
        let last = self.store.last_seq().await?;
        if seq == 0 || seq > last {
            return Err(ScoutingError::UnknownSeq { asked: seq, last });
        }
        let loaded = match loader::load(&self.store, At::Seq(seq), Some(&present.world)).await {
            // Inside the transaction of the seed not every dataset is there yet: nobody ever
            // saw such a state.
            Err(ScoutingError::Dataset(cause)) => {
                tracing::info!(seq, cause, "no whole state here");
                return Err(ScoutingError::UnknownSeq { asked: seq, last });
            }
            other => other?,
        };
        let mut index = Index::open(None)?;
        loader::follow(&mut index, &loaded)?;
        let searcher = index.searcher()?;
        let scene = Arc::new(Scene::new(loaded.seq, loaded.world, loaded.rows, searcher));
        let mut past = self.shown.past.lock().unwrap_or_else(PoisonError::into_inner);
        keep(&mut past.whole, Arc::clone(&scene), PAST_SCENES_KEPT);
        Ok(scene)
    }

    /// What was asked for and found little, waiting for the database.
    #[must_use]
    pub fn demand(&self) -> &Counter {
        &self.demand
    }

    /// The log.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }
}
