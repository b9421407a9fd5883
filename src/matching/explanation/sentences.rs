//! From a fact to a sentence: templates with plural, elision and contraction handled.
//!
//! A template is a line of `index/sentences.fr.toml` or `index/sentences.en.toml`:
//!
//! | written | means |
//! |---|---|
//! | `{name}` | the value |
//! | `{name\|de}` | "de Lyon", "d’Annecy", "du Puy", "des Mureaux" |
//! | `{name\|a}` | "à Lyon", "au Puy", "aux Mureaux" |
//! | `{name\|lower}` | the value with a small initial (acronyms keep theirs) |
//! | `{name\|que}` | "que Lyon", "qu’Annecy" |
//! | `{name\|when}` | a date: "le 3 mars 2026", "en mars 2026", "en 2026" |
//! | `{name\|word.group}` | the template `word.group.<value>`; the value where there is none |
//! | `{n?site\|sites}` | the word that agrees with the count `n` |
//! | `[[… {name} …]]` | left out when a value inside is missing or empty |
//! | `[[… {a} …\|\|… {b} …]]` | the first of these that can be filled |
//!
//! In French a number agrees in the plural from 2; in English from anything but 1.

use std::collections::BTreeMap;

use crate::domain::date::PartialDate;
use crate::domain::fact::{Arg, Fact};
use crate::domain::lang::Lang;
use crate::domain::taxonomy::Taxonomy;

/// Every template of both languages, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Templates {
    fr: BTreeMap<String, String>,
    en: BTreeMap<String, String>,
}

impl Templates {
    /// Templates of each language by dotted key.
    #[must_use]
    pub fn new(fr: BTreeMap<String, String>, en: BTreeMap<String, String>) -> Self {
        Self { fr, en }
    }

    /// The template of a key in `lang`.
    #[must_use]
    pub fn get(&self, key: &str, lang: Lang) -> Option<&str> {
        let table = match lang {
            Lang::Fr => &self.fr,
            Lang::En => &self.en,
        };
        table.get(key).map(String::as_str)
    }

    /// The keys of each language, for the test that they are the same.
    pub fn keys(&self, lang: Lang) -> impl Iterator<Item = &str> {
        let table = match lang {
            Lang::Fr => &self.fr,
            Lang::En => &self.en,
        };
        table.keys().map(String::as_str)
    }

    /// The sentence of a fact, first letter capital.
    ///
    /// A key without a template shows the key itself between brackets: a bug that the
    /// tests of the templates catch, and that must not hide the reason.
    #[must_use]
    pub fn render(&self, fact: &Fact, taxonomy: &Taxonomy, lang: Lang) -> String {
        capitalised(&self.phrase(fact, taxonomy, lang))
    }

    /// The same without the capital, for a part of a sentence.
    #[must_use]
    pub fn phrase(&self, fact: &Fact, taxonomy: &Taxonomy, lang: Lang) -> String {
        let Some(template) = self.get(fact.key, lang) else { return format!("[{}]", fact.key) };
        let writer = Writer { templates: self, fact, taxonomy, lang };
        writer.write(template)
    }
}

struct Writer<'a> {
    templates: &'a Templates,
    fact: &'a Fact,
    taxonomy: &'a Taxonomy,
    lang: Lang,
}

