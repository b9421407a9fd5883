//! What would change the rank of one enterprise: the cheapest honest steps (methods §7).
//!
//! ```text
//! what is unknown or unmet ──► proposals (gates, enterprise, ground) ──► applied to a copy
//!      of the record or of what is confirmed ──► the real evaluation ──► rank, score, changes
//! ```
//!
//! Nothing is estimated: each step is applied and the enterprise is evaluated again as
//! [`crate::matching::evaluate`] would. The others keep their scores, since no score depends
//! on another's record nor on what is confirmed of another, so the rank announced is the one
//! that a new answer would give.
//!
//! **Honest** means that a person could do it and that the answer may come out well:
//!
//! - An open site, a home or a sister here cannot be undone: no step.
//! - A closed enterprise does not reopen, and a need that is measured and met is no need.
//! - What a person already denied is not argued with.
//! - Too young, or not available yet: time does it. The date is said, with no rank.
//! - A territory too small or too dense stays so: the enterprise may waive its own condition.
//! - A refusal may be asked again: by phone where it was only deduced, in writing where it
//!   was read.
//! - A further site, a label or a priority of the territory are not ours to propose.
//!
//! Singles come first, by gain of score for each point of effort; then the cheapest sets of
//! at most three that pass the next rank that matters (first 3, 10, 20), or that let in an
//! enterprise that several gates keep out.

pub mod change;
pub mod effort;
mod enterprise;
mod gates;
mod ground;
mod together;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::{Basis, Source};
use crate::matching::outcome::{Alternative, CriterionId, GateResult, GateState, Item};
use crate::matching::profile::Supposition;
use crate::matching::score::place;
use crate::matching::{Evaluator, Options, Ranking};

use change::{Change, Record};
use effort::{Effort, Numbers};

/// One thing to do, before it is tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Stable key (`will`, `anchoring.venue`, `conditions.premises`…).
    pub key: String,
    /// Who does what.
    pub fact: Fact,
    /// What would show that it is done.
    pub proof: Fact,
    /// What it takes.
    pub effort: Effort,
    /// What is written once it is done.
    pub changes: Vec<Change>,
    /// The gate it answers, if it is for a gate.
    pub gate: Option<&'static str>,
}

/// What a step changes, before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Changed {
    /// The expected utility of a criterion, 0..=1.
    Criterion {
        /// Which one.
        criterion: CriterionId,
        /// Before the step.
        before: f64,
        /// After it.
        after: f64,
    },
    /// The state of a gate.
    Gate {
        /// Which one.
        gate: &'static str,
        /// Before the step.
        before: GateState,
        /// After it.
        after: GateState,
        /// After it, a person lifted the gate.
        lifted: bool,
    },
}

/// A step, or a set of steps, applied and evaluated again.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The steps of the set; one for a single.
    pub parts: Vec<Proposal>,
    /// The sum of their efforts on the printed scale.
    pub effort: f64,
    /// The rank it would give, 1 is best; what it would be if let in, where a gate still
    /// excludes.
    pub new_rank: usize,
    /// The score it would give, 0..=1.
    pub new_score: f64,
    /// Whether it would stand in the list.
    pub listed: bool,
    /// What changes.
    pub changes: Vec<Changed>,
    /// How it is written down.
    pub record: Vec<Record>,
}

/// An open question that moves no score, or a date to wait for.
#[derive(Debug, Clone, PartialEq)]
pub struct Settle {
    /// Stable key.
    pub key: String,
    /// Who does what, or what to wait for.
    pub fact: Fact,
    /// What would show it; `None` for a date.
    pub proof: Option<Fact>,
    /// What it takes; `None` for a date.
    pub effort: Option<Effort>,
    /// The gate it answers.
    pub gate: &'static str,
    /// Its state now.
    pub before: GateState,
    /// Its state once answered well.
    pub after: GateState,
}

/// What would change the place of one enterprise.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Steps {
    /// Steps that change its rank, its score or whether it is listed: singles first.
    pub steps: Vec<Step>,
    /// Open questions that change none of them, and dates to wait for; empty unless asked.
    pub to_settle: Vec<Settle>,
}

/// Finds the steps of enterprises of one ranking.
pub struct Planner<'a> {
    evaluator: &'a Evaluator<'a>,
    enterprises: &'a [Arc<Enterprise>],
    ranking: &'a Ranking,
    options: &'a Options,
    numbers: Numbers,
}

/// One enterprise whose steps are looked for.
pub(super) struct Case<'a> {
    planner: &'a Planner<'a>,
    enterprise: &'a Enterprise,
    before: &'a Alternative,
    /// The conditions that nobody checked, by kind, with their phrases; a confirmation of a
    /// kind speaks of all of them.
    open_conditions: BTreeMap<String, Vec<String>>,
}

/// Some proposals tried together.
struct Trial {
    after: Alternative,
    rank: usize,
}

impl<'a> Planner<'a> {
    /// `ranking` is that of `enterprises` for the territory of `evaluator` with `options`.
    ///
    /// # Panics
    /// If `index/steps.toml` lacks a number: a bug, not data.
    #[must_use]
    pub fn new(
        evaluator: &'a Evaluator<'a>,
        enterprises: &'a [Arc<Enterprise>],
        ranking: &'a Ranking,
        options: &'a Options,
    ) -> Self {
        let numbers = Numbers::read(&evaluator.profile().rules);
        Self { evaluator, enterprises, ranking, options, numbers }
    }

