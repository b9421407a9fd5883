//! From the log at one state to a world and its rows.

use std::sync::Arc;

use crate::catalogue::datasets::evidence_levels::EvidenceLevels;
use crate::catalogue::datasets::{
    DatasetError, DatasetFiles, indicators, programmes, rules, sentences, supply, support,
    taxonomy, territories,
};
use crate::catalogue::embedded;
use crate::catalogue::record::annotation::Correction;
use crate::catalogue::record::enterprise::EnterpriseRecord;
use crate::catalogue::record::{
    actor, annotation, confirmation, enterprise, observation, priority, profile, zone,
};
use crate::catalogue::revision::{At, Kind, Revision};
use crate::catalogue::seed;
use crate::catalogue::store::Store;
use crate::domain::enterprise::Enterprise;
use crate::matching::explanation::sentences::Templates;
use crate::retrieval::{Index, IndexedEnterprise};

use super::corrections;
use super::error::ScoutingError;
use super::matches::understood;
use super::profiles::{self, Profile};
use super::scene::Rows;
use super::world::{Datasets, World};

/// The kinds of rows that a scene shows.
const ROW_KINDS: [Kind; 8] = [
    Kind::Enterprise,
    Kind::Actor,
    Kind::Priority,
    Kind::Observation,
    Kind::Annotation,
    Kind::Confirmation,
    Kind::Profile,
    Kind::Zone,
];

/// The catalogue at one state, ready for a scene.
#[derive(Debug)]
pub struct Loaded {
    /// State of the log.
    pub seq: u64,
    /// What is frozen with the datasets.
    pub world: Arc<World>,
    /// The rows.
    pub rows: Rows,
    /// Body of each enterprise, in the order of the rows.
    bodies: Vec<String>,
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
    let zones = zones_of(&revisions)?;
    let world = match known {
        Some(world) if world.digests == digests && world.zones == zones => Arc::clone(world),
        _ => Arc::new(World::new(datasets(store, at, &zones).await?, digests, zones)),
    };
    let (mut rows, bodies) = read_rows(&world, &revisions)?;
    rows.profiles.extend(profiles::shipped(store, at, &revisions).await?);
    rows.profiles.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Loaded { seq, world, rows, bodies })
}

/// Brings the text index to the state loaded.
///
/// # Errors
/// The index cannot be written.
pub fn follow(index: &mut Index, loaded: &Loaded) -> Result<(), ScoutingError> {
    if index.seq() == loaded.seq && index.rules() == loaded.world.data.rules.digest {
        return Ok(());
    }
    let all: Vec<IndexedEnterprise<'_>> = loaded
        .rows
        .enterprises
        .iter()
        .zip(&loaded.bodies)
        .map(|(enterprise, body)| IndexedEnterprise { enterprise, body })
        .collect();
    index.replace(
        &all,
        loaded.seq,
        &loaded.world.data.rules.digest,
        &loaded.world.data.taxonomy,
    )?;
    Ok(())
}

