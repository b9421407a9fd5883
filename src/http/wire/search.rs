//! Enterprises found by words or by theme.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::lang::Lang;
use crate::domain::taxonomy::Taxonomy;
use crate::scouting::search::FoundEnterprises;

use super::candidates::EnterpriseBrief;
use super::common::rounded;

/// `GET /enterprises`.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnterprisesWire {
    /// State of the log.
    pub seq: u64,
    /// The words asked.
    pub q: Option<String>,
    /// Language of the labels.
    pub lang: &'static str,
    /// Enterprises in all.
    pub total: usize,
    /// Where the next page starts.
    pub next_cursor: Option<String>,
    /// Concepts read in the words.
    pub concepts: Vec<UnderstoodWire>,
    /// Words corrected.
    pub corrections: Vec<CorrectionWire>,
    /// The page: best first with words, else by id.
    pub enterprises: Vec<FoundWire>,
}

/// A concept read in the words asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnderstoodWire {
    /// `theme`, `need`, `public`, `resource` or `step`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: String,
    /// How surely, 0..=1.
    pub weight: f64,
}

/// A word that was corrected.
#[derive(Debug, Serialize, ToSchema)]
pub struct CorrectionWire {
    /// As written.
    pub written: String,
    /// As searched.
    pub searched: String,
}

/// One enterprise found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundWire {
    /// The enterprise.
    pub enterprise: EnterpriseBrief,
    /// Retrieval score, higher is nearer; null without words.
    pub score: Option<f64>,
    /// Theme ids.
    pub themes: Vec<String>,
    /// The best passage, with words.
    pub snippet: Option<SnippetWire>,
}

/// A passage of the record.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnippetWire {
    /// Plain text.
    pub text: String,
    /// HTML-escaped, matched words in `<mark>`.
    pub html: String,
}

impl EnterprisesWire {
    /// What was found, labelled in `lang`.
    #[must_use]
    pub fn new(
        found: &FoundEnterprises,
        taxonomy: &Taxonomy,
        q: Option<&str>,
        next_cursor: Option<String>,
        lang: Lang,
    ) -> Self {
        Self {
            seq: found.seq,
            q: q.map(str::to_owned),
            lang: lang.as_str(),
            total: found.total,
            next_cursor,
            concepts: found
                .concepts
                .iter()
                .map(|(concept, weight)| UnderstoodWire {
                    kind: concept.kind.as_str(),
                    id: taxonomy.id(*concept).to_owned(),
                    label: taxonomy.label(*concept, lang).to_owned(),
                    weight: rounded(*weight),
                })
                .collect(),
            corrections: found
                .corrections
                .iter()
                .map(|(written, searched)| CorrectionWire {
                    written: written.clone(),
                    searched: searched.clone(),
                })
                .collect(),
            enterprises: found
                .enterprises
                .iter()
                .map(|hit| FoundWire {
                    enterprise: EnterpriseBrief::from(hit.enterprise.as_ref()),
                    score: q.is_some().then(|| rounded(hit.score)),
                    themes: hit
                        .enterprise
                        .portrait
                        .themes
                        .iter()
                        .map(|mark| taxonomy.id(mark.concept).to_owned())
                        .collect(),
                    snippet: hit.snippet.as_ref().map(|snippet| SnippetWire {
                        text: snippet.text.clone(),
                        html: snippet.html.clone(),
                    }),
                })
                .collect(),
        }
    }
}
