//! Indicators in long form: one territory, one indicator, one year, one value for each row.
//!
//! A value enters the dataset only with what makes it readable: its unit, its direction, its
//! source, its licence. An indicator of the catalogue has them; a new one brings them.
//! Codes of former communes are brought to the commune of today where values add up; those
//! of rates do not, and are refused.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::gathered::Gathered;
use super::{Aside, Reference, Register, Verdict, missing_column};
use crate::catalogue::datasets::DatasetError;
use crate::catalogue::embedded;
use crate::catalogue::record::RecordProblem;
use crate::catalogue::record::folding::fold_label;
use crate::domain::indicator::Indicators;
use crate::domain::territory::{Atlas, CodeKind};
use crate::imports::records::{Columns, Record, values};

/// The dataset that values enter; descriptions of indicators enter [`DESCRIBED`].
pub const DATASET: &str = "indicators";
/// Descriptions of indicators, by id, beside [`DATASET`].
pub const DESCRIBED: &str = "indicators.meta";
/// The file of what is declared, in `index/`.
pub const FILE: &str = "indicators.toml";

/// Years that a value may be of.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

static OTHER_LEVEL: Aside = Aside {
    code: "other_level",
    fr: "niveau qui n’est pas gardé : communes, EPCI et départements le sont",
    en: "level that is not kept: communes, EPCI and départements are",
};

/// Names under which each column is recognised, the first is that of the model.
const KIND: &[&str] = &["territory_kind", "niveau", "maille", "type_territoire"];
const CODE: &[&str] = &["territory_code", "code", "code_territoire", "code_insee"];
const ID: &[&str] = &["indicator_id", "indicateur", "id_indicateur"];
const YEAR: &[&str] = &["year", "annee", "année"];
const VALUE: &[&str] = &["value", "valeur"];
/// Columns that describe an indicator: name in the dataset, then names recognised.
const DESCRIPTION: [(&str, &[&str]); 7] = [
    ("label_fr", &["label", "label_fr", "libelle", "libellé"]),
    ("unit", &["unit", "unite", "unité"]),
    ("direction", &["direction", "sens"]),
    ("source", &["source"]),
    ("licence", &["licence", "license"]),
    ("method", &["method", "methode", "méthode"]),
    ("theme", &["theme", "thème"]),
];
/// What a new indicator must say, as typed in the header.
const NEEDED: [&str; 5] = ["label_fr", "unit", "direction", "source", "licence"];
const DIRECTIONS: [&str; 4] = ["higher", "lower", "supply", "context"];

/// How values are checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorWords {
    share_units: Vec<String>,
    share_max: f64,
    additive_units: Vec<String>,
}

impl IndicatorWords {
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

    fn is_share(&self, unit: &str) -> bool {
        self.share_units.iter().any(|start| unit.starts_with(start.as_str()))
    }

    fn adds_up(&self, unit: &str) -> bool {
        self.additive_units.iter().any(|known| known == unit)
    }
}

/// What is known of an indicator.
#[derive(Debug, Clone)]
struct Known {
    unit: String,
    /// A value of the catalogue is under 0: a change, a balance.
    negative: bool,
}

