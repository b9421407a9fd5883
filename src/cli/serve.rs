//! `essaim serve`: the API, until SIGINT or SIGTERM.

use anyhow::Context as _;
use tokio::net::TcpListener;

use crate::http::{router, serve};

use super::Outcome;
use super::args::Serve;
use super::config::Config;

/// Listens first, so that a port already taken is told at once, then opens the catalogue.
///
/// # Errors
/// An address that cannot be listened at; a catalogue that cannot be opened.
pub async fn run(config: &Config, asked: &Serve) -> anyhow::Result<Outcome> {
    let address = asked.listen.as_deref().unwrap_or(&config.listen);
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "{} `{address}`",
            config.say("impossible d’écouter à l’adresse", "cannot listen at")
        )
    })?;
    let state = config.open().await?;
    let at = listener.local_addr()?;
    eprintln!(
        "essaim: {} http://{at} — {} http://{at}{}",
        config.say("à l’écoute sur", "listening at"),
        config.say("documentation :", "documentation:"),
        crate::http::docs::PAGE
    );
    if !at.ip().is_loopback() {
        eprintln!(
            "essaim: {}",
            config.say(
                "attention : l’adresse est ouverte au réseau, et les lectures sont sans clé",
                "warning: this address is open to the network, and reads need no key"
            )
        );
    }
    serve::serve(listener, router(state)).await?;
    Ok(Outcome::Found)
}
