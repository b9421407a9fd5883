//! `conditions`: does the territory hold what the model asks of it? (methods §5)
//!
//! Typed conditions. A population is compared with the territory's, a density class with
//! its class; a resource is looked for among what the actors offer, where a register may
//! say met but never unmet. Anything else is a question. The gate is as good as its
//! worst condition, and all failures are listed; [`each`] gives them one by one.
//!
//! | key | args |
//! |---|---|
//! | `gate.conditions.met.none` | none: the model asks nothing known |
//! | `gate.conditions.met` | `count` Count, `texts` List |
//! | `gate.conditions.unmet` | `count` Count of unmet, `texts` List of them, `unknown` Count |
//! | `gate.conditions.unknown` | `count` Count of unknown, `texts` List of them, `met` Count |
//! | `question.conditions.to_check` | `count` Count, `texts` List of those to check |
//! | `gate.conditions.one.met.population`, `gate.conditions.one.unmet.population` | `text` Text, `asked` Number, `population` Number |
//! | `gate.conditions.one.met.density`, `gate.conditions.one.unmet.density`, `gate.conditions.one.unknown.density` | `text` Text, `asked` Text, `density` Text; `unknown`: only some communes are of this class |
//! | `gate.conditions.one.met.programme` | `text` Text, `programme` Text, `places` List |
//! | `gate.conditions.one.met.offer` | `text` Text, `resource` Concept, `actor` Text, `commune` Text?, `register` Count (1 where only a register says so) |
//! | `gate.conditions.one.unknown` | `text` Text |
//! | `gate.conditions.one.met.confirmed`, `gate.conditions.one.unmet.confirmed`, `gate.conditions.one.unknown.confirmed` | `text` Text, `by` Text?, `note` Text?, `on` Text (date): confirmed as `conditions.<kind>`, or as `funding` or `premises` |

use super::{Gate, Verdict, confirmation};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::condition::Condition;
use crate::domain::context::{Context, ContextActor, Proximity};
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::{Basis, Source};
use crate::domain::territory::{DensityClass, TerritoryKind};
use crate::matching::confirmable::{CONDITION, FUNDING, PREMISES, signed};
use crate::matching::criteria::distinct;
use crate::matching::names::fold;
use crate::matching::outcome::GateState;
use crate::matching::presence::at_work;
use crate::matching::profile::TerritoryProfile;

/// The gate.
pub struct Conditions;

/// One condition evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct OneCondition {
    /// Its position in [`Enterprise::conditions`].
    pub condition: usize,
    /// Its state.
    pub state: GateState,
    /// Why.
    pub fact: Fact,
}

impl Gate for Conditions {
    fn id(&self) -> &'static str {
        "conditions"
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> Verdict {
        let each = each(profile, enterprise);
        if each.is_empty() {
            let fact = Fact::new("gate.conditions.met.none", Basis::Inferred)
                .from_sources(enterprise.sources.clone());
            return Verdict::met(fact);
        }
        let of = |state: GateState| each.iter().filter(move |one| one.state == state);
        let count = |state| Arg::Count(of(state).count() as u64);
        let texts = |state| {
            let text = |one: &OneCondition| enterprise.conditions[one.condition].text.clone();
            Arg::List(of(state).map(text).collect())
        };
        let fact = |key, state, basis| {
            Fact::new(key, basis)
                .with("count", count(state))
                .with("texts", texts(state))
                .from_sources(distinct(of(state).flat_map(|one| &one.fact.sources)))
        };
        use GateState::{Met, Unknown, Unmet};
        let asked = of(Unknown).next().is_some().then(|| {
            Fact::new("question.conditions.to_check", Basis::Prior)
                .with("count", count(Unknown))
                .with("texts", texts(Unknown))
        });
        if of(Unmet).next().is_some() {
            let inferred = of(Unmet).all(|one| one.fact.basis == Basis::Inferred);
            let basis = if inferred { Basis::Inferred } else { Basis::Measured };
            let fact = fact("gate.conditions.unmet", Unmet, basis).with("unknown", count(Unknown));
            return Verdict { state: Unmet, fact, question: asked };
        }
        match asked {
            Some(question) => {
                let fact = fact("gate.conditions.unknown", Unknown, Basis::Prior);
                Verdict::unknown(fact.with("met", count(Met)), question)
            }
            None => Verdict::met(fact("gate.conditions.met", Met, Basis::Inferred)),
        }
    }
}

/// Every condition of the enterprise, in the order of the record.
#[must_use]
pub fn each(profile: &TerritoryProfile, enterprise: &Enterprise) -> Vec<OneCondition> {
    let one = |(at, condition): (usize, &Condition)| {
        let (state, mut fact) = match confirmed(profile, enterprise, condition) {
            Some(confirmed) => confirmed,
            None => evaluate(&profile.context, condition),
        };
        fact.args.insert("text", Arg::Text(condition.text.clone()));
        // A deduced condition can refuse only as a deduction.
        if condition.basis == Basis::Inferred && fact.basis == Basis::Measured {
            fact.basis = Basis::Inferred;
        }
        let said = condition.source.as_ref();
        let pages: &[Source] = if said.is_some() { &[] } else { &enterprise.sources };
        fact.sources = distinct(said.into_iter().chain(pages).chain(&fact.sources));
        OneCondition { condition: at, state, fact }
    };
    enterprise.conditions.iter().enumerate().map(one).collect()
}

