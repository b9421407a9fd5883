//! Tables of people: a line of column names somewhere at the top, then rows.
//!
//! One file per way of writing a table. Each gives rows of texts with their line; what they
//! become is decided once, here.

pub mod again;
pub mod csv;
pub mod geojson;
pub mod ods;
pub mod parquet;
pub mod workbook;
pub mod xlsx;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::header::{self, Header, Vocabulary};
use super::ledger::LedgerEntry;
use super::rows::Rows;
use crate::catalogue::export::cell;
use crate::catalogue::export::columns::Column;
use crate::catalogue::export::flat::{join_other, put_at, retype};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::folding::fold_label;
use crate::catalogue::record::identifier::valid_siren_or_siret;

/// The lines at the top of a sheet among which the column names are looked for.
const TOP_LINES: usize = 20;

/// How columns are understood: their names, and what the cells of rows that are kept as they
/// are written hold.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// The names of the columns.
    pub vocabulary: Vocabulary,
    /// What cells hold; empty where the record reader finds out.
    pub columns: &'static [Column],
}

/// One line of a sheet: its number, and its cells by column, in order; empty ones absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Its number in the sheet, from 1.
    pub number: u64,
    /// The cells that say something.
    pub cells: Vec<(u32, String)>,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its lines that say something.
    pub lines: Vec<Line>,
    /// Cells that hold an error of a formula (`#N/A`): line, column, error.
    pub errors: Vec<(u64, u32, String)>,
}

/// The rows of the first sheet whose column names are recognised.
///
/// Of the first twenty lines, the names are the line with most columns recognised: titles
/// may stand above. A column without a name takes the one above it (names on two lines,
/// merged cells).
#[must_use]
pub fn rows_of(sheets: &[Sheet], reading: Reading) -> Rows {
    let tried: Vec<Option<Top>> = sheets.iter().map(|sheet| top(sheet, reading)).collect();
    let known = |top: &Option<Top>| top.as_ref().map_or(0, |top| top.known);
    let best = tried.iter().position(|top| known(top) > 1).or_else(|| {
        let most = tried.iter().map(known).max().filter(|most| *most > 0)?;
        tried.iter().position(|top| known(top) == most)
    });
    let found = best.and_then(|at| Some((&sheets[at], tried[at].as_ref()?)));
    let Some((sheet, top)) = found else {
        return nothing_recognised(sheets, reading);
    };
    let mut rows = Rows {
        tabular: true,
        sheet: Some(sheet.name.clone()),
        names_line: sheet.lines[top.at].number,
        ..Rows::default()
    };
    let mut unnamed: BTreeSet<u32> = BTreeSet::new();
    for line in &sheet.lines[top.at + 1..] {
        let texts: Vec<&str> = line.cells.iter().map(|(_, text)| text.as_str()).collect();
        if texts.first().is_some_and(|first| is_example(first)) {
            continue;
        }
        let mut row = Row::default();
        for (column, text) in &line.cells {
            match top.columns.iter().position(|known| known == column) {
                Some(at) => {
                    if let Some(path) = top.header.fields[at] {
                        row.put(path, text);
                    }
                }
                None => {
                    unnamed.insert(*column);
                }
            }
        }
        rows.read += 1;
        row.give(line.number, reading, &mut rows);
    }
    for (line, column, error) in &sheet.errors {
        if *line > sheet.lines[top.at].number {
            rows.warnings.push(formula_error(*line, *column, error));
        }
    }
    rows.ignored.clone_from(&top.header.ignored);
    rows.ignored.extend(unnamed.into_iter().map(letters));
    rows.columns = understood(&top.header);
    rows.guessed = guessed(&top.header);
    rows
}

/// The line of column names of a sheet.
struct Top {
    /// Its position among the lines.
    at: usize,
    /// Column of each name.
    columns: Vec<u32>,
    header: Header,
    /// Columns recognised.
    known: usize,
}

