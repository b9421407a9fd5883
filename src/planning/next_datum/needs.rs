//! The severity or the coverage of a need: shared by everyone who answers it.

use std::collections::BTreeMap;

use crate::domain::concept::Concept;
use crate::domain::estimate::Estimate;
use crate::domain::fact::{Arg, Fact};
use crate::domain::gap::{Gap, IndicatorEvidence, SupplyEvidence, combine};
use crate::domain::provenance::{Basis, Source};
use crate::domain::taxonomy::IndicatorRole;
use crate::domain::territory::TerritoryKind;
use crate::matching::criteria::{gap, needs_answered};
use crate::matching::outcome::Alternative;
use crate::matching::profile::Supposition;

use super::decision::Outcome;
use super::spread::Spreads;
use super::{Datum, Family, Weighing};

/// What may be learned of a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Coverage,
    Severity,
}

/// For each need of the candidates read, the side that is worth most, if any.
pub(super) fn data(weighing: &Weighing<'_>) -> Vec<Datum> {
    let mut by_need: BTreeMap<Concept, Vec<&Alternative>> = BTreeMap::new();
    for a in weighing.near.iter().filter(|a| !a.is_excluded()) {
        for (need, _) in needs_answered(&weighing.enterprises[a.enterprise]) {
            by_need.entry(need).or_default().push(a);
        }
    }
    let mut spreads = Spreads::default();
    let mut list = Vec::new();
    for (need, answering) in by_need {
        if !answering.iter().any(|a| weighing.concerns(a.enterprise)) {
            continue;
        }
        let sides = [Side::Coverage, Side::Severity];
        let found = sides
            .into_iter()
            .filter_map(|side| datum(weighing, &mut spreads, (need, side), &answering));
        let worth = |datum: &Datum| datum.value / datum.effort_value;
        list.extend(found.reduce(|a, b| if worth(&b) > worth(&a) { b } else { a }));
    }
    list
}

fn datum(
    weighing: &Weighing<'_>,
    spreads: &mut Spreads,
    (need, side): (Concept, Side),
    answering: &[&Alternative],
) -> Option<Datum> {
    let known = weighing.evaluator.profile().gap(need);
    let values = values(weighing, spreads, known, side)?;
    let chance = 1.0 / values.len() as f64;
    let outcome = |value: f64| Outcome {
        chance,
        scores: rescored(weighing, &with(known, side, value), answering),
    };
    // Scores rise or fall with the value, so where neither end moves the set nothing does.
    let ends = [outcome(values[0]), outcome(*values.last()?)];
    if weighing.decision.weigh(&ends).probability <= 0.0 {
        return None;
    }
    let outcomes: Vec<Outcome> = values.iter().map(|&value| outcome(value)).collect();
    let taxonomy = &weighing.evaluator.profile().context.taxonomy;
    let (key, name) = match side {
        Side::Coverage if known.coverage.evidence.is_empty() => ("datum.coverage", "coverage"),
        Side::Coverage => ("datum.coverage.partial", "coverage"),
        Side::Severity if known.severity.evidence.is_empty() => ("datum.severity", "severity"),
        Side::Severity => ("datum.severity.partial", "severity"),
    };
    let fact = Fact::new(key, Basis::Prior)
        .with("need", Arg::Concept(need))
        .with("count", Arg::Count(answering.len() as u64))
        .from_sources(gap::sources(known));
    let key = (format!("need/{}/{name}", taxonomy.id(need)), Family::Need);
    let datum = weighing.datum(key, fact, name, &outcomes)?;
    Some(Datum {
        concerns: answering.iter().map(|a| a.enterprise).collect(),
        need: Some(need),
        item: Some(name),
        ..datum
    })
}

