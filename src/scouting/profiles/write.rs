//! Setting a profile of weights, and ending it.
//!
//! The profiles that come with the binary are a common ground: the same name means the same
//! weights everywhere, so they are never replaced. A partner sets those of its territories.

use serde_json::Value;

use crate::access::{Action, Identity, Role};
use crate::catalogue::record::profile::{self, ProfileRecord};
use crate::catalogue::revision::{At, Kind, NewRevision, Revision};
use crate::catalogue::seed;
use crate::scouting::body::bad;
use crate::scouting::error::ScoutingError;
use crate::scouting::field::reading::{needed, object, refuse_personal, words};
use crate::scouting::field::{Recorded, Withdrawn, label, only, withdraw};
use crate::scouting::front::Scouting;
use crate::scouting::scene::Scene;
use crate::scouting::writing::{Draft, Manner, authorise};

use super::Profile;

/// Every field of the body.
const FIELDS: [&str; 15] = [
    "id",
    "owner",
    "date",
    "as_of",
    "territory",
    "weights",
    "name",
    "name_fr",
    "name_en",
    "note",
    "note_fr",
    "note_en",
    "source",
    "reason",
    "lang",
];
/// Longest id, characters.
const ID_CHARS_MAX: usize = 64;

/// Sets the profile `id`, in place of what it said before.
///
/// # Errors
/// Those of rights and of each field; [`ScoutingError::ShippedProfile`] for a name that
/// comes with the binary; a conflict when it moved.
pub async fn set(
    scouting: &Scouting,
    who: &Identity,
    id: &str,
    body: &Value,
    manner: Manner,
) -> Result<Recorded, ScoutingError> {
    let scene = scouting.scene();
    authorise(who, Action::SetProfile, &scene, None)?;
    let place = match words(object(body, &FIELDS)?, "territory")? {
        Some(territory) => Some(scene.world.places.territory(&territory)?.id),
        None => None,
    };
    if place.is_none() && who.role() == Some(Role::Partner) {
        return Err(bad(
            "territory",
            "dites de quel territoire : une clé de partenaire n’enregistre que les profils des siens",
            "say of which territory: a partner’s key sets the profiles of its own only",
        ));
    }
    authorise(who, Action::SetProfile, &scene, place.as_deref())?;
    check_id(id)?;
    let before = current(scouting, id).await?;
    if let Some((_, territory)) = &before {
        // One that was somebody else's is not taken over by naming another territory.
        check_current(who, &scene, territory.as_deref())?;
    }
    let owner = label(scouting, who).await?;
    let record = read(id, body, place, owner)?;
    let mut revision = NewRevision::new(Kind::Profile, id, &profile::to_json(&record));
    revision.note = manner.reason;
    let draft = Draft {
        rows: vec![revision],
        expected: scouting.expected(manner.condition, Kind::Profile, id).await?,
        idempotent: manner.idempotent,
    };
    let (revision, scene) = only(scouting.write(who, draft).await?);
    Ok(Recorded { revision, added: before.is_none(), scene })
}

/// Ends the profile `id`, with the reason of `manner`: it can no longer be asked for, and a
/// territory whose own it was is weighed as if it had none.
///
/// # Errors
/// Those of rights; a shipped one; no reason, no such row, or one that moved.
pub async fn end(
    scouting: &Scouting,
    who: &Identity,
    id: &str,
    manner: Manner,
) -> Result<Withdrawn, ScoutingError> {
    let scene = scouting.scene();
    authorise(who, Action::SetProfile, &scene, None)?;
    let territory = current(scouting, id).await?.and_then(|(_, territory)| territory);
    check_current(who, &scene, territory.as_deref())?;
    check_id(id)?;
    withdraw(scouting, who, (Action::SetProfile, None), (Kind::Profile, id), manner).await
}

