//! What the bodies of this part share: texts without personal data, past dates, sources.

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::catalogue::record::fields::parse_date;
use crate::catalogue::record::personal;
use crate::domain::date::PartialDate;
use crate::domain::provenance::Source;
use crate::scouting::body::{bad, check_fields, object_of, present, text};
use crate::scouting::error::ScoutingError;

/// Longest text of a field, characters.
const TEXT_CHARS_MAX: usize = 2_000;

/// The body as an object of known fields; one made for personal data is told as such.
///
/// # Errors
/// [`ScoutingError::BadRecord`], [`ScoutingError::PersonalData`].
pub(in crate::scouting) fn object<'a>(
    body: &'a Value,
    fields: &[&str],
) -> Result<&'a Map<String, Value>, ScoutingError> {
    let object = object_of("", body)?;
    let personal = |name: &&String| !fields.contains(&name.as_str()) && personal::is_personal(name);
    if let Some(field) = object.keys().find(personal) {
        let found = ("une donnée personnelle", "personal data");
        return Err(ScoutingError::PersonalData { field: field.clone(), found });
    }
    check_fields(object, fields)?;
    Ok(object)
}

/// A text, trimmed; blank is absent.
///
/// # Errors
/// No text, too long, or personal data.
pub(in crate::scouting) fn words(
    object: &Map<String, Value>,
    field: &str,
) -> Result<Option<String>, ScoutingError> {
    let Some(words) = text(object, field)? else { return Ok(None) };
    let words = words.trim().to_owned();
    let length = words.chars().count();
    if length > TEXT_CHARS_MAX {
        return Err(ScoutingError::OutOfBounds {
            field: field.to_owned(),
            value: length.to_string(),
            bounds: format!("1–{TEXT_CHARS_MAX} caractères"),
        });
    }
    refuse_personal(field, &words)?;
    Ok((!words.is_empty()).then_some(words))
}

/// A text that must be there; `why` says what it is for (French, English).
///
/// # Errors
/// Those of [`words`], and [`ScoutingError::BadRecord`] when it is absent.
pub(in crate::scouting) fn needed(
    object: &Map<String, Value>,
    field: &str,
    why: (&str, &str),
) -> Result<String, ScoutingError> {
    words(object, field)?.ok_or_else(|| bad(field, why.0, why.1))
}

/// Refuses a text that holds personal data.
///
/// # Errors
/// [`ScoutingError::PersonalData`].
pub(in crate::scouting) fn refuse_personal(field: &str, words: &str) -> Result<(), ScoutingError> {
    match personal::found_in(words) {
        None => Ok(()),
        Some(found) => Err(ScoutingError::PersonalData { field: field.to_owned(), found }),
    }
}

/// A date, whole or not, that has come.
///
/// # Errors
/// [`ScoutingError::BadRecord`] without one, [`ScoutingError::BadDate`] for one that is no
/// date or out of 1990–2100, [`ScoutingError::FutureDate`].
pub(in crate::scouting) fn past(
    object: &Map<String, Value>,
    field: &str,
    today: Date,
) -> Result<PartialDate, ScoutingError> {
    let asked = match present(object, field) {
        None => {
            return Err(bad(
                field,
                "donnez le jour où cela a été vu ou dit (AAAA-MM-JJ)",
                "give the day when it was seen or said (YYYY-MM-DD)",
            ));
        }
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let date = parse_date(&asked).filter(|date| (1990..=2100).contains(&date.year));
    let date =
        date.ok_or_else(|| ScoutingError::BadDate { asked: asked.chars().take(40).collect() })?;
    if date.first_day() > today {
        return Err(ScoutingError::FutureDate {
            field: field.to_owned(),
            date: asked,
            today: today.to_string(),
        });
    }
    Ok(date)
}

/// The source: a text, or `{source|url|name, year, licence}`, with `licence` beside it.
///
/// # Errors
/// [`ScoutingError::BadRecord`] without one; those of a text.
pub(in crate::scouting) fn source(object: &Map<String, Value>) -> Result<Source, ScoutingError> {
    let missing = || {
        bad(
            "source",
            "dites d’où vient cette information : une adresse, un document, une réunion",
            "say where this comes from: an address, a document, a meeting",
        )
    };
    let read = match present(object, "source") {
        None => return Err(missing()),
        Some(Value::String(_)) => Source::named(words(object, "source")?.ok_or_else(missing)?),
        Some(other) => crate::catalogue::record::source::read("source", other)
            .map_err(|problem| bad("source", &problem.reason_fr, &problem.reason_en))?,
    };
    refuse_personal("source", &read.source)?;
    let licence = words(object, "licence")?;
    Ok(Source { licence: read.licence.or(licence), ..read })
}
