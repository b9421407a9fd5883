//! Which sources speak with one voice, and which make nothing sure.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::lang::Lang;
use crate::domain::source_book::Patterns;
use crate::http::csv::{Rows, joined};
use crate::http::error::pick;
use crate::scouting::sources::{Declared, Resting};

/// `GET /sources`.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourcesWire {
    /// State of the log.
    pub seq: u64,
    /// Language of the words.
    pub lang: &'static str,
    /// Sources that make nothing sure, the owner's declarations first.
    pub blocked: Vec<DeclaredWire>,
    /// Sources of one publisher: together they are one source.
    pub families: Vec<DeclaredWire>,
}

/// One declaration, and what rests on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeclaredWire {
    /// Stable id.
    pub id: String,
    /// The publisher's name, or why it is blocked.
    pub label: String,
    /// The owner of the catalogue declared it, not the program.
    pub own: bool,
    /// What it says of a place is doubtful too; null for a family.
    pub misplaces: Option<bool>,
    /// Sites.
    pub domains: Vec<String>,
    /// Patterns of names.
    pub names: Vec<String>,
    /// Patterns of pages.
    pub pages: Vec<String>,
    /// Enterprises and actors that name a source of it.
    pub records: usize,
    /// Those that name no other source.
    pub records_alone: usize,
}

impl SourcesWire {
    /// The declarations at `seq`, in `lang`.
    #[must_use]
    pub fn new(seq: u64, declared: &Declared, lang: Lang) -> Self {
        let book = &declared.book;
        let wire = |id: &str,
                    words: (&str, &str),
                    own: bool,
                    misplaces: Option<bool>,
                    patterns: &Patterns,
                    resting: &Resting| DeclaredWire {
            id: id.to_owned(),
            label: pick(lang, words.0, words.1).to_owned(),
            own,
            misplaces,
            domains: patterns.domains.clone(),
            names: patterns.names.clone(),
            pages: patterns.pages.clone(),
            records: resting.naming,
            records_alone: resting.alone,
        };
        let blocked = book.blocked.iter().zip(&declared.blocked).map(|(one, resting)| {
            let words = (one.fr.as_str(), one.en.as_str());
            wire(&one.id, words, one.own, Some(one.misplaces), &one.matches, resting)
        });
        let families = book.families.iter().zip(&declared.families).map(|(one, resting)| {
            wire(&one.id, (&one.fr, &one.en), one.own, None, &one.matches, resting)
        });
        Self { seq, lang: lang.as_str(), blocked: blocked.collect(), families: families.collect() }
    }
}

impl Rows for SourcesWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "kind",
            "id",
            "label",
            "own",
            "misplaces",
            "records",
            "records_alone",
            "domains",
            "names",
            "pages",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let blocked = self.blocked.iter().map(|one| ("blocked", one));
        let families = self.families.iter().map(|one| ("family", one));
        let texts = |list: &[String]| joined(list.iter().map(String::as_str));
        blocked
            .chain(families)
            .map(|(kind, one)| {
                vec![
                    kind.to_owned(),
                    one.id.clone(),
                    one.label.clone(),
                    one.own.to_string(),
                    one.misplaces.map(|is| is.to_string()).unwrap_or_default(),
                    one.records.to_string(),
                    one.records_alone.to_string(),
                    texts(&one.domains),
                    texts(&one.names),
                    texts(&one.pages),
                ]
            })
            .collect()
    }
}
