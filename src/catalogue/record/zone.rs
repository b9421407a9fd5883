//! Zones: custom lists of communes.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::problem::RecordProblem;
use super::{Read, ReadResult, put};

/// A zone as a record holds it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ZoneRecord {
    /// `zone-<slug>`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// INSEE codes, sorted, each once.
    pub communes: Vec<String>,
}

/// Reads one zone: `{id, name, communes: [insee]}`; `com-69123` reads as `69123`.
///
/// # Errors
/// If it is no object, its `id` is not `zone-…`, or it has no `name` or no commune.
pub fn read(value: &Value) -> ReadResult<ZoneRecord> {
    let mut fields = Fields::of_row(value)?;
    let id = fields.required("id")?;
    if !id.starts_with("zone-") || id.len() < 6 {
        return Err(RecordProblem::new(
            "id",
            id,
            ("identifiant de zone mal formé", "malformed zone id"),
            ("écrivez `zone-` puis un nom court", "write `zone-` then a short name"),
        ));
    }
    let name = fields.required("name")?;
    let mut communes: Vec<String> = fields
        .list("communes")
        .into_iter()
        .map(|code| code.strip_prefix("com-").unwrap_or(&code).to_owned())
        .collect();
    communes.sort_unstable();
    communes.dedup();
    if communes.is_empty() {
        return Err(RecordProblem::missing("communes"));
    }
    let (_, warnings) = fields.finish();
    Ok(Read { value: ZoneRecord { id, name, communes }, warnings })
}

/// The zone as a row.
#[must_use]
pub fn to_json(zone: &ZoneRecord) -> Value {
    let mut map = Map::new();
    put(&mut map, "id", zone.id.as_str());
    put(&mut map, "name", zone.name.as_str());
    put(&mut map, "communes", zone.communes.clone());
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_lists_each_commune_once() {
        let value = serde_json::json!({"id": "zone-diois", "name": "Diois", "communes": ["com-26113", "26001", "26001"]});
        let zone = read(&value).unwrap().value;
        assert_eq!(zone.communes, ["26001", "26113"]);
        assert_eq!(read(&to_json(&zone)).unwrap().value, zone);
        let bad = serde_json::json!({"id": "diois", "name": "Diois", "communes": ["26001"]});
        assert_eq!(read(&bad).unwrap_err().field, "id");
    }
}
