//! `/healthz`, `/readyz`, `/metrics`.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::state::AppState;
use crate::scouting::refreshing::Refreshes;

/// `GET /healthz`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    pub status: &'static str,
    /// Version of the program.
    pub version: &'static str,
}

/// How far the requests may read behind the log before this server asks to be left out, in
/// seconds: longer than a long import takes to be shown.
pub const BEHIND_MAX_S: u64 = 30;

/// `GET /readyz`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// `ready`; `behind` when requests have read an older state for too long; `unavailable`
    /// when the log does not answer.
    pub status: &'static str,
    /// Last revision of the log; null when it does not answer.
    pub log_seq: Option<u64>,
    /// State that requests read.
    pub scene_seq: u64,
    /// Revisions that requests do not see yet; null when the log does not answer.
    pub behind: Option<u64>,
    /// For how long at most they have not seen them, seconds; 0 when they see them all.
    pub behind_s: f64,
    /// From how many seconds on the server is not ready.
    pub behind_max_s: u64,
    /// How the server learns of what others write: `notify` (the database tells),
    /// `polling`, or `none`.
    pub follows: &'static str,
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
    let scouting = &state.scouting;
    let mut readiness = Readiness {
        status: "ready",
        log_seq: None,
        scene_seq: scouting.scene().seq,
        behind: None,
        behind_s: 0.0,
        behind_max_s: BEHIND_MAX_S,
        follows: scouting.follows().as_str(),
    };
    let code = match scouting.health().await {
        Ok(health) => {
            readiness.log_seq = Some(health.log_seq);
            readiness.scene_seq = health.scene_seq;
            readiness.behind = Some(health.behind());
            // Tenths: more would be noise.
            readiness.behind_s = (health.behind_for.as_secs_f64() * 10.0).round() / 10.0;
            if health.behind_for.as_secs() < BEHIND_MAX_S {
                StatusCode::OK
            } else {
                readiness.status = "behind";
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
        Err(cause) => {
            // Asked every few seconds: the one that follows the log says it once.
            tracing::debug!(?cause, "the log does not answer");
            readiness.status = "unavailable";
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    (code, Json(readiness)).into_response()
}

/// How the scene follows the log, in the text format of Prometheus 0.0.4.
fn following(log_seq: Option<u64>, scene_seq: u64, refreshes: Refreshes) -> String {
    let behind = log_seq.map_or_else(String::new, |log_seq| {
        let behind = log_seq.saturating_sub(scene_seq);
        format!("# TYPE essaim_behind gauge\nessaim_behind {behind}\n")
    });
    let (count, spent) = (refreshes.count, refreshes.spent.as_secs_f64());
    format!(
        "{behind}# TYPE essaim_refreshes_total counter\nessaim_refreshes_total {count}\n\
         # TYPE essaim_refresh_seconds_total counter\nessaim_refresh_seconds_total {spent:.6}\n"
    )
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
    let log_seq = state.scouting.health().await.ok().map(|health| health.log_seq);
    let scene_seq = state.scouting.scene().seq;
    let mut text = state.metrics.text(log_seq, scene_seq);
    text.push_str(&following(log_seq, scene_seq, state.scouting.refreshes()));
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
