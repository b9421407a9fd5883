//! How the door is kept: who may read, whom it believes, how much it takes.
//!
//! One table, [`KNOWN`], has every setting with its default, on a loopback address and
//! elsewhere. The command line, the environment and `essaim.toml` fill it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;

use crate::access::SessionLife;

use super::client::Proxies;

/// A setting: its name, its default on loopback, its default elsewhere, what it is (French).
type Known = (&'static str, &'static str, &'static str, &'static str);

/// Every setting of the door.
pub const KNOWN: [Known; 14] = [
    ("open_reads", "true", "false", "les lectures se font sans clé"),
    ("without_keys", "false", "false", "servir sans aucune clé : lecture seule, pour tous"),
    ("trust_proxy", "", "", "adresses des mandataires dont X-Forwarded-For est cru"),
    ("tls", "false", "false", "le service est publié en https, derrière un mandataire"),
    ("rate", "2000", "20", "requêtes par seconde, pour une clé, sinon pour une adresse"),
    ("rate_burst", "10000", "200", "requêtes d’affilée avant que `rate` compte"),
    ("at_once", "256", "16", "requêtes en même temps, pour une clé, sinon pour une adresse"),
    ("at_once_total", "256", "256", "requêtes traitées en même temps ; les autres attendent"),
    ("time_limit", "120", "30", "durée d’une requête au plus, secondes"),
    ("body_limit", "12", "12", "poids d’un corps au plus, mégaoctets"),
    ("logins", "60", "10", "connexions, et clés refusées, par minute, pour une adresse"),
    ("session_idle", "30", "30", "minutes sans rien demander avant la déconnexion"),
    ("session_max", "720", "720", "minutes de session au plus"),
    ("secret_file", "", "", "fichier du secret qui signe les sessions ; ESSAIM_SECRET l’emporte"),
];

/// How the door is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Reads need no key.
    pub open_reads: bool,
    /// No key opens anything: everybody reads, nobody writes.
    pub without_keys: bool,
    /// Whose `X-Forwarded-*` are believed.
    pub proxies: Proxies,
    /// The service is published over TLS: cookies are `Secure`, browsers are told to stay.
    pub tls: bool,
    /// Limits.
    pub limits: Limits,
    /// A session that asks nothing for this long is over.
    pub session_idle: Duration,
    /// A session this old is over.
    pub session_max: Duration,
}

/// How much the door takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests per second of one key, else of one address.
    pub rate: u32,
    /// Requests in a row before `rate` counts.
    pub rate_burst: u32,
    /// Requests at once of one key, else of one address.
    pub at_once: usize,
    /// Requests at once, all together; more wait.
    pub at_once_total: usize,
    /// Longest request.
    pub time: Duration,
    /// Heaviest body, megabytes.
    pub body_mb: usize,
    /// Log ins tried per minute from one address; as many bad keys besides.
    pub logins: u32,
}

/// A setting that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("réglage `{name}` illisible : `{value}` ; attendu : {expected}")]
pub struct BadSetting {
    /// Its name.
    pub name: &'static str,
    /// As written.
    pub value: String,
    /// What may be written, in French.
    pub expected: &'static str,
}

impl Settings {
    /// The defaults on a loopback address: reads are open, limits are those of one person.
    #[must_use]
    pub fn loopback() -> Self {
        Self::read(&BTreeMap::new(), true).expect("the defaults of the table can be read")
    }

    /// How long sessions live.
    #[must_use]
    pub fn session_life(&self) -> SessionLife {
        let signed = |time: Duration| SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        SessionLife { idle: signed(self.session_idle), max: signed(self.session_max) }
    }

