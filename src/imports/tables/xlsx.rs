//! Sheets of an Office Open XML workbook, read cell by cell.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx, open_workbook_from_rs};

use super::workbook::{CELLS_MAX, damaged, too_big};
use super::{Line, Sheet};
use crate::catalogue::export::xstring::unescape;
use crate::catalogue::record::{RecordProblem, number};

/// The sheets of a workbook, in their order.
///
/// # Errors
/// If it is damaged, or holds too many cells.
pub fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, RecordProblem> {
    let mut book: Xlsx<Cursor<&[u8]>> = open_workbook_from_rs(Cursor::new(bytes))
        .map_err(|cause: calamine::XlsxError| damaged(&cause))?;
    let names = book.sheet_names();
    let mut sheets = Vec::with_capacity(names.len());
    let mut total = 0_usize;
    for name in names {
        let mut sheet = Sheet { name: name.clone(), ..Sheet::default() };
        // A sheet of charts holds no cells.
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
        while let Some(cell) = cells.next_cell().map_err(|cause| damaged(&cause))? {
            total += 1;
            if total > CELLS_MAX {
                return Err(too_big());
            }
            let (row, column) = cell.get_position();
            let line = u64::from(row) + 1;
            let text = match cell.get_value() {
                DataRef::Empty => continue,
                DataRef::Error(error) => {
                    sheet.errors.push((line, column, error.to_string()));
                    continue;
                }
                value => text_of(value),
            };
            put(&mut sheet, line, column, text);
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// Puts a text in its cell; blank ones say nothing.
pub(super) fn put(sheet: &mut Sheet, line: u64, column: u32, text: String) {
    if text.trim().is_empty() {
        return;
    }
    match sheet.lines.last_mut() {
        Some(last) if last.number == line => last.cells.push((column, text)),
        _ => sheet.lines.push(Line { number: line, cells: vec![(column, text)] }),
    }
}

fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(whole) => whole.to_string(),
        DataRef::Float(value) => plain(*value),
        DataRef::String(text) => unescape(text).into_owned(),
        DataRef::SharedString(text) => unescape(text).into_owned(),
        DataRef::Bool(said) => said.to_string(),
        DataRef::DateTime(moment) => iso(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// A number without `.0`.
pub(super) fn plain(value: f64) -> String {
    number(value).to_string()
}

/// A date as `2026-11-28`, with its time where it has one.
pub(super) fn iso(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        return plain(moment.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        (0, 0, 0) => date,
        _ => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
    }
}
