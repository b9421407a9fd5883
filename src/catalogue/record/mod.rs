//! The shapes of files and of JSON, and how they become what we talk about.
//!
//! One file per kind. Reading is lenient: a bad optional field is dropped and reported,
//! an unknown field is kept and reported; only what makes the row meaningless (no id, no
//! name…) refuses it. `to_json` writes back what was read, so importing a row twice
//! gives the same bytes.

pub mod actor;
pub mod annotation;
pub mod condition;
pub mod confirmation;
pub mod dataset;
pub mod decision;
pub mod enterprise;
pub mod enterprise_json;
pub mod fields;
pub mod folding;
pub mod identifier;
pub mod merge;
pub mod observation;
pub mod partner;
pub mod personal;
pub mod place;
pub mod priority;
pub mod problem;
pub mod profile;
pub mod source;
pub mod submission;
pub mod zone;

use serde_json::{Map, Value};

pub use problem::RecordProblem;

/// A row read, with what was dropped or not understood on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Read<T> {
    /// The row.
    pub value: T,
    /// What was dropped, corrected or unknown; the row stands without it.
    pub warnings: Vec<RecordProblem>,
}

/// Result of reading a row: the row with its warnings, or why it is refused.
pub type ReadResult<T> = Result<Read<T>, RecordProblem>;

/// Puts `value` under `key` unless it says nothing (null, empty text, list or object).
pub(crate) fn put(map: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    let value = value.into();
    let silent = match &value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    if !silent {
        map.insert(key.to_owned(), value);
    }
}

/// A number as JSON, whole where it is whole: 12 rather than 12.0.
pub(crate) fn number(value: f64) -> Value {
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    let whole = value as i64;
    #[allow(clippy::cast_precision_loss)]
    if value.abs() < 1e15 && whole as f64 == value {
        Value::from(whole)
    } else {
        Value::from(value)
    }
}
