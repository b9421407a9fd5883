//! What every workbook must be before it is read: a whole zip, of a bounded size.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use crate::catalogue::record::RecordProblem;

/// Bytes that the files of a workbook hold at most once unzipped: a table of people is far
/// under it, and a zip bomb far above.
pub const UNZIPPED_MAX: u64 = 256 << 20;
/// Cells that a sheet holds at most, empty ones among them included.
pub const CELLS_MAX: usize = 10_000_000;

/// What a zip is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zip {
    /// An Office Open XML workbook.
    Xlsx,
    /// An OpenDocument spreadsheet.
    Ods,
}

/// What the zip is, once it is known to be whole and of a bounded size.
///
/// # Errors
/// A damaged or encrypted zip, one that is no spreadsheet, or one too big once unzipped.
pub fn examine(bytes: &[u8]) -> Result<Zip, RecordProblem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|cause| damaged(&cause))?;
    let mut names: Vec<String> = Vec::with_capacity(archive.len());
    let mut total: u64 = 0;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|cause| damaged(&cause))?;
        names.push(file.name().map_err(|cause| damaged(&cause))?.into_owned());
        // The size that a zip declares may be a lie: what counts is what comes out.
        let mut rest = file.take(UNZIPPED_MAX - total + 1);
        total += std::io::copy(&mut rest, &mut std::io::sink()).map_err(|cause| damaged(&cause))?;
        if total > UNZIPPED_MAX {
            return Err(too_big());
        }
    }
    let has = |name: &str| names.iter().any(|known| known == name);
    if has("xl/workbook.xml") {
        Ok(Zip::Xlsx)
    } else if has("content.xml") && has("mimetype") {
        Ok(Zip::Ods)
    } else {
        Err(RecordProblem::new(
            "",
            names.first().map_or("", String::as_str),
            ("archive zip qui n’est pas un classeur", "zip archive that is no workbook"),
            (
                "donnez le fichier qu’elle contient : CSV, XLSX, ODS, JSONL, Parquet ou GeoJSON",
                "give the file in it: CSV, XLSX, ODS, JSONL, Parquet or GeoJSON",
            ),
        ))
    }
}

/// A workbook that no reader understands.
pub fn damaged(cause: &dyn std::fmt::Display) -> RecordProblem {
    RecordProblem::new(
        "",
        cause,
        ("classeur abîmé ou incomplet", "damaged or incomplete workbook"),
        (
            "rouvrez-le dans votre tableur, enregistrez-le de nouveau, ou exportez-le en CSV",
            "open it in your spreadsheet and save it again, or export it as CSV",
        ),
    )
}

/// A workbook that would take too much memory.
pub(super) fn too_big() -> RecordProblem {
    let mega = UNZIPPED_MAX >> 20;
    RecordProblem::new(
        "",
        "",
        (
            &format!(
                "fichier trop gros une fois décompressé (plus de {mega} Mo ou de {CELLS_MAX} cellules)"
            ),
            &format!("file too big once unzipped (over {mega} MB or {CELLS_MAX} cells)"),
        ),
        (
            "gardez la feuille utile et découpez-la, ou exportez-la en CSV",
            "keep the useful sheet and cut it, or export it as CSV",
        ),
    )
}

/// An old workbook, or one with a password: both are Microsoft's compound files.
#[must_use]
pub fn old_or_locked() -> RecordProblem {
    RecordProblem::new(
        "",
        "",
        (
            "ancien classeur .xls, ou classeur protégé par un mot de passe",
            "old .xls workbook, or workbook with a password",
        ),
        (
            "enregistrez-le en .xlsx ou en .ods, sans mot de passe",
            "save it as .xlsx or .ods, without a password",
        ),
    )
}
