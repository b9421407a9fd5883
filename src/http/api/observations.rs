//! `/territories/{id}/observations`: what the field reports, and who says the contrary.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::catalogue::revision::{At, Kind, Revision};
use crate::domain::concept::ConceptKind;
use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::state::AppState;
use crate::http::wire::common::WithdrawnWire;
use crate::http::wire::observations::{ObservationRowWire, ObservationsWire};
use crate::http::writing::{WriteAsked, reply_written, with_current};
use crate::scouting::error::ScoutingError;
use crate::scouting::field::standing::Field;
use crate::scouting::field::{self, Recorded, observations};
use crate::scouting::scene::Scene;
use crate::scouting::vocabulary;

use super::{reply_list, reply_tagged};

/// Parameters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Only those of this need.
    pub need: Option<String>,
    /// 1 to 500; 100 when absent.
    #[param(value_type = Option<u32>)]
    pub limit: Option<String>,
    /// Day of the weights, `YYYY-MM-DD`; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Parameters of one observation.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GetParams {
    /// Day of the weights, `YYYY-MM-DD`; today when absent.
    pub as_of: Option<String>,
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

/// The observations that the territory reads (its own, those of wider territories and of
/// its parts), with what each weighs and who says the same or the contrary.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/observations",
    tag = "field",
    operation_id = "list_observations",
    params(("id" = String, Path, description = "Id or name"), ListParams),
    responses(
        (status = 200, body = ObservationsWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(
    State(state): State<AppState>,
    Segments(territory): Segments<String>,
    asked: Asked<ListParams>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let limit = extract::limit(query.limit.as_deref(), 100)?;
        let as_of = extract::as_of(query.as_of.as_deref())?;
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let asked = ListAsked { territory, need: query.need, limit, as_of, lang };
        Ok((answer_list(&state, scene, asked).await?, format))
    };
    reply_list(lang, answered.await)
}

/// What a list is asked for.
#[derive(Debug)]
pub struct ListAsked {
    /// Id or name.
    pub territory: String,
    /// Only those of this need.
    pub need: Option<String>,
    /// Rows shown at most.
    pub limit: usize,
    /// Day of the weights.
    pub as_of: Date,
    /// Language of labels and notes.
    pub lang: Lang,
}

/// The observations of a territory in a scene.
///
/// # Errors
/// Unknown territory or need, bad date; the log fails.
pub async fn answer_list(
    state: &AppState,
    scene: Arc<Scene>,
    asked: ListAsked,
) -> Result<ObservationsWire, DoorError> {
    let revisions = field::revisions(&state.scouting, &scene, Kind::Observation).await?;
    let answer = move || {
        let place = scene.world.places.territory(&asked.territory)?;
        let need = asked
            .need
            .as_deref()
            .map(|word| vocabulary::concept(&scene, ConceptKind::Need, word))
            .transpose()?;
        let field = Field::of(&scene, &place, asked.as_of, asked.lang)?;
        let mut seen = field.list(&revisions);
        seen.retain(|one| {
            need.is_none_or(|need| one.needs.iter().any(|(known, _)| known.concept == need))
        });
        let shown = seen.iter().take(asked.limit);
        Ok(ObservationsWire {
            seq: scene.seq,
            territory: place.id,
            as_of: asked.as_of.to_string(),
            total: seen.len(),
            observations: shown
                .map(|one| ObservationRowWire::new(&scene, one, asked.lang))
                .collect(),
        })
    };
    state.heavy(answer).await
}

/// One observation; its ETag is its latest revision.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/observations/{observation}",
    tag = "field",
    operation_id = "get_observation",
    params(
        ("id" = String, Path, description = "Id or name of the territory it speaks of"),
        ("observation" = String, Path, description = "Id of the observation"),
        GetParams
    ),
    responses(
        (status = 200, body = ObservationRowWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Segments((territory, id)): Segments<(String, String)>,
    asked: Asked<GetParams>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let as_of = extract::as_of(query.as_of.as_deref())?;
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let place = scene.world.places.territory(&territory)?;
        let at = At::Seq(scene.seq);
        let revision = observations::find(&state.scouting, at, &place.id, &id).await?;
        shown(&state, scene, revision, as_of, lang).await
    };
    let answered: Result<ObservationRowWire, DoorError> = answered.await;
    reply_tagged(lang, answered.map(with_seq))
}

/// Records an observation: `text`, `severity` (0 to 1), `date`, `source`, `by`, and `need`,
/// `public`, `step`, `theme`, `confidence`, `trend`, `licence` where known. The answer says
/// what was understood, and in which words. Said again by the same author, nothing is added
/// (200 with the row that stands).
#[utoipa::path(
    post,
    path = "/api/v1/territories/{id}/observations",
    tag = "field",
    operation_id = "record_observation",
    params(("id" = String, Path, description = "Id or name"), WriteParams),
    request_body(content = Object, example = json!({
        "text": "Personne ne répare les vélos au nord du canton",
        "severity": 0.7, "date": "2026-11-02",
        "by": "Centre social", "source": "réunion des acteurs du 2 novembre 2026"
    })),
    responses(
        (status = 201, body = ObservationRowWire),
        (status = 200, body = ObservationRowWire, description = "The same was recorded before"),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn record(
    State(state): State<AppState>,
    Segments(territory): Segments<String>,
    asked: WriteAsked<WriteParams>,
) -> Response {
    let WriteAsked { lang, who, manner, body, .. } = asked;
    let today = extract::today();
    let done = async {
        let written =
            observations::record(&state.scouting, &who, &territory, &body, manner, today).await?;
        let status = if written.added { StatusCode::CREATED } else { StatusCode::OK };
        Ok((status, row_of(&state, written, today, lang).await?))
    };
    let done: Result<(StatusCode, ObservationRowWire), DoorError> = done.await;
    let status = done.as_ref().map_or(StatusCode::CREATED, |(status, _)| *status);
    reply_written(lang, status, done.map(|(_, row)| with_seq(row)))
}

/// Corrects an observation: the body takes the place of what was stated.
#[utoipa::path(
    put,
    path = "/api/v1/territories/{id}/observations/{observation}",
    tag = "field",
    operation_id = "correct_observation",
    params(
        ("id" = String, Path, description = "Id or name of the territory it speaks of"),
        ("observation" = String, Path, description = "Id of the observation"),
        WriteParams
    ),
    request_body(content = Object),
    responses(
        (status = 200, body = ObservationRowWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn correct(
    State(state): State<AppState>,
    Segments((territory, id)): Segments<(String, String)>,
    asked: WriteAsked<WriteParams>,
) -> Response {
    let WriteAsked { lang, who, manner, body, .. } = asked;
    let today = extract::today();
    let of = (territory.as_str(), id.as_str());
    let done = async {
        let written = observations::correct(&state.scouting, &who, of, &body, manner, today).await;
        match written {
            Ok(written) => row_of(&state, written, today, lang).await.map(with_seq),
            Err(error) => Err(stale(&state, &id, error, lang).await),
        }
    };
    reply_written(lang, StatusCode::OK, done.await)
}

/// Takes an observation back, with its `reason`; it stays in the log.
#[utoipa::path(
    post,
    path = "/api/v1/territories/{id}/observations/{observation}/withdraw",
    tag = "field",
    operation_id = "withdraw_observation",
    params(
        ("id" = String, Path, description = "Id or name of the territory it speaks of"),
        ("observation" = String, Path, description = "Id of the observation"),
        WriteParams
    ),
    request_body(content = Object, example = json!({"reason": "deux communes confondues"})),
    responses(
        (status = 200, body = WithdrawnWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn withdraw(
    State(state): State<AppState>,
    Segments((territory, id)): Segments<(String, String)>,
    asked: WriteAsked<WriteParams>,
) -> Response {
    let WriteAsked { lang, who, manner, .. } = asked;
    let of = (territory.as_str(), id.as_str());
    let done = match observations::withdraw(&state.scouting, &who, of, manner).await {
        Ok(ended) => Ok((WithdrawnWire::from(&ended), ended.revision.seq)),
        Err(error) => Err(stale(&state, &id, error, lang).await),
    };
    reply_written(lang, StatusCode::OK, done)
}

fn with_seq(row: ObservationRowWire) -> (ObservationRowWire, u64) {
    let seq = row.seq;
    (row, seq)
}

/// A row that was just written, as its territory reads it.
///
/// # Errors
/// Ours only.
pub async fn row_of(
    state: &AppState,
    written: Recorded,
    today: Date,
    lang: Lang,
) -> Result<ObservationRowWire, DoorError> {
    shown(state, written.scene, written.revision, today, lang).await
}

async fn shown(
    state: &AppState,
    scene: Arc<Scene>,
    revision: Revision,
    as_of: Date,
    lang: Lang,
) -> Result<ObservationRowWire, DoorError> {
    let territory = revision.json()?.get("territory").and_then(Value::as_str).map(str::to_owned);
    let answer = move || {
        let place = scene.world.places.territory(territory.as_deref().unwrap_or_default())?;
        let field = Field::of(&scene, &place, as_of, lang)?;
        let seen = field.one(&revision);
        let seen = seen.ok_or_else(|| DoorError::internal("an observation without its row"))?;
        Ok(ObservationRowWire::new(&scene, &seen, lang))
    };
    state.heavy(answer).await
}

/// A refusal, with the row as it now stands when it moved.
async fn stale(state: &AppState, id: &str, error: ScoutingError, lang: Lang) -> DoorError {
    let row = state.scouting.row(At::Latest, Kind::Observation, id).await;
    let current = match row {
        Ok(Some(revision)) => {
            let (scene, today) = (state.scouting.scene(), extract::today());
            let row = shown(state, scene, revision, today, lang).await;
            row.ok().map(|row| (json!(row), row.seq))
        }
        _ => None,
    };
    with_current(error, || current)
}
