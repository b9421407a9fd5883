//! The bodies of requests, read field by field: each fault is told with its path and its
//! way out.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value};
use strsim::jaro_winkler;

use crate::domain::date::PartialDate;
use crate::matching::RankBy;
use crate::matching::outcome::CriterionId;
use crate::matching::weights::{WeightsAsked, WeightsError};

use super::ask::TerritoryAsked;
use super::error::ScoutingError;

/// Most rows of each list of one body.
const ROWS_MAX: usize = 5_000;

/// Reads `expected` or `low`.
///
/// # Errors
/// [`ScoutingError::OutOfBounds`] for another word.
pub fn rank_by(word: &str) -> Result<RankBy, ScoutingError> {
    match word {
        "expected" => Ok(RankBy::Expected),
        "low" => Ok(RankBy::Low),
        other => Err(ScoutingError::OutOfBounds {
            field: "rank_by".to_owned(),
            value: other.chars().take(40).collect(),
            bounds: "expected | low".to_owned(),
        }),
    }
}

/// Reads a date `YYYY-MM-DD` (a year or a month alone count from their first day).
///
/// # Errors
/// [`ScoutingError::BadDate`].
pub fn date(text: &str) -> Result<Date, ScoutingError> {
    PartialDate::parse(text)
        .map(PartialDate::first_day)
        .ok_or_else(|| ScoutingError::BadDate { asked: text.chars().take(40).collect() })
}

/// Refuses a field that is none of `fields`, with the nearest of them.
///
/// # Errors
/// [`ScoutingError::BadRecord`] at the first unknown field.
pub(super) fn check_fields(
    body: &Map<String, Value>,
    fields: &[&str],
) -> Result<(), ScoutingError> {
    let Some(unknown) = body.keys().find(|key| !fields.contains(&key.as_str())) else {
        return Ok(());
    };
    let unknown: String = unknown.chars().take(40).collect();
    let nearest = fields
        .iter()
        .max_by(|a, b| jaro_winkler(a, &unknown).total_cmp(&jaro_winkler(b, &unknown)))
        .expect("there are fields");
    Err(bad(
        &unknown,
        &format!("champ inconnu ; vouliez-vous dire `{nearest}` ?"),
        &format!("unknown field; did you mean `{nearest}`?"),
    ))
}

pub(super) fn territory_of(value: Option<&Value>) -> Result<TerritoryAsked, ScoutingError> {
    match value {
        Some(Value::String(name)) => Ok(TerritoryAsked::Named(name.clone())),
        Some(Value::Object(object)) => {
            if let Some(id) = object.get("id").and_then(Value::as_str)
                && !object.contains_key("communes")
            {
                return Ok(TerritoryAsked::Named(id.to_owned()));
            }
            let name = object.get("name").and_then(Value::as_str).unwrap_or("zone").to_owned();
            let communes = match object.get("communes") {
                Some(list) => strings("territory.communes", list)?,
                None => return Ok(TerritoryAsked::Named(name)),
            };
            Ok(TerritoryAsked::Zone { name, communes })
        }
        _ => Err(bad(
            "territory",
            "manquant : donnez un identifiant, un nom, ou {\"name\", \"communes\"}",
            "missing: give an id, a name, or {\"name\", \"communes\"}",
        )),
    }
}

/// The territories of a body: at least one, at most `most`.
pub(super) fn territories_of(
    body: &Map<String, Value>,
    most: usize,
) -> Result<Vec<TerritoryAsked>, ScoutingError> {
    let missing = || {
        bad(
            "territories",
            "donnez au moins un territoire, dans une liste : [\"Métropole de Lyon\"]",
            "give at least one territory, in a list: [\"Métropole de Lyon\"]",
        )
    };
    let list = match present(body, "territories") {
        None => return Err(missing()),
        Some(value) => rows("territories", value)?,
    };
    if list.is_empty() {
        return Err(missing());
    }
    if list.len() > most {
        return Err(out_of_bounds("territories", &list.len().to_string(), 1, most));
    }
    list.iter()
        .enumerate()
        .map(|(at, value)| {
            territory_of(Some(value)).map_err(|error| match error {
                ScoutingError::BadRecord { reason_fr, reason, .. } => {
                    bad(&format!("territories[{at}]"), &reason_fr, &reason)
                }
                other => other,
            })
        })
        .collect()
}

