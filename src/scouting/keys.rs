//! Keys: made, replaced and ended by a person who administers.
//!
//! Each is a revision of the log, signed like any other write. No scene shows them and none
//! is needed: a key is ended in an instant, whatever the size of the catalogue. The secret
//! leaves this module once, in [`Issued`].

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::access::{Action, Identity, Key, KeyState, Keyring, Role, Secret, secret};
use crate::catalogue::datasets;
use crate::catalogue::revision::{At, Kind, NewRevision};
use crate::catalogue::store::{Expected, Signed, Store};
use crate::domain::territory::Atlas;

use super::ask::check_date;
use super::body;
use super::error::ScoutingError;
use super::places::PlaceIndex;
use super::vocabulary;

/// Longest label, characters.
const LABEL_MAX: usize = 120;
/// Most territories of one key.
const TERRITORIES_MAX: usize = 50;
/// Digits in a row, separators apart, that make a telephone number of a label: `06…`, `+33…`.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 10..=11;
/// Longest time that a replaced key goes on opening.
pub const GRACE_MAX: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A key to make, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct KeyAsk {
    /// `reader`, `scout`, `partner` or `admin`.
    pub role: String,
    /// Ids or names; for a partner only, who needs at least one.
    pub territories: Vec<String>,
    /// Which organisation holds it.
    pub label: String,
    /// Its last day; one year from now when absent.
    pub expires: Option<String>,
}

/// A key that was just made, with the secret that nobody will read again.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The key.
    pub key: Key,
    /// Its secret, to show once.
    pub secret: Secret,
    /// Its last day was not asked: it is one year from now.
    pub default_expiry: bool,
    /// The key it replaces, as it now stands.
    pub replaced: Option<Key>,
}

/// A key, with when it served last.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The key.
    pub key: Key,
    /// What it is worth now.
    pub state: KeyState,
    /// When it served last, to the minute; `None` when it never did.
    pub last_use: Option<Timestamp>,
}

/// Makes a key.
///
/// # Errors
/// What was typed is refused with the way out ([`ScoutingError::BadRecord`]…), `who` may not,
/// or the log refuses.
pub async fn create(
    store: &Store,
    who: &Identity,
    ask: &KeyAsk,
    now: Timestamp,
) -> Result<Issued, ScoutingError> {
    administers(who)?;
    let role = role(&ask.role)?;
    let territories = territories(store, role, &ask.territories).await?;
    let label = label(&ask.label)?;
    let expires = expiry(ask.expires.as_deref(), now)?;
    let id = secret::fresh_id()?;
    let secret = Secret::of_key(&id)?;
    let key = Key {
        id,
        role,
        territories,
        label,
        digest: secret.digest(),
        created: now,
        expires: expires.unwrap_or(one_year_from(now)),
        revoked: None,
        replaces: None,
    };
    let fresh = Expected { kind: Kind::Key, id: key.id.clone(), seq: None };
    write(store, who, now, vec![row(&key)], vec![fresh]).await?;
    Ok(Issued { key, secret, default_expiry: expires.is_none(), replaced: None })
}

