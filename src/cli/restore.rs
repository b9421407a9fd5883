//! `essaim restore`: a backup into an empty catalogue, checked before it is acknowledged.

use crate::catalogue::CatalogueError;
use crate::catalogue::store::Store;

use super::Outcome;
use super::args::Restore;
use super::backup::BackupWire;
use super::config::Config;
use super::log;
use super::output::print_one;

/// Restores and tells what was; with `--dry-run`, only reads and checks the file.
///
/// # Errors
/// A file that is no sound backup, a catalogue that holds revisions, a disk that refuses:
/// nothing is then left.
pub async fn run(config: &Config, asked: &Restore) -> anyhow::Result<Outcome> {
    let refuse = |error| log::said(config, error);
    if asked.dry_run {
        let manifest = Store::verify_backup(&asked.file)
            .map_err(|fault| refuse(CatalogueError::Backup(fault)))?;
        let told = BackupWire::of(&asked.file, &manifest);
        print_one(config, &told, |told| {
            told.table(config, config.say("sauvegarde saine", "sound backup"))
        })?;
        return Ok(Outcome::Found);
    }
    let address = log::address(config);
    let (store, manifest) = Store::restore(&address, &asked.file).await.map_err(refuse)?;
    store.close().await;
    // An index left by another catalogue could show the same `seq`: it is built again.
    let text = config.data.join("text");
    if text.exists() {
        std::fs::remove_dir_all(&text)?;
    }
    let told = BackupWire::of(&asked.file, &manifest);
    print_one(config, &told, |told| {
        let restored = config.say("restaurée dans", "restored into");
        let mut out = told.table(config, &format!("{restored} `{}` :", address.shown()));
        out.push_str(config.say(
            "   comparez cette tête à celle notée ailleurs ; `essaim check` relit le tout\n",
            "   compare this head with the one noted elsewhere; `essaim check` reads it all\n",
        ));
        out
    })?;
    Ok(Outcome::Found)
}
