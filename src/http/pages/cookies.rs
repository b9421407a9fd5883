//! The two cookies of pages, signed: a session, and what stands for one before it opens.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, Key, SameSite, SignedCookieJar};
use sha2::{Digest as _, Sha512};

use crate::http::client::Client;
use crate::http::state::AppState;

/// Holds the secret of a session.
const SESSION: &str = "essaim_session";
/// Holds the secret that the form of the log in is bound to.
const BEFORE: &str = "essaim_login";

/// The key that signs cookies, drawn from the secret of this service (32 bytes or more).
#[must_use]
pub fn signing_key(secret: &[u8]) -> Key {
    let mut hash = Sha512::new();
    hash.update(b"essaim cookies\n");
    hash.update(secret);
    Key::from(hash.finalize().as_slice())
}

fn jar(state: &AppState, headers: &HeaderMap) -> SignedCookieJar {
    SignedCookieJar::from_headers(headers, state.cookies.clone())
}

/// The secret of the session that a request carries: `None` without a cookie, `Some(None)`
/// for one that this service did not sign.
#[must_use]
pub fn session_secret(state: &AppState, headers: &HeaderMap) -> Option<Option<String>> {
    let carried = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .any(|pair| pair.trim_start().split('=').next() == Some(SESSION));
    carried.then(|| jar(state, headers).get(SESSION).map(|cookie| cookie.value().to_owned()))
}

/// The secret that the form of the log in is bound to, where the request carries one.
pub(super) fn before_secret(state: &AppState, headers: &HeaderMap) -> Option<String> {
    jar(state, headers).get(BEFORE).map(|cookie| cookie.value().to_owned())
}

/// Hands the secret of a session over, and forgets what stood before it.
pub(super) fn give_session(
    state: &AppState,
    client: Option<&Client>,
    secret: &str,
    response: &mut Response,
) {
    let cookie = Cookie::build((SESSION, secret.to_owned())).path("/").same_site(SameSite::Lax);
    set(state, client, cookie.build(), response);
    forget(BEFORE, "/login", response);
}

/// Hands the secret of the form of the log in over.
pub(super) fn give_before(
    state: &AppState,
    client: Option<&Client>,
    secret: &str,
    response: &mut Response,
) {
    let cookie =
        Cookie::build((BEFORE, secret.to_owned())).path("/login").same_site(SameSite::Strict);
    set(state, client, cookie.build(), response);
}

/// Tells the browser that its session is over.
pub fn forget_session(response: &mut Response) {
    forget(SESSION, "/", response);
}

fn set(
    state: &AppState,
    client: Option<&Client>,
    mut cookie: Cookie<'static>,
    response: &mut Response,
) {
    cookie.set_http_only(true);
    // Behind TLS, never in clear; on a loopback address browsers refuse `Secure` cookies.
    cookie.set_secure(state.settings.tls || client.is_some_and(|client| client.https));
    let jar = SignedCookieJar::new(state.cookies.clone()).add(cookie);
    let (parts, _) = axum::response::IntoResponse::into_response(jar).into_parts();
    for value in parts.headers.get_all(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, value.clone());
    }
}

fn forget(name: &str, path: &str, response: &mut Response) {
    let text = format!("{name}=; Path={path}; Max-Age=0; HttpOnly; SameSite=Lax");
    let value = HeaderValue::from_str(&text).expect("names and paths of ours are plain");
    response.headers_mut().append(header::SET_COOKIE, value);
}
