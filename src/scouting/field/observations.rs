//! Gaps reported from the field: writing them, correcting them, taking them back.
//!
//! An observation is one per author, need, day and words: the same said twice (a form sent
//! again, two people of one organisation) is the same row, since counting it twice would
//! make a gap of an echo. Its id is a digest of those, so it does not depend on when or how
//! it came; the idempotency key stands beside, for whoever wants the very same answer.
//!
//! The row keeps what was stated. What the annotator reads in the words is read again by
//! each scene, and shown with the words that caused it, so that the author can correct it.

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::access::{Action, Identity};
use crate::annotation::text::fold;
use crate::catalogue::record::observation::{self, CONFIDENCE};
use crate::catalogue::revision::{At, Kind, NewRevision, Revision, canonical};
use crate::catalogue::store::digest;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::observation::Observation;
use crate::domain::provenance::Source;
use crate::scouting::body::{bad, number, present};
use crate::scouting::error::ScoutingError;
use crate::scouting::front::Scouting;
use crate::scouting::scene::Scene;
use crate::scouting::vocabulary;
use crate::scouting::writing::{Condition, Draft, Manner, authorise};

use super::reading::{needed, object, past, source, words};
use super::{Recorded, Withdrawn, is_conflict, label, only};

/// Every field of the body.
const FIELDS: [&str; 14] = [
    "text",
    "need",
    "public",
    "step",
    "theme",
    "severity",
    "confidence",
    "trend",
    "source",
    "date",
    "by",
    "licence",
    "reason",
    "lang",
];
/// The directions that may be said.
const TRENDS: [&str; 3] = ["rising", "stable", "falling"];

