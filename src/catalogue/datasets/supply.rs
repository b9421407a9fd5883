//! Counted supply, from `sources.csv` (source × need) and `counts.csv.gz` (source × commune).

use std::collections::BTreeMap;

use super::table::{Line, Table};
use super::{DatasetError, DatasetFiles};
use crate::domain::concept::ConceptKind;
use crate::domain::provenance::Source;
use crate::domain::supply::{Perimeter, SupplySource, SupplyUse};
use crate::domain::taxonomy::Taxonomy;
use crate::domain::territory::Atlas;

/// Reads the sources of counted supply, sorted by id; counts of arrondissements join
/// their commune, counts of communes that are not in the atlas are left out.
///
/// # Errors
/// If a file or a column is missing, a need is unknown, a weight or a reliability is out
/// of `0..=1` (weights may be larger), or a count names a source that is not described.
pub fn parse(
    files: &DatasetFiles,
    atlas: &Atlas,
    taxonomy: &Taxonomy,
) -> Result<Vec<SupplySource>, DatasetError> {
    let mut sources: BTreeMap<String, SupplySource> = BTreeMap::new();
    let wanted = ["source_id", "label_fr", "need", "unit_fr", "weight", "reliability", "perimeter"];
    let table = Table::read(files, "sources.csv", &wanted)?;
    for line in table.lines() {
        let id = line.text("source_id").to_owned();
        if id.is_empty() {
            return Err(line.fault("column `source_id` is empty"));
        }
        let source = sources.entry(id.clone()).or_insert_with(|| described(id, &line));
        source.uses.extend(need(&line, taxonomy)?);
    }
    let mut counts: BTreeMap<String, BTreeMap<u32, f32>> = BTreeMap::new();
    let table = Table::read(files, "counts.csv.gz", &["source_id", "insee", "count"])?;
    for line in table.lines() {
        let id = line.text("source_id");
        if !sources.contains_key(id) {
            return Err(line.fault(format!("source `{id}` is not described in sources.csv")));
        }
        let Some(commune) = atlas.commune(line.text("insee")) else {
            continue;
        };
        #[allow(clippy::cast_possible_truncation)]
        let count = line.required("count")? as f32;
        if count < 0.0 {
            return Err(line.fault("a count is negative"));
        }
        if !counts.contains_key(id) {
            counts.insert(id.to_owned(), BTreeMap::new());
        }
        if let Some(of_source) = counts.get_mut(id) {
            *of_source.entry(commune).or_default() += count;
        }
    }
    for (id, of_source) in counts {
        if let Some(source) = sources.get_mut(&id) {
            source.counts = of_source.into_iter().collect();
        }
    }
    Ok(sources.into_values().collect())
}

fn described(id: String, line: &Line<'_>) -> SupplySource {
    let vintage = line.year("vintage");
    let name = line.optional("url").unwrap_or_else(|| line.text("label_fr"));
    SupplySource {
        id,
        label: line.text("label_fr").to_owned(),
        perimeter: perimeter(line.text("perimeter")),
        vintage,
        source: Source {
            source: name.to_owned(),
            year: vintage,
            licence: line.optional("licence").map(str::to_owned),
        },
        uses: Vec::new(),
        counts: Vec::new(),
    }
}

fn perimeter(text: &str) -> Perimeter {
    match text {
        "france" => Perimeter::France,
        "" | "none" => Perimeter::None,
        codes => {
            let codes = codes.split([';', '|']).map(|code| code.trim().to_owned());
            Perimeter::Departements(codes.filter(|code| !code.is_empty()).collect())
        }
    }
}

fn need(line: &Line<'_>, taxonomy: &Taxonomy) -> Result<Option<SupplyUse>, DatasetError> {
    let Some(id) = line.optional("need") else {
        return Ok(None);
    };
    let need = taxonomy
        .find(ConceptKind::Need, id)
        .ok_or_else(|| line.fault(format!("need `{id}` is not in the taxonomy")))?;
    let (weight, reliability) = (line.required("weight")?, line.required("reliability")?);
    if weight < 0.0 || !(0.0..=1.0).contains(&reliability) {
        return Err(line.fault("a weight is negative or a reliability is not in 0..=1"));
    }
    Ok(Some(SupplyUse { need, weight, reliability, unit: line.text("unit_fr").to_owned() }))
}
