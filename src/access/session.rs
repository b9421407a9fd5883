//! Sessions of pages: opened with a key, ended by its holder, by time, or with the key.
//!
//! The browser holds a random secret; the side table holds its digest, so that a session is
//! known to every server, and ended on all of them at once. The key is looked at again at
//! each request: a revoked key ends its sessions.

use jiff::{SignedDuration, Timestamp};

use crate::catalogue::store::{SessionRow, Store, digest};

use super::error::{AccessError, Reason};
use super::key::Key;
use super::keyring::Keyring;
use super::secret::{Secret, same};

/// A session's last use is written at most this often.
const SEEN_WRITTEN_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Characters of a session's secret.
const SECRET_CHARS: usize = 64;

/// How long sessions live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLife {
    /// Without asking anything.
    pub idle: SignedDuration,
    /// In all.
    pub max: SignedDuration,
}

/// A session that stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// The key it was opened with, as it now is.
    pub key: Key,
    /// What forms and scripts must repeat: [`csrf_token`].
    pub csrf: String,
    /// When it was opened.
    pub created: Timestamp,
    /// Its last use should be recorded now.
    pub to_write: bool,
    digest: String,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({})", self.key.id)
    }
}

/// Opens a session with a key that was just checked; gives the secret for the browser.
///
/// # Errors
/// No randomness, or the catalogue does not answer.
pub async fn open(
    store: &Store,
    key: &Key,
    life: &SessionLife,
    now: Timestamp,
) -> Result<Secret, AccessError> {
    let secret = Secret::bare()?;
    let row =
        SessionRow { digest: secret.digest(), key_id: key.id.clone(), created: now, seen: now };
    let stale = now.saturating_sub(life.idle.max(life.max)).unwrap_or(now);
    store.session_open(&row, stale).await?;
    Ok(secret)
}

