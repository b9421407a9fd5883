//! The module as a whole: properties of scores, and the life of the index.
//!
//! The golden figures are measured in `evaluation::judged`.

pub(crate) mod plain;
pub(crate) mod seed;

use proptest::prelude::*;

use crate::annotation::Annotator;
use crate::domain::enterprise::Enterprise;
use crate::domain::lang::Lang;

use super::*;

/// An index in memory that holds these enterprises.
pub(crate) fn index(enterprises: &[Enterprise], annotator: &Annotator) -> Index {
    let mut index = Index::open(None).unwrap();
    fill(&mut index, enterprises, annotator, 1);
    index
}

fn fill(index: &mut Index, enterprises: &[Enterprise], annotator: &Annotator, seq: u64) {
    let all: Vec<IndexedEnterprise<'_>> = enterprises
        .iter()
        .map(|enterprise| IndexedEnterprise { enterprise, body: &enterprise.summary })
        .collect();
    index.replace(&all, seq, "rules", annotator.taxonomy()).unwrap();
}

fn ids(index: &Index, annotator: &Annotator, q: &str) -> Vec<String> {
    let found = index.searcher().unwrap();
    let found = found.search(annotator, annotator.taxonomy(), q, 10, Lang::Fr).unwrap();
    found.hits.into_iter().map(|hit| hit.id).collect()
}

#[test]
#[ignore = "writes index/term_statistics.tsv.gz: run it when the seed or the taxonomy changes"]
fn freeze() {
    let (enterprises, annotator) = seed::real().expect("the seed is there");
    let frozen = statistics::Statistics::freeze(&enterprises, annotator.taxonomy());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/index/term_statistics.tsv.gz");
    std::fs::write(path, frozen.write()).unwrap();
}

#[test]
fn both_apostrophes_accents_capitals_and_plurals_find_the_same() {
    let (enterprises, annotator) = seed::small();
    let index = index(&enterprises, annotator);
    let reference = ids(&index, annotator, "réparation d’un vélo");
    assert_eq!(reference[0], "atelier-velo");
    for q in ["REPARATIONS VELOS", "reparation d'un velo", "réparations de vélos"] {
        assert_eq!(ids(&index, annotator, q)[0], "atelier-velo", "{q}");
    }
}

#[test]
fn a_typing_error_is_corrected_only_where_the_word_finds_nothing() {
    let (enterprises, annotator) = seed::small();
    let index = index(&enterprises, annotator);
    let searcher = index.searcher().unwrap();
    let search =
        |q: &str| searcher.search(annotator, annotator.taxonomy(), q, 10, Lang::Fr).unwrap();
    let found = search("Couturre");
    assert_eq!(found.corrections, [("Couturre".to_owned(), "couture".to_owned())]);
    assert_eq!(found.hits[0].id, "couture");
    assert!(search("couture").corrections.is_empty());
}

#[test]
fn english_finds_french_records_through_the_taxonomy() {
    let (enterprises, annotator) = seed::small();
    let index = index(&enterprises, annotator);
    assert_eq!(ids(&index, annotator, "baby clothes")[0], "bebe");
}

#[test]
fn odd_questions_find_nothing_and_do_not_fail() {
    let (enterprises, annotator) = seed::small();
    let index = index(&enterprises, annotator);
    for q in ["", "   ", "de la les", "🐝🐝🐝", "'’'", "\0\t\n", "AND OR NOT ( \" *", "zzyzxq"]
    {
        assert!(ids(&index, annotator, q).is_empty(), "{q:?}");
    }
    assert!(ids(&index, annotator, &"vélo ".repeat(2_000)).contains(&"atelier-velo".to_owned()));
}

#[test]
fn the_snippet_shows_the_words_and_relevance_agrees_with_the_ranking() {
    let (enterprises, annotator) = seed::small();
    let index = index(&enterprises, annotator);
    let searcher = index.searcher().unwrap();
    let taxonomy = annotator.taxonomy();
    let found = searcher.search(annotator, taxonomy, "vélo", 10, Lang::Fr).unwrap();
    assert!(found.hits[0].snippet.html.contains("<mark>vélos</mark>"), "{:?}", found.hits[0]);
    let relevance = searcher.relevance(annotator, taxonomy, "vélo").unwrap();
    assert_eq!(relevance.len(), found.total);
    for hit in &found.hits {
        let expected = hit.score.0 / (hit.score.0 + settings::SETTINGS.half);
        assert!((relevance[&hit.id] - expected).abs() < 1e-15);
    }
    assert_eq!(searcher.body("bebe").unwrap().as_deref(), Some(enterprises[1].summary.as_str()));
    assert_eq!(searcher.body("nobody").unwrap(), None);
}

