//! Nomenclature codes in a text or a field, by the taxonomy's own tables.
//!
//! NAF codes ("88.99B", "8899B") and data·inclusion slugs ("mobilite--…") are recognised
//! anywhere; those that look like an ordinary number or word (RNA, BPE, ADEME) only when
//! their nomenclature is named just before or when they are the whole text.

use std::collections::BTreeMap;

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::taxonomy::Taxonomy;

use super::text::fold;

/// A code found in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeHit {
    /// The need it means.
    pub need: Concept,
    /// How surely, 0..=1.
    pub weight: f64,
    /// The code as written.
    pub text: String,
}

/// (nomenclature, needs with how surely each is meant), one row per nomenclature.
type Meanings = Vec<(String, Vec<(Concept, f64)>)>;

/// The codes of the taxonomy, by normalised code.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    by_code: BTreeMap<String, Meanings>,
}

impl Codes {
    /// Reads the codes of every need.
    #[must_use]
    pub fn new(taxonomy: &Taxonomy) -> Self {
        let mut by_code: BTreeMap<String, Meanings> = BTreeMap::new();
        for need in taxonomy.concepts(ConceptKind::Need) {
            for code in &taxonomy.entry(need).codes {
                let rows = by_code.entry(normalised(&code.code)).or_default();
                let at = rows
                    .iter()
                    .position(|(nomenclature, _)| *nomenclature == code.nomenclature)
                    .unwrap_or_else(|| {
                        rows.push((code.nomenclature.clone(), Vec::new()));
                        rows.len() - 1
                    });
                rows[at].1.push((need, code.weight));
            }
        }
        Self { by_code }
    }

    /// The needs that `code` means in `nomenclature` (`None`: in any), with how surely
    /// (0..=1), strongest first. Dots and case are ignored.
    #[must_use]
    pub fn lookup(&self, nomenclature: Option<&str>, code: &str) -> Vec<(Concept, f64)> {
        let mut needs: BTreeMap<Concept, f64> = BTreeMap::new();
        for (named, meanings) in self.by_code.get(&normalised(code)).into_iter().flatten() {
            if nomenclature.is_some_and(|wanted| !named.starts_with(wanted)) {
                continue;
            }
            for &(need, weight) in meanings {
                let best = needs.entry(need).or_insert(0.0);
                *best = best.max(weight);
            }
        }
        let mut needs: Vec<(Concept, f64)> = needs.into_iter().collect();
        needs.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        needs
    }

    /// Every code of the taxonomy written in `text`.
    #[must_use]
    pub fn scan(&self, text: &str) -> Vec<CodeHit> {
        let mut hits = Vec::new();
        let mut before = "";
        for token in text.split(|c: char| c.is_whitespace() || ",;:()[]|\"'’".contains(c)) {
            let token = token.trim_matches('.');
            if token.is_empty() {
                continue;
            }
            let alone = text.trim() == token;
            if let Some(nomenclature) = named(token, before, alone) {
                for (need, weight) in self.lookup(nomenclature, token) {
                    hits.push(CodeHit { need, weight, text: token.to_owned() });
                }
            }
            before = token;
        }
        hits
    }
}

/// Upper case, no dot: "88.99b" and "8899B" are one code.
fn normalised(code: &str) -> String {
    code.chars().filter(|c| *c != '.').flat_map(char::to_uppercase).collect()
}

/// Whether `token` may be a code: `Some(nomenclature's first letters)`, `Some(None)` for any.
fn named<'a>(token: &str, before: &str, alone: bool) -> Option<Option<&'a str>> {
    let bare = normalised(token);
    let bytes = bare.as_bytes();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if bytes.len() == 5 && digits == 4 && bytes[4].is_ascii_uppercase() {
        return Some(Some("NAF"));
    }
    if token.contains("--") {
        return Some(Some("DI"));
    }
    let before = fold(before);
    if digits == 6 && bytes.len() == 6 && (alone || before == "rna" || before == "objet") {
        return Some(Some("RNA"));
    }
    if bytes.len() == 4 && digits == 0 && bytes[1..].iter().all(u8::is_ascii_digit) {
        return (alone || before == "bpe").then_some(Some("BPE"));
    }
    (alone && token.contains('_')).then_some(None)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{annotator, need};
    use super::*;

    #[test]
    fn codes_are_read_with_or_without_dot_and_only_where_they_are_codes() {
        let annotator = annotator();
        let codes = Codes::new(annotator.taxonomy());
        let garage = need(&annotator, "reparation_automobile");
        let found = |text: &str| codes.scan(text).iter().map(|hit| hit.need).collect::<Vec<_>>();
        assert_eq!(found("atelier ; NAF 4520A Entretien"), [garage]);
        assert_eq!(found("(45.20a)"), [garage]);
        assert_eq!(found("RNA 032520"), [garage]);
        assert_eq!(found("032520"), [garage]);
        assert!(found("032520 habitants").is_empty());
        assert_eq!(found("mobilite--entretenir-reparer-son-vehicule, santé"), [garage]);
        assert!(found("12345 0000Z mot--inconnu").is_empty());
    }
}
