//! What each register is for counted supply: `index/registers.toml`, read and checked.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::catalogue::datasets::DatasetError;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::taxonomy::Taxonomy;

/// The file, in `index/`.
pub const FILE: &str = "registers.toml";

/// Every declared register, by id.
pub type Registers = BTreeMap<String, DeclaredRegister>;

/// What a register is for counted supply.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredRegister {
    /// Its id: the name of its table.
    #[serde(skip)]
    pub id: String,
    /// What is counted, in French.
    pub label_fr: String,
    /// What is counted, in English.
    pub label_en: String,
    /// One thing counted, in French.
    pub unit_fr: String,
    /// One thing counted, in English.
    pub unit_en: String,
    /// Who publishes it.
    pub publisher: String,
    /// Its page.
    pub url: String,
    /// Its licence.
    pub licence: String,
    /// Nomenclatures of the taxonomy whose codes it carries.
    pub nomenclatures: Vec<String>,
    /// Codes of a smaller weight are not counted, 0..=1.
    pub code_weight_min: f64,
    /// Rows for 1,000 inhabitants under which a département is not said to be covered.
    pub rows_per_1000_min: f64,
    /// Sources of supply that its import supersedes.
    #[serde(default)]
    pub replaces: Vec<String>,
    /// How well its count measures the supply of each need, 0..=1.
    #[serde(default)]
    pub reliability: BTreeMap<String, f64>,
    /// What it counts besides others, in words.
    #[serde(default)]
    pub overlaps: String,
}

#[derive(Deserialize)]
struct Shape {
    register: BTreeMap<String, DeclaredRegister>,
}

/// Reads the text of [`FILE`].
///
/// # Errors
/// When it does not parse or a number is out of its bounds.
pub fn read(text: &str) -> Result<Registers, DatasetError> {
    let fault = |reason: String| DatasetError::of_file(FILE, reason);
    let shape: Shape = toml::from_str(text).map_err(|cause| fault(cause.to_string()))?;
    let mut registers = shape.register;
    for (id, register) in &mut registers {
        register.id.clone_from(id);
        let shares = register.reliability.values().chain([&register.code_weight_min]);
        if shares.clone().any(|share| !(0.0..=1.0).contains(share)) {
            return Err(fault(format!("register `{id}`: a share is not in 0..=1")));
        }
        if !register.rows_per_1000_min.is_finite() || register.rows_per_1000_min <= 0.0 {
            return Err(fault(format!("register `{id}`: rows_per_1000_min must be above 0")));
        }
    }
    Ok(registers)
}

impl DeclaredRegister {
    /// What does not agree with the taxonomy, in words: a need or a nomenclature that it does
    /// not know, a need whose supply nothing in the register can count. Empty: all agrees.
    #[must_use]
    pub fn faults(&self, taxonomy: &Taxonomy) -> Vec<String> {
        let mut faults = Vec::new();
        let codes = |nomenclature: &str, weight_min: f64| -> Vec<Concept> {
            let needs = taxonomy.concepts(ConceptKind::Need).filter(|&need| {
                let mut codes = taxonomy.entry(need).codes.iter();
                codes.any(|c| c.nomenclature == nomenclature && c.weight >= weight_min)
            });
            needs.collect()
        };
        let mut counted: BTreeSet<Concept> = BTreeSet::new();
        for nomenclature in &self.nomenclatures {
            counted.extend(codes(nomenclature, self.code_weight_min));
            if codes(nomenclature, 0.0).is_empty() {
                faults.push(format!("`{}`: no need has a code of `{nomenclature}`", self.id));
            }
        }
        for id in self.reliability.keys() {
            match taxonomy.find(ConceptKind::Need, id) {
                None => faults.push(format!("`{}`: the need `{id}` does not exist", self.id)),
                Some(need) if !counted.contains(&need) => {
                    faults.push(format!("`{}`: no code counts the need `{id}`", self.id));
                }
                Some(_) => {}
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::datasets::taxonomy;
    use crate::catalogue::embedded;

    fn embedded_registers() -> Registers {
        let texts = embedded::index_texts();
        let (_, text) = texts.iter().find(|(name, _)| name == FILE).unwrap();
        read(text).unwrap()
    }

    fn seed_taxonomy() -> Taxonomy {
        let files = embedded::seed_files().into_iter().filter_map(|(path, content)| {
            let name = path.strip_prefix("taxonomy/")?.to_owned();
            Some((name, String::from_utf8(content.to_vec()).unwrap()))
        });
        taxonomy::parse(&files.collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn every_declared_register_agrees_with_the_taxonomy_and_the_seed() {
        let registers = embedded_registers();
        let taxonomy = seed_taxonomy();
        let sources = embedded::seed_file("supply/sources.csv").unwrap();
        let sources = std::str::from_utf8(sources).unwrap();
        for register in registers.values() {
            assert_eq!(register.faults(&taxonomy), Vec::<String>::new());
            for replaced in &register.replaces {
                let known = sources.lines().any(|line| line.starts_with(&format!("{replaced},")));
                assert!(known, "`{}` replaces `{replaced}`, which is no source", register.id);
            }
            let said = [&register.label_fr, &register.label_en, &register.unit_fr];
            let said = said.into_iter().chain([&register.unit_en, &register.publisher]);
            assert!(said.chain([&register.licence]).all(|text| !text.is_empty()));
        }
        // An association that is declared may be asleep.
        assert!(registers["rna"].reliability.values().all(|&h| h <= 0.2));
        // A list of enterprises says nothing of what they do, a map covers nothing.
        for silent in ["ess_france", "esus", "gogocarto"] {
            assert!(registers[silent].reliability.is_empty(), "{silent}");
        }
        assert!(registers["sirene_etablissements"].reliability["perte_autonomie"] > 0.5);
    }

    #[test]
    fn a_register_that_does_not_agree_says_why() {
        let text = r#"
            [register.mine]
            label_fr = "A"
            label_en = "A"
            unit_fr = "a"
            unit_en = "a"
            publisher = "a"
            url = ""
            licence = "a"
            nomenclatures = ["NAF2", "NAF1"]
            code_weight_min = 0.5
            rows_per_1000_min = 1.0
            [register.mine.reliability]
            perte_autonomie = 0.5
            isolement = 0.5
            inconnu = 0.5
        "#;
        let faults = read(text).unwrap()["mine"].faults(&seed_taxonomy());
        let expected = ["`NAF1`", "`inconnu` does not exist", "counts the need `isolement`"];
        for part in expected {
            assert!(faults.iter().any(|fault| fault.contains(part)), "{part}: {faults:?}");
        }
        assert_eq!(faults.len(), 3, "{faults:?}");
        for (from, to) in [
            ("rows_per_1000_min = 1.0", "rows_per_1000_min = 0.0"),
            ("perte_autonomie = 0.5", "perte_autonomie = 1.5"),
            ("label_en", "label_de"),
        ] {
            assert!(read(&text.replace(from, to)).is_err(), "{to}");
        }
    }
}
