//! `GET /territories/{id}/candidates/{enterprise}/feasibility`.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::state::AppState;
use crate::http::wire::feasibility::FeasibilityWire;
use crate::scouting::ask::CandidatesAsk;
use crate::scouting::feasibility::{Feasibility, feasibility, markdown};
use crate::scouting::scene::Scene;

use super::candidates::{Params, scene_of};

/// What a feasibility file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Json,
    Markdown,
}

/// The pre-filled feasibility file of one candidate: JSON, or a Markdown document.
///
/// The parameters are those of the candidates; the ones that page or filter a list change
/// nothing here. `format` is `json` or `md`.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/candidates/{enterprise}/feasibility",
    tag = "territories",
    operation_id = "get_feasibility",
    params(
        ("id" = String, Path, description = "Id or name of the territory"),
        ("enterprise" = String, Path, description = "Id or name of the enterprise"),
        Params
    ),
    responses(
        (status = 200, description = "The file, as JSON or as Markdown", content(
            (FeasibilityWire = "application/json"),
            (String = "text/markdown")
        )),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Segments((territory, enterprise)): Segments<(String, String)>,
    asked: Asked<Params>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let written = written(query.format.as_deref())?;
        let ask = query.ask(&territory, lang)?;
        let seq = extract::whole("seq", query.seq.as_deref())?;
        let scene = scene_of(&state, seq, ask.cursor.as_deref()).await?;
        state
            .heavy(move || {
                let file = answer(&scene, &ask, &enterprise)?;
                Ok(match written {
                    Written::Json => Json(FeasibilityWire::from(&file)).into_response(),
                    Written::Markdown => {
                        let kind = [(header::CONTENT_TYPE, "text/markdown; charset=utf-8")];
                        (kind, document(&scene, &file)).into_response()
                    }
                })
            })
            .await
    };
    let answered: Result<Response, DoorError> = answered.await;
    answered.unwrap_or_else(|error| error.response(lang))
}

/// The file asked; the enterprise may be given by name.
///
/// # Errors
/// Those of the question.
pub fn answer(
    scene: &Scene,
    ask: &CandidatesAsk,
    enterprise: &str,
) -> Result<Feasibility, DoorError> {
    Ok(feasibility(scene, ask, &extract::enterprise_id(scene, enterprise))?)
}

/// The file as a Markdown document.
#[must_use]
pub fn document(scene: &Scene, file: &Feasibility) -> String {
    markdown::write(file, &scene.world.data.templates)
}

fn written(asked: Option<&str>) -> Result<Written, DoorError> {
    match asked.map(str::trim) {
        None | Some("json") => Ok(Written::Json),
        Some("md") => Ok(Written::Markdown),
        Some(other) => Err(DoorError::UnknownFormat {
            asked: other.chars().take(40).collect(),
            known: &["json", "md"],
        }),
    }
}
