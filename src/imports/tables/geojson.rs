//! A collection of places: ours, whose properties are whole rows, or that of a map.

use serde_json::{Map, Value};

use super::{Reading, Row, guessed, understood};
use crate::catalogue::export::geojson::{OF, PLACE, POINT, SITE};
use crate::catalogue::record::RecordProblem;
use crate::imports::header;
use crate::imports::ledger::LedgerEntry;
use crate::imports::rows::Rows;

/// The features of a collection, or `None` when the JSON is something else.
#[must_use]
pub fn features(value: &Value) -> Option<&Vec<Value>> {
    let collection = value.get("type").and_then(Value::as_str) == Some("FeatureCollection");
    value.get("features").and_then(Value::as_array).filter(|_| collection)
}

/// Reads a collection; its features are numbered from 1.
#[must_use]
pub fn read(features: &[Value], reading: Reading) -> Rows {
    let properties =
        |feature: &Value| feature.get("properties").and_then(Value::as_object).cloned();
    let ours = features.iter().any(|feature| {
        properties(feature).is_some_and(|properties| properties.contains_key(PLACE))
    });
    if ours { our_rows(features) } else { table(features, reading) }
}

/// Rows that Essaim wrote: the properties are the row.
fn our_rows(features: &[Value]) -> Rows {
    let mut rows = Rows::default();
    for (line, feature) in (1..).zip(features) {
        let Some(mut row) = feature.get("properties").and_then(Value::as_object).cloned() else {
            rows.read += 1;
            rows.rejected.push(no_properties(line, feature));
            continue;
        };
        let place = row.remove(PLACE);
        if place.as_ref().and_then(Value::as_str) == Some(SITE) {
            continue;
        }
        for name in [POINT, OF] {
            row.remove(name);
        }
        rows.read += 1;
        rows.rows.push((line, Value::Object(row)));
    }
    rows
}

/// The places of somebody's map: properties are columns, a point gives `lat` and `lon`.
fn table(features: &[Value], reading: Reading) -> Rows {
    let mut names: Vec<String> = Vec::new();
    for feature in features {
        let properties = feature.get("properties").and_then(Value::as_object);
        for name in properties.into_iter().flat_map(Map::keys) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    let header = header::recognise(names.iter().map(String::as_str), reading.vocabulary);
    let known = |path: &str| {
        reading.vocabulary.iter().find(|(known, _)| *known == path).map(|(known, _)| *known)
    };
    let mut rows = Rows { tabular: true, ..Rows::default() };
    for (line, feature) in (1..).zip(features) {
        rows.read += 1;
        let Some(properties) = feature.get("properties").and_then(Value::as_object) else {
            rows.rejected.push(no_properties(line, feature));
            continue;
        };
        let mut row = Row::default();
        if let Some((lon, lat)) = point(feature)
            && let (Some(lat_path), Some(lon_path)) = (known("lat"), known("lon"))
        {
            row.put_value(lat_path, lat);
            row.put_value(lon_path, lon);
        }
        for (name, field) in names.iter().zip(&header.fields) {
            if let (Some(path), Some(value)) = (field, properties.get(name)) {
                row.put_value(path, value.clone());
            }
        }
        row.give(line, reading, &mut rows);
    }
    rows.columns = understood(&header);
    rows.guessed = guessed(&header);
    rows.ignored = header.ignored;
    rows
}

/// Longitude and latitude of a point.
fn point(feature: &Value) -> Option<(Value, Value)> {
    let geometry = feature.get("geometry")?;
    let point = geometry.get("type").and_then(Value::as_str) == Some("Point");
    let place = geometry.get("coordinates").and_then(Value::as_array).filter(|_| point)?;
    Some((place.first()?.clone(), place.get(1)?.clone()))
}

fn no_properties(line: u64, feature: &Value) -> LedgerEntry {
    let problem = RecordProblem::new(
        "properties",
        feature,
        ("lieu sans propriétés", "feature without properties"),
        ("donnez au moins un nom à ce lieu", "give this place a name at least"),
    );
    LedgerEntry { line, id: None, problem }
}