/// What a person confirmed of conditions of this kind.
fn confirmed(
    profile: &TerritoryProfile,
    enterprise: &Enterprise,
    condition: &Condition,
) -> Option<(GateState, Fact)> {
    let own = format!("{CONDITION}{}", condition.kind);
    let mut items = vec![own.as_str()];
    items.extend([FUNDING, PREMISES].into_iter().filter(|kind| *kind == condition.kind));
    let said = confirmation(profile, enterprise, &items)?;
    let (state, key, basis) = match said.state.as_str() {
        "met" | "lifted" => (GateState::Met, "gate.conditions.one.met.confirmed", Basis::Stated),
        "unmet" => (GateState::Unmet, "gate.conditions.one.unmet.confirmed", Basis::Stated),
        _ => (GateState::Unknown, "gate.conditions.one.unknown.confirmed", Basis::Prior),
    };
    Some((state, signed(Fact::new(key, basis), said)))
}

fn evaluate(context: &Context, condition: &Condition) -> (GateState, Fact) {
    let found = match condition.kind.as_str() {
        "population_min" | "population_max" | "population" => population(context, condition),
        "density_class" => density(context, condition),
        _ => offer(context, condition),
    };
    found.unwrap_or_else(|| {
        (GateState::Unknown, Fact::new("gate.conditions.one.unknown", Basis::Prior))
    })
}

/// A number of inhabitants against the territory's. Asked at most so many, a large
/// territory may still hold a commune small enough: that one stays a question.
fn population(context: &Context, condition: &Condition) -> Option<(GateState, Fact)> {
    let unit = condition.unit.as_deref().map(fold);
    if unit.as_deref().is_some_and(|unit| !unit.starts_with("habitant")) {
        return None;
    }
    let asked = number(condition.value.as_deref()?)?;
    let territory = &context.territory;
    let at_most = condition.operator == "<=" || condition.kind == "population_max";
    let holds = if at_most { territory.population <= asked } else { territory.population >= asked };
    let one_commune = territory.communes.len() == 1;
    if !holds && at_most && !one_commune {
        let small = |&at: &u32| context.atlas.at(at).population <= asked;
        if territory.communes.iter().any(small) {
            return None;
        }
    }
    let (state, key) = match holds {
        true => (GateState::Met, "gate.conditions.one.met.population"),
        false => (GateState::Unmet, "gate.conditions.one.unmet.population"),
    };
    let fact = Fact::new(key, Basis::Measured)
        .with("asked", Arg::Number(asked))
        .with("population", Arg::Number(territory.population));
    Some((state, fact))
}

/// `12 000`, `12000.5` or `1,5`.
fn number(text: &str) -> Option<f64> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    digits.replace(',', ".").parse().ok().filter(|value: &f64| value.is_finite())
}

/// A density class against the territory's; a territory that holds some communes of the
/// class could be right for one of them. `qpv` is read from the programmes present.
fn density(context: &Context, condition: &Condition) -> Option<(GateState, Fact)> {
    let asked = fold(condition.value.as_deref()?);
    if asked == "qpv" {
        let programme = context.programmes.iter().find(|programme| programme.id == "qpv")?;
        let fact = Fact::new("gate.conditions.one.met.programme", Basis::Measured)
            .with("programme", Arg::Text(programme.label.clone()))
            .with("places", Arg::List(programme.places.clone()))
            .from_sources(vec![programme.source.clone()]);
        return Some((GateState::Met, fact));
    }
    let class = DensityClass::parse(&asked)?;
    let territory = &context.territory;
    let some = territory.communes.iter().any(|&at| context.atlas.at(at).density == class);
    let wide = matches!(territory.kind, TerritoryKind::Departement | TerritoryKind::Region);
    let (state, key, basis) = if territory.density == class || (wide && some) {
        (GateState::Met, "gate.conditions.one.met.density", Basis::Measured)
    } else if some {
        (GateState::Unknown, "gate.conditions.one.unknown.density", Basis::Prior)
    } else {
        (GateState::Unmet, "gate.conditions.one.unmet.density", Basis::Measured)
    };
    let fact = Fact::new(key, basis)
        .with("asked", Arg::Text(class.as_str().to_owned()))
        .with("density", Arg::Text(territory.density.as_str().to_owned()));
    Some((state, fact))
}

