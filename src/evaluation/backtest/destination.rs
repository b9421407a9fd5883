//! The names of a destination, and the texts that speak of it.
//!
//! Names are its communes, its own name without its nature ("Métropole de Lyon" is "Lyon"),
//! its départements, and the adjectives of its main town ("lyonnaise"). Names of the main
//! town, of the territory and of the communes where the enterprise came are found however
//! they are written; the other communes and the départements, whose names are often common
//! words (Sens, Bonne, Orne), only where they bear a capital, or in an address. A région is
//! no trace: it names too many other places.

use std::collections::HashMap;

use crate::annotation::text::fold;
use crate::domain::territory::{Atlas, Territory};

/// What stands in place of a name that was taken out.
pub const TAKEN_OUT: &str = "…";
/// A name of one word shorter than this is looked for only where it must be.
const SHORTEST: usize = 3;
/// Letters that a town shares with its adjective at least.
const ROOT: usize = 4;

/// Words of the name of a territory that say its nature, not its place.
const NATURES: [&str; 24] = [
    "metropole",
    "eurometropole",
    "europeenne",
    "communaute",
    "communes",
    "agglomeration",
    "agglo",
    "urbaine",
    "cc",
    "ca",
    "cu",
    "de",
    "du",
    "des",
    "d",
    "la",
    "le",
    "les",
    "l",
    "et",
    "en",
    "pays",
    "intercom",
    "intercommunalite",
];

/// Endings of the adjectives of towns, longest first.
const ENDINGS: [&str; 18] = [
    "iennes", "ienne", "aises", "oises", "aines", "aise", "oise", "aine", "iens", "ains", "ines",
    "ais", "ois", "ien", "ain", "ins", "ine", "in",
];

/// The names of one destination.
#[derive(Debug, Clone, Default)]
pub struct Destination {
    /// First word → names beginning with it: their words, and whether a capital is needed.
    names: HashMap<String, Vec<(Vec<String>, bool)>>,
    /// The main town, folded, where it is one word, or the root of its adjective; else empty.
    town: String,
}

/// A word of a text with its place.
struct Word {
    start: usize,
    end: usize,
    folded: String,
    capital: bool,
}

impl Destination {
    /// The names of `territory`; `came` are communes whose names are found in any case.
    #[must_use]
    pub fn new(atlas: &Atlas, territory: &Territory, came: &[u32]) -> Self {
        let mut destination = Self::default();
        let main = territory.communes.iter().copied().max_by(|&a, &b| {
            atlas.at(a).population.total_cmp(&atlas.at(b).population).then(b.cmp(&a))
        });
        let own: Vec<String> = words(&territory.name).into_iter().map(|w| w.folded).collect();
        let nature = |word: &String| NATURES.contains(&word.as_str());
        let start = own.iter().position(|word| !nature(word)).unwrap_or(0);
        let end = own.iter().rposition(|word| !nature(word)).map_or(own.len(), |at| at + 1);
        destination.add(own[start.min(end)..end].to_vec(), false);
        let mut departements: Vec<&str> = Vec::new();
        for &at in &territory.communes {
            let commune = atlas.at(at);
            let name: Vec<String> = words(&commune.name).into_iter().map(|w| w.folded).collect();
            let anywhere = Some(at) == main || came.contains(&at);
            if Some(at) == main {
                destination.town = match name.as_slice() {
                    [town] => town.clone(),
                    [saint, etienne] if saint == "saint" && etienne == "etienne" => {
                        "stephanois".to_owned()
                    }
                    _ => String::new(),
                };
            }
            destination.add(name, !anywhere);
            if !departements.contains(&commune.departement.as_str()) {
                departements.push(&commune.departement);
            }
        }
        for code in departements {
            if let Some(at) = atlas.departement(code) {
                let name = words(&atlas.departements[at].name);
                destination.add(name.into_iter().map(|word| word.folded).collect(), true);
            }
        }
        destination
    }

    fn add(&mut self, name: Vec<String>, capital: bool) {
        let Some(first) = name.first().cloned() else { return };
        if capital && name.iter().map(String::len).sum::<usize>() < SHORTEST {
            return;
        }
        let list = self.names.entry(first).or_default();
        match list.iter_mut().find(|known| known.0 == name) {
            Some(known) => known.1 &= capital,
            None => list.push((name, capital)),
        }
    }

    /// Whether a text speaks of it.
    #[must_use]
    pub fn is_named_in(&self, text: &str) -> bool {
        if is_address(text) {
            let folded = fold(text);
            let town = self.town.len() > ROOT && folded.contains(&self.town);
            return town || !self.spans(text, false).is_empty();
        }
        !self.spans(text, true).is_empty()
    }

