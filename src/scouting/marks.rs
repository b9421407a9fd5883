//! Marks on organisations: into their dataset, and onto the catalogue's own rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::catalogue::datasets::{DatasetError, DatasetFiles};
use crate::catalogue::revision::{At, Kind, NewRevision};
use crate::imports::Parsed;
use crate::imports::ledger::Gain;
use crate::imports::registers::Gathered;
use crate::imports::registers::confirmed::{confirm, confirm_all, siren_of};
use crate::imports::registers::declared::DeclaredRegister;
use crate::imports::registers::list::Importable;
use crate::imports::registers::marks::{DATASET, KnownMarks, Marked, into_marks, said_of};

use super::error::ScoutingError;
use super::front::Scouting;
use super::loader::in_background;
use super::registers::dataset_row;

/// Rows that may be confirmed.
const CONFIRMED: [Kind; 2] = [Kind::Actor, Kind::Enterprise];

#[allow(clippy::needless_pass_by_value)] // As `map_err` gives it.
fn broken(fault: DatasetError) -> ScoutingError {
    ScoutingError::Dataset(fault.to_string())
}

/// What earlier imports marked, where this register reads it.
///
/// # Errors
/// When the dataset cannot be read.
pub(super) async fn known(
    scouting: &Scouting,
    register: Importable,
    names: bool,
) -> Result<Arc<KnownMarks>, ScoutingError> {
    if !register.reads_marks() {
        return Ok(Arc::default());
    }
    let files = scouting.store().dataset_files(DATASET, At::Latest).await?;
    let known =
        in_background(move || KnownMarks::read(&files, register.register, names).map_err(broken));
    Ok(Arc::new(known.await?))
}

/// The revisions that a register's marks ask for: their dataset, and the rows of the
/// catalogue that they confirm; `others` are rows that the same import writes anyway.
///
/// # Errors
/// When the dataset or the rows cannot be read.
pub(super) async fn rows(
    scouting: &Scouting,
    gathered: &mut Gathered,
    register: (Importable, Option<&DeclaredRegister>),
    others: &BTreeSet<String>,
    note: &str,
) -> Result<(Vec<NewRevision>, Vec<Gain>), ScoutingError> {
    let marks = std::mem::take(&mut gathered.marks);
    let unmarked = std::mem::take(&mut gathered.unmarked);
    let (importable, Some(declared)) = register else { return Ok(Default::default()) };
    if marks.is_empty() && unmarked.is_empty() {
        return Ok(Default::default());
    }
    let store = scouting.store();
    let before = store.dataset_files(DATASET, At::Latest).await?;
    let whole = importable.is_whole_list();
    let (declared, year) = (declared.clone(), gathered.year);
    let marked: BTreeSet<u32> = marks.keys().map(|(siren, _)| *siren).collect();
    let (before, after) = in_background(move || {
        let (marks, unmarked) = (&marks, &unmarked);
        let marked = Marked { register: &declared, year, marks, unmarked, whole };
        let after = into_marks(&before, marked).map_err(broken)?;
        Ok::<_, ScoutingError>((before, after))
    })
    .await?;
    let mut rows: Vec<NewRevision> =
        dataset_row(scouting, DATASET, &before, &after, note).await?.into_iter().collect();
    let confirmed = confirmed(scouting, after, &marked, others, note).await?;
    let gain = marks_gain(marked.len(), confirmed.len());
    rows.extend(confirmed);
    Ok((rows, vec![gain]))
}

/// The rows of the catalogue that marks change.
async fn confirmed(
    scouting: &Scouting,
    files: DatasetFiles,
    marked: &BTreeSet<u32>,
    others: &BTreeSet<String>,
    note: &str,
) -> Result<Vec<NewRevision>, ScoutingError> {
    let mut found = Vec::new();
    for revision in scouting.store().state_at(At::Latest, &CONFIRMED).await? {
        let body = revision.json()?;
        let written = revision.kind == Kind::Actor && others.contains(&revision.id);
        if let Some(siren) = siren_of(&body).filter(|siren| !written && marked.contains(siren)) {
            found.push((siren, revision, body));
        }
    }
    let sirens: BTreeSet<u32> = found.iter().map(|(siren, ..)| *siren).collect();
    let said = in_background(move || said_of(&files, &sirens).map_err(broken)).await?;
    let mut rows = Vec::new();
    for (siren, revision, mut body) in found {
        if confirm(revision.kind, &mut body, &said[&siren], today()) {
            let row = NewRevision::new(revision.kind, revision.id.as_str(), &body);
            if row.body != revision.body {
                rows.push(row.because(note));
            }
        }
    }
    Ok(rows)
}

/// Adds to rows about to be compared with the catalogue what earlier imports marked, so
/// that importing them again takes no mark away.
///
/// # Errors
/// When the dataset cannot be read.
pub(super) async fn confirm_parsed(
    scouting: &Scouting,
    parsed: &mut Parsed,
) -> Result<(), ScoutingError> {
    let sirens: BTreeSet<u32> = parsed.rows.iter().filter_map(|row| siren_of(&row.body)).collect();
    if sirens.is_empty() {
        return Ok(());
    }
    let files = scouting.store().dataset_files(DATASET, At::Latest).await?;
    let said: BTreeMap<_, _> =
        in_background(move || said_of(&files, &sirens).map_err(broken)).await?;
    confirm_all(parsed.kind, parsed.rows.iter_mut().map(|row| &mut row.body), &said, today());
    Ok(())
}

fn today() -> Date {
    jiff::Zoned::now().date()
}

fn marks_gain(marked: usize, confirmed: usize) -> Gain {
    Gain {
        code: "marks",
        fr: format!(
            "{marked} organisations marquées par leur SIREN ; {confirmed} fiches du catalogue confirmées par cette source"
        ),
        en: format!(
            "{marked} organisations marked by their SIREN; {confirmed} records of the catalogue confirmed by this source"
        ),
    }
}
