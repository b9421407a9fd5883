//! Rows of the log written for others, complete, so that an import reads them back exactly.
//!
//! Pure: rows in, bytes out; one file per format. The same rows give the same bytes.

pub mod archive;
pub mod cell;
pub mod columns;
pub mod error;
pub mod flat;
pub mod geojson;
pub mod grid;
pub mod parquet;
pub mod priorities;
pub mod xlsx;
pub mod xstring;

use serde_json::{Map, Value};

use super::revision::canonical;

pub use error::ExportError;
pub use grid::Grid;

/// What rows are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// One JSON object per line, in the row's own shape.
    Jsonl,
    /// Comma-separated values.
    Csv,
    /// A spreadsheet.
    Xlsx,
    /// Places.
    GeoJson,
    /// Typed columns.
    Parquet,
}

impl Written {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Jsonl, Self::Csv, Self::Xlsx, Self::GeoJson, Self::Parquet];
    /// The words typed, in the order of [`Self::ALL`].
    pub const WORDS: &'static [&'static str] = &["jsonl", "csv", "xlsx", "geojson", "parquet"];

    /// The word typed, and the end of the name of a file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::GeoJson => "geojson",
            Self::Parquet => "parquet",
        }
    }

    /// Reads the word typed.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }

    /// Its media type.
    #[must_use]
    pub fn media(self) -> &'static str {
        match self {
            Self::Jsonl => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::GeoJson => "application/geo+json",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// Whether it is text, which a terminal shows.
    #[must_use]
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Xlsx | Self::Parquet)
    }
}

/// The rows as JSON lines: keys sorted, no spaces.
#[must_use]
pub fn jsonl<'a>(bodies: impl Iterator<Item = &'a Map<String, Value>>) -> Vec<u8> {
    let mut out = String::new();
    for body in bodies {
        out.push_str(&canonical(&Value::Object(body.clone())));
        out.push('\n');
    }
    out.into_bytes()
}
