//! `essaim search`: enterprises by words, one question or a file of them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::http::api::enterprises::{EnterprisesAsk, answer_list};
use crate::http::wire::search::EnterprisesWire;
use crate::scouting::scene::Scene;
use crate::scouting::search::search;

use super::Outcome;
use super::args::Search;
use super::config::Config;
use super::output::{print, print_list};
use super::table::{Column, paragraph, render};
use super::text::decimal;

/// Documents of each question of a batch when `--limit` says nothing.
const BATCH_DEPTH: usize = 100;
/// Last column of a TREC run.
const TAG: &str = "essaim";

/// Searches and prints.
///
/// # Errors
/// Those of the question; files that cannot be read or written.
pub async fn run(config: &Config, asked: Search) -> anyhow::Result<Outcome> {
    let Some(batch) = asked.batch else {
        let ask = EnterprisesAsk {
            q: asked.text,
            theme: asked.theme,
            limit: config.limit(20)?,
            lang: config.lang,
        };
        let page = ask.page(None)?;
        let state = config.open().await?;
        let scene = state.scene(config.seq).await?;
        let found = answer_list(&scene, &ask, &page)?;
        print_list(config, &found, |found| table(config, found))?;
        return Ok(if found.total == 0 { Outcome::Nothing } else { Outcome::Found });
    };
    let limit = config.limit(BATCH_DEPTH)?;
    let questions = questions(&read(&batch)?);
    let state = config.open().await?;
    let scene = state.scene(config.seq).await?;
    let mut run = String::new();
    for (qid, text) in &questions {
        trec(config, &scene, qid, text, asked.theme.as_deref(), limit, &mut run)?;
    }
    write(asked.output.as_ref(), &run)?;
    eprintln!("{} {}", questions.len(), config.say("questions traitées", "questions processed"));
    Ok(Outcome::Found)
}

/// Appends the lines of one question; one that cannot be searched is told and has none.
fn trec(
    config: &Config,
    scene: &Scene,
    qid: &str,
    text: &str,
    theme: Option<&str>,
    limit: usize,
    run: &mut String,
) -> anyhow::Result<()> {
    use crate::scouting::error::ScoutingError;
    let found = match search(scene, Some(text), theme, 0, limit, config.lang) {
        Ok(found) => found,
        Err(error @ (ScoutingError::EmptyQuery | ScoutingError::QueryTooLong { .. })) => {
            let problem = crate::http::error::DoorError::from(error).problem(config.lang);
            eprintln!("{qid}: {}", problem.detail);
            return Ok(());
        }
        Err(error) => return Err(crate::http::error::DoorError::from(error).into()),
    };
    for (at, hit) in found.enterprises.iter().enumerate() {
        run.push_str(&format!(
            "{qid} Q0 {} {} {:.6} {TAG}\n",
            hit.enterprise.id,
            at + 1,
            hit.score
        ));
    }
    Ok(())
}

/// `qid<TAB>text`, more columns ignored, a header skipped where its first word is `qid`.
///
/// A header may put the columns in another order (`qid`, `style`, `text`).
fn questions(file: &str) -> Vec<(String, String)> {
    let mut text_at = 1;
    let mut questions = Vec::new();
    for (at, line) in file.trim_start_matches('\u{feff}').lines().enumerate() {
        let columns: Vec<&str> = line.split('\t').collect();
        if at == 0 && columns[0].trim().eq_ignore_ascii_case("qid") {
            let named = |name: &str| {
                columns.iter().position(|column| column.trim().eq_ignore_ascii_case(name))
            };
            text_at = named("text").or_else(|| named("query")).unwrap_or(1);
            continue;
        }
        // A qid with a space would break the columns of the run.
        let qid: String = columns[0].split_whitespace().collect::<Vec<_>>().join("_");
        if qid.is_empty() {
            continue;
        }
        let text = columns.get(text_at).map_or("", |text| text.trim());
        questions.push((qid, text.to_owned()));
    }
    questions
}

fn read(path: &Path) -> anyhow::Result<String> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes)?;
        bytes
    } else {
        std::fs::read(path).with_context(|| format!("fichier illisible `{}`", path.display()))?
    };
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn write(path: Option<&PathBuf>, run: &str) -> anyhow::Result<()> {
    match path {
        Some(path) if path != Path::new("-") => {
            let mut file = std::fs::File::create(path)
                .with_context(|| format!("impossible d’écrire `{}`", path.display()))?;
            file.write_all(run.as_bytes())?;
            Ok(())
        }
        _ if run.is_empty() => Ok(()),
        _ => print(run),
    }
}

fn table(config: &Config, found: &EnterprisesWire) -> String {
    let mut out = String::new();
    if !found.concepts.is_empty() {
        let read: Vec<&str> = found.concepts.iter().map(|concept| concept.label.as_str()).collect();
        out.push_str(&paragraph(config.say("Compris : ", "Understood: "), &read.join(", ")));
    }
    for correction in &found.corrections {
        out.push_str(&paragraph(
            config.say("Corrigé : ", "Corrected: "),
            &format!("{} → {}", correction.written, correction.searched),
        ));
    }
    if found.enterprises.is_empty() {
        out.push_str(config.say("Aucune entreprise trouvée.\n", "No enterprise found.\n"));
        return out;
    }
    let columns = [
        Column::number(config.say("note", "score"), 7),
        Column::text("id", 24),
        Column::text(config.say("nom", "name"), 22),
        Column::text(config.say("passage", "passage"), 0),
    ];
    let rows: Vec<Vec<String>> = found
        .enterprises
        .iter()
        .map(|hit| {
            let passage = hit.snippet.as_ref().map(|s| s.text.as_str()).filter(|t| !t.is_empty());
            vec![
                hit.score.map(|score| decimal(config, score, 3)).unwrap_or_default(),
                hit.enterprise.id.clone(),
                hit.enterprise.name.clone(),
                passage.unwrap_or(&hit.enterprise.summary).to_owned(),
            ]
        })
        .collect();
    out.push_str(&render(&columns, &rows));
    out.push_str(&format!("{} {}\n", found.total, config.say("en tout", "in all")));
    out
}

#[cfg(test)]
mod tests {
    use super::questions;

    #[test]
    fn a_file_of_questions_may_have_a_header_and_more_columns() {
        let plain = questions("q1\tréparer un vélo\tdev\n\nq2\t\n");
        assert_eq!(plain.len(), 2);
        assert_eq!(plain[0], ("q1".to_owned(), "réparer un vélo".to_owned()));
        let headed = questions("qid\tstyle\ttext\nq1\teveryday\tréparer un vélo\r\n");
        assert_eq!(headed, [("q1".to_owned(), "réparer un vélo".to_owned())]);
    }
}
