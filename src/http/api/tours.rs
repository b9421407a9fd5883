//! `POST /tours`: the yearly journey; a read, nothing is saved.

use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::Value;

use crate::domain::lang::Lang;
use crate::http::csv;
use crate::http::error::{DoorError, Problem};
use crate::http::extract::{self, Asked, today};
use crate::http::state::AppState;
use crate::http::wire::tour::calendar::calendar;
use crate::http::wire::tour::map::geojson;
use crate::http::wire::tour::{TourRequest, TourWire};
use crate::scouting::matches::seq_of;
use crate::scouting::scene::Scene;
use crate::scouting::tours::{self, Tour};

/// What a tour is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON, the default.
    Json,
    /// One row per stop.
    Csv,
    /// A map.
    GeoJson,
    /// A calendar.
    Ics,
}

/// Every format, by its name, with its media type.
const FORMATS: [(&str, Format, &str); 4] = [
    ("json", Format::Json, "application/json"),
    ("csv", Format::Csv, "text/csv; charset=utf-8"),
    ("geojson", Format::GeoJson, "application/geo+json"),
    ("ics", Format::Ics, "text/calendar; charset=utf-8"),
];

impl Format {
    /// Reads `format`, JSON when absent.
    ///
    /// # Errors
    /// [`DoorError::UnknownFormat`].
    pub fn parse(asked: Option<&str>) -> Result<Self, DoorError> {
        let Some(asked) = asked.map(str::trim) else { return Ok(Self::Json) };
        let found = FORMATS.iter().find(|(name, ..)| *name == asked);
        found.map(|(_, format, _)| *format).ok_or_else(|| DoorError::UnknownFormat {
            asked: asked.chars().take(40).collect(),
            known: &["json", "csv", "geojson", "ics"],
        })
    }

    fn media_type(self) -> &'static str {
        FORMATS.iter().find(|(_, format, _)| *format == self).map_or("", |(.., kind)| kind)
    }

    /// The tour written in this format.
    ///
    /// # Errors
    /// [`DoorError::Internal`] when JSON cannot be written, which is a bug.
    pub fn write(self, tour: &Tour) -> Result<String, DoorError> {
        let wire = TourWire::from(tour);
        match self {
            Self::Json => serde_json::to_string(&wire).map_err(DoorError::internal),
            Self::Csv => Ok(csv::write(&wire)),
            Self::GeoJson => Ok(geojson(&wire)),
            Self::Ics => Ok(calendar(tour)),
        }
    }
}

/// Parameters beside the body.
#[derive(Debug, Default, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// `json`, `csv`, `geojson` or `ics`.
    pub format: Option<String>,
    /// `fr` or `en`; that of the body wins.
    pub lang: Option<String>,
}

/// The cities to visit, in order, to meet the most promising candidates.
#[utoipa::path(
    post,
    path = "/api/v1/tours",
    tag = "territories",
    operation_id = "plan_tour",
    params(Params),
    request_body = TourRequest,
    responses(
        (status = 200, body = TourWire),
        (status = "default", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn plan(
    State(state): State<AppState>,
    asked: Asked<Params>,
    request: Request,
) -> Response {
    let mut lang = asked.lang;
    let answered = async {
        let format = Format::parse(asked.query.format.as_deref())?;
        let body = extract::json_body(request).await?;
        lang = body.get("lang").and_then(Value::as_str).and_then(Lang::parse).unwrap_or(lang);
        let scene = state.scene(seq_of(&body)).await?;
        let text = state.heavy(move || format.write(&answer(&scene, &body, lang)?)).await?;
        Ok((format, text))
    };
    let answered: Result<(Format, String), DoorError> = answered.await;
    match answered {
        Ok((format, text)) => ([(header::CONTENT_TYPE, format.media_type())], text).into_response(),
        Err(error) => error.response(lang),
    }
}

/// The tour that `body` asks.
///
/// # Errors
/// Those of the question.
pub fn answer(scene: &Scene, body: &Value, lang: Lang) -> Result<Tour, DoorError> {
    let ask = tours::read(scene, body, today(), lang)?;
    Ok(tours::tour(scene, &ask)?)
}
