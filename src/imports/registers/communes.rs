//! Communes of Insee and what became of them: a code of 2015 still finds its commune.
//!
//! Three files are read: the list of communes (`v_commune_AAAA.csv`), their movements
//! (`v_mvt_commune_AAAA.csv`), and the list of `@etalab/decoupage-administratif`. They only
//! add to the former codes of the atlas; populations, EPCI and areas need other files.
//!
//! Movements before 2015 are left: in 1968 Alfortville was 75002, which people write today
//! for the postcode of a district of Paris.

use std::collections::{BTreeMap, BTreeSet};

use super::gathered::Gathered;
use super::{Aside, Reference, Register, Verdict, missing_column};
use crate::catalogue::record::RecordProblem;
use crate::domain::territory::Atlas;
use crate::imports::records::{Columns, Record, values};

/// The dataset that former codes enter.
pub const DATASET: &str = "territories";
/// The first day whose movements are followed.
const SINCE: &str = "2015-01-01";

static SAME_CODE: Aside = Aside {
    code: "same_code",
    fr: "mouvement qui ne change le code d’aucune commune",
    en: "movement that changes the code of no commune",
};
static BEFORE: Aside =
    Aside { code: "before_2015", fr: "mouvement d’avant 2015", en: "movement before 2015" };
static DISTRICT: Aside = Aside {
    code: "district",
    fr: "arrondissement municipal : l’atlas le connaît",
    en: "municipal district: the atlas knows it",
};

/// How a file is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Shape {
    /// `v_commune_AAAA.csv`.
    #[default]
    List,
    /// `v_mvt_commune_AAAA.csv`.
    Movements,
    /// `communes.json`.
    Etalab,
}

/// One step from a code to the next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    /// From this day, `AAAA-MM-JJ`; empty where the file does not say: today.
    date: String,
    to: String,
    how: &'static str,
    name: String,
}

/// The communes and their past.
#[derive(Debug, Default)]
pub struct Communes {
    shape: Shape,
    steps: BTreeMap<String, Vec<Step>>,
    /// Codes that became a delegated or associated commune, and which.
    parts: BTreeMap<String, &'static str>,
    listed: BTreeSet<String>,
}

impl Communes {
    fn step(&mut self, from: &str, step: Step) {
        let steps = self.steps.entry(from.to_owned()).or_default();
        if !steps.contains(&step) {
            steps.push(step);
        }
    }

    fn of_list(&mut self, row: &Record<'_>) -> Result<Verdict, RecordProblem> {
        let kind = must(row, "TYPECOM")?;
        let code = code(row, "COM")?;
        let how = match kind.as_str() {
            "COM" => {
                return Ok(match self.listed.insert(code) {
                    true => Verdict::Kept,
                    false => Verdict::Merged,
                });
            }
            "ARM" => return Ok(Verdict::Aside(&DISTRICT)),
            "COMD" => "delegated",
            "COMA" => "associated",
            other => {
                let known = ["COM", "ARM", "COMA", "COMD"];
                return Err(RecordProblem::unknown_word("TYPECOM", other, &known));
            }
        };
        let to = self::code(row, "COMPARENT")?;
        if to == code {
            return Ok(Verdict::Aside(&SAME_CODE));
        }
        let name = row.first(&["LIBELLE", "NCCENR"]).unwrap_or_default().into_owned();
        self.step(&code, Step { date: String::new(), to, how, name });
        Ok(Verdict::Kept)
    }