/// The session that `secret` opens at `now`; `None` when it is over or never was.
///
/// # Errors
/// The catalogue does not answer.
pub async fn find(
    store: &Store,
    keyring: &Keyring,
    secret: &str,
    life: &SessionLife,
    now: Timestamp,
) -> Result<Option<Session>, AccessError> {
    if secret.len() != SECRET_CHARS {
        return Ok(None);
    }
    let Some(row) = store.session(&digest(secret.as_bytes())).await? else { return Ok(None) };
    // `abs`: a clock that went back far is no reason to go on.
    let idle = now.duration_since(row.seen).abs();
    if idle >= life.idle || now.duration_since(row.created).abs() >= life.max {
        store.session_end(&row.digest).await?;
        return Ok(None);
    }
    match keyring.living(store, &row.key_id, now).await {
        Ok(key) => Ok(Some(Session {
            key,
            csrf: csrf_token(secret),
            created: row.created,
            to_write: idle >= SEEN_WRITTEN_EVERY,
            digest: row.digest,
        })),
        Err(AccessError::Refused(Reason::Expired | Reason::Revoked | Reason::Unknown)) => {
            store.session_end(&row.digest).await?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Records that a session served.
///
/// # Errors
/// The catalogue does not answer.
pub async fn seen(store: &Store, session: &Session, now: Timestamp) -> Result<(), AccessError> {
    Ok(store.session_seen(&session.digest, now).await?)
}

/// Ends the session that `secret` opens, on every server.
///
/// # Errors
/// The catalogue does not answer.
pub async fn end(store: &Store, secret: &str) -> Result<(), AccessError> {
    Ok(store.session_end(&digest(secret.as_bytes())).await?)
}

/// The token that only a page of ours can know: it is drawn from the secret that the browser
/// keeps from every script, and tells nothing of it.
#[must_use]
pub fn csrf_token(secret: &str) -> String {
    digest(format!("essaim csrf\n{secret}").as_bytes())
}

/// Whether `given` is the token of `secret`.
#[must_use]
pub fn is_csrf(given: &str, secret: &str) -> bool {
    same(given, &csrf_token(secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::catalogue::revision::{Kind, NewRevision};
    use crate::catalogue::store::tests::stores;
    use jiff::ToSpan as _;

    const LIFE: SessionLife =
        SessionLife { idle: SignedDuration::from_mins(30), max: SignedDuration::from_hours(12) };

    async fn start(store: &Store, now: Timestamp) -> Key {
        let key = Key {
            id: "k1".to_owned(),
            role: Role::Scout,
            territories: Vec::new(),
            label: "essai".to_owned(),
            digest: "ab".repeat(32),
            created: now,
            expires: jiff::civil::date(2027, 12, 31),
            revoked: None,
            replaces: None,
        };
        put(store, &key, now).await;
        key
    }

    async fn put(store: &Store, key: &Key, now: Timestamp) {
        let row = NewRevision::new(Kind::Key, &key.id, &key.to_json());
        store.append(vec![row], "lea", now).await.unwrap();
    }

    #[tokio::test]
    async fn a_session_ends_when_idle_when_old_when_closed_and_with_its_key() {
        for (address, _folder) in stores().await {
            let store = Store::open(&address).await.unwrap();
            // Another store on the same address stands for another server.
            let elsewhere = Store::open(&address).await.unwrap();
            let (ring, other_ring) = (Keyring::default(), Keyring::default());
            let now: Timestamp = "2026-11-28T08:00:00Z".parse().unwrap();
            let key = start(&store, now).await;
            let lives = async |store: &Store, ring: &Keyring, secret: &Secret, at: Timestamp| {
                find(store, ring, secret.reveal(), &LIFE, at).await.unwrap()
            };

            let secret = open(&store, &key, &LIFE, now).await.unwrap();
            let session = lives(&elsewhere, &other_ring, &secret, now).await.unwrap();
            assert_eq!((&session.key, session.to_write), (&key, false));
            assert!(is_csrf(&session.csrf, secret.reveal()));
            assert!(
                !is_csrf("", secret.reveal()) && !format!("{session:?}").contains(&session.csrf)
            );
            for odd in ["", "x", &"0".repeat(64)] {
                assert_eq!(find(&store, &ring, odd, &LIFE, now).await.unwrap(), None, "{odd}");
            }

            // Used every 20 minutes, it stands until it is 12 hours old.
            let mut at = now;
            while at < now + 12.hours() - 20.minutes() {
                at += 20.minutes();
                let session = lives(&store, &ring, &secret, at).await.unwrap();
                assert!(session.to_write);
                seen(&store, &session, at).await.unwrap();
            }
            assert!(lives(&store, &ring, &secret, now + 12.hours()).await.is_none());
            assert!(
                lives(&store, &ring, &secret, at).await.is_none(),
                "an ended session came back"
            );

            let secret = open(&store, &key, &LIFE, now).await.unwrap();
            assert!(lives(&store, &ring, &secret, now + 29.minutes()).await.is_some());
            assert!(lives(&store, &ring, &secret, now + 30.minutes()).await.is_none());

            let secret = open(&store, &key, &LIFE, now).await.unwrap();
            end(&elsewhere, secret.reveal()).await.unwrap();
            assert!(lives(&store, &ring, &secret, now).await.is_none());

            let secret = open(&store, &key, &LIFE, now).await.unwrap();
            put(&elsewhere, &Key { revoked: Some(now), ..key.clone() }, now).await;
            assert!(lives(&store, &ring, &secret, now).await.is_none());
        }
    }

    #[tokio::test]
    async fn the_table_of_sessions_holds_no_secret_and_forgets_the_old_ones() {
        for (address, _folder) in stores().await {
            let store = Store::open(&address).await.unwrap();
            let now: Timestamp = "2026-11-28T08:00:00Z".parse().unwrap();
            let key = start(&store, now).await;
            let old = open(&store, &key, &LIFE, now).await.unwrap();
            assert_eq!(store.session(old.reveal()).await.unwrap(), None);
            assert!(store.session(&old.digest()).await.unwrap().is_some());
            open(&store, &key, &LIFE, now + 13.hours()).await.unwrap();
            assert_eq!(store.session(&old.digest()).await.unwrap(), None);
        }
    }
}
