//! The command line: one file per subcommand, each a door to one `scouting` function.
//!
//! Results on stdout, messages and progress on stderr. Exit 0 when something was found, 1
//! when a single question found nothing, 2 on an error. `--format json` prints exactly the
//! API's answer.

pub mod annotate;
pub mod args;
pub mod args_field;
pub mod backtest;
pub mod backup;
pub mod board;
pub mod calibration;
pub mod check;
pub mod check_records;
pub mod cohort;
pub mod compare;
pub mod config;
pub mod confirm;
pub mod correct;
pub mod decide;
pub mod demand;
pub mod duplicates;
pub mod erase;
pub mod explain;
pub mod export;
pub mod following;
pub mod gaps;
pub mod help;
pub mod history;
pub mod import;
pub mod key;
pub mod log;
pub mod matching;
pub mod messages;
pub mod observe;
pub mod output;
pub mod priorities;
pub mod profiles;
pub mod restore;
pub mod search;
pub mod secret;
pub mod serve;
pub mod sources;
pub mod steps;
pub mod table;
pub mod territory;
pub mod text;
pub mod tour;
pub mod why_not;
pub mod zone;

use std::process::ExitCode;

use clap::Parser as _;

use crate::domain::lang::Lang;
use crate::http::error::DoorError;

use args::{Args, Command};
use config::Config;

/// Whether a question found something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Exit code 0; also a batch that was processed.
    Found,
    /// Exit code 1.
    Nothing,
}

/// Reads the arguments, answers, and gives the exit code.
#[must_use]
pub fn run() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return help::show(&error),
    };
    let spoken = args.globals.lang.as_deref().and_then(Lang::parse).unwrap_or_default();
    let answered = Config::read(&args.globals).and_then(|config| {
        messages::start(config.log_json);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime
            .block_on(answer(&config, args.command))
            .map_err(|error| Spoken::wrap(error, config.lang))
    });
    match answered {
        Ok(Outcome::Found) => ExitCode::SUCCESS,
        Ok(Outcome::Nothing) => ExitCode::from(1),
        Err(error) => {
            if !output::is_closed_pipe(&error) {
                eprintln!("essaim: {}", said(&error, spoken));
            }
            ExitCode::from(2)
        }
    }
}

async fn answer(config: &Config, command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Serve(asked) => serve::run(config, &asked).await,
        Command::Match(asked) => matching::run(config, asked).await,
        Command::Cohort(asked) => cohort::run(config, asked).await,
        Command::Compare(asked) => compare::run(config, asked).await,
        Command::WhyNot(asked) => why_not::run(config, asked).await,
        Command::Explain(asked) => explain::run(config, asked).await,
        Command::Search(asked) => search::run(config, asked).await,
        Command::Gaps(asked) => gaps::run(config, asked).await,
        Command::Annotate(asked) => annotate::run(config, &asked).await,
        Command::Board(asked) => board::run(config, asked).await,
        Command::Calibration(asked) => calibration::run(config, asked).await,
        Command::Demand(asked) => demand::run(config, asked).await,
        Command::Duplicates(asked) => duplicates::run(config, &asked).await,
        Command::Merge(asked) => duplicates::merge(config, &asked).await,
        Command::Unmerge(asked) => duplicates::unmerge(config, &asked).await,
        Command::Decide(asked) => decide::run(config, asked).await,
        Command::Backtest(asked) => backtest::run(config, &asked).await,
        Command::Backup(asked) => backup::run(config, &asked).await,
        Command::Check(asked) => check::run(config, &asked).await,
        Command::Erase(asked) => erase::run(config, &asked).await,
        Command::Export(asked) => export::run(config, &asked).await,
        Command::Import(asked) => import::run(config, &asked).await,
        Command::History(asked) => history::run(config, &asked).await,
        Command::Restore(asked) => restore::run(config, &asked).await,
        Command::Key(asked) => key::run(config, &asked).await,
        Command::Priorities(asked) => priorities::run(config, &asked).await,
        Command::Confirm(asked) => confirm::run(config, asked).await,
        Command::Correct(asked) => correct::run(config, asked).await,
        Command::Observe(asked) => observe::run(config, asked).await,
        Command::Profiles(asked) => profiles::run(config, &asked).await,
        Command::Zone(asked) => zone::run(config, asked).await,
        Command::Sources(asked) => sources::run(config, asked).await,
        Command::Territory(asked) => territory::run(config, &asked).await,
        Command::Tour(asked) => tour::run(config, asked).await,
    }
}

/// An error with the language the configuration settled on.
#[derive(Debug)]
struct Spoken {
    cause: anyhow::Error,
    lang: Lang,
}

impl Spoken {
    fn wrap(cause: anyhow::Error, lang: Lang) -> anyhow::Error {
        anyhow::Error::new(Self { cause, lang })
    }
}

impl std::fmt::Display for Spoken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", said(&self.cause, self.lang))
    }
}

impl std::error::Error for Spoken {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause.as_ref())
    }
}

/// The words of an error: those of the one table where it comes from a use case.
fn said(error: &anyhow::Error, lang: Lang) -> String {
    if let Some(spoken) = error.downcast_ref::<Spoken>() {
        return said(&spoken.cause, spoken.lang);
    }
    if let Some(door) = error.downcast_ref::<DoorError>() {
        return door_said(door, lang);
    }
    format!("{error:#}")
}

/// On this machine the person who asks is the one who can repair: the cause is told.
fn door_said(error: &DoorError, lang: Lang) -> String {
    let problem = error.problem(lang);
    if problem.status < 500 {
        return problem.detail;
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    // Where there is a way out to tell, it is told before the cause.
    match problem.code {
        "unavailable" | "internal_error" => format!("{} ({text})", problem.title),
        _ => format!("{} ({text})", problem.detail),
    }
}
