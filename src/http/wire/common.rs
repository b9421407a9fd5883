//! Shapes shared by several answers.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::estimate::Estimate;
use crate::domain::provenance::{Because, Source};
use crate::matching::explanation::shown::Sentence;
use crate::scouting::field::Withdrawn;

/// Rounds to six decimals: enough for any reader, and no noise of the last bit.
///
/// Scores, weights and contributions are not rounded: they must sum exactly.
#[must_use]
pub fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// Bounds as `[low, high]`.
#[must_use]
pub fn bounds(estimate: &Estimate) -> [f64; 2] {
    [rounded(estimate.low), rounded(estimate.high)]
}

/// A source with year and licence where known.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SourceWire {
    /// Address or title.
    pub source: String,
    /// Year of the fact or of the document.
    pub year: Option<i16>,
    /// Licence.
    pub licence: Option<String>,
}

impl From<&Source> for SourceWire {
    fn from(source: &Source) -> Self {
        Self { source: source.source.clone(), year: source.year, licence: source.licence.clone() }
    }
}

/// A sentence with its source: the first one in full, the others listed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SentenceWire {
    /// The words, in the language asked.
    pub text: String,
    /// `stated`, `measured`, `inferred` or `prior`.
    pub basis: &'static str,
    /// The main source; for what the rules themselves say, the method's page.
    pub source: String,
    /// Its year.
    pub year: Option<i16>,
    /// Its licence.
    pub licence: Option<String>,
    /// Every source.
    pub sources: Vec<SourceWire>,
}

/// What our own rules say cites the method.
pub const METHOD_SOURCE: &str = "Essaim, méthode publiée (src/docs/methods.md)";

impl From<&Sentence> for SentenceWire {
    fn from(sentence: &Sentence) -> Self {
        let first = sentence.sources.first();
        Self {
            text: sentence.text.clone(),
            basis: sentence.basis.as_str(),
            source: first.map_or_else(|| METHOD_SOURCE.to_owned(), |s| s.source.clone()),
            year: first.and_then(|s| s.year),
            licence: first.and_then(|s| s.licence.clone()),
            sources: sentence.sources.iter().map(SourceWire::from).collect(),
        }
    }
}

/// The words that prove something.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BecauseWire {
    /// The record's field.
    pub field: String,
    /// The text, verbatim.
    pub text: String,
}

impl From<&Because> for BecauseWire {
    fn from(because: &Because) -> Self {
        Self { field: because.field.clone(), text: because.text.clone() }
    }
}

/// A row that was taken back: it stays in the log with its reason.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WithdrawnWire {
    /// The id of the row.
    pub id: String,
    /// Always true.
    pub withdrawn: bool,
    /// Why.
    pub reason: Option<String>,
    /// The revision that ended it.
    pub seq: u64,
    /// When.
    pub recorded_at: String,
    /// By whom.
    pub recorded_by: String,
}

impl From<&Withdrawn> for WithdrawnWire {
    fn from(ended: &Withdrawn) -> Self {
        Self {
            id: ended.id.clone(),
            withdrawn: true,
            reason: ended.revision.note.clone(),
            seq: ended.revision.seq,
            recorded_at: ended.revision.recorded_at.to_string(),
            recorded_by: ended.revision.recorded_by.clone(),
        }
    }
}
