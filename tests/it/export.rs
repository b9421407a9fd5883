//! What is exported is complete, and is read back exactly.
//!
//! 1. Every kind of row, in every format: exported, imported into an empty catalogue, its
//!    bodies are the same.
//! 2. The same state gives the same bytes.
//! 3. Independent readers (calamine, the csv crate, the parquet crate) find in the files what
//!    the log holds; a formula is a text.
//! 4. A damaged file is refused with its reason and its way out.

use std::path::Path;

use essaim::access::Identity;
use essaim::catalogue::{At, Kind, NewRevision};
use essaim::domain::lang::Lang;
use essaim::scouting::export::{ExportAsk, ExportFile, What, Written, export, word};
use essaim::scouting::imports::{Format, Import, ImportAsk, Ledger, import};
use essaim::scouting::{OpenOptions, Scouting};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::small::small_catalogue;

const TODAY: Date = Date::constant(2026, 11, 28);

async fn opened(folder: &Path, rows: Vec<NewRevision>) -> Scouting {
    small_catalogue(folder, None, rows).await;
    Scouting::open(OpenOptions { data: folder.to_owned(), database: None }).await.unwrap()
}

async fn exported(scouting: &Scouting, kind: Kind, written: Written) -> ExportFile {
    let ask =
        ExportAsk { what: What::Rows(kind), written, seq: None, territory: None, lang: Lang::Fr };
    let exported = export(scouting, &Identity::operator("test"), ask).await.unwrap();
    exported.into_one(word(kind)).unwrap()
}

async fn imported(scouting: &Scouting, kind: Kind, bytes: &[u8]) -> Ledger {
    let ask = ImportAsk {
        import: Import::parse(word(kind)).expect("every kind is importable"),
        bytes,
        format: Format::Auto,
        note: None,
        dry_run: false,
        idempotent: None,
    };
    import(scouting, &Identity::operator("test"), ask, TODAY).await.unwrap()
}

/// Id and body of the rows of a kind that are alive.
async fn bodies(scouting: &Scouting, kind: Kind) -> Vec<(String, Value)> {
    let state = scouting.store().state_at(At::Latest, &[kind]).await.unwrap();
    state.iter().map(|row| (row.id.clone(), row.json().unwrap())).collect()
}

/// Rows with what is hardest to write: separators in items, formulas, codes with a zero
/// first, line breaks, control characters, unknown fields, nested objects.
fn hard_enterprises() -> Vec<Value> {
    vec![
        json!({"id": "fictive-1", "name": "=Récup | Co; \"l’atelier\"", "aliases": ["A|B", "C;D", "-E"],
            "siren": "005520135", "legal_form": "association", "founded": 2012,
            "home": {"commune": "Lyon", "departement": "Rhône", "insee": "69123"},
            "summary": "Deux lignes\r\nvoilà _x0041_ \u{1} et\tfin", "activities": ["'=cmd", "[\"x\"]"],
            "partners": [{"organisation": "SINGA", "places": ["Paris"], "text": "SINGA (Paris)"},
                {"organisation": "Autre", "places": ["Bron"], "text": "dit autrement"}],
            "sites": [{"commune": "Bourg-en-Bresse", "insee": "01053", "since": "2019"}],
            "sites_declared": {"value": 3, "year": 2024, "source": "rapport", "licence": "fait"},
            "evidence": [{"kind": "beneficiaries", "value": 1200.5, "unit": "personnes", "year": 2023,
                "source": "https://exemple.test/=x"}],
            "scaling": {"model": "federation", "seeking_to_scale": true, "season": [3, 9],
                "branch_cost_eur": 0.1, "conditions": [{"text": "un local", "kind": "other",
                    "operator": "exists", "basis": "stated"}]},
            "sources": ["https://exemple.test/a|b", {"source": "x", "year": 2020, "licence": "L"}],
            "couleur": {"nom": "bleu", "codes": [1, null, "@x"]},
            "answers": [{"need": "velo", "main": true, "because": "phrase"}]}),
        json!({"id": "fictive-2", "name": "+33 Collectif", "status": "ending",
            "themes": ["textile", "réemploi"], "website": "@nous"}),
    ]
}

