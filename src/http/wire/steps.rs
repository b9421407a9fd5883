//! What would change a candidate's place, and what is worth collecting next.

use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use utoipa::ToSchema;

use crate::scouting::steps::{
    Changed, DatumShown, NextShown, Record, SettleShown, StepShown, StepsShown, Value,
};

use super::common::{SentenceWire, SourceWire, rounded};

/// An effort on the printed scale: a call 1, a document 2, a partner's letter 3, premises or
/// funding 5.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EffortWire {
    /// The sum over the steps of a set.
    pub value: f64,
    /// In words.
    pub word: String,
}

/// A step, or a set of steps, applied for real and evaluated again.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepWire {
    /// Who does what.
    pub step: String,
    /// Stable key; those of a set are joined with `+`.
    pub key: String,
    /// What it takes.
    pub effort: EffortWire,
    /// The rank it would give, 1 is best.
    pub new_rank: usize,
    /// The score it would give, 0..=1.
    pub new_score: f64,
    /// Whether it would stand in the list: false where a gate would still keep it out.
    pub listed: bool,
    /// What changes, before and after.
    pub changes: Vec<ChangeWire>,
    /// What would show that it is done.
    pub proof: String,
    /// How to write it down once done: confirmations to send, fields of the record.
    pub record: RecordWire,
    /// What the step starts from.
    pub sources: Vec<SourceWire>,
}

/// A criterion or a gate, before and after a step.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangeWire {
    /// The criterion, for a utility.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub criterion: Option<&'static str>,
    /// The gate, for a state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<&'static str>,
    /// Its label.
    pub label: String,
    /// Utility 0..=1, or `met`, `unmet`, `unknown`.
    #[schema(value_type = Object)]
    pub before: Json,
    /// The same after the step; `lifted` where a person would have lifted the gate.
    #[schema(value_type = Object)]
    pub after: Json,
}

/// How a step is written down once done.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct RecordWire {
    /// Confirmations of this enterprise on this territory.
    pub confirmations: Vec<ConfirmWire>,
    /// Fields of the enterprise's record, by dotted path; no longer marked as deduced.
    #[schema(value_type = Object)]
    pub fields: Map<String, Json>,
    /// Figures to add, by their kind.
    pub evidence: Vec<&'static str>,
}

/// A confirmation to send.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConfirmWire {
    /// Gate or item.
    pub item: String,
    /// Of which actor.
    pub actor: Option<String>,
    /// `met`, `unmet` or `lifted`.
    pub state: &'static str,
}

/// An open question whose answer moves no score, or a date to wait for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SettleWire {
    /// Who does what, or what to wait for.
    pub step: String,
    /// Stable key.
    pub key: String,
    /// What it takes; null for a date.
    pub effort: Option<EffortWire>,
    /// The gate it answers, before and after.
    pub changes: Vec<ChangeWire>,
    /// What would show it; null for a date.
    pub proof: Option<String>,
    /// What it starts from.
    pub sources: Vec<SourceWire>,
}

/// A datum worth collecting, by the expected change of the decision.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DatumWire {
    /// Who looks for what.
    pub text: String,
    /// Stable key.
    pub key: String,
    /// Expected gain in the sum of the first scores, points of score.
    pub value: f64,
    /// What it takes to collect.
    pub effort: EffortWire,
    /// Ids of the enterprises it concerns.
    pub concerns: Vec<String>,
    /// The need, for a gap.
    pub need: Option<String>,
    /// The item, or the side of the gap.
    pub item: Option<&'static str>,
    /// What it would change.
    pub would_change: WouldChangeWire,
    /// What is known so far.
    pub sources: Vec<SourceWire>,
}

/// What knowing a datum would change.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WouldChangeWire {
    /// In words.
    pub text: String,
    /// How many make the set that is decided on.
    pub first: usize,
    /// Chance that the set changes, 0..=1.
    pub probability: f64,
    /// Ids of those that could enter it.
    pub enter: Vec<String>,
    /// Ids of those that could leave it.
    pub leave: Vec<String>,
}

/// The steps of a candidate.
pub(super) fn steps(shown: &StepsShown) -> Vec<StepWire> {
    shown.steps.iter().map(StepWire::from).collect()
}

