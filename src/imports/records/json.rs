//! JSON of others: a list, lines, or an object that holds the list; scripts that assign one.
//!
//! The text is held; its items are parsed one at a time, so that a damaged one is refused
//! alone and the next is found again.

use std::io::Read;
use std::ops::Range;

use serde_json::{Map, Value, json};

use super::{Changes, Columns, Item, Record, Records, Written};
use crate::catalogue::record::RecordProblem;
use crate::imports::clean;
use crate::imports::ledger::LedgerEntry;

/// Largest text held, bytes: larger publications also exist as CSV or Parquet.
const TEXT_BYTES_MAX: u64 = 1 << 30;
/// The fields under which publishers put the list of a file.
const LISTS: [&str; 10] = [
    "data",
    "options",
    "results",
    "items",
    "features",
    "@graph",
    "elements",
    "records",
    "structures",
    "services",
];

/// A JSON text, item by item.
pub struct Json {
    text: String,
    encoding: &'static str,
    at: usize,
    /// Line at `counted`.
    line: u64,
    counted: usize,
    lines: bool,
    value: Value,
    columns: Columns,
    /// What stands beside the list, in the object that holds it.
    around: Option<Value>,
    changes: Changes,
}

impl Json {
    /// Reads the text and finds its list.
    ///
    /// # Errors
    /// When the file cannot be read, or is too large to be held.
    pub fn open(input: Box<dyn Read + Send>) -> std::io::Result<Self> {
        let mut bytes = Vec::new();
        input.take(TEXT_BYTES_MAX + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > TEXT_BYTES_MAX {
            return Err(std::io::Error::new(
                std::io::ErrorKind::FileTooLarge,
                "JSON de plus de 1 Gio : prenez le fichier CSV ou Parquet du même jeu",
            ));
        }
        let (text, encoding) = clean::decode(&bytes);
        let (text, encoding) = (text.into_owned(), encoding.as_str());
        let text = labels_of_codes(&text).unwrap_or(text);
        let (at, lines) = begin(&text);
        let around = if lines { None } else { around(&text, at) };
        Ok(Self {
            text,
            encoding,
            at,
            line: 1,
            counted: 0,
            lines,
            value: Value::Null,
            columns: Columns::default(),
            around,
            changes: Changes::default(),
        })
    }

    /// Where the next item stands; `None` at the end.
    fn item(&mut self) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b']' if !self.lines => return None,
                b',' | b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                _ => break,
            }
        }
        if self.at >= bytes.len() {
            return None;
        }
        let begin = self.at;
        let end = if self.lines {
            memchr::memchr(b'\n', &bytes[begin..]).map_or(bytes.len(), |found| begin + found)
        } else {
            end_of_item(bytes, begin)
        };
        self.at = end;
        Some(begin..end)
    }

    fn line_of(&mut self, at: usize) -> u64 {
        self.line +=
            memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.counted..at]).count() as u64;
        self.counted = at;
        self.line
    }
}

impl Records for Json {
    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn next(&mut self) -> std::io::Result<Option<Item<'_>>> {
        let Some(mut range) = self.item() else { return Ok(None) };
        let line = self.line_of(range.start);
        let mut read = serde_json::from_str(&self.text[range.clone()]);
        if read.is_err() {
            // A script, not JSON: commas may close its lists.
            let plain = without_last_commas(&self.text[range.clone()]);
            if let Some(value) = plain.and_then(|plain| serde_json::from_str(&plain).ok()) {
                let said = (
                    "virgules de trop en fin de liste, ôtées",
                    "commas too many at the end of a list, dropped",
                );
                self.changes.count("last_comma", line, said);
                read = Ok(value);
            }
        }
        match read {
            Ok(value) => {
                self.value = match (&self.around, value) {
                    (Some(around), Value::Array(items)) => named(around, items),
                    (_, value) => value,
                };
                let raw = self.text[range].trim_end();
                Ok(Some(Item::Record(Record::of_json(line, raw, &self.value))))
            }
            Err(cause) => {
                if !self.lines {
                    // A bracket or a quote is missing: the item may have swallowed others.
                    if let Some(next) = next_good_item(&self.text, range.start) {
                        self.at = next;
                        range.end = next;
                    }
                }
                let raw = self.text[range].trim_end_matches([',', ' ', '\n', '\r', '\t']);
                let entry = LedgerEntry { line, id: None, problem: unreadable(raw, &cause) };
                Ok(Some(Item::Refused(entry, raw)))
            }
        }
    }

    fn written(&self) -> Written {
        Written { form: "JSON", encoding: self.encoding, ..Written::default() }
    }

    fn changes(&self) -> Changes {
        self.changes.clone()
    }

    fn header(&self) -> &str {
        ""
    }

    fn around(&self) -> Option<&Value> {
        self.around.as_ref()
    }
}

