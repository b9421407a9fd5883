//! An enterprise read against a whole territory, in numbers only.
//!
//! Scores need no phrase: every actor that shares something gets a slot of strengths,
//! filled from the inverted tables. The same `raw` readings, the same standing and the
//! same rules of silence as telling an actor, so that a score and its reasons agree.

use super::sides::Asked;
use super::supplies;
use super::{KINDS, Raw, at, competes, completes, could_carry, main_of, refers, sister, tandem};
use crate::domain::concept::ConceptKind;
use crate::matching::outcome::RelationKind;
use crate::matching::profile::TerritoryProfile;

/// What one actor is to one enterprise, in numbers only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    /// Position of the actor.
    pub actor: u32,
    /// Strength per kind, in the order of [`RelationKind::ALL`]; 0 is nothing said. An
    /// unconfirmed `could_carry` stays 0: it is told, never counted.
    pub strength: [f64; KINDS],
    /// The strongest `competes` that rests on no known unknown.
    pub competes_sure: f64,
    /// `a(e, x) · strength`, the best over the answers.
    pub completes_worth: f64,
    /// The same for `refers`.
    pub refers_worth: f64,
    /// The same, known unknowns left out.
    pub refers_sure_worth: f64,
}

impl Slot {
    fn new(actor: u32) -> Self {
        Self {
            actor,
            strength: [0.0; KINDS],
            competes_sure: 0.0,
            completes_worth: 0.0,
            refers_worth: 0.0,
            refers_sure_worth: 0.0,
        }
    }

    fn raise(&mut self, kind: RelationKind, strength: f64) {
        let place = at(kind);
        self.strength[place] = self.strength[place].max(strength);
    }

    /// `a(e, x) · B(x)` of this actor for a kind, and the same without known unknowns.
    pub(crate) fn worth(&self, kind: RelationKind) -> (f64, f64) {
        match kind {
            RelationKind::Completes => (self.completes_worth, self.completes_worth),
            RelationKind::Refers => (self.refers_worth, self.refers_sure_worth),
            _ => {
                let strength = self.strength[at(kind)];
                (strength, strength)
            }
        }
    }

    /// Whether its main relation is that of a rival or of a sister.
    pub(crate) fn is_rival_or_sister(&self) -> bool {
        matches!(main_of(&self.strength), Some(RelationKind::Competes | RelationKind::Sister))
    }

    /// The same if what is to be checked turned out not to compete.
    pub(crate) fn is_surely_rival_or_sister(&self) -> bool {
        let mut strength = self.strength;
        strength[at(RelationKind::Competes)] = self.competes_sure;
        matches!(main_of(&strength), Some(RelationKind::Competes | RelationKind::Sister))
    }
}

/// Slots by actor, made as they are touched.
struct Slots {
    index: Vec<u32>,
    list: Vec<Slot>,
}

impl Slots {
    fn of(&mut self, actor: u32) -> &mut Slot {
        let known = self.index[actor as usize];
        let at = if known == u32::MAX {
            let at = self.list.len();
            self.index[actor as usize] = u32::try_from(at).expect("as many as actors at most");
            self.list.push(Slot::new(actor));
            at
        } else {
            known as usize
        };
        &mut self.list[at]
    }
}

impl TerritoryProfile {
    /// The actors that are sisters of the enterprise, ascending.
    pub(crate) fn sisters(&self, asked: &Asked<'_>) -> Vec<u32> {
        let mut list = self.inverted.maybe_sisters(asked);
        list.retain(|&actor| sister::read(self.view(asked, actor)).is_some());
        list
    }