/// The open questions and dates of a candidate.
pub(super) fn to_settle(shown: &StepsShown) -> Vec<SettleWire> {
    shown.to_settle.iter().map(SettleWire::from).collect()
}

/// The data worth collecting.
pub(super) fn next_data(shown: &NextShown) -> Vec<DatumWire> {
    shown.data.iter().map(|datum| datum_wire(datum, shown.first)).collect()
}

impl From<&StepShown> for StepWire {
    fn from(step: &StepShown) -> Self {
        let texts = |list: &[_]| {
            let sentences = list.iter().map(SentenceWire::from);
            sentences.map(|sentence| sentence.text).collect::<Vec<_>>().join(" ")
        };
        let mut sources: Vec<SourceWire> = Vec::new();
        for source in step.sentences.iter().flat_map(|sentence| &sentence.sources) {
            if !sources.iter().any(|known| known.source == source.source) {
                sources.push(SourceWire::from(source));
            }
        }
        Self {
            step: texts(&step.sentences),
            key: step.key.clone(),
            effort: EffortWire { value: step.effort, word: step.effort_word.clone() },
            new_rank: step.new_rank,
            new_score: step.new_score,
            listed: step.listed,
            changes: step.changes.iter().map(|(changed, label)| change(changed, label)).collect(),
            proof: texts(&step.proofs),
            record: record(&step.record),
            sources,
        }
    }
}

impl From<&SettleShown> for SettleWire {
    fn from(shown: &SettleShown) -> Self {
        let settle = &shown.settle;
        Self {
            step: shown.sentence.text.clone(),
            key: settle.key.clone(),
            effort: shown.effort.clone().map(|(value, word)| EffortWire { value, word }),
            changes: vec![ChangeWire {
                criterion: None,
                gate: Some(settle.gate),
                label: shown.label.clone(),
                before: json!(settle.before.as_str()),
                after: json!(settle.after.as_str()),
            }],
            proof: shown.proof.as_ref().map(|proof| proof.text.clone()),
            sources: shown.sentence.sources.iter().map(SourceWire::from).collect(),
        }
    }
}

fn change(changed: &Changed, label: &str) -> ChangeWire {
    let label = label.to_owned();
    match *changed {
        Changed::Criterion { criterion, before, after } => ChangeWire {
            criterion: Some(criterion.as_str()),
            gate: None,
            label,
            before: json!(rounded(before)),
            after: json!(rounded(after)),
        },
        Changed::Gate { gate, before, after, lifted } => ChangeWire {
            criterion: None,
            gate: Some(gate),
            label,
            before: json!(before.as_str()),
            after: json!(if lifted { "lifted" } else { after.as_str() }),
        },
    }
}

fn record(list: &[Record]) -> RecordWire {
    let mut wire = RecordWire::default();
    for written in list {
        match written {
            Record::Confirmation { item, actor, state } => wire.confirmations.push(ConfirmWire {
                item: item.clone(),
                actor: actor.clone(),
                state,
            }),
            Record::Field { path, value } => {
                let value = match value {
                    Value::Truth(truth) => json!(truth),
                    Value::Number(number) if number.fract() == 0.0 => json!(*number as i64),
                    Value::Number(number) => json!(number),
                    Value::Text(text) => json!(text),
                };
                wire.fields.insert((*path).to_owned(), value);
            }
            Record::Evidence { kind } => wire.evidence.push(kind),
        }
    }
    wire
}

fn datum_wire(shown: &DatumShown, first: usize) -> DatumWire {
    let datum = &shown.datum;
    DatumWire {
        text: shown.sentence.text.clone(),
        key: datum.key.clone(),
        value: rounded(datum.value),
        effort: EffortWire { value: datum.effort_value, word: shown.effort_word.clone() },
        concerns: shown.concerns.clone(),
        need: shown.need.clone(),
        item: datum.item,
        would_change: WouldChangeWire {
            text: shown.effect.clone(),
            first,
            probability: rounded(datum.probability),
            enter: shown.enter.clone(),
            leave: shown.leave.clone(),
        },
        sources: shown.sentence.sources.iter().map(SourceWire::from).collect(),
    }
}