/// The object that holds the list whose items begin at `at`, without the list.
fn around(text: &str, at: usize) -> Option<Value> {
    let opens = text.find(['[', '{']).filter(|&opens| opens + 1 < at)?;
    let end = end_of_item(text.as_bytes(), at - 1);
    let before = text.get(opens..at)?;
    let after = text.get(end..).map_or("}", |rest| rest.trim_end().trim_end_matches(';'));
    // A file cut short has no end: what comes before the list is read.
    let whole = [format!("{before}]{after}"), format!("{before}]}}")];
    let read = whole.iter().find_map(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    read.map(Value::Object)
}

/// An item written as a list, whose names stand once beside the list (`mapping`), as maps of
/// GoGoCarto do to be short.
fn named(around: &Value, items: Vec<Value>) -> Value {
    let written = ["mapping", "compactMapping"].iter().find_map(|field| around.get(*field));
    let usual =
        json!(["id", ["name"], "latitude", "longitude", "categories", "status", "moderationState"]);
    let Some(names) = written.unwrap_or(&usual).as_array() else { return Value::Array(items) };
    let mut fields = Map::new();
    for (name, value) in names.iter().zip(items) {
        match (name, value) {
            (Value::String(name), value) => {
                fields.insert(name.clone(), value);
            }
            (Value::Array(names), Value::Array(values)) => {
                let inner = names.iter().filter_map(Value::as_str).zip(values);
                fields.extend(inner.map(|(name, value)| (name.to_owned(), value)));
            }
            _ => {}
        }
    }
    Value::Object(fields)
}

/// The text without the commas that stand just before a closing bracket; `None` without any.
fn without_last_commas(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let (mut out, mut from, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = end_of_text(bytes, at)?,
            b',' => {
                let next = bytes[at + 1..].iter().find(|byte| !byte.is_ascii_whitespace());
                if matches!(next, Some(b'}' | b']')) {
                    out.push_str(&text[from..at]);
                    from = at + 1;
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    out.push_str(&text[from..]);
    (from > 0).then_some(out)
}

/// Longest text looked at as a map of codes, bytes.
const MAP_BYTES_MAX: usize = 1 << 22;

/// A map of codes to their labels, as one record for each pair: `{"01.11Z": "Riz", …}`,
/// in a file or assigned by a script. Every key holds a digit: names of fields do not.
fn labels_of_codes(text: &str) -> Option<String> {
    let (opens, closes) = (text.find('{')?, text.rfind('}')?);
    if text.len() > MAP_BYTES_MAX || text.find('[').is_some_and(|list| list < opens) {
        return None;
    }
    // A script may end its map with a comma.
    let inside = text.get(opens..closes)?.trim_end().trim_end_matches(',');
    let map: Map<String, Value> = serde_json::from_str(&format!("{inside}}}")).ok()?;
    let coded = |key: &String| key.bytes().any(|byte| byte.is_ascii_digit());
    if map.len() < 2 || !map.keys().all(coded) || !map.values().all(Value::is_string) {
        return None;
    }
    let pairs = map.iter().map(|(code, label)| serde_json::json!({"code": code, "label": label}));
    Some(pairs.map(|pair| pair.to_string()).collect::<Vec<_>>().join("\n"))
}

/// Where the items begin, and whether each stands on its own line.
fn begin(text: &str) -> (usize, bool) {
    let bytes = text.as_bytes();
    // `var elements = `, `const data =`: a script that assigns its list.
    let opens = text.find(['[', '{']).unwrap_or(text.len());
    if bytes.get(opens) == Some(&b'[') {
        return (opens + 1, false);
    }
    if opens == text.len() {
        return (opens, true);
    }
    if let Some(list) = inner_list(bytes, opens) {
        return (list, false);
    }
    (opens, true)
}

/// After the `[` of the first known list inside the object that opens at `opens`.
fn inner_list(bytes: &[u8], opens: usize) -> Option<usize> {
    let mut at = opens + 1;
    let mut depth = 1_usize;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let end = end_of_text(bytes, at)?;
                let name = std::str::from_utf8(&bytes[at + 1..end - 1]).ok()?;
                let after = bytes[end..].iter().position(|b| !b.is_ascii_whitespace())?;
                let value = (bytes[end + after] == b':').then(|| {
                    let rest = &bytes[end + after + 1..];
                    rest.iter().position(|b| !b.is_ascii_whitespace()).map(|n| end + after + 1 + n)
                });
                if depth == 1
                    && LISTS.contains(&name)
                    && let Some(Some(value)) = value
                    && bytes[value] == b'['
                {
                    return Some(value + 1);
                }
                at = end;
            }
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth -= 1;
                at += 1;
                if depth == 0 {
                    return None;
                }
            }
            _ => at += 1,
        }
    }
    None
}

/// After the quote that closes the text opened at `at`.
fn end_of_text(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        let found = at + memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[found] == b'"' {
            return Some(found + 1);
        }
        at = found + 2;
    }
}

/// After the item that begins at `begin`: its last bracket, or the next `,` or `]`.
fn end_of_item(bytes: &[u8], begin: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = begin;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => match end_of_text(bytes, at) {
                Some(end) => at = end,
                None => return bytes.len(),
            },
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                if depth == 0 {
                    return at;
                }
                depth -= 1;
                at += 1;
                if depth == 0 {
                    return at;
                }
            }
            b',' if depth == 0 => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The next place after a damaged item where a whole one is read.
