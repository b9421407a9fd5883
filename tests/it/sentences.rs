//! The sentences shown to readers: every key has its template, in both languages, written
//! as the engine reads it and as French is typed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use essaim::catalogue::datasets::sentences;
use essaim::domain::lang::Lang;
use essaim::matching::outcome::CriterionId;

use crate::common::scene;

/// The first words of the keys of facts and of their words.
const PREFIXES: [&str; 26] = [
    "answer.",
    "carrier.",
    "cohort.",
    "comparison.",
    "criterion.",
    "datum.",
    "decision.",
    "evidence.",
    "feasibility.",
    "field.",
    "gate.",
    "headline.",
    "label.",
    "place.",
    "question.",
    "record.",
    "reference.",
    "relation.",
    "resolution.",
    "robustness.",
    "step.",
    "submission.",
    "support.",
    "tour.",
    "watch.",
    "word.",
];

/// The gates whose labels and confirmations have keys made of their names.
const GATES: [&str; 9] = [
    "active",
    "old_enough",
    "proven",
    "wants_to_spread",
    "not_already_there",
    "answers_something",
    "conditions",
    "not_opposed",
    "available",
];

/// The items of anchoring, whose keys are made of their names.
const ANCHORS: [&str; 6] = ["key_actor", "carrier", "venue", "scheme", "trust", "call"];

/// The forms of a slot, besides the groups of words.
const FORMS: [&str; 6] = ["", "de", "a", "que", "lower", "when"];

/// Files of `src/matching` that only tests read.
const TEST_FILES: [&str; 3] = ["fixtures.rs", "brute_force.rs", "properties.rs"];

type Table = BTreeMap<String, String>;

fn templates() -> (Table, Table) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("index");
    let mut index: Vec<(String, String)> = Vec::new();
    for entry in std::fs::read_dir(folder).expect("index can be listed") {
        let path = entry.expect("index can be listed").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if [Lang::Fr, Lang::En].into_iter().any(|lang| sentences::is_of(lang, &name)) {
            let text = std::fs::read_to_string(&path).expect("a file of sentences");
            index.push((name, text));
        }
    }
    sentences::parse(&index).expect("the sentences can be read")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.is_file() {
        return found.push(folder.to_owned());
    }
    for entry in std::fs::read_dir(folder).expect("src can be listed") {
        let path = entry.expect("src can be listed").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The rooms whose facts become sentences.
const ROOMS: [&str; 4] = ["imports/resolve/reasons.rs", "matching", "planning", "scouting"];

/// The literals of the product of [`ROOMS`] that look like keys, with their files.
fn literals() -> BTreeMap<String, PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    ROOMS.iter().for_each(|room| rust_files(&src.join(room), &mut files));
    files.sort();
    let mut keys = BTreeMap::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if TEST_FILES.contains(&name.as_str()) {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file can be read");
        let product = text.split("\nmod tests {").next().unwrap_or_default();
        for line in product.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for part in line.split('"').filter(|part| is_key(part)) {
                keys.insert(part.to_owned(), file.clone());
            }
        }
    }
    keys
}

fn is_key(text: &str) -> bool {
    PREFIXES.iter().any(|prefix| text.starts_with(prefix))
        && !text.ends_with('.')
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.')
}

/// The keys that the code makes of names.
fn made() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for gate in GATES {
        keys.insert(format!("gate.{gate}"));
        for state in ["met", "unmet", "unknown"] {
            keys.insert(format!("gate.{gate}.{state}.confirmed"));
        }
    }
    for criterion in CriterionId::ALL {
        keys.insert(format!("criterion.{}", criterion.as_str()));
    }
    for item in ANCHORS {
        keys.insert(format!("criterion.anchoring.{item}.unknown"));
        for state in ["met", "unmet", "unknown"] {
            keys.insert(format!("criterion.anchoring.{item}.confirmed.{state}"));
        }
    }
    keys
}

/// Whether `key` names a group of words (`word.month`) and not one of them.
fn is_group(table: &Table, key: &str) -> bool {
    key.starts_with("word.") && table.keys().any(|other| other.starts_with(&format!("{key}.")))
}

/// The parts of a template between and inside its brackets, alternatives apart.
fn parts(template: &str) -> Result<Vec<&str>, String> {
    let mut list = Vec::new();
    let mut rest = template;
    while let Some(start) = rest.find("[[") {
        list.push(&rest[..start]);
        let after = &rest[start + 2..];
        let end = after.find("]]").ok_or("a bracket is never closed")?;
        if after[..end].contains("[[") {
            return Err("a bracket inside a bracket".to_owned());
        }
        list.extend(after[..end].split("||"));
        rest = &after[end + 2..];
    }
    list.push(rest);
    match list.iter().find(|part| part.contains("[[") || part.contains("]]")) {
        Some(part) => Err(format!("a lone bracket in `{part}`")),
        None => Ok(list),
    }
}

/// The slots of a part, and its text with each slot replaced by `x`.
fn slots(part: &str) -> Result<(Vec<&str>, String), String> {
    let (mut list, mut text, mut rest) = (Vec::new(), String::new(), part);
    while let Some(start) = rest.find('{') {
        text.push_str(&rest[..start]);
        text.push('x');
        let after = &rest[start + 1..];
        let end = after.find('}').ok_or("a slot is never closed")?;
        list.push(&after[..end]);
        rest = &after[end + 1..];
    }
    text.push_str(rest);
    match text.contains(['{', '}']) || list.iter().any(|slot| slot.contains('{')) {
        true => Err("a lone brace".to_owned()),
        false => Ok((list, text)),
    }
}

