//! The cells of a table of priorities that say where and when.

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::access::{Action, Identity};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::fields::parse_date;
use crate::scouting::ask::{TerritoryAsked, check_date};
use crate::scouting::candidates;
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;
use crate::scouting::writing::authorise;

/// The text of a cell; empty where there is none.
pub(super) fn text(cells: &Map<String, Value>, name: &str) -> String {
    match cells.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

/// The territory of a row, where `who` may do `action`.
pub(in crate::scouting) fn place(
    scene: &Scene,
    who: &Identity,
    action: Action,
    cells: &Map<String, Value>,
) -> Result<String, RecordProblem> {
    let asked = text(cells, "territory");
    if asked.is_empty() {
        return Err(RecordProblem::missing("territory"));
    }
    let refused = |reason: (&str, &str), way_out: (&str, &str)| {
        RecordProblem::new("territory", &asked, reason, way_out)
    };
    let near = |suggestions: &[(String, String)]| -> String {
        let each = suggestions.iter().take(3).map(|(id, name)| format!("`{id}` ({name})"));
        each.collect::<Vec<_>>().join(", ")
    };
    let territory = match candidates::territory(scene, &TerritoryAsked::Named(asked.clone())) {
        Ok(territory) => territory,
        Err(ScoutingError::AmbiguousTerritory { suggestions, .. }) => {
            let near = near(&suggestions);
            return Err(refused(
                ("plusieurs territoires portent ce nom", "several territories have this name"),
                (&format!("donnez l’identifiant : {near}"), &format!("give the id: {near}")),
            ));
        }
        Err(ScoutingError::UnknownTerritory { suggestions, .. }) if !suggestions.is_empty() => {
            let near = near(&suggestions);
            return Err(refused(
                ("territoire inconnu", "unknown territory"),
                (&format!("vouliez-vous dire {near} ?"), &format!("did you mean {near}?")),
            ));
        }
        Err(_) => {
            return Err(refused(
                ("territoire inconnu", "unknown territory"),
                (
                    "donnez un identifiant (epci-200046977, com-69123) ou un nom",
                    "give an id (epci-200046977, com-69123) or a name",
                ),
            ));
        }
    };
    match authorise(who, action, scene, Some(&territory.id)) {
        Ok(()) => Ok(territory.id),
        Err(_) => {
            let (fr, en) = action.words();
            Err(refused(
                (
                    &format!("cette clé ne permet pas ici de {fr}"),
                    &format!("this key may not {en} here"),
                ),
                (
                    "retirez la ligne, ou faites-la déposer par ce territoire",
                    "take the row out, or have that territory submit it",
                ),
            ))
        }
    }
}

/// The first day of a row, where it is said.
pub(super) fn start(cells: &Map<String, Value>) -> Result<Option<Date>, RecordProblem> {
    let written = text(cells, "start");
    if written.is_empty() {
        return Ok(None);
    }
    let read = parse_date(&written).map(|date| date.first_day());
    match read.filter(|date| check_date(*date).is_ok()) {
        Some(date) => Ok(Some(date)),
        None => Err(RecordProblem::new(
            "start",
            written,
            ("date illisible", "unreadable date"),
            (
                "écrivez AAAA-MM-JJ ou JJ/MM/AAAA, entre 1990 et 2100",
                "write YYYY-MM-DD or DD/MM/YYYY, from 1990 to 2100",
            ),
        )),
    }
}
