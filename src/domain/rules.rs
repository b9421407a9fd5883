//! The numbers that are data: priors, bounds, ceilings, thresholds.

use std::collections::BTreeMap;

/// Every declared number of `index/*.toml`, by dotted name (`relations.threshold`).
///
/// Each module reads its own once, into a struct with named fields; the digest of
/// them all stands in every answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    numbers: BTreeMap<String, f64>,
    /// `sha256:…` of taxonomy, lexicon, priors, bounds, templates and code version.
    pub digest: String,
}

impl Rules {
    /// Rules from their numbers.
    #[must_use]
    pub fn new(numbers: BTreeMap<String, f64>, digest: String) -> Self {
        Self { numbers, digest }
    }

    /// The number with this dotted name.
    ///
    /// # Panics
    /// If no file of `index/` declares it: names are written in the code, so this is a bug.
    #[must_use]
    pub fn number(&self, name: &str) -> f64 {
        *self
            .numbers
            .get(name)
            .unwrap_or_else(|| panic!("the number `{name}` is declared in no file of index/"))
    }

    /// Every number, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.numbers.iter().map(|(name, &value)| (name.as_str(), value))
    }
}
