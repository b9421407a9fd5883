//! SIRENE, stock of establishments (Insee, monthly): tens of millions of rows, only counted.
//!
//! An active establishment counts for the needs that its activity code means, where it
//! stands. Its legal unit says whether it belongs to the social economy: those of units
//! marked `ess` may become actors where they are asked for. Positions of columns change
//! from month to month; they are found by name. Natural persons are in the file: an
//! establishment has no name of its own that is read here.

use std::collections::HashSet;

use super::gathered::Gathered;
use super::places;
use super::{Aside, NeedCodes, Reference, Register, Verdict, missing_column};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::identifier::valid_siren_or_siret;
use crate::domain::territory::Atlas;
use crate::imports::records::{Columns, Record};

static CLOSED: Aside =
    Aside { code: "closed", fr: "établissement fermé", en: "closed establishment" };
static ABROAD: Aside =
    Aside { code: "abroad", fr: "établissement hors de France", en: "establishment abroad" };

static NO_COMMUNE: Aside = Aside {
    code: "no_commune",
    fr: "commune non diffusée : compté nulle part",
    en: "commune not published: counted nowhere",
};

const SIRET: &str = "siret";
const STATE: &str = "etatAdministratifEtablissement";
const COMMUNE: &str = "codeCommuneEtablissement";
const COUNTRY: &str = "codePaysEtrangerEtablissement";
const ACTIVITY: &str = "activitePrincipaleEtablissement";
const NOMENCLATURE: &str = "nomenclatureActivitePrincipaleEtablissement";
const ACTIVITY_2025: &str = "activitePrincipaleNAF25Etablissement";

/// The columns read, by position in the file.
#[derive(Debug, Default)]
struct At {
    siret: usize,
    state: Option<usize>,
    commune: usize,
    country: Option<usize>,
    activity: usize,
    nomenclature: Option<usize>,
    activity_2025: Option<usize>,
}

/// The stock of establishments.
#[derive(Debug, Default)]
pub struct SireneEstablishments {
    codes: NeedCodes,
    at: At,
    /// SIRET of the establishments that count for a need.
    counted: HashSet<u64>,
    needs: Vec<(usize, f64)>,
    /// The last commune code met: files are sorted, codes come in runs.
    last: (String, Option<u32>),
}

impl SireneEstablishments {
    /// Reads with these codes of needs (`NAF2` and `NAF2025`).
    #[must_use]
    pub fn new(codes: NeedCodes) -> Self {
        Self { codes, ..Self::default() }
    }

    fn commune(
        &mut self,
        code: &str,
        line: u64,
        atlas: &Atlas,
        into: &mut Gathered,
    ) -> Option<u32> {
        if self.last.0 != code {
            let found = places::of_code(code, line, atlas, &mut into.changes);
            self.last = (code.to_owned(), found);
        }
        self.last.1
    }
}

impl Register for SireneEstablishments {
    fn format(&self) -> &'static str {
        "sirene-etablissements"
    }

    fn wanted(&self) -> Vec<&'static str> {
        vec![SIRET, STATE, COMMUNE, COUNTRY, ACTIVITY, NOMENCLATURE, ACTIVITY_2025]
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        let which = ("StockEtablissement de l’Insee", "StockEtablissement of INSEE");
        let must = |name| columns.find(name).ok_or_else(|| missing_column(columns, name, which));
        self.at = At {
            siret: must(SIRET)?,
            state: Some(must(STATE)?),
            commune: must(COMMUNE)?,
            country: columns.find(COUNTRY),
            activity: must(ACTIVITY)?,
            nomenclature: columns.find(NOMENCLATURE),
            activity_2025: columns.find(ACTIVITY_2025),
        };
        Ok(())
    }

    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        if self.at.state.is_some_and(|at| row.cell(at) == "F") {
            return Verdict::Aside(&CLOSED);
        }
        let code = row.cell(self.at.commune);
        if code.is_empty() || code == "[ND]" {
            let abroad = self.at.country.is_some_and(|at| !row.cell(at).is_empty());
            return Verdict::Aside(if abroad { &ABROAD } else { &NO_COMMUNE });
        }
        let Some(commune) = self.commune(code, row.line, of.atlas, into) else {
            return Verdict::Refused(unknown_commune(code));
        };
        self.needs.clear();
        let activity = row.cell(self.at.activity);
        let current = self.at.nomenclature.is_none_or(|at| matches!(row.cell(at), "NAFRev2" | ""));
        if current {
            self.needs.extend_from_slice(self.codes.needs(activity));
        }
        if let Some(at) = self.at.activity_2025 {
            self.needs.extend_from_slice(self.codes.needs(row.cell(at)));
        }
        if !self.needs.is_empty() {
            // Only what is counted is remembered: a SIRET twice must not count twice.
            let siret = row.cell(self.at.siret);
            let Some(number) = number_of(siret) else {
                return Verdict::Refused(wrong_siret(siret));
            };
            if !self.counted.insert(number) {
                return Verdict::Merged;
            }
        }
        let supply = into.supply.get_or_insert_default();
        supply.seen(commune);
        if !self.needs.is_empty() {
            supply.add(commune, &self.needs);
        }
        Verdict::Kept
    }
}

/// A SIRET with a right key, as a number.
fn number_of(siret: &str) -> Option<u64> {
    valid_siren_or_siret(siret).filter(|digits| digits.len() == 14)?.parse().ok()
}

fn wrong_siret(value: &str) -> RecordProblem {
    RecordProblem::new(
        SIRET,
        value,
        (
            "SIRET impossible : 14 chiffres et une clé juste sont attendus",
            "impossible SIRET: 14 digits with a right key are expected",
        ),
        ("recopiez le numéro tel qu’il est publié", "copy the number as it is published"),
    )
}

fn unknown_commune(code: &str) -> RecordProblem {
    RecordProblem::new(
        COMMUNE,
        code,
        ("aucune commune n’a ni n’a eu ce code", "no commune has or had this code"),
        (
            "vérifiez que les colonnes ne sont pas décalées",
            "check that the columns are not shifted",
        ),
    )
}
