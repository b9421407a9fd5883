//! `GET /records/quality`: the records worth a visit first.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked};
use crate::http::page::Page;
use crate::http::state::AppState;
use crate::http::wire::quality::RecordsWire;
use crate::scouting::error::ScoutingError;
use crate::scouting::quality::{RecordKind, RecordsAsk, records};
use crate::scouting::scene::Scene;

use super::reply_list;

/// Parameters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// Only `enterprise` or only `actor`.
    pub kind: Option<String>,
    /// Only of this territory (id or name).
    pub territory: Option<String>,
    /// `YYYY-MM-DD`; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// 1 to 500; 20 when absent.
    #[param(value_type = Option<u32>)]
    pub limit: Option<String>,
    /// Where the previous page stopped.
    pub cursor: Option<String>,
    /// `json` or `csv`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// The records worth a visit first: those that matter and lack much; with what lacks, how
/// old, how sure. It enters no ranking.
#[utoipa::path(
    get,
    path = "/api/v1/records/quality",
    tag = "records",
    operation_id = "list_records_quality",
    params(Params),
    responses(
        (status = 200, body = RecordsWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn quality(State(state): State<AppState>, asked: Asked<Params>) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let kind = kind(query.kind.as_deref())?;
        let as_of = extract::as_of(query.as_of.as_deref())?;
        let page = Page::read(
            query.cursor.as_deref(),
            &[
                "records",
                kind.map_or("", RecordKind::as_str),
                query.territory.as_deref().unwrap_or_default(),
                &as_of.to_string(),
            ],
        )?;
        let ask = RecordsAsk {
            kind,
            territory: query.territory,
            as_of,
            start: page.start,
            limit: extract::limit(query.limit.as_deref(), 20)?,
        };
        let seq = extract::whole("seq", query.seq.as_deref())?.or(page.seq);
        let scene = state.scene(seq).await?;
        let answer = state.heavy(move || answer(&scene, &ask, &page, lang)).await?;
        Ok((answer, format))
    };
    reply_list(lang, answered.await)
}

/// The kind asked.
///
/// # Errors
/// When no record is of this kind.
pub fn kind(asked: Option<&str>) -> Result<Option<RecordKind>, DoorError> {
    let Some(asked) = asked else { return Ok(None) };
    RecordKind::parse(asked).map(Some).ok_or_else(|| {
        let bounds = RecordKind::WORDS.join(" | ");
        let value = asked.chars().take(40).collect();
        ScoutingError::OutOfBounds { field: "kind".to_owned(), value, bounds }.into()
    })
}

/// One page of the records asked.
///
/// # Errors
/// Unknown territory; bad date.
pub fn answer(
    scene: &Scene,
    ask: &RecordsAsk,
    page: &Page,
    lang: Lang,
) -> Result<RecordsWire, DoorError> {
    let listed = records(&scene.world, &scene.rows, ask)?;
    let next = page.next(scene.seq, listed.records.len(), listed.total);
    Ok(RecordsWire::new(&scene.world, scene.seq, ask.as_of, &listed, next, lang))
}
