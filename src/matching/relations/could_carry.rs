//! `could_carry`: the actor could host, operate or franchise the enterprise here
//! (design §5, methods §3).
//!
//! Three readings of an actor of the same field, from the surest: it plays the role
//! already (carrier, host, operator, franchisee); it holds the licence, the legal form
//! or the local carrying that a condition of the enterprise asks; it is a generalist of
//! the theme with premises, for a model that spreads by franchise or federation. Shown
//! always, "à confirmer"; counted only once a person confirmed it (`carrier` or
//! `anchoring.carrier`, met). A person's "unmet" silences it.
//!
//! An actor whose themes nobody knows is not ruled out: unknown never excludes.
//!
//! | key | arguments beside those of every relation |
//! |---|---|
//! | `relation.could_carry` | `how` Word (`relation.could_carry.confirmed`, `.role`, `.licence`, `.legal_form`, `.carrying`, `.generalist`); `role`, `licence`, `legal_form`, `condition`, `note`, `said_by`, `said_on` (date) Text and `resource` Concept as they apply |
//! | `relation.could_carry.<how>` | none: words |

use super::sides::Local;
use super::telling::{of_actor, placed};
use super::{Claim, Ground, Told, View, names};
use crate::domain::actor::Actor;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::condition::Condition;
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::{Basis, Because};
use crate::domain::taxonomy::Taxonomy;
use crate::matching::outcome::RelationKind;

/// Why an actor could carry; positions in the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// A person said so.
    Confirmed,
    /// Its role, by position in the actor's roles.
    Role(usize),
    /// A licence (of the actor) that a condition (of the enterprise) asks.
    Licence { condition: usize, licence: usize },
    /// Its legal form, that a condition asks.
    LegalForm { condition: usize },
    /// It offers (by position) to carry projects, and a carrier is sought.
    Carrying { offer: usize },
    /// A generalist with premises, by position in its offers.
    Generalist { offer: usize },
}

/// Models that spread through local operators.
const THROUGH_OPERATORS: [&str; 2] = ["social_franchise", "federation"];

/// Ids of the resources this file reads; absent from a taxonomy, they match nothing.
const CARRYING: &str = "portage_local";
const PREMISES: &str = "local";

/// Words of a licence that say nothing of which one it is.
const LICENCE_WORDS: [&str; 8] = [
    "agrement",
    "agree",
    "agreee",
    "conventionnement",
    "licence",
    "autorisation",
    "habilitation",
    "label",
];

/// The surest reason why this actor could carry the enterprise.
pub(crate) fn read(view: View<'_>) -> Option<Claim> {
    let said = view.asked.carrier_said(&view.member.actor.id);
    let numbers = view.numbers;
    let (why, raw, confirmed) = match said.map(|said| said.state.as_str()) {
        Some("unmet") => return None,
        Some("met") => (Why::Confirmed, numbers.carry_confirmed, true),
        _ => {
            let why = unconfirmed(view)?;
            let raw = match why {
                Why::Confirmed => numbers.carry_confirmed,
                Why::Role(_) => numbers.carry_role,
                Why::Licence { .. } | Why::LegalForm { .. } | Why::Carrying { .. } => {
                    numbers.carry_form
                }
                Why::Generalist { .. } => numbers.carry_generalist,
            };
            (why, raw, false)
        }
    };
    let strength = view.local.standing.strength(raw, numbers);
    (strength > 0.0).then_some(Claim {
        kind: RelationKind::CouldCarry,
        strength,
        to_check: !confirmed,
        confirmed,
        ground: Ground::Carrier(why),
    })
}

/// Whether an actor may be a carrier for some enterprise: the others need not be read.
pub(crate) fn may_carry(local: &Local, actor: &Actor, taxonomy: &Taxonomy) -> bool {
    local.carrying.is_some()
        || !actor.licences.is_empty()
        || actor.legal_form.is_some()
        || offer_of(actor, taxonomy, CARRYING).is_some()
        || premises(actor, taxonomy).is_some()
}

