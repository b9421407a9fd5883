//! What a matching hands out: values, gates, relations, and the reasons, in one pass.

use crate::domain::concept::Concept;
use crate::domain::estimate::Estimate;
use crate::domain::fact::Fact;
use crate::domain::provenance::Because;

/// The criteria (methods §4); `Relevance` only with a text query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CriterionId {
    /// Need: the partner's live priorities.
    Priority,
    /// Need: how wide the gaps it answers are.
    Gap,
    /// Complement: what it completes here.
    Complementarity,
    /// Complement: whom it does not repeat.
    NonDuplication,
    /// Enterprise: what proves its effect.
    Proof,
    /// Enterprise: ready to spread.
    Readiness,
    /// Ground: likeness with the places where it works.
    Transferability,
    /// Ground: who would carry it here.
    Anchoring,
    /// Likeness with the words asked.
    Relevance,
}

impl CriterionId {
    /// Every criterion, in the order of design §6.
    pub const ALL: [Self; 9] = [
        Self::Priority,
        Self::Gap,
        Self::Complementarity,
        Self::NonDuplication,
        Self::Proof,
        Self::Readiness,
        Self::Transferability,
        Self::Anchoring,
        Self::Relevance,
    ];

    /// The eight that need no text query.
    pub const WITHOUT_QUERY: usize = 8;

    /// The word used in JSON and in `weights=`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Gap => "gap",
            Self::Complementarity => "complementarity",
            Self::NonDuplication => "non_duplication",
            Self::Proof => "proof",
            Self::Readiness => "readiness",
            Self::Transferability => "transferability",
            Self::Anchoring => "anchoring",
            Self::Relevance => "relevance",
        }
    }

    /// Reads the word used in JSON and in `weights=`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|criterion| criterion.as_str() == word)
    }

    /// The key of its label among the sentences.
    #[must_use]
    pub fn label_key(self) -> &'static str {
        match self {
            Self::Priority => "criterion.priority",
            Self::Gap => "criterion.gap",
            Self::Complementarity => "criterion.complementarity",
            Self::NonDuplication => "criterion.non_duplication",
            Self::Proof => "criterion.proof",
            Self::Readiness => "criterion.readiness",
            Self::Transferability => "criterion.transferability",
            Self::Anchoring => "criterion.anchoring",
            Self::Relevance => "criterion.relevance",
        }
    }

    /// Its position in tables of weights.
    #[must_use]
    pub fn at(self) -> usize {
        Self::ALL.iter().position(|&c| c == self).expect("every criterion is listed")
    }
}

/// One item inside a criterion: known, or standing at its prior.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Stable name (`written_model`, `evidence_level`…).
    pub name: &'static str,
    /// Its value, 0..=1, higher is better.
    pub estimate: Estimate,
    /// What it says, with sources.
    pub fact: Fact,
}

/// The expected utility of one criterion for one enterprise, with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct CriterionValue {
    /// Which criterion.
    pub criterion: CriterionId,
    /// `u`, 0..=1, higher is better; the point is an expected value.
    pub utility: Estimate,
    /// What it is made of.
    pub items: Vec<Item>,
    /// Position of the weakest item, where the criterion has items.
    pub weakest: Option<usize>,
}

/// The three states of a gate. Unknown never excludes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GateState {
    /// The condition holds.
    Met,
    /// It does not: excluded, with the reason.
    Unmet,
    /// Nobody knows: stays, and becomes a question.
    Unknown,
}

impl GateState {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Unmet => "unmet",
            Self::Unknown => "unknown",
        }
    }
}

/// One gate evaluated (methods §5).
#[derive(Debug, Clone, PartialEq)]
pub struct GateResult {
    /// Stable name (`not_already_there`).
    pub gate: &'static str,
    /// Its state.
    pub state: GateState,
    /// Why, with basis and sources.
    pub fact: Fact,
    /// The question to ask first, where the state is unknown or to be confirmed.
    pub question: Option<Fact>,
    /// A person lifted it: unmet no longer excludes.
    pub lifted: bool,
}

impl GateResult {
    /// Whether it keeps the enterprise out.
    #[must_use]
    pub fn excludes(&self) -> bool {
        self.state == GateState::Unmet && !self.lifted
    }
}

/// The types of relation (methods §3), in the order that breaks ties for the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RelationKind {
    /// Same network.
    Sister,
    /// A named partner of the enterprise elsewhere is here.
    Tandem,
    /// Same need, public and step.
    Competes,
    /// It offers what the actor seeks.
    Supplies,
    /// It seeks what the actor offers.
    SuppliedBy,
    /// The actor could carry the implantation.
    CouldCarry,
    /// Adjacent step for the same need or public.
    Completes,
    /// Same public, other need.
    Refers,
}

impl RelationKind {
    /// Every type, in tie-breaking order.
    pub const ALL: [Self; 8] = [
        Self::Sister,
        Self::Tandem,
        Self::Competes,
        Self::Supplies,
        Self::SuppliedBy,
        Self::CouldCarry,
        Self::Completes,
        Self::Refers,
    ];

    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sister => "sister",
            Self::Tandem => "tandem",
            Self::Competes => "competes",
            Self::Supplies => "supplies",
            Self::SuppliedBy => "supplied_by",
            Self::CouldCarry => "could_carry",
            Self::Completes => "completes",
            Self::Refers => "refers",
        }
    }
}

/// One typed relation between an enterprise and a local actor.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// Its type.
    pub kind: RelationKind,
    /// Position of the actor in [`crate::domain::context::Context::actors`].
    pub actor: usize,
    /// 0..=1, comparable across types, ceilings and distance included.
    pub strength: f64,
    /// Whether it is the main relation of this actor.
    pub main: bool,
    /// It rests on a known unknown (no public, no step): "à vérifier".
    pub to_check: bool,
    /// A person confirmed it.
    pub confirmed: bool,
    /// The concepts it goes through.
    pub via: Vec<Concept>,
    /// The phrases that prove it: the enterprise's (`enterprise.<field>`) then the
    /// actor's (`actor.<field>`).
    pub because: Vec<Because>,
    /// One reason, ready for a sentence.
    pub fact: Fact,
}

/// A term of the score.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The criterion's value and items.
    pub value: CriterionValue,
    /// Its weight; weights sum to 1.
    pub weight: f64,
    /// `weight · utility.point`.
    pub contribution: f64,
}

/// One enterprise evaluated for one territory: score and reasons from the same pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// Position in the slice of enterprises given.
    pub enterprise: usize,
    /// Σ contributions, 0..=1, higher is better.
    pub score: f64,
    /// Bounds of the score: Σ weight · bounds of each utility.
    pub interval: (f64, f64),
    /// One per criterion with its weight, in the order of [`CriterionId::ALL`].
    pub contributions: Vec<Contribution>,
    /// Every gate, in the order of methods §5.
    pub gates: Vec<GateResult>,
    /// Rank among those no gate excludes, 1 is best; for an excluded one, the rank it
    /// would have.
    pub rank: usize,
}

impl Alternative {
    /// Whether a gate keeps it out.
    #[must_use]
    pub fn is_excluded(&self) -> bool {
        self.gates.iter().any(GateResult::excludes)
    }
}
