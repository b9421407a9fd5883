//! Profiles of weights: weights belong to someone (methods §6).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::fields::Fields;
use super::problem::RecordProblem;
use super::{Read, ReadResult, number, put};

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
    /// Whose weights they are.
    pub owner: String,
    /// The territory whose own profile it is, where it is one.
    pub territory: Option<String>,
    /// The weights.
    pub weights: ProfileWeights,
    /// Why.
    pub note: Option<String>,
}

/// Reads one profile: `{id, owner, territory, weights: {criterion: number} | "gap>proof" |
/// "gap:3,proof:1", note}`.
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
    let territory = fields.text("territory");
    let note = fields.text("note");
    let (_, warnings) = fields.finish();
    Ok(Read { value: ProfileRecord { id, owner, territory, weights, note }, warnings })
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
    put(&mut map, "territory", profile.territory.clone());
    match &profile.weights {
        ProfileWeights::Order(order) => put(&mut map, "weights", order.as_str()),
        ProfileWeights::Values(values) => {
            let weights: Map<String, Value> =
                values.iter().map(|(name, &weight)| (name.clone(), number(weight))).collect();
            put(&mut map, "weights", weights);
        }
    }
    put(&mut map, "note", profile.note.clone());
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
}
