//! From what was typed in an address to typed values; nobody checks again inside.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::IntoParams;

use crate::domain::lang::Lang;
use crate::scouting::ask::{LIMIT_MAX, check_limit};
use crate::scouting::body;
use crate::scouting::error::ScoutingError;

pub use crate::scouting::vocabulary::enterprise_id;

use super::error::DoorError;

/// A refusal in the language of the request.
#[derive(Debug)]
pub struct Refusal {
    /// Why.
    pub error: DoorError,
    /// In which language to say it.
    pub lang: Lang,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.error.response(self.lang)
    }
}

/// The query string as `T`, with the language asked.
///
/// The fields of `T` are the parameters known here (the same list that documents them):
/// another one is refused with the nearest. A blank parameter other than `q` is absent.
#[derive(Debug)]
pub struct Asked<T> {
    /// The parameters.
    pub query: T,
    /// The language; an unknown one is French.
    pub lang: Lang,
}

impl<S, T> FromRequestParts<S> for Asked<T>
where
    S: Send + Sync,
    T: DeserializeOwned + IntoParams,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let lang = lang_of(&parts.uri);
        let read = || {
            let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
                .map_err(|_| DoorError::BadPath)?;
            typed(pairs)
        };
        read().map(|query| Self { query, lang }).map_err(|error| Refusal { error, lang })
    }
}

fn typed<T: DeserializeOwned + IntoParams>(pairs: Vec<(String, String)>) -> Result<T, DoorError> {
    let known: Vec<String> =
        T::into_params(|| None).into_iter().map(|parameter| parameter.name).collect();
    let mut read: BTreeMap<String, Value> = BTreeMap::new();
    for (name, value) in pairs {
        if !known.contains(&name) {
            let asked: String = name.chars().take(40).collect();
            return Err(DoorError::UnknownParameter {
                suggestion: nearest(&asked, known.iter().map(String::as_str)),
                asked,
                known,
            });
        }
        if read.insert(name.clone(), Value::String(value)).is_some() {
            return Err(DoorError::RepeatedParameter { asked: name });
        }
    }
    read.retain(|name, value| name == "q" || value.as_str().is_some_and(|v| !v.trim().is_empty()));
    serde_json::from_value(Value::Object(read.into_iter().collect())).map_err(DoorError::internal)
}

/// The word of `known` nearest to `asked` (Jaro-Winkler, at least 0.75).
#[must_use]
pub fn nearest<'a>(asked: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|word| (strsim::jaro_winkler(word, asked), word))
        .filter(|(likeness, _)| *likeness >= 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, word)| word.to_owned())
}

/// The heaviest body read, megabytes: what a refusal says.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(pub usize);

/// The bytes of a body.
///
/// # Errors
/// Too heavy.
pub async fn body_bytes(request: Request) -> Result<Bytes, DoorError> {
    let limit = request.extensions().get::<BodyLimit>().map_or(0, |BodyLimit(limit)| *limit);
    Bytes::from_request(request, &()).await.map_err(|refused| {
        if refused.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
            DoorError::PayloadTooLarge { limit_mb: limit }
        } else {
            DoorError::MalformedJson { reason: "0:0".to_owned() }
        }
    })
}

/// The body as JSON, whatever its declared type: a script often forgets to say it.
///
/// # Errors
/// Too heavy, or no JSON.
pub async fn json_body(request: Request) -> Result<Value, DoorError> {
    json_of(&body_bytes(request).await?)
}

/// Bytes as JSON.
///
/// # Errors
/// No JSON.
pub fn json_of(bytes: &[u8]) -> Result<Value, DoorError> {
    serde_json::from_slice(bytes).map_err(|cause| {
        // Only where: the parser's words are English.
        DoorError::MalformedJson { reason: format!("{}:{}", cause.line(), cause.column()) }
    })
}

/// The language of an address: its `lang`, French when it has none or an unknown one.
#[must_use]
pub fn lang_of(uri: &Uri) -> Lang {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
    let Ok(Query(pairs)) = pairs else { return Lang::Fr };
    pairs
        .iter()
        .find(|(name, _)| name == "lang")
        .and_then(|(_, word)| Lang::parse(word))
        .unwrap_or_default()
}

/// Path segments, percent-decoded; what is not UTF-8 is a problem like any other.
#[derive(Debug)]
pub struct Segments<T>(pub T);

impl<S, T> FromRequestParts<S> for Segments<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(segments)) => Ok(Self(segments)),
            Err(_) => Err(Refusal { error: DoorError::BadPath, lang: lang_of(&parts.uri) }),
        }
    }
}

