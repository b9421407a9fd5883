//! Why not this one? The gates that keep an enterprise out, or the criteria that hold it
//! back and how far, against the last one shown and against the first.

use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::context::Context;
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::lang::Lang;
use crate::domain::provenance::Basis;
use crate::matching::RankBy;
use crate::matching::comparison::{Difference, Term};
use crate::matching::explanation::Explainer;
use crate::matching::explanation::shown::{GateShown, Sentence};
use crate::matching::outcome::{Alternative, CriterionId, GateState};
use crate::matching::weights::Weights;
use crate::scouting::ask::CandidatesAsk;
use crate::scouting::candidates::Filter;
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;
use crate::scouting::vocabulary;

use super::flips::{self, Flip};
use super::ranked::{Compared, Ranked};
use super::words;

/// Whether the enterprise is in the list asked, and if not, what keeps it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is in the list.
    Listed,
    /// It is a candidate, ranked after the last one shown.
    Lower,
    /// At least one gate keeps it out.
    Excluded,
    /// The list asked shows one theme or one need, which it does not serve.
    Filtered,
}

impl Verdict {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Lower => "lower",
            Self::Excluded => "excluded",
            Self::Filtered => "filtered",
        }
    }
}

/// Whom it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The one just above it in the list.
    NextAbove,
    /// The one just below it, for the first of the list.
    NextBelow,
    /// The last one that the list shows.
    LastShown,
    /// The first of the list.
    First,
}

impl Against {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NextAbove => "next_above",
            Self::NextBelow => "next_below",
            Self::LastShown => "last_shown",
            Self::First => "first",
        }
    }
}

/// What separates the enterprise from another one of the list.
#[derive(Debug, Clone)]
pub struct Separation {
    /// Which one it is.
    pub against: Against,
    /// The other enterprise.
    pub other: Arc<Enterprise>,
    /// Its rank in the whole list.
    pub rank: usize,
    /// Its score.
    pub score: f64,
    /// The other's score minus ours, with its terms: positive is what lacks.
    pub difference: Difference,
    /// The same in words.
    pub sentence: Sentence,
    /// The smallest change of weights that puts ours ahead; `None` where it is ahead.
    pub flip: Option<Flip>,
    /// For each criterion where ours is behind, the largest first: the term, and what is
    /// known of ours there.
    pub holding: Vec<(Term, Option<Sentence>)>,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct WhyNot {
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: Date,
    /// Language of the sentences.
    pub lang: Lang,
    /// Weights used, with their owner.
    pub weights: Weights,
    /// What the order follows.
    pub rank_by: RankBy,
    /// The context read.
    pub context: Arc<Context>,
    /// How many the list shows.
    pub limit: usize,
    /// Candidates in all, after `theme` and `need`.
    pub total: usize,
    /// The enterprise asked; its rank is the one it would have where a gate keeps it out.
    pub enterprise: Compared,
    /// In the list or not, and what keeps it out.
    pub verdict: Verdict,
    /// The same in words.
    pub summary: Sentence,
    /// Every gate that keeps it out, with its cause.
    pub causes: Vec<GateShown>,
    /// What separates it from others of the list, the nearest first.
    pub separations: Vec<Separation>,
}

/// Says why `asked` (an id) is not in the list of `ask`, or where it stands in it.
///
/// # Errors
/// An unknown enterprise, and those of the question.
pub fn why_not(scene: &Scene, ask: &CandidatesAsk, asked: &str) -> Result<WhyNot, ScoutingError> {
    let at = vocabulary::position(scene, asked)?;
    let filter = Filter::read(scene, ask)?;
    let ranked = Ranked::new(scene, ask)?;
    let enterprises = &scene.rows.enterprises;
    let kept: Vec<&Alternative> = ranked
        .ranking
        .candidates
        .iter()
        .filter(|alternative| filter.keeps(&enterprises[alternative.enterprise]))
        .collect();
    let alternative = ranked.alternative(at);
    let explainer = Explainer::new(&ranked.profile, &scene.world.data.templates, ask.lang);
    let enterprise = ranked.compared(scene, &explainer, alternative);
    let listed_at = kept.iter().position(|other| other.enterprise == at);
    let verdict = match listed_at {
        _ if alternative.is_excluded() => Verdict::Excluded,
        None => Verdict::Filtered,
        Some(place) if place < ask.limit => Verdict::Listed,
        Some(_) => Verdict::Lower,
    };
    let summary = summary(&Told {
        verdict,
        name: &enterprise.enterprise.name,
        alternative,
        candidates: ranked.ranking.candidates.len(),
        limit: ask.limit,
        filter: &filter,
    });
    let separate = |(against, other): (Against, &Alternative)| {
        let difference = Difference::between(other, alternative, ask.rank_by);
        let named = Arc::clone(&enterprises[other.enterprise]);
        let fact = words::behind(&named.name, other.rank, &difference, ask.rank_by);
        let behind = difference.total >= 0.0;
        let flip = behind.then(|| {
            let ours = (enterprise.enterprise.name.as_str(), alternative);
            let theirs = (named.name.as_str(), other);
            flips::pair(&explainer, theirs, ours, &ranked.options.weights, ask.rank_by)
        });
        Separation {
            flip,
            against,
            rank: other.rank,
            score: other.score,
            sentence: explainer.sentence(&fact),
            holding: holding(&enterprise, &difference),
            other: named,
            difference,
        }
    };
    let separations =
        others(verdict, listed_at, &kept, ask.limit, at).into_iter().map(separate).collect();
    let unmet = |gate: &&GateShown| gate.state == GateState::Unmet && !gate.lifted;
    Ok(WhyNot {
        seq: scene.seq,
        rules: ranked.profile.rules.digest.clone(),
        as_of: ask.as_of,
        lang: ask.lang,
        rank_by: ask.rank_by,
        context: Arc::clone(&ranked.profile.context),
        limit: ask.limit,
        total: kept.len(),
        verdict,
        summary: explainer.sentence(&summary),
        causes: enterprise.explanation.gates.iter().filter(unmet).cloned().collect(),
        separations,
        weights: ranked.options.weights,
        enterprise,
    })
}

/// With whom the enterprise is compared, the nearest first, each once.
fn others<'r>(
    verdict: Verdict,
    listed_at: Option<usize>,
    kept: &[&'r Alternative],
    limit: usize,
    own: usize,
) -> Vec<(Against, &'r Alternative)> {
    let at = |place: usize| kept.get(place).copied();
    let wanted = match (verdict, listed_at) {
        (Verdict::Listed, Some(0)) => vec![(Against::NextBelow, at(1))],
        (Verdict::Listed, Some(place)) => {
            vec![(Against::NextAbove, at(place - 1)), (Against::First, at(0))]
        }
        _ => {
            let last = limit.min(kept.len()).checked_sub(1);
            vec![(Against::LastShown, last.and_then(at)), (Against::First, at(0))]
        }
    };
    let mut found: Vec<(Against, &Alternative)> = Vec::new();
    for (against, other) in wanted {
        let Some(other) = other.filter(|other| other.enterprise != own) else { continue };
        if found.iter().all(|(_, known)| known.enterprise != other.enterprise) {
            found.push((against, other));
        }
    }
    found
}

/// What the summary is made of.
struct Told<'t> {
    verdict: Verdict,
    name: &'t str,
    alternative: &'t Alternative,
    candidates: usize,
    limit: usize,
    filter: &'t Filter,
}

