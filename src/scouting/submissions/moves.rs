//! How enterprises move from one ranking to another, and what moves them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::concept::Concept;
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::lang::Lang;
use crate::domain::priority::Priority;
use crate::domain::provenance::Basis;
use crate::matching::explanation::Explainer;
use crate::matching::outcome::{Alternative, CriterionId, GateState};
use crate::scouting::comparisons::ranked::Ranked;
use crate::scouting::scene::Scene;

use super::words;

/// Scores closer than this are the same: the sum of eight terms is not exact beyond.
pub(super) const SAME: f64 = 1e-12;

/// The share of a theme or need in the priorities that apply.
#[derive(Debug, Clone, PartialEq)]
pub struct WishMove {
    /// The theme or the need.
    pub concept: Concept,
    /// Its share before, 0..=1; 0 where it is not asked.
    pub before: f64,
    /// Its share after.
    pub after: f64,
}

/// How many enterprises move, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// A better rank.
    pub rises: usize,
    /// A worse rank.
    pub falls: usize,
    /// No gate keeps them out any more.
    pub enters: usize,
    /// A gate keeps them out now.
    pub leaves: usize,
    /// The same rank.
    pub stays: usize,
    /// Kept out before and after.
    pub out: usize,
}

/// Which way an enterprise moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A better rank.
    Rises,
    /// A worse rank.
    Falls,
    /// No gate keeps it out any more.
    Enters,
    /// A gate keeps it out now.
    Leaves,
    /// The same rank.
    Stays,
    /// Kept out before and after.
    Out,
}

impl Way {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rises => "rises",
            Self::Falls => "falls",
            Self::Enters => "enters",
            Self::Leaves => "leaves",
            Self::Stays => "stays",
            Self::Out => "out",
        }
    }
}

/// One enterprise before and after.
#[derive(Debug, Clone)]
pub struct Move {
    /// The enterprise.
    pub enterprise: Arc<Enterprise>,
    /// Which way it moves.
    pub way: Way,
    /// As it is.
    pub before: Alternative,
    /// As it would be.
    pub after: Alternative,
    /// Score after less score before.
    pub difference: f64,
    /// One per criterion, in the order of [`CriterionId::ALL`]; they sum to `difference`.
    pub terms: Vec<TermMove>,
    /// What each priority counts for, before and after, the largest change first.
    pub priorities: Vec<WishMove>,
    /// The gates whose state changes.
    pub gates: Vec<GateMove>,
    /// The move in one sentence.
    pub text: String,
}

/// One criterion before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct TermMove {
    /// Which criterion.
    pub criterion: CriterionId,
    /// Label in the language asked.
    pub label: String,
    /// Its weight.
    pub weight: f64,
    /// Expected utility before, 0..=1.
    pub utility_before: f64,
    /// Expected utility after.
    pub utility_after: f64,
    /// Contribution before.
    pub before: f64,
    /// Contribution after.
    pub after: f64,
}

impl TermMove {
    /// What the criterion adds to the difference of the scores.
    #[must_use]
    pub fn difference(&self) -> f64 {
        self.after - self.before
    }
}

/// A gate whose state changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateMove {
    /// Stable name.
    pub gate: &'static str,
    /// Label in the language asked.
    pub label: String,
    /// Before.
    pub before: GateState,
    /// After.
    pub after: GateState,
    /// Why, after.
    pub text: String,
}

pub(super) fn moves(scene: &Scene, before: &Ranked, after: &Ranked, lang: Lang) -> Vec<Move> {
    let templates = &scene.world.data.templates;
    let explainer = Explainer::new(&after.profile, templates, lang);
    let by_row = |ranked: &Ranked| -> BTreeMap<usize, Alternative> {
        let all = ranked.ranking.candidates.iter().chain(&ranked.ranking.excluded);
        all.map(|alternative| (alternative.enterprise, alternative.clone())).collect()
    };
    let mut later = by_row(after);
    let mut moves: Vec<Move> = by_row(before)
        .into_iter()
        .map(|(at, before)| {
            let after = later.remove(&at).expect("the same enterprises are ranked twice");
            let enterprise = Arc::clone(&scene.rows.enterprises[at]);
            one(&explainer, enterprise, before, after)
        })
        .collect();
    moves.sort_by(|a, b| {
        let changes_list = |m: &Move| !matches!(m.way, Way::Enters | Way::Leaves);
        let ranks = |m: &Move| m.before.rank.abs_diff(m.after.rank);
        let out = |m: &Move| m.way == Way::Out;
        // To the billionth: the noise of a last bit orders nothing.
        let size = |m: &Move| (m.difference.abs() * 1e9).round();
        out(a)
            .cmp(&out(b))
            .then(changes_list(a).cmp(&changes_list(b)))
            .then(size(b).total_cmp(&size(a)))
            .then(ranks(b).cmp(&ranks(a)))
            .then(a.after.rank.cmp(&b.after.rank))
            .then(a.enterprise.id.cmp(&b.enterprise.id))
    });
    moves
}

