//! Records of an outside file, one at a time, whatever it is written in.
//!
//! A register may hold tens of millions of rows: nothing here keeps more than one record
//! (one batch of columns for Parquet). A damaged record is refused with its line and the
//! next good one is found again; the file goes on.

mod delimited;
mod json;
pub mod opening;
mod parquet;
mod sheet;
pub mod values;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::ledger::LedgerEntry;

pub use opening::{Opened, Origin};

/// Longest record read, bytes: beyond, something is wrong with the quotes.
pub const RECORD_BYTES_MAX: usize = 1 << 20;

/// The columns of a file, found by name whatever their order.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// Names as written.
    pub names: Vec<String>,
    at: HashMap<String, usize>,
}

impl Columns {
    /// Columns with these names; of two with one name the first is found.
    #[must_use]
    pub fn new(names: Vec<String>) -> Self {
        let mut at = HashMap::with_capacity(names.len());
        for (position, name) in names.iter().enumerate() {
            at.entry(key(name)).or_insert(position);
        }
        Self { names, at }
    }

    /// The position of a column, whatever its capitals.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.at.get(name).copied().or_else(|| self.at.get(&key(name)).copied())
    }
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// One record cut into cells: a text, and where each cell begins and ends in it.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    text: String,
    bounds: Vec<(u32, u32)>,
}

impl Cells {
    /// Forgets the cells, keeping their place in memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.bounds.clear();
    }

    /// Adds a cell that `write` fills.
    ///
    /// # Panics
    /// If a record passes 4 GiB; readers stop at [`RECORD_BYTES_MAX`].
    pub fn push_with(&mut self, write: impl FnOnce(&mut String)) {
        let begin = self.text.len();
        write(&mut self.text);
        self.bound(begin, self.text.len());
    }

    /// Adds a cell.
    pub fn push(&mut self, cell: &str) {
        self.push_with(|text| text.push_str(cell));
    }

    /// Takes a whole line, cut at each `separator`; no cell of it is quoted.
    fn cut(&mut self, line: &str, separator: u8) {
        self.clear();
        self.text.push_str(line);
        let mut begin = 0;
        for at in memchr::memchr_iter(separator, line.as_bytes()) {
            self.bound(begin, at);
            begin = at + 1;
        }
        self.bound(begin, line.len());
    }

    fn bound(&mut self, begin: usize, end: usize) {
        let place = |at: usize| u32::try_from(at).expect("a record is far below 4 GiB");
        self.bounds.push((place(begin), place(end)));
    }

    /// Number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bounds.len()
    }

    /// Whether there is no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bounds.is_empty()
    }

    /// A cell, trimmed; empty beyond the last.
    #[must_use]
    pub fn get(&self, at: usize) -> &str {
        let Some(&(begin, end)) = self.bounds.get(at) else { return "" };
        self.text[begin as usize..end as usize].trim()
    }

    /// Every cell, as written.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.bounds.iter().map(|&(begin, end)| &self.text[begin as usize..end as usize])
    }
}

#[derive(Debug, Clone, Copy)]
enum Held<'a> {
    Cells(&'a Columns, &'a Cells),
    Json(&'a Value),
}

/// One record: its values under the names of its columns or fields.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Its line in the file, from 1 (its place in the list, for Parquet).
    pub line: u64,
    /// As it stands in the file, decoded; empty where the file has no text.
    pub raw: &'a str,
    held: Held<'a>,
}

impl<'a> Record<'a> {
    /// A record of a table.
    #[must_use]
    pub fn of_cells(line: u64, raw: &'a str, columns: &'a Columns, cells: &'a Cells) -> Self {
        Self { line, raw, held: Held::Cells(columns, cells) }
    }

    /// A record of a JSON file; fields of an inner object are named `outer.inner`.
    #[must_use]
    pub fn of_json(line: u64, raw: &'a str, value: &'a Value) -> Self {
        Self { line, raw, held: Held::Json(value) }
    }

