//! One sentence a scout could read aloud.

use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::priority::PriorityKind;
use crate::domain::provenance::Basis;
use crate::matching::outcome::{Alternative, GateState, Relation, RelationKind};

use super::Explainer;
use super::shown::AnswerShown;

/// A gap at least this wide is said to be wide.
const WIDE: f64 = 0.5;
/// A gap under this is said to be narrow.
const NARROW: f64 = 0.25;
/// A need at least this severe is said to be strong where its coverage is not measured.
const STRONG: f64 = 0.6;
/// An answer carried at least this much is a main one.
const MAIN: f64 = 0.9;
/// A rival at least this strong, and sure, is named.
const RIVAL: f64 = 0.5;
/// A lack at least this severe is said to be reported by the field.
const REPORTED: f64 = 0.3;

/// "X répond à … (écart large), en duo avec … ; à départager d’avec …".
pub fn of(
    explainer: &Explainer<'_>,
    enterprise: &Enterprise,
    alternative: &Alternative,
    answers: &[AnswerShown],
    relations: &[Relation],
) -> String {
    let context = &explainer.profile.context;
    // A scout would name an ally of the same theme, known beyond a register.
    let shares_theme = |relation: &Relation| {
        let theirs = &context.actors[relation.actor].actor.portrait.themes;
        let ours = &enterprise.portrait.themes;
        ours.iter().any(|our| theirs.iter().any(|their| their.concept == our.concept))
    };
    let first_of = |kinds: &[RelationKind]| {
        relations
            .iter()
            .find(|relation| {
                relation.main
                    && kinds.contains(&relation.kind)
                    && !context.actors[relation.actor].actor.register
                    && shares_theme(relation)
            })
            .map(|relation| (relation.kind, context.actors[relation.actor].actor.name.clone()))
    };
    let mut fact = Fact::new("headline.nothing", Basis::Inferred);
    if let Some(answer) = spoken(explainer, answers) {
        fact = Fact::new(key_of(explainer, answer), Basis::Inferred)
            .with("need", Arg::Text(answer.label.clone()));
        if let Some(level) = answer.level {
            fact = fact.with("level", Arg::Share(level.point));
        }
    }
    let helps = [
        RelationKind::Tandem,
        RelationKind::Supplies,
        RelationKind::Completes,
        RelationKind::SuppliedBy,
    ];
    let ally = helps.iter().find_map(|kind| first_of(&[*kind]));
    let ally_fact = ally.map(|(kind, name)| {
        let key = match kind {
            RelationKind::Tandem => "headline.tandem",
            RelationKind::Supplies => "headline.supplies",
            RelationKind::SuppliedBy => "headline.supplied_by",
            _ => "headline.completes",
        };
        Fact::new(key, Basis::Inferred).with("actor", Arg::Text(name))
    });
    let rival = relations
        .iter()
        .find(|r| r.main && r.kind == RelationKind::Competes && r.strength >= RIVAL && !r.to_check)
        .map(|r| context.actors[r.actor].actor.name.clone());
    let rival_fact = rival
        .map(|name| Fact::new("headline.competes", Basis::Inferred).with("actor", Arg::Text(name)));
    fact = fact
        .with("enterprise", Arg::Text(enterprise.name.clone()))
        .with("territory", Arg::Text(context.territory.name.clone()));
    let phrase = |fact: &Fact| explainer.templates.phrase(fact, &context.taxonomy, explainer.lang);
    for (name, part) in [("ally", ally_fact), ("rival", rival_fact)] {
        if let Some(part) = part {
            fact = fact.with(name, Arg::Text(phrase(&part)));
        }
    }
    let presence = alternative
        .gates
        .iter()
        .find(|gate| gate.gate == "not_already_there")
        .is_some_and(|gate| gate.state == GateState::Unknown);
    if presence {
        fact = fact.with("presence", Arg::Word("headline.presence"));
    }
    explainer.sentence(&fact).text
}

/// The answer that speaks for the enterprise: a main one on a theme that the territory
/// asks for, else a main one, else the first.
fn spoken<'a>(explainer: &Explainer<'_>, answers: &'a [AnswerShown]) -> Option<&'a AnswerShown> {
    let context = &explainer.profile.context;
    let asked = |answer: &AnswerShown| {
        context.priorities.iter().any(|priority| {
            priority.kind == PriorityKind::Submission
                && priority.is_live(context.as_of)
                && (Some(priority.concept) == answer.theme || Some(priority.concept) == answer.need)
        })
    };
    let main = |answer: &&AnswerShown| answer.weight >= MAIN && answer.need.is_some();
    answers
        .iter()
        .filter(main)
        .find(|answer| asked(answer))
        .or_else(|| answers.iter().find(main))
        .or_else(|| answers.first())
}

/// Which opening is true of this answer: what nobody measured is not said to be wide, nor
/// covered.
fn key_of(explainer: &Explainer<'_>, answer: &AnswerShown) -> &'static str {
    let (Some(need), Some(level)) = (answer.need, answer.level) else { return "headline.priority" };
    let gap = explainer.profile.gap(need);
    let reported = gap.field.evidence.iter().any(|item| item.severity >= REPORTED);
    if reported {
        return "headline.reported";
    }
    let measured = !gap.severity.evidence.is_empty() && !gap.coverage.evidence.is_empty();
    match level.point {
        _ if !measured && gap.severity.evidence.is_empty() => "headline.unmeasured",
        _ if !measured && gap.severity.level.point >= STRONG => "headline.strong",
        _ if !measured => "headline.unmeasured",
        level if level >= WIDE => "headline.wide",
        level if level < NARROW => "headline.narrow",
        _ => "headline.some",
    }
}
