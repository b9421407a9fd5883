//! The inverted tables of a territory: which actors hold a concept, a word, a name.
//!
//! Built once per profile, so that only the actors that share something with an
//! enterprise are read. Nothing is cut: the tables lose no relation, which the
//! properties check against a reading of every actor.

use std::collections::{BTreeMap, HashMap};

use super::could_carry;
use super::kin::{Kin, Triple};
use super::sides::{Asked, Local};
use crate::domain::concept::ConceptKind;
use crate::domain::context::Context;
use crate::domain::portrait::Mark;

/// Actors by what they hold; positions in `context.actors`, ascending; the absent ones
/// are in no table.
///
/// The hash maps are only looked up, never walked: their order reaches no output.
#[derive(Debug, Clone)]
pub(crate) struct Inverted {
    /// Every distinct answer of the territory with the actors that give it.
    triples: Vec<(Triple, Vec<u32>)>,
    by_need_family: Vec<Vec<u32>>,
    by_public_family: Vec<Vec<u32>>,
    offers: Vec<Vec<(u32, f64)>>,
    seeks: Vec<Vec<(u32, f64)>>,
    words: HashMap<String, Vec<u32>>,
    named: HashMap<String, Vec<u32>>,
    networks: HashMap<String, Vec<u32>>,
    naming: HashMap<String, Vec<u32>>,
    sites: HashMap<String, Vec<u32>>,
    sirens: HashMap<String, Vec<u32>>,
    carriers: Vec<u32>,
}

impl Inverted {
    /// The tables of these actors.
    pub(crate) fn new(context: &Context, kin: &Kin, locals: &[Local]) -> Self {
        let taxonomy = &context.taxonomy;
        let empty = |kind: ConceptKind| vec![Vec::new(); taxonomy.count(kind)];
        let mut tables = Self {
            triples: Vec::new(),
            by_need_family: vec![Vec::new(); taxonomy.count(ConceptKind::Need)],
            by_public_family: vec![Vec::new(); taxonomy.count(ConceptKind::Public)],
            offers: empty(ConceptKind::Resource),
            seeks: empty(ConceptKind::Resource),
            words: HashMap::new(),
            named: HashMap::new(),
            networks: HashMap::new(),
            naming: HashMap::new(),
            sites: HashMap::new(),
            sirens: HashMap::new(),
            carriers: Vec::new(),
        };
        let mut triples: BTreeMap<Triple, Vec<u32>> = BTreeMap::new();
        for (actor, (member, local)) in (0_u32..).zip(context.actors.iter().zip(locals)) {
            if local.standing.status <= 0.0 {
                continue;
            }
            for answered in &local.answers {
                push(triples.entry(answered.triple).or_default(), actor);
            }
            let portrait = &member.actor.portrait;
            hold(&mut tables.offers, &portrait.offers, actor);
            hold(&mut tables.seeks, &portrait.seeks, actor);
            tables.name(actor, local);
            if let Some(id) = &member.actor.enterprise {
                note(&mut tables.sites, id, actor);
            }
            if let Some(siren) = member.actor.siret.as_deref().and_then(|siret| siret.get(..9)) {
                note(&mut tables.sirens, siren, actor);
            }
            if could_carry::may_carry(local, &member.actor, taxonomy) {
                tables.carriers.push(actor);
            }
        }
        tables.triples = triples.into_iter().collect();
        for (at, (triple, _)) in (0_u32..).zip(&tables.triples) {
            let need = triple.need.map(|need| kin.need_family(need));
            if let Some(list) = need.and_then(|family| tables.by_need_family.get_mut(family)) {
                list.push(at);
            }
            let public = triple.public.map(|public| kin.public_family(public));
            if let Some(list) = public.and_then(|family| tables.by_public_family.get_mut(family)) {
                list.push(at);
            }
        }
        tables
    }

    fn name(&mut self, actor: u32, local: &Local) {
        for word in local.literal.iter().chain(&local.network) {
            note(&mut self.words, word, actor);
        }
        note(&mut self.named, &local.key, actor);
        note(&mut self.named, &local.key_without_place, actor);
        if let Some(network) = &local.network_key {
            note(&mut self.networks, network, actor);
        }
        for partner in &local.partners {
            note(&mut self.naming, partner, actor);
        }
    }

