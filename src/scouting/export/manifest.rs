//! `manifest.json`: what a folder of exported files holds, so that it can be checked.

use serde_json::{Value, json};

use crate::catalogue::revision::At;
use crate::catalogue::store::digest;
use crate::scouting::error::ScoutingError;
use crate::scouting::front::Scouting;

use super::{ExportFile, Source};

/// The name of the file.
const NAME: &str = "manifest.json";

/// The manifest of `files`: state, date, rules; count, size and digest of each file; name,
/// vintage, licence, source and digest of each dataset, or of `only` one.
pub(super) async fn of(
    scouting: &Scouting,
    source: &Source,
    files: &[ExportFile],
    only: Option<&str>,
) -> Result<ExportFile, ScoutingError> {
    let listed: Vec<Value> = files
        .iter()
        .map(|file| {
            let mut entry = json!({
                "path": file.path,
                "bytes": file.bytes.len(),
                "sha256": digest(&file.bytes),
            });
            if let Some(rows) = file.rows {
                entry["rows"] = Value::from(rows);
            }
            entry
        })
        .collect();
    let mut datasets = Vec::new();
    for dataset in scouting.store().datasets(At::Seq(source.scene.seq)).await? {
        if only.is_none_or(|only| only == dataset.name) {
            datasets.push(json!({
                "name": dataset.name,
                "vintage": dataset.vintage,
                "licence": dataset.licence,
                "source": dataset.source,
                "digest": dataset.digest,
                "files": dataset.files.len(),
            }));
        }
    }
    let mut manifest = json!({
        "seq": source.scene.seq,
        "date": source.date.to_string(),
        "rules": source.scene.world.data.rules.digest,
        "format": source.written.as_str(),
        "files": listed,
        "datasets": datasets,
    });
    if let Some(scope) = &source.scope {
        manifest["territory"] = Value::from(scope.territory().id.as_str());
    }
    let mut bytes = serde_json::to_vec_pretty(&manifest)
        .map_err(|cause| crate::catalogue::export::ExportError::Unwritten(cause.to_string()))?;
    bytes.push(b'\n');
    Ok(ExportFile { path: NAME.to_owned(), media: "application/json", rows: None, bytes })
}
