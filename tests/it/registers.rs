//! Open data in.
//!
//! 1. Every true sample is read by its register, and its account adds up: read = kept +
//!    merged + refused; an independent count (`tests/samples/count.py`) agrees with `read`.
//! 2. A damaged copy of each table gives clear messages and keeps the good rows.
//! 3. A register changes the gaps that it measures, and no other; the evidence names it, its
//!    year and its licence.
//! 4. Importing twice changes nothing; an extract measures nothing.
//! 5. Legal units that a register marks (social economy, mission company) confirm the rows
//!    of the catalogue by their SIREN, once.
//! 6. A process killed during an import leaves the catalogue as it was; importing again gives
//!    what a clean import gives.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use essaim::access::Identity;
use essaim::catalogue::{At, Kind, NewRevision, Store, StoreAddress};
use essaim::imports::ledger::Ledger;
use essaim::imports::records::{Opened, Origin};
use essaim::imports::registers::{self, Gathered, Reference, list};
use essaim::scouting::registers::{Covered, Importable, RegisterAsk, import_register};
use essaim::scouting::{OpenOptions, Scouting};

use super::common;
use super::small::small_catalogue;

/// Each sample and the word of its register.
const SAMPLES: &[(&str, &str)] = &[
    ("ademe_acteurs/acteur_services.json", "nomenclature"),
    ("ademe_acteurs/acteur_types.json", "nomenclature"),
    ("ademe_acteurs/acteurs.json", "ademe-acteurs"),
    ("ademe_acteurs/actions.json", "nomenclature"),
    ("ademe_acteurs/categories.json", "nomenclature"),
    ("ademe_acteurs/labels.json", "nomenclature"),
    ("ademe_acteurs/que-faire-de-mes-dechets-produits.csv.gz", "dechets-produits"),
    ("ademe_acteurs/sources.json", "nomenclature"),
    ("bibliotheques/adresses-des-bibliotheques-publiques_aura.csv.gz", "bibliotheques"),
    ("bnlc_covoiturage/bnlc.csv.gz", "bnlc-covoiturage"),
    ("bpe/bpe_2024_types_utiles.csv", "nomenclature"),
    ("bpe/bpe_gironde_points_extrait.csv", "bpe"),
    ("cis_tags/CATEGORIES_CIS_DICT.js", "nomenclature"),
    ("cis_tags/NORMALIZATION_TAGS_SOURCES_CIS.js.gz", "nomenclature"),
    ("data_inclusion/services_2022_reels.json.gz", "data-inclusion-services"),
    ("data_inclusion/structures_2022_reelles.json.gz", "data-inclusion-structures"),
    ("data_inclusion/structures_v0_enrichies_numi.json.gz", "data-inclusion-structures"),
    ("data_inclusion/thematiques_v0.csv", "nomenclature"),
    ("dispositifs_soutien/aides-territoires_periurbain.csv.gz", "aides-territoires"),
    ("dispositifs_soutien/fonds-vert-2023-export.csv.gz", "fonds-vert-2023"),
    ("esat_finess/seed_esat__liste_officielle.csv.gz", "esat-finess"),
    ("ess_france/entreprisesess_tete.csv", "ess-france"),
    ("ess_france/ess_x_naf_derive.csv.gz", "ess-x-naf"),
    ("france_services/liste-fs-20240801.csv.gz", "france-services"),
    ("gogocarto/transiscope_niort.js.gz", "gogocarto"),
    ("ma_cantine/campagne_td_2023_aura.csv.gz", "ma-cantine"),
    ("mediation_numerique/hinaura_aura.json.gz", "hinaura"),
    ("mediation_numerique/lieux_mednum_source.json.gz", "lieux-mednum"),
    ("naf/codes-NAF-rev2.json", "nomenclature"),
    ("rna/nomenclature_objet_social.csv", "nomenclature"),
    ("rna/reencode_test.csv", "rna"),
    ("rna/rna_sample_import.csv", "rna"),
    ("rna/rna_sample_waldec.csv", "rna"),
    ("rna/rna_waldec_extrait.csv", "rna"),
    ("sae_2023/ID_2023r.csv.gz", "sae"),
    ("sirene_2017_quotidien/sirene_2017_E_Q_extrait.csv.gz", "sirene-quotidien"),
    ("sirene_periodes_parquet/periodes_sample.parquet", "sirene-periodes"),
    ("sirene_stock/StockEtablissement_geo_anonymise_exemple.csv", "sirene-etablissements"),
    ("sirene_stock/StockUniteLegale_anonymise_exemple.csv", "sirene-unites"),
    ("sirene_stock/StockUniteLegale_header.csv", "sirene-unites"),
    ("sirene_stock/StockUniteLegale_header_avec_NAF25.csv", "sirene-unites"),
    ("sirene_stock/ess_numerique_enrichi.csv.gz", "ess-numerique"),
    ("sirene_stock/unites_legales_ess_numerique.csv.gz", "ess-unites-legales"),
    ("tiers_lieux/fabt_geom.geojson.gz", "fabriques-territoire"),
    ("tiers_lieux/manuprox_geom.geojson", "manufactures-proximite"),
    ("tiers_lieux/tiers_lieux_numeriques_2023.csv", "tiers-lieux-numeriques"),
];

