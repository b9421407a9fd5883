//! Everything the log holds, given out complete, so that it can be imported again.
//!
//! Keys are never exported, nor what a revision says of who wrote it: only the rows and the
//! datasets. Any reader may export what any reader may read.

mod manifest;
mod scope;
mod words;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::access::{Action, Identity};
use crate::catalogue::export::{self, Grid, archive, columns, geojson, priorities, xlsx};
use crate::catalogue::revision::{At, Kind};
use crate::domain::enterprise::Place;
use crate::domain::geography::Point;
use crate::domain::lang::Lang;

use super::error::ScoutingError;
use super::front::Scouting;
use super::scene::Scene;
use super::writing::authorise;

pub use crate::catalogue::export::{ExportError, Written};

/// The kinds of rows exported: the word typed, and the kind.
pub const KINDS: [(&str, Kind); 10] = [
    ("enterprises", Kind::Enterprise),
    ("actors", Kind::Actor),
    ("priorities", Kind::Priority),
    ("observations", Kind::Observation),
    ("confirmations", Kind::Confirmation),
    ("annotations", Kind::Annotation),
    ("decisions", Kind::Decision),
    ("profiles", Kind::Profile),
    ("zones", Kind::Zone),
    ("merges", Kind::Merge),
];

/// Everything that may be asked: rows, datasets, all.
pub const WORDS: &[&str] = &[
    "enterprises",
    "actors",
    "priorities",
    "observations",
    "confirmations",
    "annotations",
    "decisions",
    "profiles",
    "zones",
    "merges",
    "territories",
    "indicators",
    "programmes",
    "supply",
    "supports",
    "taxonomy",
    "all",
];

/// The datasets that may be asked one by one; `all` gives every one.
const DATASETS: [&str; 6] =
    ["territories", "indicators", "programmes", "supply", "supports", "taxonomy"];

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The rows of one kind.
    Rows(Kind),
    /// The files of one dataset, as they are.
    Dataset(&'static str),
    /// Everything.
    All,
}

impl What {
    /// Reads the word typed.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        if word == "all" {
            return Some(Self::All);
        }
        let rows =
            KINDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| Self::Rows(*kind));
        let dataset = || DATASETS.into_iter().find(|known| *known == word).map(Self::Dataset);
        rows.or_else(dataset)
    }
}

/// The word of a kind of rows.
#[must_use]
pub fn word(kind: Kind) -> &'static str {
    KINDS.iter().find(|(_, known)| *known == kind).map_or("", |(word, _)| *word)
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct ExportAsk {
    /// What is exported.
    pub what: What,
    /// What rows are written in.
    pub written: Written,
    /// State of the log; the present when absent.
    pub seq: Option<u64>,
    /// Only the rows that concern this territory (id or name).
    pub territory: Option<String>,
    /// Language of the notes.
    pub lang: Lang,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFile {
    /// Its path in the folder (`actors.csv`, `datasets/supply/sources.csv`).
    pub path: String,
    /// Media type.
    pub media: &'static str,
    /// Rows written; `None` for a file of a dataset or the manifest.
    pub rows: Option<usize>,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What was exported.
#[derive(Debug, Clone)]
pub struct Exported {
    /// State of the log that it shows.
    pub seq: u64,
    /// Its files; of [`What::Rows`] exactly one.
    pub files: Vec<ExportFile>,
}

impl Exported {
    /// One file: the only one, or a zip of them.
    ///
    /// # Errors
    /// If the zip cannot be written.
    pub fn into_one(mut self, name: &str) -> Result<ExportFile, ScoutingError> {
        if self.files.len() == 1
            && let Some(file) = self.files.pop()
        {
            return Ok(file);
        }
        let files = self.files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice()));
        let bytes = archive::zip(files)?;
        Ok(ExportFile { path: format!("{name}.zip"), media: "application/zip", rows: None, bytes })
    }
}

/// The state exported, and what limits it.
struct Source {
    scene: Arc<Scene>,
    scope: Option<scope::Scope>,
    date: Timestamp,
    written: Written,
    lang: Lang,
}

