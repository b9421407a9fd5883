//! `essaim history`: every revision of one row, oldest first.

use anyhow::bail;
use serde::Serialize;

use crate::catalogue::Kind;
use crate::http::error::DoorError;
use crate::http::extract::nearest;
use crate::http::wire::changes::RevisionWire;

use super::Outcome;
use super::args::History;
use super::config::Config;
use super::output::print_one;
use super::table::{Column, render};

/// The revisions of one row.
#[derive(Debug, Serialize)]
struct HistoryWire {
    kind: &'static str,
    id: String,
    revisions: Vec<RevisionWire>,
}

/// Lists and prints.
///
/// # Errors
/// An unknown kind; a log that fails.
pub async fn run(config: &Config, asked: &History) -> anyhow::Result<Outcome> {
    let Some(kind) = Kind::parse(&asked.kind) else {
        let words = || Kind::ALL.iter().map(|kind| kind.as_str());
        let near = match nearest(&asked.kind, words()) {
            Some(near) => format!("vouliez-vous dire `{near}` ?"),
            None => format!("admis : {}", words().collect::<Vec<_>>().join(", ")),
        };
        bail!("sorte inconnue `{}` ; {near}", asked.kind);
    };
    let limit = config.limit(500)?;
    let state = config.open().await?;
    let mut revisions =
        state.scouting.store().history(kind, &asked.id).await.map_err(DoorError::from)?;
    if let Some(seq) = config.seq {
        revisions.retain(|revision| revision.seq <= seq);
    }
    let kept = revisions.len().saturating_sub(limit);
    let history = HistoryWire {
        kind: kind.as_str(),
        id: asked.id.clone(),
        // The latest ones, when there are too many.
        revisions: revisions[kept..].iter().map(RevisionWire::from).collect(),
    };
    print_one(config, &history, |history| table(config, history))?;
    Ok(if history.revisions.is_empty() { Outcome::Nothing } else { Outcome::Found })
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
        Column::number("seq", 9),
        Column::text(config.say("le", "on"), 20),
        Column::text(config.say("par", "by"), 14),
        Column::text(config.say("quoi", "what"), 11),
        Column::text(config.say("note", "note"), 0),
    ];
    let rows: Vec<Vec<String>> = history
        .revisions
        .iter()
        .map(|revision| {
            vec![
                revision.seq.to_string(),
                revision.recorded_at.chars().take(19).collect(),
                revision.recorded_by.clone(),
                revision.kind.to_owned(),
                revision.note.clone().unwrap_or_default(),
            ]
        })
        .collect();
    render(&columns, &rows)
}