    fn of_movement(&mut self, row: &Record<'_>) -> Result<Verdict, RecordProblem> {
        let movement = must(row, "MOD")?;
        let written = must(row, "DATE_EFF")?;
        let date = values::date(&written).ok_or_else(|| wrong_date(&written))?;
        let (before, after) = (must(row, "TYPECOM_AV")?, must(row, "TYPECOM_AP")?);
        let (from, to) = (code(row, "COM_AV")?, code(row, "COM_AP")?);
        if date.as_str() < SINCE {
            return Ok(Verdict::Aside(&BEFORE));
        }
        match (before.as_str(), after.as_str()) {
            ("COM", "COMD") => drop(self.parts.insert(from.clone(), "delegated")),
            ("COM", "COMA") => drop(self.parts.insert(from.clone(), "associated")),
            _ => {}
        }
        // Creations and communes that come back: the code of before goes on.
        let goes_on = matches!(movement.as_str(), "10" | "20" | "21");
        if before != "COM" || after != "COM" || from == to || goes_on {
            return Ok(Verdict::Aside(&SAME_CODE));
        }
        let how = if matches!(movement.as_str(), "41" | "50") { "renumbered" } else { "fused" };
        let name = row.first(&["LIBELLE_AV", "NCCENR_AV"]).unwrap_or_default().into_owned();
        let step = Step { date, to, how, name };
        let known = self.steps.get(&from).is_some_and(|steps| steps.contains(&step));
        self.step(&from, step);
        Ok(if known { Verdict::Merged } else { Verdict::Kept })
    }

    fn of_etalab(
        &mut self,
        row: &Record<'_>,
        into: &mut Gathered,
    ) -> Result<Verdict, RecordProblem> {
        let code = code(row, "code")?;
        let name = row.text("nom").unwrap_or_default().into_owned();
        let how = match must(row, "type")?.as_str() {
            "commune-actuelle" => {
                self.listed.insert(code.clone());
                for old in row.list("anciensCodes", &[';']) {
                    // Codes of before the départements of the Paris region are not dated.
                    if old.get(..2) == code.get(..2) {
                        let name = String::new();
                        let step =
                            Step { date: String::new(), to: code.clone(), how: "fused", name };
                        self.step(&old, step);
                    } else {
                        let said = (
                            "anciens codes d’un autre département, sans date : laissés",
                            "former codes of another département, without a date: left",
                        );
                        into.changes.count("old_undated", row.line, said);
                    }
                }
                return Ok(Verdict::Kept);
            }
            "commune-deleguee" => "delegated",
            "commune-associee" => "associated",
            "arrondissement-municipal" => return Ok(Verdict::Aside(&DISTRICT)),
            other => {
                let known = ["commune-actuelle", "commune-deleguee", "commune-associee"];
                return Err(RecordProblem::unknown_word("type", other, &known));
            }
        };
        let to = self::code(row, "chefLieu")?;
        if to == code {
            return Ok(Verdict::Aside(&SAME_CODE));
        }
        self.step(&code, Step { date: String::new(), to, how, name });
        Ok(Verdict::Kept)
    }

    /// The end of the chain of a code that is no commune of the atlas, with its first step.
    fn end_of<'a>(&'a self, from: &str, atlas: &Atlas) -> (Option<&'a Step>, String) {
        let mut first = None;
        let (mut at, mut date) = (from.to_owned(), String::new());
        let mut seen = BTreeSet::from([from.to_owned()]);
        while !is_commune(&at, atlas) {
            let steps = self.steps.get(&at).into_iter().flatten();
            // What is dated first: a list of today says the end, a movement says each step.
            let next = steps
                .filter(|step| step.date.is_empty() || step.date >= date)
                .min_by_key(|step| (step.date.is_empty(), step.date.clone(), step.to.clone()));
            let Some(step) = next.filter(|step| seen.insert(step.to.clone())) else { break };
            first = first.or(Some(step));
            date.clone_from(&step.date);
            at.clone_from(&step.to);
        }
        (first, at)
    }
}

fn is_commune(code: &str, atlas: &Atlas) -> bool {
    atlas.communes.binary_search_by(|one| one.insee.as_str().cmp(code)).is_ok()
}