fn top(sheet: &Sheet, reading: Reading) -> Option<Top> {
    let mut best: Option<Top> = None;
    for at in 0..sheet.lines.len().min(TOP_LINES) {
        let names = names(sheet, at);
        let header = header::recognise(names.iter().map(|(_, name)| *name), reading.vocabulary);
        let known = header.fields.iter().flatten().count();
        if known > best.as_ref().map_or(0, |best| best.known) {
            let columns = names.iter().map(|(column, _)| *column).collect();
            best = Some(Top { at, columns, header, known });
        }
    }
    best
}

/// The names of the columns if they stand on the line `at`, those above filling the gaps.
fn names(sheet: &Sheet, at: usize) -> Vec<(u32, &str)> {
    let own = &sheet.lines[at];
    let mut names: Vec<(u32, &str)> =
        own.cells.iter().map(|(column, text)| (*column, text.as_str())).collect();
    let above = at.checked_sub(1).map(|above| &sheet.lines[above]);
    // A title alone on its line names no column.
    if let Some(above) =
        above.filter(|above| above.cells.len() > 1 && above.number + 1 == own.number)
    {
        for (column, text) in &above.cells {
            if !own.cells.iter().any(|(known, _)| known == column) {
                names.push((*column, text));
            }
        }
        names.sort_by_key(|(column, _)| *column);
    }
    names
}

/// Whether a row is the example of a template, marked `# exemple`.
#[must_use]
pub fn is_example(first: &str) -> bool {
    let marked = first.trim_start().strip_prefix('#').map(fold_label);
    marked.is_some_and(|text| text.starts_with("exemple") || text.starts_with("example"))
}

/// A row being read.
#[derive(Default)]
pub(super) struct Row {
    object: Map<String, Value>,
    /// Zeros given back: field, as written, as read.
    padded: Vec<(&'static str, String, String)>,
}

impl Row {
    /// Puts the text of a cell at the path of its field.
    pub(super) fn put(&mut self, path: &'static str, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        match with_zero(path, text) {
            Some(whole) => {
                self.padded.push((path, text.to_owned(), whole.clone()));
                put_at(&mut self.object, path, Value::from(whole));
            }
            None => put_at(&mut self.object, path, cell::read(text)),
        }
    }

    /// Puts a value that is typed already.
    pub(super) fn put_value(&mut self, path: &'static str, value: Value) {
        match value {
            Value::Null => {}
            Value::String(text) => self.put(path, &text),
            other => put_at(&mut self.object, path, other),
        }
    }

    /// Gives the row to `rows`.
    pub(super) fn give(mut self, line: u64, reading: Reading, rows: &mut Rows) {
        retype(&mut self.object, reading.columns);
        join_other(&mut self.object);
        for (path, written, whole) in self.padded {
            rows.warnings.push(LedgerEntry {
                line,
                id: None,
                problem: RecordProblem::new(
                    path,
                    written,
                    (
                        &format!("zéro perdu par un tableur, lu `{whole}`"),
                        &format!("zero lost by a spreadsheet, read `{whole}`"),
                    ),
                    ("mettez cette colonne au format texte", "give this column the text format"),
                ),
            });
        }
        rows.rows.push((line, Value::Object(self.object)));
    }
}

/// A code that lost its leading zero because a spreadsheet took it for a number.
fn with_zero(path: &str, text: &str) -> Option<String> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let length = match name {
        "insee" => 5,
        "siren" => 9,
        "siret" => 14,
        _ => return None,
    };
    if text.len() + 1 != length || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = format!("0{text}");
    (name == "insee" || valid_siren_or_siret(&whole).is_some()).then_some(whole)
}

/// The letters of a column, as spreadsheets name it: A, B… AA.
#[must_use]
pub fn letters(column: u32) -> String {
    let mut rest = column + 1;
    let mut name = Vec::new();
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or_default();
        name.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    name.iter().rev().collect()
}

