//! The five kinds of concept of the taxonomy, and a compact name for one of them.

/// The kinds of concept (design §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConceptKind {
    /// A policy theme (`alimentation`).
    Theme,
    /// An unmet need (`precarite_alimentaire`).
    Need,
    /// The people served.
    Public,
    /// What an organisation offers or seeks.
    Resource,
    /// A step of the value chain.
    Step,
}

impl ConceptKind {
    /// All kinds, in the order used by every table and listing.
    pub const ALL: [Self; 5] = [Self::Theme, Self::Need, Self::Public, Self::Resource, Self::Step];

    /// The word used in JSON and in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Theme => "theme",
            Self::Need => "need",
            Self::Public => "public",
            Self::Resource => "resource",
            Self::Step => "step",
        }
    }

    /// Reads the word used in JSON and in files.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// One concept of the loaded taxonomy: its kind and its position in that kind's list.
///
/// Positions are those of ids in alphabetical order, so they are the same for the
/// same taxonomy; they never leave the process (JSON carries ids).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Concept {
    /// The kind.
    pub kind: ConceptKind,
    /// The position among the concepts of this kind.
    pub index: u16,
}

impl Concept {
    /// The position as a table index.
    #[must_use]
    pub fn at(self) -> usize {
        usize::from(self.index)
    }
}
