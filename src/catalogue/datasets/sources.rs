//! Who publishes what, and which sources make nothing sure: the tables of
//! `index/sources.toml`, and those that the owner of a catalogue declares in the same form.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::{DatasetError, DatasetFiles};
use crate::catalogue::embedded;
use crate::domain::source_book::{Blocked, Family, Patterns, SourceBook};

/// The file, in `index/`.
const FILE: &str = "sources.toml";

static BOOK: LazyLock<SourceBook> = LazyLock::new(|| {
    let texts = embedded::index_texts();
    let text = texts.iter().find(|(name, _)| name == FILE).map_or("", |(_, text)| text.as_str());
    parse(text).expect("a test reads the embedded file")
});

/// The tables that this program carries.
#[must_use]
pub fn book() -> &'static SourceBook {
    &BOOK
}

/// The file that an owner's tables are kept in, inside the dataset [`DATASET`].
pub const OWN: &str = "sources.toml";
/// The dataset that holds what the owner of a catalogue declares.
pub const DATASET: &str = "sources";

/// Why tables are refused: in French, in English.
type Fault = (String, String);

/// The book of a catalogue: what the program carries, and what its owner declared.
///
/// # Errors
/// If his tables cannot be read: they were checked when they were declared.
pub fn of_catalogue(files: &DatasetFiles) -> Result<SourceBook, DatasetError> {
    match files.get(OWN) {
        None => Ok(book().clone()),
        Some(text) => Ok(book().with_own(&parse(&String::from_utf8_lossy(text))?)),
    }
}

/// Reads the tables.
///
/// # Errors
/// As [`check`].
pub fn parse(text: &str) -> Result<SourceBook, DatasetError> {
    check(text).map_err(|(_, reason)| DatasetError::of_file(FILE, reason))
}

/// Reads tables that a person wrote.
///
/// # Errors
/// In French and in English: if the text is no TOML, a key is unknown, an id or a reason is
/// missing, an id stands twice, a table matches nothing or everything, or a pattern could
/// never match (a capital, a scheme).
pub fn check(text: &str) -> Result<SourceBook, (String, String)> {
    let table: toml::Table = text.parse().map_err(|cause: toml::de::Error| {
        (format!("TOML illisible : {cause}"), format!("unreadable TOML: {cause}"))
    })?;
    known(&table, &["hosts", "family", "blocked"])?;
    let empty = toml::Table::new();
    let hosts = match table.get("hosts") {
        None => &empty,
        Some(value) => value.as_table().ok_or_else(|| shape("[hosts]"))?,
    };
    known(hosts, &["suffixes", "folders", "own_voice"])?;
    let mut book = SourceBook {
        suffixes: list(hosts, "suffixes")?,
        folders: list(hosts, "folders")?,
        own_voice: list(hosts, "own_voice")?,
        ..SourceBook::default()
    };
    let mut ids = BTreeSet::new();
    for row in rows(&table, "family")? {
        known(row, &["id", "fr", "en", "domains", "names", "pages"])?;
        let family = Family {
            id: word(row, "id")?,
            fr: word(row, "fr")?,
            en: word(row, "en")?,
            matches: patterns(row)?,
            own: false,
        };
        unique(&mut ids, &family.id)?;
        book.families.push(family);
    }
    for row in rows(&table, "blocked")? {
        known(row, &["id", "fr", "en", "misplaces", "domains", "names", "pages"])?;
        let misplaces = row.get("misplaces").and_then(toml::Value::as_bool);
        let blocked = Blocked {
            id: word(row, "id")?,
            fr: word(row, "fr")?,
            en: word(row, "en")?,
            misplaces: misplaces.ok_or_else(|| {
                (
                    "`misplaces` doit valoir true ou false".to_owned(),
                    "`misplaces` must be true or false".to_owned(),
                )
            })?,
            matches: patterns(row)?,
            own: false,
        };
        unique(&mut ids, &blocked.id)?;
        book.blocked.push(blocked);
    }
    Ok(book)
}

