//! Steps on the ground: a carrier, a key actor, a venue, a scheme, trust, a call.
//!
//! Only what nobody knows is proposed: what a person denied stays denied.

use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::outcome::{CriterionId, Item, RelationKind};

use super::change::Change;
use super::effort::Effort;
use super::{Case, Proposal, gates};

/// The steps of the six items of anchoring.
pub(super) fn proposals(case: &Case<'_>) -> Vec<Proposal> {
    let each = [
        carrier(case),
        venue(case),
        of_theme(case, KEY_ACTOR),
        of_theme(case, SCHEME),
        of_theme(case, TRUST),
        of_theme(case, CALL),
    ];
    each.into_iter().flatten().collect()
}

/// An item of anchoring that a confirmation about the theme settles.
#[derive(Clone, Copy)]
struct OfTheme {
    item: &'static str,
    key: &'static str,
    proof: &'static str,
    effort: Effort,
}

const KEY_ACTOR: OfTheme = OfTheme {
    item: "key_actor",
    key: "step.key_actor",
    proof: "step.key_actor.proof",
    effort: Effort::Call,
};
const SCHEME: OfTheme = OfTheme {
    item: "scheme",
    key: "step.scheme",
    proof: "step.scheme.proof",
    effort: Effort::Document,
};
const TRUST: OfTheme =
    OfTheme { item: "trust", key: "step.trust", proof: "step.trust.proof", effort: Effort::Letter };
const CALL: OfTheme =
    OfTheme { item: "call", key: "step.call", proof: "step.call.proof", effort: Effort::Letter };

/// The item, where nobody knows.
fn open<'a>(case: &'a Case<'_>, name: &str) -> Option<&'a Item> {
    let item = case.item(CriterionId::Anchoring, name)?;
    (item.estimate.basis == Basis::Prior).then_some(item)
}

fn of_theme(case: &Case<'_>, of: OfTheme) -> Option<Proposal> {
    let item = open(case, of.item)?;
    let theme = gates::main_theme(case)?;
    let key = format!("anchoring.{}", of.item);
    let fact = case.fact(of.key).with("theme", Arg::Concept(theme));
    let changes = vec![Change::met(key.clone())];
    Some(case.proposal(key, (fact, of.proof), of.effort, changes, &item.fact.sources))
}

/// A carrier: the rival that could carry it, met and named; else one to be found, starting
/// with an actor that our sources show as a possible partner.
fn carrier(case: &Case<'_>) -> Option<Proposal> {
    let item = open(case, "carrier")?;
    let profile = case.planner.evaluator.profile();
    let is_rival = item.fact.key == "criterion.anchoring.carrier.unknown.rival";
    let rival = is_rival.then(|| profile.strongest(case.enterprise, 1).0).and_then(|list| {
        list.into_iter().find(|relation| relation.kind == RelationKind::CouldCarry)
    });
    let mut sources = item.fact.sources.clone();
    let (mut fact, actor) = if let Some(rival) = rival {
        let actor = &profile.context.actors[rival.actor].actor;
        let fact = named(case.fact("step.carrier.rival"), &rival.fact);
        (fact, Some(actor.id.clone()))
    } else if let Some(ally) = ally(case) {
        sources.extend(ally.sources.clone());
        (named(case.fact("step.carrier.lead"), ally), None)
    } else {
        (case.fact("step.carrier.none"), None)
    };
    let state = "met";
    let mut changes = vec![Change::Confirm { item: "anchoring.carrier".to_owned(), actor, state }];
    if let Some(texts) = case.open_conditions.get("carrier").cloned() {
        fact = fact.with("texts", Arg::List(texts));
        changes.push(Change::met("conditions.carrier"));
    }
    let said = (fact, "step.carrier.proof");
    Some(case.proposal("anchoring.carrier", said, Effort::Letter, changes, &sources))
}

/// The witness that scores most in complementarity: somebody who gains if it comes.
fn ally<'a>(case: &'a Case<'_>) -> Option<&'a Fact> {
    let term = case
        .before
        .contributions
        .iter()
        .find(|term| term.value.criterion == CriterionId::Complementarity)?;
    let known = ["tandem", "supplies", "completes", "supplied_by"];
    let item = term.value.items.iter().find(|item| known.contains(&item.name))?;
    Some(&item.fact)
}

/// The actor of a relation and its place.
fn named(mut fact: Fact, relation: &Fact) -> Fact {
    for name in ["actor", "place"] {
        if let Some(value) = relation.args.get(name) {
            fact = fact.with(name, value.clone());
        }
    }
    fact
}

/// A venue; where the model asks for premises that nobody checked, the same ones.
fn venue(case: &Case<'_>) -> Option<Proposal> {
    let item = open(case, "venue")?;
    let mut changes = vec![Change::met("anchoring.venue")];
    let (fact, effort) = match case.open_conditions.get("premises").cloned() {
        Some(texts) => {
            changes.push(Change::met("conditions.premises"));
            let fact = case.fact("step.venue.premises").with("texts", Arg::List(texts));
            (fact, Effort::Premises)
        }
        None => (case.fact("step.venue"), Effort::Letter),
    };
    let said = (fact, "step.venue.proof");
    Some(case.proposal("anchoring.venue", said, effort, changes, &item.fact.sources))
}
