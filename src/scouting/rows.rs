//! The rows of the catalogue at one `seq`, and the same rows a few revisions later.
//!
//! [`Rows::with`] reads only what the revisions touch; every other row is shared with the
//! rows before. What it gives is what reading the whole log would give: a test compares.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::catalogue::record::annotation::Correction;
use crate::catalogue::record::merge::{MergeRecord, RowKey};
use crate::catalogue::revision::{Kind, Revision, tombstone_id};
use crate::domain::actor::Actor;
use crate::domain::context::Confirmation;
use crate::domain::decision::FollowUp;
use crate::domain::enterprise::Enterprise;
use crate::domain::observation::Observation;
use crate::domain::priority::Priority;
use crate::retrieval::IndexedEnterprise;

use super::error::ScoutingError;
use super::merged::Standing;
use super::profiles::Profile;
use super::reading::{self, Corrections, Entry};
use super::world::{World, Zone};

/// The kinds of rows that a scene shows.
pub(super) const ROW_KINDS: [Kind; 10] = [
    Kind::Enterprise,
    Kind::Actor,
    Kind::Priority,
    Kind::Observation,
    Kind::Annotation,
    Kind::Confirmation,
    Kind::Decision,
    Kind::Profile,
    Kind::Zone,
    Kind::Merge,
];

/// A row and the revision it was read from.
#[derive(Debug, Clone, PartialEq)]
struct Kept {
    seq: u64,
    /// `None`: it is alive, and cannot be read.
    entry: Option<Entry>,
}

/// The rows of one kind, by id.
type Shelf = BTreeMap<Arc<str>, Kept>;

/// The rows of the catalogue at one `seq`, annotated and resolved.
///
/// The lists are what answers read. They are laid out again from the rows of the log when
/// those change: a list replaced by hand lasts until then.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Rows {
    /// Enterprises, sorted by id.
    pub enterprises: Vec<Arc<Enterprise>>,
    /// Local actors, sorted by id (sites of enterprises are added by the scene).
    pub actors: Vec<Arc<Actor>>,
    /// Priorities, sorted by id.
    pub priorities: Vec<Priority>,
    /// Observations, sorted by id.
    pub observations: Vec<Observation>,
    /// Profiles of weights, sorted by id; the shipped ones among them.
    pub profiles: Vec<Profile>,
    /// Confirmations with the territory each speaks of, latest first.
    pub confirmations: Vec<(String, Confirmation)>,
    /// What people corrected in annotations; already applied to the rows above.
    pub corrections: Vec<Correction>,
    /// Follow-ups, sorted by the id of their row.
    pub follow_ups: Vec<Arc<FollowUp>>,
    /// What was said of pairs of rows; already applied to enterprises and actors.
    pub merges: Vec<Arc<MergeRecord>>,
    /// Which row stands for which.
    standing: Standing,
    /// Every row of [`ROW_KINDS`], shared with the scenes before while its kind is the same.
    shelves: BTreeMap<Kind, Arc<Shelf>>,
    /// The profiles that only the binary carries.
    shipped: Vec<Profile>,
}

/// What some revisions changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Changed {
    /// Ids of enterprises read again, or gone.
    pub enterprises: BTreeSet<String>,
    /// The kinds of rows that are no longer the same.
    pub kinds: BTreeSet<Kind>,
}

impl Rows {
    /// Reads the state of a log: the latest revision of each row alive.
    ///
    /// # Errors
    /// [`ScoutingError::Catalogue`] when a body is no JSON.
    pub(super) fn read(
        world: &World,
        state: &[Revision],
        shipped: Vec<Profile>,
    ) -> Result<Self, ScoutingError> {
        let empty = Self { shipped, ..Self::default() };
        let touched = state.iter().map(|revision| {
            let row: (Kind, Arc<str>) = (revision.kind, revision.id.as_str().into());
            (row, Some(revision))
        });
        let (mut rows, _) = empty.changed(world, &touched.collect())?;
        for kind in ROW_KINDS {
            rows.lay_out(kind);
        }
        rows.lay_out_merged(world);
        Ok(rows)
    }

    /// The rows as they are with `revisions` added, in the order of the log.
    ///
    /// # Errors
    /// [`ScoutingError::Catalogue`] when a body is no JSON.
    pub(super) fn with(
        &self,
        world: &World,
        revisions: &[Revision],
    ) -> Result<(Self, Changed), ScoutingError> {
        let mut touched: BTreeMap<(Kind, Arc<str>), Option<&Revision>> = BTreeMap::new();
        for revision in revisions {
            match revision.kind {
                Kind::Tombstone => {
                    if let Some((kind, id)) = ended(&revision.id) {
                        touched.insert((kind, id.into()), None);
                    }
                }
                kind if ROW_KINDS.contains(&kind) => {
                    touched.insert((kind, revision.id.as_str().into()), Some(revision));
                }
                _ => {}
            }
        }
        self.changed(world, &touched)
    }

