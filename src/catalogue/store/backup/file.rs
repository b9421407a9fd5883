//! Reading a backup file: its entries one after the other, each fault told.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};

use super::{BLOBS, BackupFault, FORMAT, Line, MANIFEST, Manifest, REVISIONS, VERSION};
use crate::catalogue::store::chain::hex;
use crate::catalogue::store::db::RawRow;
use crate::catalogue::store::verify::{Fault, Verifier};

/// Longest manifest, bytes.
const MANIFEST_BYTES: u64 = 1 << 20;

pub(super) type Archive = tar::Archive<GzDecoder<BufReader<File>>>;

/// Opens the file; nothing is read yet.
pub(super) fn open(path: &Path) -> Result<Archive, BackupFault> {
    let file = File::open(path).map_err(|cause| BackupFault::NotFound {
        path: path.display().to_string(),
        cause: cause.to_string(),
    })?;
    Ok(tar::Archive::new(GzDecoder::new(BufReader::new(file))))
}

/// What a failed reading means.
pub(super) fn unread(cause: &std::io::Error) -> BackupFault {
    match cause.kind() {
        ErrorKind::UnexpectedEof => BackupFault::Truncated,
        _ => BackupFault::Corrupt { cause: cause.to_string() },
    }
}

/// The name of an entry.
pub(super) fn name<R: Read>(entry: &tar::Entry<'_, R>) -> Result<String, BackupFault> {
    let path = entry.path().map_err(|cause| unread(&cause))?;
    Ok(path.to_string_lossy().into_owned())
}

/// Reads the first entry.
pub(super) fn manifest(entry: impl Read) -> Result<Manifest, BackupFault> {
    let mut text = Vec::new();
    entry.take(MANIFEST_BYTES).read_to_end(&mut text).map_err(|cause| unread(&cause))?;
    let value: serde_json::Value =
        serde_json::from_slice(&text).map_err(|_| BackupFault::NotABackup)?;
    if value["format"] != FORMAT {
        return Err(BackupFault::NotABackup);
    }
    let version = value["version"].as_u64().and_then(|found| u32::try_from(found).ok());
    match version {
        Some(VERSION) => {}
        Some(found) => return Err(BackupFault::Version { found }),
        None => return Err(BackupFault::NotABackup),
    }
    serde_json::from_value(value)
        .map_err(|cause| BackupFault::Corrupt { cause: format!("{MANIFEST}: {cause}") })
}

/// The revisions of `revisions.jsonl`, checked one by one.
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
    pub(super) verifier: Verifier,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(entry: R) -> Self {
        Self { reader: BufReader::new(entry), line: Vec::new(), verifier: Verifier::new() }
    }

    /// The next revision; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<RawRow>, BackupFault> {
        self.line.clear();
        let read = self.reader.read_until(b'\n', &mut self.line).map_err(|e| unread(&e))?;
        if read == 0 {
            return Ok(None);
        }
        let line: Line = serde_json::from_slice(&self.line).map_err(|_| BackupFault::Tampered {
            seq: self.verifier.report.last + 1,
            fault: Fault::Body,
        })?;
        let row = line.raw();
        self.verifier.see(&row);
        self.sound()?;
        Ok(Some(row))
    }

    /// At the end: whether the revisions are those that the manifest tells.
    pub(super) fn finish(&mut self, manifest: &Manifest) -> Result<(), BackupFault> {
        self.verifier.finish(manifest.last_seq);
        self.sound()?;
        let report = &self.verifier.report;
        let told = (manifest.last_seq, manifest.head.as_str(), manifest.revisions);
        if (report.last, report.head.as_str(), report.revisions) == told {
            Ok(())
        } else {
            Err(BackupFault::Head)
        }
    }

    fn sound(&self) -> Result<(), BackupFault> {
        match self.verifier.report.faults.first() {
            None => Ok(()),
            Some(found) => Err(BackupFault::Tampered {
                seq: found.seq.unwrap_or_default(),
                fault: found.fault.clone(),
            }),
        }
    }
}

/// Reads the whole file, writing nothing: chain, digests, contents, counts.
pub(super) fn verify(path: &Path) -> Result<Manifest, BackupFault> {
    let mut archive = open(path)?;
    let mut told: Option<Manifest> = None;
    let mut named: Option<BTreeSet<String>> = None;
    let mut contents = BTreeSet::new();
    for entry in archive.entries().map_err(|_| BackupFault::NotABackup)? {
        let entry = entry.map_err(|cause| match (&told, unread(&cause)) {
            (None, BackupFault::Corrupt { .. }) => BackupFault::NotABackup,
            (_, fault) => fault,
        })?;
        let name = name(&entry)?;
        match (&told, name.as_str()) {
            (None, MANIFEST) => told = Some(manifest(entry)?),
            (None, _) => return Err(BackupFault::NotABackup),
            (Some(manifest), REVISIONS) if named.is_none() => {
                let mut lines = Lines::new(entry);
                while lines.next()?.is_some() {}
                lines.finish(manifest)?;
                named = Some(lines.verifier.blobs.into_keys().collect());
            }
            (Some(_), _) => match name.strip_prefix(BLOBS) {
                Some(digest) => {
                    if digest_of(entry)? != digest {
                        return Err(BackupFault::Blob { digest: digest.to_owned() });
                    }
                    contents.insert(digest.to_owned());
                }
                None => return Err(BackupFault::Corrupt { cause: format!("`{name}` ?") }),
            },
        }
    }
    // The checksum of the whole stands at the very end.
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink())
        .map_err(|cause| unread(&cause))?;
    let manifest = told.ok_or(BackupFault::NotABackup)?;
    let named = named.ok_or(BackupFault::Head)?;
    match named.difference(&contents).next() {
        Some(digest) => Err(BackupFault::Blob { digest: digest.clone() }),
        None => Ok(manifest),
    }
}

fn digest_of(mut entry: impl Read) -> Result<String, BackupFault> {
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        let read = entry.read(&mut buffer).map_err(|cause| unread(&cause))?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}
