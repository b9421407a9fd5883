//! What a committee needs before a study of feasibility: whom to meet first, who gains
//! what, which way of spreading, and twelve months.
//!
//! Pure: an evaluated enterprise and its relations in, facts out. Nothing is decided
//! here; each part says from what it is drawn, and what is not known says so.

pub mod calendar;
pub mod first_actor;
pub mod gains;
pub mod scaling;
