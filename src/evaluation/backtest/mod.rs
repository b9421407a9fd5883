//! The backtest: what has this engine ever got right?
//!
//! Each known implantation (enterprise, territory, year) is replayed with the world as it
//! was on 31 December of the year before, the traces it left taken out ([`masking`],
//! [`crate::scouting::replay::traces`]), and the rank of the enterprise among those that
//! could have come is compared with four [`baselines`] on the same candidates. Figures are
//! means over events ([`crate::evaluation::metrics`]), their bounds a [`bootstrap`] by
//! enterprise; halves are shared out by enterprise, one to look at, one to believe.
//!
//! What it can prove: whether the order of the candidates has something to do with where
//! enterprises went. What it cannot: that they went where they were most needed (chance,
//! money and people decided too), nor that those ranked before would have failed. Large
//! cities dominate, records were written after the events, and who never spread is not
//! there. It is a reason to look for faults, never a target to fit weights to.

pub mod baselines;
pub mod bootstrap;
pub mod destination;
pub mod masking;
pub mod play;
pub mod truth;

use std::collections::BTreeMap;

use crate::domain::rules::Rules;
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;

use self::baselines::Method;
use self::bootstrap::{Interval, Plan, intervals};
use self::play::{Played, play};
use self::truth::{Half, Truth};
use super::metrics::Figure;

/// A figure of a method, or of a difference of two.
pub type Row<K> = (K, [Interval; Figure::ALL.len()]);

/// What a set of events shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Events.
    pub events: usize,
    /// Enterprises they are of.
    pub enterprises: usize,
    /// Every figure of every method, in the order of [`Method::ALL`].
    pub methods: Vec<Row<Method>>,
    /// Essaim less each baseline, paired: above 0, Essaim is better.
    pub differences: Vec<Row<Method>>,
    /// What each criterion says, in the order of the design.
    pub criteria: Vec<CriterionSummary>,
    /// How many events each gate would have kept out.
    pub gates: BTreeMap<&'static str, usize>,
}

/// What one criterion says over some events.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CriterionSummary {
    /// Its name.
    pub criterion: &'static str,
    /// Mean share of the other candidates that it puts below the enterprise, ties counting
    /// half: 0.5 is what chance gives.
    pub above: Interval,
    /// Mean share of the other candidates of which it says just the same: near 1 it tells
    /// nobody apart.
    pub tied: Interval,
}

/// The answer of a backtest.
#[derive(Debug)]
pub struct Backtest {
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The truth file as read.
    pub truth: Truth,
    /// How the bounds were drawn.
    pub plan: Plan,
    /// All events together; `None` without any.
    pub all: Option<Summary>,
    /// Each half; one without events is left out.
    pub halves: Vec<(Half, Summary)>,
    /// Every event, in the order of the file.
    pub events: Vec<Played>,
}

/// Replays a truth file.
///
/// Deterministic: the same scene and the same file give the same figures.
///
/// # Errors
/// The index cannot be read.
///
/// # Panics
/// If a number of `index/backtest.toml` is missing.
pub fn backtest(scene: &Scene, truth: Truth) -> Result<Backtest, ScoutingError> {
    let rules = &scene.world.data.rules;
    let plan = plan(rules);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a small count
    let widest = rules.number("backtest.gaps_read") as usize;
    let events = play(scene, &truth.events, widest)?;
    let all: Vec<&Played> = events.iter().collect();
    let half = |half: Half| {
        let kept: Vec<&Played> = events.iter().filter(|p| p.event.half == half).collect();
        Some((half, summary(&kept, &plan)?))
    };
    Ok(Backtest {
        seq: scene.seq,
        rules: rules.digest.clone(),
        all: summary(&all, &plan),
        halves: [Half::Dev, Half::Held].into_iter().filter_map(half).collect(),
        plan,
        truth,
        events,
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // declared counts
fn plan(rules: &Rules) -> Plan {
    let number = |name: &str| rules.number(&format!("backtest.{name}"));
    Plan { draws: number("draws") as u64, seed: number("seed") as u64, level: number("level") }
}

/// The figures of some events; `None` without any.
#[must_use]
pub fn summary(events: &[&Played], plan: &Plan) -> Option<Summary> {
    let mut names: Vec<&str> = events.iter().map(|p| p.event.enterprise.as_str()).collect();
    let clusters: Vec<usize> = {
        let rows = names.clone();
        names.sort_unstable();
        names.dedup();
        let at = |name| names.binary_search(name).expect("every name is listed");
        rows.iter().map(at).collect()
    };
    let column = |method: Method, figure: Figure| -> Vec<f64> {
        events.iter().map(|played| played.value(method, figure)).collect()
    };
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for method in Method::ALL {
        columns.extend(Figure::ALL.map(|figure| column(method, figure)));
    }
    for baseline in Method::BASELINES {
        for figure in Figure::ALL {
            let theirs = column(baseline, figure);
            let ours = column(Method::Essaim, figure);
            columns.push(ours.iter().zip(&theirs).map(|(ours, theirs)| ours - theirs).collect());
        }
    }
    let criteria: Vec<&'static str> =
        events.first()?.criteria.iter().map(|standing| standing.criterion).collect();
    for at in 0..criteria.len() {
        columns.push(events.iter().map(|played| played.criteria[at].above).collect());
        columns.push(events.iter().map(|played| played.criteria[at].tied).collect());
    }
    let mut found = intervals(&columns, &clusters, plan)?.into_iter();
    let mut next = || found.next().expect("one interval per column");
    let methods = Method::ALL.map(|method| (method, std::array::from_fn(|_| next()))).to_vec();
    let differences =
        Method::BASELINES.map(|method| (method, std::array::from_fn(|_| next()))).to_vec();
    let criteria = criteria
        .into_iter()
        .map(|criterion| CriterionSummary { criterion, above: next(), tied: next() })
        .collect();
    let mut gates: BTreeMap<&'static str, usize> = BTreeMap::new();
    for gate in events.iter().flat_map(|played| &played.unmet) {
        *gates.entry(gate).or_default() += 1;
    }
    Some(Summary {
        events: events.len(),
        enterprises: names.len(),
        methods,
        differences,
        criteria,
        gates,
    })
}
