//! Who is here: key actors per theme, shared venues, trust between actors.
//!
//! Read once per territory from the actors inside it; none of it depends on the
//! enterprise but for `own`, its sites and sisters, which cannot anchor it.

use std::collections::BTreeMap;

use super::naming;
use crate::domain::concept::Concept;
use crate::domain::context::{Context, ContextActor, Proximity};
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::criteria::distinct;
use crate::matching::names::fold;
use crate::matching::presence::at_work;

/// Two actors of which one names the other, or both do.
struct Pair {
    actor: usize,
    other: usize,
    mutual: bool,
}

/// Tables of the actors inside one territory; positions are those of the context.
pub(super) struct Networks {
    /// Described actors per theme, those recorded as key actors first, then by weight.
    by_theme: BTreeMap<Concept, Vec<usize>>,
    venues: Vec<usize>,
    /// Pairs per theme that one of both is of, mutual ones first.
    pairs: BTreeMap<Concept, Vec<Pair>>,
    /// Poles with the themes they are of; none is every theme.
    poles: Vec<(usize, Vec<Concept>)>,
}

impl Networks {
    pub(super) fn new(context: &Context, membership: f64) -> Self {
        let inside: Vec<usize> = (0..context.actors.len())
            .filter(|&at| {
                let actor = &context.actors[at];
                actor.proximity == Proximity::Inside && at_work(&actor.actor, context.as_of)
            })
            .collect();
        let themes = |at: usize| themes_of(&context.actors[at], membership);
        let described = |at: &&usize| !context.actors[**at].actor.register;
        let mut by_theme: BTreeMap<Concept, Vec<usize>> = BTreeMap::new();
        for &at in inside.iter().filter(described) {
            for theme in themes(at) {
                by_theme.entry(theme).or_default().push(at);
            }
        }
        for (&theme, actors) in &mut by_theme {
            let rank = |&at: &usize| {
                let actor = &context.actors[at].actor;
                let weight = actor.portrait.themes.iter().find(|mark| mark.concept == theme);
                (
                    !has_role(&context.actors[at], &["key actor", "acteur cle"]),
                    -weight.map_or(0.0, |m| m.weight),
                )
            };
            // The sort is stable: on a tie, actors stay in the order of their ids.
            actors.sort_by(|a, b| {
                let (a, b) = (rank(a), rank(b));
                a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
            });
        }
        let venues = inside.iter().copied().filter(|&at| is_venue(&context.actors[at])).collect();
        let poles = inside
            .iter()
            .copied()
            .filter(|&at| is_pole(&context.actors[at]))
            .map(|at| (at, themes(at)))
            .collect();
        let mut pairs: BTreeMap<Concept, Vec<Pair>> = BTreeMap::new();
        for (actor, other, mutual) in named_pairs(context, &inside) {
            // Trust on a theme is between two actors of that theme.
            let theirs = themes(other);
            for theme in themes(actor).into_iter().filter(|theme| theirs.contains(theme)) {
                pairs.entry(theme).or_default().push(Pair { actor, other, mutual });
            }
        }
        for list in pairs.values_mut() {
            list.sort_by_key(|pair| !pair.mutual);
        }
        Self { by_theme, venues, pairs, poles }
    }

    /// A described actor of one of these themes, the first theme that has one.
    pub(super) fn key_actor(
        &self,
        context: &Context,
        own: &[u32],
        themes: &[Concept],
    ) -> Option<Fact> {
        themes.iter().find_map(|&theme| {
            let actors = self.by_theme.get(&theme)?;
            let &at = actors.iter().find(|&&at| !is_own(own, at))?;
            let fact = naming("criterion.anchoring.key_actor.met", "actor", &context.actors[at]);
            Some(fact.with("theme", Arg::Concept(theme)))
        })
    }

    /// A shared venue: an actor that hosts, or a programme of venues.
    pub(super) fn venue(&self, context: &Context, own: &[u32]) -> Option<Fact> {
        let actor = self.venues.iter().find(|&&at| !is_own(own, at));
        if let Some(&at) = actor {
            return Some(naming("criterion.anchoring.venue.met", "actor", &context.actors[at]));
        }
        let programme = context.programmes.iter().find(|programme| {
            matches!(programme.id.as_str(), "fabrique_territoire" | "manufacture_proximite")
        })?;
        let fact = Fact::new("criterion.anchoring.venue.met.programme", Basis::Stated)
            .with("programme", Arg::Text(programme.label.clone()))
            .with("places", Arg::List(programme.places.clone()))
            .from_sources(vec![programme.source.clone()]);
        Some(fact)
    }