    /// The revision that a row is read from; `None` when it is not alive.
    ///
    /// Kinds that no scene shows are never found here.
    #[must_use]
    pub fn seq_of(&self, kind: Kind, id: &str) -> Option<u64> {
        self.shelves.get(&kind)?.get(id).map(|kept| kept.seq)
    }

    /// A row as it is read.
    pub(super) fn entry(&self, kind: Kind, id: &str) -> Option<&Entry> {
        self.shelves.get(&kind)?.get(id)?.entry.as_ref()
    }

    /// A row as it is read without what people corrected of it.
    pub(super) fn uncorrected(&self, world: &World, kind: Kind, id: &str) -> Option<Entry> {
        Some(reading::again(world, id, self.entry(kind, id)?, &Corrections::new()))
    }

    /// An enterprise and its record, as the text index reads them.
    pub(super) fn indexed(&self, id: &str) -> Option<IndexedEnterprise<'_>> {
        match self.shelves.get(&Kind::Enterprise)?.get(id)?.entry.as_ref()? {
            Entry::Enterprise(filed) => {
                Some(IndexedEnterprise { enterprise: &filed.enterprise, body: &filed.body })
            }
            _ => None,
        }
    }

    /// Every enterprise and its record, sorted by id.
    pub(super) fn all_indexed(&self) -> Vec<IndexedEnterprise<'_>> {
        self.entries(Kind::Enterprise)
            .filter_map(|entry| match entry {
                Entry::Enterprise(filed) => {
                    Some(IndexedEnterprise { enterprise: &filed.enterprise, body: &filed.body })
                }
                _ => None,
            })
            .collect()
    }

    /// The zones of the log, sorted by id.
    pub(super) fn zones(&self) -> Vec<Zone> {
        self.entries(Kind::Zone)
            .filter_map(|entry| match entry {
                Entry::Zone(zone) => {
                    Some((zone.id.clone(), zone.name.clone(), zone.communes.clone()))
                }
                _ => None,
            })
            .collect()
    }

    /// The rows with each of `touched` read from its revision, or gone.
    fn changed(
        &self,
        world: &World,
        touched: &BTreeMap<(Kind, Arc<str>), Option<&Revision>>,
    ) -> Result<(Self, Changed), ScoutingError> {
        let mut rows = self.clone();
        let mut changed = Changed::default();
        // Corrections first: they change how other rows are read.
        let mut targets: BTreeSet<(Kind, Arc<str>)> = BTreeSet::new();
        for ((kind, id), revision) in touched.iter().filter(|((k, _), _)| *k == Kind::Annotation) {
            targets.extend(rows.corrected_by(id));
            let entry = match revision {
                Some(revision) => {
                    let none = Corrections::new();
                    Some((revision.seq, reading::read(world, revision, &none)?))
                }
                None => None,
            };
            rows.put(*kind, id, entry);
            targets.extend(rows.corrected_by(id));
            changed.kinds.insert(*kind);
        }
        let corrections = rows.shelves.get(&Kind::Annotation).map(Arc::clone).unwrap_or_default();
        let corrected = corrections_of(&corrections);
        let others: Vec<_> =
            touched.iter().filter(|((kind, _), _)| *kind != Kind::Annotation).collect();
        // Texts are annotated on every core; rows are put down in the order of ids.
        let read: Vec<_> = others
            .par_iter()
            .map(|((kind, id), revision)| {
                let entry = match revision {
                    Some(revision) => {
                        Some((revision.seq, reading::read(world, revision, &corrected)?))
                    }
                    None => None,
                };
                Ok((*kind, Arc::clone(id), entry))
            })
            .collect::<Result<_, ScoutingError>>()?;
        for (kind, id, entry) in read {
            rows.put(kind, &id, entry);
            changed.tell(kind, &id);
            if kind == Kind::Profile {
                rows.shipped.retain(|profile| profile.id != *id);
            }
        }
        for (kind, id) in targets.iter().filter(|target| !touched.contains_key(*target)) {
            let kept = rows.shelves.get(kind).and_then(|shelf| shelf.get(id)).cloned();
            let Some(Kept { seq, entry: Some(entry) }) = kept else { continue };
            let entry = reading::again(world, id, &entry, &corrected);
            rows.put(*kind, id, Some((seq, Some(entry))));
            changed.tell(*kind, id);
        }
        for &kind in &changed.kinds {
            rows.lay_out(kind);
        }
        if [Kind::Enterprise, Kind::Actor, Kind::Merge].iter().any(|k| changed.kinds.contains(k)) {
            let before = self.standing.clone();
            rows.lay_out_merged(world);
            // An enterprise that is hidden, shown again, or shown with the sites of another.
            for (hidden, kept) in before.hidden.iter().chain(&rows.standing.hidden) {
                if hidden.kind == Kind::Enterprise {
                    changed.enterprises.extend([hidden.id.clone(), kept.id.clone()]);
                }
            }
        }
        Ok((rows, changed))
    }

    fn put(&mut self, kind: Kind, id: &Arc<str>, row: Option<(u64, Option<Entry>)>) {
        let shelf = Arc::make_mut(self.shelves.entry(kind).or_default());
        match row {
            Some((seq, entry)) => {
                shelf.insert(Arc::clone(id), Kept { seq, entry });
            }
            None => {
                shelf.remove(id);
                if shelf.is_empty() {
                    self.shelves.remove(&kind);
                }
            }
        }
    }

    /// The row that a correction speaks of, where the correction is alive and read.
    fn corrected_by(&self, id: &str) -> Option<(Kind, Arc<str>)> {
        match self.shelves.get(&Kind::Annotation)?.get(id)?.entry.as_ref()? {
            Entry::Correction(correction) => {
                Some((Kind::parse(&correction.row)?, correction.row_id.as_str().into()))
            }
            _ => None,
        }
    }

    fn entries(&self, kind: Kind) -> impl Iterator<Item = &Entry> {
        let shelf = self.shelves.get(&kind).into_iter();
        shelf.flat_map(|shelf| shelf.values().filter_map(|kept| kept.entry.as_ref()))
    }

    /// Makes the lists that merges touch anew.
    fn lay_out_merged(&mut self, world: &World) {
        self.lay_out(Kind::Enterprise);
        self.lay_out(Kind::Actor);
        let alive = |row: &RowKey| self.entry(row.kind, &row.id).is_some();
        let standing = Standing::of(self.merges.iter().map(Arc::as_ref), alive);
        if !standing.is_empty() {
            self.enterprises = standing.enterprises(std::mem::take(&mut self.enterprises));
            let actors = std::mem::take(&mut self.actors);
            self.actors = standing.actors(world, &actors, &self.enterprises);
        }
        self.standing = standing;
    }

    /// The row that is shown for `row`, where it was merged into another.
    #[must_use]
    pub fn merged_into(&self, row: &RowKey) -> Option<RowKey> {
        self.standing.hidden.contains_key(row).then(|| self.standing.shown(row))
    }

    /// Makes the list of one kind anew, in the order that answers rely on.
    fn lay_out(&mut self, kind: Kind) {
        macro_rules! all {
            ($variant:ident, |$entry:ident| $value:expr) => {
                self.entries(kind)
                    .filter_map(|entry| match entry {
                        Entry::$variant($entry) => Some($value),
                        _ => None,
                    })
                    .collect()
            };
        }
        match kind {
            Kind::Enterprise => {
                self.enterprises = all!(Enterprise, |filed| Arc::clone(&filed.enterprise));
            }
            Kind::Actor => self.actors = all!(Actor, |actor| Arc::clone(actor)),
            Kind::Priority => {
                let lists: Vec<Arc<[Priority]>> = all!(Priorities, |list| Arc::clone(list));
                self.priorities = lists.iter().flat_map(|list| list.iter().cloned()).collect();
            }
            Kind::Observation => {
                let lists: Vec<Vec<Observation>> = all!(Observation, |seen| seen.1.clone());
                self.observations = lists.into_iter().flatten().collect();
            }
            Kind::Confirmation => {
                let shelf = self.shelves.get(&kind).into_iter().flat_map(|shelf| shelf.values());
                let mut said: Vec<(u64, &(String, Confirmation))> = shelf
                    .filter_map(|kept| match &kept.entry {
                        Some(Entry::Confirmation(said)) => Some((kept.seq, said.as_ref())),
                        _ => None,
                    })
                    .collect();
                // Of one day, the last recorded is the last word.
                said.sort_by(|(a_seq, a), (b_seq, b)| (b.1.date, b_seq).cmp(&(a.1.date, a_seq)));
                self.confirmations = said.into_iter().map(|(_, said)| said.clone()).collect();
            }
            Kind::Decision => self.follow_ups = all!(FollowUp, |one| Arc::clone(one)),
            Kind::Merge => self.merges = all!(Merge, |said| Arc::clone(said)),
            Kind::Annotation => self.corrections = all!(Correction, |said| (**said).clone()),
            Kind::Profile => {
                let mut profiles: Vec<Profile> = all!(Profile, |profile| (**profile).clone());
                profiles.extend(self.shipped.iter().cloned());
                profiles.sort_by(|a, b| a.id.cmp(&b.id));
                self.profiles = profiles;
            }
            _ => {}
        }
    }
}

impl Changed {
    fn tell(&mut self, kind: Kind, id: &str) {
        self.kinds.insert(kind);
        if kind == Kind::Enterprise {
            self.enterprises.insert(id.to_owned());
        }
    }
}

/// The corrections of a shelf by the row they correct.
fn corrections_of(shelf: &Shelf) -> Corrections<'_> {
    let mut corrected = Corrections::new();
    for kept in shelf.values() {
        if let Some(Entry::Correction(correction)) = &kept.entry {
            corrected.entry((&correction.row, &correction.row_id)).or_insert(correction);
        }
    }
    corrected
}

/// The row that a tombstone of this id ends, where a scene shows its kind.
fn ended(id: &str) -> Option<(Kind, &str)> {
    ROW_KINDS.into_iter().find_map(|kind| Some((kind, id.strip_prefix(&tombstone_id(kind, ""))?)))
}
