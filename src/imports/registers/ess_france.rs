//! ESS France, national list of the enterprises of the social economy: one row per SIREN.
//!
//! The list says that an enterprise is of the social economy, never what it does: it gives
//! marks and counts nothing. Its SIREN have lost their zeros. It has no commune code: the
//! commune is found by postcode, else by name within the département, which is written in
//! capitals without accents. The list and the flag of SIRENE do not agree: both are kept.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::json;

use super::gathered::Gathered;
use super::marks::{ESS_LISTED, Mark, number_of};
use super::places::{self, PlaceFields, folded_commune};
use super::sirene_units::wrong_siren;
use super::{Reference, Register, Verdict, missing_column};
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::identifier::has_right_key;
use crate::domain::territory::Atlas;
use crate::imports::records::{Changes, Columns, Record, values};

const SIREN: &str = "SIREN";
const NAME: &[&str] = &["Nom ou raison sociale de l'entreprise", "denominationUniteLegale"];
const FAMILY: &str = "Famille juridique de l'entreprise";
const COMMUNE: &[&str] = &["Libellé de la commune de l'établissement"];
const DEPARTEMENT: &str = "Code du département de l'établissement";
const BY_POSTCODE: PlaceFields =
    PlaceFields { code: &[], name: COMMUNE, postcode: &["Code postal"] };

/// The national list.
#[derive(Debug, Default)]
pub struct EssFrance {
    /// Communes by département and name; `None` where two have the same.
    by_name: HashMap<(String, String), Option<u32>>,
    placed: bool,
}

impl EssFrance {
    fn commune(&mut self, row: &Record<'_>, atlas: &Atlas, changes: &mut Changes) -> Option<u32> {
        if let Ok(Some(found)) = places::commune(row, BY_POSTCODE, atlas, changes) {
            return Some(found);
        }
        if self.by_name.is_empty() {
            for (at, commune) in (0..).zip(&atlas.communes) {
                let key = (commune.departement.clone(), folded_commune(&commune.name));
                match self.by_name.entry(key) {
                    Entry::Vacant(place) => {
                        place.insert(Some(at));
                    }
                    Entry::Occupied(mut place) => {
                        place.insert(None);
                    }
                }
            }
        }
        let departement = row.text(DEPARTEMENT)?;
        let code =
            if departement.len() < 2 { format!("0{departement}") } else { departement.into() };
        *self.by_name.get(&(code, folded_commune(&row.first(COMMUNE)?)))?
    }
}

impl Register for EssFrance {
    fn format(&self) -> &'static str {
        "ess-france"
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        let which = ("entreprisesess.csv d’ESS France", "entreprisesess.csv of ESS France");
        if columns.find(SIREN).is_none() {
            return Err(missing_column(columns, SIREN, which));
        }
        self.placed = COMMUNE.iter().any(|name| columns.find(name).is_some());
        Ok(())
    }

    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        let text = row.text(SIREN).unwrap_or_default();
        let found = values::code(&text, 9).filter(|(digits, _)| has_right_key(digits));
        let Some((digits, restored)) = found else {
            return Verdict::Refused(wrong_siren(SIREN, &text));
        };
        let Some(number) = number_of(&digits) else {
            return Verdict::Refused(wrong_siren(SIREN, &text));
        };
        let name = row.first(NAME).and_then(values::known);
        let mark = Mark { name: name.as_deref().map(Box::from), ..Mark::default() };
        if into.marks.insert((number, ESS_LISTED), mark).is_some() {
            return Verdict::Merged;
        }
        if restored {
            let said = ("zéros de tête rétablis dans un code", "leading zeros restored in a code");
            into.changes.count("zeros", row.line, said);
        }
        if self.placed {
            let Some(commune) = self.commune(row, of.atlas, &mut into.changes) else {
                let said = (
                    "entreprises non situées : nom de commune inconnu ou porté par plusieurs",
                    "enterprises not placed: name of commune unknown or borne by several",
                );
                into.changes.count("unplaced", row.line, said);
                return Verdict::Kept;
            };
            if let Some(name) = name.filter(|_| into.wants_actor(commune)) {
                let id = format!("siren-{digits}");
                let mut body = json!({
                    "id": id,
                    "name": name,
                    "siren": digits,
                    "insee": of.atlas.at(commune).insee,
                    "commune": of.atlas.at(commune).name,
                    "licences": ["ESS"],
                    "register": true,
                    "sources": into.sources_json(),
                });
                if let Some(family) = row.text(FAMILY) {
                    body["legal_form"] = family.into();
                }
                into.add_actor(row.line, id, body);
            }
        }
        Verdict::Kept
    }
}
