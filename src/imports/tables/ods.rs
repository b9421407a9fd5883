//! Sheets of an OpenDocument spreadsheet.
//!
//! The format repeats cells and rows by a number (`table:number-rows-repeated`), and the
//! library lays them all out: what they would take is counted first.

use std::io::{Cursor, Read as _};

use calamine::{Data, Ods, Reader as _, open_workbook_from_rs};
use zip::ZipArchive;

use super::Sheet;
use super::workbook::{CELLS_MAX, damaged, too_big};
use super::xlsx::{iso, plain, put};
use crate::catalogue::record::RecordProblem;

/// The sheets of a document, in their order.
///
/// # Errors
/// If it is damaged, or holds too many cells.
pub fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, RecordProblem> {
    if laid_out(&content(bytes)?) > CELLS_MAX as u64 {
        return Err(too_big());
    }
    let mut book: Ods<Cursor<&[u8]>> = open_workbook_from_rs(Cursor::new(bytes))
        .map_err(|cause: calamine::OdsError| damaged(&cause))?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let mut sheet = Sheet { name: name.clone(), ..Sheet::default() };
        let range = book.worksheet_range(&name).map_err(|cause| damaged(&cause))?;
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        for (row, column, value) in range.used_cells() {
            let line = u64::from(first_row) + row as u64 + 1;
            let column = first_column + u32::try_from(column).unwrap_or(u32::MAX);
            let text = match value {
                Data::Empty => continue,
                Data::Error(error) => {
                    sheet.errors.push((line, column, error.to_string()));
                    continue;
                }
                Data::Int(whole) => whole.to_string(),
                Data::Float(value) => plain(*value),
                Data::String(text) => text.clone(),
                Data::Bool(said) => said.to_string(),
                Data::DateTime(moment) => iso(moment),
                Data::DateTimeIso(text) => {
                    text.strip_suffix("T00:00:00").unwrap_or(text).to_owned()
                }
                Data::DurationIso(text) => text.clone(),
            };
            put(&mut sheet, line, column, text);
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn content(bytes: &[u8]) -> Result<String, RecordProblem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|cause| damaged(&cause))?;
    let mut file = archive.by_name("content.xml").map_err(|cause| damaged(&cause))?;
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|cause| damaged(&cause))?;
    Ok(text)
}

/// Cells of the biggest rectangle that a sheet would be laid out in: its lines up to the last
/// one that says something, by its widest such line.
fn laid_out(content: &str) -> u64 {
    let mut most = 0_u64;
    for table in content.split("<table:table ").skip(1) {
        let (mut rows, mut last, mut widest) = (0_u64, 0_u64, 0_u64);
        for row in table.split("<table:table-row").skip(1) {
            // Another element begins alike: `<table:table-rows>`.
            if row.starts_with('s') {
                continue;
            }
            let tag = row.split('>').next().unwrap_or_default();
            rows = rows.saturating_add(repeated(tag, "table:number-rows-repeated"));
            let (mut columns, mut width) = (0_u64, 0_u64);
            for cell in row.split("<table:table-cell").skip(1) {
                let tag = cell.split('>').next().unwrap_or_default();
                columns = columns.saturating_add(repeated(tag, "table:number-columns-repeated"));
                if tag.contains("office:value-type") || cell.contains("<text:p") {
                    width = columns;
                }
            }
            if width > 0 {
                last = rows;
                widest = widest.max(width);
            }
        }
        most = most.max(last.saturating_mul(widest));
    }
    most
}

/// The number of an attribute; 1 where it is absent.
fn repeated(tag: &str, attribute: &str) -> u64 {
    let said = tag.split_once(attribute).and_then(|(_, rest)| {
        let rest = rest.trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next()?;
        rest[1..].split(quote).next()?.trim().parse().ok()
    });
    said.unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_is_counted_only_where_something_is_said() {
        let cell =
            "<table:table-cell office:value-type=\"string\"><text:p>a</text:p></table:table-cell>";
        let table = |rows: &str| format!("<table:table table:name=\"A\">{rows}</table:table>");
        let plain = table(&format!(
            "<table:table-row>{cell}{cell}</table:table-row>\
             <table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>"
        ));
        assert_eq!(laid_out(&plain), 2);
        let bomb = table(&format!(
            "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"16000\"/>{cell}</table:table-row>"
        ));
        assert_eq!(laid_out(&bomb), 16_001_000_000);
    }
}