impl Writer<'_> {
    fn write(&self, template: &str) -> String {
        let mut out = String::with_capacity(template.len() * 2);
        let mut rest = template;
        while let Some(start) = rest.find("[[") {
            out.push_str(&self.fill(&rest[..start]).unwrap_or_default());
            let after = &rest[start + 2..];
            let end = after.find("]]").unwrap_or(after.len());
            if let Some(text) = after[..end].split("||").find_map(|part| self.fill(part)) {
                out.push_str(&text);
            }
            rest = after.get(end + 2..).unwrap_or("");
        }
        // A value missing outside of brackets leaves its name: shown, never silent.
        match self.fill(rest) {
            Some(text) => out.push_str(&text),
            None => out.push_str(rest),
        }
        out
    }

    /// Fills a part; `None` when a value is missing.
    fn fill(&self, part: &str) -> Option<String> {
        let mut out = String::with_capacity(part.len() * 2);
        let mut rest = part;
        while let Some(start) = rest.find('{') {
            out.push_str(&rest[..start]);
            let after = &rest[start + 1..];
            let end = after.find('}')?;
            out.push_str(&self.slot(&after[..end])?);
            rest = &after[end + 1..];
        }
        out.push_str(rest);
        Some(out)
    }

    fn slot(&self, slot: &str) -> Option<String> {
        if let Some((name, words)) = slot.split_once('?') {
            let (one, many) = words.split_once('|')?;
            let plural = is_plural(self.quantity(name)?, self.lang);
            return Some(if plural { many } else { one }.to_owned());
        }
        let (name, form) = slot.split_once('|').unwrap_or((slot, ""));
        let arg = self.fact.args.get(name)?;
        let text = if form.starts_with("word.") { self.word(arg, form) } else { self.text(arg) };
        // Nothing to say is as good as missing.
        if text.is_empty() {
            return None;
        }
        Some(match form {
            "de" => with_de(&text),
            "a" => with_a(&text),
            "que" => with_que(&text),
            "lower" => lowered(&text),
            "when" => self.when(&text),
            _ => text,
        })
    }

    /// The word of a value in a group of words; each of them for a list.
    fn word(&self, arg: &Arg, group: &str) -> String {
        let one = |value: &str| {
            let word = self.templates.get(&format!("{group}.{value}"), self.lang);
            word.unwrap_or(value).to_owned()
        };
        match arg {
            Arg::List(list) => {
                let words: Vec<String> = list.iter().map(|value| one(value)).collect();
                joined(&words, self.lang)
            }
            other => one(&self.text(other)),
        }
    }

    /// A date written `2026`, `2026-03` or `2026-03-12`, with its preposition; a text that
    /// is none of these stays as it is.
    fn when(&self, text: &str) -> String {
        let Some(date) = PartialDate::parse(text) else { return text.to_owned() };
        let year = date.year;
        let in_a = |span: String| match self.lang {
            Lang::Fr => format!("en {span}"),
            Lang::En => format!("in {span}"),
        };
        let Some(month) = date.month else { return in_a(year.to_string()) };
        let month = self.word(&Arg::Text(month.to_string()), "word.month");
        match (date.day, self.lang) {
            (None, _) => in_a(format!("{month} {year}")),
            (Some(1), Lang::Fr) => format!("le 1er {month} {year}"),
            (Some(day), Lang::Fr) => format!("le {day} {month} {year}"),
            (Some(day), Lang::En) => format!("on {day} {month} {year}"),
        }
    }

    fn quantity(&self, name: &str) -> Option<f64> {
        match self.fact.args.get(name)? {
            Arg::Count(count) => Some(*count as f64),
            Arg::Number(number) => Some(*number),
            Arg::List(list) => Some(list.len() as f64),
            _ => None,
        }
    }

    fn text(&self, arg: &Arg) -> String {
        match arg {
            Arg::Text(text) => text.clone(),
            Arg::List(list) => joined(list, self.lang),
            Arg::Number(number) => number_text(*number, self.lang),
            Arg::Count(count) => grouped(&count.to_string(), self.lang),
            Arg::Share(share) => percent(*share, self.lang),
            Arg::Year(year) => year.to_string(),
            Arg::Concept(concept) => self.taxonomy.label(*concept, self.lang).to_owned(),
            Arg::Word(key) => {
                self.templates.get(key, self.lang).map_or_else(|| format!("[{key}]"), str::to_owned)
            }
        }
    }
}

fn is_plural(quantity: f64, lang: Lang) -> bool {
    match lang {
        Lang::Fr => quantity.abs() >= 2.0,
        Lang::En => (quantity - 1.0).abs() > f64::EPSILON,
    }
}

/// A list as a person says it: "a, b et c".
#[must_use]
pub fn joined(list: &[String], lang: Lang) -> String {
    let and = match lang {
        Lang::Fr => " et ",
        Lang::En => " and ",
    };
    match list {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{}{and}{last}", head.join(", ")),
    }
}

