//! To whom a scheme speaks, against the enterprise's legal form.
//!
//! The portals write long lists of kinds of beneficiaries ("Communes, Associations,
//! Entreprises privées"), others a few words. Each part of the list is looked for in the
//! words of `index/schemes.toml`; words that stand nowhere there are unknown, and an
//! unknown is to be checked, neither refused nor promised.

use std::collections::BTreeMap;

use crate::domain::rules::Rules;
use crate::matching::names::{fold, mentions};
use crate::matching::outcome::GateState;

/// From this value a word names the form; under it, and over 0, perhaps.
const NAMED: f64 = 1.0;

/// The words of audiences and of legal forms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Words {
    /// Words of an audience, the longest first, with what each says of each kind.
    audience: Vec<(String, BTreeMap<String, f64>)>,
    /// Words of a legal form, with the kinds it is.
    forms: Vec<(String, BTreeMap<String, f64>)>,
}

/// What an audience says of one enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Met: it is named; unmet: others are named; unknown: to be checked.
    pub state: GateState,
    /// The part of the list that names it, or may name it.
    pub part: Option<String>,
}

impl Words {
    /// The words declared in `index/schemes.toml`.
    pub(crate) fn new(rules: &Rules) -> Self {
        Self { audience: table(rules, "schemes.audience."), forms: table(rules, "schemes.form.") }
    }

    /// The kinds that a legal form is; empty when it is unknown.
    fn kinds(&self, form: Option<&str>) -> Vec<&str> {
        let Some(form) = form else { return Vec::new() };
        let form = fold(form);
        let mut kinds: Vec<&str> = self
            .forms
            .iter()
            .filter(|(word, _)| mentions(&form, word))
            .flat_map(|(_, kinds)| kinds.keys().map(String::as_str))
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// What `audience` says of an enterprise of this legal form.
    ///
    /// An unknown form is named by an audience that names every form known here, and is
    /// left out by one that names none of them.
    pub(crate) fn read(&self, audience: &str, form: Option<&str>) -> Reading {
        let parts = parts(audience);
        let kinds = self.kinds(form);
        if kinds.is_empty() {
            let all = ["association", "cooperative", "company"];
            let read: Vec<Reading> =
                all.iter().map(|kind| self.of_kinds(&parts, &[kind])).collect();
            let same = read.windows(2).all(|pair| pair[0].state == pair[1].state);
            let part = read.iter().find_map(|reading| reading.part.clone());
            let state = if same { read[0].state } else { GateState::Unknown };
            return Reading { state, part };
        }
        self.of_kinds(&parts, &kinds)
    }

    fn of_kinds(&self, parts: &[String], kinds: &[&str]) -> Reading {
        let mut best: Option<(f64, &String)> = None;
        let mut unread = parts.is_empty();
        for part in parts {
            let plain = singular(part);
            let Some((_, said)) = self.audience.iter().find(|(word, _)| mentions(&plain, word))
            else {
                unread = true;
                continue;
            };
            let value =
                kinds.iter().filter_map(|&kind| said.get(kind)).copied().fold(0.0, f64::max);
            if value > 0.0 && best.is_none_or(|(known, _)| value > known) {
                best = Some((value, part));
            }
        }
        let part = best.map(|(_, part)| part.clone());
        let state = match best {
            Some((value, _)) if value >= NAMED => GateState::Met,
            Some(_) => GateState::Unknown,
            None if unread => GateState::Unknown,
            None => GateState::Unmet,
        };
        Reading { state, part }
    }
}

/// The numbers under `prefix`, as word → (kind → value), the longest word first.
fn table(rules: &Rules, prefix: &str) -> Vec<(String, BTreeMap<String, f64>)> {
    let mut words: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for (name, value) in rules.iter() {
        if let Some((word, kind)) = name.strip_prefix(prefix).and_then(|n| n.rsplit_once('.')) {
            words.entry(word.to_owned()).or_default().insert(kind.to_owned(), value);
        }
    }
    let mut list: Vec<_> = words.into_iter().collect();
    list.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
    list
}

/// The parts of a list of beneficiaries: at commas, semicolons, slashes and "et", what
/// stands between brackets left out.
fn parts(audience: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let outside: String = audience
        .chars()
        .filter(|&c| {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect();
    outside
        .split([',', ';', '/'])
        .flat_map(|part| part.split(" et "))
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

/// Plain words without the mark of the plural.
fn singular(text: &str) -> String {
    let plain = fold(text);
    let words = plain.split(' ').map(|word| match word {
        "ess" => word,
        _ => word.strip_suffix('s').unwrap_or(word),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixtures::rules;

    fn state(audience: &str, form: Option<&str>) -> GateState {
        Words::new(&rules()).read(audience, form).state
    }

    #[test]
    fn a_long_list_is_read_kind_by_kind() {
        let list = "Communes, Intercommunalités / Pays, Associations, Entreprises publiques locales (Sem, Spl, SemOp)";
        assert_eq!(state(list, Some("association")), GateState::Met);
        assert_eq!(state("Communes, Départements", Some("association")), GateState::Unmet);
        let public = "Communes;Intercommunalités / Pays;Services de l'État;Recherche";
        assert_eq!(state(public, Some("association")), GateState::Unmet);
        // "Clubs" stands in no table: nobody is refused on an unread word.
        assert_eq!(state("Clubs", Some("association")), GateState::Unknown);
        assert_eq!(state("Entreprises privées", Some("SCIC")), GateState::Met);
        assert_eq!(state("Entreprises privées", Some("association")), GateState::Unmet);
        let read = Words::new(&rules()).read(list, Some("association"));
        assert_eq!(read.part.as_deref(), Some("Associations"));
    }

    #[test]
    fn a_public_company_is_no_private_one() {
        let list = "Entreprises publiques locales (Sem, Spl)";
        assert_eq!(state(list, Some("SAS ESUS")), GateState::Unmet);
    }

    #[test]
    fn an_unknown_form_is_to_be_checked_unless_all_or_none_are_named() {
        assert_eq!(state("Associations", None), GateState::Unknown);
        assert_eq!(state("Associations, Entreprises privées", None), GateState::Met);
        assert_eq!(state("Communes", None), GateState::Unmet);
        assert_eq!(state("Communes", Some("collectif")), GateState::Unmet);
    }

    #[test]
    fn vague_words_are_neither_refused_nor_promised() {
        assert_eq!(state("tiers-lieux productifs", Some("association")), GateState::Unknown);
        assert_eq!(
            state("collectivités et leurs partenaires", Some("association")),
            GateState::Unknown
        );
        assert_eq!(state("structures de l’ESS", Some("association")), GateState::Met);
    }
}
