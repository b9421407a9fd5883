//! Zones: named lists of communes, drawn, changed and ended by people.
//!
//! A zone is at once a territory like any other. It is also, for a partner, a reach: so
//! that nobody widens its own, a partner draws a zone only of communes that it reaches
//! through its other territories, and changes one only where it reaches what it held.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::access::{Action, Identity, Key, KeyState, Role, Who};
use crate::annotation::text::fold;
use crate::catalogue::record::zone::{self, ZoneRecord};
use crate::catalogue::revision::{At, Kind, NewRevision, tombstone_id};
use crate::domain::territory::Territory;

use super::ask::TerritoryAsked;
use super::body::{bad, present, strings};
use super::candidates::territory;
use super::error::ScoutingError;
use super::field::reading::{needed, object};
use super::field::{Recorded, Withdrawn, only, withdraw};
use super::front::Scouting;
use super::scene::Scene;
use super::writing::{Draft, Manner, authorise};

/// Every field of the body.
const FIELDS: [&str; 5] = ["id", "name", "communes", "reason", "lang"];
/// What precedes the name of a zone in its id.
const PREFIX: &str = "zone-";
/// Longest id, characters.
const ID_CHARS_MAX: usize = 64;
/// Longest name, characters.
const NAME_CHARS_MAX: usize = 120;
/// Rows named at most when a zone is still used.
const NAMED_MAX: usize = 5;

/// Draws the zone `id`, in place of what it was.
///
/// Communes are codes (`26113`, `com-26113`, an arrondissement) or names; each stands once.
///
/// # Errors
/// Those of rights ([`ScoutingError::Forbidden`] names the commune out of reach);
/// [`ScoutingError::UnknownCommune`] with the nearest; [`ScoutingError::EmptyZone`]; a name
/// that another zone bears; a conflict when it moved.
pub async fn draw(
    scouting: &Scouting,
    who: &Identity,
    id: &str,
    body: &Value,
    manner: Manner,
) -> Result<Recorded, ScoutingError> {
    let scene = scouting.scene();
    may_draw(scouting, who, &scene, id).await?;
    let record = read(&scene, id, body)?;
    check_reach(who, &scene, id, record.communes.iter().map(String::as_str))?;
    let alive = scouting.row(At::Latest, Kind::Zone, id).await?.is_some();
    let mut revision = NewRevision::new(Kind::Zone, id, &zone::to_json(&record));
    revision.note = manner.reason;
    let draft = Draft {
        rows: vec![revision],
        expected: scouting.expected(manner.condition, Kind::Zone, id).await?,
        idempotent: manner.idempotent,
    };
    let (revision, scene) = only(scouting.write(who, draft).await?);
    Ok(Recorded { revision, added: !alive, scene })
}

/// Ends the zone `id`, with the reason of `manner`.
///
/// # Errors
/// Those of rights; [`ScoutingError::StillUsed`] while something alive speaks of it, which
/// would be lost from every answer; no reason, no such zone, or one that moved.
pub async fn end(
    scouting: &Scouting,
    who: &Identity,
    id: &str,
    manner: Manner,
) -> Result<Withdrawn, ScoutingError> {
    may_draw(scouting, who, &scouting.scene(), id).await?;
    let used = named_by(scouting, id).await?;
    if !used.is_empty() {
        return Err(ScoutingError::StillUsed {
            id: id.to_owned(),
            total: used.len(),
            by: used.into_iter().take(NAMED_MAX).collect(),
        });
    }
    withdraw(scouting, who, (Action::DrawZone, None), (Kind::Zone, id), manner).await
}

/// Refuses who may not draw, or not there: what the zone held must be in reach; then what is
/// no zone.
async fn may_draw(
    scouting: &Scouting,
    who: &Identity,
    scene: &Scene,
    id: &str,
) -> Result<(), ScoutingError> {
    authorise(who, Action::DrawZone, scene, (!id.starts_with(PREFIX)).then_some(id))?;
    if let Some(communes) = before(scouting, id).await? {
        check_reach(who, scene, id, communes.iter().map(String::as_str))?;
    }
    check_id(id)
}

/// The communes that the zone held last, even if it ended since.
async fn before(scouting: &Scouting, id: &str) -> Result<Option<Vec<String>>, ScoutingError> {
    let history = scouting.store().history(Kind::Zone, id).await?;
    let Some(last) = history.iter().rfind(|revision| revision.kind == Kind::Zone) else {
        return Ok(None);
    };
    Ok(zone::read(&last.json()?).ok().map(|read| read.value.communes))
}

