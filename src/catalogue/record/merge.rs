//! Merges: what two rows are to one another, as a rule or a person said.
//!
//! One row per unordered pair. `same`: one organisation, of which one row is kept;
//! `sister`: two of one network; `different`: a person says that they are two, and the
//! pair is not proposed again. The end of the row (a tombstone) undoes it.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::fields::Fields;
use super::problem::RecordProblem;
use super::{Read, ReadResult, number, put};
use crate::catalogue::revision::Kind;

/// What may be said of a pair.
pub const VERDICTS: [&str; 3] = ["same", "sister", "different"];

/// What two rows are to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Said {
    /// One organisation.
    Same,
    /// Two of one network.
    Sister,
    /// Two organisations.
    Different,
}

impl Said {
    /// The word written in the log and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Sister => "sister",
            Self::Different => "different",
        }
    }

    /// Reads the word written in the log and in JSON.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Same, Self::Sister, Self::Different].into_iter().find(|said| said.as_str() == word)
    }
}

/// A row of a pair: an enterprise or an actor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey {
    /// `enterprise` or `actor`.
    pub kind: Kind,
    /// Its id.
    pub id: String,
}

impl RowKey {
    /// Reads `enterprise/<id>` or `actor/<id>`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once('/')?;
        let kind = Kind::parse(kind)?;
        let known = matches!(kind, Kind::Enterprise | Kind::Actor) && !id.is_empty();
        known.then(|| Self { kind, id: id.to_owned() })
    }
}

impl std::fmt::Display for RowKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind.as_str(), self.id)
    }
}

/// A merge as a record holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct MergeRecord {
    /// The row that is shown; for `sister` and `different`, the first of the two.
    pub kept: RowKey,
    /// The other.
    pub other: RowKey,
    /// What they are.
    pub said: Said,
    /// Whether the rule said it (above the declared threshold) or a person.
    pub by_rule: bool,
    /// P(same) when it was said, in 0..=1, where it was computed.
    pub probability: Option<f64>,
    /// Why, in French sentences or in the words of the person.
    pub reasons: Vec<String>,
    /// The day it was said.
    pub date: Date,
}

impl MergeRecord {
    /// The id of the row: the pair, sorted, `actor/a+enterprise/b`.
    #[must_use]
    pub fn id(&self) -> String {
        pair_id(&self.kept, &self.other)
    }
}

/// The id of the row of a pair, whatever its order.
#[must_use]
pub fn pair_id(one: &RowKey, other: &RowKey) -> String {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    let (first, second) = (first.to_string(), second.to_string());
    if first <= second { format!("{first}+{second}") } else { format!("{second}+{first}") }
}

/// Reads one merge: `{kept, other, verdict, basis, probability, reasons, date}`.
///
/// # Errors
/// If it is no object, a row is none of `enterprise/<id>` and `actor/<id>`, both are one,
/// an enterprise would be kept under an actor, the verdict is none of [`VERDICTS`], or the
/// date is missing.
pub fn read(value: &Value) -> ReadResult<MergeRecord> {
    let mut fields = Fields::of_row(value)?;
    let mut row = |name: &'static str| -> Result<RowKey, RecordProblem> {
        let text = fields.required(name)?;
        RowKey::parse(&text).ok_or_else(|| {
            RecordProblem::new(
                name,
                text,
                ("ligne inconnue", "unknown row"),
                (
                    "écrivez `enterprise/` ou `actor/` puis l’identifiant",
                    "write `enterprise/` or `actor/` then the id",
                ),
            )
        })
    };
    let (kept, other) = (row("kept")?, row("other")?);
    let verdict = fields.required("verdict")?;
    let said = Said::parse(&verdict)
        .ok_or_else(|| RecordProblem::unknown_word("verdict", verdict, &VERDICTS))?;
    let upside_down =
        said == Said::Same && kept.kind == Kind::Actor && other.kind == Kind::Enterprise;
    if kept == other || upside_down {
        return Err(RecordProblem::new(
            "kept",
            kept.to_string(),
            (
                "ces deux lignes ne peuvent être fusionnées ainsi",
                "these two rows cannot be merged so",
            ),
            (
                "donnez deux lignes différentes, l’entreprise d’abord",
                "give two different rows, the enterprise first",
            ),
        ));
    }
    let by_rule = fields.text("basis").as_deref() == Some("rule");
    let probability = fields.number_within("probability", 0.0, 1.0);
    let reasons = fields.list("reasons");
    let date = fields.first_day("date").ok_or_else(|| RecordProblem::missing("date"))?;
    let _ = fields.text("id");
    let (_, warnings) = fields.finish();
    let value = MergeRecord { kept, other, said, by_rule, probability, reasons, date };
    Ok(Read { value, warnings })
}

/// The merge as a row.
#[must_use]
pub fn to_json(merge: &MergeRecord) -> Value {
    let mut map = Map::new();
    put(&mut map, "kept", merge.kept.to_string());
    put(&mut map, "other", merge.other.to_string());
    put(&mut map, "verdict", merge.said.as_str());
    put(&mut map, "basis", if merge.by_rule { "rule" } else { "person" });
    put(&mut map, "probability", merge.probability.map(number));
    put(&mut map, "reasons", merge.reasons.clone());
    put(&mut map, "date", merge.date.to_string());
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merge_reads_back_and_its_id_has_no_order() {
        let value = serde_json::json!({"kept": "enterprise/singa", "other": "actor/singa-lyon",
            "verdict": "sister", "basis": "person", "reasons": ["antenne"], "date": "2026-11-28"});
        let merge = read(&value).unwrap().value;
        assert_eq!(read(&to_json(&merge)).unwrap().value, merge);
        assert_eq!(merge.id(), "actor/singa-lyon+enterprise/singa");
        assert_eq!(pair_id(&merge.other, &merge.kept), merge.id());
    }

    #[test]
    fn an_enterprise_is_never_hidden_behind_an_actor() {
        let mut value = serde_json::json!({"kept": "actor/a", "other": "enterprise/b",
            "verdict": "same", "date": "2026-11-28"});
        assert_eq!(read(&value).unwrap_err().field, "kept");
        value["verdict"] = "different".into();
        assert!(read(&value).is_ok());
        value["verdict"] = "peut-être".into();
        assert_eq!(read(&value).unwrap_err().field, "verdict");
        value["kept"] = "commune/x".into();
        assert_eq!(read(&value).unwrap_err().field, "kept");
    }
}
