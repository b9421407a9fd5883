//! Follow-ups: where each stands, its whole path, what the engine had said.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalogue::datasets::decisions::book;
use crate::domain::decision::{FollowUp, Said, State, Step, Undone, Written};
use crate::domain::lang::Lang;
use crate::http::csv::{Rows, joined, or_empty};
use crate::scouting::decisions::shown::{self, FollowUpShown};
use crate::scouting::scene::Scene;

use super::common::{SourceWire, rounded};

/// `POST /decisions`: one step.
#[derive(Debug, Deserialize, ToSchema)]
#[allow(dead_code, reason = "describes the body; it is read field by field")]
pub struct StepRequest {
    /// Id or name of the territory.
    pub territory: String,
    /// Id or name of the enterprise.
    pub enterprise: String,
    /// `spotted`, `contacted`, `met`, `feasibility`, `decided`, `launched`, `consolidated`,
    /// `refused` or `stopped`.
    pub state: String,
    /// Id of the reason: needed to refuse, to stop, and to reopen.
    pub reason: Option<String>,
    /// Why, in words; no e-mail address, no telephone number.
    pub note: Option<String>,
    /// The day it happened, `YYYY-MM-DD`; today when absent.
    pub date: Option<String>,
    /// The scouting year; that of the follow-up, or of the date when it begins.
    pub season: Option<i16>,
    /// Where it is written.
    pub source: Option<String>,
    /// Who decided: an organisation; the author when absent.
    pub by: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// `POST …/undo`.
#[derive(Debug, Deserialize, ToSchema)]
#[allow(dead_code, reason = "describes the body; it is read field by field")]
pub struct UndoRequest {
    /// Why the last step is taken back.
    pub reason: Option<String>,
    /// `fr` or `en`.
    pub lang: Option<String>,
}

/// Where a follow-up stands, beside a candidate.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FollowUpWire {
    /// `spotted`, `contacted`, `met`, `feasibility`, `decided`, `launched`, `consolidated`,
    /// `refused` or `stopped`.
    pub state: &'static str,
    /// Its word.
    pub label: String,
    /// Since when.
    pub since: String,
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

impl From<&FollowUpShown> for FollowUpWire {
    fn from(shown: &FollowUpShown) -> Self {
        Self {
            state: shown.state.as_str(),
            label: shown.label.clone(),
            since: shown.since.to_string(),
            season: shown.season,
            reason: shown.reason.clone(),
            reason_label: shown.reason_label.clone(),
            note: shown.note.clone(),
            decided_by: shown.decided_by.clone(),
            sentence: shown.sentence.clone(),
        }
    }
}

/// An id with its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedWire {
    /// Stable id.
    pub id: String,
    /// Its name; the id itself where the catalogue no longer has it.
    pub name: String,
}

/// Name of a territory.
#[must_use]
pub fn territory(scene: &Scene, id: &str) -> NamedWire {
    let found = scene.world.data.atlas.territory(id);
    NamedWire { id: id.to_owned(), name: found.map_or_else(|| id.to_owned(), |t| t.name) }
}

/// Name of an enterprise.
#[must_use]
pub fn enterprise(scene: &Scene, id: &str) -> NamedWire {
    let found = scene.enterprise(id).map(|(_, enterprise)| enterprise.name.clone());
    NamedWire { id: id.to_owned(), name: found.unwrap_or_else(|| id.to_owned()) }
}

/// What the engine said the day a step was recorded.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SaidWire {
    /// State of the log it read.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: String,
    /// Whose weights.
    pub weights: String,
    /// Its rank; the one it would have had where a gate kept it out.
    pub rank: usize,
    /// How many were listed.
    pub listed_total: usize,
    /// Its score, 0..=1: not a probability.
    pub score: f64,
    /// Bounds of the score.
    pub interval: [f64; 2],
    /// Where the score lay nine times in ten; null where a gate kept it out.
    pub likely: Option<[f64; 2]>,
    /// Whether it was in the list.
    pub listed: bool,
    /// The gates that kept it out.
    pub unmet: Vec<NamedWire>,
}

