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
    /// `enterprises`, `actors` or `priorities`.
    pub format: String,
    /// Encoding found.
    pub encoding: String,
    /// The sheet of a workbook that was read.
    pub sheet: Option<String>,
    /// Nothing was written on purpose.
    pub dry_run: bool,
    /// Rows read, refused lines included.
    pub read: usize,
    /// Rows fit for the catalogue.
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
    /// Rows refused, by line.
    pub rejected: Vec<EntryWire>,
    /// Remarks about rows that were kept, by line.
    pub warnings: Vec<EntryWire>,
    /// Columns that no field knows, as written.
    pub ignored_columns: Vec<String>,
    /// Columns recognised in spite of a typo: as written, and the field.
    pub guessed_columns: Vec<(String, String)>,
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
            encoding: ledger.encoding.to_owned(),
            sheet: ledger.sheet.clone(),
            dry_run: ledger.dry_run,
            read: ledger.read,
            kept: ledger.kept,
            added: ledger.added,
            changed: ledger.changed,
            unchanged: ledger.unchanged,
            merged: ledger.merged,
            seq: ledger.seq.as_ref().map(|range| [range.start, range.end.saturating_sub(1)]),
            rejected: entries(&ledger.rejected, lang),
            warnings: entries(&ledger.warnings, lang),
            ignored_columns: ledger.ignored_columns.clone(),
            guessed_columns: ledger.guessed_columns.clone(),
        }
    }
}

fn entries(list: &[LedgerEntry], lang: Lang) -> Vec<EntryWire> {
    let entry = |entry: &LedgerEntry| {
        let problem = &entry.problem;
        EntryWire {
            line: entry.line,
            id: entry.id.clone(),
            field: problem.field.clone(),
            value: problem.value.clone(),
            reason: pick(lang, &problem.reason_fr, &problem.reason_en).to_owned(),
            way_out: pick(lang, &problem.way_out_fr, &problem.way_out_en).to_owned(),
        }
    };
    list.iter().map(entry).collect()
}
