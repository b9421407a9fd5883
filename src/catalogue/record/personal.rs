//! Personal data of natural persons: never stored (design §8).

use serde_json::{Map, Value};

use super::folding::fold_label;
use super::problem::RecordProblem;

/// Words of a field name that announce personal data, folded.
const PERSONAL: [&str; 26] = [
    "email",
    "mail",
    "courriel",
    "e mail",
    "mel",
    "telephone",
    "tel",
    "phone",
    "mobile",
    "portable",
    "fax",
    "contact",
    "contacts",
    "prenom",
    "prenoms",
    "first name",
    "last name",
    "firstname",
    "lastname",
    "dirigeant",
    "dirigeants",
    "president",
    "directeur",
    "directrice",
    "responsable",
    "referent",
];

/// Whether the name of a field announces personal data (`contact_email`, `Téléphone`).
#[must_use]
pub fn is_personal(name: &str) -> bool {
    let folded = fold_label(name);
    PERSONAL.iter().any(|word| {
        folded == *word
            || folded.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '))
            || folded.strip_suffix(word).is_some_and(|rest| rest.ends_with(' '))
    })
}

/// `value` of the field `name` without the personal data in it; `None` if it is all personal.
#[must_use]
pub fn without_personal(name: &str, value: &Value) -> Option<Value> {
    if is_personal(name) {
        return None;
    }
    Some(match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter_map(|(name, value)| Some((name.clone(), without_personal(name, value)?)))
                .collect::<Map<_, _>>(),
        ),
        Value::Array(items) => {
            Value::Array(items.iter().filter_map(|item| without_personal("", item)).collect())
        }
        other => other.clone(),
    })
}

/// The notice of a field left out because it holds personal data; its value is not repeated.
#[must_use]
pub fn dropped(field: String) -> RecordProblem {
    RecordProblem::new(
        field,
        "",
        ("donnée personnelle, écartée", "personal data, left out"),
        (
            "rien à faire : seules les organisations sont gardées",
            "nothing to do: only organisations are kept",
        ),
    )
}

/// What a text holds that names a person: an e-mail address, a telephone number, or a name
/// after a title ("Mme Martin"), in French and in English; `None` when nothing of the sort
/// is recognised.
///
/// A bare name is not recognised: no rule tells it from that of an organisation.
#[must_use]
pub fn found_in(text: &str) -> Option<(&'static str, &'static str)> {
    if holds_email(text) {
        return Some(("une adresse électronique", "an e-mail address"));
    }
    if holds_phone(text) {
        return Some(("un numéro de téléphone", "a telephone number"));
    }
    holds_titled_name(text).then_some(("le nom d’une personne", "the name of a person"))
}

/// What precedes the name of somebody.
const TITLES: [&str; 7] = ["M.", "Mr", "Mme", "Mlle", "Monsieur", "Madame", "Mademoiselle"];

fn holds_titled_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).any(|pair| {
        let title = pair[0].trim_start_matches(|c: char| !c.is_alphanumeric());
        TITLES.contains(&title) && pair[1].chars().next().is_some_and(char::is_uppercase)
    })
}

fn holds_email(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "<>()[],;:\"'’".contains(c)).any(|word| {
        word.split_once('@').is_some_and(|(name, host)| {
            let host = host.trim_end_matches('.');
            !name.is_empty()
                && host.rsplit_once('.').is_some_and(|(site, end)| {
                    !site.is_empty() && end.len() >= 2 && end.chars().all(char::is_alphabetic)
                })
        })
    })
}

/// A French number (ten digits from 0, by pairs or in one block) or one with its country
/// (`+33…`, `0033…`). A year among its groups makes it a date or a reference.
fn holds_phone(text: &str) -> bool {
    // Runs of groups of digits with one separator between two groups.
    let letters: Vec<char> = text.chars().collect();
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_ascii_digit() {
            continue;
        }
        match groups.last_mut() {
            Some((_, end)) if *end == at => *end = at + 1,
            _ => groups.push((at, at + 1)),
        }
    }
    let joined = |a: (usize, usize), b: (usize, usize)| {
        b.0 == a.1 + 1 && " .-\u{a0}\u{202f}".contains(letters[a.1])
    };
    (0..groups.len()).any(|first| {
        let start = groups[first].0;
        let plus = start > 0 && letters[start - 1] == '+';
        let mut digits = String::new();
        let mut sizes = Vec::new();
        for at in first..groups.len() {
            if at > first && !joined(groups[at - 1], groups[at]) {
                break;
            }
            let group: String = letters[groups[at].0..groups[at].1].iter().collect();
            if group.len() == 4 && (group.starts_with("19") || group.starts_with("20")) {
                break;
            }
            digits.push_str(&group);
            sizes.push(group.len());
            let national = digits.len() == 10
                && digits.starts_with('0')
                && !digits.starts_with("00")
                && (sizes == [10]
                    || sizes == [2; 5]
                    || sizes == [4, 3, 3]
                    || sizes == [4, 2, 2, 2]);
            let abroad = plus && (10..=14).contains(&digits.len());
            if national || abroad || (digits.starts_with("0033") && digits.len() == 13) {
                return true;
            }
        }
        false
    })
}

