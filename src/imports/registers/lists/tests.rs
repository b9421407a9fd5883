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
