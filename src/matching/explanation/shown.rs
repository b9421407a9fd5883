//! The parts of an explanation, as sentences with their sources (design §7).

use crate::domain::concept::Concept;
use crate::domain::estimate::Estimate;
use crate::domain::provenance::{Basis, Because, Source};
use crate::matching::outcome::{CriterionId, GateState, RelationKind};

/// One sentence and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// The words, in the language asked.
    pub text: String,
    /// How it is known.
    pub basis: Basis,
    /// Its sources; empty only for what our own rules say.
    pub sources: Vec<Source>,
}

/// A need answered and how wide its gap is.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerShown {
    /// The need; `None` when only a priority theme is answered.
    pub need: Option<Concept>,
    /// The theme, when no need is known.
    pub theme: Option<Concept>,
    /// Label in the language asked.
    pub label: String,
    /// How strongly the enterprise carries it, 0..=1.
    pub weight: f64,
    /// `G` with its bounds; `None` is unknown.
    pub level: Option<Estimate>,
    /// Severity; `None` is unknown.
    pub severity: Option<Estimate>,
    /// Coverage; `None` is unknown.
    pub coverage: Option<Estimate>,
    /// Figures and observations, as sentences with sources.
    pub evidence: Vec<Sentence>,
    /// The enterprise's own phrases.
    pub because: Vec<Because>,
}

/// A relation with a local actor.
#[derive(Debug, Clone, PartialEq)]
pub struct RelationShown {
    /// Its type.
    pub kind: RelationKind,
    /// Position of the actor in the context.
    pub actor: usize,
    /// 0..=1.
    pub strength: f64,
    /// Whether it is the main relation of this actor.
    pub main: bool,
    /// It rests on a known unknown.
    pub to_check: bool,
    /// The concepts it goes through.
    pub via: Vec<Concept>,
    /// Where the actor is: "à Lyon", "à 12 km, à Vienne".
    pub place: String,
    /// The reason in one sentence.
    pub sentence: Sentence,
    /// The phrases that prove it.
    pub because: Vec<Because>,
}

/// A gate with its fact.
#[derive(Debug, Clone, PartialEq)]
pub struct GateShown {
    /// Stable name.
    pub gate: &'static str,
    /// Label in the language asked.
    pub label: String,
    /// Its state.
    pub state: GateState,
    /// A person lifted it.
    pub lifted: bool,
    /// The fact.
    pub fact: Sentence,
}

/// One criterion's items as sentences, weakest marked.
#[derive(Debug, Clone, PartialEq)]
pub struct CriterionShown {
    /// Which criterion.
    pub criterion: CriterionId,
    /// Label in the language asked.
    pub label: String,
    /// Name and sentence of the weakest item, where the criterion has items.
    pub weakest: Option<(&'static str, Sentence)>,
    /// Every item: name, estimate, sentence.
    pub items: Vec<(&'static str, Estimate, Sentence)>,
}

/// The explanation of one alternative, in one language.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Explanation {
    /// One sentence a scout could read aloud.
    pub headline: String,
    /// Needs answered; never empty for a listed candidate.
    pub answers: Vec<AnswerShown>,
    /// Relations, the strongest first.
    pub relations: Vec<RelationShown>,
    /// Every gate.
    pub gates: Vec<GateShown>,
    /// Every criterion, with its items.
    pub criteria: Vec<CriterionShown>,
    /// What proves its effect.
    pub proof: Vec<Sentence>,
    /// Schemes and programmes that could help.
    pub supports: Vec<Sentence>,
    /// Who could carry it.
    pub carriers: Vec<Sentence>,
    /// What to watch: rivals, weakest items, doubtful or old facts.
    pub watch_points: Vec<Sentence>,
    /// What to ask first.
    pub questions: Vec<Sentence>,
}
