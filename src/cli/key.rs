//! `essaim key`: keys made, shown, replaced and ended. The secret goes to stdout, alone.

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde::Serialize;

use crate::access::{Identity, Key, KeyState};
use crate::catalogue::Store;
use crate::domain::territory::Atlas;
use crate::http::csv::Rows;
use crate::http::error::DoorError;
use crate::scouting::error::ScoutingError;
use crate::scouting::keys::{self, Issued, KeyAsk, Listed};

use super::Outcome;
use super::args::{KeyCommand, KeyCreate, KeyRevoke, KeyRotate};
use super::config::Config;
use super::output::{print, print_list};
use super::table::{Column, render};

/// The keys, without anything that opens.
#[derive(Debug, Serialize)]
struct KeysWire {
    total: usize,
    keys: Vec<KeyWire>,
}

/// One key.
#[derive(Debug, Serialize)]
struct KeyWire {
    id: String,
    label: String,
    role: &'static str,
    territories: Vec<String>,
    state: &'static str,
    created: String,
    expires: String,
    revoked: Option<String>,
    replaces: Option<String>,
    last_use: Option<String>,
}

impl Rows for KeysWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "id",
            "label",
            "role",
            "territories",
            "state",
            "created",
            "expires",
            "revoked",
            "replaces",
            "last_use",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        self.keys
            .iter()
            .map(|key| {
                vec![
                    key.id.clone(),
                    key.label.clone(),
                    key.role.to_owned(),
                    key.territories.join(" | "),
                    key.state.to_owned(),
                    key.created.clone(),
                    key.expires.clone(),
                    text(&key.revoked),
                    text(&key.replaces),
                    text(&key.last_use),
                ]
            })
            .collect()
    }
}

/// Runs one of the commands.
///
/// # Errors
/// What was typed is refused; the catalogue cannot be opened or written.
pub async fn run(config: &Config, asked: &KeyCommand) -> anyhow::Result<Outcome> {
    match asked {
        KeyCommand::Create(asked) => create(config, asked).await,
        KeyCommand::List => list(config).await,
        KeyCommand::Revoke(asked) => revoke(config, asked).await,
        KeyCommand::Rotate(asked) => rotate(config, asked).await,
    }
}

async fn create(config: &Config, asked: &KeyCreate) -> anyhow::Result<Outcome> {
    let store = config.open_log().await?;
    let ask = KeyAsk {
        role: asked.role.clone(),
        territories: asked.territories.clone(),
        label: asked.label.clone(),
        expires: asked.expires.clone(),
    };
    let who = Identity::operator(&asked.by);
    let issued = keys::create(&store, &who, &ask, Timestamp::now()).await;
    hand_over(config, &*atlas(&store).await?, &issued.map_err(DoorError::from)?)?;
    Ok(Outcome::Found)
}

async fn rotate(config: &Config, asked: &KeyRotate) -> anyhow::Result<Outcome> {
    let grace = grace(config, asked.grace.as_deref())?;
    let store = config.open_log().await?;
    let who = Identity::operator(&asked.by);
    let expires = asked.expires.as_deref();
    let now = Timestamp::now();
    let issued = keys::rotate(&store, &who, &asked.id, grace, expires, now).await;
    hand_over(config, &*atlas(&store).await?, &issued.map_err(DoorError::from)?)?;
    Ok(Outcome::Found)
}

async fn revoke(config: &Config, asked: &KeyRevoke) -> anyhow::Result<Outcome> {
    let store = config.open_log().await?;
    let who = Identity::operator(&asked.by);
    let now = Timestamp::now();
    let key = keys::revoke(&store, &who, &asked.id, asked.reason.as_deref(), now).await;
    let key = key.map_err(DoorError::from)?;
    eprintln!(
        "essaim: {} `{}` ({}) {}",
        config.say("la clé", "the key"),
        key.id,
        key.label,
        config.say("n’ouvre plus rien, sur aucun serveur", "opens nothing any more, on any server")
    );
    Ok(Outcome::Found)
}

async fn list(config: &Config) -> anyhow::Result<Outcome> {
    let store = config.open_log().await?;
    let listed = keys::list(&store, Timestamp::now()).await.map_err(DoorError::from)?;
    let wire = KeysWire { total: listed.len(), keys: listed.iter().map(wire).collect() };
    let atlas = atlas(&store).await?;
    print_list(config, &wire, |_| table(config, &atlas, &listed))?;
    Ok(if listed.is_empty() { Outcome::Nothing } else { Outcome::Found })
}

async fn atlas(store: &Store) -> Result<std::sync::Arc<Atlas>, DoorError> {
    Ok(keys::atlas(store).await?)
}

