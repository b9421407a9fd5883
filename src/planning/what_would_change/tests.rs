//! Steps on a small territory: which are proposed, which are not, and what they give.

use std::sync::Arc;

use super::*;
use crate::domain::condition::Condition;
use crate::domain::date::PartialDate;
use crate::matching::fixtures::{Case, theme};
use crate::matching::weights::Weights;
use crate::matching::{RankBy, rank};

fn options() -> Options {
    Options { weights: Weights::equal(false), rank_by: RankBy::Expected, relevance: None }
}

/// The steps of the enterprise of a case, alone on its territory.
fn steps(case: &Case) -> Steps {
    let profile = case.profile();
    let enterprises = vec![Arc::new(case.enterprise.clone())];
    let options = options();
    let ranking = rank(&profile, &enterprises, &options);
    let evaluator = Evaluator::new(&profile);
    let planner = Planner::new(&evaluator, &enterprises, &ranking, &options);
    let found = ranking.candidates.iter().chain(&ranking.excluded).next();
    planner.steps(found.expect("one enterprise"), true)
}

fn keys(steps: &Steps) -> Vec<String> {
    let key =
        |step: &Step| step.parts.iter().map(|part| part.key.clone()).collect::<Vec<_>>().join("+");
    steps.steps.iter().map(key).collect()
}

fn step<'a>(steps: &'a Steps, key: &str) -> &'a Step {
    let found = steps.steps.iter().find(|step| step.parts[0].key == key);
    found.unwrap_or_else(|| panic!("no step {key}: {:?}", keys(steps)))
}

fn condition(kind: &str, value: Option<&str>) -> Condition {
    Condition {
        kind: kind.to_owned(),
        operator: "exists".to_owned(),
        value: value.map(str::to_owned),
        unit: None,
        text: format!("ce que demande {kind}"),
        basis: Basis::Stated,
        source: Some(Source::named("https://exemple.fr/conditions")),
    }
}

#[test]
fn a_deduced_will_is_confirmed_by_a_call_and_a_read_one_is_not_asked() {
    let mut case = Case::new();
    assert!(!keys(&steps(&case)).contains(&"will".to_owned()));
    case.enterprise.inferred = vec!["scaling.seeking_to_scale".to_owned()];
    let found = steps(&case);
    let will = step(&found, "will");
    assert_eq!(will.parts[0].effort, Effort::Call);
    assert_eq!(will.parts[0].fact.key, "step.will.confirm");
    assert!(will.changes.iter().any(|changed| matches!(
        changed,
        Changed::Criterion { criterion: CriterionId::Readiness, before, after } if after > before
    )));
}

#[test]
fn a_site_here_or_a_closed_enterprise_has_no_step() {
    let mut case = Case::new();
    case.add_site("Lyon", Some(2020));
    assert_eq!(keys(&steps(&case)), Vec::<String>::new());
    let mut case = Case::new();
    case.enterprise.status = crate::domain::enterprise::Status::Closed;
    assert_eq!(keys(&steps(&case)), Vec::<String>::new());
}

#[test]
fn a_refusal_is_asked_again_by_phone_if_deduced_and_in_writing_if_read() {
    let mut case = Case::new();
    case.enterprise.scaling.seeking_to_scale = Some(false);
    let read = steps(&case);
    assert_eq!(step(&read, "will").parts[0].effort, Effort::Letter);
    case.enterprise.inferred = vec!["scaling.seeking_to_scale".to_owned()];
    let deduced = steps(&case);
    let will = step(&deduced, "will");
    assert_eq!(will.parts[0].effort, Effort::Call);
    assert!(will.listed, "{:?}", will.changes);
}

#[test]
fn aiming_elsewhere_can_be_asked_and_what_a_person_denied_is_not() {
    let mut case = Case::new();
    case.enterprise.scaling.target_territories = vec!["Bretagne".to_owned()];
    assert_eq!(step(&steps(&case), "will").parts[0].fact.key, "step.will.elsewhere");
    case.confirm("wants_to_spread", "unmet");
    assert_eq!(keys(&steps(&case)), Vec::<String>::new());
}

