//! The next datum worth collecting, by the expected change of the decision (methods §7).
//!
//! The decision is the set of the first `k` (10 as declared), and what it is worth the sum of
//! their scores. For one unknown, its **value** is the expected regret of keeping the set as
//! shown when the truth were known: `E[max_S Σ s(e | X) − Σ_(S₀) s(e | X)]`, the value of
//! perfect information on `X` for that decision (Howard 1966, *Information value theory*, IEEE
//! Trans. SSC 2(1), doi:10.1109/TSSC.1966.300074; per unknown, Felli & Hazen 1998, *Sensitivity
//! analysis and the expected value of perfect information*, Medical Decision Making 18(1),
//! doi:10.1177/0272989X9801800117). It is in points of score, at least 0, and 0 when nothing
//! that may be learned would change the set. Data come by value for each point of effort.
//!
//! Three families, one unknown at a time:
//! - `call`: one call to an enterprise settles whether it wants to come, is still at work, is
//!   already here, and when it can come. One refusal takes it out of the set: an implantation
//!   that cannot be is worth nothing.
//! - `need`: the severity or the coverage of a need, shared by every candidate that answers
//!   it; each is evaluated again for real.
//! - `item`: an unknown item of proof, readiness or anchoring; these criteria are means, so
//!   the score moves by exactly the weight of the item.
//!
//! **Where the true probability is arbitrary** it is the declared one: prior means
//! (`index/priors.toml`) for items and the will, `index/steps.toml` for presence, activity and
//! availability. An item known as `[l, u]` with point `p` follows the Beta of methods §6, in
//! five slices of equal chance, each at its conditional mean (so that the mean stays `p`); an
//! item of anchoring is there or not; a coverage is read at five quantiles, moved to its mean.
//!
//! Deterministic: ties go by key. It cannot see two data that matter only together, nor an
//! enterprise so far down that one datum would not bring it near: the first `k` and the
//! declared number after them are read.

mod calls;
mod decision;
mod items;
mod needs;
mod spread;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::concept::Concept;
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::Fact;
use crate::domain::rules::Rules;
use crate::matching::outcome::Alternative;
use crate::matching::{Evaluator, Options, Ranking};
use crate::planning::what_would_change::effort::Effort;

use decision::{Decision, Outcome};

/// What a datum is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// One call to an enterprise.
    Call,
    /// The severity or the coverage of a need here.
    Need,
    /// An item of one enterprise.
    Item,
}

/// A datum worth collecting.
#[derive(Debug, Clone, PartialEq)]
pub struct Datum {
    /// Stable key (`call/<enterprise>`, `need/<id>/coverage`, `item/<enterprise>/<item>`).
    pub key: String,
    /// What it is about.
    pub family: Family,
    /// Who looks for what.
    pub fact: Fact,
    /// Expected gain in the sum of the first scores, > 0.
    pub value: f64,
    /// What it takes to collect.
    pub effort: Effort,
    /// The effort on the printed scale.
    pub effort_value: f64,
    /// Chance that the set of the first changes once it is known, 0..=1.
    pub probability: f64,
    /// Positions of the enterprises that could enter the set.
    pub enter: Vec<usize>,
    /// Positions of those that could leave it.
    pub leave: Vec<usize>,
    /// Positions of the enterprises whose score or presence depends on it, the best first.
    pub concerns: Vec<usize>,
    /// The need, for a gap.
    pub need: Option<Concept>,
    /// The item or the side of the gap (`carrier`, `coverage`…).
    pub item: Option<&'static str>,
}

/// What is worth collecting next, the first first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NextData {
    /// How many make the set that is decided on; 0 when there is nothing to choose.
    pub first: usize,
    /// The data; empty when no datum alone would change the set.
    pub data: Vec<Datum>,
}

/// The declared numbers.
struct Numbers {
    near: usize,
    values: usize,
    shown: usize,
    of_a_family: usize,
    gain_min: f64,
    width_min: f64,
    efforts: BTreeMap<String, f64>,
    scale: [f64; 4],
}

impl Numbers {
    fn read(rules: &Rules) -> Self {
        let whole = |name: &str| rules.number(name) as usize;
        let scale = ["call", "document", "letter", "premises"]
            .map(|name| rules.number(&format!("steps.effort.{name}")));
        let efforts = rules.iter().filter_map(|(name, class)| {
            Some((name.strip_prefix("steps.datum.effort.")?.to_owned(), class))
        });
        Self {
            near: whole("steps.datum.near"),
            values: whole("steps.datum.values").max(1),
            shown: whole("steps.datum.shown"),
            of_a_family: whole("steps.datum.of_a_family"),
            gain_min: rules.number("steps.datum.gain_min"),
            width_min: rules.number("steps.datum.width_min"),
            efforts: efforts.collect(),
            scale,
        }
    }

