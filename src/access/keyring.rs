//! Every key, read from the log and followed to its end, and when each served last.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::catalogue::revision::{At, Kind};
use crate::catalogue::store::{Store, digest};

use super::error::{AccessError, Reason};
use super::key::{Key, KeyState};
use super::secret::{self, Presented};

/// A key's last use is written at most this often.
const USE_WRITTEN_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// The keys of one catalogue.
///
/// Each check asks the log for its end (one read of its primary key) and reads the keys
/// again when one of them changed since: a key revoked through another server, or on the
/// command line, opens nothing at the next request.
#[derive(Debug, Default)]
pub struct Keyring {
    read: Mutex<Arc<Keys>>,
    /// When the use of each key was last written; as many entries as keys that served.
    written: Mutex<BTreeMap<String, Timestamp>>,
}

#[derive(Debug, Default)]
struct Keys {
    /// End of the log when they were read, or checked to be still the same.
    log_seq: u64,
    /// The last revision of a key.
    key_seq: u64,
    by_id: Arc<BTreeMap<String, Key>>,
}

impl Keyring {
    /// The key that `text` is the secret of, if it opens at `now`.
    ///
    /// # Errors
    /// [`AccessError::Refused`] with the reason, for the log only; [`AccessError::Catalogue`]
    /// when the log does not answer: what cannot be checked is not believed.
    pub async fn check(
        &self,
        store: &Store,
        text: &str,
        now: Timestamp,
    ) -> Result<Key, AccessError> {
        let keys = self.keys(store).await?;
        let Some(presented) = Presented::parse(text) else {
            // As much work as for what has the shape of a key.
            let _ = secret::same(&digest(text.as_bytes()), secret::NOBODY);
            return Err(AccessError::Refused(Reason::Malformed));
        };
        let key = keys.by_id.get(&presented.id);
        let right = presented.is(key.map(|key| key.digest.as_str()));
        let key = key.ok_or(AccessError::Refused(Reason::Unknown))?;
        if !right {
            return Err(AccessError::Refused(Reason::Wrong));
        }
        living(key, now)?;
        Ok(key.clone())
    }

    /// The key of this id, if it opens at `now`: a session goes on with it.
    ///
    /// # Errors
    /// As [`Keyring::check`].
    pub async fn living(
        &self,
        store: &Store,
        id: &str,
        now: Timestamp,
    ) -> Result<Key, AccessError> {
        let keys = self.keys(store).await?;
        let key = keys.by_id.get(id).ok_or(AccessError::Refused(Reason::Unknown))?;
        living(key, now)?;
        Ok(key.clone())
    }

    /// How many keys open at `now`.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn count_living(&self, store: &Store, now: Timestamp) -> Result<usize, AccessError> {
        let keys = self.keys(store).await?;
        Ok(keys.by_id.values().filter(|key| key.state(now) == KeyState::Living).count())
    }

    /// Every key, by id.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn all(&self, store: &Store) -> Result<Vec<Key>, AccessError> {
        Ok(self.keys(store).await?.by_id.values().cloned().collect())
    }

    /// Whether this use of a key is worth writing: the first one, then one a minute.
    pub fn to_write(&self, id: &str, now: Timestamp) -> bool {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = written.get(id).is_some_and(|last| {
            // A clock that went back must not silence a key for long.
            now.duration_since(*last).abs() < USE_WRITTEN_EVERY
        });
        if !recent {
            written.insert(id.to_owned(), now);
        }
        !recent
    }

    async fn keys(&self, store: &Store) -> Result<Arc<Keys>, AccessError> {
        let known = Arc::clone(&self.read.lock().unwrap_or_else(PoisonError::into_inner));
        let log_seq = store.last_seq().await?;
        if known.log_seq == log_seq {
            return Ok(known);
        }
        let key_seq = store.last_key_seq().await?;
        let by_id = if known.key_seq == key_seq {
            Arc::clone(&known.by_id)
        } else {
            let mut by_id = BTreeMap::new();
            // Bounded by what was counted, so that a later key is read by a later check.
            for revision in store.state_at(At::Seq(key_seq.max(log_seq)), &[Kind::Key]).await? {
                match Key::read(&revision.json()?) {
                    Ok(key) if key.id == revision.id => {
                        by_id.insert(key.id.clone(), key);
                    }
                    Ok(_) => tracing::warn!(seq = revision.seq, "a key under another id"),
                    Err(field) => tracing::warn!(seq = revision.seq, field, "a key cannot be read"),
                }
            }
            Arc::new(by_id)
        };
        let fresh = Arc::new(Keys { log_seq, key_seq, by_id });
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        // Two checks may read at once: the later state wins.
        if read.log_seq < fresh.log_seq {
            *read = Arc::clone(&fresh);
        }
        Ok(fresh)
    }
}

