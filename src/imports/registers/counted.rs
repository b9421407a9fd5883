//! Counted supply put into the dataset `supply`: its sources, its counts.
//!
//! A register with codes has one source per need, `<register>__<need>`, so that each need has
//! its own reliability and a row counts for it at the weight of its own code; a declared list
//! has the sources that it declares. Importing a register
//! again replaces what it said in the départements that it covers; of the same year, the
//! other départements stay.

use std::collections::{BTreeMap, BTreeSet};

use super::declared::DeclaredRegister;
use super::lists::{DeclaredList, ListPerimeter, ListSupply, PerimeterWord};
use super::supply::{Covered, SupplyCount};
use crate::catalogue::datasets::DatasetError;
use crate::catalogue::datasets::DatasetFiles;
use crate::catalogue::datasets::table::Table;
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

/// One line of `sources.csv`: a source for a need.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceLine {
    /// Id of the source.
    pub source_id: String,
    /// What is counted, in French.
    pub label_fr: String,
    /// The need.
    pub need: String,
    /// One thing counted, in French.
    pub unit_fr: String,
    /// Units of supply per point.
    pub weight: f64,
    /// How well the count measures the supply of the need, 0..=1.
    pub reliability: f64,
    /// Licence.
    pub licence: String,
    /// Its page.
    pub url: String,
    /// What must be known to read the count.
    pub note: String,
}

/// Counted supply, ready to enter the dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// Its sources.
    pub lines: Vec<SourceLine>,
    /// Points by source then commune.
    pub points: BTreeMap<String, BTreeMap<u32, f64>>,
    /// Sources that begin so are its own.
    pub own_prefix: Option<String>,
    /// Sources that it supersedes.
    pub replaces: Vec<String>,
    /// Where it is whole.
    pub covered: Covered,
    /// Year of the file.
    pub year: Option<i16>,
}

impl Counted {
    /// What a register with codes counts: a source per need.
    #[must_use]
    pub fn of_register(
        register: &DeclaredRegister,
        supply: &SupplyCount,
        taxonomy: &Taxonomy,
        covered: Covered,
        year: Option<i16>,
    ) -> Self {
        let own = format!("{}__", register.id);
        let (mut lines, mut points) = (Vec::new(), BTreeMap::new());
        for (need, &reliability) in &register.reliability {
            let Some(concept) = taxonomy.find(ConceptKind::Need, need) else { continue };
            let source_id = format!("{own}{need}");
            if let Some(counts) = supply.of_need(concept.at()) {
                points.insert(source_id.clone(), counts.clone());
            }
            lines.push(SourceLine {
                source_id,
                label_fr: register.label_fr.clone(),
                need: need.clone(),
                unit_fr: register.unit_fr.clone(),
                weight: 1.0,
                reliability,
                licence: register.licence.clone(),
                url: register.url.clone(),
                note: note(register, taxonomy, concept),
            });
        }
        let replaces = register.replaces.clone();
        Self { lines, points, own_prefix: Some(own), replaces, covered, year }
    }

    /// What a declared list counts: the sources that it declares.
    #[must_use]
    pub fn of_list(
        list: &DeclaredList,
        points: BTreeMap<String, BTreeMap<u32, f64>>,
        covered: Covered,
        year: Option<i16>,
    ) -> Self {
        let line = |one: &ListSupply| SourceLine {
            source_id: one.source_id.clone(),
            label_fr: one.label_fr.clone(),
            need: one.need.clone(),
            unit_fr: one.unit_fr.clone(),
            weight: one.weight,
            reliability: one.reliability,
            licence: list.licence.clone(),
            url: list.url.clone(),
            note: one.note.clone(),
        };
        let lines = list.supply.iter().map(line).collect();
        let replaces = list.replaces.clone();
        Self { lines, points, own_prefix: None, replaces, covered, year }
    }

    /// Whether a source, of this year or of another (`source@2021`), is what is counted here.
    fn owns(&self, source: &str) -> bool {
        let base = source.split_once('@').map_or(source, |(base, _)| base);
        self.own_prefix.as_ref().is_some_and(|prefix| source.starts_with(prefix.as_str()))
            || self.lines.iter().any(|line| line.source_id == base)
    }
}

/// Where a declared list is whole, as it declares it and as its rows say.
#[must_use]
pub fn covered_by_list(list: &DeclaredList, supply: &SupplyCount, atlas: &Atlas) -> Covered {
    let enough = supply.rows() >= list.rows_min;
    match &list.perimeter {
        ListPerimeter::Word(PerimeterWord::France) if enough => Covered::France,
        ListPerimeter::Departements(codes) if enough => Covered::Departements(codes.clone()),
        ListPerimeter::Word(PerimeterWord::Dense) => supply.covered(atlas, list.rows_per_1000_min),
        _ => Covered::Nowhere,
    }
}

