//! `/healthz`, `/readyz`, `/metrics`.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::state::AppState;

/// `GET /healthz`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    pub status: &'static str,
    /// Version of the program.
    pub version: &'static str,
}

/// `GET /readyz`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// `ready`, or `unavailable` when the log does not answer.
    pub status: &'static str,
    /// Last revision of the log; null when it does not answer.
    pub log_seq: Option<u64>,
    /// State that requests read.
    pub scene_seq: u64,
    /// Revisions that requests do not see yet.
    pub behind: u64,
}

/// The process answers.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "health",
    operation_id = "healthz",
    responses((status = 200, body = Health))
)]
pub async fn healthz() -> Json<Health> {
    Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// The log answers, and how far behind it the requests read.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "health",
    operation_id = "readyz",
    responses((status = 200, body = Readiness), (status = 503, body = Readiness))
)]
pub async fn readyz(State(state): State<AppState>) -> Response {
    let scene_seq = state.scouting.scene().seq;
    let (code, readiness) = match state.scouting.store().last_seq().await {
        Ok(last) => (
            StatusCode::OK,
            Readiness {
                status: "ready",
                log_seq: Some(last),
                scene_seq,
                behind: last.saturating_sub(scene_seq),
            },
        ),
        Err(cause) => {
            tracing::error!(%cause, "the log does not answer");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                Readiness { status: "unavailable", log_seq: None, scene_seq, behind: 0 },
            )
        }
    };
    (code, Json(readiness)).into_response()
}

/// Counters of requests, plain text.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "health",
    operation_id = "metrics",
    responses((status = 200, body = String, content_type = "text/plain"))
)]
pub async fn metrics(State(state): State<AppState>) -> Response {
    let log_seq = state.scouting.store().last_seq().await.ok();
    let text = state.metrics.text(log_seq, state.scouting.scene().seq);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
