//! Sentences: the templates of `index/sentences.fr.toml` and `index/sentences.en.toml`.
//!
//! Flat files, one quoted key and one text per line; what a template may hold is told by
//! the engine that fills them.

use std::collections::BTreeMap;

use super::DatasetError;
use crate::domain::lang::Lang;

/// The file of each language, by its name inside `index/`.
#[must_use]
pub fn file_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "sentences.fr.toml",
        Lang::En => "sentences.en.toml",
    }
}

/// Templates by key.
pub type Texts = BTreeMap<String, String>;

/// Reads the templates of both languages, French first, from the texts of `index/`
/// (path, text), found by the names of their files.
///
/// # Errors
/// If a file is missing or does not parse, or if a key holds anything but a text.
pub fn parse(index: &[(String, String)]) -> Result<(Texts, Texts), DatasetError> {
    Ok((read(index, file_name(Lang::Fr))?, read(index, file_name(Lang::En))?))
}

fn read(index: &[(String, String)], name: &str) -> Result<Texts, DatasetError> {
    let (path, text) = index
        .iter()
        .find(|(path, _)| path.rsplit('/').next() == Some(name))
        .ok_or_else(|| DatasetError::of_file(name, "the file is missing"))?;
    let table: toml::Table = text
        .parse()
        .map_err(|cause: toml::de::Error| DatasetError::of_file(path, cause.to_string()))?;
    table
        .into_iter()
        .map(|(key, value)| match value {
            toml::Value::String(template) => Ok((key, template)),
            other => Err(DatasetError::of_file(
                path,
                format!("`{key}` holds {}, not a text: is its name quoted?", other.type_str()),
            )),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(fr: &str, en: &str) -> Vec<(String, String)> {
        [("sentences.fr.toml", fr), ("gates.toml", "years = 2"), ("index/sentences.en.toml", en)]
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .to_vec()
    }

    #[test]
    fn each_language_is_found_by_the_name_of_its_file() {
        let fr = "# Lieux\n\"place.inside\" = \"{commune|a}\"\n";
        let (fr, en) = parse(&texts(fr, "\"place.inside\" = \"in {commune}\"\n")).unwrap();
        assert_eq!(fr["place.inside"], "{commune|a}");
        assert_eq!(en["place.inside"], "in {commune}");
        assert_eq!((fr.len(), en.len()), (1, 1));
    }

    #[test]
    fn a_missing_file_and_a_key_without_quotes_are_faults() {
        let missing = parse(&texts("", "")[..2]).unwrap_err();
        assert_eq!(missing.file, "sentences.en.toml");
        // Without quotes, TOML reads a table inside a table.
        let nested = parse(&texts("place.inside = \"ici\"\n", "")).unwrap_err();
        assert!(nested.reason.contains("not a text"), "{nested}");
    }

    #[test]
    fn a_key_written_twice_is_a_fault() {
        assert!(parse(&texts("\"a\" = \"x\"\n\"a\" = \"y\"\n", "")).is_err());
    }
}
