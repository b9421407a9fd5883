//! SIRENE, stock of legal units (Insee, monthly): which are of the social economy.
//!
//! Nothing is counted here, an activity being counted where establishments stand: the file
//! gives **marks** (of the social economy, mission company) with the number in the register
//! of associations and the name of the organisation. The flag has three states: `O`, `N`,
//! and nothing said. Positions of columns change from month to month. Natural persons are
//! set aside before anything of them is read; the columns of their names never are.

use super::gathered::Gathered;
use super::marks::{ESS, MISSION, Mark, number_of};
use super::{Aside, Reference, Register, Verdict, missing_column};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::identifier::has_right_key;
use crate::imports::records::{Columns, Record, values};

static CEASED: Aside =
    Aside { code: "ceased", fr: "unité légale cessée", en: "legal unit that ceased" };
static PERSON: Aside =
    Aside { code: "natural_person", fr: "personne physique", en: "natural person" };
static UNMARKED: Aside = Aside {
    code: "unmarked",
    fr: "ni de l’ESS ni société à mission : rien à retenir",
    en: "neither of the social economy nor a mission company: nothing to keep",
};

const SIREN: &[&str] = &["siren"];
const STATE: &[&str] = &["etatAdministratifUniteLegale", "est_active"];
const LEGAL: &[&str] = &["categorieJuridiqueUniteLegale", "categorie_juridique"];
const NAME: &[&str] = &["denominationUniteLegale", "denomination"];
const SOCIAL: &[&str] = &["economieSocialeSolidaireUniteLegale", "flag_ess_sirene"];
const MISSIONS: &[&str] = &["societeMissionUniteLegale", "societe_mission"];
const RNA: &[&str] = &["identifiantAssociationUniteLegale", "rna"];

/// The columns read, by position in the file.
#[derive(Debug, Default)]
struct At {
    siren: usize,
    state: Option<usize>,
    legal: Option<usize>,
    name: Option<usize>,
    social: usize,
    mission: Option<usize>,
    rna: Option<usize>,
}

/// The stock of legal units.
#[derive(Debug, Default)]
pub struct SireneUnits {
    at: At,
}

impl Register for SireneUnits {
    fn format(&self) -> &'static str {
        "sirene-unites"
    }

    fn wanted(&self) -> Vec<&'static str> {
        [SIREN, STATE, LEGAL, NAME, SOCIAL, MISSIONS, RNA].concat()
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        let which = ("StockUniteLegale de l’Insee", "StockUniteLegale of INSEE");
        let find = |names: &[&str]| names.iter().find_map(|name| columns.find(name));
        let must =
            |names: &[&str]| find(names).ok_or_else(|| missing_column(columns, names[0], which));
        self.at = At {
            siren: must(SIREN)?,
            state: find(STATE),
            legal: find(LEGAL),
            name: find(NAME),
            social: must(SOCIAL)?,
            mission: find(MISSIONS),
            rna: find(RNA),
        };
        Ok(())
    }

    fn row(&mut self, row: &Record<'_>, _: Reference<'_>, into: &mut Gathered) -> Verdict {
        let cell = |at: Option<usize>| at.map_or("", |at| row.cell(at));
        let siren = row.cell(self.at.siren);
        let legal = cell(self.at.legal);
        let name = cell(self.at.name);
        if legal.starts_with('1') || (self.at.name.is_some() && name.is_empty()) {
            return Verdict::Aside(&PERSON);
        }
        let flags = (flag(row.cell(self.at.social)), flag(cell(self.at.mission)));
        let (Some(social), Some(mission)) = flags else {
            let (field, text) = match flags.0 {
                None => (SOCIAL[0], row.cell(self.at.social)),
                Some(_) => (MISSIONS[0], cell(self.at.mission)),
            };
            return Verdict::Refused(wrong_flag(field, text));
        };
        let ceased = matches!(cell(self.at.state), "C" | "False" | "false");
        let marked = social == Flag::Yes || mission == Flag::Yes;
        if ceased || !marked {
            // What was marked before and no longer is loses its mark.
            if let Some(number) = number_of(siren).filter(|&one| into.known.was_marked(one)) {
                into.unmarked.insert(number);
            }
            return Verdict::Aside(if ceased { &CEASED } else { &UNMARKED });
        }
        let found = values::code(siren, 9).filter(|(digits, _)| has_right_key(digits));
        let Some((number, restored)) =
            found.and_then(|(digits, restored)| Some((number_of(&digits)?, restored)))
        else {
            return Verdict::Refused(wrong_siren(SIREN[0], siren));
        };
        if restored {
            let said = ("zéros de tête rétablis dans un code", "leading zeros restored in a code");
            into.changes.count("zeros", row.line, said);
        }
        let words = [(social, ESS), (mission, MISSION)];
        let words = words.into_iter().filter(|(flag, _)| *flag == Flag::Yes);
        let mut known = true;
        for (_, word) in words {
            let text = |text: &str| values::known(text.into()).map(|text| Box::from(text.as_ref()));
            let rna = text(cell(self.at.rna)).filter(|rna| is_rna(rna));
            let mark = Mark { name: text(name), rna, until: None };
            known &= into.marks.insert((number, word), mark).is_some();
        }
        // A unit read again without its mark, then with it, has it.
        into.unmarked.remove(&number);
        if known { Verdict::Merged } else { Verdict::Kept }
    }
}

/// What a flag says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flag {
    Yes,
    No,
    /// Nothing is said, which is not no.
    Unknown,
}

fn flag(text: &str) -> Option<Flag> {
    match text {
        "O" | "True" | "true" => Some(Flag::Yes),
        "N" | "False" | "false" => Some(Flag::No),
        "" | "[ND]" => Some(Flag::Unknown),
        _ => None,
    }
}

/// Whether a text is a number of the register of associations: `W`, then nine signs.
#[must_use]
pub fn is_rna(text: &str) -> bool {
    text.len() == 10 && text.starts_with('W') && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The refusal of a SIREN whose key is wrong.
#[must_use]
pub fn wrong_siren(field: &str, value: &str) -> RecordProblem {
    RecordProblem::new(
        field,
        value,
        (
            "SIREN impossible : 9 chiffres et une clé juste sont attendus",
            "impossible SIREN: 9 digits with a right key are expected",
        ),
        ("recopiez le numéro tel qu’il est publié", "copy the number as it is published"),
    )
}

fn wrong_flag(field: &str, value: &str) -> RecordProblem {
    RecordProblem::new(
        field,
        value,
        ("`O`, `N` ou rien sont attendus", "`O`, `N` or nothing are expected"),
        (
            "vérifiez que les colonnes ne sont pas décalées",
            "check that the columns are not shifted",
        ),
    )
}
