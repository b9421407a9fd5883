//! `PUT /territories/zone-…`: named lists of communes, drawn, changed and ended.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::catalogue::revision::{At, Kind, Revision};
use crate::http::error::{DoorError, Problem};
use crate::http::extract::Segments;
use crate::http::state::AppState;
use crate::http::wire::common::WithdrawnWire;
use crate::http::wire::zones::ZoneWire;
use crate::http::writing::{WriteAsked, reply_written, with_current};
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;
use crate::scouting::zones;

/// Parameters of a write.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WriteParams {
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Draws a zone, or changes it: `name`, and `communes` by code or name. It is at once a
/// territory like any other.
#[utoipa::path(
    put,
    path = "/api/v1/territories/{id}",
    tag = "territories",
    operation_id = "draw_zone",
    params(("id" = String, Path, description = "`zone-` and a short name"), WriteParams),
    request_body(content = Object, example = json!({
        "name": "Pays diois", "communes": ["26113", "Châtillon-en-Diois", "com-26001"]
    })),
    responses(
        (status = 200, body = ZoneWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn draw(
    State(state): State<AppState>,
    Segments(id): Segments<String>,
    asked: WriteAsked<WriteParams>,
) -> Response {
    let WriteAsked { lang, who, manner, body, .. } = asked;
    let done = match zones::draw(&state.scouting, &who, &id, &body, manner).await {
        Ok(written) => shown(&written.scene, &written.revision),
        Err(error) => Err(stale(&state, &id, error).await),
    };
    reply_written(lang, StatusCode::OK, done)
}

/// Ends a zone, with its `reason`, once nothing alive speaks of it.
#[utoipa::path(
    post,
    path = "/api/v1/territories/{id}/end",
    tag = "territories",
    operation_id = "end_zone",
    params(("id" = String, Path, description = "Id of the zone"), WriteParams),
    request_body(content = Object, example = json!({"reason": "fondue dans la zone voisine"})),
    responses(
        (status = 200, body = WithdrawnWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn end(
    State(state): State<AppState>,
    Segments(id): Segments<String>,
    asked: WriteAsked<WriteParams>,
) -> Response {
    let WriteAsked { lang, who, manner, .. } = asked;
    let done = match zones::end(&state.scouting, &who, &id, manner).await {
        Ok(ended) => Ok((WithdrawnWire::from(&ended), ended.revision.seq)),
        Err(error) => Err(stale(&state, &id, error).await),
    };
    reply_written(lang, StatusCode::OK, done)
}

/// A zone from its revision.
///
/// # Errors
/// Ours only: a scene that does not show it.
pub fn shown(scene: &Scene, revision: &Revision) -> Result<(ZoneWire, u64), DoorError> {
    let zone = ZoneWire::new(scene, revision);
    let zone = zone.ok_or_else(|| DoorError::internal("a zone that its scene does not show"))?;
    Ok((zone, revision.seq))
}

/// A refusal, with the zone as it now stands when it moved.
async fn stale(state: &AppState, id: &str, error: ScoutingError) -> DoorError {
    let row = state.scouting.row(At::Latest, Kind::Zone, id).await.ok().flatten();
    let scene = state.scouting.scene();
    let current = row.and_then(|revision| {
        let (zone, seq) = shown(&scene, &revision).ok()?;
        Some((json!(zone), seq))
    });
    with_current(error, || current)
}
