//! What a territory submitted: one row, `submission/<territory>`, of dated periods.
//!
//! `{id, territory, kind: "submission", periods: [{start, end, submitted_by, contact,
//! document, source, licence, priorities: [{theme|need, weight|order, document}]}]}`. A
//! period without priorities says that the territory has none then.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::priority::{find, rank_order_centroid, unknown_concept};
use super::problem::RecordProblem;
use super::{Read, ReadResult};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::priority::{Priority, PriorityKind, submission_row};
use crate::domain::provenance::Source;
use crate::domain::taxonomy::Taxonomy;

/// What a territory submitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Territory id.
    pub territory: String,
    /// The periods, by start; no two have the same.
    pub periods: Vec<Period>,
}

/// What it asks for during one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// First day.
    pub start: Date,
    /// Last day, included; none is until further notice.
    pub end: Option<Date>,
    /// The organisation that submits.
    pub submitted_by: Option<String>,
    /// The organisation to ask.
    pub contact: Option<String>,
    /// The document that decides.
    pub document: Option<String>,
    /// Where it is published.
    pub source: Option<String>,
    /// Licence of the source.
    pub licence: Option<String>,
    /// What is asked for, in the order written; empty: no priority for this period.
    pub wishes: Vec<Wish>,
}

/// A theme or a need asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// The theme or the need.
    pub concept: Concept,
    /// Weight, > 0; of an order, its rank-order centroid weight.
    pub weight: f64,
    /// The place given to it, where places were given; 1 is first.
    pub order: Option<f64>,
    /// Its own document, where it has one.
    pub document: Option<String>,
}

impl Period {
    /// Whether its dates hold `day`.
    #[must_use]
    pub fn holds(&self, day: Date) -> bool {
        self.start <= day && self.end.is_none_or(|end| day <= end)
    }

    /// The share of each wish in the weights of the period, same order; they sum to 1.
    #[must_use]
    pub fn shares(&self) -> Vec<f64> {
        let total: f64 = self.wishes.iter().map(|wish| wish.weight).sum();
        self.wishes.iter().map(|wish| wish.weight / total).collect()
    }

    /// Where what it asks for comes from: its source, else its document, else who submits.
    #[must_use]
    pub fn origin(&self, document: Option<&str>) -> Source {
        let named = self.source.as_deref().or(document).or(self.document.as_deref());
        let source = match (named, &self.submitted_by) {
            (Some(named), _) => named.to_owned(),
            (None, Some(by)) => format!("priorités déposées par {by}"),
            (None, None) => "priorités déposées par le territoire".to_owned(),
        };
        Source { source, year: Some(self.start.year()), licence: self.licence.clone() }
    }
}

impl Submission {
    /// The period in force on `day`: of those whose dates hold it, the one that starts last.
    #[must_use]
    pub fn in_force(&self, day: Date) -> Option<&Period> {
        self.periods.iter().filter(|period| period.holds(day)).max_by_key(|period| period.start)
    }

    /// One priority per wish, and one that asks for nothing per period without any; ids are
    /// `submission/<territory>/<start>/<theme or need>`.
    #[must_use]
    pub fn priorities(&self, taxonomy: &Taxonomy) -> Vec<Priority> {
        let mut priorities = Vec::new();
        for period in &self.periods {
            let base = format!("{}/{}", submission_row(&self.territory), period.start);
            let priority = |id: String, kind, concept, weight, document: Option<&str>| Priority {
                id,
                territory: self.territory.clone(),
                kind,
                concept,
                weight,
                submitted_by: period.submitted_by.clone(),
                document: document.map(str::to_owned).or_else(|| period.document.clone()),
                start: Some(period.start),
                end: period.end,
                source: period.origin(document),
            };
            for wish in &period.wishes {
                let id = format!("{base}/{}", taxonomy.id(wish.concept));
                let document = wish.document.as_deref();
                let kind = PriorityKind::Submission;
                priorities.push(priority(id, kind, wish.concept, wish.weight, document));
            }
            if period.wishes.is_empty() {
                let nothing = Concept { kind: ConceptKind::Theme, index: 0 };
                priorities.push(priority(base, PriorityKind::NoPriority, nothing, 0.0, None));
            }
        }
        priorities
    }
}

/// Reads a row of submissions.
///
/// # Errors
/// If it is no object, or names no territory.
pub fn read(value: &Value, taxonomy: &Taxonomy) -> ReadResult<Submission> {
    let mut fields = Fields::of_row(value)?;
    let _ = (fields.text("id"), fields.text("kind"));
    let territory = fields.required("territory")?;
    let mut periods: Vec<Period> = Vec::new();
    for (path, item) in fields.items("periods") {
        let Value::Object(map) = &item else {
            fields.note(RecordProblem::wrong_type(path, &item, ("objet", "object")));
            continue;
        };
        let mut inner = Fields::new(map, path);
        match read_period(&mut inner, taxonomy) {
            Some(period) => periods.push(period),
            None => inner.note(RecordProblem::missing(inner.path_of("start"))),
        }
        fields.absorb(inner);
    }
    periods.sort_by_key(|period| period.start);
    periods.dedup_by_key(|period| period.start);
    let (_, warnings) = fields.finish();
    Ok(Read { value: Submission { territory, periods }, warnings })
}