/// A resource that an actor offers: described ones inside first, then the nearest.
/// `None` where nobody known offers it: a question, never a refusal.
fn offer(context: &Context, condition: &Condition) -> Option<(GateState, Fact)> {
    if !matches!(condition.operator.as_str(), "exists" | "=" | "") {
        return None;
    }
    let value = condition.value.as_deref()?;
    let resource = context.taxonomy.find(ConceptKind::Resource, value)?;
    let offers = |actor: &&ContextActor| {
        at_work(&actor.actor, context.as_of)
            && actor
                .actor
                .portrait
                .offers
                .iter()
                .any(|mark| serves(context, mark.concept, resource))
    };
    let actor = context.actors.iter().filter(offers).min_by(|a, b| {
        let place = |actor: &ContextActor| match actor.proximity {
            Proximity::Inside => (0, 0.0),
            Proximity::Near { distance_km } => (1, distance_km.unwrap_or(f64::MAX)),
            Proximity::Far { distance_km } => (2, distance_km.unwrap_or(f64::MAX)),
        };
        let ((a_kind, a_km), (b_kind, b_km)) = (place(a), place(b));
        (a_kind, a.actor.register)
            .cmp(&(b_kind, b.actor.register))
            .then(a_km.total_cmp(&b_km))
            .then_with(|| a.actor.id.cmp(&b.actor.id))
    })?;
    let mut fact = Fact::new("gate.conditions.one.met.offer", Basis::Stated)
        .with("resource", Arg::Concept(resource))
        .with("actor", Arg::Text(actor.actor.name.clone()))
        .with("register", Arg::Count(u64::from(actor.actor.register)))
        .from_sources(actor.actor.sources.clone());
    if let Some(commune) = &actor.commune {
        fact = fact.with("commune", Arg::Text(commune.clone()));
    }
    Some((GateState::Met, fact))
}

/// What is offered is what is asked, or one kind of it (a workshop is premises).
fn serves(context: &Context, offered: Concept, asked: Concept) -> bool {
    offered == asked || context.taxonomy.entry(offered).parent == Some(asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixtures::{Case, resource};

    fn condition(kind: &str, operator: &str, value: &str) -> Condition {
        Condition {
            kind: kind.to_owned(),
            operator: operator.to_owned(),
            value: Some(value.to_owned()),
            unit: None,
            text: format!("{kind} {value}"),
            basis: Basis::Stated,
            source: Some(Source::named("https://exemple.fr/conditions")),
        }
    }

    fn verdict(case: &Case) -> Verdict {
        Conditions.evaluate(&case.profile(), &case.enterprise)
    }

    fn asking(conditions: &[Condition]) -> Case {
        let mut case = Case::bare();
        case.enterprise.conditions = conditions.to_vec();
        case
    }

    #[test]
    fn a_population_is_compared_with_the_territory() {
        let mut case = asking(&[condition("population_min", ">=", "200 000")]);
        assert_eq!(verdict(&case).state, GateState::Met);
        case.go_to("epci-242600534");
        assert_eq!(verdict(&case).state, GateState::Unmet);
        case.enterprise.conditions[0].unit = Some("logements".to_owned());
        assert_eq!(verdict(&case).state, GateState::Unknown);
    }

    #[test]
    fn a_density_class_held_by_no_commune_is_unmet() {
        let mut case = asking(&[condition("density_class", "=", "rural")]);
        assert_eq!(verdict(&case).state, GateState::Unmet);
        case.go_to("epci-242600534");
        assert_eq!(verdict(&case).state, GateState::Met);
        case.go_to("dep-26");
        assert_eq!(verdict(&case).state, GateState::Met);
    }

    #[test]
    fn a_resource_nobody_offers_is_a_question_and_a_register_may_say_met() {
        let mut case = asking(&[condition("premises", "exists", "local")]);
        let nobody = verdict(&case);
        assert_eq!(nobody.state, GateState::Unknown);
        assert_eq!(nobody.question.unwrap().key, "question.conditions.to_check");
        case.add_actor("La Halle", "Lyon", &[]);
        let offers = case.marks(&[(resource("atelier"), 1.0)]);
        case.edit_actor(0, |actor| {
            actor.portrait.offers = offers;
            actor.register = true;
        });
        assert_eq!(verdict(&case).state, GateState::Met);
        let one = &each(&case.profile(), &case.enterprise)[0];
        assert_eq!(one.fact.key, "gate.conditions.one.met.offer");
        assert_eq!(one.fact.sources.len(), 2);
    }

    #[test]
    fn all_failures_are_listed_and_a_person_confirms_one_kind() {
        let mut case = asking(&[
            condition("population_min", ">=", "9000000"),
            condition("density_class", "=", "rural"),
            condition("other", "exists", "rien de connu"),
        ]);
        let verdict = |case: &Case| Conditions.evaluate(&case.profile(), &case.enterprise);
        assert_eq!(verdict(&case).fact.args["count"], Arg::Count(2));
        case.confirm("conditions.population_min", "met");
        assert_eq!(verdict(&case).fact.args["count"], Arg::Count(1));
        case.confirm("conditions.density_class", "met");
        assert_eq!(verdict(&case).state, GateState::Unknown);
    }
}