async fn datasets(
    store: &Store,
    at: At,
    zones: &[(String, String, Vec<String>)],
) -> Result<Datasets, ScoutingError> {
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
        let mut atlas = territories::atlas(&territories_files)?;
        for (id, name, communes) in zones {
            let positions = communes.iter().filter_map(|code| atlas.commune(code)).collect();
            atlas.zones.insert(id.clone(), (name.clone(), positions));
        }
        let index = embedded::index_texts();
        Ok(Datasets {
            indicators: Arc::new(indicators::parse(&indicators_files, &atlas)?),
            supply: supply::parse(&supply_files, &atlas, &taxonomy)?,
            programmes: programmes::parse(&programmes_files)?,
            supports: support::parse(&supports_files, &taxonomy)?,
            evidence_levels: evidence_levels(&levels_files)?,
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

fn zones_of(revisions: &[Revision]) -> Result<Vec<(String, String, Vec<String>)>, ScoutingError> {
    let mut zones = Vec::new();
    for revision in revisions.iter().filter(|r| r.kind == Kind::Zone) {
        match zone::read(&revision.json()?) {
            Ok(read) => zones.push((read.value.id, read.value.name, read.value.communes)),
            Err(problem) => unreadable(revision, &problem.to_string()),
        }
    }
    Ok(zones)
}

/// A row of the log that can no longer be read is said once and left out: the others stay.
fn unreadable(revision: &Revision, cause: &str) {
    tracing::warn!(seq = revision.seq, id = %revision.id, cause, "a row cannot be read");
}

fn read_rows(world: &World, revisions: &[Revision]) -> Result<(Rows, Vec<String>), ScoutingError> {
    let mut rows = Rows::default();
    let mut bodies = Vec::new();
    let corrected = corrections_of(revisions)?;
    for revision in revisions {
        let value = revision.json()?;
        match revision.kind {
            Kind::Enterprise => match enterprise::read(&value, &world.data.evidence_levels) {
                Ok(read) => {
                    let correction = find(&corrected, "enterprise", &revision.id);
                    let enterprise = prepared_enterprise(world, read.value, revision, correction);
                    rows.enterprises.push(Arc::new(enterprise));
                    bodies.push(revision.body.clone());
                }
                Err(problem) => unreadable(revision, &problem.to_string()),
            },
            Kind::Actor => match actor::read(&value) {
                Ok(read) => {
                    let correction = find(&corrected, "actor", &revision.id);
                    let mut actor = world.prepared_actor(read.value.actor);
                    actor.recorded = Some(date_of(revision));
                    if let Some(correction) = correction {
                        corrections::apply(&mut actor.portrait, correction, &world.data.taxonomy);
                    }
                    rows.actors.push(Arc::new(actor));
                }
                Err(problem) => unreadable(revision, &problem.to_string()),
            },
            Kind::Priority => match priority::read(&value, &world.data.taxonomy) {
                Ok(read) => rows.priorities.extend(read.value),
                Err(problem) => unreadable(revision, &problem.to_string()),
            },
            Kind::Observation => match observation::read(&value, &world.data.taxonomy) {
                Ok(read) => rows.observations.extend(understood(world, read.value)),
                Err(problem) => unreadable(revision, &problem.to_string()),
            },
            Kind::Confirmation => match confirmation::read(&value) {
                Ok(read) => {
                    rows.confirmations.push((read.value.territory, read.value.confirmation));
                }
                Err(problem) => unreadable(revision, &problem.to_string()),
            },
            Kind::Profile => match profile::read(&value) {
                Ok(read) => match Profile::new(read.value, revision.seq) {
                    Ok(profile) => rows.profiles.push(profile),
                    Err(refused) => unreadable(revision, &refused.to_string()),
                },
                Err(problem) => unreadable(revision, &problem.to_string()),
            },
            _ => {}
        }
    }
    rows.corrections = corrected;
    rows.confirmations.sort_by(|a, b| b.1.date.cmp(&a.1.date).then(a.0.cmp(&b.0)));
    Ok((rows, bodies))
}

fn corrections_of(revisions: &[Revision]) -> Result<Vec<Correction>, ScoutingError> {
    let mut corrections = Vec::new();
    for revision in revisions.iter().filter(|r| r.kind == Kind::Annotation) {
        match annotation::read(&revision.json()?) {
            Ok(read) => corrections.push(read.value),
            Err(problem) => unreadable(revision, &problem.to_string()),
        }
    }
    Ok(corrections)
}

fn find<'a>(corrections: &'a [Correction], row: &str, id: &str) -> Option<&'a Correction> {
    corrections.iter().find(|correction| correction.row == row && correction.row_id == id)
}

/// The day a revision made its facts known; the seed's were known when it was collected,
/// so that a directory loaded later gives the same answers.
fn date_of(revision: &Revision) -> jiff::civil::Date {
    let recorded = revision.recorded_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    if revision.recorded_by == seed::AUTHOR { recorded.min(seed::COLLECTED) } else { recorded }
}

/// Resolves the places of an enterprise and reads its texts.
fn prepared_enterprise(
    world: &World,
    record: EnterpriseRecord,
    revision: &Revision,
    correction: Option<&Correction>,
) -> Enterprise {
    let stated = world.stated_answers(&record);
    let mut enterprise = record.enterprise;
    world.places.resolve(&mut enterprise.home);
    for site in &mut enterprise.sites {
        world.places.resolve(&mut site.place);
        site.recorded = Some(date_of(revision));
    }
    enterprise.portrait = world.annotator.portrait_of_enterprise(&enterprise, &stated);
    if let Some(correction) = correction {
        corrections::apply(&mut enterprise.portrait, correction, &world.data.taxonomy);
    }
    enterprise
}
