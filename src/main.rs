//! The command: arguments, tracing, exit code; nothing else.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::io::IsTerminal as _;

fn main() -> std::process::ExitCode {
    // Messages go to stderr: stdout holds results only.
    tracing_subscriber::fmt()
        .with_env_filter(essaim::cli::log_filter())
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    essaim::cli::run()
}
