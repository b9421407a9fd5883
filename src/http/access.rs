//! The door of keys: from what a request carries to an [`Identity`], before anything else.
//!
//! A request says who asks with `Authorization: Bearer essaim_…`, or with the cookie of a
//! session. What is presented and opens nothing is refused, even on a read: nobody is
//! silently taken for a stranger. Why it opens nothing goes to the log, never to the caller.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;

use crate::access::secret::same;
use crate::access::{AccessError, Action, Identity, Key, Reason, Session, Who, session};
use crate::scouting::error::ScoutingError;

use super::client::Client;
use super::error::DoorError;
use super::extract::lang_of;
use super::pages;
use super::state::AppState;

/// What a monitor asks without a key, and without being told anything.
pub(super) const ALWAYS_OPEN: [&str; 2] = ["/healthz", "/readyz"];
/// The token of a page, on a write that a session makes.
pub const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");

/// What a request says of who asks.
enum Carried {
    /// Nothing.
    Nothing,
    /// A key; none when it cannot be one.
    Bearer(Option<String>),
    /// The cookie of a session; none when this service did not sign it.
    Session(Option<String>),
}

/// Who asks, and with which session.
struct Asks {
    identity: Identity,
    session: Option<Session>,
}

/// Says who asks, in the extensions of the request and of the answer; refuses a bad key, a
/// session that is over, a session's write without its token, and a stranger where reads
/// need a key.
///
/// An [`Identity`] that an outer layer put there is kept.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let monitor = ALWAYS_OPEN.contains(&path);
    let page = pages::PATHS.contains(&path);
    let lang = lang_of(request.uri());
    let client = request.extensions().get::<Client>().copied();
    let address = client.as_ref().and_then(Client::shown);
    let known = request.extensions().get::<Identity>().cloned();
    let asks = match known {
        Some(identity) => Ok(Asks { identity, session: None }),
        None if monitor => Ok(Asks { identity: Identity::anonymous(address), session: None }),
        None => {
            let carried = carried(&state, request.headers());
            let token = request.headers().get(CSRF).and_then(|token| token.to_str().ok());
            let token = token.map(str::to_owned);
            let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
            match who(&state, carried, client.as_ref()).await {
                // A page tells by itself that a session is over, and carries its token.
                Err(DoorError::SessionOver) if page => {
                    Ok(Asks { identity: Identity::anonymous(address), session: None })
                }
                Ok(asks) if !page && !safe && !holds(asks.session.as_ref(), token.as_deref()) => {
                    Err(DoorError::BadCsrf)
                }
                other => other,
            }
        }
    };
    let closed = !state.settings.open_reads && !monitor && !page;
    let asks = match asks {
        Ok(asks) if closed && asks.identity.who == Who::Anonymous => {
            if is_browser(&request) {
                return pages::to_login(lang);
            }
            Err(ScoutingError::Unauthenticated { action: Action::Read }.into())
        }
        other => other,
    };
    let Asks { identity, session } = match asks {
        Ok(asks) => asks,
        Err(error) => return error.response(lang),
    };
    request.extensions_mut().insert(identity.clone());
    if let Some(session) = session {
        request.extensions_mut().insert(session);
    }
    let mut response = next.run(request).await;
    if identity.role().is_some() {
        let private = HeaderValue::from_static("no-store");
        response.headers_mut().insert(header::CACHE_CONTROL, private);
    }
    response.extensions_mut().insert(identity);
    response
}

/// A key wins over a cookie: a script says who it is, whatever its browser keeps.
fn carried(state: &AppState, headers: &HeaderMap) -> Carried {
    match (bearer(headers), pages::session_secret(state, headers)) {
        (Some(presented), _) => Carried::Bearer(presented.map(str::to_owned)),
        (None, Some(secret)) => Carried::Session(secret),
        (None, None) => Carried::Nothing,
    }
}

async fn who(
    state: &AppState,
    carried: Carried,
    client: Option<&Client>,
) -> Result<Asks, DoorError> {
    let address = client.and_then(Client::shown);
    match carried {
        Carried::Nothing => Ok(Asks { identity: Identity::anonymous(address), session: None }),
        Carried::Bearer(presented) => {
            let key = check(state, presented.as_deref(), address.as_deref()).await;
            if let Err(ScoutingError::BadKey) = key
                && let Err(too_many) = state.limiter.bad_key(client)
            {
                state.metrics.rate_limited("bad_keys");
                return Err(too_many);
            }
            Ok(Asks { identity: key?.identity(address), session: None })
        }
        Carried::Session(secret) => {
            let session = of_cookie(state, secret).await?;
            Ok(Asks { identity: session.key.identity(address), session: Some(session) })
        }
    }
}

/// Whether a write may go on: it comes with no session, or with the token of its session.
fn holds(session: Option<&Session>, token: Option<&str>) -> bool {
    session.is_none_or(|session| token.is_some_and(|token| same(token, &session.csrf)))
}

async fn of_cookie(state: &AppState, secret: Option<String>) -> Result<Session, DoorError> {
    let secret = secret.filter(|_| !state.settings.without_keys).ok_or(DoorError::SessionOver)?;
    let now = Timestamp::now();
    let store = state.scouting.store();
    let life = state.settings.session_life();
    let found = session::find(store, &state.keyring, &secret, &life, now).await;
    let session = found.map_err(ScoutingError::from)?.ok_or(DoorError::SessionOver)?;
    if session.to_write {
        let (state, session) = (state.clone(), session.clone());
        tokio::spawn(async move {
            if let Err(cause) = session::seen(state.scouting.store(), &session, now).await {
                tracing::warn!(%cause, "the last use of a session could not be recorded");
            }
        });
    }
    served(state, &session.key, now);
    Ok(session)
}

/// Whether a person looks at this with a browser: a page says more than a problem.
fn is_browser(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    request.method() == Method::GET && accept.is_some_and(|accept| accept.contains("text/html"))
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