impl Register for Communes {
    fn format(&self) -> &'static str {
        "communes"
    }

    fn begin(&mut self, columns: &Columns) -> Result<(), RecordProblem> {
        if columns.names.is_empty() {
            self.shape = Shape::Etalab;
            return Ok(());
        }
        let which =
            ("v_commune ou v_mvt_commune de l’Insee", "v_commune or v_mvt_commune of INSEE");
        let wanted: &[&str] = if columns.find("COM_AV").is_some() {
            self.shape = Shape::Movements;
            &["MOD", "DATE_EFF", "TYPECOM_AV", "TYPECOM_AP", "COM_AP"]
        } else {
            self.shape = Shape::List;
            &["TYPECOM", "COM", "COMPARENT"]
        };
        for name in wanted {
            columns.find(name).ok_or_else(|| missing_column(columns, name, which))?;
        }
        Ok(())
    }

    fn row(&mut self, row: &Record<'_>, _of: Reference<'_>, into: &mut Gathered) -> Verdict {
        let verdict = match self.shape {
            Shape::List => self.of_list(row),
            Shape::Movements => self.of_movement(row),
            Shape::Etalab => self.of_etalab(row, into),
        };
        verdict.unwrap_or_else(Verdict::Refused)
    }

    fn end(&mut self, of: Reference<'_>, into: &mut Gathered) {
        let atlas = of.atlas;
        // The dataset is touched even where no code is new: its account is then told.
        into.lines.entry(DATASET).or_default();
        for old in self.steps.keys() {
            if atlas.commune(old).is_some() {
                let said = (
                    "codes d’une commune de l’atlas, donnés comme anciens : l’atlas est d’une autre année, la commune est gardée",
                    "codes of a commune of the atlas, given as former: the atlas is of another year, the commune is kept",
                );
                into.changes.count("still_commune", 1, said);
                continue;
            }
            let (first, end) = self.end_of(old, atlas);
            let Some(first) = first.filter(|_| is_commune(&end, atlas)) else {
                let said = (
                    "anciens codes qui ne mènent à aucune commune de l’atlas",
                    "former codes that lead to no commune of the atlas",
                );
                into.changes.count("lead_nowhere", 1, said);
                continue;
            };
            let how = self.parts.get(old).copied().filter(|_| first.how == "fused");
            let mut line =
                BTreeMap::from([("insee", end), ("how", how.unwrap_or(first.how).to_owned())]);
            if !first.name.is_empty() {
                line.insert("name", first.name.clone());
            }
            into.add_line(DATASET, old.clone(), line);
        }
        let covered: BTreeSet<&str> = self
            .listed
            .iter()
            .filter_map(|code| atlas.commune(code))
            .map(|at| atlas.at(at).departement.as_str())
            .collect();
        for commune in &atlas.communes {
            let missed = !self.listed.contains(&commune.insee);
            if missed && covered.contains(commune.departement.as_str()) {
                let said = (
                    "communes de l’atlas que la liste n’a plus : gardées",
                    "communes of the atlas that the list no longer has: kept",
                );
                into.changes.count("not_listed", 1, said);
            }
        }
        for _ in self.listed.iter().filter(|code| !is_commune(code, atlas)) {
            let said = (
                "communes de la liste que l’atlas n’a pas : il faut ses autres fichiers (population, EPCI) pour les ajouter",
                "communes of the list that the atlas lacks: its other files (population, EPCI) are needed to add them",
            );
            into.changes.count("not_in_atlas", 1, said);
        }
    }
}

fn must(row: &Record<'_>, field: &str) -> Result<String, RecordProblem> {
    row.text(field).map(|text| text.into_owned()).ok_or_else(|| RecordProblem::missing(field))
}

/// A code of commune: five characters, a lost zero put back.
fn code(row: &Record<'_>, field: &str) -> Result<String, RecordProblem> {
    let text = must(row, field)?.to_ascii_uppercase();
    let padded = format!("{text:0>5}");
    let digit = u8::is_ascii_digit;
    let bytes = padded.as_bytes();
    let corsica = bytes.len() == 5 && matches!(&bytes[..2], b"2A" | b"2B");
    let sound = bytes.len() == 5
        && text.len() >= 4
        && (bytes.iter().all(digit) || corsica && bytes[2..].iter().all(digit));
    if sound { Ok(padded) } else { Err(wrong_code(field, &text)) }
}

fn wrong_code(field: &str, text: &str) -> RecordProblem {
    RecordProblem::new(
        field,
        text,
        (
            "ce n’est pas un code de commune : cinq caractères",
            "this is no code of a commune: five characters",
        ),
        (
            "vérifiez que les colonnes ne sont pas décalées",
            "check that the columns are not shifted",
        ),
    )
}

