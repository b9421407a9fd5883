//! Every path, and what stands around them.

use axum::extract::DefaultBodyLimit;
use axum::http::Uri;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::identify;
use super::api::{
    actors, annotations, board, candidates, changes, cohorts, comparisons, confirmations,
    decisions, demand, directions, duplicates, enterprises, export, feasibility, gaps, health,
    imports, matches, observations, priorities, profiles, records, sources, territories, tours,
    zones,
};
use super::docs::{self, ApiDoc, DESCRIPTION};
use super::error::DoorError;
use super::extract::lang_of;
use super::guard::{guard, panicked};
use super::limits::limit;
use super::pages;
use super::seq::at_least;
use super::state::AppState;

/// The whole service.
pub fn router(state: AppState) -> Router {
    let (paths, description) = described().split_for_parts();
    let description_path = get(move || {
        let description = description.clone();
        async move { Json(description) }
    });
    paths
        .route(DESCRIPTION, description_path)
        .merge(docs::page())
        .merge(pages::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(DefaultBodyLimit::max(state.settings.limits.body_mb * 1024 * 1024))
        .layer(GlobalConcurrencyLimitLayer::new(state.settings.limits.at_once_total))
        // Whoever waits for a state takes no place of those served.
        .layer(from_fn_with_state(state.clone(), at_least))
        .layer(from_fn_with_state(state.clone(), limit))
        .layer(from_fn_with_state(state.clone(), identify))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), guard))
        .layer(CompressionLayer::new())
        .with_state(state)
}

/// The OpenAPI description of every path.
#[must_use]
pub fn description() -> OpenApi {
    described().into_openapi()
}

fn described() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(ApiDoc::openapi())
        .routes(routes!(territories::list))
        .routes(routes!(territories::get, zones::draw))
        .routes(routes!(zones::end))
        .routes(routes!(gaps::list))
        .routes(routes!(actors::list))
        .routes(routes!(board::get))
        .routes(routes!(board::calibration))
        .routes(routes!(candidates::list))
        .routes(routes!(candidates::get))
        .routes(routes!(comparisons::why))
        .routes(routes!(comparisons::ask))
        .routes(routes!(decisions::list, decisions::record))
        .routes(routes!(decisions::get))
        .routes(routes!(decisions::undo))
        .routes(routes!(demand::list))
        .routes(routes!(enterprises::list))
        .routes(routes!(enterprises::get))
        .routes(routes!(directions::list))
        .routes(routes!(duplicates::list))
        .routes(routes!(duplicates::record))
        .routes(routes!(duplicates::withdraw))
        .routes(routes!(export::get))
        .routes(routes!(feasibility::get))
        .routes(routes!(imports::ask))
        .routes(routes!(imports::template))
        .routes(routes!(matches::ask))
        .routes(routes!(cohorts::choose))
        .routes(routes!(tours::plan))
        .routes(routes!(observations::list, observations::record))
        .routes(routes!(observations::get, observations::correct))
        .routes(routes!(observations::withdraw))
        .routes(routes!(annotations::list, annotations::correct))
        .routes(routes!(annotations::get))
        .routes(routes!(annotations::withdraw))
        .routes(routes!(confirmations::list, confirmations::record))
        .routes(routes!(confirmations::get))
        .routes(routes!(confirmations::withdraw))
        .routes(routes!(priorities::get, priorities::put))
        .routes(routes!(priorities::versions))
        .routes(routes!(priorities::undo))
        .routes(routes!(profiles::list))
        .routes(routes!(profiles::get, profiles::set))
        .routes(routes!(profiles::end))
        .routes(routes!(records::quality))
        .routes(routes!(sources::list))
        .routes(routes!(changes::list))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
}

async fn not_found(uri: Uri) -> Response {
    let path: String = uri.path().chars().take(120).collect();
    DoorError::NotFound { path }.response(lang_of(&uri)).into_response()
}

async fn not_allowed(uri: Uri) -> Response {
    DoorError::MethodNotAllowed.response(lang_of(&uri)).into_response()
}