/// Ends a key at once, on every server. A key that is already ended stays as it is.
///
/// # Errors
/// No key has this id, `who` may not, or the log refuses.
pub async fn revoke(
    store: &Store,
    who: &Identity,
    id: &str,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<Key, ScoutingError> {
    administers(who)?;
    let (key, seq) = find(store, id).await?;
    if key.state(now) == KeyState::Revoked {
        return Ok(key);
    }
    let ended = Key { revoked: Some(now), ..key };
    let mut row = row(&ended);
    row.note = reason.map(str::trim).filter(|reason| !reason.is_empty()).map(str::to_owned);
    let expected = vec![Expected { kind: Kind::Key, id: ended.id.clone(), seq: Some(seq) }];
    write(store, who, now, vec![row], expected).await?;
    Ok(ended)
}

/// Makes a key that replaces another: same role, territories, label, and last day unless
/// another is asked. The old one opens for `grace` more, not at all when it is zero.
///
/// # Errors
/// As [`create`] and [`revoke`]; a key that no longer opens is not replaced; `grace` is over
/// [`GRACE_MAX`].
pub async fn rotate(
    store: &Store,
    who: &Identity,
    id: &str,
    grace: SignedDuration,
    expires: Option<&str>,
    now: Timestamp,
) -> Result<Issued, ScoutingError> {
    administers(who)?;
    if grace.is_negative() || grace > GRACE_MAX {
        return Err(refused(
            "grace",
            "la clé remplacée peut servir encore 30 jours au plus",
            "the replaced key may serve for at most 30 days more",
        ));
    }
    let (old, seq) = find(store, id).await?;
    if old.state(now) != KeyState::Living {
        return Err(refused(
            "id",
            format!("la clé `{id}` n’ouvre plus rien ; créez-en une avec `essaim key create`"),
            format!("the key `{id}` opens nothing any more; make one with `essaim key create`"),
        ));
    }
    let expires = expiry(expires, now)?.unwrap_or(old.expires);
    let ends = now.saturating_add(grace).unwrap_or(now);
    // A grace granted before is never made longer by a new rotation.
    let ends = old.revoked.map_or(ends, |known| known.min(ends));
    let fresh = secret::fresh_id()?;
    let secret = Secret::of_key(&fresh)?;
    let key = Key {
        id: fresh,
        digest: secret.digest(),
        created: now,
        expires,
        revoked: None,
        replaces: Some(old.id.clone()),
        ..old.clone()
    };
    let replaced = Key { revoked: Some(ends), ..old };
    let expected = vec![
        Expected { kind: Kind::Key, id: key.id.clone(), seq: None },
        Expected { kind: Kind::Key, id: replaced.id.clone(), seq: Some(seq) },
    ];
    write(store, who, now, vec![row(&key), row(&replaced)], expected).await?;
    Ok(Issued { key, secret, default_expiry: false, replaced: Some(replaced) })
}

/// Every key, the living ones first, then by label and id.
///
/// # Errors
/// The log does not answer.
pub async fn list(store: &Store, now: Timestamp) -> Result<Vec<Listed>, ScoutingError> {
    let uses = store.key_uses().await?;
    let keys = Keyring::default().all(store).await?;
    let mut listed: Vec<Listed> = keys
        .into_iter()
        .map(|key| Listed { state: key.state(now), last_use: uses.get(&key.id).copied(), key })
        .collect();
    listed.sort_by(|a, b| {
        (a.state, &a.key.label, &a.key.id).cmp(&(b.state, &b.key.label, &b.key.id))
    });
    Ok(listed)
}

fn row(key: &Key) -> NewRevision {
    NewRevision::new(Kind::Key, &key.id, &key.to_json())
}

fn refused(field: &str, fr: impl Into<String>, en: impl Into<String>) -> ScoutingError {
    let (reason_fr, reason) = (fr.into(), en.into());
    ScoutingError::BadRecord { field: field.to_owned(), reason_fr, reason }
}

/// The key of this id and its latest revision.
async fn find(store: &Store, id: &str) -> Result<(Key, u64), ScoutingError> {
    let id = id.trim();
    let unknown = || {
        let shown: String = id.chars().take(40).collect();
        refused(
            "id",
            format!("aucune clé `{shown}` ; `essaim key list` les montre"),
            format!("no key `{shown}`; `essaim key list` shows them"),
        )
    };
    // A whole secret pasted here is never repeated: only ids are short.
    if id.len() > 32 {
        return Err(refused(
            "id",
            "donnez l’identifiant de la clé, pas son secret ; `essaim key list` le montre",
            "give the id of the key, not its secret; `essaim key list` shows it",
        ));
    }
    let row = store.history(Kind::Key, id).await?.pop().filter(|row| row.kind == Kind::Key);
    let row = row.ok_or_else(unknown)?;
    let key = Key::read(&row.json()?).map_err(|_| unknown())?;
    Ok((key, row.seq))
}

fn role(word: &str) -> Result<Role, ScoutingError> {
    let word = word.trim();
    Role::parse(&word.to_lowercase()).ok_or_else(|| {
        let shown: String = word.chars().take(40).collect();
        let words = Role::ALL.map(Role::as_str);
        let known = words.join(", ");
        let (fr, en) = match vocabulary::nearest(&word.to_lowercase(), words.into_iter()) {
            Some(near) => {
                (format!("vouliez-vous dire `{near}` ?"), format!("did you mean `{near}`?"))
            }
            None => (format!("admis : {known}"), format!("known: {known}")),
        };
        refused(
            "role",
            format!("rôle inconnu `{shown}` ; {fr}"),
            format!("unknown role `{shown}`; {en}"),
        )
    })
}

/// The territories of France, as the log names them.
///
/// Zones are not among them: those who write redraw them, and no right may hang on that.
///
/// # Errors
/// The log or its dataset cannot be read.
pub async fn atlas(store: &Store) -> Result<Arc<Atlas>, ScoutingError> {
    let files = store.dataset_files("territories", At::Latest).await?;
    let atlas = datasets::territories::atlas(&files);
    atlas.map(Arc::new).map_err(|fault| ScoutingError::Dataset(fault.to_string()))
}

fn administers(who: &Identity) -> Result<(), ScoutingError> {
    let action = Action::Manage;
    match who.role() {
        Some(role) if role.may(action) => Ok(()),
        Some(role) => Err(ScoutingError::Forbidden { action, role, territory: None }),
        None => Err(ScoutingError::Unauthenticated { action }),
    }
}

async fn write(
    store: &Store,
    who: &Identity,
    now: Timestamp,
    rows: Vec<NewRevision>,
    expected: Vec<Expected>,
) -> Result<(), ScoutingError> {
    let signed = Signed { author: who.author(), address: who.address.as_deref(), now };
    store.append_checked(&rows, &signed, &expected, None).await?;
    Ok(())
}

/// The ids of what was typed: at least one for a partner, none for the others.
async fn territories(
    store: &Store,
    role: Role,
    asked: &[String],
) -> Result<Vec<String>, ScoutingError> {
    if role != Role::Partner {
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        return Err(refused(
            "territory",
            format!(
                "une clé `{0}` vaut partout : seul un `partner` a des territoires ; retirez `--territory`",
                role.as_str()
            ),
            format!(
                "a `{0}` key holds everywhere: only a `partner` has territories; leave `--territory` out",
                role.as_str()
            ),
        ));
    }
    if asked.is_empty() {
        return Err(refused(
            "territory",
            "une clé `partner` ne vaut que pour ses territoires ; donnez-en au moins un avec `--territory`",
            "a `partner` key holds for its territories only; give at least one with `--territory`",
        ));
    }
    if asked.len() > TERRITORIES_MAX {
        return Err(refused(
            "territory",
            format!("{TERRITORIES_MAX} territoires au plus par clé"),
            format!("at most {TERRITORIES_MAX} territories per key"),
        ));
    }
    let places = PlaceIndex::new(&atlas(store).await?);
    let mut ids = Vec::new();
    for asked in asked {
        let territory = places.territory(asked)?;
        if !ids.contains(&territory.id) {
            ids.push(territory.id);
        }
    }
    Ok(ids)
}

/// The label on one line: an organisation, nobody in particular.
fn label(asked: &str) -> Result<String, ScoutingError> {
    let label = asked.split_whitespace().collect::<Vec<_>>().join(" ");
    let phone = |text: &str| {
        let close = |c: &char| !matches!(c, ' ' | '.' | '-' | '\u{a0}' | '\u{202f}');
        let close: String = text.chars().filter(close).collect();
        close.split(|c: char| !c.is_ascii_digit()).any(|run| PHONE_DIGITS.contains(&run.len()))
    };
    if label.is_empty() || label.chars().count() > LABEL_MAX || label.chars().any(char::is_control)
    {
        return Err(refused(
            "label",
            format!("dites quelle organisation tient la clé, en {LABEL_MAX} caractères au plus"),
            format!("say which organisation holds the key, in at most {LABEL_MAX} characters"),
        ));
    }
    if label.contains('@') || phone(&label) {
        return Err(refused(
            "label",
            "ni adresse électronique ni téléphone : nommez l’organisation, pas une personne",
            "no e-mail address and no telephone: name the organisation, not a person",
        ));
    }
    Ok(label)
}

/// The last day asked: today or later, before 2101.
fn expiry(asked: Option<&str>, now: Timestamp) -> Result<Option<Date>, ScoutingError> {
    let Some(asked) = asked else { return Ok(None) };
    let date = body::date(asked)?;
    check_date(date)?;
    if date < today(now) {
        return Err(refused(
            "expires",
            format!("`{date}` est passé ; donnez un jour à venir"),
            format!("`{date}` is past; give a day to come"),
        ));
    }
    Ok(Some(date))
}

fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

fn one_year_from(now: Timestamp) -> Date {
    let today = today(now);
    today.saturating_add(jiff::Span::new().years(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_an_organisation_and_nobody() {
        assert_eq!(label("  Métropole \n de Lyon ").unwrap(), "Métropole de Lyon");
        assert_eq!(label("SIREN 200 046 977").unwrap(), "SIREN 200 046 977");
        for odd in ["", "  ", "lea@lyon.fr", "Léa 06 12 34 56 78", &"x".repeat(LABEL_MAX + 1)] {
            assert!(label(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_last_day_is_to_come_and_one_year_away_when_unsaid() {
        let now: Timestamp = "2028-02-29T12:00:00Z".parse().unwrap();
        assert_eq!(one_year_from(now).to_string(), "2029-02-28");
        assert_eq!(expiry(None, now).unwrap(), None);
        assert!(expiry(Some("2028-02-29"), now).unwrap().is_some());
        for odd in ["2028-02-28", "2101-01-01", "demain"] {
            assert!(expiry(Some(odd), now).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_misspelt_role_is_refused_with_those_known() {
        assert_eq!(role(" Partner ").unwrap(), Role::Partner);
        let refused = role("partenr").unwrap_err();
        assert!(matches!(refused, ScoutingError::BadRecord { ref reason_fr, .. }
            if reason_fr.contains("`partner`")));
        assert!(role("roi").is_err());
    }
}
