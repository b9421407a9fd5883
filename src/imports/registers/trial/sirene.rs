//! SIRENE tried: true samples, the traps of the published files, damaged copies.

use std::sync::Arc;

use super::{go_on, reason, reference, registers, siren, siret, survives, table, try_on, unzipped};
use crate::catalogue::datasets::DatasetFiles;
use crate::domain::concept::ConceptKind;
use crate::imports::registers::gathered::Gathered;
use crate::imports::registers::marks::{ESS, KnownMarks, MISSION, Marked, into_marks, number_of};

const UNITS: &str =
    include_str!("../../../../tests/samples/sirene_stock/StockUniteLegale_header.csv");
const UNITS_2025: &str =
    include_str!("../../../../tests/samples/sirene_stock/StockUniteLegale_header_avec_NAF25.csv");
const UNITS_MADE_UP: &[u8] =
    include_bytes!("../../../../tests/samples/sirene_stock/StockUniteLegale_anonymise_exemple.csv");
const UNITS_ESS: &[u8] =
    include_bytes!("../../../../tests/samples/sirene_stock/unites_legales_ess_numerique.csv.gz");
const UNITS_ENRICHED: &[u8] =
    include_bytes!("../../../../tests/samples/sirene_stock/ess_numerique_enrichi.csv.gz");
const ESTABLISHMENTS_MADE_UP: &[u8] = include_bytes!(
    "../../../../tests/samples/sirene_stock/StockEtablissement_geo_anonymise_exemple.csv"
);

fn establishments_header() -> &'static str {
    std::str::from_utf8(ESTABLISHMENTS_MADE_UP).unwrap().lines().next().unwrap()
}

/// Points counted for a need in a commune.
fn points(gathered: &Gathered, need: &str, commune: &str) -> f64 {
    let of = reference();
    let need = of.taxonomy.find(ConceptKind::Need, need).unwrap().at();
    let commune = of.atlas.commune(commune).unwrap();
    let counts = gathered.supply.as_ref().and_then(|supply| supply.of_need(need));
    counts.and_then(|counts| counts.get(&commune)).copied().unwrap_or(0.0)
}

/// A code of this nomenclature that means a need surely enough: need, code, weight.
fn code_of(nomenclature: &str) -> (String, String, f64) {
    let needs = reference().taxonomy.entries(ConceptKind::Need);
    let found = needs.iter().find_map(|need| {
        let mut codes = need.codes.iter();
        let code = codes.find(|one| one.nomenclature == nomenclature && one.weight >= 0.5)?;
        Some((need.id.clone(), code.code.clone(), code.weight))
    });
    found.unwrap()
}

