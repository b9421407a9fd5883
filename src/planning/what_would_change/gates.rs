//! Steps that answer a gate, and the open questions that move no score.

use std::collections::BTreeMap;

use crate::domain::concept::Concept;
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::priority::PriorityKind;
use crate::domain::provenance::Basis;
use crate::matching::gates::conditions;
use crate::matching::gates::not_opposed::{Stance, taking};
use crate::matching::outcome::{GateResult, GateState};
use crate::matching::profile::TerritoryProfile;

use super::change::Change;
use super::effort::Effort;
use super::{Case, Proposal, Settle};

/// The steps for the gates: the will, a waived condition, an opposition taken back, an age.
pub(super) fn proposals(case: &Case<'_>) -> Vec<Proposal> {
    let each = [will(case), waived(case), welcome(case), founded(case)];
    each.into_iter().flatten().collect()
}

/// Whether a person said so: what was denied is not argued with.
fn is_said(gate: &GateResult) -> bool {
    gate.fact.key.ends_with(".confirmed")
}

/// Asks whether it wants to come: unknown, only deduced, aiming elsewhere, or refused.
fn will(case: &Case<'_>) -> Option<Proposal> {
    let gate = case.gate("wants_to_spread").filter(|gate| !is_said(gate) && !gate.lifted)?;
    let scaling = &case.enterprise.scaling;
    let deduced = case.enterprise.is_inferred("scaling.seeking_to_scale");
    let stated = scaling.seeking_to_scale == Some(true) && !deduced;
    let mut changes = Vec::new();
    if !stated {
        changes.push(Change::Will);
    }
    if gate.state != GateState::Met {
        changes.push(Change::met("wants_to_spread"));
    }
    if changes.is_empty() {
        return None;
    }
    let (key, effort) = match (gate.fact.key, scaling.seeking_to_scale) {
        ("gate.wants_to_spread.unmet.aims_elsewhere", _) => ("step.will.elsewhere", Effort::Call),
        ("gate.wants_to_spread.unmet.refused", _) if deduced => ("step.will.doubted", Effort::Call),
        ("gate.wants_to_spread.unmet.refused", _) => ("step.will.refused", Effort::Letter),
        (_, Some(true)) if deduced => ("step.will.confirm", Effort::Call),
        _ => ("step.will.ask", Effort::Call),
    };
    let proof = match effort {
        Effort::Letter => "step.will.refused.proof",
        _ => "step.will.proof",
    };
    let mut fact = case.fact(key);
    if !scaling.target_territories.is_empty() {
        fact = fact.with("targets", Arg::List(scaling.target_territories.clone()));
    }
    let mut step = case.proposal("will", (fact, proof), effort, changes, &gate.fact.sources);
    step.gate = Some("wants_to_spread");
    Some(step)
}

/// Asks the enterprise whether it would do without its own condition.
fn waived(case: &Case<'_>) -> Option<Proposal> {
    let gate = case.gate("conditions").filter(|gate| gate.excludes() && !is_said(gate))?;
    let changes =
        vec![Change::Confirm { item: "conditions".to_owned(), actor: None, state: "lifted" }];
    let mut fact = case.fact("step.conditions.waive");
    for name in ["texts", "count"] {
        if let Some(value) = gate.fact.args.get(name) {
            fact = fact.with(name, value.clone());
        }
    }
    let said = (fact, "step.conditions.waive.proof");
    let sources = &gate.fact.sources;
    let mut step = case.proposal("conditions.waive", said, Effort::Call, changes, sources);
    step.gate = Some("conditions");
    Some(step)
}

/// Meets the actors that oppose it: each takes its opposition back in writing.
fn welcome(case: &Case<'_>) -> Option<Proposal> {
    let gate = case.gate("not_opposed").filter(|gate| gate.excludes() && !is_said(gate))?;
    let profile = case.planner.evaluator.profile();
    let opposed = taking(profile, case.enterprise, Stance::Opposes);
    let changes: Vec<Change> = opposed
        .into_iter()
        .map(|said| said.actor.clone())
        .map(|actor| Change::Confirm { item: "opposed".to_owned(), actor, state: "unmet" })
        .collect();
    let mut fact = case.fact("step.opposition");
    for name in ["actors", "count"] {
        if let Some(value) = gate.fact.args.get(name) {
            fact = fact.with(name, value.clone());
        }
    }
    let said = (fact, "step.opposition.proof");
    let sources = &gate.fact.sources;
    let mut step = case.proposal("opposition", said, Effort::Letter, changes, sources);
    step.gate = Some("not_opposed");
    Some(step)
}

/// Asks since when it is at work: at least the years that the gate asks.
fn founded(case: &Case<'_>) -> Option<Proposal> {
    let gate = case.gate("old_enough").filter(|gate| gate.state == GateState::Unknown)?;
    if is_said(gate) || case.enterprise.founded.is_some() {
        return None;
    }
    let as_of = case.planner.evaluator.profile().context.as_of;
    let years = case.numbers().old_enough_years;
    let changes = vec![Change::Founded(as_of.year() - years)];
    let fact = case.fact("step.founded").with("years", Arg::Count(u64::from(years.unsigned_abs())));
    let said = (fact, "step.founded.proof");
    Some(case.proposal("founded", said, Effort::Document, changes, &gate.fact.sources))
}

