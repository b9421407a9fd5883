//! Proof, supports, carriers, what to watch, what to ask, and where an actor is.

use std::collections::BTreeSet;

use crate::domain::context::Proximity;
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::outcome::{Alternative, CriterionId, GateState, Relation, RelationKind};
use crate::matching::schemes::{self, Fit, Test};

use super::Explainer;
use super::shown::{CriterionShown, Sentence};

/// Rivals named among the points to watch.
const RIVALS_SHOWN: usize = 3;
/// Possible carriers shown; the others stand among the relations.
const CARRIERS_SHOWN: usize = 5;
/// Support schemes shown.
const SUPPORTS_SHOWN: usize = 6;
/// An item at or under this is worth watching when it is known.
const WEAK_ITEM: f64 = 0.35;

/// The items of the proof criterion that rest on something.
pub fn proof(alternative: &Alternative, criteria: &[CriterionShown]) -> Vec<Sentence> {
    let known: Vec<bool> = alternative
        .contributions
        .iter()
        .find(|term| term.value.criterion == CriterionId::Proof)
        .map(|term| term.value.items.iter().map(|i| !i.estimate.is_unknown()).collect())
        .unwrap_or_default();
    criteria
        .iter()
        .find(|criterion| criterion.criterion == CriterionId::Proof)
        .map(|criterion| {
            criterion
                .items
                .iter()
                .zip(known)
                .filter(|((_, estimate, _), known)| *known && estimate.point > 0.0)
                .map(|((_, _, sentence), _)| sentence.clone())
                .collect()
        })
        .unwrap_or_default()
}

/// The schemes that no test refuses, with what is to be checked; the dates of submission
/// are so rarely known that they are left to the feasibility file.
pub fn supports(explainer: &Explainer<'_>, enterprise: &Enterprise) -> Vec<Sentence> {
    let context = &explainer.profile.context;
    schemes::fits(explainer.profile, enterprise)
        .into_iter()
        .filter(Fit::could_serve)
        .take(SUPPORTS_SHOWN)
        .map(|fit| {
            let support = &context.supports[fit.support];
            let mut fact = Fact::new("support.scheme", Basis::Stated)
                .with("name", Arg::Text(support.name.clone()))
                .with(
                    "description",
                    Arg::Text(support.description.trim_end_matches('.').to_owned()),
                )
                .from_sources(vec![schemes::source_of(support)]);
            let checks: Vec<String> = fit
                .tests
                .iter()
                .filter(|t| t.state == GateState::Unknown && t.test != Test::Open)
                .map(|t| explainer.templates.phrase(&t.fact, &context.taxonomy, explainer.lang))
                .collect();
            if !checks.is_empty() {
                fact = fact.with("checks", Arg::List(checks));
            }
            explainer.sentence(&fact)
        })
        .collect()
}

/// Local actors that could carry the implantation; a question where nobody is known.
pub fn carriers(
    explainer: &Explainer<'_>,
    enterprise: &Enterprise,
    relations: &[Relation],
) -> Vec<Sentence> {
    let found: Vec<Sentence> = relations
        .iter()
        .filter(|relation| relation.kind == RelationKind::CouldCarry)
        .take(CARRIERS_SHOWN)
        .map(|relation| explainer.sentence(&relation.fact))
        .collect();
    if !found.is_empty() {
        return found;
    }
    let none = Fact::new("carrier.none", Basis::Prior)
        .with("enterprise", Arg::Text(enterprise.name.clone()));
    vec![explainer.sentence(&none)]
}

/// Rivals, weak known items, deduced will: what a committee will ask about.
pub fn watch_points(
    explainer: &Explainer<'_>,
    enterprise: &Enterprise,
    alternative: &Alternative,
    relations: &[Relation],
) -> Vec<Sentence> {
    let mut points: Vec<Sentence> = relations
        .iter()
        .filter(|relation| relation.kind == RelationKind::Competes && relation.main)
        .take(RIVALS_SHOWN)
        .map(|relation| explainer.sentence(&relation.fact))
        .collect();
    for term in &alternative.contributions {
        // Rivals are named above; what else the complement criteria say is no weakness.
        if matches!(
            term.value.criterion,
            CriterionId::Complementarity | CriterionId::NonDuplication
        ) {
            continue;
        }
        let Some(item) = term.value.weakest.and_then(|at| term.value.items.get(at)) else {
            continue;
        };
        if !item.estimate.is_unknown() && item.estimate.point <= WEAK_ITEM {
            points.push(explainer.sentence(&item.fact));
        }
    }
    if enterprise.scaling.seeking_to_scale == Some(true)
        && enterprise.is_inferred("scaling.seeking_to_scale")
    {
        let fact = Fact::new("watch.will_inferred", Basis::Inferred)
            .with("enterprise", Arg::Text(enterprise.name.clone()))
            .from_sources(enterprise.sources.clone());
        points.push(explainer.sentence(&fact));
    }
    let mut seen = BTreeSet::new();
    points.retain(|point| seen.insert(point.text.clone()));
    points
}

/// The questions of the gates: unknown ones first, then those to be confirmed.
pub fn questions(explainer: &Explainer<'_>, alternative: &Alternative) -> Vec<Sentence> {
    let mut gates: Vec<_> =
        alternative.gates.iter().filter(|gate| gate.question.is_some()).collect();
    gates.sort_by_key(|gate| gate.state != GateState::Unknown);
    let mut seen = BTreeSet::new();
    gates
        .into_iter()
        .filter_map(|gate| gate.question.as_ref())
        .map(|question| explainer.sentence(question))
        .filter(|question| seen.insert(question.text.clone()))
        .collect()
}

/// "à Lyon", "à Vienne, à 12 km", "hors du territoire".
pub fn place(explainer: &Explainer<'_>, actor: usize) -> String {
    let context = &explainer.profile.context;
    let actor = &context.actors[actor];
    let (key, distance) = match (actor.proximity, &actor.commune) {
        (Proximity::Inside, Some(_)) => ("place.inside", None),
        (Proximity::Inside, None) => ("place.inside.unknown", None),
        (Proximity::Near { distance_km }, Some(_)) => ("place.near", distance_km),
        (Proximity::Near { distance_km }, None) => ("place.near.unknown", distance_km),
        (Proximity::Far { distance_km }, Some(_)) => ("place.far", distance_km),
        (Proximity::Far { distance_km }, None) => ("place.far.unknown", distance_km),
    };
    let mut fact = Fact::new(key, Basis::Stated);
    if let Some(commune) = &actor.commune {
        fact = fact.with("commune", Arg::Text(commune.clone()));
    }
    if let Some(distance) = distance {
        fact = fact.with("distance_km", Arg::Number(distance.round()));
    }
    explainer.templates.phrase(&fact, &context.taxonomy, explainer.lang)
}
