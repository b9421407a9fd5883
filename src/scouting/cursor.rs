//! Where a page stopped, tied to the question and to the state of the log.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::ask::CandidatesAsk;
use super::error::ScoutingError;

/// A position in the list of one question at one `seq`.
///
/// Written `<seq>-<start>-<digest of the question>`, so a cursor of another question is
/// refused instead of answering with the wrong page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    seq: u64,
    /// Position of the first candidate of the page, 0-based.
    pub start: usize,
    digest: u64,
}

impl Cursor {
    /// Reads the cursor of `ask`, or starts at the first candidate.
    ///
    /// # Errors
    /// [`ScoutingError::BadCursor`] when it was not given by this question at this `seq`.
    pub fn read(ask: &CandidatesAsk, seq: u64, territory: &str) -> Result<Self, ScoutingError> {
        let digest = digest(ask, territory);
        let Some(text) = &ask.cursor else { return Ok(Self { seq, start: 0, digest }) };
        let mut parts = text.splitn(3, '-');
        let mut number = |radix: u32| {
            parts
                .next()
                .filter(|part| part.len() <= 16)
                .and_then(|part| u64::from_str_radix(part, radix).ok())
                .ok_or(ScoutingError::BadCursor)
        };
        let (given_seq, start, given_digest) = (number(10)?, number(10)?, number(16)?);
        if given_seq != seq || given_digest != digest {
            return Err(ScoutingError::BadCursor);
        }
        let start = usize::try_from(start).map_err(|_| ScoutingError::BadCursor)?;
        Ok(Self { seq, start, digest })
    }

    /// The cursor of the next page, which starts at `start`.
    #[must_use]
    pub fn next(&self, start: usize) -> String {
        format!("{}-{start}-{:016x}", self.seq, self.digest)
    }

    /// The `seq` written in a cursor, so that a page can be read at its own state.
    #[must_use]
    pub fn seq_of(text: &str) -> Option<u64> {
        text.split('-').next()?.parse().ok()
    }
}

fn digest(ask: &CandidatesAsk, territory: &str) -> u64 {
    // DefaultHasher::new() has fixed keys: the same question gives the same digest.
    let mut hasher = DefaultHasher::new();
    territory.hash(&mut hasher);
    ask.q.hash(&mut hasher);
    ask.theme.hash(&mut hasher);
    ask.need.hash(&mut hasher);
    ask.as_of.to_string().hash(&mut hasher);
    ask.profile.hash(&mut hasher);
    format!("{:?}{:?}", ask.weights, ask.rank_by).hash(&mut hasher);
    ask.enterprises.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_cursor_of_another_question_or_state_is_refused() {
        let mut ask = CandidatesAsk::new("epci-200046977", date(2026, 11, 22));
        let first = Cursor::read(&ask, 7, "epci-200046977").unwrap();
        ask.cursor = Some(first.next(20));
        assert_eq!(Cursor::read(&ask, 7, "epci-200046977").unwrap().start, 20);
        assert!(Cursor::read(&ask, 8, "epci-200046977").is_err());
        assert!(Cursor::read(&ask, 7, "com-69123").is_err());
        ask.theme = Some("textile".to_owned());
        assert!(Cursor::read(&ask, 7, "epci-200046977").is_err());
        for odd in ["", "-", "1-2", "x-y-z", "7-99999999999999999999-0", "🦀"] {
            ask.cursor = Some(odd.to_owned());
            assert!(Cursor::read(&ask, 7, "epci-200046977").is_err(), "{odd}");
        }
    }
}
