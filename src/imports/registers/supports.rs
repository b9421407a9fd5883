//! Support schemes put into the dataset `supports`.
//!
//! A scheme of an earlier import is replaced by its id; one that was in the catalogue under
//! another id, and has the same page or the same name, is replaced too, and said. What the
//! file does not say (themes, perimeter, rurality, programme) is kept from the line that it
//! replaces: a person wrote it there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use super::aides_territoires::JOIN;
use crate::catalogue::datasets::{DatasetError, DatasetFiles, file};
use crate::catalogue::record::folding::fold_label;

/// The file of schemes.
const FILE: &str = "schemes.jsonl";
/// How ids of imported schemes begin: two of them with one name are two schemes.
const IMPORTED: [&str; 2] = ["at-", "tee-"];
/// What a person may have written and a portal does not say.
const KEPT: [&str; 7] =
    ["perimeter", "themes", "audience", "rurality", "description", "end", "programme"];

/// What became of the dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemesAccount {
    /// Schemes that were not there.
    pub added: usize,
    /// Schemes that say something new.
    pub changed: usize,
    /// Schemes that say the same.
    pub unchanged: usize,
    /// Schemes of the catalogue replaced: the id they had, the id they have.
    pub replaced: Vec<(String, String)>,
    /// Names of schemes whose perimeter is not known, in the order of ids.
    pub unplaced: Vec<String>,
}

/// One line of a scheme, by its column.
pub type Lines = BTreeMap<String, BTreeMap<&'static str, String>>;

/// The files of the dataset with these schemes; `year` where a line says none.
///
/// # Errors
/// When the file of the catalogue cannot be read.
pub fn into_supports(
    files: &DatasetFiles,
    lines: &Lines,
    year: Option<i16>,
) -> Result<(DatasetFiles, SchemesAccount), DatasetError> {
    let before = if files.contains_key(FILE) { text_of(files, FILE)? } else { String::new() };
    let mut known: BTreeMap<String, (String, Map<String, Value>)> = BTreeMap::new();
    for (number, line) in before.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let fault = |reason: String| DatasetError::at(FILE, number as u64 + 1, reason);
        let object: Map<String, Value> =
            serde_json::from_str(line).map_err(|cause| fault(cause.to_string()))?;
        let id = object.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        known.insert(id, (line.to_owned(), object));
    }
    let mut account = SchemesAccount::default();
    // A scheme that held in several places and now holds in others leaves those it left.
    let bases: BTreeSet<&str> = lines.keys().map(|id| base(id)).collect();
    known.retain(|id, _| lines.contains_key(id) || !is_imported(id) || !bases.contains(base(id)));
    let by_hand = ByHand::new(&known, lines);
    for (id, columns) in lines {
        let other = by_hand.same(columns).filter(|old| known.contains_key(old));
        let old = other.as_ref().unwrap_or(id);
        let replaced = known.get(old).map(|(_, object)| object.clone());
        let line = line_of(id, columns, year, replaced.as_ref());
        let same = known.get(id).is_some_and(|(before, _)| *before == line);
        match (&other, known.contains_key(id)) {
            (Some(old), _) => {
                known.remove(old);
                account.replaced.push((old.clone(), id.clone()));
                account.changed += 1;
            }
            (None, false) => account.added += 1,
            (None, true) if same => account.unchanged += 1,
            (None, true) => account.changed += 1,
        }
        let object = serde_json::from_str(&line)
            .map_err(|cause| DatasetError::of_file(FILE, cause.to_string()))?;
        known.insert(id.clone(), (line, object));
    }
    account.unplaced = lines
        .keys()
        .filter(|&id| known.get(id).is_some_and(|(_, object)| object["perimeter"].is_null()))
        .map(|id| lines[id]["name"].clone())
        .collect();
    let mut text = String::new();
    for (line, _) in known.values() {
        text.push_str(line);
        text.push('\n');
    }
    let mut out = files.clone();
    out.insert(FILE.to_owned(), text.into_bytes());
    Ok((out, account))
}

