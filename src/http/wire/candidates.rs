//! The answer of design §7: the ranked, explained candidates of a territory.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::concept::ConceptKind;
use crate::domain::context::Context;
use crate::domain::enterprise::Enterprise;
use crate::matching::explanation::shown::{AnswerShown, Explanation, GateShown, RelationShown};
use crate::matching::outcome::Contribution;
use crate::scouting::candidates::{Candidates, Shown};
use crate::scouting::demand::Asked;

use super::common::{BecauseWire, SentenceWire, SourceWire, bounds, rounded};
use super::comparisons::FlipWire;
use super::decisions::FollowUpWire;
use super::priorities::FromWire;
use super::robustness::{RobustnessWire, TieZoneWire};
use super::steps::{self, DatumWire, SettleWire, StepWire};
use super::territory::TerritoryBrief;

/// `GET /territories/{id}/candidates`, `POST /matches`.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidatesWire {
    /// The territory asked.
    pub territory: TerritoryBrief,
    /// State of the log.
    pub seq: u64,
    /// `sha256:…` of taxonomy, lexicon, priors, bounds, templates and code version.
    pub rules: String,
    /// The date in the world.
    pub as_of: String,
    /// Language of the sentences.
    pub lang: &'static str,
    /// Whose weights, and which.
    pub weights: WeightsWire,
    /// The live submissions.
    pub themes: Vec<ThemeWire>,
    /// Candidates in all.
    pub total: usize,
    /// Where the next page starts.
    pub next_cursor: Option<String>,
    /// The page.
    pub candidates: Vec<CandidateWire>,
    /// Neighbours of the page that are not told apart.
    pub tie_zones: Vec<TieZoneWire>,
    /// Excluded in all.
    pub excluded_total: usize,
    /// How many each gate keeps out.
    #[schema(value_type = Object)]
    pub excluded_by_gate: BTreeMap<&'static str, usize>,
    /// The best excluded by would-be score.
    pub excluded: Vec<ExcludedWire>,
    /// What is worth collecting next, the first first; by id, what concerns these enterprises.
    pub next_data: Vec<DatumWire>,
    /// What the values of these data mean, or that no datum alone would change the first ones.
    pub next_data_note: String,
    /// What the question asked for, and how many answer it: for the counts of demand only.
    #[serde(skip)]
    #[schema(ignore)]
    pub asked: Vec<Asked>,
}

/// Weights with their owner.
#[derive(Debug, Serialize, ToSchema)]
pub struct WeightsWire {
    /// Who holds them: `request`, the owner of a profile, or `equal`.
    pub owner: String,
    /// Id of the profile they come from; null for weights typed, or for nobody's.
    pub profile: Option<String>,
    /// Since when.
    pub as_of: Option<String>,
    /// Weight of each criterion; they sum to 1.
    #[schema(value_type = Object)]
    pub values: BTreeMap<&'static str, f64>,
}

/// A live submission.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThemeWire {
    /// Theme id.
    pub theme: Option<String>,
    /// Need id, when the submission names a need.
    pub need: Option<String>,
    /// Label in the language asked.
    pub label: String,
    /// Its weight as submitted.
    pub weight: f64,
    /// Who submitted it.
    pub submitted_by: Option<String>,
    /// The document.
    pub document: Option<String>,
    /// The territory it was submitted for (a commune follows its métropole).
    pub territory: String,
    /// The same by name, and whether it is a wider one than the one asked.
    pub from: FromWire,
    /// It comes from a wider territory: the one asked submitted nothing in force.
    pub inherited: bool,
    /// In force from.
    pub start: Option<String>,
    /// In force until.
    pub end: Option<String>,
    /// Where it is published.
    pub source: SourceWire,
}

/// An enterprise in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnterpriseBrief {
    /// Stable id.
    pub id: String,
    /// Usual name.
    pub name: String,
    /// Commune, département or région of its home.
    pub home: Option<String>,
    /// What it does.
    pub summary: String,
    /// Website, where seen.
    pub website: Option<String>,
}

impl From<&Enterprise> for EnterpriseBrief {
    fn from(enterprise: &Enterprise) -> Self {
        let home = &enterprise.home;
        let place = home.commune.as_ref().or(home.departement.as_ref()).or(home.region.as_ref());
        Self {
            id: enterprise.id.clone(),
            name: enterprise.name.clone(),
            home: match (place, home.is_abroad(), &home.country) {
                (Some(place), true, Some(country)) => Some(format!("{place} ({country})")),
                (Some(place), ..) => Some(place.clone()),
                (None, _, country) => country.clone(),
            },
            summary: enterprise.summary.clone(),
            website: enterprise.website.clone(),
        }
    }
}

