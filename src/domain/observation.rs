//! A gap reported from the field.

use jiff::civil::Date;

use super::concept::Concept;
use super::provenance::Source;

/// What somebody saw in a territory, dated (design §1, methods §2.4).
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Stable id, empty for one given in a request.
    pub id: String,
    /// Territory id it speaks of.
    pub territory: String,
    /// The words.
    pub text: String,
    /// The need it speaks of.
    pub need: Option<Concept>,
    /// The people it speaks of; `None` is everyone.
    pub public: Option<Concept>,
    /// The step it says is lacking.
    pub step: Option<Concept>,
    /// The theme, where no need is known.
    pub theme: Option<Concept>,
    /// 0..=1, higher is a wider gap; near 0 says that supply suffices.
    pub severity: f64,
    /// 0..=1, 0.7 unless said.
    pub confidence: f64,
    /// When.
    pub date: Date,
    /// Which organisation says so.
    pub by: Option<String>,
    /// `rising`, `stable`, `falling`, as said.
    pub trend: Option<String>,
    /// Where it is said.
    pub source: Source,
}
