use super::*;
use crate::catalogue::datasets::taxonomy;
use crate::catalogue::embedded;

fn embedded_lists() -> Lists {
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
fn every_declared_list_agrees_with_the_taxonomy_and_the_seed() {
    let lists = embedded_lists();
    let taxonomy = seed_taxonomy();
    let sources = std::str::from_utf8(embedded::seed_file("supply/sources.csv").unwrap()).unwrap();
    for list in lists.values() {
        assert_eq!(list.faults(&taxonomy), Vec::<String>::new());
        for replaced in &list.replaces {
            let known = sources.lines().any(|line| line.starts_with(&format!("{replaced},")));
            assert!(known, "`{}` replaces `{replaced}`, which is no source", list.id);
        }
        assert!(!list.licence.is_empty() && !list.publisher.is_empty(), "{}", list.id);
        // What is no organisation and no place has nothing to count.
        assert!(list.kind != ListKind::Reference || list.supply.is_empty(), "{}", list.id);
    }
    // A new file of these takes the place of the counts of the seed.
    for source in ["france_services", "bnlc_covoiturage", "esat", "sae_hopitaux", "bibliotheques"] {
        let counts = |list: &DeclaredList| list.supply.iter().any(|one| one.source_id == source);
        assert!(lists.values().any(counts), "{source}");
        assert!(sources.lines().any(|line| line.starts_with(&format!("{source},"))), "{source}");
    }
}

#[test]
fn a_cell_passes_whatever_its_case_and_an_absent_one_is_empty() {
    let test = |any: &[&str], has: &[&str], not: &[&str], not_prefix: &[&str]| CellTest {
        column: "c".to_owned(),
        any: any.iter().map(|&w| w.to_owned()).collect(),
        has: has.iter().map(|&w| w.to_owned()).collect(),
        not: not.iter().map(|&w| w.to_owned()).collect(),
        not_prefix: not_prefix.iter().map(|&w| w.to_owned()).collect(),
        ..CellTest::default()
    };
    assert!(test(&["ACI"], &[], &[], &[]).passes(" aci "));
    assert!(!test(&["ACI"], &[], &[], &[]).passes("EI"));
    assert!(test(&[], &["biodéchets"], &[], &[]).passes("Tri des Biodéchets"));
    assert!(!test(&[], &["biodéchets"], &[], &[]).passes(""));
    assert!(!test(&[], &[], &["0", ""], &[]).passes(""));
    assert!(test(&[], &[], &["0", ""], &[]).passes("66"));
    assert!(!test(&[], &[], &[], &["1"]).passes("1000.0"));
    assert!(test(&[], &[], &[], &["1"]).passes("9220.0"));
}

#[test]
fn codes_of_overseas_are_brought_to_those_of_insee() {
    let lists = embedded_lists();
    let sae = &lists["sae"];
    assert_eq!(sae.rewritten("9A101"), "97101");
    assert_eq!(sae.rewritten("9D411"), "97411");
    assert_eq!(sae.rewritten("2A004"), "2A004");
    assert_eq!(sae.rewritten("69383"), "69383");
    assert_eq!(lists["france_services"].rewritten("9A101"), "9A101");
}

#[test]
fn columns_are_named_once_and_a_key_falls_back_on_the_id() {
    let lists = embedded_lists();
    let siae = &lists["siae_liste"];
    assert_eq!(siae.key_columns(), ["SIRET"]);
    assert_eq!(siae.columns().iter().filter(|&&name| name == "SIRET").count(), 1);
    assert!(siae.columns().contains(&"MESURE"));
    assert_eq!(lists["esat_finess"].key_columns(), ["ET-N°FINESS"]);
    assert_eq!(lists["hinaura"].key_columns().len(), 2, "no id: its name in its town");
}

#[test]
fn a_list_that_says_too_little_or_too_much_is_refused() {
    let text = r#"
        [list.mine]
        label_fr = "A"
        label_en = "A"
        file_hint = "a.csv"
        publisher = "a"
        licence = "a"
        url = ""
        kind = "actor"
        required = ["id"]
        id = "id"
        name = ["nom"]
        keep = [{ column = "c", any = ["a"], why_fr = "b", why_en = "b" }]
        perimeter = "dense"
        rows_per_1000_min = 1.0
        [[list.mine.supply]]
        source_id = "s"
        label_fr = "A"
        unit_fr = "a"
        need = "isolement"
        weight = 1.0
        reliability = 0.5
    "#;
    assert!(read(text).is_ok());
    for (from, to, said) in [
        ("id = \"id\"", "lat = [\"y\"]\nkey = [\"a\"]", "`lon`"),
        ("\n        id = \"id\"", "", "neither"),
        ("rows_per_1000_min = 1.0", "", "dense"),
        ("\"dense\"", "\"france\"", "rows_min"),
        ("\"dense\"", "[\"01\"]", "rows_min"),
        ("\"dense\"", "\"none\"", "nowhere"),
        ("any = [\"a\"], ", "", "asks nothing"),
        ("why_en = \"b\"", "why_en = \"\"", "does not say why"),
        ("reliability = 0.5", "reliability = 1.5", "out of bounds"),
        ("weight = 1.0", "weight = 0.0", "out of bounds"),
        ("kind = \"actor\"", "kind = \"acteur\"", "acteur"),
        ("publisher", "editor", "editor"),
    ] {
        let cause = read(&text.replace(from, to)).unwrap_err();
        assert!(cause.reason.contains(said), "{to}: {cause}");
    }
    let (head, supply) = text.split_once("[[list.mine.supply]]").unwrap();
    let twice = format!("{head}[[list.mine.supply]]{supply}[[list.mine.supply]]{supply}");
    assert!(read(&twice).unwrap_err().reason.contains("counts twice"));
    let other = supply.replace("isolement", "deuil");
    let other = format!("{other}\nwhen = {{ column = \"c\", any = [\"x\"] }}");
    let sorts = format!("{head}[[list.mine.supply]]{supply}[[list.mine.supply]]{other}");
    assert!(read(&sorts).unwrap_err().reason.contains("two sorts"), "{sorts}");
}

/// The text of a true sample.
fn sample(path: &str) -> String {
    use std::io::Read as _;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let bytes = std::fs::read(folder.join(path)).unwrap();
    let mut plain = Vec::new();
    if path.ends_with(".gz") {
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).unwrap();
    } else {
        plain = bytes;
    }
    crate::imports::clean::decode(&plain).0.into_owned()
}

