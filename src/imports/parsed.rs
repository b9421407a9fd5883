//! Rows checked and ready for the log, with the account so far.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ledger::{Ledger, LedgerEntry};
use super::rows::Rows;
use crate::catalogue::record::folding::fold_label;
use crate::catalogue::record::{Read, RecordProblem};
use crate::catalogue::revision::Kind;

/// One row, in the shape the log keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedRow {
    /// Its line in the file.
    pub line: u64,
    /// Its id.
    pub id: String,
    /// Its body.
    pub body: Value,
}

/// A file read: its good rows, each id once, and the account of the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// What the rows are.
    pub kind: Kind,
    /// The good rows, in the order of lines.
    pub rows: Vec<ParsedRow>,
    /// The account so far: nothing was compared with a catalogue yet.
    pub ledger: Ledger,
}

/// Checks each row with `read`, which gives its id and its body. Of several lines with one
/// id the last wins, and the others are reported.
pub fn checked(
    kind: Kind,
    format: &'static str,
    rows: Rows,
    read: impl Fn(&Value) -> Result<Read<(String, Value)>, RecordProblem>,
) -> Parsed {
    check(kind, format, Rows { tabular: false, ..rows }, "", read)
}

/// Checks each row with `read`, which gives its id and its body.
///
/// A table without ids gets them from the name (and the commune, where two names meet).
/// Of several lines with one id the last wins, and the others are reported.
pub(super) fn check(
    kind: Kind,
    format: &'static str,
    mut rows: Rows,
    commune: &str,
    read: impl Fn(&Value) -> Result<Read<(String, Value)>, RecordProblem>,
) -> Parsed {
    if rows.tabular {
        derive_ids(&mut rows.rows, commune);
    }
    let mut ledger = Ledger {
        format,
        form: rows.form,
        encoding: rows.encoding,
        separator: rows.separator,
        read: rows.read,
        rejected: rows.rejected,
        ignored_columns: rows.ignored,
        columns: rows.columns,
        numbered: rows.numbered,
        guessed_columns: rows.guessed,
        warnings: rows.warnings,
        sheet: rows.sheet,
        names_line: rows.names_line,
        ..Ledger::default()
    };
    let mut last: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<Option<ParsedRow>> = Vec::with_capacity(rows.rows.len());
    for (line, value) in rows.rows {
        match read(&value) {
            Err(problem) => {
                let id = value.get("id").and_then(Value::as_str).map(str::to_owned);
                ledger.rejected.push(LedgerEntry { line, id, problem });
            }
            Ok(Read { value: (id, body), warnings }) => {
                let noted = warnings.into_iter();
                ledger.warnings.extend(noted.map(|problem| LedgerEntry {
                    line,
                    id: Some(id.clone()),
                    problem,
                }));
                let before = last.insert(id.clone(), kept.len());
                if let Some(replaced) = before.and_then(|at| kept[at].take()) {
                    ledger.merged += 1;
                    ledger.warnings.push(twice(&replaced, line));
                }
                kept.push(Some(ParsedRow { line, id, body }));
            }
        }
    }
    ledger.rejected.sort_by_key(|entry| entry.line);
    ledger.warnings.sort_by_key(|entry| entry.line);
    let rows: Vec<ParsedRow> = kept.into_iter().flatten().collect();
    ledger.kept = rows.len();
    Parsed { kind, rows, ledger }
}

fn twice(replaced: &ParsedRow, line: u64) -> LedgerEntry {
    let problem = RecordProblem::new(
        "id",
        &replaced.id,
        (
            &format!("identifiant repris à la ligne {line}, qui l’emporte"),
            &format!("id given again at line {line}, which wins"),
        ),
        ("gardez une seule ligne par identifiant", "keep one line per id"),
    );
    LedgerEntry { line: replaced.line, id: Some(replaced.id.clone()), problem }
}

/// Gives an id to the rows of a table that have a name and no id.
///
/// Rows of one name and one commune stay one organisation; of several communes, the
/// commune joins the id.
fn derive_ids(rows: &mut [(u64, Value)], commune: &str) {
    let text = |value: &Value, path: &str| {
        let mut at = value;
        for part in path.split('.') {
            at = &at[part];
        }
        at.as_str().map(slug).unwrap_or_default()
    };
    let mut communes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (_, value) in rows.iter().filter(|(_, value)| value.get("id").is_none()) {
        let places = communes.entry(text(value, "name")).or_default();
        let place = text(value, commune);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    for (_, value) in rows.iter_mut() {
        let (name, place) = (text(value, "name"), text(value, commune));
        let several = communes.get(&name).is_some_and(|places| places.len() > 1);
        let Value::Object(map) = value else { continue };
        if map.contains_key("id") || name.is_empty() {
            continue;
        }
        let id = if several && !place.is_empty() { format!("{name}-{place}") } else { name };
        map.insert("id".to_owned(), Value::from(id));
    }
}

/// A name as an id: folded words joined by hyphens.
#[must_use]
pub fn slug(text: &str) -> String {
    let folded = fold_label(text);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
