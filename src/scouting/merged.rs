//! What merges do to the rows of a scene: one organisation is shown once.
//!
//! Two actors that are one are shown as the kept one, with the lists, sources and identifiers
//! of both; two enterprises alike. An actor that is an enterprise becomes a site of it, so
//! that it is neither its rival nor its complement; a sister becomes one of its network. The
//! rows of the log stay as they are: undoing a merge gives back what was.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalogue::record::merge::{MergeRecord, RowKey, Said};
use crate::catalogue::revision::Kind;
use crate::domain::actor::Actor;
use crate::domain::enterprise::Enterprise;

use super::world::World;

/// Which row stands for which, once every merge is followed to its end.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Standing {
    /// Hidden rows, with the row of their kind that is shown in their place.
    pub hidden: BTreeMap<RowKey, RowKey>,
    /// Actors shown, with the enterprise that each is a site of.
    site_of: BTreeMap<String, String>,
    /// Actors shown, with the enterprise whose network each is of.
    sister_of: BTreeMap<String, String>,
}

impl Standing {
    /// Follows merges (in the order of their ids) among rows that are `alive`.
    pub fn of<'a>(
        merges: impl Iterator<Item = &'a MergeRecord>,
        alive: impl Fn(&RowKey) -> bool,
    ) -> Self {
        let both: Vec<&MergeRecord> =
            merges.filter(|merge| alive(&merge.kept) && alive(&merge.other)).collect();
        let mut standing = Self::default();
        let same = |merge: &&&MergeRecord| merge.said == Said::Same;
        for merge in both.iter().filter(same).filter(|m| m.kept.kind == m.other.kind) {
            let (kept, other) = (standing.shown(&merge.kept), standing.shown(&merge.other));
            if kept != other {
                standing.hidden.insert(other, kept);
            }
        }
        let found: Vec<RowKey> = standing.hidden.keys().cloned().collect();
        for row in found {
            let end = standing.shown(&row);
            standing.hidden.insert(row, end);
        }
        for merge in both.iter().filter(|merge| merge.kept.kind != merge.other.kind) {
            let (one, other) = (standing.shown(&merge.kept), standing.shown(&merge.other));
            let (enterprise, actor) =
                if one.kind == Kind::Enterprise { (one, other) } else { (other, one) };
            let told = match merge.said {
                Said::Same => &mut standing.site_of,
                Said::Sister => &mut standing.sister_of,
                Said::Different => continue,
            };
            told.entry(actor.id).or_insert(enterprise.id);
        }
        standing
    }

    /// The row that is shown for `row`: itself, or the one that it was merged into.
    pub fn shown(&self, row: &RowKey) -> RowKey {
        let mut at = row;
        while let Some(next) = self.hidden.get(at) {
            at = next;
        }
        at.clone()
    }

    /// Whether nothing is merged.
    pub fn is_empty(&self) -> bool {
        self.hidden.is_empty() && self.site_of.is_empty() && self.sister_of.is_empty()
    }

    /// The actors that are shown, sorted by id. `enterprises` are those shown.
    pub fn actors(
        &self,
        world: &World,
        actors: &[Arc<Actor>],
        enterprises: &[Arc<Enterprise>],
    ) -> Vec<Arc<Actor>> {
        let mut others: BTreeMap<&str, Vec<&Actor>> = BTreeMap::new();
        for actor in actors {
            let row = RowKey { kind: Kind::Actor, id: actor.id.clone() };
            if let Some((_, kept)) = self.hidden.get_key_value(&row) {
                others.entry(kept.id.as_str()).or_default().push(actor);
            }
        }
        let shown = actors.iter().filter(|actor| {
            let row = RowKey { kind: Kind::Actor, id: actor.id.clone() };
            !self.hidden.contains_key(&row)
        });
        shown
            .map(|actor| {
                let id = actor.id.as_str();
                let (site, sister) = (self.site_of.get(id), self.sister_of.get(id));
                let joined = others.get(id);
                if joined.is_none() && site.is_none() && sister.is_none() {
                    return Arc::clone(actor);
                }
                let mut one = Actor::clone(actor);
                for other in joined.into_iter().flatten() {
                    join_actor(&mut one, other);
                }
                if joined.is_some() {
                    let read = world.annotator.portrait_of_actor(&one);
                    join_portrait(&mut one, &read);
                }
                if one.enterprise.is_none() {
                    one.enterprise = site.cloned();
                }
                if one.network.is_none()
                    && let Some(id) = sister
                    && let Ok(at) = enterprises.binary_search_by(|e| e.id.as_str().cmp(id))
                {
                    one.network = Some(enterprises[at].name.clone());
                }
                Arc::new(one)
            })
            .collect()
    }

    /// The enterprises that are shown, sorted by id.
    pub fn enterprises(&self, enterprises: Vec<Arc<Enterprise>>) -> Vec<Arc<Enterprise>> {
        if !self.hidden.keys().any(|row| row.kind == Kind::Enterprise) {
            return enterprises;
        }
        let row = |one: &Enterprise| RowKey { kind: Kind::Enterprise, id: one.id.clone() };
        let mut others: BTreeMap<&str, Vec<&Enterprise>> = BTreeMap::new();
        for one in &enterprises {
            if let Some(kept) = self.hidden.get(&row(one)) {
                others.entry(kept.id.as_str()).or_default().push(one);
            }
        }
        let shown = enterprises.iter().filter(|one| !self.hidden.contains_key(&row(one)));
        shown
            .map(|one| match others.get(one.id.as_str()) {
                None => Arc::clone(one),
                Some(joined) => {
                    let mut kept = Enterprise::clone(one);
                    for other in joined {
                        join_enterprise(&mut kept, other);
                    }
                    Arc::new(kept)
                }
            })
            .collect()
    }
}

