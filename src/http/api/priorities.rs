//! `GET` and `PUT /territories/{id}/priorities`, with its preview, its versions and its undo.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use crate::access::Identity;
use crate::catalogue::CatalogueError;
use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Format, Segments};
use crate::http::state::AppState;
use crate::http::wire::preview::PreviewWire;
use crate::http::wire::priorities::{HistoryWire, StandingWire, UndoneWire};
use crate::http::wire::request::SubmissionRequest;
use crate::http::writing::{WriteAsked, reply_written, tag, with_current};
use crate::matching::weights::WeightsAsked;
use crate::scouting::ask::{CandidatesAsk, check_date};
use crate::scouting::body;
use crate::scouting::error::ScoutingError;
use crate::scouting::submissions::preview::{self, PreviewAsk};
use crate::scouting::submissions::{self, history, standing, undo};
use crate::scouting::writing::Manner;

use super::{reply, reply_list};

/// Parameters of what applies.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GetParams {
    /// `YYYY-MM-DD`; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `json`, or `csv`: the territory's own periods, as `essaim import priorities` reads them.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Parameters of a submission; all but `lang` serve its preview.
#[derive(Debug, Default, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PutParams {
    /// `true`: show what it would change, and write nothing.
    #[param(value_type = Option<bool>)]
    pub dry_run: Option<String>,
    /// Enterprises shown, 1 to 500; 20 when absent.
    #[param(value_type = Option<u32>)]
    pub limit: Option<String>,
    /// The date in the world; the later of today and the start when absent.
    pub as_of: Option<String>,
    /// A named profile of weights.
    pub profile: Option<String>,
    /// `gap:3,proof:1` or `gap>priority>proof`.
    pub weights: Option<String>,
    /// `expected` or `low`.
    pub rank_by: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Parameters of the versions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryParams {
    /// 1 to 500; 20 when absent.
    #[param(value_type = Option<u32>)]
    pub limit: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Parameters of an undo.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UndoParams {
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// The priorities that apply in a territory, where they come from, and its own periods.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/priorities",
    tag = "territories",
    operation_id = "get_priorities",
    params(("id" = String, Path, description = "Id or name"), GetParams),
    responses(
        (status = 200, body = StandingWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Segments(territory): Segments<String>,
    asked: Asked<GetParams>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let as_of = extract::as_of(query.as_of.as_deref())?;
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let found = standing::standing(&state.scouting, &scene, &territory, as_of, lang).await?;
        Ok((StandingWire::from(&found), format))
    };
    let answered = answered.await;
    let row = answered.as_ref().ok().and_then(|(found, _)| found.row.clone());
    let mut response = reply_list(lang, answered);
    if let Some(row) = row {
        tag(&mut response, row.seq);
    }
    response
}

/// Submits the priorities of a territory for a period, or shows what they would change.
///
/// The period of the same start is replaced, the others stay.
#[utoipa::path(
    put,
    path = "/api/v1/territories/{id}/priorities",
    tag = "territories",
    operation_id = "put_priorities",
    params(("id" = String, Path, description = "Id or name"), PutParams),
    request_body = SubmissionRequest,
    responses(
        (status = 200, body = StandingWire, description = "What stands; a `PreviewWire` with `dry_run=true`"),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn put(
    State(state): State<AppState>,
    Segments(territory): Segments<String>,
    asked: WriteAsked<PutParams>,
) -> Response {
    let WriteAsked { query, lang, who, manner, body } = asked;
    let dry_run = match extract::yes("dry_run", query.dry_run.as_deref(), false) {
        Ok(dry_run) => dry_run,
        Err(error) => return error.response(lang),
    };
    if dry_run {
        return match extract::format(query.format.as_deref()) {
            Err(error) => error.response(lang),
            Ok(Format::Json) => {
                reply(lang, answer_preview(&state, &who, &territory, &body, &query, lang).await)
            }
            Ok(format) => {
                let answered = answer_preview(&state, &who, &territory, &body, &query, lang).await;
                reply_list(lang, answered.map(|preview| (preview, format)))
            }
        };
    }
    let answered = answer_put(&state, &who, &territory, &body, &manner, lang).await;
    reply_written(lang, StatusCode::OK, answered)
}

/// Every version of what a territory submitted: who, when, why, and what changed.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/priorities/history",
    tag = "territories",
    operation_id = "list_priorities_versions",
    params(("id" = String, Path, description = "Id or name"), HistoryParams),
    responses(
        (status = 200, body = HistoryWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn versions(
    State(state): State<AppState>,
    Segments(territory): Segments<String>,
    asked: Asked<HistoryParams>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let limit = extract::limit(query.limit.as_deref(), 20)?;
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let found = history::history(&state.scouting, &scene, &territory, limit, lang).await?;
        Ok(HistoryWire::from(&found))
    };
    let answered: Result<HistoryWire, DoorError> = answered.await;
    let standing = answered.as_ref().ok().and_then(|found| found.versions.first());
    let seq = standing.map(|version| version.seq);
    let mut response = reply(lang, answered);
    if let Some(seq) = seq {
        tag(&mut response, seq);
    }
    response
}

/// Undoes the last version: the one before stands again, as a new version.
#[utoipa::path(
    post,
    path = "/api/v1/territories/{id}/priorities/undo",
    tag = "territories",
    operation_id = "undo_priorities",
    params(("id" = String, Path, description = "Id or name"), UndoParams),
    responses(
        (status = 200, body = UndoneWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn undo(
    State(state): State<AppState>,
    Segments(territory): Segments<String>,
    asked: WriteAsked<UndoParams>,
) -> Response {
    let WriteAsked { lang, who, manner, .. } = asked;
    let answered = answer_undo(&state, &who, &territory, &manner, lang).await;
    reply_written(lang, StatusCode::OK, answered)
}

/// Saves a submission: what stands, and the revision of the row.
///
/// # Errors
/// Those of [`submissions::submit`]; a conflict with what stands.
pub async fn answer_put(
    state: &AppState,
    who: &Identity,
    territory: &str,
    body: &Value,
    manner: &Manner,
    lang: Lang,
) -> Result<(StandingWire, u64), DoorError> {
    let today = extract::today();
    let scouting = &state.scouting;
    match submissions::submit(scouting, who, territory, body, manner, today, lang).await {
        Ok(found) => {
            let seq = found.row.unwrap_or(found.seq);
            Ok((StandingWire::from(&found), seq))
        }
        Err(error) => Err(moved(state, territory, lang, error).await),
    }
}

/// Undoes the last submission: what stands, and the revision of the row.
///
/// # Errors
/// Those of [`undo::undo`]; a conflict with what stands.
pub async fn answer_undo(
    state: &AppState,
    who: &Identity,
    territory: &str,
    manner: &Manner,
    lang: Lang,
) -> Result<(UndoneWire, u64), DoorError> {
    let today = extract::today();
    match undo::undo(&state.scouting, who, territory, manner, today, lang).await {
        Ok(undone) => Ok((UndoneWire::from(&undone), undone.written)),
        Err(error) => Err(moved(state, territory, lang, error).await),
    }
}

/// A refusal; where the row moved, with what stands.
async fn moved(state: &AppState, territory: &str, lang: Lang, error: ScoutingError) -> DoorError {
    if !matches!(error, ScoutingError::Catalogue(CatalogueError::Conflict { .. })) {
        return error.into();
    }
    // Whoever was faster has written, and its scene may not be shown yet.
    if let Err(error) = state.scouting.refresh().await {
        return error.into();
    }
    let scene = state.scouting.scene();
    let today = extract::today();
    let found = standing::standing(&state.scouting, &scene, territory, today, lang).await.ok();
    with_current(error, || {
        let found = StandingWire::from(&found?);
        let seq = found.row.as_ref()?.seq;
        Some((serde_json::to_value(found).ok()?, seq))
    })
}

/// What a submission would change; nothing is written.
///
/// # Errors
/// Those of [`preview::prepare`] and [`preview::preview`].
pub async fn answer_preview(
    state: &AppState,
    who: &Identity,
    territory: &str,
    body: &Value,
    query: &PutParams,
    lang: Lang,
) -> Result<PreviewWire, DoorError> {
    let limit = extract::limit(query.limit.as_deref(), 20)?;
    let today = extract::today();
    let as_of = query.as_of.as_deref().map(body::date).transpose()?;
    if let Some(as_of) = as_of {
        check_date(as_of)?;
    }
    let mut candidates = CandidatesAsk::new(territory, today);
    candidates.lang = lang;
    candidates.profile.clone_from(&query.profile);
    if let Some(text) = &query.weights {
        candidates.weights = WeightsAsked::parse(text).map_err(ScoutingError::from)?;
    }
    if let Some(word) = &query.rank_by {
        candidates.rank_by = body::rank_by(word)?;
    }
    let ask = PreviewAsk { candidates, as_of, today };
    let prepared = preview::prepare(&state.scouting, who, territory, body).await?;
    let found = state.heavy(move || Ok(preview::preview(&prepared, &ask)?)).await?;
    Ok(PreviewWire::new(&found, limit))
}
