//! The feasibility file of one enterprise on one territory: what a committee reads before
//! it decides to study an implantation.
//!
//! One function gives the file as a typed model; [`markdown`] writes it. Everything in it
//! is drawn from the same evaluation and the same facts as the candidate's explanation;
//! what is not known becomes a question with who to ask, and what people must decide is
//! left blank.

mod facts;
pub mod markdown;
mod references;
mod sections;
mod writer;

use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::concept::Concept;
use crate::domain::context::Context;
use crate::domain::enterprise::Enterprise;
use crate::domain::lang::Lang;
use crate::domain::provenance::Because;
use crate::matching::explanation::Explainer;
use crate::matching::explanation::shown::Sentence;
use crate::matching::outcome::{GateState, RelationKind};
use crate::matching::schemes::Test;
use crate::matching::weights::Weights;

pub use crate::planning::feasibility::first_actor::Role;
pub use crate::planning::feasibility::gains::Stakeholder;
pub use crate::planning::feasibility::scaling::{Model, Question};

use super::ask::CandidatesAsk;
use super::candidates::Filter;
use super::comparisons::ranked::Ranked;
use super::error::ScoutingError;
use super::scene::Scene;
use super::vocabulary::position;

pub use references::Reference;

/// Where the enterprise stands among the candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Whether no gate keeps it out.
    pub listed: bool,
    /// Its rank, or the one it would have.
    pub rank: usize,
    /// Candidates that no gate keeps out.
    pub total: usize,
    /// Its score, 0..=1.
    pub score: f64,
    /// Bounds of the score.
    pub interval: (f64, f64),
    /// The gates that keep it out: stable name, label.
    pub excluded_by: Vec<(&'static str, String)>,
}

/// One need answered here.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedHere {
    /// The need; `None` when only a priority theme is answered.
    pub need: Option<Concept>,
    /// Its label.
    pub label: String,
    /// How wide the gap is, and what it is made of.
    pub level: Sentence,
    /// Figures, supply and observations; empty where it has none of its own.
    pub evidence: Vec<Sentence>,
    /// The enterprise's own phrases.
    pub because: Vec<Because>,
    /// Whether one line says it all.
    pub brief: bool,
}

/// The first actor to meet.
#[derive(Debug, Clone, PartialEq)]
pub struct FirstMet {
    /// As what, and its position in the context; `None` where nobody is known.
    pub actor: Option<(Role, usize)>,
    /// Who, why, and whom else; or how to find one.
    pub sentences: Vec<Sentence>,
}

/// The relations of one type.
#[derive(Debug, Clone, PartialEq)]
pub struct RelationGroup {
    /// Which type.
    pub kind: RelationKind,
    /// Its title.
    pub title: String,
    /// The strongest, in words.
    pub items: Vec<Sentence>,
    /// How many more there are.
    pub others: usize,
}

/// What one stakeholder gains.
#[derive(Debug, Clone, PartialEq)]
pub struct GainOf {
    /// Who.
    pub who: Stakeholder,
    /// Its name.
    pub label: String,
    /// Whether something is known.
    pub known: bool,
    /// What is known; else that it is to be established with them.
    pub items: Vec<Sentence>,
}

/// One question of the way of spreading, with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionShown {
    /// Which question.
    pub question: Question,
    /// The question, in words.
    pub text: String,
    /// Met is yes, unmet is no.
    pub state: GateState,
    /// The answer, in words.
    pub answer: String,
    /// What answers it.
    pub signals: Vec<Sentence>,
}

/// The way of spreading.
#[derive(Debug, Clone, PartialEq)]
pub struct ScalingShown {
    /// What the record says, where it says something.
    pub stated: Option<(Model, Sentence)>,
    /// What is suggested; `None` where the facts are too few or point at several.
    pub suggested: Option<Model>,
    /// Why, or why nothing is.
    pub reason: Sentence,
    /// The three questions.
    pub questions: Vec<QuestionShown>,
    /// Which answer would lead to which other model.
    pub would_change: Vec<Sentence>,
    /// What this territory adds: a carrier known or not, a sister nearby.
    pub here: Vec<Sentence>,
}

/// One condition of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionShown {
    /// Its kind.
    pub kind: String,
    /// The record's own phrase.
    pub text: String,
    /// Its state here.
    pub state: GateState,
    /// Why, with its source.
    pub fact: Sentence,
    /// How to check it.
    pub check: Option<Sentence>,
}

