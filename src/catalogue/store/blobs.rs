//! Contents of datasets, addressed by their digest: written once, never changed.

use std::io::Write as _;

use sha2::{Digest as _, Sha256};

use super::Store;
use super::chain::hex;
use super::db::Db;
use crate::catalogue::datasets::DatasetFiles;
use crate::catalogue::error::{CatalogueError, Result};
use crate::catalogue::record::dataset::DatasetRecord;
use crate::catalogue::revision::{At, Kind};

/// The sha256 of `content`, hexadecimal.
#[must_use]
pub fn digest(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

impl Store {
    /// Keeps `content` and returns its digest; the same content is kept once.
    ///
    /// The file is complete and flushed to disk before it gets its name, so a crash
    /// leaves either nothing or the whole.
    ///
    /// # Errors
    /// [`CatalogueError::Disk`] or [`CatalogueError::Database`].
    pub async fn put_blob(&self, content: &[u8]) -> Result<String> {
        let digest = digest(content);
        match (&self.db, &self.blobs) {
            (Db::Pg(pool), _) => {
                sqlx::query(
                    "INSERT INTO blobs (digest, content) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                )
                .bind(&digest)
                .bind(content)
                .execute(pool)
                .await?;
            }
            (Db::Lite { .. }, Some(folder)) => {
                let path = folder.join(&digest);
                let refuse = |cause| CatalogueError::disk(&path, cause);
                let whole = std::fs::metadata(&path).is_ok_and(|m| m.len() == content.len() as u64);
                if !whole {
                    let draft = folder.join(format!("{digest}.{}.part", std::process::id()));
                    let mut file = std::fs::File::create(&draft).map_err(refuse)?;
                    file.write_all(content).map_err(refuse)?;
                    file.sync_all().map_err(refuse)?;
                    std::fs::rename(&draft, &path).map_err(refuse)?;
                    if let Ok(folder) = std::fs::File::open(folder) {
                        // Not every system lets a folder be flushed; the rename still stands.
                        let _ = folder.sync_all();
                    }
                }
            }
            (Db::Lite { .. }, None) => {}
        }
        Ok(digest)
    }

    /// The content with this digest, checked.
    ///
    /// # Errors
    /// [`CatalogueError::MissingBlob`] if it is absent or no longer has this digest.
    pub async fn get_blob(&self, wanted: &str) -> Result<Vec<u8>> {
        let missing = || CatalogueError::MissingBlob { digest: wanted.to_owned() };
        let content = match (&self.db, &self.blobs) {
            (Db::Pg(pool), _) => {
                sqlx::query_scalar::<_, Vec<u8>>("SELECT content FROM blobs WHERE digest = $1")
                    .bind(wanted)
                    .fetch_optional(pool)
                    .await?
                    .ok_or_else(missing)?
            }
            (Db::Lite { .. }, Some(folder)) => {
                std::fs::read(folder.join(wanted)).map_err(|_| missing())?
            }
            (Db::Lite { .. }, None) => return Err(missing()),
        };
        if digest(&content) == wanted { Ok(content) } else { Err(missing()) }
    }

    /// The datasets in force at `at`, by name.
    ///
    /// # Errors
    /// As [`Store::state_at`]; [`CatalogueError::Unreadable`] for a body that is no dataset.
    pub async fn datasets(&self, at: At) -> Result<Vec<DatasetRecord>> {
        let state = self.state_at(at, &[Kind::Dataset]).await?;
        state
            .iter()
            .map(|revision| {
                DatasetRecord::read(&revision.id, &revision.json()?).map_err(|problem| {
                    CatalogueError::Unreadable { seq: revision.seq, cause: problem.to_string() }
                })
            })
            .collect()
    }

    /// The files of one dataset in force at `at`, by path; empty where there is none.
    ///
    /// # Errors
    /// As [`Store::datasets`] and [`Store::get_blob`].
    pub async fn dataset_files(&self, name: &str, at: At) -> Result<DatasetFiles> {
        let mut files = DatasetFiles::new();
        if let Some(dataset) = self.datasets(at).await?.into_iter().find(|d| d.name == name) {
            for file in dataset.files {
                let content = self.get_blob(&file.digest).await?;
                files.insert(file.path, content);
            }
        }
        Ok(files)
    }
}
