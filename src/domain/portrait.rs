//! What an organisation carries, in the words of the taxonomy.

use super::concept::Concept;
use super::provenance::{Basis, Because};

/// One concept carried by an organisation, with its weight and its proof.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The concept.
    pub concept: Concept,
    /// `a(e, x)` of the methods, 0..=1: main activity 1, secondary 0.5.
    pub weight: f64,
    /// The phrase that caused it.
    pub because: Because,
    /// Stated in the record, or inferred from the activity described.
    pub basis: Basis,
}

/// What an organisation answers: an explicit (need, public, step) triple.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The need; `None` is a known unknown.
    pub need: Option<Concept>,
    /// The people; `None` is a known unknown.
    pub public: Option<Concept>,
    /// The step of the value chain; `None` is a known unknown.
    pub step: Option<Concept>,
    /// Main activity 1, secondary 0.5.
    pub weight: f64,
    /// The phrase that caused it.
    pub because: Because,
    /// Stated in the record, or inferred from the activity described.
    pub basis: Basis,
}

/// A named partner and the places given with it: "SINGA (Paris, Lyon)".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Partner {
    /// The organisation's name without the places.
    pub organisation: String,
    /// Places named with it.
    pub places: Vec<String>,
    /// The text as written.
    pub text: String,
}

/// At most this many answers are kept for one organisation (methods §3).
pub const ANSWERS_MAX: usize = 8;

/// The concept lists of an enterprise or of a local actor.
///
/// Each list holds a concept once, with its strongest weight, sorted by concept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Portrait {
    /// Themes.
    pub themes: Vec<Mark>,
    /// Needs answered.
    pub needs: Vec<Mark>,
    /// People served.
    pub publics: Vec<Mark>,
    /// Steps carried out.
    pub steps: Vec<Mark>,
    /// Resources offered.
    pub offers: Vec<Mark>,
    /// Resources sought.
    pub seeks: Vec<Mark>,
    /// Explicit answers, at most [`ANSWERS_MAX`], the main ones first.
    pub answers: Vec<Answer>,
    /// Named partners.
    pub partners: Vec<Partner>,
}

/// The weight of `concept` in a list of marks: 0 when absent.
#[must_use]
pub fn weight_of(marks: &[Mark], concept: Concept) -> f64 {
    marks.iter().find(|mark| mark.concept == concept).map_or(0.0, |mark| mark.weight)
}
