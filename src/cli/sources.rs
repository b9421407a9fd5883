//! `essaim sources`: which sources are set aside or speak with one voice; or records the
//! owner's own list.

use anyhow::Context as _;

use crate::http::api::sources::answer;
use crate::http::error::DoorError;
use crate::http::wire::sources::{DeclaredWire, SourcesWire};
use crate::scouting::sources::declare;

use super::Outcome;
use super::args::Sources;
use super::config::Config;
use super::observe::operator;
use super::output::print_list;
use super::table::{Column, paragraph, render};

/// Records the file given, if any, and prints what is declared.
///
/// # Errors
/// A file that cannot be read or holds no such tables; a log that refuses.
pub async fn run(config: &Config, asked: Sources) -> anyhow::Result<Outcome> {
    let text = match &asked.file {
        None => None,
        Some(path) => {
            let read = std::fs::read_to_string(path);
            let said = config.say("fichier illisible", "unreadable file");
            Some((path, read.with_context(|| format!("{said} `{}`", path.display()))?))
        }
    };
    let state = config.open().await?;
    let mut scene = state.scouting.scene();
    if let Some((path, text)) = text {
        let who = operator(asked.by.as_deref());
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let recorded = declare(&state.scouting, &who, &text, &name, asked.dry_run).await;
        let recorded = recorded.map_err(DoorError::from)?;
        let (families, blocked) = recorded.declared;
        let done = match (asked.dry_run, recorded.seq) {
            (true, _) => config.say("rien n’est écrit", "nothing is written").to_owned(),
            (false, None) => config.say("déjà déclaré", "already declared").to_owned(),
            (false, Some(seq)) => format!("{} {seq}", config.say("révision", "revision")),
        };
        let colon = config.say("\u{a0}: ", ": ");
        let (set, voices) =
            (config.say("écartées", "set aside"), config.say("familles", "families"));
        eprintln!("{name}{colon}{set} {blocked}, {voices} {families} · {done}");
        scene = recorded.scene;
    }
    let found = answer(&scene, config.lang);
    print_list(config, &found, |found| table(config, found))?;
    Ok(Outcome::Found)
}

fn table(config: &Config, found: &SourcesWire) -> String {
    let columns = |title| {
        [
            Column::text(title, 34),
            Column::text(config.say("reconnues à", "known by"), 0),
            Column::number(config.say("fiches", "records"), 7),
            Column::number(config.say("sans autre", "no other"), 10),
        ]
    };
    let row = |one: &DeclaredWire| {
        let own = if one.own { config.say(" (déclaré ici)", " (declared here)") } else { "" };
        let known = [&one.domains, &one.names, &one.pages];
        let known: Vec<&str> = known.into_iter().flatten().map(String::as_str).collect();
        vec![
            format!("{}{own}", one.label),
            known.join(", "),
            one.records.to_string(),
            one.records_alone.to_string(),
        ]
    };
    let rows = |list: &[DeclaredWire]| list.iter().map(row).collect::<Vec<_>>();
    let mut out = render(
        &columns(config.say("sources écartées", "sources set aside")),
        &rows(&found.blocked),
    );
    out.push('\n');
    out.push_str(&render(
        &columns(config.say("une seule voix", "one voice")),
        &rows(&found.families),
    ));
    out.push('\n');
    out.push_str(&paragraph(
        "",
        config.say(
            "Une source écartée ne rend jamais une fiche sûre. Les sources d’une même ligne \
             comptent pour une. Pour en déclarer d’autres : essaim sources FICHIER.toml, écrit \
             comme index/sources.toml.",
            "A source set aside never makes a record sure. The sources of one line count as \
             one. To declare others: essaim sources FILE.toml, written as index/sources.toml.",
        ),
    ));
    out
}
