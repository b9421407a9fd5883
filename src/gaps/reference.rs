//! Frozen references: what a value is compared with, among territories of one kind.
//!
//! Built once with the dataset version, from the territories alone: no answer moves
//! because of who is asked about or who the candidates are.

use rayon::prelude::*;

use super::measure::Measure;
use super::numbers::SeverityNumbers;
use super::shrinkage::shrink;
use crate::domain::indicator::{IndicatorValues, Indicators};
use crate::domain::territory::{Atlas, DensityClass, TerritoryKind};

/// The territories that a value was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferenceClass {
    /// Their kind.
    pub kind: TerritoryKind,
    /// Their density class; `None` is all classes.
    pub density: Option<DensityClass>,
    /// How many have a value.
    pub size: usize,
}

/// The values of one indicator at one kind of territory, sorted.
#[derive(Debug, Clone)]
pub struct ReferenceLevel {
    kind: TerritoryKind,
    by_class: [Vec<f32>; 3],
    all: Vec<f32>,
    size_min: usize,
}

impl ReferenceLevel {
    /// Sorts (value, class) pairs; `NaN` is left out.
    ///
    /// With `classes` false (départements), every territory is compared with every other.
    fn new(
        kind: TerritoryKind,
        values: impl Iterator<Item = (f32, DensityClass)>,
        classes: bool,
        size_min: usize,
    ) -> Self {
        let mut level = Self { kind, by_class: Default::default(), all: Vec::new(), size_min };
        for (value, class) in values.filter(|(value, _)| value.is_finite()) {
            level.all.push(value);
            if classes {
                level.by_class[class as usize].push(value);
            }
        }
        level.all.sort_unstable_by(f32::total_cmp);
        for class in &mut level.by_class {
            class.sort_unstable_by(f32::total_cmp);
        }
        level
    }

    /// Share of the class with a lower value, ties counted for half (mid-rank), 0..=1.
    ///
    /// A class with too few values gives way to all classes together. `None`: nobody to
    /// compare with.
    #[must_use]
    pub fn lower_share(
        &self,
        value: f32,
        density: Option<DensityClass>,
    ) -> Option<(f64, ReferenceClass)> {
        let class = density
            .map(|density| (&self.by_class[density as usize], density))
            .filter(|(values, _)| values.len() >= self.size_min);
        let (values, density) = match class {
            Some((values, density)) => (values, Some(density)),
            None => (&self.all, None),
        };
        if values.is_empty() {
            return None;
        }
        let below = values.partition_point(|&other| other < value);
        let up_to = values.partition_point(|&other| other <= value);
        let share = (below + up_to) as f64 / 2.0 / values.len() as f64;
        Some((share, ReferenceClass { kind: self.kind, density, size: values.len() }))
    }
}

/// One indicator ready to be read: values filled where parts allow, references sorted.
#[derive(Debug, Clone)]
pub struct IndicatorReference {
    /// What its unit allows.
    pub measure: Measure,
    /// Commune rates after shrinkage; empty where the indicator is not a rate.
    pub shrunk: Vec<f32>,
    /// One value per EPCI: the published one, else the mean of its communes.
    pub epcis: Vec<f32>,
    /// Communes compared within their density class (shrunk values).
    pub commune_level: ReferenceLevel,
    /// EPCI compared within their density class.
    pub epci_level: ReferenceLevel,
    /// Départements, all together.
    pub departement_level: ReferenceLevel,
}

/// The references of the indicators in use, by position in the dataset.
#[derive(Debug, Clone, Default)]
pub struct References {
    list: Vec<Option<IndicatorReference>>,
}

impl References {
    /// Builds the references of the indicators at these positions.
    #[must_use]
    pub fn new(
        atlas: &Atlas,
        indicators: &Indicators,
        used: &[usize],
        numbers: &SeverityNumbers,
    ) -> Self {
        let mut list = vec![None; indicators.list.len()];
        let built: Vec<(usize, IndicatorReference)> = used
            .par_iter()
            .map(|&at| {
                let measure = Measure::of_unit(&indicators.list[at].unit);
                (at, build(atlas, measure, &indicators.values[at], numbers))
            })
            .collect();
        for (at, reference) in built {
            list[at] = Some(reference);
        }
        Self { list }
    }

    /// The reference of the indicator at this position, if it is in use.
    #[must_use]
    pub fn get(&self, indicator: usize) -> Option<&IndicatorReference> {
        self.list.get(indicator)?.as_ref()
    }
}

