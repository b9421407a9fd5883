//! The journey as GeoJSON (RFC 7946): a point per stop, and the route as a line.

use geojson::{Feature, FeatureCollection, Geometry, JsonObject};
use serde_json::{Value, json};

use super::{CityWire, StopWire, TourWire};

/// The journey as a GeoJSON text: the start and the stops as points, then the route as a
/// line; `role` says which is which (`start`, `stop`, `route`).
///
/// Coordinates are `[longitude, latitude]`, WGS 84.
#[must_use]
pub fn geojson(tour: &TourWire) -> String {
    let mut features = Vec::new();
    if let Some(start) = &tour.start {
        features.push(point(start, properties(&json!({ "role": "start", "name": start.name }))));
    }
    features.extend(tour.stops.iter().map(|stop| point(&stop.city, stop_properties(stop))));
    features.extend(route(tour));
    let collection = FeatureCollection { bbox: None, features, foreign_members: None };
    collection.to_string()
}

fn properties(value: &Value) -> JsonObject {
    value.as_object().cloned().unwrap_or_default()
}

fn point(city: &CityWire, properties: JsonObject) -> Feature {
    Feature {
        geometry: Some(Geometry::new_point([city.lon, city.lat])),
        properties: Some(properties),
        ..Feature::default()
    }
}

fn stop_properties(stop: &StopWire) -> JsonObject {
    let names: Vec<&str> = stop.candidates.iter().map(|met| met.enterprise.name.as_str()).collect();
    let peers: Vec<&str> = stop.peers.iter().map(|met| met.name.as_str()).collect();
    properties(&json!({
        "role": "stop",
        "order": stop.order,
        "id": stop.city.id,
        "name": stop.city.name,
        "departement": stop.city.departement,
        "day": stop.leg.day,
        "date": stop.leg.date,
        "distance_km": stop.leg.distance_km,
        "candidates": names,
        "peers": peers,
        "value": stop.value,
        "adds": stop.adds,
        "reason": stop.reason.text,
    }))
}

/// The line through start, stops and start; none where it would have a single point.
fn route(tour: &TourWire) -> Option<Feature> {
    let stops = tour.stops.iter().map(|stop| &stop.city);
    let home = tour.start.iter().filter(|_| tour.back.is_some());
    let mut line: Vec<[f64; 2]> =
        tour.start.iter().chain(stops).chain(home).map(|city| [city.lon, city.lat]).collect();
    line.dedup();
    if line.len() < 2 {
        return None;
    }
    Some(Feature {
        geometry: Some(Geometry::new_line_string(line)),
        properties: Some(properties(&json!({
            "role": "route",
            "name": tour.title,
            "distance_km": tour.totals.distance_km,
            "days": tour.totals.days,
        }))),
        ..Feature::default()
    })
}
