//! **gap**: how wide are the gaps it answers? (methods §4)
//!
//! Over the needs it answers, `x_n = a(e, n) · G(n)`; of the two largest,
//! `x₁ + 0.25 x₂ (1 − x₁)`, so that declaring ever more needs pays ever less. `G` is
//! read for the public of its answers: a report about other people counts half. Bounds
//! put the bounds of `G` in the same formula. It cannot see a need nobody measured nor
//! reported: that one stands at its prior and says so.
//!
//! | key | args |
//! |---|---|
//! | `criterion.gap.need.measured` | `need` Concept, `level` Number (G), `low` Number, `high` Number, `membership` Share, `severity` Number, `coverage` Number, `observations` Count |
//! | `criterion.gap.need.severity_only` | same: coverage not measured |
//! | `criterion.gap.need.coverage_only` | same: severity not measured |
//! | `criterion.gap.need.unmeasured` | same, plus `datum` Text?: neither is measured |
//! | `criterion.gap.unknown` | none: no need of the enterprise is known |

use super::{Criterion, distinct, needs_answered};
use crate::domain::concept::Concept;
use crate::domain::enterprise::Enterprise;
use crate::domain::estimate::Estimate;
use crate::domain::fact::{Arg, Fact};
use crate::domain::gap::{self, combine, combined};
use crate::domain::provenance::{Basis, Source};
use crate::domain::rules::Rules;
use crate::matching::outcome::{CriterionId, CriterionValue, Item};
use crate::matching::profile::TerritoryProfile;
use crate::matching::robustness::model::{Items, Model};
use crate::matching::robustness::unknowns::Draws;

/// The criterion, with its numbers.
pub struct Gap {
    second: f64,
    prior: f64,
}

impl Gap {
    /// Ready to evaluate.
    #[must_use]
    pub fn new(rules: &Rules) -> Self {
        Self { second: rules.number("criteria.gap.second"), prior: rules.number("priors.gap.need") }
    }
}

/// `x₁ + share · x₂ (1 − x₁)` of the two largest, 0..=1; never decreasing in any of them.
fn two_largest(share: f64, values: impl Iterator<Item = f64>) -> f64 {
    let (mut first, mut second) = (0.0_f64, 0.0_f64);
    for value in values {
        if value > first {
            (first, second) = (value, first);
        } else if value > second {
            second = value;
        }
    }
    (first + share * second * (1.0 - first)).clamp(0.0, 1.0)
}

/// `G(n)` for the enterprise: the widest over the publics of its answers to `need`, that
/// of everyone where it has no answer triple for it. 0..=1, higher is wider.
#[must_use]
pub fn level(profile: &TerritoryProfile, enterprise: &Enterprise, need: Concept) -> Estimate {
    combine(profile.gap(need).measured, field(profile, enterprise, need))
}

/// `o(n)` for the enterprise: the gravest over the publics of its answers to `need`, that of
/// everyone where it has no answer triple for it. `G` never decreases in it.
fn field(profile: &TerritoryProfile, enterprise: &Enterprise, need: Concept) -> f64 {
    let report = &profile.gap(need).field;
    let answers = enterprise.portrait.answers.iter().filter(|answer| answer.need == Some(need));
    answers
        .map(|answer| report.level(answer.public))
        .reduce(f64::max)
        .unwrap_or_else(|| report.level(None))
}

/// Where a gap is known from: indicators, counted supply, the field; each source once.
#[must_use]
pub fn sources(gap: &gap::Gap) -> Vec<Source> {
    let severity = gap.severity.evidence.iter().map(|evidence| &evidence.source);
    let coverage = gap.coverage.evidence.iter().map(|evidence| &evidence.source);
    let field = gap.field.evidence.iter().map(|evidence| &evidence.source);
    distinct(severity.chain(coverage).chain(field))
}

