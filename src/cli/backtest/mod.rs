//! `essaim backtest`: known implantations replayed, beside four baselines.

mod file;
mod table;
mod wire;
mod words;

use std::path::Path;

use anyhow::Context as _;

use crate::domain::lang::Lang;
use crate::evaluation::backtest::backtest;
use crate::evaluation::backtest::truth::resolve;
use crate::http::error::DoorError;
use crate::imports::ledger::LedgerEntry;

use super::Outcome;
use super::args::Backtest;
use super::config::Config;
use super::output::print_list;

pub use wire::BacktestWire;
use wire::RefusedWire;

/// Events of the table when `--limit` says nothing.
const SHOWN: usize = 20;

/// Replays and prints; a file that was processed ends with 0, whatever it held.
///
/// # Errors
/// A file that cannot be read or has not its columns; an index that fails.
pub async fn run(config: &Config, asked: &Backtest) -> anyhow::Result<Outcome> {
    let shown = config.limit(SHOWN)?;
    let today = config.as_of()?;
    let truth = file::read(&bytes(&asked.truth, config)?)?;
    let state = config.open().await?;
    let scene = state.scene(config.seq).await?;
    let resolved = resolve(&scene, truth.rows, today.year());
    let found = backtest(&scene, resolved).map_err(DoorError::from)?;
    let unreadable = truth.unreadable.iter().map(|entry| refused(entry, config.lang)).collect();
    let answer = BacktestWire::new(&found, unreadable, config.lang);
    print_list(config, &answer, |answer| table::table(config, answer, shown))?;
    Ok(Outcome::Found)
}

fn bytes(path: &Path, config: &Config) -> anyhow::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(path).with_context(|| {
        format!("{} `{}`", config.say("fichier illisible", "unreadable file"), path.display())
    })
}

fn refused(entry: &LedgerEntry, lang: Lang) -> RefusedWire {
    let problem = &entry.problem;
    let reason = match lang {
        Lang::Fr => format!("{}\u{a0}; {}", problem.reason_fr, problem.way_out_fr),
        Lang::En => format!("{}; {}", problem.reason_en, problem.way_out_en),
    };
    RefusedWire {
        line: entry.line,
        enterprise: String::new(),
        territory: String::new(),
        year: String::new(),
        reason,
    }
}
