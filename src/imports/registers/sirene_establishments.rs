//! SIRENE, stock of establishments (Insee, monthly): tens of millions of rows, only counted.
//!
//! An active establishment counts for the needs that its activity code means, where it
//! stands. Its legal unit says whether it belongs to the social economy: those of units
//! marked `ess` may become actors where they are asked for. Positions of columns change
//! from month to month; they are found by name. Natural persons are in the file: names of
//! establishments are read for units of the social economy alone, which are legal persons.

use serde_json::json;

use super::gathered::Gathered;
use super::places;
use super::seen::{ByNumber, SeenNumbers, packed};
use super::{Aside, NeedCodes, Reference, Register, Verdict, missing_column};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::identifier::has_right_key;
use crate::domain::concept::ConceptKind;
use crate::domain::territory::Atlas;
use crate::imports::records::{Columns, Record, values};

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
/// Names of the establishment, the better first.
const NAMES: [&str; 4] = [
    "denominationUsuelleEtablissement",
    "enseigne1Etablissement",
    "enseigne2Etablissement",
    "enseigne3Etablissement",
];
/// A column of the stock of legal units, which is another file.
const UNITS_ONLY: &str = "categorieJuridiqueUniteLegale";
/// Of the geocoded variant.
const POINT: [&str; 4] = ["longitude", "latitude", "geo_score", "geo_type"];
/// Likeness of the address found to the address written under which a point is not kept.
const GEO_SCORE_MIN: f64 = 0.6;

/// The columns read, by position in the file.
#[derive(Debug, Default)]
struct At {
    siret: usize,
    state: usize,
    commune: usize,
    country: Option<usize>,
    activity: usize,
    nomenclature: Option<usize>,
    activity_2025: Option<usize>,
    names: [Option<usize>; 4],
    point: [Option<usize>; 4],
}

/// Needs by code, for the two nomenclatures in use. The same code means other things in each.
#[derive(Debug, Clone, Default)]
pub struct ActivityCodes {
    /// NAF rev. 2, of 2008.
    pub naf2: NeedCodes,
    /// NAF 2025.
    pub naf2025: NeedCodes,
}

/// The stock of establishments.
#[derive(Debug, Default)]
pub struct SireneEstablishments {
    codes: ActivityCodes,
    at: At,
    /// SIRET of the active establishments.
    seen: SeenNumbers,
    needs: Vec<(usize, f64)>,
    /// Communes by code, for the codes of today.
    communes: ByNumber<u32>,
}

impl SireneEstablishments {
    /// Reads with these codes of needs.
    #[must_use]
    pub fn new(codes: ActivityCodes) -> Self {
        Self { codes, ..Self::default() }
    }

    fn commune(&mut self, code: &str, line: u64, of: &Atlas, into: &mut Gathered) -> Option<u32> {
        let key = packed(code);
        if let Some(&found) = key.and_then(|key| self.communes.get(&key)) {
            return Some(found);
        }
        let found = places::of_code(code, line, of, &mut into.changes)?;
        // Districts and former codes are looked for each time: each is counted.
        if let Some(key) = key.filter(|_| of.at(found).insee == code) {
            self.communes.insert(key, found);
        }
        Some(found)
    }

    /// The needs that the activity of a row means, by the nomenclature it is written in.
    fn read_needs(&mut self, row: &Record<'_>) {
        self.needs.clear();
        let activity = row.cell(self.at.activity);
        let nomenclature = self.at.nomenclature.map_or("", |at| row.cell(at));
        match nomenclature {
            "NAFRev2" | "" => self.needs.extend_from_slice(self.codes.naf2.needs(activity)),
            "NAF25" | "NAF2025" => {
                self.needs.extend_from_slice(self.codes.naf2025.needs(activity));
            }
            // NAP, NAF of 1993 and 2003: the same letters mean other activities.
            _ => {}
        }
        if let Some(at) = self.at.activity_2025 {
            self.needs.extend_from_slice(self.codes.naf2025.needs(row.cell(at)));
        }
    }

    /// An establishment of the social economy as an actor, where it has a name that is
    /// not a person's: its own, else that of its legal unit.
    fn actor(
        &self,
        row: &Record<'_>,
        place: u32,
        siren: u32,
        of: Reference<'_>,
        into: &mut Gathered,
    ) {
        let siret = row.cell(self.at.siret);
        let names = self.at.names.iter().flatten().map(|&at| row.cell(at));
        let own = names.filter_map(|name| values::known(name.into())).next();
        let Some(name) = own.or_else(|| into.known.name(siren).map(Into::into)) else {
            let said = (
                "établissements de l’ESS sans nom connu : comptés, sans fiche d’acteur",
                "social-economy establishments without a known name: counted, no actor made",
            );
            into.changes.count("nameless", row.line, said);
            return;
        };
        let mut needs: Vec<&str> = self
            .needs
            .iter()
            .map(|&(need, _)| of.taxonomy.entries(ConceptKind::Need)[need].id.as_str())
            .collect();
        needs.sort_unstable();
        needs.dedup();
        let mut body = json!({
            "id": format!("siret-{siret}"),
            "name": name.split_whitespace().collect::<Vec<_>>().join(" "),
            "siret": siret,
            "insee": of.atlas.at(place).insee,
            "commune": of.atlas.at(place).name,
            "needs": needs,
            "licences": ["ESS"],
            "summary": format!("Activité principale {} (NAF), d’après Sirene", row.cell(self.at.activity)),
            "register": true,
            "sources": into.sources_json(),
        });
        if let Some((lat, lon)) = self.point(row) {
            body["lat"] = json!(lat);
            body["lon"] = json!(lon);
        }
        into.add_actor(row.line, format!("siret-{siret}"), body);
    }

