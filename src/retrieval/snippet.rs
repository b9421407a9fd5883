//! The passage of a record that answers a question, with the words that match.
//!
//! At writing, each phrase of the record that a snippet may show is stored with the
//! concepts it caused in the portrait. At reading, the phrase that says most of the
//! question is chosen: by the words it shares and, for a question in other words or in
//! another language, by the concepts it proves.

use std::collections::BTreeMap;

use crate::annotation::text::words;
use crate::domain::enterprise::Enterprise;
use crate::domain::portrait::Mark;
use crate::domain::taxonomy::Taxonomy;

use super::indexing::concept_term;

/// Longest passage shown, in characters.
const PASSAGE_CHARS: usize = 220;

/// A passage, for a page and for a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snippet {
    /// The record's field (`activities`, `summary`…); empty when there is no passage.
    pub field: String,
    /// The passage as written.
    pub text: String,
    /// The passage for a page: escaped, the matching words inside `<mark>…</mark>`.
    pub html: String,
}

/// What a question looks for in a passage.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Stem → weight.
    pub stems: BTreeMap<String, f64>,
    /// `kind:id` → weight.
    pub concepts: BTreeMap<String, f64>,
}

/// The passages of an enterprise: `field`, text and concepts, separated by tabs.
#[must_use]
pub fn passages(enterprise: &Enterprise, taxonomy: &Taxonomy) -> Vec<String> {
    let mut list: Vec<(&str, &str)> = Vec::new();
    list.extend(enterprise.activities.iter().map(|text| ("activities", text.as_str())));
    list.extend(enterprise.needs_addressed.iter().map(|text| ("needs_addressed", text.as_str())));
    list.extend(sentences(&enterprise.summary).into_iter().map(|text| ("summary", text)));
    list.extend(enterprise.offers.iter().map(|text| ("offers", text.as_str())));
    list.extend(enterprise.beneficiaries.iter().map(|text| ("beneficiaries", text.as_str())));
    let portrait = &enterprise.portrait;
    let marks: [&[Mark]; 4] =
        [&portrait.needs, &portrait.publics, &portrait.offers, &portrait.steps];
    list.into_iter()
        .map(|(field, text)| {
            let mut concepts: Vec<String> = Vec::new();
            for mark in marks.into_iter().flatten() {
                let proof = mark.because.text.split(" … ").next().unwrap_or_default();
                if !proof.is_empty() && text.contains(proof) {
                    concepts.push(concept_term(taxonomy, mark.concept));
                }
            }
            let text = text.replace(['\t', '\n', '\r'], " ");
            format!("{field}\t{text}\t{}", concepts.join(" "))
        })
        .collect()
}

/// The sentences of a text; an abbreviation followed by a small letter does not cut.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let ends = matches!(c, '.' | '!' | '?' | ';' | '\n');
        let spaced = chars.peek().is_none_or(|&(_, next)| next.is_whitespace());
        let small = text[at + c.len_utf8()..].trim_start().starts_with(char::is_lowercase);
        if ends && spaced && !(small && c == '.') {
            sentences.push(text[start..at + c.len_utf8()].trim());
            start = at + c.len_utf8();
        }
    }
    sentences.push(text[start..].trim());
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

/// The best of the stored passages; an empty snippet when the record has none.
#[must_use]
pub fn best<'a>(stored: impl IntoIterator<Item = &'a str>, wanted: &Wanted) -> Snippet {
    let mut best: Option<(f64, &str, &str)> = None;
    for passage in stored {
        let mut parts = passage.splitn(3, '\t');
        let (Some(field), Some(text)) = (parts.next(), parts.next()) else { continue };
        let mut worth: BTreeMap<String, f64> = BTreeMap::new();
        for word in words(text) {
            if let Some(&weight) = wanted.stems.get(&word.stem) {
                worth.insert(word.stem, weight);
            }
        }
        for concept in parts.next().unwrap_or_default().split(' ') {
            if let Some(&weight) = wanted.concepts.get(concept) {
                worth.insert(concept.to_owned(), weight);
            }
        }
        let worth: f64 = worth.values().sum();
        // The first of equals: activities, then needs, then the summary.
        if best.is_none_or(|(most, _, _)| worth > most) {
            best = Some((worth, field, text));
        }
    }
    best.map_or_else(Snippet::default, |(_, field, text)| {
        let text = shortened(text, wanted);
        Snippet { field: field.to_owned(), html: marked(&text, wanted), text }
    })
}

