//! `essaim demand`: what people asked for and found little of.

use crate::http::api::demand::answer;
use crate::http::wire::demand::DemandWire;

use super::Outcome;
use super::args::Demand;
use super::config::Config;
use super::output::print_list;
use super::table::{Column, paragraph, render};

/// Reads and prints.
///
/// # Errors
/// Unknown territory, bad date, a database that refuses.
pub async fn run(config: &Config, asked: Demand) -> anyhow::Result<Outcome> {
    let as_of = config.as_of()?;
    let state = config.open().await?;
    let found = answer(&state, asked.territory.as_deref(), as_of, config.lang).await?;
    print_list(config, &found, |found| table(config, found))?;
    Ok(if found.total == 0 { Outcome::Nothing } else { Outcome::Found })
}

fn table(config: &Config, found: &DemandWire) -> String {
    let mut out = String::new();
    if found.entries.is_empty() {
        out.push_str(config.say("Aucune demande à montrer.\n", "No demand to show.\n"));
    } else {
        let columns = [
            Column::text(config.say("période", "period"), 8),
            Column::text(config.say("où", "where"), 26),
            Column::text(config.say("demandé", "asked for"), 0),
            Column::number(config.say("fois", "times"), 6),
            Column::number(config.say("trouvé au plus", "found at most"), 8),
        ];
        let rows: Vec<Vec<String>> = found
            .entries
            .iter()
            .map(|entry| {
                let place = entry.territory.as_ref().map(|place| place.name.clone());
                vec![
                    entry.period.clone(),
                    place.unwrap_or_else(|| {
                        config.say("sans lieu ou en petit nombre", "no place, or few").to_owned()
                    }),
                    entry.label.clone(),
                    entry.asked.to_string(),
                    entry.found_at_most.to_string(),
                ]
            })
            .collect();
        out.push_str(&render(&columns, &rows));
    }
    if found.hidden {
        out.push_str(config.say(
            "D’autres demandes sont trop rares pour être montrées.\n",
            "Other requests are too rare to be shown.\n",
        ));
    }
    out.push('\n');
    out.push_str(&paragraph("", &found.note));
    out
}
