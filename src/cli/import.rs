//! `essaim import`: files of enterprises or actors into the log, with the account of each line.

use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

use crate::domain::lang::Lang;
use crate::http::AppState;
use crate::http::error::DoorError;
use crate::imports::actors::parse_actors;
use crate::imports::enterprises::parse_enterprises;
use crate::imports::ledger::LedgerEntry;
use crate::imports::load::Signature;
use crate::imports::{Format, Ledger, import_into};

use super::Outcome;
use super::args::{Import, ImportKind};
use super::config::{Config, Shape};
use super::output::{print, print_json};
use super::table::paragraph;

/// Refused lines and remarks printed for a person; the rest is counted.
const SHOWN: usize = 20;

/// The account of one file.
#[derive(Debug, Serialize)]
struct LedgerWire<'a> {
    file: String,
    format: &'a str,
    encoding: &'a str,
    dry_run: bool,
    read: usize,
    kept: usize,
    added: usize,
    changed: usize,
    unchanged: usize,
    duplicates: usize,
    seq: Option<[u64; 2]>,
    rejected: Vec<EntryWire<'a>>,
    warnings: Vec<EntryWire<'a>>,
    ignored_columns: &'a [String],
    guessed_columns: &'a [(String, String)],
}

/// One remark about one line.
#[derive(Debug, Serialize)]
struct EntryWire<'a> {
    line: u64,
    id: Option<&'a str>,
    field: &'a str,
    value: &'a str,
    reason: &'a str,
    way_out: &'a str,
}

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
            Shape::Json => print_json(&wire(&ledger, name, config.lang))?,
            _ => print(&text(config, &ledger, &name))?,
        }
    }
    if let Some(path) = &asked.rejects {
        std::fs::write(path, rejects)
            .with_context(|| format!("impossible d’écrire `{}`", path.display()))?;
    }
    if !asked.dry_run {
        state.scouting.refresh().await.map_err(DoorError::from)?;
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
    let parsed = match asked.kind {
        ImportKind::Actors => parse_actors(bytes, format),
        ImportKind::Enterprises => {
            let scene = state.scouting.scene();
            parse_enterprises(bytes, format, &scene.world.data.evidence_levels)
        }
    };
    let signature = Signature {
        author: &asked.by,
        now: jiff::Timestamp::now(),
        note: name.as_deref(),
        dry_run: asked.dry_run,
    };
    let ledger =
        import_into(state.scouting.store(), parsed, &signature).await.map_err(DoorError::from)?;
    Ok(ledger)
}

fn after_header(csv: &str) -> &str {
    csv.split_once('\n').map_or("", |(_, rest)| rest)
}

fn entries(list: &[LedgerEntry], lang: Lang) -> Vec<EntryWire<'_>> {
    list.iter()
        .map(|entry| {
            let problem = &entry.problem;
            let (reason, way_out) = match lang {
                Lang::Fr => (&problem.reason_fr, &problem.way_out_fr),
                Lang::En => (&problem.reason_en, &problem.way_out_en),
            };
            EntryWire {
                line: entry.line,
                id: entry.id.as_deref(),
                field: &problem.field,
                value: &problem.value,
                reason,
                way_out,
            }
        })
        .collect()
}

fn wire(ledger: &Ledger, file: String, lang: Lang) -> LedgerWire<'_> {
    LedgerWire {
        file,
        format: ledger.format,
        encoding: ledger.encoding,
        dry_run: ledger.dry_run,
        read: ledger.read,
        kept: ledger.kept,
        added: ledger.added,
        changed: ledger.changed,
        unchanged: ledger.unchanged,
        duplicates: ledger.duplicates,
        // First and last revision, both included.
        seq: ledger.seq.as_ref().map(|range| [range.start, range.end.saturating_sub(1)]),
        rejected: entries(&ledger.rejected, lang),
        warnings: entries(&ledger.warnings, lang),
        ignored_columns: &ledger.ignored_columns,
        guessed_columns: &ledger.guessed_columns,
    }
}

fn text(config: &Config, ledger: &Ledger, file: &str) -> String {
    let dry = if ledger.dry_run {
        config.say(" (essai : rien n’est écrit)", " (dry run: nothing is written)")
    } else {
        ""
    };
    let mut out = paragraph("", &format!("{file} · {} · {}{dry}", ledger.format, ledger.encoding));
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
        for entry in entries(list, config.lang).iter().take(SHOWN) {
            let id = entry.id.map(|id| format!(" ({id})")).unwrap_or_default();
            let line = format!(
                "{} {}{id} : {} `{}` {} ; {}",
                config.say("ligne", "line"),
                entry.line,
                entry.field,
                entry.value,
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
