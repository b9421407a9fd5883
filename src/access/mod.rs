//! Who may do what: keys, roles, sessions.
//!
//! A door turns what it was given (a key, a session, a person at the machine) into an
//! [`Identity`]; the use cases that write ask it whether it may ([`Identity::may`]) and
//! where ([`Identity::reaches`]). Nothing else decides on rights.

mod identity;
pub mod role;

pub use identity::{Identity, Who};
pub use role::{Action, Role};