#[test]
fn the_index_on_disk_says_its_state_and_a_damaged_one_opens_empty() {
    let (enterprises, annotator) = seed::small();
    let folder = tempfile::tempdir().unwrap();
    let open = || Index::open(Some(folder.path())).unwrap();
    let mut index = open();
    assert_eq!((index.seq(), index.rules()), (0, ""));
    fill(&mut index, &enterprises, annotator, 7);
    drop(index);
    let index = open();
    assert_eq!((index.seq(), index.rules()), (7, "rules"));
    assert_eq!(ids(&index, annotator, "vélo")[0], "atelier-velo");
    drop(index);
    let mut files: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files.into_iter().filter(|path| path.extension().is_some_and(|e| e != "lock")) {
        let mut index = open();
        fill(&mut index, &enterprises, annotator, 7);
        drop(index);
        if let Ok(mut bytes) = std::fs::read(&path) {
            let middle = bytes.len() / 2;
            bytes.truncate(middle);
            std::fs::write(&path, bytes).unwrap();
            let mut index = open();
            assert!(matches!(index.seq(), 0 | 7), "{path:?}");
            fill(&mut index, &enterprises, annotator, 7);
            assert_eq!(ids(&index, annotator, "vélo")[0], "atelier-velo", "{path:?}");
        }
    }
}

#[test]
fn replacing_removes_the_gone_and_rewrites_the_changed() {
    let (mut enterprises, annotator) = seed::small();
    let mut index = index(&enterprises, annotator);
    let before = index.searcher().unwrap();
    enterprises.remove(0);
    enterprises[0].activities = vec!["poterie".to_owned()];
    enterprises[0].summary = "Un four de poterie.".to_owned();
    fill(&mut index, &enterprises, annotator, 2);
    assert_eq!(index.seq(), 2);
    assert!(!ids(&index, annotator, "vélo").contains(&"atelier-velo".to_owned()));
    assert_eq!(ids(&index, annotator, "poterie"), ["bebe"]);
    let old = before.search(annotator, annotator.taxonomy(), "vélo", 1, Lang::Fr).unwrap();
    assert_eq!(old.hits[0].id, "atelier-velo");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// The score of a record is the same bits whatever stands beside it and in whatever
    /// number of commits it was written.
    #[test]
    fn a_score_depends_on_the_record_alone(kept in proptest::collection::vec(any::<bool>(), 6), q in "(vélo|bébé|textile|emploi|logement|réparation| ){1,4}") {
        let (enterprises, annotator) = seed::small();
        let taxonomy = annotator.taxonomy();
        let whole = index(&enterprises, annotator);
        let whole = whole.searcher().unwrap().relevance(annotator, taxonomy, &q).unwrap();
        let mut some = Vec::new();
        let mut index = Index::open(None).unwrap();
        for (enterprise, _) in enterprises.iter().zip(&kept).filter(|(_, kept)| **kept) {
            some.push(enterprise.clone());
            fill(&mut index, &some, annotator, some.len() as u64);
        }
        let part = index.searcher().unwrap().relevance(annotator, taxonomy, &q).unwrap();
        for enterprise in &some {
            prop_assert_eq!(part.get(&enterprise.id), whole.get(&enterprise.id));
        }
    }

    #[test]
    fn any_text_is_a_question(q in "\\PC{0,80}") {
        let (enterprises, annotator) = seed::small();
        let index = index(&enterprises, annotator);
        let relevance = index.searcher().unwrap().relevance(annotator, annotator.taxonomy(), &q).unwrap();
        prop_assert!(relevance.values().all(|r| (0.0..1.0).contains(r)));
    }
}

fn rows(enterprises: &[Enterprise]) -> Vec<IndexedEnterprise<'_>> {
    enterprises
        .iter()
        .map(|enterprise| IndexedEnterprise { enterprise, body: &enterprise.summary })
        .collect()
}

