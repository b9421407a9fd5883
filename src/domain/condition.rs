//! Typed conditions of an implantation.

use super::provenance::{Basis, Source};

/// What a condition asks of a territory: `{kind, operator, value, unit, basis, source}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// `population_min`, `required_partner`, `premises`… (free text kept as `other`).
    pub kind: String,
    /// `>=`, `<=`, `=` or `exists`.
    pub operator: String,
    /// A number, a concept id or a word, as text; `None` when the text gives none.
    pub value: Option<String>,
    /// `habitants`, `m2`, `eur`…
    pub unit: Option<String>,
    /// The record's own phrase.
    pub text: String,
    /// Stated or inferred.
    pub basis: Basis,
    /// Where it is said.
    pub source: Option<Source>,
}