/// One value by its territory as written, indicator and year.
type Key = (&'static str, String, String, i16);

/// Indicators in long form.
#[derive(Debug)]
pub struct IndicatorsLong {
    words: IndicatorWords,
    known: HashMap<String, Known>,
    seen: HashMap<Key, f64>,
}

impl IndicatorsLong {
    /// Reads with these words.
    #[must_use]
    pub fn new(words: IndicatorWords) -> Self {
        Self { words, known: HashMap::new(), seen: HashMap::new() }
    }

    /// What is known of the indicator of a row; a new one is described by the row.
    fn described(
        &mut self,
        id: &str,
        row: &Record<'_>,
        into: &mut Gathered,
    ) -> Result<Known, RecordProblem> {
        let mut said: BTreeMap<&'static str, String> = BTreeMap::new();
        for (column, names) in DESCRIPTION {
            if let Some(text) = row.first(names) {
                said.insert(column, text.into_owned());
            }
        }
        if let Some(direction) = said.get("direction")
            && !DIRECTIONS.contains(&direction.as_str())
        {
            return Err(RecordProblem::unknown_word("direction", direction, &DIRECTIONS));
        }
        if let Some(known) = self.known.get(id) {
            if let Some(unit) = said.get("unit").filter(|unit| **unit != known.unit) {
                return Err(other_unit(unit, &known.unit));
            }
            // Where a source is written, it is that of these values.
            said.retain(|column, _| ["source", "licence", "method"].contains(column));
            if !said.is_empty() {
                into.lines
                    .entry(DESCRIBED)
                    .or_default()
                    .entry(id.to_owned())
                    .or_default()
                    .extend(said);
            }
            return Ok(known.clone());
        }
        let missing: Vec<&str> =
            NEEDED.iter().copied().filter(|column| !said.contains_key(column)).collect();
        if !missing.is_empty() {
            return Err(undescribed(id, &missing));
        }
        let known = Known { unit: said["unit"].clone(), negative: false };
        self.known.insert(id.to_owned(), known.clone());
        into.add_line(DESCRIBED, id.to_owned(), said);
        Ok(known)
    }

    fn value(&self, row: &Record<'_>, known: &Known) -> Result<f64, RecordProblem> {
        let Some(text) = row.first(VALUE) else {
            return Err(RecordProblem::missing(VALUE[0]));
        };
        let refuse = |fr: &str, en: &str| {
            let way_out = (
                "corrigez la valeur, ou retirez la ligne : une valeur inconnue ne s’écrit pas",
                "correct the value, or remove the line: an unknown value is not written",
            );
            Err(RecordProblem::new(VALUE[0], &text, (fr, en), way_out))
        };
        let Some(value) = values::number(&text) else {
            return refuse("ce n’est pas un nombre", "this is no number");
        };
        let share = self.words.is_share(&known.unit);
        if text.contains('%') && !share {
            let (fr, en) = (
                format!("pourcentage, alors que l’indicateur est en « {} »", known.unit),
                format!("percentage, while the indicator is in “{}”", known.unit),
            );
            return refuse(&fr, &en);
        }
        if value < 0.0 && !known.negative && (share || self.words.adds_up(&known.unit)) {
            return refuse(
                "valeur négative d’une part ou d’un nombre",
                "negative value of a share or of a number",
            );
        }
        if share && value > self.words.share_max {
            return refuse("part supérieure à 100 %", "share above 100%");
        }
        Ok(value)
    }
}

impl Register for IndicatorsLong {
    fn format(&self) -> &'static str {
        "indicateurs"
    }

    fn prepare(&mut self, known: &Indicators) {
        for (indicator, values) in known.list.iter().zip(&known.values) {
            let mut all = values.communes.iter().chain(&values.epcis).chain(&values.departements);
            let known = Known { unit: indicator.unit.clone(), negative: all.any(|v| *v < 0.0) };
            self.known.insert(indicator.id.clone(), known);
        }
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        if columns.names.is_empty() {
            return Ok(());
        }
        let which = ("en forme longue", "in long form");
        for names in [KIND, CODE, ID, YEAR, VALUE] {
            if names.iter().all(|name| columns.find(name).is_none()) {
                return Err(missing_column(columns, names[0], which));
            }
        }
        Ok(())
    }

    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        match self.read(row, of.atlas, into) {
            Ok(verdict) => verdict,
            Err(problem) => Verdict::Refused(problem),
        }
    }
}

