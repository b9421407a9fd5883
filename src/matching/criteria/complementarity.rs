//! Complement, first half: what the enterprise completes here (methods §4).
//!
//! `1 − Π_k (1 − 0.25^(k−1) S_(k))`, the types of relation in decreasing order of
//! `S_t = cap_t · max_x a(e,x) · B_T(t,x)`, where `B_T(t,x)` is the strength of the best
//! local witness whose main relation with the enterprise is neither `competes` nor
//! `sister`. One strong witness per type scores; the others are counted in the sentence
//! only, so a large city does not win by the length of its list.
//!
//! From: the portraits of the enterprise and of the actors in reach. Cannot see: ties
//! that no record states, and actors that no source names; hence an upper bound that
//! never falls below the declared share of unseen help, and a point of 0, not a prior,
//! when no known actor helps.
//!
//! | key | arguments |
//! |---|---|
//! | `criterion.complementarity.tandem`, `.supplies`, `.completes`, `.supplied_by`, `.refers` | those of `relation.<kind>` (the witness: `actor` Text, `place`, concepts…), and `others` Count of the other actors of the type |
//! | `criterion.complementarity.none` | `territory` Text; "aucun acteur connu ne la complète" |

use super::Criterion;
use crate::domain::enterprise::Enterprise;
use crate::domain::estimate::Estimate;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::outcome::{CriterionId, CriterionValue, Item, RelationKind};
use crate::matching::profile::TerritoryProfile;
use crate::matching::relations::reading::Slot;
use crate::matching::relations::sides::Asked;
use crate::matching::robustness::model::Model;
use crate::matching::robustness::unknowns::{Check, Draws};

/// The types that count, with the key of their sentence.
const TYPES: [(RelationKind, &str, &str); 5] = [
    (RelationKind::Tandem, "tandem", "criterion.complementarity.tandem"),
    (RelationKind::Supplies, "supplies", "criterion.complementarity.supplies"),
    (RelationKind::Completes, "completes", "criterion.complementarity.completes"),
    (RelationKind::SuppliedBy, "supplied_by", "criterion.complementarity.supplied_by"),
    (RelationKind::Refers, "refers", "criterion.complementarity.refers"),
];

/// The criterion; its numbers are those of the profile's relations.
pub struct Complementarity;