fn unconfirmed(view: View<'_>) -> Option<Why> {
    let (enterprise, actor) = (view.asked.enterprise, view.member.actor.as_ref());
    let taxonomy = view.context.taxonomy.as_ref();
    let same_theme = view.asked.themes.iter().any(|theme| view.local.themes.contains(theme));
    let same_field = same_theme || view.local.themes.is_empty();
    if let Some(role) = view.local.carrying
        && super::share_something(view)
    {
        return Some(Why::Role(role));
    }
    if same_field && let Some(why) = by_condition(enterprise, actor, taxonomy) {
        return Some(why);
    }
    let through =
        enterprise.scaling.model.as_deref().is_some_and(|m| THROUGH_OPERATORS.contains(&m));
    let wide = view.local.themes.len().max(actor.portrait.needs.len()) as f64;
    if through && same_theme && !actor.register && wide >= view.numbers.generalist_min {
        return premises(actor, taxonomy).map(|offer| Why::Generalist { offer });
    }
    None
}

/// The first condition of the enterprise that the actor's form, licence or carrying
/// meets.
fn by_condition(enterprise: &Enterprise, actor: &Actor, taxonomy: &Taxonomy) -> Option<Why> {
    for (condition, asked) in enterprise.conditions.iter().enumerate() {
        let why = match asked.kind.as_str() {
            "licence" => licence(asked, actor).map(|licence| Why::Licence { condition, licence }),
            "legal_form" | "carrier" => {
                legal_form(asked, actor).then_some(Why::LegalForm { condition })
            }
            _ => None,
        };
        if why.is_some() {
            return why;
        }
    }
    let sought = taxonomy.find(ConceptKind::Resource, CARRYING)?;
    let asked = enterprise.portrait.seeks.iter().any(|mark| mark.concept == sought)
        || enterprise.conditions.iter().any(|condition| condition.kind == "carrier");
    if !asked {
        return None;
    }
    offer_of(actor, taxonomy, CARRYING).map(|offer| Why::Carrying { offer })
}

/// The licence of the actor that the condition names, by position.
fn licence(asked: &Condition, actor: &Actor) -> Option<usize> {
    let own = |text: &str| {
        let mut words = names::literal(&text.replace('_', " "));
        words.retain(|word| !LICENCE_WORDS.contains(&word.as_str()));
        words
    };
    let text = names::literal(&asked.text);
    let value = asked.value.as_deref().map(own).unwrap_or_default();
    actor.licences.iter().position(|licence| {
        let licence = own(licence);
        let inside = |small: &[String], large: &[String]| {
            !small.is_empty() && small.iter().all(|word| large.contains(word))
        };
        inside(&licence, &text) || inside(&value, &licence)
    })
}

/// Whether the condition names the actor's legal form.
fn legal_form(asked: &Condition, actor: &Actor) -> bool {
    let Some(form) = actor.legal_form.as_deref() else {
        return false;
    };
    let form = names::literal(form);
    let value = asked.value.as_deref().map(|value| names::literal(&value.replace('_', " ")));
    names::position(&names::literal(&asked.text), &form).is_some()
        || value.is_some_and(|value| names::position(&value, &form).is_some())
}

/// The position of a resource in the actor's offers.
fn offer_of(actor: &Actor, taxonomy: &Taxonomy, id: &str) -> Option<usize> {
    let concept = taxonomy.find(ConceptKind::Resource, id)?;
    actor.portrait.offers.iter().position(|mark| mark.concept == concept)
}

/// The position in the actor's offers of premises of any kind.
fn premises(actor: &Actor, taxonomy: &Taxonomy) -> Option<usize> {
    let premises = taxonomy.find(ConceptKind::Resource, PREMISES)?;
    let is_premises = |concept: Concept| {
        concept == premises
            || taxonomy
                .entries(ConceptKind::Resource)
                .get(concept.at())
                .is_some_and(|entry| entry.parent == Some(premises))
    };
    actor.portrait.offers.iter().position(|mark| is_premises(mark.concept))
}