fn hard_actors() -> Vec<Value> {
    vec![
        json!({"id": "acteur-1", "name": "-Dépôt", "siret": "00552013500018", "commune": "Die",
            "insee": "26113", "lat": 44.753_216_789_012_3, "lon": -5.37, "geo": "doute",
            "offers": ["vélos; ateliers", "conseils"], "partners": ["SINGA (Lyon)"],
            "capacity": {"value": 12.5, "unit": "places"}, "since": "2019-05", "register": true,
            "url": "https://exemple.test", "sources": [{"source": "x", "year": 2021}],
            "updated": "2021-05-01", "note libre": "ligne 1\nligne 2"}),
        json!({"id": "acteur-2", "name": "01053", "commune": "Bourg-en-Bresse", "insee": "01053"}),
        json!({"id": "acteur-3", "name": "Sans lieu"}),
    ]
}

/// The rows as an import keeps them.
async fn settled(scouting: &Scouting, kind: Kind, rows: &[Value]) {
    let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let ledger = imported(scouting, kind, lines.as_bytes()).await;
    assert_eq!(ledger.rejected, [], "{kind:?}");
    assert_eq!(ledger.read, ledger.kept, "{kind:?}");
}

async fn round_trip(kinds: &[(Kind, Vec<Value>)]) {
    let folder = tempfile::tempdir().unwrap();
    let from = opened(folder.path(), Vec::new()).await;
    for (kind, rows) in kinds {
        settled(&from, *kind, rows).await;
    }
    let formats = Written::ALL;
    for written in formats {
        let other = tempfile::tempdir().unwrap();
        let to = opened(other.path(), Vec::new()).await;
        for (kind, rows) in kinds {
            let file = exported(&from, *kind, written).await;
            assert_eq!(file, exported(&from, *kind, written).await, "{kind:?} {written:?}");
            assert_eq!(file.rows, Some(rows.len()));
            let ledger = imported(&to, *kind, &file.bytes).await;
            assert_eq!(ledger.rejected, [], "{kind:?} {written:?}");
            assert_eq!(ledger.ignored_columns, Vec::<String>::new(), "{kind:?} {written:?}");
            let (expected, found) = (bodies(&from, *kind).await, bodies(&to, *kind).await);
            assert_eq!(found, expected, "{kind:?} {written:?}");
            let again = imported(&to, *kind, &file.bytes).await;
            assert_eq!(again.seq, None, "{kind:?} {written:?} twice");
        }
    }
}

#[tokio::test]
async fn enterprises_and_actors_are_read_back_exactly_in_every_format() {
    round_trip(&[(Kind::Enterprise, hard_enterprises()), (Kind::Actor, hard_actors())]).await;
}

