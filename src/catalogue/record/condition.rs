//! Conditions of an implantation: a phrase, or a typed object.

use serde_json::{Map, Value};

use super::fields::{Fields, parse_number};
use super::problem::RecordProblem;
use super::{put, source};
use crate::domain::condition::Condition;
use crate::domain::provenance::{Basis, Source};

/// The operators of a condition.
pub const OPERATORS: [&str; 4] = [">=", "<=", "=", "exists"];

/// Reads one condition; `basis` and `origin` stand where it says none of its own.
///
/// # Errors
/// If it is neither a text nor an object with a text.
pub fn read(
    path: &str,
    value: &Value,
    basis: Basis,
    origin: Option<&Source>,
) -> Result<Condition, RecordProblem> {
    let phrase = |text: &str| Condition {
        kind: "other".to_owned(),
        operator: "exists".to_owned(),
        value: None,
        unit: None,
        text: text.trim().to_owned(),
        basis,
        source: origin.cloned(),
    };
    match value {
        Value::String(text) if !text.trim().is_empty() => Ok(phrase(text)),
        Value::Object(map) => {
            let mut fields = Fields::new(map, path);
            let mut condition = phrase("");
            if let Some(kind) = fields.text("kind") {
                condition.kind = kind;
            }
            if let Some(operator) = fields.text("operator") {
                condition.operator = match operator.as_str() {
                    "≥" | ">" => ">=".to_owned(),
                    "≤" | "<" => "<=".to_owned(),
                    _ => operator,
                };
            }
            if !OPERATORS.contains(&condition.operator.as_str()) {
                return Err(RecordProblem::unknown_word(
                    format!("{path}.operator"),
                    &condition.operator,
                    &OPERATORS,
                ));
            }
            condition.value = fields.text("value");
            condition.unit = fields.text("unit");
            condition.text = fields
                .text("text")
                .or_else(|| condition.value.clone())
                .ok_or_else(|| RecordProblem::missing(format!("{path}.text")))?;
            if let Some(word) = fields.text("basis") {
                let known = [Basis::Stated, Basis::Measured, Basis::Inferred, Basis::Prior];
                if let Some(said) = known.into_iter().find(|b| b.as_str() == word) {
                    condition.basis = said;
                }
            }
            if let Some(said) = fields.value("source") {
                condition.source = Some(source::read(&format!("{path}.source"), said)?);
            }
            Ok(condition)
        }
        other => {
            Err(RecordProblem::wrong_type(path, other, ("phrase ou objet", "phrase or object")))
        }
    }
}

/// A condition as JSON; a value that is a number is written as one.
#[must_use]
pub fn to_json(condition: &Condition) -> Value {
    let mut map = Map::new();
    put(&mut map, "text", condition.text.as_str());
    put(&mut map, "kind", condition.kind.as_str());
    put(&mut map, "operator", condition.operator.as_str());
    if let Some(value) = &condition.value {
        let json = parse_number(value).map_or_else(|| Value::from(value.as_str()), super::number);
        put(&mut map, "value", json);
    }
    put(&mut map, "unit", condition.unit.clone());
    put(&mut map, "basis", condition.basis.as_str());
    if let Some(origin) = &condition.source {
        put(&mut map, "source", source::to_json(origin));
    }
    Value::Object(map)
}
