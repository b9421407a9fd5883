//! Names of organisations compared as people read them: folded, on whole words,
//! without articles and without the words that any organisation may bear.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Articles and prepositions, dropped everywhere.
const ARTICLES: [&str; 22] = [
    "a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "par", "pour",
    "s", "sur", "un", "une", "the", "of", "and",
];

/// Words that any organisation may bear (already singular).
const GENERIC: [&str; 31] = [
    "antenne",
    "asbl",
    "ass",
    "asso",
    "assoc",
    "association",
    "collectif",
    "communaute",
    "cooperative",
    "delegation",
    "entreprise",
    "federation",
    "fondation",
    "groupe",
    "mairie",
    "metropole",
    "national",
    "nationale",
    "reseau",
    "sa",
    "sarl",
    "sas",
    "scic",
    "scop",
    "section",
    "societe",
    "union",
    "ville",
    "agglomeration",
    "departementale",
    "regionale",
];

/// Words that may follow the name of an organisation to say where it is.
const WHERE: [&str; 17] = [
    "agglo",
    "arrondissement",
    "centre",
    "departement",
    "est",
    "gauche",
    "grand",
    "haut",
    "local",
    "locale",
    "nord",
    "ouest",
    "pay",
    "droite",
    "region",
    "rive",
    "sud",
];

/// First words of a public body: its name is compared with them, since the rest is a
/// place.
const PUBLIC_BODIES: [&str; 17] = [
    "academie",
    "agglomeration",
    "caf",
    "caisse",
    "chambre",
    "commune",
    "conseil",
    "departement",
    "direction",
    "etat",
    "mairie",
    "metropole",
    "ministere",
    "prefecture",
    "rectorat",
    "region",
    "ville",
];

/// First words of a funder.
const FUNDERS: [&str; 5] = ["fondation", "fond", "fonds", "mecenat", "endowment"];

/// Funders, public operators and brands known by their own name (folded, singular).
///
/// A name in this list is a partner of many enterprises for its money, its material or
/// its customers: finding it in a territory says nothing of a duo.
const BACKERS: [&str; 72] = [
    "ademe",
    "aesio",
    "ag2r",
    "ag2r mondiale",
    "airbnb",
    "amazon",
    "anah",
    "anct",
    "antropia",
    "apreva",
    "ars",
    "auchan",
    "axa",
    "banque postale",
    "banque territoire",
    "bnp paribas",
    "boulanger",
    "bpce",
    "bpifrance",
    "caisse depot",
    "caisse epargne",
    "carrefour",
    "casino",
    "castorama",
    "citeo",
    "cpam",
    "credit agricole",
    "credit cooperatif",
    "credit mutuel",
    "danone",
    "darty",
    "decathlon",
    "dreet",
    "ecologic",
    "ecosystem",
    "edf",
    "enedi",
    "engie",
    "europe",
    "fdj",
    "feder",
    "france active",
    "france travail",
    "google",
    "grdf",
    "ikea",
    "kering",
    "keoli",
    "leclerc",
    "leroy merlin",
    "lidl",
    "macif",
    "maif",
    "malakoff humani",
    "metro",
    "michelin",
    "microsoft",
    "msa",
    "norauto",
    "orange",
    "pole emploi",
    "poste",
    "refashion",
    "renault",
    "rte",
    "salesforce",
    "seb",
    "sncf",
    "suez",
    "transdev",
    "valdelia",
    "veolia",
];

/// The words of a text: folded (case, accents, ligatures), singular, in order.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut list = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' => word.push(c),
            'A'..='Z' => word.push(c.to_ascii_lowercase()),
            'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => word.push('e'),
            'à' | 'â' | 'À' | 'Â' => word.push('a'),
            'î' | 'ï' | 'Î' | 'Ï' => word.push('i'),
            'ô' | 'Ô' => word.push('o'),
            'ù' | 'û' | 'ü' | 'Ù' | 'Û' | 'Ü' => word.push('u'),
            'ç' | 'Ç' => word.push('c'),
            'œ' | 'Œ' => word.push_str("oe"),
            'æ' | 'Æ' => word.push_str("ae"),
            c if is_combining_mark(c) => {}
            c if c.is_alphanumeric() => {
                let plain = c.to_lowercase().flat_map(|low| low.nfkd().collect::<Vec<_>>());
                word.extend(plain.filter(|&part| !is_combining_mark(part)));
            }
            _ => close(&mut word, &mut list),
        }
    }
    close(&mut word, &mut list);
    list
}

