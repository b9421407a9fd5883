//! `competes`: the same need **and** public **and** step (methods §3).
//!
//! Overlap of two answers = product of the three likenesses, each of which must reach
//! the declared minimum, times the actor's status. A public or a step that nobody
//! knows makes its likeness the declared prior and the relation "à vérifier"; a need
//! that nobody knows makes no rival.
//!
//! | key | arguments beside those of every relation |
//! |---|---|
//! | `relation.competes` | `need`, `public`, `step` Concept of the enterprise, `actor_need`, `actor_public`, `actor_step` Concept of the actor, each where known |

use super::kin::Pair;
use super::numbers::Numbers;
use super::telling::tell_answers;
use super::{Claim, Raw, Told, View, best_pair};
use crate::domain::concept::ConceptKind;
use crate::matching::outcome::RelationKind;

/// The overlap of two answers, 0..=1; `None` when one likeness is too small.
pub(crate) fn raw(pair: Pair, numbers: &Numbers) -> Option<Raw> {
    let need = pair.need?;
    let public = pair.public.unwrap_or(numbers.prior_public);
    let step = pair.step.unwrap_or(numbers.prior_step);
    let least = need.min(public).min(step);
    (least >= numbers.competes_likeness_min).then_some(Raw {
        value: need * public * step,
        sure: pair.public.is_some() && pair.step.is_some(),
    })
}

/// The strongest overlap of their answers.
pub(crate) fn read(view: View<'_>) -> Option<Claim> {
    best_pair(view, RelationKind::Competes, raw)
}

/// What both do, for whom, at which step.
pub(crate) fn tell(view: View<'_>, claim: &Claim) -> Told {
    let kinds = [ConceptKind::Need, ConceptKind::Public, ConceptKind::Step];
    tell_answers(view, claim, "relation.competes", &kinds)
}
