//! The door of keys: from what a request carries to an [`Identity`], before anything else.
//!
//! A request says who asks with `Authorization: Bearer essaim_…`. What is presented and
//! opens nothing is refused, even on a read: nobody is silently taken for a stranger. Why
//! it opens nothing goes to the log, never to the caller.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;

use crate::access::{AccessError, Action, Identity, Key, Reason, Who};
use crate::scouting::error::ScoutingError;

use super::client::Client;
use super::error::DoorError;
use super::extract::lang_of;
use super::state::AppState;

/// What a monitor asks without a key, and without being told anything.
const ALWAYS_OPEN: [&str; 2] = ["/healthz", "/readyz"];

/// Says who asks, in the extensions of the request and of the answer; refuses a bad key, and
/// a stranger where reads need a key.
///
/// An [`Identity`] that an outer layer put there is kept.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let open = ALWAYS_OPEN.contains(&request.uri().path());
    let lang = lang_of(request.uri());
    let known = request.extensions().get::<Identity>().cloned();
    let address = request.extensions().get::<Client>().and_then(Client::shown);
    let identity = match known {
        Some(identity) => Ok(identity),
        None if open => Ok(Identity::anonymous(address)),
        None => {
            // Owned: a body cannot be looked at from two threads.
            let presented = bearer(request.headers()).map(|text| text.map(str::to_owned));
            asks(&state, presented, address).await
        }
    };
    let identity = match identity {
        Ok(identity) if identity.who == Who::Anonymous && !open && !state.settings.open_reads => {
            Err(ScoutingError::Unauthenticated { action: Action::Read }.into())
        }
        other => other,
    };
    match identity {
        Ok(identity) => {
            request.extensions_mut().insert(identity.clone());
            let mut response = next.run(request).await;
            if identity.role().is_some() {
                let private = HeaderValue::from_static("no-store");
                response.headers_mut().insert(header::CACHE_CONTROL, private);
            }
            response.extensions_mut().insert(identity);
            response
        }
        Err(error) => error.response(lang),
    }
}

/// `presented`: nothing, a text, or something that cannot be a key (see [`bearer`]).
async fn asks(
    state: &AppState,
    presented: Option<Option<String>>,
    address: Option<String>,
) -> Result<Identity, DoorError> {
    match presented {
        None => Ok(Identity::anonymous(address)),
        Some(presented) => {
            let key = check(state, presented.as_deref(), address.as_deref()).await?;
            Ok(key.identity(address))
        }
    }
}

/// Checks what is presented as a key, counts and logs the outcome, records the use.
///
/// # Errors
/// [`ScoutingError::BadKey`], whatever the reason; the log does not answer.
pub async fn check(
    state: &AppState,
    presented: Option<&str>,
    address: Option<&str>,
) -> Result<Key, ScoutingError> {
    let now = Timestamp::now();
    let checked = match presented {
        _ if state.settings.without_keys => Err(AccessError::Refused(Reason::WithoutKeys)),
        None => Err(AccessError::Refused(Reason::Malformed)),
        Some(text) => state.keyring.check(state.scouting.store(), text, now).await,
    };
    match checked {
        Ok(key) => {
            state.metrics.key_checked("good");
            served(state, &key, now);
            Ok(key)
        }
        Err(error) => {
            if let AccessError::Refused(reason) = error {
                state.metrics.key_checked(reason.as_str());
                // Only the id: the rest of what was presented may be a secret.
                let id = presented.and_then(crate::access::Presented::parse).map(|p| p.id);
                tracing::warn!(reason = reason.as_str(), id, address, "key refused");
            }
            Err(error.into())
        }
    }
}

/// Records that a key served, without making the answer wait.
pub fn served(state: &AppState, key: &Key, now: Timestamp) {
    if !state.keyring.to_write(&key.id, now) {
        return;
    }
    let (state, id) = (state.clone(), key.id.clone());
    tokio::spawn(async move {
        if let Err(cause) = state.scouting.store().key_used(&id, now).await {
            tracing::warn!(%cause, key = id, "the last use of a key could not be recorded");
        }
    });
}

/// What `Authorization` presents: nothing, or a text that is perhaps a key; `Some(None)` when
/// there is something that cannot be one (another scheme, twice the header).
fn bearer(headers: &HeaderMap) -> Option<Option<&str>> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let first = given.next()?;
    if given.next().is_some() {
        return Some(None);
    }
    let text = first.to_str().ok();
    Some(text.and_then(|text| {
        let (scheme, presented) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| presented.trim())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_bearer_is_read() {
        let read = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
            }
            bearer(&headers).map(|presented| presented.map(str::to_owned))
        };
        assert_eq!(read(&[]), None);
        assert_eq!(read(&["Bearer abc"]), Some(Some("abc".to_owned())));
        assert_eq!(read(&["bearer  abc "]), Some(Some("abc".to_owned())));
        for odd in [&["Basic abc"][..], &["Bearer"], &["abc"], &["Bearer a", "Bearer b"]] {
            assert_eq!(read(odd), Some(None), "{odd:?}");
        }
    }
}
