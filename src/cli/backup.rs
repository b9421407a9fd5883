//! `essaim backup`: the whole catalogue in one file, while others write.

use serde::Serialize;

use crate::catalogue::store::{Manifest, Store};

use super::Outcome;
use super::args::Backup;
use super::config::Config;
use super::log;
use super::output::print_one;
use super::table::paragraph;
use super::text::decimal;

/// A backup that was written or read.
#[derive(Debug, Serialize)]
pub(super) struct BackupWire<'a> {
    file: String,
    bytes: u64,
    #[serde(flatten)]
    manifest: &'a Manifest,
}

impl<'a> BackupWire<'a> {
    pub(super) fn of(file: &std::path::Path, manifest: &'a Manifest) -> Self {
        let bytes = file.metadata().map(|told| told.len()).unwrap_or_default();
        Self { file: file.display().to_string(), bytes, manifest }
    }

    /// For a person: what it holds, after the words `first`.
    pub(super) fn table(&self, config: &Config, first: &str) -> String {
        let manifest = self.manifest;
        let held = format!(
            "{} {} · {} {} · {} {} · {} {} · {} {}",
            config.say("révisions", "revisions"),
            manifest.revisions,
            config.say("dernière", "last"),
            manifest.last_seq,
            config.say("effacées", "erased"),
            manifest.erased,
            config.say("fichiers de données", "dataset files"),
            manifest.blobs,
            // A file of some megabytes: no loss that is seen.
            decimal(config, self.bytes as f64 / 1e6, 1),
            config.say("Mo", "MB"),
        );
        let mut out = paragraph("", &format!("{first} `{}`", self.file));
        out.push_str(&paragraph("   ", &held));
        out.push_str(&format!("   {} {}\n", config.say("tête :", "head:"), manifest.head));
        out
    }
}

/// Writes the file and tells what it holds.
///
/// # Errors
/// A file that is already there, a log that is damaged, a disk that refuses.
pub async fn run(config: &Config, asked: &Backup) -> anyhow::Result<Outcome> {
    let refuse = |error| log::said(config, error);
    let store = Store::open(&log::present(config)?).await.map_err(refuse)?;
    let now = jiff::Timestamp::now();
    let manifest = store.backup(&asked.file, asked.force, now).await.map_err(refuse)?;
    let told = BackupWire::of(&asked.file, &manifest);
    print_one(config, &told, |told| {
        told.table(config, config.say("sauvegarde écrite dans", "backup written to"))
    })?;
    Ok(Outcome::Found)
}
