//! A small taxonomy for the tests of this module.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::taxonomy::{CodeUse, ConceptEntry, Taxonomy};

use super::Annotator;

const TEXT: &str = r#"
[[theme]]
id = "textile"
label_fr = "Textile"
terms = ["textile", "vêtements", "couture"]
weak_terms = ["tissu"]
not_this = ["tissu associatif"]
aliases = ["mode responsable", "mode"]
[[theme]]
id = "mobilites"
label_fr = "Mobilités"
terms = ["mobilité", "vélo", "transport"]
weak_terms = ["cycle"]
not_this = ["cycle de conférences"]
[[theme]]
id = "petite_enfance"
label_fr = "Petite enfance"
aliases = ["petite enfance", "enfance"]
[[theme]]
id = "logement"
label_fr = "Logement"
terms = ["logement"]
[[theme]]
id = "batiment_durable"
label_fr = "Bâtiment durable"
weak_terms = ["énergie"]
not_this = ["énergie des bénévoles"]
aliases = ["bâtiment durable"]
[[theme]]
id = "emploi"
label_fr = "Emploi"
aliases = ["emploi & insertion"]
terms = ["emploi"]

[[need]]
id = "articles_bebe"
themes = ["petite_enfance"]
label_fr = "Articles et vêtements de bébé"
terms = ["layette", "articles de puériculture", "vêtements de bébé"]
weak_terms = ["bébé"]
terms_en = ["baby clothes"]
lay = ["rien pour habiller le bébé qui arrive", "une poussette et un lit pour le petit", "elle va accoucher et elle n'a ni lit ni couches", "pas de quoi habiller le petit qui grandit", "où trouver une poussette pas chère"]
not_this = ["bébé nageur"]
antonyms = ["assez de layette"]
[[need]]
id = "dechets_textiles"
themes = ["textile"]
label_fr = "Déchets textiles"
definition = "Les vêtements usagés sont jetés faute de collecte et de tri."
terms = ["déchets textiles", "collecte de vêtements", "textiles usagés"]
lay = ["les sacs d'habits traînent devant les bornes pleines", "on jette des sacs d'habits à la poubelle", "personne ne reprend nos vieux habits"]
[[need]]
id = "reparation_automobile"
themes = ["mobilites"]
label_fr = "Réparation automobile abordable"
terms = ["garage solidaire", "réparation automobile"]
terms_en = ["car repair"]
lay = ["sa voiture est en panne et le garagiste coûte trop cher", "il ne peut pas payer le garagiste", "la voiture ne passe pas au contrôle technique"]
codes = [["NAF2", "45.20A"], ["RNA", "032520"], ["DI_THEMATIQUE", "mobilite--entretenir-reparer-son-vehicule"]]
[[need]]
id = "acces_logement"
themes = ["logement"]
label_fr = "Accès à un logement abordable"
terms = ["manque de logements", "logement abordable", "accès au logement"]
lay = ["les loyers sont trop chers pour les jeunes couples", "on dort dans la voiture"]
[[need]]
id = "hebergement_urgence"
themes = ["logement"]
label_fr = "Hébergement d’urgence"
terms = ["hébergement", "mise à l'abri"]
[[need]]
id = "emploi_eloignes"
themes = ["emploi"]
label_fr = "Emploi des personnes éloignées du travail"
definition = "Des personnes sans emploi attendent une insertion."
terms = ["insertion professionnelle", "retour à l'emploi", "chantier d'insertion"]
weak_terms = ["insertion"]

[[public]]
id = "personnes_agees"
label_fr = "Personnes âgées"
terms = ["personnes âgées", "aînés"]
[[public]]
id = "personnes_handicapees"
label_fr = "Personnes handicapées"
terms = ["personnes handicapées"]
[[public]]
id = "personnes_sans_abri"
label_fr = "Personnes sans domicile"
terms = ["sans domicile", "sans-abri"]
[[public]]
id = "parents"
label_fr = "Parents"
terms = ["parents"]
[[public]]
id = "salaries_insertion"
label_fr = "Salariés en insertion"
terms = ["salariés en insertion"]

[[resource]]
id = "local"
label_fr = "Local"
terms = ["local de permanence", "grand local"]
weak_terms = ["local"]
not_this = ["emploi local"]
[[resource]]
id = "vetements_bas_prix"
label_fr = "Vêtements à bas prix"
terms = ["vêtements à bas prix", "vêtements à petit prix"]
[[resource]]
id = "service_reparation"
label_fr = "Réparation"
terms = ["garage solidaire", "service de réparation"]
[[resource]]
id = "prescripteurs"
label_fr = "Prescripteurs et orienteurs"
terms = ["prescripteurs"]

