//! A dataset as the log names it: what it is, and the digests of its files.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::problem::RecordProblem;
use super::put;

/// One immutable file of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetFile {
    /// Path inside the dataset (`communes.csv.gz`).
    pub path: String,
    /// sha256 of the content, hexadecimal.
    pub digest: String,
    /// Size, bytes.
    pub bytes: u64,
}

/// A dataset: name, vintage, digest, licence (design §2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DatasetRecord {
    /// `territories`, `indicators`, `programmes`, `supply`, `taxonomy`…
    pub name: String,
    /// The period it describes, in words.
    pub vintage: Option<String>,
    /// sha256 over the paths and digests of its files.
    pub digest: String,
    /// Licence, where known.
    pub licence: Option<String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// Media type of the files.
    pub media: Option<String>,
    /// Its files, sorted by path.
    pub files: Vec<DatasetFile>,
}

impl DatasetRecord {
    /// Reads the body of a `dataset` revision; `id` is its name where it says none.
    ///
    /// # Errors
    /// If it has no digest.
    pub fn read(id: &str, value: &Value) -> Result<Self, RecordProblem> {
        let mut fields = Fields::of_row(value)?;
        let mut files = Vec::new();
        for (path, item) in fields.items("files") {
            let map = item.as_object().ok_or_else(|| RecordProblem::missing(path.clone()))?;
            let mut file = Fields::new(map, path);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            files.push(DatasetFile {
                path: file.required("path")?,
                digest: file.required("digest")?,
                bytes: file.number_within("bytes", 0.0, 1e15).unwrap_or(0.0) as u64,
            });
        }
        Ok(Self {
            name: fields.text("name").unwrap_or_else(|| id.to_owned()),
            vintage: fields.text("vintage"),
            digest: fields.required("digest")?,
            licence: fields.text("licence"),
            source: fields.text("source"),
            media: fields.text("media"),
            files,
        })
    }

    /// The body of its revision.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let files = self.files.iter().map(|file| {
            serde_json::json!({ "path": file.path, "digest": file.digest, "bytes": file.bytes })
        });
        let mut map = Map::new();
        put(&mut map, "name", self.name.as_str());
        put(&mut map, "vintage", self.vintage.clone());
        put(&mut map, "digest", self.digest.as_str());
        put(&mut map, "licence", self.licence.clone());
        put(&mut map, "source", self.source.clone());
        put(&mut map, "media", self.media.clone());
        put(&mut map, "files", files.collect::<Vec<_>>());
        Value::Object(map)
    }
}
