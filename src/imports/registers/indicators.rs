//! Values of indicators put into the dataset `indicators`.
//!
//! A value of the same territory, indicator and year is replaced; the others stand. Lines
//! are kept in the order of territories, so that the same content is the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use super::counted::{csv_of, zipped};
use super::supports::{Lines, text_of};
use crate::catalogue::datasets::table::Table;
use crate::catalogue::datasets::{DatasetError, DatasetFiles};
use crate::domain::territory::Atlas;

/// The file of values.
const VALUES: &str = "values.csv.gz";
/// The header of [`VALUES`].
const HEADER: &str = "territory_kind,territory_code,indicator_id,year,value";
/// The file of descriptions.
const META: &str = "meta.csv";
/// Columns of [`META`].
const COLUMNS: [&str; 17] = [
    "indicator_id",
    "label_fr",
    "unit",
    "theme",
    "direction",
    "source",
    "licence",
    "method",
    "note",
    "n_commune",
    "n_epci",
    "n_departement",
    "year",
    "perimeter",
    "licence_status",
    "level",
    "inherited_from",
];
/// Levels, from the finest, with the column that counts their values.
const LEVELS: [(&str, &str); 3] =
    [("commune", "n_commune"), ("epci", "n_epci"), ("departement", "n_departement")];
/// What is said of the licence of an indicator that a user brings.
const DECLARED: &str = "declared";

/// What became of the dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValuesAccount {
    /// Values that were not there.
    pub added: usize,
    /// Values that replace another.
    pub changed: usize,
    /// Values that were there.
    pub unchanged: usize,
    /// Ids of indicators that the catalogue did not have.
    pub new: Vec<String>,
}

/// The files of the dataset with these values (`values`, by `kind,code,indicator,year`) and
/// these descriptions of indicators (`described`, by id).
///
/// # Errors
/// When the dataset of the catalogue cannot be read.
pub fn into_indicators(
    files: &DatasetFiles,
    values: &Lines,
    described: &Lines,
    atlas: &Atlas,
) -> Result<(DatasetFiles, ValuesAccount), DatasetError> {
    let before = match files.contains_key(VALUES) {
        true => text_of(files, VALUES)?,
        false => format!("{HEADER}\n"),
    };
    let mut all: BTreeMap<&str, &str> =
        before.lines().skip(1).filter_map(|line| line.rsplit_once(',')).collect();
    let mut account = ValuesAccount::default();
    for (key, columns) in values {
        let value = columns.get("value").map_or("", String::as_str);
        match all.insert(key, value) {
            None => account.added += 1,
            Some(before) if same_number(before, value) => {
                // As it was written: nothing changes.
                all.insert(key, before);
                account.unchanged += 1;
            }
            Some(_) => account.changed += 1,
        }
    }
    let touched: BTreeSet<&str> = values.keys().filter_map(|key| key.split(',').nth(2)).collect();
    let mut rows = meta(files)?;
    for &id in &touched {
        let fresh = !rows.contains_key(id);
        if fresh {
            account.new.push(id.to_owned());
        }
        let row = rows.entry(id.to_owned()).or_insert_with(|| {
            BTreeMap::from([
                ("indicator_id", id.to_owned()),
                ("licence_status", DECLARED.to_owned()),
            ])
        });
        if let Some(said) = described.get(id) {
            row.extend(said.iter().map(|(&column, text)| (column, text.clone())));
        }
        if account.added + account.changed > 0 || fresh {
            counted(row, id, &all, atlas, fresh);
        }
    }
    let mut text = String::with_capacity(before.len());
    text.push_str(HEADER);
    text.push('\n');
    for (key, value) in &all {
        text.push_str(key);
        text.push(',');
        text.push_str(value);
        text.push('\n');
    }
    let mut out = files.clone();
    if text != before {
        out.insert(VALUES.to_owned(), zipped(VALUES, text.as_bytes())?);
    }
    let table: Vec<Vec<String>> = rows
        .values()
        .map(|row| COLUMNS.iter().map(|name| row.get(name).cloned().unwrap_or_default()).collect())
        .collect();
    let table = csv_of(META, &COLUMNS, table.iter().map(Vec::as_slice))?;
    if !touched.is_empty() {
        out.insert(META.to_owned(), table);
    }
    Ok((out, account))
}

fn same_number(a: &str, b: &str) -> bool {
    #[allow(clippy::float_cmp)]
    let same = matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b);
    same
}

type MetaRow = BTreeMap<&'static str, String>;

