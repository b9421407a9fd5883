//! The front: one catalogue, the scene of its present, and a few of its past.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::catalogue::revision::At;
use crate::catalogue::seed;
use crate::catalogue::store::{Store, StoreAddress};
use crate::retrieval::Index;

use super::error::ScoutingError;
use super::loader;
use super::scene::Scene;
use super::world::World;

/// Scenes of the past kept at most (design §2).
const PAST_SCENES_KEPT: usize = 2;

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

/// How far the front is behind the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Last revision of the log.
    pub log_seq: u64,
    /// State the scene shows.
    pub scene_seq: u64,
}

/// One catalogue, open.
#[derive(Debug)]
pub struct Scouting {
    store: Store,
    index: Mutex<Index>,
    present: RwLock<Arc<Scene>>,
    past: Mutex<Vec<Arc<Scene>>>,
}

impl Scouting {
    /// Opens the catalogue; an empty one gets the embedded seed first.
    ///
    /// # Errors
    /// The log, a dataset or the index cannot be opened.
    pub async fn open(options: OpenOptions) -> Result<Self, ScoutingError> {
        let store = options.open_log().await?;
        let loaded = loader::load(&store, At::Latest, None).await?;
        let mut index = Index::open(Some(&options.data.join("text")))?;
        loader::follow(&mut index, &loaded)?;
        let searcher = index.searcher()?;
        let scene = Scene::new(loaded.seq, loaded.world, loaded.rows, searcher);
        Ok(Self {
            store,
            index: Mutex::new(index),
            present: RwLock::new(Arc::new(scene)),
            past: Mutex::new(Vec::new()),
        })
    }

    /// The scene of the present.
    #[must_use]
    pub fn scene(&self) -> Arc<Scene> {
        Arc::clone(&self.present.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The scene at `seq`; `None` is the present.
    ///
    /// # Errors
    /// [`ScoutingError::UnknownSeq`] when the log does not reach it or it is 0.
    pub async fn scene_at(&self, seq: Option<u64>) -> Result<Arc<Scene>, ScoutingError> {
        let present = self.scene();
        let Some(seq) = seq.filter(|&seq| seq != present.seq) else { return Ok(present) };
        let last = self.store.last_seq().await?;
        if seq == 0 || seq > last {
            return Err(ScoutingError::UnknownSeq { asked: seq, last });
        }
        let kept = |past: &Vec<Arc<Scene>>| past.iter().find(|s| s.seq == seq).map(Arc::clone);
        if let Some(scene) = kept(&self.past.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(scene);
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
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        if past.len() >= PAST_SCENES_KEPT {
            past.remove(0);
        }
        past.push(Arc::clone(&scene));
        Ok(scene)
    }

    /// Brings the scene to the end of the log; called after every write.
    ///
    /// # Errors
    /// The log or the index cannot be read.
    pub async fn refresh(&self) -> Result<(), ScoutingError> {
        let world: Arc<World> = Arc::clone(&self.scene().world);
        let loaded = loader::load(&self.store, At::Latest, Some(&world)).await?;
        let searcher = {
            let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
            loader::follow(&mut index, &loaded)?;
            index.searcher()?
        };
        let scene = Arc::new(Scene::new(loaded.seq, loaded.world, loaded.rows, searcher));
        *self.present.write().unwrap_or_else(PoisonError::into_inner) = scene;
        Ok(())
    }

    /// The log.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// How far the scene is behind the log.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn health(&self) -> Result<Health, ScoutingError> {
        Ok(Health { log_seq: self.store.last_seq().await?, scene_seq: self.scene().seq })
    }
}
