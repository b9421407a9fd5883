//! Values as registers write them: codes that lost their zeros, amounts, dates, null marks.

use std::borrow::Cow;

/// A text without the marks that registers write for "nothing": `NULL`, `[ND]`, `#N/D`,
/// `_`, `nan`, `0001-01-01`, a code of zeros only.
#[must_use]
pub fn known<'a>(text: Cow<'a, str>) -> Option<Cow<'a, str>> {
    let plain = text.trim();
    let nothing =
        matches!(plain, "" | "_" | "NULL" | "null" | "[ND]" | "#N/D" | "#N/A" | "0001-01-01")
            || plain.eq_ignore_ascii_case("nan")
            || plain.len() > 4 && plain.bytes().all(|byte| byte == b'0');
    (!nothing).then_some(text)
}

/// Digits of a code of `length` digits: spaces and a final `.0` dropped, lost zeros restored.
///
/// The flag says that something was restored. `None` where it is no such code; a code of
/// fewer than half the digits is not believed.
#[must_use]
pub fn code(text: &str, length: usize) -> Option<(String, bool)> {
    let plain = text.trim();
    let plain = plain.strip_suffix(".0").unwrap_or(plain);
    let digits: String = plain.chars().filter(|c| !c.is_whitespace() && *c != '\u{a0}').collect();
    let fits = digits.len() <= length && digits.len() * 2 >= length;
    if digits.is_empty() || !fits || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let restored = digits.len() < length || plain.len() != text.trim().len();
    Some((format!("{digits:0>length$}"), restored))
}

/// A number written in France or elsewhere: `21 667,00 €`, `45,7`, `1254.5`, `12 %`.
#[must_use]
pub fn number(text: &str) -> Option<f64> {
    let kept: String = text
        .trim()
        .trim_end_matches(['€', '%'])
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{a0}' && *c != '\u{202f}')
        .map(|c| if c == ',' { '.' } else { c })
        .collect();
    kept.parse().ok().filter(|value: &f64| value.is_finite())
}

/// The date at the head of a text: `AAAA-MM-JJ` (with or without an hour), `JJ/MM/AAAA` or
/// a year alone, as `AAAA-MM-JJ` or `AAAA`.
#[must_use]
pub fn date(text: &str) -> Option<String> {
    let text = text.trim();
    let head = text.split(['T', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = head.split(['-', '/', '.']).collect();
    let number = |part: &str| part.parse::<i16>().ok();
    let (year, month, day) = match parts[..] {
        [year] if year.len() == 4 => {
            return number(year).filter(|&y| y > 1000).map(|y| y.to_string());
        }
        [year, month, day] if year.len() == 4 => (number(year)?, number(month)?, number(day)?),
        [day, month, year] if year.len() == 4 => (number(year)?, number(month)?, number(day)?),
        _ => return None,
    };
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let date = jiff::civil::Date::new(year, month, day).ok()?;
    (year > 1).then(|| date.to_string())
}

/// The items of a list as Python prints it: `['a', "l'eau"]`.
#[must_use]
pub fn python_list(text: &str) -> Option<Vec<String>> {
    let inside = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    let mut items = Vec::new();
    let mut rest = inside.trim();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let end = rest[1..].find(quote)? + 1;
        let item = rest[1..end].trim();
        if !item.is_empty() {
            items.push(item.to_owned());
        }
        rest = rest[end + 1..].trim_start();
        match rest.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None if rest.is_empty() => {}
            None => return None,
        }
    }
    Some(items)
}

/// Text without its HTML tags and entities, spaces made single; a block tag is a space.
#[must_use]
pub fn without_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find('<') {
        out.push_str(&rest[..begin]);
        let tag = &rest[begin..];
        let opens = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        match tag.find('>').filter(|_| opens) {
            Some(end) => {
                out.push(' ');
                rest = &tag[end + 1..];
            }
            None => {
                out.push('<');
                rest = &tag[1..];
            }
        }
    }
    out.push_str(rest);
    let plain = entities(&out);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn entities(text: &str) -> String {
    const NAMED: [(&str, &str); 12] = [
        ("&nbsp;", " "),
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&eacute;", "é"),
        ("&egrave;", "è"),
        ("&agrave;", "à"),
        ("&rsquo;", "’"),
        ("&euro;", "€"),
    ];
    if !text.contains('&') {
        return text.to_owned();
    }
    NAMED.iter().fold(text.to_owned(), |text, (name, sign)| text.replace(name, sign))
}

/// A text that shows `limit` characters at most, cut at a word.
#[must_use]
pub fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let head: String = text.chars().take(limit).collect();
    let cut = head.rfind(' ').filter(|&at| at > head.len() / 2).unwrap_or(head.len());
    format!("{}…", head[..cut].trim_end_matches([',', ';', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_get_their_zeros_back() {
        assert_eq!(code("5720610", 9), Some(("005720610".to_owned(), true)));
        assert_eq!(code("84200.0", 5), Some(("84200".to_owned(), true)));
        assert_eq!(code("775 544 083", 9), Some(("775544083".to_owned(), false)));
        assert_eq!(code("12", 9), None);
        assert_eq!(code("2A004", 5), None);
    }

    #[test]
    fn numbers_dates_and_nothings_are_read_as_written() {
        assert_eq!(number("21\u{a0}667,00 €"), Some(21_667.0));
        assert_eq!(number("45,7"), Some(45.7));
        assert_eq!(number("n/a"), None);
        assert_eq!(date("2015-01-21 07:33:24").as_deref(), Some("2015-01-21"));
        assert_eq!(date("31/01/2025").as_deref(), Some("2025-01-31"));
        assert_eq!(date("2023").as_deref(), Some("2023"));
        assert_eq!(date("0001-01-01"), None);
        assert_eq!(date("2023-02-30"), None);
        assert_eq!(known("[ND]".into()), None);
        assert_eq!(known("00000000000000".into()), None);
        assert_eq!(known("Récup".into()).as_deref(), Some("Récup"));
    }

    #[test]
    fn lists_and_pages_become_plain_text() {
        assert_eq!(python_list("['a', \"l'eau\"]"), Some(vec!["a".into(), "l'eau".into()]));
        assert_eq!(python_list("[]"), Some(Vec::new()));
        assert_eq!(python_list("a, b"), None);
        assert_eq!(without_html("<p>Épicerie<br/>&amp; café</p> 3 < 4"), "Épicerie & café 3 < 4");
        assert_eq!(shortened("un deux trois", 9), "un deux…");
    }
}