/// The file of a dataset as text, unzipped.
pub(super) fn text_of(files: &DatasetFiles, path: &str) -> Result<String, DatasetError> {
    String::from_utf8(file(files, path)?)
        .map_err(|cause| DatasetError::of_file(path, cause.to_string()))
}

fn is_imported(id: &str) -> bool {
    IMPORTED.iter().any(|start| id.starts_with(start))
}

/// The id of a scheme without the place of one of its lines.
fn base(id: &str) -> &str {
    id.split_once("--").map_or(id, |(base, _)| base)
}

/// Schemes that no import wrote, by page and by name.
struct ByHand {
    pages: HashMap<String, String>,
    names: HashMap<String, String>,
}

impl ByHand {
    fn new(known: &BTreeMap<String, (String, Map<String, Value>)>, lines: &Lines) -> Self {
        let (mut pages, mut names) = (HashMap::new(), HashMap::new());
        let taken: BTreeSet<&String> = lines.keys().collect();
        for (id, (_, object)) in known {
            let text = |name: &str| object.get(name).and_then(Value::as_str);
            if is_imported(id) || taken.contains(id) || text("kind") != Some("scheme") {
                continue;
            }
            if let Some(url) = text("url") {
                pages.insert(page(url), id.clone());
            }
            names.insert(fold_label(text("name").unwrap_or_default()), id.clone());
        }
        // Two schemes of the file with one name: which of the two it was cannot be told.
        let mut seen = BTreeSet::new();
        for columns in lines.values() {
            let name = columns.get("name").map(|name| fold_label(name)).unwrap_or_default();
            if !seen.insert(name.clone()) {
                names.remove(&name);
            }
        }
        Self { pages, names }
    }

    /// The scheme of the catalogue that a line is.
    fn same(&self, columns: &BTreeMap<&'static str, String>) -> Option<String> {
        let by_page = columns.get("url").and_then(|url| self.pages.get(&page(url)));
        let by_name = || columns.get("name").and_then(|name| self.names.get(&fold_label(name)));
        by_page.or_else(by_name).cloned()
    }
}

/// An address as it is compared: without its protocol and its final `/`.
fn page(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.trim_start_matches("www.").trim_end_matches('/').to_lowercase()
}

/// A scheme as a line of the file, its fields in the order of the file.
fn line_of(
    id: &str,
    columns: &BTreeMap<&'static str, String>,
    year: Option<i16>,
    replaced: Option<&Map<String, Value>>,
) -> String {
    let text = |name: &str| columns.get(name).map(|text| json!(text)).unwrap_or(Value::Null);
    let list = |name: &str| match columns.get(name).map(String::as_str) {
        None => Value::Null,
        Some("") => json!([]),
        Some(text) => json!(text.split(JOIN).collect::<Vec<_>>()),
    };
    let financers = columns.get("financers").map(|list| list.replace(JOIN, ", "));
    let label = columns.get("source_label").map(String::as_str).unwrap_or_default();
    let source = match &financers {
        Some(who) => format!("{label} : {who}"),
        None => label.to_owned(),
    };
    let written = columns.get("year").and_then(|year| year.parse::<i16>().ok()).or(year);
    let mut fields: Vec<(&str, Value)> = vec![
        ("id", json!(id)),
        ("name", text("name")),
        ("kind", json!("scheme")),
        ("perimeter", text("perimeter")),
        ("themes", list("themes")),
        ("audience", text("audience")),
        ("rurality", Value::Null),
        ("description", text("description")),
        ("url", text("url")),
        ("source", json!(source)),
        ("year", json!(written)),
        ("end", text("end")),
        ("programme", Value::Null),
        ("licence", text("licence")),
        ("perimeter_name", text("perimeter_name")),
        ("start", text("start")),
        ("recurrence", text("recurrence")),
        ("types", list("types")),
    ];
    for (name, value) in &mut fields {
        if value.is_null()
            && KEPT.contains(name)
            && let Some(kept) = replaced.and_then(|object| object.get(*name))
        {
            *value = kept.clone();
        }
    }
    // Written by hand: a map would put the fields in another order.
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
    format!("{{{}}}", pairs.join(","))
}

