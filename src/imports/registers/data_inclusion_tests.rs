//! data·inclusion: true dumps of 2022 and of the former schema, the schema in force, and
//! damaged copies.

use std::io::Read as _;

use serde_json::{Value, json};

use super::*;
use crate::domain::territory::Atlas;
use crate::imports::ledger::Ledger;
use crate::imports::registers::NeedCodes;
use crate::imports::registers::trials::{atlas, import, points, taxonomy};

fn reader() -> DataInclusion {
    let taxonomy = taxonomy();
    let codes = NeedCodes::new(&taxonomy, &["DI_THEMATIQUE".to_owned()], 0.5);
    DataInclusion::new("data-inclusion-structures", Themes::new(codes, &taxonomy))
}

/// Lyon, Villeurbanne and Vienne.
fn places() -> Atlas {
    atlas(&[
        ("38544", "Vienne", 38_200, 45.52, 4.88),
        ("69123", "Lyon", 69_001, 45.76, 4.83),
        ("69266", "Villeurbanne", 69_100, 45.77, 4.89),
    ])
}

fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/samples/data_inclusion/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut content = Vec::new();
    let file = std::fs::File::open(&path).expect("the sample");
    flate2::read::GzDecoder::new(file).read_to_end(&mut content).expect("a gzip");
    content
}

/// Every commune that a sample names, so that none is unknown for want of an atlas.
fn atlas_of(samples: &[&[u8]]) -> Atlas {
    let mut all: BTreeMap<String, (String, u32)> = BTreeMap::new();
    for content in samples {
        let rows: Vec<Value> = serde_json::from_slice(content).unwrap();
        for row in &rows {
            let text = |field: &str| row[field].as_str().unwrap_or_default().trim().to_owned();
            let insee = [text("code_insee"), text("_di_geocodage_code_insee")];
            let insee = insee.into_iter().find(|code| code.len() == 5);
            if let (Some(insee), Ok(postcode)) = (insee, text("code_postal").parse()) {
                all.entry(insee).or_insert((text("commune"), postcode));
            }
        }
    }
    let list: Vec<(&str, &str, u32, f64, f64)> = all
        .iter()
        .map(|(code, (name, post))| (code.as_str(), name.as_str(), *post, 46.0, 3.0))
        .collect();
    atlas(&list)
}

fn reasons(ledger: &Ledger) -> Vec<(&str, usize)> {
    ledger.reasons.iter().map(|(code, reason)| (code.as_str(), reason.count)).collect()
}

#[test]
fn the_true_dumps_of_2022_add_up_and_an_independent_count_agrees() {
    let (structures, services) =
        (sample("structures_2022_reelles.json.gz"), sample("services_2022_reels.json.gz"));
    let files: [(&str, &[u8]); 2] = [("s.json", &structures), ("v.json", &services)];
    let atlas = atlas_of(&[&structures]);
    let (ledgers, gathered) = import(&mut reader(), &files, &atlas, &taxonomy(), None);
    let rows: Vec<Value> = serde_json::from_slice(&structures).unwrap();
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    assert_eq!(ledgers[0].read, rows.len());
    // A SIRET is there in every row: rows of one commune code with one SIRET are one.
    let coded: Vec<&Value> =
        rows.iter().filter(|row| !text(row, "code_insee").is_empty()).collect();
    let distinct: BTreeSet<(String, String)> =
        coded.iter().map(|row| (text(row, "pivot"), text(row, "code_insee"))).collect();
    let ledger = &ledgers[0];
    assert!(ledger.merged > 0 && ledger.refused() < 60, "{ledger:?}");
    assert!(ledger.kept.abs_diff(distinct.len()) < 60, "{} {}", ledger.kept, distinct.len());
    let themed: Vec<Value> = serde_json::from_slice(&services).unwrap();
    let ids: BTreeSet<(String, String)> =
        rows.iter().map(|row| (text(row, "source"), text(row, "id"))).collect();
    let bare = themed.iter().filter(|row| row["thematiques"].as_array().is_none_or(Vec::is_empty));
    let owned = |row: &&Value| ids.contains(&(text(row, "source"), text(row, "structure_id")));
    let orphans = themed.iter().filter(|row| {
        !owned(row) && row["thematiques"].as_array().is_some_and(|list| !list.is_empty())
    });
    let expected = [("no_theme", bare.count()), ("orphan", orphans.count())];
    assert_eq!(reasons(&ledgers[1]), expected);
    assert!(!gathered.changes.0.contains_key("unknown_theme"), "{:?}", gathered.changes);
    assert!(gathered.supply.unwrap().needs().count() > 5);
}

