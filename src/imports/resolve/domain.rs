//! The web domain of an organisation, where an address says whose it is.

/// The domain of an address: lower case, without scheme, `www.`, port or path; `None`
/// when nothing in it looks like a domain.
#[must_use]
pub fn domain(address: &str) -> Option<String> {
    let address = address.trim().to_lowercase();
    let rest = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?.split(':').next()?;
    let host = host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.');
    let labels = host.split('.').count();
    let clean = host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    (labels >= 2 && clean && !host.starts_with('.')).then(|| host.to_owned())
}

/// Whether `domain` is one of the `shared` hosts, or a page under one of them.
#[must_use]
pub fn is_shared(domain: &str, shared: &[String]) -> bool {
    shared.iter().any(|host| {
        domain
            .strip_suffix(host.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Whether `domain` speaks of these words of a name: all of them joined, or one of five
/// letters or more. A page about an organisation does not, its own site mostly does.
#[must_use]
pub fn resembles(domain: &str, words: &[&str]) -> bool {
    let letters: String = domain.chars().filter(char::is_ascii_alphanumeric).collect();
    let joined = words.concat();
    (joined.len() >= 3 && letters.contains(&joined))
        || words.iter().any(|word| word.len() >= 5 && letters.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_its_domain() {
        for address in ["https://www.Singa.fr/lyon?x=1", "singa.fr", "HTTP://singa.fr:80#a"] {
            assert_eq!(domain(address).as_deref(), Some("singa.fr"), "{address}");
        }
        assert_eq!(domain("pas d’adresse"), None);
        assert_eq!(domain(""), None);
    }

    #[test]
    fn a_shared_host_says_nothing_of_who_is_behind() {
        let shared = ["helloasso.com".to_owned()];
        assert!(is_shared("helloasso.com", &shared));
        assert!(is_shared("lyon.helloasso.com", &shared));
        assert!(!is_shared("nothelloasso.com", &shared));
    }

    #[test]
    fn a_site_bears_the_name_and_an_article_does_not() {
        assert!(resembles("1lettre1sourire.org", &["1", "lettre", "1", "sourire"]));
        assert!(!resembles("20minutes.fr", &["agence", "don", "nature"]));
    }
}
