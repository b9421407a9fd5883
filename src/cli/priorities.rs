//! `essaim priorities`: what applies in a territory, what a submission would change, its
//! versions, and undoing.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::access::Identity;
use crate::http::AppState;
use crate::http::api::priorities::{PutParams, answer_preview, answer_put, answer_undo};
use crate::http::error::DoorError;
use crate::http::wire::preview::PreviewWire;
use crate::http::wire::priorities::{
    HistoryWire, PeriodWire, StandingWire, UndoneWire, VersionWire, WishWire,
};
use crate::scouting::error::ScoutingError;
use crate::scouting::submissions::{history, standing};
use crate::scouting::writing::Manner;

use super::Outcome;
use super::args::Priorities;
use super::config::Config;
use super::output::{print_list, print_one};
use super::table::{Column, paragraph, render};
use super::text::percent;

/// Enterprises of a preview, versions of a history, when `--limit` says nothing.
const SHOWN: usize = 20;

/// Shows, submits, previews, tells the versions, or undoes.
///
/// # Errors
/// Those of the question; a file that cannot be read.
pub async fn run(config: &Config, asked: &Priorities) -> anyhow::Result<Outcome> {
    // A file misspelt is told before the catalogue is opened.
    let body = asked.set.as_deref().map(read).transpose()?;
    let state = config.open().await?;
    let who = Identity::operator(asked.by.as_str());
    let manner = Manner { reason: reason(asked, body.as_ref()), ..Manner::default() };
    let territory = asked.territory.as_str();
    let told = |error| faults(config, error);
    if let Some(body) = body {
        if asked.dry_run {
            let query = PutParams {
                limit: config.limit.clone(),
                as_of: config.as_of.clone(),
                weights: asked.weights.clone(),
                profile: asked.profile.clone(),
                ..PutParams::default()
            };
            let found = answer_preview(&state, &who, territory, &body, &query, config.lang).await;
            print_list(config, &found.map_err(told)?, |found| preview(config, found))?;
            return Ok(Outcome::Found);
        }
        let found = answer_put(&state, &who, territory, &body, &manner, config.lang).await;
        print_list(config, &found.map_err(told)?.0, |found| whole(config, found))?;
        return Ok(Outcome::Found);
    }
    if asked.undo {
        let found = answer_undo(&state, &who, territory, &manner, config.lang).await?;
        print_one(config, &found.0, |found| undone(config, found))?;
        return Ok(Outcome::Found);
    }
    if asked.history {
        return versions(config, &state, territory).await;
    }
    let scene = state.scene(config.seq).await?;
    let as_of = config.as_of()?;
    let found = standing::standing(&state.scouting, &scene, territory, as_of, config.lang).await;
    let found = StandingWire::from(&found.map_err(DoorError::from)?);
    print_list(config, &found, |found| whole(config, found))?;
    let nothing = found.priorities.is_empty() && found.periods.is_empty();
    Ok(if nothing { Outcome::Nothing } else { Outcome::Found })
}

async fn versions(config: &Config, state: &AppState, territory: &str) -> anyhow::Result<Outcome> {
    let limit = config.limit(SHOWN)?;
    let scene = state.scene(config.seq).await?;
    let found = history::history(&state.scouting, &scene, territory, limit, config.lang).await;
    let found = HistoryWire::from(&found.map_err(DoorError::from)?);
    print_one(config, &found, |found| history_text(config, found))?;
    Ok(if found.total == 0 { Outcome::Nothing } else { Outcome::Found })
}

fn read(path: &Path) -> anyhow::Result<Value> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("entrée standard illisible")?;
        text
    } else {
        std::fs::read_to_string(path)
            .with_context(|| format!("fichier illisible `{}`", path.display()))?
    };
    match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(body) => Ok(body),
        Err(cause) => bail!(
            "`{}` n’est pas du JSON (ligne {}, colonne {}) ; un tableau s’importe avec `essaim import priorities`",
            path.display(),
            cause.line(),
            cause.column()
        ),
    }
}

