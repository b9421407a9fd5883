//! `essaim import`: rows of others, or a public register, with the account of each line.

use std::collections::BTreeSet;
use std::path::Path;

use crate::access::Identity;
use crate::domain::lang::Lang;
use crate::http::AppState;
use crate::http::error::DoorError;
use crate::http::extract;
use crate::http::wire::ledger::LedgerWire;
use crate::scouting::export::Written;
use crate::scouting::imports::{self, Format, ImportAsk, Ledger};
use crate::scouting::registers::{
    Covered, Follows as _, Importable, Origin, RegisterAsk, import_register,
};
use crate::scouting::templates;
use anyhow::Context as _;

use super::Outcome;
use super::args::{Import, Imported};
use super::config::{Config, Shape};
use super::following::Following;
use super::output::{print, print_json};
use super::table::paragraph;

/// Refused lines and remarks printed for a person; the rest is counted.
const SHOWN: usize = 20;
/// The same for a register, whose reasons are counted besides.
const SHOWN_OF_REGISTER: usize = 3;

/// Imports each file and prints its ledger; a bad row never stops a file.
///
/// # Errors
/// A file that cannot be read; a log that refuses (nothing of that file is then written).
pub async fn run(config: &Config, asked: &Import) -> anyhow::Result<Outcome> {
    if asked.template {
        return template(config, asked);
    }
    if !matches!(config.shape, Shape::Table | Shape::Json) {
        return Err(config.shape.refused(&["table", "json"]).into());
    }
    match asked.kind {
        Imported::Rows(kind) => rows(config, asked, kind).await,
        Imported::Register(register) => of_register(config, asked, register).await,
    }
}

/// Gives a file to fill, on stdout or in `--out`.
fn template(config: &Config, asked: &Import) -> anyhow::Result<Outcome> {
    let written = match config.shape {
        Shape::Table | Shape::Csv => Written::Csv,
        Shape::Xlsx => Written::Xlsx,
        other => return Err(other.refused(&["csv", "xlsx"]).into()),
    };
    let word = match asked.kind {
        Imported::Rows(rows) => rows.word(),
        Imported::Register(register) => register.word,
    };
    let file = templates::template(word, written, config.lang).map_err(DoorError::from)?;
    let unknown = || DoorError::UnknownFormat { asked: word.to_owned(), known: templates::WORDS };
    let file = file.ok_or_else(unknown)?;
    match &asked.out {
        Some(path) => std::fs::write(path, &file.bytes)
            .with_context(|| format!("impossible d’écrire `{}`", path.display()))?,
        None if written.is_text() => print(&String::from_utf8_lossy(&file.bytes))?,
        None => anyhow::bail!(
            "{} --out {}",
            config.say("dites où écrire :", "say where to write:"),
            file.path
        ),
    }
    Ok(Outcome::Found)
}

async fn rows(config: &Config, asked: &Import, kind: imports::Import) -> anyhow::Result<Outcome> {
    // Every file is read before anything is written: a misspelt name stops nothing halfway.
    let mut files = Vec::with_capacity(asked.files.len());
    for path in &asked.files {
        let bytes = std::fs::read(path)
            .with_context(|| format!("fichier illisible `{}`", path.display()))?;
        files.push((path, bytes));
    }
    let mut following = follow(config, asked)?;
    let state = config.open().await?;
    for (path, bytes) in files {
        let ledger = load(&state, asked, kind, path, &bytes).await?;
        if asked.rejects.is_some() {
            let name = path.to_string_lossy().into_owned();
            following.refused_again(Origin::Bytes(name, bytes.into()), &ledger)?;
        }
        tell(config, &ledger, path.display().to_string())?;
    }
    Ok(Outcome::Found)
}

