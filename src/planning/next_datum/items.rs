//! An unknown item of one enterprise: proof, readiness, anchoring.

use std::collections::BTreeMap;

use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::outcome::{Alternative, Contribution, CriterionId};

use super::decision::Outcome;
use super::spread::Spreads;
use super::{Datum, Family, Weighing};

/// The items that are weighed: (criterion, item, key, name of the effort). The will is asked
/// by phone, with the rest.
const ITEMS: [(CriterionId, &str, &str, &str); 15] = [
    (CriterionId::Proof, "evidence_level", "datum.item.evidence_level", "evidence_level"),
    (CriterionId::Proof, "years", "datum.item.years", "years"),
    (CriterionId::Proof, "other_places", "datum.item.other_places", "other_places"),
    (CriterionId::Proof, "scale", "datum.item.scale", "scale"),
    (CriterionId::Proof, "labels", "datum.item.labels", "labels"),
    (CriterionId::Readiness, "written_model", "datum.item.written_model", "written_model"),
    (CriterionId::Readiness, "economic_balance", "datum.item.economic_balance", "economic_balance"),
    (CriterionId::Readiness, "means_for_the_move", "datum.item.means", "means_for_the_move"),
    (CriterionId::Readiness, "way_of_spreading", "datum.item.way", "way_of_spreading"),
    (CriterionId::Anchoring, "key_actor", "datum.item.key_actor", "key_actor"),
    (CriterionId::Anchoring, "carrier", "datum.item.carrier", "carrier"),
    (CriterionId::Anchoring, "venue", "datum.item.venue", "venue"),
    (CriterionId::Anchoring, "scheme", "datum.item.scheme", "scheme"),
    (CriterionId::Anchoring, "trust", "datum.item.trust", "trust"),
    (CriterionId::Anchoring, "call", "datum.item.call", "territory_call"),
];

/// The unknown items of the listed candidates that are read.
pub(super) fn data(weighing: &Weighing<'_>) -> Vec<Datum> {
    let mut spreads = Spreads::default();
    let mut list = Vec::new();
    let listed = weighing.near.iter().filter(|a| !a.is_excluded());
    for a in listed.filter(|a| weighing.concerns(a.enterprise)) {
        for (criterion, name, key, effort) in ITEMS {
            let term = a.contributions.iter().find(|term| term.value.criterion == criterion);
            let Some(term) = term else { continue };
            let Some(at) = term.value.items.iter().position(|item| item.name == name) else {
                continue;
            };
            let found = datum(weighing, &mut spreads, (a, term, at), (key, effort));
            list.extend(found);
        }
    }
    list
}

fn datum(
    weighing: &Weighing<'_>,
    spreads: &mut Spreads,
    (a, term, at): (&Alternative, &Contribution, usize),
    (key, effort): (&'static str, &str),
) -> Option<Datum> {
    let item = &term.value.items[at];
    let estimate = item.estimate;
    if estimate.high - estimate.low < weighing.numbers.width_min {
        return None;
    }
    let weight = term.weight * share(weighing, term, at);
    let moved = |value: f64| a.score + weight * (value - estimate.point);
    // The score follows the item, so where neither end crosses the edge nothing does.
    let (last, next) = weighing.decision.edge();
    let crosses = match weighing.decision.holds(a.enterprise) {
        true => moved(estimate.low) < next,
        false => moved(estimate.high) > last,
    };
    if !crosses {
        return None;
    }
    let one = |score: f64| BTreeMap::from([(a.enterprise, Some(score))]);
    let outcomes: Vec<Outcome> = if term.value.criterion == CriterionId::Anchoring {
        let there = estimate.point;
        vec![
            Outcome { chance: there, scores: one(moved(1.0)) },
            Outcome { chance: 1.0 - there, scores: one(moved(0.0)) },
        ]
    } else {
        let values = spreads.of(&estimate, weighing.numbers.values);
        let chance = 1.0 / values.len() as f64;
        values.iter().map(|&value| Outcome { chance, scores: one(moved(value)) }).collect()
    };
    let enterprise = &weighing.enterprises[a.enterprise];
    let territory = &weighing.evaluator.profile().context.territory;
    let fact = Fact::new(key, Basis::Prior)
        .with("enterprise", Arg::Text(enterprise.name.clone()))
        .with("territory", Arg::Text(territory.name.clone()))
        .from_sources(item.fact.sources.clone());
    let key = (format!("item/{}/{}", enterprise.id, item.name), Family::Item);
    let datum = weighing.datum(key, fact, effort, &outcomes)?;
    Some(Datum { concerns: vec![a.enterprise], item: Some(item.name), ..datum })
}

/// The weight of an item inside its criterion; weights sum to 1.
fn share(weighing: &Weighing<'_>, term: &Contribution, at: usize) -> f64 {
    if term.value.criterion != CriterionId::Proof {
        return 1.0 / term.value.items.len() as f64;
    }
    let rules = &weighing.evaluator.profile().rules;
    let weights = ["level", "years", "other_places", "scale", "labels"]
        .map(|name| rules.number(&format!("criteria.proof.weight_{name}")));
    weights.get(at).copied().unwrap_or(0.0) / weights.iter().sum::<f64>()
}
