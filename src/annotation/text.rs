//! The French analysis of the house: folding, words, stems, stop words.
//!
//! Annotation, retrieval and name resolution share it, so that a term, a record and a
//! question always meet. Folding comes **before** stemming: with and without accents a
//! word gets one stem (20 pairs of 20; the other order loses 7). English words go through
//! the same path: an English term and an English question are cut the same way, so they
//! meet although the stemmer is French.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One word of a text, with its place in the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// As written, without the elided article ("eau" of "l’eau").
    pub text: &'a str,
    /// Lower case, no accent, straight apostrophe.
    pub folded: String,
    /// Its stem; stop words keep their folded form.
    pub stem: String,
    /// First byte in the original.
    pub start: usize,
    /// One past the last byte in the original.
    pub end: usize,
    /// What was cut before it, folded and without apostrophe: `n` of "n’existe".
    pub elided: Option<&'static str>,
}

static STOP_WORDS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| listed(include_str!("../../index/stop_words.txt")).collect());

static ELISIONS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| listed(include_str!("../../index/elisions.txt")).collect());

static PROTECTED: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    lines(include_str!("../../index/protected.txt"))
        .map(|line| match line.split_once('=') {
            Some((word, stem)) => (word.trim(), stem.trim()),
            None => (line, line),
        })
        .collect()
});

static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::French));

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn listed(file: &'static str) -> impl Iterator<Item = &'static str> {
    lines(file).flat_map(str::split_whitespace)
}

/// The text in lower case, œ and æ split, without accents, with straight apostrophes.
///
/// NFKD then no combining mark; NFKD alone does not split œ and æ. Folding twice gives the
/// same as folding once.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd() {
        // The common letters first: lower-casing any other may open new marks.
        match c {
            'a'..='z' | '0'..='9' | ' ' => folded.push(c),
            'œ' | 'Œ' => folded.push_str("oe"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'ß' | 'ẞ' => folded.push_str("ss"),
            '’' | '‘' | 'ʼ' | '′' | '`' | '´' => folded.push('\''),
            _ if is_combining_mark(c) => {}
            _ => folded.extend(c.to_lowercase().nfkd().filter(|&low| !is_combining_mark(low))),
        }
    }
    folded
}

/// Whether a **folded** word is a grammar word of French or English.
///
/// Words of negation and lack are not stop words: "sans domicile" is not "domicile".
#[must_use]
pub fn is_stop(folded: &str) -> bool {
    STOP_WORDS.contains(folded)
}

/// The stem of a **folded** word.
///
/// The protected words of `index/protected.txt` have theirs; else plural and feminine
/// endings that the stemmer leaves apart once folded (couturier and couturière, détenu and
/// détenus, conducteur and conductrice) are brought together, then Snowball French.
#[must_use]
pub fn stem(folded: &str) -> String {
    if let Some(&stem) = PROTECTED.get(folded) {
        return stem.to_owned();
    }
    if folded.len() < 4 || !folded.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return folded.to_owned();
    }
    let word = brought_together(folded);
    let mut stem = STEMMER.stem(&word).into_owned();
    // "conseiller" and "conseil", "travaillait" and "travail"; but "fille" is no "fil".
    if stem.len() >= 7 && stem.ends_with("ll") {
        stem.pop();
    }
    stem
}

/// Plural and feminine endings of a folded word of four letters or more, brought to one form.
fn brought_together(folded: &str) -> String {
    let singular = match folded.strip_suffix('s') {
        Some(base) if !base.ends_with('s') => base,
        _ => folded,
    };
    if let Some(base) = singular.strip_suffix("trice").or(singular.strip_suffix("teuse")) {
        return format!("{base}teur");
    }
    if singular.len() >= 6 {
        if singular.ends_with("teur") {
            return singular.to_owned();
        }
        for ending in ["eure", "euse", "eur", "eux"] {
            if let Some(base) = singular.strip_suffix(ending) {
                return format!("{base}eu");
            }
        }
        if let Some(base) = singular.strip_suffix("iere") {
            return format!("{base}ier");
        }
    }
    if let Some(base) = singular.strip_suffix("eau").or(singular.strip_suffix("eaux")) {
        return format!("{base}eau");
    }
    if let Some(base) = singular.strip_suffix("eux") {
        return format!("{base}eu");
    }
    match singular.strip_suffix("ee") {
        Some(base) if base.len() >= 2 => format!("{base}e"),
        _ => singular.to_owned(),
    }
}

