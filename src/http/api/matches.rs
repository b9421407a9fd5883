//! `POST /matches`: a context given whole; a read, nothing is saved.

use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::Value;

use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{json_body, lang_of, today};
use crate::http::state::AppState;
use crate::http::wire::candidates::CandidatesWire;
use crate::http::wire::request::MatchRequest;
use crate::scouting::matches;

use super::{candidates, reply};

/// Candidates for a context given whole in the body, in the shape of the list.
#[utoipa::path(
    post,
    path = "/api/v1/matches",
    tag = "territories",
    operation_id = "match_context",
    request_body = MatchRequest,
    responses(
        (status = 200, body = CandidatesWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn ask(State(state): State<AppState>, request: Request) -> Response {
    let mut lang = lang_of(request.uri());
    let answered = async {
        let body = json_body(request).await?;
        lang = body.get("lang").and_then(Value::as_str).and_then(Lang::parse).unwrap_or(lang);
        answer(&state, body, lang).await
    };
    let answered = answered.await;
    reply(lang, answered)
}

async fn answer(state: &AppState, body: Value, lang: Lang) -> Result<CandidatesWire, DoorError> {
    let cursor = body.get("cursor").and_then(Value::as_str);
    let scene = candidates::scene_of(state, matches::seq_of(&body), cursor).await?;
    state
        .heavy(move || {
            let ask = matches::read(&scene, &body, today(), lang)?;
            candidates::answer(&scene, ask)
        })
        .await
}