    /// What a datum of this name takes, and its value on the printed scale.
    fn effort(&self, name: &str) -> (Effort, f64) {
        let class = self.efforts.get(name).copied().unwrap_or(2.0);
        let at = (class.round() as usize).clamp(1, Effort::ALL.len()) - 1;
        (Effort::ALL[at], self.scale[at])
    }
}

/// Everything that is read to weigh the data of one answer.
struct Weighing<'a> {
    evaluator: &'a Evaluator<'a>,
    enterprises: &'a [Arc<Enterprise>],
    options: &'a Options,
    numbers: Numbers,
    decision: Decision,
    /// The alternatives read, listed first, the best first.
    near: Vec<&'a Alternative>,
    /// Only what concerns these enterprises is weighed.
    only: Option<&'a [usize]>,
}

impl Weighing<'_> {
    fn concerns(&self, row: usize) -> bool {
        self.only.is_none_or(|rows| rows.contains(&row))
    }

    /// A datum from what may be learned; `None` where the set would not change enough.
    fn datum(
        &self,
        (key, family): (String, Family),
        fact: Fact,
        effort: &str,
        outcomes: &[Outcome],
    ) -> Option<Datum> {
        let weighed = self.decision.weigh(outcomes);
        if weighed.gain < self.numbers.gain_min {
            return None;
        }
        let (effort, effort_value) = self.numbers.effort(effort);
        Some(Datum {
            key,
            family,
            fact,
            value: weighed.gain,
            effort,
            effort_value,
            probability: weighed.probability,
            enter: weighed.enter,
            leave: weighed.leave,
            concerns: Vec::new(),
            need: None,
            item: None,
        })
    }
}

/// The data worth collecting first for a ranking; with `only`, those that concern these
/// enterprises (positions), whatever their place.
///
/// # Panics
/// If `index/steps.toml` lacks a number: a bug, not data.
#[must_use]
pub fn next_data(
    evaluator: &Evaluator<'_>,
    enterprises: &[Arc<Enterprise>],
    ranking: &Ranking,
    options: &Options,
    only: Option<&[usize]>,
) -> NextData {
    let rules = &evaluator.profile().rules;
    let numbers = Numbers::read(rules);
    let Some(first) = first(rules, ranking.candidates.len()) else {
        return NextData::default();
    };
    let mut listed: Vec<&Alternative> = ranking.candidates.iter().collect();
    // The set is decided on expected scores, whatever order the page follows.
    listed.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.enterprise.cmp(&b.enterprise)));
    let asked = |row: usize| only.is_some_and(|rows| rows.contains(&row));
    let mut near: Vec<&Alternative> = listed
        .iter()
        .enumerate()
        .filter(|(at, a)| *at < first + numbers.near || asked(a.enterprise))
        .map(|(_, a)| *a)
        .collect();
    let decision = Decision::new(first, near.iter().map(|a| (a.enterprise, a.score)).collect());
    near.extend(ranking.excluded.iter().filter(|a| calls::is_doubted_refusal(a, enterprises)));
    let weighing = Weighing { evaluator, enterprises, options, numbers, decision, near, only };
    let mut data = calls::data(&weighing);
    data.extend(needs::data(&weighing));
    data.extend(items::data(&weighing));
    data.sort_by(|a, b| {
        let worth = |datum: &Datum| datum.value / datum.effort_value;
        worth(b).total_cmp(&worth(a)).then_with(|| a.key.cmp(&b.key))
    });
    if only.is_none() {
        // A page of ten calls would hide the rest: a few of each family, in their order.
        let mut seen: BTreeMap<Family, usize> = BTreeMap::new();
        data.retain(|datum| {
            let count = seen.entry(datum.family).or_default();
            *count += 1;
            *count <= weighing.numbers.of_a_family
        });
    }
    data.truncate(weighing.numbers.shown);
    NextData { first, data }
}

/// How many make the set: the first declared number that leaves somebody out.
fn first(rules: &Rules, listed: usize) -> Option<usize> {
    (0..)
        .map(|at| format!("steps.datum.first.{at}"))
        .map_while(|name| rules.iter().find(|(known, _)| *known == name).map(|(_, n)| n as usize))
        .find(|&first| first > 0 && first < listed)
}
