//! `essaim match`: the ranked candidates of a territory.

use crate::http::api::candidates::{Params, answer_at};
use crate::http::wire::candidates::{CandidateWire, CandidatesWire};
use crate::scouting::ask::CandidatesAsk;

use super::Outcome;
use super::args::{Match, Weighing};
use super::config::{Config, Shape};
use super::output::print_list;
use super::table::{Column, paragraph, render};
use super::{steps, text};

/// Candidates of the table when `--limit` says nothing.
const SHOWN: usize = 20;

/// Ranks and prints.
///
/// # Errors
/// Those of the question.
pub async fn run(config: &Config, asked: Match) -> anyhow::Result<Outcome> {
    let mut params = params(config, &asked.weighing);
    params.theme = asked.theme;
    params.need = asked.need;
    params.cursor = asked.cursor;
    let ask = question(config, &params, &asked.territory)?;
    let state = config.open().await?;
    let answer = answer_at(&state, config.seq, ask).await?;
    print_list(config, &answer, |answer| table(config, answer, asked.details))?;
    Ok(if answer.total == 0 { Outcome::Nothing } else { Outcome::Found })
}

/// The API's parameters, from the flags.
pub(super) fn params(config: &Config, weighing: &Weighing) -> Params {
    Params {
        q: weighing.q.clone(),
        limit: config.limit.clone(),
        as_of: config.as_of.clone(),
        profile: weighing.profile.clone(),
        weights: weighing.weights.clone(),
        rank_by: weighing.rank_by.clone(),
        ..Params::default()
    }
}

/// The question, checked before the catalogue is opened: a typo is told at once.
pub(super) fn question(
    config: &Config,
    params: &Params,
    territory: &str,
) -> anyhow::Result<CandidatesAsk> {
    let mut ask = params.ask(territory, config.lang)?;
    if config.shape == Shape::Table && config.limit.is_none() {
        ask.limit = SHOWN;
    }
    Ok(ask)
}

fn table(config: &Config, answer: &CandidatesWire, details: usize) -> String {
    let mut out = text::context(config, answer);
    if answer.candidates.is_empty() {
        out.push_str(config.say("Aucune candidate.\n", "No candidate.\n"));
    } else {
        let columns = [
            Column::number(config.say("rang", "rank"), 4),
            Column::text(config.say("entreprise", "enterprise"), 26),
            Column::text(config.say("note [bornes]", "score [bounds]"), 18),
            Column::number(config.say("dans les 3", "in the top 3"), 6),
            Column::text(config.say("pourquoi", "why"), 0),
        ];
        let rows: Vec<Vec<String>> = answer
            .candidates
            .iter()
            .map(|candidate| {
                vec![
                    candidate.rank.to_string(),
                    candidate.enterprise.name.clone(),
                    text::score(config, candidate.score, candidate.interval),
                    text::percent(config, candidate.robustness.weights.first_3, 0),
                    followed(candidate),
                ]
            })
            .collect();
        out.push_str(&render(&columns, &rows));
        out.push_str(&text::robustness_key(config, answer));
    }
    for candidate in answer.candidates.iter().take(details) {
        out.push('\n');
        out.push_str(&paragraph(
            &format!("{}. ", candidate.rank),
            &format!("{} ({})", candidate.enterprise.name, candidate.enterprise.id),
        ));
        out.push_str(&text::follow_up(candidate.follow_up.as_ref()));
        out.push_str(&paragraph("   ≈ ", &candidate.robustness.text));
        out.push_str(&text::brief(config, &candidate.explanation));
        out.push_str(&steps::brief(config, &candidate.explanation));
    }
    out.push('\n');
    out.push_str(&steps::next_data(config, answer, false));
    out.push('\n');
    out.push_str(&text::excluded(config, answer));
    if let Some(cursor) = &answer.next_cursor {
        out.push_str(&format!("{} --cursor {cursor}\n", config.say("Suite :", "Next page:")));
    }
    out
}

/// The headline, after where its follow-up stands.
fn followed(candidate: &CandidateWire) -> String {
    let headline = &candidate.explanation.headline;
    match &candidate.follow_up {
        Some(follow_up) => format!("→ {}. {headline}", follow_up.sentence),
        None => headline.clone(),
    }
}
