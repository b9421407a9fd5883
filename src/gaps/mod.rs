//! Gaps: needs × territories, from open figures, counted supply and the field.
//!
//! A gap is a need that is strong here and whose answers are insufficient here,
//! neighbours included (methods §1 and §2). The way through the folder:
//!
//! - `measure` reads units; `shrinkage` steadies small populations; `reference` freezes
//!   what a value is compared with; `reading` finds the value of a place; `severity`
//!   makes `s` of them.
//! - `catchment` says who reaches what; `source` measures one register on its perimeter;
//!   `posterior` turns points found and expected into
//!   a covered share; `coverage` makes `c` of them.
//! - `observation` makes `o`; `gap` makes `g` and `G`; `territory` cuts a territory in
//!   parts; `places` says what a place looks like.
//!
//! The model is frozen with the dataset version. It reads no file and no clock.

pub mod catchment;
pub mod coverage;
pub mod gap;
pub mod measure;
pub mod numbers;
pub mod observation;
pub mod places;
pub mod posterior;
pub mod reading;
pub mod reference;
pub mod severity;
pub mod shrinkage;
pub mod source;
pub mod territory;
#[cfg(test)]
mod testing;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use self::catchment::Catchments;
use self::coverage::CoverageModel;
use self::numbers::GapNumbers;
use self::places::{FeatureModel, feature_indicators};
use self::severity::{SeverityModel, Standard, When, standard_score, standardise};
use self::territory::Scope;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::context::{Features, PlaceTable};
use crate::domain::estimate::Estimate;
use crate::domain::gap::{FieldReport, Gap};
use crate::domain::indicator::Indicators;
use crate::domain::observation::Observation;
use crate::domain::rules::Rules;
use crate::domain::supply::SupplySource;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::territory::{Atlas, Territory};

/// Supply that the dataset does not count: what if one more opened there?
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExtraSupply {
    /// Position of the commune in the atlas.
    pub commune: u32,
    /// The need it answers.
    pub need: Concept,
    /// Points of supply (structures × weight), at least 0.
    pub units: f64,
}

/// Gaps of every need at any territory; immutable, frozen with the dataset version.
#[derive(Debug, Clone)]
pub struct GapModel {
    taxonomy: Arc<Taxonomy>,
    atlas: Arc<Atlas>,
    severity: Arc<SeverityModel>,
    coverage: Arc<CoverageModel>,
    features: Arc<FeatureModel>,
    places: Arc<PlaceTable>,
    /// Mean and deviation of each need's severity over the EPCI.
    severity_standard: Arc<[Standard]>,
    numbers: GapNumbers,
}

impl GapModel {
    /// Builds references, accessibilities and the table of EPCI.
    ///
    /// Positions in `indicators` and `supply` are those of `atlas`; needs are those of
    /// `taxonomy`.
    ///
    /// # Panics
    /// If `index/gaps.toml` lacks a number (a bug).
    #[must_use]
    pub fn new(
        taxonomy: Arc<Taxonomy>,
        atlas: Arc<Atlas>,
        indicators: Arc<Indicators>,
        supply: &[SupplySource],
        rules: &Rules,
    ) -> Self {
        let numbers = GapNumbers::read(rules);
        let also: Vec<usize> = feature_indicators(&indicators).into_iter().flatten().collect();
        let severity = SeverityModel::new(&taxonomy, &atlas, indicators, &also, numbers.severity);
        let catchments = Catchments::new(&atlas, &numbers.catchment);
        let needs = taxonomy.count(ConceptKind::Need);
        let coverage = CoverageModel::new(&atlas, needs, catchments, supply, numbers.coverage);
        let features = FeatureModel::new(&atlas, severity.reader(), numbers.places);
        let (standardised, raw) = features.of_epcis(severity.reader());
        let levels: Vec<Vec<Estimate>> = (0..needs)
            .into_par_iter()
            .map(|need| {
                (0..atlas.epcis.len())
                    .map(|at| {
                        severity.level(need, reading::Place::Epci(at), When::comparing(Date::MAX))
                    })
                    .collect()
            })
            .collect();
        let (severity_standard, table) = standardise(&levels);
        let places = Arc::new(PlaceTable {
            features: standardised,
            raw,
            severity: table,
            density: features.densities(),
        });
        Self {
            taxonomy,
            atlas,
            severity: Arc::new(severity),
            coverage: Arc::new(coverage),
            features: Arc::new(features),
            places,
            severity_standard: severity_standard.into(),
            numbers,
        }
    }

