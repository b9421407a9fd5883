//! The text index of the enterprises: words and concepts to ranked records (tantivy only
//! here).
//!
//! The way of a record: [`schema`] names the fields, [`analyzer`] cuts them with the French
//! analysis of the house, [`indexing`] writes them and follows the log. The way of a
//! question: [`query`] reads it ([`synonyms`], [`vocabulary`] for typing errors,
//! [`expansion`] for the concepts near its words), [`scoring`] scores every record,
//! [`search`] ranks and [`snippet`] shows the passage that answers.
//!
//! One score serves both doors: [`Searcher::search`] ranks by it, [`Searcher::relevance`]
//! gives `b / (b + k)` of it. It uses the frozen counts of [`statistics`], so a record's
//! score depends on the question and on itself alone: not on the other records, nor on
//! deletions, segments and merges. (One exception, asked for: a typing error is corrected
//! only where no record holds the word as typed.)

pub mod agreement;
pub mod analyzer;
pub mod error;
pub mod expansion;
mod folder;
pub mod indexing;
pub mod phonetic;
pub mod query;
pub mod schema;
pub mod scoring;
pub mod search;
pub mod settings;
pub mod snippet;
pub mod statistics;
pub mod synonyms;
#[cfg(test)]
pub(crate) mod tests;
pub mod vocabulary;

pub use agreement::Disagreement;
pub use error::RetrievalError;
pub use indexing::{Index, IndexedEnterprise};
pub use search::{Found, Hit, RetrievalScore, Searcher};
pub use snippet::Snippet;
