//! Enterprises in files (`enterprises.jsonl` and the API's shape): reading.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::identifier::valid_siren_or_siret;
use super::problem::RecordProblem;
use super::{Read, ReadResult, condition, partner, place, source};
use crate::catalogue::datasets::evidence_levels::EvidenceLevels;
use crate::domain::enterprise::{
    Enterprise, Evidence, EvidenceLevel, Place, Scaling, Site, Status,
};
use crate::domain::provenance::{Basis, Source};

/// What an enterprise answers, as its record states it: ids, not yet concepts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatedAnswer {
    /// Need id; `None` is a known unknown.
    pub need: Option<String>,
    /// Public id; `None` is a known unknown.
    pub public: Option<String>,
    /// Step id; `None` is a known unknown.
    pub step: Option<String>,
    /// Its core activity, or a secondary one.
    pub main: bool,
    /// The phrase of the record this rests on, verbatim.
    pub because: String,
}

/// An enterprise as a record holds it.
///
/// Of [`Enterprise::portrait`] only the named partners are filled; the annotator does the
/// rest from the texts and from [`EnterpriseRecord::stated_answers`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EnterpriseRecord {
    /// The enterprise.
    pub enterprise: Enterprise,
    /// What it answers, where the record says so.
    pub stated_answers: Vec<StatedAnswer>,
    /// Where [`Enterprise::sites_declared`] was read.
    pub sites_declared_source: Option<Source>,
    /// Fields that no reader knows, kept.
    pub unknown: Map<String, Value>,
}

/// The ways a model spreads.
pub const MODELS: [&str; 6] =
    ["integrated", "federation", "social_franchise", "licence", "open_source", "undecided"];

/// Reads one enterprise; `levels` gives the level of each kind of evidence.
///
/// # Errors
/// If it is no object, or has no `id` or no `name`.
pub fn read(value: &Value, levels: &EvidenceLevels) -> ReadResult<EnterpriseRecord> {
    let mut fields = Fields::of_row(value)?;
    let id = fields.required("id")?;
    let name = fields.required("name")?;
    let sources = source::read_list(&mut fields, "sources");
    let inferred = fields.list("inferred");
    let basis = if inferred.iter().any(|path| path == "scaling.conditions") {
        Basis::Inferred
    } else {
        Basis::Stated
    };
    let mut conditions = fields.items("conditions");
    let scaling = read_scaling(&mut fields, &mut conditions);
    let mut typed = Vec::new();
    for (path, item) in conditions {
        match condition::read(&path, &item, basis, sources.first()) {
            Ok(condition) => typed.push(condition),
            Err(problem) => fields.note(problem),
        }
    }
    let (sites_declared, sites_declared_source) = read_sites_declared(&mut fields);
    let mut enterprise = Enterprise {
        id,
        name,
        aliases: fields.list("aliases"),
        siren: read_siren(&mut fields),
        network: fields.text("network"),
        legal_form: fields.text("legal_form"),
        founded: fields.year("founded"),
        home: read_home(&mut fields),
        summary: fields.text("summary").unwrap_or_default(),
        activities: fields.list("activities"),
        beneficiaries: fields.list("beneficiaries"),
        themes: fields.list("themes"),
        needs_addressed: fields.list("needs_addressed"),
        offers: fields.list("offers"),
        seeks: fields.list("seeks"),
        sites: read_sites(&mut fields),
        sites_declared,
        evidence: read_evidence(&mut fields, levels),
        labels: fields.list("labels"),
        scaling,
        conditions: typed,
        website: fields.text("website"),
        inferred,
        status: read_status(&mut fields),
        status_year: fields.year("status_year"),
        status_source: fields.text("status_source"),
        sources,
        portrait: crate::domain::portrait::Portrait::default(),
    };
    enterprise.portrait.partners = partner::read_list(&mut fields, "partners");
    let stated_answers = read_answers(&mut fields);
    let (unknown, warnings) = fields.finish();
    let record = EnterpriseRecord { enterprise, stated_answers, sites_declared_source, unknown };
    Ok(Read { value: record, warnings })
}

/// The status of an organisation; absent or unknown reads as active.
pub(super) fn read_status(fields: &mut Fields<'_>) -> Status {
    let Some(word) = fields.text("status") else {
        return Status::Active;
    };
    match super::folding::fold_label(&word).as_str() {
        "active" | "actif" | "en activite" => Status::Active,
        "ending" | "en fermeture" | "fin annoncee" => Status::Ending,
        "closed" | "ferme" | "fermee" | "cessee" => Status::Closed,
        _ => {
            let path = fields.path_of("status");
            fields.note(RecordProblem::unknown_word(path, word, &["active", "ending", "closed"]));
            Status::Active
        }
    }
}

fn read_siren(fields: &mut Fields<'_>) -> Option<String> {
    let written = fields.text("siren")?;
    let valid = valid_siren_or_siret(&written).map(|digits| digits[..9].to_owned());
    if valid.is_none() {
        fields.note(RecordProblem::new(
            fields.path_of("siren"),
            written,
            ("clé du SIREN fausse", "wrong SIREN key"),
            ("recopiez les neuf chiffres du SIREN", "copy the nine digits of the SIREN again"),
        ));
    }
    valid
}

