//! Which sources speak with one voice, and which make nothing sure.
//!
//! Two addresses of one site, or two registers fed by the same publisher, are one source.
//! What is declared stands in `index/sources.toml`; what is not declared is read from the
//! address itself: its site is its publisher.

/// Sources of one publisher, or fed by the same register.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Family {
    /// Stable id.
    pub id: String,
    /// French name.
    pub fr: String,
    /// English name.
    pub en: String,
    /// Its sources.
    pub matches: Patterns,
    /// The owner of the catalogue declared it, not the program.
    pub own: bool,
}

/// Sources that make nothing sure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Blocked {
    /// Stable id.
    pub id: String,
    /// Why, in French.
    pub fr: String,
    /// Why, in English.
    pub en: String,
    /// What it says of a place is doubtful too.
    pub misplaces: bool,
    /// The sources meant.
    pub matches: Patterns,
    /// The owner of the catalogue declared it, not the program.
    pub own: bool,
}

/// How sources are recognised.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patterns {
    /// Sites, each with everything below it.
    pub domains: Vec<String>,
    /// Patterns of the folded words of a source that is no address.
    pub names: Vec<String>,
    /// Patterns of host and path of an address.
    pub pages: Vec<String>,
}

/// Who publishes a source; two sources of equal publishers are one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Publisher {
    /// A declared family, by its id.
    Family(String),
    /// A site, by its name.
    Site(String),
    /// A document or a person, by folded words.
    Named(String),
    /// The organisation itself: its own site, its pages on social networks.
    Itself,
}

/// Everything declared of sources.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceBook {
    /// Families, in the order declared: the first that matches wins.
    pub families: Vec<Family>,
    /// What is blocked, in the order declared.
    pub blocked: Vec<Blocked>,
    /// Suffixes under which each name is another publisher.
    pub suffixes: Vec<String>,
    /// Hosts where the first part of the path tells who publishes.
    pub folders: Vec<String>,
    /// Hosts of pages that an organisation writes about itself.
    pub own_voice: Vec<String>,
}

/// A source taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Read {
    /// Host without `www.`, and path without query, lower case; `None`: no address.
    address: Option<(String, String)>,
    /// Its words where it is no bare address, folded by the caller's rule.
    words: String,
}

impl SourceBook {
    /// This book with what the owner of a catalogue declares: his tables are looked at
    /// first, and one of his that bears the id of another replaces it.
    #[must_use]
    pub fn with_own(&self, own: &Self) -> Self {
        let mut families: Vec<Family> = own.families.clone();
        families.iter_mut().for_each(|family| family.own = true);
        let mut blocked: Vec<Blocked> = own.blocked.clone();
        blocked.iter_mut().for_each(|one| one.own = true);
        let replaced = |id: &str| {
            own.families.iter().any(|family| family.id == id)
                || own.blocked.iter().any(|one| one.id == id)
        };
        families.extend(self.families.iter().filter(|family| !replaced(&family.id)).cloned());
        blocked.extend(self.blocked.iter().filter(|one| !replaced(&one.id)).cloned());
        let joined = |own: &[String], carried: &[String]| [own, carried].concat();
        Self {
            families,
            blocked,
            suffixes: joined(&own.suffixes, &self.suffixes),
            folders: joined(&own.folders, &self.folders),
            own_voice: joined(&own.own_voice, &self.own_voice),
        }
    }

    /// Who publishes `source`; `own_site` is the website of the organisation that the source
    /// speaks of, where known.
    #[must_use]
    pub fn publisher(&self, source: &str, own_site: Option<&str>) -> Publisher {
        let read = Read::of(source);
        if let Some(family) = self.families.iter().find(|family| family.matches.hold(&read)) {
            return Publisher::Family(family.id.clone());
        }
        let Some((host, path)) = &read.address else { return Publisher::Named(read.words) };
        let site = self.site(host, path);
        let own = own_site.and_then(|own| Read::of(own).address);
        let is_own = own.is_some_and(|(host, path)| self.site(&host, &path) == site);
        if is_own || self.own_voice.iter().any(|own| is_below(host, own)) {
            return Publisher::Itself;
        }
        Publisher::Site(site)
    }

    /// Why `source` makes nothing sure; `None` when it is not blocked.
    #[must_use]
    pub fn blocked(&self, source: &str) -> Option<&Blocked> {
        let read = Read::of(source);
        self.blocked.iter().find(|blocked| blocked.matches.hold(&read))
    }

