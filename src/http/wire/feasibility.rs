//! The feasibility file as JSON: the same model as its Markdown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::matching::explanation::shown::Sentence;
use crate::scouting::feasibility::{Feasibility, Reference, SchemeShown};

use super::candidates::{ActorBrief, EnterpriseBrief};
use super::common::{BecauseWire, rounded};
use super::territory::TerritoryBrief;

/// `GET /territories/{id}/candidates/{enterprise}/feasibility`.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeasibilityWire {
    /// The territory asked.
    pub territory: TerritoryBrief,
    /// The enterprise.
    pub enterprise: EnterpriseBrief,
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: String,
    /// Language of the sentences.
    pub lang: &'static str,
    /// Whose weights: `request`, a profile’s name, or `equal`.
    pub weights_owner: String,
    /// Title of the document.
    pub title: String,
    /// What this document is, and of which state.
    pub state: Vec<CitedWire>,
    /// Where the enterprise stands.
    pub standing: StandingWire,
    /// One paragraph.
    pub summary: Vec<CitedWire>,
    /// The need here.
    pub needs: Vec<NeedHereWire>,
    /// Whom to meet first.
    pub first_actor: FirstActorWire,
    /// Relations with local actors, by type.
    pub relations: Vec<RelationGroupWire>,
    /// What each one gains.
    pub gains: Vec<GainWire>,
    /// The way of spreading.
    pub scaling: ScalingWire,
    /// Conditions to check.
    pub conditions: Vec<ConditionWire>,
    /// What nobody knows yet, with whom to ask.
    pub unknowns: Vec<UnknownWire>,
    /// Schemes that the enterprise could ask for.
    pub schemes: Vec<SchemeWire>,
    /// Schemes that only others, often the local authority, may ask for.
    pub schemes_for_others: Vec<SchemeWire>,
    /// Twelve months.
    pub calendar: Vec<MonthWire>,
    /// What to watch.
    pub watch_points: Vec<CitedWire>,
    /// What people decide and sign, left blank.
    pub signatures: Vec<String>,
    /// Every source cited, each once.
    pub sources: Vec<ReferenceWire>,
}

/// A sentence with the numbers of its sources in `sources`.
#[derive(Debug, Serialize, ToSchema)]
pub struct CitedWire {
    /// The words, in the language asked.
    pub text: String,
    /// `stated`, `measured`, `inferred` or `prior`.
    pub basis: &'static str,
    /// Numbers of its sources; empty for a question, a computation or a proposed step.
    pub references: Vec<usize>,
}

/// Where the enterprise stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingWire {
    /// Whether no gate keeps it out.
    pub listed: bool,
    /// Its rank, or the one it would have.
    pub rank: usize,
    /// Candidates that no gate keeps out.
    pub total: usize,
    /// Its score, 0..=1.
    pub score: f64,
    /// Bounds of the score.
    pub interval: [f64; 2],
    /// The gates that keep it out.
    pub excluded_by: Vec<&'static str>,
}

/// A need answered here.
#[derive(Debug, Serialize, ToSchema)]
pub struct NeedHereWire {
    /// Need id; null when only a priority theme is answered.
    pub need: Option<String>,
    /// Its label.
    pub label: String,
    /// How wide the gap is.
    pub level: CitedWire,
    /// Figures, supply and observations.
    pub evidence: Vec<CitedWire>,
    /// The enterprise’s own phrases.
    pub because: Vec<BecauseWire>,
}

/// The first actor to meet.
#[derive(Debug, Serialize, ToSchema)]
pub struct FirstActorWire {
    /// Who; null where nobody is known.
    pub actor: Option<ActorBrief>,
    /// As what: `itself`, `confirmed_carrier`, `tandem`, `carrier`, `key_actor`, `ally`.
    pub role: Option<&'static str>,
    /// Who, why, and whom else; or how to find one.
    pub sentences: Vec<CitedWire>,
}

/// The relations of one type.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelationGroupWire {
    /// The type, as in a candidate’s relations.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// The strongest.
    pub items: Vec<CitedWire>,
    /// How many more there are.
    pub others: usize,
}

/// What one stakeholder gains.
#[derive(Debug, Serialize, ToSchema)]
pub struct GainWire {
    /// `enterprise`, `partners`, `collectivity`, `beneficiaries` or `funders`.
    pub who: &'static str,
    /// Its name.
    pub label: String,
    /// Whether something is known.
    pub known: bool,
    /// What is known, or that it is to be established with them.
    pub items: Vec<CitedWire>,
}

