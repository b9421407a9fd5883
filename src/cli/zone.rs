//! `essaim zone`: draws a zone, changes it, or ends it.

use serde_json::{Map, Value, json};

use crate::http::api::zones::shown;
use crate::http::error::DoorError;
use crate::http::wire::common::WithdrawnWire;
use crate::http::wire::zones::ZoneWire;
use crate::scouting::writing::Manner;
use crate::scouting::zones;

use super::Outcome;
use super::args::Zone;
use super::config::Config;
use super::observe::{operator, withdrawn};
use super::output::print_one;
use super::table::paragraph;
use super::text::thousands;

/// Draws or ends, then prints.
///
/// # Errors
/// Those of the zone.
pub async fn run(config: &Config, asked: Zone) -> anyhow::Result<Outcome> {
    let state = config.open().await?;
    let who = operator(asked.by.as_deref());
    let manner = Manner { reason: asked.reason.clone(), ..Manner::default() };
    if asked.end {
        let ended = zones::end(&state.scouting, &who, &asked.id, manner).await;
        let ended = WithdrawnWire::from(&ended.map_err(DoorError::from)?);
        print_one(config, &ended, |ended| withdrawn(config, ended))?;
        return Ok(Outcome::Found);
    }
    let written = zones::draw(&state.scouting, &who, &asked.id, &body(&asked), manner).await;
    let written = written.map_err(DoorError::from)?;
    let (zone, _) = shown(&written.scene, &written.revision)?;
    print_one(config, &zone, |zone| text(config, zone))?;
    Ok(Outcome::Found)
}

/// The body that the API would be sent.
fn body(asked: &Zone) -> Value {
    let mut body = Map::new();
    if let Some(name) = &asked.name {
        body.insert("name".to_owned(), Value::from(name.as_str()));
    }
    body.insert("communes".to_owned(), json!(asked.communes));
    Value::Object(body)
}

fn text(config: &Config, zone: &ZoneWire) -> String {
    let communes: Vec<String> =
        zone.communes.iter().map(|commune| format!("{} ({})", commune.name, commune.id)).collect();
    let mut out = paragraph(
        "",
        &format!(
            "{} ({}) · {} {} · seq {}",
            zone.name,
            zone.id,
            thousands(zone.population),
            config.say("habitants", "inhabitants"),
            zone.seq
        ),
    );
    out.push_str(&paragraph("   ", &communes.join(", ")));
    out
}