/// Rows of every other kind, in the order in which they name one another.
fn other_rows() -> Vec<(Kind, Vec<Value>)> {
    vec![
        (
            Kind::Zone,
            vec![
                json!({"id": "zone-diois", "name": "Diois | bis", "communes": ["26113", "26001"]}),
            ],
        ),
        (
            Kind::Observation,
            vec![
                // As the seed writes it: kept word for word.
                json!({"id": "o-1", "territory": "epci-200046977", "text": "=Rien le week-end ; \"vu\".",
                "need": "precarite_alimentaire_etudiante", "public": null, "step": null,
                "theme": "alimentation", "severity": 0.4, "confidence": 0.4, "date": "2013-05-02",
                "by": "Association fictive", "source": "https://exemple.test/a|b", "licence": "faits reformulés",
                "rests_on": "week-end"}),
                // As the form gives it: no id.
                json!({"territory": "com-26113", "text": "Aucun bus après 19 h.", "severity": 1,
                "date": "2026-05", "by": "Centre social fictif", "source": "réunion", "trend": "rising"}),
            ],
        ),
        (
            Kind::Priority,
            vec![
                json!({"id": "submission/epci-200046977", "territory": "epci-200046977", "kind": "submission",
                "periods": [
                    {"start": "2024-01-01", "end": "2025-12-31", "priorities": []},
                    {"start": "2026-01-01", "submitted_by": "Métropole fictive", "source": "https://exemple.test",
                        "priorities": [{"theme": "alimentation", "weight": 0.4},
                            {"need": "precarite_alimentaire_etudiante", "weight": 2, "document": "annexe | 2"}]}]}),
                json!({"id": "dep-26-appel", "territory": "dep-26", "territory_label": "Drôme", "kind": "call",
                "themes": ["mobilites", "inclusion"], "needs": [], "document": "appel", "what_is_asked": "-x",
                "year": 2024, "start": null, "end": "2026-12-31", "source": "https://exemple.test", "licence": "L"}),
                json!({"id": "ailleurs", "territory": null, "territory_label": "Ailleurs", "kind": "programme",
                "themes": ["autre"], "document": "programme"}),
            ],
        ),
        (
            Kind::Confirmation,
            vec![
                json!({"territory": "zone-diois", "enterprise": "fictive-1", "item": "active", "state": "met",
                "by": "Scouts", "note": "oui | non", "source": {"source": "appel", "year": 2026}, "date": "2026-11-02"}),
            ],
        ),
        (
            Kind::Annotation,
            vec![
                json!({"enterprise": "fictive-1", "note": "vu sur place", "source": "visite", "answers": [],
                "add": [{"kind": "theme", "id": "textile", "weight": 0.5, "because": "a|b"}],
                "remove": [{"kind": "theme", "id": "alimentation"}]}),
            ],
        ),
        (
            Kind::Decision,
            vec![
                json!({"territory": "dep-26", "enterprise": "fictive-1", "state": "contacted", "date": "2026-03-02",
                "season": 2026, "by": "Scouts", "source": "courrier",
                "earlier": [{"state": "spotted", "date": "2026-02-01", "season": 2026, "by": "Scouts"}]}),
            ],
        ),
        (
            Kind::Profile,
            vec![
                json!({"id": "lyon-2026", "owner": "Métropole fictive", "date": "2026-03",
                "territory": "epci-200046977", "name_fr": "Feuille de route", "weights": {"gap": 3, "proof": 0.5}}),
                json!({"id": "ordre", "owner": "Scouts", "weights": "gap>proof"}),
            ],
        ),
        (
            Kind::Merge,
            vec![
                json!({"id": "fictive-2/acteur-1", "kept": "fictive-2", "merged": ["acteur-1"], "confidence": 0.98}),
            ],
        ),
    ]
}

#[tokio::test]
async fn every_other_kind_is_read_back_exactly_in_every_format() {
    let mut kinds = vec![(Kind::Enterprise, hard_enterprises()), (Kind::Actor, hard_actors())];
    kinds.extend(other_rows());
    round_trip(&kinds).await;
}

#[tokio::test]
async fn other_readers_find_in_the_files_what_the_log_holds() {
    let folder = tempfile::tempdir().unwrap();
    let from = opened(folder.path(), Vec::new()).await;
    settled(&from, Kind::Enterprise, &hard_enterprises()).await;
    settled(&from, Kind::Actor, &hard_actors()).await;
    csv_holds(&exported(&from, Kind::Enterprise, Written::Csv).await.bytes);
    workbook_holds(&exported(&from, Kind::Enterprise, Written::Xlsx).await.bytes);
    parquet_holds(exported(&from, Kind::Actor, Written::Parquet).await.bytes);
    let places = exported(&from, Kind::Enterprise, Written::GeoJson).await.bytes;
    let places: geojson::FeatureCollection =
        String::from_utf8(places).unwrap().parse::<geojson::GeoJson>().unwrap().try_into().unwrap();
    // Two enterprises and a site; the one without a home is there, without a point.
    assert_eq!(places.features.len(), 3);
    assert!(places.features[0].geometry.is_some() && places.features[2].geometry.is_none());
}

fn csv_holds(bytes: &[u8]) {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|known| known == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(&rows[0][at("name")], "'=Récup | Co; \"l’atelier\"");
    assert_eq!(&rows[0][at("siren")], "005520135");
    assert_eq!(&rows[0][at("founded")], "2012");
    assert_eq!(&rows[1][at("themes")], "textile|réemploi");
    // Nothing that a spreadsheet would run, in any cell.
    for cell in rows.iter().flatten() {
        let runs = cell.starts_with(['=', '+', '-', '@', '\t']) && cell.parse::<f64>().is_err();
        assert!(!runs, "{cell}");
    }
}