/// The way of spreading.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScalingWire {
    /// What the record says: `integrated`, `social_franchise`, `federation` or `open`.
    pub stated: Option<&'static str>,
    /// How the record says it: `stated` or `inferred`.
    pub stated_basis: Option<&'static str>,
    /// What is suggested; null where the facts are too few or point at several.
    pub suggested: Option<&'static str>,
    /// The record’s model, then the suggestion with its reason.
    pub sentences: Vec<CitedWire>,
    /// The three questions.
    pub questions: Vec<QuestionWire>,
    /// What this territory adds.
    pub here: Vec<CitedWire>,
    /// Which answer would lead to which other model.
    pub would_change: Vec<CitedWire>,
}

/// One question of the way of spreading.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionWire {
    /// `autonomy`, `brand` or `conditions`.
    pub question: &'static str,
    /// The question, in words.
    pub text: String,
    /// `met` (yes), `unmet` (no) or `unknown`.
    pub state: &'static str,
    /// What answers it.
    pub signals: Vec<CitedWire>,
}

/// One condition of the model.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConditionWire {
    /// Its kind.
    pub kind: String,
    /// The record’s own phrase.
    pub text: String,
    /// `met`, `unmet` or `unknown`.
    pub state: &'static str,
    /// Why.
    pub fact: CitedWire,
    /// How to check it; null when it is met.
    pub check: Option<String>,
}

/// Something nobody knows yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnknownWire {
    /// Gate or item.
    pub item: &'static str,
    /// The question.
    pub question: CitedWire,
    /// Whom to ask.
    pub whom: String,
}

/// One scheme with its tests.
#[derive(Debug, Serialize, ToSchema)]
pub struct SchemeWire {
    /// Stable id.
    pub id: String,
    /// `scheme`, `funder` or `incubator`.
    pub kind: String,
    /// Name and description.
    pub sentence: CitedWire,
    /// The five tests.
    pub tests: Vec<TestWire>,
}

/// One test of a scheme.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestWire {
    /// `perimeter`, `theme`, `rurality`, `audience` or `open`.
    pub test: &'static str,
    /// `met`, `unmet` or `unknown` (to be checked).
    pub state: &'static str,
    /// Why, a part of a sentence.
    pub because: String,
}

/// One month.
#[derive(Debug, Serialize, ToSchema)]
pub struct MonthWire {
    /// `YYYY-MM`.
    pub month: String,
    /// Its name.
    pub name: String,
    /// Whether something is to be decided.
    pub decision: bool,
    /// What is done.
    pub steps: Vec<CitedWire>,
}

/// A numbered source.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReferenceWire {
    /// Its number, from 1.
    pub number: usize,
    /// Address or title.
    pub source: String,
    /// Years of the facts read there.
    pub years: Vec<i16>,
    /// Licence, where known.
    pub licence: Option<String>,
}

impl From<&Reference> for ReferenceWire {
    fn from(reference: &Reference) -> Self {
        Self {
            number: reference.number,
            source: reference.source.clone(),
            years: reference.years.clone(),
            licence: reference.licence.clone(),
        }
    }
}