/// A whole number of 1 to `most`; `None` where the field is absent.
pub(super) fn whole_of(
    body: &Map<String, Value>,
    field: &str,
    most: usize,
) -> Result<Option<usize>, ScoutingError> {
    let Some(value) = present(body, field) else { return Ok(None) };
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
    match number.filter(|number| (1..=most).contains(number)) {
        Some(number) => Ok(Some(number)),
        None => Err(out_of_bounds(field, &value.to_string(), 1, most)),
    }
}

/// The refusal of a number out of `least` to `most`.
pub(super) fn out_of_bounds(field: &str, value: &str, least: usize, most: usize) -> ScoutingError {
    ScoutingError::OutOfBounds {
        field: field.to_owned(),
        value: value.chars().take(40).collect(),
        bounds: format!("{least}–{most}"),
    }
}

pub(super) fn weights_of(value: Option<&Value>) -> Result<WeightsAsked, ScoutingError> {
    match value {
        None | Some(Value::Null) => Ok(WeightsAsked::Nothing),
        Some(Value::String(text)) => Ok(WeightsAsked::parse(text)?),
        Some(Value::Object(object)) => {
            let mut values = BTreeMap::new();
            for (name, weight) in object {
                let criterion = CriterionId::parse(name)
                    .ok_or_else(|| WeightsError::UnknownCriterion(name.clone()))?;
                let weight = weight.as_f64().ok_or_else(|| {
                    bad(
                        &format!("weights.{name}"),
                        "attendu : un nombre positif",
                        "expected a positive number",
                    )
                })?;
                values.insert(criterion, weight);
            }
            Ok(WeightsAsked::Values(values))
        }
        Some(_) => Err(bad(
            "weights",
            "attendu : \"gap:3,proof:1\", \"gap>priority\" ou {\"gap\": 3}",
            "expected \"gap:3,proof:1\", \"gap>priority\" or {\"gap\": 3}",
        )),
    }
}

pub(super) fn present<'a>(object: &'a Map<String, Value>, field: &str) -> Option<&'a Value> {
    object.get(field).filter(|value| !value.is_null())
}

pub(super) fn text(
    object: &Map<String, Value>,
    field: &str,
) -> Result<Option<String>, ScoutingError> {
    match present(object, field) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(bad(field, "attendu : du texte", "expected text")),
    }
}

pub(super) fn number(
    object: &Map<String, Value>,
    path: &str,
    field: &str,
) -> Result<Option<f64>, ScoutingError> {
    match present(object, field) {
        None => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or_else(|| {
            bad(&format!("{path}.{field}"), "attendu : un nombre", "expected a number")
        }),
    }
}

pub(super) fn strings(path: &str, value: &Value) -> Result<Vec<String>, ScoutingError> {
    let list = rows(path, value)?;
    list.iter()
        .map(|item| {
            item.as_str().map(str::to_owned).ok_or_else(|| {
                bad(path, "attendu : une liste de textes", "expected a list of texts")
            })
        })
        .collect()
}

pub(super) fn rows<'a>(path: &str, value: &'a Value) -> Result<&'a [Value], ScoutingError> {
    let list =
        value.as_array().ok_or_else(|| bad(path, "attendu : une liste", "expected a list"))?;
    if list.len() > ROWS_MAX {
        return Err(ScoutingError::OutOfBounds {
            field: path.to_owned(),
            value: list.len().to_string(),
            bounds: format!("0–{ROWS_MAX}"),
        });
    }
    Ok(list)
}

pub(super) fn object_of<'a>(
    path: &str,
    value: &'a Value,
) -> Result<&'a Map<String, Value>, ScoutingError> {
    value.as_object().ok_or_else(|| bad(path, "attendu : un objet", "expected an object"))
}

pub(super) fn date_of(value: &Value) -> Result<Date, ScoutingError> {
    match value {
        Value::String(text) => date(text),
        other => date(&other.to_string()),
    }
}

pub(super) fn bad(field: &str, reason_fr: &str, reason: &str) -> ScoutingError {
    ScoutingError::BadRecord {
        field: field.to_owned(),
        reason_fr: reason_fr.to_owned(),
        reason: reason.to_owned(),
    }
}