pub(super) fn understood(header: &Header) -> Vec<(String, String)> {
    let fields = header.understood.iter();
    fields.map(|(column, field)| (column.clone(), (*field).to_owned())).collect()
}

pub(super) fn guessed(header: &Header) -> Vec<(String, String)> {
    header.guessed.iter().map(|(column, field)| (column.clone(), (*field).to_owned())).collect()
}

fn formula_error(line: u64, column: u32, error: &str) -> LedgerEntry {
    let problem = RecordProblem::new(
        letters(column),
        error,
        ("formule en erreur, cellule laissée vide", "formula in error, cell left empty"),
        ("corrigez la formule, ou écrivez la valeur", "mend the formula, or write the value"),
    );
    LedgerEntry { line, id: None, problem }
}

fn nothing_recognised(sheets: &[Sheet], reading: Reading) -> Rows {
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    let some: Vec<&str> = reading.vocabulary.iter().take(6).map(|(path, _)| *path).collect();
    let some = some.join(", ");
    let problem = RecordProblem::new(
        "",
        names.join(", "),
        (
            "aucune colonne reconnue sur les vingt premières lignes d’aucune feuille",
            "no column recognised on the first twenty lines of any sheet",
        ),
        (
            &format!("nommez les colonnes ({some}…), ou partez du modèle : --template"),
            &format!("name the columns ({some}…), or start from the template: --template"),
        ),
    );
    refused(problem)
}

/// A file that is refused whole.
pub(in crate::imports) fn refused(problem: RecordProblem) -> Rows {
    let entry = LedgerEntry { line: 0, id: None, problem };
    Rows { read: 1, rejected: vec![entry], tabular: true, ..Rows::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Vocabulary =
        &[("name", &["nom"]), ("commune", &["ville"]), ("insee", &["code insee"]), ("siren", &[])];
    const READING: Reading = Reading { vocabulary: WORDS, columns: &[] };

    fn line(number: u64, cells: &[(u32, &str)]) -> Line {
        let cells = cells.iter().map(|(column, text)| (*column, (*text).to_owned())).collect();
        Line { number, cells }
    }

    fn sheet(name: &str, lines: Vec<Line>) -> Sheet {
        Sheet { name: name.to_owned(), lines, errors: Vec::new() }
    }

    #[test]
    fn titles_above_and_names_on_two_lines_are_understood() {
        let notes = sheet("Notes", vec![line(1, &[(0, "Bonjour")])]);
        let table = sheet(
            "Acteurs",
            vec![
                line(1, &[(0, "Acteurs de la Drôme")]),
                line(3, &[(0, "Nom"), (1, "Lieu"), (3, "SIREN")]),
                line(4, &[(1, "Ville"), (2, "Code INSEE")]),
                line(5, &[(0, "# Exemple : à effacer"), (1, "Ville fictive")]),
                line(7, &[(0, "A"), (1, "Die"), (2, "1004"), (5, "vu")]),
            ],
        );
        let rows = rows_of(&[notes, table], READING);
        assert_eq!(rows.read, 1);
        assert_eq!(rows.sheet.as_deref(), Some("Acteurs"));
        let expected = serde_json::json!({"name": "A", "commune": "Die", "insee": "01004"});
        assert_eq!(rows.rows, [(7, expected)]);
        assert_eq!(rows.ignored, ["F"]);
        assert_eq!(rows.warnings[0].problem.field, "insee");
    }

    #[test]
    fn a_file_without_known_columns_is_refused_and_says_so() {
        let rows = rows_of(&[sheet("X", vec![line(1, &[(0, "couleur")])])], READING);
        assert_eq!((rows.read, rows.rejected.len()), (1, 1));
        assert!(rows.rejected[0].problem.way_out_fr.contains("name, commune"));
    }

    #[test]
    fn columns_are_named_as_spreadsheets_do() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
