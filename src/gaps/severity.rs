//! How strong a need is: indicators as percentiles among like territories (methods §1).

use std::sync::Arc;

use jiff::civil::Date;

use super::numbers::SeverityNumbers;
use super::reading::{Place, Reader, Reading, ReadingOrigin};
use super::territory::Scope;
use crate::domain::concept::ConceptKind;
use crate::domain::estimate::Estimate;
use crate::domain::gap::{IndicatorEvidence, Severity};
use crate::domain::indicator::{Direction, Indicators};
use crate::domain::provenance::{Basis, Source};
use crate::domain::taxonomy::{IndicatorRole, IndicatorUse, Taxonomy};
use crate::domain::territory::{Atlas, DensityClass};

/// An indicator of a need, found in the dataset and with its direction settled.
#[derive(Debug, Clone)]
struct NeedIndicator {
    indicator: usize,
    role: IndicatorRole,
    higher_is_worse: bool,
    classes: Vec<DensityClass>,
}

/// Which figures count, and from when their age is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// Figures of a year that ends later are not used.
    known_by: Date,
    /// Figures more than ten years older than this count half; `None`: age is not told.
    aged_at: Option<Date>,
}

impl When {
    /// At a date in the world.
    #[must_use]
    pub fn at(as_of: Date) -> Self {
        Self { known_by: as_of, aged_at: Some(as_of) }
    }

    /// To compare places: what is known at a date, whatever its age, so that a place is
    /// never unlike itself because time passed.
    #[must_use]
    pub fn comparing(as_of: Date) -> Self {
        Self { known_by: as_of, aged_at: None }
    }
}

/// One indicator read for one need and place, with its weight.
#[derive(Debug, Clone)]
struct Weighted {
    reading: Reading,
    role: IndicatorRole,
    percentile: f64,
    weight: f64,
}

/// Severities of every need, at any territory.
#[derive(Debug, Clone)]
pub struct SeverityModel {
    reader: Reader,
    needs: Vec<Vec<NeedIndicator>>,
    numbers: SeverityNumbers,
}

impl SeverityModel {
    /// Builds the references of the indicators that some need lists, and of `also`.
    #[must_use]
    pub fn new(
        taxonomy: &Taxonomy,
        atlas: &Arc<Atlas>,
        indicators: Arc<Indicators>,
        also: &[usize],
        numbers: SeverityNumbers,
    ) -> Self {
        let needs: Vec<Vec<NeedIndicator>> = taxonomy
            .entries(ConceptKind::Need)
            .iter()
            .map(|entry| entry.indicators.iter().filter_map(|u| resolve(u, &indicators)).collect())
            .collect();
        let mut used: Vec<usize> =
            needs.iter().flatten().map(|n: &NeedIndicator| n.indicator).collect();
        used.extend(also);
        used.sort_unstable();
        used.dedup();
        let reader = Reader::new(Arc::clone(atlas), indicators, &used, &numbers);
        Self { reader, needs, numbers }
    }

    /// What reads the indicators.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// How many needs there are.
    #[must_use]
    pub fn needs(&self) -> usize {
        self.needs.len()
    }

    /// `s` of a need at one place, 0..=1, higher is more need, without its evidence.
    ///
    /// **Formula**: `s = (Σ w v + 0.2) / (Σ w + 0.5)`; bounds with 0 and 0.5 in place of
    /// 0.2. **Missing**: no indicator gives 0.4 in `[0, 1]`, basis prior.
    #[must_use]
    pub fn level(&self, need: usize, place: Place<'_>, when: When) -> Estimate {
        self.combined(&self.weighted(need, place, when))
    }

    /// `s` of a need for each part of the territory, in the order of its groups.
    #[must_use]
    pub fn parts(&self, need: usize, scope: &Scope<'_>, when: When) -> Vec<Estimate> {
        scope.groups().iter().map(|group| self.level(need, group.place, when)).collect()
    }

    /// `s` of the whole territory from that of its parts, with the evidence read at the
    /// territory's own level.
    ///
    /// A département or a région is the population mean of its EPCI; its evidence shows
    /// the figures of the division, which illustrate that mean and do not compute it.
    #[must_use]
    pub fn whole(
        &self,
        need: usize,
        scope: &Scope<'_>,
        parts: &[Estimate],
        when: When,
    ) -> Severity {
        let evidence = self
            .weighted(need, scope.place(), when)
            .iter()
            .map(|weighted| self.evidence(weighted))
            .collect();
        let prior = self.combined(&[]);
        Severity { level: scope.mean_of_groups(parts).unwrap_or(prior), evidence }
    }

