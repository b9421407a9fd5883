//! What a person knows of an enterprise in a territory: a gate lifted, a carrier found, an
//! actor that opposes, funding secured…
//!
//! What may be confirmed is one table, [`crate::matching::confirmable`]: what stands there
//! is read by a gate or a criterion, so that whatever is written changes something. Each is
//! sourced and dated, and says for whom it speaks; said again, the later one wins.

use jiff::civil::Date;
use serde_json::Value;

use crate::access::{Action, Identity};
use crate::annotation::text::fold;
use crate::catalogue::record::confirmation::{self, ConfirmationRecord, STATES, id_of};
use crate::catalogue::revision::{At, Kind, NewRevision, Revision};
use crate::domain::actor::Actor;
use crate::domain::context::Confirmation;
use crate::domain::enterprise::Enterprise;
use crate::domain::territory::Territory;
use crate::matching::confirmable::{self, CONDITION, Item, LIFTED};
use crate::scouting::body::bad;
use crate::scouting::context::is_within_reach;
use crate::scouting::error::ScoutingError;
use crate::scouting::front::Scouting;
use crate::scouting::scene::Scene;
use crate::scouting::vocabulary;
use crate::scouting::writing::{Condition, Draft, Manner, authorise};

use super::reading::{needed, object, past, source, words};
use super::{Recorded, Withdrawn, label, only};

/// Every field of the body.
const FIELDS: [&str; 11] = [
    "enterprise",
    "actor",
    "item",
    "state",
    "note",
    "source",
    "date",
    "by",
    "licence",
    "reason",
    "lang",
];
/// Likeness of a name (Jaro-Winkler) under which it is no suggestion.
const SUGGESTION_LIKENESS: f64 = 0.75;
/// Most actors suggested.
const SUGGESTIONS_MAX: usize = 3;

/// A confirmation as it stands.
#[derive(Debug, Clone)]
pub struct Confirmed {
    /// What was confirmed, and where.
    pub record: ConfirmationRecord,
    /// What reads it.
    pub item: Item,
    /// Its latest revision.
    pub revision: Revision,
}

/// Which confirmation of a territory is meant.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// Id or name of the territory.
    pub territory: &'a str,
    /// Id or name of the enterprise.
    pub enterprise: &'a str,
    /// The item.
    pub item: &'a str,
    /// Id or name of the actor, where it speaks of one.
    pub actor: Option<&'a str>,
}

/// Records what a person knows of an enterprise in `territory` (an id or a name); what was
/// said before of the same item, and of the same actor, gives way.
///
/// # Errors
/// Those of rights and of each field: unknown enterprise, actor or item, a gate alone can be
/// lifted, no source, a date to come; a conflict when it moved.
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
    authorise(who, Action::Confirm, &scene, Some(&place.id))?;
    let by = label(scouting, who).await?;
    let confirmation = read(&scene, &place, body, by, today)?;
    let id = id_of(
        &place.id,
        &confirmation.enterprise,
        &confirmation.item,
        confirmation.actor.as_deref(),
    );
    let record = ConfirmationRecord { id: id.clone(), territory: place.id, confirmation };
    let mut revision = NewRevision::new(Kind::Confirmation, &id, &confirmation::to_json(&record));
    revision.note = manner.reason;
    let added = manner.condition == Condition::Absent
        || scouting.row(At::Latest, Kind::Confirmation, &id).await?.is_none();
    let draft = Draft {
        rows: vec![revision],
        expected: scouting.expected(manner.condition, Kind::Confirmation, &id).await?,
        idempotent: manner.idempotent,
    };
    let written = scouting.write(who, draft).await?;
    let added = added || written.replayed;
    let (revision, scene) = only(written);
    Ok(Recorded { revision, added, scene })
}

/// Takes a confirmation back, with the reason of `manner`.
///
/// # Errors
/// Those of rights; an unknown name; no reason, no such row, or one that moved.
pub async fn withdraw(
    scouting: &Scouting,
    who: &Identity,
    named: Named<'_>,
    manner: Manner,
) -> Result<Withdrawn, ScoutingError> {
    let scene = scouting.scene();
    let (place, id) = id_named(&scene, named)?;
    let of = (Action::Confirm, Some(place.as_str()));
    super::withdraw(scouting, who, of, (Kind::Confirmation, &id), manner).await
}

/// The id of a confirmation by its names, with that of its territory.
///
/// # Errors
/// An unknown territory or enterprise. An actor or an item that is no longer known is taken
/// as it is typed: what was confirmed of it can still be read and taken back.
pub fn id_named(scene: &Scene, named: Named<'_>) -> Result<(String, String), ScoutingError> {
    let place = scene.world.places.territory(named.territory)?;
    let enterprise = vocabulary::enterprise_id(scene, named.enterprise);
    let kinds = match vocabulary::position(scene, &enterprise) {
        Ok(at) => kinds(&scene.rows.enterprises[at]),
        Err(error) => return Err(error),
    };
    let item = confirmable::find(named.item, &kinds);
    let item = item.map_or_else(|| named.item.to_owned(), |(name, _)| name);
    let actor = named.actor.map(|actor| {
        let known = find_actor(scene, &place, actor);
        known.map_or_else(|_| actor.to_owned(), |known| known.id.clone())
    });
    let id = id_of(&place.id, &enterprise, &item, actor.as_deref());
    Ok((place.id, id))
}

/// The confirmations among `revisions` of the territory `place` (an id), of one enterprise
/// where it is asked; by enterprise, item and actor.
#[must_use]
pub fn list(revisions: &[Revision], place: &str, enterprise: Option<&str>) -> Vec<Confirmed> {
    let mut list: Vec<Confirmed> = revisions
        .iter()
        .filter_map(shown)
        .filter(|one| one.record.territory == place)
        .filter(|one| enterprise.is_none_or(|id| one.record.confirmation.enterprise == id))
        .collect();
    list.sort_by(|a, b| a.record.id.cmp(&b.record.id));
    list
}

