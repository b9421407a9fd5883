//! Simple published lists: `index/lists.toml`, read and checked.
//!
//! A list is a file whose every row is one thing of one kind, with its name, its place and
//! its identifiers in columns of its own. What differs from one list to another is data:
//! one importer reads them all.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::catalogue::datasets::DatasetError;
use crate::domain::concept::ConceptKind;
use crate::domain::taxonomy::Taxonomy;

/// The file, in `index/`.
pub const FILE: &str = "lists.toml";

/// Every declared list, by id.
pub type Lists = BTreeMap<String, DeclaredList>;

/// What the rows of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListKind {
    /// Organisations that act somewhere.
    Actor,
    /// Places that are no actors: counted, never completed nor competed with.
    Place,
    /// Rows that are counted and nothing else.
    Count,
    /// Rows of no place: read and counted as rows, nothing of them is kept.
    Reference,
}

/// Where a list counts everything.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum ListPerimeter {
    /// `france`, `dense` or `none`.
    Word(PerimeterWord),
    /// These départements (codes), when the file has at least `rows_min` rows.
    Departements(Vec<String>),
}

/// A perimeter said in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PerimeterWord {
    /// The whole country, when the file has at least `rows_min` rows.
    France,
    /// Each département that has at least `rows_per_1000_min` rows per 1,000 inhabitants.
    Dense,
    /// Nowhere: the list names, it does not measure.
    None,
}

/// A test of one cell. Every part that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CellTest {
    /// The column.
    pub column: String,
    /// The cell equals one of these.
    pub any: Vec<String>,
    /// The cell holds one of these.
    pub has: Vec<String>,
    /// The cell equals none of these.
    pub not: Vec<String>,
    /// The cell begins with none of these.
    pub not_prefix: Vec<String>,
    /// Said of the rows set aside, in French.
    pub why_fr: String,
    /// Said of the rows set aside, in English.
    pub why_en: String,
}

impl CellTest {
    /// Whether a cell passes; an absent cell is an empty one. Case and spaces around count
    /// for nothing.
    #[must_use]
    pub fn passes(&self, cell: &str) -> bool {
        let cell = cell.trim().to_lowercase();
        let is = |word: &String| word.trim().to_lowercase() == cell;
        let holds = |word: &String| cell.contains(&word.to_lowercase());
        let begins = |word: &String| cell.starts_with(&word.to_lowercase());
        (self.any.is_empty() || self.any.iter().any(is))
            && (self.has.is_empty() || self.has.iter().any(holds))
            && !self.not.iter().any(is)
            && !self.not_prefix.iter().any(begins)
    }
}

/// What one row of a list counts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListSupply {
    /// Id of the source; one id has one count per commune, whatever the need.
    pub source_id: String,
    /// What is counted, in French.
    pub label_fr: String,
    /// One thing counted, in French.
    pub unit_fr: String,
    /// Id of the need.
    pub need: String,
    /// Units of supply per row.
    pub weight: f64,
    /// How well the count measures the supply of the need, 0..=1.
    pub reliability: f64,
    /// Which rows count; `None`: all that are kept.
    pub when: Option<CellTest>,
    /// What must be known to read the count, in French.
    #[serde(default)]
    pub note: String,
}

