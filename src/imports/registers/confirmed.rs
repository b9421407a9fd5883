//! What marks say of rows of the catalogue: a source more, and the quality that it proves.
//!
//! An actor or an enterprise whose SIREN a register marks is confirmed by that register:
//! one more source, independent of the page on which it was first read. An actor also gets
//! the word of the quality in its `licences`; an enterprise gets in its `labels` those that
//! distinguish it (approved ESUS, mission company). Being of the social economy distinguishes
//! no enterprise here: it would only move scores.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::marks::{ESS, ESS_LISTED, ESUS, MISSION, Said, number_of};
use crate::catalogue::record::source;
use crate::catalogue::revision::Kind;

/// How the word of an approval that has an end begins.
const ESUS_UNTIL: &str = "ESUS jusqu’au ";

/// The SIREN of a row, from its `siren` or `siret`.
#[must_use]
pub fn siren_of(body: &Value) -> Option<u32> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let digits = text("siren").or_else(|| text("siret"))?;
    number_of(digits.get(..9)?)
}

/// Adds to a row what registers say of it; whether that changes it.
///
/// An approval that ended before `today` proves nothing any more, and refuses nothing.
pub fn confirm(kind: Kind, body: &mut Value, said: &[Said], today: Date) -> bool {
    let Value::Object(row) = body else { return false };
    let before = row.clone();
    for one in said {
        let until = one.said.until.as_deref();
        let over = until.and_then(|date| date.parse::<Date>().ok()).is_some_and(|end| end < today);
        if !over {
            add_source(row, one);
            add_word(kind, row, one.mark, until);
        }
    }
    *row != before
}

/// Adds to rows, by their SIREN, what registers say.
pub fn confirm_all<'a>(
    kind: Kind,
    bodies: impl Iterator<Item = &'a mut Value>,
    said: &BTreeMap<u32, Vec<Said>>,
    today: Date,
) -> usize {
    let mut changed = 0;
    for body in bodies {
        if let Some(said) = siren_of(body).and_then(|siren| said.get(&siren)) {
            changed += usize::from(confirm(kind, body, said, today));
        }
    }
    changed
}

fn add_source(row: &mut Map<String, Value>, one: &Said) {
    let list = row.entry("sources").or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(list) = list else { return };
    let name = one.source.source.as_str();
    let same = |item: &Value| item.as_str().or_else(|| item.get("source")?.as_str()) == Some(name);
    match list.iter_mut().find(|item| same(item)) {
        Some(known) => *known = source::to_json(&one.source),
        None => list.push(source::to_json(&one.source)),
    }
}

fn add_word(kind: Kind, row: &mut Map<String, Value>, mark: &str, until: Option<&str>) {
    let (field, word) = match (kind, mark) {
        (Kind::Actor, ESS | ESS_LISTED) => ("licences", "ESS".to_owned()),
        (Kind::Actor, ESUS) => {
            let dated = until.map(|date| format!("{ESUS_UNTIL}{date}"));
            ("licences", dated.unwrap_or_else(|| "ESUS".to_owned()))
        }
        (Kind::Actor, MISSION) => ("licences", "société à mission".to_owned()),
        // A label is read with the year written in it: the end of an approval is none.
        (Kind::Enterprise, ESUS) => ("labels", "agrément ESUS".to_owned()),
        (Kind::Enterprise, MISSION) => ("labels", "société à mission".to_owned()),
        _ => return,
    };
    let list = row.entry(field).or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(list) = list else { return };
    let text = |item: &Value| item.as_str().unwrap_or_default().to_lowercase();
    if word.starts_with(ESUS_UNTIL) {
        list.retain(|item| !text(item).starts_with(&ESUS_UNTIL.to_lowercase()));
    }
    if !list.iter().any(|item| text(item) == word.to_lowercase()) {
        list.push(Value::from(word));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::provenance::Source;
    use crate::imports::registers::marks::Mark;

    fn said(mark: &'static str, until: Option<&str>) -> Said {
        let source = Source { source: "Liste".into(), year: Some(2026), licence: None };
        Said { mark, said: Mark { until: until.map(Box::from), ..Mark::default() }, source }
    }

    #[test]
    fn a_mark_adds_a_source_and_a_word_once() {
        let today = jiff::civil::date(2026, 11, 28);
        let mut row = json!({"id": "a", "siret": "77554408300011", "sources": ["https://a.fr"]});
        assert_eq!(siren_of(&row), Some(775_544_083));
        let list = [said(ESS, None), said(ESUS, Some("2027-03-01"))];
        assert!(confirm(Kind::Actor, &mut row, &list, today));
        assert_eq!(row["licences"], json!(["ESS", "ESUS jusqu’au 2027-03-01"]));
        assert_eq!(row["sources"], json!(["https://a.fr", {"source": "Liste", "year": 2026}]));
        assert!(!confirm(Kind::Actor, &mut row, &list, today));
        assert!(confirm(Kind::Actor, &mut row, &[said(ESUS, Some("2030-01-01"))], today));
        assert_eq!(row["licences"], json!(["ESS", "ESUS jusqu’au 2030-01-01"]));
    }

    #[test]
    fn an_ended_approval_says_nothing_and_the_social_economy_is_no_label() {
        let today = jiff::civil::date(2026, 11, 28);
        let mut row = json!({"id": "a", "siren": "775544083"});
        assert!(!confirm(Kind::Enterprise, &mut row, &[said(ESUS, Some("2026-11-27"))], today));
        assert!(confirm(Kind::Enterprise, &mut row, &[said(ESS, None)], today));
        assert_eq!(row.get("labels"), None);
        assert!(confirm(Kind::Enterprise, &mut row, &[said(ESUS, Some("2027-01-01"))], today));
        assert_eq!(row["labels"], json!(["agrément ESUS"]));
    }
}
