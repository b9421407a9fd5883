//! French names of organisations, taken to pieces.
//!
//! "Asso. SINGA Lyon" is a legal form that says nothing, the core `singa`, the place
//! `lyon`; "Mairie de Neulise" is a kind of place in a commune; "AIME (Agir Innover
//! Mobiliser Essaimer)" is an acronym and what it stands for.

use super::settings::{Settings, Stands};
use crate::catalogue::record::folding::fold_label;

/// A name in pieces; every list in the order of the name, words folded and singular.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    /// The words that make the name its own.
    pub core: Vec<String>,
    /// Kinds of place it tells, by their number in the settings; sorted, once each.
    pub sorts: Vec<usize>,
    /// Words that tell two services of one house apart (bus, nord, annexe, numbers).
    pub marks: Vec<String>,
    /// Words of towns, départements and régions.
    pub place: Vec<String>,
    /// Its possible acronyms, of three letters or more; sorted, once each.
    pub acronyms: Vec<String>,
    /// All its words but the articles.
    pub words: Vec<String>,
    /// Words of its brackets that neither spell an acronym nor tell a place.
    pub aside: Vec<String>,
    /// It is what a dash or a slash sets apart in a longer name.
    pub part: bool,
    /// All its words but the legal ones and the articles, in one: "fab lab" is "fablab".
    pub joined: String,
}

/// The variants of one written name: the whole, and what a bracket or a dash sets apart
/// when that part is a name by itself. The whole comes first.
#[must_use]
pub fn variants(text: &str, settings: &Settings) -> Vec<Name> {
    let (outside, inside) = without_brackets(text);
    let whole = read(&outside, settings);
    let mut names = vec![whole];
    for bracket in inside {
        let aside = read(&bracket, settings);
        // Read after a word, a town is a place and not a name.
        let place = read(&format!("zzz {bracket}"), settings).place;
        let is_place = !place.is_empty() && aside.core == place;
        let spelt = names[0].acronyms.iter().any(|acronym| aside.core == [acronym.as_str()])
            || aside.acronyms.iter().any(|acronym| names[0].core == [acronym.as_str()]);
        if spelt {
            names.push(aside);
        } else if is_place {
            names[0].place.extend(place);
        } else if aside.core.len() == 1 && aside.core[0].len() <= 6 && aside.place.is_empty() {
            // "(CPAM)", "(FNDSA)": a short form that its words do not spell.
        } else {
            names[0].place.extend(aside.place);
            names[0].aside.extend(aside.core);
        }
    }
    let parts: Vec<Name> = outside
        .split([';', '/', '|'])
        .flat_map(|part| part.split(" - "))
        .flat_map(|part| part.split(" – "))
        .flat_map(|part| part.split(" -"))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| read(part, settings))
        .collect();
    if parts.len() > 1 {
        // "AACM - Association d’Animation au Centre des Montagnes": an acronym and its words.
        let spelt = parts[1].acronyms.iter().any(|acronym| parts[0].core == [acronym.as_str()]);
        names.extend(parts.into_iter().map(|name| Name { part: !spelt, ..name }));
    }
    names
}

/// Reads a name without its brackets.
#[must_use]
pub fn read(text: &str, settings: &Settings) -> Name {
    let folded = fold_label(text);
    let all: Vec<String> = spelt_out(&folded);
    let words: Vec<String> = all
        .iter()
        .filter(|word| !settings.articles.contains(word.as_str()))
        .map(|word| singular(word))
        .collect();
    let mut name = Name { acronyms: acronyms(&all, &words), ..Name::default() };
    let mut legal = Vec::new();
    let said = words.iter().filter(|word| !settings.legal.contains(word.as_str()));
    name.joined = said.map(String::as_str).collect();
    name.words.clone_from(&words);
    let mut at = 0;
    while at < words.len() {
        if let Some((length, stands)) = phrase_at(&words[at..], settings) {
            match stands {
                Stands::Word(word) if settings.marks.contains(word) => {
                    name.marks.push(word.clone());
                }
                Stands::Word(word) => name.core.push(word.clone()),
                Stands::Sort(sort) => name.sorts.push(*sort),
                Stands::Place => name.place.extend_from_slice(&words[at..at + length]),
            }
            at += length;
            continue;
        }
        let word = words[at].clone();
        if settings.legal.contains(&word) {
            legal.push(word);
        } else if settings.marks.contains(&word) || is_number(&word) {
            name.marks.push(word);
        } else {
            name.core.push(word);
        }
        at += 1;
    }
    name.sorts.sort_unstable();
    name.sorts.dedup();
    name.marks.sort_unstable();
    name.marks.dedup();
    if name.core.is_empty() && name.sorts.is_empty() {
        // "Ville de Lyon" is a kind and a place; "Lyon" alone, or "1901", is its own name.
        name.core = if name.place.is_empty() { legal } else { std::mem::take(&mut name.place) };
        if name.core.is_empty() {
            name.core = std::mem::take(&mut name.marks);
        }
    }
    name
}

