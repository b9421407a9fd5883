//! `not_opposed`: has a local actor recorded its opposition? (methods §5)
//!
//! Read from what people recorded (`opposed`, `welcomes`), the last word of each actor.
//! No recorded opposition is met, said as such: silence is not a welcome.
//!
//! | key | args |
//! |---|---|
//! | `gate.not_opposed.met.none_recorded` | none |
//! | `gate.not_opposed.met.welcomed` | `actors` List, `count` Count, `note` Text?, `on` Text (date) |
//! | `gate.not_opposed.unmet` | same |

use std::collections::BTreeMap;

use super::{Gate, Verdict, said};
use crate::domain::context::Confirmation;
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::criteria::distinct;
use crate::matching::profile::TerritoryProfile;

/// The gate.
pub struct NotOpposed;

impl Gate for NotOpposed {
    fn id(&self) -> &'static str {
        "not_opposed"
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> Verdict {
        let mut last: BTreeMap<Option<&str>, &Confirmation> = BTreeMap::new();
        let stances =
            said(profile, enterprise).filter(|s| s.item == "opposed" || s.item == "welcomes");
        for stance in stances {
            let kept = last.entry(stance.actor.as_deref()).or_insert(stance);
            if stance.date.first_day() > kept.date.first_day() {
                *kept = stance;
            }
        }
        let of = |item: &str, met: bool| -> Vec<&Confirmation> {
            last.values().copied().filter(|s| s.item == item && is_met(s) == met).collect()
        };
        let opposed = of("opposed", true);
        let welcoming = of("welcomes", true);
        if !opposed.is_empty() {
            Verdict::unmet(fact("gate.not_opposed.unmet", profile, &opposed))
        } else if !welcoming.is_empty() {
            Verdict::met(fact("gate.not_opposed.met.welcomed", profile, &welcoming))
        } else {
            Verdict::met(Fact::new("gate.not_opposed.met.none_recorded", Basis::Inferred))
        }
    }
}

/// A stance is said by its item; `unmet` takes it back and `unknown` leaves it open.
fn is_met(stance: &Confirmation) -> bool {
    !matches!(stance.state.as_str(), "unmet" | "unknown")
}

fn fact(key: &'static str, profile: &TerritoryProfile, stances: &[&Confirmation]) -> Fact {
    let name = |id: &String| {
        let actors = &profile.context.actors;
        let known = actors.iter().find(|actor| actor.actor.id == *id);
        known.map_or_else(|| id.clone(), |actor| actor.actor.name.clone())
    };
    let actors: Vec<String> = stances.iter().filter_map(|s| s.actor.as_ref()).map(name).collect();
    let mut fact = Fact::new(key, Basis::Stated)
        .with("actors", Arg::List(actors))
        .with("count", Arg::Count(stances.len() as u64))
        .from_sources(distinct(stances.iter().map(|stance| &stance.source)));
    if let Some(first) = stances.first() {
        fact = fact.with("on", Arg::Text(first.date.to_string()));
        if let Some(note) = &first.note {
            fact = fact.with("note", Arg::Text(note.clone()));
        }
    }
    fact
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::date::PartialDate;
    use crate::matching::fixtures::Case;
    use crate::matching::outcome::GateState::{Met, Unmet};

    #[test]
    fn the_last_word_of_each_actor_counts() {
        let mut case = Case::new();
        let verdict = |case: &Case| NotOpposed.evaluate(&case.profile(), &case.enterprise);
        assert_eq!(verdict(&case).state, Met);
        case.confirm("opposed", "met");
        assert_eq!(verdict(&case).state, Unmet);
        assert_eq!(verdict(&case).fact.sources.len(), 1);
        case.confirm("welcomes", "met");
        case.context.confirmations[0].date = PartialDate::year(2020);
        assert_eq!(verdict(&case).fact.key, "gate.not_opposed.met.welcomed");
    }
}