/// One ranked candidate.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateWire {
    /// 1 is best; that of the whole list, whatever the filter.
    pub rank: usize,
    /// The enterprise.
    pub enterprise: EnterpriseBrief,
    /// Σ contributions, 0..=1.
    pub score: f64,
    /// Bounds of the score.
    pub interval: [f64; 2],
    /// Where the score lies nine times in ten, at the weights used, when what is not known
    /// is drawn.
    pub likely: [f64; 2],
    /// The terms of the score.
    pub contributions: Vec<ContributionWire>,
    /// How well its place holds.
    pub robustness: RobustnessWire,
    /// Where its follow-up here stood, where somebody follows it; it changes no score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUpWire>,
    /// Why.
    pub explanation: ExplanationWire,
    /// The smallest change of weights that brings it first, when asked for by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_first: Option<FlipWire>,
}

/// One term of the score.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContributionWire {
    /// Which criterion.
    pub criterion: &'static str,
    /// Its label in the language asked.
    pub label: String,
    /// Its weight.
    pub weight: f64,
    /// Expected utility, 0..=1.
    pub utility: f64,
    /// Bounds of the utility.
    pub interval: [f64; 2],
    /// weight · utility.
    pub contribution: f64,
    /// How the utility is known.
    pub basis: &'static str,
    /// The weakest item.
    pub weakest: Option<ItemWire>,
    /// Every item.
    pub items: Vec<ItemWire>,
}

/// One item of a criterion.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemWire {
    /// Stable name.
    pub item: &'static str,
    /// 0..=1.
    pub value: f64,
    /// Bounds.
    pub interval: [f64; 2],
    /// What it says, with its source.
    #[serde(flatten)]
    pub sentence: SentenceWire,
}

/// Why this candidate.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplanationWire {
    /// One sentence a scout could read aloud.
    pub headline: String,
    /// Needs answered and how wide each gap is.
    pub answers: Vec<AnswerWire>,
    /// Relations with local actors.
    pub relations: Vec<RelationWire>,
    /// Every gate.
    pub gates: Vec<GateWire>,
    /// What proves its effect.
    pub proof: Vec<SentenceWire>,
    /// Schemes and programmes.
    pub supports: Vec<SentenceWire>,
    /// Who could carry it.
    pub carriers: Vec<SentenceWire>,
    /// What to watch.
    pub watch_points: Vec<SentenceWire>,
    /// What to ask first.
    pub questions: Vec<SentenceWire>,
    /// The cheapest steps that would change its rank, its score or whether it is listed.
    pub what_would_change: Vec<StepWire>,
    /// Open questions that move no score, and dates to wait for; only by id.
    pub to_settle: Vec<SettleWire>,
}

/// A need answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerWire {
    /// Need id; null when only a priority theme is answered.
    pub need: Option<String>,
    /// Theme id.
    pub theme: Option<String>,
    /// Label.
    pub label: String,
    /// How strongly the enterprise carries it, 0..=1.
    pub weight: f64,
    /// How wide the gap is here.
    pub gap: GapBrief,
    /// The enterprise's own phrases.
    pub because: Vec<BecauseWire>,
}

/// A gap, in a candidate's answer. Nulls are unknown.
#[derive(Debug, Serialize, ToSchema)]
pub struct GapBrief {
    /// `G`, 0..=1, higher is wider.
    pub level: Option<f64>,
    /// Bounds of `G`.
    pub interval: Option<[f64; 2]>,
    /// `s`, 0..=1.
    pub severity: Option<f64>,
    /// `c`, 0..=1.
    pub coverage: Option<f64>,
    /// How it is known.
    pub basis: &'static str,
    /// Figures and observations.
    pub evidence: Vec<SentenceWire>,
}

/// A local actor named in a relation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActorBrief {
    /// Stable id.
    pub id: String,
    /// Public name.
    pub name: String,
    /// Commune.
    pub commune: Option<String>,
}

/// A relation with a local actor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RelationWire {
    /// `competes`, `completes`, `supplies`, `supplied_by`, `tandem`, `refers`,
    /// `could_carry`, `sister`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// With whom.
    pub actor: ActorBrief,
    /// 0..=1.
    pub strength: f64,
    /// Whether it is the main relation of this actor.
    pub main: bool,
    /// It rests on something unknown: to be checked.
    pub to_check: bool,
    /// Concept ids it goes through.
    pub via: Vec<String>,
    /// Where the actor is.
    #[serde(rename = "where")]
    pub place: String,
    /// The reason in one sentence, with its source.
    #[serde(flatten)]
    pub sentence: SentenceWire,
    /// The phrases that prove it.
    pub because: Vec<BecauseWire>,
}

