//! One file per resource: its parameters, its answer, its handler.
//!
//! The answer is a plain function of a scene, shared with the command line.

pub mod actors;
pub mod annotations;
pub mod board;
pub mod candidates;
pub mod changes;
pub mod cohorts;
pub mod comparisons;
pub mod confirmations;
pub mod decisions;
pub mod demand;
pub mod directions;
pub mod duplicates;
pub mod enterprises;
pub mod export;
pub mod feasibility;
pub mod gaps;
pub mod health;
pub mod imports;
pub mod matches;
pub mod observations;
pub mod priorities;
pub mod profiles;
pub mod records;
pub mod sources;
pub mod territories;
pub mod tours;
pub mod zones;

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::domain::lang::Lang;
use crate::scouting::error::ScoutingError;
use crate::scouting::export::Written;

use super::csv::{self, Rows};
use super::error::DoorError;
use super::extract::{Format, LIST_FORMATS};
use super::writing::tag;

/// An answer as JSON, or the refusal in `lang`.
fn reply<T: Serialize>(lang: Lang, answered: Result<T, DoorError>) -> Response {
    match answered {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => error.response(lang),
    }
}

/// One row as JSON with its ETag, the `seq` of its latest revision; or the refusal in `lang`.
fn reply_tagged<T: Serialize>(lang: Lang, answered: Result<(T, u64), DoorError>) -> Response {
    match answered {
        Ok((row, seq)) => {
            let mut response = Json(row).into_response();
            tag(&mut response, seq);
            response
        }
        Err(error) => error.response(lang),
    }
}

/// A list as JSON, CSV, a spreadsheet or places, or the refusal in `lang`.
fn reply_list<T: Serialize + Rows>(
    lang: Lang,
    answered: Result<(T, Format), DoorError>,
) -> Response {
    match answered {
        Ok((answer, Format::Json)) => Json(answer).into_response(),
        Ok((answer, Format::Xlsx)) => match csv::workbook(&answer) {
            Ok(bytes) => {
                let kind = HeaderValue::from_static(Written::Xlsx.media());
                let name = export::attachment("essaim.xlsx");
                ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes)
                    .into_response()
            }
            Err(cause) => DoorError::from(ScoutingError::from(cause)).response(lang),
        },
        Ok((answer, Format::GeoJson)) => match answer.places() {
            Some(places) => {
                ([(header::CONTENT_TYPE, Written::GeoJson.media())], places.to_string())
                    .into_response()
            }
            None => {
                let asked = "geojson".to_owned();
                let known = &LIST_FORMATS[..LIST_FORMATS.len() - 1];
                DoorError::UnknownFormat { asked, known }.response(lang)
            }
        },
        Ok((answer, Format::Csv)) => {
            ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], csv::write(&answer))
                .into_response()
        }
        Err(error) => error.response(lang),
    }
}
