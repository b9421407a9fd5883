//! `POST /cohorts`: the set to welcome together; a read, nothing is saved.

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, today};
use crate::http::state::AppState;
use crate::http::wire::cohort::{CohortRequest, CohortWire};
use crate::scouting::cohorts;
use crate::scouting::matches::seq_of;
use crate::scouting::scene::Scene;

use super::reply_list;

/// Parameters beside the body.
#[derive(Debug, Default, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`; that of the body wins.
    pub lang: Option<String>,
}

/// The enterprises to welcome together, what each adds, and what the set covers that the
/// list does not.
#[utoipa::path(
    post,
    path = "/api/v1/cohorts",
    tag = "territories",
    operation_id = "choose_cohort",
    params(Params),
    request_body = CohortRequest,
    responses(
        (status = 200, body = CohortWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn choose(
    State(state): State<AppState>,
    asked: Asked<Params>,
    request: Request,
) -> Response {
    let mut lang = asked.lang;
    let answered = async {
        let format = extract::format(asked.query.format.as_deref())?;
        let body = extract::json_body(request).await?;
        lang = body.get("lang").and_then(Value::as_str).and_then(Lang::parse).unwrap_or(lang);
        let scene = state.scene(seq_of(&body)).await?;
        Ok((state.heavy(move || answer(&scene, &body, lang)).await?, format))
    };
    let answered = answered.await;
    reply_list(lang, answered)
}

/// The cohort that `body` asks; enterprises may be given by name.
///
/// # Errors
/// Those of the question.
pub fn answer(scene: &Scene, body: &Value, lang: Lang) -> Result<CohortWire, DoorError> {
    let mut ask = cohorts::read(scene, body, today(), lang)?;
    for id in ask.include.iter_mut().chain(&mut ask.exclude) {
        *id = extract::enterprise_id(scene, id);
    }
    Ok(CohortWire::from(&cohorts::cohort(scene, &ask)?))
}
