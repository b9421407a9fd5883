//! `GET /changes`: what was written in the log since a revision.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::catalogue::Store;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked};
use crate::http::state::AppState;
use crate::http::wire::changes::{ChangesWire, RevisionWire};

use super::reply;

/// Parameters of the feed.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// Revisions after this one; from the start when absent.
    #[param(value_type = Option<u64>)]
    pub since: Option<String>,
    /// 1 to 500; 100 when absent.
    #[param(value_type = Option<u32>)]
    pub limit: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Revisions in order; ask again from `next_since`.
#[utoipa::path(
    get,
    path = "/api/v1/changes",
    tag = "log",
    operation_id = "list_changes",
    params(Params),
    responses(
        (status = 200, body = ChangesWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(State(state): State<AppState>, asked: Asked<Params>) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let since = extract::whole("since", query.since.as_deref())?.unwrap_or(0);
        let limit = extract::limit(query.limit.as_deref(), 100)?;
        answer(state.scouting.store(), since, limit).await
    };
    reply(lang, answered.await)
}

/// At most `limit` revisions after `since`.
///
/// # Errors
/// When the log fails.
pub async fn answer(store: &Store, since: u64, limit: usize) -> Result<ChangesWire, DoorError> {
    let last = store.last_seq().await?;
    let revisions = store.changes(since, u32::try_from(limit).unwrap_or(u32::MAX)).await?;
    Ok(ChangesWire {
        since,
        next_since: revisions.last().map_or(since, |revision| revision.seq),
        last,
        changes: revisions.iter().map(RevisionWire::from).collect(),
    })
}
