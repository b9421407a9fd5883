//! `wants_to_spread`: does it want to come? (methods §5)
//!
//! False is unmet, shown as inferred where it was deduced; absent is unknown. Where it
//! names the territories it aims at, another one is unmet, with that reason, unless one
//! of them names no place. An open-source model is no refusal: see
//! [`labels`](super::labels).
//!
//! | key | args |
//! |---|---|
//! | `gate.wants_to_spread.met` | none |
//! | `gate.wants_to_spread.met.aims_here` | `targets` List as written |
//! | `gate.wants_to_spread.unmet.refused` | none |
//! | `gate.wants_to_spread.unmet.aims_elsewhere` | `targets` List as written |
//! | `gate.wants_to_spread.unknown` | none |
//! | `gate.wants_to_spread.unknown.aims_near` | `targets` List as written: a town of the same intercommunality |
//! | `question.wants_to_spread.would_come` | none |
//! | `question.wants_to_spread.confirm` | none: the will was deduced, to be confirmed |

use std::sync::OnceLock;

use super::places::{PlaceNames, Reach};
use super::{Gate, Verdict};
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::profile::TerritoryProfile;

/// The gate; the names of places are read when the first enterprise names one.
#[derive(Default)]
pub struct WantsToSpread {
    names: OnceLock<PlaceNames>,
}

impl WantsToSpread {
    /// Where the territories aimed at lie, taken together: the nearest of them.
    fn reach(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> Reach {
        let targets = &enterprise.scaling.target_territories;
        if targets.is_empty() {
            return Reach::Open;
        }
        let context = &profile.context;
        let names = self.names.get_or_init(|| PlaceNames::new(&context.atlas));
        let reaches: Vec<Reach> = targets
            .iter()
            .map(|target| names.reach(&context.atlas, &context.territory, target))
            .collect();
        [Reach::Here, Reach::Open, Reach::Near]
            .into_iter()
            .find(|reach| reaches.contains(reach))
            .unwrap_or(Reach::Elsewhere)
    }
}

impl Gate for WantsToSpread {
    fn id(&self) -> &'static str {
        "wants_to_spread"
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> Verdict {
        let scaling = &enterprise.scaling;
        let inferred = enterprise.is_inferred("scaling.seeking_to_scale");
        let basis = if inferred { Basis::Inferred } else { Basis::Stated };
        let fact = |key, basis| Fact::new(key, basis).from_sources(enterprise.sources.clone());
        let aiming = |key| {
            fact(key, Basis::Stated).with("targets", Arg::List(scaling.target_territories.clone()))
        };
        let ask = |key| Fact::new(key, Basis::Prior);
        if scaling.seeking_to_scale == Some(false) {
            let refused = Verdict::unmet(fact("gate.wants_to_spread.unmet.refused", basis));
            return if inferred {
                refused.asking(ask("question.wants_to_spread.confirm"))
            } else {
                refused
            };
        }
        match (self.reach(profile, enterprise), scaling.seeking_to_scale) {
            (Reach::Elsewhere, _) => {
                Verdict::unmet(aiming("gate.wants_to_spread.unmet.aims_elsewhere"))
            }
            (Reach::Here, _) => Verdict::met(aiming("gate.wants_to_spread.met.aims_here")),
            (Reach::Near, _) => Verdict::unknown(
                aiming("gate.wants_to_spread.unknown.aims_near"),
                ask("question.wants_to_spread.would_come"),
            ),
            (Reach::Open, Some(_)) => {
                if inferred {
                    Verdict::met(fact("gate.wants_to_spread.met.inferred", basis))
                        .asking(ask("question.wants_to_spread.confirm"))
                } else {
                    Verdict::met(fact("gate.wants_to_spread.met", basis))
                }
            }
            (Reach::Open, None) => Verdict::unknown(
                fact("gate.wants_to_spread.unknown", Basis::Prior),
                ask("question.wants_to_spread.would_come"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixtures::Case;
    use crate::matching::outcome::GateState;

    fn verdict(case: &Case) -> Verdict {
        WantsToSpread::default().evaluate(&case.profile(), &case.enterprise)
    }

    fn aiming_at(targets: &[&str]) -> Case {
        let mut case = Case::bare();
        case.enterprise.scaling.seeking_to_scale = Some(true);
        case.enterprise.scaling.target_territories =
            targets.iter().map(|target| (*target).to_owned()).collect();
        case
    }

    #[test]
    fn a_refusal_is_unmet_and_shown_as_inferred_where_it_is() {
        let mut case = Case::bare();
        assert_eq!(verdict(&case).state, GateState::Unknown);
        case.enterprise.scaling.seeking_to_scale = Some(false);
        assert_eq!(verdict(&case).fact.basis, Basis::Stated);
        case.enterprise.inferred = vec!["scaling.seeking_to_scale".to_owned()];
        let refused = verdict(&case);
        assert_eq!((refused.state, refused.fact.basis), (GateState::Unmet, Basis::Inferred));
        assert!(refused.question.is_some());
    }

    #[test]
    fn aiming_only_elsewhere_is_unmet_with_that_reason() {
        let elsewhere = verdict(&aiming_at(&["Bretagne", "Rennes"]));
        assert_eq!(elsewhere.state, GateState::Unmet);
        assert_eq!(elsewhere.fact.key, "gate.wants_to_spread.unmet.aims_elsewhere");
    }

    #[test]
    fn one_phrase_that_names_no_place_restricts_nothing() {
        for targets in [&["Bretagne", "villes moyennes"][..], &["France"], &[]] {
            assert_eq!(verdict(&aiming_at(targets)).state, GateState::Met);
        }
        let here = verdict(&aiming_at(&["Bretagne", "région lyonnaise"]));
        assert_eq!(here.fact.key, "gate.wants_to_spread.met.aims_here");
    }

    #[test]
    fn a_town_of_the_same_intercommunality_is_a_question() {
        let mut case = aiming_at(&["Lyon"]);
        case.go_to("com-69266");
        assert_eq!(verdict(&case).state, GateState::Unknown);
    }
}
