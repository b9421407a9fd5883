//! Synonyms of several words, both ways, from `index/synonyms.txt`, and English words to
//! French ones, from `index/english.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::annotation::text::{is_stop, words};

/// Families of wordings, each wording as its content stems.
#[derive(Debug, Clone, Default)]
pub struct Synonyms {
    families: Vec<Vec<Vec<String>>>,
    /// First stem → (family, wording).
    starts: HashMap<String, Vec<(usize, usize)>>,
}

/// The synonyms of this build.
pub static SYNONYMS: LazyLock<Synonyms> =
    LazyLock::new(|| Synonyms::parse(include_str!("../../index/synonyms.txt"), Way::Both));

/// The dictionary of this build: English wordings and what French records say for them.
pub static ENGLISH: LazyLock<Synonyms> =
    LazyLock::new(|| Synonyms::parse(include_str!("../../index/english.txt"), Way::First));

/// Which wordings of a family are looked for in a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// All of them: synonyms.
    Both,
    /// The first, which the others translate.
    First,
}

/// A wording found in a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonymous {
    /// First content word.
    pub at: usize,
    /// How many content words it covers.
    pub len: usize,
    /// The other wordings of its family, as stems.
    pub others: Vec<Vec<String>>,
}

impl Synonyms {
    /// Reads the file: one family per line, `a = b c = d`; `#` starts a comment.
    #[must_use]
    pub fn parse(text: &str, way: Way) -> Self {
        let mut synonyms = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let family: Vec<Vec<String>> =
                line.split('=').map(content).filter(|wording| !wording.is_empty()).collect();
            if family.len() < 2 {
                continue;
            }
            let at = synonyms.families.len();
            let looked_for = if way == Way::First { 1 } else { family.len() };
            for (number, wording) in family.iter().enumerate().take(looked_for) {
                synonyms.starts.entry(wording[0].clone()).or_default().push((at, number));
            }
            synonyms.families.push(family);
        }
        synonyms
    }

    /// Whether a wording starts with or is this stem.
    #[must_use]
    pub fn knows(&self, stem: &str) -> bool {
        self.starts.contains_key(stem)
    }

    /// The wordings found along the content stems of a question, in their order.
    #[must_use]
    pub fn find(&self, stems: &[&str]) -> Vec<Synonymous> {
        let mut found = Vec::new();
        for at in 0..stems.len() {
            for &(family, number) in self.starts.get(stems[at]).into_iter().flatten() {
                let wording = &self.families[family][number];
                let here = stems.get(at..at + wording.len());
                if here.is_some_and(|here| here.iter().zip(wording).all(|(a, b)| a == b)) {
                    let others = self.families[family].iter().enumerate();
                    let others = others.filter(|&(other, _)| other != number);
                    found.push(Synonymous {
                        at,
                        len: wording.len(),
                        others: others.map(|(_, wording)| wording.clone()).collect(),
                    });
                }
            }
        }
        found
    }
}

fn content(wording: &str) -> Vec<String> {
    // A stop word alone is kept: an acronym or an English word may look like one.
    let all = words(wording);
    let content: Vec<String> =
        all.iter().filter(|w| !is_stop(&w.folded)).map(|w| w.stem.clone()).collect();
    if content.is_empty() { all.into_iter().map(|w| w.stem).collect() } else { content }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wording_of_several_words_is_found_both_ways() {
        let synonyms = Synonyms::parse("# c\namap = économie sociale et solidaire\n", Way::Both);
        let found = synonyms.find(&["un", content("amap")[0].as_str()]);
        assert_eq!(found[0].others[0].len(), 3);
        let long = content("l’économie sociale et solidaire");
        let stems: Vec<&str> = long.iter().map(String::as_str).collect();
        assert_eq!(
            synonyms.find(&stems)[0],
            Synonymous { at: 0, len: 3, others: vec![content("amap")] }
        );
        assert!(synonyms.find(&stems[..2]).is_empty());
    }

    #[test]
    fn the_shipped_file_reads() {
        assert!(SYNONYMS.families.len() > 50);
        assert!(ENGLISH.families.len() > 200);
        assert!(ENGLISH.knows("car") && !ENGLISH.knows("voitur"));
    }
}
