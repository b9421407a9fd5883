//! Which submissions apply in a territory: its own, else those of the nearest wider one.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::domain::priority::{Priority, PriorityKind};
use crate::scouting::context::Surroundings;

/// A territory that has submissions in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Its id.
    pub territory: String,
    /// What it asks for; empty where it said that it has no priority.
    pub priorities: Vec<Priority>,
}

/// The territories around that have submissions in force on `as_of`: the first applies, the
/// others are overridden by it.
///
/// A territory comes before those that hold it. Its own deposit wins over what was published
/// of it before; of two periods in force, the one that starts last.
#[must_use]
pub fn levels(priorities: &[&Priority], around: &Surroundings, as_of: Date) -> Vec<Level> {
    let ids = std::iter::once(around.own()).chain(around.wider.iter().map(String::as_str));
    let mut seen = BTreeSet::new();
    ids.filter(|id| seen.insert(*id)).filter_map(|id| level(priorities, id, as_of)).collect()
}

fn level(priorities: &[&Priority], territory: &str, as_of: Date) -> Option<Level> {
    let live = || {
        let here = priorities.iter().filter(|priority| priority.territory == territory);
        here.filter(|priority| priority.is_live(as_of)).copied()
    };
    let asks = |priority: &&Priority| priority.kind == PriorityKind::Submission;
    let deposited: Vec<&Priority> = live().filter(|priority| priority.is_deposited()).collect();
    let kept: Vec<Priority> = match deposited.iter().map(|priority| priority.start).max() {
        Some(last) => {
            let last = deposited.into_iter().filter(|priority| priority.start == last);
            last.filter(asks).cloned().collect()
        }
        None => {
            let published: Vec<Priority> = live().filter(asks).cloned().collect();
            if published.is_empty() {
                return None;
            }
            published
        }
    };
    Some(Level { territory: territory.to_owned(), priorities: kept })
}
