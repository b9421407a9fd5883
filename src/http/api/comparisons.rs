//! `POST /comparisons`, and `GET /territories/{id}/candidates/{enterprise}/why-not`.

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments, lang_of, today};
use crate::http::state::AppState;
use crate::http::wire::comparisons::{ComparisonWire, WhyNotWire};
use crate::http::wire::request::ComparisonRequest;
use crate::scouting::ask::CandidatesAsk;
use crate::scouting::comparisons::compare;
use crate::scouting::comparisons::why_not::why_not;
use crate::scouting::matches;
use crate::scouting::scene::Scene;

use super::{candidates, reply};

/// Two to five candidates side by side: who does best on each criterion, and what separates
/// each from the next.
#[utoipa::path(
    post,
    path = "/api/v1/comparisons",
    tag = "comparisons",
    operation_id = "compare_candidates",
    request_body = ComparisonRequest,
    responses(
        (status = 200, body = ComparisonWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn ask(State(state): State<AppState>, request: Request) -> Response {
    let mut lang = lang_of(request.uri());
    let answered = async {
        let body = extract::json_body(request).await?;
        lang = body.get("lang").and_then(Value::as_str).and_then(Lang::parse).unwrap_or(lang);
        let scene = state.scene(matches::seq_of(&body)).await?;
        state
            .heavy(move || answer(&scene, matches::read_comparison(&scene, &body, today(), lang)?))
            .await
    };
    let answered = answered.await;
    reply(lang, answered)
}

/// The comparison asked; enterprises may be given by name.
///
/// # Errors
/// Fewer than two or more than five enterprises, one twice, and those of the question.
pub fn answer(scene: &Scene, mut ask: CandidatesAsk) -> Result<ComparisonWire, DoorError> {
    if let Some(ids) = &mut ask.enterprises {
        for id in ids {
            *id = extract::enterprise_id(scene, id);
        }
    }
    Ok(ComparisonWire::from(&compare(scene, &ask)?))
}

/// Parameters: those of the list, without its pages.
#[derive(Debug, Default, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// Words to look for, at most 2,000 characters; adds the criterion `relevance`.
    pub q: Option<String>,
    /// The list shows only candidates of this theme.
    pub theme: Option<String>,
    /// The list shows only candidates answering this need.
    pub need: Option<String>,
    /// How many the list shows: 1 to 500; 20 when absent.
    #[param(value_type = Option<u32>)]
    pub limit: Option<String>,
    /// The date in the world, `YYYY-MM-DD`; today when absent.
    pub as_of: Option<String>,
    /// State of the log; the last when absent.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// A named profile of weights.
    pub profile: Option<String>,
    /// `gap:3,proof:1` or `gap>priority>proof`.
    pub weights: Option<String>,
    /// `expected` or `low`.
    pub rank_by: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

impl Params {
    /// The list these parameters ask about.
    fn list(self) -> candidates::Params {
        candidates::Params {
            q: self.q,
            theme: self.theme,
            need: self.need,
            limit: self.limit,
            cursor: None,
            as_of: self.as_of,
            seq: self.seq,
            profile: self.profile,
            weights: self.weights,
            rank_by: self.rank_by,
            lang: self.lang,
            format: None,
        }
    }
}

/// Why an enterprise is not in the list: the gates that keep it out, or the criteria that
/// hold it back and how far.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/candidates/{enterprise}/why-not",
    tag = "comparisons",
    operation_id = "why_not_candidate",
    params(
        ("id" = String, Path, description = "Id or name of the territory"),
        ("enterprise" = String, Path, description = "Id or name of the enterprise"),
        Params
    ),
    responses(
        (status = 200, body = WhyNotWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn why(
    State(state): State<AppState>,
    Segments((territory, enterprise)): Segments<(String, String)>,
    asked: Asked<Params>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let seq = extract::whole("seq", query.seq.as_deref())?;
        let ask = query.list().ask(&territory, lang)?;
        let scene = state.scene(seq).await?;
        state.heavy(move || answer_why(&scene, &ask, &enterprise)).await
    };
    reply(lang, answered.await)
}

/// Why this enterprise, given by id or name, is not in the list asked.
///
/// # Errors
/// An unknown enterprise, and those of the question.
pub fn answer_why(
    scene: &Scene,
    ask: &CandidatesAsk,
    enterprise: &str,
) -> Result<WhyNotWire, DoorError> {
    let id = extract::enterprise_id(scene, enterprise);
    Ok(WhyNotWire::from(&why_not(scene, ask, &id)?))
}
