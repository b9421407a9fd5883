//! The facts a fresh clone starts from, loaded into an empty log in one transaction.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::datasets::evidence_levels::EvidenceLevels;
use super::datasets::{self, DatasetError};
use super::embedded;
use super::error::Result;
use super::record::dataset::{DatasetFile, DatasetRecord};
use super::record::profile::ProfileRecord;
use super::record::{RecordProblem, actor, enterprise, enterprise_json, profile};
use super::revision::{Kind, NewRevision};
use super::store::Store;

/// Who signs the seed in the log.
pub const AUTHOR: &str = "seed";

/// The day the facts of the seed were last collected: what they tell was known then,
/// whatever the day a machine loads them.
pub const COLLECTED: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

/// A dataset of the seed: its name, what is said of it, and which files it takes.
struct SeedDataset {
    name: &'static str,
    vintage: &'static str,
    licence: &'static str,
    source: &'static str,
    /// Path from `seed-data/` → path inside the dataset.
    takes: fn(&str) -> Option<&str>,
}

const DATASETS: [SeedDataset; 9] = [
    SeedDataset {
        name: "evidence_levels",
        vintage: "2026",
        licence: "MIT OR Apache-2.0",
        source: "table d’Essaim : nature de chiffre → niveau de preuve",
        takes: |path| (path == "evidence_levels.csv").then_some(path),
    },
    SeedDataset {
        name: "indicators",
        vintage: "2013 à 2026, année par indicateur",
        licence: "par indicateur (meta.csv)",
        source: "par indicateur (meta.csv)",
        takes: |path| path.strip_prefix("indicators/"),
    },
    SeedDataset {
        name: "networks",
        vintage: "2026",
        licence: "faits reformulés",
        source: "réseaux nommés par les fiches et les acteurs clés",
        takes: |path| (path == "networks.jsonl").then_some(path),
    },
    SeedDataset {
        name: "outlines",
        vintage: "2026",
        licence: "Licence Ouverte 2.0",
        source: "contours simplifiés des EPCI et des départements (IGN, ANCT)",
        takes: |path| path.strip_prefix("territories/").filter(|name| is_outline(name)),
    },
    SeedDataset {
        name: "programmes",
        vintage: "2022 à 2026, année par programme",
        licence: "par programme (meta.csv)",
        source: "listes de l’État et de ses agences (meta.csv)",
        takes: |path| path.strip_prefix("programmes/"),
    },
    SeedDataset {
        name: "supply",
        vintage: "2017 à 2026, année par source",
        licence: "par source (sources.csv)",
        source: "registres publics (sources.csv)",
        takes: |path| path.strip_prefix("supply/"),
    },
    SeedDataset {
        name: "supports",
        vintage: "2013 à 2026, année par ligne",
        licence: "faits reformulés",
        source: "par ligne (schemes.jsonl, peers.jsonl)",
        takes: |path| {
            let name = path.strip_prefix("supports/").unwrap_or(path);
            datasets::support::FILES.contains(&name).then_some(name)
        },
    },
    SeedDataset {
        name: "taxonomy",
        vintage: "2026",
        licence: "MIT OR Apache-2.0",
        source: "taxonomie d’Essaim",
        takes: |path| path.strip_prefix("taxonomy/"),
    },
    SeedDataset {
        name: "territories",
        vintage: "code officiel géographique 2026, populations 2023",
        licence: "Licence Ouverte 2.0",
        source: "github.com/datagouv/decoupage-administratif ; ANCT (classes de densité)",
        takes: |path| path.strip_prefix("territories/").filter(|name| !is_outline(name)),
    },
];

fn is_outline(name: &str) -> bool {
    name.contains(".geojson")
}

/// The files of rows, with their kind.
const ROWS: [(&str, Kind); 6] = [
    ("actors/key_actors.jsonl", Kind::Actor),
    ("actors/registers.jsonl.gz", Kind::Actor),
    ("enterprises/enterprises.jsonl", Kind::Enterprise),
    ("observations.jsonl", Kind::Observation),
    ("priorities.jsonl", Kind::Priority),
    (PROFILES, Kind::Profile),
];

/// The profiles of weights that ship with the product.
const PROFILES: &str = "profiles.jsonl";

/// Files that document or prepare, and are neither rows nor datasets.
fn is_aside(path: &str) -> bool {
    path.ends_with(".md") || path.ends_with(".txt") || path == "enterprises/enrichment.jsonl"
}

/// What was loaded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SeedReport {
    /// The `seq` given; `None` when the log was not empty: nothing was done.
    pub seq: Option<Range<u64>>,
    /// Datasets loaded, by name, with their number of files.
    pub datasets: BTreeMap<String, usize>,
    /// Rows loaded, by kind.
    pub rows: BTreeMap<Kind, usize>,
    /// Files expected and not embedded.
    pub missing: Vec<String>,
    /// Rows left out: file, line and reason.
    pub rejected: Vec<(String, u64, RecordProblem)>,
    /// What was read with a reserve: file, line and reason.
    pub warnings: Vec<(String, u64, RecordProblem)>,
}