fn reason(asked: &Priorities, body: Option<&Value>) -> Option<String> {
    let said = body.and_then(|body| body["reason"].as_str()).map(str::to_owned);
    asked.reason.clone().or(said).filter(|reason| !reason.trim().is_empty())
}

/// On a terminal every fault of a file is told, one a line.
fn faults(config: &Config, error: DoorError) -> anyhow::Error {
    let DoorError::Scouting(ScoutingError::Faults(list)) = &error else {
        return error.into();
    };
    if list.len() < 2 {
        return error.into();
    }
    let problem = error.problem(config.lang);
    let mut text = config.say("plusieurs fautes :", "several faults:").to_owned();
    for fault in &problem.faults {
        let value = match fault.value.is_empty() {
            true => String::new(),
            false => format!(" `{}`", fault.value),
        };
        let sign = config.say(" ;", ";");
        let line =
            format!("\n   · {} : {}{value}{sign} {}", fault.field, fault.reason, fault.way_out);
        text.push_str(&line);
    }
    anyhow::anyhow!(text)
}

fn whole(config: &Config, found: &StandingWire) -> String {
    let mut out = paragraph(
        "",
        &format!(
            "{} ({}) · {} {} · seq {}",
            found.territory.name,
            found.territory.id,
            config.say("au", "as of"),
            found.as_of,
            found.seq
        ),
    );
    out.push_str(&paragraph("", &found.text));
    for remark in &found.remarks {
        out.push_str(&paragraph("! ", remark));
    }
    if !found.priorities.is_empty() {
        out.push('\n');
        let columns = [
            Column::number(config.say("part", "share"), 5),
            Column::text(config.say("priorité", "priority"), 28),
            Column::text(config.say("en vigueur", "in force"), 24),
            Column::text(config.say("d’après", "according to"), 0),
        ];
        let rows: Vec<Vec<String>> = found
            .priorities
            .iter()
            .map(|priority| {
                let by = priority.submitted_by.iter().chain(&priority.document);
                let mut by: Vec<&str> = by.map(String::as_str).collect();
                if by.is_empty() {
                    by.push(&priority.source.source);
                }
                vec![
                    percent(config, priority.share, 0),
                    priority.label.clone(),
                    span(config, priority.start.as_deref(), priority.end.as_deref()),
                    by.join(", "),
                ]
            })
            .collect();
        out.push_str(&render(&columns, &rows));
    }
    if !found.periods.is_empty() {
        out.push('\n');
        out.push_str(
            config.say("Ce que ce territoire a déposé\n", "What this territory submitted\n"),
        );
        for one in &found.periods {
            out.push_str(&period(config, one));
        }
    }
    out
}

fn span(config: &Config, start: Option<&str>, end: Option<&str>) -> String {
    match (start, end) {
        (None, None) => config.say("sans date", "undated").to_owned(),
        (Some(start), None) => format!("{} {start}", config.say("depuis", "since")),
        (start, Some(end)) => format!("{} → {end}", start.unwrap_or("…")),
    }
}

fn period(config: &Config, period: &PeriodWire) -> String {
    let state = match period.state {
        Some("live") => config.say("en vigueur", "in force"),
        Some("to_come") => config.say("à venir", "to come"),
        Some("ended") => config.say("terminée", "over"),
        Some(_) => config.say("remplacée par une plus récente", "replaced by a later one"),
        None => "",
    };
    let each = |wish: &WishWire| format!("{} {}", wish.label, percent(config, wish.share, 0));
    let wishes = match period.no_priority {
        true => config.say("aucune priorité", "no priority").to_owned(),
        false => period.priorities.iter().map(each).collect::<Vec<_>>().join(", "),
    };
    let dates = format!("{} → {}", period.start, period.end.as_deref().unwrap_or("…"));
    let colon = config.say("\u{a0}: ", ": ");
    let mut line = format!("{dates} ({state}){colon}{wishes}");
    for part in [&period.submitted_by, &period.document].into_iter().flatten() {
        line.push_str(" · ");
        line.push_str(part);
    }
    paragraph("   · ", &line)
}