/// Something nobody knows yet.
#[derive(Debug, Clone, PartialEq)]
pub struct UnknownShown {
    /// Gate or item.
    pub item: &'static str,
    /// The question.
    pub question: Sentence,
    /// Whom to ask.
    pub who: String,
}

/// One scheme with its five tests.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemeShown {
    /// Position in the context's supports.
    pub support: usize,
    /// Name and description, with the source.
    pub sentence: Sentence,
    /// The five tests.
    pub tests: Vec<TestShown>,
}

/// One test of a scheme.
#[derive(Debug, Clone, PartialEq)]
pub struct TestShown {
    /// Which test.
    pub test: Test,
    /// Unknown is to be checked.
    pub state: GateState,
    /// Why, a part of a sentence.
    pub why: Sentence,
    /// It holds for lack of a limit: nothing a reader needs to be told.
    pub plain: bool,
}

/// The schemes that apply.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemesShown {
    /// Those that the enterprise could ask for, or that are to be checked.
    pub own: Vec<SchemeShown>,
    /// Those that only others, often the collectivité, may ask for.
    pub others: Vec<SchemeShown>,
    /// How many of both are not shown.
    pub left_out: usize,
}

/// One month of the calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct MonthShown {
    /// Its first day.
    pub first_day: Date,
    /// "Décembre 2026".
    pub name: String,
    /// Whether something is to be decided.
    pub decision: bool,
    /// What is done.
    pub steps: Vec<Sentence>,
}

/// The whole file.
#[derive(Debug, Clone)]
pub struct Feasibility {
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: Date,
    /// Language of the sentences.
    pub lang: Lang,
    /// The context read.
    pub context: Arc<Context>,
    /// The enterprise.
    pub enterprise: Arc<Enterprise>,
    /// Weights used.
    pub weights: Weights,
    /// Where it stands.
    pub standing: Standing,
    /// Title.
    pub title: String,
    /// What this document is, and of which state.
    pub state: Vec<Sentence>,
    /// One paragraph.
    pub summary: Vec<Sentence>,
    /// The need here.
    pub needs: Vec<NeedHere>,
    /// Whom to meet first.
    pub first_actor: FirstMet,
    /// Relations with local actors.
    pub relations: Vec<RelationGroup>,
    /// What each one gains.
    pub gains: Vec<GainOf>,
    /// The way of spreading.
    pub scaling: ScalingShown,
    /// Conditions to check.
    pub conditions: Vec<ConditionShown>,
    /// What nobody knows yet.
    pub unknowns: Vec<UnknownShown>,
    /// Schemes.
    pub schemes: SchemesShown,
    /// Twelve months.
    pub calendar: Vec<MonthShown>,
    /// What to watch.
    pub watch_points: Vec<Sentence>,
    /// What people decide and sign, left blank.
    pub signatures: Vec<String>,
    /// Sources cited after one sentence, at most.
    pub references_shown: usize,
    /// Every source cited, in order, each once.
    pub sources: Vec<Reference>,
}

/// The feasibility file of `enterprise` for the question `ask`.
///
/// `ask.theme` and `ask.need` only filter pages: they are checked and change nothing.
///
/// # Errors
/// Those of the question; [`ScoutingError::UnknownEnterprise`].
pub fn feasibility(
    scene: &Scene,
    ask: &CandidatesAsk,
    enterprise: &str,
) -> Result<Feasibility, ScoutingError> {
    Filter::read(scene, ask)?;
    let at = position(scene, enterprise)?;
    let ranked = Ranked::new(scene, ask)?;
    let enterprise = &scene.rows.enterprises[at];
    let alternative = ranked.alternative(at);
    let templates = &scene.world.data.templates;
    let explainer = Explainer::new(&ranked.profile, templates, ask.lang);
    let drawn = facts::Drawn::new(&ranked, enterprise, alternative, &explainer, ask.lang);
    let writer = writer::Writer::new(&explainer, templates, &ranked.profile, ask.lang);
    let mut file = sections::written(&drawn, &writer);
    file.seq = scene.seq;
    file.weights = ranked.options.weights.clone();
    file.state = sections::state(&writer, &file);
    file.references_shown = writer.most("references");
    file.sources = references::numbered(&file);
    Ok(file)
}
