//! What every write shares at this door: who, under which condition, asked once or twice.
//!
//! A handler reads a [`WriteAsked`], calls one use case and answers with [`reply_written`]:
//! the row as it now stands, its `ETag` (the quoted `seq` of its latest revision) and the
//! `Essaim-Seq` from which it can be read. A row that moved is answered 412 with the row
//! as it now stands.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::IntoParams;

use crate::access::Identity;
use crate::catalogue::CatalogueError;
use crate::catalogue::store::{Idempotent, digest};
use crate::domain::lang::Lang;
use crate::scouting::error::ScoutingError;
use crate::scouting::writing::{Condition, Manner};

use super::error::DoorError;
use super::extract::{Asked, Refusal, body_bytes, json_of};

/// State of the log that an answer shows, and that a client may wait for.
pub const SEQ: HeaderName = HeaderName::from_static("essaim-seq");
/// A state of the log that the answer must show at least.
pub const MIN_SEQ: HeaderName = HeaderName::from_static("essaim-min-seq");
/// A write that may come twice (draft-ietf-httpapi-idempotency-key-header).
pub const IDEMPOTENCY: HeaderName = HeaderName::from_static("idempotency-key");
/// Longest idempotency key.
const IDEMPOTENCY_MAX: usize = 200;

/// A write as it was asked.
#[derive(Debug)]
pub struct WriteAsked<T> {
    /// The parameters of the address.
    pub query: T,
    /// The language: that of the body wins.
    pub lang: Lang,
    /// Who asks.
    pub who: Identity,
    /// Under which conditions.
    pub manner: Manner,
    /// The body; null when there is none.
    pub body: Value,
}

impl<S, T> FromRequest<S> for WriteAsked<T>
where
    S: Send + Sync,
    T: DeserializeOwned + IntoParams + Send,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let file = FileAsked::<T>::from_request(request, state).await?;
        let FileAsked { query, lang, who, manner, bytes } = file;
        let body = match bytes.iter().all(u8::is_ascii_whitespace) {
            true => Value::Null,
            false => json_of(&bytes).map_err(|error| Refusal { error, lang })?,
        };
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let lang = text("lang").and_then(Lang::parse).unwrap_or(lang);
        let reason = text("reason").map(str::trim).filter(|reason| !reason.is_empty());
        let reason = reason.map(|reason| reason.chars().take(500).collect());
        Ok(Self { query, lang, manner: Manner { reason, ..manner }, body, who })
    }
}

/// A file as it was sent, under the same conditions.
#[derive(Debug)]
pub struct FileAsked<T> {
    /// The parameters of the address.
    pub query: T,
    /// The language.
    pub lang: Lang,
    /// Who asks.
    pub who: Identity,
    /// Under which conditions.
    pub manner: Manner,
    /// The content.
    pub bytes: Bytes,
}

impl<S, T> FromRequest<S> for FileAsked<T>
where
    S: Send + Sync,
    T: DeserializeOwned + IntoParams + Send,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let (mut parts, content) = request.into_parts();
        let Asked { query, lang } =
            <Asked<T> as axum::extract::FromRequestParts<S>>::from_request_parts(&mut parts, state)
                .await?;
        let refuse = |error| Refusal { error, lang };
        let who = identity(&parts.extensions);
        let condition = condition(&parts.headers).map_err(refuse)?;
        let asked_key = idempotency_key(&parts.headers).map_err(refuse)?;
        let address = format!("{} {}\n", parts.method, parts.uri);
        let request = Request::from_parts(parts, content);
        let bytes = body_bytes(request).await.map_err(refuse)?;
        // Two authors never share a key, nor two questions.
        let idempotent = asked_key.map(|key| Idempotent {
            key: format!("{}/{key}", who.author()),
            digest: digest(&[address.as_bytes(), bytes.as_ref()].concat()),
        });
        Ok(Self { query, lang, manner: Manner { condition, idempotent, reason: None }, bytes, who })
    }
}

/// Who the request is from: what the door of keys found, else nobody.
#[must_use]
pub fn identity(extensions: &axum::http::Extensions) -> Identity {
    extensions.get::<Identity>().cloned().unwrap_or_else(|| Identity::anonymous(None))
}