/// A confirmation from its revision; `None` when it can no longer be read.
#[must_use]
pub fn shown(revision: &Revision) -> Option<Confirmed> {
    let record = confirmation::read(&revision.json().ok()?).ok()?.value;
    let name = record.confirmation.item.as_str();
    let kind = name.strip_prefix(CONDITION).unwrap_or_default();
    let (_, item) = confirmable::find(name, &[kind])?;
    Some(Confirmed { record, item, revision: revision.clone() })
}

fn kinds(enterprise: &Enterprise) -> Vec<&str> {
    let mut kinds: Vec<&str> =
        enterprise.conditions.iter().map(|condition| condition.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn read(
    scene: &Scene,
    place: &Territory,
    body: &Value,
    by: Option<String>,
    today: Date,
) -> Result<Confirmation, ScoutingError> {
    let object = object(body, &FIELDS)?;
    let asked =
        needed(object, "enterprise", ("dites de quelle entreprise", "say of which enterprise"))?;
    let at = vocabulary::position(scene, &vocabulary::enterprise_id(scene, &asked))?;
    let enterprise = &scene.rows.enterprises[at];
    let kinds = kinds(enterprise);
    let (name, item) = item_of(object, &kinds)?;
    let state = state_of(object, &name, item)?;
    let actor = match words(object, "actor")? {
        None => None,
        Some(_) if !item.actor => {
            return Err(bad(
                "actor",
                &format!("`{name}` ne concerne pas un acteur ; retirez `actor`"),
                &format!("`{name}` is not about an actor; leave `actor` out"),
            ));
        }
        Some(asked) => Some(find_actor(scene, place, &asked)?.id.clone()),
    };
    let note = words(object, "note")?;
    if state == LIFTED && note.is_none() {
        return Err(bad(
            "note",
            "dites pourquoi cette condition est levée : le motif est montré à tous",
            "say why this condition is lifted: the reason is shown to everyone",
        ));
    }
    Ok(Confirmation {
        enterprise: enterprise.id.clone(),
        actor,
        item: name,
        state,
        note,
        by: words(object, "by")?.or(by),
        source: source(object)?,
        date: past(object, "date", today)?,
    })
}

fn item_of(
    object: &serde_json::Map<String, Value>,
    kinds: &[&str],
) -> Result<(String, Item), ScoutingError> {
    let known = confirmable::names(kinds);
    let asked = needed(
        object,
        "item",
        (
            &format!("dites ce qui est confirmé : {}", known.join(", ")),
            &format!("say what is confirmed: {}", known.join(", ")),
        ),
    )?;
    confirmable::find(&asked, kinds).ok_or_else(|| ScoutingError::UnknownItem {
        suggestion: vocabulary::nearest(&asked, known.iter().map(String::as_str)),
        asked: asked.chars().take(80).collect(),
        known,
    })
}

fn state_of(
    object: &serde_json::Map<String, Value>,
    name: &str,
    item: Item,
) -> Result<String, ScoutingError> {
    let states = item.states.join(", ");
    let state = needed(
        object,
        "state",
        (&format!("donnez l’état : {states}"), &format!("give the state: {states}")),
    )?;
    if item.states.contains(&state.as_str()) {
        return Ok(state);
    }
    if state == LIFTED {
        return Err(bad(
            "state",
            &format!("seule une condition d’entrée se lève ; pour `{name}`, admis : {states}"),
            &format!("only a gate can be lifted; for `{name}`, known: {states}"),
        ));
    }
    let near = vocabulary::nearest(&state, STATES.into_iter());
    let near_fr = near.as_ref().map(|n| format!(" ; vouliez-vous dire `{n}` ?"));
    let near_en = near.as_ref().map(|n| format!("; did you mean `{n}`?"));
    let state: String = state.chars().take(40).collect();
    Err(bad(
        "state",
        &format!("état inconnu `{state}`{} admis : {states}", near_fr.unwrap_or(" ;".to_owned())),
        &format!("unknown state `{state}`{} known: {states}", near_en.unwrap_or(";".to_owned())),
    ))
}

/// The actor within reach with this id, or with this name alone.
fn find_actor<'s>(
    scene: &'s Scene,
    place: &Territory,
    asked: &str,
) -> Result<&'s Actor, ScoutingError> {
    let all = || scene.rows.actors.iter().chain(&scene.site_actors).map(AsRef::as_ref);
    if let Some(actor) = all().find(|actor| actor.id == asked)
        && is_within_reach(scene, place, actor)
    {
        return Ok(actor);
    }
    let wanted = fold(asked.trim());
    let mut named = all()
        .filter(|actor| fold(&actor.name) == wanted)
        .filter(|actor| is_within_reach(scene, place, actor));
    if let (Some(only), None) = (named.next(), named.next()) {
        return Ok(only);
    }
    let mut near: Vec<(f64, &Actor)> = all()
        .map(|actor| {
            let likeness = strsim::jaro_winkler(&fold(&actor.name), &wanted)
                .max(strsim::jaro_winkler(&actor.id, &wanted));
            (likeness, actor)
        })
        .filter(|(likeness, _)| *likeness >= SUGGESTION_LIKENESS)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    let within = near.into_iter().filter(|(_, actor)| is_within_reach(scene, place, actor));
    Err(ScoutingError::UnknownActor {
        asked: asked.chars().take(80).collect(),
        suggestions: within
            .take(SUGGESTIONS_MAX)
            .map(|(_, actor)| (actor.id.clone(), actor.name.clone()))
            .collect(),
    })
}
