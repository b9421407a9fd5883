//! `essaim duplicates`, `merge`, `unmerge`: one organisation told twice.

use serde_json::json;

use crate::http::api::duplicates::shown;
use crate::http::error::DoorError;
use crate::http::extract;
use crate::http::wire::common::WithdrawnWire;
use crate::http::wire::duplicates::{DuplicateWire, DuplicatesWire, MergeWire, PairRowWire};
use crate::scouting::duplicates::{Ask, find, write};
use crate::scouting::writing::Manner;

use super::Outcome;
use super::args::{Duplicates, Merge, Unmerge};
use super::config::Config;
use super::observe::{operator, withdrawn};
use super::output::{print_list, print_one};
use super::table::paragraph;

/// Pairs shown when nobody says.
const SHOWN: usize = 20;

/// Lists the pairs; with `--apply`, merges those that may be.
///
/// # Errors
/// An unknown territory; a bad threshold; a write refused.
pub async fn run(config: &Config, asked: &Duplicates) -> anyhow::Result<Outcome> {
    let state = config.open().await?;
    let ask = Ask {
        territory: asked.territory.clone(),
        threshold: asked.threshold,
        sisters: asked.sisters,
        lang: config.lang,
    };
    let scene = state.scene(config.seq).await?;
    let found = find(&scene, &ask).map_err(DoorError::from)?;
    let list = DuplicatesWire::new(scene.seq, &found, config.limit(SHOWN)?);
    print_list(config, &list, |list| table(config, list))?;
    if asked.apply {
        let who = operator(asked.by.as_deref());
        let merged = write::apply(&state.scouting, &who, &ask, extract::today()).await;
        let count = merged.map_err(DoorError::from)?.len();
        eprintln!(
            "{}",
            config.say(
                &format!("{count} paires fusionnées ; `essaim unmerge A B` défait l’une d’elles."),
                &format!("{count} pairs merged; `essaim unmerge A B` undoes one of them."),
            )
        );
    }
    Ok(if list.total == 0 { Outcome::Nothing } else { Outcome::Found })
}

/// Says what two rows are.
///
/// # Errors
/// Those of the merge.
pub async fn merge(config: &Config, asked: &Merge) -> anyhow::Result<Outcome> {
    let state = config.open().await?;
    let verdict = match () {
        () if asked.sister => "sister",
        () if asked.different => "different",
        () => "same",
    };
    let body = json!({"kept": asked.kept, "other": asked.other, "verdict": verdict});
    let manner = Manner { reason: asked.reason.clone(), ..Manner::default() };
    let who = operator(asked.by.as_deref());
    let written = write::merge(&state.scouting, &who, &body, manner, extract::today()).await;
    let (row, _) = shown(&written.map_err(DoorError::from)?.revision)?;
    print_one(config, &row, |row| one(config, row))?;
    Ok(Outcome::Found)
}

/// Takes back what was said of two rows.
///
/// # Errors
/// Those of the withdrawal.
pub async fn unmerge(config: &Config, asked: &Unmerge) -> anyhow::Result<Outcome> {
    let state = config.open().await?;
    let reason = asked.reason.clone().unwrap_or_else(|| "fusion défaite".to_owned());
    let manner = Manner { reason: Some(reason), ..Manner::default() };
    let who = operator(asked.by.as_deref());
    let ended = write::unmerge(&state.scouting, &who, (&asked.a, &asked.b), manner).await;
    let ended = WithdrawnWire::from(&ended.map_err(DoorError::from)?);
    print_one(config, &ended, |ended| withdrawn(config, ended))?;
    Ok(Outcome::Found)
}

fn table(config: &Config, list: &DuplicatesWire) -> String {
    let mut out = String::new();
    for pair in &list.duplicates {
        out.push_str(&paragraph("• ", &pair_line(config, pair)));
        out.push_str(&paragraph("    ", &row_line(&pair.kept)));
        out.push_str(&paragraph("    ", &row_line(&pair.other)));
        out.push_str(&paragraph("    ", &pair.reasons.join(" ")));
    }
    let (total, mergeable, from) = (list.total, list.mergeable, list.merge_from);
    out.push_str(&paragraph(
        "",
        config.say(
            &format!(
                "{total} paires, dont {mergeable} assez sûres pour `--apply` (à partir de {from}) · seq {}",
                list.seq
            ),
            &format!(
                "{total} pairs, {mergeable} of them sure enough for `--apply` (from {from}) · seq {}",
                list.seq
            ),
        ),
    ));
    out
}

fn pair_line(config: &Config, pair: &DuplicateWire) -> String {
    let verdict = match pair.verdict {
        "same" => config.say("même organisation", "one organisation"),
        "sister" => config.say("même famille, deux fiches", "one family, two rows"),
        _ => config.say("à vérifier", "to check"),
    };
    format!("{verdict} ({:.0} %)", pair.probability * 100.0)
}

fn row_line(row: &PairRowWire) -> String {
    let more: Vec<&str> =
        [row.commune.as_deref(), row.number.as_deref()].into_iter().flatten().collect();
    let more = if more.is_empty() { String::new() } else { format!(" — {}", more.join(", ")) };
    format!("{}{more} [{}/{}]", row.name, row.kind, row.id)
}

fn one(config: &Config, row: &MergeWire) -> String {
    let (kept, other) = (&row.kept, &row.other);
    let said = match row.verdict {
        "same" => config.say("une seule organisation", "one organisation"),
        "sister" => config.say("même famille, deux fiches", "one family, two rows"),
        _ => config.say("deux organisations", "two organisations"),
    };
    let mut out = paragraph("• ", &format!("{kept} + {other} : {said} · seq {}", row.seq));
    if !row.reasons.is_empty() {
        out.push_str(&paragraph("    ", &row.reasons.join(" ")));
    }
    out
}