    /// Why the place told by these sources is doubtful: each of them is blocked, and one of
    /// them is known to place actors wrongly. `None` when there is no source at all.
    #[must_use]
    pub fn misplaced<'a>(&self, sources: impl IntoIterator<Item = &'a str>) -> Option<&Blocked> {
        let mut found = None;
        for source in sources {
            let blocked = self.blocked(source)?;
            if blocked.misplaces {
                found = found.or(Some(blocked));
            }
        }
        found
    }

    /// A source in short, for a reader: the host of an address, else its own words.
    #[must_use]
    pub fn short(source: &str) -> String {
        Read::of(source).address.map_or_else(|| source.trim().to_owned(), |(host, _)| host)
    }

    /// The site of an address: the last two names of its host, one more under a suffix where
    /// each name is someone else's, the first part of the path where that tells.
    fn site(&self, host: &str, path: &str) -> String {
        if self.folders.iter().any(|folder| folder == host) {
            let owner = path.split('/').find(|part| !part.is_empty()).unwrap_or_default();
            return format!("{host}/{owner}");
        }
        let suffix = self.suffixes.iter().filter(|suffix| is_below(host, suffix));
        let names = suffix.map(|suffix| suffix.split('.').count()).max().unwrap_or(1) + 1;
        let parts: Vec<&str> = host.split('.').collect();
        parts[parts.len().saturating_sub(names)..].join(".")
    }
}

impl Patterns {
    fn hold(&self, read: &Read) -> bool {
        match &read.address {
            Some((host, path)) => {
                let whole = format!("{host}{path}");
                self.domains.iter().any(|domain| is_below(host, domain))
                    || self.pages.iter().any(|pattern| fits(pattern, &whole))
                    || (!read.words.is_empty() && self.named(&read.words))
            }
            None => self.named(&read.words),
        }
    }

    fn named(&self, words: &str) -> bool {
        self.names.iter().any(|pattern| fits(pattern, words))
    }
}

impl Read {
    /// Takes a source apart: an address alone, or words that may hold one.
    fn of(source: &str) -> Self {
        let source = source.trim();
        let lower = source.to_lowercase();
        let at = lower.find("https://").or_else(|| lower.find("http://"));
        let bare = !lower.contains(char::is_whitespace) && looks_like_host(&lower);
        let Some(at) = at.or(bare.then_some(0)) else {
            return Self { address: None, words: without_year(&folded(source)) };
        };
        let rest = &lower[at..];
        let rest = rest.strip_prefix("https://").or(rest.strip_prefix("http://")).unwrap_or(rest);
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | ',' | ';'));
        let rest = &rest[..end.unwrap_or(rest.len())];
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = host.rsplit('@').next().unwrap_or(host);
        let host = host.split(':').next().unwrap_or(host);
        let host = host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.');
        let words = without_year(&folded(&lower[..at]));
        Self { address: Some((host.to_owned(), path.trim_end_matches('/').to_owned())), words }
    }
}

/// Whether a text without scheme begins with the name of a host: `avise.org/…`.
fn looks_like_host(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or_default();
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.')
        && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        && (2..=6).contains(&last.len())
        && last.chars().all(|c| c.is_ascii_alphabetic())
}

/// Whether `host` is `domain`, or stands below it.
fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

/// Lower case, no accent, every sign one space: the same words however they are typed.
fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'â' | 'ä' => folded.push('a'),
            'ç' => folded.push('c'),
            'é' | 'è' | 'ê' | 'ë' => folded.push('e'),
            'î' | 'ï' => folded.push('i'),
            'ô' | 'ö' => folded.push('o'),
            'ù' | 'û' | 'ü' => folded.push('u'),
            'œ' => folded.push_str("oe"),
            '\u{300}'..='\u{36f}' => {}
            _ if c.is_alphanumeric() => folded.push(c),
            _ if !folded.is_empty() && !folded.ends_with(' ') => folded.push(' '),
            _ => {}
        }
    }
    folded.trim_end().to_owned()
}

/// The words without a year at their end: two vintages of one register are one source.
fn without_year(words: &str) -> String {
    match words.rsplit_once(' ') {
        Some((front, last)) if last.len() == 4 && last.bytes().all(|b| b.is_ascii_digit()) => {
            front.to_owned()
        }
        _ => words.to_owned(),
    }
}