#[test]
fn the_true_units_of_the_social_economy_are_all_marked() {
    let (gathered, ledger) = try_on("sirene-unites", "unites.csv.gz", UNITS_ESS, &[]);
    // Counted by another reader.
    let plain = unzipped(UNITS_ESS);
    let mut reader = csv::Reader::from_reader(plain.as_slice());
    let flagged = reader.records().filter(|row| &row.as_ref().unwrap()[4] == "O").count();
    assert_eq!((ledger.read, ledger.kept, gathered.marks.len()), (3372, flagged, flagged));
    let mark = &gathered.marks[&(100_029_172, ESS)];
    assert_eq!(mark.name.as_deref(), Some("JUNIOR ISEN-MEDITERANNEE"));
    // The enriched file has a byte order mark, codes as floats, flags in English.
    let (gathered, ledger) = try_on("sirene-unites", "enrichi.csv.gz", UNITS_ENRICHED, &[]);
    let plain = unzipped(UNITS_ENRICHED);
    let mut reader = csv::Reader::from_reader(&plain[3..]);
    let names = reader.headers().unwrap().clone();
    let at = |name: &str| names.iter().position(|one| one == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let is = |row: &csv::StringRecord, name: &str, value: &str| &row[at(name)] == value;
    let active = rows.iter().filter(|row| !is(row, "est_active", "False"));
    let social = active.clone().filter(|row| is(row, "flag_ess_sirene", "True")).count();
    let mission = active.clone().filter(|row| is(row, "societe_mission", "O")).count();
    let of = |word: &str| gathered.marks.keys().filter(|(_, one)| *one == word).count();
    assert_eq!((ledger.read, of(ESS), of(MISSION)), (rows.len(), social, mission));
    let numbered = |row: &&csv::StringRecord| row[at("rna")].starts_with('W');
    let expected = active.filter(|row| is(row, "flag_ess_sirene", "True")).filter(numbered).count();
    let of_ess =
        gathered.marks.iter().filter(|((_, word), mark)| *word == ESS && mark.rna.is_some());
    assert_eq!(of_ess.count(), expected);
}

#[test]
fn natural_persons_are_set_aside_and_a_flag_has_three_states() {
    let (gathered, ledger) = try_on("sirene-unites", "u.csv", UNITS_MADE_UP, &[]);
    assert_eq!(
        (ledger.read, reason(&ledger, "natural_person"), reason(&ledger, "ceased")),
        (4, 3, 1)
    );
    assert!(gathered.marks.is_empty());
    for (header, mission) in [(UNITS, 1), (UNITS_2025, 0)] {
        let [a, b, c, d] = [1, 2, 3, 4].map(siren);
        let flag = "economieSocialeSolidaireUniteLegale";
        let name = "denominationUniteLegale";
        let legal = "categorieJuridiqueUniteLegale";
        let state = ("etatAdministratifUniteLegale", "A");
        let rows: [&[(&str, &str)]; 7] = [
            &[("siren", &a), state, (flag, "O"), (name, "[ND]"), (legal, "9220")],
            &[("siren", &b), state, (flag, ""), (name, "B"), (legal, "5710")],
            &[("siren", &c), state, (flag, "N"), (name, "C"), (legal, "5710")],
            &[("siren", &d), state, ("nomUniteLegale", "DUPONT"), (legal, "1000"), (flag, "O")],
            &[("siren", "123456789"), state, (flag, "O"), (name, "E"), (legal, "9220")],
            &[("siren", &a), state, (flag, "O"), (name, "A"), (legal, "9220")],
            &[("siren", &b), state, (flag, "X"), (name, "B"), (legal, "5710")],
        ];
        let mut file = String::from_utf8(table(header, &rows)).unwrap();
        if mission == 1 {
            file = file.replacen(",B,,,,5710,,,,,,", ",B,,,,5710,,,,,O,", 1);
        }
        let (gathered, ledger) = try_on("sirene-unites", "u.csv", file.as_bytes(), &[]);
        assert_eq!((ledger.kept, ledger.merged), (1 + mission, 1), "{ledger:?}");
        assert_eq!(reason(&ledger, "unmarked"), 2 - mission);
        assert_eq!((reason(&ledger, "natural_person"), ledger.rejected.len()), (1, 2));
        assert!(ledger.rejected[0].problem.reason_fr.contains("SIREN"));
        assert_eq!(ledger.rejected[1].problem.value, "X");
        let marks: Vec<&str> = gathered.marks.keys().map(|(_, word)| *word).collect();
        assert_eq!(marks, [ESS, MISSION][..1 + mission].to_vec());
        assert!(!format!("{gathered:?}").contains("DUPONT"));
    }
}

#[test]
fn establishments_count_where_they_stand_by_the_code_of_their_nomenclature() {
    let (need, code, weight) = code_of("NAF2");
    let (need_2025, code_2025, weight_2025) = code_of("NAF2025");
    let numbers: Vec<String> = (0..9).map(|at| siret(at, 1)).collect();
    let (activity, nomenclature, commune, state) = (
        "activitePrincipaleEtablissement",
        "nomenclatureActivitePrincipaleEtablissement",
        "codeCommuneEtablissement",
        "etatAdministratifEtablissement",
    );
    let (active, rev2) = ((state, "A"), (nomenclature, "NAFRev2"));
    let rows: [&[(&str, &str)]; 10] = [
        &[("siret", &numbers[0]), active, (commune, "69383"), (activity, &code), rev2],
        &[("siret", &numbers[1]), (state, "F"), (commune, "69383"), (activity, &code), rev2],
        // The same letters of an older nomenclature are not read.
        &[
            ("siret", &numbers[2]),
            active,
            (commune, "69383"),
            (activity, &code),
            (nomenclature, "NAFRev1"),
        ],
        &[
            ("siret", &numbers[3]),
            active,
            (commune, "69266"),
            (activity, &code_2025),
            (nomenclature, "NAF2025"),
        ],
        &[
            ("siret", &numbers[4]),
            active,
            ("codePaysEtrangerEtablissement", "99109"),
            (activity, &code),
            rev2,
        ],
        &[("siret", &numbers[5]), active, (commune, "[ND]"), (activity, &code), rev2],
        &[("siret", &numbers[0]), active, (commune, "69383"), (activity, &code), rev2],
        &[("siret", "12345678901234"), active, (commune, "69383"), (activity, &code), rev2],
        &[("siret", &numbers[6]), active, (commune, "99999"), (activity, &code), rev2],
        &[("siret", &numbers[7]), ("longitude", "A"), (commune, "69383"), (activity, &code), rev2],
    ];
    let file = table(establishments_header(), &rows);
    let (gathered, ledger) = try_on("sirene-etablissements", "e.csv", &file, &[]);
    assert_eq!((ledger.read, ledger.kept, ledger.merged), (10, 3, 1), "{ledger:?}");
    let asides = ["closed", "abroad", "no_commune"].map(|code| reason(&ledger, code));
    assert_eq!((asides, ledger.rejected.len()), ([1, 1, 1], 3));
    assert!((points(&gathered, &need, "69123") - weight).abs() < 1e-9);
    assert!((points(&gathered, &need_2025, "69266") - weight_2025).abs() < 1e-9);
    assert_eq!(gathered.changes.0["arrondissement"].count, 3);
    // The columns of 2025 beside those of 2008.
    let header = format!("{},activitePrincipaleNAF25Etablissement", establishments_header());
    let row: &[(&str, &str)] = &[
        ("siret", &numbers[8]),
        active,
        (commune, "69266"),
        (activity, "00.00Z"),
        rev2,
        ("activitePrincipaleNAF25Etablissement", &code_2025),
    ];
    let file = table(&header, &[row]);
    let (gathered, _) = try_on("sirene-etablissements", "e.csv", &file, &[]);
    assert!((points(&gathered, &need_2025, "69266") - weight_2025).abs() < 1e-9);
    // Made-up numbers have wrong keys: refused, and said.
    let (_, ledger) = try_on("sirene-etablissements", "e.csv", ESTABLISHMENTS_MADE_UP, &[]);
    assert_eq!((ledger.read, reason(&ledger, "closed"), ledger.rejected.len()), (5, 1, 4));
}

#[test]
fn units_then_establishments_give_actors_of_the_social_economy() {
    let (need, code, _) = code_of("NAF2");
    let (social, other) = (siren(21), siren(22));
    let flag = "economieSocialeSolidaireUniteLegale";
    let units = table(
        UNITS,
        &[&[
            ("siren", &social),
            ("etatAdministratifUniteLegale", "A"),
            (flag, "O"),
            ("denominationUniteLegale", "LA  RECUP"),
            ("categorieJuridiqueUniteLegale", "9220"),
        ]],
    );
    let (first, _) = try_on("sirene-unites", "u.csv", &units, &[]);
    let marked = Marked {
        register: &registers()["sirene_unites"],
        year: Some(2026),
        marks: &first.marks,
        unmarked: &first.unmarked,
        whole: false,
    };
    let files = into_marks(&DatasetFiles::new(), marked).unwrap();
    let [a, b, c] = [siret(21, 1), siret(21, 2), siret(22, 1)];
    let own: [(&str, &str); 4] = [
        ("etatAdministratifEtablissement", "A"),
        ("codeCommuneEtablissement", "69266"),
        ("activitePrincipaleEtablissement", &code),
        ("nomenclatureActivitePrincipaleEtablissement", "NAFRev2"),
    ];
    let row = |more: &[(&'static str, &str)]| {
        [&own[..], more]
            .concat()
            .iter()
            .map(|(a, b)| (a.to_string(), b.to_string()))
            .collect::<Vec<_>>()
    };
    let rows = [
        row(&[("siret", &a)]),
        row(&[
            ("siret", &b),
            ("enseigne1Etablissement", "RECUP DU COIN"),
            ("longitude", "4.88"),
            ("latitude", "45.77"),
            ("geo_score", "0.9"),
            ("geo_type", "housenumber"),
        ]),
        row(&[("siret", &c), ("enseigne1Etablissement", "CHEZ JEAN DUPONT")]),
    ];
    let rows: Vec<Vec<(&str, &str)>> = rows
        .iter()
        .map(|row| row.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect())
        .collect();
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    let file = table(establishments_header(), &rows);
    let mut gathered = Gathered::default();
    gathered.known = Arc::new(KnownMarks::read(&files, "sirene_etablissements", true).unwrap());
    gathered.actors_in(Some(&[reference().atlas.commune("69266").unwrap()]));
    let ledger = go_on("sirene-etablissements", "e.csv", &file, &mut gathered);
    assert_eq!((ledger.kept, gathered.changes.0["ess"].count), (3, 2));
    assert!(!format!("{gathered:?}").contains("DUPONT") && number_of(&other).is_some());
    let parsed = gathered.into_actors();
    assert_eq!((parsed.ledger.rejected.len(), parsed.rows.len()), (0, 2), "{:?}", parsed.ledger);
    let bodies: Vec<_> = parsed.rows.iter().map(|row| &row.body).collect();
    assert_eq!((&bodies[0]["name"], &bodies[0]["insee"]), (&"LA RECUP".into(), &"69266".into()));
    assert_eq!((&bodies[1]["name"], &bodies[1]["lat"]), (&"RECUP DU COIN".into(), &45.77.into()));
    assert_eq!(bodies[1]["needs"], serde_json::json!([need]));
    assert_eq!(bodies[1]["sources"][0]["year"], 2026);
    assert!(bodies[1]["sources"][0]["licence"].as_str().unwrap().contains("Licence Ouverte"));
    // Without marks nobody is of the social economy, and the account says what to do.
    let (gathered, ledger) = try_on("sirene-etablissements", "e.csv", &file, &["69266"]);
    assert_eq!((ledger.kept, gathered.actors.len()), (3, 0));
    assert!(gathered.changes.0.contains_key("no_marks"));
}

#[test]
fn damaged_copies_lose_their_damaged_row_only() {
    let numbers: Vec<(String, String)> = (0..6).map(|at| (siren(at), siret(at, 1))).collect();
    let mut units = Vec::new();
    let mut places = Vec::new();
    for (siren, siret) in &numbers {
        units.push([
            ("siren", siren.as_str()),
            ("denominationUniteLegale", "Atelier"),
            ("categorieJuridiqueUniteLegale", "9220"),
            ("economieSocialeSolidaireUniteLegale", "O"),
            ("etatAdministratifUniteLegale", "A"),
        ]);
        places.push([
            ("siren", siren.as_str()),
            ("siret", siret.as_str()),
            ("codeCommuneEtablissement", "69266"),
            ("etatAdministratifEtablissement", "A"),
            ("activitePrincipaleEtablissement", "88.10A"),
            ("nomenclatureActivitePrincipaleEtablissement", "NAFRev2"),
        ]);
    }
    let units: Vec<&[(&str, &str)]> = units.iter().map(<[_; 5]>::as_slice).collect();
    survives("sirene-unites", &table(UNITS, &units));
    let places: Vec<&[(&str, &str)]> = places.iter().map(<[_; 6]>::as_slice).collect();
    survives("sirene-etablissements", &table(establishments_header(), &places));
}

#[test]
fn a_file_of_other_columns_is_refused_with_what_to_do() {
    let (_, ledger) = try_on("sirene-etablissements", "u.csv", UNITS_MADE_UP, &[]);
    assert_eq!((ledger.read, ledger.refused()), (0, 0));
    let problem = &ledger.cut.as_ref().unwrap().problem;
    assert!(problem.reason_fr.contains("siret"));
    assert!(problem.way_out_fr.contains("sirene-unites"));
}
