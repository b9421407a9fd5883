//! The stories of the field come out right, on real records.
//!
//! 1. UniR, for Lyon at the end of 2022, is in tandem with SINGA.
//! 2. Dons Solidaires then supplies local associations.
//! 3. A clone of a candidate given as a local actor competes, and the candidate falls.
//! 4. The same clone on the next step completes, and the candidate does not fall.
//! 5. What is born in Lyon, or open there, is never proposed to Lyon.
//! 6. Without the partner's priorities each score loses exactly its `priority` term.
//! 7. Contributions sum to the score; the same question gives the same answer.
//! 8. Every reason has a source.

use essaim::domain::concept::ConceptKind;
use essaim::matching::outcome::{CriterionId, GateState, RelationKind};
use jiff::civil::date;
use serde_json::{Value, json};

use crate::common::{LYON, TODAY, all_candidates, find, matched, scene};

/// The enterprise's record as a local actor of Lyon, in the words of the record.
fn clone_of(id: &str) -> Value {
    let scene = scene();
    let (_, e) = scene.enterprise(id).expect("a record of the seed");
    json!({
        "id": "clone", "name": "Un acteur tout pareil", "insee": "69123", "summary": e.summary,
        "themes": e.themes, "needs": e.needs_addressed, "publics": e.beneficiaries,
        "activities": e.activities, "offers": e.offers, "seeks": e.seeks,
        "sources": ["https://example.org/clone"],
    })
}

#[test]
fn unir_is_in_tandem_with_singa() {
    let answer = matched(&json!({
        "territory": LYON, "as_of": "2022-12-31", "enterprises": ["unir"],
    }));
    let unir = find(&answer, "unir").expect("asked by id");
    let explanation = unir.explanation.as_ref().expect("asked by id");
    let tandem = explanation
        .relations
        .iter()
        .find(|relation| relation.kind == RelationKind::Tandem && relation.main)
        .expect("UniR and SINGA are a known duo");
    let actor = &answer.context.actors[tandem.actor].actor;
    assert!(actor.name.to_uppercase().contains("SINGA"), "{}", actor.name);
    assert!(!unir.alternative.is_excluded(), "{:#?}", unir.gates);
}

#[test]
fn dons_solidaires_supplies_local_associations() {
    let answer = matched(&json!({
        "territory": LYON, "as_of": "2022-12-31", "enterprises": ["dons-solidaires"],
    }));
    let dons = find(&answer, "dons-solidaires").expect("asked by id");
    assert!(!dons.alternative.is_excluded(), "{:#?}", dons.gates);
    let supplied = dons
        .explanation
        .as_ref()
        .expect("asked by id")
        .relations
        .iter()
        .filter(|relation| relation.kind == RelationKind::Supplies)
        .count();
    assert!(supplied >= 1, "no association to supply");
}

#[test]
fn a_clone_competes_and_its_original_falls() {
    for id in ["soli-bat", "wimoov", "cop1", "la-textilerie", "moulinot", "reseau-eco-habitat"] {
        // Without the actors already there: one more rival as near as another changes nothing.
        let without = matched(&json!({
            "territory": LYON, "enterprises": [id], "replace_actors": true,
        }));
        let with = matched(&json!({
            "territory": LYON, "enterprises": [id], "actors": [clone_of(id)],
            "replace_actors": true,
        }));
        let before = find(&without, id).expect("asked by id");
        let after = find(&with, id).expect("asked by id");
        let relation = after
            .explanation
            .as_ref()
            .expect("asked by id")
            .relations
            .iter()
            .find(|r| with.context.actors[r.actor].actor.id == "clone" && r.main)
            .unwrap_or_else(|| panic!("{id}: no relation with its clone"));
        assert_eq!(relation.kind, RelationKind::Competes, "{id}");
        assert!(relation.strength > 0.9, "{id}: {}", relation.strength);
        assert!(
            after.alternative.score < before.alternative.score,
            "{id}: {} then {}",
            before.alternative.score,
            after.alternative.score
        );
    }
}

#[test]
fn the_clone_on_the_next_step_completes() {
    let scene = scene();
    let taxonomy = &scene.world.data.taxonomy;
    for id in ["soli-bat", "cop1", "moulinot", "la-textilerie"] {
        let (_, e) = scene.enterprise(id).expect("a record of the seed");
        let answer = e
            .portrait
            .answers
            .iter()
            .find(|a| a.need.is_some() && a.public.is_some() && a.step.is_some())
            .expect("a whole answer");
        let (need, public, step) =
            (answer.need.unwrap(), answer.public.unwrap(), answer.step.unwrap());
        let own: Vec<_> = e.portrait.answers.iter().filter_map(|a| a.step).collect();
        let next = taxonomy
            .concepts(ConceptKind::Step)
            .find(|&s| taxonomy.adjacent(s, step) && !own.contains(&s))
            .expect("a step beside it");
        let body = |actors: Value| {
            matched(&json!({
                "territory": LYON, "enterprises": [id], "actors": actors,
                "replace_actors": true,
            }))
        };
        let without = body(json!([]));
        let with = body(json!([{
            "id": "next", "name": "L’étape d’après", "insee": "69123",
            "needs": [taxonomy.id(need)], "publics": [taxonomy.id(public)],
            "steps": [taxonomy.id(next)], "sources": ["https://example.org/next"],
        }]));
        let before = find(&without, id).expect("asked by id");
        let after = find(&with, id).expect("asked by id");
        let relation = after
            .explanation
            .as_ref()
            .expect("asked by id")
            .relations
            .iter()
            .find(|r| r.main)
            .unwrap_or_else(|| panic!("{id}: no relation with the next step"));
        assert_eq!(relation.kind, RelationKind::Completes, "{id}");
        assert!(
            after.alternative.score > before.alternative.score,
            "{id}: {} then {}",
            before.alternative.score,
            after.alternative.score
        );
    }
}

