//! Where a page of a plain list stopped, tied to its question and to the state of the log.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::scouting::error::ScoutingError;

use super::error::DoorError;

/// A position in one list at one `seq`, written `<seq>-<start>-<digest of the question>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// State of the log that the list is read at; `None` is the present.
    pub seq: Option<u64>,
    /// Position of the first row, 0-based.
    pub start: usize,
    digest: u64,
}

impl Page {
    /// Reads the cursor of the question made of `parts`, or starts at the first row.
    ///
    /// # Errors
    /// A cursor that this question did not give.
    pub fn read(cursor: Option<&str>, parts: &[&str]) -> Result<Self, DoorError> {
        let mut hasher = DefaultHasher::new();
        parts.hash(&mut hasher);
        let digest = hasher.finish();
        let Some(cursor) = cursor else { return Ok(Self { seq: None, start: 0, digest }) };
        let read = || {
            let mut fields = cursor.trim().splitn(3, '-');
            let seq: u64 = fields.next()?.parse().ok()?;
            let start: usize = fields.next()?.parse().ok()?;
            let given = u64::from_str_radix(fields.next()?, 16).ok()?;
            (given == digest).then_some(Self { seq: Some(seq), start, digest })
        };
        read().ok_or_else(|| ScoutingError::BadCursor.into())
    }

    /// The cursor of the next page, where rows remain.
    #[must_use]
    pub fn next(&self, seq: u64, shown: usize, total: usize) -> Option<String> {
        let end = self.start.saturating_add(shown);
        (shown > 0 && end < total).then(|| format!("{seq}-{end}-{:016x}", self.digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_serves_only_its_own_question() {
        let first = Page::read(None, &["actors", "epci-1"]).unwrap();
        let next = first.next(7, 20, 50).unwrap();
        let second = Page::read(Some(&next), &["actors", "epci-1"]).unwrap();
        assert_eq!((second.seq, second.start), (Some(7), 20));
        assert!(Page::read(Some(&next), &["actors", "epci-2"]).is_err());
        assert_eq!(second.next(7, 30, 50), None);
        for odd in ["-", "1-2", "a-b-c", "🦀", "1-99999999999999999999999-0"] {
            assert!(Page::read(Some(odd), &["actors", "epci-1"]).is_err(), "{odd}");
        }
    }
}
