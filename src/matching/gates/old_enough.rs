//! `old_enough`: at work for two years? (methods §5)
//!
//! The year founded, or an early site, proves it; a missing year never refutes it. A
//! year counts from 1 January: the benefit of the doubt.
//!
//! | key | args |
//! |---|---|
//! | `gate.old_enough.met.founded` | `year` Year |
//! | `gate.old_enough.met.site` | `year` Year of its earliest site |
//! | `gate.old_enough.unmet.too_young` | `year` Year founded |
//! | `gate.old_enough.unknown` | none |
//! | `question.old_enough.since_when` | none |

use super::{Gate, Verdict};
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::domain::rules::Rules;
use crate::matching::presence::{first_year, years_before};
use crate::matching::profile::TerritoryProfile;

/// The gate, with its numbers.
pub struct OldEnough {
    years: i16,
}

impl OldEnough {
    /// Ready to evaluate.
    #[must_use]
    pub fn new(rules: &Rules) -> Self {
        Self { years: rules.number("gates.old_enough.years") as i16 }
    }
}

impl Gate for OldEnough {
    fn id(&self) -> &'static str {
        "old_enough"
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> Verdict {
        let as_of = profile.context.as_of;
        let limit = years_before(as_of, self.years);
        let fact = |key, year, basis| {
            Fact::new(key, basis)
                .with("year", Arg::Year(year))
                .from_sources(enterprise.sources.clone())
        };
        let founded_basis = match enterprise.is_inferred("founded") {
            true => Basis::Inferred,
            false => Basis::Stated,
        };
        match first_year(enterprise, as_of) {
            Some((year, from_site)) if year <= limit.year() => Verdict::met(match from_site {
                true => fact("gate.old_enough.met.site", year, Basis::Stated),
                false => fact("gate.old_enough.met.founded", year, founded_basis),
            }),
            // A young site refutes nothing: only the year founded does.
            Some((year, _)) if enterprise.founded.is_some() => {
                let year = enterprise.founded.unwrap_or(year);
                Verdict::unmet(fact("gate.old_enough.unmet.too_young", year, founded_basis))
            }
            _ => Verdict::unknown(
                Fact::new("gate.old_enough.unknown", Basis::Prior)
                    .from_sources(enterprise.sources.clone()),
                Fact::new("question.old_enough.since_when", Basis::Prior),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixtures::Case;
    use crate::matching::outcome::GateState::{self, Met, Unknown, Unmet};

    fn state(case: &Case) -> GateState {
        OldEnough::new(&case.rules()).evaluate(&case.profile(), &case.enterprise).state
    }

    #[test]
    fn two_years_are_counted_from_the_first_of_january() {
        let mut case = Case::bare();
        for (founded, expected) in [(2024, Met), (2025, Unmet), (2030, Unmet)] {
            case.enterprise.founded = Some(founded);
            assert_eq!(state(&case), expected, "{founded}");
        }
    }

    #[test]
    fn an_early_site_proves_it_and_a_missing_year_never_refutes_it() {
        let mut case = Case::bare();
        assert_eq!(state(&case), Unknown);
        case.add_site("Rennes", Some(2025));
        assert_eq!(state(&case), Unknown);
        case.enterprise.founded = Some(2025);
        assert_eq!(state(&case), Unmet);
        case.add_site("Paris", Some(2015));
        assert_eq!(state(&case), Met);
    }
}
