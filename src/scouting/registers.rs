//! Open data imported: a register read to its end, then written at once or not at all.
//!
//! Reading a file of several gigabytes takes minutes and writes nothing; what it says enters
//! the log in one transaction at the end. A process killed in between leaves the catalogue
//! as it was, and importing again gives what an import without accident gives.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::access::{Action, Identity};
use crate::catalogue::datasets::{DatasetError, DatasetFiles, supply};
use crate::catalogue::record::dataset::{DatasetFile, DatasetRecord};
use crate::catalogue::revision::{At, Kind, NewRevision};
use crate::catalogue::seed::whole_digest;
use crate::catalogue::store::Idempotent;
use crate::domain::provenance::Source;
use crate::imports::blocked;
use crate::imports::ledger::{Gain, Ledger};
use crate::imports::load::compare;
use crate::imports::records::Opened;
use crate::imports::registers::counted::{Counted, covered_by_list, into_supply};
use crate::imports::registers::list;
use crate::imports::registers::marks::KnownMarks;
use crate::imports::registers::supply::SupplyCount;
use crate::imports::registers::{self, Gathered, Reference};

use super::error::ScoutingError;
use super::front::Scouting;
use super::loader::in_background;
use super::marks;
use super::register_lines::lines_rows;
use super::scene::Scene;
use super::writing::{Draft, authorise};

pub use crate::imports::records::Origin;
pub use crate::imports::registers::list::{Importable, importables};
pub use crate::imports::registers::supply::Covered;
pub use crate::imports::registers::{Follows, RefusedRow};

/// A register to import.
#[derive(Debug, Clone)]
pub struct RegisterAsk {
    /// The register.
    pub register: Importable,
    /// Its files: several make one register, as those of one département each.
    pub origins: Vec<Origin>,
    /// Year of the data; read in the names of the files where it is not said.
    pub year: Option<i16>,
    /// Where the files are whole, where the asker knows it: it is measured otherwise.
    pub perimeter: Option<Covered>,
    /// Territory whose organisations become actors; none otherwise.
    pub actors_in: Option<String>,
    /// Why: the note of the revisions; the names of the files otherwise.
    pub note: Option<String>,
    /// Read everything, and write nothing.
    pub dry_run: bool,
    /// The same write may come twice.
    pub idempotent: Option<Idempotent>,
}

/// The account of a register: one ledger per table read, in order.
#[derive(Debug, Clone, Default)]
pub struct RegisterLedger {
    /// Name of each table, with its account; what the import gives stands in the last one.
    pub tables: Vec<(String, Ledger)>,
    /// Files of archives that are no table.
    pub aside: Vec<String>,
}

impl RegisterLedger {
    /// One account for all its tables.
    #[must_use]
    pub fn whole(self) -> Ledger {
        let mut ledgers = self.tables.into_iter().map(|(_, ledger)| ledger);
        let mut whole = ledgers.next().unwrap_or_default();
        for ledger in ledgers {
            whole.join(ledger);
        }
        whole
    }
}

/// Imports a register.
///
/// # Errors
/// [`ScoutingError::Unauthenticated`], [`ScoutingError::Forbidden`]; an unknown register or
/// territory; a file that cannot be opened; a log that refuses: nothing is then written.
pub async fn import_register(
    scouting: &Scouting,
    who: &Identity,
    ask: RegisterAsk,
    follows: Box<dyn Follows + Send>,
) -> Result<RegisterLedger, ScoutingError> {
    let scene = scouting.scene();
    authorise(who, Action::Import, &scene, None)?;
    let communes = match &ask.actors_in {
        None => None,
        Some(asked) => Some(scene.world.places.territory(asked)?.communes),
    };
    let known = marks::known(scouting, ask.register, communes.is_some()).await?;
    let reading = Reading { ask: ask.clone(), scene: Arc::clone(&scene), communes, known, follows };
    let (mut gathered, mut account) = in_background(move || reading.run()).await?;
    let note = ask.note.clone().unwrap_or_else(|| names(&ask.origins));
    let mut rows: Vec<NewRevision> = Vec::new();
    let mut gains = Vec::new();
    if let Some(counted) = counted(&scene, &ask, &gathered) {
        let placed = gathered.supply.as_ref().map_or(0, SupplyCount::rows);
        gains.push(coverage_gain(&counted, placed));
        rows.extend(supply_row(scouting, &scene, &counted, &note).await?);
    }
    let (datasets, said) = lines_rows(scouting, &scene, &mut gathered, &note).await?;
    rows.extend(datasets);
    gains.extend(said);
    let declared = (ask.register, scene.world.data.registers.get(ask.register.register));
    let others = gathered.actors.iter().map(|found| found.id.clone()).collect();
    let (marked, marks) = marks::rows(scouting, &mut gathered, declared, &others, &note).await?;
    rows.extend(marked);
    gains.extend(marks);
    let mut parsed = gathered.into_actors();
    blocked::remarks(&mut parsed, &scene.world.data.sources);
    if !parsed.rows.is_empty() {
        marks::confirm_parsed(scouting, &mut parsed).await?;
        let (actors, compared) = compare(scouting.store(), parsed, Some(&note)).await?;
        gains.push(actors_gain(&compared));
        if let Some((_, last)) = account.tables.last_mut() {
            (last.added, last.changed) = (compared.added, compared.changed);
            last.unchanged = compared.unchanged;
            last.warnings.extend(compared.warnings);
        }
        rows.extend(actors);
    }
    for (_, ledger) in &mut account.tables {
        ledger.dry_run = ask.dry_run;
    }
    if !ask.dry_run && !rows.is_empty() {
        let draft = Draft { rows, expected: Vec::new(), idempotent: ask.idempotent };
        let range = scouting.write(who, draft).await?.range;
        if let Some((_, last)) = account.tables.last_mut() {
            last.seq = Some(range);
        }
    }
    if let Some((_, last)) = account.tables.last_mut() {
        last.gains = gains;
    }
    Ok(account)
}

