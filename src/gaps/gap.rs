//! One gap: severity, coverage and the field put together (methods §2.3 to §2.5).

use crate::domain::concept::Concept;
use crate::domain::estimate::Estimate;
use crate::domain::gap::{Coverage, FieldReport, Gap, Severity, combine};
use crate::domain::provenance::Basis;
use crate::domain::taxonomy::IndicatorRole;

/// `g = s (1 − c)`, 0..=1, higher is wider; bounds `(s_low, c_high)` and `(s_high, c_low)`.
///
/// Measured when both are, inferred when one stands on its prior, prior when both do.
#[must_use]
pub fn measured_gap(severity: Estimate, coverage: Estimate) -> Estimate {
    let basis = match (severity.is_unknown(), coverage.is_unknown()) {
        (true, true) => Basis::Prior,
        (false, false) => Basis::Measured,
        _ => Basis::Inferred,
    };
    Estimate::within(
        severity.point * (1.0 - coverage.point),
        severity.low * (1.0 - coverage.high),
        severity.high * (1.0 - coverage.low),
        basis,
    )
}

/// Puts a gap together; `measured` is [`measured_gap`], or its population mean over parts.
#[must_use]
pub fn assemble(
    need: Concept,
    label: &str,
    severity: Severity,
    coverage: Coverage,
    measured: Estimate,
    field: FieldReport,
    datum_effect_min: f64,
) -> Gap {
    let level = combine(measured, field.level(None));
    let best_datum = best_datum(label, &severity, &coverage, datum_effect_min);
    Gap { need, severity, coverage, measured, field, level, best_datum }
}

/// The missing datum that would narrow the interval of `g` most, in words.
///
/// Knowing the severity leaves the width that the coverage gives at that severity, and
/// the other way round; the larger narrowing is asked for. Nothing is asked where it
/// would change less than `effect_min`.
fn best_datum(
    label: &str,
    severity: &Severity,
    coverage: &Coverage,
    effect_min: f64,
) -> Option<String> {
    let (s, c) = (severity.level, coverage.level);
    let width = s.high * (1.0 - c.low) - s.low * (1.0 - c.high);
    let by_severity = width - s.point * (c.high - c.low);
    let by_coverage = width - (s.high - s.low) * (1.0 - c.point);
    if by_severity.max(by_coverage) < effect_min {
        return None;
    }
    let need = lower_initial(label);
    Some(if by_coverage >= by_severity {
        if coverage.evidence.is_empty() {
            format!("un registre des structures qui répondent à « {need} »")
        } else {
            format!("un registre plus complet des structures qui répondent à « {need} »")
        }
    } else if severity.evidence.is_empty()
        || severity.evidence.iter().all(|one| one.inherited_from.is_some())
    {
        format!("un indicateur communal de « {need} »")
    } else if severity.evidence.iter().all(|one| one.role == IndicatorRole::Proxy) {
        format!("un indicateur qui mesure directement « {need} »")
    } else {
        format!("un second indicateur, récent, de « {need} »")
    })
}

/// A label inside a sentence; an acronym keeps its capitals.
fn lower_initial(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            let rest: String = label.chars().skip(1).collect();
            first.to_lowercase().chain(rest.chars()).collect()
        }
        _ => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn measured(point: f64, low: f64, high: f64) -> Estimate {
        Estimate::within(point, low, high, Basis::Measured)
    }

    #[test]
    fn the_widest_unknown_is_the_datum_asked_for() {
        let unmeasured = Severity { level: Estimate::unknown(0.4), evidence: Vec::new() };
        let known = Severity { level: measured(0.8, 0.75, 0.85), evidence: Vec::new() };
        let bare = Coverage {
            level: Estimate::within(0.73, 0.18, 1.0, Basis::Prior),
            evidence: vec![],
            quantiles: None,
        };
        let tight =
            Coverage { level: measured(0.4, 0.35, 0.45), evidence: Vec::new(), quantiles: None };
        let ask = |s: &Severity, c: &Coverage| best_datum("Précarité alimentaire", s, c, 0.05);
        assert_eq!(
            ask(&unmeasured, &tight).unwrap(),
            "un indicateur communal de « précarité alimentaire »"
        );
        assert_eq!(
            ask(&known, &bare).unwrap(),
            "un registre des structures qui répondent à « précarité alimentaire »"
        );
        let exact = Severity { level: measured(0.8, 0.8, 0.8), evidence: Vec::new() };
        let sure =
            Coverage { level: measured(0.4, 0.4, 0.4), evidence: Vec::new(), quantiles: None };
        assert_eq!(ask(&exact, &sure), None);
    }

    #[test]
    fn an_acronym_keeps_its_capitals() {
        assert_eq!(lower_initial("FLE pour adultes"), "FLE pour adultes");
        assert_eq!(lower_initial("Écarts de santé"), "écarts de santé");
    }

    proptest! {
        #[test]
        fn a_gap_never_decreases_in_severity_nor_in_reports_and_holds_its_point(
            s in 0.0..1.0f64, more in 0.0..0.5f64, c in 0.0..1.0f64, o in 0.0..1.0f64,
            worse in 0.0..0.5f64, spread in 0.0..0.5f64
        ) {
            let around = |x: f64| {
                measured(x, (x - spread).max(0.0), (x + spread).min(1.0))
            };
            let of = |s: f64, o: f64| combine(measured_gap(around(s), around(c)), o);
            let base = of(s, o);
            prop_assert!(base.low <= base.point + 1e-12 && base.point <= base.high + 1e-12);
            prop_assert!((0.0..=1.0).contains(&base.low) && (0.0..=1.0).contains(&base.high));
            prop_assert!(of((s + more).min(1.0), o).point >= base.point - 1e-12);
            prop_assert!(of(s, (o + worse).min(1.0)).point >= base.point - 1e-12);
        }
    }
}
