//! Files of others, imported: who may, what they are, and the account of each line.

use jiff::civil::Date;

use crate::access::{Action, Identity};
use crate::catalogue::revision::Kind;
use crate::catalogue::store::Idempotent;
use crate::imports::actors::parse_actors;
use crate::imports::blocked;
use crate::imports::enterprises::parse_enterprises;
use crate::imports::load::compare;
use crate::imports::priorities::parse_priorities;
use crate::imports::records::{Item, Opened, Origin};
use crate::imports::registers::RefusedRow;
use crate::imports::tables::again;

use super::error::ScoutingError;
use super::export::{self, KINDS};
use super::front::Scouting;
use super::marks;
use super::own_rows;
use super::submissions::spreadsheet::{self, SheetManner};
use super::writing::{Draft, authorise};

pub use crate::imports::ledger::{Ledger, LedgerEntry};
pub use crate::imports::records::Change;
pub use crate::imports::rows::Format;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Import {
    /// Enterprises.
    Enterprises,
    /// Local actors.
    Actors,
    /// Priorities of territories.
    Priorities,
    /// Other rows of ours: what the field says, zones, profiles…
    Own(Kind),
}

impl Import {
    /// The words typed, in the order of [`Import`].
    pub const WORDS: &'static [&'static str] = &[
        "enterprises",
        "actors",
        "priorities",
        "observations",
        "confirmations",
        "annotations",
        "decisions",
        "profiles",
        "zones",
        "merges",
    ];

    /// The word typed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Enterprises => export::word(Kind::Enterprise),
            Self::Actors => export::word(Kind::Actor),
            Self::Priorities => export::word(Kind::Priority),
            Self::Own(kind) => export::word(kind),
        }
    }

    /// Reads the word typed.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "enterprises" => Some(Self::Enterprises),
            "actors" => Some(Self::Actors),
            "priorities" => Some(Self::Priorities),
            other => {
                let known = KINDS.iter().find(|(known, _)| *known == other)?;
                Some(Self::Own(known.1))
            }
        }
    }
}

/// A file, and how it is imported.
#[derive(Debug, Clone)]
pub struct ImportAsk<'a> {
    /// What it holds.
    pub import: Import,
    /// Its content.
    pub bytes: &'a [u8],
    /// How it is written.
    pub format: Format,
    /// Why, or its name: the note of the revisions.
    pub note: Option<String>,
    /// Compare, and write nothing.
    pub dry_run: bool,
    /// The same write may come twice.
    pub idempotent: Option<Idempotent>,
}

/// Imports a file: good rows in, bad rows reported; only what says something new is written.
///
/// # Errors
/// [`ScoutingError::Unauthenticated`], [`ScoutingError::Forbidden`]; a log that refuses:
/// nothing is then written.
pub async fn import(
    scouting: &Scouting,
    who: &Identity,
    ask: ImportAsk<'_>,
    today: Date,
) -> Result<Ledger, ScoutingError> {
    let scene = scouting.scene();
    let ImportAsk { bytes, format, note, dry_run, idempotent, .. } = ask;
    let mut parsed = match ask.import {
        Import::Priorities => {
            authorise(who, Action::Submit, &scene, None)?;
            let manner = SheetManner { note, dry_run, idempotent };
            let sheet = parse_priorities(bytes, format);
            return spreadsheet::import(scouting, who, sheet, &manner, today).await;
        }
        Import::Own(kind) => {
            authorise(who, own_rows::right(kind), &scene, None)?;
            let word = (kind, export::word(kind));
            own_rows::read(scouting, who, word, bytes, format, today).await?
        }
        Import::Actors => {
            authorise(who, Action::Import, &scene, None)?;
            let mut parsed = parse_actors(bytes, format);
            blocked::remarks(&mut parsed, &scene.world.data.sources);
            parsed
        }
        Import::Enterprises => {
            authorise(who, Action::Import, &scene, None)?;
            parse_enterprises(bytes, format, &scene.world.data.evidence_levels)
        }
    };
    marks::confirm_parsed(scouting, &mut parsed).await?;
    let (rows, mut ledger) = compare(scouting.store(), parsed, note.as_deref()).await?;
    ledger.dry_run = dry_run;
    if !dry_run && !rows.is_empty() {
        let draft = Draft { rows, expected: Vec::new(), idempotent };
        ledger.seq = Some(scouting.write(who, draft).await?.range);
    }
    Ok(ledger)
}

/// Gives back the refused rows of a file of rows, as they stand in it, found by their lines.
///
/// # Errors
/// When the file can no longer be read, or `write` fails.
pub fn refused_rows(
    origin: Origin,
    ledger: &Ledger,
    write: &mut dyn FnMut(RefusedRow<'_>) -> std::io::Result<()>,
) -> std::io::Result<()> {
    if ["XLSX", "ODS", "Parquet", "GeoJSON"].contains(&ledger.form) {
        return refused_lines(&origin, ledger, write);
    }
    let opened = Opened::new(origin)?;
    for part in &opened.parts {
        let mut records = opened.records(part, &[])?;
        let (header, written) = (records.header().to_owned(), records.written());
        let mut place = 0;
        while let Some(item) = records.next()? {
            place += 1;
            let (line, raw, whole) = match item {
                Item::Record(record) => (record.line, record.as_text(), true),
                Item::Refused(entry, raw) => (entry.line, raw.into(), false),
            };
            // A list of objects has no lines of its own: its rows are numbered.
            let line = if ledger.numbered { place } else { line };
            let Some(entry) = ledger.rejected.iter().find(|entry| entry.line == line) else {
                continue;
            };
            let separator = written.separator;
            write(RefusedRow { header: &header, separator, raw: &raw, whole, entry })?;
        }
    }
    Ok(())
}

/// The same for a workbook, a Parquet file or a map, written again as a table.
fn refused_lines(
    origin: &Origin,
    ledger: &Ledger,
    write: &mut dyn FnMut(RefusedRow<'_>) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let bytes = match origin {
        Origin::Bytes(_, bytes) => bytes.to_vec(),
        Origin::Path(path) => std::fs::read(path)?,
    };
    let refused = |line: u64| ledger.rejected.iter().find(|entry| entry.line == line);
    let place = (ledger.sheet.as_deref(), ledger.names_line);
    let wanted = |line: u64| refused(line).is_some();
    let Ok(again) = again::lines(&bytes, ledger.form, place, &wanted) else { return Ok(()) };
    let separator = (!again.header.is_empty()).then_some(',');
    for (line, raw) in &again.lines {
        if let Some(entry) = refused(*line) {
            write(RefusedRow { header: &again.header, separator, raw, whole: true, entry })?;
        }
    }
    Ok(())
}