/// The reading, away from the threads that answer.
struct Reading {
    ask: RegisterAsk,
    scene: Arc<Scene>,
    communes: Option<Vec<u32>>,
    known: Arc<KnownMarks>,
    follows: Box<dyn Follows + Send>,
}

impl Reading {
    fn run(mut self) -> Result<(Gathered, RegisterLedger), ScoutingError> {
        let data = &self.scene.world.data;
        let mut register = list::open(self.ask.register, &data.registers, &data.taxonomy);
        register.prepare(&data.indicators);
        let of = Reference { atlas: &data.atlas, taxonomy: &data.taxonomy };
        let mut gathered = Gathered::default();
        gathered.actors_in(self.communes.as_deref());
        if self.communes.is_none() && register.names_actors() {
            gathered.actors_everywhere();
        }
        gathered.year = self.ask.year.or_else(|| year_of(&self.ask.origins));
        gathered.known = self.known;
        if let Some(declared) = data.registers.get(self.ask.register.register) {
            gathered.source = Source {
                source: declared.publisher.clone(),
                year: gathered.year,
                licence: Some(declared.licence.clone()),
            };
        }
        let mut account = RegisterLedger::default();
        for origin in &self.ask.origins {
            let unreadable = |cause: std::io::Error| ScoutingError::UnreadableFile {
                file: origin.name(),
                cause: cause.to_string(),
            };
            let opened = Opened::new(origin.clone()).map_err(unreadable)?;
            account.aside.extend(opened.aside.iter().cloned());
            let size = origin.size().map_err(unreadable)?;
            self.follows.begins(&origin.name(), size, opened.progress());
            for part in &opened.parts {
                let mut ledger = Ledger { format: self.ask.register.word, ..Ledger::default() };
                let mut records = opened.records(part, &register.wanted()).map_err(unreadable)?;
                let follows = self.follows.as_mut();
                registers::read(
                    &mut *register,
                    &mut *records,
                    of,
                    &mut gathered,
                    &mut ledger,
                    follows,
                )
                .map_err(unreadable)?;
                let name = match part.name.as_str() {
                    "" => origin.name(),
                    inside => format!("{} › {inside}", origin.name()),
                };
                account.tables.push((name, ledger));
            }
        }
        register.end(of, &mut gathered);
        if let Some((_, last)) = account.tables.last_mut() {
            last.changes.join(std::mem::take(&mut gathered.changes));
        }
        Ok((gathered, account))
    }
}

/// What the rows count, where they count anything.
fn counted(scene: &Scene, ask: &RegisterAsk, gathered: &Gathered) -> Option<Counted> {
    let supply = gathered.supply.as_ref()?;
    let data = &scene.world.data;
    let covered = |measured| ask.perimeter.clone().unwrap_or(measured);
    if let Some(list) = ask.register.list {
        let covered = covered(covered_by_list(list, supply, &data.atlas));
        let points = gathered.listed.clone();
        return (!list.supply.is_empty())
            .then(|| Counted::of_list(list, points, covered, gathered.year));
    }
    let register = data.registers.get(ask.register.register)?;
    let covered = covered(supply.covered(&data.atlas, register.rows_per_1000_min));
    Some(Counted::of_register(register, supply, &data.taxonomy, covered, gathered.year))
}

