//! Several files as one: a zip whose bytes depend on its files only.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::error::ExportError;

/// The files, by path, in one zip; no date.
///
/// # Errors
/// [`ExportError::Unwritten`] if the library refuses.
pub fn zip<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>, ExportError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in files {
        archive.start_file(path, options).map_err(ExportError::unwritten)?;
        archive.write_all(content).map_err(ExportError::unwritten)?;
    }
    Ok(archive.finish().map_err(ExportError::unwritten)?.into_inner())
}
