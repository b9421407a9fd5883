//! `proven`: is there any published effect? (methods §5)
//!
//! Met with outputs at least; figures of sites or money prove scale, not effect. Nothing
//! published is unknown, never a refutation.
//!
//! | key | args |
//! |---|---|
//! | `gate.proven.met.outputs`, `gate.proven.met.outcome`, `gate.proven.met.evaluation` | `value` Number?, `unit` Text?, `year` Year? |
//! | `gate.proven.unknown.only_scale` | `count` Count of figures that say nothing of effect |
//! | `gate.proven.unknown.no_evidence` | none |
//! | `question.proven.results` | none |

use super::{Gate, Verdict};
use crate::domain::enterprise::{Enterprise, EvidenceLevel};
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::{Basis, Source};
use crate::matching::criteria::distinct;
use crate::matching::criteria::proof::{best_evidence, figure};
use crate::matching::presence::{evidence_at, source_of};
use crate::matching::profile::TerritoryProfile;

/// The gate.
pub struct Proven;

impl Gate for Proven {
    fn id(&self) -> &'static str {
        "proven"
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> Verdict {
        let as_of = profile.context.as_of;
        if let Some(best) = best_evidence(enterprise, as_of) {
            let key = match best.level {
                EvidenceLevel::Evaluation => "gate.proven.met.evaluation",
                EvidenceLevel::Outcome => "gate.proven.met.outcome",
                EvidenceLevel::Outputs | EvidenceLevel::None => "gate.proven.met.outputs",
            };
            return Verdict::met(figure(key, best));
        }
        let seen: Vec<Source> = evidence_at(enterprise, as_of).map(source_of).collect();
        let fact = match seen.len() {
            0 => Fact::new("gate.proven.unknown.no_evidence", Basis::Prior)
                .from_sources(enterprise.sources.clone()),
            count => Fact::new("gate.proven.unknown.only_scale", Basis::Prior)
                .with("count", Arg::Count(count as u64))
                .from_sources(distinct(&seen)),
        };
        Verdict::unknown(fact, Fact::new("question.proven.results", Basis::Prior))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixtures::{Case, evidence};
    use crate::matching::outcome::GateState;

    #[test]
    fn outputs_prove_and_money_does_not() {
        let mut case = Case::bare();
        let state = |case: &Case| Proven.evaluate(&case.profile(), &case.enterprise).state;
        assert_eq!(state(&case), GateState::Unknown);
        case.enterprise.evidence = vec![evidence(EvidenceLevel::None, None)];
        assert_eq!(state(&case), GateState::Unknown);
        case.enterprise.evidence.push(evidence(EvidenceLevel::Outputs, Some(2099)));
        assert_eq!(state(&case), GateState::Unknown);
        case.enterprise.evidence.push(evidence(EvidenceLevel::Outputs, Some(2020)));
        assert_eq!(state(&case), GateState::Met);
    }
}
