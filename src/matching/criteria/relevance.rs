//! **relevance**: likeness with the words asked (methods §4), only with a query.
//!
//! Computed by the door to the index (BM25 with frozen term statistics, `b / (b + k)`),
//! given per enterprise; here it only becomes a term of the score. It cannot see what
//! the words do not say.
//!
//! | key | args |
//! |---|---|
//! | `criterion.relevance.words` | `level` Share: likeness with the words asked |

use crate::domain::estimate::Estimate;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::outcome::{CriterionId, CriterionValue, Item};

/// The value of the criterion for a relevance of 0..=1; what is no number counts 0.
#[must_use]
pub fn value(relevance: f64) -> CriterionValue {
    let level = if relevance.is_nan() { 0.0 } else { relevance.clamp(0.0, 1.0) };
    let utility = Estimate::exact(level, Basis::Measured);
    let fact =
        Fact::new("criterion.relevance.words", Basis::Measured).with("level", Arg::Share(level));
    let item = Item { name: "words", estimate: utility, fact };
    CriterionValue { criterion: CriterionId::Relevance, utility, items: vec![item], weakest: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relevance_stays_between_zero_and_one() {
        for (given, kept) in [(0.4, 0.4), (-1.0, 0.0), (7.0, 1.0), (f64::NAN, 0.0)] {
            assert_eq!(value(given).utility.point, kept);
        }
    }
}
