//! `essaim import`: files of enterprises, actors or priorities into the log, with the account of each line.

use std::path::Path;

use crate::access::Identity;
use crate::http::AppState;
use crate::http::error::DoorError;
use crate::http::extract;
use crate::http::wire::ledger::LedgerWire;
use crate::scouting::imports::{self, Format, ImportAsk, Ledger};
use anyhow::Context as _;

use super::Outcome;
use super::args::{Import, ImportKind};
use super::config::{Config, Shape};
use super::output::{print, print_json};
use super::table::paragraph;

/// Refused lines and remarks printed for a person; the rest is counted.
const SHOWN: usize = 20;

/// Imports each file and prints its ledger; a bad row never stops a file.
///
/// # Errors
/// A file that cannot be read; a log that refuses (nothing of that file is then written).
pub async fn run(config: &Config, asked: &Import) -> anyhow::Result<Outcome> {
    if !matches!(config.shape, Shape::Table | Shape::Json) {
        return Err(config.shape.refused(&["table", "json"]).into());
    }
    // Every file is read before anything is written: a misspelt name stops nothing halfway.
    let mut files = Vec::with_capacity(asked.files.len());
    for path in &asked.files {
        let bytes = std::fs::read(path)
            .with_context(|| format!("fichier illisible `{}`", path.display()))?;
        files.push((path, bytes));
    }
    let state = config.open().await?;
    let mut rejects = String::new();
    for (path, bytes) in files {
        let ledger = load(&state, asked, path, &bytes).await?;
        let csv = ledger.rejects_csv();
        // One header for all the files.
        let lines = if rejects.is_empty() { csv.as_str() } else { after_header(&csv) };
        rejects.push_str(lines);
        let name = path.display().to_string();
        match config.shape {
            Shape::Json => print_json(&LedgerWire::new(&ledger, name, config.lang))?,
            _ => print(&text(config, &LedgerWire::new(&ledger, name, config.lang)))?,
        }
    }
    if let Some(path) = &asked.rejects {
        std::fs::write(path, rejects)
            .with_context(|| format!("impossible d’écrire `{}`", path.display()))?;
    }
    Ok(Outcome::Found)
}

async fn load(
    state: &AppState,
    asked: &Import,
    path: &Path,
    bytes: &[u8],
) -> anyhow::Result<Ledger> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let format = Format::of_name(name.as_deref().unwrap_or_default());
    let ask = ImportAsk {
        import: match asked.kind {
            ImportKind::Actors => imports::Import::Actors,
            ImportKind::Enterprises => imports::Import::Enterprises,
            ImportKind::Priorities => imports::Import::Priorities,
        },
        bytes,
        format,
        note: name,
        dry_run: asked.dry_run,
        idempotent: None,
    };
    let who = Identity::operator(asked.by.as_str());
    let ledger = imports::import(&state.scouting, &who, ask, extract::today()).await;
    Ok(ledger.map_err(DoorError::from)?)
}

fn after_header(csv: &str) -> &str {
    csv.split_once('\n').map_or("", |(_, rest)| rest)
}

fn text(config: &Config, ledger: &LedgerWire) -> String {
    let dry = if ledger.dry_run {
        config.say(" (essai : rien n’est écrit)", " (dry run: nothing is written)")
    } else {
        ""
    };
    let mut out =
        paragraph("", &format!("{} · {} · {}{dry}", ledger.file, ledger.format, ledger.encoding));
    let count = |fr, en, n: usize| format!("{} {n}", config.say(fr, en));
    out.push_str(&paragraph(
        "   ",
        &[
            count("lues", "read", ledger.read),
            count("gardées", "kept", ledger.kept),
            count("ajoutées", "added", ledger.added),
            count("changées", "changed", ledger.changed),
            count("inchangées", "unchanged", ledger.unchanged),
            count("refusées", "rejected", ledger.rejected.len()),
            count("remarques", "remarks", ledger.warnings.len()),
        ]
        .join(" · "),
    ));
    if !ledger.ignored_columns.is_empty() {
        let first = config.say("   colonnes ignorées : ", "   columns ignored: ");
        out.push_str(&paragraph(first, &ledger.ignored_columns.join(", ")));
    }
    for (written, field) in &ledger.guessed_columns {
        let first = config.say("   colonne comprise : ", "   column understood: ");
        out.push_str(&paragraph(first, &format!("{written} → {field}")));
    }
    let lists = [("   ✗ ", &ledger.rejected), ("   ! ", &ledger.warnings)];
    for (mark, list) in lists {
        for entry in list.iter().take(SHOWN) {
            let id = entry.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
            let value = match entry.value.is_empty() {
                true => " ".to_owned(),
                false => format!(" `{}` ", entry.value),
            };
            let line = format!(
                "{} {}{id} : {}{value}{} ; {}",
                config.say("ligne", "line"),
                entry.line,
                entry.field,
                entry.reason,
                entry.way_out
            );
            out.push_str(&paragraph(mark, &line));
        }
        if list.len() > SHOWN {
            let more = list.len() - SHOWN;
            out.push_str(&format!("{mark}… {more} {}\n", config.say("autres", "more")));
        }
    }
    out
}
