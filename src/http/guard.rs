//! Around every request: time limit, counters, request id, security headers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::domain::lang::Lang;

use super::client::Client;
use super::error::DoorError;
use super::extract::lang_of;
use super::state::AppState;

/// Longest time a request may take.
pub const TIME_MAX: Duration = Duration::from_secs(30);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Answers are data: nothing in them may run or be framed.
const POLICY_DATA: &str = "default-src 'none'; frame-ancestors 'none'";
/// The documentation page runs its own script, styles itself, and asks this server only.
const POLICY_DOCS: &str = "default-src 'none'; script-src 'self'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// Times, counts, names and protects one request.
pub async fn guard(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let client = Client::of(&request, &state.settings.proxies);
    request.extensions_mut().insert(client);
    let started = Instant::now();
    let lang = lang_of(request.uri());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let id = request_id(&request);
    let docs = request.uri().path().starts_with(super::docs::PAGE);
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default(), route);
    let answered = tokio::time::timeout(TIME_MAX, next.run(request).instrument(span)).await;
    let mut response = answered.unwrap_or_else(|_| DoorError::Timeout.response(lang));
    let took = started.elapsed();
    state.metrics.count(method.as_str(), &route, response.status().as_u16(), took);
    tracing::debug!(%method, route, status = response.status().as_u16(), ?took, "answered");
    protect(&mut response, id, docs);
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

fn protect(response: &mut Response, id: HeaderValue, docs: bool) {
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    let policy = if docs { POLICY_DOCS } else { POLICY_DATA };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
}
