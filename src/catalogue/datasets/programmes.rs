//! Public programmes, from `meta.csv` and `programmes.csv.gz`.

use std::collections::BTreeMap;

use super::table::Table;
use super::{DatasetError, DatasetFiles};
use crate::domain::date::PartialDate;
use crate::domain::support::{Programme, ProgrammePresence};

/// Reads the programmes, sorted by id, and where each is present, in the order of the file.
///
/// # Errors
/// If a file or a column is missing, an id appears twice, or a presence names a programme
/// that is not described or a kind of territory that is none.
pub fn parse(
    files: &DatasetFiles,
) -> Result<(Vec<Programme>, Vec<ProgrammePresence>), DatasetError> {
    let table = Table::read(files, "meta.csv", &["programme_id", "label_fr", "theme"])?;
    let mut by_id: BTreeMap<String, Programme> = BTreeMap::new();
    for line in table.lines() {
        let id = line.text("programme_id").to_owned();
        let programme = Programme {
            id: id.clone(),
            label: line.text("label_fr").to_owned(),
            theme: line.text("theme").to_owned(),
            year: line.year("year"),
            source: line.optional("source").unwrap_or_else(|| line.text("source_id")).to_owned(),
            ended: PartialDate::parse(line.text("ended")),
        };
        if id.is_empty() || by_id.insert(id.clone(), programme).is_some() {
            return Err(line.fault(format!("programme `{id}` is empty or appears twice")));
        }
    }
    let list: Vec<Programme> = by_id.into_values().collect();
    let wanted = ["territory_kind", "territory_code", "programme_id", "label", "count"];
    let table = Table::read(files, "programmes.csv.gz", &wanted)?;
    let mut presences = Vec::new();
    for line in table.lines() {
        let id = line.text("programme_id");
        let programme = list
            .binary_search_by(|programme| programme.id.as_str().cmp(id))
            .map_err(|_| line.fault(format!("programme `{id}` is not described in meta.csv")))?;
        let prefix = match line.text("territory_kind") {
            "commune" => "com",
            "epci" => "epci",
            "departement" => "dep",
            "region" => "reg",
            other => return Err(line.fault(format!("unknown kind of territory `{other}`"))),
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let count = line.number("count")?.unwrap_or(1.0).clamp(0.0, 1e9) as u32;
        presences.push(ProgrammePresence {
            programme,
            territory: format!("{prefix}-{}", line.text("territory_code")),
            label: line.optional("label").unwrap_or(&list[programme].label).to_owned(),
            count,
            since: PartialDate::parse(line.text("date")),
        });
    }
    Ok((list, presences))
}