/// A gate.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GateWire {
    /// Stable name.
    pub gate: &'static str,
    /// Label.
    pub label: String,
    /// `met`, `unmet` or `unknown`.
    pub state: &'static str,
    /// A person lifted it.
    pub lifted: bool,
    /// Why.
    pub fact: String,
    /// How it is known.
    pub basis: &'static str,
    /// Where it comes from.
    pub source: String,
    /// Every source.
    pub sources: Vec<SourceWire>,
}

/// An enterprise kept out by a gate.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExcludedWire {
    /// The enterprise.
    pub enterprise: EnterpriseBrief,
    /// Every gate; the unmet ones keep it out.
    pub gates: Vec<GateWire>,
    /// The rank it would have.
    pub would_rank: usize,
    /// The score it would have.
    pub would_score: f64,
    /// Where its follow-up here stood, where somebody follows it; it changes no score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUpWire>,
    /// The terms of that score, when asked for by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contributions: Option<Vec<ContributionWire>>,
    /// Why, when asked for by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<ExplanationWire>,
    /// The smallest change of weights that would bring it first, when asked for by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_first: Option<FlipWire>,
}

impl From<&Candidates> for CandidatesWire {
    fn from(answer: &Candidates) -> Self {
        let taxonomy = &answer.context.taxonomy;
        Self {
            territory: TerritoryBrief::from(&answer.context.territory),
            seq: answer.seq,
            rules: answer.rules.clone(),
            as_of: answer.as_of.to_string(),
            lang: answer.lang.as_str(),
            weights: WeightsWire::from(&answer.weights),
            themes: answer
                .themes
                .iter()
                .map(|priority| {
                    let id = taxonomy.id(priority.concept).to_owned();
                    let is_need = priority.concept.kind == ConceptKind::Need;
                    let from = FromWire::of(&answer.context, &priority.territory);
                    ThemeWire {
                        inherited: from.inherited,
                        from,
                        theme: (!is_need).then(|| id.clone()),
                        need: is_need.then_some(id),
                        label: taxonomy.label(priority.concept, answer.lang).to_owned(),
                        weight: priority.weight,
                        submitted_by: priority.submitted_by.clone(),
                        document: priority.document.clone(),
                        territory: priority.territory.clone(),
                        start: priority.start.map(|day| day.to_string()),
                        end: priority.end.map(|day| day.to_string()),
                        source: SourceWire::from(&priority.source),
                    }
                })
                .collect(),
            total: answer.total,
            next_cursor: answer.next_cursor.clone(),
            candidates: answer.candidates.iter().map(|s| candidate(answer, s)).collect(),
            tie_zones: answer.tie_zones.iter().map(TieZoneWire::from).collect(),
            excluded_total: answer.excluded_total,
            excluded_by_gate: answer.excluded_by_gate.clone(),
            excluded: answer.excluded.iter().map(|s| excluded(answer, s)).collect(),
            next_data: steps::next_data(&answer.next),
            next_data_note: answer.next.note.clone(),
            asked: answer.asked.clone(),
        }
    }
}

impl From<&crate::matching::weights::Weights> for WeightsWire {
    fn from(weights: &crate::matching::weights::Weights) -> Self {
        Self {
            owner: weights.owner.clone(),
            profile: weights.profile.clone(),
            as_of: weights.as_of.map(|day| day.to_string()),
            values: crate::matching::outcome::CriterionId::ALL
                .iter()
                .map(|criterion| (criterion.as_str(), weights.values[criterion.at()]))
                .filter(|(name, weight)| *weight > 0.0 || *name != "relevance")
                .collect(),
        }
    }
}

fn candidate(answer: &Candidates, shown: &Shown) -> CandidateWire {
    let explanation = shown.explanation.clone().unwrap_or_default();
    let robustness = shown.robustness.as_ref().expect("a listed candidate has a place");
    let (low, high) = robustness.assessment.likely;
    CandidateWire {
        rank: shown.alternative.rank,
        enterprise: EnterpriseBrief::from(shown.enterprise.as_ref()),
        score: shown.alternative.score,
        interval: [shown.alternative.interval.0, shown.alternative.interval.1],
        likely: [rounded(low), rounded(high)],
        contributions: contributions(&shown.alternative.contributions, &explanation),
        robustness: RobustnessWire::from(robustness),
        follow_up: shown.follow_up.as_ref().map(FollowUpWire::from),
        explanation: explained(answer, shown, &explanation),
        to_first: shown.to_first.as_ref().map(FlipWire::from),
    }
}

fn excluded(answer: &Candidates, shown: &Shown) -> ExcludedWire {
    ExcludedWire {
        enterprise: EnterpriseBrief::from(shown.enterprise.as_ref()),
        gates: gates(&shown.gates),
        would_rank: shown.alternative.rank,
        would_score: shown.alternative.score,
        follow_up: shown.follow_up.as_ref().map(FollowUpWire::from),
        contributions: shown
            .explanation
            .as_ref()
            .map(|e| contributions(&shown.alternative.contributions, e)),
        explanation: shown.explanation.as_ref().map(|e| explained(answer, shown, e)),
        to_first: shown.to_first.as_ref().map(FlipWire::from),
    }
}