/// A published list: which column says what, which rows are kept, what they count.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredList {
    /// Its id: the name of its table.
    #[serde(skip)]
    pub id: String,
    /// The word typed to import it: its id with hyphens.
    #[serde(skip)]
    pub word: String,
    /// What it is, in French.
    pub label_fr: String,
    /// What it is, in English.
    pub label_en: String,
    /// How its file is usually called.
    pub file_hint: String,
    /// Who publishes it.
    pub publisher: String,
    /// Its licence.
    pub licence: String,
    /// Its page.
    pub url: String,
    /// What its rows are.
    pub kind: ListKind,
    /// Columns without which the file is not this list.
    pub required: Vec<String>,
    /// Column of the publisher's id; `None` where the list has none.
    #[serde(rename = "id")]
    pub id_column: Option<String>,
    /// Columns that together name one organisation; empty: the id.
    #[serde(default)]
    pub key: Vec<String>,
    /// Columns of the name; the first that is filled wins, here and below.
    pub name: Vec<String>,
    /// Columns of the INSEE code of the commune.
    #[serde(default)]
    pub commune_code: Vec<String>,
    /// Columns of the name of the commune.
    #[serde(default)]
    pub commune_name: Vec<String>,
    /// Columns of the postcode.
    #[serde(default)]
    pub postcode: Vec<String>,
    /// Columns of the code of the département.
    #[serde(default)]
    pub departement: Vec<String>,
    /// Beginnings of commune and département codes, and what they are rewritten to.
    #[serde(default)]
    pub code_prefixes: BTreeMap<String, String>,
    /// Columns of the latitude, degrees.
    #[serde(default)]
    pub lat: Vec<String>,
    /// Columns of the longitude, degrees.
    #[serde(default)]
    pub lon: Vec<String>,
    /// Columns that hold `lat, lon` in one cell.
    #[serde(default)]
    pub latlon: Vec<String>,
    /// Columns that hold `SRID=4326;POINT (lon lat)`.
    #[serde(default)]
    pub ewkt: Vec<String>,
    /// Fields that hold a GeoJSON geometry.
    #[serde(default)]
    pub geojson: Vec<String>,
    /// Columns of the SIRET.
    #[serde(default)]
    pub siret: Vec<String>,
    /// Columns of the SIREN.
    #[serde(default)]
    pub siren: Vec<String>,
    /// Columns of the web address.
    #[serde(default)]
    pub url_column: Vec<String>,
    /// Columns of the date of the row.
    #[serde(default)]
    pub updated: Vec<String>,
    /// Words said of every row, in French.
    #[serde(default)]
    pub summary: String,
    /// Columns added to the summary.
    #[serde(default)]
    pub summary_columns: Vec<String>,
    /// Themes of every row.
    #[serde(default)]
    pub themes: Vec<String>,
    /// Tests that a row must pass to be kept.
    #[serde(default)]
    pub keep: Vec<CellTest>,
    /// Where it counts everything.
    pub perimeter: ListPerimeter,
    /// A file with fewer rows is an extract, that measures nowhere.
    #[serde(default)]
    pub rows_min: u64,
    /// Rows per 1,000 inhabitants from which a département is covered, for `dense`.
    #[serde(default)]
    pub rows_per_1000_min: f64,
    /// Sources of supply that its import supersedes besides its own.
    #[serde(default)]
    pub replaces: Vec<String>,
    /// What its rows count.
    #[serde(default)]
    pub supply: Vec<ListSupply>,
}

impl DeclaredList {
    /// The columns that name one organisation: the key, else the id.
    #[must_use]
    pub fn key_columns(&self) -> Vec<&str> {
        if self.key.is_empty() {
            self.id_column.iter().map(String::as_str).collect()
        } else {
            self.key.iter().map(String::as_str).collect()
        }
    }

    /// A code of a commune or a département with its beginning rewritten where it must be.
    #[must_use]
    pub fn rewritten(&self, code: &str) -> String {
        let code = code.trim();
        let found = self.code_prefixes.iter().find(|(from, _)| code.starts_with(from.as_str()));
        found.map_or_else(|| code.to_owned(), |(from, to)| format!("{to}{}", &code[from.len()..]))
    }

