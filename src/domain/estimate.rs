//! A number that may not be fully known: a point and its bounds.

use super::provenance::Basis;

/// An expected value with bounds (methods §0).
///
/// `low <= point <= high`; all finite. For utilities, levels and strengths: 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Expected value.
    pub point: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// How it is known.
    pub basis: Basis,
}

impl Estimate {
    /// A value known exactly.
    #[must_use]
    pub fn exact(value: f64, basis: Basis) -> Self {
        Self { point: value, low: value, high: value, basis }
    }

    /// An unknown item: its prior mean within `[0, 1]`.
    #[must_use]
    pub fn unknown(prior: f64) -> Self {
        Self { point: prior, low: 0.0, high: 1.0, basis: Basis::Prior }
    }

    /// A point within bounds; the bounds are widened to hold the point.
    #[must_use]
    pub fn within(point: f64, low: f64, high: f64, basis: Basis) -> Self {
        Self { point, low: low.min(point), high: high.max(point), basis }
    }

    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.basis == Basis::Prior
    }
}