/// Records an observation of `territory` (an id or a name).
///
/// The same author, need, day and words are the same row: said again, nothing is added.
///
/// # Errors
/// Those of rights and of each field; [`ScoutingError::AlreadyRecorded`] when the same was
/// recorded with another severity, source or confidence: that is a correction.
pub async fn record(
    scouting: &Scouting,
    who: &Identity,
    territory: &str,
    body: &Value,
    manner: Manner,
    today: Date,
) -> Result<Recorded, ScoutingError> {
    let scene = scouting.scene();
    let place = scene.world.places.territory(territory)?;
    authorise(who, Action::Observe, &scene, Some(&place.id))?;
    let by = label(scouting, who).await?;
    let mut given = read(&scene, &place.id, body, by, today)?;
    given.id = id_of(&scene, &given);
    let row = observation::to_json(&given, &scene.world.data.taxonomy);
    let mut revision = NewRevision::new(Kind::Observation, &given.id, &row);
    revision.note = manner.reason;
    let draft = Draft {
        rows: vec![revision],
        expected: scouting.expected(Condition::Absent, Kind::Observation, &given.id).await?,
        idempotent: manner.idempotent,
    };
    match scouting.write(who, draft).await {
        Ok(written) => {
            let (revision, scene) = only(written);
            Ok(Recorded { revision, added: true, scene })
        }
        Err(error) if is_conflict(&error) => {
            let known = scouting.row(At::Latest, Kind::Observation, &given.id).await?;
            match known {
                Some(revision) if revision.body == canonical(&row) => {
                    Ok(Recorded { revision, added: false, scene: scouting.scene() })
                }
                Some(_) => {
                    Err(ScoutingError::AlreadyRecorded { kind: Kind::Observation, id: given.id })
                }
                None => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// Corrects an observation of `territory`: the body takes the place of what was stated, the
/// id stays.
///
/// # Errors
/// [`ScoutingError::UnknownRow`] when it is not alive here; a conflict when it moved; those
/// of rights and of each field.
pub async fn correct(
    scouting: &Scouting,
    who: &Identity,
    (territory, id): (&str, &str),
    body: &Value,
    manner: Manner,
    today: Date,
) -> Result<Recorded, ScoutingError> {
    let scene = scouting.scene();
    let place = scene.world.places.territory(territory)?;
    authorise(who, Action::Observe, &scene, Some(&place.id))?;
    let current = find(scouting, At::Latest, &place.id, id).await?;
    let before = observation::read(&current.json()?, &scene.world.data.taxonomy);
    let by = before.ok().and_then(|read| read.value.by);
    let mut given = read(&scene, &place.id, body, by, today)?;
    id.clone_into(&mut given.id);
    let condition = match manner.condition {
        Condition::None => Condition::Match(current.seq),
        said => said,
    };
    let row = observation::to_json(&given, &scene.world.data.taxonomy);
    let mut revision = NewRevision::new(Kind::Observation, id, &row);
    revision.note = manner.reason;
    let draft = Draft {
        rows: vec![revision],
        expected: scouting.expected(condition, Kind::Observation, id).await?,
        idempotent: manner.idempotent,
    };
    let (revision, scene) = only(scouting.write(who, draft).await?);
    Ok(Recorded { revision, added: true, scene })
}

/// Takes an observation of `territory` back, with the reason of `manner`.
///
/// # Errors
/// Those of rights; no reason, no such row here, or one that moved.
pub async fn withdraw(
    scouting: &Scouting,
    who: &Identity,
    (territory, id): (&str, &str),
    manner: Manner,
) -> Result<Withdrawn, ScoutingError> {
    let place = scouting.scene().world.places.territory(territory)?;
    // Of another territory, it is as unknown here as one that never was.
    if manner.idempotent.is_none() {
        authorise(who, Action::Observe, &scouting.scene(), Some(&place.id))?;
        find(scouting, At::Latest, &place.id, id).await?;
    }
    let of = (Action::Observe, Some(place.id.as_str()));
    super::withdraw(scouting, who, of, (Kind::Observation, id), manner).await
}

/// The latest revision, at `at`, of an observation of the territory `place` (an id).
///
/// # Errors
/// [`ScoutingError::UnknownRow`] when it is not alive there.
pub async fn find(
    scouting: &Scouting,
    at: At,
    place: &str,
    id: &str,
) -> Result<Revision, ScoutingError> {
    let row = scouting.row(at, Kind::Observation, id).await?;
    let here = match row {
        Some(row) if row.json()?.get("territory").and_then(Value::as_str) == Some(place) => {
            Some(row)
        }
        _ => None,
    };
    here.ok_or_else(|| ScoutingError::UnknownRow {
        kind: Kind::Observation,
        asked: id.chars().take(80).collect(),
        suggestions: Vec::new(),
    })
}

/// `obs-` and a digest of the territory, the author, the need, the day and the words.
pub(in crate::scouting) fn id_of(scene: &Scene, given: &Observation) -> String {
    let need = given.need.map(|need| scene.world.data.taxonomy.id(need)).unwrap_or_default();
    let words: Vec<String> = fold(&given.text).split_whitespace().map(str::to_owned).collect();
    let by = fold(given.by.as_deref().unwrap_or_default());
    let said =
        [&given.territory, by.trim(), need, &given.date.to_string(), &words.join(" ")].join("\n");
    let digest = digest(said.as_bytes());
    let digits = digest.rsplit(':').next().unwrap_or(&digest);
    format!("obs-{}", &digits[..20.min(digits.len())])
}

/// Reads the body of an observation of `territory`; `by` where it does not say who saw it.
pub(in crate::scouting) fn read(
    scene: &Scene,
    territory: &str,
    body: &Value,
    by: Option<String>,
    today: Date,
) -> Result<Observation, ScoutingError> {
    let object = object(body, &FIELDS)?;
    let words_of_it = needed(
        object,
        "text",
        ("dites ce qui a été vu, en une phrase", "say what was seen, in a sentence"),
    )?;
    let concept = |kind: ConceptKind, field: &str| -> Result<Option<Concept>, ScoutingError> {
        words(object, field)?.map(|word| vocabulary::stated(scene, kind, &word, field)).transpose()
    };
    let severity = share(object, "severity")?.ok_or_else(|| {
        bad(
            "severity",
            "donnez la gravité, de 0 (l’offre suffit) à 1 (rien n’y répond)",
            "give the severity, from 0 (supply suffices) to 1 (nothing answers it)",
        )
    })?;
    let date = past(object, "date", today)?.first_day();
    let by = words(object, "by")?.or(by).ok_or_else(|| {
        bad(
            "by",
            "dites quelle organisation l’a vu : deux signalements d’un même auteur ne comptent qu’une fois",
            "say which organisation saw it: two reports of one author count once",
        )
    })?;
    let trend = words(object, "trend")?;
    if let Some(trend) = trend.as_deref().filter(|trend| !TRENDS.contains(trend)) {
        return Err(ScoutingError::OutOfBounds {
            field: "trend".to_owned(),
            value: trend.chars().take(40).collect(),
            bounds: TRENDS.join(" | "),
        });
    }
    let origin = source(object)?;
    Ok(Observation {
        id: String::new(),
        territory: territory.to_owned(),
        need: concept(ConceptKind::Need, "need")?,
        public: concept(ConceptKind::Public, "public")?,
        step: concept(ConceptKind::Step, "step")?,
        theme: concept(ConceptKind::Theme, "theme")?,
        severity,
        confidence: share(object, "confidence")?.unwrap_or(CONFIDENCE),
        date,
        by: Some(by),
        trend,
        source: Source { year: origin.year.or(Some(date.year())), ..origin },
        text: words_of_it,
    })
}

/// A number of 0 to 1.
fn share(object: &Map<String, Value>, field: &str) -> Result<Option<f64>, ScoutingError> {
    if present(object, field).is_none() {
        return Ok(None);
    }
    let value = number(object, "", field)
        .map_err(|_| bad(field, "attendu : un nombre de 0 à 1", "expected a number of 0 to 1"))?
        .unwrap_or_default();
    if (0.0..=1.0).contains(&value) {
        return Ok(Some(value));
    }
    Err(ScoutingError::OutOfBounds {
        field: field.to_owned(),
        value: value.to_string(),
        bounds: "0–1".to_owned(),
    })
}
