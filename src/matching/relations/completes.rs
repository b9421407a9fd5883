//! `completes` (at most 0.8): the same need or public, an adjacent step (methods §3).
//!
//! The whole ceiling when the need is the same, half of it when only the people are:
//! two steps that follow each other belong to one chain only if they serve one matter.
//! An unknown step is next to nothing: adjacency is a fact of a table, it has no prior.
//!
//! | key | arguments beside those of every relation |
//! |---|---|
//! | `relation.completes` | `need`, `public`, `step` Concept of the enterprise, `actor_need`, `actor_public`, `actor_step` Concept of the actor, each where known |

use super::kin::Pair;
use super::numbers::Numbers;
use super::telling::{answers, tell_answers};
use super::{Claim, Raw, Told, View, best_pair};
use crate::domain::concept::ConceptKind;
use crate::matching::outcome::RelationKind;

/// What two answers on neighbouring steps share, 0..=ceiling.
pub(crate) fn raw(pair: Pair, numbers: &Numbers) -> Option<Raw> {
    if !pair.adjacent {
        return None;
    }
    let by_need = numbers.completes_by_need * pair.need.unwrap_or(0.0);
    let by_public = numbers.completes_by_public * pair.public.unwrap_or(0.0);
    let link = by_need.max(by_public);
    (link > 0.0).then_some(Raw { value: numbers.completes_ceiling * link, sure: true })
}

/// The strongest link of their answers.
pub(crate) fn read(view: View<'_>) -> Option<Claim> {
    best_pair(view, RelationKind::Completes, raw)
}

/// What they share, and the step of each.
pub(crate) fn tell(view: View<'_>, claim: &Claim) -> Told {
    // Only what is shared is gone through; the two steps always are.
    let shared = |kind: ConceptKind| {
        answers(view, claim).is_some_and(|(asked, local)| {
            let pair = view.kin.pair(asked.triple, local.triple);
            let likeness = if kind == ConceptKind::Need { pair.need } else { pair.public };
            likeness.unwrap_or(0.0) > 0.0
        })
    };
    let mut kinds = Vec::new();
    for kind in [ConceptKind::Need, ConceptKind::Public] {
        if shared(kind) {
            kinds.push(kind);
        }
    }
    kinds.push(ConceptKind::Step);
    tell_answers(view, claim, "relation.completes", &kinds)
}
