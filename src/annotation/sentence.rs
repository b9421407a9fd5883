//! A text cut in sentences and clauses: what may be matched together, and what may not.

use super::text::{Word, is_stop, words};

/// What stands between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// Nothing that separates.
    None,
    /// A comma, a colon, brackets, a dash: a new clause.
    Clause,
    /// A full stop, a semicolon, a new line: a new sentence.
    Sentence,
}

/// A word with its role in the text.
#[derive(Debug, Clone)]
pub struct Token<'a> {
    /// The word.
    pub word: Word<'a>,
    /// A grammar word: never part of a match, never a barrier.
    pub stop: bool,
    /// What separates it from the word before.
    pub gap: Gap,
}

impl Token<'_> {
    /// Whether its folded form is one of `forms`.
    #[must_use]
    pub fn is(&self, forms: &[&str]) -> bool {
        forms.contains(&self.word.folded.as_str())
    }
}

/// The tokens of a text.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut last = 0;
    words(text)
        .into_iter()
        .map(|word| {
            let gap = gap_of(&text[last..word.start], last == 0);
            last = word.end;
            Token { stop: is_stop(&word.folded), gap, word }
        })
        .collect()
}

fn gap_of(between: &str, first: bool) -> Gap {
    if first {
        return Gap::None;
    }
    let mut gap = Gap::None;
    let mut chars = between.chars().peekable();
    let mut spaced = false;
    while let Some(c) = chars.next() {
        match c {
            '!' | '?' | ';' | '\n' | '…' | '•' => return Gap::Sentence,
            // A dot inside a number or a code (88.99B) ends nothing.
            '.' if chars.peek().is_some_and(|next| next.is_whitespace() || *next == '»') => {
                return Gap::Sentence;
            }
            ',' | ':' | '(' | ')' | '[' | ']' | '–' | '—' | '"' | '«' | '»' | '/' | '|' | '·' =>
            {
                gap = Gap::Clause;
            }
            '-' if spaced && chars.peek().is_some_and(|next| next.is_whitespace()) => {
                gap = Gap::Clause;
            }
            _ => {}
        }
        spaced = c.is_whitespace();
    }
    gap
}

/// The sentences, as ranges of tokens; none is empty.
#[must_use]
pub fn sentences(tokens: &[Token<'_>]) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut from = 0;
    for at in 1..=tokens.len() {
        if at == tokens.len() || tokens[at].gap == Gap::Sentence {
            ranges.push((from, at));
            from = at;
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_stops_end_sentences_but_not_codes() {
        let all = tokens("Code 88.99B. Il trie, il vend ; elle coud\nFin");
        let count: Vec<usize> = sentences(&all).iter().map(|(a, b)| b - a).collect();
        assert_eq!(count, [3, 4, 2, 1]);
        assert_eq!(all[5].gap, Gap::Clause);
        assert!(sentences(&tokens("…")).is_empty());
    }
}