fn one(
    explainer: &Explainer<'_>,
    enterprise: Arc<Enterprise>,
    before: Alternative,
    after: Alternative,
) -> Move {
    let way = match (before.is_excluded(), after.is_excluded()) {
        (true, true) => Way::Out,
        (true, false) => Way::Enters,
        (false, true) => Way::Leaves,
        (false, false) if after.rank < before.rank => Way::Rises,
        (false, false) if after.rank > before.rank => Way::Falls,
        (false, false) => Way::Stays,
    };
    let label =
        |criterion: CriterionId| explainer.phrase(&Fact::new(criterion.label_key(), Basis::Stated));
    let terms: Vec<TermMove> = before
        .contributions
        .iter()
        .zip(&after.contributions)
        .map(|(was, is)| TermMove {
            criterion: is.value.criterion,
            label: label(is.value.criterion),
            weight: is.weight,
            utility_before: was.value.utility.point,
            utility_after: is.value.utility.point,
            before: was.contribution,
            after: is.contribution,
        })
        .collect();
    let shown = explainer.gates(&after);
    let gates: Vec<GateMove> = before
        .gates
        .iter()
        .zip(after.gates.iter().zip(shown))
        .filter(|(was, (is, _))| was.state != is.state)
        .map(|(was, (is, shown))| GateMove {
            gate: is.gate,
            label: shown.label,
            before: was.state,
            after: is.state,
            text: shown.fact.text,
        })
        .collect();
    let mut moved = Move {
        difference: after.score - before.score,
        priorities: counted(&before, &after),
        enterprise,
        way,
        before,
        after,
        terms,
        gates,
        text: String::new(),
    };
    moved.text = explainer.sentence(&words::moved(explainer, &moved)).text;
    moved
}

/// What each priority counts for in the criterion: its share of the heaviest one times the
/// membership of the enterprise.
fn counted(before: &Alternative, after: &Alternative) -> Vec<WishMove> {
    let items = |alternative: &Alternative| -> BTreeMap<Concept, f64> {
        let terms = alternative.contributions.iter();
        let priority = terms.filter(|term| term.value.criterion == CriterionId::Priority);
        let items = priority.flat_map(|term| &term.value.items);
        let read = items.filter_map(|item| match item.fact.args.get("concept") {
            Some(Arg::Concept(concept)) => Some((*concept, item.estimate.point)),
            _ => None,
        });
        read.collect()
    };
    paired(&items(before), &items(after))
}

/// The share of each theme and need in the priorities that apply, before and after.
pub(super) fn wishes(before: &[Priority], after: &[Priority]) -> Vec<WishMove> {
    let shares = |list: &[Priority]| -> BTreeMap<Concept, f64> {
        let total: f64 = list.iter().map(|priority| priority.weight).sum();
        let mut shares: BTreeMap<Concept, f64> = BTreeMap::new();
        for priority in list {
            *shares.entry(priority.concept).or_default() += priority.weight / total;
        }
        shares
    };
    paired(&shares(before), &shares(after))
}

fn paired(before: &BTreeMap<Concept, f64>, after: &BTreeMap<Concept, f64>) -> Vec<WishMove> {
    let concepts: BTreeSet<Concept> = before.keys().chain(after.keys()).copied().collect();
    let of = |table: &BTreeMap<Concept, f64>, concept| table.get(&concept).copied().unwrap_or(0.0);
    let mut pairs: Vec<WishMove> = concepts
        .into_iter()
        .map(|concept| WishMove { concept, before: of(before, concept), after: of(after, concept) })
        .collect();
    let size = |pair: &WishMove| (pair.after - pair.before).abs();
    pairs.sort_by(|a, b| size(b).total_cmp(&size(a)).then(b.after.total_cmp(&a.after)));
    pairs
}

pub(super) fn count(moves: &[Move]) -> Totals {
    let mut totals = Totals::default();
    for moved in moves {
        let place = match moved.way {
            Way::Rises => &mut totals.rises,
            Way::Falls => &mut totals.falls,
            Way::Enters => &mut totals.enters,
            Way::Leaves => &mut totals.leaves,
            Way::Stays => &mut totals.stays,
            Way::Out => &mut totals.out,
        };
        *place += 1;
    }
    totals
}
