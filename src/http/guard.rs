//! Around every request: time limit, counters, request id, security headers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::access::Identity;
use crate::domain::lang::Lang;

use super::client::Client;
use super::error::{Code, DoorError};
use super::extract::{BodyLimit, lang_of};
use super::state::AppState;
use super::writing::SEQ;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Answers are data: nothing in them may run or be framed.
const POLICY_DATA: &str = "default-src 'none'; frame-ancestors 'none'";
/// The documentation page runs its own script, styles itself, and asks this server only.
const POLICY_DOCS: &str = "default-src 'none'; script-src 'self'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What every answer tells a browser: guess nothing, tell nobody, be in no frame, use nothing
/// of the machine, share nothing with other sites.
const PROTECTIONS: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
];
/// Two years over TLS only.
const TLS_ONLY: &str = "max-age=63072000";

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// Times, counts, names and protects one request; one line of log each.
///
/// The line has the pattern of the route, never the address, the query or the body: what a
/// person looks for, and what opens a door, stay out of logs.
pub async fn guard(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let client = Client::of(&request, &state.settings.proxies);
    let limits = &state.settings.limits;
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(BodyLimit(limits.body_mb));
    let started = Instant::now();
    let lang = lang_of(request.uri());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let id = request_id(&request);
    let docs = request.uri().path().starts_with(super::docs::PAGE);
    let shown = id.to_str().unwrap_or_default().to_owned();
    let span = tracing::info_span!("request", id = shown, route);
    let answered = tokio::time::timeout(limits.time, next.run(request).instrument(span)).await;
    let mut response = answered.unwrap_or_else(|_| DoorError::Timeout.response(lang));
    let took = started.elapsed();
    let status = response.status().as_u16();
    state.metrics.count(method.as_str(), &route, status, took);
    let code = response.extensions().get::<Code>().map(|Code(code)| *code);
    if let Some(code) = code {
        state.metrics.refused(code);
    }
    tracing::info!(
        id = shown,
        method = method.as_str(),
        route,
        status,
        code,
        ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        author = response.extensions().get::<Identity>().map(Identity::author),
        seq = response.headers().get(SEQ).and_then(|seq| seq.to_str().ok()?.parse::<u64>().ok()),
        "request"
    );
    protect(&mut response, id, docs, state.settings.tls || client.https);
    response
}

/// The answer to a panic: a problem like any other.
#[allow(clippy::needless_pass_by_value)] // The layer hands the cause over by value.
pub fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let text = cause
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    DoorError::Internal(format!("panic: {text}")).response(Lang::Fr)
}

/// The id the asker gave when it is short and plain, else ours.
fn request_id(request: &Request) -> HeaderValue {
    let given = request.headers().get(REQUEST_ID).filter(|id| {
        id.len() <= 64 && id.as_bytes().iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    });
    given.cloned().unwrap_or_else(|| {
        let number = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        HeaderValue::from_str(&format!("{:x}-{number:x}", std::process::id()))
            .expect("hexadecimal digits and a hyphen are a header value")
    })
}

fn protect(response: &mut Response, id: HeaderValue, docs: bool, tls: bool) {
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id);
    for (name, value) in PROTECTIONS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TLS_ONLY));
    }
    // A page brings its own policy.
    let policy = if docs { POLICY_DOCS } else { POLICY_DATA };
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert_with(|| HeaderValue::from_static(policy));
}
