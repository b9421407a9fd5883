//! A row as cells, and cells as a row: exact both ways.

use serde_json::{Map, Value};

use super::cell::{self, Cell};
use super::columns::{Column, Form, OTHER};
use crate::catalogue::record::fields::split_list;
use crate::catalogue::record::{number, partner};

/// The cells of `body` in the order of `columns`, then the one of [`OTHER`].
///
/// A field that a cell would not give back exactly (a number where a text is expected, an
/// unknown field, an explicit null) goes into the last cell, so nothing is lost.
#[must_use]
pub fn cells(body: &Map<String, Value>, columns: &[Column]) -> Vec<Cell> {
    let mut rest = body.clone();
    let mut cells = Vec::with_capacity(columns.len() + 1);
    for column in columns {
        let cell = at(body, column.path).and_then(|value| fit(value, *column));
        if cell.is_some() {
            take(&mut rest, column.path);
        }
        cells.push(cell.unwrap_or_default());
    }
    cells.push(if rest.is_empty() { Cell::Empty } else { Cell::Json(Value::Object(rest)) });
    cells
}

/// The value at a dotted path.
fn at<'a>(body: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        None => body.get(path),
        Some((outer, inner)) => at(body.get(outer)?.as_object()?, inner),
    }
}

/// Takes what stands at a dotted path away, and what it leaves empty.
fn take(body: &mut Map<String, Value>, path: &str) {
    let Some((outer, inner)) = path.split_once('.') else {
        body.remove(path);
        return;
    };
    if let Some(Value::Object(map)) = body.get_mut(outer) {
        take(map, inner);
        if map.is_empty() {
            body.remove(outer);
        }
    }
}

/// The cell of `value`, where reading it gives `value` back.
fn fit(value: &Value, column: Column) -> Option<Cell> {
    let said = |text: &str| !text.is_empty() && text.trim() == text;
    match (column.form, value) {
        (Form::Text, Value::String(text)) => said(text).then(|| Cell::Text(text.clone())),
        (Form::Whole, Value::Number(_)) => value.as_i64().map(Cell::Whole),
        (Form::Number, Value::Number(_)) => {
            value.as_f64().filter(|n| number(*n) == *value).map(Cell::Number)
        }
        (Form::Yes, Value::Bool(said)) => Some(Cell::Yes(*said)),
        (Form::List, Value::Array(items)) => {
            let plain = |item: &Value| match item {
                Value::String(text) => said(text),
                Value::Object(_) => cell::is_read_as_json(item),
                _ => false,
            };
            (!items.is_empty() && items.iter().all(plain)).then(|| Cell::Items(items.clone()))
        }
        (Form::Wholes, Value::Array(items)) => {
            let whole = |item: &Value| item.as_i64().is_some();
            (!items.is_empty() && items.iter().all(whole)).then(|| Cell::Items(items.clone()))
        }
        (Form::Json, Value::Array(_)) if column.path == "partners" => {
            partners(value).or_else(|| json(value))
        }
        (Form::Json | Form::Text, Value::Array(_) | Value::Object(_)) => json(value),
        _ => None,
    }
}

fn json(value: &Value) -> Option<Cell> {
    let said = match value {
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
        _ => false,
    };
    (said && cell::is_read_as_json(value)).then(|| Cell::Json(value.clone()))
}

/// Partners as people write them ("SINGA (Paris, Lyon)"), where the words give them back.
fn partners(value: &Value) -> Option<Cell> {
    let texts: Option<Vec<Value>> = value
        .as_array()?
        .iter()
        .map(|item| {
            let text = item.get("text")?.as_str()?;
            let same = partner::to_json(&partner::parse(text)) == *item;
            (same && split_list(text) == [text]).then(|| Value::from(text))
        })
        .collect();
    texts.filter(|texts| !texts.is_empty()).map(Cell::Items)
}

