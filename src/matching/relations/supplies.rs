//! `supplies` and `supplied_by`: what one offers is what the other seeks (methods §3).
//!
//! Strength = product of the two weights. The resources must be the same concept: a
//! workshop is not any premises for the one who seeks a kitchen. Between two organisations
//! known by their themes that share none, the same word may mean another thing (collecting
//! clothes is not collecting stage sets): the strength is lowered and it is to be checked.
//!
//! | key | arguments beside those of every relation |
//! |---|---|
//! | `relation.supplies` | `resource` Concept: the enterprise offers it, the actor seeks it |
//! | `relation.supplied_by` | `resource` Concept: the actor offers it, the enterprise seeks it |

use super::numbers::Numbers;
use super::telling::{of_actor, of_enterprise, placed, weaker};
use super::{Claim, Ground, Told, View};
use crate::domain::fact::Arg;
use crate::domain::portrait::Mark;
use crate::domain::provenance::Basis;
use crate::matching::outcome::RelationKind;

/// The two lists that meet for this kind: the enterprise's, the actor's.
fn lists<'a>(view: View<'a>, kind: RelationKind) -> (&'a [Mark], &'a [Mark]) {
    let (ours, theirs) = (&view.asked.enterprise.portrait, &view.member.actor.portrait);
    if kind == RelationKind::Supplies {
        (&ours.offers, &theirs.seeks)
    } else {
        (&ours.seeks, &theirs.offers)
    }
}

/// Factor on the strength of a resource between these themes (sorted): 1 where they share
/// one, or where one side's are unknown.
pub(crate) fn common_ground(ours: &[u16], theirs: &[u16], numbers: &Numbers) -> f64 {
    let known = !ours.is_empty() && !theirs.is_empty();
    let shared = ours.iter().any(|theme| theirs.binary_search(theme).is_ok());
    if known && !shared { numbers.other_theme } else { 1.0 }
}

/// The strongest common resource, in either direction; ties keep the first.
pub(crate) fn read(view: View<'_>, kind: RelationKind) -> Option<Claim> {
    let (ours, theirs) = lists(view, kind);
    let ground = common_ground(&view.asked.themes, &view.local.themes, view.numbers);
    let mut best: Option<Claim> = None;
    for (i, asked) in ours.iter().enumerate() {
        for (j, local) in theirs.iter().enumerate() {
            if asked.concept != local.concept {
                continue;
            }
            let raw = ground * asked.weight * local.weight;
            let strength = view.local.standing.strength(raw, view.numbers);
            if strength > best.map_or(0.0, |claim| claim.strength) {
                best = Some(Claim {
                    kind,
                    strength,
                    to_check: ground < 1.0,
                    confirmed: false,
                    ground: Ground::Resource { asked: i, local: j },
                });
            }
        }
    }
    best
}

/// The resource and both phrases.
pub(crate) fn tell(view: View<'_>, claim: &Claim) -> Told {
    let key = if claim.kind == RelationKind::Supplies {
        "relation.supplies"
    } else {
        "relation.supplied_by"
    };
    let (ours, theirs) = lists(view, claim.kind);
    let marks = match claim.ground {
        Ground::Resource { asked, local } => ours.get(asked).zip(theirs.get(local)),
        _ => None,
    };
    let Some((asked, local)) = marks else {
        let fact = placed(key, Basis::Inferred, view);
        return Told { via: Vec::new(), because: Vec::new(), fact };
    };
    let fact = placed(key, weaker(asked.basis, local.basis), view)
        .with("resource", Arg::Concept(asked.concept));
    Told {
        via: vec![asked.concept],
        because: vec![of_enterprise(&asked.because), of_actor(&local.because)],
        fact,
    }
}