    /// Actors of one of these themes that name each other; else a pole of the theme.
    pub(super) fn trust(&self, context: &Context, own: &[u32], themes: &[Concept]) -> Option<Fact> {
        let pair = |mutual: bool| {
            themes.iter().filter_map(|theme| self.pairs.get(theme)).flatten().find(|pair| {
                pair.mutual == mutual && !is_own(own, pair.actor) && !is_own(own, pair.other)
            })
        };
        let of_pair = |key, pair: &Pair, basis| {
            let (actor, other) = (&context.actors[pair.actor], &context.actors[pair.other]);
            let mut fact = naming(key, "actor", actor)
                .with("other", Arg::Text(other.actor.name.clone()))
                .from_sources(distinct(actor.actor.sources.iter().chain(&other.actor.sources)));
            fact.basis = basis;
            fact
        };
        if let Some(pair) = pair(true) {
            return Some(of_pair("criterion.anchoring.trust.met", pair, Basis::Stated));
        }
        let pole = self.poles.iter().find(|(at, of)| {
            let on_theme = of.is_empty() || of.iter().any(|theme| themes.contains(theme));
            on_theme && !is_own(own, *at)
        });
        if let Some(&(at, _)) = pole {
            let key = "criterion.anchoring.trust.met.pole";
            return Some(naming(key, "actor", &context.actors[at]));
        }
        let key = "criterion.anchoring.trust.met.one_way";
        pair(false).map(|pair| of_pair(key, pair, Basis::Inferred))
    }
}

fn is_own(own: &[u32], at: usize) -> bool {
    own.iter().any(|&sister| sister as usize == at)
}

fn themes_of(actor: &ContextActor, membership: f64) -> Vec<Concept> {
    let marks = actor.actor.portrait.themes.iter();
    marks.filter(|mark| mark.weight >= membership).map(|mark| mark.concept).collect()
}

fn has_role(actor: &ContextActor, roles: &[&str]) -> bool {
    actor.actor.roles.iter().any(|role| roles.contains(&fold(role).as_str()))
}

/// A host, a third place, a Fabrique de territoire or a Manufacture de proximité.
fn is_venue(actor: &ContextActor) -> bool {
    const ROLES: [&str; 9] = [
        "host",
        "hote",
        "tiers lieu",
        "tiers lieux",
        "venue",
        "lieu partage",
        "fabt",
        "fabrique de territoire",
        "manufacture de proximite",
    ];
    let id = &actor.actor.id;
    has_role(actor, &ROLES) || id.starts_with("fabt") || id.starts_with("manuprox")
}

/// A pole of cooperation: said by its role or its name (PTCE).
fn is_pole(actor: &ContextActor) -> bool {
    const ROLES: [&str; 5] = ["pole", "ptce", "cluster", "pole territorial", "pole de cooperation"];
    let name = fold(&actor.actor.name);
    has_role(actor, &ROLES)
        || name.split(' ').any(|word| word == "ptce")
        || name.contains("pole territorial de cooperation")
}

/// The pairs of actors inside of which one names the other among its partners:
/// (who names, who is named, both do), each pair once. Only described actors name.
fn named_pairs(context: &Context, inside: &[usize]) -> Vec<(usize, usize, bool)> {
    let mut names: Vec<(String, usize)> =
        inside.iter().map(|&at| (fold(&context.actors[at].actor.name), at)).collect();
    names.sort();
    let mut links: BTreeMap<(usize, usize), ()> = BTreeMap::new();
    for &at in inside.iter().filter(|&&at| !context.actors[at].actor.register) {
        for partner in partners(&context.actors[at]) {
            let from = names.partition_point(|(name, _)| *name < partner);
            let named = names[from..]
                .iter()
                .take_while(|(name, _)| name.starts_with(&partner))
                .filter(|(name, other)| is_name(name, &partner) && *other != at);
            links.extend(named.map(|&(_, other)| ((at, other), ())));
        }
    }
    let mutual = |a: usize, b: usize| links.contains_key(&(b, a));
    links
        .keys()
        .filter(|&&(a, b)| a < b || !mutual(a, b))
        .map(|&(a, b)| (a, b, mutual(a, b)))
        .collect()
}

/// The folded names of the partners of an actor, without the places in parentheses; very
/// short ones, which would name anybody, are left out.
fn partners(actor: &ContextActor) -> Vec<String> {
    let parsed = actor.actor.portrait.partners.iter().map(|p| p.organisation.as_str());
    let written = actor.actor.partners.iter().map(|p| p.split('(').next().unwrap_or(p));
    let mut names: Vec<String> = parsed.chain(written).map(fold).filter(|n| n.len() >= 4).collect();
    names.sort();
    names.dedup();
    names
}

/// `name` is `partner`, or `partner` with the place after it ("vrac", "vrac lyon").
fn is_name(name: &str, partner: &str) -> bool {
    name.strip_prefix(partner).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}
