//! `GET /territories/{id}/candidates` and `GET /territories/{id}/candidates/{enterprise}`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::lang::Lang;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::state::AppState;
use crate::http::wire::candidates::CandidatesWire;
use crate::matching::weights::WeightsAsked;
use crate::scouting::ask::{CandidatesAsk, check_date, check_query};
use crate::scouting::body;
use crate::scouting::candidates::candidates;
use crate::scouting::cursor::Cursor;
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;

use super::reply_list;

/// Parameters of the list (design §7).
#[derive(Debug, Default, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// Words to look for, at most 2,000 characters; adds the criterion `relevance`.
    pub q: Option<String>,
    /// Show only candidates of this theme; changes no score.
    pub theme: Option<String>,
    /// Show only candidates answering this need; changes no score.
    pub need: Option<String>,
    /// 1 to 500; 20 when absent.
    #[param(value_type = Option<u32>)]
    pub limit: Option<String>,
    /// Where the previous page stopped.
    pub cursor: Option<String>,
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
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
}

impl Params {
    /// The question these parameters ask about `territory`.
    ///
    /// # Errors
    /// What cannot be read without a scene: numbers, dates, weights.
    pub fn ask(&self, territory: &str, lang: Lang) -> Result<CandidatesAsk, DoorError> {
        let as_of = extract::as_of(self.as_of.as_deref())?;
        check_date(as_of)?;
        let mut ask = CandidatesAsk::new(territory, as_of);
        if let Some(q) = &self.q {
            check_query(q)?;
        }
        ask.q.clone_from(&self.q);
        ask.theme.clone_from(&self.theme);
        ask.need.clone_from(&self.need);
        ask.limit = extract::limit(self.limit.as_deref(), ask.limit)?;
        ask.cursor.clone_from(&self.cursor);
        ask.profile.clone_from(&self.profile);
        if let Some(text) = &self.weights {
            ask.weights = WeightsAsked::parse(text).map_err(ScoutingError::from)?;
        }
        if let Some(word) = &self.rank_by {
            ask.rank_by = body::rank_by(word)?;
        }
        ask.lang = lang;
        Ok(ask)
    }
}

/// The ranked, explained candidates of a territory, and those a gate keeps out.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/candidates",
    tag = "territories",
    operation_id = "list_candidates",
    params(("id" = String, Path, description = "Id or name"), Params),
    responses(
        (status = 200, body = CandidatesWire),
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
        let ask = query.ask(&territory, lang)?;
        let seq = extract::whole("seq", query.seq.as_deref())?;
        // The first page of today's answer is a question; the others only read on.
        let counted = seq.is_none() && query.cursor.is_none() && query.as_of.is_none();
        let answer = answer_at(&state, seq, ask).await?;
        if counted {
            let (scouting, place) = (&state.scouting, answer.territory.id.as_str());
            let (scene, day) = (scouting.scene(), extract::today());
            scouting.demand().note(&scene, Some(place), &answer.asked, day);
        }
        Ok((answer, format))
    };
    reply_list(lang, answered.await)
}

/// One candidate whole: its rank, or the gate that keeps it out; every relation.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/candidates/{enterprise}",
    tag = "territories",
    operation_id = "get_candidate",
    params(
        ("id" = String, Path, description = "Id or name of the territory"),
        ("enterprise" = String, Path, description = "Id or name of the enterprise"),
        Params
    ),
    responses(
        (status = 200, body = CandidatesWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Segments((territory, enterprise)): Segments<(String, String)>,
    asked: Asked<Params>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let mut ask = query.ask(&territory, lang)?;
        ask.enterprises = Some(vec![enterprise]);
        let seq = extract::whole("seq", query.seq.as_deref())?;
        Ok((answer_at(&state, seq, ask).await?, format))
    };
    reply_list(lang, answered.await)
}

/// Answers at the state asked, at that of the cursor, or at the present one.
///
/// # Errors
/// Those of the question.
pub async fn answer_at(
    state: &AppState,
    seq: Option<u64>,
    ask: CandidatesAsk,
) -> Result<CandidatesWire, DoorError> {
    let scene = scene_of(state, seq, ask.cursor.as_deref()).await?;
    state.heavy(move || answer(&scene, ask)).await
}

/// The scene at the state asked, at that of the cursor, or the present one.
///
/// # Errors
/// An unknown state; a cursor naming a state that no answer ever had.
pub async fn scene_of(
    state: &AppState,
    seq: Option<u64>,
    cursor: Option<&str>,
) -> Result<Arc<Scene>, DoorError> {
    let (None, Some(given)) = (seq, cursor.and_then(Cursor::seq_of)) else {
        return state.scene(seq).await;
    };
    state.scene(Some(given)).await.map_err(|error| match error {
        // Beyond the log, or inside the seed's own load: we gave no cursor there.
        DoorError::Scouting(ScoutingError::UnknownSeq { .. } | ScoutingError::Dataset(_)) => {
            ScoutingError::BadCursor.into()
        }
        other => other,
    })
}

/// The candidates asked; enterprises may be given by name.
///
/// # Errors
/// Those of the question.
pub fn answer(scene: &Scene, mut ask: CandidatesAsk) -> Result<CandidatesWire, DoorError> {
    if let Some(ids) = &mut ask.enterprises {
        for id in ids {
            *id = extract::enterprise_id(scene, id);
        }
    }
    Ok(CandidatesWire::from(&candidates(scene, &ask)?))
}
