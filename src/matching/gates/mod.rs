//! The gates: conditions with three states, all evaluated, unmet excludes (methods §5).
//!
//! Unknown never excludes and becomes a question. What a person confirmed wins over what
//! our sources say, with its own source; a lifted gate keeps its reason and no longer
//! excludes.
//!
//! | key | args |
//! |---|---|
//! | `gate.<gate>.met.confirmed`, `gate.<gate>.unmet.confirmed`, `gate.<gate>.unknown.confirmed` | `by` Text?, `note` Text?, `on` Text (date), for each of the nine gates |
//! | any key of a lifted gate | plus `lifted_by` Text?, `lifted_on` Text (date), `lifted_note` Text? |
//! | `label.to_imitate` | none: an open-source model, to imitate rather than to bring |

pub mod active;
pub mod answers_something;
pub mod available;
pub mod conditions;
mod location;
pub mod not_already_there;
pub mod not_opposed;
pub mod old_enough;
mod places;
pub mod proven;
pub mod wants_to_spread;

use super::confirmable::{LIFTED, is_about, signed};
use super::outcome::{GateResult, GateState};
use super::profile::TerritoryProfile;
use crate::domain::context::Confirmation;
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::Fact;
use crate::domain::provenance::Basis;

/// One gate, made ready for one territory.
pub trait Gate: Send + Sync {
    /// Its stable name, as in JSON and in confirmations.
    fn id(&self) -> &'static str;

    /// What our sources say: state, fact with basis and sources, question.
    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> Verdict;
}

/// What a gate found.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Its state.
    pub state: GateState,
    /// Why.
    pub fact: Fact,
    /// What to ask first.
    pub question: Option<Fact>,
}

impl Verdict {
    fn met(fact: Fact) -> Self {
        Self { state: GateState::Met, fact, question: None }
    }

    fn unmet(fact: Fact) -> Self {
        Self { state: GateState::Unmet, fact, question: None }
    }

    fn unknown(fact: Fact, question: Fact) -> Self {
        Self { state: GateState::Unknown, fact, question: Some(question) }
    }

    fn asking(mut self, question: Fact) -> Self {
        self.question = Some(question);
        self
    }
}

/// The nine gates in the order of methods §5.
#[must_use]
pub fn all(profile: &TerritoryProfile) -> Vec<Box<dyn Gate>> {
    let rules = &profile.rules;
    vec![
        Box::new(active::Active::new(rules)),
        Box::new(old_enough::OldEnough::new(rules)),
        Box::new(proven::Proven),
        Box::new(wants_to_spread::WantsToSpread::default()),
        Box::new(not_already_there::NotAlreadyThere),
        Box::new(answers_something::AnswersSomething::new(rules)),
        Box::new(conditions::Conditions),
        Box::new(not_opposed::NotOpposed),
        Box::new(available::Available),
    ]
}

/// Every gate for one enterprise, with what people confirmed or lifted.
#[must_use]
pub fn evaluate(
    gates: &[Box<dyn Gate>],
    profile: &TerritoryProfile,
    enterprise: &Enterprise,
) -> Vec<GateResult> {
    let all: Vec<&dyn Gate> = gates.iter().map(AsRef::as_ref).collect();
    evaluate_some(&all, profile, enterprise)
}

/// The same for some of the gates.
pub(super) fn evaluate_some(
    gates: &[&dyn Gate],
    profile: &TerritoryProfile,
    enterprise: &Enterprise,
) -> Vec<GateResult> {
    let each = gates.iter().map(|gate| {
        let verdict = gate.evaluate(profile, enterprise);
        // What is said of one actor is a stance of that actor, not the last word on the gate.
        let whole = said(profile, enterprise).filter(|said| said.actor.is_none());
        match latest(whole, &[gate.id()]) {
            Some(confirmation) => confirmed(gate.id(), verdict, confirmation),
            None => result(gate.id(), verdict, false),
        }
    });
    each.collect()
}

/// What stands beside the gates and refuses nothing: an open-source model is "à imiter".
#[must_use]
pub fn labels(enterprise: &Enterprise) -> Vec<Fact> {
    if enterprise.scaling.model.as_deref() != Some("open_source") {
        return Vec::new();
    }
    let inferred = enterprise.is_inferred("scaling.model");
    let basis = if inferred { Basis::Inferred } else { Basis::Stated };
    vec![Fact::new("label.to_imitate", basis).from_sources(enterprise.sources.clone())]
}

fn result(gate: &'static str, verdict: Verdict, lifted: bool) -> GateResult {
    let Verdict { state, fact, question } = verdict;
    GateResult { gate, state, fact, question, lifted }
}