    /// Every column it reads, without repeats, in the order of the declaration.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let lists = [
            &self.required,
            &self.key,
            &self.name,
            &self.commune_code,
            &self.commune_name,
            &self.postcode,
            &self.departement,
            &self.lat,
            &self.lon,
            &self.latlon,
            &self.ewkt,
            &self.geojson,
            &self.siret,
            &self.siren,
            &self.url_column,
            &self.updated,
            &self.summary_columns,
        ];
        let mut columns: Vec<&str> = Vec::new();
        let named = lists.into_iter().flatten().chain(&self.id_column).map(String::as_str);
        let tests = self.keep.iter().chain(self.supply.iter().filter_map(|one| one.when.as_ref()));
        for column in named.chain(tests.map(|test| test.column.as_str())) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }

    /// What does not agree with the taxonomy, in words: an unknown need or theme. Empty: all
    /// agrees.
    #[must_use]
    pub fn faults(&self, taxonomy: &Taxonomy) -> Vec<String> {
        let unknown = |kind: ConceptKind, id: &str| {
            let known = taxonomy.find(kind, id).is_some();
            (!known).then(|| format!("`{}`: the concept `{id}` does not exist", self.id))
        };
        let themes = self.themes.iter().filter_map(|id| unknown(ConceptKind::Theme, id));
        let needs = self.supply.iter().filter_map(|one| unknown(ConceptKind::Need, &one.need));
        themes.chain(needs).collect()
    }

    fn check(&self) -> Result<(), String> {
        if self.key_columns().is_empty() {
            return Err("neither `id` nor `key`".to_owned());
        }
        if self.name.is_empty() || self.required.is_empty() {
            return Err("`name` or `required` is empty".to_owned());
        }
        if self.lat.is_empty() != self.lon.is_empty() {
            return Err("`lat` without `lon`, or `lon` without `lat`".to_owned());
        }
        match &self.perimeter {
            ListPerimeter::Word(PerimeterWord::Dense) if self.rows_per_1000_min <= 0.0 => {
                return Err("`dense` needs `rows_per_1000_min` above 0".to_owned());
            }
            ListPerimeter::Word(PerimeterWord::France) | ListPerimeter::Departements(_)
                if self.rows_min == 0 =>
            {
                return Err("this perimeter needs `rows_min`".to_owned());
            }
            ListPerimeter::Word(PerimeterWord::None) if !self.supply.is_empty() => {
                return Err("supply is counted nowhere: the perimeter is `none`".to_owned());
            }
            _ => {}
        }
        for test in self.keep.iter().chain(self.supply.iter().filter_map(|one| one.when.as_ref())) {
            let empty = [&test.any, &test.has, &test.not, &test.not_prefix];
            if test.column.is_empty() || empty.iter().all(|words| words.is_empty()) {
                return Err("a test has no column or asks nothing".to_owned());
            }
        }
        if self.keep.iter().any(|test| test.why_fr.is_empty() || test.why_en.is_empty()) {
            return Err("a test of `keep` does not say why".to_owned());
        }
        for one in &self.supply {
            if !(0.0..=1.0).contains(&one.reliability)
                || !one.weight.is_finite()
                || one.weight <= 0.0
            {
                return Err(format!("`{}`: a weight or a reliability is out of bounds", one.need));
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Shape {
    list: BTreeMap<String, DeclaredList>,
}

/// Reads the text of [`FILE`].
///
/// # Errors
/// When it does not parse, a number is out of its bounds, a test asks nothing, a perimeter
/// lacks its number, or one source counts the rows of one need twice.
pub fn read(text: &str) -> Result<Lists, DatasetError> {
    let fault = |reason: String| DatasetError::of_file(FILE, reason);
    let shape: Shape = toml::from_str(text).map_err(|cause| fault(cause.to_string()))?;
    let mut lists = shape.list;
    for (id, list) in &mut lists {
        list.id.clone_from(id);
        list.word = id.replace('_', "-");
        list.check().map_err(|reason| fault(format!("list `{id}`: {reason}")))?;
        for (at, one) in list.supply.iter().enumerate() {
            let same = |other: &ListSupply| other.source_id == one.source_id;
            let before = &list.supply[..at];
            if before.iter().any(|other| same(other) && other.need == one.need) {
                return Err(fault(format!("list `{id}`: `{}` counts twice", one.need)));
            }
            if before.iter().any(|other| same(other) && other.when != one.when) {
                let source = &one.source_id;
                return Err(fault(format!("list `{id}`: `{source}` counts two sorts of rows")));
            }
        }
    }
    Ok(lists)
}

#[cfg(test)]
mod tests;
