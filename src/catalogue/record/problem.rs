//! What is wrong with one field of one row, in both languages, with the way out.

use std::fmt;

/// A field that could not be read, or that nobody knows.
///
/// The texts are boxed slices: they never grow, and every row's result carries one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordProblem {
    /// Path of the field (`scaling.model`, `sites[2].since`).
    pub field: String,
    /// The value as written, shortened.
    pub value: String,
    /// Why, in French.
    pub reason_fr: Box<str>,
    /// Why, in English.
    pub reason_en: Box<str>,
    /// What to do, in French.
    pub way_out_fr: Box<str>,
    /// What to do, in English.
    pub way_out_en: Box<str>,
}

/// Longest value repeated in a message, in characters.
const VALUE_SHOWN: usize = 80;

impl RecordProblem {
    /// A problem of `field` holding `value`, with its reason and its way out (French, English).
    #[must_use]
    pub fn new(
        field: impl Into<String>,
        value: impl fmt::Display,
        reason: (&str, &str),
        way_out: (&str, &str),
    ) -> Self {
        let mut value = value.to_string();
        if value.chars().count() > VALUE_SHOWN {
            value = value.chars().take(VALUE_SHOWN).chain(['…']).collect();
        }
        Self {
            field: field.into(),
            value,
            reason_fr: reason.0.into(),
            reason_en: reason.1.into(),
            way_out_fr: way_out.0.into(),
            way_out_en: way_out.1.into(),
        }
    }

    /// A mandatory field that is absent or empty.
    #[must_use]
    pub fn missing(field: impl Into<String>) -> Self {
        Self::new(
            field,
            "",
            ("champ obligatoire absent ou vide", "mandatory field absent or empty"),
            ("remplissez ce champ", "fill this field"),
        )
    }

    /// A field that no reader knows; its content is kept.
    #[must_use]
    pub fn unknown_field(field: impl Into<String>, value: impl fmt::Display) -> Self {
        Self::new(
            field,
            value,
            ("champ inconnu, gardé sans être lu", "unknown field, kept but not read"),
            (
                "vérifiez l’orthographe du champ, ou laissez-le",
                "check the spelling of the field, or leave it",
            ),
        )
    }

    /// A value that is not of the type expected.
    #[must_use]
    pub fn wrong_type(
        field: impl Into<String>,
        value: impl fmt::Display,
        expected: (&str, &str),
    ) -> Self {
        Self::new(
            field,
            value,
            (&format!("{} attendu", expected.0), &format!("{} expected", expected.1)),
            ("corrigez la valeur ou videz le champ", "correct the value or empty the field"),
        )
    }

    /// A word outside its list.
    #[must_use]
    pub fn unknown_word(
        field: impl Into<String>,
        value: impl fmt::Display,
        known: &[&str],
    ) -> Self {
        let list = known.join(", ");
        Self::new(
            field,
            value,
            ("mot inconnu", "unknown word"),
            (&format!("mots admis : {list}"), &format!("known words: {list}")),
        )
    }
}

impl fmt::Display for RecordProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "champ `{}` : {} `{}` ; {}",
            self.field, self.reason_fr, self.value, self.way_out_fr
        )
    }
}

impl std::error::Error for RecordProblem {}
