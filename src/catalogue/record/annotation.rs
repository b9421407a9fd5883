//! Corrections of annotations: what a person adds to, or takes from, what the annotator read.

use serde_json::{Map, Value};

use super::enterprise::StatedAnswer;
use super::fields::Fields;
use super::problem::RecordProblem;
use super::{Read, ReadResult, number, put, source};
use crate::domain::concept::ConceptKind;
use crate::domain::provenance::Source;

/// A concept added by a person.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrectedMark {
    /// Its kind.
    pub kind: ConceptKind,
    /// Its id.
    pub concept: String,
    /// For a resource: whether it is sought rather than offered.
    pub sought: bool,
    /// 0..=1.
    pub weight: f64,
    /// The phrase it rests on.
    pub because: String,
}

/// A correction: it wins over the annotator from its revision on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Correction {
    /// Revision id: `<row kind>/<row id>`, one correction per row.
    pub id: String,
    /// Kind of the row: `enterprise`, `actor`, `observation`.
    pub row: String,
    /// Id of the row.
    pub row_id: String,
    /// Concepts to add, or whose weight to set.
    pub add: Vec<CorrectedMark>,
    /// Concepts to take away: kind and id.
    pub remove: Vec<(ConceptKind, String)>,
    /// The answers that replace those deduced; `None` leaves them.
    pub answers: Option<Vec<StatedAnswer>>,
    /// Where it is said.
    pub source: Option<Source>,
    /// Why.
    pub note: Option<String>,
}

/// Reads one correction: `{enterprise|actor|observation: id, add: [{kind, id, weight,
/// because, sought}], remove: [{kind, id}], answers: [], source, note}`.
///
/// # Errors
/// If it is no object, or says of no row what it corrects.
pub fn read(value: &Value) -> ReadResult<Correction> {
    let mut fields = Fields::of_row(value)?;
    let mut row = None;
    for kind in ["enterprise", "actor", "observation"] {
        if let Some(id) = fields.text(kind) {
            row = Some((kind, id));
        }
    }
    let (row, row_id) = row.ok_or_else(|| RecordProblem::missing("enterprise"))?;
    let mut correction = Correction {
        id: format!("{row}/{row_id}"),
        row: row.to_owned(),
        row_id,
        ..Correction::default()
    };
    let _ = fields.text("id");
    for (path, item) in fields.items("add") {
        let Some(map) = item.as_object() else {
            continue;
        };
        let mut inner = Fields::new(map, path);
        if let Some((kind, concept)) = read_concept(&mut inner) {
            correction.add.push(CorrectedMark {
                kind,
                concept,
                sought: inner.boolean("sought").unwrap_or(false),
                weight: inner.number_within("weight", 0.0, 1.0).unwrap_or(1.0),
                because: inner.text("because").unwrap_or_default(),
            });
        }
        fields.absorb(inner);
    }
    for (path, item) in fields.items("remove") {
        let Some(map) = item.as_object() else {
            continue;
        };
        let mut inner = Fields::new(map, path);
        correction.remove.extend(read_concept(&mut inner));
        fields.absorb(inner);
    }
    if fields.value("answers").is_some() {
        correction.answers = Some(super::enterprise::read_answers(&mut fields));
    }
    correction.source = source::read_single(&mut fields);
    correction.note = fields.text("note");
    let (_, warnings) = fields.finish();
    Ok(Read { value: correction, warnings })
}

fn read_concept(fields: &mut Fields<'_>) -> Option<(ConceptKind, String)> {
    let kind = fields.text("kind");
    let id = fields.text("id");
    let known = kind.as_deref().and_then(ConceptKind::parse);
    if known.is_none() {
        let words = ConceptKind::ALL.map(ConceptKind::as_str);
        let path = fields.path_of("kind");
        fields.note(RecordProblem::unknown_word(path, kind.unwrap_or_default(), &words));
    }
    Some((known?, id?))
}

/// The correction as a row.
#[must_use]
pub fn to_json(correction: &Correction) -> Value {
    let mut map = Map::new();
    put(&mut map, &correction.row, correction.row_id.as_str());
    let add = correction.add.iter().map(|mark| {
        let mut one = Map::new();
        put(&mut one, "kind", mark.kind.as_str());
        put(&mut one, "id", mark.concept.as_str());
        put(&mut one, "sought", mark.sought.then_some(true));
        put(&mut one, "weight", number(mark.weight));
        put(&mut one, "because", mark.because.as_str());
        Value::Object(one)
    });
    put(&mut map, "add", add.collect::<Vec<_>>());
    let remove = correction
        .remove
        .iter()
        .map(|(kind, id)| serde_json::json!({ "kind": kind.as_str(), "id": id }));
    put(&mut map, "remove", remove.collect::<Vec<_>>());
    if let Some(answers) = &correction.answers {
        // An empty list is said too: it takes every answer away.
        let list = answers.iter().map(super::enterprise_json::answer).collect();
        map.insert("answers".to_owned(), Value::Array(list));
    }
    if let Some(origin) = &correction.source {
        put(&mut map, "source", source::to_json(origin));
    }
    put(&mut map, "note", correction.note.clone());
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_reads_back_as_written() {
        let value = serde_json::json!({"enterprise": "a", "answers": [], "note": "vu sur place", "source": "visite",
            "add": [{"kind": "resource", "id": "local", "sought": true, "weight": 0.5, "because": "b"}],
            "remove": [{"kind": "need", "id": "velo"}, {"kind": "couleur", "id": "bleu"}]});
        let first = read(&value).unwrap();
        assert_eq!(first.warnings.len(), 1);
        assert_eq!(first.value.id, "enterprise/a");
        assert_eq!(first.value.answers, Some(Vec::new()));
        assert_eq!(read(&to_json(&first.value)).unwrap().value, first.value);
    }
}
