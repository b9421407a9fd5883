//! Typing errors: an unknown word brought to the wording it almost is.
//!
//! Distance is optimal string alignment (Damerau–Levenshtein without overlapping edits):
//! 1 from five letters, 2 from eight; ties go to the higher Jaro–Winkler, then to the
//! alphabet. The first letter must be right, which keeps the search to a small bucket:
//! people rarely miss it (Pollock & Zamora 1984, DOI 10.1145/358027.358048).

use std::collections::HashMap;

use super::lexicon::Lexicon;

/// The word forms of the lexicon, by first letter.
#[derive(Debug, Clone, Default)]
pub struct Typos {
    buckets: HashMap<u8, Vec<Candidate>>,
}

#[derive(Debug, Clone)]
struct Candidate {
    form: String,
    letters: u32,
    stem: u32,
}

impl Typos {
    /// Prepares the forms of `lexicon` of four letters or more.
    #[must_use]
    pub fn new(lexicon: &Lexicon) -> Self {
        let mut buckets: HashMap<u8, Vec<Candidate>> = HashMap::new();
        for form in lexicon.forms() {
            let word = singular(&form.folded);
            if word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_lowercase()) {
                let candidate =
                    Candidate { form: word.to_owned(), letters: letters(word), stem: form.stem };
                buckets.entry(word.as_bytes()[0]).or_default().push(candidate);
            }
        }
        Self { buckets }
    }

    /// The stem number of the wording that the folded word `unknown` almost is.
    #[must_use]
    pub fn correct(&self, unknown: &str) -> Option<u32> {
        let word = singular(unknown);
        if word.len() < 5 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return None;
        }
        let allowed = if word.len() >= 8 { 2 } else { 1 };
        let mask = letters(word);
        let mut best: Option<(usize, f64, &Candidate)> = None;
        for candidate in self.buckets.get(&word.as_bytes()[0])? {
            // Each edit changes the set of letters by two at most.
            if candidate.form.len().abs_diff(word.len()) > allowed
                || (candidate.letters ^ mask).count_ones() as usize > 2 * allowed
            {
                continue;
            }
            let distance = strsim::osa_distance(&candidate.form, word);
            if distance == 0 || distance > allowed {
                continue;
            }
            let likeness = strsim::jaro_winkler(&candidate.form, word);
            // Forms come in alphabetical order: a strict comparison keeps the first.
            let better = best.is_none_or(|(d, l, _)| {
                distance < d || (distance == d && likeness.total_cmp(&l).is_gt())
            });
            if better {
                best = Some((distance, likeness, candidate));
            }
        }
        best.map(|(_, _, candidate)| candidate.stem)
    }
}

fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(base) if base.len() >= 4 && !base.ends_with('s') => base,
        _ => word,
    }
}

fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |mask, byte| mask | 1 << (byte.wrapping_sub(b'a') & 31))
}

#[cfg(test)]
mod tests {
    use super::super::testing::annotator;
    use super::super::text::stem;
    use super::*;

    #[test]
    fn one_error_from_five_letters_two_from_eight() {
        let annotator = annotator();
        let lexicon = annotator.lexicon();
        let typos = Typos::new(lexicon);
        let couture = lexicon.stem(&stem("couturiere"));
        assert_eq!(typos.correct("couturrieres"), Some(couture));
        assert_eq!(typos.correct("coutiere"), Some(couture));
        assert_eq!(typos.correct("garrage"), Some(lexicon.stem(&stem("garage"))));
        assert_eq!(typos.correct("vlo"), None);
        assert_eq!(typos.correct("meteo"), None);
    }
}