fn workbook_holds(bytes: &[u8]) {
    use calamine::{Data, Reader as _};
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["enterprises", "À lire"]);
    let sheet = book.worksheet_range("enterprises").unwrap();
    let at =
        |name: &str| (0..).find(|&c| sheet.get_value((0, c)) == Some(&Data::from(name))).unwrap();
    let cell = |row: u32, name: &str| sheet.get_value((row, at(name))).unwrap().clone();
    assert_eq!(cell(1, "name"), Data::from("=Récup | Co; \"l’atelier\""));
    assert_eq!(cell(1, "siren"), Data::from("005520135"));
    assert_eq!(cell(1, "founded"), Data::Float(2012.0));
    assert_eq!(cell(1, "scaling.seeking_to_scale"), Data::Bool(true));
    let formulas = book.worksheet_formula("enterprises").unwrap();
    assert_eq!(formulas.used_cells().count(), 0);
    let notes = book.worksheet_range("À lire").unwrap();
    let told: Vec<String> = notes.used_cells().map(|(_, _, value)| value.to_string()).collect();
    assert!(told.iter().any(|text| text.contains("essaim import enterprises")), "{told:?}");
}

fn parquet_holds(bytes: Vec<u8>) {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::Field;
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    assert_eq!(reader.metadata().file_metadata().created_by(), Some("essaim"));
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3);
    let cell = |row: usize, name: &str| -> Field {
        rows[row].get_column_iter().find(|(known, _)| *known == name).unwrap().1.clone()
    };
    assert_eq!(cell(0, "lat"), Field::Double(44.753_216_789_012_3));
    assert_eq!(cell(1, "insee"), Field::Str("01053".to_owned()));
    assert_eq!(cell(0, "register"), Field::Bool(true));
    assert_eq!(cell(2, "lat"), Field::Null);
    let Field::ListInternal(offers) = cell(0, "offers") else { panic!("a list") };
    assert_eq!(offers.elements()[0], Field::Str("vélos; ateliers".to_owned()));
}

#[tokio::test]
async fn everything_goes_out_with_its_account_and_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let key = json!({"id": "k1", "role": "admin", "territories": [], "label": "Scouts fictifs",
        "digest": "c0ffee".repeat(8), "created": "2026-11-01T00:00:00Z", "expires": "2027-11-01"});
    let from = opened(folder.path(), vec![NewRevision::new(Kind::Key, "k1", &key)]).await;
    settled(&from, Kind::Enterprise, &hard_enterprises()).await;
    settled(&from, Kind::Actor, &hard_actors()).await;
    let ask = |territory: Option<&str>, what| ExportAsk {
        what,
        written: Written::Csv,
        seq: None,
        territory: territory.map(str::to_owned),
        lang: Lang::Fr,
    };
    let who = Identity::operator("test");
    let all = export(&from, &who, ask(None, What::All)).await.unwrap();
    let manifest = all.files.iter().find(|file| file.path == "manifest.json").unwrap();
    let manifest: Value = serde_json::from_slice(&manifest.bytes).unwrap();
    assert_eq!(manifest["seq"], all.seq);
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len() + 1, all.files.len());
    for (entry, file) in listed.iter().zip(&all.files) {
        assert_eq!(entry["path"], file.path);
        assert_eq!(entry["sha256"], essaim::catalogue::store::digest(&file.bytes));
        assert_eq!(entry["rows"].as_u64(), file.rows.map(|rows| rows as u64));
        assert!(!String::from_utf8_lossy(&file.bytes).contains("c0ffee"), "{}", file.path);
    }
    let datasets = manifest["datasets"].as_array().unwrap();
    let names: Vec<&str> = datasets.iter().map(|d| d["name"].as_str().unwrap()).collect();
    for name in ["territories", "indicators", "programmes", "supply", "supports", "taxonomy"] {
        assert!(names.contains(&name), "{name}");
        let one = export(&from, &who, ask(None, What::parse(name).unwrap())).await.unwrap();
        let same = all.files.iter().filter(|f| f.path.starts_with(&format!("datasets/{name}/")));
        assert_eq!(one.files.len(), same.count() + 1, "{name}");
    }
    assert!(datasets.iter().all(|d| d["digest"].is_string() && d["licence"].is_string()));
    // The same state, the same bytes.
    assert_eq!(export(&from, &who, ask(None, What::All)).await.unwrap().files, all.files);
    // Of one territory: the enterprise by its home, and the actor of its commune.
    let count = async |territory: &str, kind| {
        let asked = ask(Some(territory), What::Rows(kind));
        export(&from, &who, asked).await.unwrap().files[0].rows
    };
    assert_eq!(count("com-69123", Kind::Enterprise).await, Some(1));
    assert_eq!(count("dep-01", Kind::Enterprise).await, Some(1));
    assert_eq!(count("dep-26", Kind::Enterprise).await, Some(0));
    assert_eq!(count("dep-26", Kind::Actor).await, Some(1));
}

