//! The written part of the house, shown by rustdoc.

#[doc = include_str!("architecture.md")]
pub mod architecture {}

#[doc = include_str!("methods.md")]
pub mod methods {}

#[doc = include_str!("decisions.md")]
pub mod decisions {}

#[doc = include_str!("glossary.md")]
pub mod glossary {}

#[doc = include_str!("changelog.md")]
pub mod changelog {}
