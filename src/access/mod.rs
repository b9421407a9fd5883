//! Who may do what: keys, roles, sessions.
//!
//! A door turns what it was given (a key, a session, a person at the machine) into an
//! [`Identity`]; the use cases that write ask it whether it may ([`Identity::may`]) and
//! where ([`Identity::reaches`]). Nothing else decides on rights.
//!
//! A [`Key`] is a row of the log like any other: made, replaced and revoked by revisions,
//! so that every server that follows the log knows it, and the past says who could do
//! what. Its secret is shown once ([`Secret`]) and kept as a digest. The [`Keyring`]
//! checks what is presented; a [`Session`] stands for a key in a browser.

mod error;
mod identity;
mod key;
mod keyring;
pub mod role;
pub mod secret;
pub mod session;

pub use error::{AccessError, Reason};
pub use identity::{Identity, Who};
pub use key::{Key, KeyState};
pub use keyring::Keyring;
pub use role::{Action, Role};
pub use secret::{Presented, Secret};
pub use session::{Session, SessionLife};