#[test]
fn what_is_already_in_lyon_is_never_proposed_to_lyon() {
    let answer = all_candidates(LYON, TODAY);
    let communes: Vec<&str> = answer
        .context
        .territory
        .communes
        .iter()
        .map(|&at| answer.context.atlas.at(at).insee.as_str())
        .collect();
    let mut there = 0;
    for enterprise in &scene().rows.enterprises {
        let homes = enterprise.home.insee.iter();
        let open = enterprise
            .sites
            .iter()
            .filter(|site| {
                site.until.is_none_or(|until| until.last_day() >= TODAY)
                    && site.since.is_none_or(|since| since.first_day() <= TODAY)
                    && site.kind.as_deref() != Some("temporary")
            })
            .filter_map(|site| site.place.insee.as_ref());
        if homes.chain(open).any(|insee| communes.contains(&insee.as_str())) {
            there += 1;
            let shown = find(&answer, &enterprise.id).expect("all are evaluated");
            let gate = shown
                .alternative
                .gates
                .iter()
                .find(|gate| gate.gate == "not_already_there")
                .expect("every gate is evaluated");
            assert_eq!(gate.state, GateState::Unmet, "{} is in Lyon", enterprise.id);
        }
    }
    assert!(there > 50, "the seed has many enterprises in Lyon: {there}");
}

#[test]
fn without_priorities_each_score_loses_exactly_its_priority_term() {
    let with = matched(&json!({"territory": LYON, "limit": 500}));
    let without = matched(&json!({"territory": LYON, "limit": 500, "priorities": []}));
    let mut left = 0;
    for before in &with.candidates {
        let term = before
            .alternative
            .contributions
            .iter()
            .find(|term| term.value.criterion == CriterionId::Priority)
            .expect("every criterion stands in the score");
        let after = find(&without, &before.enterprise.id).expect("all are evaluated");
        let lost = before.alternative.score - after.alternative.score;
        assert!((lost - term.contribution).abs() < 1e-9, "{}", before.enterprise.id);
        if after.alternative.is_excluded() {
            left += 1;
            let gates: Vec<&str> = after
                .alternative
                .gates
                .iter()
                .filter(|gate| gate.excludes())
                .map(|gate| gate.gate)
                .collect();
            assert_eq!(gates, ["answers_something"], "{}", before.enterprise.id);
        }
    }
    assert!(left < with.total, "most candidates also answer a gap");
}

#[test]
fn contributions_sum_and_the_same_question_has_the_same_answer() {
    let first = all_candidates(LYON, TODAY);
    assert!(first.total >= 10);
    for shown in first.candidates.iter().chain(&first.excluded) {
        let sum: f64 = shown.alternative.contributions.iter().map(|t| t.contribution).sum();
        assert!((sum - shown.alternative.score).abs() < 1e-9, "{}", shown.enterprise.id);
    }
    let second = all_candidates(LYON, TODAY);
    assert_eq!(format!("{:?}", first.candidates), format!("{:?}", second.candidates));
}

#[test]
fn every_reason_has_a_source() {
    let answer = all_candidates(LYON, date(2026, 11, 22));
    for shown in answer.candidates.iter().take(20) {
        let explanation = shown.explanation.as_ref().expect("listed candidates are explained");
        assert!(!explanation.answers.is_empty(), "{}", shown.enterprise.id);
        for relation in &explanation.relations {
            assert!(
                !relation.sentence.sources.is_empty(),
                "{}: {}",
                shown.enterprise.id,
                relation.sentence.text
            );
        }
        for sentence in explanation.proof.iter().chain(&explanation.supports) {
            assert!(!sentence.sources.is_empty(), "{}: {}", shown.enterprise.id, sentence.text);
        }
        for text in std::iter::once(&explanation.headline)
            .chain(explanation.relations.iter().map(|r| &r.sentence.text))
            .chain(explanation.gates.iter().map(|g| &g.fact.text))
            .chain(explanation.questions.iter().map(|q| &q.text))
            .chain(explanation.watch_points.iter().map(|w| &w.text))
            .chain(
                explanation.criteria.iter().flat_map(|c| c.items.iter().map(|(_, _, s)| &s.text)),
            )
        {
            assert!(!text.contains(['[', '{', '}']), "{}: {text}", shown.enterprise.id);
        }
    }
}
