//! Behaviours of Essaim, on the real seed: one file per behaviour.

mod annotation_quality;
mod architecture;
mod backtest;
mod cli;
mod cohorts;
mod common;
mod comparisons;
mod crashes;
mod databases;
mod decisions;
mod demand;
mod export;
mod failing_places;
mod feasibility;
mod field;
mod following;
mod http;
mod keys;
mod log_commands;
mod profiles;
mod quality;
mod registers;
mod rights;
mod robustness;
mod sentences;
mod sessions;
mod small;
mod snapshots;
mod steps;
mod submissions;

mod stories;
mod tables;
mod territories;
mod tours;
mod two_servers;