impl Criterion for Complementarity {
    fn id(&self) -> CriterionId {
        CriterionId::Complementarity
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> CriterionValue {
        evaluate(profile, enterprise)
    }

    /// Per type the best witness that is there in a replicate.
    fn model(
        &self,
        profile: &TerritoryProfile,
        enterprise: &Enterprise,
        _: &CriterionValue,
    ) -> Box<dyn Model> {
        let slots = profile.read(&profile.ask(enterprise));
        let types = TYPES.map(|(kind, ..)| {
            let mut list: Vec<Witness> = witnesses(&slots, kind).collect();
            // The sort is stable: on a tie, the first by id.
            list.sort_by(|a, b| b.worth.total_cmp(&a.worth));
            (cap(profile, kind), list)
        });
        let diminishing = profile.numbers.complementarity.diminishing;
        Box::new(DrawnComplementarity { types, diminishing })
    }
}

/// An actor that says a type, and what it is worth.
#[derive(Debug, Clone, Copy)]
struct Witness {
    actor: u32,
    /// `a · B`, with what is to be checked.
    worth: f64,
    /// The same without it.
    sure: f64,
    /// Only a rivalry that is to be checked keeps it out.
    barred: bool,
}

/// The actors that say a type, in the order of their ids; rivals and sisters say nothing.
fn witnesses(slots: &[Slot], kind: RelationKind) -> impl Iterator<Item = Witness> {
    slots.iter().filter_map(move |slot| {
        let (worth, sure) = slot.worth(kind);
        if worth <= 0.0 || slot.is_surely_rival_or_sister() {
            return None;
        }
        Some(Witness { actor: slot.actor, worth, sure, barred: slot.is_rival_or_sister() })
    })
}

/// The types with their caps and their witnesses, the best first.
struct DrawnComplementarity {
    types: [(f64, Vec<Witness>); TYPES.len()],
    diminishing: f64,
}

impl Model for DrawnComplementarity {
    fn fill(&self, draws: &Draws<'_>, out: &mut [f64]) {
        let best: Vec<Vec<f64>> =
            self.types.iter().map(|(cap, list)| best_drawn(*cap, list, draws)).collect();
        for (replicate, cell) in out.iter_mut().enumerate() {
            let mut values: [f64; TYPES.len()] = std::array::from_fn(|at| best[at][replicate]);
            *cell = aggregate(&mut values, self.diminishing);
        }
    }
}

/// `cap · a · B` of the best witness in each replicate, 0 where none is there.
fn best_drawn(cap: f64, list: &[Witness], draws: &Draws<'_>) -> Vec<f64> {
    let mut best = vec![0.0; draws.replicates()];
    let mut open: Vec<usize> = (0..best.len()).collect();
    for witness in list {
        if open.is_empty() {
            break;
        }
        let cells = draws.actor(witness.actor);
        open.retain(|&replicate| {
            let here = cells[replicate];
            let worth = match (here.check, witness.barred) {
                (Check::Fails, true) => witness.worth,
                (_, true) => 0.0,
                (Check::Fails, false) => witness.sure,
                (_, false) => witness.worth,
            };
            if here.present {
                best[replicate] = f64::max(best[replicate], worth);
            }
            // The others are worth no more than this one.
            best[replicate] < witness.worth
        });
    }
    best.iter_mut().for_each(|value| *value *= cap);
    best
}

/// The best witness of one type.
struct Best {
    /// `cap · a · B`: expected, without what is to be checked, with it at full.
    point: f64,
    low: f64,
    high: f64,
    /// Who scores.
    witness: Option<u32>,
    /// How many others say the same type.
    others: u64,
}

/// The expected utility of complementarity, 0..=1, higher is better.
///
/// Low: without the relations to be checked. High: with them, and with the actors that
/// only an unchecked rivalry keeps out; at least the declared share of unseen help.
#[must_use]
pub fn evaluate(profile: &TerritoryProfile, e: &Enterprise) -> CriterionValue {
    let asked = profile.ask(e);
    let slots = profile.read(&asked);
    let numbers = &profile.numbers.complementarity;
    let (mut points, mut lows, mut highs) = (Vec::new(), Vec::new(), Vec::new());
    let mut items: Vec<Item> = Vec::new();
    for (kind, name, key) in TYPES {
        let best = best(profile, &slots, kind);
        points.push(best.point);
        lows.push(best.low);
        highs.push(best.high);
        let Some(actor) = best.witness else { continue };
        if let Some(item) = item(profile, &asked, (kind, name, key), actor, &best) {
            items.push(item);
        }
    }
    items.sort_by(|a, b| b.estimate.point.total_cmp(&a.estimate.point));
    let of = |values: &mut Vec<f64>| aggregate(values, numbers.diminishing);
    let (point, low) = (of(&mut points), of(&mut lows));
    let high = of(&mut highs).max(numbers.unseen_ceiling);
    let basis = items.first().map_or(Basis::Inferred, |item| item.estimate.basis);
    let utility = Estimate::within(point, low, high, basis);
    if items.is_empty() {
        let fact = Fact::new("criterion.complementarity.none", Basis::Inferred)
            .with("territory", Arg::Text(profile.context.territory.name.clone()));
        items.push(Item { name: "none", estimate: utility, fact });
    }
    let weakest = Some(items.len() - 1);
    CriterionValue { criterion: CriterionId::Complementarity, utility, items, weakest }
}

/// `1 − Π_k (1 − diminishing^(k−1) S_(k))`, `S` sorted in decreasing order (methods §4).
///
/// Shape: one value per type, 0..=1. Never decreases in any of them.
pub(crate) fn aggregate(values: &mut [f64], diminishing: f64) -> f64 {
    values.sort_by(|a, b| b.total_cmp(a));
    let mut weight = 1.0;
    let mut left = 1.0;
    for value in values.iter() {
        left *= 1.0 - weight * value;
        weight *= diminishing;
    }
    1.0 - left
}

fn cap(profile: &TerritoryProfile, kind: RelationKind) -> f64 {
    let numbers = &profile.numbers.complementarity;
    match kind {
        RelationKind::Tandem => numbers.tandem,
        RelationKind::Supplies => numbers.supplies,
        RelationKind::Completes => numbers.completes,
        RelationKind::SuppliedBy => numbers.supplied_by,
        RelationKind::Refers => numbers.refers,
        // The others never count here.
        RelationKind::Sister | RelationKind::Competes | RelationKind::CouldCarry => 0.0,
    }
}

/// The best witness of a type among the actors read; ties go to the first by id.
fn best(profile: &TerritoryProfile, slots: &[Slot], kind: RelationKind) -> Best {
    let mut best = Best { point: 0.0, low: 0.0, high: 0.0, witness: None, others: 0 };
    for one in witnesses(slots, kind) {
        best.high = best.high.max(one.worth);
        if one.barred {
            continue;
        }
        best.low = best.low.max(one.sure);
        if best.witness.is_some() {
            best.others += 1;
        }
        if one.worth > best.point {
            best.point = one.worth;
            best.witness = Some(one.actor);
        }
    }
    let cap = cap(profile, kind);
    best.point *= cap;
    best.low *= cap;
    best.high *= cap;
    best
}

/// The witness as an item: who, through what, and how many others.
fn item(
    profile: &TerritoryProfile,
    asked: &Asked<'_>,
    (kind, name, key): (RelationKind, &'static str, &'static str),
    actor: u32,
    best: &Best,
) -> Option<Item> {
    let fact = profile.witness(asked, actor, kind, key)?.with("others", Arg::Count(best.others));
    let estimate = Estimate::within(best.point, best.low, best.high, fact.basis);
    Some(Item { name, estimate, fact })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::relations::fixtures::{actor, context, enterprise, rules};
    use std::sync::Arc;

    fn profile(actors: Vec<crate::domain::context::ContextActor>) -> TerritoryProfile {
        TerritoryProfile::new(Arc::new(context(actors)), rules())
    }

    #[test]
    fn types_add_with_a_quarter_each() {
        let value = aggregate(&mut [0.2, 0.56, 0.0], 0.25);
        assert!((value - (1.0 - (1.0 - 0.56) * (1.0 - 0.25 * 0.2))).abs() < 1e-12);
    }

    #[test]
    fn the_best_witness_of_each_type_scores_and_is_named() {
        let e = enterprise("e")
            .answer("collecte_textile", "habitants", "collecte", 1.0)
            .seeks("local", 1.0)
            .done();
        let sorter = actor("trieur").answer("collecte_textile", "habitants", "tri", 1.0).done();
        let other = actor("trieur-2").answer("dechets_textiles", "habitants", "tri", 1.0).done();
        let venue = actor("halle").offers("local", 1.0).done();
        let value = evaluate(&profile(vec![sorter, other, venue]), &e);
        let expected = 1.0 - (1.0 - 0.6) * (1.0 - 0.25 * 0.7 * 0.8);
        assert!((value.utility.point - expected).abs() < 1e-12);
        assert_eq!(value.items[0].name, "supplied_by");
        assert_eq!(value.items[0].fact.args["actor"], Arg::Text("halle".to_owned()));
        assert_eq!(value.items[1].fact.args["actor"], Arg::Text("trieur".to_owned()));
        assert_eq!(value.items[1].fact.args["others"], Arg::Count(1));
        assert_eq!(value.weakest, Some(1));
    }

    #[test]
    fn with_nothing_known_it_is_0_within_the_share_of_unseen_help() {
        let e = enterprise("e").answer("isolement", "habitants", "mise_en_relation", 1.0).done();
        let value = evaluate(&profile(vec![]), &e);
        assert_eq!((value.utility.point, value.utility.low), (0.0, 0.0));
        assert_eq!(value.utility.high, 0.4);
        assert_eq!(value.utility.basis, Basis::Inferred);
        assert_eq!(value.items[0].fact.key, "criterion.complementarity.none");
    }

    #[test]
    fn a_rival_is_no_witness_however_much_it_offers() {
        let e = enterprise("e")
            .answer("collecte_textile", "habitants", "collecte", 1.0)
            .seeks("local", 1.0)
            .done();
        let rival = actor("rival")
            .answer("collecte_textile", "habitants", "collecte", 1.0)
            .offers("local", 1.0)
            .done();
        let value = evaluate(&profile(vec![rival]), &e);
        assert_eq!(value.utility.point, 0.0);
    }

    #[test]
    fn a_rivalry_to_be_checked_widens_the_interval() {
        let e = enterprise("e")
            .answer("collecte_textile", "habitants", "collecte", 1.0)
            .seeks("local", 0.5)
            .done();
        let rival = actor("rival")
            .answer("collecte_textile", "", "collecte", 1.0)
            .offers("local", 1.0)
            .done();
        let value = evaluate(&profile(vec![rival]), &e);
        assert_eq!(value.utility.point, 0.0);
        let tie = 0.6 * 0.5;
        assert!(value.utility.high >= tie);
    }
}
