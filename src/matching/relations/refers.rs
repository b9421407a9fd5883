//! `refers` (at most 0.4): the same public, another need (methods §3).
//!
//! They meet the same people and could send them to each other. Where the need of one
//! side is unknown, "another need" is not sure and the relation is "à vérifier"; where
//! the public is unknown nothing is said.
//!
//! | key | arguments beside those of every relation |
//! |---|---|
//! | `relation.refers` | `public` Concept; `need`, `actor_need`, `actor_public`, `step`, `actor_step` Concept where known |

use super::kin::Pair;
use super::numbers::Numbers;
use super::telling::tell_answers;
use super::{Claim, Raw, Told, View, best_pair};
use crate::domain::concept::ConceptKind;
use crate::matching::outcome::RelationKind;

/// The likeness of the publics of two answers to needs that are not alike, 0..=ceiling.
pub(crate) fn raw(pair: Pair, numbers: &Numbers) -> Option<Raw> {
    let public = pair.public.filter(|&likeness| likeness > 0.0)?;
    if pair.need.is_some_and(|likeness| likeness > 0.0) {
        return None;
    }
    Some(Raw { value: numbers.refers_ceiling * public, sure: pair.need.is_some() })
}

/// The strongest link of their answers.
pub(crate) fn read(view: View<'_>) -> Option<Claim> {
    best_pair(view, RelationKind::Refers, raw)
}

/// The people both meet.
pub(crate) fn tell(view: View<'_>, claim: &Claim) -> Told {
    tell_answers(view, claim, "relation.refers", &[ConceptKind::Public])
}
