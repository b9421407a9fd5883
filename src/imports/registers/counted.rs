//! Counted supply put into the dataset `supply`: its sources, its counts.
//!
//! A register has one source per need, `<register>__<need>`, so that each need has its own
//! reliability and a row counts for it at the weight of its own code. Importing a register
//! again replaces what it said in the départements that it covers; of the same year, the
//! other départements stay.

use std::collections::{BTreeMap, BTreeSet};

use super::declared::DeclaredRegister;
use super::supply::{Covered, SupplyCount};
use crate::catalogue::datasets::DatasetError;
use crate::catalogue::datasets::table::Table;
use crate::catalogue::datasets::{DatasetFiles, file};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::territory::Atlas;

/// The file that describes sources.
const SOURCES: &str = "sources.csv";
/// The file of counts.
const COUNTS: &str = "counts.csv.gz";
/// Columns of [`SOURCES`].
const COLUMNS: [&str; 11] = [
    "source_id",
    "label_fr",
    "need",
    "unit_fr",
    "weight",
    "reliability",
    "perimeter",
    "vintage",
    "licence",
    "url",
    "note",
];

/// What a register counts, ready to enter the dataset.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// Its declaration.
    pub register: &'a DeclaredRegister,
    /// Its counts.
    pub supply: &'a SupplyCount,
    /// Where it is whole.
    pub covered: &'a Covered,
    /// Year of the file.
    pub year: Option<i16>,
}

type SourceRow = Vec<String>;

/// The files of the dataset with what a register counts; `None` where it measures nowhere.
///
/// # Errors
/// When the dataset of the catalogue cannot be read.
pub fn into_supply(
    files: &DatasetFiles,
    counted: Counted<'_>,
    atlas: &Atlas,
    taxonomy: &Taxonomy,
) -> Result<Option<DatasetFiles>, DatasetError> {
    let Counted { register, supply, covered, year } = counted;
    let inside: BTreeSet<&str> = match covered {
        Covered::Nowhere => return Ok(None),
        Covered::France => atlas.departements.iter().map(|one| one.code.as_str()).collect(),
        Covered::Departements(codes) => codes.iter().map(String::as_str).collect(),
    };
    let (mut sources, mut counts) = read(files)?;
    let year = year.map(|year| year.to_string()).unwrap_or_default();
    let own = format!("{}__", register.id);
    let mut perimeter: BTreeSet<String> = inside.iter().map(|&code| code.to_owned()).collect();
    let before: Vec<&SourceRow> = sources.values().filter(|row| row[0].starts_with(&own)).collect();
    let same_year = before.iter().all(|row| row[7] == year);
    if same_year {
        for row in &before {
            perimeter.extend(departements(&row[6], atlas));
        }
    }
    sources.retain(|_, row| !row[0].starts_with(&own) && !register.replaces.contains(&row[0]));
    counts.retain(|(source, insee), _| {
        let departement = atlas.commune_of(insee).map(|(at, _)| atlas.at(at).departement.as_str());
        let kept = same_year && departement.is_some_and(|code| !inside.contains(code));
        let replaced = register.replaces.contains(source);
        !replaced && (!source.starts_with(&own) || kept)
    });
    let whole = perimeter.len() == atlas.departements.len();
    let perimeter = if whole {
        "france".to_owned()
    } else {
        perimeter.into_iter().collect::<Vec<_>>().join(";")
    };
    for (need, reliability) in &register.reliability {
        let Some(concept) = taxonomy.find(ConceptKind::Need, need) else { continue };
        let id = format!("{own}{need}");
        let row = [
            id.as_str(),
            &register.label_fr,
            need,
            &register.unit_fr,
            "1",
            &reliability.to_string(),
            &perimeter,
            &year,
            &register.licence,
            &register.url,
            &note(register, taxonomy, concept),
        ];
        sources.insert((id.clone(), need.clone()), row.map(str::to_owned).to_vec());
        for (&commune, &points) in supply.of_need(concept.at()).into_iter().flatten() {
            let place = atlas.at(commune);
            if inside.contains(place.departement.as_str()) {
                counts.insert((id.clone(), place.insee.clone()), points);
            }
        }
    }
    Ok(Some(write(files, &sources, &counts)?))
}

