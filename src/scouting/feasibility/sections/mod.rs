//! The sections of the file, in the order a committee reads them.

mod allies;
mod checks;
mod summary;

use std::sync::Arc;

use super::facts::Drawn;
use super::writer::Writer;
use super::{Feasibility, MonthShown, QuestionShown, ScalingShown};
use crate::domain::context::Proximity;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::matching::explanation::shown::Sentence;
use crate::matching::outcome::{GateState, RelationKind};
use crate::matching::weights::{Weights, WeightsAsked};
use crate::planning::feasibility::first_actor::named;
use crate::planning::feasibility::scaling::Model;

pub(super) use summary::state;

/// What people decide and sign: lines left blank.
const SIGNATURES: [&str; 6] = [
    "feasibility.sign.decision",
    "feasibility.sign.reasons",
    "feasibility.sign.next",
    "feasibility.sign.collectivity",
    "feasibility.sign.enterprise",
    "feasibility.sign.partner",
];

/// The file without its state, its weights and its numbered sources.
pub(super) fn written(drawn: &Drawn<'_>, writer: &Writer<'_>) -> Feasibility {
    let context = &drawn.profile.context;
    let title = writer
        .say(
            &Fact::new("feasibility.title", Basis::Stated)
                .with("enterprise", Arg::Text(drawn.enterprise.name.clone()))
                .with("territory", Arg::Text(context.territory.name.clone())),
        )
        .text;
    let unknowns = checks::unknowns(drawn, writer);
    let relations = allies::relations(drawn, writer);
    Feasibility {
        seq: 0,
        rules: drawn.profile.rules.digest.clone(),
        as_of: context.as_of,
        lang: drawn.lang,
        context: Arc::clone(context),
        enterprise: Arc::clone(drawn.enterprise),
        weights: Weights::resolve(&WeightsAsked::Nothing, false)
            .expect("nothing asked is equal weights"),
        standing: summary::standing(drawn),
        title,
        state: Vec::new(),
        summary: summary::summary(drawn, writer, &unknowns),
        needs: summary::needs(drawn, writer),
        first_actor: allies::first_actor(drawn, writer),
        gains: allies::gains(drawn, writer),
        scaling: scaling(drawn, writer),
        conditions: checks::conditions(drawn, writer),
        schemes: checks::schemes(drawn, writer),
        calendar: calendar(drawn, writer),
        watch_points: checks::watch_points(drawn, writer, &relations),
        signatures: SIGNATURES.iter().map(|key| writer.word(key)).collect(),
        references_shown: 0,
        sources: Vec::new(),
        unknowns,
        relations,
    }
}

fn scaling(drawn: &Drawn<'_>, writer: &Writer<'_>) -> ScalingShown {
    let suggestion = &drawn.scaling;
    let answer = |state: GateState| {
        writer.word(match state {
            GateState::Met => "feasibility.answer.yes",
            GateState::Unmet => "feasibility.answer.no",
            GateState::Unknown => "feasibility.answer.unknown",
        })
    };
    let stated = suggestion.stated.as_ref().map(|(model, fact)| (*model, writer.say(fact)));
    let questions = suggestion
        .questions
        .iter()
        .map(|answered| QuestionShown {
            question: answered.question,
            text: writer.word(answered.question.key()),
            state: answered.state,
            answer: answer(answered.state),
            signals: writer.all(&answered.signals),
        })
        .collect();
    let would_change = writer.all(&suggestion.would_change);
    ScalingShown {
        stated,
        suggested: suggestion.suggested,
        reason: writer.say(&suggestion.reason),
        questions,
        would_change,
        here: scaling_here(drawn, writer),
    }
}

/// What this territory adds to the choice: whether the record and the suggestion agree, a
/// sister nearby, a carrier known or to be found.
fn scaling_here(drawn: &Drawn<'_>, writer: &Writer<'_>) -> Vec<Sentence> {
    let mut here = Vec::new();
    if let (Some((stated, _)), Some(suggested)) = (&drawn.scaling.stated, drawn.scaling.suggested) {
        let key = if *stated == suggested {
            "feasibility.scaling.agrees"
        } else {
            "feasibility.scaling.differs"
        };
        here.push(writer.say(&Fact::new(key, Basis::Inferred)));
    }
    let actors = &drawn.profile.context.actors;
    let of = |kind| drawn.relations.iter().filter(move |relation| relation.kind == kind);
    let sister = of(RelationKind::Sister).find(|relation| {
        let member = &actors[relation.actor];
        !member.actor.register && member.proximity != Proximity::Inside
    });
    if let Some(sister) = sister {
        here.push(
            writer.say(
                &Fact::new("feasibility.scaling.sister", sister.fact.basis)
                    .with("actor", Arg::Text(named(&actors[sister.actor])))
                    .from_sources(sister.fact.sources.clone()),
            ),
        );
    }
    let by_others = matches!(
        drawn.scaling.suggested,
        Some(Model::Federation | Model::SocialFranchise | Model::Open)
    );
    let carrier = of(RelationKind::CouldCarry).find(|relation| {
        let member = &actors[relation.actor];
        !member.actor.register && member.proximity == Proximity::Inside
    });
    match carrier {
        Some(carrier) => here.push(
            writer.say(
                &Fact::new("feasibility.scaling.carrier", carrier.fact.basis)
                    .with("actor", Arg::Text(named(&actors[carrier.actor])))
                    .from_sources(carrier.fact.sources.clone()),
            ),
        ),
        None if by_others => {
            here.push(writer.say(&Fact::new("feasibility.scaling.no_carrier", Basis::Prior)));
        }
        None => {}
    }
    here
}

fn calendar(drawn: &Drawn<'_>, writer: &Writer<'_>) -> Vec<MonthShown> {
    drawn
        .calendar
        .iter()
        .map(|month| MonthShown {
            first_day: month.first_day,
            name: writer.say(&month.name).text,
            decision: month.decision,
            steps: writer.all(&month.steps),
        })
        .collect()
}
