//! Rules: every number of `index/*.toml`, and the digest of all that decides.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use toml::Value;

use super::DatasetError;
use crate::domain::rules::Rules;

/// Reads the rules from the texts of `index/` (path, text) and of the taxonomy.
///
/// Numbers are named `<file stem>.<path of keys>`; items of a list are numbered from 0
/// (`sampling.levels.0`); texts and booleans are left to the module that owns the file.
/// Files other than `.toml` only count in the digest. The digest covers every text, the
/// taxonomy and the version of the program, in the order of paths.
///
/// # Errors
/// If a `.toml` file does not parse, or declares a number that is not finite.
pub fn parse(
    index: &[(String, String)],
    taxonomy: &[(String, String)],
) -> Result<Rules, DatasetError> {
    let mut numbers = BTreeMap::new();
    for (path, text) in index {
        let name = path.rsplit('/').next().unwrap_or(path);
        let Some(stem) = name.strip_suffix(".toml") else {
            continue;
        };
        let table: toml::Table = text
            .parse()
            .map_err(|cause: toml::de::Error| DatasetError::of_file(path, cause.to_string()))?;
        for (key, value) in &table {
            flatten(path, &format!("{stem}.{key}"), value, &mut numbers)?;
        }
    }
    let mut texts: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    texts.extend(index.iter().map(|(path, text)| (("index", path.as_str()), text.as_str())));
    texts.extend(taxonomy.iter().map(|(path, text)| (("taxonomy", path.as_str()), text.as_str())));
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    for ((folder, path), text) in texts {
        // Lengths are part of the digest, so that no text can pass for two.
        hash.update(format!("\n{folder}/{path} {}\n", text.len()));
        hash.update(text);
    }
    let mut digest = "sha256:".to_owned();
    for byte in hash.finalize() {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(digest, "{byte:02x}");
    }
    Ok(Rules::new(numbers, digest))
}

fn flatten(
    path: &str,
    name: &str,
    value: &Value,
    numbers: &mut BTreeMap<String, f64>,
) -> Result<(), DatasetError> {
    match value {
        Value::Integer(whole) => {
            #[allow(clippy::cast_precision_loss)]
            numbers.insert(name.to_owned(), *whole as f64);
        }
        Value::Float(number) if number.is_finite() => {
            numbers.insert(name.to_owned(), *number);
        }
        Value::Float(number) => {
            return Err(DatasetError::of_file(path, format!("`{name}` is {number}, not finite")));
        }
        Value::Table(table) => {
            for (key, value) in table {
                flatten(path, &format!("{name}.{key}"), value, numbers)?;
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                flatten(path, &format!("{name}.{at}"), value, numbers)?;
            }
        }
        Value::String(_) | Value::Boolean(_) | Value::Datetime(_) => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn numbers_are_named_by_file_and_path() {
        let index =
            texts(&[("relations.toml", "threshold = 0.25\n[cap]\ntandem = 1\nlist = [2, 3]\n")]);
        let rules = parse(&index, &[]).unwrap();
        assert_eq!(rules.number("relations.threshold"), 0.25);
        assert_eq!(rules.number("relations.cap.tandem"), 1.0);
        assert_eq!(rules.number("relations.cap.list.1"), 3.0);
    }

    #[test]
    fn the_digest_follows_every_text_and_no_order() {
        let a = texts(&[("a.toml", "x = 1"), ("stop.txt", "le la")]);
        let b: Vec<_> = a.iter().rev().cloned().collect();
        let taxonomy = texts(&[("themes.toml", "")]);
        assert_eq!(parse(&a, &taxonomy).unwrap().digest, parse(&b, &taxonomy).unwrap().digest);
        let c = texts(&[("a.toml", "x = 1"), ("stop.txt", "le la les")]);
        assert_ne!(parse(&a, &taxonomy).unwrap().digest, parse(&c, &taxonomy).unwrap().digest);
        assert_ne!(parse(&a, &taxonomy).unwrap().digest, parse(&a, &[]).unwrap().digest);
    }
}
