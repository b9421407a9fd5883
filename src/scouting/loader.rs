//! From the log at one state to a world and its rows.

use std::sync::Arc;

use crate::catalogue::datasets::evidence_levels::EvidenceLevels;
use crate::catalogue::datasets::{
    DatasetError, DatasetFiles, indicators, programmes, rules, sentences, sources, supply, support,
    taxonomy, territories,
};
use crate::catalogue::embedded;
use crate::catalogue::revision::{At, Kind};
use crate::catalogue::store::Store;
use crate::imports::registers::declared;
use crate::matching::explanation::sentences::Templates;
use crate::retrieval::{Index, IndexedEnterprise, RetrievalError};

use super::error::ScoutingError;
use super::profiles;
use super::rows::{ROW_KINDS, Rows};
use super::world::{Datasets, World};

/// The catalogue at one state, ready for a scene.
#[derive(Debug)]
pub struct Loaded {
    /// State of the log.
    pub seq: u64,
    /// What is frozen with the datasets.
    pub world: Arc<World>,
    /// The rows.
    pub rows: Rows,
}

/// Reads the catalogue at `at`; `known` is used again when its datasets are the same.
///
/// # Errors
/// The log or a dataset cannot be read.
pub async fn load(
    store: &Store,
    at: At,
    known: Option<&Arc<World>>,
) -> Result<Loaded, ScoutingError> {
    load_kinds(store, at, known, &ROW_KINDS).await
}

/// The same with only what the text index is made from: the other rows are not read.
///
/// # Errors
/// As [`load`].
pub async fn load_indexed(
    store: &Store,
    at: At,
    known: Option<&Arc<World>>,
) -> Result<Loaded, ScoutingError> {
    load_kinds(store, at, known, &[Kind::Enterprise, Kind::Annotation]).await
}

async fn load_kinds(
    store: &Store,
    at: At,
    known: Option<&Arc<World>>,
    kinds: &[Kind],
) -> Result<Loaded, ScoutingError> {
    let seq = store.seq_at(at).await?;
    let at = At::Seq(seq);
    let digests: Vec<(String, String)> =
        store.datasets(at).await?.into_iter().map(|d| (d.name, d.digest)).collect();
    let revisions = store.state_at(at, kinds).await?;
    let shipped = profiles::shipped(store, at, &revisions).await?;
    let known = known.filter(|world| world.digests == digests).map(Arc::clone);
    let base = match known {
        Some(world) => Base::Known(world),
        None => Base::New(Files::fetch(store, at).await?),
    };
    in_background(move || {
        let world = match base {
            Base::Known(world) => world,
            Base::New(files) => {
                let data = files.read();
                let data = data.map_err(|fault| ScoutingError::Dataset(fault.to_string()))?;
                Arc::new(World::new(data, digests))
            }
        };
        let rows = Rows::read(&world, &revisions, shipped)?;
        let zones = rows.zones();
        let world = if world.zones == zones { world } else { Arc::new(world.with_zones(zones)) };
        Ok(Loaded { seq, world, rows })
    })
    .await
}

/// Brings the text index to the state loaded.
///
/// # Errors
/// The index cannot be written.
pub fn follow(index: &mut Index, loaded: &Loaded) -> Result<(), RetrievalError> {
    if index.seq() == loaded.seq && index.rules() == loaded.world.data.rules.digest {
        return Ok(());
    }
    index.replace(
        &loaded.rows.all_indexed(),
        loaded.seq,
        &loaded.world.data.rules.digest,
        &loaded.world.data.taxonomy,
    )?;
    Ok(())
}

/// An index in memory of the state loaded, when that of the folder fails for `cause`.
///
/// # Errors
/// None expected: memory does not fail.
pub fn in_memory(cause: &RetrievalError, loaded: &Loaded) -> Result<Index, ScoutingError> {
    refilled(cause, &loaded.rows.all_indexed(), loaded.seq, &loaded.world)
}

/// The same for rows at `seq`.
///
/// # Errors
/// None expected: memory does not fail.
pub(super) fn refilled(
    cause: &RetrievalError,
    all: &[IndexedEnterprise<'_>],
    seq: u64,
    world: &World,
) -> Result<Index, ScoutingError> {
    tracing::error!(?cause, "the text index cannot be kept on disk: it is kept in memory");
    let mut index = Index::open(None)?;
    index.replace(all, seq, &world.data.rules.digest, &world.data.taxonomy)?;
    Ok(index)
}

/// What rows are read on.
enum Base {
    /// A world whose datasets are the same.
    Known(Arc<World>),
    /// Datasets to read.
    New(Files),
}

/// The files of the datasets at one state, as they are stored.
struct Files {
    taxonomy: Vec<(String, String)>,
    territories: DatasetFiles,
    indicators: DatasetFiles,
    supply: DatasetFiles,
    programmes: DatasetFiles,
    supports: DatasetFiles,
    levels: DatasetFiles,
    sources: DatasetFiles,
}

impl Files {
    async fn fetch(store: &Store, at: At) -> Result<Self, ScoutingError> {
        Ok(Self {
            taxonomy: store
                .dataset_files("taxonomy", at)
                .await?
                .into_iter()
                .map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned()))
                .collect(),
            territories: store.dataset_files("territories", at).await?,
            indicators: store.dataset_files("indicators", at).await?,
            supply: store.dataset_files("supply", at).await?,
            programmes: store.dataset_files("programmes", at).await?,
            supports: store.dataset_files("supports", at).await?,
            levels: store.dataset_files("evidence_levels", at).await?,
            sources: store.dataset_files(sources::DATASET, at).await?,
        })
    }

    fn read(&self) -> Result<Datasets, DatasetError> {
        let taxonomy = taxonomy::parse(&self.taxonomy)?;
        let atlas = territories::atlas(&self.territories)?;
        let index = embedded::index_texts();
        Ok(Datasets {
            indicators: Arc::new(indicators::parse(&self.indicators, &atlas)?),
            supply: supply::parse(&self.supply, &atlas, &taxonomy)?.into(),
            programmes: Arc::new(programmes::parse(&self.programmes)?),
            supports: support::parse(&self.supports, &taxonomy)?.into(),
            evidence_levels: Arc::new(evidence_levels(&self.levels)?),
            templates: {
                let (fr, en) = sentences::parse(&index)?;
                Arc::new(Templates::new(fr, en))
            },
            registers: Arc::new(declared::read(index_text(&index, declared::FILE)?)?),
            rules: Arc::new(rules::parse(&index, &self.taxonomy)?),
            sources: Arc::new(sources::of_catalogue(&self.sources)?),
            taxonomy: Arc::new(taxonomy),
            atlas: Arc::new(atlas),
        })
    }
}

/// The text of one file of `index/`.
fn index_text<'a>(index: &'a [(String, String)], name: &str) -> Result<&'a str, DatasetError> {
    let found = index.iter().find(|(path, _)| path.rsplit('/').next() == Some(name));
    found
        .map(|(_, text)| text.as_str())
        .ok_or_else(|| DatasetError::of_file(name, "the file is missing"))
}

fn evidence_levels(files: &DatasetFiles) -> Result<EvidenceLevels, DatasetError> {
    EvidenceLevels::parse(&crate::catalogue::datasets::file(files, "evidence_levels.csv")?)
}

/// Runs long work away from the threads that answer.
pub(super) async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ScoutingError> + Send + 'static,
) -> Result<T, ScoutingError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(cut) => match cut.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The program is stopping.
            Err(_) => std::future::pending().await,
        },
    }
}
