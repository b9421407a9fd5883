//! The use cases, reading and writing: the only way in for HTTP, CLI and reports.
//!
//! A request reads one [`scene::Scene`] from start to end. The front swaps scenes when the
//! log moves, and builds a past one aside when a `seq` is asked.

pub mod ask;
pub mod body;
pub mod candidates;
pub mod cohorts;
pub mod comparisons;
pub mod context;
mod corrections;
pub mod cursor;
pub mod decisions;
pub mod demand;
pub mod directions;
pub mod duplicates;
pub mod error;
pub mod export;
pub mod faults;
pub mod feasibility;
pub mod field;
pub mod following;
mod front;
pub mod imports;
pub mod index_check;
pub mod keys;
mod loader;
mod marks;
pub mod matches;
mod merged;
pub mod own_rows;
pub mod places;
pub mod profiles;
pub mod quality;
mod reading;
pub mod refreshing;
mod register_lines;
pub mod registers;
pub mod replay;
pub mod robustness;
mod rows;
pub mod scene;
pub mod search;
pub mod sources;
pub mod steps;
pub mod submissions;
pub mod templates;
pub mod territory_views;
pub mod tours;
pub mod vocabulary;
pub mod world;
pub mod writing;
pub mod zones;

pub use following::{Following, Follows};
pub use front::{OpenOptions, Scouting};
