//! Writing a backup while others write the log.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;

use super::{BLOBS, BackupFault, FORMAT, Line, MANIFEST, Manifest, REVISIONS, VERSION};
use crate::catalogue::error::{CatalogueError, Result};
use crate::catalogue::store::Store;
use crate::catalogue::store::append::written_date;
use crate::catalogue::store::check::{PAGE, extent, raw_page};
use crate::catalogue::store::db::snapshot;
use crate::catalogue::store::verify::Verifier;

impl Store {
    /// Writes everything up to the present end of the log into `path`.
    ///
    /// Each revision is checked against its seal on the way. The file is complete and on
    /// disk before it gets its name; until then it is `<path>.part`. `now` is only told in
    /// the manifest. One revision and one content are in memory at a time.
    ///
    /// # Errors
    /// [`BackupFault::Exists`] unless `force`; [`CatalogueError::Damaged`] for a log that is
    /// not sound; [`CatalogueError::Full`], [`CatalogueError::ReadOnly`],
    /// [`CatalogueError::Disk`] where the file cannot be written. Nothing is then left.
    pub async fn backup(&self, path: &Path, force: bool, now: Timestamp) -> Result<Manifest> {
        let taken = || BackupFault::Exists { path: path.display().to_string() };
        if !force && path.exists() {
            return Err(CatalogueError::Backup(taken()));
        }
        let (part, lines) = (beside(path, "part"), beside(path, "log.part"));
        let written = self.backup_into(&part, &lines, now).await;
        let _ = std::fs::remove_file(&lines);
        let refuse = |cause| CatalogueError::disk(path, cause);
        let named = match written {
            Ok(_) if !force && path.exists() => Err(CatalogueError::Backup(taken())),
            Ok(manifest) => std::fs::rename(&part, path).map_err(refuse).map(|()| manifest),
            Err(cause) => Err(cause),
        };
        if named.is_err() {
            let _ = std::fs::remove_file(&part);
        } else if let Ok(folder) = File::open(folder_of(path)) {
            // Not every system lets a folder be flushed; the rename still stands.
            let _ = folder.sync_all();
        }
        named
    }

    async fn backup_into(&self, part: &Path, lines: &Path, now: Timestamp) -> Result<Manifest> {
        let verifier = self.write_lines(lines).await?;
        let report = &verifier.report;
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            version: VERSION,
            essaim: env!("CARGO_PKG_VERSION").to_owned(),
            created_at: written_date(now),
            last_seq: report.last,
            head: report.head.clone(),
            revisions: report.revisions,
            erased: report.erased,
            blobs: verifier.blobs.len() as u64,
        };
        let refuse = |cause| CatalogueError::disk(part, cause);
        let file = private(part).map_err(refuse)?;
        let mut archive =
            tar::Builder::new(GzEncoder::new(BufWriter::new(file), Compression::default()));
        let date = now.as_second().unsigned_abs();
        let told = serde_json::to_vec_pretty(&manifest).expect("a manifest is text and numbers");
        entry(&mut archive, MANIFEST, told.len() as u64, date, told.as_slice()).map_err(refuse)?;
        let written = File::open(lines).map_err(refuse)?;
        let length = written.metadata().map_err(refuse)?.len();
        entry(&mut archive, REVISIONS, length, date, BufReader::new(written)).map_err(refuse)?;
        for digest in verifier.blobs.keys() {
            let content = self.get_blob(digest).await?;
            let name = format!("{BLOBS}{digest}");
            entry(&mut archive, &name, content.len() as u64, date, content.as_slice())
                .map_err(refuse)?;
        }
        let file = archive.into_inner().and_then(GzEncoder::finish).map_err(refuse)?;
        let file = file.into_inner().map_err(|cause| refuse(cause.into_error()))?;
        file.sync_all().map_err(refuse)?;
        Ok(manifest)
    }

    /// Writes the revisions of one state of the log, each checked.
    async fn write_lines(&self, path: &Path) -> Result<Verifier> {
        let refuse = |cause| CatalogueError::disk(path, cause);
        let mut file = BufWriter::new(private(path).map_err(refuse)?);
        let mut verifier = Verifier::new();
        snapshot!(&self.db, |tx, raw| {
            let (_, last, _) = extent!(tx)?;
            let last = last.unsigned_abs();
            let mut since = 0;
            while since < last {
                let page =
                    raw_page!(tx, raw, since, last, PAGE).map_err(CatalogueError::damaged)?;
                let Some(end) = page.last() else { break };
                since = end.seq.unsigned_abs();
                for row in page {
                    verifier.see(&row);
                    sound(&verifier)?;
                    let line = Line::of(row).ok_or_else(|| CatalogueError::Damaged {
                        finding: format!("revision {since}: a text is not UTF-8"),
                    })?;
                    serde_json::to_writer(&mut file, &line).map_err(|e| refuse(e.into()))?;
                    file.write_all(b"\n").map_err(refuse)?;
                }
            }
            verifier.finish(last);
        });
        sound(&verifier)?;
        file.flush().map_err(refuse)?;
        Ok(verifier)
    }
}

/// A backup of a damaged log would be trusted: it is refused.
fn sound(verifier: &Verifier) -> Result<()> {
    let Some(found) = verifier.report.faults.first() else { return Ok(()) };
    let at = found.seq.map(|seq| format!("revision {seq}: ")).unwrap_or_default();
    Err(CatalogueError::Damaged { finding: format!("{at}{}", found.fault.words().1) })
}

fn entry<W: std::io::Write>(
    archive: &mut tar::Builder<W>,
    name: &str,
    length: u64,
    date: u64,
    content: impl Read,
) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(length);
    header.set_mode(0o600);
    header.set_mtime(date);
    archive.append_data(&mut header, name, content)
}

/// A new file that only its owner reads: a backup holds the digests of the keys.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
