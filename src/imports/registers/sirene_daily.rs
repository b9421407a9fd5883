//! SIRENE before 2019, daily files: what became of establishments, day after day.
//!
//! ISO-8859-1, every value quoted, 118 columns. One establishment has several lines: its
//! state before a change (`VMAJ` I), then after it (F); it enters (C, O), is suppressed (E)
//! or leaves what is published (D). The last line of a SIRET stands. The commune is written
//! in two columns, the activity without its dot. Names are not read.

use std::collections::BTreeMap;

use super::gathered::Gathered;
use super::places;
use super::{Aside, NeedCodes, Reference, Register, Verdict, missing_column};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::identifier::has_right_key;
use crate::imports::records::{Columns, Record};

static SUPPRESSED: Aside =
    Aside { code: "suppressed", fr: "établissement supprimé", en: "suppressed establishment" };
static LEFT: Aside = Aside { code: "left", fr: "sorti de la diffusion", en: "no longer published" };

const COLUMNS: [&str; 6] = ["SIREN", "NIC", "DEPET", "COMET", "APET700", "VMAJ"];

/// What the last line of an establishment says.
#[derive(Debug, Clone, PartialEq)]
struct State {
    commune: u32,
    needs: Vec<(usize, f64)>,
}

/// The daily files.
#[derive(Debug, Default)]
pub struct SireneDaily {
    codes: NeedCodes,
    at: [usize; 6],
    states: BTreeMap<u64, State>,
}

impl SireneDaily {
    /// Reads with these codes of needs (`NAF2`).
    #[must_use]
    pub fn new(codes: NeedCodes) -> Self {
        Self { codes, ..Self::default() }
    }
}

impl Register for SireneDaily {
    fn format(&self) -> &'static str {
        "sirene-quotidien"
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        let which = ("quotidien de Sirene d’avant 2019", "daily file of Sirene before 2019");
        for (at, name) in COLUMNS.iter().enumerate() {
            let found = columns.find(name).ok_or_else(|| missing_column(columns, name, which));
            self.at[at] = found?;
        }
        Ok(())
    }

    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        let [siren, nic, departement, commune, activity, change] = self.at.map(|at| row.cell(at));
        let siret = format!("{siren}{nic}");
        let number = has_right_key(&siret).then(|| siret.parse::<u64>().ok()).flatten();
        let Some(number) = number.filter(|_| siret.len() == 14) else {
            return Verdict::Refused(wrong_number(&siret));
        };
        match change {
            "E" | "D" => {
                self.states.remove(&number);
                return Verdict::Aside(if change == "E" { &SUPPRESSED } else { &LEFT });
            }
            "I" | "F" | "C" | "O" | "" => {}
            other => return Verdict::Refused(wrong_change(other)),
        }
        let code = format!("{departement}{commune}");
        let Some(commune) = places::of_code(&code, row.line, of.atlas, &mut into.changes) else {
            return Verdict::Refused(wrong_commune(&code));
        };
        let state = State { commune, needs: self.codes.needs(activity).to_vec() };
        match self.states.insert(number, state) {
            Some(_) => Verdict::Merged,
            None => Verdict::Kept,
        }
    }

    fn end(&mut self, _: Reference<'_>, into: &mut Gathered) {
        let supply = into.supply.get_or_insert_default();
        for state in std::mem::take(&mut self.states).into_values() {
            supply.seen(state.commune);
            if !state.needs.is_empty() {
                supply.add(state.commune, &state.needs);
            }
        }
    }
}

fn wrong_number(value: &str) -> RecordProblem {
    RecordProblem::new(
        "SIREN + NIC",
        value,
        (
            "SIRET impossible : 14 chiffres et une clé juste sont attendus",
            "impossible SIRET: 14 digits with a right key are expected",
        ),
        ("recopiez le numéro tel qu’il est publié", "copy the number as it is published"),
    )
}

fn wrong_change(value: &str) -> RecordProblem {
    RecordProblem::new(
        "VMAJ",
        value,
        (
            "`C`, `D`, `E`, `F`, `I` ou `O` sont attendus",
            "`C`, `D`, `E`, `F`, `I` or `O` are expected",
        ),
        (
            "vérifiez que les colonnes ne sont pas décalées",
            "check that the columns are not shifted",
        ),
    )
}

fn wrong_commune(value: &str) -> RecordProblem {
    RecordProblem::new(
        "DEPET + COMET",
        value,
        ("aucune commune n’a ni n’a eu ce code", "no commune has or had this code"),
        (
            "vérifiez que les colonnes ne sont pas décalées",
            "check that the columns are not shifted",
        ),
    )
}
