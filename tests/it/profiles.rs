//! Profiles of weights: weights belong to someone, and the answer says to whom.
//!
//! 1. Request, then the profile asked for, then the territory's own, then equal.
//! 2. A territory's own profile is the latest one dated no later than the day asked, and
//!    serves that territory only.
//! 3. A log seeded before profiles were rows knows the shipped ones; one that was ended
//!    stays ended.
//! 4. An unreadable profile is left out and harms nothing.

use std::sync::{Arc, LazyLock};

use essaim::catalogue::revision::{Kind, NewRevision};
use essaim::domain::lang::Lang;
use essaim::matching::outcome::CriterionId;
use essaim::matching::weights::{Weights, WeightsAsked};
use essaim::scouting::ask::{CandidatesAsk, TerritoryAsked};
use essaim::scouting::candidates::candidates;
use essaim::scouting::error::ScoutingError;
use essaim::scouting::profiles::find;
use essaim::scouting::scene::Scene;
use essaim::scouting::{OpenOptions, Scouting};
use jiff::civil::date;
use serde_json::json;

use crate::common::{LYON, TODAY, scene};

/// Grenoble-Alpes-Métropole.
const GRENOBLE: &str = "epci-200040715";

/// A catalogue of its own: these tests write.
struct Written {
    before: Arc<Scene>,
    written: Arc<Scene>,
    ended: Arc<Scene>,
}

static WRITTEN: LazyLock<Written> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let options = OpenOptions { data: folder.path().to_owned(), database: None };
        let scouting = Scouting::open(options).await.expect("the seed opens");
        let rows = scouting.store().history(Kind::Profile, "equal").await.expect("a history");
        let first = rows.first().expect("the seed writes the profiles").seq;
        let before = scouting.scene_at(Some(first - 1)).await.expect("the state before");
        let profile = |id: &str, date: &str, weights: serde_json::Value| {
            let body = json!({"id": id, "owner": "Métropole de Lyon", "date": date,
                "territory": LYON, "name": "Nos poids", "weights": weights});
            NewRevision::new(Kind::Profile, id, &body)
        };
        let batch = vec![
            profile("lyon-2024", "2024", json!("proof>gap")),
            profile("lyon-2025", "2025-06-01", json!({"gap": 3, "proof": 1})),
            profile("lyon-2099", "2099", json!("readiness")),
            profile("lyon-faux", "2026", json!({"gpa": 1})),
        ];
        let append = async |batch| {
            let now = jiff::Timestamp::now();
            scouting.store().append(batch, "essai", now).await.expect("written");
            scouting.refresh().await.expect("refreshed");
            scouting.scene()
        };
        let written = append(batch).await;
        let ended = append(vec![NewRevision::tombstone(Kind::Profile, "proof_first")]).await;
        Written { before, written, ended }
    })
});

fn ask(territory: &str) -> CandidatesAsk {
    let mut ask = CandidatesAsk::new(territory, TODAY);
    ask.limit = 1;
    ask
}

fn weights(scene: &Scene, ask: &CandidatesAsk) -> Weights {
    candidates(scene, ask).expect("a good question").weights
}

#[test]
fn the_request_wins_over_the_profile_over_the_territory_over_equal() {
    let scene = &WRITTEN.written;
    let own = weights(scene, &ask(LYON));
    assert_eq!(
        (own.owner.as_str(), own.profile.as_deref()),
        ("Métropole de Lyon", Some("lyon-2025"))
    );
    assert_eq!(own.as_of.map(|date| date.to_string()).as_deref(), Some("2025-06-01"));
    assert_eq!((own.of(CriterionId::Gap), own.of(CriterionId::Proof)), (0.75, 0.25));
    let mut named = ask(LYON);
    named.profile = Some("need_first".to_owned());
    let asked = weights(scene, &named);
    assert_eq!((asked.owner.as_str(), asked.profile.as_deref()), ("Essaim", Some("need_first")));
    assert!(asked.as_of.is_some());
    named.weights = WeightsAsked::parse("proof:1").unwrap();
    let request = weights(scene, &named);
    assert_eq!((request.owner.as_str(), request.profile.as_deref()), ("request", None));
    assert_eq!(request.of(CriterionId::Proof), 1.0);
    let elsewhere = weights(scene, &ask(GRENOBLE));
    assert_eq!((elsewhere.owner.as_str(), elsewhere.as_of), ("equal", None));
    let mut anywhere = ask(GRENOBLE);
    anywhere.profile = Some("lyon-2024".to_owned());
    assert_eq!(weights(scene, &anywhere).owner, "Métropole de Lyon");
}

#[test]
fn the_territory_had_another_profile_then_and_a_list_of_communes_has_none() {
    let scene = &WRITTEN.written;
    let mut then = ask(LYON);
    then.as_of = date(2024, 12, 31);
    assert_eq!(weights(scene, &then).profile.as_deref(), Some("lyon-2024"));
    then.as_of = date(2023, 12, 31);
    assert_eq!(weights(scene, &then).owner, "equal");
    let communes = vec!["69381".to_owned(), "69266".to_owned()];
    let mut zone = ask("");
    zone.territory = TerritoryAsked::Zone { name: "Mon quartier".to_owned(), communes };
    assert_eq!(weights(scene, &zone).owner, "equal");
}

#[test]
fn a_log_without_the_rows_knows_the_shipped_profiles_and_an_ended_one_stays_ended() {
    let names = |scene: &Scene| -> Vec<String> {
        scene.rows.profiles.iter().map(|profile| profile.id.clone()).collect()
    };
    let shipped = ["equal", "ground_first", "need_first", "proof_first"];
    assert_eq!(names(&WRITTEN.before), shipped);
    assert!(WRITTEN.before.rows.profiles.iter().all(|profile| profile.seq == 0));
    let mut old = ask(LYON);
    old.profile = Some("ground_first".to_owned());
    assert_eq!(weights(&WRITTEN.before, &old), weights(&WRITTEN.written, &old));
    assert_eq!(names(&scene()), shipped);
    assert!(scene().rows.profiles.iter().all(|profile| profile.seq > 0));
    assert!(find(&WRITTEN.ended, "proof_first").is_err());
    assert!(find(&WRITTEN.ended, "need_first").is_ok());
}

#[test]
fn an_unreadable_profile_is_left_out_and_an_unknown_one_is_suggested() {
    let scene = &WRITTEN.written;
    let Err(ScoutingError::UnknownProfile { suggestion, known, .. }) = find(scene, "lyon-205")
    else {
        panic!("no such profile")
    };
    assert_eq!(suggestion.as_deref(), Some("lyon-2025"));
    assert!(known.contains(&"need_first".to_owned()));
    assert!(!known.contains(&"lyon-faux".to_owned()));
    assert_eq!(find(scene, "lyon-2024").unwrap().name(Lang::En), "Nos poids");
}

#[test]
fn weights_of_a_named_profile_are_refused_by_name_even_where_the_request_weighs() {
    let mut both = ask(LYON);
    both.profile = Some("nobody".to_owned());
    both.weights = WeightsAsked::parse("proof:1").unwrap();
    let refused = candidates(&scene(), &both);
    assert!(matches!(refused, Err(ScoutingError::UnknownProfile { .. })));
}
