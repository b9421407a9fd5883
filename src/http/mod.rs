//! The HTTP door: what was typed is read, `scouting` is asked, the answer is written out.
//!
//! Nothing is decided here. [`api`] has one file per resource, each with a plain function
//! that gives the answer's shape; the command line prints the same shapes with
//! `--format json`. [`error`] is the one table of what is refused and how it is said.

pub mod access;
pub mod api;
pub mod client;
pub mod csv;
pub mod docs;
pub mod error;
pub mod extract;
pub mod guard;
pub mod limits;
pub mod metrics;
pub mod page;
pub mod pages;
pub mod router;
pub mod seq;
pub mod serve;
pub mod settings;
pub mod state;
pub mod wire;
mod wording;
pub mod writing;

pub use router::router;
pub use state::AppState;
