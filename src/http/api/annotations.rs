//! `/annotations`: what people corrected of what was read in the texts.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::catalogue::CatalogueError::Conflict;
use crate::catalogue::revision::{At, Kind, Revision};
use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::state::AppState;
use crate::http::wire::annotations::{AnnotationWire, AnnotationsWire};
use crate::http::wire::common::WithdrawnWire;
use crate::http::writing::{WriteAsked, reply_written, with_current};
use crate::scouting::error::ScoutingError;
use crate::scouting::field::{self, annotations};
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

/// Parameters of one correction.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GetParams {
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

/// Every correction, with what each changes.
#[utoipa::path(
    get,
    path = "/api/v1/annotations",
    tag = "field",
    operation_id = "list_annotations",
    params(ListParams),
    responses(
        (status = 200, body = AnnotationsWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(State(state): State<AppState>, asked: Asked<ListParams>) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let revisions = field::revisions(&state.scouting, &scene, Kind::Annotation).await?;
        let read = move || {
            let shown = revisions.iter().filter_map(|revision| {
                let corrected = annotations::shown(&scene, revision)?;
                Some(AnnotationWire::new(&scene, &corrected, lang))
            });
            let annotations: Vec<AnnotationWire> = shown.collect();
            Ok(AnnotationsWire { seq: scene.seq, total: annotations.len(), annotations })
        };
        Ok((state.heavy(read).await?, format))
    };
    reply_list(lang, answered.await)
}

/// The correction of one row; its ETag is its latest revision.
#[utoipa::path(
    get,
    path = "/api/v1/annotations/{row}/{id}",
    tag = "field",
    operation_id = "get_annotation",
    params(
        ("row" = String, Path, description = "`enterprise`, `actor` or `observation`"),
        ("id" = String, Path, description = "Id of the row"),
        GetParams
    ),
    responses(
        (status = 200, body = AnnotationWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Segments((row, id)): Segments<(String, String)>,
    asked: Asked<GetParams>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let id = format!("{row}/{id}");
        let at = At::Seq(scene.seq);
        let revision = state.scouting.row(at, Kind::Annotation, &id).await?;
        let revision = revision.ok_or(ScoutingError::UnknownRow {
            kind: Kind::Annotation,
            asked: id,
            suggestions: Vec::new(),
        })?;
        shown(&scene, &revision, lang)
    };
    reply_tagged(lang, answered.await)
}

/// Corrects what was read of an `enterprise`, an `actor` or an `observation`: concepts to
/// `add` (`kind`, `id`, `weight`, `because`, `sought`) and to `remove` (`kind`, `id`), the
/// `answers` that replace those read, with a `note`. It wins from its revision on.
#[utoipa::path(
    post,
    path = "/api/v1/annotations",
    tag = "field",
    operation_id = "correct_annotation",
    params(WriteParams),
    request_body(content = Object, example = json!({
        "enterprise": "la-cravate-solidaire",
        "add": [{"kind": "step", "id": "collecte", "because": "collecte en entreprise"}],
        "remove": [{"kind": "theme", "id": "textile"}],
        "note": "vu sur place"
    })),
    responses(
        (status = 201, body = AnnotationWire),
        (status = 200, body = AnnotationWire, description = "It takes the place of another"),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn correct(State(state): State<AppState>, asked: WriteAsked<WriteParams>) -> Response {
    let WriteAsked { lang, who, manner, body, .. } = asked;
    match annotations::correct(&state.scouting, &who, &body, manner).await {
        Ok(written) => {
            let status = if written.added { StatusCode::CREATED } else { StatusCode::OK };
            reply_written(lang, status, shown(&written.scene, &written.revision, lang))
        }
        Err(error) => stale(&state, error, lang).await.response(lang),
    }
}

/// Takes a correction back, with its `reason`: what the annotator reads stands again.
#[utoipa::path(
    post,
    path = "/api/v1/annotations/{row}/{id}/withdraw",
    tag = "field",
    operation_id = "withdraw_annotation",
    params(
        ("row" = String, Path, description = "`enterprise`, `actor` or `observation`"),
        ("id" = String, Path, description = "Id of the row"),
        WriteParams
    ),
    request_body(content = Object, example = json!({"reason": "le texte a été précisé"})),
    responses(
        (status = 200, body = WithdrawnWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn withdraw(
    State(state): State<AppState>,
    Segments((row, id)): Segments<(String, String)>,
    asked: WriteAsked<WriteParams>,
) -> Response {
    let WriteAsked { lang, who, manner, .. } = asked;
    let id = format!("{row}/{id}");
    let done = match annotations::withdraw(&state.scouting, &who, &id, manner).await {
        Ok(ended) => Ok((WithdrawnWire::from(&ended), ended.revision.seq)),
        Err(error) => Err(stale(&state, error, lang).await),
    };
    reply_written(lang, StatusCode::OK, done)
}

/// A correction from its revision.
///
/// # Errors
/// Ours only: a row that can no longer be read.
pub fn shown(
    scene: &Scene,
    revision: &Revision,
    lang: Lang,
) -> Result<(AnnotationWire, u64), DoorError> {
    let corrected = annotations::shown(scene, revision);
    let corrected = corrected.ok_or_else(|| DoorError::internal("an unreadable correction"))?;
    Ok((AnnotationWire::new(scene, &corrected, lang), revision.seq))
}

/// A refusal, with the row as it now stands when it moved.
async fn stale(state: &AppState, error: ScoutingError, lang: Lang) -> DoorError {
    let ScoutingError::Catalogue(Conflict { kind, id, .. }) = &error else {
        return error.into();
    };
    let row = state.scouting.row(At::Latest, *kind, id).await.ok().flatten();
    let scene = state.scouting.scene();
    let current = row.and_then(|revision| {
        let (row, seq) = shown(&scene, &revision, lang).ok()?;
        Some((json!(row), seq))
    });
    with_current(error, || current)
}
