//! Behaviours of Essaim, on the real seed: one file per behaviour.

mod annotation_quality;
mod architecture;
mod cli;
mod common;
mod http;
mod sentences;
mod snapshots;

mod stories;
mod territories;