/// Adds the items of `others` that `list` lacks.
fn join<T: Clone + PartialEq>(list: &mut Vec<T>, others: &[T]) {
    for other in others {
        if !list.contains(other) {
            list.push(other.clone());
        }
    }
}

/// Takes the value of the other where one has none.
fn fill<T: Clone>(value: &mut Option<T>, other: &Option<T>) {
    if value.is_none() {
        value.clone_from(other);
    }
}

fn join_actor(one: &mut Actor, other: &Actor) {
    for (list, others) in [
        (&mut one.themes, &other.themes),
        (&mut one.needs, &other.needs),
        (&mut one.publics, &other.publics),
        (&mut one.steps, &other.steps),
        (&mut one.activities, &other.activities),
        (&mut one.offers, &other.offers),
        (&mut one.seeks, &other.seeks),
        (&mut one.partners, &other.partners),
        (&mut one.roles, &other.roles),
        (&mut one.licences, &other.licences),
    ] {
        join(list, others);
    }
    join(&mut one.sources, &other.sources);
    fill(&mut one.siret, &other.siret);
    fill(&mut one.network, &other.network);
    fill(&mut one.point, &other.point);
    fill(&mut one.legal_form, &other.legal_form);
    fill(&mut one.capacity, &other.capacity);
    fill(&mut one.since, &other.since);
    fill(&mut one.until, &other.until);
    fill(&mut one.url, &other.url);
    fill(&mut one.enterprise, &other.enterprise);
    if one.summary.is_empty() {
        one.summary.clone_from(&other.summary);
    }
    // Known from a description of its own, and placed for sure, as soon as one of them is.
    one.register &= other.register;
    one.doubtful_place &= other.doubtful_place;
}

/// Adds what the joined lists tell and the kept row did not; what people corrected stays.
fn join_portrait(one: &mut Actor, read: &crate::domain::portrait::Portrait) {
    let own = &mut one.portrait;
    for (marks, others) in [
        (&mut own.themes, &read.themes),
        (&mut own.needs, &read.needs),
        (&mut own.publics, &read.publics),
        (&mut own.offers, &read.offers),
        (&mut own.seeks, &read.seeks),
        (&mut own.steps, &read.steps),
    ] {
        for mark in others {
            if marks.iter().all(|known| known.concept != mark.concept) {
                marks.push(mark.clone());
            }
        }
    }
}

fn join_enterprise(one: &mut Enterprise, other: &Enterprise) {
    if one.name != other.name {
        join(&mut one.aliases, std::slice::from_ref(&other.name));
    }
    join(&mut one.aliases, &other.aliases);
    fill(&mut one.siren, &other.siren);
    fill(&mut one.network, &other.network);
    fill(&mut one.legal_form, &other.legal_form);
    fill(&mut one.founded, &other.founded);
    fill(&mut one.website, &other.website);
    join(&mut one.sites, &other.sites);
    join(&mut one.evidence, &other.evidence);
    join(&mut one.labels, &other.labels);
    join(&mut one.sources, &other.sources);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge(kept: &str, other: &str, said: Said) -> MergeRecord {
        MergeRecord {
            kept: RowKey::parse(kept).unwrap(),
            other: RowKey::parse(other).unwrap(),
            said,
            by_rule: false,
            probability: None,
            reasons: Vec::new(),
            date: jiff::civil::date(2026, 11, 28),
        }
    }

    #[test]
    fn merges_are_followed_to_their_end_whatever_their_order() {
        let merges = [
            merge("actor/a", "actor/b", Said::Same),
            merge("actor/b", "actor/c", Said::Same),
            merge("enterprise/e", "actor/c", Said::Same),
            merge("actor/d", "actor/a", Said::Different),
        ];
        let standing = Standing::of(merges.iter(), |_| true);
        let row = |text: &str| RowKey::parse(text).unwrap();
        assert_eq!(standing.shown(&row("actor/c")), row("actor/a"));
        assert_eq!(standing.site_of.get("a").map(String::as_str), Some("e"));
        assert_eq!(standing.shown(&row("actor/d")), row("actor/d"));
        // A circle has an end.
        let circle =
            [merge("actor/a", "actor/b", Said::Same), merge("actor/b", "actor/a", Said::Same)];
        let standing = Standing::of(circle.iter(), |_| true);
        assert_eq!(standing.hidden.len(), 1);
        // A row that is gone is merged with nothing.
        assert!(Standing::of(merges.iter(), |row| row.id != "b" && row.id != "c").is_empty());
    }
}
