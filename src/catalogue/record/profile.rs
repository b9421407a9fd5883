//! Profiles of weights: weights belong to someone (methods §6).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::fields::Fields;
use super::problem::RecordProblem;
use super::{Read, ReadResult, number, put, source};
use crate::domain::date::PartialDate;
use crate::domain::provenance::Source;

/// What a profile says of the criteria.
#[derive(Debug, Clone, PartialEq)]
pub enum ProfileWeights {
    /// A number per criterion; those not named weigh 0.
    Values(BTreeMap<String, f64>),
    /// An order (`gap>priority=proof`), as written.
    Order(String),
}

/// A profile as a record holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileRecord {
    /// Stable id.
    pub id: String,
    /// Whose weights they are: an organisation.
    pub owner: String,
    /// When their owner set them.
    pub as_of: Option<PartialDate>,
    /// The territory whose own profile it is, where it is one.
    pub territory: Option<String>,
    /// Its name in French.
    pub name_fr: Option<String>,
    /// Its name in English.
    pub name_en: Option<String>,
    /// The weights.
    pub weights: ProfileWeights,
    /// Why, in French.
    pub note_fr: Option<String>,
    /// Why, in English.
    pub note_en: Option<String>,
    /// Where it is published.
    pub source: Option<Source>,
}

/// Reads one profile: `{id, owner, date, territory, name | name_fr, name_en, weights:
/// {criterion: number} | "gap>proof" | "gap:3,proof:1", note | note_fr, note_en, source}`.
///
/// A bare `name` or `note` is the French one; `date` may be written `as_of`.
///
/// # Errors
/// If it is no object, `id`, `owner` or `weights` is missing, or a weight is negative or no
/// number, or all are zero.
pub fn read(value: &Value) -> ReadResult<ProfileRecord> {
    let mut fields = Fields::of_row(value)?;
    let id = fields.required("id")?;
    let owner = fields.required("owner")?;
    let weights = match fields.value("weights") {
        Some(Value::String(text)) if text.contains(':') => {
            let pairs = text.split(',').map(|pair| {
                let (name, weight) = pair.split_once(':').unwrap_or((pair, ""));
                (name.trim().to_owned(), super::fields::parse_number(weight))
            });
            checked(pairs)?
        }
        Some(Value::String(text)) if !text.trim().is_empty() => {
            ProfileWeights::Order(text.split_whitespace().collect())
        }
        Some(Value::Object(map)) => {
            checked(map.iter().map(|(name, weight)| (name.clone(), weight.as_f64())))?
        }
        _ => return Err(RecordProblem::missing("weights")),
    };
    let date = fields.date("date");
    let as_of = fields.date("as_of").or(date);
    let territory = fields.text("territory");
    let (name, note) = (fields.text("name"), fields.text("note"));
    let (name_fr, name_en) = (fields.text("name_fr").or(name), fields.text("name_en"));
    let (note_fr, note_en) = (fields.text("note_fr").or(note), fields.text("note_en"));
    let source = source::read_single(&mut fields);
    let (_, warnings) = fields.finish();
    let record = ProfileRecord {
        id,
        owner,
        as_of,
        territory,
        name_fr,
        name_en,
        weights,
        note_fr,
        note_en,
        source,
    };
    Ok(Read { value: record, warnings })
}

fn checked(
    pairs: impl Iterator<Item = (String, Option<f64>)>,
) -> Result<ProfileWeights, RecordProblem> {
    let mut values = BTreeMap::new();
    for (name, weight) in pairs {
        match weight.filter(|weight| weight.is_finite() && *weight >= 0.0) {
            Some(weight) => values.insert(name, weight),
            None => {
                let expected = ("nombre positif ou nul", "number of at least 0");
                return Err(RecordProblem::wrong_type(format!("weights.{name}"), "", expected));
            }
        };
    }
    if values.values().sum::<f64>() > 0.0 {
        Ok(ProfileWeights::Values(values))
    } else {
        Err(RecordProblem::missing("weights"))
    }
}

/// The profile as a row.
#[must_use]
pub fn to_json(profile: &ProfileRecord) -> Value {
    let mut map = Map::new();
    put(&mut map, "id", profile.id.as_str());
    put(&mut map, "owner", profile.owner.as_str());
    put(&mut map, "date", profile.as_of.map(|date| date.to_string()));
    put(&mut map, "territory", profile.territory.clone());
    put(&mut map, "name_fr", profile.name_fr.clone());
    put(&mut map, "name_en", profile.name_en.clone());
    match &profile.weights {
        ProfileWeights::Order(order) => put(&mut map, "weights", order.as_str()),
        ProfileWeights::Values(values) => {
            let weights: Map<String, Value> =
                values.iter().map(|(name, &weight)| (name.clone(), number(weight))).collect();
            put(&mut map, "weights", weights);
        }
    }
    put(&mut map, "note_fr", profile.note_fr.clone());
    put(&mut map, "note_en", profile.note_en.clone());
    if let Some(source) = &profile.source {
        put(&mut map, "source", source::to_json(source));
    }
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_numbers_or_an_order() {
        let value = serde_json::json!({"id": "p", "owner": "Lyon", "weights": "gap:3, proof:1"});
        let profile = read(&value).unwrap().value;
        let ProfileWeights::Values(values) = &profile.weights else { panic!("numbers") };
        assert_eq!(values["gap"], 3.0);
        assert_eq!(read(&to_json(&profile)).unwrap().value, profile);
        let order = serde_json::json!({"id": "p", "owner": "Lyon", "weights": "gap > proof"});
        let order = read(&order).unwrap().value;
        assert_eq!(order.weights, ProfileWeights::Order("gap>proof".to_owned()));
        let none = serde_json::json!({"id": "p", "owner": "Lyon", "weights": {"gap": 0}});
        assert!(read(&none).is_err());
    }

    #[test]
    fn a_profile_reads_back_whole() {
        let value = serde_json::json!({
            "id": "lyon-2026", "owner": "Métropole de Lyon", "date": "2026-03",
            "territory": "epci-200046977", "name": "Feuille de route", "name_en": "Roadmap",
            "weights": "gap>proof", "note": "Délibération du 3 mars", "year": 2026,
            "source": "https://exemple.test/deliberation",
        });
        let read_once = read(&value).unwrap();
        assert_eq!(read_once.warnings, Vec::new());
        let profile = read_once.value;
        assert_eq!(profile.as_of.unwrap().to_string(), "2026-03");
        assert_eq!(profile.name_fr.as_deref(), Some("Feuille de route"));
        assert_eq!(profile.source.as_ref().unwrap().year, Some(2026));
        assert_eq!(read(&to_json(&profile)).unwrap().value, profile);
    }
}
