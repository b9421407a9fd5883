//! « Longue vie aux objets »: the true records of the base, the published columns with
//! invented rows, and damaged copies.

use super::*;
use crate::domain::territory::Atlas;
use crate::imports::ledger::Ledger;
use crate::imports::registers::trials::{atlas, import, points, taxonomy};

fn reader() -> Ademe {
    Ademe::new(AdemeNeeds::new(&taxonomy(), 0.4))
}

/// The communes of the true records, then Lyon.
fn places() -> Atlas {
    atlas(&[
        ("01092", "Châtillon-la-Palud", 1_320, 45.97, 5.25),
        ("06027", "Cagnes-sur-Mer", 6_800, 43.66, 7.15),
        ("56007", "Auray", 56_400, 47.67, -2.99),
        ("56046", "Crach", 56_950, 47.61, -3.0),
        ("69123", "Lyon", 69_001, 45.76, 4.83),
    ])
}

fn reasons(ledger: &Ledger) -> Vec<(&str, usize)> {
    ledger.reasons.iter().map(|(code, reason)| (code.as_str(), reason.count)).collect()
}

#[test]
fn the_true_records_are_counted_by_their_services() {
    let path = format!("{}/tests/samples/ademe_acteurs/acteurs.json", env!("CARGO_MANIFEST_DIR"));
    let content = std::fs::read(path).expect("the sample");
    let rows: Vec<Value> = serde_json::from_slice(&content).unwrap();
    let taxonomy = taxonomy();
    let (ledgers, gathered) = import(
        &mut reader(),
        &[("acteurs.json", &content)],
        &places(),
        &taxonomy,
        Some(&[0, 1, 2, 3, 4]),
    );
    let kind =
        |word: &str| rows.iter().filter(|row| row["fields"]["acteur_type"][0] == word).count();
    let (online, points_of_drop) = (kind("acteur_digital"), kind("pav_public"));
    assert_eq!(ledgers[0].read, rows.len());
    assert_eq!(ledgers[0].kept, rows.len() - online - points_of_drop);
    assert_eq!(reasons(&ledgers[0]), [("online", online), ("place", points_of_drop)]);
    // Auray: two repairers, one second-hand shop of a school; the drop-off point is no one.
    assert!(points(&gathered, &taxonomy, "reparation_objets", 2) > 2.0);
    assert_eq!(points(&gathered, &taxonomy, "reemploi_objets", 2), 1.0);
    assert_eq!(points(&gathered, &taxonomy, "reemploi_objets", 4), 0.0);
    assert_eq!(gathered.supply.as_ref().unwrap().rows(), (rows.len() - online) as u64);
    let text = format!("{:?}", gathered.into_actors().rows);
    // Of a person who works alone, the name of the shop; every contributor is named.
    assert!(text.contains("RAPID'COUTURE AURAY") && !text.contains("hantrais"), "{text}");
    for named in ["ocad3e", "refashion", "sinoe", PUBLISHER] {
        assert!(text.contains(named), "{named}: {text}");
    }
    assert!(!text.contains("Le Relais Bretagne"), "{text}");
}

/// The columns of the published file, whose rows are `rows`: each a list of (column, value).
fn table(rows: &[&[(&str, &str)]]) -> String {
    let path = format!(
        "{}/tests/samples/ademe_acteurs/exposure_opendata_acteur.schema.yml",
        env!("CARGO_MANIFEST_DIR")
    );
    let schema = std::fs::read_to_string(path).expect("the schema");
    let columns: Vec<&str> =
        schema.lines().filter_map(|line| line.strip_prefix("      - name: ")).collect();
    assert_eq!(columns.len(), 44);
    let mut text = columns.join(",");
    for row in rows {
        let cells = columns.iter().map(|column| {
            let cell = row.iter().find(|(name, _)| name == column).map_or("", |(_, cell)| cell);
            format!("\"{}\"", cell.replace('"', "\"\""))
        });
        text = format!("{text}\n{}", cells.collect::<Vec<_>>().join(","));
    }
    text + "\n"
}