/// A number with at most two decimals, grouped by thousands.
#[must_use]
pub fn number_text(number: f64, lang: Lang) -> String {
    let decimals = if number.abs() >= 100.0 {
        0
    } else if number.abs() >= 10.0 {
        1
    } else {
        2
    };
    let text = format!("{number:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    };
    match text.split_once('.') {
        Some((whole, decimals)) => {
            let comma = if lang == Lang::Fr { ',' } else { '.' };
            format!("{}{comma}{decimals}", grouped(whole, lang))
        }
        None => grouped(&text, lang),
    }
}

/// A share 0..=1 in percent: "87 %".
#[must_use]
pub fn percent(share: f64, lang: Lang) -> String {
    let rounded = (share * 100.0).round();
    match lang {
        Lang::Fr => format!("{rounded:.0}\u{a0}%"),
        Lang::En => format!("{rounded:.0}%"),
    }
}

fn grouped(digits: &str, lang: Lang) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    // A four-digit number is written without a space, as in running French text.
    if digits.len() <= 4 {
        return format!("{sign}{digits}");
    }
    let separator = if lang == Lang::Fr { '\u{202f}' } else { ',' };
    let mut out = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// Whether a French word elides what stands before it.
///
/// A mute h elides; the few places of the field with an aspirated h are listed.
fn elides(text: &str) -> bool {
    const ASPIRATED: [&str; 9] =
        ["haut", "havre", "halle", "hameau", "handicap", "haye", "hongrie", "hub", "hérisson"];
    let lower = text.trim_start_matches(['«', '\u{a0}', ' ', '“', '"']).to_lowercase();
    let Some(first) = lower.chars().next() else { return false };
    match first {
        'h' => !ASPIRATED.iter().any(|word| lower.starts_with(word)),
        'y' => false,
        _ => "aeiouàâäéèêëîïôöùûüœæ".contains(first),
    }
}

/// "de" with elision and contraction: "d’Annecy", "du Puy", "des Mureaux".
#[must_use]
pub fn with_de(text: &str) -> String {
    if let Some(rest) = text.strip_prefix("Le ").or_else(|| text.strip_prefix("le ")) {
        format!("du {rest}")
    } else if let Some(rest) = text.strip_prefix("Les ").or_else(|| text.strip_prefix("les ")) {
        format!("des {rest}")
    } else if elides(text) {
        format!("d’{text}")
    } else {
        format!("de {text}")
    }
}

/// "à" with contraction: "à Lyon", "au Puy", "aux Mureaux".
#[must_use]
pub fn with_a(text: &str) -> String {
    if let Some(rest) = text.strip_prefix("Le ").or_else(|| text.strip_prefix("le ")) {
        format!("au {rest}")
    } else if let Some(rest) = text.strip_prefix("Les ").or_else(|| text.strip_prefix("les ")) {
        format!("aux {rest}")
    } else {
        format!("à {text}")
    }
}

fn with_que(text: &str) -> String {
    if elides(text) { format!("qu’{text}") } else { format!("que {text}") }
}

/// A small initial, unless the first word is an acronym or a name in capitals.
#[must_use]
pub fn lowered(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    if chars.clone().next().is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    first.to_lowercase().chain(chars).collect()
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::provenance::Basis;

    fn templates() -> Templates {
        let fr = [
            ("sites", "{n} {n?site connu|sites connus} {place|de}[[, depuis {year}]]"),
            ("in", "{who} est {place|a}"),
            ("word.month.3", "mars"),
            ("word.month.10", "octobre"),
            ("opened", "ouvert {day|when}[[, {months|word.month}]]"),
            ("figure", "chiffre[[ : {value} {unit}|| : {unit}]]"),
        ];
        let en = [
            ("sites", "{n} {n?known site|known sites}"),
            ("in", "{who} is in {place}"),
            ("word.month.3", "March"),
            ("opened", "opened {day|when}"),
        ];
        let table = |rows: &[(&str, &str)]| {
            rows.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
        };
        Templates::new(table(&fr), table(&en))
    }

    fn sites(n: u64, place: &str) -> Fact {
        Fact::new("sites", Basis::Stated)
            .with("n", Arg::Count(n))
            .with("place", Arg::Text(place.to_owned()))
    }

    #[test]
    fn a_count_agrees_and_a_place_elides() {
        let taxonomy = Taxonomy::default();
        let fr = |fact: &Fact| templates().render(fact, &taxonomy, Lang::Fr);
        assert_eq!(fr(&sites(0, "Annecy")), "0 site connu d’Annecy");
        assert_eq!(fr(&sites(1, "Le Puy-en-Velay")), "1 site connu du Puy-en-Velay");
        assert_eq!(fr(&sites(2, "Les Mureaux")), "2 sites connus des Mureaux");
        assert_eq!(fr(&sites(2, "Hérault")), "2 sites connus d’Hérault");
        assert_eq!(fr(&sites(2, "Haute-Savoie")), "2 sites connus de Haute-Savoie");
        assert_eq!(
            fr(&sites(12345, "Île-de-France").with("year", Arg::Year(2023))),
            "12\u{202f}345 sites connus d’Île-de-France, depuis 2023"
        );
        let en = templates().render(&sites(0, "Lyon"), &taxonomy, Lang::En);
        assert_eq!(en, "0 known sites");
    }

    #[test]
    fn a_missing_template_or_value_is_shown_never_hidden() {
        let taxonomy = Taxonomy::default();
        let lost = Fact::new("lost", Basis::Stated);
        assert_eq!(templates().render(&lost, &taxonomy, Lang::Fr), "[lost]");
        let bare = Fact::new("in", Basis::Stated);
        assert_eq!(templates().render(&bare, &taxonomy, Lang::Fr), "{who} est {place|a}");
    }

    #[test]
    fn a_date_is_said_as_people_say_it() {
        let taxonomy = Taxonomy::default();
        let said = |day: &str, lang: Lang| {
            let fact = Fact::new("opened", Basis::Stated).with("day", Arg::Text(day.to_owned()));
            templates().render(&fact, &taxonomy, lang)
        };
        assert_eq!(said("2026-03-12", Lang::Fr), "Ouvert le 12 mars 2026");
        assert_eq!(said("2026-03-01", Lang::Fr), "Ouvert le 1er mars 2026");
        assert_eq!(said("2026-03", Lang::Fr), "Ouvert en mars 2026");
        assert_eq!(said("2026", Lang::En), "Opened in 2026");
        assert_eq!(said("2026-03-12", Lang::En), "Opened on 12 March 2026");
        assert_eq!(said("bientôt", Lang::Fr), "Ouvert bientôt");
    }

    #[test]
    fn a_word_of_a_group_is_translated_or_stays_as_it_is() {
        let taxonomy = Taxonomy::default();
        let months = vec!["3".to_owned(), "10".to_owned(), "11".to_owned()];
        let fact = Fact::new("opened", Basis::Stated)
            .with("day", Arg::Text("2026".to_owned()))
            .with("months", Arg::List(months));
        let said = templates().render(&fact, &taxonomy, Lang::Fr);
        assert_eq!(said, "Ouvert en 2026, mars, octobre et 11");
    }

    #[test]
    fn the_first_part_that_can_be_filled_is_kept_and_nothing_is_as_good_as_missing() {
        let taxonomy = Taxonomy::default();
        let said = |value: Option<f64>, unit: &str| {
            let mut fact =
                Fact::new("figure", Basis::Stated).with("unit", Arg::Text(unit.to_owned()));
            if let Some(value) = value {
                fact = fact.with("value", Arg::Number(value));
            }
            templates().render(&fact, &taxonomy, Lang::Fr)
        };
        assert_eq!(said(Some(12.0), "repas"), "Chiffre : 12 repas");
        assert_eq!(said(None, "évaluation"), "Chiffre : évaluation");
        assert_eq!(said(None, ""), "Chiffre");
    }

    #[test]
    fn numbers_are_written_as_people_read_them() {
        assert_eq!(number_text(0.705, Lang::Fr), "0,7");
        assert_eq!(number_text(1234.5, Lang::Fr), "1234");
        assert_eq!(number_text(15.26, Lang::En), "15.3");
        assert_eq!(percent(0.873, Lang::Fr), "87\u{a0}%");
        assert_eq!(joined(&["a".into(), "b".into(), "c".into()], Lang::Fr), "a, b et c");
        assert_eq!(lowered("QPV et FLE"), "QPV et FLE");
        assert_eq!(lowered("Écoles"), "écoles");
    }
}
