//! The seal of each revision: a digest of what it says, and a chain over all before it.
//!
//! `digest` = sha256 over body, note and address; `chain` = sha256 over the chain of the
//! revision before, then `seq`, `kind`, `id`, `recorded_at`, `recorded_by` and `digest`.
//! Two numbers rather than one, so that what a revision says can be erased when the law
//! asks for it while the chain still holds (the hash chain of S. Haber and W. S. Stornetta,
//! *How to time-stamp a digital document*, J. Cryptology 3, 1991, doi:10.1007/BF00196791).
//!
//! Each field is preceded by its length (and by whether it is there), so that no two
//! revisions are read from the same bytes. The head of the chain vouches for the whole log:
//! whoever noted it elsewhere can tell later that nothing before it moved.

use sha2::{Digest as _, Sha256};

/// The chain before the first revision.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// First bytes of what is hashed: another framing will have other ones.
const CONTENT_TAG: &[u8] = b"essaim revision content 1\n";
/// The same for the chain.
const CHAIN_TAG: &[u8] = b"essaim revision chain 1\n";

/// What the chain takes of a revision.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link<'a> {
    pub seq: u64,
    pub kind: &'a [u8],
    pub id: &'a [u8],
    pub recorded_at: &'a [u8],
    pub recorded_by: &'a [u8],
    pub digest: &'a [u8],
}

/// The digest of what a revision says, 64 hexadecimal figures.
pub(super) fn content_digest(body: &[u8], note: Option<&[u8]>, address: Option<&[u8]>) -> String {
    let mut hash = Sha256::new();
    hash.update(CONTENT_TAG);
    for field in [Some(body), note, address] {
        match field {
            Some(bytes) => {
                hash.update([1]);
                framed(&mut hash, bytes);
            }
            None => hash.update([0]),
        }
    }
    hex(&hash.finalize())
}

/// The chain at `link`, after the chain `previous`; 64 hexadecimal figures.
pub(super) fn chained(previous: &[u8], link: &Link<'_>) -> String {
    let mut hash = Sha256::new();
    hash.update(CHAIN_TAG);
    framed(&mut hash, previous);
    hash.update(link.seq.to_le_bytes());
    for field in [link.kind, link.id, link.recorded_at, link.recorded_by, link.digest] {
        framed(&mut hash, field);
    }
    hex(&hash.finalize())
}

fn framed(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

/// Bytes as lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    const FIGURES: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(FIGURES[usize::from(byte >> 4)]);
        text.push(FIGURES[usize::from(byte & 15)]);
    }
    text
}

/// Seals revisions one after the other.
#[derive(Debug)]
pub(super) struct Sealer {
    seq: u64,
    chain: String,
}

/// A revision ready to be sealed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unsealed<'a> {
    pub kind: &'a str,
    pub id: &'a str,
    pub body: &'a str,
    pub recorded_at: &'a str,
    pub recorded_by: &'a str,
    pub note: Option<&'a str>,
    pub address: Option<&'a str>,
}

/// The seal of one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seal {
    pub seq: u64,
    pub digest: String,
    pub chain: String,
}

impl Sealer {
    /// After the revision `last`, whose chain is `chain` (empty: the log is empty).
    pub(super) fn after(last: u64, chain: &str) -> Self {
        let chain = if last == 0 { GENESIS } else { chain };
        Self { seq: last, chain: chain.to_owned() }
    }

    /// The seal of the next revision.
    pub(super) fn seal(&mut self, row: &Unsealed<'_>) -> Seal {
        self.seq += 1;
        let digest = content_digest(
            row.body.as_bytes(),
            row.note.map(str::as_bytes),
            row.address.map(str::as_bytes),
        );
        self.chain = chained(
            self.chain.as_bytes(),
            &Link {
                seq: self.seq,
                kind: row.kind.as_bytes(),
                id: row.id.as_bytes(),
                recorded_at: row.recorded_at.as_bytes(),
                recorded_by: row.recorded_by.as_bytes(),
                digest: digest.as_bytes(),
            },
        );
        Seal { seq: self.seq, digest, chain: self.chain.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_never_move_from_one_field_to_the_next() {
        let digests = [
            content_digest(b"ab", None, None),
            content_digest(b"a", Some(b"b"), None),
            content_digest(b"a", None, Some(b"b")),
            content_digest(b"ab", Some(b""), None),
            content_digest(b"ab", None, Some(b"")),
        ];
        for (at, digest) in digests.iter().enumerate() {
            assert!(!digests[at + 1..].contains(digest), "{at}");
        }
        let link = Link {
            seq: 1,
            kind: b"ab",
            id: b"c",
            recorded_at: b"d",
            recorded_by: b"e",
            digest: b"f",
        };
        let moved = Link { kind: b"a", id: b"bc", ..link };
        assert_ne!(chained(b"", &link), chained(b"", &moved));
        assert_ne!(chained(b"", &link), chained(b"a", &link));
    }

    /// FIPS 180-4 tells sha256; the framing is told above: another program can recompute it.
    #[test]
    fn the_framing_is_the_one_that_is_told() {
        let mut bytes = b"essaim revision content 1\n".to_vec();
        bytes.extend(b"\x01\x04\0\0\0\0\0\0\0null\0\x01\x01\0\0\0\0\0\0\0z");
        assert_eq!(hex(&Sha256::digest(&bytes)), content_digest(b"null", None, Some(b"z")));
    }
}
