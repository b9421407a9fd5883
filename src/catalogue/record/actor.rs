//! Local actors in files and in requests (design §7).

use serde_json::{Map, Value};

use super::fields::Fields;
use super::identifier::valid_siren_or_siret;
use super::problem::RecordProblem;
use super::{Read, ReadResult, enterprise, enterprise_json, number, partner, place, put, source};
use crate::domain::actor::Actor;
use crate::domain::date::PartialDate;
use crate::domain::geography::Point;
use crate::domain::provenance::Source;

/// An actor as a record holds it; its portrait is left to the annotator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ActorRecord {
    /// The actor.
    pub actor: Actor,
    /// When its source last changed it.
    pub updated: Option<PartialDate>,
    /// Fields that no reader knows, kept.
    pub unknown: Map<String, Value>,
}

/// Reads one actor: all fields but `id` and `name` optional.
///
/// Lists are JSON lists, or one text separated by `;` or `|`. `geo` says what `lat` and
/// `lon` are: `point` (its own, the default), `commune` (the middle of its commune: then
/// it has no point of its own) or `doute` (point and commune disagree).
///
/// # Errors
/// If it is no object, or has no `id` or no `name`.
pub fn read(value: &Value) -> ReadResult<ActorRecord> {
    let mut fields = Fields::of_row(value)?;
    let id = fields.required("id")?;
    let name = fields.required("name")?;
    let updated = fields.date("updated");
    let geo = fields.text("geo");
    let url = fields.text("url").or_else(|| fields.text("website"));
    let actor = Actor {
        id,
        name,
        siret: read_identifier(&mut fields),
        network: fields.text("network"),
        place: place::read(&mut fields),
        point: read_point(&mut fields, geo.as_deref()),
        summary: fields.text("summary").unwrap_or_default(),
        themes: fields.list("themes"),
        needs: either(&mut fields, "needs", "needs_addressed"),
        publics: either(&mut fields, "publics", "beneficiaries"),
        steps: fields.list("steps"),
        activities: fields.list("activities"),
        offers: fields.list("offers"),
        seeks: fields.list("seeks"),
        partners: partner::read_list(&mut fields, "partners").into_iter().map(|p| p.text).collect(),
        roles: fields.list("roles"),
        legal_form: fields.text("legal_form"),
        licences: fields.list("licences"),
        capacity: read_capacity(&mut fields),
        status: enterprise::read_status(&mut fields),
        since: fields.date("since"),
        until: fields.date("until"),
        sources: read_sources(&mut fields, url.as_deref(), updated),
        url,
        register: fields.boolean("register").unwrap_or(false),
        doubtful_place: geo.as_deref() == Some("doute"),
        enterprise: fields.text("enterprise"),
        portrait: crate::domain::portrait::Portrait::default(),
        recorded: None,
    };
    let (unknown, warnings) = fields.finish();
    Ok(Read { value: ActorRecord { actor, updated, unknown }, warnings })
}

fn either(fields: &mut Fields<'_>, name: &'static str, other: &'static str) -> Vec<String> {
    let list = fields.list(name);
    let more = fields.list(other);
    if list.is_empty() { more } else { list }
}

fn read_identifier(fields: &mut Fields<'_>) -> Option<String> {
    let siret = fields.text("siret");
    let siren = fields.text("siren");
    for (name, written) in [("siret", siret), ("siren", siren)] {
        let Some(written) = written else { continue };
        if let Some(digits) = valid_siren_or_siret(&written) {
            return Some(digits);
        }
        fields.note(RecordProblem::new(
            fields.path_of(name),
            written,
            ("clé du SIRET ou du SIREN fausse", "wrong SIRET or SIREN key"),
            ("recopiez le numéro, ou laissez vide", "copy the number again, or leave it empty"),
        ));
    }
    None
}

fn read_point(fields: &mut Fields<'_>, geo: Option<&str>) -> Option<Point> {
    let lat = fields.number_within("lat", -90.0, 90.0);
    let lon = fields.number_within("lon", -180.0, 180.0);
    match (lat, lon, geo) {
        (_, _, Some("commune")) => None,
        (Some(lat), Some(lon), _) => Some(Point { lat, lon }),
        _ => None,
    }
}

fn read_capacity(fields: &mut Fields<'_>) -> Option<(f64, String)> {
    match fields.value("capacity")? {
        Value::Object(_) => fields
            .object("capacity", |inner| {
                let value = inner.number("value");
                let unit = inner.text("unit").unwrap_or_default();
                value.map(|value| (value, unit))
            })
            .flatten(),
        Value::String(text) => {
            // "12 places": the number, then its unit.
            let text = text.trim();
            let end = text.find(char::is_alphabetic).unwrap_or(text.len());
            let value = super::fields::parse_number(&text[..end]);
            if value.is_none() {
                let path = fields.path_of("capacity");
                fields.note(RecordProblem::wrong_type(
                    path,
                    text,
                    ("nombre et unité", "number and unit"),
                ));
            }
            value.map(|value| (value, text[end..].to_owned()))
        }
        _ => fields.number("capacity").map(|value| (value, String::new())),
    }
}