/// Refuses a key that nobody reads: a typo would block nothing, in silence.
fn known(table: &toml::Table, keys: &[&str]) -> Result<(), Fault> {
    match table.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err((
            format!("clé inconnue `{key}` ; clés admises : {}", keys.join(", ")),
            format!("unknown key `{key}`; known: {}", keys.join(", ")),
        )),
        None => Ok(()),
    }
}

fn unique(ids: &mut BTreeSet<String>, id: &str) -> Result<(), Fault> {
    if ids.insert(id.to_owned()) {
        return Ok(());
    }
    Err((format!("`{id}` est écrit deux fois"), format!("`{id}` stands twice")))
}

fn shape(name: &str) -> Fault {
    (format!("écrivez `{name}` sur sa propre ligne"), format!("write `{name}` on its own line"))
}

fn rows<'a>(table: &'a toml::Table, name: &str) -> Result<Vec<&'a toml::Table>, Fault> {
    let Some(value) = table.get(name) else { return Ok(Vec::new()) };
    let fault = || shape(&format!("[[{name}]]"));
    let list = value.as_array().ok_or_else(fault)?;
    list.iter().map(|value| value.as_table().ok_or_else(fault)).collect()
}

fn word(row: &toml::Table, name: &str) -> Result<String, Fault> {
    let text = row.get(name).and_then(toml::Value::as_str).map(str::trim);
    text.filter(|text| !text.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| (format!("`{name}` manque"), format!("`{name}` is missing")))
}

fn patterns(row: &toml::Table) -> Result<Patterns, Fault> {
    let patterns = Patterns {
        domains: list(row, "domains")?,
        names: list(row, "names")?,
        pages: list(row, "pages")?,
    };
    if patterns == Patterns::default() {
        let id = word(row, "id")?;
        return Err((
            format!("`{id}` ne désigne aucune source ; donnez domains, names ou pages"),
            format!("`{id}` matches no source; give domains, names or pages"),
        ));
    }
    if let Some(odd) = patterns.domains.iter().find(|domain| domain.contains(['/', '*', ' '])) {
        return Err((
            format!("`{odd}` n’est pas un domaine ; une page s’écrit sous `pages`"),
            format!("`{odd}` is no domain; write a page under `pages`"),
        ));
    }
    if let Some(wide) =
        patterns.names.iter().chain(&patterns.pages).find(|text| text.chars().all(|c| c == '*'))
    {
        return Err((
            format!("`{wide}` désignerait toutes les sources"),
            format!("`{wide}` would hold every source"),
        ));
    }
    Ok(patterns)
}

