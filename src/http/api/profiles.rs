//! `GET /profiles` and `GET /profiles/{id}`: whose weights can be asked for.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::state::AppState;
use crate::http::wire::profiles::{ProfileWire, ProfilesWire};
use crate::scouting::error::ScoutingError;
use crate::scouting::profiles::{Profile, find};
use crate::scouting::scene::Scene;

use super::{reply, reply_list};

/// Parameters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `json` or `csv`.
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
        one(find(&scene, &id)?, lang)
    };
    reply(lang, answered.await)
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
