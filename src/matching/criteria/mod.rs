//! The criteria: one file each, one trait (methods §4).
//!
//! Each gives an expected utility in 0..=1 with its bounds and the items it is made of.
//! An unknown item is `[0, 1]` and its declared prior (at most 0.4), so that silence is
//! never better than honest weak proof. A criterion reads its numbers and whatever does
//! not depend on the enterprise once, when it is made ready for a territory.

pub mod anchoring;
pub mod complementarity;
pub mod gap;
pub mod non_duplication;
pub mod priority;
pub mod proof;
pub mod readiness;
pub mod relevance;
pub mod transferability;

use super::outcome::{CriterionId, CriterionValue, Item};
use super::profile::TerritoryProfile;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::enterprise::Enterprise;
use crate::domain::estimate::Estimate;
use crate::domain::portrait::weight_of;
use crate::domain::provenance::{Basis, Source};
use crate::matching::robustness::model::{Items, Model};

/// One criterion, made ready for one territory.
pub trait Criterion: Send + Sync {
    /// Which criterion.
    fn id(&self) -> CriterionId;

    /// The expected utility of `enterprise` for the territory of `profile`, 0..=1,
    /// higher is better, with its items.
    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> CriterionValue;

    /// How that utility depends on what is drawn for robustness; `value` is that of
    /// [`Criterion::evaluate`] for the same profile and enterprise.
    ///
    /// Unless a criterion says better, its utility is one item of the enterprise.
    fn model(
        &self,
        _profile: &TerritoryProfile,
        enterprise: &Enterprise,
        value: &CriterionValue,
    ) -> Box<dyn Model> {
        Box::new(Items::one(self.id(), enterprise, value.utility))
    }
}

/// The eight criteria that need no query, in the order of [`CriterionId::ALL`].
#[must_use]
pub fn all(profile: &TerritoryProfile) -> Vec<Box<dyn Criterion>> {
    let rules = &profile.rules;
    vec![
        Box::new(priority::Priority::new(rules)),
        Box::new(gap::Gap::new(rules)),
        Box::new(complementarity::Complementarity),
        Box::new(non_duplication::NonDuplication),
        Box::new(proof::Proof::new(rules)),
        Box::new(readiness::Readiness::new(rules)),
        Box::new(transferability::Transferability::new(rules)),
        Box::new(anchoring::Anchoring::new(profile)),
    ]
}

/// `a(e, x)` of the methods: how strongly the enterprise carries `concept`, 0..=1.
///
/// For a need, what its answers say counts too.
#[must_use]
pub fn membership(enterprise: &Enterprise, concept: Concept) -> f64 {
    let portrait = &enterprise.portrait;
    match concept.kind {
        ConceptKind::Theme => weight_of(&portrait.themes, concept),
        ConceptKind::Need => portrait
            .answers
            .iter()
            .filter(|answer| answer.need == Some(concept))
            .map(|answer| answer.weight)
            .fold(weight_of(&portrait.needs, concept), f64::max),
        ConceptKind::Public => weight_of(&portrait.publics, concept),
        ConceptKind::Resource => weight_of(&portrait.offers, concept),
        ConceptKind::Step => weight_of(&portrait.steps, concept),
    }
}

/// The needs the enterprise answers with their memberships (> 0), sorted by concept.
#[must_use]
pub fn needs_answered(enterprise: &Enterprise) -> Vec<(Concept, f64)> {
    let portrait = &enterprise.portrait;
    let marks = portrait.needs.iter().map(|mark| mark.concept);
    let answers = portrait.answers.iter().filter_map(|answer| answer.need);
    let mut needs: Vec<Concept> = marks.chain(answers).collect();
    needs.sort_unstable();
    needs.dedup();
    needs
        .into_iter()
        .map(|need| (need, membership(enterprise, need)))
        .filter(|&(_, weight)| weight > 0.0)
        .collect()
}

/// The value of a criterion that is the weighted mean of its items, its weakest shown.
///
/// `weights` has one weight per item, not all zero; shape and bounds follow the items.
/// The basis is that of the known items that weigh most together; `prior` where nothing
/// is known.
pub(crate) fn weighted_mean(
    criterion: CriterionId,
    items: Vec<Item>,
    weights: &[f64],
) -> CriterionValue {
    let total: f64 = weights.iter().sum();
    let of = |value: fn(&Estimate) -> f64| {
        let sum: f64 = items.iter().zip(weights).map(|(item, w)| w * value(&item.estimate)).sum();
        (sum / total).clamp(0.0, 1.0)
    };
    let utility = Estimate::within(
        of(|estimate| estimate.point),
        of(|estimate| estimate.low),
        of(|estimate| estimate.high),
        main_basis(&items, weights),
    );
    let weakest = weakest(&items);
    CriterionValue { criterion, utility, items, weakest }
}

/// The value of a criterion that is the mean of its items, its weakest shown.
pub(crate) fn mean(criterion: CriterionId, items: Vec<Item>) -> CriterionValue {
    let weights = vec![1.0; items.len()];
    weighted_mean(criterion, items, &weights)
}

/// The position of the item with the lowest expected value, the first on a tie.
fn weakest(items: &[Item]) -> Option<usize> {
    (0..items.len()).min_by(|&a, &b| items[a].estimate.point.total_cmp(&items[b].estimate.point))
}

fn main_basis(items: &[Item], weights: &[f64]) -> Basis {
    let share = |basis: Basis| -> f64 {
        let of_basis = items.iter().zip(weights).filter(|(item, _)| item.estimate.basis == basis);
        of_basis.map(|(_, weight)| weight).sum()
    };
    let mut best = (Basis::Prior, 0.0);
    for basis in [Basis::Stated, Basis::Measured, Basis::Inferred] {
        let share = share(basis);
        if share > best.1 {
            best = (basis, share);
        }
    }
    best.0
}

/// `1 − exp(−x / scale)`: 0 at 0, rising ever slower towards 1; 0 for a negative `x`.
pub(crate) fn saturating(x: f64, scale: f64) -> f64 {
    1.0 - (-x.max(0.0) / scale).exp()
}

/// Sources one after the other, each once, in order of first appearance.
pub(crate) fn distinct<'s>(sources: impl IntoIterator<Item = &'s Source>) -> Vec<Source> {
    let mut kept: Vec<Source> = Vec::new();
    for source in sources {
        if !kept.contains(source) {
            kept.push(source.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fact::Fact;

    fn item(estimate: Estimate) -> Item {
        Item { name: "item", estimate, fact: Fact::new("test", estimate.basis) }
    }

    #[test]
    fn a_mean_shows_its_first_weakest_item_and_its_main_basis() {
        let items = vec![
            item(Estimate::exact(1.0, Basis::Stated)),
            item(Estimate::unknown(0.3)),
            item(Estimate::unknown(0.3)),
            item(Estimate::within(0.7, 0.4, 1.0, Basis::Inferred)),
        ];
        let value = mean(CriterionId::Readiness, items);
        assert!((value.utility.point - 0.575).abs() < 1e-12);
        assert!((value.utility.low - 0.35).abs() < 1e-12);
        assert!((value.utility.high - 1.0).abs() < 1e-12);
        assert_eq!((value.weakest, value.utility.basis), (Some(1), Basis::Stated));
    }

    #[test]
    fn a_mean_of_unknowns_is_a_prior() {
        let value = mean(CriterionId::Proof, vec![item(Estimate::unknown(0.3))]);
        assert!(value.utility.is_unknown());
        assert_eq!((value.utility.low, value.utility.high), (0.0, 1.0));
    }
}
