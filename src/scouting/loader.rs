//! From the log at one state to a world and its rows.

use std::sync::Arc;

use crate::catalogue::datasets::evidence_levels::EvidenceLevels;
use crate::catalogue::datasets::{
    DatasetError, DatasetFiles, indicators, programmes, rules, sentences, supply, support,
    taxonomy, territories,
};
use crate::catalogue::embedded;
use crate::catalogue::revision::At;
use crate::catalogue::store::Store;
use crate::matching::explanation::sentences::Templates;
use crate::retrieval::Index;

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
    let seq = store.seq_at(at).await?;
    let at = At::Seq(seq);
    let digests: Vec<(String, String)> =
        store.datasets(at).await?.into_iter().map(|d| (d.name, d.digest)).collect();
    let revisions = store.state_at(at, &ROW_KINDS).await?;
    let world = match known {
        Some(world) if world.digests == digests => Arc::clone(world),
        _ => Arc::new(World::new(datasets(store, at).await?, digests)),
    };
    let shipped = profiles::shipped(store, at, &revisions).await?;
    let rows = Rows::read(&world, &revisions, shipped)?;
    let zones = rows.zones();
    let world = if world.zones == zones { world } else { Arc::new(world.with_zones(zones)) };
    Ok(Loaded { seq, world, rows })
}

/// Brings the text index to the state loaded.
///
/// # Errors
/// The index cannot be written.
pub fn follow(index: &mut Index, loaded: &Loaded) -> Result<(), ScoutingError> {
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

async fn datasets(store: &Store, at: At) -> Result<Datasets, ScoutingError> {
    let texts: Vec<(String, String)> = store
        .dataset_files("taxonomy", at)
        .await?
        .into_iter()
        .map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned()))
        .collect();
    let territories_files = store.dataset_files("territories", at).await?;
    let indicators_files = store.dataset_files("indicators", at).await?;
    let supply_files = store.dataset_files("supply", at).await?;
    let programmes_files = store.dataset_files("programmes", at).await?;
    let supports_files = store.dataset_files("supports", at).await?;
    let levels_files = store.dataset_files("evidence_levels", at).await?;
    let read = || -> Result<Datasets, DatasetError> {
        let taxonomy = taxonomy::parse(&texts)?;
        let atlas = territories::atlas(&territories_files)?;
        let index = embedded::index_texts();
        Ok(Datasets {
            indicators: Arc::new(indicators::parse(&indicators_files, &atlas)?),
            supply: supply::parse(&supply_files, &atlas, &taxonomy)?.into(),
            programmes: Arc::new(programmes::parse(&programmes_files)?),
            supports: support::parse(&supports_files, &taxonomy)?.into(),
            evidence_levels: Arc::new(evidence_levels(&levels_files)?),
            templates: {
                let (fr, en) = sentences::parse(&index)?;
                Arc::new(Templates::new(fr, en))
            },
            rules: Arc::new(rules::parse(&index, &texts)?),
            taxonomy: Arc::new(taxonomy),
            atlas: Arc::new(atlas),
        })
    };
    read().map_err(|fault| ScoutingError::Dataset(fault.to_string()))
}

fn evidence_levels(files: &DatasetFiles) -> Result<EvidenceLevels, DatasetError> {
    EvidenceLevels::parse(&crate::catalogue::datasets::file(files, "evidence_levels.csv")?)
}
