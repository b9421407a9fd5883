//! Rows of a file as JSON objects with their line, whatever the file is written in.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

use super::clean;
use super::header::Vocabulary;
use super::ledger::LedgerEntry;
use super::tables::workbook::{self, Zip};
use super::tables::{self, Reading};
use crate::catalogue::export::columns::Column;
use crate::catalogue::record::RecordProblem;

/// What a zip begins with.
const ZIP: &[u8] = b"PK\x03\x04";
/// What a Parquet file begins with.
const PARQUET: &[u8] = b"PAR1";
/// What a compound file of Microsoft begins with: `.xls`, or a workbook with a password.
const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// How a file is written, as its name announces it. Workbooks and Parquet are known by
/// their content, whatever the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Found from the content: a workbook or Parquet by its first bytes, `{` or `[` begins
    /// JSON or GeoJSON, anything else CSV.
    #[default]
    Auto,
    /// One JSON object per line, one JSON list, or GeoJSON.
    Json,
    /// A header then rows; `;`, `,`, tab or `|`.
    Csv,
}

impl Format {
    /// The format that a file name announces.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        let name = name.to_lowercase();
        match name.rsplit('.').next() {
            Some("json" | "jsonl" | "ndjson" | "geojson") => Self::Json,
            Some("csv" | "tsv") => Self::Csv,
            _ => Self::Auto,
        }
    }
}

/// A file as rows.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Line and object of each row.
    pub rows: Vec<(u64, Value)>,
    /// Lines that are no row.
    pub rejected: Vec<LedgerEntry>,
    /// Rows read, refused lines included.
    pub read: usize,
    /// Columns that no field knows.
    pub ignored: Vec<String>,
    /// Every column recognised: as written, and the field.
    pub columns: Vec<(String, String)>,
    /// Lines are places in a list, from 1: the file is a list of objects.
    pub numbered: bool,
    /// Columns recognised in spite of a typo.
    pub guessed: Vec<(String, String)>,
    /// Remarks about rows that are kept.
    pub warnings: Vec<LedgerEntry>,
    /// `CSV`, `JSON`, `GeoJSON`, `XLSX`, `ODS` or `Parquet`.
    pub form: &'static str,
    /// Encoding found; empty for a binary file.
    pub encoding: &'static str,
    /// Separator of a table.
    pub separator: Option<char>,
    /// The sheet of a workbook that was read.
    pub sheet: Option<String>,
    /// The line of that sheet where the column names are.
    pub names_line: u64,
    /// Whether rows came from columns, so that ids may be derived.
    pub tabular: bool,
}

/// Reads `bytes` as rows; `vocabulary` names the columns of a table.
#[must_use]
pub fn read(bytes: &[u8], format: Format, vocabulary: Vocabulary) -> Rows {
    read_typed(bytes, format, vocabulary, &[])
}

/// The same for rows that are kept as they are written: `columns` gives the cells of a table
/// the type that they had.
#[must_use]
pub fn read_typed(
    bytes: &[u8],
    format: Format,
    vocabulary: Vocabulary,
    columns: &'static [Column],
) -> Rows {
    let reading = Reading { vocabulary, columns };
    if bytes.starts_with(ZIP) {
        return workbook_rows(bytes, reading);
    }
    if bytes.starts_with(PARQUET) {
        return Rows { form: "Parquet", ..tables::parquet::read(bytes, reading) };
    }
    if bytes.starts_with(COMPOUND) {
        return tables::refused(workbook::old_or_locked());
    }
    let (text, encoding) = clean::decode(bytes);
    let first = text.trim_start().chars().next();
    let json = match format {
        Format::Json => true,
        Format::Csv => false,
        Format::Auto => matches!(first, Some('{' | '[')),
    };
    let mut rows = match (json, first) {
        (true, Some('[')) => Rows { form: "JSON", ..json_list(&text) },
        (true, _) => match collection(&text, reading) {
            Some(rows) => Rows { form: "GeoJSON", ..rows },
            None => Rows { form: "JSON", ..json_lines(&text) },
        },
        (false, _) => Rows { form: "CSV", ..tables::csv::read(&text, reading) },
    };
    rows.encoding = encoding.as_str();
    rows
}

fn workbook_rows(bytes: &[u8], reading: Reading) -> Rows {
    // A damaged workbook may make the library panic: it is still only a bad file.
    let read = || match workbook::examine(bytes)? {
        Zip::Xlsx => Ok(("XLSX", tables::xlsx::sheets(bytes)?)),
        Zip::Ods => Ok(("ODS", tables::ods::sheets(bytes)?)),
    };
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok((form, sheets))) => Rows { form, ..tables::rows_of(&sheets, reading) },
        Ok(Err(problem)) => tables::refused(problem),
        Err(_) => tables::refused(workbook::damaged(&"xml")),
    }
}

/// The features of a GeoJSON text.
fn collection(text: &str, reading: Reading) -> Option<Rows> {
    // Only a text that says so is read whole: lines of rows may be many.
    text.contains("FeatureCollection").then_some(())?;
    let value: Value = serde_json::from_str(text).ok()?;
    Some(tables::geojson::read(tables::geojson::features(&value)?, reading))
}

fn json_lines(text: &str) -> Rows {
    let mut rows = Rows::default();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        rows.read += 1;
        let number = at as u64 + 1;
        match serde_json::from_str(line) {
            Ok(value) => rows.rows.push((number, value)),
            Err(cause) => rows.rejected.push(not_json(number, line, &cause)),
        }
    }
    rows
}

fn json_list(text: &str) -> Rows {
    let mut rows = Rows { numbered: true, ..Rows::default() };
    match serde_json::from_str::<Vec<Value>>(text) {
        Ok(list) => {
            rows.read = list.len();
            // A list has no lines of its own: its items are numbered.
            rows.rows = list.into_iter().zip(1..).map(|(value, at)| (at, value)).collect();
        }
        Err(cause) => {
            rows.read = 1;
            rows.rejected.push(not_json(cause.line() as u64, text, &cause));
        }
    }
    rows
}

fn not_json(line: u64, text: &str, cause: &serde_json::Error) -> LedgerEntry {
    let column = cause.column();
    let problem = RecordProblem::new(
        "",
        text,
        (
            &format!("JSON illisible à la colonne {column}"),
            &format!("unreadable JSON at column {column}"),
        ),
        ("corrigez la syntaxe de cette ligne", "correct the syntax of this line"),
    );
    LedgerEntry { line, id: None, problem }
}
