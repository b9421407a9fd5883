//! One weight moves, the others keep their proportions: how far does the order hold?

use super::PerCriterion;
use crate::matching::outcome::CriterionId;
use crate::matching::weights::CRITERIA;

/// The weights of one criterion, `low..=high` within 0..=1, between which something holds;
/// on the edge a rival is level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightRange {
    /// The least weight.
    pub low: f64,
    /// The greatest weight.
    pub high: f64,
}

/// The weights of `criterion` within which the order of `a` and `b` stays what it is now,
/// the other weights being rescaled to keep their proportions. Just the present weight when
/// the two are level now and would part at once. `None` when `criterion` has all the weight:
/// the others have no proportions to keep.
#[must_use]
pub fn order_holds(
    a: &PerCriterion,
    b: &PerCriterion,
    weights: &PerCriterion,
    criterion: CriterionId,
) -> Option<WeightRange> {
    let lead = Lead::of(a, b, weights, criterion)?;
    let now = weights[criterion.at()];
    match lead.sign(now) {
        0.0 if lead.flat() => Some(WeightRange { low: 0.0, high: 1.0 }),
        0.0 => Some(WeightRange { low: now, high: now }),
        sign => Some(around(now, &[lead], |t| lead.sign(t) == sign)),
    }
}

/// The weights of `criterion` within which `candidate` keeps its rank among `others` (one
/// more than those strictly ahead), the other weights being rescaled to keep their
/// proportions. `None` when `criterion` has all the weight.
///
/// The rank may hold while the rivals ahead change: one falls back as another passes.
#[must_use]
pub fn rank_holds(
    candidate: &PerCriterion,
    others: &[PerCriterion],
    weights: &PerCriterion,
    criterion: CriterionId,
) -> Option<WeightRange> {
    let leads: Vec<Lead> = others
        .iter()
        .map(|other| Lead::of(candidate, other, weights, criterion))
        .collect::<Option<_>>()?;
    let now = weights[criterion.at()];
    if now >= 1.0 {
        return None;
    }
    let ahead = |t: f64| leads.iter().filter(|lead| lead.sign(t) < 0.0).count();
    let rank = ahead(now);
    Some(around(now, &leads, |t| ahead(t) == rank))
}

/// How far a candidate leads a rival, as a function of the weight of one criterion: a
/// straight line.
#[derive(Clone, Copy)]
struct Lead {
    /// The lead when the criterion weighs nothing.
    at_0: f64,
    /// The lead when it weighs everything.
    at_1: f64,
}

/// Leads smaller than this are a rounding.
const LEVEL: f64 = 1e-12;

impl Lead {
    /// `None` when the criterion has all the weight.
    fn of(
        candidate: &PerCriterion,
        other: &PerCriterion,
        weights: &PerCriterion,
        criterion: CriterionId,
    ) -> Option<Self> {
        let at = criterion.at();
        let others = || (0..CRITERIA).filter(|&c| c != at);
        let rest: f64 = others().map(|c| weights[c]).sum();
        if rest <= 0.0 {
            return None;
        }
        let lead = |c: usize| candidate[c] - other[c];
        let at_0 = others().map(|c| weights[c] * lead(c)).sum::<f64>() / rest;
        Some(Self { at_0, at_1: lead(at) })
    }

    /// −1, 0 or 1: behind, level, ahead.
    fn sign(&self, t: f64) -> f64 {
        let lead = self.at_0 + t * (self.at_1 - self.at_0);
        if lead.abs() <= LEVEL { 0.0 } else { lead.signum() }
    }

    /// Level whatever the weight.
    fn flat(&self) -> bool {
        self.at_0.abs() <= LEVEL && self.at_1.abs() <= LEVEL
    }

    /// The weight at which the two are level, where there is one within 0..=1.
    fn crossing(&self) -> Option<f64> {
        let slope = self.at_1 - self.at_0;
        let t = -self.at_0 / slope;
        (slope.abs() > LEVEL && (0.0..=1.0).contains(&t)).then_some(t)
    }
}

/// The widest range around `now` between two crossings where `holds` does; crossings
/// themselves, where rivals are level, are its edges and do not cut it.
fn around(now: f64, leads: &[Lead], holds: impl Fn(f64) -> bool) -> WeightRange {
    let mut cuts: Vec<f64> = leads.iter().filter_map(Lead::crossing).collect();
    cuts.sort_by(f64::total_cmp);
    let stretch = |cuts: &mut dyn Iterator<Item = f64>, end: f64| -> f64 {
        let mut reached = now;
        for cut in cuts.chain([end]) {
            if (cut - reached).abs() > LEVEL && !holds(f64::midpoint(reached, cut)) {
                return reached;
            }
            reached = cut;
        }
        end
    };
    WeightRange {
        low: stretch(&mut cuts.iter().copied().rev().filter(|&cut| cut < now), 0.0),
        high: stretch(&mut cuts.iter().copied().filter(|&cut| cut > now), 1.0),
    }
}
