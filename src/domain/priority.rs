//! Priority themes submitted by a partner.

use jiff::civil::Date;

use super::concept::Concept;
use super::provenance::Source;

/// What a published row is: only a submission weighs in scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PriorityKind {
    /// A partner's own submission of themes.
    Submission,
    /// A call for projects: context.
    Call,
    /// A programme: context.
    Programme,
    /// A finding: context.
    Finding,
    /// The territory's word that it has no priority for a period; its concept means nothing.
    /// It never reaches a score: it only keeps other submissions from applying.
    NoPriority,
}

impl PriorityKind {
    /// The word used in files and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::Call => "call",
            Self::Programme => "programme",
            Self::Finding => "finding",
            Self::NoPriority => "no_priority",
        }
    }
}

/// A theme or a need with a weight, for a territory, with a start and an end.
#[derive(Debug, Clone, PartialEq)]
pub struct Priority {
    /// Stable id.
    pub id: String,
    /// Territory id.
    pub territory: String,
    /// Submission or context.
    pub kind: PriorityKind,
    /// The theme or the need (kind Theme or Need).
    pub concept: Concept,
    /// Weight, > 0; an order is turned into rank-order centroid weights at the door.
    pub weight: f64,
    /// Who submitted it.
    pub submitted_by: Option<String>,
    /// The document.
    pub document: Option<String>,
    /// In force from.
    pub start: Option<Date>,
    /// In force until.
    pub end: Option<Date>,
    /// Where it is published.
    pub source: Source,
}

/// Id of the row that holds what a territory submitted, in dated periods.
#[must_use]
pub fn submission_row(territory: &str) -> String {
    format!("{SUBMISSIONS}{territory}")
}

/// What the ids of those rows begin with.
const SUBMISSIONS: &str = "submission/";

impl Priority {
    /// Whether it comes from the row of its territory's own submissions
    /// ([`submission_row`]), rather than from a file of published ones.
    #[must_use]
    pub fn is_deposited(&self) -> bool {
        let rest = self.id.strip_prefix(SUBMISSIONS);
        rest.and_then(|rest| rest.strip_prefix(self.territory.as_str()))
            .is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether it is in force on `day`.
    #[must_use]
    pub fn is_live(&self, day: Date) -> bool {
        self.start.is_none_or(|start| start <= day) && self.end.is_none_or(|end| day <= end)
    }
}
