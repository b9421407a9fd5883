//! Counted supply: how many structures answer a need, commune by commune.

use super::concept::Concept;
use super::provenance::Source;

/// Where a source claims to count everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Perimeter {
    /// The whole country.
    France,
    /// These départements (codes).
    Departements(Vec<String>),
    /// Nowhere: it names actors, it never measures coverage.
    None,
}

impl Perimeter {
    /// Whether the département `code` is inside.
    #[must_use]
    pub fn holds(&self, code: &str) -> bool {
        match self {
            Self::France => true,
            Self::Departements(codes) => codes.iter().any(|c| c == code),
            Self::None => false,
        }
    }
}

/// For which need a source counts, and how surely.
#[derive(Debug, Clone, PartialEq)]
pub struct SupplyUse {
    /// The need.
    pub need: Concept,
    /// Units of supply per structure.
    pub weight: f64,
    /// `h` of the methods, 0..=1: how well the count measures the supply of the need.
    pub reliability: f64,
    /// The unit, in French.
    pub unit: String,
}

/// One source of counted supply.
#[derive(Debug, Clone, PartialEq)]
pub struct SupplySource {
    /// Stable id.
    pub id: String,
    /// French label.
    pub label: String,
    /// Where it counts everything.
    pub perimeter: Perimeter,
    /// Year of the counts.
    pub vintage: Option<i16>,
    /// Source with licence.
    pub source: Source,
    /// The needs it measures.
    pub uses: Vec<SupplyUse>,
    /// (commune position in the atlas, number of structures), sorted by position.
    pub counts: Vec<(u32, f32)>,
}
