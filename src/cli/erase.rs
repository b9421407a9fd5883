//! `essaim erase`: what a row said leaves the log, when the law asks for it.

use anyhow::bail;
use serde::Serialize;

use crate::catalogue::store::{Signed, Store};
use crate::http::error::DoorError;
use crate::scouting::index_check::rebuild_index;

use super::Outcome;
use super::args::Erase;
use super::config::Config;
use super::log;
use super::output::print_one;
use super::table::paragraph;

/// What was done.
#[derive(Debug, Serialize)]
struct ErasedWire {
    kind: &'static str,
    id: String,
    /// The revision that says so; null when everything was erased before.
    seq: Option<u64>,
    erased: Vec<u64>,
    /// Whether the bytes left the files of the database.
    purged: bool,
    /// Whether the text index of this directory was built again without them.
    index_rebuilt: bool,
    /// Other rows that bear this id.
    related: Vec<String>,
}

/// Erases, after `--yes`.
///
/// # Errors
/// Without `--yes` or a reason; an unknown row; a log that refuses.
pub async fn run(config: &Config, asked: &Erase) -> anyhow::Result<Outcome> {
    let kind = log::kind(config, &asked.kind)?;
    let refuse = |error| log::said(config, error);
    let store = Store::open(&log::present(config)?).await.map_err(refuse)?;
    if !asked.yes {
        let history = store.history(kind, &asked.id).await.map_err(refuse)?;
        bail!(
            "{} `{} {}` : {} {} ; {}",
            config.say("rien n’est effacé de", "nothing is erased of"),
            kind.as_str(),
            asked.id,
            config.say("révisions", "revisions"),
            history.iter().filter(|revision| !revision.is_erased()).count(),
            config.say(
                "ajoutez --yes pour effacer leur contenu sans retour possible",
                "add --yes to erase what they say, for good"
            )
        );
    }
    let signed = Signed { author: &asked.by, address: None, now: jiff::Timestamp::now() };
    let erased = store.erase(kind, &asked.id, &asked.because, &signed).await.map_err(refuse)?;
    let index_rebuilt = if config.data.join("text").exists() {
        match rebuild_index(&store, &config.data).await {
            Ok(rebuilt) => rebuilt,
            Err(cause) => {
                // The log no longer says it; the index is told apart.
                eprintln!("essaim: {}", DoorError::from(cause));
                false
            }
        }
    } else {
        true
    };
    let related = store.related(&asked.id).await.map_err(refuse)?;
    let told = ErasedWire {
        kind: kind.as_str(),
        id: asked.id.clone(),
        seq: erased.seq,
        erased: erased.erased,
        purged: erased.purged,
        index_rebuilt,
        related: related
            .into_iter()
            .filter(|row| (row.kind, row.id.as_str()) != (kind, asked.id.as_str()))
            .map(|row| format!("{} {}", row.kind.as_str(), row.id))
            .collect(),
    };
    print_one(config, &told, |told| table(config, told))?;
    Ok(Outcome::Found)
}

fn table(config: &Config, told: &ErasedWire) -> String {
    let row = format!("`{} {}`", told.kind, told.id);
    let mut out = match told.seq {
        Some(seq) => paragraph(
            "",
            &format!(
                "{row} : {} {} ; {} {seq}",
                config.say("révisions effacées", "revisions erased"),
                told.erased.len(),
                config.say("la trace en est la révision", "the trace of it is revision")
            ),
        ),
        None => paragraph("", &format!("{row} : {}", config.say("déjà effacée", "already erased"))),
    };
    let mut say = |fr: &str, en: &str| out.push_str(&paragraph("   ", config_say(config, fr, en)));
    if !told.purged {
        say(
            "les octets sont encore dans les fichiers de la base, qu’un autre programme lit : \
             arrêtez-le, puis relancez la même commande",
            "the bytes are still in the files of the database, which another program reads: \
             stop it, then run the same command again",
        );
    }
    if !told.index_rebuilt {
        say(
            "l’index du texte n’a pas été reconstruit ici : un service en marche le purge en \
             suivant le journal ; sinon, relancez la même commande",
            "the text index was not built again here: a service that runs purges it as it \
             follows the log; else, run the same command again",
        );
    }
    say(
        "l’identifiant reste dans le journal ; les sauvegardes plus anciennes contiennent encore \
         ce qui vient d’être effacé : détruisez-les ou refaites-les",
        "the id stays in the log; older backups still hold what was erased: destroy them or make \
         them again",
    );
    if !told.related.is_empty() {
        let first = config.say("   autres fiches au même nom : ", "   other rows of this name: ");
        out.push_str(&paragraph(first, &told.related.join(", ")));
    }
    out
}

fn config_say<'a>(config: &Config, fr: &'a str, en: &'a str) -> &'a str {
    config.say(fr, en)
}
