//! Priorities in files and requests: one submission, or one published context.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::Fields;
use super::folding::fold_label;
use super::problem::RecordProblem;
use super::{Read, ReadResult, source, submission};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::priority::{Priority, PriorityKind};
use crate::domain::provenance::Source;
use crate::domain::taxonomy::Taxonomy;

/// Reads one row into as many priorities as it names themes and needs.
///
/// Shapes: `{id, territory, kind, themes: [], needs: [], …}` (equal weights), or one
/// `theme` or `need` with `weight` or `order`, or `priorities: [{theme|need, weight|order}]`.
/// An order becomes rank-order centroid weights (Barron & Barrett 1996). Without `start`,
/// the year stands for its first day. With several concepts, ids are `<row>/<concept>`.
/// A row whose territory is not known gives no priority, with a warning. A row of a
/// territory's own submissions (`periods`) is read by [`submission::read`].
///
/// # Errors
/// If it is no object, has no `id`, or mixes weights and orders.
pub fn read(value: &Value, taxonomy: &Taxonomy) -> ReadResult<Vec<Priority>> {
    if value.get("periods").is_some() {
        let Read { value, warnings } = submission::read(value, taxonomy)?;
        return Ok(Read { value: value.priorities(taxonomy), warnings });
    }
    let mut fields = Fields::of_row(value)?;
    let id = fields.required("id")?;
    let territory = fields.text("territory");
    let kind = read_kind(&mut fields);
    let weighed = read_concepts(&mut fields, taxonomy)?;
    let submitted_by = fields.text("submitted_by");
    let document = fields.text("document");
    let year = fields.year("year");
    let start = fields.first_day("start");
    let end = fields.last_day("end");
    let start = start.or_else(|| year.map(|year| jiff::civil::Date::constant(year, 1, 1)));
    let licence = fields.text("licence");
    let origin = source::read_single(&mut fields)
        .or_else(|| document.as_deref().map(Source::named))
        .unwrap_or_default();
    let origin =
        Source { year: origin.year.or(year), licence: origin.licence.or(licence), ..origin };
    // Read by people, not by scores.
    let _ = (fields.text("territory_label"), fields.text("what_is_asked"));
    if territory.is_none() {
        fields.note(RecordProblem::new(
            "territory",
            "",
            (
                "territoire inconnu : ligne gardée, sans effet",
                "unknown territory: kept, without effect",
            ),
            ("donnez un identifiant (`epci-200046977`)", "give an id (`epci-200046977`)"),
        ));
    }
    let several = weighed.len() > 1;
    let mut priorities = Vec::new();
    if let Some(territory) = territory {
        for (concept, weight) in weighed {
            let own = if several { format!("{id}/{}", taxonomy.id(concept)) } else { id.clone() };
            priorities.push(Priority {
                id: own,
                territory: territory.clone(),
                kind,
                concept,
                weight,
                submitted_by: submitted_by.clone(),
                document: document.clone(),
                start,
                end,
                source: origin.clone(),
            });
        }
    }
    let (_, warnings) = fields.finish();
    Ok(Read { value: priorities, warnings })
}

fn read_kind(fields: &mut Fields<'_>) -> PriorityKind {
    use PriorityKind as K;
    let Some(word) = fields.text("kind") else {
        return K::Submission;
    };
    [K::Submission, K::Call, K::Programme, K::Finding]
        .into_iter()
        .find(|kind| kind.as_str() == word)
        .unwrap_or_else(|| {
            let known = ["submission", "call", "programme", "finding"];
            fields.note(RecordProblem::unknown_word("kind", word, &known));
            // Only a submission weighs: what is not understood stays context.
            K::Finding
        })
}

/// The concepts of a row with their weights, in the order written, each once.
fn read_concepts(
    fields: &mut Fields<'_>,
    taxonomy: &Taxonomy,
) -> Result<Vec<(Concept, f64)>, RecordProblem> {
    let mut entries: Vec<(Concept, Option<f64>, Option<f64>)> = Vec::new();
    read_entry(fields, taxonomy, &mut entries);
    for (name, kind) in [("themes", ConceptKind::Theme), ("needs", ConceptKind::Need)] {
        for label in fields.list(name) {
            match find(taxonomy, kind, &label) {
                Some(concept) => entries.push((concept, None, None)),
                None => {
                    let path = fields.path_of(name);
                    fields.note(unknown_concept(path, &label));
                }
            }
        }
    }
    for (path, item) in fields.items("priorities") {
        match &item {
            Value::Object(map) => {
                let mut inner = Fields::new(map, path);
                read_entry(&mut inner, taxonomy, &mut entries);
                let _ = inner.text("document");
                fields.absorb(inner);
            }
            other => fields.note(RecordProblem::wrong_type(path, other, ("objet", "object"))),
        }
    }
    let orders = entries.iter().filter(|entry| entry.2.is_some()).count();
    if orders > 0 && (orders < entries.len() || entries.iter().any(|entry| entry.1.is_some())) {
        return Err(RecordProblem::new(
            "order",
            "",
            ("poids et ordres mélangés", "weights and orders are mixed"),
            ("donnez tous les poids, ou tous les ordres", "give all weights, or all orders"),
        ));
    }
    let weights = if orders > 0 {
        let ranks: Vec<f64> = entries.iter().map(|entry| entry.2.unwrap_or(0.0)).collect();
        rank_order_centroid(&ranks)
    } else {
        entries.iter().map(|entry| entry.1.unwrap_or(1.0)).collect()
    };
    let mut once: BTreeMap<Concept, usize> = BTreeMap::new();
    let mut weighed: Vec<(Concept, f64)> = Vec::new();
    for (entry, weight) in entries.iter().zip(weights) {
        match once.get(&entry.0) {
            Some(&at) => weighed[at].1 = weighed[at].1.max(weight),
            None => {
                once.insert(entry.0, weighed.len());
                weighed.push((entry.0, weight));
            }
        }
    }
    Ok(weighed)
}

