//! Base permanente des équipements (Insee, yearly): places counted, never actors.
//!
//! Columns change with the year: the commune (`DEPCOM`), or only a point. A point is given
//! to the commune whose centre is the nearest, which is not exact near a boundary: it is
//! said. Types whose code changed in 2024 are read under their code of today, and two
//! vintages in one file are said, since Insee does not compare them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::gathered::Gathered;
use super::places;
use super::{NeedCodes, Reference, Register, Verdict, missing_column};
use crate::catalogue::datasets::DatasetError;
use crate::catalogue::embedded;
use crate::catalogue::record::RecordProblem;
use crate::domain::geography::{EARTH_RADIUS_KM, Point, distance_km};
use crate::domain::territory::Atlas;
use crate::imports::records::{Columns, Record, values};

/// The file of types, in `index/`.
pub const FILE: &str = "equipment.toml";

const TYPE: &str = "TYPEQU";
const COMMUNE: [&str; 3] = ["DEPCOM", "CODGEO", "COM"];
const LATITUDE: [&str; 2] = ["LATITUDE", "lat"];
const LONGITUDE: [&str; 2] = ["LONGITUDE", "lon"];
const COUNT: &str = "NB_EQUIP";

/// What [`FILE`] declares.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EquipmentTypes {
    nearest_km_max: f64,
    row_count_max: u32,
    since_2024: BTreeMap<String, String>,
}

impl EquipmentTypes {
    /// Reads the text of [`FILE`].
    ///
    /// # Errors
    /// When it does not parse.
    pub fn read(text: &str) -> Result<Self, DatasetError> {
        toml::from_str(text).map_err(|cause| DatasetError::of_file(FILE, cause.to_string()))
    }

    /// What the program carries.
    ///
    /// # Panics
    /// If the file that was compiled in does not parse: a test reads it.
    #[must_use]
    pub fn embedded() -> Self {
        let texts = embedded::index_texts();
        let text = texts.iter().find(|(name, _)| name == FILE).map(|(_, text)| text.as_str());
        Self::read(text.unwrap_or_default()).expect("the embedded file is read by a test")
    }
}

/// The equipment of France.
#[derive(Debug)]
pub struct Equipment {
    codes: NeedCodes,
    types: EquipmentTypes,
    /// Centres of communes by latitude, with their position; made when a point is met.
    centres: Vec<(Point, u32)>,
    /// A code until 2023, and one since 2024, were met.
    vintages: (bool, bool),
    located: bool,
}

impl Equipment {
    /// Reads with these codes of needs (`BPE`).
    #[must_use]
    pub fn new(codes: NeedCodes, types: EquipmentTypes) -> Self {
        Self { codes, types, centres: Vec::new(), vintages: (false, false), located: false }
    }

    /// The commune whose centre is the nearest to a point, within the declared distance.
    fn nearest(&mut self, point: Point, atlas: &Atlas) -> Option<u32> {
        if self.centres.is_empty() {
            let all = (0_u32..).zip(&atlas.communes);
            self.centres = all.map(|(at, commune)| (commune.point, at)).collect();
            self.centres.sort_by(|a, b| a.0.lat.total_cmp(&b.0.lat).then(a.1.cmp(&b.1)));
        }
        let band = (self.types.nearest_km_max / EARTH_RADIUS_KM).to_degrees();
        let from = self.centres.partition_point(|(centre, _)| centre.lat < point.lat - band);
        let near = self.centres[from..].iter().take_while(|(c, _)| c.lat <= point.lat + band);
        near.map(|&(centre, at)| (distance_km(point, centre), at))
            .filter(|(km, _)| *km <= self.types.nearest_km_max)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .map(|(_, at)| at)
    }

    fn commune(
        &mut self,
        row: &Record<'_>,
        atlas: &Atlas,
        into: &mut Gathered,
    ) -> Result<u32, RecordProblem> {
        if let Some(code) = row.first(&COMMUNE) {
            let found = places::of_code(&code, row.line, atlas, &mut into.changes);
            return found.ok_or_else(|| unknown_commune(&code));
        }
        let degrees = |names: &[&str]| row.first(names).and_then(|text| values::number(&text));
        let (Some(lat), Some(lon)) = (degrees(&LATITUDE), degrees(&LONGITUDE)) else {
            return Err(RecordProblem::missing(COMMUNE[0]));
        };
        let written = format!("{lat}, {lon}");
        let found = self.nearest(Point { lat, lon }, atlas).ok_or_else(|| nowhere(&written))?;
        let said = (
            "commune devinée : celle dont le centre est le plus proche du point (inexact près d’une limite)",
            "commune guessed: the one whose centre is the nearest to the point (not exact near a boundary)",
        );
        into.changes.count("nearest_commune", row.line, said);
        Ok(found)
    }

