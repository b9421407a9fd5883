//! Typing errors: the known word that an unknown one almost is.
//!
//! Distance is that of optimal string alignment, one edit from four letters and two from
//! seven, or the same sound ([`super::phonetic`], counted as one edit). Ties go to the
//! higher Jaro–Winkler, then to the more frequent word, then to the alphabet.

use std::collections::{BTreeMap, HashMap};

use super::phonetic;

/// Known words, ready to be searched for one that is near.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    forms: Vec<(String, u32)>,
    /// First letter → positions in `forms`.
    letters: HashMap<u8, Vec<usize>>,
    /// Sound → positions in `forms`.
    sounds: HashMap<String, Vec<usize>>,
}

impl Vocabulary {
    /// Prepares folded words with their frequency; the order does not matter.
    #[must_use]
    pub fn new(forms: impl IntoIterator<Item = (String, u32)>) -> Self {
        let mut sorted: BTreeMap<String, u32> = BTreeMap::new();
        for (form, count) in forms {
            if form.len() >= 3 && form.bytes().all(|byte| byte.is_ascii_lowercase()) {
                *sorted.entry(form).or_insert(0) += count;
            }
        }
        let mut vocabulary = Self::default();
        for (at, (form, count)) in sorted.into_iter().enumerate() {
            vocabulary.letters.entry(form.as_bytes()[0]).or_default().push(at);
            let sound = phonetic::key(&form);
            if sound.len() >= 4 {
                vocabulary.sounds.entry(sound).or_default().push(at);
            }
            vocabulary.forms.push((form, count));
        }
        vocabulary
    }

    /// The known word nearest to the folded word `unknown`, if any is near enough.
    #[must_use]
    pub fn nearest(&self, unknown: &str) -> Option<&str> {
        if unknown.len() < 4 || !unknown.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return None;
        }
        let allowed = if unknown.len() >= 7 { 2 } else { 1 };
        let mut best: Option<(usize, f64, u32, usize)> = None;
        let mut consider = |at: usize, distance: usize| {
            let (form, count) = &self.forms[at];
            let likeness = strsim::jaro_winkler(form, unknown);
            let better = best.is_none_or(|(d, l, c, _)| {
                distance.cmp(&d).then(l.total_cmp(&likeness)).then(c.cmp(count)).is_lt()
            });
            if better {
                best = Some((distance, likeness, *count, at));
            }
        };
        for &at in self.letters.get(&unknown.as_bytes()[0]).into_iter().flatten() {
            let form = &self.forms[at].0;
            if form.len().abs_diff(unknown.len()) > allowed {
                continue;
            }
            let distance = strsim::osa_distance(form, unknown);
            if distance <= allowed {
                consider(at, distance);
            }
        }
        for &at in self.sounds.get(&phonetic::key(unknown)).into_iter().flatten() {
            consider(at, 1);
        }
        best.map(|(_, _, _, at)| self.forms[at].0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let words = ["epicerie", "solidaire", "accident", "vetements", "insertion", "renovation"];
        Vocabulary::new(words.map(|word| (word.to_owned(), 2)))
    }

    #[test]
    fn the_nearest_word_is_found_by_letters_or_by_sound() {
        let cases = [
            ("epiceri", Some("epicerie")),
            ("solider", Some("solidaire")),
            ("axident", Some("accident")),
            ("inssertion", Some("insertion")),
            ("renovassion", Some("renovation")),
            ("plomberie", None),
            ("epi", None),
            ("", None),
        ];
        for (unknown, right) in cases {
            assert_eq!(vocabulary().nearest(unknown), right, "{unknown}");
        }
    }
}