impl IndicatorsLong {
    fn read(
        &mut self,
        row: &Record<'_>,
        atlas: &Atlas,
        into: &mut Gathered,
    ) -> Result<Verdict, RecordProblem> {
        let must =
            |names: &[&str]| row.first(names).ok_or_else(|| RecordProblem::missing(names[0]));
        let word = must(KIND)?;
        let kind = match fold_label(&word).as_str() {
            "commune" | "com" => "commune",
            "epci" | "intercommunalite" => "epci",
            "departement" | "dep" => "departement",
            "region" | "reg" | "france" | "pays" | "zone" => {
                return Ok(Verdict::Aside(&OTHER_LEVEL));
            }
            _ => {
                let known = ["commune", "epci", "departement"];
                return Err(RecordProblem::unknown_word(KIND[0], word, &known));
            }
        };
        let written = must(CODE)?;
        let place = place(kind, &written, atlas)?;
        let id = must(ID)?;
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if !id.bytes().all(plain) {
            return Err(wrong_id(&id));
        }
        let text = must(YEAR)?;
        let year = text.strip_suffix(".0").unwrap_or(&text).parse::<i16>().ok();
        let year = year.filter(|year| YEARS.contains(year)).ok_or_else(|| wrong_year(&text))?;
        let known = self.described(&id, row, into)?;
        let value = self.value(row, &known)?;
        let key = (kind, written.to_uppercase(), id.clone().into_owned(), year);
        if let Some(&before) = self.seen.get(&key) {
            #[allow(clippy::float_cmp)]
            let same = before == value;
            return if same { Ok(Verdict::Merged) } else { Err(twice(&row_value(row), before)) };
        }
        if place.former && !self.words.adds_up(&known.unit) {
            return Err(merged_rate(&written, &known.unit, atlas, &place.code));
        }
        self.seen.insert(key, value);
        if place.former {
            let said = (
                "anciennes communes dont la valeur est ajoutée à celle de la commune d’aujourd’hui",
                "former communes whose value is added to that of the commune of today",
            );
            into.changes.count("former_commune_added", row.line, said);
        }
        let line = format!("{kind},{},{id},{year}", place.code);
        let lines = into.lines.entry(DATASET).or_default();
        let columns = lines.entry(line).or_default();
        let parts: f64 = columns.get("value").and_then(|text| text.parse().ok()).unwrap_or(0.0);
        columns.insert("value", (parts + value).to_string());
        Ok(Verdict::Kept)
    }
}

fn row_value(row: &Record<'_>) -> String {
    row.first(VALUE).unwrap_or_default().into_owned()
}

/// Where a value holds: code of today, and whether it was written under a former one.
struct Place {
    code: String,
    former: bool,
}

fn place(kind: &str, written: &str, atlas: &Atlas) -> Result<Place, RecordProblem> {
    let unknown = || {
        RecordProblem::new(
            CODE[0],
            written,
            (
                "aucun territoire de ce niveau n’a ce code",
                "no territory of this level has this code",
            ),
            (
                "vérifiez le niveau et le code (Insee sur 5 caractères, SIREN de l’EPCI sur 9, département sur 2 ou 3)",
                "check the level and the code (INSEE, 5 characters; SIREN of the EPCI, 9; département, 2 or 3)",
            ),
        )
    };
    let current = |code: String| Place { code, former: false };
    match kind {
        "commune" => match atlas.commune_of(written) {
            Some((at, CodeKind::Current)) => Ok(current(atlas.at(at).insee.clone())),
            Some((at, CodeKind::Former)) => {
                Ok(Place { code: atlas.at(at).insee.clone(), former: true })
            }
            Some((_, CodeKind::Arrondissement)) => Err(RecordProblem::new(
                CODE[0],
                written,
                (
                    "arrondissement : sa valeur n’est pas celle de la commune",
                    "district: its value is not that of the commune",
                ),
                (
                    "donnez la valeur de la commune entière (75056, 69123, 13055)",
                    "give the value of the whole commune (75056, 69123, 13055)",
                ),
            )),
            None => Err(unknown()),
        },
        "epci" => {
            let (code, _) = values::code(written, 9).ok_or_else(unknown)?;
            atlas.epci(&code).map(|_| current(code)).ok_or_else(unknown)
        }
        _ => {
            let code = format!("{:0>2}", written.to_ascii_uppercase());
            atlas.departement(&code).map(|_| current(code)).ok_or_else(unknown)
        }
    }
}

fn undescribed(id: &str, missing: &[&str]) -> RecordProblem {
    let columns = missing.join(", ");
    RecordProblem::new(
        ID[0],
        id,
        (
            "indicateur inconnu, et que la ligne ne décrit pas",
            "unknown indicator, not described by the line",
        ),
        (
            &format!(
                "ajoutez les colonnes {columns} (direction : higher, lower, supply ou context), ou corrigez l’identifiant"
            ),
            &format!(
                "add the columns {columns} (direction: higher, lower, supply or context), or correct the id"
            ),
        ),
    )
}

