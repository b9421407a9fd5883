//! `GET|POST /decisions`, `GET /decisions/{territory}/{enterprise}` and `POST …/undo`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use crate::access::Identity;
use crate::catalogue::{At, CatalogueError};
use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments, today};
use crate::http::state::AppState;
use crate::http::wire::decisions::{
    DecisionWire, DecisionsWire, FollowUpWire, PathWire, SaidWire, StepRequest, UndoRequest,
    enterprise, territory,
};
use crate::http::writing::{WriteAsked, reply_written, tag, with_current};
use crate::scouting::ask::check_date;
use crate::scouting::decisions::list::{Filter, of};
use crate::scouting::decisions::{self, said, shown};
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;
use crate::scouting::writing::Manner;

use super::reply_list;

/// Parameters of the list.
#[derive(Debug, Default, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Only in this territory: id or name.
    pub territory: Option<String>,
    /// Only of this enterprise: id or name.
    pub enterprise: Option<String>,
    /// Only of this scouting year.
    #[param(value_type = Option<i16>)]
    pub season: Option<String>,
    /// Only those that stood here.
    pub state: Option<String>,
    /// `YYYY-MM-DD`: later steps are ignored; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Parameters of one follow-up.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OneParams {
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
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

/// Where each follow-up stands.
#[utoipa::path(
    get,
    path = "/api/v1/decisions",
    tag = "decisions",
    operation_id = "list_decisions",
    params(ListParams),
    responses(
        (status = 200, body = DecisionsWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(State(state): State<AppState>, asked: Asked<ListParams>) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        Ok((answer_list(&scene, &query, lang)?, format))
    };
    reply_list(lang, answered.await)
}

/// The follow-ups asked.
///
/// # Errors
/// Unknown territory or state; bad season or date.
pub fn answer_list(
    scene: &Scene,
    query: &ListParams,
    lang: Lang,
) -> Result<DecisionsWire, DoorError> {
    let as_of = day(query.as_of.as_deref())?;
    let season = query.season.as_ref().map(|text| decisions::season(&Value::from(text.as_str())));
    let filter = Filter {
        territory: match &query.territory {
            None => None,
            Some(named) => Some(decisions::pair(scene, named, "")?.0),
        },
        enterprise: query.enterprise.as_ref().map(|id| extract::enterprise_id(scene, id)),
        season: season.transpose()?,
        state: query.state.as_deref().map(decisions::state).transpose()?,
    };
    let found: Vec<DecisionWire> = of(scene, &filter, as_of)
        .into_iter()
        .filter_map(|one| {
            Some(DecisionWire {
                territory: territory(scene, &one.territory),
                enterprise: enterprise(scene, &one.enterprise),
                follow_up: FollowUpWire::from(&shown::latest(scene, one, as_of, lang)?),
                steps: one.steps_at(as_of).len(),
                first_said: one
                    .steps
                    .first()
                    .and_then(|step| step.said.as_ref())
                    .map(|said| SaidWire::new(scene, said, lang)),
                row_seq: one.seq,
            })
        })
        .collect();
    Ok(DecisionsWire {
        seq: scene.seq,
        as_of: as_of.to_string(),
        lang: lang.as_str(),
        total: found.len(),
        decisions: found,
    })
}

fn day(asked: Option<&str>) -> Result<Date, DoorError> {
    let as_of = extract::as_of(asked)?;
    check_date(as_of)?;
    Ok(as_of)
}

/// The whole path of one follow-up: every step, with its author and what the engine said.
#[utoipa::path(
    get,
    path = "/api/v1/decisions/{territory}/{enterprise}",
    tag = "decisions",
    operation_id = "get_decision",
    params(
        ("territory" = String, Path, description = "Id or name of the territory"),
        ("enterprise" = String, Path, description = "Id or name of the enterprise"),
        OneParams
    ),
    responses(
        (status = 200, body = PathWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Segments((territory, enterprise)): Segments<(String, String)>,
    asked: Asked<OneParams>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        answer(&scene, &territory, &enterprise, lang)
    };
    match answered.await {
        Ok(path) => {
            let seq = path.seq;
            let mut response = Json(path).into_response();
            tag(&mut response, seq);
            response
        }
        Err(error) => error.response(lang),
    }
}

/// The path of a follow-up, territory and enterprise by id or by name.
///
/// # Errors
/// Unknown territory; nobody follows this enterprise there.
pub fn answer(
    scene: &Scene,
    territory: &str,
    enterprise: &str,
    lang: Lang,
) -> Result<PathWire, DoorError> {
    let (territory, enterprise) = decisions::pair(scene, territory, enterprise)?;
    match scene.follow_up(&territory, &enterprise) {
        Some(follow_up) => Ok(PathWire::new(scene, follow_up, lang)),
        None => Err(ScoutingError::UnknownDecision { territory, enterprise }.into()),
    }
}

