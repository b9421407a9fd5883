//! Files of others: decoded, recognised, checked row by row, and written only where they say something new.
//!
//! A bad file loses nothing: good rows in, bad rows reported with line and reason.
//! Importing twice equals importing once.

pub mod actors;
pub mod blocked;
pub mod clean;
pub mod enterprises;
pub mod header;
pub mod ledger;
pub mod load;
pub mod own;
pub mod parsed;
pub mod priorities;
pub mod records;
pub mod registers;
pub mod resolve;
pub mod rows;
pub mod tables;

pub use ledger::Ledger;
pub use load::import_into;
pub use parsed::{Parsed, ParsedRow};
pub use rows::Format;
