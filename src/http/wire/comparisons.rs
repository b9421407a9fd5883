//! Candidates side by side, and why another one is not in the list.

use serde::Serialize;
use utoipa::ToSchema;

use crate::matching::RankBy;
use crate::matching::comparison::{Difference, Term};
use crate::matching::explanation::shown::CriterionShown;
use crate::scouting::comparisons::flips::{Flip, Shift};
use crate::scouting::comparisons::why_not::{Separation, WhyNot};
use crate::scouting::comparisons::{Compared, Comparison, PairCompared};

use super::candidates::{
    AnswerWire, ContributionWire, EnterpriseBrief, GateWire, RelationWire, WeightsWire,
    contributions, explanation_wire,
};
use super::common::SentenceWire;
use super::territory::TerritoryBrief;

/// `POST /comparisons`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparisonWire {
    /// The territory asked.
    pub territory: TerritoryBrief,
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: String,
    /// Language of the sentences.
    pub lang: &'static str,
    /// Whose weights, and which.
    pub weights: WeightsWire,
    /// `expected`, or `low` for the cautious order.
    pub rank_by: &'static str,
    /// Candidates in the whole list.
    pub total: usize,
    /// The enterprises asked, best first; one that a gate keeps out stands where its score
    /// would put it.
    pub enterprises: Vec<ComparedWire>,
    /// Who does best on each criterion.
    pub criteria: Vec<CriterionComparedWire>,
    /// What separates each enterprise from the next one.
    pub pairs: Vec<PairWire>,
}

/// One enterprise of a comparison.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedWire {
    /// The enterprise.
    pub enterprise: EnterpriseBrief,
    /// Rank in the whole list; null where a gate keeps it out.
    pub rank: Option<usize>,
    /// The rank it would have where a gate keeps it out; null for a candidate.
    pub would_rank: Option<usize>,
    /// The gates that keep it out, by name.
    pub excluded_by: Vec<&'static str>,
    /// Σ contributions, 0..=1.
    pub score: f64,
    /// Bounds of the score.
    pub interval: [f64; 2],
    /// The terms of the score.
    pub contributions: Vec<ContributionWire>,
    /// One sentence a scout could read aloud.
    pub headline: String,
    /// Needs answered and how wide each gap is.
    pub answers: Vec<AnswerWire>,
    /// Main relations, counted by type, the strongest of each named.
    pub relations: Vec<RelationCountWire>,
    /// Every gate.
    pub gates: Vec<GateWire>,
}

/// Main relations of one type.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelationCountWire {
    /// `competes`, `completes`, `supplies`, `supplied_by`, `tandem`, `refers`,
    /// `could_carry`, `sister`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Local actors whose main relation is of this type.
    pub count: usize,
    /// The strongest of them.
    pub strongest: RelationWire,
}

/// Who does best on one criterion.
#[derive(Debug, Serialize, ToSchema)]
pub struct CriterionComparedWire {
    /// Which criterion.
    pub criterion: &'static str,
    /// Its label in the language asked.
    pub label: String,
    /// Its weight.
    pub weight: f64,
    /// Utility of each enterprise, in the order of `enterprises`.
    pub utilities: Vec<f64>,
    /// Ids of those that do best; several are equal to the digit shown.
    pub best: Vec<String>,
    /// What the best has more than the next one, 0..=1; 0 where all are equal.
    pub lead: f64,
    /// The same in words.
    pub sentence: SentenceWire,
    /// Weights of this criterion, `[low, high]`, between which the whole order holds, the
    /// others keeping their proportions; null where it has all the weight.
    pub order_holds: Option<[f64; 2]>,
    /// The same in words.
    pub order_holds_sentence: Option<SentenceWire>,
}

/// Two neighbours of the order.
#[derive(Debug, Serialize, ToSchema)]
pub struct PairWire {
    /// Id of the better one.
    pub first: String,
    /// Id of the other.
    pub second: String,
    /// Score of the first minus score of the second (their lower bounds in the cautious
    /// order).
    pub difference: f64,
    /// Its terms, which sum to it.
    pub terms: Vec<TermWire>,
    /// The two criteria that make the difference, in words.
    pub sentence: SentenceWire,
    /// The smallest change of weights that puts the second ahead.
    pub flip: FlipWire,
    /// Moving one weight alone, how far the order of the two holds.
    pub order_holds: Vec<HoldsWire>,
}

/// The smallest change of weights that turns an order round.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlipWire {
    /// Whether some weights do it.
    pub possible: bool,
    /// The share of the weight that changes hands, 0..=1; null where nothing does it.
    pub moved: Option<f64>,
    /// The criteria whose weight moves, those that gain first; a hair beyond, the order is
    /// turned.
    pub changes: Vec<ShiftWire>,
    /// The same in words, weights to a tenth of a percent.
    pub sentence: SentenceWire,
}