    /// Every distinct local answer whose need is of the family of `triple`'s need, with
    /// its actors.
    pub(crate) fn same_need(
        &self,
        triple: Triple,
        kin: &Kin,
    ) -> impl Iterator<Item = &(Triple, Vec<u32>)> {
        let family = triple.need.map(|need| kin.need_family(need));
        let list = family.and_then(|family| self.by_need_family.get(family));
        list.into_iter().flatten().map(|&at| &self.triples[at as usize])
    }

    /// Every distinct local answer that may be alike by its need or by its public, each
    /// once, with its actors.
    pub(crate) fn kindred<'a>(
        &'a self,
        triple: Triple,
        kin: &'a Kin,
    ) -> impl Iterator<Item = &'a (Triple, Vec<u32>)> {
        let family = triple.need.map(|need| kin.need_family(need));
        let public = triple.public.map(|public| kin.public_family(public));
        let list = public.and_then(|public| self.by_public_family.get(public));
        let by_public = list.into_iter().flatten().map(|&at| &self.triples[at as usize]).filter(
            move |(other, _)| {
                family.is_none() || other.need.map(|need| kin.need_family(need)) != family
            },
        );
        self.same_need(triple, kin).chain(by_public)
    }

    /// The actors that seek a resource, with the weight of their mark.
    pub(crate) fn seeking(&self, resource: usize) -> &[(u32, f64)] {
        self.seeks.get(resource).map_or(&[], Vec::as_slice)
    }

    /// The actors that offer a resource, with the weight of their mark.
    pub(crate) fn offering(&self, resource: usize) -> &[(u32, f64)] {
        self.offers.get(resource).map_or(&[], Vec::as_slice)
    }

    /// The actors that may be a sister: by name, network, SIREN or as a site.
    pub(crate) fn maybe_sisters(&self, asked: &Asked<'_>) -> Vec<u32> {
        let mut list = Vec::new();
        for key in asked.names.iter().chain(&asked.network) {
            list.extend(look(&self.named, key));
            list.extend(look(&self.networks, key));
        }
        list.extend(look(&self.sites, &asked.enterprise.id));
        if let Some(siren) = &asked.enterprise.siren {
            list.extend(look(&self.sirens, siren));
        }
        sorted(list)
    }

    /// The actors that may be a named partner: those that bear the rarest word of its
    /// name, and those that name the enterprise.
    pub(crate) fn maybe_partners(&self, asked: &Asked<'_>) -> Vec<u32> {
        let mut list = Vec::new();
        for partner in &asked.partners {
            let rarest = partner
                .words
                .iter()
                .map(|word| self.words.get(word).map_or(&[][..], Vec::as_slice))
                .min_by_key(|actors| actors.len());
            list.extend(rarest.into_iter().flatten());
        }
        for key in &asked.names {
            list.extend(look(&self.naming, key));
        }
        sorted(list)
    }

    /// The actors that may carry something.
    pub(crate) fn carriers(&self) -> &[u32] {
        &self.carriers
    }
}

fn push(list: &mut Vec<u32>, actor: u32) {
    // An actor may give the same answer twice; actors come in order.
    if list.last() != Some(&actor) {
        list.push(actor);
    }
}

fn note(map: &mut HashMap<String, Vec<u32>>, key: &str, actor: u32) {
    if key.is_empty() {
        return;
    }
    match map.get_mut(key) {
        Some(list) => push(list, actor),
        None => {
            map.insert(key.to_owned(), vec![actor]);
        }
    }
}

fn hold(table: &mut [Vec<(u32, f64)>], marks: &[Mark], actor: u32) {
    for mark in marks {
        if let Some(list) = table.get_mut(mark.concept.at()) {
            list.push((actor, mark.weight));
        }
    }
}

fn look<'a>(map: &'a HashMap<String, Vec<u32>>, key: &str) -> impl Iterator<Item = &'a u32> {
    map.get(key).into_iter().flatten()
}

fn sorted(mut list: Vec<u32>) -> Vec<u32> {
    list.sort_unstable();
    list.dedup();
    list
}
