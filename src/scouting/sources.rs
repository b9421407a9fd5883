//! Which sources speak with one voice and which make nothing sure: what the program
//! declares, what the owner of the catalogue adds, and what rests on each.

use std::sync::Arc;

use rayon::prelude::*;

use crate::access::{Action, Identity};
use crate::catalogue::datasets::{DatasetFiles, sources};
use crate::catalogue::revision::At;
use crate::domain::provenance::Source;
use crate::domain::source_book::{Publisher, SourceBook};

use super::error::ScoutingError;
use super::front::Scouting;
use super::registers::dataset_row;
use super::scene::Scene;
use super::writing::{Draft, authorise};

/// How many records rest on a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resting {
    /// Enterprises and actors that name a source of it.
    pub naming: usize,
    /// Those that name no other: of a family, one voice; of what is blocked, doubtful.
    pub alone: usize,
}

/// What is declared of sources, and what rests on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// The declarations, the owner's first.
    pub book: Arc<SourceBook>,
    /// One per family, in the order of the book.
    pub families: Vec<Resting>,
    /// One per blocked entry, in the order of the book.
    pub blocked: Vec<Resting>,
}

/// What is declared in a scene, with the records that rest on each declaration.
#[must_use]
pub fn declared(scene: &Scene) -> Declared {
    let book = Arc::clone(&scene.world.data.sources);
    let rows = &scene.rows;
    let enterprises = rows.enterprises.par_iter().map(|e| (&e.sources, e.website.as_deref()));
    let actors = rows.actors.par_iter().map(|a| (&a.sources, None));
    let empty = || {
        (
            vec![Resting::default(); book.families.len()],
            vec![Resting::default(); book.blocked.len()],
        )
    };
    let (families, blocked) = enterprises
        .chain(actors)
        .fold(empty, |mut counts, (sources, own)| {
            count(&book, sources, own, &mut counts);
            counts
        })
        .reduce(empty, |(mut a, mut b), (c, d)| {
            add(&mut a, &c);
            add(&mut b, &d);
            (a, b)
        });
    Declared { book, families, blocked }
}

/// Counts one record under each declaration that it rests on.
fn count(
    book: &SourceBook,
    sources: &[Source],
    own_site: Option<&str>,
    (families, blocked): &mut (Vec<Resting>, Vec<Resting>),
) {
    let mut of_family = vec![false; families.len()];
    let mut of_blocked = vec![false; blocked.len()];
    let mut others = false;
    for source in sources {
        if let Some(found) = book.blocked(&source.source) {
            if let Some(at) = book.blocked.iter().position(|one| one.id == found.id) {
                of_blocked[at] = true;
            }
            continue;
        }
        match book.publisher(&source.source, own_site) {
            Publisher::Family(id) => {
                if let Some(at) = book.families.iter().position(|family| family.id == id) {
                    of_family[at] = true;
                }
            }
            _ => others = true,
        }
    }
    let told = |list: &[bool]| list.iter().filter(|&&is| is).count();
    let (good, bad) = (told(&of_family), told(&of_blocked));
    for (resting, _) in families.iter_mut().zip(&of_family).filter(|(_, is)| **is) {
        resting.naming += 1;
        resting.alone += usize::from(good == 1 && !others);
    }
    for (resting, _) in blocked.iter_mut().zip(&of_blocked).filter(|(_, is)| **is) {
        resting.naming += 1;
        resting.alone += usize::from(good == 0 && !others && bad == 1);
    }
}

fn add(to: &mut [Resting], from: &[Resting]) {
    for (to, from) in to.iter_mut().zip(from) {
        to.naming += from.naming;
        to.alone += from.alone;
    }
}

/// What became of the owner's tables.
#[derive(Debug)]
pub struct Recorded {
    /// The revision; `None` when they say what was already declared, or on a dry run.
    pub seq: Option<u64>,
    /// Families and blocked entries that they declare.
    pub declared: (usize, usize),
    /// The scene that shows them; on a dry run, the scene as it is.
    pub scene: Arc<Scene>,
}

/// Records the owner's tables (the form of `index/sources.toml`), which replace those he
/// declared before.
///
/// # Errors
/// [`ScoutingError::Unauthenticated`], [`ScoutingError::Forbidden`];
/// [`ScoutingError::BadRecord`] for a text that is no such table; a log that refuses.
pub async fn declare(
    scouting: &Scouting,
    who: &Identity,
    text: &str,
    note: &str,
    dry_run: bool,
) -> Result<Recorded, ScoutingError> {
    let scene = scouting.scene();
    authorise(who, Action::Manage, &scene, None)?;
    let own = sources::check(text).map_err(|(reason_fr, reason)| ScoutingError::BadRecord {
        field: String::new(),
        reason_fr,
        reason,
    })?;
    let declared = (own.families.len(), own.blocked.len());
    let before = scouting.store().dataset_files(sources::DATASET, At::Latest).await?;
    let after = DatasetFiles::from([(sources::OWN.to_owned(), text.as_bytes().to_vec())]);
    if dry_run || before == after {
        return Ok(Recorded { seq: None, declared, scene });
    }
    let row = dataset_row(scouting, sources::DATASET, &before, &after, note).await?;
    let draft = Draft { rows: row.into_iter().collect(), expected: Vec::new(), idempotent: None };
    let written = scouting.write(who, draft).await?;
    Ok(Recorded { seq: Some(written.seq()), declared, scene: written.scene })
}