    /// The cell of a column, by position: the quick way of registers with millions of rows.
    ///
    /// Empty for a record that has no cells.
    #[must_use]
    pub fn cell(&self, at: usize) -> &'a str {
        match self.held {
            Held::Cells(_, cells) => cells.get(at),
            Held::Json(_) => "",
        }
    }

    /// The text of a field, trimmed; `None` where it is absent, null or empty.
    ///
    /// A number or a boolean is written as JSON writes it; a list or an object is no text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        let text: Cow<'a, str> = match self.held {
            Held::Cells(columns, cells) => Cow::Borrowed(cells.get(columns.find(name)?)),
            Held::Json(value) => match inside(value, name)? {
                Value::String(text) => Cow::Borrowed(text.trim()),
                Value::Number(number) => Cow::Owned(number.to_string()),
                Value::Bool(is) => Cow::Borrowed(if *is { "true" } else { "false" }),
                _ => return None,
            },
        };
        (!text.is_empty()).then_some(text)
    }

    /// Whether the record has this column or field, filled or not.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        match self.held {
            Held::Cells(columns, _) => columns.find(name).is_some(),
            Held::Json(value) => inside(value, name).is_some(),
        }
    }

    /// The first of several fields that has a text.
    #[must_use]
    pub fn first(&self, names: &[&str]) -> Option<Cow<'a, str>> {
        names.iter().find_map(|name| self.text(name))
    }

    /// A field as JSON: as it stands in a JSON file, or read from the text of a cell.
    #[must_use]
    pub fn json(&self, name: &str) -> Option<Cow<'a, Value>> {
        match self.held {
            Held::Json(value) => {
                let found = inside(value, name)?;
                if let Value::String(text) = found
                    && text.trim_start().starts_with(['[', '{'])
                    && let Ok(read) = serde_json::from_str(text)
                {
                    return Some(Cow::Owned(read));
                }
                (!found.is_null()).then_some(Cow::Borrowed(found))
            }
            Held::Cells(columns, cells) => {
                serde_json::from_str(cells.get(columns.find(name)?)).ok().map(Cow::Owned)
            }
        }
    }

    /// The items of a list: a JSON list, a JSON or Python list written in a cell, or a text
    /// cut at any of `signs`. Items are trimmed; empty ones are left out.
    #[must_use]
    pub fn list(&self, name: &str, signs: &[char]) -> Vec<String> {
        if let Some(value) = self.json(name)
            && let Value::Array(items) = value.as_ref()
        {
            let text = |item: &Value| match item {
                Value::String(text) => Some(text.trim().to_owned()),
                Value::Number(number) => Some(number.to_string()),
                Value::Object(map) => {
                    map.get("name").and_then(Value::as_str).map(|text| text.trim().to_owned())
                }
                _ => None,
            };
            return items.iter().filter_map(text).filter(|text| !text.is_empty()).collect();
        }
        let Some(text) = self.text(name) else { return Vec::new() };
        if let Some(items) = values::python_list(&text) {
            return items;
        }
        let items = text.split(signs).map(str::trim).filter(|item| !item.is_empty());
        items.map(str::to_owned).collect()
    }

    /// The record as it stands in its file; of a file without text, its cells as CSV.
    #[must_use]
    pub fn as_text(&self) -> Cow<'a, str> {
        match self.held {
            Held::Cells(_, cells) if self.raw.is_empty() => Cow::Owned(csv_line(cells.iter())),
            _ => Cow::Borrowed(self.raw),
        }
    }

    /// The whole record as a JSON object: what a person would see of it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self.held {
            Held::Json(value) => value.clone(),
            Held::Cells(columns, cells) => {
                let pairs = columns.names.iter().zip(cells.iter());
                let filled = pairs.filter(|(_, cell)| !cell.trim().is_empty());
                Value::Object(
                    filled.map(|(name, cell)| (name.clone(), Value::from(cell.trim()))).collect(),
                )
            }
        }
    }
}