/// Exports what is asked.
///
/// # Errors
/// [`ScoutingError::Unauthenticated`], [`ScoutingError::Forbidden`]; an unknown state or
/// territory; [`ScoutingError::Export`] for what a format cannot hold; a log that fails.
pub async fn export(
    scouting: &Scouting,
    who: &Identity,
    ask: ExportAsk,
) -> Result<Exported, ScoutingError> {
    let scene = scouting.scene_at(ask.seq).await?;
    authorise(who, Action::Read, &scene, None)?;
    let territory = ask.territory.as_deref();
    let territory = territory.map(|asked| scene.world.places.territory(asked)).transpose()?;
    let scope = match &territory {
        Some(territory) => Some(scope::Scope::read(scouting, &scene, territory).await?),
        None => None,
    };
    let last = scouting.store().changes(scene.seq.saturating_sub(1), 1).await?;
    let date = last.first().map_or(Timestamp::UNIX_EPOCH, |revision| revision.recorded_at);
    let (written, lang) = (ask.written, ask.lang);
    let source = Source { scene, scope, date, written, lang };
    let seq = source.scene.seq;
    let files = match ask.what {
        What::Rows(kind) => vec![rows(scouting, &source, kind).await?],
        What::Dataset(name) => {
            let mut files = datasets(scouting, seq, Some(name), "").await?;
            let listed = manifest::of(scouting, &source, &files, Some(name)).await?;
            files.push(listed);
            files
        }
        What::All => {
            let mut files = Vec::new();
            for (_, kind) in KINDS {
                files.push(rows(scouting, &source, kind).await?);
            }
            files.extend(datasets(scouting, seq, None, "datasets/").await?);
            let listed = manifest::of(scouting, &source, &files, None).await?;
            files.push(listed);
            files
        }
    };
    Ok(Exported { seq, files })
}

/// The rows of one kind, in the format asked.
async fn rows(
    scouting: &Scouting,
    source: &Source,
    kind: Kind,
) -> Result<ExportFile, ScoutingError> {
    let state = scouting.store().state_at(At::Seq(source.scene.seq), &[kind]).await?;
    let mut bodies: Vec<(String, Map<String, Value>)> = Vec::with_capacity(state.len());
    for revision in state {
        let Value::Object(mut body) = revision.json()? else { continue };
        if source.scope.as_ref().is_some_and(|scope| !scope.holds(kind, &revision.id, &body)) {
            continue;
        }
        // A row whose id is made of its fields is named all the same.
        body.entry("id").or_insert_with(|| Value::from(revision.id.as_str()));
        bodies.push((revision.id, body));
    }
    let count = bodies.len();
    let bytes = bytes(source, kind, &bodies)?;
    let written = source.written;
    let path = format!("{}.{}", word(kind), written.as_str());
    Ok(ExportFile { path, media: written.media(), rows: Some(count), bytes })
}

fn bytes(
    source: &Source,
    kind: Kind,
    bodies: &[(String, Map<String, Value>)],
) -> Result<Vec<u8>, ScoutingError> {
    let scene = &source.scene;
    let table = || {
        let lines: Vec<Map<String, Value>> = match kind {
            Kind::Priority => bodies.iter().flat_map(|(_, body)| priorities::lines(body)).collect(),
            _ => bodies.iter().map(|(_, body)| body.clone()).collect(),
        };
        Grid::of(columns::of(kind), lines.iter())
    };
    Ok(match source.written {
        Written::Jsonl => export::jsonl(bodies.iter().map(|(_, body)| body)),
        Written::Csv => table().csv(),
        Written::GeoJson => geojson::write(kind, bodies, &|place| middle(scene, place)),
        Written::Xlsx => {
            let notes = words::notes(source, kind, bodies);
            xlsx::write(&table(), word(kind), &notes, source.date)?
        }
        Written::Parquet => export::parquet::write(&table(), &words::metadata(source, kind))?,
    })
}

/// The middle of the commune that a place names.
fn middle(scene: &Scene, place: &Map<String, Value>) -> Option<Point> {
    let at = scene.world.data.atlas.commune(resolved(scene, place).insee.as_deref()?)?;
    Some(scene.world.data.atlas.at(at).point)
}

/// The place written in a row, its codes found.
fn resolved(scene: &Scene, place: &Map<String, Value>) -> Place {
    let text = |name: &str| place.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut place = Place {
        commune: text("commune"),
        departement: text("departement"),
        region: text("region"),
        country: text("country"),
        insee: text("insee"),
        departement_code: None,
        region_code: None,
    };
    scene.world.places.resolve(&mut place);
    place
}

/// The files of one dataset, or of all, as they were given.
async fn datasets(
    scouting: &Scouting,
    seq: u64,
    only: Option<&str>,
    folder: &str,
) -> Result<Vec<ExportFile>, ScoutingError> {
    let mut files = Vec::new();
    for dataset in scouting.store().datasets(At::Seq(seq)).await? {
        if only.is_some_and(|only| only != dataset.name) {
            continue;
        }
        let base = match only {
            Some(_) => folder.to_owned(),
            None => format!("{folder}{}/", dataset.name),
        };
        for file in &dataset.files {
            let bytes = scouting.store().get_blob(&file.digest).await?;
            let path = format!("{base}{}", file.path);
            files.push(ExportFile { path, media: "application/octet-stream", rows: None, bytes });
        }
    }
    Ok(files)
}