    /// The type of today of a code; its vintage is remembered.
    fn type_of(&mut self, code: &str, line: u64, into: &mut Gathered) -> String {
        if let Some(today) = self.types.since_2024.get(code) {
            self.vintages.0 = true;
            let said = (
                "types dont le code a changé en 2024, lus sous leur code d’aujourd’hui",
                "types whose code changed in 2024, read under their code of today",
            );
            into.changes.count("type_since_2024", line, said);
            return today.clone();
        }
        self.vintages.1 |= self.types.since_2024.values().any(|today| today == code);
        code.to_owned()
    }

    fn read(
        &mut self,
        row: &Record<'_>,
        atlas: &Atlas,
        into: &mut Gathered,
    ) -> Result<(), RecordProblem> {
        let code = row.text(TYPE).ok_or_else(|| RecordProblem::missing(TYPE))?.to_uppercase();
        if !is_type(&code) {
            return Err(wrong_type(&code));
        }
        let count = match row.text(COUNT) {
            None => 1,
            Some(text) => values::number(&text)
                .filter(|n| {
                    n.fract() == 0.0 && (1.0..=f64::from(self.types.row_count_max)).contains(n)
                })
                .ok_or_else(|| wrong_count(&text, self.types.row_count_max))?
                .to_string()
                .parse::<u32>()
                .unwrap_or(1),
        };
        let commune = self.commune(row, atlas, into)?;
        let today = self.type_of(&code, row.line, into);
        let needs = self.codes.needs(&today);
        let supply = into.supply.get_or_insert_default();
        for _ in 0..count {
            supply.seen(commune);
            if !needs.is_empty() {
                supply.add(commune, needs);
            }
        }
        Ok(())
    }
}

impl Register for Equipment {
    fn format(&self) -> &'static str {
        "bpe"
    }

    fn wanted(&self) -> Vec<&'static str> {
        let places = COMMUNE.into_iter().chain(LATITUDE).chain(LONGITUDE);
        [TYPE, COUNT].into_iter().chain(places).collect()
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        let which = ("de la BPE (Insee)", "of the BPE (INSEE)");
        columns.find(TYPE).ok_or_else(|| missing_column(columns, TYPE, which))?;
        let any = |names: &[&str]| names.iter().any(|name| columns.find(name).is_some());
        self.located = any(&COMMUNE) || (any(&LATITUDE) && any(&LONGITUDE));
        if self.located { Ok(()) } else { Err(missing_column(columns, COMMUNE[0], which)) }
    }

    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        match self.read(row, of.atlas, into) {
            Ok(()) => Verdict::Kept,
            Err(problem) => Verdict::Refused(problem),
        }
    }

    fn end(&mut self, _of: Reference<'_>, into: &mut Gathered) {
        if self.vintages == (true, true) {
            let said = (
                "deux millésimes dans les mêmes fichiers (codes d’avant et d’après 2024) : l’Insee ne les compare pas",
                "two vintages in the same files (codes of before and after 2024): INSEE does not compare them",
            );
            into.changes.count("two_vintages", 1, said);
        }
    }
}

/// A letter from A to G, then three digits.
fn is_type(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 4
        && (b'A'..=b'G').contains(&bytes[0])
        && bytes[1..].iter().all(u8::is_ascii_digit)
}

fn wrong_type(code: &str) -> RecordProblem {
    RecordProblem::new(
        TYPE,
        code,
        (
            "ce n’est pas un type d’équipement : une lettre de A à G et trois chiffres",
            "this is no type of equipment: a letter from A to G and three digits",
        ),
        (
            "vérifiez que les colonnes ne sont pas décalées",
            "check that the columns are not shifted",
        ),
    )
}

fn wrong_count(text: &str, max: u32) -> RecordProblem {
    RecordProblem::new(
        COUNT,
        text,
        (
            &format!("nombre d’équipements impossible : un nombre entier de 1 à {max}"),
            &format!("impossible number of equipment: a whole number from 1 to {max}"),
        ),
        ("corrigez le nombre, ou retirez la ligne", "correct the number, or remove the line"),
    )
}

fn unknown_commune(code: &str) -> RecordProblem {
    RecordProblem::new(
        COMMUNE[0],
        code,
        ("aucune commune n’a ni n’a eu ce code", "no commune has or had this code"),
        (
            "vérifiez que les colonnes ne sont pas décalées",
            "check that the columns are not shifted",
        ),
    )
}