/// Reads one `{theme|need, weight|order}`.
fn read_entry(
    fields: &mut Fields<'_>,
    taxonomy: &Taxonomy,
    entries: &mut Vec<(Concept, Option<f64>, Option<f64>)>,
) {
    let weight = fields.number_within("weight", f64::MIN_POSITIVE, 1e9);
    let order = fields.number_within("order", 1.0, 1_000.0);
    for (name, kind) in [("theme", ConceptKind::Theme), ("need", ConceptKind::Need)] {
        let Some(label) = fields.text(name) else {
            continue;
        };
        match find(taxonomy, kind, &label) {
            Some(concept) => entries.push((concept, weight, order)),
            None => {
                let path = fields.path_of(name);
                fields.note(unknown_concept(path, &label));
            }
        }
    }
}

/// The concept of this kind with this id, label or older label: accents, case and plural
/// aside.
#[must_use]
pub fn find(taxonomy: &Taxonomy, kind: ConceptKind, label: &str) -> Option<Concept> {
    if let Some(concept) = taxonomy.find(kind, label.trim()) {
        return Some(concept);
    }
    let named = |same: &dyn Fn(&str) -> bool| {
        taxonomy.concepts(kind).find(|&concept| {
            let entry = taxonomy.entry(concept);
            [&entry.id, &entry.label_fr, &entry.label_en]
                .into_iter()
                .chain(&entry.aliases)
                .any(|name| same(name))
        })
    };
    let wanted = fold_label(label);
    // An exact name first: only then may "mobilité" stand for "mobilités".
    named(&|name| fold_label(name) == wanted)
        .or_else(|| named(&|name| singular(name) == singular(&wanted)))
}

/// A label folded, each of its words without the mark of the plural.
fn singular(label: &str) -> String {
    let folded = fold_label(label);
    let words = folded.split(' ').map(|word| match word.strip_suffix(['s', 'x']) {
        Some(one) if one.chars().count() >= 3 => one,
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The problem of a label that names no concept.
pub(super) fn unknown_concept(path: String, label: &str) -> RecordProblem {
    RecordProblem::new(
        path,
        label,
        ("concept inconnu de la taxonomie", "concept unknown to the taxonomy"),
        (
            "prenez un identifiant ou un libellé de la taxonomie",
            "use an id or a label of the taxonomy",
        ),
    )
}

/// Rank-order centroid weights of `ranks` (1 is first), same order, summing to 1.
///
/// `w_i = (1/n) Σ_{k=i..n} 1/k` for the i-th of n; equal ranks share the mean of the
/// places they take. Barron & Barrett 1996, doi:10.1287/mnsc.42.11.1515.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn rank_order_centroid(ranks: &[f64]) -> Vec<f64> {
    let n = ranks.len();
    let mut of_place = vec![0.0; n];
    let mut sum = 0.0;
    for place in (0..n).rev() {
        sum += 1.0 / (place + 1) as f64;
        of_place[place] = sum / n as f64;
    }
    ranks
        .iter()
        .map(|rank| {
            let first = ranks.iter().filter(|other| *other < rank).count();
            let ties = ranks.iter().filter(|other| *other == rank).count().max(1);
            of_place[first..(first + ties).min(n)].iter().sum::<f64>() / ties as f64
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_order_centroid_gives_the_published_weights() {
        // Barron & Barrett 1996, table 1, n = 3: 0.6111, 0.2778, 0.1111.
        let weights = rank_order_centroid(&[1.0, 2.0, 3.0]);
        for (weight, published) in weights.iter().zip([0.6111, 0.2778, 0.1111]) {
            assert!((weight - published).abs() < 1e-4);
        }
        let tied = rank_order_centroid(&[1.0, 1.0]);
        assert_eq!(tied, [0.5, 0.5]);
    }

    #[test]
    fn a_row_of_several_themes_gives_one_priority_each() {
        let taxonomy = crate::catalogue::datasets::taxonomy::tests::small();
        let value = serde_json::json!({"id": "p", "territory": "epci-1", "kind": "submission",
            "themes": ["Textiles", "MOBILITE", "magie"], "year": 2023, "source": "https://x"});
        let read = read(&value, &taxonomy).unwrap();
        let ids: Vec<&str> = read.value.iter().map(|p| p.id.as_str()).collect();
        assert_eq!(ids, ["p/textile", "p/mobilites"]);
        assert_eq!(read.value[0].start.unwrap().to_string(), "2023-01-01");
        assert_eq!(read.warnings.len(), 1);
    }

    #[test]
    fn orders_become_weights_and_never_mix_with_them() {
        let taxonomy = crate::catalogue::datasets::taxonomy::tests::small();
        let value = serde_json::json!({"id": "p", "territory": "epci-1", "priorities": [
            {"theme": "textile", "order": 2}, {"theme": "mobilites", "order": 1}]});
        let list = read(&value, &taxonomy).unwrap().value;
        assert_eq!((list[0].weight, list[1].weight), (0.25, 0.75));
        let mixed = serde_json::json!({"id": "p", "territory": "epci-1", "priorities": [
            {"theme": "textile", "order": 2}, {"theme": "mobilites", "weight": 1}]});
        assert_eq!(read(&mixed, &taxonomy).unwrap_err().field, "order");
    }
}
