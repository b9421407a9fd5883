//! Rows as places (RFC 7946): what a map shows.
//!
//! Every row is one feature at least, its properties complete; one without a place has a
//! null geometry, so nothing is lost. Three properties are added, which an import takes
//! away: `_place` (`home`, `site`), `_point` (`own`, or `commune` when it is the middle of
//! the commune) and, for a site, `_of` (the enterprise). A feature of a site repeats what its
//! enterprise says of it: an import skips it.

use serde_json::{Map, Value, json};

use crate::catalogue::record::number;
use crate::catalogue::revision::{Kind, canonical};
use crate::domain::geography::Point;

/// What a feature is: the row itself, or one of its sites.
pub const PLACE: &str = "_place";
/// How sure its point is.
pub const POINT: &str = "_point";
/// Whose site it is.
pub const OF: &str = "_of";
/// The value of [`PLACE`] of a site.
pub const SITE: &str = "site";
/// The name of a collection that Essaim wrote.
pub const NAME: &str = "essaim";

/// Finds the middle of the commune that a place (`commune`, `departement`, `insee`…) names.
pub type Locate<'a> = &'a dyn Fn(&Map<String, Value>) -> Option<Point>;

/// The rows as a collection of features, one per line, in the order of the rows.
#[must_use]
pub fn write(kind: Kind, rows: &[(String, Map<String, Value>)], locate: Locate<'_>) -> Vec<u8> {
    let mut out = format!(
        "{{\"type\":\"FeatureCollection\",\"name\":\"{NAME} {}\",\"features\":[",
        kind.as_str()
    );
    let mut first = true;
    for (id, body) in rows {
        for feature in features(kind, id, body, locate) {
            out.push_str(if first { "\n" } else { ",\n" });
            out.push_str(&canonical(&feature));
            first = false;
        }
    }
    out.push_str("\n]}\n");
    out.into_bytes()
}

fn features(kind: Kind, id: &str, body: &Map<String, Value>, locate: Locate<'_>) -> Vec<Value> {
    let empty = Map::new();
    let (at, basis) = match kind {
        Kind::Actor => match own(body) {
            Some(point) => (Some(point), "own"),
            None => (locate(body), "commune"),
        },
        Kind::Enterprise => {
            let home = body.get("home").and_then(Value::as_object).unwrap_or(&empty);
            (locate(home), "commune")
        }
        _ => (None, "commune"),
    };
    let mut properties = body.clone();
    properties.insert(PLACE.to_owned(), Value::from("home"));
    if at.is_some() {
        properties.insert(POINT.to_owned(), Value::from(basis));
    }
    let mut all = vec![feature(id, at, &properties)];
    let sites = body.get("sites").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if kind == Kind::Enterprise {
        for (number, site) in (1..).zip(sites) {
            let Some(site) = site.as_object() else { continue };
            let mut properties = site.clone();
            let point = locate(site);
            properties.insert(PLACE.to_owned(), Value::from(SITE));
            properties.insert(OF.to_owned(), Value::from(id));
            if let Some(name) = body.get("name") {
                properties.insert("name".to_owned(), name.clone());
            }
            if point.is_some() {
                properties.insert(POINT.to_owned(), Value::from("commune"));
            }
            all.push(feature(&format!("{id}#{number}"), point, &properties));
        }
    }
    all
}

fn own(body: &Map<String, Value>) -> Option<Point> {
    let lat = body.get("lat")?.as_f64()?;
    let lon = body.get("lon")?.as_f64()?;
    Some(Point { lat, lon })
}

fn feature(id: &str, at: Option<Point>, properties: &Map<String, Value>) -> Value {
    let geometry = at.map(|point| {
        // Longitude first (RFC 7946, 3.1.1).
        json!({"type": "Point", "coordinates": [number(point.lon), number(point.lat)]})
    });
    json!({"type": "Feature", "id": id, "geometry": geometry, "properties": properties})
}
