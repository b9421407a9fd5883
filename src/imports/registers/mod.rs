//! Registers: open data published by others, read once, counted, and named with its source.
//!
//! One file per source says what its rows are: which are kept, which are set aside and why,
//! what each says. Everything that two registers would do alike stands here: the loop
//! ([`read`]), the account, the places, the counted supply.
//!
//! A register gives up to four things: **supply** counted per need and commune, **actors**,
//! lines of a **dataset** (schemes, indicators, former communes), and **marks** on
//! organisations known by their SIREN (in the national list of the ESS, approved ESUS).

pub mod ademe;
pub mod ademe_rules;
pub mod aides_territoires;
pub mod bpe;
pub mod communes;
pub mod confirmed;
pub mod counted;
#[cfg(test)]
mod damage;
pub mod data_inclusion;
pub mod data_inclusion_themes;
pub mod declared;
pub mod ess_france;
pub mod esus;
pub mod former_codes;
pub mod gathered;
pub mod gogocarto;
pub mod indicators;
pub mod indicators_long;
pub mod list;
pub mod listed;
pub mod lists;
pub mod marks;
pub mod nearest;
pub mod nomenclature;
pub mod organisation;
pub mod perimeters;
pub mod places;
#[cfg(test)]
mod probe;
pub mod rna;
pub mod scheme_shapes;
pub mod scheme_words;
pub mod seen;
pub mod sirene_daily;
pub mod sirene_establishments;
pub mod sirene_periods;
pub mod sirene_units;
pub mod supply;
pub mod supports;
#[cfg(test)]
mod trial;
#[cfg(test)]
pub mod trials;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use serde_json::Value;

use crate::catalogue::record::RecordProblem;
use crate::domain::concept::ConceptKind;
use crate::domain::indicator::Indicators;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::territory::Atlas;

use super::ledger::{Ledger, LedgerEntry};
use super::records::{Columns, Item, Record, Records};

pub use gathered::Gathered;

/// Refused rows told one by one; beyond, they are counted by reason.
pub const TOLD_MAX: usize = 1_000;

/// What a register is read against.
#[derive(Debug, Clone, Copy)]
pub struct Reference<'a> {
    /// Territories, with the codes they had.
    pub atlas: &'a Atlas,
    /// The needs and the codes that mean them.
    pub taxonomy: &'a Taxonomy,
}

/// What becomes of one row. Every row read is kept, merged or refused.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It says something that is kept.
    Kept,
    /// It repeats a row that is kept: the two are one.
    Merged,
    /// It is not kept, for a reason that a person can act on.
    Refused(RecordProblem),
    /// It is not kept, and nothing is wrong with it: closed, a natural person, out of scope.
    Aside(&'static Aside),
}

/// Why sound rows are not kept, in both languages.
#[derive(Debug, PartialEq, Eq)]
pub struct Aside {
    /// Stable word.
    pub code: &'static str,
    /// In French.
    pub fr: &'static str,
    /// In English.
    pub en: &'static str,
}

/// One source of open data: what its rows say.
pub trait Register {
    /// The word typed after `import`.
    fn format(&self) -> &'static str;

    /// The columns it reads, where they are few among many: the others are not even read
    /// from a column store. Empty: all.
    fn wanted(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Whether it names actors rather than it counts supply: they are then wanted everywhere,
    /// where no territory is asked for.
    fn names_actors(&self) -> bool {
        false
    }

    /// Looks at what stands beside the list of a JSON file: its licence, its names.
    fn around(&mut self, _around: &Value) {}

    /// Learns what the catalogue knows of indicators, before anything is read.
    fn prepare(&mut self, _known: &Indicators) {}

    /// Looks at the columns of a file (none for JSON).
    ///
    /// # Errors
    /// When a column without which nothing can be said is absent: what, and what to do.
    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem>;

    /// Reads one row.
    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict;

    /// After the last row of the last part.
    fn end(&mut self, _of: Reference<'_>, _into: &mut Gathered) {}
}

/// The refusal of a file that lacks a column.
#[must_use]
pub fn missing_column(columns: &Columns, wanted: &str, which: (&str, &str)) -> RecordProblem {
    let near = columns
        .names
        .iter()
        .map(|name| (strsim::jaro_winkler(&name.to_lowercase(), &wanted.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.9)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)));
    let shown: Vec<&str> = columns.names.iter().take(6).map(String::as_str).collect();
    let (fr, en) = match near {
        Some((_, name)) => (
            format!("la colonne la plus proche est `{name}` : renommez-la `{wanted}`"),
            format!("the nearest column is `{name}`: rename it `{wanted}`"),
        ),
        None => (
            format!("prenez le fichier {} tel qu’il est publié, avec sa ligne d’en-tête", which.0),
            format!("take the file {} as it is published, with its header line", which.1),
        ),
    };
    RecordProblem::new(
        wanted,
        shown.join(", "),
        (&format!("colonne `{wanted}` absente"), &format!("column `{wanted}` is missing")),
        (&fr, &en),
    )
}

/// A row that was refused, as it stands in its file.
#[derive(Debug, Clone, Copy)]
pub struct RefusedRow<'a> {
    /// First line of the file; empty for JSON.
    pub header: &'a str,
    /// The separator of the table; `None` for JSON.
    pub separator: Option<char>,
    /// The row itself.
    pub raw: &'a str,
    /// Whether it was cut into cells: else something is wrong with its quotes or its cells.
    pub whole: bool,
    /// Its line, and why.
    pub entry: &'a LedgerEntry,
}