/// The name of a slot, and its form or its two words.
fn read_slot<'a>(slot: &'a str, table: &Table) -> Result<(&'a str, Vec<&'a str>), String> {
    let (name, words) = if let Some((name, words)) = slot.split_once('?') {
        let words: Vec<&str> = words.split('|').collect();
        if words.len() != 2 {
            return Err(format!("`{slot}` needs one word and the other"));
        }
        (name, words)
    } else {
        let (name, form) = slot.split_once('|').unwrap_or((slot, ""));
        if !FORMS.contains(&form) && !is_group(table, form) {
            return Err(format!("`{slot}` has a form that nobody knows"));
        }
        (name, Vec::new())
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(format!("`{slot}` has no plain name"));
    }
    Ok((name, words))
}

/// The values a template asks for.
fn names(template: &str, table: &Table) -> BTreeSet<String> {
    let parts = parts(template).unwrap_or_default();
    let slots = parts.into_iter().filter_map(|part| slots(part).ok()).flat_map(|(list, _)| list);
    slots.filter_map(|slot| read_slot(slot, table).ok()).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn both_languages_have_the_same_keys_and_values() {
    let (fr, en) = templates();
    let keys = |table: &Table| table.keys().cloned().collect::<BTreeSet<_>>();
    let apart: Vec<_> = keys(&fr).symmetric_difference(&keys(&en)).cloned().collect();
    assert!(apart.is_empty(), "in one language only: {apart:?}");
    assert!(fr.len() > 200, "only {} sentences", fr.len());
    for (key, template) in &fr {
        assert_eq!(names(template, &fr), names(&en[key], &en), "values of `{key}`");
    }
}

#[test]
fn every_key_of_the_code_has_its_template() {
    let (fr, _) = templates();
    // The names of declared numbers look like keys and are none.
    let scene = scene();
    let numbers: BTreeSet<&str> = scene.world.data.rules.iter().map(|(name, _)| name).collect();
    let mut faults: Vec<String> = literals()
        .iter()
        .filter(|(key, _)| !fr.contains_key(*key) && !is_group(&fr, key))
        .filter(|(key, _)| !numbers.contains(key.as_str()))
        .map(|(key, file)| format!("`{key}` of {}", file.display()))
        .collect();
    faults.extend(made().into_iter().filter(|key| !fr.contains_key(key)));
    assert!(faults.is_empty(), "without a template:\n{}", faults.join("\n"));
}

#[test]
fn no_template_is_left_unused() {
    let (fr, _) = templates();
    let mut used: BTreeSet<String> = literals().into_keys().chain(made()).collect();
    let groups: BTreeSet<String> = fr
        .values()
        .flat_map(|template| template.split('{').skip(1))
        .filter_map(|slot| slot.split('}').next()?.split_once('|'))
        .map(|(_, form)| form.to_owned())
        .chain(used.iter().cloned())
        .filter(|form| is_group(&fr, form))
        .collect();
    for group in groups {
        used.extend(fr.keys().filter(|key| key.starts_with(&format!("{group}."))).cloned());
    }
    let unused: Vec<&String> = fr.keys().filter(|key| !used.contains(*key)).collect();
    assert!(unused.is_empty(), "never used: {unused:#?}");
}

#[test]
fn every_slot_is_well_formed() {
    let (fr, en) = templates();
    let mut faults = Vec::new();
    for (lang, table) in [("fr", &fr), ("en", &en)] {
        for (key, template) in table {
            let read = parts(template).and_then(|parts| {
                for part in parts {
                    for slot in slots(part)?.0 {
                        read_slot(slot, table)?;
                    }
                }
                Ok(())
            });
            if let Err(fault) = read {
                faults.push(format!("{lang} `{key}`: {fault}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn french_is_typed_as_french() {
    let (fr, _) = templates();
    let mut faults = Vec::new();
    for (key, template) in &fr {
        for part in parts(template).unwrap_or_default() {
            let Ok((list, text)) = slots(part) else { continue };
            let words = list.iter().filter_map(|slot| read_slot(slot, &fr).ok());
            let words = words.flat_map(|(_, words)| words).map(str::to_owned);
            for text in words.chain([text]) {
                faults.extend(typing(&text).map(|fault| format!("`{key}`: {fault} in `{text}`")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What is wrong in the typing of a French text.
fn typing(text: &str) -> Option<&'static str> {
    let is_hard = |c: Option<char>| matches!(c, Some('\u{a0}' | '\u{202f}'));
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => return Some("a straight apostrophe"),
            '"' => return Some("a straight quote"),
            ':' | ';' | '?' | '!' | '»' if !is_hard(before) => {
                return Some("no hard space before a double mark");
            }
            '«' if !is_hard(letters.peek().copied()) => return Some("no hard space after «"),
            ' ' if before == Some(' ') => return Some("two spaces"),
            _ => {}
        }
        before = Some(letter);
    }
    None
}