fn summary(told: &Told<'_>) -> Fact {
    let rank = told.alternative.rank;
    let fact = |key| {
        Fact::new(key, Basis::Inferred)
            .with("enterprise", Arg::Text(told.name.to_owned()))
            .with("rank", Arg::Count(rank as u64))
    };
    let total = Arg::Count(told.candidates as u64);
    let limit = Arg::Count(told.limit as u64);
    match told.verdict {
        Verdict::Excluded => {
            let count = told.alternative.gates.iter().filter(|gate| gate.excludes()).count();
            // Let in, it would be one more.
            let key = match count {
                1 => "comparison.why_not.excluded_once",
                _ => "comparison.why_not.excluded",
            };
            fact(key)
                .with("count", Arg::Count(count as u64))
                .with("total", Arg::Count(told.candidates as u64 + 1))
        }
        Verdict::Filtered => {
            let fact = fact("comparison.why_not.filtered").with("total", total);
            let concepts = [("theme", told.filter.theme), ("need", told.filter.need)];
            concepts.into_iter().fold(fact, |fact, (name, concept)| match concept {
                Some(concept) => fact.with(name, Arg::Concept(concept)),
                None => fact,
            })
        }
        Verdict::Listed if rank == 1 => fact("comparison.why_not.first").with("total", total),
        Verdict::Listed => fact("comparison.why_not.listed").with("total", total),
        Verdict::Lower => {
            fact("comparison.why_not.lower").with("total", total).with("limit", limit)
        }
    }
}

/// The criteria where the other does better, the largest first, with what is known of ours
/// there: its weakest item where the criterion has one, else the item that counts most.
fn holding(ours: &Compared, difference: &Difference) -> Vec<(Term, Option<Sentence>)> {
    let mut terms: Vec<Term> =
        difference.terms.iter().filter(|term| term.difference > 0.0).copied().collect();
    terms.sort_by(|a, b| b.difference.total_cmp(&a.difference));
    terms
        .into_iter()
        .map(|term| {
            let shown = ours.explanation.criteria.iter().find(|c| c.criterion == term.criterion);
            let because = shown.and_then(|criterion| {
                let best = criterion.items.first().map(|(_, _, sentence)| sentence);
                let weakest = criterion.weakest.as_ref().map(|(_, sentence)| sentence);
                // What completes best is the whole point there; its weakest tie is nothing.
                match criterion.criterion {
                    CriterionId::Complementarity => best,
                    _ => weakest.or(best),
                }
            });
            (term, because.cloned())
        })
        .collect()
}
