//! Observations in files and requests.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::priority::{find, unknown_concept};
use super::problem::RecordProblem;
use super::{Read, ReadResult, number, put, source};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::observation::Observation;
use crate::domain::provenance::Source;
use crate::domain::taxonomy::Taxonomy;

/// Confidence of an observation that says none (design §7).
pub const CONFIDENCE: f64 = 0.7;

/// Reads one observation; a concept it names and the taxonomy lacks is dropped and noted.
///
/// # Errors
/// If it is no object, or has no `territory`, `text`, `severity` or `date`.
pub fn read(value: &Value, taxonomy: &Taxonomy) -> ReadResult<Observation> {
    let mut fields = Fields::of_row(value)?;
    let id = fields.text("id").unwrap_or_default();
    let territory = fields.required("territory")?;
    let text = fields.required("text")?;
    let severity = fields.number_within("severity", 0.0, 1.0);
    let severity = severity.ok_or_else(|| RecordProblem::missing("severity"))?;
    let date = fields.first_day("date").ok_or_else(|| RecordProblem::missing("date"))?;
    let licence = fields.text("licence");
    let by = fields.text("by");
    let origin = source::read_single(&mut fields)
        .or_else(|| by.as_deref().map(Source::named))
        .unwrap_or_default();
    let origin = Source {
        year: origin.year.or(Some(date.year())),
        licence: origin.licence.or(licence),
        ..origin
    };
    let observation = Observation {
        id,
        territory,
        text,
        need: concept(&mut fields, taxonomy, "need", ConceptKind::Need),
        public: concept(&mut fields, taxonomy, "public", ConceptKind::Public),
        step: concept(&mut fields, taxonomy, "step", ConceptKind::Step),
        theme: concept(&mut fields, taxonomy, "theme", ConceptKind::Theme),
        severity,
        confidence: fields.number_within("confidence", 0.0, 1.0).unwrap_or(CONFIDENCE),
        date,
        by,
        trend: fields.text("trend"),
        source: origin,
    };
    // The words of the source it rests on, for people.
    let _ = fields.text("rests_on");
    let (_, warnings) = fields.finish();
    Ok(Read { value: observation, warnings })
}

fn concept(
    fields: &mut Fields<'_>,
    taxonomy: &Taxonomy,
    name: &'static str,
    kind: ConceptKind,
) -> Option<Concept> {
    let label = fields.text(name)?;
    let found = find(taxonomy, kind, &label);
    if found.is_none() {
        let path = fields.path_of(name);
        fields.note(unknown_concept(path, &label));
    }
    found
}

/// The observation as a row.
#[must_use]
pub fn to_json(observation: &Observation, taxonomy: &Taxonomy) -> Value {
    let o = observation;
    let name = |concept: Option<Concept>| concept.map(|c| taxonomy.id(c).to_owned());
    let mut map = Map::new();
    put(&mut map, "id", o.id.as_str());
    put(&mut map, "territory", o.territory.as_str());
    put(&mut map, "text", o.text.as_str());
    put(&mut map, "need", name(o.need));
    put(&mut map, "public", name(o.public));
    put(&mut map, "step", name(o.step));
    put(&mut map, "theme", name(o.theme));
    put(&mut map, "severity", number(o.severity));
    put(&mut map, "confidence", number(o.confidence));
    put(&mut map, "date", o.date.to_string());
    put(&mut map, "by", o.by.clone());
    put(&mut map, "trend", o.trend.clone());
    put(&mut map, "source", source::to_json(&o.source));
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_observation_reads_back_as_written() {
        let taxonomy = crate::catalogue::datasets::taxonomy::tests::small();
        let value = serde_json::json!({"id": "o", "territory": "dep-26", "text": "Rien à moins de 30 km.",
            "need": "velo", "severity": 0.5, "date": "2024-03", "by": "Scout"});
        let first = read(&value, &taxonomy).unwrap();
        assert!(first.warnings.is_empty(), "{:?}", first.warnings);
        assert!(first.value.need.is_some());
        assert!((first.value.confidence - CONFIDENCE).abs() < 1e-12);
        let second = read(&to_json(&first.value, &taxonomy), &taxonomy).unwrap();
        assert_eq!(first.value, second.value);
    }

    #[test]
    fn a_severity_out_of_bounds_is_refused() {
        let taxonomy = crate::catalogue::datasets::taxonomy::tests::small();
        let value =
            serde_json::json!({"territory": "dep-26", "text": "a", "severity": 5, "date": "2024"});
        assert_eq!(read(&value, &taxonomy).unwrap_err().field, "severity");
    }
}