#[test]
fn the_columns_declared_are_those_of_the_true_files() {
    let lists = embedded_lists();
    let csv = [
        ("france_services", ',', "france_services/liste-fs-20240801.csv.gz"),
        ("bnlc_covoiturage", ',', "bnlc_covoiturage/bnlc.csv.gz"),
        ("esat_finess", ',', "esat_finess/seed_esat__liste_officielle.csv.gz"),
        ("sae", ';', "sae_2023/ID_2023r.csv.gz"),
        ("bibliotheques", ';', "bibliotheques/adresses-des-bibliotheques-publiques_aura.csv.gz"),
        ("ma_cantine", ',', "ma_cantine/campagne_td_2023_aura.csv.gz"),
        ("tiers_lieux_numeriques", ',', "tiers_lieux/tiers_lieux_numeriques_2023.csv"),
        ("fonds_vert_2023", ';', "dispositifs_soutien/fonds-vert-2023-export.csv.gz"),
        ("ess_numerique", ',', "sirene_stock/ess_numerique_enrichi.csv.gz"),
        ("ess_unites_legales", ',', "sirene_stock/unites_legales_ess_numerique.csv.gz"),
        ("ess_x_naf", ',', "ess_france/ess_x_naf_derive.csv.gz"),
        ("dechets_produits", ',', "ademe_acteurs/que-faire-de-mes-dechets-produits.csv.gz"),
    ];
    for (id, separator, path) in csv {
        let text = sample(path);
        let header = text.lines().next().unwrap().trim_start_matches('\u{feff}');
        let names: Vec<&str> = header.split(separator).map(|name| name.trim_matches('"')).collect();
        for column in lists[id].columns() {
            assert!(names.contains(&column), "`{id}`: no column `{column}` in {path}");
        }
    }
    let json = [
        ("hinaura", "mediation_numerique/hinaura_aura.json.gz"),
        ("lieux_mednum", "mediation_numerique/lieux_mednum_source.json.gz"),
        ("fabriques_territoire", "tiers_lieux/fabt_geom.geojson.gz"),
        ("manufactures_proximite", "tiers_lieux/manuprox_geom.geojson"),
    ];
    for (id, path) in json {
        let read: serde_json::Value = serde_json::from_str(&sample(path)).unwrap();
        let rows = read.get("features").unwrap_or(&read).as_array().unwrap();
        for column in lists[id].columns() {
            let (outer, inner) = column.split_once('.').unwrap_or((column, ""));
            let has = |row: &serde_json::Value| {
                let inside = row.get(outer).and_then(|inside| inside.get(inner));
                row.get(column).or(inside).is_some()
            };
            assert!(rows.iter().any(has), "`{id}`: no field `{column}` in {path}");
        }
    }
}
