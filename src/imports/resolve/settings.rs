//! The declared numbers and words of the resolution (`index/resolution.toml`).

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use toml::{Table, Value};

/// The shares of one level: `m` among pairs of one organisation, `u` among the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Share among pairs that are one organisation, in 0..=1.
    pub m: f64,
    /// Share among pairs that are not; 0 where it comes from a frequency instead.
    pub u: f64,
    /// Share of the bits of the common words that counts (names only).
    pub share: f64,
}

/// A kind of place that names tell: town hall, library…
#[derive(Debug, Clone, PartialEq)]
pub struct Sort {
    /// Its name in the file.
    pub name: String,
    /// A commune has one at most.
    pub only_one: bool,
}

/// Everything that `index/resolution.toml` declares.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Probability, 0..=1, from which a pair is shown to a person.
    pub propose: f64,
    /// Probability, 0..=1, from which a pair is merged without one.
    pub merge: f64,
    numbers: BTreeMap<String, f64>,
    levels: BTreeMap<String, Level>,
    pub(super) articles: HashSet<String>,
    pub(super) legal: HashSet<String>,
    pub(super) marks: HashSet<String>,
    pub(super) filler: HashSet<String>,
    pub(super) hosts: Vec<String>,
    pub(super) sorts: Vec<Sort>,
    /// Words of each family of legal forms.
    pub(super) forms: Vec<Vec<String>>,
    /// Phrases by their first word, longest first, with what they stand for.
    pub(super) phrases: BTreeMap<String, Vec<(Vec<String>, Stands)>>,
    /// How often the words, names and communes of the reference are met.
    pub(super) known: BTreeMap<String, f64>,
}

/// What a phrase of a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stands {
    /// Another word.
    Word(String),
    /// A kind of place, by its number.
    Sort(usize),
    /// A town, a département, a région.
    Place,
}

static SHIPPED: LazyLock<Settings> = LazyLock::new(|| {
    Settings::parse(
        include_str!("../../../index/resolution.toml"),
        include_str!("../../../index/name_frequencies.tsv"),
    )
    .expect("the files of index/ are read by the tests")
});

