//! Names as people write them, made comparable: case, accents, hyphens and apostrophes.
//!
//! Matching reads no index, so this small folding stands here and not in a tokenizer.

/// `text` in lower case without accents, words separated by one space; `st` and `ste`
/// at the start of a word group read as `saint` and `sainte`.
#[must_use]
pub(crate) fn fold(text: &str) -> String {
    let mut flat = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => flat.push('a'),
            'ç' => flat.push('c'),
            'è' | 'é' | 'ê' | 'ë' => flat.push('e'),
            'ì' | 'í' | 'î' | 'ï' => flat.push('i'),
            'ñ' => flat.push('n'),
            'ò' | 'ó' | 'ô' | 'ö' | 'õ' => flat.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => flat.push('u'),
            'ÿ' | 'ý' => flat.push('y'),
            'œ' => flat.push_str("oe"),
            'æ' => flat.push_str("ae"),
            // Combining accents of decomposed text.
            '\u{300}'..='\u{36f}' => {}
            letter if letter.is_alphanumeric() => flat.push(letter),
            _ => flat.push(' '),
        }
    }
    let words = flat.split_whitespace().map(|word| match word {
        "st" => "saint",
        "ste" => "sainte",
        word => word,
    });
    let mut folded = String::with_capacity(flat.len());
    for word in words {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// Whether two names are the same once folded; an empty name is like no other.
#[must_use]
pub(crate) fn same(a: &str, b: &str) -> bool {
    let a = fold(a);
    !a.is_empty() && a == fold(b)
}

/// Whether the folded `text` holds the folded `name` as whole words.
#[must_use]
pub(crate) fn mentions(text: &str, name: &str) -> bool {
    !name.is_empty() && format!(" {text} ").contains(&format!(" {name} "))
}

/// Towns whose region people name by an adjective: (stem, town, département).
const ADJECTIVES: [(&str, &str, &str); 14] = [
    ("bordelais", "bordeaux", "33"),
    ("clermontois", "clermont ferrand", "63"),
    ("dijonnais", "dijon", "21"),
    ("grenoblois", "grenoble", "38"),
    ("lillois", "lille", "59"),
    ("lyonnais", "lyon", "69"),
    ("marseillais", "marseille", "13"),
    ("montpellierain", "montpellier", "34"),
    ("nantais", "nantes", "44"),
    ("rennais", "rennes", "35"),
    ("rouennais", "rouen", "76"),
    ("stephanois", "saint etienne", "42"),
    ("strasbourgeois", "strasbourg", "67"),
    ("toulousain", "toulouse", "31"),
];

/// The département of a town named by a folded adjective (`lyonnaise` gives `69`).
#[must_use]
pub(crate) fn departement_of_adjective(word: &str) -> Option<&'static str> {
    ADJECTIVES.iter().find(|(stem, ..)| is_form_of(word, stem)).map(|&(_, _, code)| code)
}

/// Whether the folded `text` speaks of the folded town `name`, by its name or by its
/// adjective (`franchise lyonnaise`).
#[must_use]
pub(crate) fn speaks_of_town(text: &str, name: &str) -> bool {
    mentions(text, name)
        || ADJECTIVES.iter().any(|(stem, town, _)| {
            *town == name && text.split(' ').any(|word| is_form_of(word, stem))
        })
}

/// Whether `word` is the adjective `stem`, feminine and plural included.
fn is_form_of(word: &str, stem: &str) -> bool {
    word.strip_prefix(stem).is_some_and(|end| matches!(end, "" | "e" | "s" | "es"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_hyphens_apostrophes_and_saints_fold_away() {
        assert_eq!(fold("L’Haÿ-les-Roses"), "l hay les roses");
        assert_eq!(fold("St-Étienne"), "saint etienne");
        assert_eq!(fold("Cœur d'Essonne"), "coeur d essonne");
        assert_eq!(fold("E\u{301}pinal"), "epinal");
        assert!(same("Grenoble-Alpes", "grenoble alpes"));
        assert!(!same("", " - "));
    }

    #[test]
    fn a_name_is_found_as_whole_words_or_by_its_adjective() {
        assert!(mentions("atelier de trois semaines a lyon", "lyon"));
        assert!(!mentions("les lyonnais", "lyon"));
        assert!(speaks_of_town("franchise lyonnaise reprise", "lyon"));
        assert!(!speaks_of_town("franchise lilloise", "lyon"));
        assert_eq!(departement_of_adjective("lyonnaise"), Some("69"));
    }
}
