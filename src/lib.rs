//! # Essaim
//!
//! The first open matching engine for the *implantation* of proven social enterprises:
//! given a territory's priority themes and its real gaps, which enterprises that proved
//! themselves elsewhere should come, whom would they complete, whom would they compete
//! with, and what must be true first?
//!
//! The modules stand in reading order, which is the way the data walks:
//!
//! | module | what it does |
//! |---|---|
//! | [`domain`] | what we talk about: enterprises, territories, concepts, gaps, sources |
//! | [`annotation`] | free French to concepts, each with the words that caused it |
//! | [`catalogue`] | the append-only log, its datasets, the embedded seed |
//! | [`imports`] | files of users, with a ledger that loses no row |
//! | [`gaps`] | how far each need is from being met, everywhere in France |
//! | [`retrieval`] | the text index |
//! | [`access`] | who may do what: keys, roles, sessions |
//! | [`matching`] | the heart: relations, gates, criteria, score, explanation |
//! | [`planning`] | cohort, tour, what would change it |
//! | [`scouting`] | the use cases: the only way in |
//! | [`evaluation`] | measuring ourselves on judged sets |
//! | [`http`] | the API |
//! | [`cli`] | the command line |
//!
//! [`docs`] holds the architecture, the method, the decisions and the glossary.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use essaim::scouting::{OpenOptions, Scouting, ask::CandidatesAsk, candidates::candidates};
//!
//! let data = "index/live".into();
//! let scouting = Scouting::open(OpenOptions { data, database: None }).await?;
//! let today = jiff::civil::date(2026, 11, 22);
//! let answer = candidates(&scouting.scene(), &CandidatesAsk::new("Métropole de Lyon", today))?;
//! println!("{} candidates", answer.total);
//! # Ok(())
//! # }
//! ```

pub mod access;
pub mod annotation;
pub mod catalogue;
pub mod cli;
pub mod docs;
pub mod domain;
pub mod evaluation;
pub mod gaps;
pub mod http;
pub mod imports;
pub mod matching;
pub mod planning;
pub mod retrieval;
pub mod scouting;
