//! What we talk about: concepts, organisations, territories, gaps, provenance.
//!
//! Plain data and the few operations that belong to the words themselves.
//! Nothing here reads a file, a clock or a network.

pub mod actor;
pub mod concept;
pub mod condition;
pub mod context;
pub mod date;
pub mod decision;
pub mod demand;
pub mod enterprise;
pub mod estimate;
pub mod fact;
pub mod gap;
pub mod geography;
pub mod indicator;
pub mod lang;
pub mod observation;
pub mod portrait;
pub mod priority;
pub mod provenance;
pub mod rules;
pub mod sample;
pub mod source_book;
pub mod supply;
pub mod support;
pub mod taxonomy;
pub mod territory;
