//! What the commands about the log share: they open it alone, without a scene.

use anyhow::bail;

use crate::catalogue::store::StoreAddress;
use crate::catalogue::{CatalogueError, Kind};
use crate::http::error::{DoorError, pick};
use crate::http::extract::nearest;

use super::config::Config;

/// Where the log of these settings is.
#[must_use]
pub fn address(config: &Config) -> StoreAddress {
    match &config.database {
        Some(url) => StoreAddress::parse(url),
        None => StoreAddress::Sqlite(config.data.join("catalogue.sqlite")),
    }
}

/// The same for a log that must be there: these commands start none.
///
/// # Errors
/// When there is no file.
pub fn present(config: &Config) -> anyhow::Result<StoreAddress> {
    let address = address(config);
    if let StoreAddress::Sqlite(path) = &address
        && !path.exists()
    {
        bail!(
            "{} `{}` ; {}",
            config.say("aucun catalogue à", "no catalogue at"),
            path.display(),
            config.say(
                "donnez son dossier avec --data, ou sa base avec --database",
                "give its folder with --data, or its database with --database"
            )
        );
    }
    Ok(address)
}

/// A failure of the catalogue in the words of the language chosen.
#[must_use]
pub fn said(config: &Config, error: CatalogueError) -> anyhow::Error {
    let (fr, en) = match &error {
        CatalogueError::Backup(fault) => fault.words(),
        CatalogueError::Erasure(fault) => fault.words(),
        _ => return DoorError::from(error).into(),
    };
    anyhow::anyhow!("{}", pick(config.lang, &fr, &en))
}

/// Reads a kind of rows.
///
/// # Errors
/// An unknown one, with the nearest.
pub fn kind(config: &Config, word: &str) -> anyhow::Result<Kind> {
    if let Some(kind) = Kind::parse(word) {
        return Ok(kind);
    }
    let words = || Kind::ALL.iter().map(|kind| kind.as_str());
    let way_out = match nearest(word, words()) {
        Some(near) => format!("{} `{near}` ?", config.say("vouliez-vous dire", "did you mean")),
        None => {
            let known = words().collect::<Vec<_>>().join(", ");
            format!("{} {known}", config.say("admis :", "known:"))
        }
    };
    bail!("{} `{word}` ; {way_out}", config.say("sorte inconnue", "unknown kind"))
}
