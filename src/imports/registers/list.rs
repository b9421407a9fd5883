//! The registers that can be imported, by the word typed.

use std::sync::LazyLock;

use super::ademe::Ademe;
use super::ademe_rules::AdemeNeeds;
use super::aides_territoires::AidesTerritoires;
use super::bpe::{Equipment, EquipmentTypes};
use super::communes::Communes;
use super::data_inclusion::DataInclusion;
use super::data_inclusion_themes::Themes;
use super::declared::{DeclaredRegister, Registers};
use super::ess_france::EssFrance;
use super::esus::Esus;
use super::gogocarto::GoGoCarto;
use super::indicators_long::{IndicatorWords, IndicatorsLong};
use super::listed::{self, Listed};
use super::lists::DeclaredList;
use super::nomenclature::Nomenclature;
use super::rna::Rna;
use super::scheme_words::SchemeWords;
use super::sirene_daily::SireneDaily;
use super::sirene_establishments::{ActivityCodes, SireneEstablishments};
use super::sirene_periods::SirenePeriods;
use super::sirene_units::SireneUnits;
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
        "ademe-acteurs",
        "ademe",
        "Longue vie aux objets, acteurs du réemploi et de la réparation (ADEME)",
        "Longue vie aux objets, actors of reuse and repair (ADEME)",
    ),
    coded(
        "aides-territoires",
        "",
        "aides et appels à projets (Aides-territoires)",
        "aids and calls for projects (Aides-territoires)",
    ),
    coded(
        "bpe",
        "bpe",
        "Base permanente des équipements (Insee)",
        "Permanent database of facilities (INSEE)",
    ),
    coded(
        "communes",
        "",
        "communes et leurs mouvements (Insee) : les codes d’autrefois",
        "communes and their movements (INSEE): the codes of former years",
    ),
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
        "ess-france",
        "ess_france",
        "Liste nationale des entreprises de l’ESS (ESS France)",
        "National list of social-economy enterprises (ESS France)",
    ),
    coded(
        "esus",
        "esus",
        "Liste nationale des entreprises agréées ESUS (Direction générale du Trésor)",
        "National list of enterprises approved as socially useful (French Treasury)",
    ),
    coded(
        "gogocarto",
        "gogocarto",
        "cartes GoGoCarto : Transiscope, CartEco, Près de chez nous…",
        "GoGoCarto maps: Transiscope, CartEco, Près de chez nous…",
    ),
    coded(
        "indicateurs",
        "",
        "indicateurs en forme longue : un territoire, un indicateur, une année, une valeur par ligne",
        "indicators in long form: one territory, indicator, year and value for each line",
    ),
    coded(
        "nomenclature",
        "",
        "liste de codes, comparée à ceux de la taxonomie (rien n’est écrit)",
        "list of codes, compared with those of the taxonomy (nothing is written)",
    ),
    coded(
        "rna",
        "rna",
        "Répertoire national des associations, waldec et import (ministère de l’Intérieur)",
        "National register of associations, waldec and import (ministry of the Interior)",
    ),
    coded(
        "sirene-etablissements",
        "sirene_etablissements",
        "Sirene, stock des établissements (Insee)",
        "Sirene, stock of establishments (INSEE)",
    ),
    coded(
        "sirene-periodes",
        "sirene_etablissements",
        "Sirene, périodes des établissements (historique)",
        "Sirene, periods of establishments (history)",
    ),
    coded(
        "sirene-quotidien",
        "sirene_etablissements",
        "Sirene, fichiers quotidiens d’avant 2019",
        "Sirene, daily files of before 2019",
    ),
    coded(
        "sirene-unites",
        "sirene_unites",
        "Sirene, stock des unités légales (Insee) : ESS et sociétés à mission",
        "Sirene, stock of legal units (INSEE): social economy and mission companies",
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
    /// Whether it reads what earlier imports marked.
    #[must_use]
    pub fn reads_marks(self) -> bool {
        matches!(self.word, "sirene-etablissements" | "sirene-unites")
    }

    /// Whether it is published whole, so that what it no longer holds is no longer marked.
    #[must_use]
    pub fn is_whole_list(self) -> bool {
        matches!(self.word, "ess-france" | "esus")
    }

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
    // Two nomenclatures write other activities with the same signs.
    let codes_of = |nomenclature: &str| {
        let register = declared.get(importable.register);
        let declares =
            |one: &&DeclaredRegister| one.nomenclatures.iter().any(|n| n == nomenclature);
        register.filter(declares).map_or_else(NeedCodes::default, |one| {
            NeedCodes::new(taxonomy, &[nomenclature.to_owned()], one.code_weight_min)
        })
    };
    let activities = || ActivityCodes { naf2: codes_of("NAF2"), naf2025: codes_of("NAF2025") };
    match importable.word {
        "ademe-acteurs" => {
            let least = declared.get(importable.register).map_or(0.0, |one| one.code_weight_min);
            Box::new(Ademe::new(AdemeNeeds::new(taxonomy, least)))
        }
        "aides-territoires" => Box::new(AidesTerritoires::new(SchemeWords::embedded())),
        "bpe" => Box::new(Equipment::new(codes(), EquipmentTypes::embedded())),
        "communes" => Box::new(Communes::default()),
        word @ ("data-inclusion-services" | "data-inclusion-structures") => {
            Box::new(DataInclusion::new(word, Themes::new(codes(), taxonomy)))
        }
        "ess-france" => Box::new(EssFrance::default()),
        "esus" => Box::new(Esus::default()),
        "gogocarto" => Box::new(GoGoCarto::default()),
        "indicateurs" => Box::new(IndicatorsLong::new(IndicatorWords::embedded())),
        "nomenclature" => Box::new(Nomenclature::default()),
        "rna" => Box::new(Rna::new(codes())),
        "sirene-etablissements" => Box::new(SireneEstablishments::new(activities())),
        "sirene-periodes" => Box::new(SirenePeriods::new(codes_of("NAF2"))),
        "sirene-quotidien" => Box::new(SireneDaily::new(codes_of("NAF2"))),
        "sirene-unites" => Box::new(SireneUnits::default()),
        other => unreachable!("`{other}` is in the list of registers and has no reader"),
    }
}
