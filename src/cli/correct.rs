//! `essaim correct`: corrects what the annotator read of a row, or takes a correction back.

use serde_json::{Map, Value, json};

use crate::http::api::annotations::shown;
use crate::http::error::DoorError;
use crate::http::wire::annotations::{AnnotationWire, CarriedWire};
use crate::http::wire::common::WithdrawnWire;
use crate::scouting::field::annotations;
use crate::scouting::writing::Manner;

use super::Outcome;
use super::args::Correct;
use super::config::Config;
use super::observe::{operator, withdrawn};
use super::output::print_one;
use super::table::paragraph;

/// Corrects, then prints what changed.
///
/// # Errors
/// Those of the correction.
pub async fn run(config: &Config, asked: Correct) -> anyhow::Result<Outcome> {
    let state = config.open().await?;
    let who = operator(asked.by.as_deref());
    let manner = Manner { reason: asked.reason.clone(), ..Manner::default() };
    if asked.withdraw {
        let id = format!("{}/{}", asked.kind, asked.id);
        let ended = annotations::withdraw(&state.scouting, &who, &id, manner).await;
        let ended = WithdrawnWire::from(&ended.map_err(DoorError::from)?);
        print_one(config, &ended, |ended| withdrawn(config, ended))?;
        return Ok(Outcome::Found);
    }
    let written = annotations::correct(&state.scouting, &who, &body(&asked), manner).await;
    let written = written.map_err(DoorError::from)?;
    let (row, _) = shown(&written.scene, &written.revision, config.lang)?;
    print_one(config, &row, |row| text(config, row))?;
    Ok(Outcome::Found)
}

/// The body that the API would be sent; `need:velo:0.5` is a kind, an id and a weight.
fn body(asked: &Correct) -> Value {
    let concept = |typed: &String| {
        let mut parts = typed.split(':');
        let mut one = Map::new();
        for name in ["kind", "id"] {
            if let Some(part) = parts.next() {
                one.insert(name.to_owned(), Value::from(part.trim()));
            }
        }
        if let Some(weight) = parts.next() {
            let number = weight.trim().replace(',', ".").parse::<f64>();
            one.insert("weight".to_owned(), number.map_or_else(|_| weight.into(), Value::from));
        }
        Value::Object(one)
    };
    let mut body = Map::new();
    body.insert(asked.kind.clone(), json!(asked.id));
    body.insert("add".to_owned(), asked.add.iter().map(concept).collect());
    body.insert("remove".to_owned(), asked.remove.iter().map(concept).collect());
    for (name, value) in [("note", &asked.note), ("source", &asked.source)] {
        if let Some(value) = value {
            body.insert(name.to_owned(), Value::from(value.as_str()));
        }
    }
    Value::Object(body)
}

fn text(config: &Config, row: &AnnotationWire) -> String {
    let name = row.name.as_deref().unwrap_or(&row.row_id);
    let mut out = paragraph("", &format!("{name} ({}) · seq {}", row.id, row.seq));
    let words = |one: &CarriedWire| {
        let label = one.concept.label.as_deref().unwrap_or(&one.concept.id);
        format!("{label} ({}:{})", one.concept.kind, one.concept.id)
    };
    let only = |list: &[CarriedWire], other: &[CarriedWire]| -> Vec<String> {
        list.iter().filter(|one| !other.contains(one)).map(words).collect()
    };
    let (before, after) = (&row.before.concepts, &row.after.concepts);
    for (title, list) in [
        (config.say("+ ajouté : ", "+ added: "), only(after, before)),
        (config.say("− retiré : ", "− removed: "), only(before, after)),
    ] {
        if !list.is_empty() {
            out.push_str(&paragraph(title, &list.join(", ")));
        }
    }
    if row.before.answers != row.after.answers {
        let (was, is) = (row.before.answers.len(), row.after.answers.len());
        let title = config.say("réponses : ", "answers: ");
        out.push_str(&paragraph(title, &format!("{was} → {is}")));
    }
    out
}