#[tokio::test]
async fn what_a_spreadsheet_cannot_hold_is_said_and_another_format_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let from = opened(folder.path(), Vec::new()).await;
    let long = json!({"id": "longue", "name": "Longue", "summary": "é".repeat(32_768)});
    settled(&from, Kind::Enterprise, &[long]).await;
    let ask = ExportAsk {
        what: What::Rows(Kind::Enterprise),
        written: Written::Xlsx,
        seq: None,
        territory: None,
        lang: Lang::Fr,
    };
    let refused = export(&from, &Identity::operator("test"), ask).await.unwrap_err();
    let problem = essaim::http::error::DoorError::from(refused).problem(Lang::Fr);
    assert_eq!((problem.status, problem.code), (422, "not_exportable"));
    assert!(problem.detail.contains("`summary` de `longue`"), "{}", problem.detail);
    let csv = exported(&from, Kind::Enterprise, Written::Csv).await;
    assert!(csv.bytes.len() > 65_536);
}

#[tokio::test]
async fn observations_in_a_table_are_checked_as_the_form_is_and_enter_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let scouting = opened(folder.path(), Vec::new()).await;
    let table = "Territoire;Constat;Besoin;Gravité;Vu le;Organisation;Source\n\
        Die;Aucun bus le soir.;;0,8;2026-05-12;Centre social fictif;réunion\n\
        Die;Trop grave.;;5;2026-05-12;Centre social fictif;réunion\n\
        Die;Besoin mal écrit.;precarite_alimentaire_etudiant;0,5;2026-05;Centre social fictif;réunion\n\
        Die;Sans auteur.;;0,5;2026-05;;réunion\n\
        Die;Demain.;;0,5;2027-05-12;Centre social fictif;réunion\n\
        Die;Appeler Mme Martin.;;0,5;2026-05-12;Centre social fictif;réunion\n\
        Nullepart-sur-Rien;Rien.;;0,5;2026-05-12;Centre social fictif;réunion\n\
        Métropole de Lyon;Friches vides.;;0,4;2026-05-12;Centre social fictif;visite\n";
    let ledger = imported(&scouting, Kind::Observation, table.as_bytes()).await;
    let told: Vec<(u64, &str)> =
        ledger.rejected.iter().map(|e| (e.line, e.problem.field.as_str())).collect();
    let expected =
        [(3, "severity"), (4, "need"), (5, "by"), (6, "date"), (7, "text"), (8, "territory")];
    assert_eq!(told, expected);
    assert!(ledger.rejected[1].problem.way_out_fr.contains("precarite_alimentaire_etudiante"));
    assert_eq!((ledger.read, ledger.kept), (8, 2));
    let seq = ledger.seq.unwrap();
    assert_eq!(seq.end - seq.start, 2);
    assert_eq!(ledger.columns.len(), 7);
    let again = imported(&scouting, Kind::Observation, table.as_bytes()).await;
    assert_eq!((again.unchanged, again.seq), (2, None));
    // A partner brings those of its territories only.
    let who = Identity {
        who: essaim::access::Who::Key {
            id: "k".to_owned(),
            role: essaim::access::Role::Partner,
            territories: vec!["epci-200046977".to_owned()],
        },
        address: None,
    };
    let ask = ImportAsk {
        import: Import::Own(Kind::Observation),
        bytes: table.as_bytes(),
        format: Format::Auto,
        note: None,
        dry_run: true,
        idempotent: None,
    };
    let partner = import(&scouting, &who, ask.clone(), TODAY).await.unwrap();
    assert_eq!((partner.kept, partner.rejected[0].line), (1, 2));
    assert!(partner.rejected[0].problem.reason_fr.contains("ne permet pas ici"));
    let decisions = ImportAsk { import: Import::Own(Kind::Decision), ..ask };
    assert!(import(&scouting, &who, decisions, TODAY).await.is_err());
}
