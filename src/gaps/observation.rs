//! What the field reports of each need: dated, ageing, counted once per author (methods §2.4).

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::numbers::FieldNumbers;
use crate::domain::concept::Concept;
use crate::domain::gap::{FieldEvidence, FieldReport};
use crate::domain::observation::Observation;

/// Days in a year, on average.
const YEAR_DAYS: f64 = 365.25;

/// The report of each need that some observation speaks of.
///
/// * **Weight**: `confidence · 2^(−age / 3 years) · share`, where `share(observation)`,
///   0..=1, is 1 but in a département or a région: there, one that speaks of a part
///   counts as the share of the inhabitants of that part, since `G` is that of the
///   parts, by population. Exact where every observation speaks of the whole.
/// * **Left out**: dated after `as_of`; without a need (a theme alone is no need); by an
///   author already counted for this need within a year, the latest being kept. Without
///   an author nothing says that two are the same.
/// * **Contradiction**: one says that supply suffices, another that it lacks.
#[must_use]
pub fn reports(
    observations: &[Observation],
    as_of: Date,
    numbers: &FieldNumbers,
    share: impl Fn(&Observation) -> f64,
) -> BTreeMap<Concept, FieldReport> {
    let mut latest_first: Vec<(Concept, &Observation)> = observations
        .iter()
        .filter(|one| one.date <= as_of)
        .filter_map(|one| Some((one.need?, one)))
        .collect();
    latest_first.sort_by(|(_, a), (_, b)| {
        b.date.cmp(&a.date).then_with(|| a.id.cmp(&b.id)).then_with(|| a.text.cmp(&b.text))
    });
    let mut counted: BTreeMap<(Concept, &str), Vec<Date>> = BTreeMap::new();
    let mut reports: BTreeMap<Concept, FieldReport> = BTreeMap::new();
    for (need, one) in latest_first {
        if let Some(by) = one.by.as_deref().map(str::trim).filter(|by| !by.is_empty()) {
            let dates = counted.entry((need, by)).or_default();
            if dates.iter().any(|&kept| days_between(one.date, kept) < numbers.once_within_days) {
                continue;
            }
            dates.push(one.date);
        }
        let age_years = days_between(one.date, as_of) / YEAR_DAYS;
        let fading = (-age_years / numbers.half_life_years).exp2();
        let weight = one.confidence.clamp(0.0, 1.0) * fading * share(one).clamp(0.0, 1.0);
        reports.entry(need).or_default().evidence.push(FieldEvidence {
            id: one.id.clone(),
            text: one.text.clone(),
            severity: one.severity.clamp(0.0, 1.0),
            weight,
            public: one.public,
            step: one.step,
            date: one.date,
            by: one.by.clone(),
            source: one.source.clone(),
        });
    }
    for report in reports.values_mut() {
        // Stable: at equal weights, the latest stays first.
        report.evidence.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let any = |holds: &dyn Fn(f64) -> bool| report.evidence.iter().any(|e| holds(e.severity));
        let contradicted =
            any(&|s| s <= numbers.suffices_at_most) && any(&|s| s >= numbers.lacks_from);
        report.contradicted = contradicted;
    }
    reports
}

fn days_between(from: Date, to: Date) -> f64 {
    let days = from.until(to).map_or(0, |span| span.get_days());
    f64::from(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::concept::ConceptKind;
    use crate::gaps::testing::{numbers, observation};
    use proptest::prelude::*;

    const NEED: Concept = Concept { kind: ConceptKind::Need, index: 0 };

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn report(observations: &[Observation], as_of: &str) -> FieldReport {
        reports(observations, day(as_of), &numbers().field, |_| 1.0)
            .remove(&NEED)
            .unwrap_or_default()
    }

    #[test]
    fn three_years_halve_an_observation() {
        let seen = [observation(NEED, "2023-11-22", 0.8, Some("a"))];
        let report = report(&seen, "2026-11-22");
        assert!((report.evidence[0].weight - 0.35).abs() < 1e-3);
        assert!((report.level(None) - 0.35 * 0.8 / 0.85).abs() < 1e-3);
    }

    #[test]
    fn what_is_dated_later_does_not_count() {
        let seen = [observation(NEED, "2026-11-23", 0.8, Some("a"))];
        assert!(report(&seen, "2026-11-22").evidence.is_empty());
    }

    #[test]
    fn one_author_counts_once_within_a_year_and_the_latest_is_kept() {
        let seen = [
            observation(NEED, "2026-01-10", 0.2, Some("ccas")),
            observation(NEED, "2026-06-10", 0.9, Some("ccas")),
            observation(NEED, "2025-03-01", 0.4, Some("ccas")),
        ];
        let report = report(&seen, "2026-11-22");
        let severities: Vec<f64> = report.evidence.iter().map(|e| e.severity).collect();
        assert_eq!(severities, vec![0.9, 0.4]);
    }

    #[test]
    fn anonymous_observations_all_count() {
        let seen = [
            observation(NEED, "2026-01-10", 0.2, None),
            observation(NEED, "2026-01-11", 0.9, None),
        ];
        assert_eq!(report(&seen, "2026-11-22").evidence.len(), 2);
    }

    #[test]
    fn one_that_suffices_and_one_that_lacks_contradict_each_other() {
        let seen = [
            observation(NEED, "2026-01-10", 0.1, Some("a")),
            observation(NEED, "2026-01-11", 0.5, Some("b")),
        ];
        assert!(report(&seen, "2026-11-22").contradicted);
        assert!(!report(&seen[..1], "2026-11-22").contradicted);
        assert!(
            report(&seen, "2026-11-22").level(None) < report(&seen[1..], "2026-11-22").level(None)
        );
    }

    #[test]
    fn an_observation_of_a_theme_alone_is_no_report_of_a_need() {
        let mut seen = observation(NEED, "2026-01-10", 0.9, None);
        seen.need = None;
        seen.theme = Some(Concept { kind: ConceptKind::Theme, index: 0 });
        assert!(reports(&[seen], day("2026-11-22"), &numbers().field, |_| 1.0).is_empty());
    }

    proptest! {
        #[test]
        fn a_report_is_a_level_and_does_not_depend_on_the_order(
            rows in proptest::collection::vec((0i32..4_000, 0.0..1.0f64, 0usize..4), 0..12)
        ) {
            let names = ["a", "b", "c"];
            let start = day("2016-01-01");
            let mut seen: Vec<Observation> = rows.iter().enumerate().map(|(k, &(days, s, by))| {
                let date = start.checked_add(jiff::Span::new().days(days)).unwrap();
                let mut one = observation(NEED, "2020-01-01", s, names.get(by).copied());
                one.date = date;
                one.id = format!("o{k:02}");
                one
            }).collect();
            let straight = report(&seen, "2026-11-22");
            seen.reverse();
            prop_assert_eq!(&straight, &report(&seen, "2026-11-22"));
            prop_assert!((0.0..=1.0).contains(&straight.level(None)));
        }
    }
}
