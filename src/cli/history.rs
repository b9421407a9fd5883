//! `essaim history`: every revision of a row, oldest first: when, who, from where, what, why.

use std::collections::BTreeSet;

use anyhow::bail;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::catalogue::store::Store;
use crate::catalogue::{Kind, Revision};

use super::Outcome;
use super::args::History;
use super::config::{Config, Shape};
use super::log;
use super::output::{print, print_json};
use super::table::{Column, paragraph, render};

/// The revisions of one row.
#[derive(Debug, Serialize)]
struct HistoryWire {
    kind: &'static str,
    id: String,
    revisions: Vec<RevisionLine>,
}

/// The rows that bear one id.
#[derive(Debug, Serialize)]
struct RowsWire {
    id: String,
    rows: Vec<HistoryWire>,
    /// Rows whose id holds this one.
    related: Vec<RelatedWire>,
}

#[derive(Debug, Serialize)]
struct RelatedWire {
    kind: &'static str,
    id: String,
    revisions: u64,
}

/// One revision; the address it came from is told here and nowhere else.
#[derive(Debug, Serialize)]
struct RevisionLine {
    seq: u64,
    kind: &'static str,
    id: String,
    recorded_at: String,
    recorded_by: String,
    address: Option<String>,
    note: Option<String>,
    /// `created`, `changed`, `same`, `ended`, `revived`, `erased`, `erasure`.
    change: &'static str,
    /// Fields added, changed or removed.
    fields: Vec<String>,
    /// The row; null for a key, and for what was erased.
    body: Value,
}

/// Lists and prints.
///
/// # Errors
/// An unknown kind; a log that fails.
pub async fn run(config: &Config, asked: &History) -> anyhow::Result<Outcome> {
    if !matches!(config.shape, Shape::Table | Shape::Json) {
        return Err(config.shape.refused(&["table", "json"]).into());
    }
    let limit = config.limit(500)?;
    let (kind, id) = match asked.row.as_slice() {
        [id] => (None, id),
        [kind, id] => (Some(log::kind(config, kind)?), id),
        _ => bail!("{}", config.say("il manque IDENTIFIANT", "an id is missing")),
    };
    let refuse = |error| log::said(config, error);
    let store = Store::open(&log::present(config)?).await.map_err(refuse)?;
    let kinds = kind.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]);
    let mut rows = Vec::new();
    for kind in kinds {
        let mut revisions = store.history(kind, id).await.map_err(refuse)?;
        revisions.retain(|revision| config.seq.is_none_or(|seq| revision.seq <= seq));
        if revisions.is_empty() {
            continue;
        }
        let lines = lines(kind, &revisions);
        // The latest ones, when there are too many.
        let kept = lines.len().saturating_sub(limit);
        let revisions = lines.into_iter().skip(kept).collect();
        rows.push(HistoryWire { kind: kind.as_str(), id: id.clone(), revisions });
    }
    if let Some(kind) = kind {
        let none = || HistoryWire { kind: kind.as_str(), id: id.clone(), revisions: Vec::new() };
        let row = rows.pop().unwrap_or_else(none);
        match config.shape {
            Shape::Json => print_json(&row)?,
            _ => print(&table(config, &row))?,
        }
        return Ok(if row.revisions.is_empty() { Outcome::Nothing } else { Outcome::Found });
    }
    let shown: BTreeSet<(&str, &str)> =
        rows.iter().map(|row| (row.kind, row.id.as_str())).collect();
    let related = store.related(id).await.map_err(refuse)?;
    let related = related
        .into_iter()
        .filter(|row| !shown.contains(&(row.kind.as_str(), row.id.as_str())))
        .map(|row| RelatedWire { kind: row.kind.as_str(), id: row.id, revisions: row.revisions })
        .collect();
    let told = RowsWire { id: id.clone(), rows, related };
    match config.shape {
        Shape::Json => print_json(&told)?,
        _ => print(&every(config, &told, limit))?,
    }
    Ok(if told.rows.is_empty() && told.related.is_empty() {
        Outcome::Nothing
    } else {
        Outcome::Found
    })
}

fn lines(kind: Kind, revisions: &[Revision]) -> Vec<RevisionLine> {
    // What the row was before, with whether it was alive; a body that was erased is unknown.
    let (mut before, mut alive, mut known) = (Value::Null, false, true);
    let secret = kind == Kind::Key;
    let mut lines = Vec::new();
    for revision in revisions {
        let body = revision.json().unwrap_or(Value::Null);
        let mut fields = Vec::new();
        let change = match revision.kind {
            Kind::Tombstone if body.get("erased").is_some() => "erasure",
            Kind::Tombstone => "ended",
            _ if revision.is_erased() => "erased",
            _ if before.is_null() && known => "created",
            _ if !alive => "revived",
            _ if before.is_null() => "changed",
            _ => {
                fields = if secret { Vec::new() } else { differences(&before, &body) };
                if before == body { "same" } else { "changed" }
            }
        };
        alive = revision.kind != Kind::Tombstone;
        if alive {
            known = !revision.is_erased();
            before.clone_from(&body);
        }
        lines.push(RevisionLine {
            seq: revision.seq,
            kind: revision.kind.as_str(),
            id: revision.id.clone(),
            recorded_at: revision.recorded_at.to_string(),
            recorded_by: revision.recorded_by.clone(),
            address: revision.address.clone(),
            note: revision.note.clone(),
            change,
            fields,
            body: if secret { Value::Null } else { body },
        });
    }
    lines
}

