//! `GET /territories/{id}/gaps`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::state::AppState;
use crate::http::wire::gap::{GapWire, GapsWire};
use crate::http::wire::territory::TerritoryBrief;
use crate::scouting::ask::{LIMIT_MAX, TerritoryAsked};
use crate::scouting::scene::Scene;
use crate::scouting::territory_views::{context_of, gaps};

use super::reply_list;

/// Parameters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// Only needs of this theme.
    pub theme: Option<String>,
    /// Only this need.
    pub need: Option<String>,
    /// `YYYY-MM-DD`; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// 1 to 500; every need when absent.
    #[param(value_type = Option<u32>)]
    pub limit: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// What is asked of the gaps of a territory.
#[derive(Debug, Clone)]
pub struct GapsAsk {
    /// Id or name.
    pub territory: String,
    /// Only needs of this theme.
    pub theme: Option<String>,
    /// Only this need.
    pub need: Option<String>,
    /// The date in the world.
    pub as_of: Date,
    /// Gaps shown.
    pub limit: usize,
    /// Language of the labels.
    pub lang: Lang,
}

/// The gaps of a territory, the widest first, each with its evidence.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/gaps",
    tag = "territories",
    operation_id = "list_gaps",
    params(("id" = String, Path, description = "Id or name"), Params),
    responses(
        (status = 200, body = GapsWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(
    State(state): State<AppState>,
    Segments(territory): Segments<String>,
    asked: Asked<Params>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let ask = GapsAsk {
            territory,
            theme: query.theme,
            need: query.need,
            as_of: extract::as_of(query.as_of.as_deref())?,
            limit: extract::limit(query.limit.as_deref(), LIMIT_MAX)?,
            lang,
        };
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        Ok((answer_with_demand(&state, scene, ask).await?, format))
    };
    reply_list(lang, answered.await)
}

/// The gaps asked, with what people asked for here and found little of beside them.
///
/// # Errors
/// Those of [`answer`]; a database that refuses.
pub async fn answer_with_demand(
    state: &AppState,
    scene: Arc<Scene>,
    ask: GapsAsk,
) -> Result<GapsWire, DoorError> {
    let (shown, as_of) = (Arc::clone(&scene), ask.as_of);
    let found = state.heavy(move || answer(&shown, &ask)).await?;
    let needs = state.scouting.unmet_needs(&scene, &found.territory.id, as_of).await?;
    Ok(found.with_demand(&needs))
}

/// The gaps asked, the widest first.
///
/// # Errors
/// Unknown territory, theme or need; bad date.
pub fn answer(scene: &Scene, ask: &GapsAsk) -> Result<GapsWire, DoorError> {
    let asked = TerritoryAsked::Named(ask.territory.clone());
    let context = context_of(scene, &asked, ask.as_of)?;
    let found = gaps(scene, &context, ask.theme.as_deref(), ask.need.as_deref())?;
    Ok(GapsWire {
        territory: TerritoryBrief::from(&context.territory),
        seq: scene.seq,
        rules: scene.world.data.rules.digest.clone(),
        as_of: ask.as_of.to_string(),
        lang: ask.lang.as_str(),
        total: found.len(),
        gaps: found
            .into_iter()
            .take(ask.limit)
            .map(|gap| GapWire::new(&context, gap, ask.lang))
            .collect(),
    })
}
