//! Two to five candidates side by side, and why another one is not in the list.
//!
//! Both read the whole list once, and say in words which criteria separate two
//! enterprises: the terms shown sum to the difference of the scores.

pub mod flips;
pub(super) mod ranked;
pub mod why_not;
mod words;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::context::Context;
use crate::domain::fact::{Arg, Fact};
use crate::domain::lang::Lang;
use crate::domain::provenance::Basis;
use crate::matching::comparison::Difference;
use crate::matching::explanation::Explainer;
use crate::matching::explanation::shown::{RelationShown, Sentence};
use crate::matching::outcome::{CriterionId, RelationKind};
use crate::matching::robustness::weight_change::WeightRange;
use crate::matching::weights::Weights;
use crate::matching::{Options, RankBy};

use super::ask::CandidatesAsk;
use super::error::ScoutingError;
use super::scene::Scene;
use super::vocabulary;

use flips::Flip;
pub use ranked::Compared;
use ranked::Ranked;

/// Fewest enterprises compared.
pub const COMPARED_MIN: usize = 2;
/// Most enterprises compared: more columns than this are not read side by side.
pub const COMPARED_MAX: usize = 5;

/// Utilities this near are the same for a reader: it is the last digit shown.
const SAME_UTILITY: f64 = 0.005;

/// The answer: the enterprises asked, best first, and what separates them.
#[derive(Debug, Clone)]
pub struct Comparison {
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
    /// Candidates in all.
    pub total: usize,
    /// The enterprises asked, in the order of the list; those that a gate keeps out stand
    /// where their score would put them.
    pub compared: Vec<Compared>,
    /// One per criterion, in the order of [`CriterionId::ALL`].
    pub criteria: Vec<CriterionCompared>,
    /// One per pair of neighbours, from the top.
    pub pairs: Vec<PairCompared>,
}

/// Who is best on one criterion, and by how much.
#[derive(Debug, Clone)]
pub struct CriterionCompared {
    /// Which criterion.
    pub criterion: CriterionId,
    /// Label in the language asked.
    pub label: String,
    /// Its weight, 0..=1.
    pub weight: f64,
    /// Utility of each enterprise, in the order of [`Comparison::compared`].
    pub utilities: Vec<f64>,
    /// Those that do best, as positions in [`Comparison::compared`]; several are equal to
    /// the digit shown.
    pub best: Vec<usize>,
    /// What the best has more than the next one, 0..=1; 0 where all are equal.
    pub lead: f64,
    /// The same in words.
    pub sentence: Sentence,
    /// The weights of this criterion between which the whole order holds, the others
    /// keeping their proportions; `None` where this criterion has all the weight.
    pub holds: Option<WeightRange>,
    /// The same in words.
    pub holds_sentence: Option<Sentence>,
}

/// Two neighbours of the order, and what separates them.
#[derive(Debug, Clone)]
pub struct PairCompared {
    /// Position of the better one in [`Comparison::compared`].
    pub first: usize,
    /// Position of the other.
    pub second: usize,
    /// The difference and its terms.
    pub difference: Difference,
    /// The two criteria that make it, in words.
    pub sentence: Sentence,
    /// The smallest change of weights that puts the second ahead.
    pub flip: Flip,
    /// For each term, the weights of its criterion between which the order of the two
    /// holds, the others keeping their proportions.
    pub holds: Vec<Option<WeightRange>>,
}

/// Main relations of one type.
#[derive(Debug, Clone, Copy)]
pub struct RelationCount<'e> {
    /// The type.
    pub kind: RelationKind,
    /// Local actors whose main relation with the enterprise is of this type.
    pub count: usize,
    /// The strongest of them.
    pub strongest: &'e RelationShown,
}

/// Compares the enterprises of `ask` on its territory.
///
/// # Errors
/// Fewer than [`COMPARED_MIN`] or more than [`COMPARED_MAX`] enterprises, one given twice,
/// an unknown one, and those of the question.
pub fn compare(scene: &Scene, ask: &CandidatesAsk) -> Result<Comparison, ScoutingError> {
    let ids = asked(ask)?;
    let positions: Vec<usize> =
        ids.iter().map(|id| vocabulary::position(scene, id)).collect::<Result<_, _>>()?;
    let ranked = Ranked::new(scene, ask)?;
    let mut alternatives: Vec<_> = positions.iter().map(|&at| ranked.alternative(at)).collect();
    // The order of the list: by value, then by id, which is the order of the rows.
    alternatives.sort_by(|a, b| {
        ranked.value(b).total_cmp(&ranked.value(a)).then(a.enterprise.cmp(&b.enterprise))
    });
    let explainer = Explainer::new(&ranked.profile, &scene.world.data.templates, ask.lang);
    let compared: Vec<Compared> = alternatives
        .iter()
        .map(|alternative| ranked.compared(scene, &explainer, alternative))
        .collect();
    let pairs = pairs(&explainer, &compared, &ranked.options);
    Ok(Comparison {
        seq: scene.seq,
        rules: ranked.profile.rules.digest.clone(),
        as_of: ask.as_of,
        lang: ask.lang,
        rank_by: ask.rank_by,
        context: Arc::clone(&ranked.profile.context),
        total: ranked.ranking.candidates.len(),
        criteria: criteria(&explainer, &compared, &pairs),
        pairs,
        weights: ranked.options.weights,
        compared,
    })
}