/// A word without the mark of its plural: "services" is "service".
#[must_use]
pub fn singular(word: &str) -> String {
    let plural = word.len() > 3 && word.ends_with(['s', 'x']) && !word.ends_with("ss");
    if plural { word[..word.len() - 1].to_owned() } else { word.to_owned() }
}

/// The text without what stands in brackets, and each of those.
fn without_brackets(text: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside) = (String::with_capacity(text.len()), Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('(') {
        outside.push_str(before);
        outside.push(' ');
        let (bracket, tail) = after.split_once(')').unwrap_or((after, ""));
        inside.push(bracket.to_owned());
        rest = tail;
    }
    outside.push_str(rest);
    if outside.trim().is_empty() {
        (text.replace(['(', ')'], " "), Vec::new())
    } else {
        (outside, inside)
    }
}

/// The words of a folded text; single letters in a row are one word ("a m s e a a").
fn spelt_out(folded: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut letters = String::new();
    let mut count = 0;
    for word in folded.split(' ').filter(|word| !word.is_empty()).chain(["."]) {
        if word.len() == 1 && word != "." {
            letters.push_str(word);
            count += 1;
            continue;
        }
        if count > 2 {
            words.push(std::mem::take(&mut letters));
        } else {
            words.extend(letters.chars().map(String::from));
            letters.clear();
        }
        count = 0;
        if word != "." {
            words.push(word.to_owned());
        }
    }
    words
}

/// The initials of all words, and of those that are no article.
fn acronyms(all: &[String], words: &[String]) -> Vec<String> {
    let initials = |list: &[String]| list.iter().filter_map(|word| word.chars().next()).collect();
    let mut found: Vec<String> = vec![initials(all), initials(words)];
    found.retain(|acronym| acronym.chars().count() >= 3);
    found.sort_unstable();
    found.dedup();
    found
}

fn phrase_at<'a>(words: &[String], settings: &'a Settings) -> Option<(usize, &'a Stands)> {
    let phrases = settings.phrases.get(words.first()?)?;
    phrases
        .iter()
        .find(|(phrase, _)| words.starts_with(phrase))
        .map(|(phrase, stands)| (phrase.len(), stands))
}

/// A word with a digit: a number, an arrondissement, `C1`.
fn is_number(word: &str) -> bool {
    word.len() <= 4 && word.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Name {
        read(text, Settings::shipped())
    }

    #[test]
    fn a_legal_form_is_no_name_and_a_town_is_a_place() {
        let name = one("Asso. SINGA Lyon");
        assert_eq!((name.core, name.place), (vec!["singa".to_owned()], vec!["lyon".to_owned()]));
        assert_eq!(one("Lyon").core, ["lyon"]);
        assert_eq!(one("L’Association").core, ["association"]);
    }

    #[test]
    fn a_kind_of_place_is_known_by_any_of_its_names() {
        let (town, hall) = (one("Commune de Loisin"), one("Mairie Loisin"));
        assert_eq!((town.sorts, town.core), (hall.sorts, hall.core));
        let (long, short) = (one("Centre communal d’action sociale"), one("CCAS"));
        assert_eq!(long.sorts, short.sorts);
        assert!(long.core.is_empty());
    }

    #[test]
    fn an_acronym_and_its_words_are_two_variants_of_one_name() {
        let names = variants("AIME (Agir Innover Mobiliser Essaimer)", Settings::shipped());
        assert_eq!(names.len(), 2);
        assert_eq!(names[1].core, ["agir", "innover", "mobiliser", "essaimer"]);
        assert_eq!(variants("Bric à brac (FNDSA)", Settings::shipped()).len(), 1);
        let dashed =
            variants("AACM - Association d’Animation Centre Montagnes", Settings::shipped());
        assert_eq!(dashed.len(), 3);
        assert!(!dashed[1].part);
    }

    #[test]
    fn letters_in_a_row_are_one_word_and_plurals_fold() {
        assert_eq!(one("A.M.S.E.A.A Mecs").core[0], "amseaa");
        assert_eq!(one("Tiers-lieux").core, one("tiers lieu").core);
        assert_eq!(one("Bus E").marks, ["bus"]);
    }
}
