//! Numbered properties:
//! 1. the seed loads in one transaction, once, and every dataset in it is read;
//! 2. no seed file is forgotten, no row is refused;
//! 3. every priority and observation names concepts of the taxonomy.

use super::*;
use crate::catalogue::datasets::{indicators, programmes, supply, support, taxonomy, territories};
use crate::catalogue::record::{observation, priority};
use crate::catalogue::{At, StoreAddress};
use crate::domain::concept::ConceptKind;

fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

/// Property 2.
#[test]
fn every_seed_file_is_a_row_file_or_belongs_to_a_dataset() {
    for (path, _) in embedded::seed_files() {
        let known = is_aside(&path)
            || ROWS.iter().any(|(rows, _)| *rows == path)
            || DATASETS.iter().any(|dataset| (dataset.takes)(&path).is_some());
        assert!(known, "`{path}` is embedded and nobody loads it: name it in src/catalogue/seed");
    }
}

fn texts(files: &datasets::DatasetFiles) -> Vec<(String, String)> {
    files
        .iter()
        .map(|(path, content)| (path.clone(), String::from_utf8(content.clone()).unwrap()))
        .collect()
}

/// Properties 1 to 3.
#[tokio::test]
async fn the_seed_loads_once_and_all_of_it_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&StoreAddress::Sqlite(folder.path().join("log.sqlite"))).await.unwrap();
    let report = load_seed(&store, now()).await.unwrap();
    assert_eq!(report.missing, Vec::<String>::new());
    assert_eq!(report.rejected, Vec::new());
    assert_eq!(report.rows[&Kind::Enterprise], 387);
    assert!(report.rows[&Kind::Actor] > 10_000);
    assert_eq!(report.rows[&Kind::Profile], profiles().len());
    let last = store.last_seq().await.unwrap();
    assert_eq!(report.seq, Some(1..last + 1));
    assert_eq!(load_seed(&store, now()).await.unwrap().seq, None);
    assert_eq!(store.last_seq().await.unwrap(), last);
    assert!(store.check().await.unwrap().is_sound());

    let files = |name: &'static str| {
        let store = &store;
        async move { store.dataset_files(name, At::Latest).await.unwrap() }
    };
    let taxonomy = taxonomy::parse(&texts(&files("taxonomy").await)).unwrap();
    assert!(taxonomy.count(ConceptKind::Need) > 80);
    let atlas = territories::atlas(&files("territories").await).unwrap();
    assert_eq!((atlas.communes.len(), atlas.epcis.len()), (34_875, 1_255));
    assert_eq!(atlas.communes.iter().filter(|commune| commune.epci.is_none()).count(), 4);
    let indicators = indicators::parse(&files("indicators").await, &atlas).unwrap();
    assert!(indicators.list.len() > 90);
    for need in taxonomy.entries(ConceptKind::Need) {
        for used in &need.indicators {
            assert!(indicators.position(&used.id).is_some(), "{}: {}", need.id, used.id);
        }
    }
    let supply = supply::parse(&files("supply").await, &atlas, &taxonomy).unwrap();
    assert!(supply.iter().any(|source| !source.counts.is_empty()));
    let (programmes, presences) = programmes::parse(&files("programmes").await).unwrap();
    assert!(presences.iter().all(|presence| presence.programme < programmes.len()));
    assert!(!support::parse(&files("supports").await, &taxonomy).unwrap().is_empty());

    for revision in store.state_at(At::Latest, &[Kind::Priority]).await.unwrap() {
        let read = priority::read(&revision.json().unwrap(), &taxonomy).unwrap();
        assert!(read.warnings.iter().all(|w| w.field == "territory"), "{:?}", read.warnings);
    }
    for revision in store.state_at(At::Latest, &[Kind::Observation]).await.unwrap() {
        let read = observation::read(&revision.json().unwrap(), &taxonomy).unwrap();
        assert_eq!(read.warnings, Vec::new(), "{}", revision.id);
    }
}

#[test]
fn the_shipped_profiles_have_an_owner_a_date_names_and_a_reason() {
    let ids: Vec<String> = profiles().iter().map(|profile| profile.id.clone()).collect();
    assert_eq!(ids, ["equal", "ground_first", "need_first", "proof_first"]);
    for profile in profiles() {
        assert!(!profile.owner.is_empty() && profile.territory.is_none(), "{}", profile.id);
        assert!(profile.as_of.is_some() && profile.source.is_some(), "{}", profile.id);
        for text in [&profile.name_fr, &profile.name_en, &profile.note_fr, &profile.note_en] {
            assert!(text.as_ref().is_some_and(|text| text.len() > 5), "{}", profile.id);
        }
    }
}
