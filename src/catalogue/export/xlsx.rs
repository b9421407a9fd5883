//! A table as a spreadsheet (Office Open XML).
//!
//! Numbers are numbers, codes are texts, and a text never runs as a formula. The same table
//! gives the same bytes: the date of the file is that of the data.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, IgnoreError, Workbook, Worksheet,
};

use super::cell::Cell;
use super::error::ExportError;
use super::grid::Grid;
use super::xstring::escape;

/// Characters that a cell holds at most (Excel specifications and limits).
pub const CELL_CHARS_MAX: usize = 32_767;
/// Rows that a sheet holds at most, its header included (the same page).
pub const ROWS_MAX: usize = 1_048_576;
/// Width of a column, characters: no narrower, no wider.
const WIDTH: (usize, usize) = (10, 60);
/// Rows looked at for the width of a column.
const MEASURED: usize = 200;

/// What is said of the table on a sheet of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notes {
    /// Name of that sheet (`À lire`).
    pub sheet: String,
    /// Its lines, each of one or more cells; the first cell is bold.
    pub lines: Vec<Vec<String>>,
}

/// The table as the bytes of a workbook: a sheet `name` with its header frozen and a filter,
/// then the notes.
///
/// # Errors
/// [`ExportError::CellTooLong`] and [`ExportError::TooManyRows`], which CSV does not have.
pub fn write(
    grid: &Grid,
    name: &str,
    notes: &Notes,
    created: Timestamp,
) -> Result<Vec<u8>, ExportError> {
    if grid.rows.len() >= ROWS_MAX {
        return Err(ExportError::TooManyRows { rows: grid.rows.len(), limit: ROWS_MAX - 1 });
    }
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&moment(created)?));
    let bold = Format::new().set_bold();
    table(workbook.add_worksheet(), grid, name, &bold)?;
    if !notes.lines.is_empty() {
        let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let bold = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(&notes.sheet)).map_err(ExportError::unwritten)?;
        for (row, line) in (0u32..).zip(&notes.lines) {
            for (column, text) in (0u16..).zip(line) {
                let format = if column == 0 { &bold } else { &wrap };
                let text: String = text.chars().take(CELL_CHARS_MAX).collect();
                sheet
                    .write_string_with_format(row, column, escape(&text).as_ref(), format)
                    .map_err(ExportError::unwritten)?;
            }
        }
        let widest = notes.lines.iter().map(Vec::len).max().unwrap_or(0);
        for column in 0..u16::try_from(widest).unwrap_or(u16::MAX) {
            let width = if column == 0 { 30.0 } else { 50.0 };
            sheet.set_column_width(column, width).map_err(ExportError::unwritten)?;
        }
    }
    workbook.save_to_buffer().map_err(ExportError::unwritten)
}

fn table(sheet: &mut Worksheet, grid: &Grid, name: &str, bold: &Format) -> Result<(), ExportError> {
    sheet.set_name(sheet_name(name)).map_err(ExportError::unwritten)?;
    for (column, head) in (0u16..).zip(&grid.columns) {
        sheet
            .write_string_with_format(0, column, escape(&head.name).as_ref(), bold)
            .map_err(ExportError::unwritten)?;
    }
    let mut widths: Vec<usize> =
        grid.columns.iter().map(|column| column.name.chars().count()).collect();
    for (at, cells) in grid.rows.iter().enumerate() {
        let row = u32::try_from(at + 1).map_err(ExportError::unwritten)?;
        for (column, cell) in (0u16..).zip(cells) {
            let written = match cell {
                Cell::Empty => continue,
                #[allow(clippy::cast_precision_loss)]
                Cell::Whole(whole) if whole.unsigned_abs() < 1 << 53 => {
                    sheet.write_number(row, column, *whole as f64)
                }
                Cell::Number(number) => sheet.write_number(row, column, *number),
                Cell::Yes(said) => sheet.write_boolean(row, column, *said),
                other => {
                    let text = other.written(false);
                    let length = text.chars().count();
                    if at < MEASURED {
                        let width = &mut widths[usize::from(column)];
                        *width = (*width).max(length);
                    }
                    let text = escape(&text);
                    let length = text.chars().count();
                    if length > CELL_CHARS_MAX {
                        return Err(too_long(grid, at, usize::from(column), length));
                    }
                    sheet.write_string(row, column, text.as_ref())
                }
            };
            written.map_err(ExportError::unwritten)?;
        }
    }
    for (column, width) in (0u16..).zip(widths) {
        let width = u32::try_from(width.clamp(WIDTH.0, WIDTH.1)).unwrap_or_default();
        sheet.set_column_width(column, width).map_err(ExportError::unwritten)?;
    }
    sheet.set_freeze_panes(1, 0).map_err(ExportError::unwritten)?;
    let last = u16::try_from(grid.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
    let end = u32::try_from(grid.rows.len()).map_err(ExportError::unwritten)?;
    if !grid.columns.is_empty() {
        sheet.autofilter(0, 0, end, last).map_err(ExportError::unwritten)?;
        // Codes are texts on purpose: no green corner.
        sheet
            .ignore_error_range(0, 0, end, last, IgnoreError::NumberStoredAsText)
            .map_err(ExportError::unwritten)?;
    }
    Ok(())
}

fn too_long(grid: &Grid, row: usize, column: usize, length: usize) -> ExportError {
    let id = match grid.rows[row].first() {
        Some(Cell::Text(id)) => id.clone(),
        _ => format!("ligne {}", row + 2),
    };
    let column = grid.columns[column].name.clone();
    ExportError::CellTooLong { id, column, length, limit: CELL_CHARS_MAX }
}

/// The name of a sheet: at most 31 characters, none of those that are refused.
fn sheet_name(name: &str) -> String {
    let kept = name.chars().filter(|letter| !"[]:*?/\\'".contains(*letter)).take(31);
    kept.collect()
}

fn moment(at: Timestamp) -> Result<ExcelDateTime, ExportError> {
    let day = at.to_zoned(TimeZone::UTC);
    let part = |value: i8| u8::try_from(value).map_err(ExportError::unwritten);
    let part16 = |value: i8| u16::try_from(value).map_err(ExportError::unwritten);
    let year = u16::try_from(day.year()).map_err(ExportError::unwritten)?;
    ExcelDateTime::from_ymd(year, part(day.month())?, part(day.day())?)
        .and_then(|date| {
            date.and_hms(
                part16(day.hour()).unwrap_or(0),
                part(day.minute()).unwrap_or(0),
                f64::from(day.second()),
            )
        })
        .map_err(ExportError::unwritten)
}
