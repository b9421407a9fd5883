//! Does the order hold? On the real seed.
//!
//! 1. With every unknown at its expected value, the model of each criterion gives that
//!    criterion's utility.
//! 2. Draws of a criterion stay in its interval; only the absence of a local actor goes
//!    beyond, and on the side where it must.
//! 3. The mean of many draws is the expected utility of the criteria that are linear.
//! 4. Shares are shares, and "first" is said only of who is mostly among the first three.
//! 5. A candidate holds its place the same on any page, and asked by id.
//! 6. Neighbours said not to be told apart are neighbours, and tied with each other.

use std::sync::Arc;

use essaim::domain::enterprise::Enterprise;
use essaim::http::wire::candidates::CandidatesWire;
use essaim::matching::criteria::{self, Criterion};
use essaim::matching::outcome::{CriterionId, CriterionValue};
use essaim::matching::profile::TerritoryProfile;
use essaim::matching::robustness::numbers::RobustnessNumbers;
use essaim::matching::robustness::unknowns::Draws;
use essaim::scouting::ask::CandidatesAsk;
use essaim::scouting::candidates::{candidates, profile, territory};
use serde_json::Value;

use crate::common::{LYON, TODAY, scene};

const PLACES: [&str; 3] = [LYON, "com-26113", "dep-26"];

fn profile_of(place: &str) -> Arc<TerritoryProfile> {
    let ask = CandidatesAsk::new(place, TODAY);
    let scene = scene();
    profile(&scene, territory(&scene, &ask.territory).expect("a known place"), &ask)
}

/// Every ninth enterprise with each criterion: its value and what the draws make of it.
fn each(
    profile: &TerritoryProfile,
    draws: &Draws<'_>,
    mut check: impl FnMut(&Enterprise, &CriterionValue, &[f64]),
) {
    let all: Vec<Box<dyn Criterion>> = criteria::all(profile);
    let mut out = vec![0.0; draws.replicates()];
    for enterprise in scene().rows.enterprises.iter().step_by(9) {
        for criterion in &all {
            let value = criterion.evaluate(profile, enterprise);
            criterion.model(profile, enterprise, &value).fill(draws, &mut out);
            check(enterprise, &value, &out);
        }
    }
}

#[test]
fn with_every_unknown_at_its_point_a_model_gives_the_criterion() {
    for place in PLACES {
        let profile = profile_of(place);
        each(&profile, &Draws::at_points(&profile), |enterprise, value, out| {
            let (point, name) = (value.utility.point, value.criterion.as_str());
            assert!((out[0] - point).abs() < 1e-9, "{} {name}: {point} {}", enterprise.id, out[0]);
        });
    }
}

#[test]
fn draws_stay_in_the_interval_unless_an_actor_is_absent() {
    for place in PLACES {
        let profile = profile_of(place);
        let numbers = RobustnessNumbers::read(&profile.rules);
        each(&profile, &Draws::new(&profile, &numbers, 100), |enterprise, value, out| {
            let utility = &value.utility;
            let (low, high) = match value.criterion {
                CriterionId::Complementarity => (0.0, utility.high),
                CriterionId::NonDuplication => (utility.low, 1.0),
                _ => (utility.low, utility.high),
            };
            for drawn in out {
                assert!(
                    (low - 1e-9..=high + 1e-9).contains(drawn),
                    "{} {}: {drawn} of {utility:?}",
                    enterprise.id,
                    value.criterion.as_str()
                );
            }
        });
    }
}

#[test]
fn the_mean_of_many_draws_is_the_expected_utility_of_the_linear_criteria() {
    let profile = profile_of(LYON);
    let numbers = RobustnessNumbers::read(&profile.rules);
    each(&profile, &Draws::new(&profile, &numbers, 1000), |enterprise, value, out| {
        let linear = [
            CriterionId::Priority,
            CriterionId::Proof,
            CriterionId::Readiness,
            CriterionId::Transferability,
            CriterionId::Anchoring,
        ];
        if linear.contains(&value.criterion) {
            let mean = out.iter().sum::<f64>() / out.len() as f64;
            let (point, name) = (value.utility.point, value.criterion.as_str());
            assert!((mean - point).abs() < 0.04, "{} {name}: {mean} {point}", enterprise.id);
        }
    });
}

