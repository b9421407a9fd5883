//! The secret that signs sessions: given, or made once in the data directory; never a default.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::access::Secret;

use super::config::Config;

/// Fewest bytes of a secret.
const LENGTH_MIN: usize = 32;
/// Its file in the data directory.
const FILE: &str = "session.secret";

/// The secret of this service: `ESSAIM_SECRET`, else the file of `secret_file` (or
/// `ESSAIM_SECRET_FILE`), else the one in the data directory, made on the first run.
///
/// # Errors
/// A secret under 32 bytes, a file that cannot be read or made.
pub fn of_service(config: &Config) -> anyhow::Result<Vec<u8>> {
    if let Some(given) = std::env::var_os("ESSAIM_SECRET") {
        return strong(config, given.into_encoded_bytes(), "ESSAIM_SECRET");
    }
    if let Some(file) = config.door.get("secret_file").filter(|file| !file.trim().is_empty()) {
        return read(config, &PathBuf::from(file.trim()));
    }
    let file = config.data.join(FILE);
    match std::fs::symlink_metadata(&file) {
        Ok(_) => read(config, &file),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            std::fs::create_dir_all(&config.data).with_context(|| refused(config, &config.data))?;
            let secret = Secret::bare()?;
            make(&file, secret.reveal().as_bytes()).with_context(|| refused(config, &file))?;
            // Another server may have made it first: the one on the disk is everybody's.
            read(config, &file)
        }
        Err(cause) => Err(cause).with_context(|| refused(config, &file)),
    }
}

fn read(config: &Config, file: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = std::fs::read(file).with_context(|| refused(config, file))?;
    strong(config, bytes.trim_ascii().to_vec(), &file.display().to_string())
}

fn strong(config: &Config, secret: Vec<u8>, place: &str) -> anyhow::Result<Vec<u8>> {
    if secret.trim_ascii().len() < LENGTH_MIN {
        bail!(
            "{} `{place}` {}",
            config.say("le secret de", "the secret of"),
            config.say(
                "a moins de 32 octets ; faites-en un avec : openssl rand -hex 32",
                "is under 32 bytes; make one with: openssl rand -hex 32"
            )
        );
    }
    Ok(secret)
}

fn refused(config: &Config, path: &Path) -> String {
    format!(
        "{} `{}`",
        config.say(
            "secret des sessions illisible ou impossible à créer :",
            "the secret of sessions cannot be read or made:"
        ),
        path.display()
    )
}

/// Puts a whole new file there, that only its owner reads; one that is there already is left
/// alone.
fn make(file: &Path, secret: &[u8]) -> std::io::Result<()> {
    let draft = file.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options.open(&draft).and_then(|mut made| {
        made.write_all(secret)?;
        made.sync_all()
    });
    // A link never replaces: whoever is first makes the secret, and nobody reads half of it.
    let linked = written.and_then(|()| match std::fs::hard_link(&draft, file) {
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let cleaned = std::fs::remove_file(&draft);
    linked.and(cleaned)
}
