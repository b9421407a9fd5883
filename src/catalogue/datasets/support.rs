//! Support schemes, funders and peer organisations, from JSON lines.

use serde_json::Value;

use super::{DatasetError, DatasetFiles};
use crate::catalogue::record::fields::Fields;
use crate::catalogue::record::priority::find;
use crate::domain::concept::ConceptKind;
use crate::domain::enterprise::Place;
use crate::domain::support::Support;
use crate::domain::taxonomy::Taxonomy;

/// The files of the dataset `supports`.
pub const FILES: [&str; 2] = ["schemes.jsonl", "peers.jsonl"];

/// Reads schemes and peers, sorted by id.
///
/// A perimeter that the source does not give stays empty: it holds nowhere. Themes written
/// `null` are untold; an empty list is every theme.
///
/// # Errors
/// If a line is no JSON object, has no `id`, `name` or `kind`, names an unknown theme, or
/// repeats an id. A file that is absent gives nothing.
pub fn parse(files: &DatasetFiles, taxonomy: &Taxonomy) -> Result<Vec<Support>, DatasetError> {
    let mut list: Vec<Support> = Vec::new();
    for path in FILES {
        if !files.contains_key(path) {
            continue;
        }
        let content = super::file(files, path)?;
        for (number, line) in content.split(|&byte| byte == b'\n').enumerate() {
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let fault = |reason: String| DatasetError::at(path, number as u64 + 1, reason);
            let value: Value =
                serde_json::from_slice(line).map_err(|cause| fault(cause.to_string()))?;
            list.push(one(&value, taxonomy).map_err(fault)?);
        }
    }
    list.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(pair) = list.windows(2).find(|pair| pair[0].id == pair[1].id) {
        return Err(DatasetError::of_file(FILES[0], format!("`{}` appears twice", pair[0].id)));
    }
    Ok(list)
}

fn one(value: &Value, taxonomy: &Taxonomy) -> Result<Support, String> {
    let mut fields = Fields::of_row(value).map_err(|problem| problem.to_string())?;
    let mut required = |name| fields.required(name).map_err(|problem| problem.to_string());
    let (id, name, kind) = (required("id")?, required("name")?, required("kind")?);
    let mut themes = Vec::new();
    for theme in fields.list("themes") {
        let concept = find(taxonomy, ConceptKind::Theme, &theme)
            .ok_or_else(|| format!("theme `{theme}` is not in the taxonomy"))?;
        themes.push(concept);
    }
    themes.sort_unstable();
    themes.dedup();
    Ok(Support {
        id,
        name,
        kind,
        perimeter: fields.text("perimeter").unwrap_or_default(),
        place: Place {
            commune: fields.text("commune"),
            insee: fields.text("insee"),
            ..Place::default()
        },
        themes,
        themes_untold: value.get("themes").is_some_and(Value::is_null),
        audience: fields.text("audience"),
        rurality: fields.text("rurality"),
        description: fields.text("description").unwrap_or_default(),
        url: fields.text("url"),
        source: fields.text("source").unwrap_or_default(),
        year: fields.year("year"),
        programme: fields.text("programme"),
        end: fields.date("end"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_and_peers_are_one_sorted_list() {
        let taxonomy = crate::catalogue::datasets::taxonomy::tests::small();
        let mut files = DatasetFiles::new();
        let schemes = r#"{"id":"z","name":"Z","kind":"scheme","perimeter":"france","themes":["textile"],"year":2024,"end":"2025-01-31"}"#;
        files.insert("schemes.jsonl".to_owned(), schemes.as_bytes().to_vec());
        files.insert(
            "peers.jsonl".to_owned(),
            br#"{"id":"a","name":"A","kind":"peer","perimeter":null,"commune":"Nantes","insee":"44109"}"#
                .to_vec(),
        );
        let list = parse(&files, &taxonomy).unwrap();
        assert_eq!(list[0].id, "a");
        assert_eq!(list[0].place.insee.as_deref(), Some("44109"));
        assert_eq!(list[1].place, Place::default());
        assert_eq!(list[1].end.unwrap().to_string(), "2025-01-31");
        assert!(!list[1].themes_untold && !list[0].themes_untold);
        let untold = br#"{"id":"a","name":"A","kind":"scheme","themes":null}"#.to_vec();
        files.insert("peers.jsonl".to_owned(), untold);
        assert!(parse(&files, &taxonomy).unwrap()[0].themes_untold);
        files.insert("peers.jsonl".to_owned(), br#"{"id":"z","name":"A","kind":"peer"}"#.to_vec());
        assert!(parse(&files, &taxonomy).is_err());
    }
}
