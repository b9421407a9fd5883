//! Rows of our own that come back: an export of another catalogue, or the observations that
//! people keep in a table.
//!
//! Each row goes through the reader of its kind; what an observation must say is what the
//! form asks. All enter in one write. Whoever may import may bring them, a partner the
//! observations of its territories only; a follow-up tells who wrote each step, so only an
//! administrator brings it.

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::access::{Action, Identity};
use crate::catalogue::record::{
    Read, ReadResult, RecordProblem, annotation, confirmation, decision, observation, personal,
    profile, zone,
};
use crate::catalogue::revision::{Kind, canonical};
use crate::catalogue::seed;
use crate::domain::decision::row_id;
use crate::imports::own::read_own;
use crate::imports::parsed::{Parsed, checked};
use crate::imports::rows::Format;

use super::error::ScoutingError;
use super::faults::problem_of;
use super::field::observations;
use super::front::Scouting;
use super::scene::Scene;
use super::submissions::place;
use super::writing::authorise;

/// The fields of a row that the form of an observation asks.
const ASKED: [&str; 12] = [
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
];
/// Words of people, where nobody is named.
const WORDS: [&str; 6] = ["note", "note_fr", "note_en", "reason", "text", "by"];

/// What must be allowed to import rows of a kind.
#[must_use]
pub fn right(kind: Kind) -> Action {
    match kind {
        Kind::Observation => Action::Observe,
        Kind::Decision => Action::Manage,
        _ => Action::Import,
    }
}

