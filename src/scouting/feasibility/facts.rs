//! What the file is drawn from: one evaluation, its relations, its explanation and the
//! pure parts of planning.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::enterprise::Enterprise;
use crate::domain::lang::Lang;
use crate::matching::explanation::Explainer;
use crate::matching::explanation::shown::Explanation;
use crate::matching::gates::conditions::{self, OneCondition};
use crate::matching::outcome::{Alternative, GateState, Relation, RelationKind};
use crate::matching::profile::TerritoryProfile;
use crate::matching::schemes::{self, Fit};
use crate::planning::feasibility::calendar::{self, Month};
use crate::planning::feasibility::first_actor::{self, FirstActor, identity, named};
use crate::planning::feasibility::gains::{self, Gains, Known};
use crate::planning::feasibility::scaling::{self, Suggestion};
use crate::scouting::comparisons::ranked::Ranked;

/// Rivals named in the calendar and among the points to watch.
const RIVALS_NAMED: usize = 3;
/// Schemes named in the calendar.
const SCHEMES_NAMED: usize = 3;
/// An answer carried at least this much is a main one.
const MAIN: f64 = 0.9;

/// Everything the sections are written from.
pub(super) struct Drawn<'a> {
    pub profile: &'a Arc<TerritoryProfile>,
    pub enterprise: &'a Arc<Enterprise>,
    pub alternative: &'a Alternative,
    pub total: usize,
    pub lang: Lang,
    pub relations: Vec<Relation>,
    pub explanation: Explanation,
    pub fits: Vec<Fit>,
    pub conditions: Vec<OneCondition>,
    pub first: FirstActor,
    pub gains: Vec<Gains>,
    pub scaling: Suggestion,
    pub calendar: Vec<Month>,
    pub rivals: Vec<String>,
}

impl<'a> Drawn<'a> {
    pub fn new(
        ranked: &'a Ranked,
        enterprise: &'a Arc<Enterprise>,
        alternative: &'a Alternative,
        explainer: &Explainer<'_>,
        lang: Lang,
    ) -> Self {
        let profile = &ranked.profile;
        let (context, rules) = (&profile.context, &profile.rules);
        let relations = profile.relations(enterprise);
        let fits = schemes::fits(profile, enterprise);
        let most = rules.number("feasibility.shown.gains") as usize;
        let known = Known {
            profile,
            enterprise,
            alternative,
            relations: &relations,
            fits: &fits,
            most,
            lang,
        };
        let gains = gains::gains(known);
        let first = first_actor::choose(profile, enterprise, alternative, &relations);
        let conditions = conditions::each(profile, enterprise);
        let rivals = rivals(profile, &relations);
        let calendar = {
            let state = |name: &str| alternative.gates.iter().find(|gate| gate.gate == name);
            let case = calendar::Case {
                as_of: context.as_of,
                enterprise,
                territory: &context.territory.name,
                conditions: conditions
                    .iter()
                    .filter(|one| one.state != GateState::Met)
                    .map(|one| &enterprise.conditions[one.condition])
                    .collect(),
                gates: alternative
                    .gates
                    .iter()
                    .filter(|gate| gate.state == GateState::Unknown)
                    .filter_map(|gate| gate_word(gate.gate))
                    .collect(),
                presence: state("not_already_there").is_some_and(|gate| gate.question.is_some()),
                first_actor: first.actor.map(|(_, at)| named(&context.actors[at])),
                rivals: rivals.clone(),
                datum: datum(profile, enterprise),
                schemes: fits
                    .iter()
                    .filter(|fit| fit.could_serve())
                    .take(SCHEMES_NAMED)
                    .map(|fit| context.supports[fit.support].name.clone())
                    .collect(),
            };
            calendar::calendar(&case, rules)
        };
        Self {
            explanation: explainer.explain(enterprise, alternative, None),
            scaling: scaling::suggest(enterprise, context.as_of, rules),
            total: ranked.ranking.candidates.len(),
            profile,
            enterprise,
            alternative,
            lang,
            relations,
            fits,
            conditions,
            first,
            gains,
            calendar,
            rivals,
        }
    }
}

/// The strongest described rivals, each once.
fn rivals(profile: &TerritoryProfile, relations: &[Relation]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut names: Vec<String> = Vec::new();
    for relation in relations.iter().filter(|r| r.main && r.kind == RelationKind::Competes) {
        let member = &profile.context.actors[relation.actor];
        if !member.actor.register && seen.insert(identity(member)) {
            names.push(named(member));
        }
    }
    names.truncate(RIVALS_NAMED);
    names
}

/// The datum that would inform best the widest main need that is not fully measured.
fn datum(profile: &TerritoryProfile, enterprise: &Enterprise) -> Option<String> {
    let mut needs: Vec<_> = enterprise
        .portrait
        .needs
        .iter()
        .filter(|mark| mark.weight >= MAIN)
        .map(|mark| profile.gap(mark.concept))
        .filter(|gap| gap.severity.evidence.is_empty() || gap.coverage.evidence.is_empty())
        .collect();
    needs.sort_by(|a, b| b.level.point.total_cmp(&a.level.point).then(a.need.cmp(&b.need)));
    needs.into_iter().find_map(|gap| gap.best_datum.clone())
}

/// What is to be cleared in the second month, for a gate that is unknown; its presence,
/// its conditions and its needs have their own steps.
fn gate_word(gate: &str) -> Option<&'static str> {
    match gate {
        "active" => Some("feasibility.clear.active"),
        "old_enough" => Some("feasibility.clear.old_enough"),
        "proven" => Some("feasibility.clear.proven"),
        "wants_to_spread" => Some("feasibility.clear.wants_to_spread"),
        "not_opposed" => Some("feasibility.clear.not_opposed"),
        "available" => Some("feasibility.clear.available"),
        _ => None,
    }
}
