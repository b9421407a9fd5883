//! How much one key, else one address, may ask: a rate, and a number at once.
//!
//! What is remembered of askers is bounded: past `ASKERS_MAX` the idle ones are forgotten,
//! and while that is not enough newcomers share a few places, so that a crowd of addresses
//! costs patience, never memory.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::access::{Identity, Who};

use super::access::ALWAYS_OPEN;
use super::client::Client;
use super::error::DoorError;
use super::extract::lang_of;
use super::settings;
use super::state::AppState;

/// Askers remembered one by one.
const ASKERS_MAX: usize = 20_000;
/// Places that newcomers share when there are more.
const SHARED: u64 = 1_024;
/// How often the number of askers is looked at, requests.
const LOOKED_EVERY: u64 = 256;

/// Who a limit counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Asker {
    /// The holder of a key, wherever it asks from.
    Key(String),
    /// An address; of IPv6, the /64 network, which one subscriber owns whole.
    Address(IpAddr),
    /// No network: tests, and sockets without a name.
    Nowhere,
    /// One of the places that a crowd shares.
    Shared(u64),
}

impl Asker {
    /// The asker of a request.
    #[must_use]
    pub fn of(identity: Option<&Identity>, client: Option<&Client>) -> Self {
        match identity.map(|identity| &identity.who) {
            Some(Who::Key { id, .. }) => Self::Key(id.clone()),
            Some(Who::Operator { name }) => Self::Key(name.clone()),
            _ => Self::at(client),
        }
    }

    /// The address of a request, whoever asks.
    #[must_use]
    pub fn at(client: Option<&Client>) -> Self {
        match client.and_then(|client| client.address) {
            None => Self::Nowhere,
            Some(IpAddr::V6(address)) => {
                let network = Ipv6Addr::from_bits(address.to_bits() >> 64 << 64);
                Self::Address(network.into())
            }
            Some(address) => Self::Address(address),
        }
    }
}

/// A rate for each asker.
struct Rate {
    limiter: DefaultKeyedRateLimiter<Asker>,
    clock: DefaultClock,
    shared: RandomState,
    askers_max: usize,
    checks: AtomicU64,
    crowded: AtomicBool,
}

impl Rate {
    fn new(quota: Quota, askers_max: usize) -> Self {
        Self {
            limiter: DefaultKeyedRateLimiter::keyed(quota),
            clock: DefaultClock::default(),
            shared: RandomState::new(),
            askers_max,
            checks: AtomicU64::new(0),
            crowded: AtomicBool::new(false),
        }
    }

    /// Takes one place, or says how long to wait for one.
    fn take(&self, asker: Asker) -> Result<(), Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(LOOKED_EVERY) {
            self.forget();
        }
        // Keys are few, and made by us: they are never crowded out.
        let asker = match asker {
            Asker::Address(address) if self.crowded.load(Ordering::Relaxed) => {
                Asker::Shared(self.shared.hash_one(address) % SHARED)
            }
            asker => asker,
        };
        self.limiter.check_key(&asker).map_err(|until| until.wait_time_from(self.clock.now()))
    }

    fn forget(&self) {
        if self.limiter.len() > self.askers_max {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.crowded.store(self.limiter.len() > self.askers_max, Ordering::Relaxed);
    }
}

/// The limits of one server.
pub struct Limiter {
    requests: Rate,
    logins: Rate,
    bad_keys: Rate,
    at_once_max: usize,
    at_once: Mutex<HashMap<Asker, usize>>,
}

impl std::fmt::Debug for Limiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Limiter")
    }
}

impl Limiter {
    /// The limits of these settings.
    #[must_use]
    pub fn new(limits: &settings::Limits) -> Self {
        let whole = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let tries = Quota::per_minute(whole(limits.logins));
        let requests = Quota::per_second(whole(limits.rate)).allow_burst(whole(limits.rate_burst));
        Self {
            requests: Rate::new(requests, ASKERS_MAX),
            logins: Rate::new(tries, ASKERS_MAX),
            bad_keys: Rate::new(tries, ASKERS_MAX),
            at_once_max: limits.at_once,
            at_once: Mutex::new(HashMap::new()),
        }
    }

    /// Counts a log in tried from an address.
    ///
    /// # Errors
    /// [`DoorError::TooManyRequests`].
    pub fn login(&self, client: Option<&Client>) -> Result<(), DoorError> {
        self.logins.take(Asker::at(client)).map_err(too_many)
    }

    /// Counts a bad key presented from an address.
    ///
    /// # Errors
    /// [`DoorError::TooManyRequests`].
    pub fn bad_key(&self, client: Option<&Client>) -> Result<(), DoorError> {
        self.bad_keys.take(Asker::at(client)).map_err(too_many)
    }

