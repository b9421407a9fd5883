//! `answers_something`: does it answer anything asked or needed here? (methods §5)
//!
//! Met: a live priority with membership ≥ 0.5 of the theme or need itself, a need with
//! `G ≥ 0.15`, or an observation of severity ≥ 0.3 on one of its needs. Unknown: else,
//! where the severity or the coverage of one of its needs is unmeasured and the upper
//! bound of `G` reaches 0.15, or where no need of it is known. Else unmet: an excellent
//! enterprise that answers nothing asked is for another place.
//!
//! | key | args |
//! |---|---|
//! | `gate.answers_something.met.priority` | `concept` Concept, `membership` Share, `by` Text?, `document` Text? |
//! | `gate.answers_something.met.gap` | `need` Concept, `level` Number (G) |
//! | `gate.answers_something.met.observation` | `need` Concept, `severity` Number, `text` Text, `by` Text?, `on` Text (date) |
//! | `gate.answers_something.unknown.unmeasured` | `need` Concept, `high` Number (upper bound of G) |
//! | `gate.answers_something.unknown.no_need` | none |
//! | `gate.answers_something.unmet` | `need` Concept of its widest gap, `level` Number, `count` Count of its needs |
//! | `question.answers_something.measure` | `need` Concept, `datum` Text? |
//! | `question.answers_something.which_need` | none |

use jiff::civil::Date;

use super::{Gate, Verdict};
use crate::domain::concept::Concept;
use crate::domain::enterprise::Enterprise;
use crate::domain::estimate::Estimate;
use crate::domain::fact::{Arg, Fact};
use crate::domain::gap::{FieldEvidence, Gap};
use crate::domain::priority::Priority;
use crate::domain::provenance::Basis;
use crate::domain::rules::Rules;
use crate::matching::criteria::{distinct, gap, membership, needs_answered, priority};
use crate::matching::profile::TerritoryProfile;

/// The gate, with its numbers.
pub struct AnswersSomething {
    gap: f64,
    observation_severity: f64,
    priority_membership: f64,
}

/// One need it answers, as the territory knows it.
struct Need<'p> {
    need: Concept,
    level: Estimate,
    gap: &'p Gap,
}

impl AnswersSomething {
    /// Ready to evaluate.
    #[must_use]
    pub fn new(rules: &Rules) -> Self {
        let number = |name: &str| rules.number(&format!("gates.answers_something.{name}"));
        Self {
            gap: number("gap"),
            observation_severity: number("observation_severity"),
            priority_membership: number("priority_membership"),
        }
    }

    /// The heaviest live priority it is truly of.
    fn priority<'p>(
        &self,
        profile: &'p TerritoryProfile,
        enterprise: &Enterprise,
    ) -> Option<&'p Priority> {
        priority::live(profile)
            .filter(|p| membership(enterprise, p.concept) >= self.priority_membership)
            .reduce(|best, other| if other.weight > best.weight { other } else { best })
    }

    /// The most severe observation on one of its needs, not later than the date asked.
    fn observation<'p>(
        &self,
        needs: &[Need<'p>],
        as_of: Date,
    ) -> Option<(Concept, &'p FieldEvidence)> {
        needs
            .iter()
            .flat_map(|need| need.gap.field.evidence.iter().map(|seen| (need.need, seen)))
            .filter(|(_, seen)| seen.severity >= self.observation_severity && seen.date <= as_of)
            .reduce(|best, other| if other.1.severity > best.1.severity { other } else { best })
    }
}

impl Gate for AnswersSomething {
    fn id(&self) -> &'static str {
        "answers_something"
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> Verdict {
        if let Some(priority) = self.priority(profile, enterprise) {
            return Verdict::met(asked(priority, enterprise));
        }
        let needs: Vec<Need<'_>> = needs_answered(enterprise)
            .into_iter()
            .map(|(need, _)| Need {
                need,
                level: gap::level(profile, enterprise, need),
                gap: profile.gap(need),
            })
            .collect();
        let widest = |value: fn(&Estimate) -> f64, kept: &dyn Fn(&Need<'_>) -> bool| {
            let mut kept: Vec<&Need<'_>> = needs.iter().filter(|need| kept(need)).collect();
            kept.sort_by(|a, b| value(&b.level).total_cmp(&value(&a.level)));
            kept.first().copied()
        };
        let Some(most) = widest(|level| level.point, &|_| true) else {
            let fact = Fact::new("gate.answers_something.unknown.no_need", Basis::Prior)
                .from_sources(enterprise.sources.clone());
            let key = "question.answers_something.which_need";
            return Verdict::unknown(fact, Fact::new(key, Basis::Prior));
        };
        if most.level.point >= self.gap {
            return Verdict::met(
                of_need("gate.answers_something.met.gap", most, enterprise)
                    .with("level", Arg::Number(most.level.point)),
            );
        }
        if let Some((need, seen)) = self.observation(&needs, profile.context.as_of) {
            return Verdict::met(observed(need, seen, enterprise));
        }
        let open = |need: &Need<'_>| is_unmeasured(need.gap) && need.level.high >= self.gap;
        if let Some(need) = widest(|level| level.high, &open) {
            let fact = of_need("gate.answers_something.unknown.unmeasured", need, enterprise)
                .with("high", Arg::Number(need.level.high));
            let mut question = Fact::new("question.answers_something.measure", Basis::Prior)
                .with("need", Arg::Concept(need.need));
            if let Some(datum) = &need.gap.best_datum {
                question = question.with("datum", Arg::Text(datum.clone()));
            }
            return Verdict::unknown(Fact { basis: Basis::Prior, ..fact }, question);
        }
        Verdict::unmet(
            of_need("gate.answers_something.unmet", most, enterprise)
                .with("level", Arg::Number(most.level.point))
                .with("count", Arg::Count(needs.len() as u64)),
        )
    }
}