fn next_good_item(text: &str, begin: usize) -> Option<usize> {
    /// Places tried: a file damaged everywhere must not be read a thousand times.
    const TRIES: usize = 200;
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'{', &bytes[begin + 1..])
        .map(|found| begin + 1 + found)
        .filter(|&at| {
            let before = bytes[..at].iter().rev().find(|byte| !byte.is_ascii_whitespace());
            matches!(before, Some(b',' | b'['))
        })
        .take(TRIES)
        .find(|&at| {
            let end = end_of_item(bytes, at);
            matches!(serde_json::from_str::<Value>(&text[at..end]), Ok(Value::Object(_)))
        })
}

fn unreadable(raw: &str, cause: &serde_json::Error) -> RecordProblem {
    let (line, column) = (cause.line(), cause.column());
    RecordProblem::new(
        "",
        raw,
        (
            &format!("JSON illisible (ligne {line} de la fiche, colonne {column})"),
            &format!("unreadable JSON (line {line} of the record, column {column})"),
        ),
        ("corrigez la syntaxe de cette fiche", "correct the syntax of this record"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(u64, String)>, Vec<u64>) {
        let mut json =
            Json::open(Box::new(std::io::Cursor::new(text.as_bytes().to_vec()))).unwrap();
        let (mut rows, mut refused) = (Vec::new(), Vec::new());
        while let Some(item) = json.next().unwrap() {
            match item {
                Item::Record(record) => {
                    rows.push((record.line, record.text("id").unwrap_or_default().into_owned()));
                }
                Item::Refused(entry, _) => refused.push(entry.line),
            }
        }
        (rows, refused)
    }

    #[test]
    fn every_shape_of_list_gives_its_items() {
        let two = vec![(1, "a".to_owned()), (1, "b".to_owned())];
        for text in [
            r#"[{"id":"a"},{"id":"b"}]"#,
            r#"{"count":2,"results":[{"id":"a"},{"id":"b"}]}"#,
            r#"var elements = {"ontology":"x","data":[{"id":"a","t":["]"]},{"id":"b"}]};"#,
            r#"const t = [{"id":"a"},{"id":"b"}]"#,
            r#"{"@context":{"data":[1]},"@graph":[{"id":"a"},{"id":"b"}]}"#,
        ] {
            assert_eq!(read(text), (two.clone(), Vec::new()), "{text}");
        }
        let lines = "{\"id\":\"a\"}\n\n{\"id\":\"b\"}\n";
        assert_eq!(read(lines), (vec![(1, "a".into()), (3, "b".into())], Vec::new()));
        assert_eq!(read(""), (Vec::new(), Vec::new()));
        assert_eq!(read("[]"), (Vec::new(), Vec::new()));
    }

    #[test]
    fn what_stands_beside_the_list_names_its_items() {
        for text in [
            r#"{"licence":"ODbL","mapping":["id",["name","x"],"lat"],"data":[["a",["A",1],45]]}"#,
            r#"{"licence":"ODbL","data":[["a",["A",1],45]],"mapping":["id",["name","x"],"lat"]}"#,
        ] {
            let mut json =
                Json::open(Box::new(std::io::Cursor::new(text.as_bytes().to_vec()))).unwrap();
            assert_eq!(json.around().unwrap()["licence"], "ODbL");
            let Some(Item::Record(record)) = json.next().unwrap() else { panic!("a record") };
            assert_eq!(record.to_json(), json!({"id": "a", "name": "A", "x": 1, "lat": 45}));
        }
        // Without its names, and cut short.
        let text = r#"{"ontology":"gogocompact","data":[["a",["A"],45,4],["b""#;
        let mut json =
            Json::open(Box::new(std::io::Cursor::new(text.as_bytes().to_vec()))).unwrap();
        let Some(Item::Record(record)) = json.next().unwrap() else { panic!("a record") };
        assert_eq!(record.text("name").as_deref(), Some("A"));
    }

    #[test]
    fn commas_that_close_a_list_are_dropped_and_said() {
        let text = "var t = [{\"id\":\"a\", \"t\":[1,2,],\n},\n];";
        let mut json =
            Json::open(Box::new(std::io::Cursor::new(text.as_bytes().to_vec()))).unwrap();
        let Some(Item::Record(record)) = json.next().unwrap() else { panic!("a record") };
        assert_eq!(record.to_json(), json!({"id": "a", "t": [1, 2]}));
        assert_eq!(json.changes().0["last_comma"].count, 1);
    }

    #[test]
    fn a_damaged_item_is_refused_alone() {
        let text =
            "[{\"id\":\"a\"},\n{\"id\":\"b\", \"t\": \"x},\n{\"id\":\"c\"},\n{\"id\":\"d\"}\n]";
        let (rows, refused) = read(text);
        assert_eq!(rows, [(1, "a".to_owned()), (3, "c".into()), (4, "d".into())]);
        assert_eq!(refused, [2]);
        let (rows, refused) = read("[{\"id\":\"a\"},\n{\"id\":\"b\"");
        assert_eq!((rows.len(), refused), (1, vec![2]));
    }
}
