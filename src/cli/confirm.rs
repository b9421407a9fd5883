//! `essaim confirm`: what a person knows of an enterprise in a territory; writes, takes back,
//! lists.

use serde_json::{Map, Value};

use crate::http::api::confirmations::{answer_list, shown};
use crate::http::error::DoorError;
use crate::http::extract;
use crate::http::wire::common::WithdrawnWire;
use crate::http::wire::confirmations::{ConfirmationWire, ConfirmationsWire};
use crate::scouting::field::confirmations::{self, Named};
use crate::scouting::writing::Manner;

use super::Outcome;
use super::args::Confirm;
use super::config::Config;
use super::observe::{operator, withdrawn};
use super::output::{print_list, print_one};
use super::table::paragraph;

/// Writes or lists, then prints.
///
/// # Errors
/// Those of the confirmation.
pub async fn run(config: &Config, asked: Confirm) -> anyhow::Result<Outcome> {
    let state = config.open().await?;
    let who = operator(asked.by.as_deref());
    let manner = Manner { reason: asked.reason.clone(), ..Manner::default() };
    let (Some(enterprise), Some(item)) = (&asked.enterprise, &asked.item) else {
        let scene = state.scene(config.seq).await?;
        let of = asked.enterprise.as_deref();
        let list = answer_list(&state, &scene, &asked.territory, of, config.lang).await?;
        print_list(config, &list, table)?;
        return Ok(if list.total == 0 { Outcome::Nothing } else { Outcome::Found });
    };
    if asked.withdraw {
        let named =
            Named { territory: &asked.territory, enterprise, item, actor: asked.actor.as_deref() };
        let ended = confirmations::withdraw(&state.scouting, &who, named, manner).await;
        let ended = WithdrawnWire::from(&ended.map_err(DoorError::from)?);
        print_one(config, &ended, |ended| withdrawn(config, ended))?;
        return Ok(Outcome::Found);
    }
    let (body, today) = (body(&asked), extract::today());
    let of = asked.territory.as_str();
    let written = confirmations::record(&state.scouting, &who, of, &body, manner, today).await;
    let written = written.map_err(DoorError::from)?;
    let row = shown(&written.scene, &written.revision, config.lang)?;
    print_one(config, &row, one)?;
    Ok(Outcome::Found)
}

/// The body that the API would be sent.
fn body(asked: &Confirm) -> Value {
    let mut body = Map::new();
    let words = [
        ("enterprise", &asked.enterprise),
        ("item", &asked.item),
        ("state", &asked.state),
        ("actor", &asked.actor),
        ("note", &asked.note),
        ("source", &asked.source),
        ("date", &asked.date),
        ("by", &asked.by),
    ];
    for (name, value) in words {
        if let Some(value) = value {
            body.insert(name.to_owned(), Value::from(value.as_str()));
        }
    }
    Value::Object(body)
}

fn table(list: &ConfirmationsWire) -> String {
    let mut out: String = list.confirmations.iter().map(one).collect();
    out.push_str(&paragraph("", &format!("{} · seq {}", list.total, list.seq)));
    out
}

fn one(row: &ConfirmationWire) -> String {
    let name = row.enterprise.name.as_deref().unwrap_or(&row.enterprise.id);
    let actor = row.actor.as_ref().map(|actor| {
        let name = actor.name.as_deref().unwrap_or(&actor.id);
        format!(" ({name})")
    });
    let read: Vec<&str> = row.read_by.iter().map(|reader| reader.label.as_str()).collect();
    let by = row.by.as_ref().map(|by| format!("{by}, ")).unwrap_or_default();
    let mut out = paragraph(
        "• ",
        &format!(
            "{name} : {}{} = {} — {by}{} → {}",
            row.item,
            actor.unwrap_or_default(),
            row.state,
            row.date,
            read.join(", ")
        ),
    );
    let note = row.note.as_ref().map(|note| format!("« {note} » ")).unwrap_or_default();
    out.push_str(&paragraph("    ", &format!("{note}[{}] · seq {}", row.source.source, row.seq)));
    out
}