    /// The point of the geocoded variant, where it is that of a street or a number there.
    fn point(&self, row: &Record<'_>) -> Option<(f64, f64)> {
        let [lon, lat, score, kind] = self.at.point.map(|at| at.map_or("", |at| row.cell(at)));
        let sure = values::number(score).is_some_and(|score| score >= GEO_SCORE_MIN);
        let precise = matches!(kind, "housenumber" | "street");
        let (lat, lon) = (values::number(lat)?, values::number(lon)?);
        let inside = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        (sure && precise && inside).then_some((lat, lon))
    }
}

impl Register for SireneEstablishments {
    fn format(&self) -> &'static str {
        "sirene-etablissements"
    }

    fn wanted(&self) -> Vec<&'static str> {
        let counted = [SIRET, STATE, COMMUNE, COUNTRY, ACTIVITY, NOMENCLATURE, ACTIVITY_2025];
        counted.into_iter().chain(NAMES).chain(POINT).collect()
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        if columns.find(SIRET).is_none() && columns.find(UNITS_ONLY).is_some() {
            return Err(file_of_units(columns));
        }
        let which = ("StockEtablissement de l’Insee", "StockEtablissement of INSEE");
        let must = |name| columns.find(name).ok_or_else(|| missing_column(columns, name, which));
        self.at = At {
            siret: must(SIRET)?,
            state: must(STATE)?,
            commune: must(COMMUNE)?,
            country: columns.find(COUNTRY),
            activity: must(ACTIVITY)?,
            nomenclature: columns.find(NOMENCLATURE),
            activity_2025: columns.find(ACTIVITY_2025),
            names: NAMES.map(|name| columns.find(name)),
            point: POINT.map(|name| columns.find(name)),
        };
        Ok(())
    }

    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        match row.cell(self.at.state) {
            "A" => {}
            "F" => return Verdict::Aside(&CLOSED),
            other => return Verdict::Refused(wrong_state(other)),
        }
        let siret = row.cell(self.at.siret);
        let Some(number) = number_of(siret) else {
            return Verdict::Refused(wrong_siret(siret));
        };
        let code = row.cell(self.at.commune);
        if code.is_empty() || code == "[ND]" {
            let abroad = self.at.country.is_some_and(|at| !row.cell(at).is_empty());
            return Verdict::Aside(if abroad { &ABROAD } else { &NO_COMMUNE });
        }
        let Some(commune) = self.commune(code, row.line, of.atlas, into) else {
            return Verdict::Refused(unknown_commune(code));
        };
        if !self.seen.insert(number) {
            return Verdict::Merged;
        }
        self.read_needs(row);
        let supply = into.supply.get_or_insert_default();
        supply.seen(commune);
        if self.needs.is_empty() {
            return Verdict::Kept;
        }
        supply.add(commune, &self.needs);
        let siren = siren_of(number);
        if into.known.is_ess(siren) {
            let said = (
                "établissements comptés dont l’unité légale est de l’ESS",
                "counted establishments whose legal unit is of the social economy",
            );
            into.changes.count("ess", row.line, said);
            if into.wants_actor(commune) {
                self.actor(row, commune, siren, of, into);
            }
        }
        Verdict::Kept
    }

    fn end(&mut self, _: Reference<'_>, into: &mut Gathered) {
        if into.wants_actors() && into.known.ess_count() == 0 {
            let said = (
                "aucune unité légale connue comme de l’ESS, donc aucun acteur : importez d’abord `sirene-unites` ou `ess-france`",
                "no legal unit known as of the social economy, hence no actor: import `sirene-unites` or `ess-france` first",
            );
            into.changes.count("no_marks", 1, said);
        }
    }
}

/// The SIREN of a SIRET.
fn siren_of(siret: u64) -> u32 {
    u32::try_from(siret / 100_000).expect("fourteen digits less five are nine")
}

/// A SIRET with a right key, as a number.
fn number_of(siret: &str) -> Option<u64> {
    (siret.len() == 14 && has_right_key(siret)).then(|| siret.parse().ok()).flatten()
}

fn wrong_state(value: &str) -> RecordProblem {
    RecordProblem::new(
        STATE,
        value,
        ("`A` (actif) ou `F` (fermé) sont attendus", "`A` (active) or `F` (closed) are expected"),
        (
            "vérifiez que les colonnes ne sont pas décalées",
            "check that the columns are not shifted",
        ),
    )
}

fn file_of_units(columns: &Columns) -> RecordProblem {
    let shown: Vec<&str> = columns.names.iter().take(3).map(String::as_str).collect();
    RecordProblem::new(
        SIRET,
        shown.join(", "),
        (
            "colonne `siret` absente : ce fichier est le stock des unités légales",
            "column `siret` is missing: this file is the stock of legal units",
        ),
        (
            "importez-le par `sirene-unites`, et ici StockEtablissement",
            "import it as `sirene-unites`, and StockEtablissement here",
        ),
    )
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
