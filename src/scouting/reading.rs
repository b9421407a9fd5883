//! One revision of the log read as a scene shows it: places resolved, texts annotated.
//!
//! A row is read from its own revision, the world of the datasets, and what people
//! corrected of it, nothing else: the order in which rows are read never matters.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::catalogue::record::annotation::Correction;
use crate::catalogue::record::merge::MergeRecord;
use crate::catalogue::record::zone::ZoneRecord;
use crate::catalogue::record::{
    actor, annotation, confirmation, decision, enterprise, merge, observation, priority, profile,
    zone,
};
use crate::catalogue::revision::{Kind, Revision};
use crate::catalogue::seed;
use crate::domain::actor::Actor;
use crate::domain::context::Confirmation;
use crate::domain::decision::FollowUp;
use crate::domain::enterprise::Enterprise;
use crate::domain::observation::Observation;
use crate::domain::priority::Priority;

use super::corrections;
use super::error::ScoutingError;
use super::matches::understood;
use super::profiles::Profile;
use super::world::World;

/// An enterprise with what is needed to read it again.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filed {
    /// The enterprise, as scenes show it.
    pub enterprise: Arc<Enterprise>,
    /// The record, as the log keeps it.
    pub body: Arc<str>,
    /// The day its revision made it known.
    known: Date,
}

/// A row of the log, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Entry {
    /// An enterprise.
    Enterprise(Filed),
    /// A local actor.
    Actor(Arc<Actor>),
    /// The priorities of one row.
    Priorities(Arc<[Priority]>),
    /// An observation as it was stated, and as it is understood: once per need.
    Observation(Arc<(Observation, Vec<Observation>)>),
    /// What a person confirmed, and the territory it speaks of.
    Confirmation(Arc<(String, Confirmation)>),
    /// The follow-up of an enterprise in a territory.
    FollowUp(Arc<FollowUp>),
    /// What a person corrected.
    Correction(Arc<Correction>),
    /// A profile of weights.
    Profile(Arc<Profile>),
    /// A list of communes.
    Zone(Arc<ZoneRecord>),
    /// What was said of a pair of rows.
    Merge(Arc<MergeRecord>),
}

/// What people corrected, by kind and id of the row that it corrects; of two corrections
/// of one row the first by id counts.
pub(super) type Corrections<'a> = BTreeMap<(&'a str, &'a str), &'a Correction>;

/// Reads a revision; `None` for a kind that no scene shows, or a row that can no longer be
/// read (it is said once, and left out: the others stay).
///
/// # Errors
/// [`ScoutingError::Catalogue`] when the body is no JSON: the log is damaged.
pub(super) fn read(
    world: &World,
    revision: &Revision,
    corrected: &Corrections<'_>,
) -> Result<Option<Entry>, ScoutingError> {
    let taxonomy = &world.data.taxonomy;
    let value = revision.json()?;
    let read = match revision.kind {
        Kind::Enterprise => filed(world, &revision.body, date_of(revision), corrected),
        Kind::Actor => actor::read(&value).map_err(|problem| problem.to_string()).map(|read| {
            let mut actor = world.prepared_actor(read.value.actor);
            actor.recorded = Some(date_of(revision));
            Entry::Actor(Arc::new(corrected_actor(world, actor, corrected)))
        }),
        Kind::Priority => priority::read(&value, taxonomy)
            .map(|read| Entry::Priorities(read.value.into()))
            .map_err(|problem| problem.to_string()),
        Kind::Observation => observation::read(&value, taxonomy)
            .map(|read| seen(world, &revision.id, read.value, corrected))
            .map_err(|problem| problem.to_string()),
        Kind::Confirmation => confirmation::read(&value)
            .map(|read| (read.value.territory, read.value.confirmation))
            .map(|said| Entry::Confirmation(Arc::new(said)))
            .map_err(|problem| problem.to_string()),
        Kind::Decision => decision::read(&value)
            .map(|read| Entry::FollowUp(Arc::new(decision::signed(read.value, revision))))
            .map_err(|problem| problem.to_string()),
        Kind::Annotation => annotation::read(&value)
            .map(|read| Entry::Correction(Arc::new(read.value)))
            .map_err(|problem| problem.to_string()),
        Kind::Profile => profile::read(&value)
            .map_err(|problem| problem.to_string())
            .and_then(|read| {
                Profile::new(read.value, revision.seq).map_err(|refused| refused.to_string())
            })
            .map(|profile| Entry::Profile(Arc::new(profile))),
        Kind::Merge => merge::read(&value)
            .map(|read| Entry::Merge(Arc::new(read.value)))
            .map_err(|problem| problem.to_string()),
        Kind::Zone => zone::read(&value)
            .map(|read| Entry::Zone(Arc::new(read.value)))
            .map_err(|problem| problem.to_string()),
        _ => return Ok(None),
    };
    Ok(read
        .inspect_err(|cause| {
            tracing::warn!(seq = revision.seq, id = %revision.id, cause, "a row cannot be read");
        })
        .ok())
}