/// Puts a cell at a dotted path: `home.commune`.
pub fn put_at(object: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            object.insert(path.to_owned(), value);
        }
        Some((outer, inner)) => {
            let entry = object.entry(outer).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(map) = entry {
                put_at(map, inner, value);
            }
        }
    }
}

/// Joins the fields of [`OTHER`] to the row; what the row says itself stays.
pub fn join_other(row: &mut Map<String, Value>) {
    if let Some(Value::Object(more)) = row.remove(OTHER) {
        join(row, more);
    }
}

fn join(row: &mut Map<String, Value>, more: Map<String, Value>) {
    for (name, value) in more {
        match (row.get_mut(&name), value) {
            (Some(Value::Object(known)), Value::Object(value)) => join(known, value),
            (Some(_), _) => {}
            (None, value) => {
                row.insert(name, value);
            }
        }
    }
}

/// Gives back their type to the cells of a row that is kept as it is written: the texts of
/// numbers, of a yes or a no, and of lists.
pub fn retype(row: &mut Map<String, Value>, columns: &[Column]) {
    for column in columns {
        let Some(Value::String(text)) = at(row, column.path) else { continue };
        let typed = match column.form {
            Form::Whole => text.parse::<i64>().ok().map(Value::from),
            Form::Number => crate::catalogue::record::fields::parse_number(text).map(number),
            Form::Yes => match text.as_str() {
                "true" | "oui" | "yes" => Some(Value::from(true)),
                "false" | "non" | "no" => Some(Value::from(false)),
                _ => None,
            },
            Form::List => Some(Value::from(split_list(text))),
            _ => None,
        };
        if let Some(typed) = typed {
            put_at(row, column.path, typed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::export::columns;
    use crate::catalogue::revision::Kind;
    use serde_json::json;

    /// The row as a CSV would give it back.
    fn back(body: &Value, kind: Kind) -> Value {
        let columns = columns::of(kind);
        let mut row = Map::new();
        let names = columns.iter().map(|column| column.path).chain([OTHER]);
        for (path, cell) in names.zip(cells(body.as_object().unwrap(), columns)) {
            let text = cell.written(true);
            if !text.is_empty() {
                put_at(&mut row, path, cell::read(&text));
            }
        }
        retype(&mut row, columns);
        join_other(&mut row);
        Value::Object(row)
    }

    #[test]
    fn a_row_reads_back_whatever_its_fields_hold() {
        for body in [
            json!({"id": "o", "territory": "com-69123", "text": "=x", "severity": 0.5, "year": 2024}),
            json!({"id": "o", "severity": 1.0, "year": "2024", "need": null, "extra": {"a": [1, null]}}),
            json!({"id": "o", "text": " espaces ", "source": {"source": "x", "year": 2020}}),
            json!({"id": "o", "text": "[\"a\"]", "by": "'=1"}),
        ] {
            assert_eq!(back(&body, Kind::Observation), body);
        }
        let zone = json!({"id": "zone-a", "name": "A", "communes": ["01001", "26001"]});
        assert_eq!(back(&zone, Kind::Zone), zone);
    }

    #[test]
    fn the_rest_of_a_nested_object_goes_aside_and_comes_back() {
        let body = json!({"id": "a", "home": {"commune": "Lyon", "quartier": "Gerland"},
            "sites_declared": {"value": 12, "year": 2024}});
        let columns = columns::of(Kind::Enterprise);
        let cells = cells(body.as_object().unwrap(), columns);
        assert_eq!(cells.last(), Some(&Cell::Json(json!({"home": {"quartier": "Gerland"}}))));
        assert_eq!(back(&body, Kind::Enterprise), body);
    }

    #[test]
    fn partners_are_words_where_words_are_enough() {
        let body = json!({"id": "a", "partners": [
            {"organisation": "SINGA", "places": ["Paris", "Lyon"], "text": "SINGA (Paris, Lyon)"}]});
        let cells = cells(body.as_object().unwrap(), columns::of(Kind::Enterprise));
        assert!(cells.contains(&Cell::Items(vec![json!("SINGA (Paris, Lyon)")])));
    }
}
