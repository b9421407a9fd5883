//! What became of each line of a file.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use crate::catalogue::record::RecordProblem;

use super::records::{Changes, Written};
use super::registers::{Aside, TOLD_MAX};

/// One remark about one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The line in the file, from 1.
    pub line: u64,
    /// Id of the row, where it has one.
    pub id: Option<String>,
    /// Column or field, value, reason and way out, in both languages.
    pub problem: RecordProblem,
}

/// Rows that are not kept, counted by reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// How many.
    pub count: usize,
    /// The first line.
    pub first_line: u64,
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
    /// Nothing is wrong with these rows: they are not what is asked of this file.
    pub sound: bool,
}

/// Something that an import gives besides rows: counted supply, links, marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gain {
    /// Stable word.
    pub code: &'static str,
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// The account of one import: `read = kept + merged + refused`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ledger {
    /// What the file holds, as typed after `import`.
    pub format: &'static str,
    /// `CSV`, `JSON`, `Parquet`, `XLSX`…; empty where it was not looked for.
    pub form: &'static str,
    /// Encoding found; empty for a binary file.
    pub encoding: &'static str,
    /// Separator of a table.
    pub separator: Option<char>,
    /// Line ends met.
    pub line_ends: String,
    /// The sheet of a workbook that was read.
    pub sheet: Option<String>,
    /// The line of that sheet where the column names are.
    pub names_line: u64,
    /// Rows read.
    pub read: usize,
    /// Rows that say something kept. Of rows of the catalogue: `added + changed + unchanged`.
    pub kept: usize,
    /// Rows that repeat a row kept: the same organisation, or a later line of the same id.
    pub merged: usize,
    /// Rows that were not in the catalogue.
    pub added: usize,
    /// Rows whose latest revision said something else.
    pub changed: usize,
    /// Rows whose latest revision says the same: nothing written.
    pub unchanged: usize,
    /// Rows refused, in the order of lines; of a register, the first [`TOLD_MAX`].
    pub rejected: Vec<LedgerEntry>,
    /// Rows refused and not told one by one.
    pub rejected_untold: usize,
    /// Rows not kept, by reason; of a register only.
    pub reasons: BTreeMap<String, Reason>,
    /// What was changed in rows that are kept.
    pub changes: Changes,
    /// What the import gives besides rows.
    pub gains: Vec<Gain>,
    /// Where a file that could not be read to its end stopped.
    pub cut: Option<LedgerEntry>,
    /// Remarks about rows that were kept, in the order of lines.
    pub warnings: Vec<LedgerEntry>,
    /// Columns that no field knows, as written.
    pub ignored_columns: Vec<String>,
    /// Lines are places in a list, from 1: the file is a list of objects.
    pub numbered: bool,
    /// Every column recognised: as written, and the field.
    pub columns: Vec<(String, String)>,
    /// Columns recognised in spite of a typo: as written, and the field.
    pub guessed_columns: Vec<(String, String)>,
    /// The revisions written; `None` when nothing was, or on a dry run.
    pub seq: Option<Range<u64>>,
    /// Nothing was written on purpose.
    pub dry_run: bool,
}

impl Ledger {
    /// Rows that are not kept, told one by one or not, sound or not.
    #[must_use]
    pub fn refused(&self) -> usize {
        let sound = self.reasons.values().filter(|reason| reason.sound);
        self.rejected.len() + self.rejected_untold + sound.map(|one| one.count).sum::<usize>()
    }

    /// Counts a refused row of a register, and tells the first ones.
    pub fn refuse(&mut self, entry: LedgerEntry) {
        let problem = &entry.problem;
        let key = format!("{} {}", problem.field, problem.reason_fr);
        let reason = self.reasons.entry(key).or_insert_with(|| Reason {
            count: 0,
            first_line: entry.line,
            fr: said(&problem.field, &problem.reason_fr),
            en: said(&problem.field, &problem.reason_en),
            sound: false,
        });
        reason.count += 1;
        if self.rejected.len() < TOLD_MAX {
            self.rejected.push(entry);
        } else {
            self.rejected_untold += 1;
        }
    }

    /// Counts a sound row that is not kept.
    pub fn set_aside(&mut self, why: &'static Aside, line: u64) {
        let reason = self.reasons.entry(why.code.to_owned()).or_insert_with(|| Reason {
            count: 0,
            first_line: line,
            fr: why.fr.to_owned(),
            en: why.en.to_owned(),
            sound: true,
        });
        reason.count += 1;
    }

    /// Adds the account of another table of the same register.
    pub fn join(&mut self, other: Self) {
        self.read += other.read;
        self.kept += other.kept;
        self.merged += other.merged;
        self.added += other.added;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        let room = TOLD_MAX.saturating_sub(self.rejected.len()).min(other.rejected.len());
        self.rejected_untold += other.rejected_untold + other.rejected.len() - room;
        self.rejected.extend(other.rejected.into_iter().take(room));
        for (key, reason) in other.reasons {
            match self.reasons.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(reason);
                }
                Entry::Occupied(mut place) => place.get_mut().count += reason.count,
            }
        }
        self.changes.join(other.changes);
        self.gains.extend(other.gains);
        self.warnings.extend(other.warnings);
        self.cut = self.cut.take().or(other.cut);
        self.seq = self.seq.take().or(other.seq);
    }

    /// Says what the file was written in.
    pub fn written_as(&mut self, written: &Written) {
        self.form = written.form;
        self.encoding = written.encoding;
        self.separator = written.separator;
        self.line_ends.clone_from(&written.line_ends);
    }

    /// The refused lines as CSV, with their reason and way out, in French.
    ///
    /// Columns: `ligne,identifiant,champ,valeur,raison,issue`.
    #[must_use]
    pub fn rejects_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = ["ligne", "identifiant", "champ", "valeur", "raison", "issue"];
        let mut lines = vec![header.map(str::to_owned)];
        lines.extend(self.rejected.iter().map(|entry| {
            let problem = entry.problem.clone();
            [
                entry.line.to_string(),
                entry.id.clone().unwrap_or_default(),
                problem.field,
                problem.value,
                problem.reason_fr.into(),
                problem.way_out_fr.into(),
            ]
        }));
        for line in lines {
            // Writing to memory cannot fail.
            let _ = writer.write_record(line);
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

fn said(field: &str, reason: &str) -> String {
    if field.is_empty() { reason.to_owned() } else { format!("{field} : {reason}") }
}