    /// The same model for an atlas that differs by its zones only.
    #[must_use]
    pub fn with_zones(&self, atlas: Arc<Atlas>) -> Self {
        Self { atlas, ..self.clone() }
    }

    /// One gap per need, in index order.
    ///
    /// `observations` are those that speak of this territory, of one that contains it or
    /// of one inside it.
    #[must_use]
    pub fn gaps(
        &self,
        territory: &Territory,
        observations: &[Observation],
        as_of: Date,
    ) -> Vec<Gap> {
        self.gaps_with_supply(territory, observations, as_of, &[])
    }

    /// The gaps if `extra` were there too, the means staying those of the dataset.
    ///
    /// No gap is wider than without it.
    #[must_use]
    pub fn gaps_with_supply(
        &self,
        territory: &Territory,
        observations: &[Observation],
        as_of: Date,
        extra: &[ExtraSupply],
    ) -> Vec<Gap> {
        let scope = Scope::new(&self.atlas, territory);
        let near = self.coverage.catchment(&scope);
        let mut reports = self.reports(&scope, observations, as_of);
        let needs: Vec<(Concept, FieldReport)> = self
            .taxonomy
            .concepts(ConceptKind::Need)
            .map(|need| (need, reports.remove(&need).unwrap_or_default()))
            .collect();
        needs
            .into_par_iter()
            .map(|(need, field)| self.gap(need, &scope, &near, field, as_of, extra))
            .collect()
    }

    /// Features and standardised severities of every EPCI, every indicator read.
    #[must_use]
    pub fn places(&self) -> Arc<PlaceTable> {
        Arc::clone(&self.places)
    }

    /// Features of a territory: standardised, then raw; `NaN` where unknown.
    #[must_use]
    pub fn features(&self, territory: &Territory) -> (Features, Features) {
        let scope = Scope::new(&self.atlas, territory);
        self.features.of_territory(self.severity.reader(), territory, &scope)
    }

    /// Severity of each need in deviations from the mean of the EPCI; `NaN` where not
    /// measured at `as_of`. The age of figures is not told, as in [`Self::places`].
    #[must_use]
    pub fn severity_z(&self, territory: &Territory, as_of: Date) -> Vec<f32> {
        let scope = Scope::new(&self.atlas, territory);
        (0..self.severity.needs())
            .map(|need| {
                let parts = self.severity.parts(need, &scope, When::comparing(as_of));
                scope
                    .mean_of_groups(&parts)
                    .map_or(f32::NAN, |level| standard_score(&level, self.severity_standard[need]))
            })
            .collect()
    }

    fn gap(
        &self,
        need: Concept,
        scope: &Scope<'_>,
        near: &[(u32, f64)],
        field: FieldReport,
        as_of: Date,
        extra: &[ExtraSupply],
    ) -> Gap {
        let severities = self.severity.parts(need.at(), scope, When::at(as_of));
        let covered = self.coverage.of_communes(need, scope, near, as_of.year(), extra);
        let coverages: Vec<Estimate> = scope
            .groups()
            .iter()
            .map(|group| {
                scope.mean_of_members(group, &covered.communes).unwrap_or(self.coverage.prior())
            })
            .collect();
        let measured: Vec<Estimate> =
            severities.iter().zip(&coverages).map(|(&s, &c)| gap::measured_gap(s, c)).collect();
        let severity = self.severity.whole(need.at(), scope, &severities, When::at(as_of));
        let coverage = self.coverage.whole(scope, &coverages, covered);
        let whole = gap::measured_gap(severity.level, coverage.level);
        let measured = scope
            .mean_of_groups(&measured)
            .map_or(whole, |mean| Estimate { basis: whole.basis, ..mean });
        let label = &self.taxonomy.entry(need).label_fr;
        let effect_min = self.numbers.datum_effect_min;
        gap::assemble(need, label, severity, coverage, measured, field, effect_min)
    }

    fn reports(
        &self,
        scope: &Scope<'_>,
        observations: &[Observation],
        as_of: Date,
    ) -> BTreeMap<Concept, FieldReport> {
        let share = |one: &Observation| {
            if !scope.is_division() {
                return 1.0;
            }
            self.atlas.territory(&one.territory).map_or(1.0, |spoken_of| {
                let held = |at: &u32| spoken_of.communes.binary_search(at).is_ok();
                let pairs = scope.communes().iter().zip(scope.shares());
                pairs.filter(|(at, _)| held(at)).map(|(_, share)| share).sum()
            })
        };
        observation::reports(observations, as_of, &self.numbers.field, share)
    }
}

#[cfg(test)]
mod tests;