/// The profile as the log holds it, with its territory.
async fn current(
    scouting: &Scouting,
    id: &str,
) -> Result<Option<(Revision, Option<String>)>, ScoutingError> {
    let Some(row) = scouting.row(At::Latest, Kind::Profile, id).await? else { return Ok(None) };
    let territory = row.json()?.get("territory").and_then(Value::as_str).map(str::to_owned);
    Ok(Some((row, territory)))
}

/// A partner changes and ends the profiles of its own territories, and no other.
fn check_current(
    who: &Identity,
    scene: &Scene,
    territory: Option<&str>,
) -> Result<(), ScoutingError> {
    match (territory, who.role()) {
        (None, Some(role @ Role::Partner)) => {
            Err(ScoutingError::Forbidden { action: Action::SetProfile, role, territory: None })
        }
        _ => authorise(who, Action::SetProfile, scene, territory),
    }
}

fn check_id(id: &str) -> Result<(), ScoutingError> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    if id.is_empty() || id.len() > ID_CHARS_MAX || !id.chars().all(good) {
        return Err(bad(
            "id",
            "un nom de profil s’écrit en minuscules sans accent, chiffres, `-` et `_` : `lyon-2026`",
            "a profile’s name is written in small letters, digits, `-` and `_`: `lyon-2026`",
        ));
    }
    if seed::profiles().iter().any(|shipped| shipped.id == id) {
        return Err(ScoutingError::ShippedProfile { id: id.to_owned() });
    }
    Ok(())
}

fn read(
    id: &str,
    body: &Value,
    territory: Option<String>,
    owner: Option<String>,
) -> Result<ProfileRecord, ScoutingError> {
    let object = object(body, &FIELDS)?;
    if words(object, "id")?.is_some_and(|given| given != id) {
        return Err(bad(
            "id",
            "l’identifiant est celui de l’adresse ; retirez-le du corps",
            "the id is that of the address; take it out of the body",
        ));
    }
    for field in ["name", "name_fr", "name_en", "note", "note_fr", "note_en", "source"] {
        if let Some(Value::String(text)) = object.get(field) {
            refuse_personal(field, text)?;
        }
    }
    let mut row = object.clone();
    row.insert("id".to_owned(), id.into());
    if let Some(owner) = words(object, "owner")?.or(owner) {
        row.insert("owner".to_owned(), owner.into());
    }
    if let Some(territory) = territory {
        row.insert("territory".to_owned(), territory.into());
    }
    needed_field(&row, "owner", ("dites à qui sont ces poids", "say whose weights they are"))?;
    needed_field(
        &row,
        "weights",
        (
            "donnez les poids : {\"gap\": 3, \"proof\": 1}, ou un ordre : \"gap>proof\"",
            "give the weights: {\"gap\": 3, \"proof\": 1}, or an order: \"gap>proof\"",
        ),
    )?;
    for field in ["reason", "lang"] {
        row.remove(field);
    }
    let read = profile::read(&Value::Object(row))
        .map_err(|problem| bad(&problem.field, &problem.reason_fr, &problem.reason_en))?;
    if let Some(problem) = read.warnings.first() {
        return Err(bad(&problem.field, &problem.reason_fr, &problem.reason_en));
    }
    if read.value.as_of.is_none() {
        return Err(needed(
            object,
            "date",
            (
                "dites depuis quand ces poids sont les vôtres (AAAA-MM-JJ)",
                "say since when these weights are yours (YYYY-MM-DD)",
            ),
        )
        .err()
        .unwrap_or(ScoutingError::BadDate { asked: String::new() }));
    }
    // An unknown criterion, or nothing that weighs, is told as in a request.
    Profile::new(read.value.clone(), 0)?;
    Ok(read.value)
}

fn needed_field(
    row: &serde_json::Map<String, Value>,
    field: &str,
    why: (&str, &str),
) -> Result<(), ScoutingError> {
    match row.get(field).filter(|value| !value.is_null()) {
        Some(_) => Ok(()),
        None => Err(bad(field, why.0, why.1)),
    }
}
