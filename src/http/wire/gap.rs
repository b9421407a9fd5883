//! Gaps with their evidence.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::context::Context;
use crate::domain::demand::Entry;
use crate::domain::estimate::Estimate;
use crate::domain::gap::{Gap, IndicatorEvidence, SupplyEvidence};
use crate::domain::lang::Lang;

use super::common::{bounds, rounded};
use super::demand::NeedDemandWire;
use super::territory::TerritoryBrief;

/// `GET /territories/{id}/gaps`.
#[derive(Debug, Serialize, ToSchema)]
pub struct GapsWire {
    /// The territory asked.
    pub territory: TerritoryBrief,
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: String,
    /// Language of the labels.
    pub lang: &'static str,
    /// Gaps in all, after `theme` and `need`.
    pub total: usize,
    /// The widest first.
    pub gaps: Vec<GapWire>,
}

/// How far a need is from being met here.
#[derive(Debug, Serialize, ToSchema)]
pub struct GapWire {
    /// Need id.
    pub need: String,
    /// Its label.
    pub label: String,
    /// Its themes, the main one first.
    pub themes: Vec<String>,
    /// `G`, 0..=1, higher is wider.
    pub level: f64,
    /// Bounds of `G`.
    pub interval: [f64; 2],
    /// How `G` is known.
    pub basis: &'static str,
    /// How strong the need is.
    pub severity: SeverityWire,
    /// How far it is covered.
    pub coverage: CoverageWire,
    /// What the field reports.
    pub field: FieldWire,
    /// The datum that would inform it best.
    pub best_datum: Option<String>,
    /// What people asked for here and found little of, where there were enough of them; it
    /// moves with use and never enters `level`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demand: Option<NeedDemandWire>,
}

/// How strong a need is; without evidence it is not measured.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeverityWire {
    /// `s`, 0..=1, higher is more need.
    pub level: f64,
    /// Bounds.
    pub interval: [f64; 2],
    /// `measured`, or `prior` when nothing is.
    pub basis: &'static str,
    /// The indicators read.
    pub evidence: Vec<IndicatorWire>,
}

/// How far a need is covered; without evidence it is not measured.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverageWire {
    /// `c`, 0..=1, higher is better covered.
    pub level: f64,
    /// Bounds.
    pub interval: [f64; 2],
    /// `measured`, or `prior` when nothing is.
    pub basis: &'static str,
    /// The supply counted.
    pub evidence: Vec<SupplyWire>,
}

/// One indicator.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorWire {
    /// Indicator id.
    pub indicator: String,
    /// French label.
    pub label: String,
    /// The published value.
    pub value: f64,
    /// The value after shrinkage, where the population is small.
    pub shrunk: Option<f64>,
    /// Unit.
    pub unit: String,
    /// Year.
    pub year: Option<i16>,
    /// Share of the reference class that needs it less, 0..=1.
    pub percentile: f64,
    /// Among which territories.
    pub reference: ReferenceWire,
    /// Larger territory it was inherited from.
    pub inherited_from: Option<String>,
    /// Weight in the severity.
    pub weight: f64,
    /// Source.
    pub source: String,
    /// Licence.
    pub licence: Option<String>,
}

/// The territories compared.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferenceWire {
    /// Their kind.
    pub kind: &'static str,
    /// Their density class; null is all classes.
    pub density: Option<&'static str>,
    /// How many.
    pub size: usize,
}

/// One source of supply.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupplyWire {
    /// Source id.
    pub id: String,
    /// French label.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// Structures counted.
    pub counted: f64,
    /// Structures expected at the mean of the source's perimeter.
    pub expected: f64,
    /// Accessibility over that mean.
    pub ratio: f64,
    /// How well the count measures the supply, 0..=1.
    pub reliability: f64,
    /// The best served neighbours in reach.
    pub neighbours: Vec<NeighbourWire>,
    /// Catchment radius, km.
    pub catchment_km: f64,
    /// Source.
    pub source: String,
    /// Licence.
    pub licence: Option<String>,
    /// Year.
    pub year: Option<i16>,
}

/// A neighbour that is served.
#[derive(Debug, Serialize, ToSchema)]
pub struct NeighbourWire {
    /// Its name.
    pub name: String,
    /// Structures counted there.
    pub counted: f64,
}

/// What the field reports.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldWire {
    /// `o`, 0..=1.
    pub level: f64,
    /// The observations counted, the heaviest first.
    pub evidence: Vec<ObservationWire>,
    /// One says it lacks, another that it suffices.
    pub contradicted: bool,
}

