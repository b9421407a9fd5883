//! `GET /enterprises/{id}/territories`: where an enterprise would best go.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::state::AppState;
use crate::http::wire::directions::DirectionsWire;
use crate::matching::weights::WeightsAsked;
use crate::scouting::directions::{DirectionsAsk, directions};
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;

use super::reply_list;

/// Parameters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// Only EPCI of this région: a code, an id or a name.
    pub region: Option<String>,
    /// 1 to 500; 20 when absent.
    #[param(value_type = Option<u32>)]
    pub limit: Option<String>,
    /// `YYYY-MM-DD`; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `gap:3,proof:1` or `gap>priority>proof`.
    pub weights: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// The EPCI where an enterprise would best go; scores are those of the territory's side.
#[utoipa::path(
    get,
    path = "/api/v1/enterprises/{id}/territories",
    tag = "enterprises",
    operation_id = "list_directions",
    params(("id" = String, Path, description = "Id or name"), Params),
    responses(
        (status = 200, body = DirectionsWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(
    State(state): State<AppState>,
    Segments(enterprise): Segments<String>,
    asked: Asked<Params>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let weights = match &query.weights {
            Some(text) => WeightsAsked::parse(text).map_err(ScoutingError::from)?,
            None => WeightsAsked::Nothing,
        };
        let ask = DirectionsAsk {
            enterprise,
            region: query.region,
            limit: extract::limit(query.limit.as_deref(), 20)?,
            as_of: extract::as_of(query.as_of.as_deref())?,
            weights,
            lang,
        };
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let answer = state.heavy(move || answer(&scene, ask)).await?;
        Ok((answer, format))
    };
    reply_list(lang, answered.await)
}

/// The territories asked, best first.
///
/// # Errors
/// Unknown enterprise or région; bad weights or date.
pub fn answer(scene: &Scene, mut ask: DirectionsAsk) -> Result<DirectionsWire, DoorError> {
    ask.enterprise = extract::enterprise_id(scene, &ask.enterprise);
    Ok(DirectionsWire::from(&directions(scene, &ask)?))
}
