//! A catalogue in one file, the same whatever the database.
//!
//! A `tar.gz` that any tool opens: `manifest.json` (what it holds, and the head of the
//! chain), `revisions.jsonl` (one revision a line, every column, the body as the exact text
//! that was sealed) and `blobs/<sha256>` (each content that a dataset of any time names).
//! It is taken from one state of the log, fixed first, while others go on writing.
//!
//! Not in it: the memory of idempotency keys (a week at most), and the text index, which is
//! built again from the log.

mod fault;
mod file;
mod restore;
mod write;

pub use fault::BackupFault;

use serde::{Deserialize, Serialize};

use super::db::RawRow;

/// What `format` says in a manifest.
const FORMAT: &str = "essaim-backup";
/// The version of the format that is written.
const VERSION: u32 = 1;
/// Entries of the archive.
const MANIFEST: &str = "manifest.json";
const REVISIONS: &str = "revisions.jsonl";
const BLOBS: &str = "blobs/";

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `essaim-backup`.
    pub format: String,
    /// Version of the format.
    pub version: u32,
    /// Version of the program that wrote it.
    pub essaim: String,
    /// When, RFC 3339.
    pub created_at: String,
    /// Last revision.
    pub last_seq: u64,
    /// Chain at the last revision.
    pub head: String,
    /// Number of revisions.
    pub revisions: u64,
    /// Of these, those whose content was erased.
    pub erased: u64,
    /// Number of dataset contents.
    pub blobs: u64,
}

/// One line of `revisions.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: u64,
    kind: String,
    id: String,
    body: String,
    recorded_at: String,
    recorded_by: String,
    note: Option<String>,
    address: Option<String>,
    digest: String,
    chain: String,
}

impl Line {
    /// `None` where a text is not UTF-8: it was tampered with.
    fn of(row: RawRow) -> Option<Self> {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).ok();
        let maybe = |bytes: Option<Vec<u8>>| bytes.map(String::from_utf8).transpose().ok();
        Some(Self {
            seq: row.seq.unsigned_abs(),
            kind: text(row.kind)?,
            id: text(row.id)?,
            body: text(row.body)?,
            recorded_at: text(row.recorded_at)?,
            recorded_by: text(row.recorded_by)?,
            note: maybe(row.note)?,
            address: maybe(row.address)?,
            digest: text(row.digest)?,
            chain: text(row.chain)?,
        })
    }

    fn raw(self) -> RawRow {
        RawRow {
            seq: self.seq.cast_signed(),
            kind: self.kind.into_bytes(),
            id: self.id.into_bytes(),
            body: self.body.into_bytes(),
            recorded_at: self.recorded_at.into_bytes(),
            recorded_by: self.recorded_by.into_bytes(),
            note: self.note.map(String::into_bytes),
            address: self.address.map(String::into_bytes),
            digest: self.digest.into_bytes(),
            chain: self.chain.into_bytes(),
        }
    }
}