fn living(key: &Key, now: Timestamp) -> Result<(), AccessError> {
    match key.state(now) {
        KeyState::Living => Ok(()),
        KeyState::Expired => Err(AccessError::Refused(Reason::Expired)),
        KeyState::Revoked => Err(AccessError::Refused(Reason::Revoked)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Role, Secret};
    use crate::catalogue::revision::NewRevision;
    use crate::catalogue::store::tests::stores;
    use jiff::ToSpan as _;
    use jiff::civil::date;

    fn made(role: Role, now: Timestamp) -> (Key, Secret) {
        let id = secret::fresh_id().unwrap();
        let secret = Secret::of_key(&id).unwrap();
        let territories =
            if role == Role::Partner { vec!["com-69123".to_owned()] } else { Vec::new() };
        let key = Key {
            id,
            role,
            territories,
            label: "essai".to_owned(),
            digest: secret.digest(),
            created: now,
            expires: date(2027, 12, 31),
            revoked: None,
            replaces: None,
        };
        (key, secret)
    }

    async fn put(store: &Store, key: &Key, now: Timestamp) {
        let row = NewRevision::new(Kind::Key, &key.id, &key.to_json());
        store.append(vec![row], "lea", now).await.unwrap();
    }

    async fn refused(ring: &Keyring, store: &Store, text: &str, now: Timestamp) -> Reason {
        match ring.check(store, text, now).await {
            Err(AccessError::Refused(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_key_opens_until_it_is_expired_or_revoked_elsewhere() {
        for (address, _folder) in stores().await {
            let store = Store::open(&address).await.unwrap();
            // Another store on the same address stands for another server.
            let elsewhere = Store::open(&address).await.unwrap();
            let now: Timestamp = "2026-11-28T10:00:00Z".parse().unwrap();
            let ring = Keyring::default();
            let (key, secret) = made(Role::Partner, now);
            assert_eq!(refused(&ring, &store, secret.reveal(), now).await, Reason::Unknown);
            put(&elsewhere, &key, now).await;
            assert_eq!(ring.check(&store, secret.reveal(), now).await.unwrap(), key);
            assert_eq!(ring.count_living(&store, now).await.unwrap(), 1);
            let wrong = Secret::of_key(&key.id).unwrap();
            assert_eq!(refused(&ring, &store, wrong.reveal(), now).await, Reason::Wrong);
            assert_eq!(refused(&ring, &store, "essaim_", now).await, Reason::Malformed);
            let late = now + (24 * 500).hours();
            assert_eq!(refused(&ring, &store, secret.reveal(), late).await, Reason::Expired);
            let ended = Key { revoked: Some(now), ..key.clone() };
            put(&elsewhere, &ended, now).await;
            assert_eq!(refused(&ring, &store, secret.reveal(), now).await, Reason::Revoked);
            assert_eq!(ring.count_living(&store, now).await.unwrap(), 0);
            let gone = NewRevision::tombstone(Kind::Key, &key.id);
            elsewhere.append(vec![gone], "lea", now).await.unwrap();
            assert_eq!(refused(&ring, &store, secret.reveal(), now).await, Reason::Unknown);
        }
    }

    #[tokio::test]
    async fn a_use_is_written_once_a_minute_and_never_goes_back() {
        for (address, _folder) in stores().await {
            let store = Store::open(&address).await.unwrap();
            let now: Timestamp = "2026-11-28T10:00:00Z".parse().unwrap();
            let ring = Keyring::default();
            assert!(ring.to_write("k1", now));
            assert!(!ring.to_write("k1", now + 59.seconds()));
            assert!(ring.to_write("k2", now));
            assert!(ring.to_write("k1", now + 60.seconds()));
            assert!(ring.to_write("k1", now - 60.seconds()));
            store.key_used("k1", now).await.unwrap();
            store.key_used("k1", now - 60.seconds()).await.unwrap();
            store.key_used("k1", now + 60.seconds()).await.unwrap();
            let uses = store.key_uses().await.unwrap();
            assert_eq!(
                uses.into_iter().collect::<Vec<_>>(),
                [("k1".to_owned(), now + 60.seconds())]
            );
        }
    }
}
