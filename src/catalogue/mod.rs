//! The catalogue: one append-only log of revisions, and the datasets it names.
//!
//! Nothing is overwritten: the present is the latest revision of each id, the past is a
//! filter on `seq` or on `recorded_at`. This module keeps the log ([`store`]), knows the
//! shapes of what is written in it ([`record`]), reads the datasets ([`datasets`]) and
//! fills an empty log with the facts embedded in the binary ([`seed`]).
//!
//! Tests use SQLite in a temporary folder. With `ESSAIM_TEST_POSTGRES=postgres://…` set,
//! they also run the same code against that PostgreSQL server, each in a schema of its own.

pub mod datasets;
pub mod embedded;
pub mod error;
pub mod export;
pub mod record;
pub mod revision;
pub mod seed;
pub mod store;

pub use error::CatalogueError;
pub use revision::{At, Kind, NewRevision, Revision};
pub use store::{Store, StoreAddress};
