//! Typed relations between an enterprise and a local actor (methods §3).
//!
//! The path, on one screen: two prepared `sides` are compared by the `kin` tables
//! and the folded `names`; each relation has its file, with a `read` (what it says of
//! one actor, in numbers) and a `tell` (the phrases that prove it); `claims` puts
//! them together: a `sister` silences the rest, an unconfirmed carrier never hides a
//! rival, and the strongest is the main one.
//!
//! What this cannot see: ties that no record states. A register names an actor, it
//! rarely says with whom it works.
//!
//! Facts handed to the translator, beside those of each relation's file:
//!
//! | key | arguments |
//! |---|---|
//! | every `relation.<kind>` | `actor` Text; `place` Text where known; `where` Word (`relation.where.near`, `relation.where.far`) and `distance_km` Number when not inside; `check` Word (`relation.to_check`) when to be checked; `status` Word (`relation.ending`) when the actor announced its end; `register` Word (`relation.register`) for a row of a register |
//! | `relation.where.near`, `relation.where.far`, `relation.to_check`, `relation.ending`, `relation.register` | none: words |

pub(crate) mod answered;
#[cfg(test)]
mod brute_force;
pub(crate) mod competes;
pub(crate) mod completes;
pub(crate) mod could_carry;
#[cfg(test)]
pub(crate) mod fixtures;
pub(crate) mod inverted;
pub(crate) mod kin;
pub(crate) mod names;
pub(crate) mod numbers;
#[cfg(test)]
mod properties;
pub(crate) mod reading;
pub(crate) mod refers;
pub(crate) mod sides;
pub(crate) mod sister;
pub(crate) mod supplies;
pub(crate) mod tandem;
mod telling;

use crate::domain::concept::Concept;
use crate::domain::context::{Context, ContextActor};
use crate::domain::fact::{Arg, Fact};
use crate::domain::portrait::{Mark, Portrait};
use crate::domain::provenance::Because;
use crate::matching::outcome::{Relation, RelationKind};

use kin::{Kin, Pair};
use numbers::Numbers;
use sides::{Asked, Local};

/// How many kinds of relation there are.
pub(crate) const KINDS: usize = RelationKind::ALL.len();

/// The position of a kind in tables, in tie-breaking order.
pub(crate) fn at(kind: RelationKind) -> usize {
    kind as usize
}

/// One enterprise facing one actor.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub context: &'a Context,
    pub numbers: &'a Numbers,
    pub kin: &'a Kin,
    pub asked: &'a Asked<'a>,
    pub local: &'a Local,
    pub member: &'a ContextActor,
}

/// What a relation says before status, ceilings of registers and distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Raw {
    /// 0..=1, the type's own ceiling included.
    pub value: f64,
    /// It rests on no known unknown.
    pub sure: bool,
}

/// What a relation goes through, so that it can be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ground {
    /// An answer of each side, by position.
    Answers {
        asked: usize,
        local: usize,
    },
    /// A resource of each side: positions in the offers of one and the seeks of the
    /// other.
    Resource {
        asked: usize,
        local: usize,
    },
    /// A named partner of the enterprise, by position.
    Partner {
        partner: usize,
        network: bool,
    },
    /// The actor names the enterprise as its partner.
    NamedBy {
        partner: usize,
    },
    Sister(sister::Bond),
    Carrier(could_carry::Why),
}

/// One relation in numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Claim {
    pub kind: RelationKind,
    pub strength: f64,
    pub to_check: bool,
    pub confirmed: bool,
    pub ground: Ground,
}

/// The phrases of one relation.
pub(crate) struct Told {
    pub via: Vec<Concept>,
    pub because: Vec<Because>,
    pub fact: Fact,
}

/// Every relation of one actor, in the order of [`RelationKind::ALL`]; empty for an
/// absent one.
pub(crate) fn claims(view: View<'_>) -> Vec<Claim> {
    if view.local.standing.status <= 0.0 {
        return Vec::new();
    }
    if let Some(claim) = sister::read(view) {
        return vec![claim];
    }
    let competes = competes::read(view);
    let mut list: Vec<Claim> = [
        tandem::read(view),
        competes,
        supplies::read(view, RelationKind::Supplies),
        supplies::read(view, RelationKind::SuppliedBy),
        could_carry::read(view),
        completes::read(view),
        refers::read(view),
    ]
    .into_iter()
    .flatten()
    .collect();
    // A rival that could carry is shown as both; only a person's word lets the carrier
    // hide the rival.
    if let Some(rival) = competes {
        for claim in &mut list {
            if claim.kind == RelationKind::CouldCarry && !claim.confirmed {
                claim.strength = claim.strength.min(rival.strength);
            }
        }
    }
    list
}