    fn weighted(&self, need: usize, place: Place<'_>, when: When) -> Vec<Weighted> {
        let density = self.reader.density(place);
        let mut list = Vec::new();
        for one in &self.needs[need] {
            if !one.classes.is_empty() && !one.classes.contains(&density) {
                continue;
            }
            let year = self.reader.indicators().list[one.indicator].year;
            if year.is_some_and(|year| when.known_by < year_end(year)) {
                continue;
            }
            let Some(reading) = self.reader.read(one.indicator, place) else {
                continue;
            };
            let mut weight = match one.role {
                IndicatorRole::Direct => self.numbers.direct,
                IndicatorRole::Proxy => self.numbers.proxy,
            };
            if matches!(reading.origin, ReadingOrigin::Inherited(_)) {
                weight *= self.numbers.inherited;
            }
            let years = self.numbers.old_after_years as i16;
            let old = |today: Date| year.is_some_and(|y| today > year_end(y.saturating_add(years)));
            if when.aged_at.is_some_and(old) {
                weight *= self.numbers.old;
            }
            let lower = reading.lower_share;
            let percentile = if one.higher_is_worse { lower } else { 1.0 - lower };
            list.push(Weighted { reading, role: one.role, percentile, weight });
        }
        list
    }

    fn combined(&self, list: &[Weighted]) -> Estimate {
        let weights: f64 = list.iter().map(|one| one.weight).sum();
        let sum: f64 = list.iter().map(|one| one.weight * one.percentile).sum();
        let total = weights + self.numbers.prior_weight;
        let with = |prior: f64| ((sum + prior) / total).clamp(0.0, 1.0);
        let basis = if list.is_empty() { Basis::Prior } else { Basis::Measured };
        Estimate::within(
            with(self.numbers.prior_sum),
            with(0.0),
            with(self.numbers.prior_weight),
            basis,
        )
    }

    fn evidence(&self, weighted: &Weighted) -> IndicatorEvidence {
        let reading = &weighted.reading;
        let indicator = &self.reader.indicators().list[reading.indicator];
        IndicatorEvidence {
            indicator: indicator.id.clone(),
            label: indicator.label.clone(),
            value: published(reading.value),
            shrunk: reading.shrunk.map(published),
            unit: indicator.unit.clone(),
            year: indicator.year,
            role: weighted.role,
            percentile: weighted.percentile,
            reference_kind: reading.reference.kind,
            reference_density: reading.reference.density,
            reference_size: reading.reference.size,
            inherited_from: match &reading.origin {
                ReadingOrigin::Own => None,
                ReadingOrigin::Inherited(name) => Some(name.to_string()),
            },
            weight: weighted.weight,
            source: Source {
                year: indicator.source.year.or(indicator.year),
                ..indicator.source.clone()
            },
        }
    }
}

/// Mean and standard deviation of a severity over the EPCI; `None` where measured nowhere.
pub type Standard = Option<(f64, f64)>;

/// Mean and standard deviation of each need over the EPCI where it is measured, and the
/// standardised severities, `[need][epci]`, `NaN` where not measured.
#[must_use]
pub fn standardise(levels: &[Vec<Estimate>]) -> (Vec<Standard>, Vec<Vec<f32>>) {
    levels
        .iter()
        .map(|row| {
            let known: Vec<f64> =
                row.iter().filter(|level| !level.is_unknown()).map(|level| level.point).collect();
            let standard = super::places::mean_and_deviation(&known);
            let scores = row.iter().map(|level| standard_score(level, standard)).collect();
            (standard, scores)
        })
        .unzip()
}

/// A severity in deviations from the mean of the EPCI; `NaN` where not measured.
#[must_use]
pub fn standard_score(level: &Estimate, standard: Standard) -> f32 {
    match standard {
        Some((mean, deviation)) if !level.is_unknown() => {
            if deviation > 0.0 {
                ((level.point - mean) / deviation) as f32
            } else {
                0.0
            }
        }
        _ => f32::NAN,
    }
}

/// The decimal number that was stored as `f32`: 7.1 stays 7.1, not 7.0999999046.
fn published(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

/// The day from which figures of a year count.
fn year_end(year: i16) -> Date {
    Date::new(year, 12, 31).unwrap_or(Date::MAX)
}

/// Finds the indicator and settles its direction; `None` for an unknown indicator, or one
/// without a direction that the need does not give either (`supply`, `context`).
fn resolve(one: &IndicatorUse, indicators: &Indicators) -> Option<NeedIndicator> {
    let indicator = indicators.position(&one.id)?;
    let higher_is_worse = match (one.higher_is_worse, indicators.list[indicator].direction) {
        (Some(higher), _) => higher,
        (None, Direction::Higher) => true,
        (None, Direction::Lower) => false,
        (None, Direction::Supply | Direction::Context) => return None,
    };
    Some(NeedIndicator { indicator, role: one.role, higher_is_worse, classes: one.classes.clone() })
}
