//! From a list to a decision: which set, which journey, which steps (methods §7).
//!
//! Pure, like matching: numbers and enterprises in, choices with their reasons out. No
//! clock, file or network.

pub mod cohort;
pub mod feasibility;
pub mod next_datum;
pub mod tour;
pub mod what_would_change;
