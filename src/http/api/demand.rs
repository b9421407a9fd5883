//! `GET /demand`: what people asked for and found little of.

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked};
use crate::http::state::AppState;
use crate::http::wire::demand::DemandWire;
use crate::scouting::ask::check_date;
use crate::scouting::decisions;

use super::reply_list;

/// Parameters of the list.
#[derive(Debug, Default, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// Only of this territory (id or name), with what its small counts were added into.
    pub territory: Option<String>,
    /// `YYYY-MM-DD`: months up to this one; today when absent.
    pub as_of: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// What was asked for and found little: counts by month and territory, small ones added
/// into larger ones. They move with use, and enter no score.
#[utoipa::path(
    get,
    path = "/api/v1/demand",
    tag = "decisions",
    operation_id = "list_demand",
    params(Params),
    responses(
        (status = 200, body = DemandWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(State(state): State<AppState>, asked: Asked<Params>) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let as_of = extract::as_of(query.as_of.as_deref())?;
        check_date(as_of)?;
        Ok((answer(&state, query.territory.as_deref(), as_of, lang).await?, format))
    };
    reply_list(lang, answered.await)
}

/// The counts asked, of one territory (id or name) or of all of them.
///
/// # Errors
/// Unknown or ambiguous territory; a database that refuses.
pub async fn answer(
    state: &AppState,
    territory: Option<&str>,
    as_of: Date,
    lang: Lang,
) -> Result<DemandWire, DoorError> {
    let scene = state.scouting.scene();
    let place = match territory {
        None => None,
        Some(named) => Some(decisions::pair(&scene, named, "")?.0),
    };
    let found = state.scouting.unmet(&scene, place.as_deref(), as_of).await?;
    Ok(DemandWire::new(&scene, place.as_deref(), as_of, &found, lang))
}