    /// A place among those that one asker may hold at once; given back when dropped.
    fn place(self: &Arc<Self>, asker: &Asker) -> Option<Place> {
        let mut at_once = self.at_once.lock().unwrap_or_else(PoisonError::into_inner);
        let held = at_once.entry(asker.clone()).or_insert(0);
        if *held >= self.at_once_max {
            return None;
        }
        *held += 1;
        Some(Place { limiter: Arc::clone(self), asker: asker.clone() })
    }
}

/// A place held while a request is answered.
struct Place {
    limiter: Arc<Limiter>,
    asker: Asker,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut at_once = self.limiter.at_once.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = at_once.get_mut(&self.asker) {
            *held -= 1;
            // Only who asks now is remembered.
            if *held == 0 {
                at_once.remove(&self.asker);
            }
        }
    }
}

/// Refuses what one key, else one address, asks too often or too much at once.
pub async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if ALWAYS_OPEN.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let lang = lang_of(request.uri());
    let extensions = request.extensions();
    let asker = Asker::of(extensions.get::<Identity>(), extensions.get::<Client>());
    if let Err(wait) = state.limiter.requests.take(asker.clone()) {
        state.metrics.rate_limited("rate");
        return too_many(wait).response(lang);
    }
    let Some(_place) = state.limiter.place(&asker) else {
        state.metrics.rate_limited("at_once");
        return DoorError::TooManyRequests { retry_after_s: 1 }.response(lang);
    };
    next.run(request).await
}

/// Whole seconds, at least one.
fn too_many(wait: Duration) -> DoorError {
    DoorError::TooManyRequests { retry_after_s: wait.as_millis().div_ceil(1_000).max(1) as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str) -> Client {
        Client { address: Some(address.parse().unwrap()), https: false }
    }

    fn limiter(at_once: usize) -> Arc<Limiter> {
        let mut limits = settings::Settings::loopback().limits;
        (limits.rate, limits.rate_burst, limits.logins, limits.at_once) = (1, 3, 2, at_once);
        Arc::new(Limiter::new(&limits))
    }

    #[test]
    fn each_asker_has_its_own_burst_then_waits() {
        let limiter = limiter(1);
        let one = Asker::at(Some(&client("192.0.2.1")));
        for _ in 0..3 {
            assert!(limiter.requests.take(one.clone()).is_ok());
        }
        let wait = limiter.requests.take(one.clone()).unwrap_err();
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
        assert!(limiter.requests.take(Asker::at(Some(&client("192.0.2.2")))).is_ok());
        assert!(limiter.requests.take(Asker::Key("k1".to_owned())).is_ok());
        let refused = DoorError::TooManyRequests { retry_after_s: 1 };
        assert_eq!(too_many(wait).to_string(), refused.to_string());
    }

    #[test]
    fn log_ins_and_bad_keys_are_counted_by_address_whoever_asks() {
        let limiter = limiter(1);
        let here = client("192.0.2.1");
        assert!(limiter.login(Some(&here)).is_ok() && limiter.login(Some(&here)).is_ok());
        assert!(limiter.login(Some(&here)).is_err());
        assert!(limiter.login(Some(&client("192.0.2.9"))).is_ok());
        assert!(limiter.bad_key(Some(&here)).is_ok() && limiter.bad_key(Some(&here)).is_ok());
        assert!(limiter.bad_key(Some(&here)).is_err());
    }

    #[test]
    fn one_subscriber_of_ipv6_is_one_asker() {
        let of = |address| Asker::at(Some(&client(address)));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }

    #[test]
    fn places_are_given_back_and_nobody_is_remembered_after() {
        let limiter = limiter(2);
        let asker = Asker::Nowhere;
        let (one, two) = (limiter.place(&asker), limiter.place(&asker));
        assert!(one.is_some() && two.is_some() && limiter.place(&asker).is_none());
        drop(one);
        assert!(limiter.place(&asker).is_some());
        drop(two);
        assert!(limiter.at_once.lock().unwrap().is_empty());
    }

    #[test]
    fn a_crowd_of_addresses_is_remembered_in_bounded_memory() {
        let rate = Rate::new(Quota::per_hour(NonZeroU32::MIN), 100);
        for number in 0..20_000_u32 {
            let address = IpAddr::V4(std::net::Ipv4Addr::from_bits(number));
            let _ = rate.take(Asker::Address(address));
        }
        let bound = 100 + LOOKED_EVERY as usize + SHARED as usize;
        assert!(rate.limiter.len() <= bound, "{}", rate.limiter.len());
        assert!(rate.take(Asker::Key("k1".to_owned())).is_ok());
    }
}