#[cfg(test)]
mod tests {
    use super::super::probe::{reference, seed};
    use super::*;
    use crate::catalogue::datasets::support;

    fn line(pairs: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
        let common = [("source_label", "Aides-territoires"), ("licence", "Licence Ouverte 2.0")];
        common.iter().chain(pairs).map(|&(name, text)| (name, text.to_owned())).collect()
    }

    fn seeded() -> DatasetFiles {
        let mut files = seed("");
        files.retain(|path, _| support::FILES.contains(&path.as_str()));
        files
    }

    #[test]
    fn schemes_enter_are_read_back_and_enter_once() {
        let lines = Lines::from([(
            "at-1".to_owned(),
            line(&[
                ("name", "Aide d’essai"),
                ("perimeter", "reg-84"),
                ("themes", "mobilites;emploi"),
                ("financers", "Région;ADEME"),
                ("end", "2025-03-31"),
                ("audience", "Communes"),
            ]),
        )]);
        let files = seeded();
        let (after, account) = into_supports(&files, &lines, Some(2025)).unwrap();
        assert_eq!((account.added, account.changed, account.unchanged), (1, 0, 0));
        let read = support::parse(&after, reference().taxonomy).unwrap();
        let before = support::parse(&files, reference().taxonomy).unwrap();
        assert_eq!(read.len(), before.len() + 1);
        let aid = read.iter().find(|one| one.id == "at-1").unwrap();
        assert_eq!((aid.perimeter.as_str(), aid.themes.len(), aid.year), ("reg-84", 2, Some(2025)));
        assert_eq!(aid.source, "Aides-territoires : Région, ADEME");
        let (again, account) = into_supports(&after, &lines, Some(2025)).unwrap();
        assert_eq!((account.added, account.changed, account.unchanged), (0, 0, 1));
        assert_eq!(again, after);
    }

    #[test]
    fn a_scheme_of_the_catalogue_is_replaced_and_keeps_what_the_file_does_not_say() {
        let url = "https://aides-territoires.beta.gouv.fr/aides/cdd6-accompagner-les-projets-createurs-dactivites-/";
        let lines = Lines::from([
            ("at-cdd6".to_owned(), line(&[("name", "Autre nom"), ("url", url)])),
            ("at-x".to_owned(), line(&[("name", "Petites villes de demain")])),
        ]);
        let (after, account) = into_supports(&seeded(), &lines, None).unwrap();
        let pair = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        assert_eq!(
            account.replaced,
            [pair("adefpat", "at-cdd6"), pair("petites-villes-de-demain", "at-x")]
        );
        assert_eq!(account.unplaced, ["Autre nom"]);
        let read = support::parse(&after, reference().taxonomy).unwrap();
        let of = |id: &str| read.iter().find(|one| one.id == id);
        assert!(of("adefpat").is_none());
        let aid = of("at-cdd6").unwrap();
        assert_eq!((aid.rurality.as_deref(), aid.themes.len()), (Some("rural"), 1));
        let programme = of("at-x").unwrap();
        assert_eq!(
            (programme.programme.as_deref(), programme.perimeter.as_str()),
            (Some("pvd"), "france")
        );
        let (again, account) = into_supports(&after, &lines, None).unwrap();
        assert_eq!((again == after, account.unchanged), (true, 2), "{account:?}");
    }

    #[test]
    fn a_scheme_that_left_a_place_leaves_it_in_the_dataset() {
        let two = Lines::from([
            ("tee-1--reg-53".to_owned(), line(&[("name", "A"), ("perimeter", "reg-53")])),
            ("tee-1--reg-84".to_owned(), line(&[("name", "A"), ("perimeter", "reg-84")])),
        ]);
        let (both, _) = into_supports(&seeded(), &two, None).unwrap();
        let one =
            Lines::from([("tee-1".to_owned(), line(&[("name", "A"), ("perimeter", "reg-84")]))]);
        let (after, _) = into_supports(&both, &one, None).unwrap();
        let text = text_of(&after, FILE).unwrap();
        assert!(text.contains("\"tee-1\"") && !text.contains("tee-1--"));
    }
}
