//! Does the order hold if we weigh things otherwise, or know more? (methods §6)
//!
//! | file | question |
//! |---|---|
//! | [`assessment`] | how well does the place of the candidates of a page hold? |
//! | [`rivals`] | against whom? |
//! | [`smaa`] | over many weights and measurements, who comes at which rank, who beats whom? |
//! | [`sampling`] | which weights are as good as those that were said? |
//! | [`draws`] | which measurements are as good as those that are known? |
//! | [`unknowns`] | what is not known of a territory, drawn once and shared by everyone |
//! | [`model`] | how does a criterion depend on it? |
//! | [`streams`] | draws named by what they draw |
//! | [`ties`], [`words`] | which neighbours are equivalent, and what is said to everyone |
//! | [`weight_change`] | how far must the weights move before the order changes? |
//!
//! Pure: randomness only from a seed passed in, and the same bytes whatever the number of
//! threads.

pub mod assessment;
pub mod draws;
mod hit_and_run;
pub mod model;
pub mod numbers;
pub mod rivals;
pub mod sampling;
pub mod smaa;
pub mod streams;
pub mod ties;
pub mod unknowns;
pub mod weight_change;
pub mod words;