type SourceRow = Vec<String>;

/// The files of the dataset with what was counted; `None` where it measures nowhere.
///
/// # Errors
/// When the dataset of the catalogue cannot be read.
pub fn into_supply(
    files: &DatasetFiles,
    counted: &Counted,
    atlas: &Atlas,
) -> Result<Option<DatasetFiles>, DatasetError> {
    let inside: BTreeSet<&str> = match &counted.covered {
        _ if counted.lines.is_empty() => return Ok(None),
        Covered::Nowhere => return Ok(None),
        Covered::France => atlas.departements.iter().map(|one| one.code.as_str()).collect(),
        Covered::Departements(codes) => codes.iter().map(String::as_str).collect(),
    };
    let (mut sources, mut counts) = read(files)?;
    let year = counted.year.map(|year| year.to_string()).unwrap_or_default();
    let replaced = |source: &str| counted.replaces.iter().any(|one| one == source);
    let mut perimeter: BTreeSet<String> = inside.iter().map(|&code| code.to_owned()).collect();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    for ((source, need), row) in std::mem::take(&mut sources) {
        let same_year = !year.is_empty() && row[7] == year;
        if !counted.owns(&source) || replaced(&source) {
            if !replaced(&source) {
                sources.insert((source, need), row);
            }
            continue;
        }
        let beyond: BTreeSet<String> = departements(&row[6], atlas)
            .into_iter()
            .filter(|code| !inside.contains(code.as_str()))
            .collect();
        if same_year && !source.contains('@') {
            perimeter.extend(beyond);
        } else if !beyond.is_empty() {
            // Elsewhere, what was counted another year stays, under the name of that year.
            let mut row = row;
            row[6] = beyond.into_iter().collect::<Vec<_>>().join(";");
            if !source.contains('@') {
                let before = if row[7].is_empty() { "avant" } else { row[7].as_str() };
                row[0] = format!("{source}@{before}");
                renamed.insert(source, row[0].clone());
            }
            sources.insert((row[0].clone(), need), row);
        }
    }
    for ((source, insee), points) in std::mem::take(&mut counts) {
        if replaced(&source) {
            continue;
        }
        if !counted.owns(&source) {
            counts.insert((source, insee), points);
            continue;
        }
        let departement = atlas.commune_of(&insee).map(|(at, _)| atlas.at(at).departement.as_str());
        if departement.is_some_and(|code| !inside.contains(code)) {
            let source = renamed.get(&source).cloned().unwrap_or(source);
            *counts.entry((source, insee)).or_default() += points;
        }
    }
    let described: BTreeSet<&str> = sources.values().map(|row| row[0].as_str()).collect();
    let own: BTreeSet<&str> = counted.lines.iter().map(|line| line.source_id.as_str()).collect();
    counts.retain(|(source, _), _| {
        described.contains(source.as_str()) || own.contains(source.as_str())
    });
    let whole = perimeter.len() == atlas.departements.len();
    let perimeter = if whole {
        "france".to_owned()
    } else {
        perimeter.into_iter().collect::<Vec<_>>().join(";")
    };
    for line in &counted.lines {
        let row = [
            &line.source_id,
            &line.label_fr,
            &line.need,
            &line.unit_fr,
            &line.weight.to_string(),
            &line.reliability.to_string(),
            &perimeter,
            &year,
            &line.licence,
            &line.url,
            &line.note,
        ];
        let key = (line.source_id.clone(), line.need.clone());
        sources.insert(key, row.map(Clone::clone).to_vec());
    }
    for (source, of_source) in &counted.points {
        for (&commune, &points) in of_source {
            let place = atlas.at(commune);
            if inside.contains(place.departement.as_str()) {
                counts.insert((source.clone(), place.insee.clone()), points);
            }
        }
    }
    Ok(Some(write(files, &sources, &counts)?))
}

/// What a source says of how it counts: the codes, in the words of the register.
fn note(register: &DeclaredRegister, taxonomy: &Taxonomy, need: Concept) -> String {
    let uses = taxonomy.entry(need).codes.iter();
    let counted = uses.filter(|one| {
        register.nomenclatures.contains(&one.nomenclature) && one.weight >= register.code_weight_min
    });
    let codes: Vec<&str> = counted.map(|one| one.code.as_str()).collect();
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