/// The words of a text, in order.
///
/// Letters and digits make words; an apostrophe between two of them stays inside, then the
/// elided article is cut (`index/elisions.txt`, both apostrophes); everything else, hyphens
/// included, separates. Linear in the text; never panics, whatever the characters.
#[must_use]
pub fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::with_capacity(text.len() / 6);
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if !first.is_alphanumeric() {
            continue;
        }
        let mut end = start + first.len_utf8();
        while let Some(&(at, c)) = chars.peek() {
            if c.is_alphanumeric() || is_combining_mark(c) {
                end = at + c.len_utf8();
                chars.next();
            } else if is_apostrophe(c) && opens_a_letter(&text[at + c.len_utf8()..]) {
                chars.next();
            } else {
                break;
            }
        }
        push_word(text, start, end, &mut words);
    }
    words
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '′' | '´')
}

fn opens_a_letter(rest: &str) -> bool {
    rest.chars().next().is_some_and(char::is_alphanumeric)
}

/// Cuts the elided articles and the English possessive, then adds the word.
fn push_word<'a>(text: &'a str, mut start: usize, mut end: usize, words: &mut Vec<Word<'a>>) {
    let mut elided = None;
    while let Some((prefix, rest)) = cut_elision(&text[start..end]) {
        elided = Some(prefix);
        start += rest;
    }
    if let Some(at) = text[start..end].rfind(is_apostrophe)
        && at > 0
        && text[start + at..end].ends_with(['s', 'S'])
        && text[start + at..end].chars().count() == 2
    {
        end = start + at;
    }
    let written = &text[start..end];
    let folded = fold(written);
    if folded.is_empty() {
        return;
    }
    let stem = if is_stop(&folded) { folded.clone() } else { stem(&folded) };
    words.push(Word { text: written, folded, stem, start, end, elided });
}

/// The elided article that opens a word, and where the rest starts.
fn cut_elision(word: &str) -> Option<(&'static str, usize)> {
    let (at, apostrophe) = word.char_indices().find(|&(_, c)| is_apostrophe(c))?;
    let head = word[..at].to_lowercase();
    let prefix = ELISIONS.iter().copied().find(|&elision| elision == head)?;
    Some((prefix, at + apostrophe.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stems(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.stem).collect()
    }

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn both_apostrophes_cut_the_article_and_spare_aujourd_hui() {
        assert_eq!(folded("l'eau d’une île"), ["eau", "une", "ile"]);
        assert_eq!(folded("jusqu’à aujourd'hui"), ["a", "aujourd'hui"]);
        assert_eq!(folded("qu’il n'y a"), ["il", "y", "a"]);
        assert_eq!(folded("presqu'île prud’hommes"), ["presqu'ile", "prud'hommes"]);
        assert_eq!(words("n’existe")[0].elided, Some("n"));
    }

    #[test]
    fn hyphens_split_and_offsets_point_into_the_original() {
        let text = "Œuvre : porte-à-porte, l’été.";
        for word in words(text) {
            assert_eq!(&text[word.start..word.end], word.text);
        }
        assert_eq!(folded(text), ["oeuvre", "porte", "a", "porte", "ete"]);
    }

    #[test]
    fn accents_plurals_and_feminines_meet() {
        let families = [
            "mobilité mobilites MOBILITÉS mobilite\u{301}",
            "isolé isolés isolée isolées isolees",
            "couturier couturière couturiers couturieres",
            "détenu détenus détenue détenues",
            "emploi emplois",
            "travailleur travailleuse travailleurs travailleuses",
            "conducteur conductrice conducteurs",
            "réparer répare réparation réparations réparateur réparatrice",
            "local locaux locale locales",
            "travail travaux",
            "bénévole bénévoles",
            "lieu lieux",
            "aîné aînés aînée aînées ainees",
            "bike bikes",
            "women women's",
        ];
        for family in families {
            let stems = stems(family);
            assert!(stems.iter().all(|stem| *stem == stems[0]), "{family}: {stems:?}");
        }
    }

    #[test]
    fn protected_words_do_not_collide() {
        let apart = [
            ("bâtiment", "bat"),
            ("bâtiment", "bâti"),
            ("Caf", "café"),
            ("repas", "répit"),
            ("aînés", "Ain"),
            ("refuge", "réfugié"),
            ("collecte", "collectif"),
            ("isolation", "isolement"),
            ("PAT", "pâtes"),
            ("vêtement", "vête"),
        ];
        for (one, other) in apart {
            assert_ne!(stems(one), stems(other), "{one} and {other}");
        }
    }

    #[test]
    fn words_of_negation_are_not_stop_words() {
        for word in ["sans", "pas", "plus", "aucun", "rien", "personne", "manque"] {
            assert!(!is_stop(word), "{word}");
        }
        assert!(is_stop("de") && is_stop("pour") && is_stop("the"));
    }

    proptest! {
        #[test]
        fn any_text_is_cut_without_panic_and_offsets_hold(text in "\\PC{0,60}|[a-zé’' -]{0,60}") {
            let mut last = 0;
            for word in words(&text) {
                prop_assert!(word.start >= last && word.end > word.start);
                prop_assert_eq!(&text[word.start..word.end], word.text);
                last = word.end;
            }
        }

        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
