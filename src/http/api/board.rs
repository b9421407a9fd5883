//! `GET /territories/{id}/board` and `GET /calibration`.

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use crate::domain::lang::Lang;
use crate::evaluation::backtest::bootstrap::Plan;
use crate::evaluation::calibration::{Case, Settings, calibrate};
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, Segments};
use crate::http::state::AppState;
use crate::http::wire::board::BoardWire;
use crate::http::wire::calibration::CalibrationWire;
use crate::http::wire::territory::TerritoryBrief;
use crate::scouting::ask::{TerritoryAsked, check_date};
use crate::scouting::candidates;
use crate::scouting::decisions::{self, board, outcomes};
use crate::scouting::scene::Scene;

use super::reply_list;

/// Parameters of a board.
#[derive(Debug, Default, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// The scouting year; the latest follow-up of each enterprise when absent.
    #[param(value_type = Option<i16>)]
    pub season: Option<String>,
    /// `YYYY-MM-DD`: later steps are ignored; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Parameters of the calibration.
#[derive(Debug, Default, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CalibrationParams {
    /// Only of this territory: id or name.
    pub territory: Option<String>,
    /// Only of this scouting year.
    #[param(value_type = Option<i16>)]
    pub season: Option<String>,
    /// `YYYY-MM-DD`: later steps are ignored; today when absent.
    pub as_of: Option<String>,
    /// State of the log.
    #[param(value_type = Option<u64>)]
    pub seq: Option<String>,
    /// `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Where each follow-up of a territory stands, how far they go, and why they end.
#[utoipa::path(
    get,
    path = "/api/v1/territories/{id}/board",
    tag = "decisions",
    operation_id = "get_board",
    params(("id" = String, Path, description = "Id or name"), Params),
    responses(
        (status = 200, body = BoardWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn get(
    State(state): State<AppState>,
    Segments(territory): Segments<String>,
    asked: Asked<Params>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let season = season(query.season.as_deref())?;
        let as_of = day(query.as_of.as_deref())?;
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let asked = move || answer(&scene, &territory, season, as_of, lang);
        Ok((state.heavy(asked).await?, format))
    };
    reply_list(lang, answered.await)
}

/// The board of a territory, by id or by name.
///
/// # Errors
/// Unknown or ambiguous territory.
pub fn answer(
    scene: &Scene,
    territory: &str,
    season: Option<i16>,
    as_of: Date,
    lang: Lang,
) -> Result<BoardWire, DoorError> {
    let place = candidates::territory(scene, &TerritoryAsked::Named(territory.to_owned()))?;
    let board = board::of(scene, &place.id, season, as_of)?;
    Ok(BoardWire::new(scene, (TerritoryBrief::from(&place), season), as_of, &board, lang))
}

/// What became of the follow-ups, against what the engine had said at their first step.
#[utoipa::path(
    get,
    path = "/api/v1/calibration",
    tag = "decisions",
    operation_id = "get_calibration",
    params(CalibrationParams),
    responses(
        (status = 200, body = CalibrationWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn calibration(
    State(state): State<AppState>,
    asked: Asked<CalibrationParams>,
) -> Response {
    let Asked { query, lang } = asked;
    let answered = async {
        let format = extract::format(query.format.as_deref())?;
        let season = season(query.season.as_deref())?;
        let as_of = day(query.as_of.as_deref())?;
        let scene = state.scene(extract::whole("seq", query.seq.as_deref())?).await?;
        let territory = query.territory;
        let asked = move || answer_calibration(&scene, territory.as_deref(), season, as_of, lang);
        Ok((state.heavy(asked).await?, format))
    };
    reply_list(lang, answered.await)
}

/// Outcomes against what had been said, of one territory (id or name) or of all.
///
/// # Errors
/// Unknown or ambiguous territory.
pub fn answer_calibration(
    scene: &Scene,
    territory: Option<&str>,
    season: Option<i16>,
    as_of: Date,
    lang: Lang,
) -> Result<CalibrationWire, DoorError> {
    let place = match territory {
        None => None,
        Some(named) => Some(decisions::pair(scene, named, "")?.0),
    };
    let outcomes = outcomes::of(scene, place.as_deref(), season, as_of);
    let mut enterprises: Vec<&str> = outcomes.listed.iter().map(|one| one.enterprise).collect();
    enterprises.sort_unstable();
    enterprises.dedup();
    let cases: Vec<Case> = outcomes
        .listed
        .iter()
        .map(|one| Case {
            score: one.said.score,
            success: one.success,
            cluster: enterprises.binary_search(&one.enterprise).expect("it is among them"),
        })
        .collect();
    let found = calibrate(&cases, &settings(scene));
    Ok(CalibrationWire::new(scene, (place, season), as_of, &outcomes, &found, lang))
}

/// The declared numbers of `index/decisions.toml`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn settings(scene: &Scene) -> Settings {
    let rules = &scene.world.data.rules;
    let number = |name: &str| rules.number(&format!("decisions.calibration.{name}"));
    let of_bounds = |(name, value): (&str, f64)| {
        let place = name.strip_prefix("decisions.calibration.bounds.")?;
        Some((place.parse::<usize>().ok()?, value))
    };
    let mut bounds: Vec<(usize, f64)> = rules.iter().filter_map(of_bounds).collect();
    bounds.sort_by_key(|(place, _)| *place);
    Settings {
        bounds: bounds.into_iter().map(|(_, value)| value).collect(),
        z: rules.number("decisions.z"),
        minimum: number("minimum") as usize,
        minimum_each: number("minimum_each") as usize,
        plan: Plan {
            draws: number("draws") as u64,
            seed: number("seed") as u64,
            level: number("level"),
        },
    }
}

fn season(asked: Option<&str>) -> Result<Option<i16>, DoorError> {
    Ok(asked.map(|text| decisions::season(&Value::from(text))).transpose()?)
}

fn day(asked: Option<&str>) -> Result<Date, DoorError> {
    let as_of = extract::as_of(asked)?;
    check_date(as_of)?;
    Ok(as_of)
}
