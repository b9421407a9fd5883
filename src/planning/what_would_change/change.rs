//! What a step changes, applied for real to a copy of the record or of what is confirmed.
//!
//! Each change is the least that the step would let anybody write: the least favourable
//! model, the youngest age that passes, one figure. So the rank that is announced is a
//! floor of what the step would give.

use jiff::civil::Date;

use crate::domain::context::Confirmation;
use crate::domain::date::PartialDate;
use crate::domain::enterprise::{Enterprise, Evidence, EvidenceLevel};
use crate::domain::provenance::Source;

/// The words of a payer that is not named yet, as a record holds them.
const PAYER: &str = "financeur engagé par écrit";

/// A figure or a report that the enterprise would publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// Outputs, with their scale.
    Outputs,
    /// A survey of the people served, or a measured outcome.
    Outcome,
    /// An independent evaluation.
    Evaluation,
    /// Accounts: they say nothing of effect.
    Accounts,
}

impl Published {
    /// The kind of figure, in the words of the records; its level is that of the table of
    /// levels (`evidence_levels.csv`).
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Outputs => "output",
            Self::Outcome => "survey",
            Self::Evaluation => "evaluation",
            Self::Accounts => "budget",
        }
    }

    /// Its level of evidence, and whether it proves scale.
    fn level(self) -> (EvidenceLevel, bool) {
        match self {
            Self::Outputs => (EvidenceLevel::Outputs, true),
            Self::Outcome => (EvidenceLevel::Outcome, false),
            Self::Evaluation => (EvidenceLevel::Evaluation, false),
            Self::Accounts => (EvidenceLevel::None, true),
        }
    }
}

/// One change of the record, or of what is confirmed of the enterprise here.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A confirmation: of a gate, of `conditions.<kind>` or of `anchoring.<item>`.
    Confirm {
        /// What is confirmed.
        item: String,
        /// Of which actor.
        actor: Option<String>,
        /// `met`, `unmet` or `lifted`.
        state: &'static str,
    },
    /// It says that it wants to spread.
    Will,
    /// Its way of spreading is written down.
    Model,
    /// The year it was founded is known.
    Founded(i16),
    /// One more published figure.
    Publish(Published),
    /// The cost of an opening is known, euros.
    OpeningCost(f64),
    /// Somebody pays for the opening.
    Payer,
}

/// How a change is written down: a confirmation, or fields of the enterprise's record.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// To be sent as a confirmation.
    Confirmation {
        /// What is confirmed.
        item: String,
        /// Of which actor.
        actor: Option<String>,
        /// `met`, `unmet` or `lifted`.
        state: &'static str,
    },
    /// A field of the record and its value; the field is no longer marked as deduced.
    Field {
        /// Dotted path (`scaling.model`).
        path: &'static str,
        /// Its value.
        value: Value,
    },
    /// A figure to add, of this kind.
    Evidence {
        /// Kind of figure.
        kind: &'static str,
    },
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Yes or no.
    Truth(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

impl Change {
    /// Confirms an item as met.
    #[must_use]
    pub fn met(item: impl Into<String>) -> Self {
        Self::Confirm { item: item.into(), actor: None, state: "met" }
    }

    /// Applies the change to a copy of the record and to what is confirmed of it.
    pub fn apply(&self, record: &mut Enterprise, said: &mut Vec<Confirmation>, as_of: Date) {
        match self {
            Self::Confirm { item, actor, state } => said.push(Confirmation {
                enterprise: record.id.clone(),
                actor: actor.clone(),
                item: item.clone(),
                state: (*state).to_owned(),
                note: None,
                by: None,
                source: Source::named("supposition"),
                date: day(as_of),
            }),
            Self::Will => {
                record.scaling.seeking_to_scale = Some(true);
                record.scaling.checked_at = Some(day(as_of));
                read(record, &["scaling.seeking_to_scale", "scaling.checked_at"]);
            }
            Self::Model => {
                record.scaling.model = Some(model(record));
                read(record, &["scaling.model"]);
            }
            Self::Founded(year) => {
                record.founded = Some(*year);
                read(record, &["founded"]);
            }
            Self::Publish(published) => {
                let (level, proves_scale) = published.level();
                record.evidence.push(Evidence {
                    kind: published.kind().to_owned(),
                    level,
                    proves_scale,
                    value: None,
                    unit: None,
                    year: None,
                    source: Source::default(),
                });
            }
            Self::OpeningCost(euros) => {
                record.scaling.branch_cost_eur = Some(*euros);
                read(record, &["scaling.branch_cost_eur"]);
            }
            Self::Payer => {
                record.scaling.payer = Some(PAYER.to_owned());
                read(record, &["scaling.payer"]);
            }
        }
    }

    /// How the change is written down, once the step is done.
    #[must_use]
    pub fn record(&self, enterprise: &Enterprise, as_of: Date) -> Vec<Record> {
        let field = |path, value| Record::Field { path, value };
        match self {
            Self::Confirm { item, actor, state } => {
                vec![Record::Confirmation { item: item.clone(), actor: actor.clone(), state }]
            }
            Self::Will => vec![
                field("scaling.seeking_to_scale", Value::Truth(true)),
                field("scaling.checked_at", Value::Text(day(as_of).to_string())),
            ],
            Self::Model => vec![field("scaling.model", Value::Text(model(enterprise)))],
            Self::Founded(year) => vec![field("founded", Value::Number(f64::from(*year)))],
            Self::Publish(published) => vec![Record::Evidence { kind: published.kind() }],
            Self::OpeningCost(euros) => {
                vec![field("scaling.branch_cost_eur", Value::Number(*euros))]
            }
            Self::Payer => vec![field("scaling.payer", Value::Text(PAYER.to_owned()))],
        }
    }
}

/// The model it already says; where it says none, opening its own sites: the one that lets
/// no local actor carry it.
fn model(enterprise: &Enterprise) -> String {
    let said = enterprise.scaling.model.as_deref().filter(|model| *model != "undecided");
    said.unwrap_or("integrated").to_owned()
}

fn day(date: Date) -> PartialDate {
    PartialDate { year: date.year(), month: Some(date.month()), day: Some(date.day()) }
}

/// What was deduced is now read.
fn read(record: &mut Enterprise, paths: &[&str]) {
    record.inferred.retain(|path| !paths.contains(&path.as_str()));
}
