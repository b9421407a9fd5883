//! SIRENE, history of establishments: one row per period of an establishment.
//!
//! The period without an end is the present one; the others are past and set aside. An
//! activity written as older nomenclatures did (`80.1Z`) is not read as NAF rev. 2.

use super::gathered::Gathered;
use super::places;
use super::seen::SeenNumbers;
use super::{Aside, NeedCodes, Reference, Register, Verdict, missing_column};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::identifier::has_right_key;
use crate::imports::records::{Columns, Record};

static PAST: Aside = Aside { code: "past", fr: "période passée", en: "past period" };
static CLOSED: Aside =
    Aside { code: "closed", fr: "établissement fermé", en: "closed establishment" };

const COLUMNS: [&[&str]; 5] = [
    &["siret"],
    &["dateFin"],
    &["etat", "etatAdministratifEtablissement"],
    &["code_ape", "activitePrincipaleEtablissement"],
    &["code_commune", "codeCommuneEtablissement"],
];

/// The history of establishments.
#[derive(Debug, Default)]
pub struct SirenePeriods {
    codes: NeedCodes,
    at: [usize; 5],
    seen: SeenNumbers,
}

impl SirenePeriods {
    /// Reads with these codes of needs (`NAF2`).
    #[must_use]
    pub fn new(codes: NeedCodes) -> Self {
        Self { codes, ..Self::default() }
    }
}

impl Register for SirenePeriods {
    fn format(&self) -> &'static str {
        "sirene-periodes"
    }

    fn wanted(&self) -> Vec<&'static str> {
        COLUMNS.concat()
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        let which = (
            "des périodes d’établissements, avec leur commune",
            "of periods of establishments, with their commune",
        );
        for (at, names) in COLUMNS.iter().enumerate() {
            let found = names.iter().find_map(|name| columns.find(name));
            self.at[at] = found.ok_or_else(|| missing_column(columns, names[0], which))?;
        }
        Ok(())
    }

    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        let [siret, end, state, activity, code] = self.at.map(|at| row.cell(at));
        if !end.is_empty() {
            return Verdict::Aside(&PAST);
        }
        if state == "F" {
            return Verdict::Aside(&CLOSED);
        }
        let right = siret.len() == 14 && has_right_key(siret);
        let Some(number) = right.then(|| siret.parse().ok()).flatten() else {
            return Verdict::Refused(wrong(
                "siret",
                siret,
                (
                    "SIRET impossible : 14 chiffres et une clé juste sont attendus",
                    "impossible SIRET: 14 digits with a right key are expected",
                ),
            ));
        };
        let Some(commune) = places::of_code(code, row.line, of.atlas, &mut into.changes) else {
            return Verdict::Refused(wrong(
                "code_commune",
                code,
                ("aucune commune n’a ni n’a eu ce code", "no commune has or had this code"),
            ));
        };
        if !self.seen.insert(number) {
            return Verdict::Merged;
        }
        let supply = into.supply.get_or_insert_default();
        supply.seen(commune);
        let needs = if is_rev2(activity) { self.codes.needs(activity) } else { &[] };
        if !needs.is_empty() {
            supply.add(commune, needs);
        }
        Verdict::Kept
    }
}

/// Whether a code is written as NAF rev. 2 writes it: `88.10A`.
fn is_rev2(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 6
        && bytes[2] == b'.'
        && bytes[5].is_ascii_uppercase()
        && [0, 1, 3, 4].iter().all(|&at| bytes[at].is_ascii_digit())
}

fn wrong(field: &str, value: &str, reason: (&str, &str)) -> RecordProblem {
    let way_out = (
        "recopiez la valeur telle qu’elle est publiée, ou vérifiez que les colonnes ne sont pas décalées",
        "copy the value as it is published, or check that the columns are not shifted",
    );
    RecordProblem::new(field, value, reason, way_out)
}
