//! The secret of a key, and of a session: 256 bits from the system, kept as a digest only.

use std::fmt::Write as _;

use rand::TryRng as _;
use rand::rngs::SysRng;
use subtle::ConstantTimeEq as _;

use crate::catalogue::store::digest;

use super::error::AccessError;

/// What every key starts with: scanners of leaked secrets can look for it.
pub const PREFIX: &str = "essaim_";
/// Bytes of a secret.
const SECRET_BYTES: usize = 32;
/// Bytes of a key's id: 40 bits, told to everybody.
const ID_BYTES: usize = 5;
/// Longest id read, characters.
const ID_MAX: usize = 32;
/// What an unknown id is compared with: no text has this digest.
pub(super) const NOBODY: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A secret in the hands of the one who just made it; shown once, never stored or logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret of a new key: `essaim_<id>_<64 hexadecimal digits>`.
    ///
    /// # Errors
    /// [`AccessError::NoRandomness`] when the system gives none.
    pub fn of_key(id: &str) -> Result<Self, AccessError> {
        Ok(Self(format!("{PREFIX}{id}_{}", random_hex::<SECRET_BYTES>()?)))
    }

    /// A bare secret: 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`AccessError::NoRandomness`] when the system gives none.
    pub fn bare() -> Result<Self, AccessError> {
        random_hex::<SECRET_BYTES>().map(Self)
    }

    /// The text itself, to hand over.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it: its sha256, hexadecimal.
    ///
    /// A plain digest is enough: 256 random bits cannot be guessed, unlike a password.
    #[must_use]
    pub fn digest(&self) -> String {
        digest(self.0.as_bytes())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A fresh id of a key: `k` and ten hexadecimal digits.
///
/// # Errors
/// [`AccessError::NoRandomness`] when the system gives none.
pub fn fresh_id() -> Result<String, AccessError> {
    Ok(format!("k{}", random_hex::<ID_BYTES>()?))
}

/// A key as somebody presents it: well formed, nothing more is known.
#[derive(Clone, PartialEq, Eq)]
pub struct Presented {
    /// The id it names.
    pub id: String,
    digest: String,
}

impl Presented {
    /// Reads `essaim_<id>_<64 hexadecimal digits>`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(PREFIX)?.rsplit_once('_')?;
        let lower = |b: u8| b.is_ascii_digit() || b.is_ascii_lowercase();
        let id_kept = (1..=ID_MAX).contains(&id.len()) && id.bytes().all(lower);
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let secret_kept = secret.len() == 2 * SECRET_BYTES && secret.bytes().all(hex);
        (id_kept && secret_kept)
            .then(|| Self { id: id.to_owned(), digest: digest(text.as_bytes()) })
    }

    /// Whether it is the secret whose digest is `stored`; `None` (no such key) is compared
    /// with a digest that nothing has, so that an unknown id takes the same work.
    #[must_use]
    pub fn is(&self, stored: Option<&str>) -> bool {
        same(&self.digest, stored.unwrap_or(NOBODY)) && stored.is_some()
    }
}

impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Presented({})", self.id)
    }
}

/// Whether two texts are the same, in a time that does not tell where they differ.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

fn random_hex<const N: usize>() -> Result<String, AccessError> {
    let mut bytes = [0_u8; N];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|cause| AccessError::NoRandomness(cause.to_string()))?;
    let mut text = String::with_capacity(2 * N);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_reads_back_and_only_it_matches_its_digest() {
        let id = fresh_id().unwrap();
        let (secret, other) = (Secret::of_key(&id).unwrap(), Secret::of_key(&id).unwrap());
        assert_ne!(secret, other);
        let presented = Presented::parse(secret.reveal()).unwrap();
        assert_eq!(presented.id, id);
        assert!(presented.is(Some(&secret.digest())));
        assert!(!presented.is(Some(&other.digest())));
        assert!(!presented.is(None));
    }

    #[test]
    fn what_is_no_key_is_not_read() {
        let good = format!("essaim_k1_{}", "a".repeat(64));
        assert!(Presented::parse(&good).is_some());
        for odd in [
            String::new(),
            "essaim_".to_owned(),
            format!("essaim__{}", "a".repeat(64)),
            format!("essaim_K1_{}", "a".repeat(64)),
            format!("essaim_k1_{}", "a".repeat(63)),
            format!("essaim_k1_{}", "A".repeat(64)),
            format!("essaim_k1_{}", "g".repeat(64)),
            format!("essaim_{}_{}", "k".repeat(33), "a".repeat(64)),
            format!(" {good}"),
            format!("{good} "),
            good.replace("essaim", "Essaim"),
        ] {
            assert!(Presented::parse(&odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn a_secret_is_never_in_what_is_logged() {
        let secret = Secret::of_key("k1").unwrap();
        let presented = Presented::parse(secret.reveal()).unwrap();
        let logged = format!("{secret:?} {presented:?}");
        assert!(!logged.contains(&secret.reveal()[12..]), "{logged}");
        assert!(!logged.contains(&secret.digest()), "{logged}");
    }
}