#[test]
fn the_former_schema_counts_the_same_needs() {
    let content = sample("structures_v0_enrichies_numi.json.gz");
    let (ledgers, gathered) =
        import(&mut reader(), &[("n.json", &content)], &atlas_of(&[&content]), &taxonomy(), None);
    let rows: Vec<Value> = serde_json::from_slice(&content).unwrap();
    assert_eq!((ledgers[0].read, ledgers[0].rejected.len()), (rows.len(), 0));
    assert!(!gathered.changes.0.contains_key("unknown_theme"), "{:?}", gathered.changes);
    let kept = u64::try_from(ledgers[0].kept).unwrap();
    assert_eq!(gathered.supply.unwrap().rows(), kept);
}

#[test]
fn two_producers_tell_one_structure_and_its_services_say_what_it_does() {
    let structures = json!([
        {"source": "dora", "id": "dora--1", "nom": "Le Relais Fictif", "siret": "78467169500103",
         "code_insee": "69266", "latitude": 45.77, "longitude": 4.88, "date_maj": "2026-02-01",
         "description": "Garage solidaire. Contact : jeanne@exemple.org, 06 12 34 56 78",
         "courriel": "jeanne@exemple.org", "telephone": "0612345678"},
        {"source": "soliguide", "id": "soliguide--9", "nom": "LE RELAIS FICTIF",
         "code_insee": "69266", "date_maj": "2025-01-01"},
        {"source": "dora", "id": "dora--2", "nom": "Maison Fictive", "code_insee": "69123",
         "latitude": 4.83, "longitude": 45.76, "date_maj": "2026-01-01"},
        {"source": "dora", "id": "dora--3", "nom": "Nulle Part", "date_maj": "2026-01-01"},
        {"source": "dora", "id": "dora--4", "nom": "Ailleurs", "code_insee": "00000x"},
        {"source": "dora", "id": "dora--5", "nom": ""},
    ])
    .to_string();
    let service = |id: &str, owner: &str, more: Value| {
        let mut row = json!({"source": "dora", "id": id, "structure_id": owner, "nom": "S",
            "contact_nom_prenom": "Jeanne Fictive", "publics": ["femmes"]});
        let more = more.as_object().unwrap().clone();
        row.as_object_mut().unwrap().extend(more);
        row
    };
    let repair = json!({"thematiques": ["mobilite--entretenir-reparer-son-vehicule"]});
    let services = json!([
        service("a", "dora--1", repair.clone()),
        service("a", "dora--1", repair.clone()),
        service(
            "b",
            "dora--1",
            json!({"thematiques": ["numerique--acquerir-un-equipement"], "code_insee": "38544"})
        ),
        service(
            "c",
            "absent",
            json!({"thematiques": ["numerique--acquerir-un-equipement"], "code_insee": "38544"})
        ),
        service("d", "absent-aussi", repair.clone()),
        service("e", "dora--2", json!({"thematiques": ["cuisine-moleculaire"]})),
        service("f", "dora--2", json!({"thematiques": []})),
        service(
            "g",
            "dora--2",
            json!({"thematiques": ["numerique"], "modes_accueil": ["a-distance"]})
        ),
    ])
    .to_string();
    let files = [("s.json", structures.as_bytes()), ("v.json", services.as_bytes())];
    let taxonomy = taxonomy();
    let (ledgers, gathered) = import(&mut reader(), &files, &places(), &taxonomy, Some(&[0, 1, 2]));
    assert_eq!((ledgers[0].kept, ledgers[0].merged), (2, 1));
    assert_eq!(ledgers[0].rejected.len(), 2);
    assert_eq!((ledgers[1].kept, ledgers[1].merged), (4, 1));
    assert_eq!(reasons(&ledgers[1]), [("no_theme", 1), ("orphan", 1), ("remote", 1)]);
    // Where the service is given, once for each structure.
    assert!(points(&gathered, &taxonomy, "equipement_numerique", 0) >= 1.5);
    assert_eq!(points(&gathered, &taxonomy, "equipement_numerique", 2), 0.0);
    assert_eq!(gathered.changes.0["unknown_theme"].count, 1);
    assert_eq!(gathered.changes.0["own_place"].count, 1);
    assert_eq!(gathered.changes.0["swapped_point"].count, 1);
    let parsed = gathered.into_actors();
    assert_eq!(parsed.rows.len(), 2);
    let text = format!("{:?}", parsed.rows);
    for absent in ["Jeanne", "jeanne", "0612", "06 12", "34 56"] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
    assert!(text.contains("Garage solidaire") && text.contains("Femmes"), "{text}");
    assert!(text.contains("data·inclusion (dora)") && text.contains("soliguide"), "{text}");
    assert!(text.contains("78467169500103") && text.contains("Licence Ouverte"), "{text}");
}

