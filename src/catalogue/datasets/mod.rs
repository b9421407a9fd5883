//! Datasets: from the bytes of their files to what we talk about.
//!
//! Pure functions: files in, domain out; the log says which files, the store gives them.
//! A dataset is read whole or refused with the file, the line and the reason: it is
//! prepared by us or checked at import, so a fault in it is not a row to skip.

pub mod columns;
pub mod decisions;
pub mod evidence_levels;
pub mod indicators;
pub mod programmes;
pub mod rules;
pub mod sentences;
pub mod sources;
pub mod supply;
pub mod support;
pub mod table;
pub mod taxonomy;
pub mod territories;

use std::collections::BTreeMap;

/// The files of one dataset, by path inside it.
pub type DatasetFiles = BTreeMap<String, Vec<u8>>;

/// A dataset that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("dataset file `{file}`, line {line}: {reason}")]
pub struct DatasetError {
    /// The file.
    pub file: String,
    /// The line, from 1 (the header); 0 where the whole file is meant.
    pub line: u64,
    /// Why.
    pub reason: String,
}

impl DatasetError {
    /// A fault of the whole file.
    #[must_use]
    pub fn of_file(file: &str, reason: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: 0, reason: reason.into() }
    }

    /// A fault at one line.
    #[must_use]
    pub fn at(file: &str, line: u64, reason: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, reason: reason.into() }
    }
}

/// The file at `path`, unzipped where its name ends in `.gz`.
///
/// # Errors
/// If it is absent or badly compressed.
pub fn file(files: &DatasetFiles, path: &str) -> Result<Vec<u8>, DatasetError> {
    let bytes =
        files.get(path).ok_or_else(|| DatasetError::of_file(path, "the file is missing"))?;
    unzipped(path, bytes)
}

/// `bytes`, unzipped where the name `path` ends in `.gz`.
///
/// # Errors
/// If they are badly compressed.
pub fn unzipped(path: &str, bytes: &[u8]) -> Result<Vec<u8>, DatasetError> {
    use std::io::Read as _;
    if !path.ends_with(".gz") {
        return Ok(bytes.to_vec());
    }
    let mut content = Vec::with_capacity(bytes.len().saturating_mul(6));
    flate2::read::MultiGzDecoder::new(bytes)
        .read_to_end(&mut content)
        .map_err(|cause| DatasetError::of_file(path, format!("bad gzip: {cause}")))?;
    Ok(content)
}