/// Maps that are one object, not rows: the independent count says 1 for the whole.
const MAPS: [&str; 2] = ["naf/codes-NAF-rev2.json", "cis_tags/CATEGORIES_CIS_DICT.js"];

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

/// Reads a file with a register, as the use case does, writing nothing.
fn account(word: &str, origin: Origin) -> (Ledger, Gathered) {
    let scene = common::scene();
    let data = &scene.world.data;
    let importable = Importable::parse(word).unwrap_or_else(|| panic!("`{word}` is no register"));
    let mut register = list::open(importable, &data.registers, &data.taxonomy);
    let of = Reference { atlas: &data.atlas, taxonomy: &data.taxonomy };
    let mut gathered = Gathered::default();
    let mut whole = Ledger::default();
    let opened = Opened::new(origin).expect("the file opens");
    for part in &opened.parts {
        let mut ledger = Ledger::default();
        let mut records = opened.records(part, &register.wanted()).expect("its form is known");
        registers::read(&mut *register, &mut *records, of, &mut gathered, &mut ledger, &mut ())
            .expect("nothing is written");
        whole.join(ledger);
    }
    register.end(of, &mut gathered);
    (whole, gathered)
}

fn adds_up(what: &str, ledger: &Ledger) {
    let parts = ledger.kept + ledger.merged + ledger.refused();
    assert_eq!(ledger.read, parts, "{what}: {ledger:#?}");
    for entry in &ledger.rejected {
        let problem = &entry.problem;
        let said =
            [&problem.reason_fr, &problem.reason_en, &problem.way_out_fr, &problem.way_out_en];
        assert!(said.iter().all(|text| !text.is_empty()), "{what}: {entry:?}");
        assert!(entry.line > 0, "{what}: {entry:?}");
    }
}

#[test]
fn every_true_sample_has_an_account_that_adds_up() {
    let counts = std::fs::read_to_string(samples().join("counts.tsv")).unwrap();
    for line in counts.lines().skip(1) {
        let mut cells = line.split('\t');
        let (file, rows) = (cells.next().unwrap(), cells.next().unwrap());
        let word = SAMPLES.iter().find(|(name, _)| *name == file).map(|(_, word)| *word);
        let word = word.unwrap_or_else(|| panic!("no register reads `{file}`"));
        let (ledger, _) = account(word, Origin::Path(samples().join(file)));
        adds_up(file, &ledger);
        assert_eq!(ledger.cut, None, "{file}");
        if !MAPS.contains(&file) {
            assert_eq!(ledger.read, rows.parse::<usize>().unwrap(), "{file}: {ledger:#?}");
        }
        let empty = ledger.read == 0;
        assert!(empty || ledger.kept + ledger.merged + ledger.refused() > 0, "{file}");
    }
}

/// Damages to a table of text, each with how many good rows it may cost at most.
fn damages(text: &str) -> Vec<(&'static str, Vec<u8>, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.len() - 1;
    let with = |extra: Vec<u8>| {
        let mut bytes = text.trim_end().as_bytes().to_vec();
        bytes.push(b'\n');
        bytes.extend(extra);
        bytes
    };
    let separator = essaim::imports::clean::separator(lines[0]);
    let cells = lines[0].split(char::from(separator)).count();
    let row = |cell: &str| vec![cell; cells].join(&char::from(separator).to_string()).into_bytes();
    let mut cut = text.trim_end().as_bytes().to_vec();
    cut.truncate(cut.len() - lines[last].len() * 9 / 10);
    let old: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    let mut shifted = lines[last].as_bytes().to_vec();
    shifted.extend([separator, b'x', separator, b'x']);
    let mut huge = b"x".repeat(10 << 20);
    huge.push(b'\n');
    vec![
        ("cut short", cut, 1),
        ("in an old encoding", old, 0),
        ("with a shifted row", with(shifted), 0),
        ("with a row twice", with(lines[last].as_bytes().to_vec()), 0),
        ("with impossible codes", with(row("99999999")), 0),
        ("with NUL bytes", with(b"\0\0\0\n".to_vec()), 0),
        ("with a cell of 10 MB", with(huge), 0),
        ("with a quote never closed", with([b"\"".to_vec(), row("x")].concat()), 0),
    ]
}

