//! What became of each line of a file.

use std::ops::Range;

use crate::catalogue::record::RecordProblem;

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

/// The account of one import.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ledger {
    /// `enterprises` or `actors`.
    pub format: &'static str,
    /// Encoding found.
    pub encoding: &'static str,
    /// Rows read.
    pub read: usize,
    /// Rows fit for the catalogue: `added + changed + unchanged`.
    pub kept: usize,
    /// Rows that were not in the catalogue.
    pub added: usize,
    /// Rows whose latest revision said something else.
    pub changed: usize,
    /// Rows whose latest revision says the same: nothing written.
    pub unchanged: usize,
    /// Rows refused, in the order of lines.
    pub rejected: Vec<LedgerEntry>,
    /// Remarks about rows that were kept, in the order of lines.
    pub warnings: Vec<LedgerEntry>,
    /// Columns that no field knows, as written.
    pub ignored_columns: Vec<String>,
    /// Columns recognised in spite of a typo: as written, and the field.
    pub guessed_columns: Vec<(String, String)>,
    /// Rows replaced by a later line of the same id.
    pub duplicates: usize,
    /// The revisions written; `None` when nothing was, or on a dry run.
    pub seq: Option<Range<u64>>,
    /// Nothing was written on purpose.
    pub dry_run: bool,
}

impl Ledger {
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