/// `limit`, or `unsaid` when absent.
///
/// # Errors
/// When it is no number, 0, or over [`LIMIT_MAX`].
pub fn limit(asked: Option<&str>, unsaid: usize) -> Result<usize, DoorError> {
    let Some(asked) = asked else { return Ok(unsaid) };
    let limit = asked.trim().parse::<usize>().map_err(|_| ScoutingError::OutOfBounds {
        field: "limit".to_owned(),
        value: asked.chars().take(40).collect(),
        bounds: format!("1–{LIMIT_MAX}"),
    })?;
    check_limit(limit)?;
    Ok(limit)
}

/// A whole number (`seq`, `since`), where given.
///
/// # Errors
/// When it is no number.
pub fn whole(field: &str, asked: Option<&str>) -> Result<Option<u64>, DoorError> {
    asked
        .map(|text| {
            text.trim().parse::<u64>().map_err(|_| {
                DoorError::from(ScoutingError::OutOfBounds {
                    field: field.to_owned(),
                    value: text.chars().take(40).collect(),
                    bounds: "0, 1, 2…".to_owned(),
                })
            })
        })
        .transpose()
}

/// `as_of`, today when absent.
///
/// # Errors
/// When it is no date.
pub fn as_of(asked: Option<&str>) -> Result<Date, DoorError> {
    Ok(asked.map(body::date).transpose()?.unwrap_or_else(today))
}

/// `true` or `false`, or `unsaid` when absent.
///
/// # Errors
/// When it is neither.
pub fn yes(field: &str, asked: Option<&str>, unsaid: bool) -> Result<bool, DoorError> {
    match asked.map(str::trim) {
        None => Ok(unsaid),
        Some("true" | "1") => Ok(true),
        Some("false" | "0") => Ok(false),
        Some(other) => Err(ScoutingError::OutOfBounds {
            field: field.to_owned(),
            value: other.chars().take(40).collect(),
            bounds: "true | false".to_owned(),
        }
        .into()),
    }
}

/// The words of what lists are written in; `geojson` where rows have places.
pub const LIST_FORMATS: &[&str] = &["json", "csv", "xlsx", "geojson"];

/// What lists are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON, the default.
    Json,
    /// CSV.
    Csv,
    /// A spreadsheet.
    Xlsx,
    /// Places, where rows have some.
    GeoJson,
}

/// `format`, JSON when absent.
///
/// # Errors
/// When it is none of [`LIST_FORMATS`].
pub fn format(asked: Option<&str>) -> Result<Format, DoorError> {
    match asked.map(str::trim) {
        None | Some("json") => Ok(Format::Json),
        Some("csv") => Ok(Format::Csv),
        Some("xlsx") => Ok(Format::Xlsx),
        Some("geojson") => Ok(Format::GeoJson),
        Some(other) => Err(DoorError::UnknownFormat {
            asked: other.chars().take(40).collect(),
            known: LIST_FORMATS,
        }),
    }
}

/// Today, in universal time: a server's answers do not depend on where it stands.
#[must_use]
pub fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, IntoParams)]
    #[into_params(parameter_in = Query)]
    struct Probe {
        q: Option<String>,
        #[param(value_type = Option<u32>)]
        limit: Option<String>,
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn an_unknown_parameter_is_refused_with_the_nearest() {
        let refused = typed::<Probe>(vec![pair("limite", "3")]);
        let Err(DoorError::UnknownParameter { suggestion, .. }) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(suggestion.as_deref(), Some("limit"));
        assert!(matches!(
            typed::<Probe>(vec![pair("q", "a"), pair("q", "b")]),
            Err(DoorError::RepeatedParameter { .. })
        ));
    }

    #[test]
    fn a_blank_parameter_is_absent_but_a_blank_query_is_kept_to_be_refused() {
        let read = typed::<Probe>(vec![pair("q", ""), pair("limit", " ")]).unwrap();
        assert_eq!((read.q.as_deref(), read.limit), (Some(""), None));
    }

    #[test]
    fn numbers_dates_and_words_are_parsed_at_the_door() {
        assert_eq!(limit(Some("7"), 20).unwrap(), 7);
        assert_eq!(limit(None, 20).unwrap(), 20);
        for odd in ["0", "-1", "beaucoup", "501", "1e3"] {
            assert!(limit(Some(odd), 20).is_err(), "{odd}");
        }
        assert!(as_of(Some("2026-02-30")).is_err());
        assert!(as_of(Some("hier")).is_err());
        assert!(yes("inside", Some("oui"), true).is_err());
        assert!(format(Some("xml")).is_err());
        assert!(whole("seq", Some("-3")).is_err());
    }

    #[test]
    fn an_unknown_language_is_french() {
        assert_eq!(lang_of(&"/x?lang=de".parse().unwrap()), Lang::Fr);
        assert_eq!(lang_of(&"/x?lang=en-GB".parse().unwrap()), Lang::En);
        assert_eq!(lang_of(&"/x".parse().unwrap()), Lang::Fr);
    }
}
