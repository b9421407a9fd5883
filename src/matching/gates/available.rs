//! `available`: could it come at this date? (methods §5)
//!
//! Its earliest start and the months when it can come, against the date asked.
//!
//! | key | args |
//! |---|---|
//! | `gate.available.met` | `from` Text? (earliest start), `months` List? of month numbers |
//! | `gate.available.unmet.not_before` | same |
//! | `gate.available.unmet.season` | same |
//! | `gate.available.unknown` | none |
//! | `question.available.when` | none |

use super::{Gate, Verdict};
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::profile::TerritoryProfile;

/// The gate.
pub struct Available;

impl Gate for Available {
    fn id(&self) -> &'static str {
        "available"
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> Verdict {
        let as_of = profile.context.as_of;
        let scaling = &enterprise.scaling;
        if scaling.earliest_start.is_none() && scaling.season.is_empty() {
            let fact = Fact::new("gate.available.unknown", Basis::Prior)
                .from_sources(enterprise.sources.clone());
            return Verdict::unknown(fact, Fact::new("question.available.when", Basis::Prior));
        }
        let fact = |key| {
            let mut fact = Fact::new(key, Basis::Stated).from_sources(enterprise.sources.clone());
            if let Some(start) = scaling.earliest_start {
                fact = fact.with("from", Arg::Text(start.to_string()));
            }
            if !scaling.season.is_empty() {
                let months = scaling.season.iter().map(i8::to_string).collect();
                fact = fact.with("months", Arg::List(months));
            }
            fact
        };
        if scaling.earliest_start.is_some_and(|start| start.first_day() > as_of) {
            Verdict::unmet(fact("gate.available.unmet.not_before"))
        } else if !scaling.season.is_empty() && !scaling.season.contains(&as_of.month()) {
            Verdict::unmet(fact("gate.available.unmet.season"))
        } else {
            Verdict::met(fact("gate.available.met"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::date::PartialDate;
    use crate::matching::fixtures::Case;
    use crate::matching::outcome::GateState::{self, Met, Unknown, Unmet};

    #[test]
    fn a_start_to_come_or_another_season_keeps_it_out() {
        let mut case = Case::bare();
        let state = |case: &Case| -> GateState {
            Available.evaluate(&case.profile(), &case.enterprise).state
        };
        assert_eq!(state(&case), Unknown);
        case.enterprise.scaling.season = vec![10, 11];
        assert_eq!(state(&case), Met);
        case.enterprise.scaling.season = vec![6];
        assert_eq!(state(&case), Unmet);
        case.enterprise.scaling.season.clear();
        case.enterprise.scaling.earliest_start = Some(PartialDate::year(2026));
        assert_eq!(state(&case), Met);
        case.enterprise.scaling.earliest_start = Some(PartialDate::year(2027));
        assert_eq!(state(&case), Unmet);
    }
}
