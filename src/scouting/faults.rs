//! Every fault of what was sent, told at once: a form is mended in one go.

use crate::catalogue::record::RecordProblem;

/// What kind of fault, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// No theme has this name.
    UnknownTheme,
    /// No need has this name.
    UnknownNeed,
    /// Weights and orders together, or on some rows only.
    MixedPriorities,
    /// A date that is none, or out of its bounds.
    BadDate,
    /// A number out of its bounds.
    OutOfBounds,
    /// Data of a person.
    PersonalData,
    /// Anything else: a field unknown, absent, of another type…
    BadRecord,
}

/// One fault: where, what, why, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind.
    pub kind: FaultKind,
    /// Field, value, reason, way out.
    pub problem: RecordProblem,
    /// (id, label) of what was perhaps meant.
    pub suggestion: Option<(String, String)>,
}

impl Fault {
    /// A fault that suggests nothing.
    #[must_use]
    pub fn new(kind: FaultKind, problem: RecordProblem) -> Self {
        Self { kind, problem, suggestion: None }
    }
}

/// The faults in English, for the log.
#[must_use]
pub fn told(faults: &[Fault]) -> String {
    let each = faults.iter().map(|fault| {
        let problem = &fault.problem;
        format!("`{}`: {}", problem.field, problem.reason_en)
    });
    each.collect::<Vec<_>>().join("; ")
}
