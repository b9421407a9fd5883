//! The columns of the templates that people fill: the tables of `index/columns.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::DatasetError;
use crate::catalogue::embedded;
use crate::domain::lang::Lang;

/// The file, in `index/`.
const FILE: &str = "columns.toml";

/// One column of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateColumn {
    /// Path of its field.
    pub path: String,
    /// Its name: French, English.
    pub name: (String, String),
    /// What to write: French, English.
    pub what: (String, String),
    /// An invented example: French, English; empty where none is needed.
    pub example: (String, String),
}

impl TemplateColumn {
    /// One of a pair, by language.
    #[must_use]
    pub fn said(pair: &(String, String), lang: Lang) -> &str {
        match lang {
            Lang::Fr => &pair.0,
            Lang::En => &pair.1,
        }
    }
}

static TEMPLATES: LazyLock<BTreeMap<String, Vec<TemplateColumn>>> = LazyLock::new(|| {
    let texts = embedded::index_texts();
    let text = texts.iter().find(|(name, _)| name == FILE).map_or("", |(_, text)| text.as_str());
    parse(text).expect("a test reads the embedded file")
});

/// The columns of the template of a word (`enterprises`, `actors`…); empty where there is
/// none.
#[must_use]
pub fn of(word: &str) -> &'static [TemplateColumn] {
    TEMPLATES.get(word).map_or(&[], Vec::as_slice)
}

/// Reads the tables.
///
/// # Errors
/// If the text is no TOML, or a column lacks its path, a name or what to write.
pub fn parse(text: &str) -> Result<BTreeMap<String, Vec<TemplateColumn>>, DatasetError> {
    let fault = |reason: String| DatasetError::of_file(FILE, reason);
    let table: toml::Table =
        text.parse().map_err(|cause: toml::de::Error| fault(cause.to_string()))?;
    let mut templates = BTreeMap::new();
    for (word, list) in table {
        let mut columns = Vec::new();
        for row in list.as_array().into_iter().flatten().filter_map(toml::Value::as_table) {
            let maybe = |name: &str| row.get(name).and_then(toml::Value::as_str).map(str::to_owned);
            let needed = |name: &str| {
                maybe(name).ok_or_else(|| fault(format!("`{name}` is missing in `{word}`")))
            };
            columns.push(TemplateColumn {
                path: needed("path")?,
                name: (needed("fr")?, needed("en")?),
                what: (needed("what_fr")?, needed("what_en")?),
                example: (
                    maybe("example_fr").unwrap_or_default(),
                    maybe("example_en").unwrap_or_default(),
                ),
            });
        }
        templates.insert(word, columns);
    }
    Ok(templates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_tables_of_people_have_a_template_with_an_example() {
        for word in ["enterprises", "actors", "priorities", "observations"] {
            let columns = of(word);
            assert!(columns.len() > 8, "{word}");
            assert!(!columns[0].example.0.is_empty() && !columns[0].example.1.is_empty(), "{word}");
        }
        assert!(of("zones").is_empty());
    }
}