/// The strongest of these strengths, ties in the order of the kinds; `None` when all
/// are 0.
pub(crate) fn main_of(strengths: &[f64; KINDS]) -> Option<RelationKind> {
    let mut best: Option<RelationKind> = None;
    for kind in RelationKind::ALL {
        let value = strengths[at(kind)];
        if value > best.map_or(0.0, |kind| strengths[at(kind)]) {
            best = Some(kind);
        }
    }
    best
}

/// Every relation of one actor with its phrases, the main one flagged, sorted by
/// strength then kind.
pub(crate) fn tell_all(view: View<'_>, actor: usize) -> Vec<Relation> {
    let claims = claims(view);
    let mut strengths = [0.0; KINDS];
    for claim in &claims {
        strengths[at(claim.kind)] = claim.strength;
    }
    let main = main_of(&strengths);
    let mut list: Vec<Relation> = claims
        .into_iter()
        .map(|claim| {
            let told = tell(view, &claim);
            Relation {
                kind: claim.kind,
                actor,
                strength: claim.strength,
                main: Some(claim.kind) == main,
                to_check: claim.to_check,
                confirmed: claim.confirmed,
                via: told.via,
                because: told.because,
                fact: told.fact,
            }
        })
        .collect();
    list.sort_by(|a, b| b.strength.total_cmp(&a.strength).then(a.kind.cmp(&b.kind)));
    list
}

/// The phrases of one claim.
pub(crate) fn tell(view: View<'_>, claim: &Claim) -> Told {
    let mut told = match claim.kind {
        RelationKind::Sister => sister::tell(view, claim),
        RelationKind::Tandem => tandem::tell(view, claim),
        RelationKind::Competes => competes::tell(view, claim),
        RelationKind::Supplies | RelationKind::SuppliedBy => supplies::tell(view, claim),
        RelationKind::CouldCarry => could_carry::tell(view, claim),
        RelationKind::Completes => completes::tell(view, claim),
        RelationKind::Refers => refers::tell(view, claim),
    };
    if claim.to_check {
        told.fact = told.fact.with("check", Arg::Word("relation.to_check"));
    }
    told
}

/// The best claim among the pairs of answers that `raw` reads; ties prefer a sure one,
/// then the heavier answer of the enterprise, then the first.
fn best_pair(
    view: View<'_>,
    kind: RelationKind,
    raw: impl Fn(Pair, &Numbers) -> Option<Raw>,
) -> Option<Claim> {
    let mut best: Option<(Claim, f64)> = None;
    for (i, asked) in view.asked.answers.iter().enumerate() {
        for (j, local) in view.local.answers.iter().enumerate() {
            let pair = view.kin.pair(asked.triple, local.triple);
            let Some(raw) = raw(pair, view.numbers) else {
                continue;
            };
            let strength = view.local.standing.strength(raw.value, view.numbers);
            if strength <= 0.0 {
                continue;
            }
            let better = best.is_none_or(|(claim, weight)| {
                strength
                    .total_cmp(&claim.strength)
                    .then(raw.sure.cmp(&!claim.to_check))
                    .then(asked.weight.total_cmp(&weight))
                    .is_gt()
            });
            if better {
                let claim = Claim {
                    kind,
                    strength,
                    to_check: !raw.sure,
                    confirmed: false,
                    ground: Ground::Answers { asked: i, local: j },
                };
                best = Some((claim, asked.weight));
            }
        }
    }
    best.map(|(claim, _)| claim)
}

/// Whether the two share anything that could make them work together: a need or a
/// public, alike or the same, or a resource that one offers and the other seeks.
pub(crate) fn share_something(view: View<'_>) -> bool {
    let (ours, theirs) = (&view.asked.enterprise.portrait, &view.member.actor.portrait);
    let alike = view.asked.answers.iter().any(|asked| {
        view.local.answers.iter().any(|local| {
            let pair = view.kin.pair(asked.triple, local.triple);
            pair.need.unwrap_or(0.0) > 0.0 || pair.public.unwrap_or(0.0) > 0.0
        })
    });
    alike
        || marks_alike(view.kin, ours, theirs)
        || meet(&ours.offers, &theirs.seeks)
        || meet(&ours.seeks, &theirs.offers)
}

/// Whether a need or a public carried by both is the same or alike.
fn marks_alike(kin: &Kin, ours: &Portrait, theirs: &Portrait) -> bool {
    let any = |a: &[Mark], b: &[Mark], likeness: &dyn Fn(u16, u16) -> f64| {
        a.iter().any(|a| b.iter().any(|b| likeness(a.concept.index, b.concept.index) > 0.0))
    };
    any(&ours.needs, &theirs.needs, &|a, b| kin.needs(a, b))
        || any(&ours.publics, &theirs.publics, &|a, b| kin.publics(a, b))
}

/// Whether two lists of resources hold a same one.
fn meet(a: &[Mark], b: &[Mark]) -> bool {
    a.iter().any(|a| b.iter().any(|b| a.concept == b.concept))
}