    /// The text without the names, each replaced by [`TAKEN_OUT`]; an address that holds one
    /// is replaced whole.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        if is_address(text) {
            return if self.is_named_in(text) { TAKEN_OUT.to_owned() } else { text.to_owned() };
        }
        let mut kept = String::with_capacity(text.len());
        let mut from = 0;
        for (start, end) in self.spans(text, true) {
            kept.push_str(&text[from..start]);
            kept.push_str(TAKEN_OUT);
            from = end;
        }
        kept.push_str(&text[from..]);
        kept
    }

    /// The bytes of each name found, in order, never overlapping.
    fn spans(&self, text: &str, capitals: bool) -> Vec<(usize, usize)> {
        let words = words(text);
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            match self.name_at(&words[at..], capitals) {
                Some(length) => {
                    found.push((words[at].start, words[at + length - 1].end));
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    /// How many words the longest name standing at the first word has.
    fn name_at(&self, words: &[Word], capitals: bool) -> Option<usize> {
        let first = words.first()?;
        let named = self.names.get(&first.folded).into_iter().flatten();
        let longest = named
            .filter(|(name, _)| {
                words.len() >= name.len()
                    && name.iter().zip(words).all(|(name, word)| *name == word.folded)
            })
            .filter(|(name, capital)| {
                !capitals || !capital || words[..name.len()].iter().any(|word| word.capital)
            })
            .map(|(name, _)| name.len())
            .max();
        longest.or_else(|| self.is_adjective(&first.folded).then_some(1))
    }

    /// Whether a folded word is an adjective of the main town: without its ending, it shares
    /// the town's first letters, all but four at most, and has one more at most.
    fn is_adjective(&self, word: &str) -> bool {
        let shared = |root: &str| {
            root.bytes().zip(self.town.bytes()).take_while(|(ours, theirs)| ours == theirs).count()
        };
        ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending)).any(|root| {
            let shared = shared(root);
            shared >= ROOT && shared + ROOT >= self.town.len() && root.len() <= shared + 1
        })
    }
}

/// A web address or a path: words are then joined by anything, and without capitals.
fn is_address(text: &str) -> bool {
    !text.contains(char::is_whitespace) && (text.contains('/') || text.contains("www."))
}

/// The words of a text, folded; `st` and `ste` are spelled out.
fn words(text: &str) -> Vec<Word> {
    let mut list = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (letter.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let word = &text[from..at];
                let folded = match fold(word).as_str() {
                    "st" => "saint".to_owned(),
                    "ste" => "sainte".to_owned(),
                    other => other.to_owned(),
                };
                let capital = word.starts_with(char::is_uppercase);
                list.push(Word { start: from, end: at, folded, capital });
                start = None;
            }
            _ => {}
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geography::Point;
    use crate::domain::territory::{Commune, DensityClass, TerritoryKind};

    fn destination(name: &str, communes: &[(&str, f64)], came: &[u32]) -> Destination {
        let commune = |&(name, population): &(&str, f64)| Commune {
            insee: String::new(),
            name: name.to_owned(),
            departement: "01".to_owned(),
            region: String::new(),
            epci: None,
            population,
            area_km2: 1.0,
            point: Point { lat: 0.0, lon: 0.0 },
            density: DensityClass::Urban,
        };
        let atlas = Atlas { communes: communes.iter().map(commune).collect(), ..Atlas::default() };
        let territory = Territory {
            id: "epci-x".to_owned(),
            name: name.to_owned(),
            kind: TerritoryKind::Epci,
            communes: (0..u32::try_from(communes.len()).unwrap()).collect(),
            population: 0.0,
            area_km2: 0.0,
            point: Point { lat: 0.0, lon: 0.0 },
            rural_share: 0.0,
            density: DensityClass::Urban,
        };
        Destination::new(&atlas, &territory, came)
    }

    #[test]
    fn names_are_taken_out_and_common_words_stay() {
        let lyon = destination(
            "Métropole de Lyon",
            &[("Lyon", 5e5), ("Bron", 4e4), ("Saint-Fons", 2e4), ("Mer", 10.0)],
            &[],
        );
        for (text, kept) in [
            ("Ouvre à Lyon et à St-Fons en 2019.", "Ouvre à … et à … en 2019."),
            ("la filière LYONNAISE, à bron", "la filière …, à bron"),
            ("à Bron, près de la mer ; Mer.", "à …, près de la mer ; …."),
            ("les lions et les lyonnaiseries", "les lions et les lyonnaiseries"),
            ("https://exemple.fr/a-lyon-69", "…"),
            ("https://emmaus-lyon.org/", "…"),
            ("https://exemple.fr/paris", "https://exemple.fr/paris"),
            ("rien", "rien"),
        ] {
            assert_eq!(lyon.redact(text), kept);
            assert_eq!(lyon.is_named_in(text), text != kept, "{text}");
        }
    }

    #[test]
    fn the_commune_where_it_came_is_found_in_any_case() {
        let list = [("Grande", 5e5), ("Mer", 10.0)];
        assert!(!destination("CC X", &list, &[]).is_named_in("au bord de la mer"));
        assert!(destination("CC X", &list, &[1]).is_named_in("au bord de la mer"));
    }

    #[test]
    fn adjectives_of_towns_are_theirs_only() {
        for (town, adjective, other) in [
            ("Nantes", "nantaises", "nanties"),
            ("Bordeaux", "bordelais", "bordure"),
            ("Marseille", "marseillais", "marsupiaux"),
            ("Grenoble", "grenobloise", "grenadine"),
            ("Toulouse", "toulousain", "toulonnais"),
            ("Paris", "parisiennes", "parasites"),
            ("Saint-Étienne", "stéphanoises", "Stéphane"),
        ] {
            let place = destination("Métropole", &[(town, 5e5)], &[]);
            assert!(place.is_named_in(adjective), "{adjective}");
            assert!(!place.is_named_in(other), "{other}");
        }
    }

    #[test]
    fn the_nature_of_a_territory_is_no_name() {
        let place = destination("CC du Pays de Bitche", &[("Bitche", 5e3)], &[]);
        assert!(place.is_named_in("au pays de Bitche"));
        assert!(!place.is_named_in("une communauté de communes du pays"));
    }
}