#[test]
fn every_way_to_write_a_file_says_the_same() {
    let csv = "source,structure_id,id,nom,code_insee,thematiques\n\
        dora,1,a,Un,69123,\"['numerique--acquerir-un-equipement', 'sante--acces-aux-soins']\"\n\
        dora,2,b,Deux,69266,\"['numerique--acquerir-un-equipement']\"\n";
    let row = |owner: &str, insee: &str, themes: &[&str]| {
        json!({"source": "dora", "structure_id": owner, "id": insee, "nom": "N",
            "code_insee": insee, "thematiques": themes})
    };
    let rows = [
        row("1", "69123", &["numerique--acquerir-un-equipement", "sante--acces-aux-soins"]),
        row("2", "69266", &["numerique--acquerir-un-equipement"]),
    ];
    let plain = Value::from(rows.to_vec()).to_string();
    let paged = json!({"items": rows, "total": 2, "page": 1}).to_string();
    let features: Vec<Value> = rows
        .iter()
        .map(|row| json!({"type": "Feature", "geometry": null, "properties": row}))
        .collect();
    let geojson = json!({"type": "FeatureCollection", "features": features}).to_string();
    let taxonomy = taxonomy();
    let mut counts = Vec::new();
    for (name, text) in
        [("a.csv", csv), ("a.json", &plain), ("api.json", &paged), ("a.geojson", &geojson)]
    {
        let (ledgers, gathered) =
            import(&mut reader(), &[(name, text.as_bytes())], &places(), &taxonomy, None);
        assert_eq!((ledgers[0].read, ledgers[0].kept), (2, 2), "{name}: {:?}", ledgers[0]);
        counts.push(gathered.supply.unwrap());
    }
    assert!(counts.windows(2).all(|two| two[0] == two[1]), "{counts:?}");
    assert!(counts[0].needs().count() >= 1);
}

#[test]
fn structures_alone_count_nothing_and_say_so() {
    let text = r#"[{"source":"dora","id":"1","nom":"Un","code_insee":"69123"}]"#;
    let files = [("s.json", text.as_bytes())];
    let (ledgers, gathered) = import(&mut reader(), &files, &places(), &taxonomy(), None);
    assert_eq!(ledgers[0].kept, 1);
    assert!(gathered.supply.is_none() && gathered.changes.0.contains_key("silent"));
}

#[test]
fn a_damaged_copy_keeps_its_good_rows() {
    let good = |id: u32| {
        format!(
            r#"{{"source":"dora","id":"{id}","nom":"Nom {id}","code_insee":"69123","services":"Prendre en main un ordinateur"}}"#
        )
    };
    let rows = [
        good(1),
        good(1),
        r#"{"source":"dora","id":"2","nom":"x", "code_insee": "69"#.to_owned(),
        good(3),
        good(4).replace("69123", "99999"),
        good(5).replace("Nom 5", "Nom \u{0}5"),
        "42".to_owned(),
    ];
    let text = format!("[{}", rows.join(",\n"));
    let files = [("s.json", text.as_bytes())];
    let (ledgers, _) = import(&mut reader(), &files, &places(), &taxonomy(), None);
    let ledger = &ledgers[0];
    assert_eq!((ledger.kept, ledger.merged), (2, 1), "{ledger:?}");
    // Broken JSON, a code that never was, a NUL byte (no JSON), a number in place of a record.
    assert_eq!(ledger.rejected.len(), 4, "{ledger:?}");
    assert!(ledger.rejected.iter().all(|entry| !entry.problem.way_out_fr.is_empty()));
    // Written in Latin-1, names and labels are still read.
    let latin: Vec<u8> = "source;id;nom;code_insee;services\ndora;1;\u{c9}t\u{e9};69123;Acc\u{e9}der \u{e0} du mat\u{e9}riel\n"
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let taxonomy = taxonomy();
    let (ledgers, gathered) =
        import(&mut reader(), &[("s.csv", &latin)], &places(), &taxonomy, None);
    assert_eq!(ledgers[0].kept, 1);
    assert!(points(&gathered, &taxonomy, "equipement_numerique", 1) > 0.9);
    // Columns that are not those of the file.
    let (ledgers, _) =
        import(&mut reader(), &[("s.csv", b"a,b\n1,2\n")], &places(), &taxonomy, None);
    assert!(ledgers[0].cut.as_ref().unwrap().problem.reason_fr.contains("`id` absente"));
}