/// The open questions whose answer moves no score but that a committee will ask, and the
/// dates to wait for; those that a step already answers are left out.
pub(super) fn to_settle(case: &Case<'_>, proposals: &[Proposal]) -> Vec<Settle> {
    let mut list: Vec<Settle> = Vec::new();
    let mut answer = |proposal: Proposal, gate: &GateResult| {
        let after = case.trial([&proposal]).after;
        let after =
            after.gates.iter().find(|g| g.gate == gate.gate).map_or(gate.state, |g| g.state);
        list.push(Settle {
            key: proposal.key,
            fact: proposal.fact,
            proof: Some(proposal.proof),
            effort: Some(proposal.effort),
            gate: gate.gate,
            before: gate.state,
            after,
        });
    };
    for gate in case.before.gates.iter().filter(|gate| gate.state == GateState::Unknown) {
        if gate.gate == "conditions" {
            for proposal in settle_conditions(case) {
                let answered = |known: &Proposal| {
                    known.changes.iter().any(|change| proposal.changes.contains(change))
                };
                if !proposals.iter().any(answered) {
                    answer(proposal, gate);
                }
            }
            continue;
        }
        let (key, fact, proof) = match (gate.gate, gate.fact.key) {
            ("active", _) => ("active", case.fact("step.settle.active"), "step.will.proof"),
            ("not_already_there", _) => {
                ("presence", case.fact("step.settle.presence"), "step.settle.presence.proof")
            }
            ("available", _) => {
                ("available", case.fact("step.settle.available"), "step.will.proof")
            }
            ("answers_something", "gate.answers_something.unknown.no_need") => {
                ("needs", case.fact("step.settle.needs"), "step.will.proof")
            }
            ("answers_something", _) => {
                let need = gate.fact.args.get("need").cloned();
                let fact = case.fact("step.settle.need");
                let fact = need.into_iter().fold(fact, |fact, need| fact.with("need", need));
                ("need", fact, "step.settle.need.proof")
            }
            _ => continue,
        };
        let changes = vec![Change::met(gate.gate)];
        let sources = &gate.fact.sources;
        answer(case.proposal(key, (fact, proof), Effort::Call, changes, sources), gate);
    }
    list.extend(waits(case));
    list
}

/// One proposal for each kind of condition that nobody checked.
fn settle_conditions(case: &Case<'_>) -> Vec<Proposal> {
    case.open_conditions
        .iter()
        .map(|(kind, texts)| {
            let effort = case.numbers().of_condition(kind);
            let fact = case
                .fact("step.settle.conditions")
                .with("kind", Arg::Text(kind.clone()))
                .with("texts", Arg::List(texts.clone()));
            let item = format!("conditions.{kind}");
            let said = (fact, "step.settle.conditions.proof");
            let sources = &case.enterprise.sources;
            case.proposal(item.clone(), said, effort, vec![Change::met(item)], sources)
        })
        .collect()
}

/// The conditions that nobody checked, by kind, with their phrases.
pub(super) fn open_conditions(
    profile: &TerritoryProfile,
    enterprise: &Enterprise,
) -> BTreeMap<String, Vec<String>> {
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in conditions::each(profile, enterprise) {
        if one.state == GateState::Unknown {
            let condition = &enterprise.conditions[one.condition];
            let texts = kinds.entry(condition.kind.clone()).or_default();
            if !texts.contains(&condition.text) {
                texts.push(condition.text.clone());
            }
        }
    }
    kinds
}

/// What only time does: two years of age, an earliest start, a season.
fn waits(case: &Case<'_>) -> Vec<Settle> {
    let as_of = case.planner.evaluator.profile().context.as_of;
    let mut list = Vec::new();
    for gate in case.before.gates.iter().filter(|gate| gate.excludes()) {
        let (key, day) = match gate.fact.key {
            "gate.old_enough.unmet.too_young" => {
                let founded = case.enterprise.founded.unwrap_or(as_of.year());
                let year = founded + case.numbers().old_enough_years;
                ("step.wait.age", format!("{year:04}-01-01"))
            }
            "gate.available.unmet.not_before" => {
                let Some(start) = case.enterprise.scaling.earliest_start else { continue };
                ("step.wait.start", start.to_string())
            }
            "gate.available.unmet.season" => {
                // The next month of its season, this year or the next.
                let season = &case.enterprise.scaling.season;
                let (now, year) = (as_of.month(), as_of.year());
                let later = season.iter().copied().filter(|&month| month > now).min();
                let next = later.map(|month| (year, month));
                let Some((year, month)) =
                    next.or_else(|| season.iter().copied().min().map(|month| (year + 1, month)))
                else {
                    continue;
                };
                ("step.wait.start", format!("{year:04}-{month:02}"))
            }
            _ => continue,
        };
        let fact: Fact =
            case.fact(key).with("date", Arg::Text(day)).from_sources(gate.fact.sources.clone());
        list.push(Settle {
            key: format!("wait.{}", gate.gate),
            fact: Fact { basis: Basis::Stated, ..fact },
            proof: None,
            effort: None,
            gate: gate.gate,
            before: gate.state,
            after: GateState::Met,
        });
    }
    list
}

/// The theme to speak of: of those it truly is of, the one that the territory asks for most;
/// else the one it is most of. Ties go to the first by concept.
pub(super) fn main_theme(case: &Case<'_>) -> Option<Concept> {
    let context = &case.planner.evaluator.profile().context;
    let membership = case.numbers().theme_membership;
    let asked = |theme: Concept| {
        let live = context.priorities.iter().filter(|priority| {
            priority.kind == PriorityKind::Submission
                && priority.concept == theme
                && priority.is_live(context.as_of)
        });
        live.map(|priority| priority.weight).fold(0.0, f64::max)
    };
    let themes = &case.enterprise.portrait.themes;
    let best = themes.iter().map(|mark| {
        let asked = if mark.weight >= membership { asked(mark.concept) } else { 0.0 };
        (asked, mark.weight, mark.concept)
    });
    best.reduce(|a, b| if (b.0, b.1) > (a.0, a.1) { b } else { a }).map(|(.., theme)| theme)
}
