//! `essaim serve`: the API, until SIGINT or SIGTERM.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use tokio::net::TcpListener;

use crate::access::Keyring;
use crate::http::error::DoorError;
use crate::http::settings::Settings;
use crate::http::{AppState, router, serve};
use crate::scouting::Following;
use crate::scouting::demand::keep_flushing;
use crate::scouting::error::ScoutingError;

use super::Outcome;
use super::args::Serve;
use super::config::Config;
use super::secret;

/// Listens first, so that a port already taken is told at once, then opens the catalogue.
///
/// # Errors
/// An address that cannot be listened at; a setting that cannot be read; a catalogue that
/// cannot be opened; an address of the network without a key.
pub async fn run(config: &Config, asked: &Serve) -> anyhow::Result<Outcome> {
    let address = asked.listen.as_deref().unwrap_or(&config.listen);
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "{} `{address}`",
            config.say("impossible d’écouter à l’adresse", "cannot listen at")
        )
    })?;
    let at = listener.local_addr()?;
    let settings = Settings::read(&door(config, asked), at.ip().is_loopback())?;
    // Before the catalogue is read whole: a refusal comes at once.
    let keys = living_keys(config).await?;
    if exposed(&settings, at) && keys == 0 && !settings.without_keys {
        bail!("{}", without_key(config, at));
    }
    let secret = secret::of_service(config)?;
    let state = config.open_with(settings).await?.signed_with(&secret);
    eprintln!(
        "essaim: {} http://{at} — {} http://{at}{}",
        config.say("à l’écoute sur", "listening at"),
        config.say("documentation :", "documentation:"),
        crate::http::docs::PAGE
    );
    eprintln!("essaim: {}", doors(config, &state, keys));
    let _following = Following::start(&state.scouting);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopped = async move { drop(stopped.await) };
    let flushing = tokio::spawn(keep_flushing(Arc::clone(&state.scouting), stopped));
    let served = serve::serve(listener, router(state)).await;
    drop(stop);
    flushing.await?;
    served?;
    Ok(Outcome::Found)
}

/// The settings of the door: flags over what the configuration found.
fn door(config: &Config, asked: &Serve) -> BTreeMap<String, String> {
    let yes = |set: bool| set.then(|| "true".to_owned());
    let mut door = config.door.clone();
    let flags = [
        ("open_reads", yes(asked.open_reads)),
        ("without_keys", yes(asked.without_keys)),
        ("trust_proxy", asked.trust_proxy.clone()),
        ("tls", yes(asked.tls)),
        ("rate", asked.rate.clone()),
        ("rate_burst", asked.rate_burst.clone()),
        ("at_once", asked.at_once.clone()),
        ("time_limit", asked.time_limit.clone()),
        ("body_limit", asked.body_limit.clone()),
    ];
    for (name, value) in flags {
        if let Some(value) = value {
            door.insert(name.to_owned(), value);
        }
    }
    door
}

/// Whether the network reaches this server: by its address, or through a declared proxy.
fn exposed(settings: &Settings, at: SocketAddr) -> bool {
    !at.ip().is_loopback() || !settings.proxies.is_empty()
}

async fn living_keys(config: &Config) -> Result<usize, DoorError> {
    let store = config.open_log().await?;
    let living = Keyring::default().count_living(&store, Timestamp::now()).await;
    store.close().await;
    living.map_err(|cause| ScoutingError::from(cause).into())
}

fn without_key(config: &Config, at: SocketAddr) -> String {
    config
        .say(
            "refus d’écouter sur `{at}` : l’adresse est ouverte au réseau et aucune clé n’existe.\n  \
             Faites-en une : essaim key create --role admin --label \"Votre organisation\"\n  \
             ou servez en lecture seule, à tous : --without-keys\n  \
             ou restez sur cette machine : --listen 127.0.0.1:8080",
            "refusing to listen at `{at}`: the address is open to the network and there is no key.\n  \
             Make one: essaim key create --role admin --label \"Your organisation\"\n  \
             or serve read-only, to everybody: --without-keys\n  \
             or stay on this machine: --listen 127.0.0.1:8080",
        )
        .replace("{at}", &at.to_string())
}

/// Who may read and write, in one line.
fn doors(config: &Config, state: &AppState, keys: usize) -> String {
    let reads = if state.settings.open_reads {
        config.say("lectures sans clé", "reads without a key")
    } else {
        config.say("lectures avec une clé", "reads with a key")
    };
    let writes = if state.settings.without_keys || keys == 0 {
        config.say("aucune écriture (aucune clé)", "no writes (no key)").to_owned()
    } else {
        format!("{} ({keys})", config.say("écritures avec une clé", "writes with a key"))
    };
    format!("{reads}, {writes}")
}
