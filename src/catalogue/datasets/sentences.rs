//! Sentences: the templates of `index/sentences*.fr.toml` and `index/sentences*.en.toml`.
//!
//! Flat files, one quoted key and one text per line; what a template may hold is told by
//! the engine that fills them. `sentences.fr.toml` holds those of the main answer; each
//! other question has its own file (`sentences.cohort.fr.toml`).

use std::collections::BTreeMap;

use super::DatasetError;
use crate::domain::lang::Lang;

/// Whether a file of `index/`, by its name, holds sentences of `lang`.
#[must_use]
pub fn is_of(lang: Lang, name: &str) -> bool {
    name.starts_with("sentences.") && name.ends_with(&format!(".{}.toml", lang.as_str()))
}

/// Templates by key.
pub type Texts = BTreeMap<String, String>;

/// Reads the templates of both languages, French first, from the texts of `index/`
/// (path, text), found by the names of their files.
///
/// # Errors
/// If a language has no file, if a file does not parse, or if a key holds anything but a
/// text or stands twice.
pub fn parse(index: &[(String, String)]) -> Result<(Texts, Texts), DatasetError> {
    Ok((read(index, Lang::Fr)?, read(index, Lang::En)?))
}

fn read(index: &[(String, String)], lang: Lang) -> Result<Texts, DatasetError> {
    let (mut texts, mut found) = (Texts::new(), false);
    for (path, text) in index {
        if !is_of(lang, path.rsplit('/').next().unwrap_or(path)) {
            continue;
        }
        found = true;
        let table: toml::Table = text
            .parse()
            .map_err(|cause: toml::de::Error| DatasetError::of_file(path, cause.to_string()))?;
        for (key, value) in table {
            let toml::Value::String(template) = value else {
                let found = value.type_str();
                let reason = format!("`{key}` holds {found}, not a text: is its name quoted?");
                return Err(DatasetError::of_file(path, reason));
            };
            if texts.insert(key.clone(), template).is_some() {
                let reason = format!("`{key}` already stands in another file");
                return Err(DatasetError::of_file(path, reason));
            }
        }
    }
    if !found {
        let name = format!("sentences.{}.toml", lang.as_str());
        return Err(DatasetError::of_file(&name, "the file is missing"));
    }
    Ok(texts)
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
        assert!(parse(&texts("\"a\" = \"x\"\n\"a\" = \"y\"\n", "\"a\" = \"x\"")).is_err());
        let mut split = texts("\"a\" = \"x\"", "\"a\" = \"x\"").to_vec();
        split.push(("sentences.cohort.fr.toml".to_owned(), "\"b\" = \"y\"".to_owned()));
        assert_eq!(parse(&split).unwrap().0.len(), 2);
        split.push(("sentences.tour.fr.toml".to_owned(), "\"a\" = \"z\"".to_owned()));
        assert!(parse(&split).unwrap_err().reason.contains("already stands"));
    }
}
