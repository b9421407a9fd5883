//! Messages of the program, on stderr: stdout holds results only.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// What is said: `ESSAIM_LOG`, our own news and others' warnings when it says nothing.
#[must_use]
pub fn filter() -> EnvFilter {
    // tantivy tells each commit at info level: too much for a person.
    let asked = std::env::var("ESSAIM_LOG").unwrap_or_default();
    let asked = if asked.trim().is_empty() { "warn,essaim=info,sqlx=error" } else { asked.trim() };
    EnvFilter::try_new(asked).unwrap_or_else(|_| EnvFilter::new("warn"))
}

/// Starts saying, one line each: text for a person, or JSON for a collector.
///
/// A second start changes nothing.
pub fn start(json: bool) {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter())
        .with_writer(std::io::stderr)
        .with_ansi(!json && std::io::stderr().is_terminal());
    // Started already: whoever was first keeps the pen.
    let _ = if json {
        lines.json().flatten_event(true).with_span_list(false).try_init()
    } else {
        lines.try_init()
    };
}