#[test]
fn a_damaged_table_keeps_its_good_rows_and_says_what_is_wrong() {
    for (file, word) in SAMPLES {
        if !file.contains(".csv") {
            continue;
        }
        let path = samples().join(file);
        let clean = read_text(&path);
        if clean.lines().count() < 3 {
            continue;
        }
        let bytes = |content: &[u8]| Origin::Bytes("copie.csv".to_owned(), Arc::from(content));
        let (whole, _) = account(word, bytes(clean.as_bytes()));
        for (damage, content, lost) in damages(&clean) {
            let (ledger, _) = account(word, bytes(&content));
            let what = format!("{file} {damage}");
            adds_up(&what, &ledger);
            let good = ledger.kept + ledger.merged;
            assert!(good + lost >= whole.kept + whole.merged, "{what}: {ledger:#?}");
            let told = ledger.reasons != whole.reasons || ledger.merged > whole.merged;
            let harmless =
                damage.contains("twice") || damage.contains("codes") || damage.contains("encoding");
            assert!(told || harmless, "{what}: {ledger:#?}");
        }
    }
}

/// The text of a sample, unzipped, in UTF-8.
fn read_text(path: &Path) -> String {
    use std::io::Read as _;
    let bytes = std::fs::read(path).unwrap();
    let mut content = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut content).unwrap();
    } else {
        content = bytes;
    }
    essaim::imports::clean::decode(&content).0.into_owned()
}

/// A list of the shape of the national list of work-integration enterprises, with fictional
/// names: one in each of these communes, many enough for their inhabitants.
fn fictional_siae() -> Vec<u8> {
    let mut text =
        "MESURE;CODE_DEPARTEMENT;LIBELLE_DPT;CODE_POSTAL;COMMUNE;CODE_NAF2;NATURE_JURIDIQUE;\
        SIRET;DENOMINATION_SOCIALE;NUM_RUE;NOM_RUE;CODE_POST_COM;LIB_COM;TELEPHONE;MAIL_SIAE\n"
            .to_owned();
    let towns = [
        ("069", "69001", "LYON"),
        ("038", "38000", "GRENOBLE"),
        ("026", "26000", "VALENCE"),
        ("001", "01000", "BOURG EN BRESSE"),
    ];
    for at in 0..200 {
        let (departement, postcode, town) = towns[at % towns.len()];
        text.push_str(&format!(
            "ACI;{departement};;{postcode};{town};8899B;Association;{};CHANTIER D’ESSAI {at};;;{postcode};{town};;\n",
            siret(at)
        ));
    }
    text.into_bytes()
}

/// A SIRET with a right key that belongs to nobody: its SIREN begins with 000.
fn siret(at: usize) -> String {
    with_key(&format!("000{at:0>10}"))
}

/// Digits followed by their key (Luhn).
fn with_key(digits: &str) -> String {
    let right = |key: &u32| {
        let all = format!("{digits}{key}");
        let sum: u32 = all
            .bytes()
            .rev()
            .enumerate()
            .map(|(place, byte)| {
                let digit = u32::from(byte - b'0') * if place % 2 == 1 { 2 } else { 1 };
                digit / 10 + digit % 10
            })
            .sum();
        sum.is_multiple_of(10)
    };
    format!("{digits}{}", (0..10).find(right).expect("one of ten keys is right"))
}

fn ask(word: &str, name: &str, bytes: &[u8]) -> RegisterAsk {
    RegisterAsk {
        register: Importable::parse(word).expect("a register"),
        origins: vec![Origin::Bytes(name.to_owned(), bytes.into())],
        year: None,
        perimeter: None,
        actors_in: None,
        note: None,
        dry_run: false,
        idempotent: None,
    }
}

