//! What a person may confirm of an enterprise in a territory, and what reads it.
//!
//! One table, [`ITEMS`]: the door that writes confirmations admits what stands here and
//! nothing else, and a test holds it against what the gates and the criteria really ask
//! for, so that whatever is admitted changes something. A condition of the model is
//! confirmed by its kind, as `conditions.<kind>`: those kinds are the enterprise's own.

use super::outcome::CriterionId;
use crate::domain::context::Confirmation;
use crate::domain::fact::{Arg, Fact};

/// What precedes the kind of a condition.
pub const CONDITION: &str = "conditions.";
/// Money for the opening is secured: read by the means for the move, and by a condition of
/// this kind.
pub const FUNDING: &str = "funding";
/// Premises are secured: read as a venue, and by a condition of this kind.
pub const PREMISES: &str = "premises";
/// A local actor opposes the arrival.
pub const OPPOSED: &str = "opposed";
/// A local actor welcomes the arrival.
pub const WELCOMES: &str = "welcomes";
/// The gate of opposition; said with an actor, it is the stance of that actor alone.
pub const NOT_OPPOSED: &str = "not_opposed";
/// An actor would carry the implantation.
pub const CARRIER: &str = "anchoring.carrier";

/// What says that a gate no longer excludes, though it is not met.
pub const LIFTED: &str = "lifted";
/// States of what is not a gate.
const PLAIN: &[&str] = &["met", "unmet", "unknown"];
/// States of a gate.
const OF_A_GATE: &[&str] = &["met", "unmet", "unknown", LIFTED];

/// What reads a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A gate, by its name.
    Gate(&'static str),
    /// An item of a criterion.
    Item(CriterionId, &'static str),
}

/// One thing that may be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Its stable name, as in JSON.
    pub id: &'static str,
    /// Whether it may speak of one local actor.
    pub actor: bool,
    /// The states it may be in.
    pub states: &'static [&'static str],
    /// What reads it.
    pub readers: &'static [Reader],
}

macro_rules! gate {
    ($name:literal) => {
        Item { id: $name, actor: false, states: OF_A_GATE, readers: &[Reader::Gate($name)] }
    };
}

macro_rules! anchor {
    ($name:literal) => {
        Item {
            id: concat!("anchoring.", $name),
            actor: true,
            states: PLAIN,
            readers: &[Reader::Item(CriterionId::Anchoring, $name)],
        }
    };
}

/// A stance of a local actor: read by the gate, and as trust once two of them welcome it.
const STANCE: &[Reader] =
    &[Reader::Gate(NOT_OPPOSED), Reader::Item(CriterionId::Anchoring, "trust")];

/// What may be confirmed of any enterprise; conditions come on top, by kind.
pub const ITEMS: [Item; 19] = [
    gate!("active"),
    gate!("old_enough"),
    gate!("proven"),
    gate!("wants_to_spread"),
    gate!("not_already_there"),
    gate!("answers_something"),
    gate!("conditions"),
    Item { actor: true, ..gate!("not_opposed") },
    gate!("available"),
    Item { id: OPPOSED, actor: true, states: PLAIN, readers: STANCE },
    Item { id: WELCOMES, actor: true, states: PLAIN, readers: STANCE },
    anchor!("key_actor"),
    anchor!("carrier"),
    anchor!("venue"),
    anchor!("scheme"),
    anchor!("trust"),
    anchor!("call"),
    Item {
        id: FUNDING,
        actor: false,
        states: PLAIN,
        readers: &[
            Reader::Item(CriterionId::Readiness, "means_for_the_move"),
            Reader::Gate("conditions"),
        ],
    },
    Item {
        id: PREMISES,
        actor: false,
        states: PLAIN,
        readers: &[Reader::Item(CriterionId::Anchoring, "venue"), Reader::Gate("conditions")],
    },
];

/// A condition of the model, whatever its kind.
const OF_A_CONDITION: Item =
    Item { id: "conditions.", actor: false, states: PLAIN, readers: &[Reader::Gate("conditions")] };

/// What `name` means, with its full name: an id of [`ITEMS`], its last word where one item
/// alone ends with it (`carrier`), or `conditions.<kind>` for one of `kinds`.
#[must_use]
pub fn find(name: &str, kinds: &[&str]) -> Option<(String, Item)> {
    let name = name.trim();
    if let Some(item) = ITEMS.iter().find(|item| item.id == name) {
        return Some((name.to_owned(), *item));
    }
    if name.strip_prefix(CONDITION).is_some_and(|kind| kinds.contains(&kind)) {
        return Some((name.to_owned(), OF_A_CONDITION));
    }
    let last = |item: &&Item| item.id.rsplit_once('.').is_some_and(|(_, last)| last == name);
    let mut named = ITEMS.iter().filter(last);
    match (named.next(), named.next()) {
        (Some(only), None) => Some((only.id.to_owned(), *only)),
        _ => None,
    }
}

/// Every name that [`find`] knows in full, for an enterprise whose conditions are of `kinds`.
#[must_use]
pub fn names(kinds: &[&str]) -> Vec<String> {
    let conditions = kinds.iter().map(|kind| format!("{CONDITION}{kind}"));
    ITEMS.iter().map(|item| item.id.to_owned()).chain(conditions).collect()
}