/// The enterprises asked, once their number and their difference are checked.
fn asked(ask: &CandidatesAsk) -> Result<&[String], ScoutingError> {
    let ids = ask.enterprises.as_deref().unwrap_or_default();
    if !(COMPARED_MIN..=COMPARED_MAX).contains(&ids.len()) {
        return Err(refused(
            &format!(
                "{} donnée(s) ; donnez de {COMPARED_MIN} à {COMPARED_MAX} entreprises à comparer",
                ids.len()
            ),
            &format!(
                "{} given; give {COMPARED_MIN} to {COMPARED_MAX} enterprises to compare",
                ids.len()
            ),
        ));
    }
    let mut seen = BTreeSet::new();
    match ids.iter().find(|id| !seen.insert(id.as_str())) {
        Some(twice) => Err(refused(
            &format!(
                "`{twice}` est donnée deux fois ; une entreprise ne se compare pas à elle-même"
            ),
            &format!("`{twice}` is given twice; an enterprise is not compared with itself"),
        )),
        None => Ok(ids),
    }
}

fn refused(reason_fr: &str, reason: &str) -> ScoutingError {
    ScoutingError::BadRecord {
        field: "enterprises".to_owned(),
        reason_fr: reason_fr.to_owned(),
        reason: reason.to_owned(),
    }
}

fn criteria(
    explainer: &Explainer<'_>,
    compared: &[Compared],
    pairs: &[PairCompared],
) -> Vec<CriterionCompared> {
    let Some(first) = compared.first() else { return Vec::new() };
    let labels = &first.explanation.criteria;
    let each = first.alternative.contributions.iter().zip(labels).enumerate();
    each.map(|(at, (term, shown))| {
        let utilities: Vec<f64> = compared
            .iter()
            .map(|one| one.alternative.contributions[at].value.utility.point)
            .collect();
        let top = utilities.iter().copied().fold(f64::MIN, f64::max);
        let is_best = |utility: f64| top - utility < SAME_UTILITY;
        let best: Vec<usize> =
            (0..utilities.len()).filter(|&row| is_best(utilities[row])).collect();
        let next = utilities.iter().copied().filter(|u| !is_best(*u)).fold(f64::MIN, f64::max);
        let names: Vec<String> =
            best.iter().map(|&row| compared[row].enterprise.name.clone()).collect();
        let all_equal = best.len() == utilities.len();
        let mut fact = Fact::new(
            match (all_equal, best.len()) {
                (true, _) => "comparison.criterion.equal",
                (_, 1) => "comparison.criterion.best",
                _ => "comparison.criterion.shared",
            },
            Basis::Inferred,
        )
        .with("criterion", Arg::Word(term.value.criterion.label_key()))
        .with("best", Arg::List(names))
        .with("level", Arg::Number(top));
        if let Some(row) = utilities.iter().position(|utility| *utility == next) {
            fact = fact
                .with("next", Arg::Text(compared[row].enterprise.name.clone()))
                .with("next_level", Arg::Number(next));
        }
        let holds = flips::all_hold(pairs.iter().map(|pair| pair.holds[at]));
        let said = holds.map(|r| flips::range_fact(term.value.criterion, r, term.weight));
        CriterionCompared {
            holds,
            holds_sentence: said.map(|fact| explainer.sentence(&fact)),
            criterion: term.value.criterion,
            label: shown.label.clone(),
            weight: term.weight,
            lead: if all_equal { 0.0 } else { top - next },
            utilities,
            best,
            sentence: explainer.sentence(&fact),
        }
    })
    .collect()
}

fn pairs(explainer: &Explainer<'_>, compared: &[Compared], options: &Options) -> Vec<PairCompared> {
    let (by, weights) = (options.rank_by, &options.weights);
    let neighbours = compared.windows(2).enumerate();
    neighbours
        .map(|(at, pair)| {
            let [first, second] = pair else { unreachable!("windows of two hold two") };
            let difference = Difference::between(&first.alternative, &second.alternative, by);
            let names = (&first.enterprise.name, &second.enterprise.name);
            let mut fact = words::pair(names.0, names.1, &difference, by);
            let out = pair.iter().filter(|one| one.alternative.is_excluded());
            let out: Vec<String> = out.map(|one| one.enterprise.name.clone()).collect();
            if !out.is_empty() {
                fact = fact.with("excluded", Arg::List(out));
            }
            let sentence = explainer.sentence(&fact);
            let (a, b) = (&first.alternative, &second.alternative);
            PairCompared {
                first: at,
                second: at + 1,
                difference,
                sentence,
                flip: flips::pair(explainer, (names.0, a), (names.1, b), weights, by),
                holds: flips::holds(a, b, weights, by),
            }
        })
        .collect()
}

impl Compared {
    /// How many local actors stand in each main relation, by type, with the strongest of
    /// each; types without any are left out.
    #[must_use]
    pub fn relation_counts(&self) -> Vec<RelationCount<'_>> {
        let main = || self.explanation.relations.iter().filter(|relation| relation.main);
        RelationKind::ALL
            .into_iter()
            .filter_map(|kind| {
                let strongest = main().find(|relation| relation.kind == kind)?;
                let count = main().filter(|relation| relation.kind == kind).count();
                Some(RelationCount { kind, count, strongest })
            })
            .collect()
    }
}