/// Names of the fields that differ, sorted.
fn differences(before: &Value, after: &Value) -> Vec<String> {
    let empty = Map::new();
    let (a, b) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    names.into_iter().filter(|name| a.get(*name) != b.get(*name)).cloned().collect()
}

fn every(config: &Config, told: &RowsWire, limit: usize) -> String {
    if told.rows.is_empty() && told.related.is_empty() {
        return format!("{} `{}`\n", config.say("aucune révision de", "no revision of"), told.id);
    }
    let mut out = String::new();
    for row in &told.rows {
        out.push_str(&format!("{} {}\n", row.kind, row.id));
        out.push_str(&table(config, row));
        out.push('\n');
    }
    if !told.related.is_empty() {
        let count = |row: &RelatedWire| format!("{} {} ({})", row.kind, row.id, row.revisions);
        let mut names: Vec<String> = told.related.iter().take(limit.min(20)).map(count).collect();
        if told.related.len() > names.len() {
            let more = told.related.len() - names.len();
            names.push(format!("… {more} {}", config.say("de plus", "more")));
        }
        out.push_str(&paragraph(config.say("À voir aussi : ", "See also: "), &names.join(", ")));
    }
    out
}

fn table(config: &Config, history: &HistoryWire) -> String {
    if history.revisions.is_empty() {
        return format!(
            "{} {} `{}`\n",
            config.say("aucune révision de", "no revision of"),
            history.kind,
            history.id
        );
    }
    let columns = [
        Column::number("seq", 8),
        Column::text(config.say("le", "on"), 16),
        Column::text(config.say("par", "by"), 13),
        Column::text(config.say("depuis", "from"), 15),
        Column::text(config.say("quoi", "what"), 0),
        Column::text(config.say("pourquoi", "why"), 0),
    ];
    let row = |revision: &RevisionLine| {
        vec![
            revision.seq.to_string(),
            revision.recorded_at.chars().take(16).collect::<String>().replace('T', " "),
            revision.recorded_by.clone(),
            revision.address.clone().unwrap_or_default(),
            what(config, revision),
            revision.note.clone().unwrap_or_default(),
        ]
    };
    render(&columns, &history.revisions.iter().map(row).collect::<Vec<_>>())
}

fn what(config: &Config, revision: &RevisionLine) -> String {
    let word = match revision.change {
        "created" => config.say("créée", "created"),
        "ended" => config.say("terminée", "ended"),
        "revived" => config.say("reprise", "revived"),
        "erased" => config.say("effacée", "erased"),
        "erasure" => config.say("effacement", "erasure"),
        "same" => config.say("réécrite à l’identique", "written again, the same"),
        _ if revision.fields.is_empty() => config.say("modifiée", "changed"),
        _ => return revision.fields.join(", "),
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn revision(seq: u64, kind: Kind, body: &Value) -> Revision {
        Revision {
            seq,
            kind,
            id: "a".to_owned(),
            body: body.to_string(),
            recorded_at: "2026-11-28T10:00:00Z".parse().unwrap(),
            recorded_by: "lea".to_owned(),
            note: None,
            address: None,
        }
    }

    #[test]
    fn each_revision_says_what_it_did() {
        let revisions = [
            revision(1, Kind::Enterprise, &json!({ "name": "A", "url": "u" })),
            revision(2, Kind::Enterprise, &json!({ "name": "B", "city": "Lyon" })),
            revision(3, Kind::Tombstone, &json!({ "kind": "enterprise", "id": "a" })),
            revision(4, Kind::Enterprise, &json!({ "name": "B" })),
            revision(5, Kind::Enterprise, &Value::Null),
            revision(6, Kind::Tombstone, &json!({ "erased": [5] })),
        ];
        let lines = lines(Kind::Enterprise, &revisions);
        let changes: Vec<&str> = lines.iter().map(|line| line.change).collect();
        assert_eq!(changes, ["created", "changed", "ended", "revived", "erased", "erasure"]);
        assert_eq!(lines[1].fields, ["city", "name", "url"]);
    }

    #[test]
    fn a_key_never_shows_what_it_holds() {
        let revisions = [
            revision(1, Kind::Key, &json!({ "digest": "secret-1" })),
            revision(2, Kind::Key, &json!({ "digest": "secret-2" })),
        ];
        let text = serde_json::to_string(&lines(Kind::Key, &revisions)).unwrap();
        assert!(!text.contains("secret") && !text.contains("digest"), "{text}");
    }
}
