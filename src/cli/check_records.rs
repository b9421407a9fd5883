//! `essaim check --records`: the records worth a visit first, with what lacks, how old, how
//! sure. The log is only read.

use crate::catalogue::store::Store;
use crate::http::api::records::kind;
use crate::http::error::DoorError;
use crate::http::wire::quality::{RecordWire, RecordsWire};
use crate::scouting::quality::{RecordsAsk, of_store};

use super::Outcome;
use super::args::Check;
use super::config::Config;
use super::log;
use super::output::print_list;
use super::table::{Column, paragraph, render};

/// Records shown beside the rest of a check.
const SHOWN_BESIDE: usize = 10;
/// Records shown alone.
const SHOWN_ALONE: usize = 20;
/// Missing fields named in a table; the others are counted.
const MISSING_NAMED: usize = 4;

/// Reads the records and prints them.
///
/// # Errors
/// No catalogue there; unknown kind or territory; a log or a dataset that cannot be read.
pub async fn run(config: &Config, asked: &Check) -> anyhow::Result<Outcome> {
    let address = log::present(config)?;
    let ask = ask(config, asked)?;
    let store = Store::open_to_check(&address).await.map_err(|error| log::said(config, error))?;
    let found = answer(config, &store, &ask).await?;
    print_list(config, &found, |found| whole(config, found))?;
    Ok(if found.total == 0 { Outcome::Nothing } else { Outcome::Found })
}

/// What is asked of the records.
///
/// # Errors
/// Unknown kind, bad date or limit.
pub fn ask(config: &Config, asked: &Check) -> Result<RecordsAsk, DoorError> {
    Ok(RecordsAsk {
        kind: kind(asked.kind.as_deref())?,
        territory: asked.territory.clone(),
        as_of: config.as_of()?,
        start: 0,
        limit: config.limit(if asked.records { SHOWN_ALONE } else { SHOWN_BESIDE })?,
    })
}

/// The records of the log as it stands.
///
/// # Errors
/// Unknown territory; a log or a dataset that cannot be read.
pub async fn answer(
    config: &Config,
    store: &Store,
    ask: &RecordsAsk,
) -> Result<RecordsWire, DoorError> {
    let (world, seq, listed) = of_store(store, ask.clone()).await?;
    Ok(RecordsWire::new(&world, seq, ask.as_of, &listed, None, config.lang))
}

fn whole(config: &Config, found: &RecordsWire) -> String {
    let mut out = table(config, &found.records);
    out.push('\n');
    let place = found.territory.as_ref().map(|territory| territory.name.as_str());
    out.push_str(&paragraph(
        "",
        &format!(
            "{}{} {} · {} {} · {} {} · {} {}",
            place.map(|name| format!("{name} · ")).unwrap_or_default(),
            found.total,
            config.say("fiches en tout", "records in all"),
            found.sure,
            config.say("sûres", "sure"),
            found.to_confirm,
            config.say("à confirmer", "to confirm"),
            found.doubtful,
            config.say("douteuses", "doubtful"),
        ),
    ));
    out.push_str(&paragraph("", &found.order));
    out
}

/// The records as a table: who, why first, what lacks, how old, how sure.
#[must_use]
pub fn table(config: &Config, records: &[RecordWire]) -> String {
    if records.is_empty() {
        return config.say("Aucune fiche.\n", "No record.\n").to_owned();
    }
    let columns = [
        Column::text(config.say("à visiter d’abord", "to visit first"), 18),
        Column::text(config.say("pourquoi", "why"), 20),
        Column::text(config.say("il manque", "lacks"), 0),
        Column::text(config.say("âge", "age"), 13),
        Column::text(config.say("sûreté", "sureness"), 20),
    ];
    let rows: Vec<Vec<String>> = records.iter().map(|record| row(config, record)).collect();
    render(&columns, &rows)
}

fn row(config: &Config, record: &RecordWire) -> Vec<String> {
    let quality = &record.quality;
    let place = record.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
    let named = quality.missing.iter().take(MISSING_NAMED).map(|field| field.label.as_str());
    let mut missing = named.collect::<Vec<_>>().join(", ");
    let others = quality.missing.len().saturating_sub(MISSING_NAMED);
    if others > 0 {
        missing.push_str(&format!(" {} {others}", config.say("et encore", "and more:")));
    }
    let reasons = quality.sureness.reasons.join(", ");
    let colon = config.say("\u{a0}: ", ": ");
    vec![
        format!("{}{place}", record.name),
        record.visit.reasons.join(", "),
        missing,
        quality.age.text.clone(),
        format!("{}{colon}{reasons}", quality.sureness.label),
    ]
}