async fn load(
    state: &AppState,
    asked: &Import,
    kind: imports::Import,
    path: &Path,
    bytes: &[u8],
) -> anyhow::Result<Ledger> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let format = Format::of_name(name.as_deref().unwrap_or_default());
    let ask = ImportAsk {
        import: kind,
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

async fn of_register(
    config: &Config,
    asked: &Import,
    register: Importable,
) -> anyhow::Result<Outcome> {
    for path in &asked.files {
        std::fs::metadata(path)
            .with_context(|| format!("fichier illisible `{}`", path.display()))?;
    }
    let following = follow(config, asked)?;
    let state = config.open().await?;
    let ask = RegisterAsk {
        register,
        origins: asked.files.iter().cloned().map(Origin::Path).collect(),
        year: asked.year,
        perimeter: asked.perimeter.as_deref().map(Covered::parse),
        actors_in: asked.actors_in.clone(),
        note: None,
        dry_run: asked.dry_run,
        idempotent: None,
    };
    let who = Identity::operator(asked.by.as_str());
    let account = import_register(&state.scouting, &who, ask, Box::new(following)).await;
    let account = account.map_err(DoorError::from)?;
    for (name, ledger) in &account.tables {
        tell(config, ledger, name.clone())?;
    }
    for name in &account.aside {
        let said =
            config.say("fichier de l’archive laissé de côté", "file of the archive left aside");
        eprintln!("{said} : {name}");
    }
    Ok(Outcome::Found)
}

fn follow(config: &Config, asked: &Import) -> anyhow::Result<Following> {
    let rejects = asked.rejects.as_deref();
    Following::new(config.lang, rejects).with_context(|| {
        let path = rejects.unwrap_or(Path::new("")).display();
        format!("impossible d’écrire `{path}`")
    })
}

fn tell(config: &Config, ledger: &Ledger, name: String) -> anyhow::Result<()> {
    let wire = LedgerWire::new(ledger, name, config.lang);
    match config.shape {
        Shape::Json => print_json(&wire),
        _ => print(&text(config, &wire)),
    }
}

impl Following {
    /// Writes the refused rows of a file of rows, found again by their lines.
    fn refused_again(&mut self, origin: Origin, ledger: &Ledger) -> anyhow::Result<()> {
        let lines: BTreeSet<u64> = ledger.rejected.iter().map(|entry| entry.line).collect();
        if lines.is_empty() {
            return Ok(());
        }
        imports::refused_rows(origin, ledger, &mut |row| self.refused(row))
            .context("lignes refusées non écrites")
    }
}

fn text(config: &Config, ledger: &LedgerWire) -> String {
    let dry = if ledger.dry_run {
        config.say(" (essai : rien n’est écrit)", " (dry run: nothing is written)")
    } else {
        ""
    };
    let mut how = vec![ledger.file.clone(), ledger.format.clone(), ledger.form.clone()];
    how.push(ledger.encoding.clone());
    how.extend(ledger.separator.as_ref().map(|sign| match sign.as_str() {
        "\t" => config.say("séparateur tabulation", "tab separated").to_owned(),
        sign => format!("{} `{sign}`", config.say("séparateur", "separator")),
    }));
    how.extend(ledger.sheet.as_ref().map(|sheet| match config.lang {
        Lang::Fr => format!("feuille «\u{a0}{sheet}\u{a0}»"),
        Lang::En => format!("sheet “{sheet}”"),
    }));
    how.push(ledger.line_ends.clone());
    how.retain(|part| !part.is_empty());
    let mut out = paragraph("", &format!("{}{dry}", how.join(" · ")));
    let count = |fr, en, n: usize| format!("{} {n}", config.say(fr, en));
    let mut counts = vec![
        count("lues", "read", ledger.read),
        count("gardées", "kept", ledger.kept),
        count("fusionnées", "merged", ledger.merged),
        count("refusées", "rejected", ledger.refused),
    ];
    let sound: u64 = ledger.reasons.iter().filter(|one| one.sound).map(|one| one.count).sum();
    if sound > 0 {
        let of = counts.pop().unwrap_or_default();
        counts.push(match config.lang {
            Lang::Fr => format!("{of} (dont {sound} sans défaut, hors du sujet)"),
            Lang::En => format!("{of} (of which {sound} sound, out of scope)"),
        });
    }
    if ledger.reasons.is_empty() {
        counts.push(count("ajoutées", "added", ledger.added));
        counts.push(count("changées", "changed", ledger.changed));
        counts.push(count("inchangées", "unchanged", ledger.unchanged));
    }
    counts.push(count("remarques", "remarks", ledger.warnings.len()));
    out.push_str(&paragraph("   ", &counts.join(" · ")));
    for gain in &ledger.gains {
        out.push_str(&paragraph("   → ", gain));
    }
    if let Some(cut) = &ledger.cut {
        out.push_str(&paragraph("   ✗ ", &format!("{} ; {}", cut.reason, cut.way_out)));
    }
    for reason in &ledger.reasons {
        let (mark, first) = (if reason.sound { "   · " } else { "   ✗ " }, reason.first_line);
        let from = config.say("la première ligne", "the first at line");
        let line = format!("{} × {} ({from} {first})", reason.count, reason.reason);
        out.push_str(&paragraph(mark, &line));
    }
    for change in &ledger.changes {
        let from = config.say("la première ligne", "the first at line");
        let line = format!("{} × {} ({from} {})", change.count, change.reason, change.first_line);
        out.push_str(&paragraph("   ~ ", &line));
    }
    if !ledger.ignored_columns.is_empty() {
        let first = config.say("   colonnes ignorées : ", "   columns ignored: ");
        out.push_str(&paragraph(first, &ledger.ignored_columns.join(", ")));
    }
    for (written, field) in &ledger.columns {
        if ledger.dry_run || ledger.guessed_columns.iter().any(|(guessed, _)| guessed == written) {
            let first = config.say("   colonne comprise : ", "   column understood: ");
            out.push_str(&paragraph(first, &format!("{written} → {field}")));
        }
    }
    let lists = [("   ✗ ", &ledger.rejected), ("   ! ", &ledger.warnings)];
    for (mark, list) in lists {
        // The reasons of a register are told above: a few examples are enough.
        let shown = if ledger.reasons.is_empty() { SHOWN } else { SHOWN_OF_REGISTER };
        for entry in list.iter().take(shown) {
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
        if list.len() > shown {
            let more = list.len() - shown;
            out.push_str(&format!("{mark}… {more} {}\n", config.say("autres", "more")));
        }
    }
    out
}
