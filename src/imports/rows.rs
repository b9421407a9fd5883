//! Rows of a file as JSON objects with their line, whatever the file is written in.

use serde_json::{Map, Value};

use super::clean;
use super::header::{self, Header, Vocabulary};
use super::ledger::LedgerEntry;
use crate::catalogue::record::RecordProblem;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Found from the content: `{` or `[` begins JSON, anything else CSV.
    #[default]
    Auto,
    /// One JSON object per line, or one JSON list.
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
            Some("json" | "jsonl" | "ndjson") => Self::Json,
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
    /// Columns recognised in spite of a typo.
    pub guessed: Vec<(String, String)>,
    /// Encoding found.
    pub encoding: &'static str,
    /// Whether rows came from columns, so that ids may be derived.
    pub tabular: bool,
}

/// Reads `bytes` as rows; `vocabulary` names the columns of a CSV.
#[must_use]
pub fn read(bytes: &[u8], format: Format, vocabulary: Vocabulary) -> Rows {
    let (text, encoding) = clean::decode(bytes);
    let first = text.trim_start().chars().next();
    let json = match format {
        Format::Json => true,
        Format::Csv => false,
        Format::Auto => matches!(first, Some('{' | '[')),
    };
    let mut rows = match (json, first) {
        (true, Some('[')) => json_list(&text),
        (true, _) => json_lines(&text),
        (false, _) => csv_rows(&text, vocabulary),
    };
    rows.encoding = encoding.as_str();
    rows
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
    let mut rows = Rows::default();
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

fn csv_rows(text: &str, vocabulary: Vocabulary) -> Rows {
    let mut rows = Rows { tabular: true, ..Rows::default() };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(clean::separator(text))
        .flexible(true)
        .from_reader(text.as_bytes());
    let header: Header = match reader.headers() {
        Ok(columns) => header::recognise(columns.iter(), vocabulary),
        Err(_) => return rows,
    };
    let mut lines = Lines { text: text.as_bytes(), read: 0, line: 1 };
    for record in reader.records() {
        rows.read += 1;
        let record = match record {
            Ok(record) => record,
            Err(cause) => {
                let line = cause.position().map_or(0, |position| lines.of(position));
                rows.rejected.push(bad_line(line, &cause.to_string()));
                continue;
            }
        };
        let line = record.position().map_or(0, |position| lines.of(position));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            rows.read -= 1;
            continue;
        }
        if record.len() > header.fields.len() {
            let extra = record.get(header.fields.len()).unwrap_or_default();
            if !extra.trim().is_empty() {
                rows.rejected.push(too_many_cells(line, record.len(), header.fields.len()));
                continue;
            }
        }
        let mut object = Map::new();
        for (field, cell) in header.fields.iter().zip(record.iter()) {
            let cell = cell.trim();
            if let (Some(path), false) = (field, cell.is_empty()) {
                put_at(&mut object, path, cell);
            }
        }
        rows.rows.push((line, Value::Object(object)));
    }
    rows.ignored = header.ignored;
    rows.guessed =
        header.guessed.into_iter().map(|(column, field)| (column, field.to_owned())).collect();
    rows
}

/// The lines of a text, counted as records come.
///
/// The reader's own count stands before the `\n` of a Windows line end and before blank
/// lines: a person who opens the file would look one line too high, or more.
struct Lines<'a> {
    text: &'a [u8],
    /// Bytes counted.
    read: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line, from 1, where the record at `position` begins; positions never go back.
    fn of(&mut self, position: &csv::Position) -> u64 {
        let begin = usize::try_from(position.byte()).unwrap_or(usize::MAX).min(self.text.len());
        let blank = self.text[begin..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let begin = begin + blank.count();
        while self.read < begin {
            let alone =
                self.text[self.read] == b'\r' && self.text.get(self.read + 1) != Some(&b'\n');
            self.line += u64::from(alone || self.text[self.read] == b'\n');
            self.read += 1;
        }
        self.line
    }
}

/// Puts a cell at a dotted path: `home.commune`.
fn put_at(object: &mut Map<String, Value>, path: &str, cell: &str) {
    match path.split_once('.') {
        None => {
            object.insert(path.to_owned(), Value::from(cell));
        }
        Some((outer, inner)) => {
            let entry = object.entry(outer).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(map) = entry {
                put_at(map, inner, cell);
            }
        }
    }
}

fn bad_line(line: u64, cause: &str) -> LedgerEntry {
    let problem = RecordProblem::new(
        "",
        cause,
        ("ligne CSV illisible", "unreadable CSV line"),
        ("vérifiez les guillemets de cette ligne", "check the quotes of this line"),
    );
    LedgerEntry { line, id: None, problem }
}

fn too_many_cells(line: u64, cells: usize, columns: usize) -> LedgerEntry {
    let problem = RecordProblem::new(
        "",
        cells,
        (
            &format!("{cells} cellules pour {columns} colonnes"),
            &format!("{cells} cells for {columns} columns"),
        ),
        (
            "mettez entre guillemets les textes qui contiennent le séparateur",
            "quote the texts that contain the separator",
        ),
    );
    LedgerEntry { line, id: None, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_line_that_a_person_sees() {
        let lines = |text: &str| -> Vec<u64> {
            let read = read(text.as_bytes(), Format::Csv, &[("name", &["nom"])]);
            read.rows.iter().map(|(line, _)| *line).collect()
        };
        assert_eq!(lines("nom;ville\nA;Lyon\nB;Lyon\n"), [2, 3]);
        assert_eq!(lines("nom;ville\r\nA;Lyon\r\nB;Lyon\r\n"), [2, 3]);
        assert_eq!(lines("nom;ville\r\n\r\nA;Lyon\r\n\r\n\r\nB;Lyon"), [3, 6]);
        assert_eq!(lines("nom;ville\n\"A\nbis\";Lyon\nB;Lyon\n"), [2, 4]);
        assert_eq!(lines("nom;ville\rA;Lyon\rB;Lyon\r"), [2, 3]);
    }
}
