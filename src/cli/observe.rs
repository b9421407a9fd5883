//! `essaim observe`: what the field reports of a territory; writes, corrects, takes back, lists.

use serde_json::{Map, Value};

use crate::access::Identity;
use crate::http::api::observations::{ListAsked, answer_list, row_of};
use crate::http::error::DoorError;
use crate::http::extract;
use crate::http::wire::common::WithdrawnWire;
use crate::http::wire::observations::{ObservationRowWire, ObservationsWire, OtherWire};
use crate::scouting::field::observations;
use crate::scouting::writing::Manner;

use super::Outcome;
use super::args::Observe;
use super::config::Config;
use super::output::{print_list, print_one};
use super::table::paragraph;
use super::text::decimal;

/// Writes or lists, then prints.
///
/// # Errors
/// Those of the observation.
pub async fn run(config: &Config, asked: Observe) -> anyhow::Result<Outcome> {
    let state = config.open().await?;
    let who = operator(asked.by.as_deref());
    let manner = Manner { reason: asked.reason.clone(), ..Manner::default() };
    if let Some(id) = &asked.withdraw {
        let of = (asked.territory.as_str(), id.as_str());
        let ended = observations::withdraw(&state.scouting, &who, of, manner).await;
        let ended = WithdrawnWire::from(&ended.map_err(DoorError::from)?);
        print_one(config, &ended, |ended| withdrawn(config, ended))?;
        return Ok(Outcome::Found);
    }
    if asked.text.is_none() {
        let (limit, as_of) = (config.limit(100)?, config.as_of()?);
        let scene = state.scene(config.seq).await?;
        let asked = ListAsked {
            territory: asked.territory,
            need: asked.need,
            limit,
            as_of,
            lang: config.lang,
        };
        let list = answer_list(&state, scene, asked).await?;
        print_list(config, &list, |list| table(config, list))?;
        return Ok(if list.total == 0 { Outcome::Nothing } else { Outcome::Found });
    }
    let (body, today) = (body(&asked), extract::today());
    let written = match &asked.correct {
        Some(id) => {
            let of = (asked.territory.as_str(), id.as_str());
            observations::correct(&state.scouting, &who, of, &body, manner, today).await
        }
        None => {
            let of = asked.territory.as_str();
            observations::record(&state.scouting, &who, of, &body, manner, today).await
        }
    };
    let row = row_of(&state, written.map_err(DoorError::from)?, today, config.lang).await?;
    print_one(config, &row, |row| one(config, row))?;
    Ok(Outcome::Found)
}

/// Who writes at the machine: the organisation named, else `local`.
pub(super) fn operator(by: Option<&str>) -> Identity {
    Identity::operator(by.unwrap_or("local"))
}

/// The body that the API would be sent.
fn body(asked: &Observe) -> Value {
    let mut body = Map::new();
    let words = [
        ("text", &asked.text),
        ("need", &asked.need),
        ("public", &asked.public),
        ("step", &asked.step),
        ("theme", &asked.theme),
        ("trend", &asked.trend),
        ("date", &asked.date),
        ("source", &asked.source),
        ("licence", &asked.licence),
        ("by", &asked.by),
    ];
    for (name, value) in words {
        if let Some(value) = value {
            body.insert(name.to_owned(), Value::from(value.as_str()));
        }
    }
    for (name, value) in [("severity", asked.severity), ("confidence", asked.confidence)] {
        if let Some(value) = value {
            body.insert(name.to_owned(), Value::from(value));
        }
    }
    Value::Object(body)
}

/// A row that was taken back, in one line.
pub(super) fn withdrawn(config: &Config, ended: &WithdrawnWire) -> String {
    let reason = ended.reason.as_deref().unwrap_or_default();
    let said = config.say("retirée ; elle reste dans l’historique", "withdrawn; its history stays");
    paragraph("✗ ", &format!("{} {said} — {reason} (seq {})", ended.id, ended.seq))
}

fn table(config: &Config, list: &ObservationsWire) -> String {
    let mut out = String::new();
    for row in &list.observations {
        out.push_str(&one(config, row));
        out.push('\n');
    }
    let shown = list.observations.len();
    let of = config.say("observations, au", "observations, as of");
    out.push_str(&paragraph("", &format!("{shown}/{} {of} {}", list.total, list.as_of)));
    out
}

fn one(config: &Config, row: &ObservationRowWire) -> String {
    let by = row.by.as_deref().unwrap_or_default();
    let mut out = paragraph(
        "• ",
        &format!(
            "« {} » — {by}, {} · {} {}",
            row.text,
            row.date,
            config.say("gravité", "severity"),
            decimal(config, row.severity, 2)
        ),
    );
    for need in &row.needs {
        let how = match (need.concept.how, &need.concept.because) {
            ("stated", _) => config.say("déclaré", "stated").to_owned(),
            ("corrected", _) => config.say("corrigé", "corrected").to_owned(),
            (_, Some(words)) => format!("{} « {words} »", config.say("lu dans", "read in")),
            (_, None) => config.say("lu", "read").to_owned(),
        };
        let text = format!("{} ({}) : {how}", need.concept.label, need.concept.id);
        out.push_str(&paragraph("    → ", &text));
    }
    out.push_str(&paragraph("    ", &row.note));
    let others = |out: &mut String, title: &str, list: &[OtherWire]| {
        for other in list {
            let by = other.by.as_deref().unwrap_or_default();
            let text = format!("{title} {by}, {} : « {} » ({})", other.date, other.text, other.id);
            out.push_str(&paragraph("    ", &text));
        }
    };
    others(&mut out, config.say("= confirmé par", "= confirmed by"), &row.corroborated_by);
    others(&mut out, config.say("≠ contredit par", "≠ contradicted by"), &row.contradicted_by);
    let line = format!("{} · [{}] · seq {}", row.id, row.source.source, row.seq);
    out.push_str(&paragraph("    ", &line));
    out
}
