//! `GET /territories/{id}/actors`.

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::page::Page;
use crate::http::state::AppState;
use crate::http::wire::actor::{ActorWire, ActorsWire};
use crate::http::wire::quality::QualityWire;
use crate::http::wire::territory::TerritoryBrief;
use crate::scouting::ask::TerritoryAsked;
use crate::scouting::quality::Judge;
use crate::scouting::scene::Scene;
use crate::scouting::territory_views::{actors, context_of};

use super::reply_list;

/// Parameters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// Only actors of this theme.
    pub theme: Option<String>,
    /// Only actors in the territory (`true`, the default), or also those within reach.
    #[param(value_type = Option<bool>)]
    pub inside: Option<String>,
    /// `YYYY-MM-DD`; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// 1 to 500; 20 when absent.
    #[param(value_type = Option<u32>)]
    pub limit: Option<String>,
    /// Where the previous page stopped.
    pub cursor: Option<String>,
    /// `json`, `csv`, `xlsx` or `geojson`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// What is asked of the actors of a territory.
#[derive(Debug, Clone)]
pub struct ActorsAsk {
    /// Id or name.
    pub territory: String,
    /// Only actors of this theme.
    pub theme: Option<String>,
    /// Only those inside.
    pub inside: bool,
    /// The date in the world.
    pub as_of: Date,
    /// Actors shown.
    pub limit: usize,
    /// Language of the words of quality.
    pub lang: Lang,
}

/// The organisations at work in a territory, described ones before rows of registers.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/actors",
    tag = "territories",
    operation_id = "list_actors",
    params(("id" = String, Path, description = "Id or name"), Params),
    responses(
        (status = 200, body = ActorsWire),
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
        let ask = ActorsAsk {
            territory,
            theme: query.theme,
            inside: extract::yes("inside", query.inside.as_deref(), true)?,
            as_of: extract::as_of(query.as_of.as_deref())?,
            limit: extract::limit(query.limit.as_deref(), 20)?,
            lang,
        };
        let page = Page::read(
            query.cursor.as_deref(),
            &[
                "actors",
                &ask.territory,
                ask.theme.as_deref().unwrap_or_default(),
                if ask.inside { "inside" } else { "near" },
                &ask.as_of.to_string(),
            ],
        )?;
        let seq = extract::whole("seq", query.seq.as_deref())?.or(page.seq);
        let scene = state.scene(seq).await?;
        let answer = state.heavy(move || answer(&scene, &ask, &page)).await?;
        Ok((answer, format))
    };
    reply_list(lang, answered.await)
}

/// One page of the actors asked.
///
/// # Errors
/// Unknown territory or theme; bad date.
pub fn answer(scene: &Scene, ask: &ActorsAsk, page: &Page) -> Result<ActorsWire, DoorError> {
    let asked = TerritoryAsked::Named(ask.territory.clone());
    let context = context_of(scene, &asked, ask.as_of)?;
    let found = actors(scene, &context, ask.theme.as_deref(), ask.inside)?;
    let judge = Judge::new(&scene.world, &scene.rows, ask.as_of);
    let quality = |at: usize| {
        let quality = judge.actor(&context.actors[at].actor);
        QualityWire::new(&quality, &scene.world, ask.lang)
    };
    let shown: Vec<ActorWire> = found
        .iter()
        .skip(page.start)
        .take(ask.limit)
        .map(|&at| ActorWire::new(&context, at, quality(at)))
        .collect();
    Ok(ActorsWire {
        territory: TerritoryBrief::from(&context.territory),
        seq: scene.seq,
        as_of: ask.as_of.to_string(),
        total: found.len(),
        next_cursor: page.next(scene.seq, shown.len(), found.len()),
        actors: shown,
    })
}