/// A period without a start is none.
fn read_period(fields: &mut Fields<'_>, taxonomy: &Taxonomy) -> Option<Period> {
    let end = fields.last_day("end");
    let text = |fields: &mut Fields<'_>, name| fields.text(name);
    let period = Period {
        start: fields.first_day("start")?,
        end,
        submitted_by: text(fields, "submitted_by"),
        contact: text(fields, "contact"),
        document: text(fields, "document"),
        source: text(fields, "source"),
        licence: text(fields, "licence"),
        wishes: read_wishes(fields, taxonomy),
    };
    Some(period)
}

fn read_wishes(fields: &mut Fields<'_>, taxonomy: &Taxonomy) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for (path, item) in fields.items("priorities") {
        let Value::Object(map) = &item else { continue };
        let mut inner = Fields::new(map, path);
        let (weight, order) = (inner.number("weight"), inner.number("order"));
        let document = inner.text("document");
        let (theme, need) = (inner.text("theme"), inner.text("need"));
        let (kind, label) = match (theme, need) {
            (Some(theme), _) => (ConceptKind::Theme, theme),
            (None, need) => (ConceptKind::Need, need.unwrap_or_default()),
        };
        match find(taxonomy, kind, &label) {
            Some(concept) => {
                wishes.push(Wish { concept, weight: weight.unwrap_or(1.0), order, document });
            }
            None => inner.note(unknown_concept(inner.path_of(kind.as_str()), &label)),
        }
        fields.absorb(inner);
    }
    if !wishes.is_empty() && wishes.iter().all(|wish| wish.order.is_some()) {
        let places: Vec<f64> = wishes.iter().filter_map(|wish| wish.order).collect();
        for (wish, weight) in wishes.iter_mut().zip(rank_order_centroid(&places)) {
            wish.weight = weight;
        }
    }
    wishes
}

/// The row of `territory` with `period` in place of the one of the same start, or added.
///
/// `row` is the row as it stands, if any; its other periods are kept as they are written.
#[must_use]
pub fn with_period(territory: &str, row: Option<&Value>, period: Map<String, Value>) -> Value {
    let start = |period: &Value| period["start"].as_str().unwrap_or_default().to_owned();
    let period = Value::Object(period);
    let known = row.and_then(|row| row["periods"].as_array()).cloned().unwrap_or_default();
    let mut periods: Vec<Value> =
        known.into_iter().filter(|known| start(known) != start(&period)).collect();
    periods.push(period);
    periods.sort_by_key(start);
    json!({
        "id": submission_row(territory),
        "territory": territory,
        "kind": PriorityKind::Submission.as_str(),
        "periods": periods,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn row(periods: &[Value]) -> Value {
        periods.iter().fold(Value::Null, |row, period| {
            let period = period.as_object().unwrap().clone();
            with_period("epci-1", (!row.is_null()).then_some(&row), period)
        })
    }

    #[test]
    fn the_period_that_starts_last_is_in_force_and_ids_are_stable() {
        let taxonomy = crate::catalogue::datasets::taxonomy::tests::small();
        let row = row(&[
            json!({"start": "2026-01-01", "end": "2026-12-31", "document": "PV",
                "priorities": [{"theme": "textile", "order": 2}, {"theme": "mobilites", "order": 1}]}),
            json!({"start": "2026-06-01", "priorities": []}),
        ]);
        let read = read(&row, &taxonomy).unwrap();
        assert_eq!(read.warnings, []);
        let submission = read.value;
        let start = |day| submission.in_force(day).map(|period| period.start);
        assert_eq!(start(date(2025, 12, 31)), None);
        assert_eq!(start(date(2026, 5, 31)), Some(date(2026, 1, 1)));
        assert_eq!(start(date(2026, 6, 1)), Some(date(2026, 6, 1)));
        let list = submission.priorities(&taxonomy);
        let ids: Vec<&str> = list.iter().map(|priority| priority.id.as_str()).collect();
        let base = "submission/epci-1/2026-";
        let expected =
            ["01-01/textile", "01-01/mobilites", "06-01"].map(|end| format!("{base}{end}"));
        assert_eq!(ids, expected);
        assert!(list.iter().all(Priority::is_deposited));
        assert_eq!((list[0].weight, list[1].weight), (0.25, 0.75));
        assert_eq!(list[2].kind, PriorityKind::NoPriority);
        assert_eq!(list[0].source.source, "PV");
        assert_eq!(crate::catalogue::record::priority::read(&row, &taxonomy).unwrap().value, list);
    }

    #[test]
    fn a_period_of_the_same_start_is_replaced_and_the_others_are_kept() {
        let first =
            json!({"start": "2026-01-01", "priorities": [{"theme": "textile", "weight": 1}]});
        let other = json!({"start": "2025-01-01", "note": "as written", "priorities": []});
        let again =
            json!({"start": "2026-01-01", "priorities": [{"theme": "textile", "weight": 2}]});
        let row = row(&[first, other.clone(), again.clone()]);
        assert_eq!(row["periods"], json!([other, again]));
    }
}
