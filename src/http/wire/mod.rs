//! JSON shapes: what other programs read. A field here is a promise (design §7).

pub mod actor;
pub mod board;
pub mod calibration;
pub mod candidates;
pub mod changes;
pub mod cohort;
pub mod common;
pub mod comparisons;
pub mod confirmations;
pub mod decisions;
pub mod demand;
pub mod directions;
pub mod enterprise;
pub mod feasibility;
pub mod gap;
pub mod ledger;
pub mod observations;
pub mod preview;
pub mod priorities;
pub mod profiles;
pub mod request;
pub mod robustness;
pub mod search;
pub mod steps;
pub mod territory;
pub mod tour;
