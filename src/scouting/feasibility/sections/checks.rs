//! What is to be checked before a decision: conditions, unknowns, schemes, points to watch.

use std::collections::BTreeSet;

use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::explanation::shown::Sentence;
use crate::matching::outcome::{GateState, RelationKind};
use crate::matching::schemes::{Fit, source_of};
use crate::scouting::feasibility::facts::Drawn;
use crate::scouting::feasibility::writer::Writer;
use crate::scouting::feasibility::{
    ConditionShown, RelationGroup, SchemeShown, SchemesShown, TestShown, UnknownShown,
};

/// Bounds of the score further apart than this are worth a warning.
const WIDE_BOUNDS: f64 = 0.3;

/// Every condition of the model, those not met first, in the order of the record.
pub(super) fn conditions(drawn: &Drawn<'_>, writer: &Writer<'_>) -> Vec<ConditionShown> {
    let mut list: Vec<ConditionShown> = drawn
        .conditions
        .iter()
        .map(|one| {
            let condition = &drawn.enterprise.conditions[one.condition];
            let plain = one.fact.key == "gate.conditions.one.unknown";
            let fact = if plain {
                let mut said = Fact::new("feasibility.condition.unknown", Basis::Prior)
                    .with("text", Arg::Text(condition.text.clone()))
                    .from_sources(one.fact.sources.clone());
                if condition.basis == Basis::Inferred {
                    said = said.with("inferred", Arg::Word("feasibility.condition.inferred"));
                }
                writer.say(&said)
            } else {
                writer.say(&one.fact)
            };
            let check = match one.fact.key {
                "gate.conditions.one.met.offer" => Some("feasibility.check.offered"),
                _ if one.state == GateState::Met => None,
                _ => Some(check_key(&condition.kind)),
            };
            let check = check.map(|key| writer.say(&Fact::new(key, Basis::Prior)));
            ConditionShown {
                kind: condition.kind.clone(),
                text: condition.text.clone(),
                state: one.state,
                fact,
                check,
            }
        })
        .collect();
    let order = |state| match state {
        GateState::Unmet => 0,
        GateState::Unknown => 1,
        GateState::Met => 2,
    };
    list.sort_by_key(|condition| order(condition.state));
    list
}

/// How a condition of this kind is checked.
fn check_key(kind: &str) -> &'static str {
    match kind {
        "premises" => "feasibility.check.premises",
        "land" => "feasibility.check.land",
        "carrier" => "feasibility.check.carrier",
        "required_partner" => "feasibility.check.required_partner",
        "collectivity" => "feasibility.check.collectivity",
        "prescribers" => "feasibility.check.prescribers",
        "volunteers" => "feasibility.check.volunteers",
        "funding" => "feasibility.check.funding",
        "clients" => "feasibility.check.clients",
        "material_deposit" => "feasibility.check.material_deposit",
        "licence" => "feasibility.check.licence",
        "public_min" => "feasibility.check.public_min",
        "population" | "population_min" | "population_max" | "density_class" => {
            "feasibility.check.population"
        }
        _ => "feasibility.check.other",
    }
}

/// The gates that are unknown or to be confirmed, then the items of the criteria that
/// nobody knows, each with who to ask. Conditions have their own section.
pub(super) fn unknowns(drawn: &Drawn<'_>, writer: &Writer<'_>) -> Vec<UnknownShown> {
    let mut list = Vec::new();
    let mut gates: Vec<_> = drawn
        .alternative
        .gates
        .iter()
        .filter(|gate| gate.gate != "conditions")
        .filter_map(|gate| Some((gate, gate.question.as_ref()?)))
        .collect();
    // Whether it is already here comes first, then what nobody knows.
    gates.sort_by_key(|(gate, _)| {
        (gate.gate != "not_already_there", gate.state != GateState::Unknown)
    });
    for (gate, question) in gates {
        let who = match gate.gate {
            "answers_something" => "feasibility.whom.collectivity",
            "not_opposed" => "feasibility.whom.partners",
            _ => "feasibility.whom.enterprise",
        };
        let question = writer.say(question);
        list.push(UnknownShown { item: gate.gate, question, who: writer.word(who) });
    }
    let proven_asked = list.iter().any(|unknown| unknown.item == "proven");
    let items = drawn.alternative.contributions.iter().flat_map(|term| &term.value.items);
    for item in items.filter(|item| item.estimate.is_unknown()) {
        let Some((question, who)) = item_question(item.fact.key) else { continue };
        if proven_asked && question == "feasibility.unknown.evidence_level" {
            continue;
        }
        let question = writer.say(&Fact::new(question, Basis::Prior));
        list.push(UnknownShown { item: item.name, question, who: writer.word(who) });
    }
    let mut seen = BTreeSet::new();
    list.retain(|unknown| seen.insert(unknown.question.text.clone()));
    list
}