/// A list of texts, as sources are read: small letters, no scheme, no `www.`.
fn list(row: &toml::Table, name: &str) -> Result<Vec<String>, Fault> {
    let Some(value) = row.get(name) else { return Ok(Vec::new()) };
    let items = value
        .as_array()
        .ok_or_else(|| (format!("`{name}` n’est pas une liste"), format!("`{name}` is no list")))?;
    let text = |item: &toml::Value| {
        let text = item.as_str().map(str::trim).unwrap_or_default();
        let plain = !text.is_empty()
            && text == text.to_lowercase()
            && !text.contains("://")
            && !text.starts_with("www.");
        if plain {
            return Ok(text.to_owned());
        }
        Err((
            format!("{item} de `{name}` : écrivez en minuscules, sans http:// ni www."),
            format!("{item} of `{name}`: write small letters, without http:// nor www."),
        ))
    };
    items.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source_book::Publisher;

    #[test]
    fn the_embedded_tables_are_read() {
        let text = embedded::index_texts().into_iter().find(|(name, _)| name == FILE).unwrap().1;
        let book = parse(&text).unwrap();
        assert!(book.families.len() >= 7 && book.blocked.len() == 3);
        // Registers of the seed, told apart or not as their account says.
        let family = |source: &str| match book.publisher(source, None) {
            Publisher::Family(id) => id,
            other => format!("{other:?}"),
        };
        assert_eq!(family("data_inclusion_2022"), "anct");
        assert_eq!(family("mednum_cnfs"), "anct");
        assert_eq!(family("france_services_2024"), "anct");
        assert_eq!(family("sirene_2017"), "sirene");
        assert_eq!(family("https://www.pappers.fr/entreprise/x-123"), "sirene");
        assert_eq!(family("sae_2023"), "finess");
        assert_eq!(family("esat"), "finess");
    }

    #[test]
    fn pages_made_for_each_commune_are_blocked_and_others_are_not() {
        for page in [
            "https://assos.example/annuaire/repair-cafe-lyon-69003",
            "https://www.net.example/annuaire/associations/lyon/69003/",
            "https://net.example/associations-a-villeurbanne-69100",
            "http://net.example/ville-lyon-69123/associations.html?page=2",
            "https://net.example/annuaire-associations-rhone/bron-69500",
        ] {
            assert!(book().blocked(page).is_some_and(|blocked| blocked.misplaces), "{page}");
        }
        for page in [
            "https://www.lyon.fr/associations",
            "https://www.rhone.fr/annuaire/maison-du-velo",
            "https://lannuaire.service-public.fr/auvergne-rhone-alpes/rhone/mairie-69123-01",
            "https://www.avise.org/annuaire-des-acteurs",
            "https://www.veloversailles.velovgp.org/association-a-velo-sans-age-versailles/",
            "https://www.net.example/associations-a-but-non-lucratif",
            "https://www.lyon.fr/ville-de-lyon/associations",
            "https://france3-regions.francetvinfo.fr/rhone/lyon/une-association-a-lyon-12345.html",
            "sirene_2017",
        ] {
            assert!(book().blocked(page).is_none(), "{page}");
        }
        let copy = book().blocked("https://news.dayfr.com/x").unwrap();
        assert!(!copy.misplaces);
    }

    #[test]
    fn no_page_that_was_read_for_the_seed_is_taken_for_a_generated_one() {
        let mut read = 0;
        for path in ["enterprises/enterprises.jsonl", "actors/key_actors.jsonl"] {
            let text = String::from_utf8_lossy(embedded::seed_file(path).unwrap());
            for line in text.lines() {
                let row: serde_json::Value = serde_json::from_str(line).unwrap();
                for source in row["sources"].as_array().unwrap() {
                    let source = source.as_str().or(source["source"].as_str()).unwrap();
                    let blocked = book().blocked(source);
                    assert!(blocked.is_none_or(|one| !one.misplaces), "{source}");
                    read += 1;
                }
            }
        }
        assert!(read > 1000, "{read}");
    }

    #[test]
    fn a_table_that_would_do_nothing_or_everything_is_refused() {
        let row = |rest: &str| format!("[[blocked]]\nid = \"a\"\nfr = \"a\"\nen = \"a\"\n{rest}");
        for (text, said) in [
            (row("misplaces = true"), "no source"),
            (row("misplaces = true\ndomain = [\"a.fr\"]"), "unknown key `domain`"),
            (row("domains = [\"a.fr\"]"), "`misplaces`"),
            (row("misplaces = true\ndomains = [\"https://a.fr\"]"), "without http"),
            (row("misplaces = true\ndomains = [\"a.fr/b\"]"), "no domain"),
            (row("misplaces = true\npages = [\"*\"]"), "every source"),
            (row("misplaces = true\nnames = \"a\""), "no list"),
            ("[[family]]\nid = \"a\"\nfr = \"a\"".to_owned(), "`en` is missing"),
            ("[blocked]\nid = \"a\"".to_owned(), "[[blocked]]"),
        ] {
            let fault = parse(&text).unwrap_err().reason;
            assert!(fault.contains(said), "{fault}");
        }
        assert!(check("[hosts").unwrap_err().0.starts_with("TOML illisible"));
        let one = row("misplaces = true\ndomains = [\"a.fr\"]\n");
        assert!(parse(&format!("{one}{one}")).unwrap_err().reason.contains("twice"));
        assert!(parse(&one).is_ok());
    }
}