/// A gate about which a person said something.
fn confirmed(gate: &'static str, mut verdict: Verdict, said: &Confirmation) -> GateResult {
    if said.state == LIFTED {
        let told = signed(Fact::new(verdict.fact.key, verdict.fact.basis), said);
        for (name, lifted) in [("on", "lifted_on"), ("by", "lifted_by"), ("note", "lifted_note")] {
            if let Some(value) = told.args.get(name) {
                verdict.fact.args.insert(lifted, value.clone());
            }
        }
        verdict.fact.sources.push(said.source.clone());
        return result(gate, verdict, true);
    }
    let state = match said.state.as_str() {
        "met" => GateState::Met,
        "unmet" => GateState::Unmet,
        _ => GateState::Unknown,
    };
    let fact = signed(Fact::new(confirmed_key(gate, state), Basis::Stated), said);
    let question = if state == GateState::Unknown { verdict.question } else { None };
    result(gate, Verdict { state, fact, question }, false)
}

fn confirmed_key(gate: &str, state: GateState) -> &'static str {
    macro_rules! keys {
        ($($gate:literal),*) => {
            match (gate, state) {
                $(
                    ($gate, GateState::Met) => concat!("gate.", $gate, ".met.confirmed"),
                    ($gate, GateState::Unmet) => concat!("gate.", $gate, ".unmet.confirmed"),
                    ($gate, GateState::Unknown) => concat!("gate.", $gate, ".unknown.confirmed"),
                )*
                // Unreachable: all nine gates are listed below.
                _ => "gate.active.unknown.confirmed",
            }
        };
    }
    keys!(
        "active",
        "old_enough",
        "proven",
        "wants_to_spread",
        "not_already_there",
        "answers_something",
        "conditions",
        "not_opposed",
        "available"
    )
}

/// What people said last of one of `items` for this enterprise, not later than the date
/// asked.
#[must_use]
pub fn confirmation<'p>(
    profile: &'p TerritoryProfile,
    enterprise: &Enterprise,
    items: &[&str],
) -> Option<&'p Confirmation> {
    latest(said(profile, enterprise), items)
}

/// The last said of one of `items`; of one day, the first of the list, which is the last
/// recorded.
fn latest<'p>(
    said: impl Iterator<Item = &'p Confirmation>,
    items: &[&str],
) -> Option<&'p Confirmation> {
    let about = |said: &&Confirmation| {
        // Each is asked, so that none hides the others from the test of the table.
        items.iter().filter(|item| is_about(said, item)).count() > 0
    };
    said.filter(about).reduce(|latest, other| {
        if other.date.first_day() > latest.date.first_day() { other } else { latest }
    })
}

/// Everything people said of this enterprise, not later than the date asked.
fn said<'p>(
    profile: &'p TerritoryProfile,
    enterprise: &Enterprise,
) -> impl Iterator<Item = &'p Confirmation> {
    let as_of = profile.context.as_of;
    let id = enterprise.id.clone();
    profile
        .confirmations()
        .filter(move |said| said.enterprise == id && said.date.first_day() <= as_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixtures::Case;

    fn gates(case: &Case) -> Vec<GateResult> {
        let profile = case.profile();
        evaluate(&all(&profile), &profile, &case.enterprise)
    }

    fn gate(case: &Case, id: &str) -> GateResult {
        gates(case).into_iter().find(|gate| gate.gate == id).unwrap()
    }

    #[test]
    fn all_nine_are_evaluated_and_all_failures_listed() {
        let mut case = Case::new();
        case.add_site("Lyon", None);
        case.enterprise.scaling.seeking_to_scale = Some(false);
        let gates = gates(&case);
        let unmet: Vec<&str> = gates.iter().filter(|g| g.excludes()).map(|g| g.gate).collect();
        assert_eq!(gates.len(), 9);
        assert_eq!(unmet, ["wants_to_spread", "not_already_there"]);
    }

    #[test]
    fn a_lifted_gate_keeps_its_reason_and_no_longer_excludes() {
        let mut case = Case::new();
        case.add_site("Lyon", None);
        case.confirm("not_already_there", "lifted");
        let gate = gate(&case, "not_already_there");
        assert_eq!((gate.state, gate.lifted, gate.excludes()), (GateState::Unmet, true, false));
        assert_eq!(gate.fact.key, "gate.not_already_there.unmet.site");
        assert!(gate.fact.args.contains_key("lifted_on"));
    }

    #[test]
    fn what_a_person_confirmed_wins_with_its_source_unless_it_is_later() {
        let mut case = Case::new();
        case.confirm("active", "unmet");
        let refused = gate(&case, "active");
        assert!(refused.excludes());
        assert_eq!(refused.fact.key, "gate.active.unmet.confirmed");
        assert_eq!(refused.fact.sources.len(), 1);
        case.context.confirmations[0].date = crate::domain::date::PartialDate::year(2099);
        assert!(!gate(&case, "active").excludes());
    }

    #[test]
    fn an_open_source_model_is_to_imitate_and_not_refused() {
        let mut case = Case::new();
        case.enterprise.scaling.model = Some("open_source".to_owned());
        assert_eq!(labels(&case.enterprise)[0].key, "label.to_imitate");
        assert!(!gate(&case, "wants_to_spread").excludes());
    }
}