impl From<&Feasibility> for FeasibilityWire {
    fn from(file: &Feasibility) -> Self {
        let cited = |sentence: &Sentence| CitedWire {
            text: sentence.text.clone(),
            basis: sentence.basis.as_str(),
            references: file.numbers(sentence),
        };
        let all = |list: &[Sentence]| list.iter().map(cited).collect::<Vec<_>>();
        let context = &file.context;
        let standing = &file.standing;
        Self {
            territory: TerritoryBrief::from(&context.territory),
            enterprise: EnterpriseBrief::from(file.enterprise.as_ref()),
            seq: file.seq,
            rules: file.rules.clone(),
            as_of: file.as_of.to_string(),
            lang: file.lang.as_str(),
            weights_owner: file.weights.owner.clone(),
            title: file.title.clone(),
            state: all(&file.state),
            standing: StandingWire {
                listed: standing.listed,
                rank: standing.rank,
                total: standing.total,
                score: standing.score,
                interval: [rounded(standing.interval.0), rounded(standing.interval.1)],
                excluded_by: standing.excluded_by.iter().map(|(gate, _)| *gate).collect(),
            },
            summary: all(&file.summary),
            needs: file
                .needs
                .iter()
                .map(|need| NeedHereWire {
                    need: need.need.map(|concept| context.taxonomy.id(concept).to_owned()),
                    label: need.label.clone(),
                    level: cited(&need.level),
                    evidence: all(&need.evidence),
                    because: need.because.iter().map(BecauseWire::from).collect(),
                })
                .collect(),
            first_actor: first_actor(file, all(&file.first_actor.sentences)),
            relations: file
                .relations
                .iter()
                .map(|group| RelationGroupWire {
                    kind: group.kind.as_str(),
                    title: group.title.clone(),
                    items: all(&group.items),
                    others: group.others,
                })
                .collect(),
            gains: file
                .gains
                .iter()
                .map(|gain| GainWire {
                    who: gain.who.as_str(),
                    label: gain.label.clone(),
                    known: gain.known,
                    items: all(&gain.items),
                })
                .collect(),
            scaling: scaling(file, &all, &cited),
            conditions: file
                .conditions
                .iter()
                .map(|condition| ConditionWire {
                    kind: condition.kind.clone(),
                    text: condition.text.clone(),
                    state: condition.state.as_str(),
                    fact: cited(&condition.fact),
                    check: condition.check.as_ref().map(|check| check.text.clone()),
                })
                .collect(),
            unknowns: file
                .unknowns
                .iter()
                .map(|unknown| UnknownWire {
                    item: unknown.item,
                    question: cited(&unknown.question),
                    whom: unknown.who.clone(),
                })
                .collect(),
            schemes: file.schemes.own.iter().map(|s| scheme(file, s, &cited)).collect(),
            schemes_for_others: file
                .schemes
                .others
                .iter()
                .map(|s| scheme(file, s, &cited))
                .collect(),
            calendar: file
                .calendar
                .iter()
                .map(|month| MonthWire {
                    month: month.first_day.strftime("%Y-%m").to_string(),
                    name: month.name.clone(),
                    decision: month.decision,
                    steps: all(&month.steps),
                })
                .collect(),
            watch_points: all(&file.watch_points),
            signatures: file.signatures.clone(),
            sources: file.sources.iter().map(ReferenceWire::from).collect(),
        }
    }
}

fn first_actor(file: &Feasibility, sentences: Vec<CitedWire>) -> FirstActorWire {
    let actor = file.first_actor.actor.map(|(_, at)| {
        let member = &file.context.actors[at];
        ActorBrief {
            id: member.actor.id.clone(),
            name: member.actor.name.clone(),
            commune: member.commune.clone(),
        }
    });
    let role = file.first_actor.actor.map(|(role, _)| role.as_str());
    FirstActorWire { actor, role, sentences }
}

fn scaling(
    file: &Feasibility,
    all: &dyn Fn(&[Sentence]) -> Vec<CitedWire>,
    cited: &dyn Fn(&Sentence) -> CitedWire,
) -> ScalingWire {
    let scaling = &file.scaling;
    let said = scaling.stated.iter().map(|(_, sentence)| sentence).chain([&scaling.reason]);
    ScalingWire {
        stated: scaling.stated.as_ref().map(|(model, _)| model.as_str()),
        stated_basis: scaling.stated.as_ref().map(|(_, sentence)| sentence.basis.as_str()),
        suggested: scaling.suggested.map(|model| model.as_str()),
        sentences: said.map(cited).collect(),
        questions: scaling
            .questions
            .iter()
            .map(|question| QuestionWire {
                question: question.question.as_str(),
                text: question.text.clone(),
                state: question.state.as_str(),
                signals: all(&question.signals),
            })
            .collect(),
        here: all(&scaling.here),
        would_change: all(&scaling.would_change),
    }
}

fn scheme(
    file: &Feasibility,
    shown: &SchemeShown,
    cited: &dyn Fn(&Sentence) -> CitedWire,
) -> SchemeWire {
    let support = &file.context.supports[shown.support];
    SchemeWire {
        id: support.id.clone(),
        kind: support.kind.clone(),
        sentence: cited(&shown.sentence),
        tests: shown
            .tests
            .iter()
            .map(|tested| TestWire {
                test: tested.test.as_str(),
                state: tested.state.as_str(),
                because: tested.why.text.clone(),
            })
            .collect(),
    }
}
