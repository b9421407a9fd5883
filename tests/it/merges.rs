//! One organisation told twice is shown once, and undoing gives back what was.
//!
//! 1. Two actors merged are one, with the sources and lists of both; unmerged, the rows are
//!    exactly those before.
//! 2. An actor that is an enterprise becomes a site of it; a sister, one of its network.
//! 3. Two enterprises merged are one; the other id still answers.
//! 4. What a person said of a pair is not proposed again; two SIRENs are never one.
//! 5. Applying merges what is sure, once: a second time there is nothing left to merge.

use std::sync::Arc;

use essaim::access::Identity;
use essaim::catalogue::{Kind, NewRevision};
use essaim::domain::lang::Lang;
use essaim::scouting::duplicates::{Ask, find, write};
use essaim::scouting::scene::Scene;
use essaim::scouting::writing::Manner;
use essaim::scouting::{OpenOptions, Scouting, vocabulary};
use serde_json::{Value, json};

use super::common::TODAY;
use super::small::small_catalogue;

fn actor(id: &str, name: &str, more: &Value) -> NewRevision {
    let mut row = json!({"id": id, "name": name, "insee": "69123", "commune": "Lyon",
        "sources": [{"source": format!("registre {id}"), "year": 2024, "licence": "LO 2.0"}]});
    for (field, value) in more.as_object().unwrap() {
        row[field] = value.clone();
    }
    NewRevision::new(Kind::Actor, id, &row)
}

fn enterprise(id: &str, name: &str) -> NewRevision {
    NewRevision::new(
        Kind::Enterprise,
        id,
        &json!({"id": id, "name": name, "home": {"commune": "Lyon", "departement": "Rhône"},
            "summary": "Répare des vélos.", "themes": ["mobilites"]}),
    )
}

async fn opened(folder: &tempfile::TempDir) -> Scouting {
    let rows = vec![
        actor("a", "La Ressourcerie des Tilleuls", &json!({"offers": ["vélos"]})),
        actor(
            "b",
            "Asso. RESSOURCERIE DES TILLEULS",
            &json!({"offers": ["meubles"],
            "siret": "77554408300006", "register": true}),
        ),
        actor("c", "Cyclofournil Lyon", &json!({})),
        actor("d", "Comité des fêtes", &json!({"siret": "26210046400011"})),
        enterprise("cyclofournil", "Cyclofournil"),
        enterprise("cyclo-fournil", "Cyclo-fournil"),
    ];
    small_catalogue(folder.path(), None, rows).await;
    let options = OpenOptions { data: folder.path().to_owned(), database: None };
    Scouting::open(options).await.unwrap()
}

fn who() -> Identity {
    Identity::operator("test")
}

async fn say(scouting: &Scouting, kept: &str, other: &str, verdict: &str) -> Arc<Scene> {
    let body = json!({"kept": kept, "other": other, "verdict": verdict});
    let said = write::merge(scouting, &who(), &body, Manner::default(), TODAY).await.unwrap();
    said.scene
}

async fn undo(scouting: &Scouting, a: &str, b: &str) -> Arc<Scene> {
    let manner = Manner { reason: Some("essai".to_owned()), ..Manner::default() };
    write::unmerge(scouting, &who(), (a, b), manner).await.unwrap();
    scouting.scene()
}

fn ask() -> Ask {
    Ask { territory: Some("Lyon".to_owned()), threshold: None, sisters: false, lang: Lang::Fr }
}

/// Whether two scenes show the same organisations.
fn same_rows(one: &Scene, other: &Scene) {
    assert_eq!(one.rows.actors, other.rows.actors);
    assert_eq!(one.rows.enterprises, other.rows.enterprises);
    assert_eq!(one.site_actors, other.site_actors);
}

#[tokio::test(flavor = "multi_thread")]
async fn merging_shows_one_and_unmerging_gives_back_what_was() {
    let folder = tempfile::tempdir().unwrap();
    let scouting = opened(&folder).await;
    let before = scouting.scene();

    let merged = say(&scouting, "a", "b", "same").await;
    let ids: Vec<&str> = merged.rows.actors.iter().map(|actor| actor.id.as_str()).collect();
    assert_eq!(ids, ["a", "c", "d"]);
    let one = &merged.rows.actors[0];
    assert_eq!(one.offers, ["vélos", "meubles"]);
    assert_eq!(one.sources.len(), 2);
    assert_eq!(one.siret.as_deref(), Some("77554408300006"));
    same_rows(&before, &*undo(&scouting, "b", "a").await);

    let site = say(&scouting, "cyclofournil", "actor/c", "same").await;
    assert_eq!(site.rows.actors[2].enterprise.as_deref(), Some("cyclofournil"));
    same_rows(&before, &*undo(&scouting, "actor/c", "enterprise/cyclofournil").await);

    let sister = say(&scouting, "cyclofournil", "actor/c", "sister").await;
    assert_eq!(sister.rows.actors[2].network.as_deref(), Some("Cyclofournil"));
    same_rows(&before, &*undo(&scouting, "actor/c", "enterprise/cyclofournil").await);

    let both = say(&scouting, "cyclofournil", "cyclo-fournil", "same").await;
    assert_eq!(both.rows.enterprises.len(), 1);
    assert_eq!(both.rows.enterprises[0].aliases, ["Cyclo-fournil"]);
    assert_eq!(vocabulary::enterprise_id(&both, "cyclo-fournil"), "cyclofournil");
    let whole = scouting.scene_at(Some(before.seq)).await.unwrap();
    same_rows(&before, &whole);
    same_rows(&before, &*undo(&scouting, "cyclofournil", "cyclo-fournil").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sure_is_merged_once_and_what_a_person_denied_stays_two() {
    let folder = tempfile::tempdir().unwrap();
    let scouting = opened(&folder).await;
    let found = find(&scouting.scene(), &ask()).unwrap();
    let pair = found.pairs.iter().find(|pair| pair.kept.key.id == "a").expect("a and b");
    assert_eq!(pair.other.key.id, "b");
    assert!(pair.mergeable && pair.probability >= found.merge_from);
    assert!(pair.reasons.iter().any(|reason| reason.contains("Même nom")), "{:?}", pair.reasons);

    say(&scouting, "cyclofournil", "cyclo-fournil", "different").await;
    let merged = write::apply(&scouting, &who(), &ask(), TODAY).await.unwrap();
    assert!(merged.iter().any(|pair| pair.other.key.id == "b"));
    let scene = scouting.scene();
    assert_eq!(scene.rows.enterprises.len(), 2);
    let again = write::apply(&scouting, &who(), &ask(), TODAY).await.unwrap();
    assert!(again.is_empty(), "{again:?}");
    assert_eq!(scouting.scene().seq, scene.seq);

    let body = json!({"kept": "b", "other": "d"});
    let refused = write::merge(&scouting, &who(), &body, Manner::default(), TODAY).await;
    assert!(refused.unwrap_err().to_string().contains("SIREN"));
    let unknown = json!({"kept": "a", "other": "personne"});
    assert!(write::merge(&scouting, &who(), &unknown, Manner::default(), TODAY).await.is_err());
    let nothing = Manner { reason: Some("essai".to_owned()), ..Manner::default() };
    assert!(write::unmerge(&scouting, &who(), ("a", "d"), nothing).await.is_err());
}