/// The secret alone on stdout; everything else on stderr.
fn hand_over(config: &Config, atlas: &Atlas, issued: &Issued) -> anyhow::Result<()> {
    let key = &issued.key;
    let colon = config.say("\u{a0}: ", ": ");
    eprintln!("essaim: {}{colon}{}", config.say("clé", "key"), key.id);
    eprintln!("  {}{colon}{} — {}", config.say("pour", "for"), key.label, role_word(config, key));
    if !key.territories.is_empty() {
        let names = territory_names(atlas, key).join(", ");
        eprintln!("  {}{colon}{names}", config.say("territoires", "territories"));
    }
    let unsaid = if issued.default_expiry {
        config.say(
            " (un an, faute de mieux dit ; --expires AAAA-MM-JJ en décide)",
            " (one year, as nothing was said; --expires YYYY-MM-DD decides)",
        )
    } else {
        ""
    };
    eprintln!("  {}{colon}{}{unsaid}", config.say("dernier jour", "last day"), key.expires);
    if let Some(old) = &issued.replaced {
        let ends = old.revoked.filter(|ends| *ends > Timestamp::now());
        let words = match ends {
            Some(ends) => {
                format!("{} {}", config.say("sert encore jusqu’au", "serves until"), minute(ends))
            }
            None => config.say("n’ouvre plus rien", "opens nothing any more").to_owned(),
        };
        eprintln!("  {} {} {words}", config.say("l’ancienne clé", "the old key"), old.id);
    }
    eprintln!(
        "  {}",
        config.say(
            "voici le secret, montré cette seule fois ; il n’est conservé nulle part :",
            "here is the secret, shown this once; it is kept nowhere:"
        )
    );
    print(issued.secret.reveal())
}

fn wire(listed: &Listed) -> KeyWire {
    let key = &listed.key;
    KeyWire {
        id: key.id.clone(),
        label: key.label.clone(),
        role: key.role.as_str(),
        territories: key.territories.clone(),
        state: listed.state.as_str(),
        created: key.created.to_string(),
        expires: key.expires.to_string(),
        revoked: key.revoked.map(|date| date.to_string()),
        replaces: key.replaces.clone(),
        last_use: listed.last_use.map(|date| date.to_string()),
    }
}

fn table(config: &Config, atlas: &Atlas, listed: &[Listed]) -> String {
    if listed.is_empty() {
        return config
            .say(
                "aucune clé : personne n’écrit ; `essaim key create` en fait une\n",
                "no key: nobody writes; `essaim key create` makes one\n",
            )
            .to_owned();
    }
    let columns = [
        Column::text(config.say("clé", "key"), 11),
        Column::text(config.say("à qui", "whose"), 0),
        Column::text(config.say("rôle", "role"), 10),
        Column::text(config.say("territoires", "territories"), 20),
        Column::text(config.say("dernier jour", "last day"), 12),
        Column::text(config.say("état", "state"), 9),
        Column::text(config.say("dernier usage", "last use"), 16),
    ];
    let rows: Vec<Vec<String>> = listed
        .iter()
        .map(|Listed { key, state, last_use }| {
            let everywhere = config.say("partout", "everywhere").to_owned();
            let places = territory_names(atlas, key).join(", ");
            vec![
                key.id.clone(),
                key.label.clone(),
                role_word(config, key).to_owned(),
                if places.is_empty() { everywhere } else { places },
                key.expires.to_string(),
                state_word(config, *state).to_owned(),
                last_use.map_or_else(|| config.say("jamais", "never").to_owned(), minute),
            ]
        })
        .collect();
    render(&columns, &rows)
}

fn territory_names(atlas: &Atlas, key: &Key) -> Vec<String> {
    key.territories
        .iter()
        .map(|id| match atlas.territory(id) {
            Some(territory) => format!("{} ({id})", territory.name),
            None => id.clone(),
        })
        .collect()
}

fn role_word(config: &Config, key: &Key) -> &'static str {
    let (fr, en) = key.role.words();
    config.say(fr, en)
}

fn state_word(config: &Config, state: KeyState) -> &'static str {
    match state {
        KeyState::Living => config.say("valable", "valid"),
        KeyState::Expired => config.say("échue", "expired"),
        KeyState::Revoked => config.say("révoquée", "revoked"),
    }
}

/// A date to the minute, universal time.
fn minute(date: Timestamp) -> String {
    date.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M").to_string()
}

/// `7d`, `12h`, `30m`; nothing when absent.
fn grace(config: &Config, asked: Option<&str>) -> anyhow::Result<SignedDuration> {
    let Some(asked) = asked else { return Ok(SignedDuration::ZERO) };
    let read = asked.trim().parse::<Span>().ok();
    let read = read.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    read.ok_or_else(|| {
        let reason_fr = "écrivez une durée : 30m, 12h, 7d".to_owned();
        let reason = "write a duration: 30m, 12h, 7d".to_owned();
        let field = config.say("grace", "grace").to_owned();
        DoorError::from(ScoutingError::BadRecord { field, reason_fr, reason }).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_listed_without_what_opens() {
        let key = Key {
            id: "k1".to_owned(),
            role: crate::access::Role::Reader,
            territories: Vec::new(),
            label: "Région".to_owned(),
            digest: "ab".repeat(32),
            created: Timestamp::UNIX_EPOCH,
            expires: jiff::civil::date(2027, 1, 1),
            revoked: None,
            replaces: None,
        };
        let listed = Listed { key, state: KeyState::Living, last_use: None };
        let wire = KeysWire { total: 1, keys: vec![wire(&listed)] };
        let json = serde_json::to_string(&wire).unwrap();
        let csv = crate::http::csv::write(&wire);
        assert!(!json.contains("abab") && !csv.contains("abab"));
        assert!(csv.starts_with("id,label,role,territories,state,"));
        assert!(json.contains("\"state\":\"living\""));
    }
}
