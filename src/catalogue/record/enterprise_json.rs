//! Enterprises in files: writing.

use serde_json::{Map, Value};

use super::enterprise::{EnterpriseRecord, StatedAnswer};
use super::{condition, number, partner, place, put, source};
use crate::domain::enterprise::{Evidence, Scaling, Site, Status};

/// The record as a file row; what is unknown is absent, unknown fields are given back.
///
/// Reading it again gives the same record.
#[must_use]
pub fn to_json(record: &EnterpriseRecord) -> Value {
    let e = &record.enterprise;
    let mut map = record.unknown.clone();
    put(&mut map, "id", e.id.as_str());
    put(&mut map, "name", e.name.as_str());
    put(&mut map, "aliases", e.aliases.clone());
    put(&mut map, "siren", e.siren.clone());
    put(&mut map, "network", e.network.clone());
    put(&mut map, "legal_form", e.legal_form.clone());
    put(&mut map, "founded", e.founded);
    let mut home = Map::new();
    place::write(&e.home, &mut home);
    put(&mut map, "home", home);
    put(&mut map, "summary", e.summary.as_str());
    put(&mut map, "activities", e.activities.clone());
    put(&mut map, "beneficiaries", e.beneficiaries.clone());
    put(&mut map, "themes", e.themes.clone());
    put(&mut map, "needs_addressed", e.needs_addressed.clone());
    put(&mut map, "offers", e.offers.clone());
    put(&mut map, "seeks", e.seeks.clone());
    put(&mut map, "partners", list(&e.portrait.partners, partner::to_json));
    put(&mut map, "sites", list(&e.sites, site));
    put(&mut map, "sites_declared", sites_declared(record));
    put(&mut map, "evidence", list(&e.evidence, evidence));
    put(&mut map, "labels", e.labels.clone());
    let mut spreading = scaling(&e.scaling);
    put(&mut spreading, "conditions", list(&e.conditions, condition::to_json));
    put(&mut map, "scaling", spreading);
    put(&mut map, "website", e.website.clone());
    put(&mut map, "inferred", e.inferred.clone());
    put(&mut map, "status", status(e.status));
    put(&mut map, "status_year", e.status_year);
    put(&mut map, "status_source", e.status_source.clone());
    put(&mut map, "sources", source::list_to_json(&e.sources));
    put(&mut map, "answers", list(&record.stated_answers, answer));
    Value::Object(map)
}

/// The word of a status; an active one says nothing, since nobody proved it.
pub(super) fn status(status: Status) -> Option<&'static str> {
    match status {
        Status::Active => None,
        Status::Ending => Some("ending"),
        Status::Closed => Some("closed"),
    }
}

fn list<T>(items: &[T], one: impl Fn(&T) -> Value) -> Value {
    Value::Array(items.iter().map(one).collect())
}

fn site(site: &Site) -> Value {
    let mut map = Map::new();
    place::write(&site.place, &mut map);
    put(&mut map, "since", site.since.map(|date| date.to_string()));
    put(&mut map, "until", site.until.map(|date| date.to_string()));
    put(&mut map, "kind", site.kind.clone());
    Value::Object(map)
}

fn sites_declared(record: &EnterpriseRecord) -> Value {
    let Some((value, year)) = record.enterprise.sites_declared else {
        return Value::Null;
    };
    let mut map = Map::new();
    put(&mut map, "value", value);
    put(&mut map, "year", year);
    if let Some(origin) = &record.sites_declared_source {
        put(&mut map, "source", origin.source.as_str());
        put(&mut map, "licence", origin.licence.clone());
    }
    Value::Object(map)
}

fn evidence(evidence: &Evidence) -> Value {
    let mut map = Map::new();
    put(&mut map, "kind", evidence.kind.as_str());
    put(&mut map, "value", evidence.value.map(number));
    put(&mut map, "unit", evidence.unit.clone());
    put(&mut map, "year", evidence.year);
    if !evidence.source.source.is_empty() {
        let mut origin = evidence.source.clone();
        // The year of the figure stands beside it; repeating it here would say nothing.
        origin.year = origin.year.filter(|year| Some(*year) != evidence.year);
        put(&mut map, "source", source::to_json(&origin));
    }
    Value::Object(map)
}

fn scaling(scaling: &Scaling) -> Map<String, Value> {
    let mut map = Map::new();
    put(&mut map, "model", scaling.model.clone());
    put(&mut map, "seeking_to_scale", scaling.seeking_to_scale);
    put(&mut map, "target_territories", scaling.target_territories.clone());
    put(&mut map, "openings_under_way", scaling.openings_under_way.clone());
    put(&mut map, "earliest_start", scaling.earliest_start.map(|date| date.to_string()));
    put(&mut map, "openings_per_year", scaling.openings_per_year.map(number));
    put(&mut map, "branch_cost_eur", scaling.branch_cost_eur.map(number));
    put(&mut map, "payer", scaling.payer.clone());
    put(&mut map, "checked_at", scaling.checked_at.map(|date| date.to_string()));
    put(&mut map, "season", scaling.season.clone());
    map
}

pub(super) fn answer(answer: &StatedAnswer) -> Value {
    let mut map = Map::new();
    put(&mut map, "need", answer.need.clone());
    put(&mut map, "public", answer.public.clone());
    put(&mut map, "step", answer.step.clone());
    put(&mut map, "main", answer.main);
    put(&mut map, "because", answer.because.as_str());
    Value::Object(map)
}