/// The revision of the dataset `supply`, where the register changes it; its files are kept.
async fn supply_row(
    scouting: &Scouting,
    scene: &Scene,
    counted: &Counted,
    note: &str,
) -> Result<Option<NewRevision>, ScoutingError> {
    let files = scouting.store().dataset_files("supply", At::Latest).await?;
    let data = &scene.world.data;
    let broken = |fault: DatasetError| ScoutingError::Dataset(fault.to_string());
    let Some(changed) = into_supply(&files, counted, &data.atlas).map_err(broken)? else {
        return Ok(None);
    };
    // What would not be read back never enters the log.
    supply::parse(&changed, &data.atlas, &data.taxonomy).map_err(broken)?;
    dataset_row(scouting, "supply", &files, &changed, note).await
}

/// The revision of a dataset whose files change; `None` where they are the same bytes.
///
/// # Errors
/// When a file cannot be kept.
pub(super) async fn dataset_row(
    scouting: &Scouting,
    name: &str,
    before: &DatasetFiles,
    after: &DatasetFiles,
    note: &str,
) -> Result<Option<NewRevision>, ScoutingError> {
    if before == after {
        return Ok(None);
    }
    let store = scouting.store();
    let known = store.datasets(At::Latest).await?.into_iter().find(|one| one.name == name);
    let mut record = known
        .unwrap_or_else(|| DatasetRecord { name: name.to_owned(), ..DatasetRecord::default() });
    let mut files = Vec::with_capacity(after.len());
    for (path, content) in after {
        files.push(DatasetFile {
            path: path.clone(),
            digest: store.put_blob(content).await?,
            bytes: content.len() as u64,
        });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    record.digest = whole_digest(&files);
    record.files = files;
    let row = NewRevision::new(Kind::Dataset, name, &record.to_json());
    Ok(Some(row.because(note)))
}

/// Where the register measures, in words.
fn coverage_gain(counted: &Counted, placed: u64) -> Gain {
    let needs: BTreeSet<&str> = counted
        .lines
        .iter()
        .filter(|line| counted.points.contains_key(&line.source_id))
        .map(|line| line.need.as_str())
        .collect();
    let needs = needs.len();
    let (fr, en) = match &counted.covered {
        Covered::Nowhere => (
            format!(
                "couverture non mesurée : {placed} lignes situées, trop peu pour que la source soit complète quelque part ; si elle l’est, dites où avec `--perimeter`"
            ),
            format!(
                "coverage not measured: {placed} placed rows, too few for the source to be whole anywhere; if it is, say where with `--perimeter`"
            ),
        ),
        Covered::France => (
            format!("offre comptée dans toute la France, besoins : {needs}"),
            format!("supply counted in the whole of France, needs: {needs}"),
        ),
        Covered::Departements(codes) => (
            format!("offre comptée, besoins : {needs}, départements : {}", codes.join(", ")),
            format!("supply counted, needs: {needs}, départements: {}", codes.join(", ")),
        ),
    };
    Gain { code: "supply", fr, en }
}

fn actors_gain(ledger: &Ledger) -> Gain {
    let Ledger { added, changed, unchanged, .. } = ledger;
    Gain {
        code: "actors",
        fr: format!("acteurs : {added} ajoutés, {changed} changés, {unchanged} inchangés"),
        en: format!("actors: {added} added, {changed} changed, {unchanged} unchanged"),
    }
}

fn names(origins: &[Origin]) -> String {
    origins.iter().map(Origin::name).collect::<Vec<_>>().join(", ")
}

/// The year that the name of a file says: the last group of four digits (or eight, a date)
/// that is a year of our time.
fn year_of(origins: &[Origin]) -> Option<i16> {
    let name = origins.last()?.name();
    let groups = name.split(|c: char| !c.is_ascii_digit()).filter(|group| group.len() >= 4);
    let years = groups.filter_map(|group| group[..4].parse().ok());
    years.rev().find(|year| (1990..=2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_read_in_the_name_of_the_file() {
        let of = |name: &str| year_of(&[Origin::Bytes(name.to_owned(), Arc::from([]))]);
        assert_eq!(of("liste-fs-20240801.csv"), Some(2024));
        assert_eq!(of("rna_waldec_20260501_dpt_69.csv"), Some(2026));
        assert_eq!(of("StockEtablissement_utf8.parquet"), None);
    }
}