fn read_home(fields: &mut Fields<'_>) -> Place {
    match fields.value("home") {
        Some(Value::String(text)) => site_in_words(text).place,
        Some(_) => fields.object("home", place::read).unwrap_or_default(),
        None => Place::default(),
    }
}

fn read_sites(fields: &mut Fields<'_>) -> Vec<Site> {
    let mut sites = Vec::new();
    for (path, item) in fields.items("sites") {
        match &item {
            Value::String(text) => sites.push(site_in_words(text)),
            Value::Object(map) => {
                let mut inner = Fields::new(map, path);
                sites.push(Site {
                    place: place::read(&mut inner),
                    since: inner.date("since"),
                    until: inner.date("until"),
                    kind: inner.text("kind"),
                    recorded: None,
                });
                fields.absorb(inner);
            }
            other => fields.note(RecordProblem::wrong_type(path, other, ("lieu", "place"))),
        }
    }
    sites
}

/// A site written as in a spreadsheet: "Lyon", "Lyon (2019)", "Lyon (Rhône, 2019)".
fn site_in_words(text: &str) -> Site {
    let mut site = Site::default();
    let (commune, inside) = match text.trim().strip_suffix(')').and_then(|t| t.split_once('(')) {
        Some((commune, inside)) => (commune.trim(), inside),
        None => (text.trim(), ""),
    };
    site.place.commune = (!commune.is_empty()).then(|| commune.to_owned());
    for part in inside.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match super::fields::parse_date(part) {
            Some(date) => site.since = Some(date),
            None => site.place.departement = Some(part.to_owned()),
        }
    }
    site
}

fn read_sites_declared(fields: &mut Fields<'_>) -> (Option<(u32, Option<i16>)>, Option<Source>) {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let count = |inner: &mut Fields<'_>, name| {
        inner.number_within(name, 0.0, 1e6).map(|n| n.round() as u32)
    };
    match fields.value("sites_declared") {
        Some(Value::Object(_)) => {}
        Some(_) => return (count(fields, "sites_declared").map(|n| (n, None)), None),
        None => return (None, None),
    }
    fields
        .object("sites_declared", |inner| {
            let value = count(inner, "value");
            let year = inner.year("year");
            (value.map(|n| (n, year)), source::read_single(inner))
        })
        .unwrap_or_default()
}

fn read_evidence(fields: &mut Fields<'_>, levels: &EvidenceLevels) -> Vec<Evidence> {
    let mut list = Vec::new();
    for (path, item) in fields.items("evidence") {
        let Value::Object(map) = &item else {
            fields.note(RecordProblem::wrong_type(path, &item, ("objet", "object")));
            continue;
        };
        let mut inner = Fields::new(map, path.as_str());
        // A figure may be a phrase ("évaluation randomisée"): it then speaks with the unit.
        let words = match inner.value("value") {
            Some(Value::String(text)) if super::fields::parse_number(text).is_none() => {
                Some(text.trim().to_owned())
            }
            _ => None,
        };
        let value = if words.is_some() { None } else { inner.number("value") };
        let unit = match (words, inner.text("unit")) {
            (Some(words), Some(unit)) => Some(format!("{words}, {unit}")),
            (words, unit) => words.or(unit),
        };
        let Some(kind) = inner.text("kind") else {
            fields.note(RecordProblem::missing(format!("{path}.kind")));
            continue;
        };
        let level = levels.of(&kind);
        if level.is_none() {
            inner.note(RecordProblem::new(
                format!("{path}.kind"),
                &kind,
                ("nature de chiffre sans niveau de preuve", "kind of figure without a level"),
                (
                    "gardé sans valeur de preuve ; ajoutez-la à la table des niveaux",
                    "kept without proof value; add it to the table of levels",
                ),
            ));
        }
        let (level, proves_scale) = level.unwrap_or((EvidenceLevel::None, false));
        let year = inner.year("year");
        let origin =
            inner.value("source").map(|said| source::read(&format!("{path}.source"), said));
        let mut origin = match origin {
            Some(Ok(origin)) => origin,
            Some(Err(problem)) => {
                inner.note(problem);
                Source::default()
            }
            None => Source::default(),
        };
        origin.year = origin.year.or(year);
        list.push(Evidence { kind, level, proves_scale, value, unit, year, source: origin });
        fields.absorb(inner);
    }
    list
}

