//! One cell of a table, and its text: whatever is written reads back as it was.
//!
//! Three rules, the same for CSV, XLSX, ODS and Parquet:
//!
//! 1. A list of texts is joined by `|` when splitting it again gives the same list; else it
//!    is a JSON list (`["a|b","c"]`). What has no flat form is JSON too.
//! 2. A text that would be taken for JSON, or that begins with an apostrophe before one of
//!    `= + - @ ' [ {`, gets one apostrophe more in front, and loses it when read.
//! 3. In CSV, a text that a spreadsheet would run as a formula (`=`, `+`, `-`, `@` first, and
//!    no number) gets the same apostrophe. In XLSX such a text is written as text, which
//!    never runs.

use serde_json::Value;

use crate::catalogue::record::fields::split_list;
use crate::catalogue::record::number;
use crate::catalogue::revision::canonical;

/// What a formula begins with (OWASP, "CSV injection").
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// One cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing is said.
    #[default]
    Empty,
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// A yes or a no.
    Yes(bool),
    /// A list of texts and objects.
    Items(Vec<Value>),
    /// A list or an object without a flat form.
    Json(Value),
}

impl Cell {
    /// A text, or nothing when it is empty.
    #[must_use]
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// Its text; `formulas` says whether the file is one where a formula would run.
    #[must_use]
    pub fn written(&self, formulas: bool) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => guarded(text, formulas),
            Self::Whole(whole) => whole.to_string(),
            Self::Number(value) => number(*value).to_string(),
            Self::Yes(said) => said.to_string(),
            Self::Items(items) => match joined(items) {
                Some(text) => guarded(&text, formulas),
                None => canonical(&Value::Array(items.clone())),
            },
            Self::Json(value) => canonical(value),
        }
    }
}

/// The items joined by `|`, where splitting gives them back.
fn joined(items: &[Value]) -> Option<String> {
    let texts: Option<Vec<String>> = items
        .iter()
        .map(|item| match item {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
        .collect();
    let texts = texts?;
    let text = texts.join("|");
    (split_list(&text) == texts).then_some(text)
}

/// The text with an apostrophe in front where it would be read as something else.
#[must_use]
pub fn guarded(text: &str, formulas: bool) -> String {
    let misread = !matches!(read(text), Value::String(same) if same == text);
    let runs = formulas && text.starts_with(FORMULA) && text.parse::<f64>().is_err();
    if misread || runs { format!("'{text}") } else { text.to_owned() }
}

/// What the text of a cell says: the text itself, or the list or the object that it holds.
#[must_use]
pub fn read(text: &str) -> Value {
    if let Some(rest) = text.strip_prefix('\'')
        && (rest.starts_with(FORMULA) || rest.starts_with(['\'', '[', '{']))
    {
        return Value::from(rest);
    }
    if looks_json(text)
        && let Ok(value) = serde_json::from_str::<Value>(text)
    {
        return value;
    }
    Value::from(text)
}

/// Whether a text begins as a JSON list of texts, lists or objects, or as an object: `[1]`
/// or `[sic]` are words that people write.
fn looks_json(text: &str) -> bool {
    matches!(text, "[]" | "{}")
        || ["[\"", "[{", "[[", "{\""].iter().any(|begin| text.starts_with(begin))
}

/// Whether `value` written as JSON is read back as JSON.
#[must_use]
pub(super) fn is_read_as_json(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Object(_)) && looks_json(&canonical(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_text_reads_back_whatever_it_begins_with() {
        for text in [
            "=SOMME(A1)",
            "+33",
            "-5",
            "@ici",
            "'=x",
            "''=x",
            "'quoted'",
            "[\"a\"]",
            "{\"a\":1}",
            "[2019]",
            "[sic]",
            "'[x]",
            "{}",
            "[]",
            "|",
            "a;b",
            "l’été",
            "\"Les Halles\"",
            "'",
        ] {
            for formulas in [true, false] {
                let written = Cell::Text(text.to_owned()).written(formulas);
                assert_eq!(read(&written), json!(text), "{text} was written {written}");
                let runs = written.starts_with(FORMULA) && written.parse::<f64>().is_err();
                assert!(!(formulas && runs), "{written} would run");
            }
        }
    }

    #[test]
    fn a_list_reads_back_whatever_its_items_hold() {
        for items in [
            json!(["a", "b"]),
            json!(["a|b", "c"]),
            json!(["a;b"]),
            json!(["=1", "x"]),
            json!(["[\"a\"]"]),
            json!([{"source": "x", "year": 2020}, "y"]),
            json!(["'=x"]),
        ] {
            let Value::Array(list) = items.clone() else { unreachable!() };
            let written = Cell::Items(list).written(true);
            let back = match read(&written) {
                Value::String(text) => json!(split_list(&text)),
                other => other,
            };
            assert_eq!(back, items, "{written}");
        }
        assert_eq!(Cell::Items(vec![json!("a"), json!("b")]).written(true), "a|b");
    }
}