/// Whether the whole of `text` fits `pattern`: `*` is anything, `#` one digit.
///
/// Time is at most the product of both lengths, whatever the pattern.
#[must_use]
pub fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read) = (0, 0);
    // Where the last `*` stands, and how far it reaches.
    let mut star: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some('#') if text[read].is_ascii_digit() => (at, read) = (at + 1, read + 1),
            Some(&c) if c != '#' && c == text[read] => (at, read) = (at + 1, read + 1),
            _ => match star {
                Some((place, reach)) => {
                    star = Some((place, reach + 1));
                    (at, read) = (place + 1, reach + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|&text| text.to_owned()).collect()
    }

    fn book() -> SourceBook {
        SourceBook {
            families: vec![Family {
                id: "sirene".to_owned(),
                matches: Patterns {
                    domains: texts(&["pappers.fr"]),
                    names: texts(&["*sirene*"]),
                    pages: Vec::new(),
                },
                ..Family::default()
            }],
            blocked: vec![
                Blocked {
                    id: "pages".to_owned(),
                    misplaces: true,
                    matches: Patterns {
                        pages: texts(&["*/annuaire/*-#####"]),
                        ..Patterns::default()
                    },
                    ..Blocked::default()
                },
                Blocked {
                    id: "copies".to_owned(),
                    matches: Patterns { domains: texts(&["copie.fr"]), ..Patterns::default() },
                    ..Blocked::default()
                },
            ],
            suffixes: texts(&["gouv.fr", "wordpress.com"]),
            folders: texts(&["github.com"]),
            own_voice: texts(&["facebook.com"]),
        }
    }

    #[test]
    fn two_addresses_of_one_site_are_one_publisher() {
        let book = book();
        let of = |source: &str| book.publisher(source, None);
        assert_eq!(of("https://www.latribune.fr/a?b=1"), of("http://region-sud.latribune.fr/c"));
        assert_eq!(of("latribune.fr/x"), Publisher::Site("latribune.fr".to_owned()));
        assert_ne!(of("https://a.wordpress.com/x"), of("https://b.wordpress.com/x"));
        assert_ne!(of("https://culture.gouv.fr"), of("https://ecologie.gouv.fr"));
        assert_eq!(of("https://github.com/anct/x"), Publisher::Site("github.com/anct".to_owned()));
        assert_ne!(of("https://github.com/anct/x"), of("https://github.com/etalab/x"));
    }

    #[test]
    fn registers_of_one_publisher_and_their_vintages_are_one() {
        let book = book();
        let of = |source: &str| book.publisher(source, None);
        let sirene = Publisher::Family("sirene".to_owned());
        for source in ["sirene_2017", "INSEE, répertoire Sirene", "https://www.pappers.fr/e/1"] {
            assert_eq!(of(source), sirene, "{source}");
        }
        assert_eq!(of("INSEE, Sirene (https://www.data.gouv.fr/x)"), sirene);
        assert_eq!(of("Liste locale 2019"), of("liste locale, 2024"));
        assert_ne!(of("entretien"), of("appel"));
    }

    #[test]
    fn what_an_organisation_says_of_itself_is_one_voice() {
        let book = book();
        let own = Some("https://www.singa.fr");
        assert_eq!(book.publisher("https://singa.fr/lyon", own), Publisher::Itself);
        assert_eq!(book.publisher("https://fr-fr.facebook.com/singa", own), Publisher::Itself);
        assert_eq!(
            book.publisher("https://singa.fr/lyon", None),
            Publisher::Site("singa.fr".to_owned())
        );
    }

    #[test]
    fn a_place_is_doubtful_only_when_every_source_is_blocked() {
        let book = book();
        let page = "https://www.assos.example/annuaire/repair-cafe-lyon-69003/";
        let (copy, good) = ("https://www.copie.fr/x", "https://avise.org/x");
        assert_eq!(book.blocked(page).map(|b| b.id.as_str()), Some("pages"));
        assert!(book.blocked(good).is_none());
        assert!(book.misplaced([page, copy]).is_some());
        assert!(book.misplaced([copy]).is_none());
        assert!(book.misplaced([page, good]).is_none());
        assert!(book.misplaced([]).is_none());
    }

    #[test]
    fn what_the_owner_declares_comes_first_and_may_replace() {
        let copies = |domain: &str| Blocked {
            id: "copies".to_owned(),
            matches: Patterns { domains: texts(&[domain]), ..Patterns::default() },
            ..Blocked::default()
        };
        let own = SourceBook { blocked: vec![copies("autre.fr")], ..SourceBook::default() };
        let both = book().with_own(&own);
        assert!(both.blocked("https://autre.fr/x").is_some_and(|blocked| blocked.own));
        assert!(both.blocked("https://copie.fr/x").is_none());
        assert!(both.blocked("https://a.fr/annuaire/x-69003").is_some_and(|b| !b.own));
        assert_eq!(both.families, book().families);
        assert_eq!(book().with_own(&SourceBook::default()), book());
    }

    #[test]
    fn patterns_hold_the_whole_text() {
        for (pattern, text, held) in [
            ("*/annuaire/*-#####", "a.fr/annuaire/x-69003", true),
            ("*/annuaire/*-#####", "a.fr/annuaire/x-6900", false),
            ("*/annuaire/*-#####", "a.fr/annuaire/x-69003/page", false),
            ("sae *", "sae 2023", true),
            ("sae", "sae 2023", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b", "bba", false),
            ("", "", true),
            ("#", "#", false),
        ] {
            assert_eq!(fits(pattern, text), held, "{pattern} {text}");
        }
    }
}