fn nowhere(point: &str) -> RecordProblem {
    RecordProblem::new(
        LATITUDE[0],
        point,
        (
            "aucun centre de commune n’est proche de ce point",
            "no centre of a commune is near this point",
        ),
        (
            "vérifiez que latitude et longitude sont en degrés et à leur place",
            "check that latitude and longitude are in degrees and in their places",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::probe::{damaged, probe, reasons, reference, sample};
    use super::*;
    use crate::domain::concept::ConceptKind;
    use crate::imports::ledger::Ledger;

    fn register() -> Equipment {
        let codes = NeedCodes::new(reference().taxonomy, &["BPE".to_owned()], 0.5);
        Equipment::new(codes, EquipmentTypes::embedded())
    }

    fn read(bytes: &[u8]) -> (Gathered, Ledger) {
        probe(&mut register(), bytes)
    }

    fn points(gathered: &Gathered, need: &str, commune: &str) -> f64 {
        let of = reference();
        let need = of.taxonomy.find(ConceptKind::Need, need).unwrap().at();
        let at = of.atlas.commune(commune).unwrap();
        let counts = gathered.supply.as_ref().and_then(|supply| supply.of_need(need));
        counts.and_then(|counts| counts.get(&at)).copied().unwrap_or(0.0)
    }

    #[test]
    fn one_type_of_two_vintages_answers_one_need() {
        let old = "DCIRIS;LAMBERT_X;LAMBERT_Y;TYPEQU;DEPCOM;DEP\n69381_;842000,5;6519000,1;D201;69381;69\n01004_IND;;;D201;1004;01\n";
        let new = "NOMRS;TYPEQU;CODPOS;DEPCOM;NB_EQUIP\nCabinet;D265;69001;69381;1\nCabinet;D265;01500;01004;\n";
        let ((old, a), (new, b)) = (read(old.as_bytes()), read(new.as_bytes()));
        assert_eq!((a.kept, b.kept), (2, 2), "{:?} {:?}", reasons(&a), reasons(&b));
        for commune in ["69123", "01004"] {
            let both = [&old, &new].map(|one| points(one, "desert_medical", commune));
            assert!(both[0] > 0.0 && (both[0] - both[1]).abs() < 1e-9, "{commune} {both:?}");
        }
        assert_eq!(old.changes.0["type_since_2024"].count, 2);
        let mixed = read(b"TYPEQU,DEPCOM\nD201,69123\nD265,69123\n").0;
        assert!(mixed.changes.0.contains_key("two_vintages"));
        assert!(!old.changes.0.contains_key("two_vintages") && old.actors.is_empty());
    }

    #[test]
    fn the_points_of_the_gironde_find_the_nearest_commune() {
        let bytes = sample("bpe/bpe_gironde_points_extrait.csv");
        let (gathered, ledger) = read(&bytes);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let types: Vec<String> = reader.records().map(|row| row.unwrap()[1].to_owned()).collect();
        // Two stand in the great communes of the coast, beyond the distance declared.
        assert_eq!((ledger.read, ledger.refused()), (types.len(), 2), "{:?}", reasons(&ledger));
        assert_eq!(gathered.changes.0["nearest_commune"].count as usize, types.len() - 2);
        let of = reference();
        let need = of.taxonomy.find(ConceptKind::Need, "accueil_jeune_enfant").unwrap();
        let weight = |code: &str| {
            let uses = of.taxonomy.entry(need).codes.iter();
            let found = uses.filter(|one| one.nomenclature == "BPE" && one.code == code);
            found.map(|one| one.weight).find(|weight| *weight >= 0.5).unwrap_or(0.0)
        };
        let expected: f64 = types.iter().map(|code| weight(code)).sum();
        let counts = gathered.supply.as_ref().unwrap().of_need(need.at()).unwrap();
        let counted: f64 = counts.values().sum();
        assert!(expected > 0.0 && (counted - expected).abs() < 1e-6, "{counted} {expected}");
        let inside = counts.keys().filter(|&&at| of.atlas.at(at).departement == "33").count();
        assert!(inside * 10 >= counts.len() * 9, "{inside} of {}", counts.len());
    }

    #[test]
    fn what_is_impossible_is_refused_and_several_equipment_are_counted() {
        let head = "TYPEQU;DEPCOM;NB_EQUIP;LATITUDE;LONGITUDE\n";
        let cases = [
            ("Z999;69123;1;;", "ce n’est pas un type"),
            ("69123;D265;1;;", "ce n’est pas un type"),
            ("D265;99999;1;;", "aucune commune"),
            ("D265;69123;0;;", "nombre d’équipements impossible"),
            ("D265;69123;1,5;;", "nombre d’équipements impossible"),
            ("D265;;1;;", "champ obligatoire"),
            ("D265;;1;4,8;45,7", "aucun centre de commune"),
        ];
        for (row, reason) in cases {
            let (gathered, ledger) = read(format!("{head}{row}\n").as_bytes());
            assert!(reasons(&ledger)[0].1.starts_with(reason), "{row}: {:?}", reasons(&ledger));
            assert!(gathered.supply.is_none());
        }
        let (gathered, _) = read(format!("{head}D265;69123;12;;\n").as_bytes());
        assert_eq!(gathered.supply.unwrap().rows(), 12);
    }

    #[test]
    fn a_damaged_table_keeps_its_good_rows() {
        let table = "TYPEQU;DEPCOM;NOMRS\nD265;69123;Centre é\nD265;69001;Centre é\nD265;69002;Centre é\nD265;69003;Centre é\n";
        for (how, bytes) in damaged(table) {
            let (gathered, ledger) = read(&bytes);
            assert!(
                gathered.supply.is_some_and(|one| one.rows() >= 3),
                "{how}: {:?}",
                reasons(&ledger)
            );
        }
    }
}