/// Reads a file of rows of `kind`: the good ones, and the account of the others.
///
/// # Errors
/// The log cannot be read.
pub async fn read(
    scouting: &Scouting,
    who: &Identity,
    (kind, format_word): (Kind, &'static str),
    bytes: &[u8],
    format: Format,
    today: Date,
) -> Result<Parsed, ScoutingError> {
    let scene = scouting.scene();
    let by = match kind {
        Kind::Observation => super::field::label(scouting, who).await?,
        _ => None,
    };
    let rows = read_own(kind, bytes, format);
    Ok(checked(kind, format_word, rows, |value| match kind {
        Kind::Observation => observed(&scene, who, value, by.clone(), today),
        _ => own(&scene, who, kind, value),
    }))
}

/// An observation, checked as the form is.
///
/// A row that has an id and means what it says keeps its words as they are; the others get
/// the id and the shape that the form gives.
fn observed(
    scene: &Scene,
    who: &Identity,
    value: &Value,
    by: Option<String>,
    today: Date,
) -> ReadResult<(String, Value)> {
    let Value::Object(row) = value else {
        return Err(RecordProblem::wrong_type("", value, ("objet JSON", "JSON object")));
    };
    let territory = place(scene, who, Action::Observe, row)?;
    let mut asked: Map<String, Value> =
        row.iter().filter(|(name, _)| ASKED.contains(&name.as_str())).map(owned).collect();
    join_year(&mut asked, row.get("year"));
    let read = observations::read(scene, &territory, &Value::Object(asked), by, today);
    let mut given = read.map_err(|error| problem_of(&error))?;
    let taxonomy = &scene.world.data.taxonomy;
    let own = row.get("id").and_then(Value::as_str).map(str::trim).filter(|id| !id.is_empty());
    let id = own.map_or_else(|| observations::id_of(scene, &given), str::to_owned);
    given.id.clone_from(&id);
    let kept = Value::Object(without_persons(row));
    let (same, mut warnings) = match observation::read(&kept, taxonomy) {
        Ok(read) => (read.value == given, read.warnings),
        Err(_) => (false, Vec::new()),
    };
    let body = match own.is_some() && same {
        true => kept,
        false => observation::to_json(&given, taxonomy),
    };
    warnings.extend(dropped(row));
    Ok(Read { value: (id, body), warnings })
}

fn owned((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

/// The year of a source that is a bare text, given beside it.
fn join_year(asked: &mut Map<String, Value>, year: Option<&Value>) {
    if let (Some(year), Some(Value::String(source))) =
        (year.filter(|y| !y.is_null()), asked.get("source"))
    {
        let source = serde_json::json!({"source": source, "year": year});
        asked.insert("source".to_owned(), source);
    }
}

/// Any other row, read by the reader of its kind.
fn own(scene: &Scene, who: &Identity, kind: Kind, value: &Value) -> ReadResult<(String, Value)> {
    let Value::Object(row) = value else {
        return Err(RecordProblem::wrong_type("", value, ("objet JSON", "JSON object")));
    };
    for name in WORDS {
        let words = row.get(name).and_then(Value::as_str).unwrap_or_default();
        if let Some(found) = personal::found_in(words) {
            return Err(personal_data(name, found));
        }
    }
    let mut bare = row.clone();
    // An export names each row; these make their id of their fields.
    let named = bare.remove("id");
    let bare = Value::Object(bare);
    let (id, body, warnings) = match kind {
        Kind::Confirmation => {
            let Read { value, warnings } = confirmation::read(&bare)?;
            known_territory(scene, &value.territory)?;
            let body = confirmation::to_json(&value);
            (value.id, body, warnings)
        }
        Kind::Annotation => {
            let Read { value, warnings } = annotation::read(&bare)?;
            let body = annotation::to_json(&value);
            (value.id, body, warnings)
        }
        Kind::Decision => {
            let Read { value, warnings } = decision::read(&bare)?;
            known_territory(scene, &value.territory)?;
            (row_id(&value.territory, &value.enterprise), decision::to_json(&value), warnings)
        }
        Kind::Profile => {
            let Read { value: record, warnings } = profile::read(value)?;
            let body = profile::to_json(&record);
            let shipped = seed::profiles().into_iter().find(|known| known.id == record.id);
            if shipped.is_some_and(|known| canonical(&profile::to_json(&known)) != canonical(&body))
            {
                return Err(shipped_profile(&record.id));
            }
            if let Some(territory) = &record.territory {
                known_territory(scene, territory)?;
                authorise(who, Action::SetProfile, scene, Some(territory))
                    .map_err(|error| problem_of(&error))?;
            }
            (record.id, body, warnings)
        }
        Kind::Zone => {
            let Read { value: record, warnings } = zone::read(value)?;
            for code in &record.communes {
                if scene.world.data.atlas.commune(code).is_none() {
                    return Err(unknown_commune(code));
                }
            }
            let body = zone::to_json(&record);
            (record.id, body, warnings)
        }
        _ => {
            let id = named.as_ref().and_then(Value::as_str).map(str::to_owned);
            let id = id.ok_or_else(|| RecordProblem::missing("id"))?;
            (id, Value::Object(without_persons(row)), dropped(row).collect())
        }
    };
    Ok(Read { value: (id, body), warnings })
}

/// The row without the fields whose name announces personal data.
fn without_persons(row: &Map<String, Value>) -> Map<String, Value> {
    row.iter()
        .filter_map(|(name, value)| Some((name.clone(), personal::without_personal(name, value)?)))
        .collect()
}

/// The notices of the fields left out because they hold personal data.
fn dropped(row: &Map<String, Value>) -> impl Iterator<Item = RecordProblem> + '_ {
    row.keys()
        .filter(|name| personal::is_personal(name))
        .map(|name| personal::dropped(name.clone()))
}

fn known_territory(scene: &Scene, id: &str) -> Result<(), RecordProblem> {
    match scene.world.data.atlas.territory(id) {
        Some(_) => Ok(()),
        None => Err(RecordProblem::new(
            "territory",
            id,
            ("territoire inconnu de ce catalogue", "territory unknown to this catalogue"),
            (
                "importez d’abord les zones, ou donnez un identifiant (epci-200046977)",
                "import the zones first, or give an id (epci-200046977)",
            ),
        )),
    }
}

fn unknown_commune(code: &str) -> RecordProblem {
    RecordProblem::new(
        "communes",
        code,
        ("code de commune inconnu", "unknown commune code"),
        ("donnez des codes INSEE du découpage actuel", "give INSEE codes of the present communes"),
    )
}

fn shipped_profile(id: &str) -> RecordProblem {
    RecordProblem::new(
        "id",
        id,
        ("profil livré avec Essaim, qui ne change pas", "shipped profile, which never changes"),
        ("donnez-lui un autre identifiant", "give it another id"),
    )
}

fn personal_data(field: &str, found: (&str, &str)) -> RecordProblem {
    RecordProblem::new(
        field,
        "",
        (&format!("contient {}", found.0), &format!("holds {}", found.1)),
        (
            "ne nommez que des organisations : aucune personne, adresse ni numéro n’est gardé",
            "name organisations only: no person, address or number is kept",
        ),
    )
}
