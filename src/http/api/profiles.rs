//! `GET /profiles` and `GET /profiles/{id}`: whose weights can be asked for.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::state::AppState;
use crate::http::wire::common::WithdrawnWire;
use crate::http::wire::profiles::{ProfileWire, ProfilesWire};
use crate::http::writing::{WriteAsked, reply_written, with_current};
use crate::scouting::error::ScoutingError;
use crate::scouting::profiles::{Profile, find, write};
use crate::scouting::scene::Scene;

use super::{reply_list, reply_tagged};

/// Parameters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Parameters of one profile.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GetParams {
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Every profile of weights, with its owner, its date and the reason for it.
#[utoipa::path(
    get,
    path = "/api/v1/profiles",
    tag = "profiles",
    operation_id = "list_profiles",
    params(ListParams),
    responses(
        (status = 200, body = ProfilesWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(State(state): State<AppState>, asked: Asked<ListParams>) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        Ok((answer_list(&scene, lang)?, format))
    };
    reply_list(lang, answered.await)
}

/// One profile of weights.
#[utoipa::path(
    get,
    path = "/api/v1/profiles/{id}",
    tag = "profiles",
    operation_id = "get_profile",
    params(("id" = String, Path, description = "Id of the profile"), GetParams),
    responses(
        (status = 200, body = ProfileWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Segments(id): Segments<String>,
    asked: Asked<GetParams>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let profile = find(&scene, &id)?;
        Ok((one(profile, lang)?, profile.seq))
    };
    reply_tagged(lang, answered.await)
}

/// Parameters of a write.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WriteParams {
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Sets a profile of weights, in place of what it said before: `owner`, `date`, `weights`
/// (numbers or an order), `name`, and `territory` where it is a territory’s own.
#[utoipa::path(
    put,
    path = "/api/v1/profiles/{id}",
    tag = "profiles",
    operation_id = "set_profile",
    params(("id" = String, Path, description = "Id of the profile"), WriteParams),
    request_body(content = Object, example = json!({
        "owner": "Métropole de Lyon", "date": "2026-11-02", "territory": "epci-200046977",
        "name": "Feuille de route 2026", "weights": "gap>proof>anchoring",
        "source": "délibération du 2 novembre 2026"
    })),
    responses(
        (status = 200, body = ProfileWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn set(
    State(state): State<AppState>,
    Segments(id): Segments<String>,
    asked: WriteAsked<WriteParams>,
) -> Response {
    let WriteAsked { lang, who, manner, body, .. } = asked;
    let done = match write::set(&state.scouting, &who, &id, &body, manner).await {
        Ok(written) => {
            let row = find(&written.scene, &id).map_err(DoorError::from);
            row.and_then(|profile| one(profile, lang)).map(|row| (row, written.revision.seq))
        }
        Err(error) => Err(stale(&state, &id, error, lang)),
    };
    reply_written(lang, StatusCode::OK, done)
}

/// Ends a profile, with its `reason`.
#[utoipa::path(
    post,
    path = "/api/v1/profiles/{id}/end",
    tag = "profiles",
    operation_id = "end_profile",
    params(("id" = String, Path, description = "Id of the profile"), WriteParams),
    request_body(content = Object, example = json!({"reason": "feuille de route remplacée"})),
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
    let done = match write::end(&state.scouting, &who, &id, manner).await {
        Ok(ended) => Ok((WithdrawnWire::from(&ended), ended.revision.seq)),
        Err(error) => Err(stale(&state, &id, error, lang)),
    };
    reply_written(lang, StatusCode::OK, done)
}

/// A refusal, with the profile as it now stands when it moved.
fn stale(state: &AppState, id: &str, error: ScoutingError, lang: Lang) -> DoorError {
    let scene = state.scouting.scene();
    with_current(error, || {
        let profile = find(&scene, id).ok()?;
        Some((json!(one(profile, lang).ok()?), profile.seq))
    })
}

/// Every profile of a scene, by id.
///
/// # Errors
/// None that a profile read by the scene can cause.
pub fn answer_list(scene: &Scene, lang: Lang) -> Result<ProfilesWire, DoorError> {
    let profiles = &scene.rows.profiles;
    Ok(ProfilesWire {
        seq: scene.seq,
        lang: lang.as_str(),
        total: profiles.len(),
        profiles: profiles.iter().map(|profile| one(profile, lang)).collect::<Result<_, _>>()?,
    })
}

fn one(profile: &Profile, lang: Lang) -> Result<ProfileWire, DoorError> {
    let weights = profile.weights(false).map_err(ScoutingError::from)?;
    Ok(ProfileWire::new(profile, &weights, lang))
}
