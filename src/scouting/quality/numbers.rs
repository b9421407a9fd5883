//! The declared numbers of the quality of records (`index/quality.toml`), read once.

use crate::domain::rules::Rules;

use super::completeness::{ACTOR, ENTERPRISE};

/// Every number of `index/quality.toml`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct QualityNumbers {
    pub parts: Parts,
    /// Weight of each field of [`ENTERPRISE`], in its order.
    pub enterprise: Vec<f64>,
    /// Weight of each field of [`ACTOR`], in its order.
    pub actor: Vec<f64>,
    pub age: AgeNumbers,
    pub sureness: SurenessNumbers,
    pub visit: VisitNumbers,
}

/// Weights of the parts of the score, each 0..=1; they sum to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parts {
    /// Of what is known.
    pub completeness: f64,
    /// Of the age.
    pub age: f64,
    /// Of how sure it is.
    pub sureness: f64,
}

/// How the part of age falls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AgeNumbers {
    /// Years in which it halves, down to the floor.
    pub half_life_years: f64,
    /// Its least value, and that of a record without date, 0..=1.
    pub floor: f64,
}

/// What sources are worth, 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurenessNumbers {
    /// No source.
    pub none: f64,
    /// Only blocked ones.
    pub blocked_only: f64,
    /// One that is not blocked.
    pub one: f64,
    /// Two independent ones.
    pub two: f64,
    /// Three or more.
    pub three: f64,
    /// A person confirmed it.
    pub confirmed: f64,
    /// Factor where the place is doubtful.
    pub doubtful_place: f64,
    /// What the share deduced takes away, 0..=1.
    pub deduced: f64,
    /// Independent sources from which a record is called sure.
    pub sure_from: usize,
}

/// What makes a record matter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct VisitNumbers {
    /// Weights for an enterprise: wants to spread, asked for, followed, needs.
    pub enterprise: [f64; 4],
    /// Weights for an actor: role, named by others, described, needs.
    pub actor: [f64; 4],
    /// How much wanting to spread counts: said, deduced, unknown, refused.
    pub spreads: [f64; 4],
    /// Territories that ask, for half of it.
    pub half_asked: f64,
    /// Needs answered, for half of it.
    pub half_needs: f64,
    /// Records that name it, for half of it.
    pub half_named: f64,
    /// How strongly a theme or a need that is asked for must be carried, 0..=1.
    pub carries: f64,
}

impl QualityNumbers {
    /// Reads them.
    ///
    /// # Panics
    /// If `index/quality.toml` lacks one of them: a bug, not data.
    pub fn read(rules: &Rules) -> Self {
        let n = |name: &str| rules.number(&format!("quality.{name}"));
        let visit =
            |kind: &str, names: [&str; 4]| names.map(|name| n(&format!("visit.{kind}.{name}")));
        Self {
            parts: Parts {
                completeness: n("parts.completeness"),
                age: n("parts.age"),
                sureness: n("parts.sureness"),
            },
            enterprise: ENTERPRISE.iter().map(|f| n(&format!("enterprise.{}", f.id))).collect(),
            actor: ACTOR.iter().map(|f| n(&format!("actor.{}", f.id))).collect(),
            age: AgeNumbers { half_life_years: n("age.half_life_years"), floor: n("age.floor") },
            sureness: SurenessNumbers {
                none: n("sureness.none"),
                blocked_only: n("sureness.blocked_only"),
                one: n("sureness.one"),
                two: n("sureness.two"),
                three: n("sureness.three"),
                confirmed: n("sureness.confirmed"),
                doubtful_place: n("sureness.doubtful_place"),
                deduced: n("sureness.deduced"),
                sure_from: n("sureness.sure_from") as usize,
            },
            visit: VisitNumbers {
                enterprise: visit("enterprise", ["spreads", "asked", "followed", "needs"]),
                actor: visit("actor", ["role", "named", "described", "needs"]),
                spreads: visit("spreads", ["stated", "deduced", "unknown", "refused"]),
                half_asked: n("visit.half.asked"),
                half_needs: n("visit.half.needs"),
                half_named: n("visit.half.named"),
                carries: n("visit.carries.least"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::rules;
    use super::*;

    #[test]
    fn weights_sum_to_one_and_a_fact_added_cannot_lower_the_score() {
        let n = QualityNumbers::read(&rules());
        let sum = |list: &[f64]| (list.iter().sum::<f64>() - 1.0).abs() < 1e-12;
        assert!(sum(&[n.parts.completeness, n.parts.age, n.parts.sureness]));
        assert!(sum(&n.visit.enterprise) && sum(&n.visit.actor));
        // A field that is deduced gains in completeness more than it takes from sureness.
        assert!(n.parts.completeness >= n.parts.sureness * n.sureness.deduced);
        // One more source is worth no less; a date is worth no less than none.
        let s = n.sureness;
        let steps = [s.none, s.blocked_only, s.one, s.two, s.three, s.confirmed];
        assert!(steps.is_sorted() && s.confirmed <= 1.0);
        assert!((0.0..1.0).contains(&n.age.floor) && n.age.half_life_years > 0.0);
        assert!(n.enterprise.iter().chain(&n.actor).all(|weight| *weight >= 0.0));
        assert!(n.visit.spreads.iter().rev().is_sorted());
    }
}
