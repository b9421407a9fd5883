//! ESUS, national list of enterprises approved as socially useful (Treasury): an office file.
//!
//! Column titles change from one list to the next, titles may stand above them, and approved
//! **funds** are mixed with enterprises. The column of SIREN is the one whose name holds
//! `siren`, else the first that holds one; the end of the approval is read where a column
//! says it. An approval lasts five years, or two for a young enterprise (Code du travail,
//! art. R3332-21-3): from its date alone its end cannot be told, and is left unknown. An
//! approval that ended proves nothing any more, and refuses nothing.

use super::gathered::Gathered;
use super::marks::{ESUS, Mark, number_of};
use super::sirene_units::wrong_siren;
use super::{Aside, Reference, Register, Verdict};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::folding::fold_label;
use crate::catalogue::record::identifier::has_right_key;
use crate::imports::records::{Columns, Record, values};

static FUND: Aside = Aside {
    code: "fund",
    fr: "fonds agréé, qui n’est pas une entreprise",
    en: "approved fund, which is no enterprise",
};
static TITLE: Aside = Aside { code: "title", fr: "ligne de titre", en: "title line" };

/// Words that name a fund.
const FUNDS: [&str; 12] =
    ["fcp", "fcpe", "fcpi", "fcpr", "fia", "fip", "fpci", "fps", "ltif", "eltif", "opcvm", "sicav"];
/// Words of the name of a column that says until when.
const END: [&str; 6] = ["fin", "echeance", "expiration", "jusqu", "validite", "terme"];
/// Words of the name of a column that names the enterprise.
const NAMES: [&str; 5] = ["denomination", "raison sociale", "nom", "entreprise", "structure"];

/// The list of approvals.
#[derive(Debug, Default)]
pub struct Esus {
    width: usize,
    siren: Option<usize>,
    until: Option<usize>,
    name: Option<usize>,
}

impl Esus {
    /// Finds the columns in what is perhaps their line of names.
    fn name_columns<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        let folded: Vec<String> = names.map(fold_label).collect();
        let holding = |words: &[&str]| {
            folded.iter().position(|name| words.iter().any(|word| name.contains(word)))
        };
        self.siren = holding(&["siren"]).or_else(|| holding(&["siret"]));
        if self.siren.is_some() {
            self.until = holding(&END).filter(|at| Some(*at) != self.siren);
            let named = NAMES.iter().find_map(|word| holding(&[*word]));
            self.name = named.filter(|at| Some(*at) != self.siren);
        }
    }
}

impl Register for Esus {
    fn format(&self) -> &'static str {
        "esus"
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        *self = Self { width: columns.names.len(), ..Self::default() };
        self.name_columns(columns.names.iter().map(String::as_str));
        Ok(())
    }

    fn row(&mut self, row: &Record<'_>, _: Reference<'_>, into: &mut Gathered) -> Verdict {
        let cells = || (0..self.width).map(|at| row.cell(at));
        let filled = cells().filter(|cell| !cell.is_empty()).count();
        if self.siren.is_none() {
            // Titles above the names of the columns, or no names at all.
            let names: Vec<String> = cells().map(str::to_owned).collect();
            let by_content = names.iter().position(|cell| siren_of(cell).is_some());
            if by_content.is_none() {
                self.name_columns(names.iter().map(String::as_str));
                return Verdict::Aside(&TITLE);
            }
            self.siren = by_content;
        }
        let words = cells()
            .flat_map(|cell| fold_label(cell).split(' ').map(str::to_owned).collect::<Vec<_>>());
        let commons = |cell: &str| fold_label(cell).starts_with("fonds commun");
        if words.into_iter().any(|word| FUNDS.contains(&word.as_str())) || cells().any(commons) {
            return Verdict::Aside(&FUND);
        }
        let text = self.siren.map_or("", |at| row.cell(at));
        let Some((number, restored)) = siren_of(text) else {
            return match filled {
                0 | 1 => Verdict::Aside(&TITLE),
                _ => Verdict::Refused(wrong_siren("SIREN", text)),
            };
        };
        if restored {
            let said = ("zéros de tête rétablis dans un code", "leading zeros restored in a code");
            into.changes.count("zeros", row.line, said);
        }
        let until = self.until.map(|at| row.cell(at)).filter(|text| !text.is_empty());
        let date = until.and_then(values::date).filter(|date| date.len() == 10);
        if until.is_some() && date.is_none() {
            let said = (
                "fin d’agrément illisible : gardée comme inconnue",
                "end of approval that cannot be read: kept as unknown",
            );
            into.changes.count("until", row.line, said);
        }
        let name = self.name.and_then(|at| values::known(row.cell(at).into()));
        let mark = Mark {
            name: name.map(|name| Box::from(name.as_ref())),
            rna: None,
            until: date.map(String::into_boxed_str),
        };
        // Renewed: the later end stands.
        match into.marks.get_mut(&(number, ESUS)) {
            Some(known) => {
                if mark.until > known.until {
                    *known = mark;
                }
                Verdict::Merged
            }
            None => {
                into.marks.insert((number, ESUS), mark);
                Verdict::Kept
            }
        }
    }
}

/// The SIREN of a cell that holds one, or a SIRET; the flag says that zeros were restored.
fn siren_of(cell: &str) -> Option<(u32, bool)> {
    let siren = values::code(cell, 9).filter(|(digits, _)| has_right_key(digits));
    let siret = || values::code(cell, 14).filter(|(digits, _)| has_right_key(digits));
    let (digits, restored) = siren.or_else(siret)?;
    Some((number_of(digits.get(..9)?)?, restored))
}
