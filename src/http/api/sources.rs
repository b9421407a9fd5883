//! `GET /sources`: which sources speak with one voice, and which make nothing sure.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::lang::Lang;
use crate::http::error::Problem;
use crate::http::extract::{self, Asked};
use crate::http::state::AppState;
use crate::http::wire::sources::SourcesWire;
use crate::scouting::scene::Scene;
use crate::scouting::sources::declared;

use super::reply_list;

/// Parameters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `json` or `csv`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Which sources are set aside and why, which speak with one voice, and how many records
/// rest on each.
#[utoipa::path(
    get,
    path = "/api/v1/sources",
    tag = "records",
    operation_id = "list_sources",
    params(Params),
    responses(
        (status = 200, body = SourcesWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(State(state): State<AppState>, asked: Asked<Params>) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let answer = state.heavy(move || Ok(answer(&scene, lang))).await?;
        Ok((answer, format))
    };
    reply_list(lang, answered.await)
}

/// What is declared in `scene`.
#[must_use]
pub fn answer(scene: &Scene, lang: Lang) -> SourcesWire {
    SourcesWire::new(scene.seq, &declared(scene), lang)
}
