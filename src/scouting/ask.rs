//! What is asked, once what was typed has been read.

use jiff::civil::Date;

use crate::domain::lang::Lang;
use crate::matching::RankBy;
use crate::matching::weights::WeightsAsked;

use super::context::Overlay;
use super::error::ScoutingError;

/// Longest text query read, characters.
pub const QUERY_CHARS_MAX: usize = 2_000;
/// Most candidates on one page.
pub const LIMIT_MAX: usize = 500;

/// The territory asked: by id or name, or as a list of communes.
#[derive(Debug, Clone)]
pub enum TerritoryAsked {
    /// `epci-200046977` or "Métropole de Lyon".
    Named(String),
    /// A custom list of commune codes (or names).
    Zone {
        /// Its name.
        name: String,
        /// Its communes.
        communes: Vec<String>,
    },
}

/// A question: which candidates for this territory?
#[derive(Debug, Clone)]
pub struct CandidatesAsk {
    /// Where.
    pub territory: TerritoryAsked,
    /// Words to look for.
    pub q: Option<String>,
    /// Show only candidates of this theme (changes no score).
    pub theme: Option<String>,
    /// Show only candidates answering this need (changes no score).
    pub need: Option<String>,
    /// Candidates shown.
    pub limit: usize,
    /// Where the previous page stopped.
    pub cursor: Option<String>,
    /// The date in the world.
    pub as_of: Date,
    /// Weights typed in the request.
    pub weights: WeightsAsked,
    /// A named profile of weights.
    pub profile: Option<String>,
    /// By expected score, or the cautious order.
    pub rank_by: RankBy,
    /// Language of the sentences.
    pub lang: Lang,
    /// Restrict the page to these enterprises, excluded ones included; ranks unchanged.
    pub enterprises: Option<Vec<String>>,
    /// What the request adds to the context.
    pub overlay: Overlay,
}

impl CandidatesAsk {
    /// The plain question: the 20 best for this territory at this date.
    #[must_use]
    pub fn new(territory: impl Into<String>, as_of: Date) -> Self {
        Self {
            territory: TerritoryAsked::Named(territory.into()),
            q: None,
            theme: None,
            need: None,
            limit: 20,
            cursor: None,
            as_of,
            weights: WeightsAsked::Nothing,
            profile: None,
            rank_by: RankBy::Expected,
            lang: Lang::Fr,
            enterprises: None,
            overlay: Overlay::default(),
        }
    }

    /// Refuses what no answer could serve.
    ///
    /// # Errors
    /// [`ScoutingError::OutOfBounds`] for a limit of 0 or over [`LIMIT_MAX`], or a date
    /// out of 1990–2100; [`ScoutingError::EmptyQuery`], [`ScoutingError::QueryTooLong`].
    pub fn check(&self) -> Result<(), ScoutingError> {
        check_limit(self.limit)?;
        check_date(self.as_of)?;
        if let Some(q) = &self.q {
            check_query(q)?;
        }
        Ok(())
    }
}

/// # Errors
/// [`ScoutingError::OutOfBounds`] when `limit` is 0 or over [`LIMIT_MAX`].
pub fn check_limit(limit: usize) -> Result<(), ScoutingError> {
    if (1..=LIMIT_MAX).contains(&limit) {
        return Ok(());
    }
    Err(ScoutingError::OutOfBounds {
        field: "limit".to_owned(),
        value: limit.to_string(),
        bounds: format!("1–{LIMIT_MAX}"),
    })
}

/// # Errors
/// [`ScoutingError::BadDate`] out of the years 1990 to 2100.
pub fn check_date(date: Date) -> Result<(), ScoutingError> {
    if (1990..=2100).contains(&date.year()) {
        return Ok(());
    }
    Err(ScoutingError::BadDate { asked: date.to_string() })
}

/// # Errors
/// [`ScoutingError::EmptyQuery`] for a blank text, [`ScoutingError::QueryTooLong`] over
/// [`QUERY_CHARS_MAX`].
pub fn check_query(q: &str) -> Result<(), ScoutingError> {
    if q.trim().is_empty() {
        return Err(ScoutingError::EmptyQuery);
    }
    // Bytes first: counting the characters of a 10 MB text would be work for nothing.
    let length = if q.len() > 4 * QUERY_CHARS_MAX { q.len() } else { q.chars().count() };
    if length > QUERY_CHARS_MAX {
        return Err(ScoutingError::QueryTooLong { length, limit: QUERY_CHARS_MAX });
    }
    Ok(())
}