    /// What every actor that shares something is to the enterprise, by position.
    ///
    /// The same numbers as reading every actor one by one (the properties check it).
    pub(crate) fn read(&self, asked: &Asked<'_>) -> Vec<Slot> {
        let mut slots = Slots { index: vec![u32::MAX; self.actors()], list: Vec::new() };
        self.read_answers(asked, &mut slots);
        self.read_resources(asked, &mut slots);
        for actor in self.inverted.maybe_partners(asked) {
            if let Some(claim) = tandem::read(self.view(asked, actor)) {
                slots.of(actor).raise(RelationKind::Tandem, claim.strength);
            }
        }
        for said in &asked.carriers {
            let known = self
                .context
                .actors
                .iter()
                .position(|member| said.actor.as_deref() == Some(member.actor.id.as_str()));
            let Some(actor) = known.and_then(|at| u32::try_from(at).ok()) else {
                continue;
            };
            let claim = could_carry::read(self.view(asked, actor));
            if let Some(claim) = claim.filter(|claim| claim.confirmed) {
                slots.of(actor).raise(RelationKind::CouldCarry, claim.strength);
            }
        }
        for actor in self.inverted.maybe_sisters(asked) {
            if let Some(claim) = sister::read(self.view(asked, actor)) {
                let slot = slots.of(actor);
                *slot = Slot::new(actor);
                slot.raise(RelationKind::Sister, claim.strength);
            }
        }
        let mut list = slots.list;
        list.sort_unstable_by_key(|slot| slot.actor);
        list
    }

    fn read_answers(&self, asked: &Asked<'_>, slots: &mut Slots) {
        // Status and distance only lower a strength, so a raw reading below the
        // threshold says nothing of anybody.
        let said = |raw: &Raw| raw.value + 1e-9 >= self.numbers.threshold;
        for answered in &asked.answers {
            for (triple, actors) in self.inverted.kindred(answered.triple, &self.kin) {
                let pair = self.kin.pair(answered.triple, *triple);
                let competes = competes::raw(pair, &self.numbers).filter(said);
                let completes = completes::raw(pair, &self.numbers).filter(said);
                let refers = refers::raw(pair, &self.numbers).filter(said);
                if competes.is_none() && completes.is_none() && refers.is_none() {
                    continue;
                }
                for &actor in actors {
                    if let Some(raw) = competes {
                        let strength = self.strength(actor, raw);
                        if strength > 0.0 {
                            let slot = slots.of(actor);
                            slot.raise(RelationKind::Competes, strength);
                            if raw.sure {
                                slot.competes_sure = slot.competes_sure.max(strength);
                            }
                        }
                    }
                    if let Some(raw) = completes {
                        let strength = self.strength(actor, raw);
                        if strength > 0.0 {
                            let slot = slots.of(actor);
                            slot.raise(RelationKind::Completes, strength);
                            slot.completes_worth =
                                slot.completes_worth.max(answered.weight * strength);
                        }
                    }
                    if let Some(raw) = refers {
                        let strength = self.strength(actor, raw);
                        if strength > 0.0 {
                            let slot = slots.of(actor);
                            slot.raise(RelationKind::Refers, strength);
                            let worth = answered.weight * strength;
                            slot.refers_worth = slot.refers_worth.max(worth);
                            if raw.sure {
                                slot.refers_sure_worth = slot.refers_sure_worth.max(worth);
                            }
                        }
                    }
                }
            }
        }
    }

    fn read_resources(&self, asked: &Asked<'_>, slots: &mut Slots) {
        let portrait = &asked.enterprise.portrait;
        let ways = [
            (RelationKind::Supplies, &portrait.offers),
            (RelationKind::SuppliedBy, &portrait.seeks),
        ];
        for (kind, marks) in ways {
            for mark in marks.iter().filter(|mark| mark.concept.kind == ConceptKind::Resource) {
                let list = if kind == RelationKind::Supplies {
                    self.inverted.seeking(mark.concept.at())
                } else {
                    self.inverted.offering(mark.concept.at())
                };
                for &(actor, weight) in list {
                    let theirs = &self.locals[actor as usize].themes;
                    let ground = supplies::common_ground(&asked.themes, theirs, &self.numbers);
                    let raw = Raw { value: ground * mark.weight * weight, sure: ground >= 1.0 };
                    let strength = self.strength(actor, raw);
                    if strength > 0.0 {
                        slots.of(actor).raise(kind, strength);
                    }
                }
            }
        }
    }
}