/// Refuses a commune that a partner does not reach through another territory of its own.
fn check_reach<'c>(
    who: &Identity,
    scene: &Scene,
    id: &str,
    mut communes: impl Iterator<Item = &'c str>,
) -> Result<(), ScoutingError> {
    let Who::Key { role: Role::Partner, territories, .. } = &who.who else { return Ok(()) };
    let atlas = &scene.world.data.atlas;
    let others = territories.iter().filter(|own| own.as_str() != id);
    let reached: BTreeSet<u32> = others
        .filter_map(|own| atlas.territory(own))
        .flat_map(|own: Territory| own.communes)
        .collect();
    let out = communes.find(|code| atlas.commune(code).is_none_or(|at| !reached.contains(&at)));
    match out {
        None => Ok(()),
        Some(code) => Err(ScoutingError::Forbidden {
            action: Action::DrawZone,
            role: Role::Partner,
            territory: Some(format!("com-{code}")),
        }),
    }
}

/// What alive speaks of the zone: rows of the field, submissions, profiles, decisions, keys.
async fn named_by(scouting: &Scouting, id: &str) -> Result<Vec<String>, ScoutingError> {
    const KINDS: [Kind; 6] = [
        Kind::Priority,
        Kind::Observation,
        Kind::Confirmation,
        Kind::Decision,
        Kind::Profile,
        Kind::Key,
    ];
    let now = jiff::Timestamp::now();
    let mut named = Vec::new();
    for row in scouting.store().state_at(At::Latest, &KINDS).await? {
        let body = row.json()?;
        let is_it = |value: &Value| value.as_str() == Some(id);
        let of = body.get("territory").is_some_and(is_it);
        let reaches = body
            .get("territories")
            .and_then(Value::as_array)
            .is_some_and(|list| list.iter().any(is_it));
        let opens = || Key::read(&body).is_ok_and(|key| key.state(now) == KeyState::Living);
        if of || reaches && opens() {
            named.push(tombstone_id(row.kind, &row.id));
        }
    }
    Ok(named)
}

fn check_id(id: &str) -> Result<(), ScoutingError> {
    let slug = id.strip_prefix(PREFIX).unwrap_or_default();
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if slug.is_empty() || id.len() > ID_CHARS_MAX || !slug.chars().all(good) {
        return Err(bad(
            "id",
            "seule une zone se trace : son identifiant s’écrit `zone-` puis des minuscules sans accent, des chiffres et des tirets (`zone-pays-diois`)",
            "only a zone can be drawn: its id is `zone-` then small letters, digits and hyphens (`zone-pays-diois`)",
        ));
    }
    Ok(())
}

fn read(scene: &Scene, id: &str, body: &Value) -> Result<ZoneRecord, ScoutingError> {
    let object = object(body, &FIELDS)?;
    let name = needed(object, "name", ("donnez le nom de la zone", "give the name of the zone"))?;
    let length = name.chars().count();
    if length > NAME_CHARS_MAX {
        return Err(ScoutingError::OutOfBounds {
            field: "name".to_owned(),
            value: length.to_string(),
            bounds: format!("1–{NAME_CHARS_MAX} caractères"),
        });
    }
    let atlas = &scene.world.data.atlas;
    let same = |(other, (known, _)): &(&String, &(String, Vec<u32>))| {
        *other != id && fold(known) == fold(&name)
    };
    if let Some((other, _)) = atlas.zones.iter().find(same) {
        return Err(bad(
            "name",
            &format!("la zone `{other}` porte déjà ce nom ; choisissez-en un autre"),
            &format!("zone `{other}` already bears this name; choose another"),
        ));
    }
    let communes = match present(object, "communes") {
        None => return Err(ScoutingError::EmptyZone),
        Some(list) => strings("communes", list)?,
    };
    let communes = communes
        .iter()
        .map(|code| code.trim().strip_prefix("com-").unwrap_or(code.trim()).to_owned())
        .collect();
    // As a zone given whole in a request is read.
    let zone = territory(scene, &TerritoryAsked::Zone { name: name.clone(), communes })?;
    let mut codes: Vec<String> =
        zone.communes.iter().map(|&at| atlas.at(at).insee.clone()).collect();
    codes.sort_unstable();
    Ok(ZoneRecord { id: id.to_owned(), name, communes: codes })
}
