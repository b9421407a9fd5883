//! What a wording asks for around its content words: "aller-vers" is not "aller".

use super::sentence::{Gap, Token};
use super::text::{is_stop, words};

/// Grammar words that a wording never asks for.
const ARTICLES: [&str; 13] =
    ["le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "au", "aux", "the"];

/// What a wording of one content word asks for around it.
///
/// "aller-vers" and "tout-petits" have one content word once grammar words are left out:
/// those must stand there too, articles apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Frame {
    before: Vec<String>,
    after: Vec<String>,
    /// Written with "les": a plural noun by itself, "les anciens" but no "anciens murs".
    people: bool,
    /// The word, folded, and whether it is written with a final é: "ferme" is no "fermé".
    ending: Option<(String, bool)>,
}

impl Frame {
    /// Only what stands after the last content word.
    pub fn end_only(self) -> Self {
        Self { after: self.after, ..Self::default() }
    }
}

/// The frame of a wording: the grammar words before its first content word, and those
/// after its last.
pub(super) fn frame(wording: &str) -> Frame {
    let mut frame = Frame::default();
    for word in words(wording) {
        if word.folded == "les" {
            frame.people = true;
        } else if !is_stop(&word.folded) {
            frame.ending = Some((bare(&word.folded).to_owned(), is_acute(word.text)));
            frame.after.clear();
        } else if !ARTICLES.contains(&word.folded.as_str()) {
            let side = if frame.ending.is_some() { &mut frame.after } else { &mut frame.before };
            side.push(word.folded);
        }
    }
    // Read from the word outwards.
    frame.before.reverse();
    frame
}

/// A folded word without the endings of number and gender.
fn bare(folded: &str) -> &str {
    folded.trim_end_matches('s').trim_end_matches('e')
}

/// Whether a word ends with é, in any number and gender.
fn is_acute(text: &str) -> bool {
    text.trim_end_matches(['s', 'S']).trim_end_matches(['e', 'E']).ends_with(['é', 'É'])
}

/// Whether `words` stand at the next places of `around`, articles apart.
fn stands(words: &[String], tokens: &[Token<'_>], mut around: impl Iterator<Item = usize>) -> bool {
    words.iter().all(|word| {
        around
            .by_ref()
            .find(|&at| !ARTICLES.contains(&tokens[at].word.folded.as_str()))
            .is_some_and(|at| tokens[at].word.folded == *word)
    })
}

/// Whether the word is a plural noun by itself: a plural article before it, and after it
/// nothing, grammar, or a verb in the plural.
fn people(tokens: &[Token<'_>], range: (usize, usize), span: (usize, usize)) -> bool {
    let after = span.1 + 1;
    let alone = after >= range.1
        || tokens[after].stop
        || tokens[after].gap != Gap::None
        || tokens[after].word.folded.ends_with("ent")
        || tokens[after].is(&["vont", "sont", "font", "ont"]);
    let plural = span.0 > range.0
        && tokens[span.0 - 1]
            .is(&["les", "des", "nos", "aux", "ces", "leurs", "mes", "ses", "vos"]);
    plural && alone
}

/// Whether what a frame asks for stands around the tokens of `span` (both included).
pub(super) fn framed(
    frame: &Frame,
    tokens: &[Token<'_>],
    range: (usize, usize),
    span: (usize, usize),
    accented: bool,
) -> bool {
    if !stands(&frame.after, tokens, span.1 + 1..range.1)
        || !stands(&frame.before, tokens, (range.0..span.0).rev())
    {
        return false;
    }
    if frame.people && !people(tokens, range, span) {
        return false;
    }
    // "fermé" is no "ferme": same letters, another word. Without any accent in the text,
    // nobody can tell.
    let word = &tokens[span.0].word;
    !(accented
        && frame.ending.as_ref().is_some_and(|(meant, acute)| {
            *acute != is_acute(word.text) && bare(&word.folded) == meant
        }))
}

#[cfg(test)]
mod tests {
    use super::super::sentence::tokens;
    use super::*;

    #[test]
    fn grammar_words_and_accents_of_a_one_word_wording_are_asked_for() {
        let stands = |wording: &str, text: &str, at: usize| {
            let all = tokens(text);
            framed(&frame(wording), &all, (0, all.len()), (at, at), !text.is_ascii())
        };
        assert!(stands("aller-vers", "il faut aller vers eux", 2));
        assert!(!stands("aller-vers", "il faut aller voir", 2));
        assert!(stands("tout-petits", "les tout petits", 2));
        assert!(!stands("tout-petits", "les petits", 1));
        assert!(stands("la ferme", "une ferme isolée", 1));
        assert!(!stands("ferme", "le café a fermé", 3));
        assert!(stands("ferme", "le cafe a ferme", 3));
        assert!(stands("les anciens", "les anciens s’ennuient", 1));
        assert!(stands("les anciens", "on oublie nos anciens", 3));
        assert!(!stands("les anciens", "les anciens murs", 1));
        assert!(!stands("les anciens", "un ancien maire", 1));
    }
}