fn other_unit(unit: &str, known: &str) -> RecordProblem {
    RecordProblem::new(
        "unit",
        unit,
        (
            &format!("l’indicateur est en « {known} » dans le catalogue"),
            &format!("the indicator is in “{known}” in the catalogue"),
        ),
        (
            "convertissez les valeurs, ou donnez un autre identifiant à cet indicateur",
            "convert the values, or give this indicator another id",
        ),
    )
}

fn wrong_id(id: &str) -> RecordProblem {
    RecordProblem::new(
        ID[0],
        id,
        ("identifiant impossible", "impossible id"),
        (
            "lettres minuscules sans accent, chiffres et _ seulement",
            "lower-case letters without accents, digits and _ only",
        ),
    )
}

fn wrong_year(text: &str) -> RecordProblem {
    RecordProblem::new(
        YEAR[0],
        text,
        ("année impossible", "impossible year"),
        (
            "donnez l’année des données sur quatre chiffres",
            "give the year of the data, four digits",
        ),
    )
}

fn twice(value: &str, before: f64) -> RecordProblem {
    RecordProblem::new(
        VALUE[0],
        value,
        (
            &format!("deuxième valeur du même territoire et de la même année ({before} avant)"),
            &format!("second value of the same territory and year ({before} before)"),
        ),
        ("gardez une seule des deux lignes", "keep only one of the two lines"),
    )
}