/// Whether a confirmation is about `item`.
///
/// Whoever reads confirmations asks here, so that a test can hold [`ITEMS`] against what
/// is really asked.
pub(crate) fn is_about(said: &Confirmation, item: &str) -> bool {
    #[cfg(test)]
    tests::ASKED.with(|asked| asked.borrow_mut().insert(item.to_owned()));
    said.item == item
}

/// The sentence of a fact that somebody confirmed: who, when, in which words and with which
/// source (`by` Text?, `on` Text, `note` Text?).
pub(crate) fn signed(fact: Fact, said: &Confirmation) -> Fact {
    let mut fact = fact.with("on", Arg::Text(said.date.to_string()));
    fact.sources = vec![said.source.clone()];
    if let Some(by) = &said.by {
        fact = fact.with("by", Arg::Text(by.clone()));
    }
    if let Some(note) = &said.note {
        let note = note.trim_end_matches('.');
        fact = fact.with("note", Arg::Text(note.to_owned()));
    }
    fact
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::condition::Condition;
    use crate::domain::provenance::Basis;
    use crate::matching::criteria;
    use crate::matching::fixtures::Case;
    use crate::matching::gates;
    use crate::matching::outcome::{CriterionValue, GateResult};

    thread_local! {
        pub(super) static ASKED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
    }

    const KINDS: [&str; 3] = ["funding", "premises", "volunteers"];

    /// Two actors here, one enterprise that asks for something of each kind.
    fn case() -> Case {
        let mut case = Case::new();
        case.add_actor("Un acteur", "Lyon", &[]);
        case.add_actor("Un autre acteur", "Lyon", &[]);
        case.enterprise.conditions = KINDS
            .iter()
            .map(|kind| Condition {
                kind: (*kind).to_owned(),
                operator: "=".to_owned(),
                value: None,
                unit: None,
                text: format!("condition {kind}"),
                basis: Basis::Stated,
                source: None,
            })
            .collect();
        case
    }

    fn evaluated(case: &Case) -> (Vec<GateResult>, Vec<CriterionValue>) {
        let profile = case.profile();
        let gates = gates::evaluate(&gates::all(&profile), &profile, &case.enterprise);
        let criteria = criteria::all(&profile);
        (gates, criteria.iter().map(|one| one.evaluate(&profile, &case.enterprise)).collect())
    }

    #[test]
    fn the_table_is_what_the_engine_asks_for() {
        let mut case = case();
        case.confirm("rien de connu", "met").confirm("rien de connu", "met");
        let actor = case.context.actors[0].actor.id.clone();
        case.context.confirmations[0].actor = Some(actor);
        ASKED.with(|asked| asked.borrow_mut().clear());
        let _ = evaluated(&case);
        let asked = ASKED.with(|asked| asked.borrow().clone());
        let admitted: BTreeSet<String> = names(&KINDS).into_iter().collect();
        assert_eq!(asked, admitted);
    }

    /// Every item, in every state, with and without an actor where it may have one, changes
    /// what one of its readers says; a stance counts as trust from the second actor on.
    #[test]
    fn whatever_is_admitted_changes_what_its_readers_say() {
        let plain = evaluated(&case());
        let conditions = KINDS.map(|kind| format!("{CONDITION}{kind}"));
        let all = ITEMS.iter().map(|item| item.id.to_owned()).chain(conditions);
        for name in all {
            let (_, item) = find(&name, &KINDS).unwrap();
            for state in item.states {
                let mut case = case();
                let mut before = plain.clone();
                if (name == OPPOSED || name == WELCOMES) && *state != "met" {
                    // To take a stance back, somebody must have taken it.
                    case.confirm(&name, "met");
                    before = evaluated(&case);
                    case.context.confirmations.clear();
                }
                case.confirm(&name, state);
                let after = evaluated(&case);
                assert_ne!(before, after, "{name} {state}");
                for reader in item.readers {
                    if name == OPPOSED || name == WELCOMES || *state != "met" {
                        continue;
                    }
                    let moved = match *reader {
                        Reader::Gate(gate) => {
                            let of = |all: &Vec<GateResult>| {
                                all.iter().find(|one| one.gate == gate).cloned().unwrap()
                            };
                            of(&before.0) != of(&after.0)
                        }
                        Reader::Item(criterion, item) => {
                            let of = |all: &Vec<CriterionValue>| {
                                let value = all.iter().find(|one| one.criterion == criterion);
                                let items = &value.unwrap().items;
                                items.iter().find(|one| one.name == item).unwrap().fact.clone()
                            };
                            of(&before.1) != of(&after.1)
                        }
                    };
                    assert!(moved, "{name} {state} {reader:?}");
                }
            }
        }
    }

    #[test]
    fn a_last_word_is_enough_where_it_is_alone_and_a_condition_is_the_enterprises_own() {
        assert_eq!(find("carrier", &[]).unwrap().0, "anchoring.carrier");
        assert_eq!(find("premises", &["premises"]).unwrap().0, "premises");
        assert_eq!(find("conditions.land", &["land"]).unwrap().0, "conditions.land");
        assert!(find("conditions.land", &["funding"]).is_none());
        assert!(find("porteur", &[]).is_none());
    }
}