fn wrong_date(text: &str) -> RecordProblem {
    RecordProblem::new(
        "DATE_EFF",
        text,
        ("date impossible", "impossible date"),
        (
            "vérifiez que les colonnes ne sont pas décalées",
            "check that the columns are not shifted",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::probe::{damaged, probe, reasons};
    use super::*;
    use crate::imports::ledger::Ledger;

    fn read(bytes: &[u8]) -> (Gathered, Ledger) {
        probe(&mut Communes::default(), bytes)
    }

    const MOVES: &str =
        "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,LIBELLE_AP\n";

    #[test]
    fn chains_of_movements_are_followed_to_a_commune_of_today() {
        // Fictional codes 38901 and 38902: one joins the other, which joins Autrans-Méaudre.
        let rows = "32,2019-01-01,COM,38902,0,Beta,COM,38225,Autrans\n32,2016-01-01,COM,38901,0,Alpha,COM,38902,Beta\n32,2016-01-01,COM,38901,0,Alpha,COMD,38901,Alpha\n21,2020-01-01,COM,38225,0,Autrans,COM,38903,Gamma\n31,1974-01-01,COM,38904,0,Delta,COM,38225,Autrans\n32,2016-01-01,COM,38901,0,Alpha,COM,38902,Beta\n41,2018-01-01,COM,38905,0,Epsilon,COM,38906,Epsilon\n";
        let (gathered, ledger) = read(format!("{MOVES}{rows}").as_bytes());
        assert_eq!((ledger.read, ledger.kept, ledger.merged, ledger.refused()), (7, 3, 1, 3));
        let lines = &gathered.lines[DATASET];
        assert_eq!(lines.len(), 2);
        let alpha = &lines["38901"];
        assert_eq!((alpha["insee"].as_str(), alpha["how"].as_str()), ("38225", "delegated"));
        assert_eq!(
            (lines["38902"]["insee"].as_str(), lines["38902"]["name"].as_str()),
            ("38225", "Beta")
        );
        assert_eq!(gathered.changes.0["lead_nowhere"].count, 1);
    }

    #[test]
    fn a_list_gives_its_parts_and_says_what_the_atlas_lacks() {
        let list = "TYPECOM,COM,REG,DEP,LIBELLE,COMPARENT\nCOM,69123,84,69,Lyon,\nARM,69383,84,69,Lyon 3e,69123\nCOMD,38021,84,38,Autrans,38225\nCOM,69999,84,69,Nouvelle,\nCOMD,69123,84,69,Lyon,69123\nCOMX,69001,84,69,X,\nCOM,691,84,69,X,\n";
        let (gathered, ledger) = read(list.as_bytes());
        assert_eq!((ledger.kept, ledger.refused()), (3, 4), "{:?}", reasons(&ledger));
        assert_eq!(gathered.lines[DATASET]["38021"]["insee"], "38225");
        let changes = &gathered.changes.0;
        assert_eq!(changes["not_in_atlas"].count, 1);
        assert!(changes["not_listed"].count > 200, "the other communes of the Rhône");
    }

    #[test]
    fn the_list_of_etalab_gives_its_parts_and_the_codes_of_one_departement() {
        let list = r#"[{"code":"38225","nom":"Autrans-Méaudre","type":"commune-actuelle","anciensCodes":["38021","75002"]},
            {"code":"38021","nom":"Autrans","type":"commune-deleguee","chefLieu":"38225"},
            {"code":"69383","nom":"Lyon 3e","type":"arrondissement-municipal"},
            {"code":"69001","nom":"Affoux","type":"commune-actuelle"}]"#;
        let (gathered, ledger) = read(list.as_bytes());
        assert_eq!((ledger.kept, ledger.refused()), (3, 1));
        let lines = &gathered.lines[DATASET];
        assert_eq!(lines.keys().collect::<Vec<_>>(), ["38021"]);
        assert_eq!(gathered.changes.0["old_undated"].count, 1);
    }

    #[test]
    fn a_damaged_table_keeps_its_good_rows() {
        let row = |n: u32| format!("32,2016-01-01,COM,3890{n},0,Alphé,COM,38225,Autrans\n");
        let table = format!("{MOVES}{}{}{}{}", row(1), row(2), row(3), row(4));
        for (how, bytes) in damaged(&table) {
            let (gathered, ledger) = read(&bytes);
            assert!(gathered.lines[DATASET].len() >= 3, "{how}: {:?}", reasons(&ledger));
        }
    }
}
