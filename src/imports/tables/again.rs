//! Lines of a workbook, of a Parquet file or of a map, written again as a table: what was
//! refused is mended and imported again.

use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
use bytes::Bytes;
use serde_json::Value;

use super::{Sheet, geojson, letters, ods, parquet, xlsx};
use crate::catalogue::record::RecordProblem;

/// Lines of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Again {
    /// The names of the columns; empty for lines of JSON.
    pub header: String,
    /// Each line asked, with its number.
    pub lines: Vec<(u64, String)>,
}

/// The lines `wanted` of a file that was read as `form` (`XLSX`, `ODS`, `Parquet`,
/// `GeoJSON`); `sheet` is the one that was read, its column names on the line `names_line`.
///
/// Tables are written with commas, places as their properties, one JSON object per line.
///
/// # Errors
/// If the file can no longer be read.
pub fn lines(
    bytes: &[u8],
    form: &str,
    (sheet, names_line): (Option<&str>, u64),
    wanted: &dyn Fn(u64) -> bool,
) -> Result<Again, RecordProblem> {
    match form {
        "XLSX" => Ok(of_sheets(&xlsx::sheets(bytes)?, sheet, names_line, wanted)),
        "ODS" => Ok(of_sheets(&ods::sheets(bytes)?, sheet, names_line, wanted)),
        "Parquet" => of_parquet(bytes, wanted),
        _ => Ok(of_places(bytes, wanted)),
    }
}

fn of_sheets(
    sheets: &[Sheet],
    name: Option<&str>,
    names_line: u64,
    wanted: &dyn Fn(u64) -> bool,
) -> Again {
    let Some(sheet) = sheets.iter().find(|sheet| Some(sheet.name.as_str()) == name) else {
        return Again::default();
    };
    let width = sheet.lines.iter().flat_map(|line| &line.cells).map(|(column, _)| *column + 1);
    let width = width.max().unwrap_or(0);
    let at = sheet.lines.iter().position(|line| line.number == names_line).unwrap_or(0);
    let names = super::names(sheet, at);
    let named = |column: u32| {
        let name = names.iter().find(|(known, _)| *known == column);
        // Without a name the cell would shift: the letter of its column stands for it.
        name.map_or_else(|| letters(column), |(_, name)| (*name).to_owned())
    };
    let header = joined((0..width).map(named));
    let below = sheet.lines.iter().filter(|line| line.number > names_line && wanted(line.number));
    let lines = below.map(|line| {
        let cell = |column: u32| {
            let cell = line.cells.iter().find(|(known, _)| *known == column);
            cell.map(|(_, text)| text.clone()).unwrap_or_default()
        };
        (line.number, joined((0..width).map(cell)))
    });
    Again { header, lines: lines.collect() }
}

fn of_parquet(bytes: &[u8], wanted: &dyn Fn(u64) -> bool) -> Result<Again, RecordProblem> {
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(bytes))
        .map_err(|cause| parquet::damaged(&cause))?;
    let schema = reader.metadata().file_metadata().schema();
    let header = joined(schema.get_fields().iter().map(|field| field.name().to_owned()));
    let mut lines = Vec::new();
    let rows = reader.get_row_iter(None).map_err(|cause| parquet::damaged(&cause))?;
    for (number, row) in (1..).zip(rows) {
        let row = row.map_err(|cause| parquet::damaged(&cause))?;
        if wanted(number) {
            let cells = row.get_column_iter().map(|(_, field)| match parquet::value_of(field) {
                Value::Null => String::new(),
                Value::String(text) => text,
                other => other.to_string(),
            });
            lines.push((number, joined(cells)));
        }
    }
    Ok(Again { header, lines })
}

fn of_places(bytes: &[u8], wanted: &dyn Fn(u64) -> bool) -> Again {
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let features = geojson::features(&value).map(Vec::as_slice).unwrap_or_default();
    let lines = (1..).zip(features).filter(|(number, _)| wanted(*number));
    let lines = lines.map(|(number, feature)| (number, feature["properties"].to_string()));
    Again { header: String::new(), lines: lines.collect() }
}

/// Cells as a line of CSV, without its end.
fn joined(cells: impl Iterator<Item = String>) -> String {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let cells: Vec<String> = cells.collect();
    // Writing to memory cannot fail.
    let _ = writer.write_record(&cells);
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default().trim_end_matches('\n').to_owned()
}