/// The sources listed, else the one `source`, else the actor's page.
fn read_sources(
    fields: &mut Fields<'_>,
    url: Option<&str>,
    updated: Option<PartialDate>,
) -> Vec<Source> {
    let mut sources = source::read_list(fields, "sources");
    if sources.is_empty() {
        sources.extend(source::read_single(fields));
    }
    if sources.is_empty() {
        sources.extend(url.map(Source::named));
    }
    if let (Some(first), Some(date)) = (sources.first_mut(), updated) {
        first.year = first.year.or(Some(date.year));
    }
    sources
}

/// The record as a file row; what is unknown is absent.
#[must_use]
pub fn to_json(record: &ActorRecord) -> Value {
    let a = &record.actor;
    let mut map = record.unknown.clone();
    put(&mut map, "id", a.id.as_str());
    put(&mut map, "name", a.name.as_str());
    if let Some(digits) = &a.siret {
        let name = if digits.len() == 9 { "siren" } else { "siret" };
        put(&mut map, name, digits.as_str());
    }
    put(&mut map, "network", a.network.clone());
    place::write(&a.place, &mut map);
    if let Some(point) = a.point {
        put(&mut map, "lat", number(point.lat));
        put(&mut map, "lon", number(point.lon));
    }
    put(&mut map, "geo", a.doubtful_place.then_some("doute"));
    put(&mut map, "summary", a.summary.as_str());
    put(&mut map, "themes", a.themes.clone());
    put(&mut map, "needs", a.needs.clone());
    put(&mut map, "publics", a.publics.clone());
    put(&mut map, "steps", a.steps.clone());
    put(&mut map, "activities", a.activities.clone());
    put(&mut map, "offers", a.offers.clone());
    put(&mut map, "seeks", a.seeks.clone());
    put(&mut map, "partners", a.partners.clone());
    put(&mut map, "roles", a.roles.clone());
    put(&mut map, "legal_form", a.legal_form.clone());
    put(&mut map, "licences", a.licences.clone());
    if let Some((value, unit)) = &a.capacity {
        let mut capacity = Map::new();
        put(&mut capacity, "value", number(*value));
        put(&mut capacity, "unit", unit.as_str());
        put(&mut map, "capacity", capacity);
    }
    put(&mut map, "status", enterprise_json::status(a.status));
    put(&mut map, "since", a.since.map(|date| date.to_string()));
    put(&mut map, "until", a.until.map(|date| date.to_string()));
    put(&mut map, "url", a.url.clone());
    put(&mut map, "sources", source::list_to_json(&a.sources));
    put(&mut map, "register", a.register.then_some(true));
    put(&mut map, "enterprise", a.enterprise.clone());
    put(&mut map, "updated", record.updated.map(|date| date.to_string()));
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_may_be_texts_and_partners_objects() {
        let value = json!({"id": "a", "name": "A", "offers": "vélos; ateliers | conseils",
            "partners": [{"organisation": "SINGA", "places": ["Lyon"]}], "capacity": "12 places",
            "lat": "45,7", "lon": 4.8, "url": "https://a", "siret": "26210046400011"});
        let record = read(&value).unwrap();
        assert!(record.warnings.is_empty(), "{:?}", record.warnings);
        let actor = &record.value.actor;
        assert_eq!(actor.offers, ["vélos", "ateliers", "conseils"]);
        assert_eq!(actor.partners, ["SINGA (Lyon)"]);
        assert_eq!(actor.capacity, Some((12.0, "places".to_owned())));
        assert_eq!(actor.sources[0].source, "https://a");
        assert_eq!(actor.point, Some(Point { lat: 45.7, lon: 4.8 }));
        assert_eq!(read(&to_json(&record.value)).unwrap().value, record.value);
    }

    #[test]
    fn the_middle_of_a_commune_is_no_point_of_its_own() {
        let base = json!({"id": "a", "name": "A", "lat": 45.7, "lon": 4.8, "geo": "commune",
            "register": true, "insee": "1053", "updated": "2021-05"});
        let record = read(&base).unwrap().value;
        assert_eq!(record.actor.point, None);
        assert_eq!(record.actor.place.insee.as_deref(), Some("01053"));
        assert!(record.actor.register && !record.actor.doubtful_place);
        assert_eq!(read(&to_json(&record)).unwrap().value, record);
    }
}
