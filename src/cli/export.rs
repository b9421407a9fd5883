//! `essaim export`: rows and datasets, complete, to read elsewhere or to import again.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::access::Identity;
use crate::http::error::DoorError;
use crate::scouting::export::{ExportAsk, ExportFile, WORDS, What, Written, export};

use super::Outcome;
use super::args::Export;
use super::config::{Config, Shape};

/// Who asks, on this machine.
const OPERATOR: &str = "local";

/// Exports each kind asked: one file on stdout or in `--out`, several in a folder.
///
/// # Errors
/// An unknown kind, territory or state; a format that cannot hold the rows; a file that
/// cannot be written; no `--out` where one is needed.
pub async fn run(config: &Config, asked: &Export) -> anyhow::Result<Outcome> {
    let written = match config.shape {
        Shape::Table | Shape::Json | Shape::Jsonl => Written::Jsonl,
        Shape::Csv => Written::Csv,
        Shape::Xlsx => Written::Xlsx,
        Shape::GeoJson => Written::GeoJson,
        Shape::Parquet => Written::Parquet,
        other => return Err(other.refused(Written::WORDS).into()),
    };
    let kinds = asked.kinds.iter().map(|word| {
        let unknown =
            || DoorError::UnknownFormat { asked: word.chars().take(40).collect(), known: WORDS };
        What::parse(word).ok_or_else(unknown)
    });
    let kinds: Vec<What> = kinds.collect::<Result<_, _>>()?;
    let several = kinds.len() > 1 || !matches!(kinds[..], [What::Rows(_)]);
    if asked.out.is_none() && (several || !written.is_text()) {
        anyhow::bail!(config.say(
            "dites où écrire avec --out : un dossier quand il y a plusieurs fichiers",
            "say where to write with --out: a folder when there are several files",
        ));
    }
    let state = config.open().await?;
    let who = Identity::operator(OPERATOR);
    let mut files: Vec<ExportFile> = Vec::new();
    for what in kinds {
        let ask = ExportAsk {
            what,
            written,
            seq: config.seq,
            territory: asked.territory.clone(),
            lang: config.lang,
        };
        let exported = export(&state.scouting, &who, ask).await.map_err(DoorError::from)?;
        let folder = match what {
            // Two datasets in one folder both have a manifest.
            What::Dataset(name) if asked.kinds.len() > 1 => format!("{name}/"),
            _ => String::new(),
        };
        files.extend(
            exported
                .files
                .into_iter()
                .map(|file| ExportFile { path: format!("{folder}{}", file.path), ..file }),
        );
    }
    match &asked.out {
        None => {
            let mut out = std::io::stdout().lock();
            for file in &files {
                out.write_all(&file.bytes)?;
            }
            out.flush()?;
        }
        Some(out) if several || out.is_dir() => {
            for file in &files {
                save(config, &out.join(&file.path), file)?;
            }
        }
        Some(out) => {
            for file in &files {
                save(config, out, file)?;
            }
        }
    }
    Ok(Outcome::Found)
}

/// Writes a file whole: a draft beside it takes its name once it is complete.
fn save(config: &Config, path: &Path, file: &ExportFile) -> anyhow::Result<()> {
    let refused = || format!("impossible d’écrire `{}`", path.display());
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(refused)?;
    }
    let mut draft = path.as_os_str().to_owned();
    draft.push(".part");
    let draft = PathBuf::from(draft);
    std::fs::write(&draft, &file.bytes).with_context(refused)?;
    std::fs::rename(&draft, path).with_context(refused)?;
    if let Some(rows) = file.rows {
        let word = config.say(if rows > 1 { "lignes" } else { "ligne" }, "rows");
        eprintln!("{} · {rows} {word}", path.display());
    }
    Ok(())
}
