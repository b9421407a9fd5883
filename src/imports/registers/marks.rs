//! Marks: what registers say of an organisation known by its SIREN, kept in the dataset `marks`.
//!
//! The social economy is a quality of the **legal unit**; supply is counted on
//! **establishments**. The two stand in two files, imported one after the other: what the
//! first says is kept here, one file per register (`<register>.csv.gz`: siren, mark, name,
//! rna, until), beside `sources.csv` (register, source, url, year, licence).
//!
//! A list that is published whole replaces what it said before. A stock of legal units
//! replaces what it said of the units that it holds, so that an extract takes nothing away.

use std::collections::{BTreeMap, BTreeSet};

use super::counted::{csv_of, zipped};
use super::declared::DeclaredRegister;
use crate::catalogue::datasets::table::Table;
use crate::catalogue::datasets::{DatasetError, DatasetFiles};
use crate::domain::provenance::Source;

/// Name of the dataset.
pub const DATASET: &str = "marks";
/// Of the social economy, by the flag of its legal unit in SIRENE.
pub const ESS: &str = "ess";
/// In the national list of enterprises of the social economy.
pub const ESS_LISTED: &str = "ess_liste";
/// Approved as socially useful.
pub const ESUS: &str = "esus";
/// Mission company.
pub const MISSION: &str = "mission";

/// Every mark, to read one back.
const MARKS: [&str; 4] = [ESS, ESS_LISTED, ESUS, MISSION];
/// The file that describes registers.
const SOURCES: &str = "sources.csv";
const SOURCE_COLUMNS: [&str; 5] = ["register", "source", "url", "year", "licence"];
const COLUMNS: [&str; 5] = ["siren", "mark", "name", "rna", "until"];

/// What comes with a mark.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// Name of the organisation, never of a person.
    pub name: Option<Box<str>>,
    /// Its number in the register of associations.
    pub rna: Option<Box<str>>,
    /// Until when it holds, `AAAA-MM-JJ`, where the source says so.
    pub until: Option<Box<str>>,
}

/// Marks by SIREN (as a number) and word.
pub type Marks = BTreeMap<(u32, &'static str), Mark>;

/// A SIREN as a number; `None` where it is none.
#[must_use]
pub fn number_of(siren: &str) -> Option<u32> {
    (siren.len() == 9).then(|| siren.parse().ok()).flatten()
}

/// What earlier imports marked, for the import under way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownMarks {
    /// SIREN of the social economy, ascending.
    ess: Vec<u32>,
    /// SIREN that the register under way marked before, ascending.
    own: Vec<u32>,
    /// Names by SIREN, ascending; read only where they are asked for.
    names: Vec<(u32, Box<str>)>,
}

impl KnownMarks {
    /// Reads the dataset for the import of the register `own`; names only where `names`.
    ///
    /// # Errors
    /// When a file of the dataset cannot be read.
    pub fn read(files: &DatasetFiles, own: &str, names: bool) -> Result<Self, DatasetError> {
        let mut known = Self::default();
        each(files, |register, siren, mark, said| {
            if register == own {
                known.own.push(siren);
            }
            if matches!(mark, ESS | ESS_LISTED) {
                known.ess.push(siren);
                if names && let Some(name) = said.name {
                    known.names.push((siren, name));
                }
            }
        })?;
        for list in [&mut known.ess, &mut known.own] {
            list.sort_unstable();
            list.dedup();
            list.shrink_to_fit();
        }
        known.names.sort();
        known.names.dedup_by_key(|(siren, _)| *siren);
        Ok(known)
    }

    /// Whether a legal unit is of the social economy, as far as is known.
    #[must_use]
    pub fn is_ess(&self, siren: u32) -> bool {
        self.ess.binary_search(&siren).is_ok()
    }

    /// Whether the register under way marked this legal unit before.
    #[must_use]
    pub fn was_marked(&self, siren: u32) -> bool {
        self.own.binary_search(&siren).is_ok()
    }

    /// The name of a legal unit of the social economy.
    #[must_use]
    pub fn name(&self, siren: u32) -> Option<&str> {
        let at = self.names.binary_search_by_key(&siren, |(siren, _)| *siren).ok()?;
        Some(&self.names[at].1)
    }

    /// Number of legal units of the social economy known.
    #[must_use]
    pub fn ess_count(&self) -> usize {
        self.ess.len()
    }
}

