//! What can go wrong with keys and sessions.

use crate::catalogue::CatalogueError;

/// Why a key or a session could not be made, read or checked.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The caller's: this key opens nothing here. Why is for the log, never for the caller.
    #[error("the key is refused: {}", .0.as_str())]
    Refused(Reason),
    /// Ours: the system gives no randomness.
    #[error("the system gives no randomness: {0}")]
    NoRandomness(String),
    /// Ours: the catalogue does not answer.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

/// Why a key is refused; also the name of its counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// It has not the shape of a key.
    Malformed,
    /// No key has this id.
    Unknown,
    /// The key exists, this is not its secret.
    Wrong,
    /// Its last day is over.
    Expired,
    /// Somebody ended it.
    Revoked,
    /// This server was told to live without keys.
    WithoutKeys,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::Malformed,
        Self::Unknown,
        Self::Wrong,
        Self::Expired,
        Self::Revoked,
        Self::WithoutKeys,
    ];

    /// The word of logs and counters.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
            Self::Wrong => "wrong",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::WithoutKeys => "without_keys",
        }
    }
}
