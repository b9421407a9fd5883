//! Whom to meet first, and why.
//!
//! One rule, in this order: the enterprise itself where it is already at work here; the
//! carrier a person confirmed; a partner it already works with elsewhere; a possible
//! carrier that is no rival; the known actor of the theme; whom it completes or supplies.
//! A carrier not confirmed, a known actor and an ally are inside the territory; described
//! actors only, the strongest relation first, ties by id. Nobody known: the file says how
//! to find one, and whose work nearby is the closest.
//!
//! | key | args |
//! |---|---|
//! | `feasibility.first.<role>` | `actor` Text, `place` Text? |
//! | `feasibility.first.none` | `enterprise` Text |
//! | `feasibility.first.others`, `feasibility.first.nearby` | `actors` List |

use std::collections::BTreeSet;

use crate::domain::context::{ContextActor, Proximity};
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::outcome::{Alternative, CriterionId, Relation, RelationKind};
use crate::matching::profile::TerritoryProfile;

/// Other actors named after the first.
const OTHERS_SHOWN: usize = 3;
/// Sources kept of a relation: those of the actor come first.
const ACTOR_SOURCES: usize = 2;

/// As what an actor comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The enterprise's own place here.
    Itself,
    /// A person confirmed it as carrier.
    ConfirmedCarrier,
    /// It works with the enterprise elsewhere.
    Tandem,
    /// It could carry, and is no rival.
    Carrier,
    /// It is the known actor of the theme.
    KeyActor,
    /// The enterprise completes it or supplies it.
    Ally,
}

impl Role {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Itself => "itself",
            Self::ConfirmedCarrier => "confirmed_carrier",
            Self::Tandem => "tandem",
            Self::Carrier => "carrier",
            Self::KeyActor => "key_actor",
            Self::Ally => "ally",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Itself => "feasibility.first.itself",
            Self::ConfirmedCarrier => "feasibility.first.confirmed_carrier",
            Self::Tandem => "feasibility.first.tandem",
            Self::Carrier => "feasibility.first.carrier",
            Self::KeyActor => "feasibility.first.key_actor",
            Self::Ally => "feasibility.first.ally",
        }
    }
}

/// The first actor to meet.
#[derive(Debug, Clone, PartialEq)]
pub struct FirstActor {
    /// As what, and its position in the context; `None` where nobody is known.
    pub actor: Option<(Role, usize)>,
    /// Who and as what; or that nobody is known.
    pub who: Fact,
    /// What relates it to the enterprise, where a relation says it.
    pub relation: Option<Fact>,
    /// Whom else to meet, by name.
    pub others: Option<Fact>,
}

/// The first actor to meet for `enterprise`, among its `relations` here (the strongest
/// first) and the known actor of its theme.
#[must_use]
pub fn choose(
    profile: &TerritoryProfile,
    enterprise: &Enterprise,
    alternative: &Alternative,
    relations: &[Relation],
) -> FirstActor {
    let context = &profile.context;
    let mut ranked: Vec<(Role, usize, Option<&Relation>)> = relations
        .iter()
        .filter_map(|relation| {
            let member = &context.actors[relation.actor];
            if member.actor.register {
                return None;
            }
            let role = role(relation, member, enterprise, relations)?;
            Some((role, relation.actor, Some(relation)))
        })
        .collect();
    if let Some(at) = key_actor(&context.actors, alternative)
        && context.actors[at].proximity == Proximity::Inside
        && !is_rival(relations, at)
    {
        let relation = relations.iter().find(|relation| relation.actor == at && relation.main);
        ranked.push((Role::KeyActor, at, relation));
    }
    // An organisation that competes under another record is no ally either.
    let rivals: BTreeSet<String> = relations
        .iter()
        .filter(|relation| relation.kind == RelationKind::Competes && relation.main)
        .map(|relation| identity(&context.actors[relation.actor]))
        .collect();
    ranked.retain(|&(role, at, _)| {
        role < Role::Carrier || !rivals.contains(&identity(&context.actors[at]))
    });
    // Relations come the strongest first, ties by id: a stable sort keeps that order.
    ranked.sort_by_key(|&(role, ..)| role);
    let mut seen = BTreeSet::new();
    ranked.retain(|&(_, at, _)| seen.insert(identity(&context.actors[at])));
    let Some(&(role, at, relation)) = ranked.first() else {
        let who = Fact::new("feasibility.first.none", Basis::Prior)
            .with("enterprise", Arg::Text(enterprise.name.clone()));
        return FirstActor { actor: None, who, relation: None, others: nearby(profile, relations) };
    };
    let member = &context.actors[at];
    let mut who = Fact::new(role.key(), relation.map_or(Basis::Stated, |r| r.fact.basis))
        .with("actor", Arg::Text(member.actor.name.clone()))
        .with("enterprise", Arg::Text(enterprise.name.clone()))
        .from_sources(member.actor.sources.clone());
    if let Some(place) = &member.commune {
        who = who.with("place", Arg::Text(place.clone()));
    }
    let others: Vec<String> = ranked
        .iter()
        .skip(1)
        .take(OTHERS_SHOWN)
        .map(|&(_, at, _)| named(&context.actors[at]))
        .collect();
    let others = (!others.is_empty()).then(|| {
        Fact::new("feasibility.first.others", Basis::Stated).with("actors", Arg::List(others))
    });
    FirstActor { actor: Some((role, at)), who, relation: relation.map(with_few_sources), others }
}