async fn open(folder: &Path) -> Scouting {
    let options = OpenOptions { data: folder.to_owned(), database: None };
    Scouting::open(options).await.expect("the small catalogue opens")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_changes_the_gaps_it_measures_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    small_catalogue(folder.path(), None, Vec::new()).await;
    let scouting = open(folder.path()).await;
    let who = Identity::operator("essai");
    let lyon = "epci-200046977";
    let gaps = |scouting: &Scouting| {
        let scene = scouting.scene();
        let territory = scene.world.places.territory(lyon).unwrap();
        let needs = &scene.world.data.taxonomy;
        let gaps = scene.world.gaps.gaps(&territory, &[], common::TODAY);
        needs
            .concepts(essaim::domain::concept::ConceptKind::Need)
            .zip(gaps)
            .map(|(need, gap)| (needs.id(need).to_owned(), gap))
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let before = gaps(&scouting);
    // A dry run reads everything and writes nothing.
    let file = fictional_siae();
    let mut dry = ask("siae-liste", "liste_siae_2026.csv", &file);
    dry.dry_run = true;
    let seq = scouting.scene().seq;
    let account = import_register(&scouting, &who, dry, Box::new(())).await.unwrap().whole();
    assert_eq!((account.read, account.kept, account.seq), (200, 200, None));
    assert_eq!(scouting.scene().seq, seq);
    // An extract measures nothing, and says so.
    let extract: Vec<u8> =
        file.split_inclusive(|&b| b == b'\n').take(4).flatten().copied().collect();
    let told =
        import_register(&scouting, &who, ask("siae-liste", "2026.csv", &extract), Box::new(()));
    let told = told.await.unwrap().whole();
    assert!(told.gains[0].fr.contains("couverture non mesurée"), "{told:?}");
    assert_eq!(scouting.scene().seq, seq);
    // The whole list does.
    let written = ask("siae-liste", "liste_siae_2026.csv", &file);
    let account = import_register(&scouting, &who, written.clone(), Box::new(())).await.unwrap();
    let account = account.whole();
    assert!(account.seq.is_some(), "{account:?}");
    let after = gaps(&scouting);
    let moved: Vec<&str> = before
        .iter()
        .filter(|(need, gap)| after[*need].coverage.evidence != gap.coverage.evidence)
        .map(|(need, _)| need.as_str())
        .collect();
    assert!(moved.contains(&"emploi_eloignes"), "{moved:?}");
    let list = Importable::parse("siae-liste").unwrap().list.unwrap();
    let declared: Vec<&str> = list.supply.iter().map(|one| one.need.as_str()).collect();
    assert!(moved.iter().all(|need| declared.contains(need)), "{moved:?} {declared:?}");
    let evidence = &after["emploi_eloignes"].coverage.evidence;
    let own = evidence.iter().find(|one| one.label.contains(&list.supply[0].label_fr));
    let own = own.unwrap_or_else(|| panic!("the register is named: {evidence:?}"));
    assert_eq!(own.source.year, Some(2026));
    assert_eq!(own.source.licence.as_deref(), Some(list.licence.as_str()));
    // Importing twice changes nothing.
    let seq = scouting.scene().seq;
    let again = import_register(&scouting, &who, written, Box::new(())).await.unwrap().whole();
    assert_eq!((again.kept, again.seq), (200, None));
    assert_eq!(scouting.scene().seq, seq);
}

#[tokio::test(flavor = "multi_thread")]
async fn actors_come_only_where_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    small_catalogue(folder.path(), None, Vec::new()).await;
    let scouting = open(folder.path()).await;
    let who = Identity::operator("essai");
    let mut asked = ask("siae-liste", "2026.csv", &fictional_siae());
    asked.actors_in = Some("Métropole de Lyon".to_owned());
    let account = import_register(&scouting, &who, asked, Box::new(())).await.unwrap().whole();
    assert_eq!(account.added, 50, "{account:?}");
    let scene = scouting.scene();
    let mut here =
        scene.rows.actors.iter().filter(|actor| actor.name.starts_with("CHANTIER D’ESSAI"));
    let first = here.next().expect("an actor of Lyon");
    assert_eq!(first.place.insee.as_deref(), Some("69123"));
    assert!(first.register && first.sources[0].year == Some(2026), "{first:?}");
    assert_eq!(here.count(), 49);
}