/// The passage cut around its first matching word when it is too long.
fn shortened(text: &str, wanted: &Wanted) -> String {
    if text.chars().count() <= PASSAGE_CHARS {
        return text.to_owned();
    }
    let words = words(text);
    let first = words.iter().find(|word| wanted.stems.contains_key(&word.stem));
    let first = first.map_or(0, |word| word.start);
    // Some words before the match, and whole words at both ends.
    let before = text[..first].char_indices().rev().nth(PASSAGE_CHARS / 4).map_or(0, |(at, _)| at);
    let start = words.iter().map(|w| w.start).find(|&at| at >= before).unwrap_or(0);
    let start = if before == 0 { 0 } else { start };
    let limit =
        text[start..].char_indices().nth(PASSAGE_CHARS).map_or(text.len(), |(at, _)| start + at);
    let end = words.iter().rev().map(|w| w.end).find(|&at| at <= limit && at > start);
    let end = if limit == text.len() { limit } else { end.unwrap_or(limit) };
    let opening = if start > 0 { "… " } else { "" };
    let closing = if end < text.len() { " …" } else { "" };
    format!("{opening}{}{closing}", &text[start..end])
}

/// The text escaped, matching words marked.
fn marked(text: &str, wanted: &Wanted) -> String {
    let mut html = String::with_capacity(text.len() + 32);
    let mut from = 0;
    for word in words(text) {
        if wanted.stems.contains_key(&word.stem) {
            escape(&text[from..word.start], &mut html);
            html.push_str("<mark>");
            escape(&text[word.start..word.end], &mut html);
            html.push_str("</mark>");
            from = word.end;
        }
    }
    escape(&text[from..], &mut html);
    html
}

fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotation::text::stem;
    use proptest::prelude::*;

    fn wanted(list: &[&str]) -> Wanted {
        let stems = list.iter().map(|word| (stem(word), 1.0)).collect();
        Wanted { stems, concepts: [("need:velo".to_owned(), 0.5)].into() }
    }

    #[test]
    fn words_are_marked_and_the_rest_is_escaped() {
        let found =
            best(["activities\tAtelier <b>d’auto-réparation</b> & vélos\t"], &wanted(&["velo"]));
        assert_eq!(
            found.html,
            "Atelier &lt;b&gt;d’auto-réparation&lt;/b&gt; &amp; <mark>vélos</mark>"
        );
        assert_eq!(found.text, "Atelier <b>d’auto-réparation</b> & vélos");
    }

    #[test]
    fn a_concept_chooses_the_passage_when_no_word_is_shared() {
        let stored = ["activities\tvente\t", "needs_addressed\tse déplacer\tneed:velo public:x"];
        assert_eq!(best(stored, &wanted(&["bike"])).field, "needs_addressed");
        assert_eq!(best([], &wanted(&["bike"])), Snippet::default());
    }

    #[test]
    fn sentences_are_cut_at_their_ends() {
        assert_eq!(
            sentences("Un. Deux ! trois env. quatre"),
            ["Un.", "Deux !", "trois env. quatre"]
        );
    }

    proptest! {
        #[test]
        fn any_passage_is_shown_without_panic(text in "\\PC{0,400}", word in "[a-zé]{3,8}") {
            let stored = format!("summary\t{text}\t");
            let found = best([stored.as_str()], &wanted(&[&word]));
            prop_assert!(found.text.chars().count() <= PASSAGE_CHARS + 4);
        }
    }
}