impl SaidWire {
    /// The same with the gates named in `lang`.
    #[must_use]
    pub fn new(scene: &Scene, said: &Said, lang: Lang) -> Self {
        let templates = &scene.world.data.templates;
        let gate = |id: &String| NamedWire {
            id: id.clone(),
            name: templates.get(&format!("gate.{id}"), lang).unwrap_or(id).to_owned(),
        };
        Self {
            seq: said.seq,
            rules: said.rules.clone(),
            as_of: said.as_of.to_string(),
            weights: said.weights.clone(),
            rank: said.rank,
            listed_total: said.listed,
            score: said.score,
            interval: [rounded(said.interval.0), rounded(said.interval.1)],
            likely: said.likely.map(|(low, high)| [rounded(low), rounded(high)]),
            listed: said.is_listed(),
            unmet: said.unmet.iter().map(gate).collect(),
        }
    }
}

/// Who wrote something in the log.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WrittenWire {
    /// The revision.
    pub seq: u64,
    /// Its author.
    pub author: String,
    /// When it was recorded.
    pub recorded_at: String,
}

impl From<&Written> for WrittenWire {
    fn from(written: &Written) -> Self {
        Self { seq: written.seq, author: written.by.clone(), recorded_at: written.at.to_string() }
    }
}

/// One step of a path.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DecisionStepWire {
    /// The state reached.
    pub state: &'static str,
    /// Its word.
    pub label: String,
    /// The day it happened.
    pub date: String,
    /// The scouting year.
    pub season: i16,
    /// Id of the reason.
    pub reason: Option<String>,
    /// Its words.
    pub reason_label: Option<String>,
    /// The note.
    pub note: Option<String>,
    /// Where it is written.
    pub source: Option<SourceWire>,
    /// Who decided.
    pub by: String,
    /// Who recorded it, when, and under which `seq`.
    pub written: Option<WrittenWire>,
    /// The step in one sentence.
    pub sentence: String,
    /// What the engine said of it then.
    pub said: Option<SaidWire>,
}

/// A step taken back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UndoneWire {
    /// The step.
    pub step: DecisionStepWire,
    /// Why it was taken back.
    pub reason: Option<String>,
    /// Who took it back.
    pub undone_by: Option<WrittenWire>,
}

/// A state that may come next.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NextWire {
    /// The state.
    pub state: &'static str,
    /// Its word.
    pub label: String,
    /// The reasons that may be given for it, id and words; empty where none is needed.
    pub reasons: Vec<NamedWire>,
}

/// `GET /decisions/{territory}/{enterprise}`, and the answer to a step: the whole path.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PathWire {
    /// Where.
    pub territory: NamedWire,
    /// Which enterprise.
    pub enterprise: NamedWire,
    /// Language of the words.
    pub lang: &'static str,
    /// Where it stands; null when its only step was taken back.
    pub follow_up: Option<FollowUpWire>,
    /// Every step, oldest first.
    pub steps: Vec<DecisionStepWire>,
    /// The steps taken back, oldest first.
    pub undone: Vec<UndoneWire>,
    /// What may come next.
    pub next: Vec<NextWire>,
    /// Latest revision of the row: its ETag.
    pub seq: u64,
}

impl PathWire {
    /// The path of a follow-up, every step of it.
    #[must_use]
    pub fn new(scene: &Scene, follow_up: &FollowUp, lang: Lang) -> Self {
        let steps = &follow_up.steps;
        let all = steps.last().map(|last| last.date).unwrap_or_default();
        let before = |at: usize| at.checked_sub(1).map(|at| steps[at].state);
        Self {
            territory: territory(scene, &follow_up.territory),
            enterprise: enterprise(scene, &follow_up.enterprise),
            lang: lang.as_str(),
            follow_up: shown::latest(scene, follow_up, all, lang).as_ref().map(FollowUpWire::from),
            steps: steps
                .iter()
                .enumerate()
                .map(|(at, one)| step(scene, one, before(at), lang))
                .collect(),
            undone: follow_up.undone.iter().map(|one| undone(scene, one, lang)).collect(),
            next: next(steps.last().map(|step| step.state), lang),
            seq: follow_up.seq,
        }
    }
}

impl PathWire {
    /// The path of a follow-up whose only step was taken back at `seq`.
    #[must_use]
    pub fn ended(
        scene: &Scene,
        territory_id: &str,
        enterprise_id: &str,
        seq: u64,
        lang: Lang,
    ) -> Self {
        Self {
            territory: territory(scene, territory_id),
            enterprise: enterprise(scene, enterprise_id),
            lang: lang.as_str(),
            follow_up: None,
            steps: Vec::new(),
            undone: Vec::new(),
            next: next(None, lang),
            seq,
        }
    }
}