    /// The declared numbers.
    #[must_use]
    pub fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// The steps of one alternative of the ranking; with `whole`, every one of them and what
    /// is to settle, else the first few.
    #[must_use]
    pub fn steps(&self, before: &Alternative, whole: bool) -> Steps {
        let enterprise = &self.enterprises[before.enterprise];
        let open_conditions = gates::open_conditions(self.evaluator.profile(), enterprise);
        let case = Case { planner: self, enterprise, before, open_conditions };
        let proposals = case.proposals();
        let mut steps = together::of(&case, &proposals);
        if !whole {
            steps.truncate(self.numbers.in_lists);
        }
        let to_settle = if whole { gates::to_settle(&case, &proposals) } else { Vec::new() };
        Steps { steps, to_settle }
    }
}

impl Case<'_> {
    /// Everything a person could do that may move something, in a fixed order.
    fn proposals(&self) -> Vec<Proposal> {
        let mut list = gates::proposals(self);
        list.extend(enterprise::proposals(self));
        list.extend(ground::proposals(self));
        list
    }

    fn numbers(&self) -> &Numbers {
        &self.planner.numbers
    }

    /// Applies proposals to a copy and evaluates it for real.
    fn trial<'p>(&self, proposals: impl IntoIterator<Item = &'p Proposal>) -> Trial {
        let profile = self.planner.evaluator.profile();
        let as_of = profile.context.as_of;
        let mut record = self.enterprise.clone();
        let mut confirmations = Vec::new();
        for change in proposals.into_iter().flat_map(|proposal| &proposal.changes) {
            change.apply(&mut record, &mut confirmations, as_of);
        }
        let supposed = profile.supposing(Supposition { confirmations, ..Supposition::default() });
        let (row, options) = (self.before.enterprise, self.planner.options);
        let after = self.planner.evaluator.supposing(&supposed, &record, row, options);
        let (ranking, all) = (self.planner.ranking, self.planner.enterprises);
        let rank = place(ranking, &after, all, options.rank_by);
        Trial { after, rank }
    }

    /// A set of proposals that was tried, as a step.
    fn step<'p>(&self, parts: impl IntoIterator<Item = &'p Proposal>, trial: &Trial) -> Step {
        let parts: Vec<Proposal> = parts.into_iter().cloned().collect();
        let as_of = self.planner.evaluator.profile().context.as_of;
        let mut record: Vec<Record> = Vec::new();
        for change in parts.iter().flat_map(|part| &part.changes) {
            for written in change.record(self.enterprise, as_of) {
                // Two figures of a kind are two; anything else is written once.
                if matches!(written, Record::Evidence { .. }) || !record.contains(&written) {
                    record.push(written);
                }
            }
        }
        Step {
            effort: parts.iter().map(|part| self.numbers().value(part.effort)).sum(),
            new_rank: trial.rank,
            new_score: trial.after.score,
            listed: !trial.after.is_excluded(),
            changes: changes(self.before, &trial.after),
            record,
            parts,
        }
    }

    fn gate(&self, name: &str) -> Option<&GateResult> {
        self.before.gates.iter().find(|gate| gate.gate == name)
    }

    fn item(&self, criterion: CriterionId, name: &str) -> Option<&Item> {
        let term = self.before.contributions.iter().find(|t| t.value.criterion == criterion)?;
        term.value.items.iter().find(|item| item.name == name)
    }

    /// A sentence about this enterprise on this territory.
    fn fact(&self, key: &'static str) -> Fact {
        let territory = &self.planner.evaluator.profile().context.territory;
        Fact::new(key, Basis::Prior)
            .with("enterprise", Arg::Text(self.enterprise.name.clone()))
            .with("territory", Arg::Text(territory.name.clone()))
    }

    /// A proposal of one change or more, with the sources of what it starts from.
    fn proposal(
        &self,
        key: impl Into<String>,
        (fact, proof): (Fact, &'static str),
        effort: Effort,
        changes: Vec<Change>,
        sources: &[Source],
    ) -> Proposal {
        Proposal {
            key: key.into(),
            fact: fact.from_sources(sources.to_vec()),
            proof: self.fact(proof),
            effort,
            changes,
            gate: None,
        }
    }
}

/// The criteria and gates that differ, in the order of the evaluation.
fn changes(before: &Alternative, after: &Alternative) -> Vec<Changed> {
    let criteria = before.contributions.iter().zip(&after.contributions).filter_map(|(b, a)| {
        let (before, after) = (b.value.utility.point, a.value.utility.point);
        let criterion = b.value.criterion;
        (before.to_bits() != after.to_bits()).then_some(Changed::Criterion {
            criterion,
            before,
            after,
        })
    });
    let gates = before.gates.iter().zip(&after.gates).filter_map(|(b, a)| {
        (b.state != a.state || b.lifted != a.lifted).then_some(Changed::Gate {
            gate: b.gate,
            before: b.state,
            after: a.state,
            lifted: a.lifted,
        })
    });
    criteria.chain(gates).collect()
}

#[cfg(test)]
mod tests;
