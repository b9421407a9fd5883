//! Named partners: "SINGA (Paris, Lyon)" is an organisation and two places.

use crate::domain::portrait::Partner;

use super::text::fold;

/// Words that tell a description in brackets from a place.
const NOT_A_PLACE: [&str; 17] = [
    "groupe",
    "projet",
    "programme",
    "reseau",
    "federation",
    "cooperative",
    "association",
    "fondation",
    "entreprise",
    "repreneur",
    "visite",
    "accelerateur",
    "blanchisserie",
    "ex",
    "anciennement",
    "antenne",
    "franchise",
];

/// Reads a partner as a record writes it.
///
/// The name is what stands before the brackets, the places are the capitalised parts inside
/// them that describe nothing ("réseau", "projet", a year). Whether such a part really is a
/// place is known only when it is resolved; `text` keeps the original.
#[must_use]
pub fn parse_partner(text: &str) -> Partner {
    let text = text.trim();
    let (name, inside) = match (text.find('('), text.rfind(')')) {
        (Some(open), Some(close)) if open < close => (&text[..open], &text[open + 1..close]),
        _ => (text, ""),
    };
    let places: Vec<String> = inside
        .split([',', ';', '/'])
        .flat_map(|part| part.split(" et "))
        .map(str::trim)
        .filter(|part| is_place(part))
        .map(str::to_owned)
        .collect();
    let name = name.trim();
    let organisation = if name.is_empty() { text } else { name };
    Partner { organisation: organisation.to_owned(), places, text: text.to_owned() }
}

fn is_place(part: &str) -> bool {
    let capital = part
        .strip_prefix("l’")
        .or_else(|| part.strip_prefix("l'"))
        .or_else(|| part.strip_prefix("la "))
        .or_else(|| part.strip_prefix("le "))
        .unwrap_or(part)
        .chars()
        .next()
        .is_some_and(char::is_uppercase);
    let described = fold(part)
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| NOT_A_PLACE.contains(&word) || word.len() == 4 && word.parse::<u16>().is_ok());
    capital && !described
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_from_descriptions() {
        let read = |text: &str| {
            let partner = parse_partner(text);
            (partner.organisation, partner.places.join("|"))
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(read("SINGA (Paris, Lyon)"), pair("SINGA", "Paris|Lyon"));
        assert_eq!(read(" La Louve (coopérative)"), pair("La Louve", ""));
        assert_eq!(read("Item (Groupe Icare)"), pair("Item", ""));
        assert_eq!(
            read("Patmouille (blanchisserie d’insertion, Vallet)"),
            pair("Patmouille", "Vallet")
        );
        assert_eq!(read("Les Alchimistes (repreneur en 2023)"), pair("Les Alchimistes", ""));
        assert_eq!(read("Croix-Rouge (La Châtre)"), pair("Croix-Rouge", "La Châtre"));
        assert_eq!(read("Veolia"), pair("Veolia", ""));
        assert_eq!(read("(Lyon"), pair("(Lyon", ""));
    }
}
