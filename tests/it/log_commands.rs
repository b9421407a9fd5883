//! The commands about the log:
//! 1. `check` ends with 0 for a sound log, 1 for one with faults, which it names, 2 where
//!    there is none; a head noted elsewhere is found again, or not;
//! 2. `backup` then `restore` give the same log, and refuse with words;
//! 3. `erase` asks twice, erases everywhere, and says what still holds it;
//! 4. `history ID` tells when, who, from where, what and why, and no secret;
//! 5. a text index that disagrees with the log is told and built again.

use std::path::{Path, PathBuf};
use std::process::Command;

use essaim::catalogue::store::{Signed, Store, StoreAddress};
use essaim::catalogue::{Kind, NewRevision};
use essaim::domain::enterprise::Enterprise;
use essaim::domain::taxonomy::Taxonomy;
use essaim::retrieval::{Index, IndexedEnterprise};
use essaim::scouting::index_check::{Finding, check_index, rebuild_index};
use essaim::scouting::{OpenOptions, Scouting};
use serde_json::{Value, json};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn essaim(data: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_essaim"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ESSAIM_")) {
        command.env_remove(name);
    }
    let output = command.arg("--data").arg(data).args(arguments).output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn json_of(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out)
        .unwrap_or_else(|cause| panic!("{cause}: {} {}", ran.out, ran.err))
}

/// A small catalogue: a row changed twice, a decision about it, a key.
async fn small() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let store = open(&data).await;
    let now = "2026-11-01T10:00:00Z".parse().unwrap();
    let row = |name: &str, city: &str| {
        let body = json!({ "id": "ruche", "name": name, "city": city });
        NewRevision::new(Kind::Enterprise, "ruche", &body)
    };
    store.append(vec![row("Ruche", "Lyon")], "seed", now).await.unwrap();
    let signed = Signed { author: "k-lyon", address: Some("192.0.2.7"), now };
    let changed = row("Zanzibar", "Lyon").because("nom corrigé");
    store.append_checked(&[changed], &signed, &[], None).await.unwrap();
    let decision = json!({ "state": "contacted" });
    let decision = NewRevision::new(Kind::Decision, "com-69123/ruche", &decision);
    let key = json!({ "digest": "0123456789abcdef", "label": "Lyon" });
    let key = NewRevision::new(Kind::Key, "k-lyon", &key);
    store.append(vec![decision, key], "local", now).await.unwrap();
    store.close().await;
    (folder, data)
}

async fn open(data: &Path) -> Store {
    Store::open(&StoreAddress::Sqlite(data.join("catalogue.sqlite"))).await.unwrap()
}

