//! `not_opposed`: has a local actor recorded its opposition? (methods §5)
//!
//! Read from what people recorded (`opposed`, `welcomes`, `not_opposed` of an actor), the
//! last word of each actor. No recorded opposition is met, said as such: silence is not a
//! welcome.
//!
//! | key | args |
//! |---|---|
//! | `gate.not_opposed.met.none_recorded` | none |
//! | `gate.not_opposed.met.welcomed` | `actors` List, `count` Count, `by` Text?, `note` Text?, `on` Text (date) |
//! | `gate.not_opposed.unmet` | same |

use std::collections::BTreeMap;

use super::{Gate, Verdict, said};
use crate::domain::context::Confirmation;
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::confirmable::{NOT_OPPOSED, OPPOSED, WELCOMES, is_about, signed};
use crate::matching::criteria::distinct;
use crate::matching::profile::TerritoryProfile;

/// The gate.
pub struct NotOpposed;

impl Gate for NotOpposed {
    fn id(&self) -> &'static str {
        "not_opposed"
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> Verdict {
        let opposed = taking(profile, enterprise, Stance::Opposes);
        let welcoming = taking(profile, enterprise, Stance::Welcomes);
        if !opposed.is_empty() {
            Verdict::unmet(fact("gate.not_opposed.unmet", profile, &opposed))
        } else if !welcoming.is_empty() {
            Verdict::met(fact("gate.not_opposed.met.welcomed", profile, &welcoming))
        } else {
            Verdict::met(Fact::new("gate.not_opposed.met.none_recorded", Basis::Inferred))
        }
    }
}

/// What an actor thinks of the arrival, as recorded last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// It opposes it.
    Opposes,
    /// It welcomes it.
    Welcomes,
    /// It took a stance back, or left it open.
    Open,
}

/// Those whose last word is `stance`, by actor id; who opposes without being a known actor
/// is one more.
#[must_use]
pub fn taking<'p>(
    profile: &'p TerritoryProfile,
    enterprise: &Enterprise,
    stance: Stance,
) -> Vec<&'p Confirmation> {
    let mut last: BTreeMap<Option<&str>, (Stance, &Confirmation)> = BTreeMap::new();
    for one in said(profile, enterprise) {
        let Some(stance) = stance_of(one) else { continue };
        let kept = last.entry(one.actor.as_deref()).or_insert((stance, one));
        if one.date.first_day() > kept.1.date.first_day() {
            *kept = (stance, one);
        }
    }
    last.into_values().filter(|(taken, _)| *taken == stance).map(|(_, said)| said).collect()
}

/// A stance is said by its item; `unmet` takes it back and `unknown` leaves it open.
fn stance_of(said: &Confirmation) -> Option<Stance> {
    let (opposed, welcomes) = (is_about(said, OPPOSED), is_about(said, WELCOMES));
    let met = !matches!(said.state.as_str(), "unmet" | "unknown");
    if opposed || welcomes {
        let stance = if opposed { Stance::Opposes } else { Stance::Welcomes };
        return Some(if met { stance } else { Stance::Open });
    }
    // Of one actor, the gate unmet is its opposition; without one, it is the gate's own.
    let of_actor = is_about(said, NOT_OPPOSED) && said.actor.is_some();
    let opposes = said.state == "unmet";
    of_actor.then_some(if opposes { Stance::Opposes } else { Stance::Open })
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
        .with("count", Arg::Count(stances.len() as u64));
    if let Some(first) = stances.first() {
        fact = signed(fact, first);
    }
    fact.from_sources(distinct(stances.iter().map(|stance| &stance.source)))
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

    #[test]
    fn an_actor_that_does_not_oppose_says_nothing_for_the_others() {
        let mut case = Case::new();
        case.add_actor("Celle qui craint", "Lyon", &[]);
        case.add_actor("Celle qui veut bien", "Lyon", &[]);
        for (at, state) in [(0, "unmet"), (1, "met")] {
            case.confirm("not_opposed", state);
            case.context.confirmations[at].actor = Some(case.context.actors[at].actor.id.clone());
        }
        let profile = case.profile();
        let gates = crate::matching::gates::all(&profile);
        let all = crate::matching::gates::evaluate(&gates, &profile, &case.enterprise);
        let gate = all.iter().find(|gate| gate.gate == "not_opposed").unwrap();
        assert!(gate.excludes());
        assert_eq!(gate.fact.args["actors"], Arg::List(vec!["Celle qui craint".to_owned()]));
    }
}