/// Cells as one line of CSV, without its end.
fn csv_line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(cells);
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned()
}

/// The value at a dotted path; a name that itself holds dots is tried whole first.
fn inside<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    if let Some(found) = value.get(name) {
        return Some(found);
    }
    let (outer, inner) = name.split_once('.')?;
    inside(value.get(outer)?, inner)
}

/// What comes next in a file.
#[derive(Debug)]
pub enum Item<'a> {
    /// A record.
    Record(Record<'a>),
    /// Something that is no record, as it stands, with the reason.
    Refused(LedgerEntry, &'a str),
}

/// Something changed while reading, that a person should know: how often, where first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// How many records.
    pub count: u64,
    /// The first line.
    pub first_line: u64,
    /// What, in French.
    pub fr: &'static str,
    /// What, in English.
    pub en: &'static str,
}

/// What was changed while reading, by a stable word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes(pub BTreeMap<&'static str, Change>);

impl Changes {
    /// Counts one more change of the sort `code`, said in both languages.
    pub fn count(&mut self, code: &'static str, line: u64, said: (&'static str, &'static str)) {
        let change = self.0.entry(code).or_insert(Change {
            count: 0,
            first_line: line,
            fr: said.0,
            en: said.1,
        });
        change.count += 1;
    }

    /// Adds the changes of another account.
    pub fn join(&mut self, other: Self) {
        for (code, change) in other.0 {
            match self.0.entry(code) {
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(change);
                }
                std::collections::btree_map::Entry::Occupied(mut place) => {
                    place.get_mut().count += change.count;
                }
            }
        }
    }
}

/// What a file was written in, said in the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// `CSV`, `JSON`, `Parquet`, `XLSX`…
    pub form: &'static str,
    /// Encoding found; empty for a binary file.
    pub encoding: &'static str,
    /// Separator of a table.
    pub separator: Option<char>,
    /// Line ends: `LF`, `CRLF`, `CR`, or several joined by `+`.
    pub line_ends: String,
}

/// A file read record by record.
pub trait Records: Send {
    /// The columns; none for JSON, where each record has its own fields.
    fn columns(&self) -> &Columns;

    /// The next record, or what stands in its place; `None` at the end.
    ///
    /// # Errors
    /// When the file itself can no longer be read: what came before stands.
    fn next(&mut self) -> std::io::Result<Option<Item<'_>>>;

    /// What the file was written in, as far as it was read.
    fn written(&self) -> Written;

    /// What was changed while reading.
    fn changes(&self) -> Changes;

    /// The header as it stands in the file: first line of the file of refused rows.
    fn header(&self) -> &str;

    /// What stands beside the list of records, for JSON whose list is inside an object.
    fn around(&self) -> Option<&Value> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_is_found_by_its_name_whatever_the_file() {
        let columns = Columns::new(vec!["Nom".into(), "tags".into(), "vide".into()]);
        let mut cells = Cells::default();
        for cell in [" Récup ", "['vélo', 'l’atelier']", "  "] {
            cells.push(cell);
        }
        let record = Record::of_cells(2, "", &columns, &cells);
        assert_eq!(record.text("nom").as_deref(), Some("Récup"));
        assert_eq!(record.text("vide"), None);
        assert_eq!(record.text("absent"), None);
        assert_eq!(record.list("tags", &[';']), ["vélo", "l’atelier"]);
        let value = json!({"nom": "Récup", "geo": {"lat": 45.5}, "tags": ["vélo", null, " "]});
        let record = Record::of_json(2, "", &value);
        assert_eq!(record.text("geo.lat").as_deref(), Some("45.5"));
        assert_eq!(record.list("tags", &[';']), ["vélo"]);
        assert_eq!(record.cell(0), "");
    }
}