/// A criterion whose weight moves.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShiftWire {
    /// Which criterion.
    pub criterion: &'static str,
    /// Its weight before.
    pub from: f64,
    /// Its weight after.
    pub to: f64,
}

impl From<&Flip> for FlipWire {
    fn from(flip: &Flip) -> Self {
        let shift = |shift: &Shift| ShiftWire {
            criterion: shift.criterion.as_str(),
            from: shift.from,
            to: shift.to,
        };
        Self {
            possible: flip.change.is_some(),
            moved: flip.change.as_ref().map(|change| change.moved),
            changes: flip.shifts.iter().map(shift).collect(),
            sentence: SentenceWire::from(&flip.sentence),
        }
    }
}

/// How far the weight of one criterion may move before an order changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldsWire {
    /// Which criterion.
    pub criterion: &'static str,
    /// Its weight.
    pub weight: f64,
    /// The least weight with which the order holds, the others keeping their proportions;
    /// null where this criterion has all the weight.
    pub low: Option<f64>,
    /// The greatest one.
    pub high: Option<f64>,
}

/// The part of one criterion in a difference.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermWire {
    /// Which criterion.
    pub criterion: &'static str,
    /// Its label in the language asked.
    pub label: String,
    /// Its weight.
    pub weight: f64,
    /// Utility of the first.
    pub first: f64,
    /// Utility of the second.
    pub second: f64,
    /// weight · (first − second).
    pub difference: f64,
}

/// `GET /territories/{id}/candidates/{enterprise}/why-not`.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhyNotWire {
    /// The territory asked.
    pub territory: TerritoryBrief,
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: String,
    /// Language of the sentences.
    pub lang: &'static str,
    /// Whose weights, and which.
    pub weights: WeightsWire,
    /// `expected`, or `low` for the cautious order.
    pub rank_by: &'static str,
    /// How many the list shows.
    pub limit: usize,
    /// Candidates in the list, after `theme` and `need`.
    pub total: usize,
    /// `listed`, `lower`, `excluded` or `filtered`.
    pub verdict: &'static str,
    /// The same in words.
    pub summary: SentenceWire,
    /// The gates that keep it out, with every cause.
    pub causes: Vec<GateWire>,
    /// What separates it from others of the list, the nearest first.
    pub separations: Vec<SeparationWire>,
    /// The enterprise, as in a comparison.
    pub enterprise: ComparedWire,
}

/// What separates the enterprise from another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeparationWire {
    /// `last_shown`, `first`, `next_above` or `next_below`.
    pub against: &'static str,
    /// The other one.
    pub enterprise: EnterpriseBrief,
    /// Its rank in the whole list.
    pub rank: usize,
    /// Its score.
    pub score: f64,
    /// Its score minus that of the enterprise asked: positive is what lacks.
    pub missing: f64,
    /// The terms, which sum to it; `first` is the other one, `second` the one asked.
    pub terms: Vec<TermWire>,
    /// The smallest change of weights that puts the enterprise asked ahead; null where it is.
    pub flip: Option<FlipWire>,
    /// What holds it back, the largest first.
    pub holding_back: Vec<HoldingWire>,
    /// The same in words.
    pub sentence: SentenceWire,
}

/// A criterion that holds the enterprise back.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldingWire {
    /// Which criterion.
    pub criterion: &'static str,
    /// Its label in the language asked.
    pub label: String,
    /// What it costs, over 0.
    pub missing: f64,
    /// What is known of the enterprise there: its weakest item, or the one that counts most.
    pub because: Option<SentenceWire>,
}

impl From<&Comparison> for ComparisonWire {
    fn from(answer: &Comparison) -> Self {
        let id = |at: usize| answer.compared[at].enterprise.id.clone();
        let labels = answer.compared.first().map(|one| one.explanation.criteria.as_slice());
        Self {
            territory: TerritoryBrief::from(&answer.context.territory),
            seq: answer.seq,
            rules: answer.rules.clone(),
            as_of: answer.as_of.to_string(),
            lang: answer.lang.as_str(),
            weights: WeightsWire::from(&answer.weights),
            rank_by: rank_by(answer.rank_by),
            total: answer.total,
            enterprises: answer.compared.iter().map(|one| compared(&answer.context, one)).collect(),
            criteria: answer
                .criteria
                .iter()
                .map(|criterion| CriterionComparedWire {
                    criterion: criterion.criterion.as_str(),
                    label: criterion.label.clone(),
                    weight: criterion.weight,
                    utilities: criterion.utilities.clone(),
                    best: criterion.best.iter().map(|&at| id(at)).collect(),
                    lead: criterion.lead,
                    sentence: SentenceWire::from(&criterion.sentence),
                    order_holds: criterion.holds.map(|range| [range.low, range.high]),
                    order_holds_sentence: criterion.holds_sentence.as_ref().map(SentenceWire::from),
                })
                .collect(),
            pairs: answer
                .pairs
                .iter()
                .map(|pair| PairWire {
                    first: id(pair.first),
                    second: id(pair.second),
                    difference: pair.difference.total,
                    terms: terms(&pair.difference, labels.unwrap_or_default()),
                    sentence: SentenceWire::from(&pair.sentence),
                    flip: FlipWire::from(&pair.flip),
                    order_holds: holds(pair),
                })
                .collect(),
        }
    }
}