fn build(
    atlas: &Atlas,
    measure: Measure,
    values: &IndicatorValues,
    numbers: &SeverityNumbers,
) -> IndicatorReference {
    let size_min = numbers.reference_size_min as usize;
    let shrunk = match measure {
        Measure::Rate { per } => shrunk_communes(atlas, &values.communes, per),
        Measure::Intensive | Measure::Count => Vec::new(),
    };
    let epcis = filled_epcis(atlas, measure, values, numbers.parts_share_min);
    let read = if shrunk.is_empty() { &values.communes } else { &shrunk };
    let communes = atlas.communes.iter().zip(read).map(|(c, &value)| (value, c.density));
    let commune_level = ReferenceLevel::new(TerritoryKind::Commune, communes, true, size_min);
    let classed = atlas.epcis.iter().zip(&epcis).map(|(e, &value)| (value, e.density));
    let epci_level = ReferenceLevel::new(TerritoryKind::Epci, classed, true, size_min);
    let departements = values.departements.iter().map(|&value| (value, DensityClass::default()));
    let departement_level =
        ReferenceLevel::new(TerritoryKind::Departement, departements, false, size_min);
    IndicatorReference { measure, shrunk, epcis, commune_level, epci_level, departement_level }
}

/// Commune rates shrunk to the mean of their density class; `NaN` where missing.
fn shrunk_communes(atlas: &Atlas, values: &[f32], per: f64) -> Vec<f32> {
    let mut shrunk = values.to_vec();
    for class in DensityClass::ALL {
        let members: Vec<usize> = atlas
            .communes
            .iter()
            .zip(values)
            .enumerate()
            .filter(|(_, (commune, value))| commune.density == class && value.is_finite())
            .map(|(at, _)| at)
            .collect();
        let rates: Vec<f64> = members.iter().map(|&at| f64::from(values[at]) / per).collect();
        let populations: Vec<f64> =
            members.iter().map(|&at| atlas.communes[at].population).collect();
        for (&at, rate) in members.iter().zip(shrink(&rates, &populations)) {
            shrunk[at] = (rate * per) as f32;
        }
    }
    shrunk
}

/// Published EPCI values, else the mean of the communes where enough have one.
fn filled_epcis(
    atlas: &Atlas,
    measure: Measure,
    values: &IndicatorValues,
    share_min: f64,
) -> Vec<f32> {
    let published = |at: usize| values.epcis.get(at).copied().unwrap_or(f32::NAN);
    atlas
        .epcis
        .iter()
        .enumerate()
        .map(|(at, epci)| {
            let value = published(at);
            if value.is_finite() || !measure.averages() {
                return value;
            }
            let parts = epci.communes.iter().map(|&commune| {
                let value = values.communes.get(commune as usize).copied().unwrap_or(f32::NAN);
                (value, atlas.at(commune).population)
            });
            mean_of_parts(parts, share_min).unwrap_or(f32::NAN)
        })
        .collect()
}

/// Mean of (value, inhabitants) over the parts with a value, if these hold enough of the
/// inhabitants; `None` otherwise.
pub fn mean_of_parts(parts: impl Iterator<Item = (f32, f64)>, share_min: f64) -> Option<f32> {
    let (mut sum, mut known, mut all) = (0.0, 0.0, 0.0);
    for (value, population) in parts {
        all += population;
        if value.is_finite() {
            sum += f64::from(value) * population;
            known += population;
        }
    }
    (known > 0.0 && known >= share_min * all).then(|| (sum / known) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(values: &[f32], size_min: usize) -> ReferenceLevel {
        let pairs = values.iter().map(|&value| (value, DensityClass::Rural));
        ReferenceLevel::new(TerritoryKind::Epci, pairs, true, size_min)
    }

    #[test]
    fn ties_take_the_middle_rank_and_missing_values_are_left_out() {
        let level = level(&[1.0, 2.0, 2.0, 4.0, f32::NAN], 1);
        let share = |value| level.lower_share(value, Some(DensityClass::Rural)).unwrap();
        assert_eq!(share(1.0).0, 0.125);
        assert_eq!(share(2.0).0, 0.5);
        assert_eq!(share(4.0).0, 0.875);
        assert_eq!(share(9.0).0, 1.0);
        assert_eq!(share(2.0).1.size, 4);
    }

    #[test]
    fn a_class_of_too_few_gives_way_to_all_classes() {
        let level = level(&[1.0, 2.0, 3.0], 20);
        let (_, class) = level.lower_share(2.0, Some(DensityClass::Urban)).unwrap();
        assert_eq!((class.density, class.size), (None, 3));
    }

    #[test]
    fn a_mean_over_parts_needs_half_the_inhabitants() {
        let parts = [(10.0, 60.0), (f32::NAN, 40.0)];
        assert_eq!(mean_of_parts(parts.into_iter(), 0.5), Some(10.0));
        let parts = [(10.0, 40.0), (f32::NAN, 60.0)];
        assert_eq!(mean_of_parts(parts.into_iter(), 0.5), None);
    }
}
