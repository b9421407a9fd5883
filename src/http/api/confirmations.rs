//! `/territories/{id}/confirmations`: what a person knows of an enterprise there.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::catalogue::revision::{At, Kind, Revision};
use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::state::AppState;
use crate::http::wire::common::WithdrawnWire;
use crate::http::wire::confirmations::{ConfirmationWire, ConfirmationsWire};
use crate::http::writing::{WriteAsked, reply_written, with_current};
use crate::scouting::error::ScoutingError;
use crate::scouting::field;
use crate::scouting::field::confirmations::{self, Named};
use crate::scouting::scene::Scene;
use crate::scouting::vocabulary;

use super::{reply_list, reply_tagged};

/// Parameters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Only those of this enterprise (id or name).
    pub enterprise: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Parameters of one confirmation.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GetParams {
    /// Id or name of the actor, for what is said of one.
    pub actor: Option<String>,
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

/// Parameters of a withdrawal.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WithdrawParams {
    /// Id or name of the actor, for what is said of one.
    pub actor: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// What people confirmed in a territory.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/confirmations",
    tag = "field",
    operation_id = "list_confirmations",
    params(("id" = String, Path, description = "Id or name"), ListParams),
    responses(
        (status = 200, body = ConfirmationsWire),
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
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let list =
            answer_list(&state, &scene, &territory, query.enterprise.as_deref(), lang).await?;
        Ok((list, format))
    };
    reply_list(lang, answered.await)
}

/// The confirmations of a territory in a scene.
///
/// # Errors
/// Unknown territory or enterprise; the log fails.
pub async fn answer_list(
    state: &AppState,
    scene: &Scene,
    territory: &str,
    enterprise: Option<&str>,
    lang: Lang,
) -> Result<ConfirmationsWire, DoorError> {
    let place = scene.world.places.territory(territory)?;
    let enterprise = enterprise.map(|asked| vocabulary::enterprise_id(scene, asked));
    if let Some(id) = &enterprise {
        vocabulary::position(scene, id)?;
    }
    let revisions = field::revisions(&state.scouting, scene, Kind::Confirmation).await?;
    let list = confirmations::list(&revisions, &place.id, enterprise.as_deref());
    Ok(ConfirmationsWire {
        seq: scene.seq,
        territory: place.id,
        total: list.len(),
        confirmations: list.iter().map(|one| ConfirmationWire::new(scene, one, lang)).collect(),
    })
}

/// One confirmation; its ETag is its latest revision.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/confirmations/{enterprise}/{item}",
    tag = "field",
    operation_id = "get_confirmation",
    params(
        ("id" = String, Path, description = "Id or name of the territory"),
        ("enterprise" = String, Path, description = "Id or name of the enterprise"),
        ("item" = String, Path, description = "What is confirmed"),
        GetParams
    ),
    responses(
        (status = 200, body = ConfirmationWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Segments((territory, enterprise, item)): Segments<(String, String, String)>,
    asked: Asked<GetParams>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let named = Named {
            territory: &territory,
            enterprise: &enterprise,
            item: &item,
            actor: query.actor.as_deref(),
        };
        let (_, id) = confirmations::id_named(&scene, named)?;
        let row = state.scouting.row(At::Seq(scene.seq), Kind::Confirmation, &id).await?;
        let revision = row.ok_or(ScoutingError::UnknownRow {
            kind: Kind::Confirmation,
            asked: id,
            suggestions: Vec::new(),
        })?;
        shown(&scene, &revision, lang)
    };
    let answered: Result<ConfirmationWire, DoorError> = answered.await;
    reply_tagged(lang, answered.map(with_seq))
}

/// Records what a person knows: `enterprise`, `item`, `state` (met, unmet, unknown, and
/// lifted for a gate), `source`, `date`, and `actor`, `note`, `by`, `licence` where it
/// applies. What is written down in a step (`record`) is accepted as it is.
#[utoipa::path(
    post,
    path = "/api/v1/territories/{id}/confirmations",
    tag = "field",
    operation_id = "record_confirmation",
    params(("id" = String, Path, description = "Id or name"), WriteParams),
    request_body(content = Object, example = json!({
        "enterprise": "la-cravate-solidaire", "item": "anchoring.call", "state": "met",
        "note": "appel à manifestation d’intérêt voté", "source": "conseil du 2 novembre 2026",
        "date": "2026-11-02"
    })),
    responses(
        (status = 201, body = ConfirmationWire),
        (status = 200, body = ConfirmationWire, description = "It takes the place of another"),
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
    let written =
        confirmations::record(&state.scouting, &who, &territory, &body, manner, today).await;
    match written {
        Ok(written) => {
            let status = if written.added { StatusCode::CREATED } else { StatusCode::OK };
            let row = shown(&written.scene, &written.revision, lang);
            reply_written(lang, status, row.map(with_seq))
        }
        Err(error) => stale(&state, error, lang).await.response(lang),
    }
}

/// Takes a confirmation back, with its `reason`; it stays in the log.
#[utoipa::path(
    post,
    path = "/api/v1/territories/{id}/confirmations/{enterprise}/{item}/withdraw",
    tag = "field",
    operation_id = "withdraw_confirmation",
    params(
        ("id" = String, Path, description = "Id or name of the territory"),
        ("enterprise" = String, Path, description = "Id or name of the enterprise"),
        ("item" = String, Path, description = "What was confirmed"),
        WithdrawParams
    ),
    request_body(content = Object, example = json!({"reason": "l’acteur s’est ravisé"})),
    responses(
        (status = 200, body = WithdrawnWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn withdraw(
    State(state): State<AppState>,
    Segments((territory, enterprise, item)): Segments<(String, String, String)>,
    asked: WriteAsked<WithdrawParams>,
) -> Response {
    let WriteAsked { query, lang, who, manner, .. } = asked;
    let named = Named {
        territory: &territory,
        enterprise: &enterprise,
        item: &item,
        actor: query.actor.as_deref(),
    };
    let done = match confirmations::withdraw(&state.scouting, &who, named, manner).await {
        Ok(ended) => Ok((WithdrawnWire::from(&ended), ended.revision.seq)),
        Err(error) => Err(stale(&state, error, lang).await),
    };
    reply_written(lang, StatusCode::OK, done)
}

fn with_seq(row: ConfirmationWire) -> (ConfirmationWire, u64) {
    let seq = row.seq;
    (row, seq)
}

/// A confirmation from its revision.
///
/// # Errors
/// Ours only: a row that can no longer be read.
pub fn shown(
    scene: &Scene,
    revision: &Revision,
    lang: Lang,
) -> Result<ConfirmationWire, DoorError> {
    let confirmed = confirmations::shown(revision);
    let confirmed = confirmed.ok_or_else(|| DoorError::internal("an unreadable confirmation"))?;
    Ok(ConfirmationWire::new(scene, &confirmed, lang))
}

/// A refusal, with the row as it now stands when it moved.
async fn stale(state: &AppState, error: ScoutingError, lang: Lang) -> DoorError {
    use crate::catalogue::CatalogueError::Conflict;
    let ScoutingError::Catalogue(Conflict { kind, id, .. }) = &error else {
        return error.into();
    };
    let row = state.scouting.row(At::Latest, *kind, id).await.ok().flatten();
    let scene = state.scouting.scene();
    let current = row.and_then(|revision| {
        let row = shown(&scene, &revision, lang).ok()?;
        Some((json!(row), revision.seq))
    });
    with_current(error, || current)
}
