//! What became of each line of a file.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::lang::Lang;
use crate::http::error::pick;
use crate::scouting::imports::{Ledger, LedgerEntry};

/// The account of one file: `POST /imports/{format}`.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerWire {
    /// Name of the file; empty where it has none.
    pub file: String,
    /// What it holds, as typed after `import`.
    pub format: String,
    /// `CSV`, `JSON`, `Parquet`…; empty where it was not looked for.
    pub form: String,
    /// Encoding found; empty for a binary file.
    pub encoding: String,
    /// The sheet of a workbook that was read.
    pub sheet: Option<String>,
    /// Separator of a table.
    pub separator: Option<String>,
    /// Line ends met: `LF`, `CRLF`, `CR`.
    pub line_ends: String,
    /// Nothing was written on purpose.
    pub dry_run: bool,
    /// Rows read, refused lines included.
    pub read: usize,
    /// Rows that say something kept: `read = kept + merged + refused`.
    pub kept: usize,
    /// Rows that were not in the catalogue.
    pub added: usize,
    /// Rows that said something else there.
    pub changed: usize,
    /// Rows that said the same: nothing written.
    pub unchanged: usize,
    /// Rows that repeat a row kept: the same organisation, or a later line of the same id.
    pub merged: usize,
    /// First and last revision written, both included; null when nothing was.
    #[schema(value_type = Option<Vec<u64>>)]
    pub seq: Option<[u64; 2]>,
    /// Rows not kept, told one by one below or counted by reason.
    pub refused: usize,
    /// Rows refused, by line; of a register, the first ones.
    pub rejected: Vec<EntryWire>,
    /// Rows of a register that are not kept, by reason.
    pub reasons: Vec<ReasonWire>,
    /// What was changed in rows that are kept.
    pub changes: Vec<ReasonWire>,
    /// What the import gives besides rows, in words.
    pub gains: Vec<String>,
    /// Where a file that could not be read to its end stopped.
    pub cut: Option<EntryWire>,
    /// Remarks about rows that were kept, by line.
    pub warnings: Vec<EntryWire>,
    /// Columns that no field knows, as written.
    pub ignored_columns: Vec<String>,
    /// Every column recognised: as written, and the field.
    pub columns: Vec<(String, String)>,
    /// Columns recognised in spite of a typo: as written, and the field.
    pub guessed_columns: Vec<(String, String)>,
}

/// Rows counted by reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonWire {
    /// Why, in words.
    pub reason: String,
    /// How many rows.
    pub count: u64,
    /// The first line.
    pub first_line: u64,
    /// Nothing is wrong with these rows.
    pub sound: bool,
}

/// One remark about one line.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryWire {
    /// The line in the file, from 1.
    pub line: u64,
    /// Id of the row, where it has one; for priorities, the territory.
    pub id: Option<String>,
    /// Column or field.
    pub field: String,
    /// The value as written, shortened.
    pub value: String,
    /// Why.
    pub reason: String,
    /// What to do.
    pub way_out: String,
}

impl LedgerWire {
    /// The account of `file` in `lang`.
    #[must_use]
    pub fn new(ledger: &Ledger, file: String, lang: Lang) -> Self {
        Self {
            file,
            format: ledger.format.to_owned(),
            form: ledger.form.to_owned(),
            encoding: ledger.encoding.to_owned(),
            sheet: ledger.sheet.clone(),
            separator: ledger.separator.map(String::from),
            line_ends: ledger.line_ends.clone(),
            dry_run: ledger.dry_run,
            read: ledger.read,
            kept: ledger.kept,
            added: ledger.added,
            changed: ledger.changed,
            unchanged: ledger.unchanged,
            merged: ledger.merged,
            seq: ledger.seq.as_ref().map(|range| [range.start, range.end.saturating_sub(1)]),
            refused: ledger.refused(),
            rejected: entries(&ledger.rejected, lang),
            reasons: reasons(ledger, lang),
            changes: changes(ledger, lang),
            gains: ledger.gains.iter().map(|one| pick(lang, &one.fr, &one.en).to_owned()).collect(),
            cut: ledger.cut.as_ref().map(|entry| self::entry(entry, lang)),
            warnings: entries(&ledger.warnings, lang),
            ignored_columns: ledger.ignored_columns.clone(),
            columns: ledger.columns.clone(),
            guessed_columns: ledger.guessed_columns.clone(),
        }
    }
}

fn entries(list: &[LedgerEntry], lang: Lang) -> Vec<EntryWire> {
    list.iter().map(|one| entry(one, lang)).collect()
}

fn entry(entry: &LedgerEntry, lang: Lang) -> EntryWire {
    let problem = &entry.problem;
    EntryWire {
        line: entry.line,
        id: entry.id.clone(),
        field: problem.field.clone(),
        value: problem.value.clone(),
        reason: pick(lang, &problem.reason_fr, &problem.reason_en).to_owned(),
        way_out: pick(lang, &problem.way_out_fr, &problem.way_out_en).to_owned(),
    }
}

/// The commonest first; those that are faults before those that are not.
fn reasons(ledger: &Ledger, lang: Lang) -> Vec<ReasonWire> {
    let mut reasons: Vec<ReasonWire> = ledger
        .reasons
        .values()
        .map(|one| ReasonWire {
            reason: pick(lang, &one.fr, &one.en).to_owned(),
            count: one.count as u64,
            first_line: one.first_line,
            sound: one.sound,
        })
        .collect();
    reasons.sort_by_key(|one| (one.sound, std::cmp::Reverse(one.count), one.first_line));
    reasons
}

fn changes(ledger: &Ledger, lang: Lang) -> Vec<ReasonWire> {
    let change = |one: &crate::scouting::imports::Change| ReasonWire {
        reason: pick(lang, one.fr, one.en).to_owned(),
        count: one.count,
        first_line: one.first_line,
        sound: true,
    };
    ledger.changes.0.values().map(change).collect()
}
