//! The registers that can be imported, by the word typed.

use std::sync::LazyLock;

use super::data_inclusion::DataInclusion;
use super::data_inclusion_themes::Themes;
use super::declared::Registers;
use super::listed::{self, Listed};
use super::lists::DeclaredList;
use super::sirene_establishments::SireneEstablishments;
use super::{NeedCodes, Register};
use crate::domain::taxonomy::Taxonomy;

/// A register that can be imported.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Importable {
    /// The word typed after `import`.
    pub word: &'static str,
    /// Its declaration in `index/registers.toml`; empty where it has none.
    pub register: &'static str,
    /// Its declaration in `index/lists.toml`, where it is a declared list.
    pub list: Option<&'static DeclaredList>,
    /// What it is, in French.
    pub fr: &'static str,
    /// What it is, in English.
    pub en: &'static str,
}

/// A register with code of its own.
const fn coded(
    word: &'static str,
    register: &'static str,
    fr: &'static str,
    en: &'static str,
) -> Importable {
    Importable { word, register, list: None, fr, en }
}

/// The registers with code of their own, in the order of words.
const CODED: &[Importable] = &[
    coded(
        "data-inclusion-services",
        "data_inclusion",
        "data·inclusion, services (donnez d’abord les structures)",
        "data·inclusion, services (give the structures first)",
    ),
    coded(
        "data-inclusion-structures",
        "data_inclusion",
        "data·inclusion, structures",
        "data·inclusion, structures",
    ),
    coded(
        "sirene-etablissements",
        "sirene_etablissements",
        "Sirene, stock des établissements (Insee)",
        "Sirene, stock of establishments (INSEE)",
    ),
];

/// Every register, in the order of words.
static ALL: LazyLock<Vec<Importable>> = LazyLock::new(|| {
    let lists = listed::shipped().values().map(|list| Importable {
        word: &list.word,
        register: "",
        list: Some(list),
        fr: &list.label_fr,
        en: &list.label_en,
    });
    let mut all: Vec<Importable> = CODED.iter().copied().chain(lists).collect();
    all.sort_by_key(|one| one.word);
    all
});

/// Every register, in the order of words.
#[must_use]
pub fn importables() -> &'static [Importable] {
    &ALL
}

impl Importable {
    /// The register named by a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        importables().iter().find(|one| one.word == word).copied()
    }
}

/// A register ready to read.
#[must_use]
pub fn open(
    importable: Importable,
    declared: &Registers,
    taxonomy: &Taxonomy,
) -> Box<dyn Register + Send> {
    if let Some(list) = importable.list {
        return Box::new(Listed::new(list));
    }
    let codes = || {
        let register = declared.get(importable.register);
        register.map_or_else(NeedCodes::default, |one| {
            NeedCodes::new(taxonomy, &one.nomenclatures, one.code_weight_min)
        })
    };
    match importable.word {
        word @ ("data-inclusion-services" | "data-inclusion-structures") => {
            Box::new(DataInclusion::new(word, Themes::new(codes(), taxonomy)))
        }
        "sirene-etablissements" => Box::new(SireneEstablishments::new(codes())),
        other => unreachable!("`{other}` is in the list of registers and has no reader"),
    }
}
