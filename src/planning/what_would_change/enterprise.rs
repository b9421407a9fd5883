//! Steps about the enterprise: its next level of proof, what makes it ready to spread.

use crate::domain::enterprise::EvidenceLevel;
use crate::domain::estimate::Estimate;
use crate::domain::fact::Arg;
use crate::domain::provenance::Basis;
use crate::matching::criteria::proof::best_evidence;
use crate::matching::outcome::CriterionId;

use super::change::{Change, Published};
use super::effort::Effort;
use super::{Case, Proposal};

/// The steps that the enterprise alone can take.
pub(super) fn proposals(case: &Case<'_>) -> Vec<Proposal> {
    let each = [evidence(case), model(case), accounts(case), opening_cost(case), payer(case)];
    each.into_iter().flatten().collect()
}

/// The next level of evidence: outputs, then a survey or an outcome, then an independent
/// evaluation.
fn evidence(case: &Case<'_>) -> Option<Proposal> {
    let as_of = case.planner.evaluator.profile().context.as_of;
    let item = case.item(CriterionId::Proof, "evidence_level")?;
    let level = best_evidence(case.enterprise, as_of).map(|evidence| evidence.level);
    let (published, key, proof, effort) = match level {
        Some(EvidenceLevel::Evaluation) => return None,
        Some(EvidenceLevel::Outcome) => (
            Published::Evaluation,
            "step.evidence.evaluation",
            "step.evidence.evaluation.proof",
            Effort::Premises,
        ),
        Some(EvidenceLevel::Outputs) => (
            Published::Outcome,
            "step.evidence.outcome",
            "step.evidence.outcome.proof",
            Effort::Document,
        ),
        Some(EvidenceLevel::None) | None => (
            Published::Outputs,
            "step.evidence.outputs",
            "step.evidence.outputs.proof",
            Effort::Document,
        ),
    };
    let changes = vec![Change::Publish(published)];
    let said = (case.fact(key), proof);
    Some(case.proposal("evidence", said, effort, changes, &item.fact.sources))
}

fn is_open(estimate: &Estimate) -> bool {
    estimate.basis == Basis::Prior
}

/// A written model, where none is known or where it is only deduced.
fn model(case: &Case<'_>) -> Option<Proposal> {
    let item = case.item(CriterionId::Readiness, "written_model")?;
    let key = match item.estimate.basis {
        Basis::Prior => "step.model.unknown",
        Basis::Inferred => "step.model.inferred",
        Basis::Stated | Basis::Measured => return None,
    };
    let said = (case.fact(key), "step.model.proof");
    let sources = &item.fact.sources;
    Some(case.proposal("model", said, Effort::Document, vec![Change::Model], sources))
}

/// Its accounts, where nothing is known of its balance.
fn accounts(case: &Case<'_>) -> Option<Proposal> {
    let item = case.item(CriterionId::Readiness, "economic_balance")?;
    is_open(&item.estimate).then(|| {
        let said = (case.fact("step.accounts"), "step.accounts.proof");
        let changes = vec![Change::Publish(Published::Accounts)];
        case.proposal("accounts", said, Effort::Document, changes, &item.fact.sources)
    })
}

/// What an opening costs, where it is not known and it says that it can open.
fn opening_cost(case: &Case<'_>) -> Option<Proposal> {
    let item = case.item(CriterionId::Readiness, "means_for_the_move")?;
    if case.enterprise.scaling.branch_cost_eur.is_some() || opens_nothing(case) {
        return None;
    }
    let said = (case.fact("step.opening_cost"), "step.opening_cost.proof");
    let changes = vec![Change::OpeningCost(case.numbers().opening_cost_eur)];
    Some(case.proposal("opening_cost", said, Effort::Document, changes, &item.fact.sources))
}

/// It said that it can carry no opening: a cost or a payer does not change that.
fn opens_nothing(case: &Case<'_>) -> bool {
    case.enterprise.scaling.openings_per_year == Some(0.0)
}

/// Who pays for the opening; a scheme that is known here is where to start (a programme of
/// the State is no payer).
fn payer(case: &Case<'_>) -> Option<Proposal> {
    let item = case.item(CriterionId::Readiness, "means_for_the_move")?;
    if case.enterprise.scaling.payer.is_some() || opens_nothing(case) {
        return None;
    }
    let mut fact = case.fact("step.payer");
    let scheme = case.item(CriterionId::Anchoring, "scheme").filter(|s| !is_open(&s.estimate));
    let named = scheme.and_then(|scheme| scheme.fact.args.get("scheme"));
    if let Some(named) = named {
        fact = fact.with("scheme", named.clone());
    }
    let mut changes = vec![Change::Payer];
    if let Some(texts) = case.open_conditions.get("funding").cloned() {
        fact = fact.with("texts", Arg::List(texts));
        changes.push(Change::met("conditions.funding"));
    }
    let said = (fact, "step.payer.proof");
    let mut sources = item.fact.sources.clone();
    let scheme = scheme.filter(|_| named.is_some());
    sources.extend(scheme.into_iter().flat_map(|scheme| scheme.fact.sources.clone()));
    Some(case.proposal("payer", said, Effort::Premises, changes, &sources))
}
