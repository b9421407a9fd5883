//! Damage done to a sound file, for the tests of every register.

/// A way to damage a table of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// The file stops in the middle of its last row.
    Truncated,
    /// The second row is in Windows-1252: an é ends its longest word.
    WrongEncoding,
    /// The second row lost its first cell.
    ShiftedRow,
    /// The second row comes twice.
    DuplicatedRow,
    /// NUL bytes in the second row.
    NulBytes,
    /// A cell of ten million bytes in the second row.
    HugeCell,
    /// A quote opened before the first cell of the second row and never closed.
    OpenQuote,
    /// Windows line ends on every other row.
    MixedLineEnds,
}

impl Damage {
    /// Every damage.
    pub const ALL: [Self; 8] = [
        Self::Truncated,
        Self::WrongEncoding,
        Self::ShiftedRow,
        Self::DuplicatedRow,
        Self::NulBytes,
        Self::HugeCell,
        Self::OpenQuote,
        Self::MixedLineEnds,
    ];

    /// A damaged copy of a table: a header, then rows of one line each.
    ///
    /// # Panics
    /// If the table has fewer than three rows.
    #[must_use]
    pub fn of(self, table: &[u8]) -> Vec<u8> {
        let mut lines: Vec<Vec<u8>> =
            table.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
        assert!(lines.len() > 3, "three rows at least");
        let separator = if count(&lines[0], b';') > count(&lines[0], b',') { b';' } else { b',' };
        let row = &mut lines[2];
        match self {
            Self::Truncated => {
                let last = lines.last_mut().expect("there are rows");
                last.truncate(last.len() / 2);
            }
            Self::WrongEncoding => {
                let text = String::from_utf8_lossy(row).into_owned();
                let mut old: Vec<u8> =
                    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
                let (at, length) = longest_word(&old);
                old.insert(at + length, 0xe9);
                *row = old;
            }
            Self::ShiftedRow => {
                let at = row.iter().position(|&byte| byte == separator).unwrap_or(0);
                row.drain(..=at);
            }
            Self::DuplicatedRow => {
                let again = row.clone();
                lines.insert(3, again);
            }
            Self::NulBytes => row.splice(4..4, [0, 0, 0]).for_each(drop),
            Self::HugeCell => {
                let at = row.iter().position(|&byte| byte == separator).unwrap_or(0);
                row.splice(at..at, std::iter::repeat_n(b'x', 10 << 20)).for_each(drop);
            }
            Self::OpenQuote => match row.first() {
                Some(b'"') => {
                    let close = row[1..].iter().position(|&byte| byte == b'"').map(|at| at + 1);
                    if let Some(at) = close {
                        row.remove(at);
                    }
                }
                _ => row.insert(0, b'"'),
            },
            Self::MixedLineEnds => {
                for line in lines.iter_mut().skip(1).step_by(2) {
                    if line.ends_with(b"\n") && !line.ends_with(b"\r\n") {
                        line.insert(line.len() - 1, b'\r');
                    }
                }
            }
        }
        lines.concat()
    }
}

fn count(line: &[u8], sign: u8) -> usize {
    line.iter().filter(|&&byte| byte == sign).count()
}

/// Where the longest run of letters begins, and its length.
fn longest_word(row: &[u8]) -> (usize, usize) {
    let (mut best, mut begin) = ((0, 0), 0);
    for at in 0..=row.len() {
        if !row.get(at).is_some_and(u8::is_ascii_alphabetic) {
            if at - begin > best.1 {
                best = (begin, at - begin);
            }
            begin = at + 1;
        }
    }
    best
}