/// Loads the seed if the log is empty, in one transaction, signed [`AUTHOR`].
///
/// Two processes starting together load it once.
///
/// # Errors
/// If the store refuses, or an embedded file cannot be read (a bug).
pub async fn load_seed(store: &Store, now: Timestamp) -> Result<SeedReport> {
    let mut report = SeedReport::default();
    if store.last_seq().await? > 0 {
        return Ok(report);
    }
    let mut batch = Vec::new();
    let files = embedded::seed_files();
    for described in &DATASETS {
        let mut listed = Vec::new();
        for (path, content) in &files {
            let Some(inside) = (described.takes)(path).filter(|_| !is_aside(path)) else {
                continue;
            };
            listed.push(DatasetFile {
                path: inside.to_owned(),
                digest: store.put_blob(content).await?,
                bytes: content.len() as u64,
            });
        }
        if listed.is_empty() {
            report.missing.push(described.name.to_owned());
            continue;
        }
        listed.sort_by(|a, b| a.path.cmp(&b.path));
        report.datasets.insert(described.name.to_owned(), listed.len());
        let record = DatasetRecord {
            name: described.name.to_owned(),
            vintage: Some(described.vintage.to_owned()),
            digest: whole_digest(&listed),
            licence: Some(described.licence.to_owned()),
            source: Some(described.source.to_owned()),
            media: None,
            files: listed,
        };
        batch.push(NewRevision::new(Kind::Dataset, described.name, &record.to_json()));
    }
    let levels = match embedded::seed_file("evidence_levels.csv") {
        Some(content) => EvidenceLevels::parse(content)?,
        None => EvidenceLevels::default(),
    };
    for (path, kind) in ROWS {
        match embedded::seed_file(path) {
            Some(content) => rows(path, kind, content, &levels, &mut batch, &mut report)?,
            None => report.missing.push(path.to_owned()),
        }
    }
    report.seq = store.append_first(&batch, AUTHOR, now).await?;
    Ok(report)
}

/// The profiles of weights that ship with the product, read from the binary itself: a
/// log seeded before they were rows still knows them by name.
///
/// # Panics
/// If the embedded file cannot be read: a test reads it.
#[must_use]
pub fn profiles() -> Vec<ProfileRecord> {
    let content = embedded::seed_file(PROFILES).expect("the profiles are embedded");
    let text = std::str::from_utf8(content).expect("the profiles are UTF-8");
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let read = lines.map(|line| {
        let value: Value = serde_json::from_str(line).expect("each line is JSON");
        profile::read(&value).expect("each line is a profile").value
    });
    read.collect()
}

/// The digest of a dataset: sha256 over the paths and digests of its files.
#[must_use]
pub fn whole_digest(files: &[DatasetFile]) -> String {
    use std::fmt::Write as _;
    let mut hash = Sha256::new();
    for file in files {
        hash.update(format!("{} {}\n", file.digest, file.path));
    }
    let mut text = String::with_capacity(64);
    for byte in hash.finalize() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn rows(
    path: &str,
    kind: Kind,
    content: &[u8],
    levels: &EvidenceLevels,
    batch: &mut Vec<NewRevision>,
    report: &mut SeedReport,
) -> Result<()> {
    let content = datasets::unzipped(path, content)?;
    for (at, line) in content.split(|&byte| byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let number = at as u64 + 1;
        let value: Value = serde_json::from_slice(line)
            .map_err(|cause| DatasetError::at(path, number, cause.to_string()))?;
        match row(kind, &value, levels) {
            Ok((revision, warnings)) => {
                batch.push(revision);
                *report.rows.entry(kind).or_default() += 1;
                let warnings = warnings.into_iter().map(|w| (path.to_owned(), number, w));
                report.warnings.extend(warnings);
            }
            Err(problem) => report.rejected.push((path.to_owned(), number, problem)),
        }
    }
    Ok(())
}

/// One row, in the shape the log keeps.
fn row(
    kind: Kind,
    value: &Value,
    levels: &EvidenceLevels,
) -> std::result::Result<(NewRevision, Vec<RecordProblem>), RecordProblem> {
    match kind {
        Kind::Enterprise => {
            let read = enterprise::read(value, levels)?;
            let body = enterprise_json::to_json(&read.value);
            Ok((NewRevision::new(kind, read.value.enterprise.id, &body), read.warnings))
        }
        Kind::Actor => {
            let read = actor::read(value)?;
            let body = actor::to_json(&read.value);
            Ok((NewRevision::new(kind, read.value.actor.id, &body), read.warnings))
        }
        Kind::Profile => {
            let read = profile::read(value)?;
            let body = profile::to_json(&read.value);
            Ok((NewRevision::new(kind, read.value.id, &body), read.warnings))
        }
        // Priorities and observations name concepts: they are read again with the taxonomy
        // of their own state, so the log keeps them as they were written.
        _ => {
            let id = value.get("id").and_then(Value::as_str).unwrap_or_default();
            if id.is_empty() {
                return Err(RecordProblem::missing("id"));
            }
            Ok((NewRevision::new(kind, id, value), Vec::new()))
        }
    }
}

#[cfg(test)]
mod tests;