fn is_unmeasured(gap: &Gap) -> bool {
    gap.severity.evidence.is_empty() || gap.coverage.evidence.is_empty()
}

fn of_need(key: &'static str, need: &Need<'_>, enterprise: &Enterprise) -> Fact {
    let known_from = gap::sources(need.gap);
    Fact::new(key, need.level.basis)
        .with("need", Arg::Concept(need.need))
        .from_sources(distinct(known_from.iter().chain(&enterprise.sources)))
}

fn asked(priority: &Priority, enterprise: &Enterprise) -> Fact {
    let mut fact = Fact::new("gate.answers_something.met.priority", Basis::Stated)
        .with("concept", Arg::Concept(priority.concept))
        .with("membership", Arg::Share(membership(enterprise, priority.concept)))
        .from_sources(distinct([&priority.source].into_iter().chain(&enterprise.sources)));
    if let Some(by) = &priority.submitted_by {
        fact = fact.with("by", Arg::Text(by.clone()));
    }
    if let Some(document) = &priority.document {
        fact = fact.with("document", Arg::Text(document.clone()));
    }
    fact
}

fn observed(need: Concept, seen: &FieldEvidence, enterprise: &Enterprise) -> Fact {
    let mut fact = Fact::new("gate.answers_something.met.observation", Basis::Stated)
        .with("need", Arg::Concept(need))
        .with("severity", Arg::Number(seen.severity))
        .with("text", Arg::Text(seen.text.clone()))
        .with("on", Arg::Text(seen.date.to_string()))
        .from_sources(distinct([&seen.source].into_iter().chain(&enterprise.sources)));
    if let Some(by) = &seen.by {
        fact = fact.with("by", Arg::Text(by.clone()));
    }
    fact
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixtures::{Case, need, theme};
    use crate::matching::outcome::GateState;

    fn verdict(case: &Case) -> Verdict {
        AnswersSomething::new(&case.rules()).evaluate(&case.profile(), &case.enterprise)
    }

    fn answering() -> Case {
        let mut case = Case::bare();
        case.enterprise.portrait.needs = case.marks(&[(need("reparation_velo"), 1.0)]);
        case
    }

    fn check(case: &Case, state: GateState, key: &str) {
        let verdict = verdict(case);
        assert_eq!((verdict.state, verdict.fact.key), (state, key));
    }

    #[test]
    fn a_need_left_unmeasured_is_a_question_and_a_measured_narrow_gap_a_refusal() {
        let mut case = answering();
        check(&case, GateState::Unknown, "gate.answers_something.unknown.unmeasured");
        case.measure(need("reparation_velo"), 0.1);
        check(&case, GateState::Unmet, "gate.answers_something.unmet");
        case.measure(need("reparation_velo"), 0.15);
        check(&case, GateState::Met, "gate.answers_something.met.gap");
    }

    #[test]
    fn a_live_priority_or_an_observation_is_enough() {
        let mut case = answering();
        case.measure(need("reparation_velo"), 0.01);
        case.observe(need("reparation_velo"), 0.35, 0.05);
        check(&case, GateState::Met, "gate.answers_something.met.observation");
        case.context.gaps[need("reparation_velo").at()].field.evidence.clear();
        check(&case, GateState::Unmet, "gate.answers_something.unmet");
        case.submit(theme("mobilites"), 1.0);
        check(&case, GateState::Unmet, "gate.answers_something.unmet");
        case.enterprise.portrait.themes = case.marks(&[(theme("mobilites"), 0.5)]);
        check(&case, GateState::Met, "gate.answers_something.met.priority");
    }

    #[test]
    fn no_known_need_is_a_question() {
        check(&Case::bare(), GateState::Unknown, "gate.answers_something.unknown.no_need");
    }
}