/// What makes it a possible carrier.
pub(crate) fn tell(view: View<'_>, claim: &Claim) -> Told {
    let (enterprise, actor) = (view.asked.enterprise, view.member.actor.as_ref());
    let fact = placed("relation.could_carry", Basis::Inferred, view);
    let model = enterprise.scaling.model.as_ref().map_or_else(
        || Because::new("enterprise.summary", enterprise.summary.as_str()),
        |model| Because::new("enterprise.scaling.model", model.as_str()),
    );
    let condition =
        |at: usize| enterprise.conditions.get(at).map_or("", |condition| condition.text.as_str());
    let asked = |at: usize| Because::new("enterprise.conditions", condition(at));
    let text = |text: &str| Arg::Text(text.to_owned());
    let offered = |at: usize, word: &'static str, ours: Because| {
        let Some(mark) = actor.portrait.offers.get(at) else {
            return Told { via: Vec::new(), because: vec![ours.clone()], fact: fact.clone() };
        };
        let fact =
            fact.clone().with("how", Arg::Word(word)).with("resource", Arg::Concept(mark.concept));
        let because = vec![ours, of_actor(&mark.because)];
        Told { via: vec![mark.concept], because, fact }
    };
    let Ground::Carrier(why) = claim.ground else {
        return Told { via: Vec::new(), because: vec![model], fact };
    };
    match why {
        Why::Confirmed => confirmed(view, fact, model),
        Why::Role(at) => {
            let role = actor.roles.get(at).map_or("", String::as_str);
            Told {
                via: Vec::new(),
                because: vec![model, Because::new("actor.roles", role)],
                fact: fact
                    .with("how", Arg::Word("relation.could_carry.role"))
                    .with("role", text(role)),
            }
        }
        Why::Licence { condition: at, licence } => {
            let licence = actor.licences.get(licence).map_or("", String::as_str);
            Told {
                via: Vec::new(),
                because: vec![asked(at), Because::new("actor.licences", licence)],
                fact: fact
                    .with("how", Arg::Word("relation.could_carry.licence"))
                    .with("licence", text(licence))
                    .with("condition", text(condition(at))),
            }
        }
        Why::LegalForm { condition: at } => {
            let form = actor.legal_form.as_deref().unwrap_or("");
            Told {
                via: Vec::new(),
                because: vec![asked(at), Because::new("actor.legal_form", form)],
                fact: fact
                    .with("how", Arg::Word("relation.could_carry.legal_form"))
                    .with("legal_form", text(form))
                    .with("condition", text(condition(at))),
            }
        }
        Why::Carrying { offer } => offered(offer, "relation.could_carry.carrying", model),
        Why::Generalist { offer } => offered(offer, "relation.could_carry.generalist", model),
    }
}

/// The words of the person who confirmed it, with their source.
fn confirmed(view: View<'_>, fact: Fact, model: Because) -> Told {
    let actor = &view.member.actor;
    let mut because = vec![model];
    let mut fact = fact.with("how", Arg::Word("relation.could_carry.confirmed"));
    fact.basis = Basis::Stated;
    if let Some(said) = view.asked.carrier_said(&actor.id) {
        fact = fact.with("said_on", Arg::Text(said.date.to_string()));
        if let Some(by) = &said.by {
            fact = fact.with("said_by", Arg::Text(by.clone()));
        }
        if let Some(note) = &said.note {
            fact = fact.with("note", Arg::Text(note.trim_end_matches('.').to_owned()));
            because.push(Because::new("actor.confirmation", note.as_str()));
        }
        fact.sources.insert(0, said.source.clone());
    }
    if because.len() == 1 {
        because.push(Because::new("actor.name", actor.name.as_str()));
    }
    Told { via: Vec::new(), because, fact }
}
