//! How the words of portals of aids are read: `index/supports.toml`, read and checked.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::catalogue::datasets::DatasetError;
use crate::catalogue::embedded;
use crate::catalogue::record::folding::fold_label;

/// The file, in `index/`.
pub const FILE: &str = "supports.toml";

/// Who publishes schemes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemeSource {
    /// Its name, as shown.
    pub label: String,
    /// Licence of its lists.
    pub licence: String,
    /// Its site, without a final `/`.
    pub site: String,
}

/// What the categories of a scheme say of its themes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Themes {
    /// These, by id, ascending.
    These(Vec<String>),
    /// It is open to every theme.
    Any,
    /// Its categories do not say.
    Untold,
}

/// The words of [`FILE`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemeWords {
    /// Longest description kept, characters.
    pub description_chars: usize,
    /// Publishers by id.
    pub source: BTreeMap<String, SchemeSource>,
    perimeter: Perimeters,
    themes: BTreeMap<String, Vec<String>>,
    categories: Categories,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Perimeters {
    whole_country: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Categories {
    any: Vec<String>,
    silent: Vec<String>,
    other: Vec<String>,
}

/// The theme of what is about something else than ours.
const OTHER: &str = "autre";

/// What one category says.
enum Said<'a> {
    Themes(&'a [String]),
    Any,
    Silent,
    Other,
}

impl SchemeWords {
    /// Reads the text of [`FILE`].
    ///
    /// # Errors
    /// When it does not parse.
    pub fn read(text: &str) -> Result<Self, DatasetError> {
        toml::from_str(text).map_err(|cause| DatasetError::of_file(FILE, cause.to_string()))
    }

    /// The words that the program carries.
    ///
    /// # Panics
    /// If the file that was compiled in does not parse: a test reads it.
    #[must_use]
    pub fn embedded() -> Self {
        let texts = embedded::index_texts();
        let text = texts.iter().find(|(name, _)| name == FILE).map(|(_, text)| text.as_str());
        Self::read(text.unwrap_or_default()).expect("the embedded file is read by a test")
    }

    /// Whether a perimeter, plain, is the whole country.
    #[must_use]
    pub fn is_whole_country(&self, folded: &str) -> bool {
        self.perimeter.whole_country.iter().any(|word| word == folded)
    }

    /// What categories say together, and those that nobody knows.
    ///
    /// Portals write `Theme / category` or `Theme|category`: the end of the label decides,
    /// the longest end known.
    #[must_use]
    pub fn themes(&self, categories: &[String]) -> (Themes, Vec<String>) {
        let (mut list, mut any, mut other) = (Vec::new(), false, false);
        let mut unknown = Vec::new();
        for category in categories {
            match self.said(&fold_label(category)) {
                Some(Said::Themes(themes)) => list.extend_from_slice(themes),
                Some(Said::Any) => any = true,
                Some(Said::Other) => other = true,
                Some(Said::Silent) => {}
                None => unknown.push(category.clone()),
            }
        }
        list.sort_unstable();
        list.dedup();
        let themes = match (any, list.is_empty()) {
            (true, _) => Themes::Any,
            (false, false) => Themes::These(list),
            (false, true) if other && unknown.is_empty() => Themes::These(vec![OTHER.to_owned()]),
            (false, true) => Themes::Untold,
        };
        (themes, unknown)
    }

    fn said(&self, folded: &str) -> Option<Said<'_>> {
        let ends = |word: &str| {
            folded.strip_suffix(word).is_some_and(|head| head.is_empty() || head.ends_with(' '))
        };
        let Categories { any, silent, other } = &self.categories;
        let themes = self.themes.iter().map(|(word, list)| (word, Said::Themes(list)));
        let known = themes
            .chain(any.iter().map(|word| (word, Said::Any)))
            .chain(silent.iter().map(|word| (word, Said::Silent)))
            .chain(other.iter().map(|word| (word, Said::Other)));
        known
            .filter(|(word, _)| ends(word))
            .max_by_key(|(word, _)| word.len())
            .map(|(_, said)| said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::datasets::taxonomy;
    use crate::domain::concept::ConceptKind;

    fn themes(categories: &[&str]) -> (Themes, usize) {
        let list: Vec<String> = categories.iter().map(|&one| one.to_owned()).collect();
        let (themes, unknown) = SchemeWords::embedded().themes(&list);
        (themes, unknown.len())
    }

    fn these(ids: &[&str]) -> Themes {
        Themes::These(ids.iter().map(|&id| id.to_owned()).collect())
    }

    #[test]
    fn the_end_of_a_category_decides_whatever_its_sign() {
        let both = ["Mobilité / transports / Mobilité partagée", "Solidarités|Emploi"];
        assert_eq!(themes(&both), (these(&["emploi", "mobilites"]), 0));
        assert_eq!(themes(&["Eau / Eau potable"]), (these(&["autre"]), 0));
        assert_eq!(
            themes(&["Eau / Eau potable", "Fonctions support / Emploi"]).0,
            these(&["emploi"])
        );
        assert_eq!(themes(&["Fonctions support / Appui méthodologique"]), (Themes::Untold, 0));
        assert_eq!(themes(&["Économie sociale et solidaire", "Emploi"]), (Themes::Any, 0));
        assert_eq!(themes(&["Astronomie"]), (Themes::Untold, 1));
        assert_eq!(themes(&[]), (Themes::Untold, 0));
    }

    #[test]
    fn every_word_is_plain_said_once_and_of_a_known_theme() {
        let files = embedded::seed_files().into_iter().filter_map(|(path, content)| {
            let name = path.strip_prefix("taxonomy/")?.to_owned();
            Some((name, String::from_utf8_lossy(content).into_owned()))
        });
        let taxonomy = taxonomy::parse(&files.collect::<Vec<_>>()).unwrap();
        let words = SchemeWords::embedded();
        for id in words.themes.values().flatten() {
            assert!(taxonomy.find(ConceptKind::Theme, id).is_some(), "{id}");
        }
        let Categories { any, silent, other } = &words.categories;
        let mut all: Vec<&String> =
            words.themes.keys().chain(any).chain(silent).chain(other).collect();
        all.sort_unstable();
        for word in &all {
            assert_eq!(&&fold_label(word), word);
        }
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(words.is_whole_country("france") && !words.is_whole_country("bretagne"));
    }
}