/// What a source says of how it counts: the codes, in the words of the register.
fn note(register: &DeclaredRegister, taxonomy: &Taxonomy, need: Concept) -> String {
    let uses = taxonomy.entry(need).codes.iter();
    let codes: Vec<&str> = uses
        .filter(|one| {
            register.nomenclatures.contains(&one.nomenclature)
                && one.weight >= register.code_weight_min
        })
        .map(|one| one.code.as_str())
        .collect();
    let counted = match codes[..] {
        [] => String::new(),
        _ => format!("Codes comptés : {}.", codes.join(", ")),
    };
    [counted.as_str(), register.overlaps.as_str()].join(" ").trim().to_owned()
}

fn departements(perimeter: &str, atlas: &Atlas) -> Vec<String> {
    match perimeter {
        "france" => atlas.departements.iter().map(|one| one.code.clone()).collect(),
        "" | "none" => Vec::new(),
        codes => codes.split([';', '|']).map(|code| code.trim().to_owned()).collect(),
    }
}

type Sources = BTreeMap<(String, String), SourceRow>;
type Counts = BTreeMap<(String, String), f64>;

fn read(files: &DatasetFiles) -> Result<(Sources, Counts), DatasetError> {
    let (mut sources, mut counts) = (Sources::new(), Counts::new());
    if files.contains_key(SOURCES) {
        for line in Table::read(files, SOURCES, &COLUMNS[..7])?.lines() {
            let row: SourceRow = COLUMNS.iter().map(|name| line.text(name).to_owned()).collect();
            sources.insert((row[0].clone(), row[2].clone()), row);
        }
    }
    if files.contains_key(COUNTS) {
        for line in Table::read(files, COUNTS, &["source_id", "insee", "count"])?.lines() {
            let key = (line.text("source_id").to_owned(), line.text("insee").to_owned());
            *counts.entry(key).or_default() += line.required("count")?;
        }
    }
    Ok((sources, counts))
}

fn write(
    files: &DatasetFiles,
    sources: &Sources,
    counts: &Counts,
) -> Result<DatasetFiles, DatasetError> {
    let mut out = files.clone();
    let rows = sources.values().map(Vec::as_slice);
    out.insert(SOURCES.to_owned(), csv_of(SOURCES, &COLUMNS, rows)?);
    let rows: Vec<[String; 3]> = counts
        .iter()
        .map(|((source, insee), points)| [source.clone(), insee.clone(), points.to_string()])
        .collect();
    let table =
        csv_of(COUNTS, &["source_id", "insee", "count"], rows.iter().map(<[_; 3]>::as_slice))?;
    out.insert(COUNTS.to_owned(), zipped(COUNTS, &table)?);
    Ok(out)
}

/// A table as CSV.
///
/// # Errors
/// None expected: memory does not fail.
pub fn csv_of<'a>(
    path: &str,
    columns: &[&str],
    rows: impl Iterator<Item = &'a [String]>,
) -> Result<Vec<u8>, DatasetError> {
    let fault = |cause: String| DatasetError::of_file(path, cause);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns).map_err(|cause| fault(cause.to_string()))?;
    for row in rows {
        writer.write_record(row).map_err(|cause| fault(cause.to_string()))?;
    }
    writer.into_inner().map_err(|cause| fault(cause.to_string()))
}

/// Bytes gzipped without a date: the same content is always the same bytes.
///
/// # Errors
/// None expected: memory does not fail.
pub fn zipped(path: &str, content: &[u8]) -> Result<Vec<u8>, DatasetError> {
    use std::io::Write as _;
    let fault = |cause: std::io::Error| DatasetError::of_file(path, cause.to_string());
    let how = flate2::Compression::default();
    let mut writer = flate2::GzBuilder::new().mtime(0).write(Vec::new(), how);
    writer.write_all(content).map_err(fault)?;
    writer.finish().map_err(fault)
}

/// The file of a dataset as text, unzipped.
///
/// # Errors
/// When it is absent, badly compressed or no UTF-8.
pub fn text_of(files: &DatasetFiles, path: &str) -> Result<String, DatasetError> {
    String::from_utf8(file(files, path)?)
        .map_err(|cause| DatasetError::of_file(path, cause.to_string()))
}
