//! What a place looks like: the features by which one place resembles another (methods §4).
//!
//! Six features, in this order: inhabitants of the EPCI, inhabitants per km² (both by
//! their logarithm), share of the population in rural communes (0..=1), households
//! without car (%), median income (€ a year per consumption unit), share over 65 (%).
//! They are clipped, then standardised by the mean and deviation over the EPCI, frozen
//! with the dataset version.

use std::sync::Arc;

use super::numbers::PlaceNumbers;
use super::reading::{Place, Reader};
use super::territory::Scope;
use crate::domain::context::{FEATURES, Features};
use crate::domain::indicator::Indicators;
use crate::domain::territory::{Atlas, DensityClass, Territory};

/// The indicators behind the last three features.
const FEATURE_INDICATORS: [&str; 3] =
    ["mob_menages_sans_voiture_pct", "soc_niveau_vie_median", "soc_65plus_pct"];

/// Features of every EPCI, and how to standardise those of any territory.
#[derive(Debug, Clone)]
pub struct FeatureModel {
    atlas: Arc<Atlas>,
    indicators: [Option<usize>; 3],
    numbers: PlaceNumbers,
    /// Clipped features of each EPCI, logarithms taken.
    scaled: Vec<Features>,
    standard: [Option<(f64, f64)>; FEATURES],
}

/// Positions in the dataset of the indicators that the features read.
#[must_use]
pub fn feature_indicators(indicators: &Indicators) -> [Option<usize>; 3] {
    FEATURE_INDICATORS.map(|id| indicators.position(id))
}

impl FeatureModel {
    /// Reads the features of every EPCI and freezes their mean and deviation.
    #[must_use]
    pub fn new(atlas: &Arc<Atlas>, reader: &Reader, numbers: PlaceNumbers) -> Self {
        let mut model = Self {
            atlas: Arc::clone(atlas),
            indicators: feature_indicators(reader.indicators()),
            numbers,
            scaled: Vec::new(),
            standard: [None; FEATURES],
        };
        model.scaled =
            (0..atlas.epcis.len()).map(|at| model.scale(model.epci_raw(reader, at))).collect();
        for feature in 0..FEATURES {
            let known: Vec<f64> =
                model.scaled.iter().map(|row| row[feature]).filter(|v| v.is_finite()).collect();
            model.standard[feature] = mean_and_deviation(&known);
        }
        model
    }

    /// Standardised and raw features of every EPCI of the atlas, in its order.
    #[must_use]
    pub fn of_epcis(&self, reader: &Reader) -> (Vec<Features>, Vec<Features>) {
        let standardised = self.scaled.iter().map(|row| self.standardise(*row)).collect();
        let raw = (0..self.scaled.len()).map(|at| self.epci_raw(reader, at)).collect();
        (standardised, raw)
    }

    /// Standardised and raw features of a territory, `NaN` where unknown.
    ///
    /// A commune has its own figures and the inhabitants of its EPCI. A zone has its own
    /// density and figures, and the geometric mean of the inhabitants of its EPCI. A
    /// département or a région is the population mean of its EPCI (of the logarithms for
    /// the first two): its overall density would describe a place where nobody lives.
    #[must_use]
    pub fn of_territory(
        &self,
        reader: &Reader,
        territory: &Territory,
        scope: &Scope<'_>,
    ) -> (Features, Features) {
        let raw = match scope.place() {
            Place::Epci(at) => self.epci_raw(reader, at),
            Place::Departement(_) | Place::Region { .. } => self.division_raw(reader, scope),
            place @ (Place::Commune(_) | Place::Area { .. }) => {
                let mut raw = [f64::NAN; FEATURES];
                raw[0] = self.epci_population(scope);
                raw[1] = density(territory.population, territory.area_km2);
                raw[2] = territory.rural_share;
                self.read_figures(reader, place, &mut raw);
                raw
            }
        };
        (self.standardise(self.scale(raw)), raw)
    }

    /// Density class of every EPCI.
    #[must_use]
    pub fn densities(&self) -> Vec<DensityClass> {
        self.atlas.epcis.iter().map(|epci| epci.density).collect()
    }

    fn epci_raw(&self, reader: &Reader, at: usize) -> Features {
        let epci = &self.atlas.epcis[at];
        let mut raw = [f64::NAN; FEATURES];
        raw[0] = epci.population;
        raw[1] = density(epci.population, epci.area_km2);
        raw[2] = epci.rural_share;
        self.read_figures(reader, Place::Epci(at), &mut raw);
        raw
    }

    fn division_raw(&self, reader: &Reader, scope: &Scope<'_>) -> Features {
        let mut sums = [(0.0, 0.0); FEATURES];
        for group in scope.groups() {
            let Place::Epci(at) = group.place else {
                continue;
            };
            for (feature, value) in self.epci_raw(reader, at).into_iter().enumerate() {
                let value = if feature < 2 { value.ln() } else { value };
                if value.is_finite() {
                    sums[feature].0 += group.share * value;
                    sums[feature].1 += group.share;
                }
            }
        }
        let mut raw = sums.map(|(sum, weight)| if weight > 0.0 { sum / weight } else { f64::NAN });
        for value in &mut raw[..2] {
            *value = value.exp();
        }
        raw
    }

    fn read_figures(&self, reader: &Reader, place: Place<'_>, raw: &mut Features) {
        for (slot, indicator) in raw[3..].iter_mut().zip(self.indicators) {
            if let Some(reading) = indicator.and_then(|indicator| reader.read(indicator, place)) {
                *slot = f64::from(reading.value);
            }
        }
    }

    /// Geometric mean, by inhabitants, of the EPCI that hold the communes of a scope.
    fn epci_population(&self, scope: &Scope<'_>) -> f64 {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (&at, &share) in scope.communes().iter().zip(scope.shares()) {
            let Some(epci) = self.atlas.at(at).epci else {
                continue;
            };
            let population = self.atlas.epcis[epci as usize].population;
            if population > 0.0 {
                sum += share * population.ln();
                weight += share;
            }
        }
        if weight > 0.0 { (sum / weight).exp() } else { f64::NAN }
    }

    fn scale(&self, raw: Features) -> Features {
        let clip = |value: f64, (low, high): (f64, f64)| {
            if value.is_nan() { value } else { value.clamp(low, high) }
        };
        let mut scaled = raw;
        scaled[0] = clip(raw[0], self.numbers.population).ln();
        scaled[1] = clip(raw[1], self.numbers.density).ln();
        scaled[3] = clip(raw[3], (0.0, self.numbers.households_without_car_max));
        scaled
    }

    fn standardise(&self, scaled: Features) -> Features {
        let mut scores = [f64::NAN; FEATURES];
        for (feature, score) in scores.iter_mut().enumerate() {
            if let Some((mean, deviation)) = self.standard[feature]
                && scaled[feature].is_finite()
            {
                let apart = scaled[feature] - mean;
                *score = if deviation > 0.0 { apart / deviation } else { 0.0 };
            }
        }
        scores
    }
}

/// Mean and standard deviation (of the population, not of a sample); `None` when empty.
#[must_use]
pub fn mean_and_deviation(values: &[f64]) -> Option<(f64, f64)> {
    if values.is_empty() {
        return None;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    Some((mean, variance.sqrt()))
}

fn density(population: f64, area_km2: f64) -> f64 {
    if area_km2 > 0.0 { population / area_km2 } else { f64::NAN }
}