/// `If-Match` and `If-None-Match`, one of them at most.
fn condition(headers: &HeaderMap) -> Result<Condition, DoorError> {
    let text = |name: HeaderName, shown: &'static str| match headers.get(name) {
        None => Ok(None),
        Some(value) => value
            .to_str()
            .map(|text| Some(text.trim()))
            .map_err(|_| DoorError::BadCondition { header: shown }),
    };
    if let Some(asked) = text(header::IF_MATCH, "If-Match")? {
        if asked == "*" {
            return Ok(Condition::Exists);
        }
        let digits = asked.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let seq = digits.and_then(|digits| digits.parse::<u64>().ok());
        return seq.map(Condition::Match).ok_or(DoorError::BadCondition { header: "If-Match" });
    }
    match text(header::IF_NONE_MATCH, "If-None-Match")? {
        None => Ok(Condition::None),
        Some("*") => Ok(Condition::Absent),
        Some(_) => Err(DoorError::BadCondition { header: "If-None-Match" }),
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, DoorError> {
    let bad = || DoorError::BadCondition { header: "Idempotency-Key" };
    let Some(value) = headers.get(IDEMPOTENCY) else { return Ok(None) };
    let text = value.to_str().map_err(|_| bad())?.trim();
    if text.is_empty() || text.len() > IDEMPOTENCY_MAX {
        return Err(bad());
    }
    Ok(Some(text.to_owned()))
}

/// The answer to a write: `status`, the row, its ETag and the state that shows it.
pub fn reply_written<T: Serialize>(
    lang: Lang,
    status: StatusCode,
    answered: Result<(T, u64), DoorError>,
) -> Response {
    match answered {
        Ok((row, seq)) => {
            let mut response = (status, Json(row)).into_response();
            tag(&mut response, seq);
            response.headers_mut().insert(SEQ, number(seq));
            response
        }
        Err(error) => error.response(lang),
    }
}

/// Says which revision of a row the answer shows.
pub fn tag(response: &mut Response, seq: u64) {
    let quoted = HeaderValue::from_str(&format!("\"{seq}\"")).expect("digits between quotes");
    response.headers_mut().insert(header::ETAG, quoted);
}

/// A number as a header.
#[must_use]
pub fn number(seq: u64) -> HeaderValue {
    HeaderValue::from(seq)
}

/// A row that moved, answered with the row as it now stands; other refusals as they are.
///
/// `current` reads the row: its JSON and its latest revision; `None` when it is not alive.
pub fn with_current(
    error: ScoutingError,
    current: impl FnOnce() -> Option<(Value, u64)>,
) -> DoorError {
    match error {
        ScoutingError::Catalogue(CatalogueError::Conflict { kind, id, .. }) => {
            DoorError::Stale { row: format!("{} {id}", kind.as_str()), current: current() }
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
            })
            .collect()
    }

    #[test]
    fn a_condition_is_an_etag_or_a_star() {
        let read = |name: &'static str, value| condition(&headers(&[(name, value)])).ok();
        assert_eq!(read("if-match", "\"12\""), Some(Condition::Match(12)));
        assert_eq!(read("if-match", "*"), Some(Condition::Exists));
        assert_eq!(read("if-none-match", "*"), Some(Condition::Absent));
        for odd in ["12", "\"douze\"", "W/\"12\"", ""] {
            assert_eq!(read("if-match", odd), None, "{odd}");
        }
        assert_eq!(read("if-none-match", "\"12\""), None);
        assert_eq!(condition(&HeaderMap::new()).unwrap(), Condition::None);
    }

    #[test]
    fn an_idempotency_key_is_short_and_not_blank() {
        let read = |value: &str| idempotency_key(&headers(&[("idempotency-key", value)]));
        assert_eq!(read(" a-1 ").unwrap().as_deref(), Some("a-1"));
        assert!(read("").is_err());
        assert!(read(&"x".repeat(IDEMPOTENCY_MAX + 1)).is_err());
    }
}
