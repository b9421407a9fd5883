//! Confirmations: what a person knows of an enterprise in a territory.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::problem::RecordProblem;
use super::{Read, ReadResult, put, source};
use crate::domain::context::Confirmation;
use crate::domain::date::PartialDate;

/// The states a confirmation may give; `lifted` is for gates only.
pub const STATES: [&str; 4] = ["met", "unmet", "unknown", "lifted"];

/// A confirmation with the territory it holds for.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfirmationRecord {
    /// Revision id: one per territory, enterprise, item and actor, so that the latest wins.
    pub id: String,
    /// Territory id.
    pub territory: String,
    /// What was confirmed.
    pub confirmation: Confirmation,
}

/// Reads one confirmation: `{territory, enterprise, actor, item, state, note, by, source,
/// date}`.
///
/// # Errors
/// If it is no object, a mandatory field (`territory`, `enterprise`, `item`, `state`,
/// `source`, `date`) is missing, or the state is none of [`STATES`]: a confirmation
/// without source or date is refused.
pub fn read(value: &Value) -> ReadResult<ConfirmationRecord> {
    let mut fields = Fields::of_row(value)?;
    let territory = fields.required("territory")?;
    let enterprise = fields.required("enterprise")?;
    let item = fields.required("item")?;
    let state = fields.required("state")?;
    if !STATES.contains(&state.as_str()) {
        return Err(RecordProblem::unknown_word("state", state, &STATES));
    }
    let actor = fields.text("actor");
    let origin =
        source::read_single(&mut fields).ok_or_else(|| RecordProblem::missing("source"))?;
    let date: PartialDate = fields.date("date").ok_or_else(|| RecordProblem::missing("date"))?;
    let id = id_of(&territory, &enterprise, &item, actor.as_deref());
    let _ = fields.text("id");
    let note = fields.text("note");
    let by = fields.text("by");
    let confirmation =
        Confirmation { enterprise, actor, item, state, note, by, source: origin, date };
    let (_, warnings) = fields.finish();
    Ok(Read { value: ConfirmationRecord { id, territory, confirmation }, warnings })
}

/// The id of a confirmation: one per territory, enterprise, item and actor.
#[must_use]
pub fn id_of(territory: &str, enterprise: &str, item: &str, actor: Option<&str>) -> String {
    let id = format!("{territory}/{enterprise}/{item}");
    actor.map_or(id.clone(), |actor| format!("{id}/{actor}"))
}

/// The confirmation as a row.
#[must_use]
pub fn to_json(record: &ConfirmationRecord) -> Value {
    let c = &record.confirmation;
    let mut map = Map::new();
    put(&mut map, "territory", record.territory.as_str());
    put(&mut map, "enterprise", c.enterprise.as_str());
    put(&mut map, "actor", c.actor.clone());
    put(&mut map, "item", c.item.as_str());
    put(&mut map, "state", c.state.as_str());
    put(&mut map, "note", c.note.clone());
    put(&mut map, "by", c.by.clone());
    put(&mut map, "source", source::to_json(&c.source));
    put(&mut map, "date", c.date.to_string());
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_needs_a_known_state_and_reads_back() {
        let value = serde_json::json!({"territory": "dep-26", "enterprise": "a", "item": "active",
            "state": "met", "by": "Ronalpia", "source": "appel", "date": "2026-11-02"});
        let first = read(&value).unwrap().value;
        assert_eq!(first.id, "dep-26/a/active");
        assert_eq!(read(&to_json(&first)).unwrap().value, first);
        let mut bad = value;
        bad["state"] = "peut-être".into();
        assert_eq!(read(&bad).unwrap_err().field, "state");
    }
}