/// Reads `scaling`; the conditions found in it join `conditions`.
fn read_scaling(fields: &mut Fields<'_>, conditions: &mut Vec<(String, Value)>) -> Scaling {
    fields
        .object("scaling", |inner| {
            conditions.extend(inner.items("conditions"));
            let mut model = inner.text("model");
            if let Some(word) = model.take_if(|word| !MODELS.contains(&word.as_str())) {
                inner.note(RecordProblem::unknown_word(inner.path_of("model"), word, &MODELS));
            }
            Scaling {
                model,
                seeking_to_scale: inner.boolean("seeking_to_scale"),
                target_territories: inner.list("target_territories"),
                openings_under_way: inner.list("openings_under_way"),
                earliest_start: inner.date("earliest_start"),
                openings_per_year: inner.number_within("openings_per_year", 0.0, 1_000.0),
                branch_cost_eur: inner.number_within("branch_cost_eur", 0.0, 1e9),
                payer: inner.text("payer"),
                checked_at: inner.date("checked_at"),
                season: read_season(inner),
            }
        })
        .unwrap_or_default()
}

fn read_season(fields: &mut Fields<'_>) -> Vec<i8> {
    let mut months = Vec::new();
    for word in fields.list("season") {
        match word.parse::<i8>() {
            Ok(month) if (1..=12).contains(&month) => months.push(month),
            _ => {
                let path = fields.path_of("season");
                fields.note(RecordProblem::wrong_type(
                    path,
                    word,
                    ("mois de 1 à 12", "month 1 to 12"),
                ));
            }
        }
    }
    months.sort_unstable();
    months.dedup();
    months
}

pub(super) fn read_answers(fields: &mut Fields<'_>) -> Vec<StatedAnswer> {
    let mut answers = Vec::new();
    for (path, item) in fields.items("answers") {
        let Value::Object(map) = &item else {
            fields.note(RecordProblem::wrong_type(path, &item, ("objet", "object")));
            continue;
        };
        let mut inner = Fields::new(map, path);
        answers.push(StatedAnswer {
            need: inner.text("need"),
            public: inner.text("public"),
            step: inner.text("step"),
            main: inner.boolean("main").unwrap_or(false),
            because: inner.text("because").unwrap_or_default(),
        });
        fields.absorb(inner);
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::super::enterprise_json::to_json;
    use super::*;
    use serde_json::json;

    fn levels() -> EvidenceLevels {
        EvidenceLevels::parse(b"kind,level,level_value,proves_scale\noutcome,outcome,0.6,false\n")
            .unwrap()
    }

    fn sample() -> Value {
        json!({
            "id": "a", "name": "A", "themes": ["santé"], "founded": 2001,
            "home": {"commune": "Paris", "departement": "Paris"},
            "sites": [{"commune": "Lille", "since": 2019}, "Lyon (Rhône, 2021)"],
            "evidence": [{"kind": "outcome", "value": 70, "unit": "%", "year": 2020, "source": "https://x"},
                         {"kind": "outcome", "value": "randomisée", "unit": "160 familles"}],
            "scaling": {"model": "integrated", "conditions": ["un local"], "season": [9, 3]},
            "partners": ["SINGA (Paris)", {"organisation": "Raja", "places": []}],
            "inferred": ["scaling.conditions"], "sources": ["https://y"],
            "sites_declared": {"value": 25, "year": 2020, "source": "https://z"},
            "answers": [{"need": "sante", "public": null, "step": "soin", "main": true, "because": "b"}],
            "couleur": "bleu"
        })
    }

    #[test]
    fn a_record_is_read_whole() {
        let read = read(&sample(), &levels()).unwrap();
        let e = &read.value.enterprise;
        assert_eq!(e.sites[1].place.commune.as_deref(), Some("Lyon"));
        assert_eq!(e.sites[1].since.unwrap().year, 2021);
        assert_eq!(e.conditions[0].basis, Basis::Inferred);
        assert_eq!(e.conditions[0].source.as_ref().unwrap().source, "https://y");
        assert_eq!(e.evidence[1].unit.as_deref(), Some("randomisée, 160 familles"));
        assert_eq!(e.scaling.season, [3, 9]);
        assert_eq!(e.sites_declared, Some((25, Some(2020))));
        assert_eq!(e.portrait.partners[0].places, ["Paris"]);
        assert!(read.value.stated_answers[0].public.is_none());
        assert_eq!(read.warnings.len(), 1, "{:?}", read.warnings);
        assert_eq!(read.warnings[0].field, "couleur");
    }

    #[test]
    fn writing_then_reading_gives_the_same_record() {
        let once = read(&sample(), &levels()).unwrap().value;
        let twice = read(&to_json(&once), &levels()).unwrap().value;
        assert_eq!(once, twice);
        assert_eq!(to_json(&once), to_json(&twice));
    }

    #[test]
    fn a_bad_optional_field_is_dropped_and_reported() {
        let value =
            json!({"id": "a", "name": "A", "founded": "jadis", "scaling": {"model": "magie"}});
        let read = read(&value, &levels()).unwrap();
        assert_eq!(read.value.enterprise.founded, None);
        assert_eq!(read.value.enterprise.scaling.model, None);
        let fields: Vec<&str> = read.warnings.iter().map(|w| w.field.as_str()).collect();
        assert_eq!(fields, ["scaling.model", "founded"]);
    }

    #[test]
    fn no_name_is_refused() {
        let problem = read(&json!({"id": "a"}), &levels()).unwrap_err();
        assert_eq!(problem.field, "name");
    }
}
