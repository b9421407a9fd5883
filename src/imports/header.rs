//! Recognising columns: French or English, with or without accents, with a typo.

use crate::catalogue::export::columns::OTHER;
use crate::catalogue::record::folding::fold_label;

/// Likeness (normalised Damerau-Levenshtein) from which a misspelt column is recognised.
const LIKENESS: f64 = 0.85;
/// Shorter names are too easily mistaken for one another.
const SHORTEST: usize = 5;

/// The column that every table may have: what has no column of its own.
const COMMON: Vocabulary = &[(OTHER, &["autres champs"])];

/// The columns a format knows: field path, and the names people give it.
pub type Vocabulary = &'static [(&'static str, &'static [&'static str])];

/// What the columns of a file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// For each column, the path of its field (`home.commune`); `None` is ignored.
    pub fields: Vec<Option<&'static str>>,
    /// Columns recognised: as written, and the field.
    pub understood: Vec<(String, &'static str)>,
    /// The columns ignored, as written.
    pub ignored: Vec<String>,
    /// Columns recognised in spite of a typo: as written, and the field.
    pub guessed: Vec<(String, &'static str)>,
}

/// Recognises the columns of a file; the first column of a field wins, exact names first.
#[must_use]
pub fn recognise<'a>(columns: impl Iterator<Item = &'a str>, vocabulary: Vocabulary) -> Header {
    let columns: Vec<&str> = columns.map(str::trim).collect();
    let mut fields: Vec<Option<&'static str>> = vec![None; columns.len()];
    let mut guessed = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        if let Some(field) =
            exact(column, vocabulary).filter(|field| !fields.contains(&Some(field)))
        {
            fields[at] = Some(field);
        }
    }
    for (at, column) in columns.iter().enumerate() {
        if fields[at].is_some() || exact(column, vocabulary).is_some() {
            continue;
        }
        if let Some(field) = nearest(column, vocabulary).filter(|f| !fields.contains(&Some(f))) {
            fields[at] = Some(field);
            guessed.push(((*column).to_owned(), field));
        }
    }
    let understood = columns.iter().zip(&fields);
    let understood =
        understood.filter_map(|(column, field)| Some(((*column).to_owned(), (*field)?))).collect();
    let ignored = columns
        .iter()
        .zip(&fields)
        .filter(|(column, field)| field.is_none() && !column.is_empty())
        .map(|(column, _)| (*column).to_owned())
        .collect();
    Header { fields, understood, ignored, guessed }
}

fn exact(column: &str, vocabulary: Vocabulary) -> Option<&'static str> {
    let folded = fold_label(column);
    vocabulary
        .iter()
        .chain(COMMON)
        .find(|(path, names)| fold_label(path) == folded || names.iter().any(|n| *n == folded))
        .map(|(path, _)| *path)
}

fn nearest(column: &str, vocabulary: Vocabulary) -> Option<&'static str> {
    let folded = fold_label(column);
    if folded.chars().count() < SHORTEST {
        return None;
    }
    let mut best: Option<(f64, &'static str)> = None;
    for (path, names) in vocabulary {
        let own = fold_label(path);
        for name in names.iter().copied().chain([own.as_str()]) {
            let likeness = strsim::normalized_damerau_levenshtein(&folded, name);
            if likeness >= LIKENESS && best.is_none_or(|(other, _)| likeness > other) {
                best = Some((likeness, path));
            }
        }
    }
    best.map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Vocabulary =
        &[("name", &["nom"]), ("offers", &["offres"]), ("home.commune", &["commune"])];

    #[test]
    fn columns_are_recognised_with_accents_case_and_typos() {
        let header = recognise(["NOM", "ofres ", "Comune", "couleur", "offres"].into_iter(), WORDS);
        assert_eq!(header.fields, [Some("name"), None, Some("home.commune"), None, Some("offers")]);
        assert_eq!(header.ignored, ["ofres", "couleur"]);
        assert_eq!(header.guessed, [("Comune".to_owned(), "home.commune")]);
    }
}