/// Outside the territory, the organisations whose work is the nearest to the enterprise's.
fn nearby(profile: &TerritoryProfile, relations: &[Relation]) -> Option<Fact> {
    let actors = &profile.context.actors;
    let mut seen = BTreeSet::new();
    let kinds = [RelationKind::Completes, RelationKind::Competes, RelationKind::Sister];
    let names: Vec<String> = relations
        .iter()
        .filter(|relation| relation.main && kinds.contains(&relation.kind))
        .map(|relation| &actors[relation.actor])
        .filter(|member| !member.actor.register && member.proximity != Proximity::Inside)
        .filter(|member| seen.insert(identity(member)))
        .take(OTHERS_SHOWN)
        .map(named)
        .collect();
    (!names.is_empty()).then(|| {
        Fact::new("feasibility.first.nearby", Basis::Inferred).with("actors", Arg::List(names))
    })
}

/// The fact of a relation with the sources that prove it best: the first ones, which are
/// the actor's, and the enterprise's first.
#[must_use]
pub fn with_few_sources(relation: &Relation) -> Fact {
    let mut fact = relation.fact.clone();
    fact.sources.truncate(ACTOR_SOURCES);
    fact
}

/// An organisation whatever the record: its name without the commune it is in.
#[must_use]
pub fn identity(member: &ContextActor) -> String {
    let name = member.actor.name.to_lowercase();
    let place = member.commune.as_deref().unwrap_or_default().to_lowercase();
    let kept: Vec<&str> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && *word != place)
        .collect();
    if kept.is_empty() { name } else { kept.join(" ") }
}

fn role(
    relation: &Relation,
    member: &ContextActor,
    enterprise: &Enterprise,
    relations: &[Relation],
) -> Option<Role> {
    match relation.kind {
        RelationKind::Sister => {
            let itself = member.actor.enterprise.as_deref() == Some(enterprise.id.as_str());
            (itself && member.proximity == Proximity::Inside).then_some(Role::Itself)
        }
        RelationKind::Tandem => Some(Role::Tandem),
        RelationKind::CouldCarry if relation.confirmed => Some(Role::ConfirmedCarrier),
        RelationKind::CouldCarry => (!is_rival(relations, relation.actor)).then_some(Role::Carrier),
        RelationKind::Completes | RelationKind::Supplies if relation.main => Some(Role::Ally),
        _ => None,
    }
}

/// Whether the actor at this position competes.
#[must_use]
pub fn is_rival(relations: &[Relation], actor: usize) -> bool {
    relations.iter().any(|r| r.actor == actor && r.kind == RelationKind::Competes)
}

/// The position of the actor that anchoring names for the theme.
fn key_actor(actors: &[ContextActor], alternative: &Alternative) -> Option<usize> {
    let item = alternative
        .contributions
        .iter()
        .filter(|term| term.value.criterion == CriterionId::Anchoring)
        .flat_map(|term| &term.value.items)
        .find(|item| item.fact.key == "criterion.anchoring.key_actor.met")?;
    let Some(Arg::Text(name)) = item.fact.args.get("actor") else { return None };
    actors.iter().position(|member| member.actor.name == *name)
}

/// An actor as a list names it: with its commune where it is not in its name.
#[must_use]
pub fn named(member: &ContextActor) -> String {
    match &member.commune {
        Some(commune) if !member.actor.name.contains(commune.as_str()) => {
            format!("{} ({commune})", member.actor.name)
        }
        _ => member.actor.name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::portrait::Partner;
    use crate::matching::fixtures::{Case, theme};
    use crate::matching::weights::Weights;
    use crate::matching::{Options, RankBy, evaluate};

    fn chosen(case: &Case) -> FirstActor {
        let profile = case.profile();
        let weights = Weights::resolve(&crate::matching::weights::WeightsAsked::Nothing, false);
        let options =
            Options { weights: weights.unwrap(), rank_by: RankBy::Expected, relevance: None };
        let alternative = evaluate(&profile, &case.enterprise, &options);
        choose(&profile, &case.enterprise, &alternative, &profile.relations(&case.enterprise))
    }

    #[test]
    fn nobody_known_says_how_to_find_one() {
        let first = chosen(&Case::new());
        assert_eq!((first.actor, first.who.key), (None, "feasibility.first.none"));
    }

    #[test]
    fn a_partner_from_elsewhere_comes_before_the_known_actor_of_the_theme() {
        let mut case = Case::new();
        case.add_actor("Aux mobilités", "Lyon", &[theme("mobilites")]);
        let first = chosen(&case);
        assert_eq!(first.actor.map(|(role, _)| role), Some(Role::KeyActor));
        case.add_actor("Roue libre", "Lyon", &[]);
        case.enterprise.portrait.partners = vec![Partner {
            organisation: "Roue libre".to_owned(),
            places: Vec::new(),
            text: "Roue libre".to_owned(),
        }];
        let first = chosen(&case);
        assert_eq!(first.actor, Some((Role::Tandem, 1)));
        assert!(first.relation.is_some() && !first.who.sources.is_empty());
        // Nor is a rival met as an ally, whichever of its records says so.
        let rival = |case: &mut Case, at: usize| {
            case.edit_actor(at, |actor| actor.name = "Vélos d’ici Lyon".to_owned());
        };
        let mut known_twice = case.clone();
        known_twice.enterprise.portrait.partners.clear();
        rival(&mut known_twice, 0);
        known_twice.add_actor("Vélos d’ici", "Lyon", &[]);
        let ours = known_twice.enterprise.portrait.clone();
        known_twice.edit_actor(2, |actor| {
            actor.portrait.answers.clone_from(&ours.answers);
            actor.portrait.needs.clone_from(&ours.needs);
        });
        assert_ne!(chosen(&known_twice).actor.map(|(_, at)| at), Some(0));
        // A row of a register is nobody to visit.
        case.edit_actor(1, |actor| actor.register = true);
        assert_eq!(chosen(&case).actor.map(|(role, _)| role), Some(Role::KeyActor));
    }
}