fn next(from: Option<State>, lang: Lang) -> Vec<NextWire> {
    let book = book();
    let reasons = |to: State| -> Vec<NamedWire> {
        let needed = book.needs_reason(from, to);
        let given = book.reasons.iter().filter(|r| needed && r.states.contains(&to));
        given
            .map(|reason| NamedWire {
                id: reason.id.clone(),
                name: book.reason_label(&reason.id, lang).to_owned(),
            })
            .collect()
    };
    book.next(from)
        .iter()
        .map(|&to| NextWire {
            state: to.as_str(),
            label: book.label(to, lang).to_owned(),
            reasons: reasons(to),
        })
        .collect()
}

fn step(scene: &Scene, step: &Step, before: Option<State>, lang: Lang) -> DecisionStepWire {
    DecisionStepWire {
        state: step.state.as_str(),
        label: book().label(step.state, lang).to_owned(),
        date: step.date.to_string(),
        season: step.season,
        reason: step.reason.clone(),
        reason_label: step.reason.as_deref().map(|id| book().reason_label(id, lang).to_owned()),
        note: step.note.clone(),
        source: step.source.as_ref().map(SourceWire::from),
        by: step.by.clone(),
        written: step.written.as_ref().map(WrittenWire::from),
        sentence: shown::sentence(scene, step, before, lang),
        said: step.said.as_ref().map(|said| SaidWire::new(scene, said, lang)),
    }
}

fn undone(scene: &Scene, undone: &Undone, lang: Lang) -> UndoneWire {
    UndoneWire {
        step: step(scene, &undone.step, None, lang),
        reason: undone.reason.clone(),
        undone_by: undone.written.as_ref().map(WrittenWire::from),
    }
}

/// `GET /decisions`: where each follow-up stood.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionsWire {
    /// State of the log.
    pub seq: u64,
    /// The date in the world: later steps are ignored.
    pub as_of: String,
    /// Language of the words.
    pub lang: &'static str,
    /// How many.
    pub total: usize,
    /// Where each stood, by territory then enterprise.
    pub decisions: Vec<DecisionWire>,
}

/// One follow-up of the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionWire {
    /// Where.
    pub territory: NamedWire,
    /// Which enterprise.
    pub enterprise: NamedWire,
    /// Where it stood.
    #[serde(flatten)]
    pub follow_up: FollowUpWire,
    /// Steps in all.
    pub steps: usize,
    /// What the engine said at the first step.
    pub first_said: Option<SaidWire>,
    /// Latest revision of the row: its ETag.
    pub row_seq: u64,
}

impl Rows for DecisionsWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "territory",
            "territory_name",
            "enterprise",
            "enterprise_name",
            "state",
            "label",
            "since",
            "season",
            "reason",
            "reason_label",
            "note",
            "decided_by",
            "sentence",
            "steps",
            "first_as_of",
            "first_rank",
            "first_listed_total",
            "first_score",
            "first_unmet",
            "row_seq",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let row = |one: &DecisionWire| {
            let said = one.first_said.as_ref();
            let follow_up = &one.follow_up;
            vec![
                one.territory.id.clone(),
                one.territory.name.clone(),
                one.enterprise.id.clone(),
                one.enterprise.name.clone(),
                follow_up.state.to_owned(),
                follow_up.label.clone(),
                follow_up.since.clone(),
                follow_up.season.to_string(),
                or_empty(follow_up.reason.as_ref()),
                or_empty(follow_up.reason_label.as_ref()),
                or_empty(follow_up.note.as_ref()),
                follow_up.decided_by.clone(),
                follow_up.sentence.clone(),
                one.steps.to_string(),
                or_empty(said.map(|said| &said.as_of)),
                or_empty(said.map(|said| &said.rank)),
                or_empty(said.map(|said| &said.listed_total)),
                or_empty(said.map(|said| &said.score)),
                said.map(|said| joined(said.unmet.iter().map(|gate| gate.id.as_str())))
                    .unwrap_or_default(),
                one.row_seq.to_string(),
            ]
        };
        self.decisions.iter().map(row).collect()
    }
}
