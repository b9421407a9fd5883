//! The French analysis of the house, as tantivy tokenizers.
//!
//! Three ways to cut the same words, stop words left out: **stems** bring plurals,
//! feminines and verbs together; **folded** keeps the word itself, for the stemmer
//! confuses some (`bâtiment` and `bat`); **roots** keeps the first letters of long words,
//! which brings derivations back (`mobile`, `mobilité`; `bricoler`, `bricolage`).

use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

use crate::annotation::text::{is_stop, words};

/// Name of the stemming analyzer.
pub const STEMS: &str = "fr_stems";
/// Name of the unstemmed analyzer.
pub const FOLDED: &str = "fr_folded";
/// Name of the analyzer of word beginnings.
pub const ROOTS: &str = "fr_roots";

/// Letters kept of a long word.
const ROOT_LETTERS: usize = 6;

/// Which form of a word goes to the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Stem,
    Folded,
    Root,
}

/// The beginning of a folded word of more than six letters; `None` for a shorter one.
#[must_use]
pub fn root(folded: &str) -> Option<&str> {
    let long = folded.len() > ROOT_LETTERS && folded.bytes().all(|b| b.is_ascii_lowercase());
    long.then(|| &folded[..ROOT_LETTERS])
}

/// Registers the three analyzers.
pub fn register(manager: &TokenizerManager) {
    for (name, form) in [(STEMS, Form::Stem), (FOLDED, Form::Folded), (ROOTS, Form::Root)] {
        manager.register(name, TextAnalyzer::from(French { form }));
    }
}

/// A tokenizer over [`crate::annotation::text::words`].
#[derive(Debug, Clone)]
struct French {
    form: Form,
}

impl Tokenizer for French {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let mut tokens = Vec::new();
        for (position, word) in words(text).into_iter().enumerate() {
            if is_stop(&word.folded) {
                continue;
            }
            let text = match self.form {
                Form::Stem => word.stem,
                Form::Folded => word.folded,
                Form::Root => match root(&word.folded) {
                    Some(root) => root.to_owned(),
                    None => continue,
                },
            };
            tokens.push(Token {
                offset_from: word.start,
                offset_to: word.end,
                position,
                text,
                position_length: 1,
            });
        }
        Tokens { tokens, next: 0 }
    }
}

/// The tokens of one text.
struct Tokens {
    tokens: Vec<Token>,
    next: usize,
}

impl TokenStream for Tokens {
    fn advance(&mut self) -> bool {
        self.next += 1;
        self.next <= self.tokens.len()
    }

    fn token(&self) -> &Token {
        &self.tokens[self.next - 1]
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokens[self.next - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(name: &str, text: &str) -> Vec<String> {
        let manager = TokenizerManager::default();
        register(&manager);
        let mut analyzer = manager.get(name).unwrap();
        let mut stream = analyzer.token_stream(text);
        let mut list = Vec::new();
        stream.process(&mut |token| list.push(token.text.clone()));
        list
    }

    #[test]
    fn both_apostrophes_accents_and_plurals_meet() {
        for text in ["l’École d'été", "ecole ete", "ÉCOLES ÉTÉ"] {
            assert_eq!(cut(STEMS, text), cut(STEMS, "école été"), "{text}");
        }
    }

    #[test]
    fn three_forms_of_one_word() {
        assert_eq!(cut(FOLDED, "les Bâtiments"), ["batiments"]);
        assert_eq!(cut(STEMS, "les Bâtiments"), ["batiment"]);
        assert_eq!(cut(ROOTS, "les Bâtiments du bac"), ["batime"]);
    }

    #[test]
    fn texts_without_words_give_nothing() {
        for text in ["", "  ", "🐝🐝", "l’ de d'", "…—«»"] {
            assert!(cut(STEMS, text).is_empty(), "{text}");
        }
    }
}