fn merged_rate(code: &str, unit: &str, atlas: &Atlas, today: &str) -> RecordProblem {
    let name = atlas.commune(today).map_or("", |at| atlas.at(at).name.as_str());
    RecordProblem::new(
        CODE[0],
        code,
        (
            &format!(
                "ancienne commune, aujourd’hui {name} ({today}) : des valeurs en « {unit} » ne s’ajoutent pas"
            ),
            &format!("former commune, now {name} ({today}): values in “{unit}” do not add up"),
        ),
        (
            "donnez la valeur de la commune d’aujourd’hui, calculée par la source",
            "give the value of the commune of today, computed by the source",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::probe::{damaged, probe, reasons};
    use super::*;
    use crate::domain::indicator::{Direction, Indicator, IndicatorValues};
    use crate::domain::provenance::Source;
    use crate::imports::ledger::Ledger;

    fn known() -> Indicators {
        let one = |id: &str, unit: &str| Indicator {
            id: id.to_owned(),
            label: id.to_owned(),
            unit: unit.to_owned(),
            direction: Direction::Higher,
            year: Some(2020),
            source: Source::default(),
            method: String::new(),
        };
        let values = |value| IndicatorValues { communes: vec![value], ..Default::default() };
        Indicators {
            list: vec![one("evolution", "%"), one("lits", "nombre"), one("part", "%")],
            values: vec![values(-1.5), values(3.0), values(3.0)],
        }
    }

    fn read(text: &str) -> (Gathered, Ledger) {
        let mut register = IndicatorsLong::new(IndicatorWords::embedded());
        register.prepare(&known());
        probe(&mut register, text.as_bytes())
    }

    fn values(gathered: &Gathered) -> Vec<(String, String)> {
        let lines = gathered.lines.get(DATASET).into_iter().flatten();
        lines.map(|(key, columns)| (key.clone(), columns["value"].clone())).collect()
    }

    const HEAD: &str = "niveau;code;indicateur;annee;valeur\n";

    #[test]
    fn french_headers_commas_and_signs_are_read() {
        let text = format!(
            "{HEAD}commune;1004;part;2022;12,5 %\nEPCI;200046977;lits;2022;1 250\ndépartement;1;evolution;2022;-0,4\nrégion;84;part;2022;3\n"
        );
        let (gathered, ledger) = read(&text);
        assert_eq!((ledger.read, ledger.kept), (4, 3), "{:?}", reasons(&ledger));
        assert_eq!(ledger.reasons["other_level"].count, 1);
        let expected = [
            ("commune,01004,part,2022", "12.5"),
            ("departement,01,evolution,2022", "-0.4"),
            ("epci,200046977,lits,2022", "1250"),
        ];
        assert_eq!(values(&gathered), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn impossible_values_say_why_and_what_to_do() {
        let cases = [
            ("commune;69123;part;2022;n/a", "ce n’est pas un nombre"),
            ("commune;69123;part;2022;-3", "valeur négative d’une part ou d’un nombre"),
            ("commune;69123;part;2022;140", "part supérieure à 100 %"),
            ("commune;69123;lits;2022;-1", "valeur négative d’une part ou d’un nombre"),
            (
                "commune;69123;lits;2022;12 %",
                "pourcentage, alors que l’indicateur est en « nombre »",
            ),
            ("commune;99999;lits;2022;1", "aucun territoire de ce niveau n’a ce code"),
            (
                "commune;69383;lits;2022;1",
                "arrondissement : sa valeur n’est pas celle de la commune",
            ),
            ("epci;123;lits;2022;1", "aucun territoire de ce niveau n’a ce code"),
            ("canton;69;lits;2022;1", "mot inconnu"),
            ("commune;69123;lits;22;1", "année impossible"),
            ("commune;69123;Lits, en nombre;2022;1", "identifiant impossible"),
            ("commune;69123;nouveau;2022;1", "indicateur inconnu, et que la ligne ne décrit pas"),
            ("commune;69123;lits;2022;", "champ obligatoire absent ou vide"),
        ];
        for (row, reason) in cases {
            let (gathered, ledger) = read(&format!("{HEAD}{row}\n"));
            assert_eq!(reasons(&ledger), [(2, reason.to_owned())], "{row}");
            assert!(values(&gathered).is_empty());
        }
        let new = read(&format!("{HEAD}commune;69123;nouveau;2022;1\n")).1;
        assert!(
            new.rejected[0]
                .problem
                .way_out_fr
                .contains("label_fr, unit, direction, source, licence")
        );
    }

    #[test]
    fn counts_of_merged_communes_add_up_and_their_rates_do_not() {
        let text = format!(
            "{HEAD}commune;38225;lits;2014;3\ncommune;38021;lits;2014;4\ncommune;38021;part;2014;4\ncommune;38021;lits;2014;4\ncommune;38021;lits;2014;5\n"
        );
        let (gathered, ledger) = read(&text);
        assert_eq!(values(&gathered), [("commune,38225,lits,2014".to_owned(), "7".to_owned())]);
        assert_eq!((ledger.kept, ledger.merged, ledger.refused()), (2, 1, 2));
        let reasons = reasons(&ledger);
        assert!(reasons[0].1.contains("Autrans-Méaudre en Vercors (38225)"), "{reasons:?}");
        assert!(reasons[1].1.contains("deuxième valeur"), "{reasons:?}");
        assert_eq!(gathered.changes.0["former_commune_added"].count, 1);
    }

    #[test]
    fn a_new_indicator_is_taken_with_what_describes_it() {
        let head = "territory_kind,territory_code,indicator_id,year,value,label,unit,direction,source,licence\n";
        let row =
            "commune,69123,ateliers,2026,4,Ateliers,nombre,supply,Relevé,Licence Ouverte 2.0\n";
        let short = "commune,69001,ateliers,2026,1,,,,,\n";
        let (gathered, ledger) = read(&format!("{head}{row}{short}"));
        assert_eq!(
            (ledger.kept, gathered.lines[DESCRIBED]["ateliers"]["unit"].as_str()),
            (2, "nombre")
        );
        let wrong = row.replace("supply", "vers le haut");
        assert_eq!(reasons(&read(&format!("{head}{wrong}")).1)[0].1, "mot inconnu");
        let other = "commune,69123,lits,2026,4,Lits,lits,higher,S,L\n";
        let (_, ledger) = read(&format!("{head}{other}"));
        assert!(reasons(&ledger)[0].1.contains("« nombre »"), "{ledger:?}");
    }

    #[test]
    fn a_damaged_table_keeps_its_good_rows() {
        let table = format!(
            "{HEAD}commune;69123;lits;2022;1\ncommune;69001;lits;2022;2\ncommune;69002;lits;2022;3\ncommune;69003;lits;2022;4\n"
        );
        for (how, bytes) in damaged(&table) {
            let mut register = IndicatorsLong::new(IndicatorWords::embedded());
            register.prepare(&known());
            let (gathered, ledger) = probe(&mut register, &bytes);
            assert!(values(&gathered).len() >= 3, "{how}: {:?}", reasons(&ledger));
        }
        let (_, ledger) = read("niveau;code;indicateur;annee\ncommune;69123;lits;2022\n");
        assert!(ledger.cut.as_ref().unwrap().problem.reason_fr.contains("value"));
    }
}