/// Property 1.
#[tokio::test]
async fn check_tells_what_is_wrong_and_where() {
    let (_folder, data) = small().await;
    let sound = essaim(&data, &["check", "--log-only", "--format", "json"]);
    assert_eq!(sound.code, 0, "{}", sound.err);
    let head = json_of(&sound)["log"]["head"].as_str().unwrap().to_owned();
    assert_eq!(json_of(&sound)["log"]["by_kind"]["enterprise"], 2);
    let table = essaim(&data, &["check", "--log-only"]);
    assert!(table.out.contains(&head) && table.out.contains("aucun"), "{}", table.out);
    let store = open(&data).await;
    let later = NewRevision::new(Kind::Actor, "a", &json!({ "id": "a" }));
    store.append(vec![later], "local", "2026-11-02T10:00:00Z".parse().unwrap()).await.unwrap();
    store.close().await;
    let noted = essaim(&data, &["check", "--log-only", "--head", &head]);
    assert_eq!(noted.code, 0, "{}", noted.err);
    assert!(noted.out.contains("révision 4"), "{}", noted.out);
    let other = essaim(&data, &["check", "--log-only", "--head", &"0".repeat(64)]);
    assert_eq!(other.code, 1);
    assert!(other.out.contains("introuvable"), "{}", other.out);

    // One byte of the file.
    let path = data.join("catalogue.sqlite");
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.windows(8).position(|found| found == b"Zanzibar").unwrap();
    bytes[at] = b'S';
    std::fs::write(&path, bytes).unwrap();
    let faults = essaim(&data, &["check", "--log-only", "--format", "json", "--lang", "en"]);
    assert_eq!(faults.code, 1, "{}", faults.err);
    let told = &json_of(&faults)["log"]["faults"];
    assert_eq!(told.as_array().unwrap().len(), 1);
    assert_eq!((&told[0]["seq"], &told[0]["code"]), (&json!(2), &json!("content")));
    // The other commands refuse such a log, with the way out.
    let refused = essaim(&data, &["history", "ruche"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("essaim restore") && refused.err.contains("revision 2"));
    std::fs::write(&path, b"rien").unwrap();
    let garbage = essaim(&data, &["check"]);
    assert_eq!(garbage.code, 1, "{}", garbage.err);
    assert!(garbage.out.contains("le fichier de la base est abîmé"), "{}", garbage.out);
    let none = essaim(&data.join("elsewhere"), &["check"]);
    assert_eq!(none.code, 2);
    assert!(none.err.contains("aucun catalogue"), "{}", none.err);
}

/// Property 2.
#[tokio::test]
async fn a_backup_is_restored_as_it_was() {
    let (folder, data) = small().await;
    let file = folder.path().join("saved.tar.gz");
    let name = file.to_str().unwrap();
    let saved = essaim(&data, &["backup", name, "--format", "json"]);
    assert_eq!(saved.code, 0, "{}", saved.err);
    assert_eq!(json_of(&saved)["revisions"], 4);
    let again = essaim(&data, &["backup", name]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("--force"), "{}", again.err);
    assert_eq!(essaim(&data, &["backup", name, "--force"]).code, 0);
    let empty = folder.path().join("restored");
    let dry = essaim(&empty, &["restore", name, "--dry-run"]);
    assert_eq!(dry.code, 0, "{}", dry.err);
    assert!(!empty.exists());
    let restored = essaim(&empty, &["restore", name]);
    assert_eq!(restored.code, 0, "{}", restored.err);
    let heads = [&data, &empty].map(|data| {
        json_of(&essaim(data, &["check", "--log-only", "--format", "json"]))["log"]["head"].clone()
    });
    assert_eq!(heads[0], heads[1]);
    let full = essaim(&empty, &["restore", name]);
    assert_eq!(full.code, 2);
    assert!(full.err.contains("contient déjà"), "{}", full.err);
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let cut = essaim(&folder.path().join("new"), &["restore", name]);
    assert_eq!(cut.code, 2);
    assert!(cut.err.contains("coupée") && cut.err.contains("rien n’a été restauré"), "{}", cut.err);
    assert!(!folder.path().join("new").exists());
}

/// Properties 3 and 4.
#[tokio::test]
async fn a_row_is_erased_and_its_history_says_so() {
    let (_folder, data) = small().await;
    let history = essaim(&data, &["history", "ruche"]);
    for expected in ["k-lyon", "192.0.2.7", "nom corrigé", "créée", "name", "com-69123/ruche"] {
        assert!(history.out.contains(expected), "{expected}: {}", history.out);
    }
    assert!(history.out.lines().all(|line| line.chars().count() <= 100), "{}", history.out);
    let one = essaim(&data, &["history", "enterprise", "ruche", "--format", "json"]);
    assert_eq!(json_of(&one)["revisions"][1]["fields"], json!(["name"]));
    let decision = essaim(&data, &["history", "com-69123/ruche", "--format", "json"]);
    assert_eq!(json_of(&decision)["rows"][0]["kind"], "decision");
    for shape in ["table", "json"] {
        let key = essaim(&data, &["history", "k-lyon", "--format", shape]);
        assert_eq!(key.code, 0, "{}", key.err);
        assert!(!key.out.contains("0123456789abcdef"), "{}", key.out);
    }
    assert_eq!(essaim(&data, &["history", "personne"]).code, 1);

    let erase = ["erase", "enterprise", "ruche", "--because", "RGPD, art. 17"];
    let asked = essaim(&data, &erase);
    assert_eq!(asked.code, 2);
    assert!(asked.err.contains("--yes"), "{}", asked.err);
    assert!(essaim(&data, &["history", "ruche"]).out.contains("nom corrigé"));
    let unknown = essaim(&data, &["erase", "actor", "personne", "--because", "x", "--yes"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("essaim history"), "{}", unknown.err);
    let done = essaim(&data, &[&erase[..], &["--yes"]].concat());
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("sauvegardes") && done.out.contains("decision com-69123/ruche"));
    let history = essaim(&data, &["history", "enterprise", "ruche"]);
    assert!(!history.out.contains("nom corrigé") && !history.out.contains("192.0.2.7"));
    assert!(history.out.contains("effacée") && history.out.contains("RGPD"), "{}", history.out);
    for beside in ["", "-wal"] {
        let path = data.join(format!("catalogue.sqlite{beside}"));
        let bytes = std::fs::read(path).unwrap_or_default();
        assert!(!bytes.windows(8).any(|found| found == b"Zanzibar"), "{beside}");
    }
    let check = essaim(&data, &["check", "--log-only", "--format", "json"]);
    assert_eq!((check.code, &json_of(&check)["log"]["erased"]), (0, &json!(2)));
}

/// Property 5.
#[tokio::test]
async fn an_index_that_disagrees_with_the_log_is_built_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_owned();
    let options = OpenOptions { data: data.clone(), database: None };
    let scouting = Scouting::open(options).await.unwrap();
    let rows = scouting.scene().searcher.rows();
    let store = scouting.store().clone();
    // As long as a service holds the index, it is compared and left alone.
    let found = check_index(&store, &data).await.unwrap();
    assert_eq!((&found.finding, found.elsewhere), (&Finding::Agrees, true));
    assert!(!rebuild_index(&store, &data).await.unwrap());
    drop(scouting);
    let found = check_index(&store, &data).await.unwrap();
    assert_eq!((&found.finding, found.rows, found.elsewhere), (&Finding::Agrees, rows, false));

    // An index that holds something else and says that it shows the same state.
    let mut index = Index::open(Some(&data.join("text"))).unwrap();
    let (seq, rules) = (index.seq(), index.rules().to_owned());
    let other = Enterprise { id: "intruse".to_owned(), ..Enterprise::default() };
    let other = IndexedEnterprise { enterprise: &other, body: "{}" };
    index.replace(&[other], seq, &rules, &Taxonomy::default()).unwrap();
    drop(index);
    let found = check_index(&store, &data).await.unwrap();
    let Finding::Disagrees(told) = &found.finding else { panic!("{found:?}") };
    assert_eq!(
        (told.missing.len() as u64, told.extra.as_slice()),
        (rows, &["intruse".to_owned()][..])
    );
    assert_eq!((found.rows, found.seq), (rows, seq));

    // A file of the index that lost a byte.
    let file = std::fs::read_dir(data.join("text"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|ending| ending == "store"))
        .unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let found = check_index(&store, &data).await.unwrap();
    assert_eq!((&found.finding, found.rows), (&Finding::Damaged, rows));
}