/// What the datum may be, ascending; `None` where it is as good as known.
fn values(
    weighing: &Weighing<'_>,
    spreads: &mut Spreads,
    known: &Gap,
    side: Side,
) -> Option<Vec<f64>> {
    let level = match side {
        Side::Coverage => known.coverage.level,
        Side::Severity => known.severity.level,
    };
    if level.high - level.low < weighing.numbers.width_min {
        return None;
    }
    let count = weighing.numbers.values;
    let quantiles = known.coverage.quantiles.filter(|_| side == Side::Coverage);
    let Some(quantiles) = quantiles else { return Some(spreads.of(&level, count)) };
    let at = |slice: usize| quantiles.at((slice as f64 + 0.5) / count as f64);
    let values: Vec<f64> = (0..count).map(at).collect();
    let moved = level.point - values.iter().sum::<f64>() / count as f64;
    Some(values.into_iter().map(|value| (value + moved).clamp(0.0, 1.0)).collect())
}

/// The gap if one side were known: `g` follows it in proportion, for a larger territory's is
/// a mean over its parts.
fn with(known: &Gap, side: Side, value: f64) -> Gap {
    let mut gap = known.clone();
    let (s, c) = (known.severity.level, known.coverage.level);
    let ratio = |of: f64, over: f64, else_: f64| {
        if over > 0.0 { known.measured.point * of / over } else { else_ }
    };
    let exact = Estimate::exact(value, Basis::Measured);
    let (point, low, high) = match side {
        Side::Coverage => {
            gap.coverage.level = exact;
            if gap.coverage.evidence.is_empty() {
                gap.coverage.evidence.push(counted());
            }
            let open = 1.0 - value;
            (ratio(open, 1.0 - c.point, s.point * open), s.low * open, s.high * open)
        }
        Side::Severity => {
            gap.severity.level = exact;
            if gap.severity.evidence.is_empty() {
                gap.severity.evidence.push(read());
            }
            let (low, high) = (value * (1.0 - c.high), value * (1.0 - c.low));
            (ratio(value, s.point, value * (1.0 - c.point)), low, high)
        }
    };
    let both = !gap.severity.evidence.is_empty() && !gap.coverage.evidence.is_empty();
    let basis = if both { Basis::Measured } else { Basis::Inferred };
    gap.measured = Estimate::within(point.clamp(0.0, 1.0), low, high, basis);
    gap.level = combine(gap.measured, gap.field.level(None));
    gap
}

/// The scores of those who answer the need, evaluated for real.
fn rescored(
    weighing: &Weighing<'_>,
    gap: &Gap,
    answering: &[&Alternative],
) -> BTreeMap<usize, Option<f64>> {
    let gaps = BTreeMap::from([(gap.need.index, gap.clone())]);
    let supposed =
        weighing.evaluator.profile().supposing(Supposition { gaps, ..Supposition::default() });
    let again = |a: &&Alternative| {
        let enterprise = &weighing.enterprises[a.enterprise];
        let after = weighing.evaluator.supposing_gaps(&supposed, enterprise, a, weighing.options);
        (a.enterprise, (!after.is_excluded()).then_some(after.score))
    };
    answering.iter().map(again).collect()
}

/// A register that would count the structures: what it says stands in the level.
fn counted() -> SupplyEvidence {
    SupplyEvidence {
        id: "supposed".to_owned(),
        label: String::new(),
        unit: String::new(),
        counted: 0.0,
        expected: 0.0,
        ratio: 0.0,
        reliability: 1.0,
        neighbours: Vec::new(),
        catchment_km: 0.0,
        source: Source::named("supposition"),
    }
}

/// An indicator that would measure the need: what it says stands in the level.
fn read() -> IndicatorEvidence {
    IndicatorEvidence {
        indicator: "supposed".to_owned(),
        label: String::new(),
        value: 0.0,
        shrunk: None,
        unit: String::new(),
        year: None,
        role: IndicatorRole::Direct,
        percentile: 0.0,
        reference_kind: TerritoryKind::Epci,
        reference_density: None,
        reference_size: 0,
        inherited_from: None,
        weight: 1.0,
        source: Source::named("supposition"),
    }
}
