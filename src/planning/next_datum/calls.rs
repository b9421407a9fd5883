//! One call to an enterprise: would it come, is it at work, is it already here, and when?

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::outcome::{Alternative, GateState};
use crate::matching::profile::Supposition;
use crate::planning::what_would_change::change::Change;

use super::decision::Outcome;
use super::{Datum, Family, Weighing};

/// What the call asks: the value of the word, and the chance that the answer keeps it out.
struct Question {
    word: &'static str,
    unmet: f64,
}

/// Whether the only thing that keeps it out is a refusal that nobody read: deduced.
pub(super) fn is_doubted_refusal(a: &Alternative, enterprises: &[Arc<Enterprise>]) -> bool {
    let mut excluding = a.gates.iter().filter(|gate| gate.excludes());
    let only = excluding.next().filter(|_| excluding.next().is_none());
    only.is_some_and(|gate| {
        gate.fact.key == "gate.wants_to_spread.unmet.refused"
            && enterprises[a.enterprise].is_inferred("scaling.seeking_to_scale")
    })
}

/// A call to each enterprise that is in the set or may enter it.
pub(super) fn data(weighing: &Weighing<'_>) -> Vec<Datum> {
    let (last, _) = weighing.decision.edge();
    let mut list = Vec::new();
    for a in weighing.near.iter().filter(|a| weighing.concerns(a.enterprise)) {
        let (questions, asks_will) = questions(weighing, a);
        if questions.is_empty() {
            continue;
        }
        let holds = weighing.decision.holds(a.enterprise);
        if !holds && !asks_will {
            // Only the will moves a score: the others would only take it out.
            continue;
        }
        let score = if asks_will { willing(weighing, a) } else { a.score };
        if !holds && score <= last {
            continue;
        }
        let stays: f64 = questions.iter().map(|question| 1.0 - question.unmet).product();
        let one = |score: Option<f64>| BTreeMap::from([(a.enterprise, score)]);
        let outcomes = [
            Outcome { chance: stays, scores: one(Some(score)) },
            Outcome { chance: 1.0 - stays, scores: one(None) },
        ];
        let enterprise = &weighing.enterprises[a.enterprise];
        let words = questions.iter().map(|question| question.word.to_owned()).collect();
        let fact = Fact::new("datum.call", Basis::Prior)
            .with("enterprise", Arg::Text(enterprise.name.clone()))
            .with("questions", Arg::List(words))
            .from_sources(enterprise.sources.clone());
        let key = (format!("call/{}", enterprise.id), Family::Call);
        list.extend(
            weighing
                .datum(key, fact, "call", &outcomes)
                .map(|datum| Datum { concerns: vec![a.enterprise], ..datum }),
        );
    }
    list
}

/// The open questions of a call, and whether one of them is the will.
fn questions(weighing: &Weighing<'_>, a: &Alternative) -> (Vec<Question>, bool) {
    let rules = &weighing.evaluator.profile().rules;
    let gate = |name: &str| a.gates.iter().find(|gate| gate.gate == name);
    let mut list = Vec::new();
    let mut push = |word, unmet| list.push(Question { word, unmet });
    let mut asks_will = false;
    if let Some(will) = gate("wants_to_spread").filter(|g| !g.fact.key.ends_with(".confirmed")) {
        let inferred = rules.number("criteria.readiness.inferred");
        let open = match will.state {
            GateState::Unknown => Some(("will", 1.0 - rules.number("priors.readiness.will"))),
            GateState::Met if will.fact.basis == Basis::Inferred => {
                Some(("will_deduced", 1.0 - inferred))
            }
            GateState::Unmet if !will.lifted && will.fact.basis == Basis::Inferred => {
                Some(("refusal", inferred))
            }
            _ => None,
        };
        if let Some((word, unmet)) = open {
            asks_will = true;
            push(word, unmet);
        }
    }
    if let Some(there) = gate("not_already_there").filter(|gate| !gate.lifted) {
        if there.state == GateState::Unknown {
            push("presence", rules.number("steps.datum.unmet.presence_in_doubt"));
        } else if there.fact.key == "gate.not_already_there.met.none_seen"
            && there.question.is_some()
        {
            push("presence", rules.number("steps.datum.unmet.presence_seen_nowhere"));
        }
    }
    if let Some(active) = gate("active").filter(|gate| gate.state == GateState::Unknown) {
        let ending = active.fact.key == "gate.active.unknown.ending";
        let name = match ending {
            true => "steps.datum.unmet.active_ending",
            false => "steps.datum.unmet.active_without_sign",
        };
        push("active", rules.number(name));
    }
    if gate("available").is_some_and(|gate| gate.state == GateState::Unknown) {
        push("available", rules.number("steps.datum.unmet.available"));
    }
    (list, asks_will)
}

/// The score it would have if it said that it wants to come, evaluated for real.
fn willing(weighing: &Weighing<'_>, a: &Alternative) -> f64 {
    let profile = weighing.evaluator.profile();
    let mut record = Enterprise::clone(&weighing.enterprises[a.enterprise]);
    let mut confirmations = Vec::new();
    for change in [Change::Will, Change::met("wants_to_spread")] {
        change.apply(&mut record, &mut confirmations, profile.context.as_of);
    }
    let supposed = profile.supposing(Supposition { confirmations, ..Supposition::default() });
    weighing.evaluator.supposing(&supposed, &record, a.enterprise, weighing.options).score
}