/// Ends a word: a final `s` or `x` is dropped, so that "Banques alimentaires" is
/// "Banque alimentaire".
fn close(word: &mut String, list: &mut Vec<String>) {
    if word.is_empty() {
        return;
    }
    if word.len() > 3 && word.ends_with(['s', 'x']) {
        word.pop();
    }
    list.push(std::mem::take(word));
}

/// The words of a name without the articles.
pub(crate) fn literal(text: &str) -> Vec<String> {
    let mut list = words(text);
    list.retain(|word| !ARTICLES.contains(&word.as_str()));
    list
}

/// The words that make a name its own: articles and generic words removed, as is a
/// "France" at the end; may be empty.
pub(crate) fn distinctive(text: &str) -> Vec<String> {
    let mut list = literal(text);
    list.retain(|word| !GENERIC.contains(&word.as_str()));
    if list.len() > 1 && list.last().is_some_and(|word| word == "france") {
        list.pop();
    }
    list
}

/// The key under which a name is looked up: its distinctive words or, when it has
/// none, all of its words; empty only for a text without letters.
pub(crate) fn key(text: &str) -> String {
    let own = distinctive(text);
    if own.is_empty() { words(text).join(" ") } else { own.join(" ") }
}

/// Whether `word` only says where an organisation is: a number or a direction.
pub(crate) fn says_where(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        || WHERE.contains(&word)
        || GENERIC.contains(&word)
}

/// Whether a name (articles removed) is that of a public body: what is left of it
/// without its generic words is often a mere place.
pub(crate) fn is_public_body(name: &[String]) -> bool {
    let at = |position: usize| name.get(position).map_or("", String::as_str);
    let last = name.last().map_or("", String::as_str);
    PUBLIC_BODIES.contains(&at(0))
        || (at(0) == "communaute" && ["commune", "agglomeration", "urbaine"].contains(&at(1)))
        || (at(0) == "agence" && ["nationale", "regionale", "eau"].contains(&at(1)))
        || ["metropole", "agglomeration"].contains(&last)
}

/// Whether a name (articles removed) is that of a funder or of a brand.
pub(crate) fn is_backer(name: &[String]) -> bool {
    if name.first().is_some_and(|first| FUNDERS.contains(&first.as_str())) {
        return true;
    }
    let own: Vec<&str> =
        name.iter().map(String::as_str).filter(|word| !GENERIC.contains(word)).collect();
    BACKERS.contains(&own.join(" ").as_str())
}

/// Where `part` stands in `whole`, as consecutive whole words.
pub(crate) fn position(whole: &[String], part: &[String]) -> Option<usize> {
    if part.is_empty() {
        return None;
    }
    whole.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_on_whole_words() {
        assert_eq!(words("L’Œuvre d’Été – Cœur"), ["l", "oeuvre", "d", "ete", "coeur"]);
        assert_eq!(distinctive("Association SINGA France"), ["singa"]);
        assert_eq!(distinctive("France Active"), ["france", "active"]);
        assert_eq!(key("Réseau des Banques alimentaires"), key("banque alimentaire"));
        assert_eq!(words("e\u{301}te\u{301}"), words("été"));
    }

    #[test]
    fn public_bodies_and_backers_are_known() {
        let of = |text: &str| literal(text);
        assert!(is_public_body(&of("Ville de Lyon")));
        assert!(is_public_body(&of("Rennes Métropole")));
        assert!(!is_public_body(&of("Communauté Emmaüs")));
        assert!(is_backer(&of("Fondation Veolia")));
        assert!(is_backer(&of("Decathlon")));
        assert!(is_backer(&of("Groupe SEB")));
        assert!(is_backer(&of("Ademe")));
        assert!(!is_backer(&of("Secours Catholique")));
    }

    #[test]
    fn a_part_is_found_as_consecutive_words_only() {
        let whole = literal("Épicerie du Secours Catholique");
        assert_eq!(position(&whole, &literal("Secours Catholique")), Some(1));
        assert_eq!(position(&whole, &literal("Secours")), Some(1));
        assert_eq!(position(&whole, &literal("Catholique Secours")), None);
        assert_eq!(position(&whole, &[]), None);
    }
}
