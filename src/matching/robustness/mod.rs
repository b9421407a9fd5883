//! Does the order hold if we weigh things otherwise, or know more? (methods §6)
//!
//! | file | question |
//! |---|---|
//! | [`smaa`] | over many weights and measurements, who comes at which rank, who beats whom? |
//! | [`sampling`] | which weights are as good as those that were said? |
//! | [`draws`] | which measurements are as good as those that are known? |
//! | [`weight_change`] | how far must the weights move before the order changes? |
//!
//! Pure numbers: arrays in, arrays out; randomness only from a seed passed in, and the same
//! bytes whatever the number of threads.

pub mod draws;
mod hit_and_run;
pub mod sampling;
pub mod smaa;
pub mod weight_change;
