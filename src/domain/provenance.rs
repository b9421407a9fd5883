//! Where a value comes from, and how it is known.

/// How a value is known (design §1: every value carries its basis).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// Somebody said so.
    Stated,
    /// It was measured.
    Measured,
    /// It was deduced from the activity described.
    Inferred,
    /// Nothing is known: a declared expected value stands in.
    Prior,
}

impl Basis {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Measured => "measured",
            Self::Inferred => "inferred",
            Self::Prior => "prior",
        }
    }
}

/// A source: an address or a name, with year and licence where known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Source {
    /// Address or title.
    pub source: String,
    /// Year of the fact or of the document.
    pub year: Option<i16>,
    /// Licence, where known.
    pub licence: Option<String>,
}

impl Source {
    /// A source known by its address or title only.
    #[must_use]
    pub fn named(source: impl Into<String>) -> Self {
        Self { source: source.into(), year: None, licence: None }
    }
}

/// The words that prove something: the field they stand in and the text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Because {
    /// The record's field (`needs_addressed`, `summary`…).
    pub field: String,
    /// The text, verbatim.
    pub text: String,
}

impl Because {
    /// A proof from its field and its text.
    #[must_use]
    pub fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }
}
