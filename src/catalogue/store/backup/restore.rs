//! Restoring a backup into an empty catalogue: the same `seq`, dates and chain.

use std::io::Read as _;
use std::path::Path;

use super::file::{self, Lines};
use super::{BLOBS, BackupFault, Manifest, REVISIONS};
use crate::catalogue::error::{CatalogueError, Result};
use crate::catalogue::store::append::ROWS_PER_INSERT;
use crate::catalogue::store::db::{Db, RawRow, writing};
use crate::catalogue::store::{Store, StoreAddress};

impl Store {
    /// Reads a backup whole, writing nothing, and tells what it holds.
    ///
    /// # Errors
    /// [`BackupFault`]: what is wrong with the file, at which revision.
    pub fn verify_backup(path: &Path) -> std::result::Result<Manifest, BackupFault> {
        file::verify(path)
    }

    /// Opens the catalogue at `address` and restores `path` into it, all or nothing.
    ///
    /// The file is read whole and checked first, then written in one transaction that is
    /// checked again before it is acknowledged. A catalogue that was not there before is
    /// removed again if anything fails.
    ///
    /// # Errors
    /// [`CatalogueError::Backup`] for the file, or for a catalogue that holds revisions;
    /// else as [`Store::open`] and [`Store::append`].
    pub async fn restore(address: &StoreAddress, path: &Path) -> Result<(Self, Manifest)> {
        let manifest = file::verify(path).map_err(CatalogueError::Backup)?;
        let new = match address {
            StoreAddress::Sqlite(file) if !file.exists() => Some(file),
            _ => None,
        };
        let store = Self::open(address).await?;
        match store.restore_from(address, path, &manifest).await {
            Ok(()) => Ok((store, manifest)),
            Err(cause) => {
                store.close().await;
                if let Some(file) = new {
                    for ending in ["", "-wal", "-shm"] {
                        let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
                    }
                }
                Err(cause)
            }
        }
    }

    async fn restore_from(
        &self,
        address: &StoreAddress,
        path: &Path,
        manifest: &Manifest,
    ) -> Result<()> {
        if self.last_seq().await? > 0 {
            return Err(not_empty(address));
        }
        let mut added = Vec::new();
        let restored = async {
            self.restore_blobs(path, &mut added).await?;
            self.restore_rows(address, path, manifest).await
        };
        let restored = restored.await;
        if restored.is_err() {
            for digest in &added {
                self.forget_blob(digest).await;
            }
        }
        restored
    }

    /// Contents first: a revision is never there before what it names.
    async fn restore_blobs(&self, path: &Path, added: &mut Vec<String>) -> Result<()> {
        let mut archive = file::open(path).map_err(CatalogueError::Backup)?;
        for entry in archive.entries().map_err(|cause| unread(&cause))? {
            let mut entry = entry.map_err(|cause| unread(&cause))?;
            let name = file::name(&entry).map_err(CatalogueError::Backup)?;
            let Some(digest) = name.strip_prefix(BLOBS) else { continue };
            if self.get_blob(digest).await.is_ok() {
                continue;
            }
            let mut content = Vec::new();
            entry.read_to_end(&mut content).map_err(|cause| unread(&cause))?;
            added.push(digest.to_owned());
            if self.put_blob(&content).await? != digest {
                let digest = digest.to_owned();
                return Err(CatalogueError::Backup(BackupFault::Blob { digest }));
            }
        }
        Ok(())
    }

    async fn restore_rows(
        &self,
        address: &StoreAddress,
        path: &Path,
        manifest: &Manifest,
    ) -> Result<()> {
        let mut archive = file::open(path).map_err(CatalogueError::Backup)?;
        let mut entries = archive.entries().map_err(|cause| unread(&cause))?;
        let entry = loop {
            let Some(entry) = entries.next() else {
                return Err(CatalogueError::Backup(BackupFault::Head));
            };
            let entry = entry.map_err(|cause| unread(&cause))?;
            if file::name(&entry).map_err(CatalogueError::Backup)? == REVISIONS {
                break entry;
            }
        };
        let mut lines = Lines::new(entry);
        writing!(&self.db, |tx| {
            let taken: Option<i64> = sqlx::query_scalar("SELECT seq FROM revisions LIMIT 1")
                .fetch_optional(&mut *tx)
                .await?;
            if taken.is_some() {
                return Err(not_empty(address));
            }
            let mut rows: Vec<RawRow> = Vec::with_capacity(ROWS_PER_INSERT);
            loop {
                let next = lines.next().map_err(CatalogueError::Backup)?;
                let ended = next.is_none();
                rows.extend(next);
                if rows.len() == ROWS_PER_INSERT || (ended && !rows.is_empty()) {
                    let mut insert = sqlx::QueryBuilder::new(
                        "INSERT INTO revisions (seq, kind, id, body, recorded_at, recorded_by, \
                         note, address, digest, chain) ",
                    );
                    insert.push_values(rows.drain(..), |mut values, row| {
                        values.push_bind(row.seq);
                        let five = [row.kind, row.id, row.body, row.recorded_at, row.recorded_by];
                        for bytes in five {
                            values.push_bind(text(bytes));
                        }
                        values
                            .push_bind(row.note.map(text))
                            .push_bind(row.address.map(text))
                            .push_bind(text(row.digest))
                            .push_bind(text(row.chain));
                    });
                    insert.build().execute(&mut *tx).await?;
                }
                if ended {
                    break;
                }
            }
            lines.finish(manifest).map_err(CatalogueError::Backup)?;
        });
        Ok(())
    }

    /// Takes back a content that no revision came to name.
    async fn forget_blob(&self, digest: &str) {
        match (&self.db, &self.blobs) {
            (Db::Pg(pool), _) => {
                // The restore already failed: its cause is what is told.
                let _ = sqlx::query("DELETE FROM blobs WHERE digest = $1")
                    .bind(digest)
                    .execute(pool)
                    .await;
            }
            (Db::Lite { .. }, Some(folder)) => {
                let _ = std::fs::remove_file(folder.join(digest));
            }
            (Db::Lite { .. }, None) => {}
        }
    }
}

/// Bytes that came from a JSON text.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("the lines of a backup are UTF-8")
}

fn unread(cause: &std::io::Error) -> CatalogueError {
    CatalogueError::Backup(file::unread(cause))
}

fn not_empty(address: &StoreAddress) -> CatalogueError {
    CatalogueError::Backup(BackupFault::NotEmpty { address: address.shown() })
}