/// The files of a folder with the time they were written.
fn files(dir: &std::path::Path) -> Vec<(std::ffi::OsString, std::time::SystemTime)> {
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name(), entry.metadata().unwrap().modified().unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_few_rows_applied_give_what_all_of_them_replaced_give() {
    let (enterprises, annotator) = seed::small();
    let taxonomy = annotator.taxonomy();
    let folder = tempfile::tempdir().unwrap();
    let mut patched = Index::open(Some(folder.path())).unwrap();
    fill(&mut patched, &enterprises[1..], annotator, 1);
    let mut last = enterprises[2].clone();
    last.summary.push_str(" Réparation de vélos.");
    let changed = [enterprises[0].clone(), last.clone()];
    let gone = enterprises[1].id.as_str();
    assert!(patched.apply(&rows(&changed), &[gone], 2, "rules", taxonomy).unwrap());
    assert!(!patched.apply(&rows(&changed), &[], 3, "other", taxonomy).unwrap());
    let mut all = enterprises.clone();
    all[2] = last;
    all.remove(1);
    let whole = index(&all, annotator);
    for q in ["réparation d’un vélo", "isolement", "emploi", "logement"] {
        assert_eq!(ids(&patched, annotator, q), ids(&whole, annotator, q), "{q}");
    }
    assert_eq!(patched.seq(), 2);
    // No enterprise changed: nothing is written, and nothing is rewritten once opened again.
    let before = files(folder.path());
    assert!(patched.apply(&[], &[], 7, "rules", taxonomy).unwrap());
    assert_eq!((patched.seq(), files(folder.path())), (7, before));
    drop(patched);
    let mut again = Index::open(Some(folder.path())).unwrap();
    assert_eq!(again.seq(), 2);
    let stores = |dir| {
        files(dir).into_iter().filter(|(name, _)| {
            std::path::Path::new(name).extension().is_some_and(|end| end == "store")
        })
    };
    let before: Vec<_> = stores(folder.path()).collect();
    again.replace(&rows(&all), 7, "rules", taxonomy).unwrap();
    assert_eq!(stores(folder.path()).collect::<Vec<_>>(), before);
    assert_eq!(again.seq(), 7);
}

#[test]
fn a_folder_has_one_writer_and_the_others_never_see_it_move() {
    let (enterprises, annotator) = seed::small();
    let taxonomy = annotator.taxonomy();
    let folder = tempfile::tempdir().unwrap();
    let mut owner = Index::open(Some(folder.path())).unwrap();
    fill(&mut owner, &enterprises, annotator, 1);
    // The other reads what is there, as long as it is what it wants.
    let mut other = Index::open(Some(folder.path())).unwrap();
    fill(&mut other, &enterprises, annotator, 4);
    assert_eq!(other.seq(), 4);
    let view = other.searcher().unwrap();
    let before = ids(&other, annotator, "réparation d’un vélo");
    assert!(owner.apply(&[], &[before[0].as_str()], 5, "rules", taxonomy).unwrap());
    assert_eq!(ids(&other, annotator, "réparation d’un vélo"), before);
    assert!(view.body(&before[0]).unwrap().is_some());
    // It does not write there: it makes its own.
    let written = files(folder.path());
    assert!(!other.apply(&rows(&enterprises[..1]), &[], 5, "rules", taxonomy).unwrap());
    fill(&mut other, &enterprises[..1], annotator, 5);
    assert!(other.apply(&rows(&enterprises[1..2]), &[], 6, "rules", taxonomy).unwrap());
    assert_eq!(files(folder.path()), written);
    // Its owner gone, the folder is the next one's.
    drop(owner);
    let mut next = Index::open(Some(folder.path())).unwrap();
    assert!(next.apply(&[], &[enterprises[0].id.as_str()], 6, "rules", taxonomy).unwrap());
    assert_ne!(files(folder.path()), written);
}

/// A process killed after it wrote the files of a commit and before it named them.
#[test]
fn an_index_killed_in_the_middle_of_a_commit_follows_again() {
    let (enterprises, annotator) = seed::small();
    let folder = tempfile::tempdir().unwrap();
    let meta = folder.path().join("meta.json");
    let mut index = Index::open(Some(folder.path())).unwrap();
    fill(&mut index, &enterprises, annotator, 1);
    let named = std::fs::read(&meta).unwrap();
    let mut changed = enterprises.clone();
    changed[0].summary.push_str(" autrement");
    fill(&mut index, &changed, annotator, 2);
    drop(index);
    std::fs::write(&meta, named).unwrap();
    let mut index = Index::open(Some(folder.path())).unwrap();
    assert_eq!(index.seq(), 1);
    fill(&mut index, &changed, annotator, 2);
    assert_eq!(index.rows().unwrap(), enterprises.len() as u64);
    assert!(index.disagreement(&rows(&changed)).unwrap().is_none());
}