#[test]
fn two_gates_need_two_steps_together() {
    let mut case = Case::new();
    case.enterprise.scaling.seeking_to_scale = Some(false);
    let mut small = condition("population_max", Some("20000"));
    small.operator = "<=".to_owned();
    case.go_to("com-69123");
    case.enterprise.conditions = vec![small];
    let found = steps(&case);
    assert_eq!(found.steps[0].parts.len(), 2, "{:?}", keys(&found));
    assert!(found.steps[0].listed);
    assert_eq!(found.steps[0].effort, 4.0);
}

#[test]
fn too_young_is_waited_for_with_its_date_and_no_rank() {
    let mut case = Case::new();
    case.enterprise.founded = Some(2025);
    case.enterprise.sites.clear();
    let found = steps(&case);
    assert!(found.steps.is_empty());
    let wait = found.to_settle.iter().find(|one| one.key == "wait.old_enough").unwrap();
    assert_eq!(wait.fact.args["date"], Arg::Text("2027-01-01".to_owned()));
    assert_eq!(wait.effort, None);
}

#[test]
fn a_season_gives_its_next_month() {
    let mut case = Case::new();
    case.enterprise.scaling.season = vec![3, 6];
    let found = steps(&case);
    let wait = found.to_settle.iter().find(|one| one.key == "wait.available").unwrap();
    assert_eq!(wait.fact.args["date"], Arg::Text("2027-03".to_owned()));
    case.enterprise.scaling.season.clear();
    case.enterprise.scaling.earliest_start = PartialDate::parse("2028-09");
    let found = steps(&case);
    let wait = found.to_settle.iter().find(|one| one.key == "wait.available").unwrap();
    assert_eq!(wait.fact.args["date"], Arg::Text("2028-09".to_owned()));
}

#[test]
fn premises_asked_by_the_model_are_the_venue_and_meet_both() {
    let mut case = Case::new();
    assert_eq!(step(&steps(&case), "anchoring.venue").parts[0].effort, Effort::Letter);
    case.enterprise.conditions = vec![condition("premises", None)];
    let found = steps(&case);
    let venue = step(&found, "anchoring.venue");
    assert_eq!((venue.parts[0].effort, venue.effort), (Effort::Premises, 5.0));
    let settled = Changed::Gate {
        gate: "conditions",
        before: GateState::Unknown,
        after: GateState::Met,
        lifted: false,
    };
    assert!(venue.changes.contains(&settled), "{:?}", venue.changes);
    assert!(found.to_settle.iter().all(|one| one.key != "conditions.premises"));
}

#[test]
fn a_rival_that_could_carry_is_named_and_confirmed() {
    let mut case = Case::new();
    case.add_actor("Le Rival", "Lyon", &[theme("mobilites")]);
    let portrait = case.enterprise.portrait.clone();
    case.edit_actor(0, |actor| {
        actor.portrait = portrait;
        actor.roles = vec!["carrier".to_owned()];
    });
    let found = steps(&case);
    let carrier = step(&found, "anchoring.carrier");
    assert_eq!(carrier.parts[0].fact.args["actor"], Arg::Text("Le Rival".to_owned()));
    assert!(carrier.record.iter().any(|record| matches!(
        record,
        Record::Confirmation { actor: Some(actor), .. } if actor == "acteur-00"
    )));
}

#[test]
fn proof_goes_one_level_at_a_time() {
    let mut case = Case::new();
    let of = |case: &Case| {
        let found = steps(case);
        found.steps.iter().find(|s| s.parts[0].key == "evidence").map(|s| s.parts[0].fact.key)
    };
    assert_eq!(of(&case), Some("step.evidence.evaluation"));
    case.enterprise.evidence.clear();
    assert_eq!(of(&case), Some("step.evidence.outputs"));
}

#[test]
fn singles_come_by_gain_for_each_point_of_effort() {
    let mut case = Case::bare();
    case.enterprise.portrait.themes = case.marks(&[(theme("mobilites"), 1.0)]);
    let found = steps(&case);
    let singles: Vec<&Step> = found.steps.iter().filter(|s| s.parts.len() == 1).collect();
    assert!(singles.len() >= 8, "{:?}", keys(&found));
    let profile = case.profile();
    let before = Evaluator::new(&profile).supposing(&profile, &case.enterprise, 0, &options());
    let worth = |step: &Step| (step.new_score - before.score) / step.effort;
    assert!(singles.windows(2).all(|w| worth(w[0]) >= worth(w[1])), "{:?}", keys(&found));
    assert!(singles.iter().all(|step| step.new_score > before.score));
}
