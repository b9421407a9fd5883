//! Sources in files: an address, or an object with year and licence.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::problem::RecordProblem;
use super::put;
use crate::domain::provenance::Source;

/// Reads one source: a text, or `{source|url|name, year, licence}`.
///
/// # Errors
/// If it is neither, or names nothing.
pub fn read(path: &str, value: &Value) -> Result<Source, RecordProblem> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Ok(Source::named(text.trim())),
        Value::Object(map) => {
            let mut fields = Fields::new(map, path);
            let named = fields.text("source");
            let url = fields.text("url");
            let name = fields.text("name");
            let source = named.or(url).or(name).ok_or_else(|| RecordProblem::missing(path))?;
            Ok(Source { source, year: fields.year("year"), licence: fields.text("licence") })
        }
        other => {
            Err(RecordProblem::wrong_type(path, other, ("adresse ou objet", "address or object")))
        }
    }
}

/// Reads the list `name`; what cannot be read is noted and dropped.
pub fn read_list(fields: &mut Fields<'_>, name: &'static str) -> Vec<Source> {
    let mut sources = Vec::new();
    for (path, item) in fields.items(name) {
        match read(&path, &item) {
            Ok(source) => sources.push(source),
            Err(problem) => fields.note(problem),
        }
    }
    sources
}

/// The `source` of a row that has only one, with `year` and `licence` beside it.
pub fn read_single(fields: &mut Fields<'_>) -> Option<Source> {
    let year = fields.year("year");
    let licence = fields.text("licence");
    let path = fields.path_of("source");
    let value = fields.value("source").or_else(|| fields.value("source_url"))?;
    match read(&path, value) {
        Ok(source) => Some(Source {
            year: source.year.or(year),
            licence: source.licence.or(licence),
            ..source
        }),
        Err(problem) => {
            fields.note(problem);
            None
        }
    }
}

/// A source as JSON: a bare text when it has neither year nor licence.
#[must_use]
pub fn to_json(source: &Source) -> Value {
    if source.year.is_none() && source.licence.is_none() {
        return Value::from(source.source.as_str());
    }
    let mut map = Map::new();
    put(&mut map, "source", source.source.as_str());
    put(&mut map, "year", source.year);
    put(&mut map, "licence", source.licence.clone());
    Value::Object(map)
}

/// Sources as a JSON list.
#[must_use]
pub fn list_to_json(sources: &[Source]) -> Value {
    Value::Array(sources.iter().map(to_json).collect())
}