/// Given names common in France, folded; those that are also words of organisations or
/// places (France, Aurore, Rose, Nancy…) are left out: a doubt keeps the organisation.
const GIVEN: &str = "\
    adrien agathe agnes ahmed alain albert alexandra alexandre alexis alice aline amandine \
    amelie amina anais andre andree anne annie anthony antoine arnaud arthur audrey aurelie \
    aurelien axel baptiste bastien beatrice benedicte benjamin benoit bernadette bernard \
    brigitte bruno camille carine carole caroline catherine cecile cedric celine chantal \
    charlotte chloe christelle christian christine christophe claire claude claudine clement \
    clementine colette coralie corinne cyril daniel danielle david delphine denis denise \
    didier dominique dorothee edouard elise elodie emeline emilie emma emmanuel emmanuelle \
    eric estelle etienne eva fabien fabienne fabrice fanny farid fatima florian francis \
    francois francoise frederic frederique gabriel gaelle genevieve georges gerard gilbert \
    gilles gregory guillaume guy helene henri herve hugo ines isabelle jacqueline jacques \
    jean jeanne jeremy jerome joel jonathan josiane julie julien juliette justine karim \
    karine kevin laetitia laura laure laurence laurent lea liliane lionel louise luc lucas \
    lucie ludovic madeleine magali manon marc marcel margaux margot marianne marie marine \
    marion mathieu mathilde maurice maxime melanie michel michele mireille mohamed monique \
    muriel myriam nadia nathalie nicolas nicole noemie odile olivier pascal pascale patrice \
    patricia patrick paul pauline philippe pierre quentin rachid raphael raymond regis remi \
    remy rene renee richard robert roland romain samuel sandra sandrine sarah sebastien \
    serge severine simone sophie stephane stephanie sylvain sylvie thibault thierry thomas \
    valentin valerie vanessa veronique victor vincent virginie xavier yann yves yvette zoe";

/// Whether a text that should name an organisation names a person.
///
/// So it is where a part of it (between commas, brackets, dashes…) is two to four words of
/// which the first is a common given name. "Fondation Abbé Pierre" and "Collège Jean Moulin"
/// are organisations. It cannot see a person of a rarer name.
#[must_use]
pub fn names_a_person(text: &str) -> bool {
    let parts = text.split([',', ';', ':', '(', ')', '/', '–', '—', '|', '\n']);
    parts.flat_map(|part| part.split(" - ")).map(str::trim).any(is_person)
}

fn is_person(part: &str) -> bool {
    let mut words = part.split_whitespace();
    let (Some(first), Some(second)) = (words.next(), words.next()) else { return false };
    // "Jean-Marc Petit" begins as "Jean" does; "Pierre et Terre" names no Terre.
    let folded = fold_label(first);
    let first = folded.split(' ').next().unwrap_or_default();
    let given = GIVEN.split_whitespace().any(|name| name == first);
    let capital = second.chars().next().is_some_and(char::is_uppercase);
    let lower = part.chars().all(|letter| !letter.is_uppercase());
    given && (capital || lower) && words.count() <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_are_found_by_their_given_name_and_organisations_are_not() {
        for text in [
            "Camille Durand",
            "Direction de l’ESS (Jean-Marc Petit)",
            "Mission ESS, camille durand",
        ] {
            assert!(names_a_person(text), "{text}");
        }
        for text in [
            "Métropole de Lyon, direction de l’économie sociale",
            "Fondation Abbé Pierre",
            "Collège Jean Moulin",
            "France Active",
            "Pierre et Terre",
            "Délibération 2026-0433 du 26 avril 2026",
        ] {
            assert!(!names_a_person(text), "{text}");
        }
    }

    #[test]
    fn addresses_and_numbers_are_recognised_in_a_text() {
        for text in [
            "écrire à jeanne.martin@exemple.fr.",
            "(contact : j-m@asso.exemple.org)",
            "au 06 12 34 56 78",
            "tél. 0612345678",
            "04.72.00.00.00",
            "+33 6 12 34 56 78",
            "0033612345678",
            "vu avec Mme Martin",
            "M. Durand confirme",
        ] {
            assert!(found_in(text).is_some(), "{text}");
        }
        for text in [
            "délibération 2026-03-03 10",
            "le 01-02-2026, 10 h",
            "SIRET 512 345 678 00012",
            "1 234 567 890 €",
            "@essaim en ligne",
            "prix 06 12",
            "Madame et monsieur Tout-le-monde",
            "le compte @ville sur https://exemple.fr/@ville",
            "vu le 03 03 2026 à 14 30",
        ] {
            assert_eq!(found_in(text), None, "{text}");
        }
    }

    #[test]
    fn names_of_fields_announce_personal_data() {
        for name in ["email", "contact_email", "Téléphone", "prenom1UniteLegale prenom", "tel_fixe"]
        {
            assert!(is_personal(name), "{name}");
        }
        for name in ["hotel", "themes", "modele", "portage"] {
            assert!(!is_personal(name), "{name}");
        }
        let kept = without_personal("extra", &serde_json::json!({"email": "a@b", "site": "x"}));
        assert_eq!(kept, Some(serde_json::json!({"site": "x"})));
    }
}