#[tokio::test(flavor = "multi_thread")]
async fn legal_units_confirm_the_rows_that_have_their_siren() {
    let siren = with_key("00012345");
    let body = serde_json::json!({
        "id": "atelier-essai", "name": "Atelier d’essai", "insee": "69123", "siren": siren,
        "sources": [{"source": "https://atelier.example", "year": 2024}],
    });
    let row = NewRevision::new(Kind::Actor, "atelier-essai", &body);
    let folder = tempfile::tempdir().unwrap();
    small_catalogue(folder.path(), None, vec![row]).await;
    let scouting = open(folder.path()).await;
    let who = Identity::operator("essai");
    let units = format!(
        "siren,etatAdministratifUniteLegale,denominationUniteLegale,categorieJuridiqueUniteLegale,\
         activitePrincipaleUniteLegale,nomenclatureActivitePrincipaleUniteLegale,\
         economieSocialeSolidaireUniteLegale,societeMissionUniteLegale,statutDiffusionUniteLegale,\
         identifiantAssociationUniteLegale,nicSiegeUniteLegale\n\
         {siren},A,ATELIER D ESSAI,9220,94.99Z,NAFRev2,O,,O,,00017\n"
    );
    let asked = ask("sirene-unites", "StockUniteLegale_2026.csv", units.as_bytes());
    let first = import_register(&scouting, &who, asked.clone(), Box::new(())).await.unwrap();
    let first = first.whole();
    adds_up("units", &first);
    assert_eq!((first.read, first.kept), (1, 1), "{first:?}");
    let actor = |scouting: &Scouting| {
        let scene = scouting.scene();
        let found = scene.rows.actors.iter().find(|actor| actor.id == "atelier-essai").cloned();
        found.expect("the actor is still there")
    };
    let confirmed = actor(&scouting);
    assert_eq!(confirmed.licences, ["ESS"], "{first:?}");
    assert_eq!(confirmed.sources.len(), 2, "{:?}", confirmed.sources);
    assert!(confirmed.sources[1].licence.is_some(), "{:?}", confirmed.sources);
    let seq = scouting.scene().seq;
    let again = import_register(&scouting, &who, asked, Box::new(())).await.unwrap().whole();
    assert_eq!(again.seq, None);
    assert_eq!(scouting.scene().seq, seq);
}

#[test]
fn a_perimeter_is_read_as_a_person_says_it() {
    assert_eq!(Covered::parse("France"), Covered::France);
    assert_eq!(Covered::parse("none"), Covered::Nowhere);
    assert_eq!(Covered::parse("69, 2a"), Covered::Departements(vec!["2A".into(), "69".into()]));
}

/// The datasets and the rows of a catalogue, as they stand.
async fn state(folder: &Path) -> (Vec<(String, String)>, Vec<(String, String)>) {
    let store = Store::open(&StoreAddress::Sqlite(folder.join("catalogue.sqlite"))).await.unwrap();
    let datasets = store.datasets(At::Latest).await.unwrap();
    let datasets = datasets.into_iter().map(|one| (one.name, one.digest)).collect();
    let rows = store.state_at(At::Latest, &[Kind::Actor]).await.unwrap();
    let rows = rows.into_iter().map(|row| (row.id, row.body)).collect();
    store.close().await;
    (datasets, rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_leaves_all_or_nothing() {
    let file = tempfile::tempdir().unwrap();
    let path = file.path().join("liste_siae_2026.csv");
    std::fs::write(&path, fictional_siae()).unwrap();
    let import = |folder: &Path| {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("essaim"));
        command
            .args(["import", "siae-liste", "--actors-in", "Métropole de Lyon", "--data"])
            .arg(folder)
            .arg(&path)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        command
    };
    let clean = tempfile::tempdir().unwrap();
    small_catalogue(clean.path(), None, Vec::new()).await;
    let before = state(clean.path()).await;
    let started = std::time::Instant::now();
    assert!(import(clean.path()).status().unwrap().success());
    let whole = started.elapsed();
    let wanted = state(clean.path()).await;
    assert_ne!(before, wanted);
    for share in [0.5, 0.8, 0.9, 0.97] {
        let folder = tempfile::tempdir().unwrap();
        small_catalogue(folder.path(), None, Vec::new()).await;
        let mut child = import(folder.path()).spawn().unwrap();
        std::thread::sleep(whole.mul_f64(share));
        // SIGKILL: nothing is said goodbye to. It may have ended by itself.
        let _ = child.kill();
        child.wait().unwrap();
        let found = state(folder.path()).await;
        assert!(found == before || found == wanted, "killed at {share}: half an import");
        assert!(import(folder.path()).status().unwrap().success());
        assert_eq!(state(folder.path()).await, wanted, "killed at {share}");
    }
}
