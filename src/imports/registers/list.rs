//! The registers that can be imported, by the word typed.

use super::declared::Registers;
use super::sirene_establishments::SireneEstablishments;
use super::{NeedCodes, Register};
use crate::domain::taxonomy::Taxonomy;

/// A register that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Importable {
    /// The word typed after `import`.
    pub word: &'static str,
    /// Its declaration in `index/registers.toml`; empty where it counts no supply.
    pub register: &'static str,
    /// What it is, in French.
    pub fr: &'static str,
    /// What it is, in English.
    pub en: &'static str,
}

/// Every register, in the order of words.
pub const IMPORTABLE: &[Importable] = &[Importable {
    word: "sirene-etablissements",
    register: "sirene_etablissements",
    fr: "Sirene, stock des établissements (Insee)",
    en: "Sirene, stock of establishments (INSEE)",
}];

impl Importable {
    /// The register named by a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        IMPORTABLE.iter().find(|one| one.word == word).copied()
    }
}

/// A register ready to read.
#[must_use]
pub fn open(
    importable: Importable,
    declared: &Registers,
    taxonomy: &Taxonomy,
) -> Box<dyn Register + Send> {
    let codes = || {
        let register = declared.get(importable.register);
        register.map_or_else(NeedCodes::default, |one| {
            NeedCodes::new(taxonomy, &one.nomenclatures, one.code_weight_min)
        })
    };
    match importable.word {
        "sirene-etablissements" => Box::new(SireneEstablishments::new(codes())),
        other => unreachable!("`{other}` is in the list of registers and has no reader"),
    }
}
