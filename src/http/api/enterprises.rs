//! `GET /enterprises`, `GET /enterprises/{id}`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::page::Page;
use crate::http::state::AppState;
use crate::http::wire::enterprise::EnterpriseWire;
use crate::http::wire::quality::QualityWire;
use crate::http::wire::search::EnterprisesWire;
use crate::scouting::ask::check_date;
use crate::scouting::demand::of_search;
use crate::scouting::error::ScoutingError;
use crate::scouting::quality::Judge;
use crate::scouting::scene::Scene;
use crate::scouting::search::search;
use crate::scouting::vocabulary::near_enterprises;

use super::{reply, reply_list};

/// Parameters of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// Words to look for, French or English, at most 2,000 characters.
    pub q: Option<String>,
    /// Only enterprises of this theme.
    pub theme: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// 1 to 500; 20 when absent.
    #[param(value_type = Option<u32>)]
    pub limit: Option<String>,
    /// Where the previous page stopped.
    pub cursor: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// What is asked of the catalogue.
#[derive(Debug, Clone)]
pub struct EnterprisesAsk {
    /// Words.
    pub q: Option<String>,
    /// Only this theme.
    pub theme: Option<String>,
    /// Enterprises shown.
    pub limit: usize,
    /// Language of the labels.
    pub lang: Lang,
}

impl EnterprisesAsk {
    /// The page of this question where `cursor` points.
    ///
    /// # Errors
    /// A cursor of another question.
    pub fn page(&self, cursor: Option<&str>) -> Result<Page, DoorError> {
        let (q, theme) = (self.q.as_deref(), self.theme.as_deref());
        Page::read(cursor, &["enterprises", q.unwrap_or_default(), theme.unwrap_or_default()])
    }
}

/// Enterprises by words (best first, with the passage found), or all of them by id.
#[utoipa::path(
    get,
    path = "/api/v1/enterprises",
    tag = "enterprises",
    operation_id = "list_enterprises",
    params(ListParams),
    responses(
        (status = 200, body = EnterprisesWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(State(state): State<AppState>, asked: Asked<ListParams>) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let limit = extract::limit(query.limit.as_deref(), 20)?;
        let ask = EnterprisesAsk { q: query.q, theme: query.theme, limit, lang };
        let page = ask.page(query.cursor.as_deref())?;
        let seq = extract::whole("seq", query.seq.as_deref())?.or(page.seq);
        let scene = state.scene(seq).await?;
        // The first page of today's answer is a question; the others only read on.
        let counted = seq.is_none() && ask.q.is_some();
        let scouting = Arc::clone(&state.scouting);
        let work = move || {
            let answer = answer_list(&scene, &ask, &page)?;
            if let Some(q) = ask.q.as_deref().filter(|_| counted) {
                let asked = of_search(&scene, q, answer.total);
                scouting.demand().note(&scene, None, &asked, extract::today());
            }
            Ok(answer)
        };
        Ok((state.heavy(work).await?, format))
    };
    reply_list(lang, answered.await)
}

/// One page of the enterprises asked.
///
/// # Errors
/// Unknown theme, empty or too long query.
pub fn answer_list(
    scene: &Scene,
    ask: &EnterprisesAsk,
    page: &Page,
) -> Result<EnterprisesWire, DoorError> {
    let (q, theme) = (ask.q.as_deref(), ask.theme.as_deref());
    let found = search(scene, q, theme, page.start, ask.limit, ask.lang)?;
    let next = page.next(scene.seq, found.enterprises.len(), found.total);
    Ok(EnterprisesWire::new(&found, &scene.world.data.taxonomy, q, next, ask.lang))
}

/// Parameters of one enterprise.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GetParams {
    /// `YYYY-MM-DD`, the day its age is counted to; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// One enterprise: its record, and what was understood of it with the phrases that prove it.
#[utoipa::path(
    get,
    path = "/api/v1/enterprises/{id}",
    tag = "enterprises",
    operation_id = "get_enterprise",
    params(("id" = String, Path, description = "Id or name"), GetParams),
    responses(
        (status = 200, body = EnterpriseWire),
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
        let as_of = extract::as_of(query.as_of.as_deref())?;
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        answer(&scene, &id, as_of, lang)
    };
    reply(lang, answered.await)
}

/// The enterprise typed, and the quality of its record at `as_of`.
///
/// # Errors
/// Unknown enterprise; bad date.
pub fn answer(
    scene: &Scene,
    asked: &str,
    as_of: Date,
    lang: Lang,
) -> Result<EnterpriseWire, DoorError> {
    check_date(as_of)?;
    let id = extract::enterprise_id(scene, asked);
    let (_, enterprise) =
        scene.enterprise(&id).ok_or_else(|| ScoutingError::UnknownEnterprise {
            asked: asked.to_owned(),
            suggestions: near_enterprises(scene, asked),
        })?;
    let quality = Judge::new(&scene.world, &scene.rows, as_of).enterprise(enterprise);
    let quality = QualityWire::new(&quality, &scene.world, lang);
    Ok(EnterpriseWire::new(enterprise, quality, &scene.world.data.taxonomy, scene.seq, lang))
}
