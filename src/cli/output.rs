//! Writing results to stdout.

use std::io::{ErrorKind, Write as _};

use serde::Serialize;

use crate::http::csv::{self, Rows};

use super::config::{Config, Shape};

/// Writes `text` to stdout, with a line break at its end.
///
/// # Errors
/// When stdout refuses.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Writes a value as the API does: one line of JSON.
///
/// # Errors
/// When stdout refuses.
pub fn print_json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    print(&serde_json::to_string(value)?)
}

/// Writes a list in the shape asked; `table` makes the text for a person.
///
/// # Errors
/// When stdout refuses.
pub fn print_list<T: Serialize + Rows>(
    config: &Config,
    list: &T,
    table: impl FnOnce(&T) -> String,
) -> anyhow::Result<()> {
    match config.shape {
        Shape::Json => print_json(list),
        Shape::Csv => print(&csv::write(list)),
        Shape::Table => print(&table(list)),
        other => Err(other.refused(&["table", "json", "csv"]).into()),
    }
}

/// Writes one thing in the shape asked; it has no CSV.
///
/// # Errors
/// When CSV is asked, or stdout refuses.
pub fn print_one<T: Serialize>(
    config: &Config,
    value: &T,
    text: impl FnOnce(&T) -> String,
) -> anyhow::Result<()> {
    match config.shape {
        Shape::Json => print_json(value),
        Shape::Table => print(&text(value)),
        other => Err(other.refused(&["table", "json"]).into()),
    }
}

/// Whether the reader of our output went away (`essaim … | head`): nothing to complain of.
#[must_use]
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == ErrorKind::BrokenPipe)
    })
}