    /// Reads what was set; what was not is the default of a loopback address or of others.
    ///
    /// A declared proxy brings the network to a loopback address: the defaults are then
    /// those of the network.
    ///
    /// # Errors
    /// A value that cannot be read, with what may be written.
    pub fn read(set: &BTreeMap<String, String>, loopback: bool) -> Result<Self, BadSetting> {
        let proxied = set.get("trust_proxy").is_some_and(|value| !value.trim().is_empty());
        let read = Reading { set, loopback: loopback && !proxied };
        let without_keys = read.yes("without_keys")?;
        let minutes =
            |name| read.number(name, 1..=60 * 24 * 30).map(|m| Duration::from_secs(60 * m));
        Ok(Self {
            // Without keys there is nothing to ask a reader for.
            open_reads: read.yes("open_reads")? || without_keys,
            without_keys,
            proxies: Proxies::parse(read.text("trust_proxy").1).map_err(|value| BadSetting {
                name: "trust_proxy",
                value,
                expected: "des adresses ou des réseaux : 127.0.0.1, 10.0.0.0/8",
            })?,
            tls: read.yes("tls")?,
            limits: Limits {
                rate: read.small("rate")?,
                rate_burst: read.small("rate_burst")?,
                at_once: read.small("at_once")? as usize,
                at_once_total: read.small("at_once_total")? as usize,
                time: Duration::from_secs(read.number("time_limit", 1..=3_600)?),
                body_mb: usize::try_from(read.number("body_limit", 1..=1_024)?).unwrap_or(1),
                logins: read.small("logins")?,
            },
            session_idle: minutes("session_idle")?,
            session_max: minutes("session_max")?,
        })
    }
}

struct Reading<'a> {
    set: &'a BTreeMap<String, String>,
    loopback: bool,
}

impl Reading<'_> {
    fn text(&self, name: &'static str) -> (&'static str, &str) {
        let (name, near, far, _) =
            KNOWN.iter().find(|known| known.0 == name).expect("a setting of the table");
        let unsaid = if self.loopback { near } else { far };
        (name, self.set.get(*name).map_or(*unsaid, |value| value.trim()))
    }

    fn yes(&self, name: &'static str) -> Result<bool, BadSetting> {
        let (name, value) = self.text(name);
        match value.to_lowercase().as_str() {
            "true" | "1" | "oui" | "yes" => Ok(true),
            "false" | "0" | "non" | "no" => Ok(false),
            _ => Err(BadSetting { name, value: value.to_owned(), expected: "true ou false" }),
        }
    }

    fn small(&self, name: &'static str) -> Result<u32, BadSetting> {
        let number = self.number(name, 1..=1_000_000)?;
        Ok(u32::try_from(number).unwrap_or(u32::MAX))
    }

    fn number(
        &self,
        name: &'static str,
        bounds: std::ops::RangeInclusive<u64>,
    ) -> Result<u64, BadSetting> {
        let (name, value) = self.text(name);
        let number = value.parse::<u64>().ok().filter(|number| bounds.contains(number));
        number.ok_or_else(|| BadSetting {
            name,
            value: value.to_owned(),
            expected: "un nombre entier, dans des bornes raisonnables",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn reads_are_open_on_loopback_only_and_not_behind_a_proxy() {
        let open = |pairs: &[(&str, &str)], loopback| {
            Settings::read(&set(pairs), loopback).unwrap().open_reads
        };
        assert!(open(&[], true));
        assert!(!open(&[], false));
        assert!(!open(&[("trust_proxy", "127.0.0.1")], true));
        assert!(open(&[("open_reads", "true")], false));
        assert!(open(&[("without_keys", "true")], false));
        assert!(!open(&[("open_reads", "false")], true));
    }

    #[test]
    fn a_value_that_cannot_be_read_is_refused_by_name() {
        for (name, value) in [
            ("rate", "0"),
            ("rate", "beaucoup"),
            ("body_limit", "5000"),
            ("tls", "peut-être"),
            ("trust_proxy", "localhost"),
            ("session_idle", "-1"),
        ] {
            let refused = Settings::read(&set(&[(name, value)]), true).unwrap_err();
            assert_eq!(refused.name, name);
            assert!(refused.to_string().contains(value), "{refused}");
        }
    }

    #[test]
    fn the_network_is_given_less_than_one_machine() {
        let near = Settings::loopback().limits;
        let far = Settings::read(&BTreeMap::new(), false).unwrap().limits;
        assert!(far.rate < near.rate && far.at_once < near.at_once && far.logins < near.logins);
    }
}