impl Settings {
    /// Those of the files shipped with the program.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads the text of `resolution.toml` and that of `name_frequencies.tsv`.
    ///
    /// # Errors
    /// If a file does not parse, or a number or list that is needed is missing: in words.
    pub fn parse(text: &str, frequencies: &str) -> Result<Self, String> {
        let table: Table = text.parse().map_err(|cause: toml::de::Error| cause.to_string())?;
        let mut numbers = BTreeMap::new();
        flatten("", &table, &mut numbers);
        let mut levels = BTreeMap::new();
        for (name, &m) in &numbers {
            if let Some(level) = name.strip_suffix(".m") {
                let of = |key: &str| numbers.get(&format!("{level}.{key}")).copied();
                let (u, share) = (of("u").unwrap_or(0.0), of("share").unwrap_or(0.0));
                levels.insert(level.to_owned(), Level { m, u, share });
            }
        }
        let words = |section: &str, key: &str| -> Result<Vec<String>, String> {
            let list = table.get(section).and_then(|inner| inner.get(key));
            texts(list).ok_or_else(|| format!("`{section}.{key}` is no list of texts"))
        };
        let set = |key: &str| words("words", key).map(|list| list.into_iter().collect());
        let mut known = BTreeMap::new();
        for line in frequencies.lines().filter(|line| !line.starts_with('#')) {
            let (name, count) = line.rsplit_once('\t').ok_or_else(|| format!("`{line}`"))?;
            let count: f64 = count.parse().map_err(|_| format!("`{line}`: no count"))?;
            known.insert(name.to_owned(), count);
        }
        let mut settings = Self {
            propose: 0.0,
            merge: 0.0,
            numbers,
            levels,
            articles: set("articles")?,
            legal: set("legal")?,
            marks: set("marks")?,
            filler: set("filler")?,
            hosts: words("hosts", "shared")?,
            sorts: Vec::new(),
            forms: Vec::new(),
            phrases: BTreeMap::new(),
            known,
        };
        settings.propose = settings.checked("thresholds.propose")?;
        settings.merge = settings.checked("thresholds.merge")?;
        for place in words("places", "names")? {
            settings.phrase(&place, &Stands::Place);
        }
        for item in tables(&table, "abbreviation") {
            let short = item.get("short").and_then(Value::as_str).ok_or("`short` is missing")?;
            for long in texts(item.get("long")).ok_or("`long` is no list of texts")? {
                settings.phrase(&long, &Stands::Word(short.to_owned()));
            }
        }
        for item in tables(&table, "legal_family") {
            settings.forms.push(texts(item.get("words")).ok_or("`words` is no list of texts")?);
        }
        for item in tables(&table, "sort") {
            let name = item.get("name").and_then(Value::as_str).ok_or("`name` is missing")?;
            let only_one = item.get("only_one").and_then(Value::as_bool).unwrap_or(false);
            let number = settings.sorts.len();
            settings.sorts.push(Sort { name: name.to_owned(), only_one });
            for phrase in texts(item.get("words")).ok_or("`words` is no list of texts")? {
                settings.phrase(&phrase, &Stands::Sort(number));
            }
        }
        for phrases in settings.phrases.values_mut() {
            phrases.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        Ok(settings)
    }

    /// The kinds of place, in the order of their numbers.
    #[must_use]
    pub fn sort_names(&self) -> Vec<&str> {
        self.sorts.iter().map(|sort| sort.name.as_str()).collect()
    }

    /// The number of this dotted name.
    ///
    /// # Panics
    /// If the file does not declare it: names are written in the code, so this is a bug.
    #[must_use]
    pub fn number(&self, name: &str) -> f64 {
        self.checked(name).unwrap_or_else(|problem| panic!("{problem}"))
    }

    /// The shares of the level of this dotted name (`place.commune`).
    ///
    /// # Panics
    /// As [`Settings::number`].
    #[must_use]
    pub fn level(&self, name: &str) -> Level {
        *self.levels.get(name).unwrap_or_else(|| panic!("`{name}.m` is missing"))
    }

    /// The same with other `m`: what an estimation gives.
    #[must_use]
    pub fn with_m(mut self, name: &str, m: f64) -> Self {
        if let Some(level) = self.levels.get_mut(name) {
            level.m = m;
        }
        self
    }

    fn checked(&self, name: &str) -> Result<f64, String> {
        self.numbers.get(name).copied().ok_or_else(|| format!("`{name}` is missing"))
    }

    fn phrase(&mut self, text: &str, stands: &Stands) {
        let words: Vec<String> = text.split(' ').map(super::name::singular).collect();
        if let Some(first) = words.first() {
            self.phrases.entry(first.clone()).or_default().push((words.clone(), stands.clone()));
        }
    }
}

fn flatten(prefix: &str, table: &Table, numbers: &mut BTreeMap<String, f64>) {
    for (key, value) in table {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Table(inner) => flatten(&name, inner, numbers),
            Value::Float(number) => {
                numbers.insert(name, *number);
            }
            #[allow(clippy::cast_precision_loss)] // Declared counts are small.
            Value::Integer(number) => {
                numbers.insert(name, *number as f64);
            }
            _ => {}
        }
    }
}

fn tables<'a>(table: &'a Table, key: &str) -> impl Iterator<Item = &'a Table> {
    let list = table.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_table)
}

fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    let list = value?.as_array()?;
    list.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_declares_what_the_code_asks() {
        let settings = Settings::shipped();
        assert!(settings.propose < settings.merge && settings.merge < 1.0);
        assert!(settings.number("prior.population") > 1.0);
        assert!(settings.level("place.commune").m > 0.5);
        assert!(settings.sorts.iter().any(|sort| sort.name == "mairie" && sort.only_one));
    }

    #[test]
    fn what_is_missing_is_said_by_its_name() {
        let problem = Settings::parse("[thresholds]\npropose = 0.5\n", "").unwrap_err();
        assert!(problem.contains("words.articles"), "{problem}");
    }
}
