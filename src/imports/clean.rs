//! Encoding and separators: what a file is written in, before what it says.

use std::borrow::Cow;

/// Windows-1252 for the bytes 0x80..=0x9F; undefined ones stay control characters.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The separators tried, in the order that breaks ties: the French habit first.
const SEPARATORS: [u8; 4] = *b";,\t|";

/// What a file was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// Windows-1252 on every line that is not plain ASCII.
    Windows1252,
    /// Both, line by line.
    Mixed,
}

impl Encoding {
    /// The name shown in the ledger.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Windows1252 => "Windows-1252",
            Self::Mixed => "UTF-8 + Windows-1252",
        }
    }
}

/// Decodes a file: byte order mark dropped, then UTF-8, else line by line UTF-8 or Windows-1252.
///
/// Registers really mix both in one file; a line is the smallest piece that never does.
#[must_use]
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), Encoding::Utf8);
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let (mut modern, mut old) = (false, false);
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(line) => {
                modern |= !line.is_ascii();
                text.push_str(line);
            }
            Err(_) => {
                old = true;
                text.extend(line.iter().map(|&byte| windows_1252(byte)));
            }
        }
    }
    (Cow::Owned(text), if modern && old { Encoding::Mixed } else { Encoding::Windows1252 })
}

pub(super) fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The separator of a CSV file: the commonest sign outside quotes on its first line.
#[must_use]
pub fn separator(text: &str) -> u8 {
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(at) = SEPARATORS.iter().position(|&sign| sign == byte) {
                    counts[at] += 1;
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().position(|&count| count == most).map_or(b',', |at| {
        // A single column has no separator at all: any does.
        if most == 0 { b',' } else { SEPARATORS[at] }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_mixed_encodings_are_read() {
        assert_eq!(decode(b"\xef\xbb\xbfnom\n").0, "nom\n");
        assert_eq!(decode(b"r\xe9emploi \x96 20 \x80").0, "réemploi – 20 €");
        let mixed = [b"caf\xe9\n".as_slice(), "théâtre\n".as_bytes()].concat();
        assert_eq!(decode(&mixed), (Cow::Owned("café\nthéâtre\n".to_owned()), Encoding::Mixed));
    }

    #[test]
    fn the_separator_is_read_on_the_header_outside_quotes() {
        assert_eq!(separator("nom;ville\na,b,c,d"), b';');
        assert_eq!(separator("\"nom; ou raison; sociale\",ville"), b',');
        assert_eq!(separator("nom\tville"), b'\t');
        assert_eq!(separator("nom"), b',');
    }
}