/// The explanation with what would change it.
fn explained(answer: &Candidates, shown: &Shown, explanation: &Explanation) -> ExplanationWire {
    ExplanationWire {
        what_would_change: steps::steps(&shown.steps),
        to_settle: steps::to_settle(&shown.steps),
        ..explanation_wire(&answer.context, explanation)
    }
}

pub(super) fn contributions(
    terms: &[Contribution],
    explanation: &Explanation,
) -> Vec<ContributionWire> {
    terms
        .iter()
        .map(|term| {
            let shown = explanation.criteria.iter().find(|c| c.criterion == term.value.criterion);
            let items: Vec<ItemWire> = shown
                .map(|criterion| {
                    criterion
                        .items
                        .iter()
                        .map(|(item, estimate, sentence)| ItemWire {
                            item,
                            value: rounded(estimate.point),
                            interval: bounds(estimate),
                            sentence: SentenceWire::from(sentence),
                        })
                        .collect()
                })
                .unwrap_or_default();
            ContributionWire {
                criterion: term.value.criterion.as_str(),
                label: shown.map_or_else(String::new, |criterion| criterion.label.clone()),
                weight: term.weight,
                utility: term.value.utility.point,
                interval: [term.value.utility.low, term.value.utility.high],
                contribution: term.contribution,
                basis: term.value.utility.basis.as_str(),
                weakest: term.value.weakest.and_then(|at| {
                    let (item, estimate, sentence) = shown?.items.get(at)?;
                    Some(ItemWire {
                        item,
                        value: rounded(estimate.point),
                        interval: bounds(estimate),
                        sentence: SentenceWire::from(sentence),
                    })
                }),
                items,
            }
        })
        .collect()
}

fn gates(shown: &[GateShown]) -> Vec<GateWire> {
    shown
        .iter()
        .map(|gate| {
            let fact = SentenceWire::from(&gate.fact);
            GateWire {
                gate: gate.gate,
                label: gate.label.clone(),
                state: gate.state.as_str(),
                lifted: gate.lifted,
                fact: fact.text,
                basis: fact.basis,
                source: fact.source,
                sources: fact.sources,
            }
        })
        .collect()
}

pub(super) fn explanation_wire(context: &Context, explanation: &Explanation) -> ExplanationWire {
    let sentences = |list: &[_]| list.iter().map(SentenceWire::from).collect::<Vec<_>>();
    ExplanationWire {
        headline: explanation.headline.clone(),
        answers: explanation.answers.iter().map(|a| answer_wire(context, a)).collect(),
        relations: explanation.relations.iter().map(|r| relation_wire(context, r)).collect(),
        gates: gates(&explanation.gates),
        proof: sentences(&explanation.proof),
        supports: sentences(&explanation.supports),
        carriers: sentences(&explanation.carriers),
        watch_points: sentences(&explanation.watch_points),
        questions: sentences(&explanation.questions),
        what_would_change: Vec::new(),
        to_settle: Vec::new(),
    }
}

fn answer_wire(context: &Context, shown: &AnswerShown) -> AnswerWire {
    let id = |concept| context.taxonomy.id(concept).to_owned();
    AnswerWire {
        need: shown.need.map(id),
        theme: shown.theme.map(id),
        label: shown.label.clone(),
        weight: rounded(shown.weight),
        gap: GapBrief {
            level: shown.level.map(|level| rounded(level.point)),
            interval: shown.level.as_ref().map(bounds),
            severity: shown.severity.map(|severity| rounded(severity.point)),
            coverage: shown.coverage.map(|coverage| rounded(coverage.point)),
            basis: shown.level.map_or("prior", |level| level.basis.as_str()),
            evidence: shown.evidence.iter().map(SentenceWire::from).collect(),
        },
        because: shown.because.iter().map(BecauseWire::from).collect(),
    }
}

fn relation_wire(context: &Context, shown: &RelationShown) -> RelationWire {
    let actor = &context.actors[shown.actor];
    RelationWire {
        kind: shown.kind.as_str(),
        actor: ActorBrief {
            id: actor.actor.id.clone(),
            name: actor.actor.name.clone(),
            commune: actor.commune.clone(),
        },
        strength: rounded(shown.strength),
        main: shown.main,
        to_check: shown.to_check,
        via: shown.via.iter().map(|&c| context.taxonomy.id(c).to_owned()).collect(),
        place: shown.place.clone(),
        sentence: SentenceWire::from(&shown.sentence),
        because: shown.because.iter().map(BecauseWire::from).collect(),
    }
}