#[test]
fn the_published_columns_say_who_does_what_with_what() {
    let lyon = ("code_commune", "69381");
    let text = table(&[
        &[
            ("identifiant", "aaa"),
            ("nom", "Atelier Fictif"),
            ("type_dacteur", "ess"),
            lyon,
            ("reparer", "velo|vetement"),
            ("paternite", "ADEME|Réseau Fictif"),
            ("description", "Vélos réparés ensemble. Écrire à jean@exemple.org"),
            ("site_web", "exemple.org"),
            ("latitude", "45.76"),
            ("longitude", "4.83"),
            ("date_de_derniere_modification", "2026-03-01"),
            ("siret", "78467169500103"),
            ("telephone", "0400000000"),
        ],
        &[
            ("identifiant", "aaB"),
            ("nom", "Boutique Fictive"),
            ("type_dacteur", "commerce"),
            lyon,
            ("propositions_de_services", r#"[{"action": "acheter", "sous_categories": ["velo"]}]"#),
        ],
        &[("identifiant", "aaa"), ("nom", "Encore lui"), ("type_dacteur", "ess"), lyon],
        &[
            ("identifiant", "aac"),
            ("nom", "ATELIER FICTIF"),
            ("type_dacteur", "ess"),
            lyon,
            ("siret", "78467169500103"),
        ],
        &[
            ("identifiant", "aad"),
            ("nom", "À domicile"),
            ("type_dacteur", "artisan"),
            ("lieu_prestation", "A_DOMICILE"),
            ("reparer", "velo"),
        ],
        &[
            ("identifiant", "aae"),
            ("nom", "Borne"),
            ("type_dacteur", "pav_prive"),
            lyon,
            ("trier", "vetement"),
        ],
        &[
            ("identifiant", "aaf"),
            ("nom", "Ailleurs"),
            ("type_dacteur", "ess"),
            ("code_commune", "99999"),
        ],
        &[
            ("identifiant", "aag"),
            ("nom", "Ancien"),
            ("type_dacteur", "ess"),
            lyon,
            (
                "propositions_de_services",
                r#"[{"action": "donner_echanger_rapporter",
              "sous_categories": ["jouet"]}, {"action": "jai", "sous_categories": []}]"#,
            ),
        ],
        &[("nom", "Sans identifiant"), ("type_dacteur", "ess"), lyon],
    ]);
    let taxonomy = taxonomy();
    let mut atlas = places();
    atlas.arrondissements.push(crate::domain::territory::Arrondissement {
        insee: "69381".to_owned(),
        name: "Lyon 1er".to_owned(),
        commune: 4,
    });
    let (ledgers, gathered) =
        import(&mut reader(), &[("a.csv", text.as_bytes())], &atlas, &taxonomy, Some(&[4]));
    let ledger = &ledgers[0];
    assert_eq!((ledger.read, ledger.kept, ledger.merged), (9, 3, 2), "{ledger:?}");
    assert_eq!(ledger.rejected.len(), 2);
    let fields: Vec<&str> =
        ledger.rejected.iter().map(|entry| entry.problem.field.as_str()).collect();
    assert_eq!(fields, ["code_commune", "identifiant"]);
    assert_eq!(points(&gathered, &taxonomy, "reparation_velo", 4), 0.8);
    assert_eq!(points(&gathered, &taxonomy, "velo_abordable", 4), 0.7);
    assert!(points(&gathered, &taxonomy, "reemploi_objets", 4) > 1.0);
    assert_eq!(points(&gathered, &taxonomy, "collecte_textile", 4), 0.0);
    for code in ["grouped_action", "wide_action", "arrondissement"] {
        assert!(gathered.changes.0.contains_key(code), "{code}");
    }
    let text = format!("{:?}", gathered.into_actors().rows);
    for kept in
        ["Réseau Fictif", "https://exemple.org", "reparation_velo", "2026", "78467169500103"]
    {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    for lost in ["jean@", "0400000000"] {
        assert!(!text.contains(lost), "{lost}: {text}");
    }
}

#[test]
fn a_damaged_copy_keeps_its_good_rows() {
    let lyon = ("code_commune", "69123");
    let good: &[(&str, &str)] =
        &[("identifiant", "a"), ("nom", "Été"), ("type_dacteur", "ess"), lyon, ("reparer", "velo")];
    let text = table(&[good, &[("identifiant", "b"), ("nom", "B"), lyon]]);
    let taxonomy = taxonomy();
    // Cut in the middle of its last row.
    let cut = &text.as_bytes()[..text.len() - 60];
    let (ledgers, _) = import(&mut reader(), &[("a.csv", cut)], &places(), &taxonomy, None);
    assert_eq!((ledgers[0].kept, ledgers[0].rejected.len()), (1, 1), "{:?}", ledgers[0]);
    // In Latin-1, with a NUL byte in its second row.
    let latin: Vec<u8> = text
        .replace("\"B\"", "\"B\u{0}\"")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let (ledgers, gathered) =
        import(&mut reader(), &[("a.csv", &latin)], &places(), &taxonomy, Some(&[4]));
    assert_eq!((ledgers[0].kept, ledgers[0].rejected.len()), (1, 1), "{:?}", ledgers[0]);
    assert!(format!("{:?}", gathered.into_actors().rows).contains("Été"));
    // Shifted columns: the header says nothing that is known.
    let (ledgers, _) =
        import(&mut reader(), &[("a.csv", b"x;y\n1;2\n")], &places(), &taxonomy, None);
    assert!(ledgers[0].cut.as_ref().unwrap().problem.reason_fr.contains("`identifiant` absente"));
}