/// The page of a territory as JSON.
fn page(place: &str, change: impl FnOnce(&mut CandidatesAsk)) -> Value {
    let mut ask = CandidatesAsk::new(place, TODAY);
    change(&mut ask);
    let answer = candidates(&scene(), &ask).expect("a known territory is answered");
    serde_json::to_value(CandidatesWire::from(&answer)).expect("plain data")
}

fn list(page: &Value) -> &[Value] {
    page["candidates"].as_array().expect("a list")
}

#[test]
fn shares_are_shares_and_first_is_said_only_of_who_is() {
    for place in PLACES {
        let page = page(place, |ask| ask.limit = 30);
        for candidate in list(&page) {
            let robustness = &candidate["robustness"];
            for reading in ["weights", "all"] {
                let number = |name: &str| robustness[reading][name].as_f64().expect("a number");
                let ranks = robustness[reading]["rank_acceptability"].as_array().expect("ranks");
                assert_eq!(ranks.len(), 10);
                let sum: f64 = ranks.iter().filter_map(Value::as_f64).sum();
                assert!((sum - number("first_10")).abs() < 1e-5 && sum <= 1.0 + 1e-5);
                assert!(number("first_3") <= number("first_10"));
                assert!(number("expected_rank") >= 1.0);
            }
            let bound = |at: usize| candidate["likely"][at].as_f64().expect("a bound");
            assert!(0.0 <= bound(0) && bound(0) <= bound(1) && bound(1) <= 1.0);
            let text = robustness["text"].as_str().expect("a sentence");
            let first_3 = robustness["weights"]["first_3"].as_f64().expect("a share");
            if text.starts_with("Première") || text.starts_with("En tête") {
                assert!(candidate["rank"] == 1 && first_3 >= 0.5, "{text}");
            }
            assert_eq!(
                text.starts_with("Équivalente") || text.starts_with("Sa place"),
                first_3 < 0.5
            );
        }
    }
}

#[test]
fn a_place_holds_the_same_on_any_page() {
    let whole = page(LYON, |ask| ask.limit = 10);
    let first = page(LYON, |ask| ask.limit = 5);
    let cursor = first["next_cursor"].as_str().expect("a second page").to_owned();
    let second = page(LYON, |ask| {
        ask.limit = 5;
        ask.cursor = Some(cursor);
    });
    let both: Vec<&Value> = list(&first).iter().chain(list(&second)).collect();
    for (whole, paged) in list(&whole).iter().zip(both) {
        assert_eq!(whole["robustness"], paged["robustness"]);
        assert_eq!(whole["likely"], paged["likely"]);
    }
    let last = &list(&whole)[9];
    let id = last["enterprise"]["id"].as_str().expect("an id").to_owned();
    let alone = page(LYON, |ask| ask.enterprises = Some(vec![id]));
    assert_eq!(list(&alone)[0]["robustness"], last["robustness"]);
}

#[test]
fn a_tie_zone_holds_neighbours_tied_with_each_other() {
    let page = page(LYON, |ask| ask.limit = 30);
    let zones = page["tie_zones"].as_array().expect("zones");
    assert!(!zones.is_empty());
    let ids: Vec<&str> =
        list(&page).iter().filter_map(|c| c["enterprise"]["id"].as_str()).collect();
    for zone in zones {
        let members: Vec<&str> =
            zone["ids"].as_array().expect("ids").iter().filter_map(Value::as_str).collect();
        assert!(members.len() > 1);
        let start = ids.iter().position(|id| *id == members[0]).expect("on the page");
        assert_eq!(ids[start..start + members.len()], members);
        for (at, one) in members.iter().enumerate() {
            let tied = &list(&page)[start + at]["robustness"]["weights"]["tied_with"];
            let tied: Vec<&str> =
                tied.as_array().expect("ids").iter().filter_map(Value::as_str).collect();
            assert!(members.iter().all(|other| other == one || tied.contains(other)));
        }
    }
}