/// Where refused rows go, as they stood, and who is told how far the reading went.
pub trait Follows {
    /// A file begins: its name, its size in bytes, and how many of them are read so far.
    fn begins(&mut self, name: &str, size: u64, read: Arc<AtomicU64>);

    /// A row was refused.
    ///
    /// # Errors
    /// When it cannot be written.
    fn refused(&mut self, row: RefusedRow<'_>) -> std::io::Result<()>;

    /// So many rows were read.
    fn advanced(&mut self, rows: u64);
}

/// Nobody follows.
impl Follows for () {
    fn begins(&mut self, _: &str, _: u64, _: Arc<AtomicU64>) {}

    fn refused(&mut self, _: RefusedRow<'_>) -> std::io::Result<()> {
        Ok(())
    }

    fn advanced(&mut self, _: u64) {}
}

/// Rows between two words about progress.
const STEP_ROWS: u64 = 20_000;

/// Reads one table of a register: what its rows say goes to `into`, their account to `ledger`.
///
/// A file that can no longer be read stops there: the account says where, and what came
/// before stands.
///
/// # Errors
/// When `follows` cannot write the refused rows.
pub fn read(
    register: &mut dyn Register,
    records: &mut dyn Records,
    of: Reference<'_>,
    into: &mut Gathered,
    ledger: &mut Ledger,
    follows: &mut dyn Follows,
) -> std::io::Result<()> {
    if let Some(around) = records.around() {
        register.around(around);
    }
    if let Err(problem) = register.begin(records.columns()) {
        // No row was read: the account stays true.
        ledger.cut = Some(LedgerEntry { line: 1, id: None, problem });
        ledger.written_as(&records.written());
        return Ok(());
    }
    let header = records.header().to_owned();
    let form = records.written();
    let separator = form.separator.or((form.form == "Parquet").then_some(','));
    let mut line = 0;
    let mut untold = 0;
    loop {
        let item = match records.next() {
            Ok(Some(item)) => item,
            Ok(None) => break,
            Err(cause) => {
                let problem = cut_short(line, &cause);
                ledger.cut = Some(LedgerEntry { line: line + 1, id: None, problem });
                break;
            }
        };
        ledger.read += 1;
        untold += 1;
        if untold == STEP_ROWS {
            follows.advanced(untold);
            untold = 0;
        }
        let (raw, whole, entry) = match item {
            Item::Refused(entry, raw) => (Cow::Borrowed(raw), false, entry),
            Item::Record(record) => {
                line = record.line;
                match register.row(&record, of, into) {
                    Verdict::Kept => {
                        ledger.kept += 1;
                        continue;
                    }
                    Verdict::Merged => {
                        ledger.merged += 1;
                        continue;
                    }
                    Verdict::Aside(why) => {
                        ledger.set_aside(why, record.line);
                        continue;
                    }
                    Verdict::Refused(problem) => {
                        let entry = LedgerEntry { line: record.line, id: None, problem };
                        (record.as_text(), true, entry)
                    }
                }
            }
        };
        line = entry.line;
        let (header, raw) = (header.as_str(), raw.as_ref());
        follows.refused(RefusedRow { header, separator, raw, whole, entry: &entry })?;
        ledger.refuse(entry);
    }
    follows.advanced(untold);
    ledger.changes.join(records.changes());
    ledger.written_as(&records.written());
    Ok(())
}

fn cut_short(line: u64, cause: &std::io::Error) -> RecordProblem {
    RecordProblem::new(
        "",
        cause,
        (
            &format!("le fichier ne se lit plus après la ligne {line} ; ce qui précède est gardé"),
            &format!("the file can no longer be read after line {line}; what comes before is kept"),
        ),
        (
            "téléchargez de nouveau le fichier, puis importez-le encore",
            "download the file again, then import it once more",
        ),
    )
}

/// Needs by code, for the nomenclatures of one register.
#[derive(Debug, Clone, Default)]
pub struct NeedCodes {
    by_code: HashMap<String, Vec<(usize, f64)>>,
}

impl NeedCodes {
    /// The codes of `nomenclatures` whose weight reaches `weight_min`.
    ///
    /// A code is found as it is published and folded ([`folded_code`]): sources write
    /// `62.01Z`, `6201Z` and `62.01z`.
    #[must_use]
    pub fn new(taxonomy: &Taxonomy, nomenclatures: &[String], weight_min: f64) -> Self {
        let mut by_code: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        for need in taxonomy.concepts(ConceptKind::Need) {
            for code in &taxonomy.entry(need).codes {
                if !nomenclatures.contains(&code.nomenclature) || code.weight < weight_min {
                    continue;
                }
                let plain = code.code.replace('.', "");
                let mut forms = vec![code.code.clone(), folded_code(&code.code), plain];
                forms.sort_unstable();
                forms.dedup();
                for form in forms {
                    by_code.entry(form).or_default().push((need.at(), code.weight));
                }
            }
        }
        Self { by_code }
    }

    /// The needs that a code means, with the weight of the code, 0..=1.
    #[must_use]
    pub fn needs(&self, code: &str) -> &[(usize, f64)] {
        self.by_code.get(code).map_or(&[], Vec::as_slice)
    }
}

/// A code without its dots, in lower case.
#[must_use]
pub fn folded_code(code: &str) -> String {
    code.trim().chars().filter(|&c| c != '.').flat_map(char::to_lowercase).collect()
}