impl Criterion for Gap {
    fn id(&self) -> CriterionId {
        CriterionId::Gap
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> CriterionValue {
        let needs = needs_answered(enterprise);
        if needs.is_empty() {
            return unknown(enterprise, self.prior);
        }
        let mut items: Vec<Item> = needs
            .into_iter()
            .map(|(need, membership)| item(profile, enterprise, need, membership))
            .collect();
        let of = |value: fn(&Estimate) -> f64| {
            two_largest(self.second, items.iter().map(|item| value(&item.estimate)))
        };
        let (point, low, high) = (of(|x| x.point), of(|x| x.low), of(|x| x.high));
        // The sort is stable: equal items stay in the order of their needs.
        items.sort_by(|a, b| b.estimate.point.total_cmp(&a.estimate.point));
        let utility = Estimate::within(point, low, high, items[0].estimate.basis);
        CriterionValue { criterion: CriterionId::Gap, utility, items, weakest: None }
    }

    /// The same formula on the gaps of each replicate, shared by all that answer a need.
    fn model(
        &self,
        profile: &TerritoryProfile,
        enterprise: &Enterprise,
        value: &CriterionValue,
    ) -> Box<dyn Model> {
        let needs: Vec<(Concept, f64, f64)> = needs_answered(enterprise)
            .into_iter()
            .map(|(need, membership)| (need, membership, field(profile, enterprise, need)))
            .collect();
        if needs.is_empty() {
            return Box::new(Items::one(self.id(), enterprise, value.utility));
        }
        Box::new(DrawnGap { second: self.second, needs })
    }
}

/// The needs it answers with `a(e, n)` and the report of the field.
struct DrawnGap {
    second: f64,
    needs: Vec<(Concept, f64, f64)>,
}

impl Model for DrawnGap {
    fn fill(&self, draws: &Draws<'_>, out: &mut [f64]) {
        let needs: Vec<(&[f64], f64, f64)> = self
            .needs
            .iter()
            .map(|&(need, membership, field)| {
                (draws.need(need).measured.as_slice(), membership, field)
            })
            .collect();
        for (replicate, cell) in out.iter_mut().enumerate() {
            let levels = needs.iter().map(|(measured, membership, field)| {
                membership * combined(measured[replicate], *field)
            });
            *cell = two_largest(self.second, levels);
        }
    }
}

fn item(
    profile: &TerritoryProfile,
    enterprise: &Enterprise,
    need: Concept,
    membership: f64,
) -> Item {
    let gap = profile.gap(need);
    let level = level(profile, enterprise, need);
    let measured = (!gap.severity.evidence.is_empty(), !gap.coverage.evidence.is_empty());
    let key = match measured {
        (true, true) => "criterion.gap.need.measured",
        (true, false) => "criterion.gap.need.severity_only",
        (false, true) => "criterion.gap.need.coverage_only",
        (false, false) => "criterion.gap.need.unmeasured",
    };
    let reported = !gap.field.evidence.is_empty();
    let basis = match (measured, reported) {
        ((false, false), true) => Basis::Stated,
        ((false, false), false) => Basis::Prior,
        _ => level.basis,
    };
    let mut fact = Fact::new(key, basis)
        .with("need", Arg::Concept(need))
        .with("level", Arg::Number(level.point))
        .with("low", Arg::Number(level.low))
        .with("high", Arg::Number(level.high))
        .with("membership", Arg::Share(membership))
        .with("severity", Arg::Number(gap.severity.level.point))
        .with("coverage", Arg::Number(gap.coverage.level.point))
        .with("observations", Arg::Count(gap.field.evidence.len() as u64));
    if let (false, Some(datum)) = (measured.0 && measured.1, &gap.best_datum) {
        fact = fact.with("datum", Arg::Text(datum.clone()));
    }
    let known_from = sources(gap);
    let fact = fact.from_sources(distinct(known_from.iter().chain(&enterprise.sources)));
    let estimate = Estimate::within(
        membership * level.point,
        membership * level.low,
        membership * level.high,
        basis,
    );
    Item { name: "need", estimate, fact }
}

fn unknown(enterprise: &Enterprise, prior: f64) -> CriterionValue {
    let utility = Estimate::unknown(prior);
    let fact =
        Fact::new("criterion.gap.unknown", Basis::Prior).from_sources(enterprise.sources.clone());
    let item = Item { name: "need", estimate: utility, fact };
    CriterionValue { criterion: CriterionId::Gap, utility, items: vec![item], weakest: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::concept::ConceptKind;
    use crate::matching::fixtures::{Case, need};

    fn value(case: &Case) -> CriterionValue {
        Gap::new(&case.rules()).evaluate(&case.profile(), &case.enterprise)
    }

    #[test]
    fn the_second_gap_adds_a_quarter_of_what_is_left() {
        let mut case = Case::new();
        case.measure(need("reparation_velo"), 0.8).measure(need("emploi_eloignes"), 0.4);
        case.enterprise.portrait.answers.clear();
        case.enterprise.portrait.needs =
            case.marks(&[(need("reparation_velo"), 1.0), (need("emploi_eloignes"), 0.5)]);
        let value = value(&case);
        assert!((value.utility.point - (0.8 + 0.25 * 0.2 * 0.2)).abs() < 1e-9);
        assert_eq!(value.items[0].fact.args["need"], Arg::Concept(need("reparation_velo")));
        assert!(!value.items[0].fact.sources.is_empty());
    }

    #[test]
    fn a_generalist_does_not_beat_a_specialist_by_declaring_more() {
        let mut case = Case::new();
        let all: Vec<Concept> = case.context.taxonomy.concepts(ConceptKind::Need).collect();
        for &need in &all {
            case.measure(need, 0.7);
        }
        case.enterprise.portrait.answers.clear();
        case.enterprise.portrait.needs = case.marks(&[(all[0], 1.0)]);
        let specialist = value(&case).utility;
        let halves: Vec<(Concept, f64)> = all.iter().map(|&need| (need, 0.5)).collect();
        case.enterprise.portrait.needs = case.marks(&halves);
        let generalist = value(&case).utility;
        assert!(generalist.point < specialist.point);
        assert!(generalist.high <= specialist.high);
    }

    #[test]
    fn an_enterprise_without_known_need_stands_at_the_prior() {
        let mut case = Case::new();
        case.enterprise.portrait.answers.clear();
        case.enterprise.portrait.needs.clear();
        let value = value(&case);
        assert!(value.utility.is_unknown());
        assert_eq!((value.utility.low, value.utility.high), (0.0, 1.0));
    }
}
