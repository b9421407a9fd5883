//! Every fault of what was sent, told at once: a form is mended in one go.

use crate::catalogue::record::RecordProblem;

use super::error::ScoutingError;

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

/// The refusal of a body, told of one row of a table.
#[must_use]
pub fn problem_of(error: &ScoutingError) -> RecordProblem {
    let near = |suggestion: &Option<String>| match suggestion {
        Some(id) => (format!("vouliez-vous dire `{id}` ?"), format!("did you mean `{id}`?")),
        None => (
            "prenez un identifiant ou un libellé de la taxonomie".to_owned(),
            "use an id or a label of the taxonomy".to_owned(),
        ),
    };
    let unknown = |field: &str, asked: &str, suggestion: &Option<String>| {
        let (fr, en) = near(suggestion);
        let reason = ("concept inconnu de la taxonomie", "concept unknown to the taxonomy");
        RecordProblem::new(field, asked, reason, (&fr, &en))
    };
    match error {
        ScoutingError::BadRecord { field, reason_fr, reason } => {
            let part = |text: &str, sign: &str| match text.split_once(sign) {
                Some((why, way_out)) => (why.trim().to_owned(), way_out.trim().to_owned()),
                None => (text.to_owned(), text.to_owned()),
            };
            let (fr, en) = (part(reason_fr, " ; "), part(reason, "; "));
            RecordProblem::new(field, "", (&fr.0, &en.0), (&fr.1, &en.1))
        }
        ScoutingError::OutOfBounds { field, value, bounds } => RecordProblem::new(
            field,
            value,
            ("valeur hors bornes", "value out of bounds"),
            (&format!("admis : {bounds}"), &format!("allowed: {bounds}")),
        ),
        ScoutingError::UnknownTheme { asked, suggestion } => unknown("theme", asked, suggestion),
        ScoutingError::UnknownNeed { asked, suggestion } => unknown("need", asked, suggestion),
        ScoutingError::UnknownConcept { field, asked, suggestion, .. } => {
            unknown(field, asked, suggestion)
        }
        ScoutingError::BadDate { asked } => RecordProblem::new(
            "date",
            asked,
            ("date illisible", "unreadable date"),
            ("écrivez AAAA-MM-JJ, entre 1990 et 2100", "write YYYY-MM-DD, from 1990 to 2100"),
        ),
        ScoutingError::FutureDate { field, date, today } => RecordProblem::new(
            field,
            date,
            ("date à venir", "date in the future"),
            (&format!("nous sommes le {today}"), &format!("today is {today}")),
        ),
        ScoutingError::PersonalData { field, found } => RecordProblem::new(
            field,
            "",
            (&format!("contient {}", found.0), &format!("holds {}", found.1)),
            (
                "ne nommez que des organisations : aucune personne, adresse ni numéro n’est gardé",
                "name organisations only: no person, address or number is kept",
            ),
        ),
        ScoutingError::Forbidden { .. } => RecordProblem::new(
            "territory",
            "",
            ("cette clé ne le permet pas ici", "this key does not allow it here"),
            ("retirez la ligne", "take the row out"),
        ),
        other => {
            let text = other.to_string();
            RecordProblem::new("", "", (&text, &text), ("corrigez cette ligne", "mend this row"))
        }
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