[[step]]
id = "reparation"
label_fr = "Réparation et remise en état"
terms = ["réparation", "réparer", "couturière", "remise en état"]
denials = ["tout part à la casse"]
[[step]]
id = "collecte"
label_fr = "Collecte"
terms = ["collecte", "ramassage"]
[[step]]
id = "tri"
label_fr = "Tri"
terms = ["tri"]
[[step]]
id = "vente"
label_fr = "Vente"
terms = ["vente", "boutique", "friperie"]
[[step]]
id = "hebergement"
label_fr = "Hébergement et logement"
terms = ["hébergement"]
[[step]]
id = "insertion_emploi"
label_fr = "Mise à l’emploi"
terms = ["chantier d'insertion", "insertion"]
"#;

/// The annotator of the small taxonomy.
pub(crate) fn annotator() -> Annotator {
    Annotator::new(Arc::new(taxonomy(&[TEXT])))
}

/// A need of the small taxonomy.
pub(crate) fn need(annotator: &Annotator, id: &str) -> Concept {
    annotator.taxonomy().find(ConceptKind::Need, id).expect("a need of the small taxonomy")
}

/// A taxonomy from files in the format of the seed.
pub(crate) fn taxonomy(files: &[&str]) -> Taxonomy {
    let mut tables: BTreeMap<ConceptKind, Vec<toml::Table>> = BTreeMap::new();
    for file in files {
        let file: toml::Table = file.parse().expect("the taxonomy parses");
        for kind in ConceptKind::ALL {
            if let Some(list) = file.get(kind.as_str()).and_then(toml::Value::as_array) {
                let list = list.iter().filter_map(toml::Value::as_table).cloned();
                tables.entry(kind).or_default().extend(list);
            }
        }
    }
    let mut ids: BTreeMap<(ConceptKind, String), Concept> = BTreeMap::new();
    for (&kind, list) in &mut tables {
        list.sort_by_key(|table| word(table, "id"));
        for (index, table) in list.iter().enumerate() {
            let index = u16::try_from(index).expect("few concepts");
            ids.insert((kind, word(table, "id")), Concept { kind, index });
        }
    }
    let find = |kind, id: &str| ids.get(&(kind, id.to_owned())).copied();
    let entries = tables
        .iter()
        .map(|(&kind, list)| {
            let list = list
                .iter()
                .map(|t| ConceptEntry {
                    id: word(t, "id"),
                    parent: find(kind, &word(t, "parent")),
                    themes: words(t, "themes")
                        .iter()
                        .filter_map(|id| find(ConceptKind::Theme, id))
                        .collect(),
                    label_fr: word(t, "label_fr"),
                    label_en: word(t, "label_en"),
                    definition_fr: word(t, "definition"),
                    definition_en: word(t, "definition_en"),
                    terms: words(t, "terms"),
                    weak_terms: words(t, "weak_terms"),
                    terms_en: words(t, "terms_en"),
                    lay: words(t, "lay"),
                    not_this: words(t, "not_this"),
                    antonyms: words(t, "antonyms"),
                    denials: words(t, "denials"),
                    aliases: words(t, "aliases"),
                    codes: codes(t),
                    ..ConceptEntry::default()
                })
                .collect();
            (kind, list)
        })
        .collect();
    Taxonomy::new(entries)
}

fn word(table: &toml::Table, key: &str) -> String {
    table.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned()
}

fn words(table: &toml::Table, key: &str) -> Vec<String> {
    let list = table.get(key).and_then(toml::Value::as_array);
    list.into_iter().flatten().filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

/// Codes as `[nomenclature, code]` pairs (short form) or as the seed's tables.
fn codes(table: &toml::Table) -> Vec<CodeUse> {
    let list = table.get("codes").and_then(toml::Value::as_array);
    list.into_iter()
        .flatten()
        .map(|code| match (code.as_array(), code.as_table()) {
            (Some(pair), _) => CodeUse {
                nomenclature: pair[0].as_str().unwrap_or_default().to_owned(),
                code: pair[1].as_str().unwrap_or_default().to_owned(),
                weight: 0.8,
            },
            (_, Some(row)) => CodeUse {
                nomenclature: word(row, "nomenclature"),
                code: word(row, "code"),
                weight: row.get("weight").and_then(toml::Value::as_float).unwrap_or(1.0),
            },
            _ => CodeUse { nomenclature: String::new(), code: String::new(), weight: 0.0 },
        })
        .collect()
}
