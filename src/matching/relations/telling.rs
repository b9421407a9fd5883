//! The phrases, the concepts and the facts that the relations hand out.

use super::answered::{Answered, proof};
use super::kin::concept;
use super::{Claim, Ground, Told, View};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::context::Proximity;
use crate::domain::enterprise::Status;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::{Basis, Because, Source};

/// The two answers of a claim that goes through answers.
pub(super) fn answers<'a>(view: View<'a>, claim: &Claim) -> Option<(&'a Answered, &'a Answered)> {
    match claim.ground {
        Ground::Answers { asked, local } => {
            Some((view.asked.answers.get(asked)?, view.local.answers.get(local)?))
        }
        _ => None,
    }
}

/// A phrase of the enterprise.
pub(super) fn of_enterprise(because: &Because) -> Because {
    Because::new(format!("enterprise.{}", because.field), because.text.as_str())
}

/// A phrase of the actor.
pub(super) fn of_actor(because: &Because) -> Because {
    Because::new(format!("actor.{}", because.field), because.text.as_str())
}

/// Adds a concept once.
pub(super) fn go_through(via: &mut Vec<Concept>, kind: ConceptKind, index: Option<u16>) {
    if let Some(index) = index {
        let concept = concept(kind, index);
        if !via.contains(&concept) {
            via.push(concept);
        }
    }
}

/// A relation told through an answer of each side: the concepts compared, both phrases
/// and the fact with `need`, `public`, `step` of the enterprise and `actor_need`,
/// `actor_public`, `actor_step` of the actor where known.
pub(super) fn tell_answers(
    view: View<'_>,
    claim: &Claim,
    key: &'static str,
    kinds: &[ConceptKind],
) -> Told {
    let Some((asked, local)) = answers(view, claim) else {
        let fact = placed(key, Basis::Inferred, view);
        return Told { via: Vec::new(), because: Vec::new(), fact };
    };
    let mut via = Vec::new();
    for &kind in kinds {
        for side in [asked, local] {
            go_through(&mut via, kind, part(side, kind));
        }
    }
    let (ours, basis) = proof(&view.asked.enterprise.portrait, asked.origin);
    let (theirs, their_basis) = proof(&view.member.actor.portrait, local.origin);
    let mut fact = placed(key, weaker(basis, their_basis), view);
    const NAMES: [(ConceptKind, &str, &str); 3] = [
        (ConceptKind::Need, "need", "actor_need"),
        (ConceptKind::Public, "public", "actor_public"),
        (ConceptKind::Step, "step", "actor_step"),
    ];
    for (kind, our_name, their_name) in NAMES {
        for (side, name) in [(asked, our_name), (local, their_name)] {
            if let Some(index) = part(side, kind) {
                fact = fact.with(name, Arg::Concept(concept(kind, index)));
            }
        }
    }
    Told { via, because: vec![of_enterprise(&ours), of_actor(&theirs)], fact }
}

/// The position of one of the three parts of an answer.
pub(super) fn part(answered: &Answered, kind: ConceptKind) -> Option<u16> {
    match kind {
        ConceptKind::Need => answered.triple.need,
        ConceptKind::Public => answered.triple.public,
        ConceptKind::Step => answered.triple.step,
        ConceptKind::Theme | ConceptKind::Resource => None,
    }
}

/// The less sure of two bases.
pub(super) fn weaker(a: Basis, b: Basis) -> Basis {
    a.max(b)
}

/// A fact about the actor: its name, where it stands, its state, the sources of both.
pub(super) fn placed(key: &'static str, basis: Basis, view: View<'_>) -> Fact {
    let member = view.member;
    let mut fact = Fact::new(key, basis).with("actor", Arg::Text(member.actor.name.clone()));
    if let Some(place) = member.commune.as_ref().or(member.actor.place.commune.as_ref()) {
        fact = fact.with("place", Arg::Text(place.clone()));
    }
    let distance = match member.proximity {
        Proximity::Inside => None,
        Proximity::Near { distance_km } => Some(("relation.where.near", distance_km)),
        Proximity::Far { distance_km } => Some(("relation.where.far", distance_km)),
    };
    if let Some((word, distance_km)) = distance {
        fact = fact.with("where", Arg::Word(word));
        if let Some(km) = distance_km.filter(|km| km.is_finite()) {
            // From a centroid to a centroid: decimals would promise too much.
            fact = fact.with("distance_km", Arg::Number(km.round()));
        }
    }
    if member.actor.status == Status::Ending {
        fact = fact.with("status", Arg::Word("relation.ending"));
    }
    if member.actor.register {
        fact = fact.with("register", Arg::Word("relation.register"));
    }
    fact.from_sources(sources(view))
}

/// The actor's sources, then those of the enterprise, each once.
pub(super) fn sources(view: View<'_>) -> Vec<Source> {
    let mut list: Vec<Source> = Vec::new();
    for source in view.member.actor.sources.iter().chain(&view.asked.enterprise.sources) {
        if !list.contains(source) {
            list.push(source.clone());
        }
    }
    list
}