/// The question behind an item nobody knows, and who can answer it.
fn item_question(key: &str) -> Option<(&'static str, &'static str)> {
    Some(match key {
        "criterion.proof.evidence_level.unknown" => {
            ("feasibility.unknown.evidence_level", "feasibility.whom.enterprise")
        }
        "criterion.readiness.written_model.unknown" => {
            ("feasibility.unknown.written_model", "feasibility.whom.enterprise")
        }
        "criterion.readiness.economic_balance.unknown" => {
            ("feasibility.unknown.economic_balance", "feasibility.whom.enterprise")
        }
        "criterion.readiness.means_for_the_move.unknown" => {
            ("feasibility.unknown.means_for_the_move", "feasibility.whom.enterprise")
        }
        "criterion.anchoring.key_actor.unknown" => {
            ("feasibility.unknown.key_actor", "feasibility.whom.collectivity")
        }
        "criterion.anchoring.carrier.unknown" | "criterion.anchoring.carrier.unknown.rival" => {
            ("feasibility.unknown.carrier", "feasibility.whom.partners")
        }
        "criterion.anchoring.venue.unknown" => {
            ("feasibility.unknown.venue", "feasibility.whom.collectivity")
        }
        "criterion.anchoring.scheme.unknown" => {
            ("feasibility.unknown.scheme", "feasibility.whom.funders")
        }
        "criterion.anchoring.trust.unknown" => {
            ("feasibility.unknown.trust", "feasibility.whom.partners")
        }
        "criterion.anchoring.call.unknown" => {
            ("feasibility.unknown.call", "feasibility.whom.collectivity")
        }
        _ => return None,
    })
}

/// The schemes that could serve, and those that only others may ask for.
pub(super) fn schemes(drawn: &Drawn<'_>, writer: &Writer<'_>) -> SchemesShown {
    let own: Vec<&Fit> = drawn.fits.iter().filter(|fit| fit.could_serve()).collect();
    let others: Vec<&Fit> = drawn.fits.iter().filter(|fit| fit.for_others_only()).collect();
    let (own_most, others_most) = (writer.most("schemes"), writer.most("schemes_others"));
    let left_out = own.len().saturating_sub(own_most) + others.len().saturating_sub(others_most);
    let shown = |fits: Vec<&Fit>, most: usize| {
        fits.into_iter().take(most).map(|fit| scheme(drawn, writer, fit)).collect()
    };
    SchemesShown { own: shown(own, own_most), others: shown(others, others_most), left_out }
}

fn scheme(drawn: &Drawn<'_>, writer: &Writer<'_>, fit: &Fit) -> SchemeShown {
    let support = &drawn.profile.context.supports[fit.support];
    let mut fact = Fact::new("feasibility.scheme", Basis::Stated)
        .with("name", Arg::Text(support.name.clone()))
        .from_sources(vec![source_of(support)]);
    let description = support.description.trim_end_matches('.');
    if !description.is_empty() {
        fact = fact.with("description", Arg::Text(description.to_owned()));
    }
    let tests = fit
        .tests
        .iter()
        .map(|tested| TestShown {
            test: tested.test,
            state: tested.state,
            why: writer.part(&tested.fact),
            plain: matches!(
                tested.fact.key,
                "support.test.rurality.met.anywhere" | "support.test.open.met.lasting"
            ),
        })
        .collect();
    SchemeShown { support: fit.support, sentence: writer.say(&fact), tests }
}

/// What a committee would ask about: what keeps it out, rivals, a wide uncertainty, a
/// single source, then the weak items of the explanation that are not told above.
pub(super) fn watch_points(
    drawn: &Drawn<'_>,
    writer: &Writer<'_>,
    relations: &[RelationGroup],
) -> Vec<Sentence> {
    let mut points: Vec<Sentence> = drawn
        .explanation
        .gates
        .iter()
        .filter(|gate| gate.state == GateState::Unmet && !gate.lifted)
        .map(|gate| gate.fact.clone())
        .collect();
    if !drawn.rivals.is_empty() {
        points.push(
            writer.say(
                &Fact::new("feasibility.risk.rivals", Basis::Inferred)
                    .with("actors", Arg::List(drawn.rivals.clone())),
            ),
        );
    }
    let (low, high) = drawn.alternative.interval;
    if high - low > WIDE_BOUNDS {
        points.push(
            writer.say(
                &Fact::new("feasibility.risk.uncertain", Basis::Inferred)
                    .with("low", Arg::Number(low))
                    .with("high", Arg::Number(high)),
            ),
        );
    }
    if drawn.enterprise.sources.len() <= 1 {
        points.push(
            writer.say(
                &Fact::new("feasibility.risk.single_source", Basis::Stated)
                    .with("enterprise", Arg::Text(drawn.enterprise.name.clone()))
                    .from_sources(drawn.enterprise.sources.clone()),
            ),
        );
    }
    let told: BTreeSet<&str> = relations
        .iter()
        .filter(|group| group.kind == RelationKind::Competes)
        .flat_map(|group| group.items.iter().map(|item| item.text.as_str()))
        .collect();
    let rivalry: BTreeSet<String> = drawn
        .relations
        .iter()
        .filter(|relation| relation.kind == RelationKind::Competes)
        .map(|relation| writer.say(&relation.fact).text)
        .collect();
    points.extend(
        drawn
            .explanation
            .watch_points
            .iter()
            .filter(|point| !told.contains(point.text.as_str()) && !rivalry.contains(&point.text))
            .cloned(),
    );
    let mut seen = BTreeSet::new();
    points.retain(|point| seen.insert(point.text.clone()));
    points
}
