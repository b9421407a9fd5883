//! `GET /export/{kind}`: rows and datasets, complete, to read elsewhere or to import again.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::access::Identity;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::state::AppState;
use crate::http::writing::{SEQ, number};
use crate::scouting::export::{ExportAsk, ExportFile, WORDS, What, Written, export};

/// Parameters of an export.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// `jsonl` (the default), `csv`, `xlsx`, `geojson` or `parquet`.
    pub format: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// Only what concerns this territory (id or name).
    pub territory: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Everything of one kind, complete and importable again; a zip where there are several files.
#[utoipa::path(
    get,
    path = "/api/v1/export/{kind}",
    tag = "log",
    operation_id = "export",
    params(
        (
            "kind" = String,
            Path,
            description = "`enterprises`, `actors`, `priorities`, `observations`, `confirmations`, `annotations`, `decisions`, `profiles`, `zones`, `merges`; a dataset (`territories`, `indicators`, `programmes`, `supply`, `supports`, `taxonomy`); or `all`"
        ),
        Params
    ),
    responses(
        (status = 200, body = String, content_type = "application/x-ndjson"),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Segments(kind): Segments<String>,
    who: Option<axum::Extension<Identity>>,
    asked: Asked<Params>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let cut = |text: &str| text.chars().take(40).collect::<String>();
        let what = What::parse(&kind)
            .ok_or_else(|| DoorError::UnknownFormat { asked: cut(&kind), known: WORDS })?;
        let written = match query.format.as_deref().map(str::trim) {
            None => Written::Jsonl,
            Some(word) => Written::parse(word).ok_or_else(|| DoorError::UnknownFormat {
                asked: cut(word),
                known: Written::WORDS,
            })?,
        };
        let seq = extract::whole("seq", query.seq.as_deref())?;
        let ask = ExportAsk { what, written, seq, territory: query.territory, lang };
        let who = who.map_or_else(|| Identity::anonymous(None), |who| who.0);
        let scouting = std::sync::Arc::clone(&state.scouting);
        let runtime = tokio::runtime::Handle::current();
        let work = move || {
            let exported = runtime.block_on(export(&scouting, &who, ask))?;
            let seq = exported.seq;
            Ok((exported.into_one(&kind)?, seq))
        };
        state.heavy(work).await
    };
    match answered.await {
        Ok((file, seq)) => file_response(file, seq),
        Err(error) => error.response(lang),
    }
}

/// A file to keep, with the state of the log that it shows.
fn file_response(file: ExportFile, seq: u64) -> Response {
    let ExportFile { path, media, bytes, .. } = file;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CONTENT_DISPOSITION, attachment(&path));
    headers.insert(SEQ, number(seq));
    (headers, bytes).into_response()
}

/// The header that gives a file its name; the names that we give are ASCII.
pub(super) fn attachment(name: &str) -> HeaderValue {
    let plain: String = name.chars().filter(|c| c.is_ascii_graphic() && *c != '"').collect();
    HeaderValue::from_str(&format!("attachment; filename=\"{plain}\""))
        .unwrap_or(HeaderValue::from_static("attachment"))
}