impl From<&WhyNot> for WhyNotWire {
    fn from(answer: &WhyNot) -> Self {
        let enterprise = compared(&answer.context, &answer.enterprise);
        let labels = &answer.enterprise.explanation.criteria;
        let is_cause = |gate: &&GateWire| gate.state == "unmet" && !gate.lifted;
        Self {
            territory: TerritoryBrief::from(&answer.context.territory),
            seq: answer.seq,
            rules: answer.rules.clone(),
            as_of: answer.as_of.to_string(),
            lang: answer.lang.as_str(),
            weights: WeightsWire::from(&answer.weights),
            rank_by: rank_by(answer.rank_by),
            limit: answer.limit,
            total: answer.total,
            verdict: answer.verdict.as_str(),
            summary: SentenceWire::from(&answer.summary),
            causes: enterprise.gates.iter().filter(is_cause).cloned().collect(),
            separations: answer.separations.iter().map(|one| separation(one, labels)).collect(),
            enterprise,
        }
    }
}

fn rank_by(by: RankBy) -> &'static str {
    match by {
        RankBy::Expected => "expected",
        RankBy::Low => "low",
    }
}

fn compared(context: &crate::domain::context::Context, one: &Compared) -> ComparedWire {
    let alternative = &one.alternative;
    let explanation = explanation_wire(context, &one.explanation);
    let out = alternative.is_excluded();
    let counts = one.relation_counts();
    // The wire keeps the order of the explanation: the strongest is found at its place.
    let strongest = |at: &crate::matching::explanation::shown::RelationShown| {
        let place = one.explanation.relations.iter().position(|known| std::ptr::eq(known, at));
        place.and_then(|place| explanation.relations.get(place)).cloned()
    };
    ComparedWire {
        enterprise: EnterpriseBrief::from(one.enterprise.as_ref()),
        rank: (!out).then_some(alternative.rank),
        would_rank: out.then_some(alternative.rank),
        excluded_by: alternative.gates.iter().filter(|g| g.excludes()).map(|g| g.gate).collect(),
        score: alternative.score,
        interval: [alternative.interval.0, alternative.interval.1],
        contributions: contributions(&alternative.contributions, &one.explanation),
        relations: counts
            .iter()
            .filter_map(|counted| {
                Some(RelationCountWire {
                    kind: counted.kind.as_str(),
                    count: counted.count,
                    strongest: strongest(counted.strongest)?,
                })
            })
            .collect(),
        headline: explanation.headline,
        answers: explanation.answers,
        gates: explanation.gates,
    }
}

fn holds(pair: &PairCompared) -> Vec<HoldsWire> {
    let terms = pair.difference.terms.iter().zip(&pair.holds);
    terms
        .map(|(term, range)| HoldsWire {
            criterion: term.criterion.as_str(),
            weight: term.weight,
            low: range.map(|range| range.low),
            high: range.map(|range| range.high),
        })
        .collect()
}

fn separation(one: &Separation, labels: &[CriterionShown]) -> SeparationWire {
    SeparationWire {
        against: one.against.as_str(),
        enterprise: EnterpriseBrief::from(one.other.as_ref()),
        rank: one.rank,
        score: one.score,
        missing: one.difference.total,
        flip: one.flip.as_ref().map(FlipWire::from),
        terms: terms(&one.difference, labels),
        holding_back: one
            .holding
            .iter()
            .map(|(term, because)| HoldingWire {
                criterion: term.criterion.as_str(),
                label: label(term, labels),
                missing: term.difference,
                because: because.as_ref().map(SentenceWire::from),
            })
            .collect(),
        sentence: SentenceWire::from(&one.sentence),
    }
}

fn terms(difference: &Difference, labels: &[CriterionShown]) -> Vec<TermWire> {
    let wire = |term: &Term| TermWire {
        criterion: term.criterion.as_str(),
        label: label(term, labels),
        weight: term.weight,
        first: term.first,
        second: term.second,
        difference: term.difference,
    };
    difference.terms.iter().map(wire).collect()
}

fn label(term: &Term, labels: &[CriterionShown]) -> String {
    let shown = labels.iter().find(|criterion| criterion.criterion == term.criterion);
    shown.map(|criterion| criterion.label.clone()).unwrap_or_default()
}
