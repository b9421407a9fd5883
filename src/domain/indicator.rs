//! Published indicators of territories.

use super::provenance::Source;

/// What a higher value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Higher is more need.
    Higher,
    /// Lower is more need.
    Lower,
    /// Existing supply.
    Supply,
    /// No sense of its own.
    Context,
}

/// What is said of one indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Stable id.
    pub id: String,
    /// French label.
    pub label: String,
    /// Unit, in words.
    pub unit: String,
    /// What a higher value means.
    pub direction: Direction,
    /// Year of the figures.
    pub year: Option<i16>,
    /// Source with licence.
    pub source: Source,
    /// How it was computed.
    pub method: String,
}

/// The values of one indicator, `NaN` where missing; positions are those of the atlas.
#[derive(Debug, Clone, Default)]
pub struct IndicatorValues {
    /// One value per commune.
    pub communes: Vec<f32>,
    /// One value per EPCI.
    pub epcis: Vec<f32>,
    /// One value per département.
    pub departements: Vec<f32>,
}

/// Every indicator of a dataset with its values, sorted by id.
#[derive(Debug, Clone, Default)]
pub struct Indicators {
    /// What is said of each.
    pub list: Vec<Indicator>,
    /// The values of each, same order.
    pub values: Vec<IndicatorValues>,
}

impl Indicators {
    /// The position of the indicator with this id.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.list.binary_search_by(|indicator| indicator.id.as_str().cmp(id)).ok()
    }
}