/// What a register marks, ready to enter the dataset.
#[derive(Debug, Clone, Copy)]
pub struct Marked<'a> {
    /// Its declaration.
    pub register: &'a DeclaredRegister,
    /// Year of the file.
    pub year: Option<i16>,
    /// Its marks.
    pub marks: &'a Marks,
    /// SIREN read that bear no mark any more.
    pub unmarked: &'a BTreeSet<u32>,
    /// The file is the whole list: what is not in it is no longer marked.
    pub whole: bool,
}

/// The files of the dataset with what a register marks.
///
/// # Errors
/// When the dataset of the catalogue cannot be read.
pub fn into_marks(files: &DatasetFiles, marked: Marked<'_>) -> Result<DatasetFiles, DatasetError> {
    let Marked { register, year, marks, unmarked, whole } = marked;
    let path = format!("{}.csv.gz", register.id);
    let mut kept = Marks::new();
    if !whole {
        each_of(files, &path, |siren, mark, said| {
            let again =
                marks.range((siren, "")..).next().is_some_and(|((one, _), _)| *one == siren);
            if !again && !unmarked.contains(&siren) {
                kept.insert((siren, mark), said);
            }
        })?;
    }
    let mut rows: Vec<(&(u32, &'static str), &Mark)> = kept.iter().chain(marks).collect();
    rows.sort_unstable_by_key(|(key, _)| **key);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let fault = |cause: csv::Error| DatasetError::of_file(&path, cause.to_string());
    writer.write_record(COLUMNS).map_err(fault)?;
    for ((siren, mark), said) in rows {
        let text = |value: &Option<Box<str>>| value.as_deref().unwrap_or_default().to_owned();
        let siren = format!("{siren:09}");
        let row = [siren.as_str(), mark, &text(&said.name), &text(&said.rna), &text(&said.until)];
        writer.write_record(row).map_err(fault)?;
    }
    let table =
        writer.into_inner().map_err(|cause| DatasetError::of_file(&path, cause.to_string()))?;
    let mut out = files.clone();
    out.insert(path.clone(), zipped(&path, &table)?);
    let mut sources = sources(files)?;
    let year = year.map(|year| year.to_string()).unwrap_or_default();
    let row = [&register.id, &register.publisher, &register.url, &year, &register.licence];
    sources.insert(register.id.clone(), row.map(Clone::clone).to_vec());
    let table = csv_of(SOURCES, &SOURCE_COLUMNS, sources.values().map(Vec::as_slice))?;
    out.insert(SOURCES.to_owned(), table);
    Ok(out)
}

/// A mark with where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The word.
    pub mark: &'static str,
    /// What comes with it.
    pub said: Mark,
    /// Where it was read.
    pub source: Source,
}

/// What every register says of these SIREN, in the order of registers then words.
///
/// # Errors
/// When the dataset cannot be read.
pub fn said_of(
    files: &DatasetFiles,
    sirens: &BTreeSet<u32>,
) -> Result<BTreeMap<u32, Vec<Said>>, DatasetError> {
    let mut found: BTreeMap<u32, Vec<Said>> = BTreeMap::new();
    if sirens.is_empty() {
        return Ok(found);
    }
    let sources = sources(files)?;
    each(files, |register, siren, mark, said| {
        if sirens.contains(&siren) {
            let source = sources.get(register).map(|row| Source {
                source: row[1].clone(),
                year: row[3].parse().ok(),
                licence: Some(row[4].clone()).filter(|licence| !licence.is_empty()),
            });
            let source = source.unwrap_or_else(|| Source::named(register));
            found.entry(siren).or_default().push(Said { mark, said, source });
        }
    })?;
    Ok(found)
}

fn sources(files: &DatasetFiles) -> Result<BTreeMap<String, Vec<String>>, DatasetError> {
    let mut sources = BTreeMap::new();
    if files.contains_key(SOURCES) {
        for line in Table::read(files, SOURCES, &SOURCE_COLUMNS)?.lines() {
            let row: Vec<String> =
                SOURCE_COLUMNS.iter().map(|name| line.text(name).to_owned()).collect();
            sources.insert(row[0].clone(), row);
        }
    }
    Ok(sources)
}

/// Walks through every mark of every register.
fn each(
    files: &DatasetFiles,
    mut take: impl FnMut(&str, u32, &'static str, Mark),
) -> Result<(), DatasetError> {
    for path in files.keys() {
        if let Some(register) = path.strip_suffix(".csv.gz") {
            each_of(files, path, |siren, mark, said| take(register, siren, mark, said))?;
        }
    }
    Ok(())
}

/// Walks through the marks of one file, without holding it.
fn each_of(
    files: &DatasetFiles,
    path: &str,
    mut take: impl FnMut(u32, &'static str, Mark),
) -> Result<(), DatasetError> {
    let Some(bytes) = files.get(path) else { return Ok(()) };
    let input = flate2::read::MultiGzDecoder::new(bytes.as_slice());
    let mut reader = csv::Reader::from_reader(std::io::BufReader::new(input));
    let mut record = csv::StringRecord::new();
    let mut line = 1;
    loop {
        line += 1;
        let fault = |reason: String| DatasetError::at(path, line, reason);
        if !reader.read_record(&mut record).map_err(|cause| fault(cause.to_string()))? {
            return Ok(());
        }
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let siren = number_of(cell(0)).ok_or_else(|| fault("no SIREN".to_owned()))?;
        let mark = MARKS.into_iter().find(|mark| *mark == cell(1));
        let mark = mark.ok_or_else(|| fault(format!("unknown mark `{}`", cell(1))))?;
        let text = |at: usize| Some(cell(at)).filter(|text| !text.is_empty()).map(Box::from);
        take(siren, mark, Mark { name: text(2), rna: text(3), until: text(4) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register(id: &str) -> DeclaredRegister {
        let text = format!(
            "[register.{id}]\nlabel_fr = \"Liste {id}\"\nlabel_en = \"L\"\nunit_fr = \"u\"\n\
             unit_en = \"u\"\npublisher = \"Auteur de {id}\"\nurl = \"https://exemple.fr\"\nlicence = \"LO\"\n\
             nomenclatures = []\ncode_weight_min = 0.5\nrows_per_1000_min = 1.0\n"
        );
        super::super::declared::read(&text).unwrap().remove(id).unwrap()
    }

    fn marks(list: &[(u32, &'static str, Option<&str>)]) -> Marks {
        let mark = |until: Option<&str>| Mark { until: until.map(Box::from), ..Mark::default() };
        list.iter().map(|&(siren, word, until)| ((siren, word), mark(until))).collect()
    }

    fn enter(
        files: &DatasetFiles,
        id: &str,
        marks: &Marks,
        unmarked: &[u32],
        whole: bool,
    ) -> DatasetFiles {
        let unmarked = unmarked.iter().copied().collect();
        let register = register(id);
        let marked =
            Marked { register: &register, year: Some(2026), marks, unmarked: &unmarked, whole };
        into_marks(files, marked).unwrap()
    }

    #[test]
    fn marks_written_are_read_back_with_their_source() {
        let none = DatasetFiles::new();
        let list = marks(&[(5_720_610, ESS_LISTED, None), (775_544_083, ESUS, Some("2027-03-01"))]);
        let files = enter(&none, "esus", &list, &[], true);
        assert_eq!(enter(&files, "esus", &list, &[], true), files);
        let known = KnownMarks::read(&files, "esus", true).unwrap();
        assert!(known.is_ess(5_720_610) && !known.is_ess(775_544_083));
        assert!(known.was_marked(775_544_083) && known.ess_count() == 1);
        let said = said_of(&files, &BTreeSet::from([775_544_083])).unwrap();
        let [one] = &said[&775_544_083][..] else { panic!("{said:?}") };
        assert_eq!((one.mark, one.said.until.as_deref()), (ESUS, Some("2027-03-01")));
        assert_eq!(one.source.source, "Auteur de esus");
        assert_eq!((one.source.year, one.source.licence.as_deref()), (Some(2026), Some("LO")));
    }

    #[test]
    fn an_extract_of_units_takes_nothing_away_and_a_list_does() {
        let files = enter(
            &DatasetFiles::new(),
            "a",
            &marks(&[(1, ESS, None), (2, ESS, None), (3, ESS, None)]),
            &[],
            false,
        );
        let extract = enter(&files, "a", &marks(&[(2, MISSION, None)]), &[3], false);
        let said = said_of(&extract, &BTreeSet::from([1, 2, 3])).unwrap();
        let words: Vec<(u32, &str)> = said
            .iter()
            .flat_map(|(siren, said)| said.iter().map(|one| (*siren, one.mark)))
            .collect();
        assert_eq!(words, [(1, ESS), (2, MISSION)]);
        let list = enter(&extract, "a", &marks(&[(9, ESS, None)]), &[], true);
        assert_eq!(KnownMarks::read(&list, "a", false).unwrap().ess, [9]);
    }
}