fn meta(files: &DatasetFiles) -> Result<BTreeMap<String, MetaRow>, DatasetError> {
    let mut rows = BTreeMap::new();
    if files.contains_key(META) {
        for line in Table::read(files, META, &COLUMNS[..3])?.lines() {
            let row = COLUMNS.iter().map(|&name| (name, line.text(name).to_owned())).collect();
            rows.insert(line.text("indicator_id").to_owned(), row);
        }
    }
    Ok(rows)
}

/// How many values an indicator has, its latest year; of a new one, where and how fine.
fn counted(row: &mut MetaRow, id: &str, all: &BTreeMap<&str, &str>, atlas: &Atlas, fresh: bool) {
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut latest = "";
    for key in all.keys() {
        let mut parts = key.split(',');
        let (Some(kind), Some(code), Some(of), Some(year)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        if of == id {
            places.entry(kind).or_default().insert(code);
            latest = latest.max(year);
        }
    }
    row.insert("year", latest.to_owned());
    for (kind, column) in LEVELS {
        row.insert(column, places.get(kind).map_or(0, BTreeSet::len).to_string());
    }
    if fresh {
        let finest = LEVELS.iter().find(|(kind, _)| places.contains_key(kind));
        row.insert("level", finest.map_or("", |(kind, _)| kind).to_owned());
        row.insert("perimeter", perimeter(&places, atlas));
    }
}

/// The départements where a new indicator has a value, as the dataset writes them.
fn perimeter(places: &BTreeMap<&str, BTreeSet<&str>>, atlas: &Atlas) -> String {
    let mut codes: BTreeSet<&str> = BTreeSet::new();
    for code in places.get("commune").into_iter().flatten() {
        codes.extend(atlas.commune(code).map(|at| atlas.at(at).departement.as_str()));
    }
    for code in places.get("epci").into_iter().flatten() {
        let departements = atlas.epci(code).map(|at| &atlas.epcis[at].departements);
        codes.extend(departements.into_iter().flatten().map(String::as_str));
    }
    codes.extend(places.get("departement").into_iter().flatten());
    if codes.len() == atlas.departements.len() {
        return "france".to_owned();
    }
    codes.into_iter().collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::super::probe::{reference, seed};
    use super::*;
    use crate::catalogue::datasets::indicators;

    fn value(key: &str, value: &str) -> (String, BTreeMap<&'static str, String>) {
        (key.to_owned(), BTreeMap::from([("value", value.to_owned())]))
    }

    #[test]
    fn values_enter_once_and_the_latest_year_stands() {
        let files = seed("indicators/");
        let atlas = reference().atlas;
        let lines = Lines::from([
            value("commune,01001,log_vacants_rp2015_pct,2015", "7.10"),
            value("commune,01001,log_vacants_rp2015_pct,2021", "8.5"),
            value("commune,69123,ateliers,2026", "4"),
        ]);
        let described = Lines::from([(
            "ateliers".to_owned(),
            BTreeMap::from([
                ("label_fr", "Ateliers".to_owned()),
                ("unit", "nombre".to_owned()),
                ("direction", "supply".to_owned()),
                ("source", "Relevé, 2026".to_owned()),
                ("licence", "Licence Ouverte 2.0".to_owned()),
            ]),
        )]);
        let (after, account) = into_indicators(&files, &lines, &described, atlas).unwrap();
        assert_eq!((account.added, account.changed, account.unchanged), (2, 0, 1));
        assert_eq!(account.new, ["ateliers"]);
        let read = indicators::parse(&after, atlas).unwrap();
        let of = |id: &str, code: &str| {
            let at = read.position(id).unwrap();
            read.values[at].communes[atlas.commune(code).unwrap() as usize]
        };
        assert_eq!(of("log_vacants_rp2015_pct", "01001"), 8.5);
        assert_eq!(of("ateliers", "69123"), 4.0);
        let at = read.position("log_vacants_rp2015_pct").unwrap();
        assert_eq!(read.list[at].year, Some(2021));
        let before = indicators::parse(&files, atlas).unwrap();
        assert_eq!(read.list.len(), before.list.len() + 1);
        let meta = meta(&after).unwrap();
        assert_eq!(meta["ateliers"]["perimeter"], "69");
        assert_eq!(meta["ateliers"]["n_commune"], "1");
        let (again, account) = into_indicators(&after, &lines, &described, atlas).unwrap();
        assert_eq!((again == after, account.unchanged), (true, 3));
    }

    #[test]
    fn the_declared_units_are_read() {
        let words = super::super::indicators_long::IndicatorWords::embedded();
        assert!(format!("{words:?}").contains("nombre"));
    }
}