/// Reads again the row `id` whose correction changed; its record did not.
pub(super) fn again(world: &World, id: &str, entry: &Entry, corrected: &Corrections<'_>) -> Entry {
    match entry {
        Entry::Enterprise(known) => {
            // It was read before from the same body.
            filed(world, &known.body, known.known, corrected).unwrap_or_else(|_| entry.clone())
        }
        Entry::Actor(actor) => {
            let mut actor = Actor::clone(actor);
            actor.portrait = world.annotator.portrait_of_actor(&actor);
            Entry::Actor(Arc::new(corrected_actor(world, actor, corrected)))
        }
        Entry::Observation(known) => {
            let (stated, _) = known.as_ref();
            seen(world, id, stated.clone(), corrected)
        }
        other => other.clone(),
    }
}

/// Understands an observation, then applies its correction.
fn seen(world: &World, id: &str, stated: Observation, corrected: &Corrections<'_>) -> Entry {
    let mut read = understood(world, stated.clone());
    if let Some(correction) = corrected.get(&("observation", id)) {
        read = corrections::observed(read, correction, &world.data.taxonomy);
    }
    Entry::Observation(Arc::new((stated, read)))
}

/// Reads an enterprise, resolves its places, reads its texts, then its correction.
fn filed(
    world: &World,
    body: &str,
    known: Date,
    corrected: &Corrections<'_>,
) -> Result<Entry, String> {
    let value = serde_json::from_str(body).map_err(|cause| cause.to_string())?;
    let record = enterprise::read(&value, &world.data.evidence_levels)
        .map_err(|problem| problem.to_string())?
        .value;
    let stated = world.stated_answers(&record);
    let mut enterprise = record.enterprise;
    world.places.resolve(&mut enterprise.home);
    for site in &mut enterprise.sites {
        world.places.resolve(&mut site.place);
        site.recorded = Some(known);
    }
    enterprise.portrait = world.annotator.portrait_of_enterprise(&enterprise, &stated);
    if let Some(correction) = corrected.get(&("enterprise", enterprise.id.as_str())) {
        corrections::apply(&mut enterprise.portrait, correction, &world.data.taxonomy);
    }
    Ok(Entry::Enterprise(Filed { enterprise: Arc::new(enterprise), body: body.into(), known }))
}

fn corrected_actor(world: &World, mut actor: Actor, corrected: &Corrections<'_>) -> Actor {
    if let Some(correction) = corrected.get(&("actor", actor.id.as_str())) {
        corrections::apply(&mut actor.portrait, correction, &world.data.taxonomy);
    }
    actor
}

/// The day a revision made its facts known; the seed's were known when it was collected,
/// so that a directory loaded later gives the same answers.
fn date_of(revision: &Revision) -> Date {
    let recorded = revision.recorded_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    if revision.recorded_by == seed::AUTHOR { recorded.min(seed::COLLECTED) } else { recorded }
}