/// One observation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObservationWire {
    /// The words.
    pub text: String,
    /// Reported severity, 0..=1.
    pub severity: f64,
    /// Confidence aged by date.
    pub weight: f64,
    /// When.
    pub date: String,
    /// Which organisation says so.
    pub by: Option<String>,
    /// Public it speaks of.
    pub public: Option<String>,
    /// Step it says is lacking.
    pub step: Option<String>,
    /// Source.
    pub source: String,
    /// Year.
    pub year: Option<i16>,
    /// Licence.
    pub licence: Option<String>,
}

impl GapsWire {
    /// The same with what people asked for and found little of, by need id.
    #[must_use]
    pub fn with_demand(mut self, needs: &BTreeMap<String, Vec<Entry>>) -> Self {
        for gap in &mut self.gaps {
            gap.demand = needs.get(&gap.need).map(|entries| NeedDemandWire::new(entries));
        }
        self
    }
}

impl GapWire {
    /// One gap of `context`, labelled in `lang`.
    #[must_use]
    pub fn new(context: &Context, gap: &Gap, lang: Lang) -> Self {
        let taxonomy = &context.taxonomy;
        let id = |concept| taxonomy.id(concept).to_owned();
        Self {
            need: id(gap.need),
            label: taxonomy.label(gap.need, lang).to_owned(),
            themes: taxonomy.themes_of(gap.need).iter().map(|&theme| id(theme)).collect(),
            level: rounded(gap.level.point),
            interval: bounds(&gap.level),
            basis: gap.level.basis.as_str(),
            severity: SeverityWire {
                level: rounded(gap.severity.level.point),
                interval: bounds(&gap.severity.level),
                basis: basis(&gap.severity.level),
                evidence: gap.severity.evidence.iter().map(IndicatorWire::from).collect(),
            },
            coverage: CoverageWire {
                level: rounded(gap.coverage.level.point),
                interval: bounds(&gap.coverage.level),
                basis: basis(&gap.coverage.level),
                evidence: gap.coverage.evidence.iter().map(SupplyWire::from).collect(),
            },
            field: FieldWire {
                level: rounded(gap.field.level(None)),
                evidence: gap
                    .field
                    .evidence
                    .iter()
                    .map(|item| ObservationWire {
                        text: item.text.clone(),
                        severity: rounded(item.severity),
                        weight: rounded(item.weight),
                        date: item.date.to_string(),
                        by: item.by.clone(),
                        public: item.public.map(id),
                        step: item.step.map(id),
                        source: item.source.source.clone(),
                        year: item.source.year,
                        licence: item.source.licence.clone(),
                    })
                    .collect(),
                contradicted: gap.field.contradicted,
            },
            best_datum: gap.best_datum.clone(),
            demand: None,
        }
    }
}

fn basis(estimate: &Estimate) -> &'static str {
    estimate.basis.as_str()
}

impl From<&IndicatorEvidence> for IndicatorWire {
    fn from(item: &IndicatorEvidence) -> Self {
        Self {
            indicator: item.indicator.clone(),
            label: item.label.clone(),
            value: rounded(item.value),
            shrunk: item.shrunk.map(rounded),
            unit: item.unit.clone(),
            year: item.year,
            percentile: rounded(item.percentile),
            reference: ReferenceWire {
                kind: item.reference_kind.as_str(),
                density: item.reference_density.map(|class| class.as_str()),
                size: item.reference_size,
            },
            inherited_from: item.inherited_from.clone(),
            weight: rounded(item.weight),
            source: item.source.source.clone(),
            licence: item.source.licence.clone(),
        }
    }
}

impl From<&SupplyEvidence> for SupplyWire {
    fn from(item: &SupplyEvidence) -> Self {
        Self {
            id: item.id.clone(),
            label: item.label.clone(),
            unit: item.unit.clone(),
            counted: rounded(item.counted),
            expected: rounded(item.expected),
            ratio: rounded(item.ratio),
            reliability: rounded(item.reliability),
            neighbours: item
                .neighbours
                .iter()
                .map(|(name, counted)| NeighbourWire {
                    name: name.clone(),
                    counted: rounded(*counted),
                })
                .collect(),
            catchment_km: rounded(item.catchment_km),
            source: item.source.source.clone(),
            licence: item.source.licence.clone(),
            year: item.source.year,
        }
    }
}
