//! The numbers of `index/fields.toml` and `index/retrieval.toml`, read once.
//!
//! They are embedded in the binary, so the index and the questions always use the same;
//! they count in the digest of the rules like every file of `index/`.

use std::sync::LazyLock;

/// How a text field counts (BM25F).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldSettings {
    /// Its share in the weighted frequency, above 0.
    pub boost: f64,
    /// How much its length matters, 0..=1.
    pub length: f64,
}

/// The numbers of retrieval.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The word fields, in the order of [`super::schema::WORD_FIELDS`].
    pub words: Vec<FieldSettings>,
    /// The unstemmed field.
    pub exact: FieldSettings,
    /// The field of word beginnings.
    pub roots: FieldSettings,
    /// BM25 saturation of the weighted frequency.
    pub saturation: f64,
    /// Score at which relevance is one half.
    pub half: f64,
    /// Weight of a synonym beside the word asked.
    pub synonym: f64,
    /// Weight of a corrected word.
    pub correction: f64,
    /// Weight of a word that says little ("trouver", "personne").
    pub faint: f64,
    /// Weight of plain words when the question is in English.
    pub foreign: f64,
    /// Weight of each kind of concept: theme, need, public, resource, step.
    pub kinds: [f64; 5],
    /// What the second and later concepts of a kind add, as a share.
    pub tie: f64,
    /// Weight of the parent of a concept asked.
    pub parent: f64,
    /// Weight of the children of a concept asked.
    pub child: f64,
    /// Weight of a concept found by the nearness of its wordings.
    pub near: f64,
    /// Weight of a synonym or a translation beside the word itself, for that nearness.
    pub near_synonym: f64,
    /// Nearness below which such a concept is dropped, 0..=1.
    pub near_min: f64,
    /// Share of the best nearness that the others must reach.
    pub near_share: f64,
    /// How many such concepts are kept.
    pub near_max: usize,
}

/// The settings of this build.
pub static SETTINGS: LazyLock<Settings> = LazyLock::new(|| {
    Settings::parse(
        include_str!("../../index/fields.toml"),
        include_str!("../../index/retrieval.toml"),
    )
});

/// The words that say little, folded, from `index/retrieval.toml`.
pub static FAINT: LazyLock<Vec<String>> = LazyLock::new(|| {
    let table = table(include_str!("../../index/retrieval.toml"));
    let list = table.get("faint_words").and_then(toml::Value::as_str).unwrap_or_default();
    list.split_whitespace().map(str::to_owned).collect()
});

fn table(text: &str) -> toml::Table {
    text.parse().expect("an embedded file, read by the tests")
}

impl Settings {
    /// Reads the two files.
    ///
    /// # Panics
    /// If a number is missing: the files are embedded, so this is a bug of the build.
    #[must_use]
    pub fn parse(fields: &str, retrieval: &str) -> Self {
        let (fields, retrieval) = (table(fields), table(retrieval));
        let field = |name: &str| FieldSettings {
            boost: number(&fields, &[name, "boost"]),
            length: number(&fields, &[name, "length"]),
        };
        let of = |path: &[&str]| number(&retrieval, path);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a small count
        let near_max = of(&["near", "max"]) as usize;
        Self {
            words: super::schema::WORD_FIELDS.iter().map(|name| field(name)).collect(),
            exact: field("exact"),
            roots: field("roots"),
            saturation: of(&["words", "saturation"]),
            half: of(&["half"]),
            synonym: of(&["words", "synonym"]),
            correction: of(&["words", "correction"]),
            faint: of(&["words", "faint"]),
            foreign: of(&["words", "foreign"]),
            kinds: ["theme", "need", "public", "resource", "step"]
                .map(|kind| of(&["concepts", kind])),
            tie: of(&["concepts", "tie"]),
            parent: of(&["concepts", "parent"]),
            child: of(&["concepts", "child"]),
            near: of(&["near", "weight"]),
            near_synonym: of(&["near", "synonym"]),
            near_min: of(&["near", "min"]),
            near_share: of(&["near", "share"]),
            near_max,
        }
    }
}

#[allow(clippy::cast_precision_loss)] // declared numbers are small
fn number(table: &toml::Table, path: &[&str]) -> f64 {
    let mut value = None;
    let mut at = Some(table);
    for key in path {
        value = at.and_then(|table| table.get(*key));
        at = value.and_then(toml::Value::as_table);
    }
    value
        .and_then(|value| value.as_float().or_else(|| value.as_integer().map(|n| n as f64)))
        .unwrap_or_else(|| panic!("the number `{}` is declared nowhere", path.join(".")))
}
