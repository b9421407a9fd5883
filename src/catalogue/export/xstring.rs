//! Texts of a workbook: `_x000D_` stands for a carriage return, `_x005F_` for an underscore
//! that begins such a code (ECMA-376, part 1, 22.9.2.19, ST_Xstring).

use std::borrow::Cow;

/// Length of a code, bytes.
const CODE: usize = 7;

/// The character that the text begins with when it begins with a code.
fn code(text: &str) -> Option<u16> {
    let code = text.get(..CODE)?;
    let digits = code.strip_prefix("_x")?.strip_suffix('_')?;
    (digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| u16::from_str_radix(digits, 16).ok())
        .flatten()
}

/// The text with what would be read as a code escaped.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.match_indices("_x").any(|(at, _)| code(&text[at..]).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + CODE);
    let mut from = 0;
    for (at, _) in text.match_indices("_x") {
        if code(&text[at..]).is_some() {
            out.push_str(&text[from..at]);
            out.push_str("_x005F_");
            from = at + 1;
        }
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

/// The text that its codes stand for.
#[must_use]
pub fn unescape(text: &str) -> Cow<'_, str> {
    if !text.match_indices("_x").any(|(at, _)| code(&text[at..]).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match code(rest).and_then(|code| char::from_u32(u32::from(code))) {
            Some(letter) => {
                out.push(letter);
                rest = &rest[CODE..];
            }
            None => {
                out.push('_');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_escaped_and_read_back() {
        assert_eq!(unescape("a_x000D_\nb"), "a\r\nb");
        assert_eq!(unescape("max_x and _x12"), "max_x and _x12");
        for text in ["_x0041_", "__x0041__x0042_", "a_x005F_x0041_", "simple", "é_x00e9_é"] {
            assert_eq!(unescape(&escape(text)), text);
        }
        assert_eq!(escape("_x0041_"), "_x005F_x0041_");
    }
}
