//! A follow-up in words: what stands beside a candidate, and each step of a path.

use jiff::civil::Date;

use crate::catalogue::datasets::decisions::book;
use crate::domain::decision::{FollowUp, State, Step};
use crate::domain::fact::{Arg, Fact};
use crate::domain::lang::Lang;
use crate::domain::provenance::Basis;
use crate::scouting::scene::Scene;

/// Where a follow-up stands, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUpShown {
    /// The state.
    pub state: State,
    /// Its word.
    pub label: String,
    /// Since when.
    pub since: Date,
    /// The scouting year.
    pub season: i16,
    /// Id of the reason.
    pub reason: Option<String>,
    /// Its words.
    pub reason_label: Option<String>,
    /// The note.
    pub note: Option<String>,
    /// Who decided.
    pub decided_by: String,
    /// The whole in one sentence.
    pub sentence: String,
}

/// Where the follow-up of an enterprise in a territory (ids) stood on `as_of`; `None` when
/// nobody followed it yet.
#[must_use]
pub fn of(
    scene: &Scene,
    territory: &str,
    enterprise: &str,
    as_of: Date,
    lang: Lang,
) -> Option<FollowUpShown> {
    let follow_up = scene.follow_up(territory, enterprise)?;
    latest(scene, follow_up, as_of, lang)
}

/// Where a follow-up stood on `as_of`.
#[must_use]
pub fn latest(
    scene: &Scene,
    follow_up: &FollowUp,
    as_of: Date,
    lang: Lang,
) -> Option<FollowUpShown> {
    let steps = follow_up.steps_at(as_of);
    (!steps.is_empty()).then(|| of_steps(scene, steps, lang))
}

/// Where some steps end.
///
/// # Panics
/// Without any step.
#[must_use]
pub fn of_steps(scene: &Scene, steps: &[Step], lang: Lang) -> FollowUpShown {
    let (step, before) = steps.split_last().expect("there is a step");
    FollowUpShown {
        state: step.state,
        label: book().label(step.state, lang).to_owned(),
        since: step.date,
        season: step.season,
        reason: step.reason.clone(),
        reason_label: step.reason.as_deref().map(|id| book().reason_label(id, lang).to_owned()),
        note: step.note.clone(),
        decided_by: step.by.clone(),
        sentence: sentence(scene, step, before.last().map(|step| step.state), lang),
    }
}

/// One step in a sentence; `before` is the state it left.
#[must_use]
pub fn sentence(scene: &Scene, step: &Step, before: Option<State>, lang: Lang) -> String {
    let key = match step.state {
        State::Spotted if before.is_some_and(State::is_end) => "decision.said.reopened",
        State::Spotted => "decision.said.spotted",
        State::Contacted => "decision.said.contacted",
        State::Met => "decision.said.met",
        State::Feasibility => "decision.said.feasibility",
        State::Decided => "decision.said.decided",
        State::Launched => "decision.said.launched",
        State::Consolidated => "decision.said.consolidated",
        State::Refused => "decision.said.refused",
        State::Stopped => "decision.said.stopped",
    };
    let mut fact = Fact::new(key, Basis::Stated)
        .with("day", Arg::Text(step.date.to_string()))
        .with("by", Arg::Text(step.by.clone()));
    if let Some(id) = &step.reason {
        fact = fact.with("reason", Arg::Text(book().reason_label(id, lang).to_owned()));
    }
    scene.world.data.templates.render(&fact, &scene.world.data.taxonomy, lang)
}