fn undone(config: &Config, found: &UndoneWire) -> String {
    let said = match (config.lang.as_str(), found.restored) {
        ("en", Some(seq)) => {
            format!("Revision {} is undone: revision {seq} stands again.", found.undone)
        }
        ("en", None) => {
            format!("Revision {} is undone: this territory submits nothing any more.", found.undone)
        }
        (_, Some(seq)) => format!(
            "Révision {} annulée : la révision {seq} est de nouveau en place.",
            found.undone
        ),
        (_, None) => {
            format!("Révision {} annulée : ce territoire ne dépose plus rien.", found.undone)
        }
    };
    format!("{}{}", paragraph("", &said), whole(config, &found.standing))
}

fn history_text(config: &Config, found: &HistoryWire) -> String {
    let name = format!("{} ({})", found.territory.name, found.territory.id);
    let mut out = paragraph("", &name);
    if found.versions.is_empty() {
        out.push_str(config.say("Aucune priorité déposée.\n", "No priority was submitted.\n"));
    }
    for version in &found.versions {
        out.push('\n');
        out.push_str(&version_text(config, version));
    }
    if found.total > found.versions.len() {
        let more = found.total - found.versions.len();
        out.push_str(&format!("\n… {more} {}\n", config.say("plus anciennes", "older ones")));
    }
    out
}

fn version_text(config: &Config, version: &VersionWire) -> String {
    let when: String = version.recorded_at.chars().take(16).collect();
    let mut line =
        format!("seq {} · {} · {}", version.seq, when.replace('T', " "), version.recorded_by);
    if version.stands {
        line.push_str(config.say(" · en place", " · stands"));
    }
    if let Some(reason) = &version.reason {
        line.push_str(" · ");
        line.push_str(reason);
    }
    let mut out = paragraph("", &line);
    if version.withdrawn {
        let said = config.say("Tout est retiré.", "Everything is withdrawn.");
        out.push_str(&paragraph("   · ", said));
    }
    for change in &version.changes {
        out.push_str(&paragraph("   · ", &change.text));
    }
    if version.changes.is_empty() && !version.withdrawn {
        out.push_str(&paragraph("   · ", config.say("Rien ne change.", "Nothing changes.")));
    }
    out
}

fn preview(config: &Config, found: &PreviewWire) -> String {
    let mut out = paragraph(
        "",
        &format!("{} ({}) · seq {}", found.territory.name, found.territory.id, found.seq),
    );
    for note in &found.notes {
        out.push_str(&paragraph("! ", note));
    }
    if !found.priorities.is_empty() {
        out.push('\n');
        let columns = [
            Column::text(config.say("priorité", "priority"), 40),
            Column::number(config.say("avant", "before"), 8),
            Column::number(config.say("après", "after"), 8),
        ];
        let rows: Vec<Vec<String>> = found
            .priorities
            .iter()
            .map(|moved| {
                vec![
                    moved.label.clone(),
                    percent(config, moved.before, 0),
                    percent(config, moved.after, 0),
                ]
            })
            .collect();
        out.push_str(&render(&columns, &rows));
    }
    out.push('\n');
    out.push_str(&paragraph("", &found.totals.text));
    for moved in &found.enterprises {
        let mark = match moved.way {
            "rises" => "   ↑ ",
            "falls" => "   ↓ ",
            "enters" => "   + ",
            "leaves" => "   − ",
            _ => "   = ",
        };
        out.push_str(&paragraph(mark, &moved.text));
    }
    let more = found.totals.enterprises.saturating_sub(found.enterprises.len());
    if more > 0 {
        out.push_str(&paragraph(
            "   … ",
            &format!("{} {}", more, config.say("autres (--limit)", "more (--limit)")),
        ));
    }
    out
}