/// Records a step; what the engine says that day is kept with it.
#[utoipa::path(
    post,
    path = "/api/v1/decisions",
    tag = "decisions",
    operation_id = "record_decision",
    params(WriteParams),
    request_body = StepRequest,
    responses(
        (status = 201, body = PathWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn record(State(state): State<AppState>, asked: WriteAsked<WriteParams>) -> Response {
    let WriteAsked { lang, who, manner, body, .. } = asked;
    let answered = decide(&state, &who, &manner, body, lang).await;
    reply_written(lang, StatusCode::CREATED, answered.map(with_seq))
}

fn with_seq(path: PathWire) -> (PathWire, u64) {
    let seq = path.seq;
    (path, seq)
}

/// Records the step of `body`, and gives the path as it then stands.
///
/// # Errors
/// Those of the step; a row that moved, with the row.
pub async fn decide(
    state: &AppState,
    who: &Identity,
    manner: &Manner,
    body: Value,
    lang: Lang,
) -> Result<PathWire, DoorError> {
    let scene = state.scouting.scene();
    let step = decisions::prepare(&scene, who, &body, today())?;
    decisions::foresee(&scene, &step, manner)?;
    let (place, id, date) =
        (step.territory().to_owned(), step.enterprise().to_owned(), step.date());
    let said = state.heavy(move || Ok(said::of(&scene, &place, &id, date)?)).await?;
    let written = state.scouting.decide(who, &step, said, manner).await;
    path_after(state, written.map(|w| w.seq()), step.territory(), step.enterprise(), lang).await
}

/// Takes back the last step, recorded by mistake: a new revision says so.
#[utoipa::path(
    post,
    path = "/api/v1/decisions/{territory}/{enterprise}/undo",
    tag = "decisions",
    operation_id = "undo_decision",
    params(
        ("territory" = String, Path, description = "Id or name of the territory"),
        ("enterprise" = String, Path, description = "Id or name of the enterprise"),
        WriteParams
    ),
    request_body = UndoRequest,
    responses(
        (status = 200, body = PathWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn undo(
    State(state): State<AppState>,
    Segments((territory, enterprise)): Segments<(String, String)>,
    asked: WriteAsked<WriteParams>,
) -> Response {
    let WriteAsked { lang, who, manner, .. } = asked;
    let answered = take_back(&state, &who, &manner, (&territory, &enterprise), lang).await;
    reply_written(lang, StatusCode::OK, answered.map(with_seq))
}

/// Takes back the last step of a follow-up, given by ids or names.
///
/// # Errors
/// Those of the undoing; a row that moved, with the row.
pub async fn take_back(
    state: &AppState,
    who: &Identity,
    manner: &Manner,
    (territory, enterprise): (&str, &str),
    lang: Lang,
) -> Result<PathWire, DoorError> {
    let (territory, enterprise) = decisions::pair(&state.scouting.scene(), territory, enterprise)?;
    let written = state.scouting.undo_step(who, &territory, &enterprise, manner).await;
    path_after(state, written.map(|w| w.seq()), &territory, &enterprise, lang).await
}

/// The path at the revision written; a row that moved, as it now stands.
async fn path_after(
    state: &AppState,
    written: Result<u64, ScoutingError>,
    territory: &str,
    enterprise: &str,
    lang: Lang,
) -> Result<PathWire, DoorError> {
    let at = match &written {
        Ok(seq) => At::Seq(*seq),
        Err(_) => At::Latest,
    };
    let written = match written {
        Err(error) if !is_conflict(&error) => return Err(error.into()),
        other => other,
    };
    let scene = state.scouting.scene();
    let follow_up = state.scouting.follow_up(at, territory, enterprise).await?;
    let path = follow_up.map(|follow_up| PathWire::new(&scene, &follow_up, lang));
    match written {
        Ok(seq) => {
            Ok(path.unwrap_or_else(|| PathWire::ended(&scene, territory, enterprise, seq, lang)))
        }
        Err(error) => Err(with_current(error, || {
            let path = path?;
            Some((serde_json::to_value(&path).ok()?, path.seq))
        })),
    }
}

fn is_conflict(error: &ScoutingError) -> bool {
    matches!(error, ScoutingError::Catalogue(CatalogueError::Conflict { .. }))
}
