//! `/duplicates` and `/merges`: one organisation told twice, found, merged, undone.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use crate::catalogue::record::merge;
use crate::catalogue::revision::Revision;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked};
use crate::http::state::AppState;
use crate::http::wire::common::WithdrawnWire;
use crate::http::wire::duplicates::{DuplicatesWire, MergeWire};
use crate::http::writing::{WriteAsked, reply_written};
use crate::scouting::duplicates::{self, Ask, write};
use crate::scouting::error::ScoutingError;

use super::reply_list;

/// Parameters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Id or name of a territory; everywhere if absent.
    pub territory: Option<String>,
    /// Smallest probability shown, 0..=1.
    #[param(value_type = Option<f64>)]
    pub threshold: Option<String>,
    /// Whether networks and their branches are shown too.
    #[param(value_type = Option<bool>)]
    pub sisters: Option<String>,
    /// Pairs shown.
    #[param(value_type = Option<usize>)]
    pub limit: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `json` or `csv`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Parameters of a write.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WriteParams {
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// The pairs of rows that are or may be one organisation, with why and how sure.
#[utoipa::path(
    get,
    path = "/api/v1/duplicates",
    tag = "enterprises",
    operation_id = "list_duplicates",
    params(ListParams),
    responses(
        (status = 200, body = DuplicatesWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(State(state): State<AppState>, asked: Asked<ListParams>) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let limit = extract::limit(query.limit.as_deref(), 20)?;
        let ask = Ask {
            territory: query.territory,
            threshold: threshold(query.threshold.as_deref())?,
            sisters: extract::yes("sisters", query.sisters.as_deref(), false)?,
            lang,
        };
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let find = move || {
            let found = duplicates::find(&scene, &ask)?;
            Ok(DuplicatesWire::new(scene.seq, &found, limit))
        };
        Ok((state.heavy(find).await?, format))
    };
    reply_list(lang, answered.await)
}

/// Says what two rows are: `kept` and `other` (`enterprise/<id>`, `actor/<id>` or a bare
/// id), `verdict` `same` (unless said), `sister` or `different`. Nothing is lost: the rows
/// stay in the log, and a withdrawal shows them as before.
#[utoipa::path(
    post,
    path = "/api/v1/merges",
    tag = "enterprises",
    operation_id = "record_merge",
    params(WriteParams),
    request_body(content = Object, example = json!({
        "kept": "actor/emmaus-connect-lyon",
        "other": "actor/entourage-lyon-9087",
        "verdict": "same",
        "reason": "vérifié au téléphone"
    })),
    responses(
        (status = 201, body = MergeWire),
        (status = 200, body = MergeWire, description = "It takes the place of what was said"),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn record(State(state): State<AppState>, asked: WriteAsked<WriteParams>) -> Response {
    let WriteAsked { lang, who, manner, body, .. } = asked;
    match write::merge(&state.scouting, &who, &body, manner, extract::today()).await {
        Ok(written) => {
            let status = if written.added { StatusCode::CREATED } else { StatusCode::OK };
            reply_written(lang, status, shown(&written.revision))
        }
        Err(error) => DoorError::from(error).response(lang),
    }
}

/// Takes back what was said of the rows `a` and `b`, with its `reason`.
#[utoipa::path(
    post,
    path = "/api/v1/merges/withdraw",
    tag = "enterprises",
    operation_id = "withdraw_merge",
    params(WriteParams),
    request_body(content = Object, example = json!({
        "a": "actor/emmaus-connect-lyon",
        "b": "actor/entourage-lyon-9087",
        "reason": "ce sont deux antennes"
    })),
    responses(
        (status = 200, body = WithdrawnWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn withdraw(State(state): State<AppState>, asked: WriteAsked<WriteParams>) -> Response {
    let WriteAsked { lang, who, manner, body, .. } = asked;
    let word = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let done = write::unmerge(&state.scouting, &who, (word("a"), word("b")), manner).await;
    let done = done.map_err(DoorError::from);
    reply_written(
        lang,
        StatusCode::OK,
        done.map(|ended| (WithdrawnWire::from(&ended), ended.revision.seq)),
    )
}

/// A merge from its revision.
///
/// # Errors
/// Ours only: a row that can no longer be read.
pub fn shown(revision: &Revision) -> Result<(MergeWire, u64), DoorError> {
    let read = revision.json().ok().and_then(|value| merge::read(&value).ok());
    let read = read.ok_or_else(|| DoorError::internal("an unreadable merge"))?;
    Ok((MergeWire::new(&read.value, revision), revision.seq))
}

fn threshold(asked: Option<&str>) -> Result<Option<f64>, DoorError> {
    let Some(asked) = asked else { return Ok(None) };
    let number = asked.trim().replace(',', ".").parse::<f64>();
    Ok(Some(number.map_err(|_| ScoutingError::OutOfBounds {
        field: "threshold".to_owned(),
        value: asked.to_owned(),
        bounds: "0–1".to_owned(),
    })?))
}
