//! How far a need is from being met in a territory, with its evidence (methods §1, §2).

use jiff::civil::Date;

use super::concept::Concept;
use super::estimate::Estimate;
use super::provenance::Source;
use super::taxonomy::IndicatorRole;
use super::territory::{DensityClass, TerritoryKind};

/// One indicator read for a need.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorEvidence {
    /// Indicator id.
    pub indicator: String,
    /// French label.
    pub label: String,
    /// The published value.
    pub value: f64,
    /// The value after shrinkage, where the population is small (Marshall 1991).
    pub shrunk: Option<f64>,
    /// Unit, in words.
    pub unit: String,
    /// Year.
    pub year: Option<i16>,
    /// Direct or proxy.
    pub role: IndicatorRole,
    /// Share of the reference class that needs it less, 0..=1, higher is more need.
    pub percentile: f64,
    /// Kind of the territories compared with.
    pub reference_kind: TerritoryKind,
    /// Density class compared within; `None` is all classes.
    pub reference_density: Option<DensityClass>,
    /// How many territories were compared.
    pub reference_size: usize,
    /// Name of the larger territory it was inherited from; `None` is the territory itself.
    pub inherited_from: Option<String>,
    /// Its weight in the severity.
    pub weight: f64,
    /// Source with year and licence.
    pub source: Source,
}

/// How strong a need is.
#[derive(Debug, Clone, PartialEq)]
pub struct Severity {
    /// `s`, 0..=1, higher is more need.
    pub level: Estimate,
    /// What it rests on; empty is "non mesurée".
    pub evidence: Vec<IndicatorEvidence>,
}

/// One source of supply counted for a need.
#[derive(Debug, Clone, PartialEq)]
pub struct SupplyEvidence {
    /// Source id.
    pub id: String,
    /// French label.
    pub label: String,
    /// Unit, in French.
    pub unit: String,
    /// Structures counted in the territory.
    pub counted: f64,
    /// Structures expected in the territory's catchment at the source's own mean.
    pub expected: f64,
    /// Accessibility over the mean of the source's perimeter (1 is the mean).
    pub ratio: f64,
    /// Reliability `h` for this need, 0..=1.
    pub reliability: f64,
    /// The best served neighbours in reach: (name, structures).
    pub neighbours: Vec<(String, f64)>,
    /// Catchment radius, km.
    pub catchment_km: f64,
    /// Source with year and licence.
    pub source: Source,
}

/// How far a need is covered by counted supply.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// `c`, 0..=1, higher is better covered.
    pub level: Estimate,
    /// What it rests on; empty is "non mesurée" (the bare prior, 0.73).
    pub evidence: Vec<SupplyEvidence>,
    /// Its distribution; `None` where only the bounds of `level` are known.
    pub quantiles: Option<Quantiles>,
}

/// How many quantiles are kept.
pub const KNOTS: usize = 13;

/// A distribution between two of its quantiles, by a few of them: what a coverage may be.
///
/// Values do not decrease. Probabilities are evenly spaced from the lower bound's to the
/// upper bound's, between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantiles {
    low: f64,
    high: f64,
    values: [f64; KNOTS],
}

impl Quantiles {
    /// The probabilities kept between those of the two bounds, ascending, bounds included.
    #[must_use]
    pub fn probabilities(low: f64, high: f64) -> [f64; KNOTS] {
        std::array::from_fn(|at| low + (high - low) * at as f64 / (KNOTS - 1) as f64)
    }

    /// The weighted sum of the quantiles of several quantities that move together: that of
    /// each is read at the same probability. Weights sum to 1 for a mean.
    ///
    /// `None` where `parts` is empty.
    #[must_use]
    pub fn sum(
        (low, high): (f64, f64),
        parts: impl IntoIterator<Item = (f64, [f64; KNOTS])>,
    ) -> Option<Self> {
        let mut sum: Option<[f64; KNOTS]> = None;
        for (weight, part) in parts {
            let values = sum.get_or_insert([0.0; KNOTS]);
            values.iter_mut().zip(part).for_each(|(value, x)| *value += weight * x);
        }
        sum.map(|values| Self { low, high, values })
    }

    /// The quantile of a probability, 0..=1, linear between two that are kept; what lies
    /// beyond a bound counts at the bound. Never decreases.
    #[must_use]
    pub fn at(&self, probability: f64) -> f64 {
        let step = (self.high - self.low) / (KNOTS - 1) as f64;
        let place = ((probability - self.low) / step).clamp(0.0, (KNOTS - 1) as f64);
        let at = (place as usize).min(KNOTS - 2);
        let share = place - at as f64;
        self.values[at] + share * (self.values[at + 1] - self.values[at])
    }
}

/// One observation counted for a need.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldEvidence {
    /// Id of the observation; empty for one given in a request.
    pub id: String,
    /// The words.
    pub text: String,
    /// Reported severity, 0..=1.
    pub severity: f64,
    /// `confidence · 2^(−age/3 years)`.
    pub weight: f64,
    /// The people it speaks of; `None` is everyone.
    pub public: Option<Concept>,
    /// The step it says is lacking.
    pub step: Option<Concept>,
    /// When.
    pub date: Date,
    /// Which organisation says so.
    pub by: Option<String>,
    /// Where it is said.
    pub source: Source,
}

/// What the field reports of a need.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FieldReport {
    /// The observations counted, the heaviest first.
    pub evidence: Vec<FieldEvidence>,
    /// One says it lacks, another that it suffices.
    pub contradicted: bool,
}

impl FieldReport {
    /// `o = Σ w s / (Σ w + 0.5)`, 0..=1 (methods §2.4).
    ///
    /// An observation about another public than `public` counts half; with `None`
    /// every observation counts whole.
    #[must_use]
    pub fn level(&self, public: Option<Concept>) -> f64 {
        let (mut sum, mut weights) = (0.0, 0.0);
        for item in &self.evidence {
            let other = matches!((public, item.public), (Some(a), Some(b)) if a != b);
            let weight = if other { item.weight / 2.0 } else { item.weight };
            sum += weight * item.severity;
            weights += weight;
        }
        sum / (weights + 0.5)
    }
}

/// A gap: how far a need is from being met in a territory.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// The need.
    pub need: Concept,
    /// How strong it is.
    pub severity: Severity,
    /// How far it is covered.
    pub coverage: Coverage,
    /// `g = s (1 − c)` with its bounds.
    pub measured: Estimate,
    /// What the field reports.
    pub field: FieldReport,
    /// `G = 1 − (1 − g)(1 − 0.8 o)`, 0..=1, higher is wider.
    pub level: Estimate,
    /// The datum that would inform it best: an indicator or a register, in words.
    pub best_datum: Option<String>,
}

/// Share of the field's report that enters the gap (methods §2.5).
pub const FIELD_SHARE: f64 = 0.8;

impl Gap {
    /// `G` for an answer about `public`: observations about others count half.
    ///
    /// With `None`, or when no observation names a public, this is [`Gap::level`].
    #[must_use]
    pub fn level_for(&self, public: Option<Concept>) -> Estimate {
        combine(self.measured, self.field.level(public))
    }
}

/// `G = 1 − (1 − g)(1 − 0.8 o)`, never decreasing in `g` nor in `o` (methods §2.5).
#[must_use]
pub fn combine(measured: Estimate, field: f64) -> Estimate {
    Estimate {
        point: combined(measured.point, field),
        low: combined(measured.low, field),
        high: combined(measured.high, field),
        basis: measured.basis,
    }
}

/// The same for one value of `g`, all of them 0..=1.
#[must_use]
pub fn combined(measured: f64, field: f64) -> f64 {
    1.0 - (1.0 - measured) * (1.0 - FIELD_SHARE * field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_linear_between_knots_and_stop_at_the_bounds() {
        let straight = Quantiles::probabilities(0.05, 0.95);
        let double = straight.map(|p| 2.0 * p);
        let mean = Quantiles::sum((0.05, 0.95), [(0.5, straight), (0.5, double)]).unwrap();
        for p in [0.05, 0.2, 0.5, 0.77, 0.95] {
            assert!((mean.at(p) - 1.5 * p).abs() < 1e-12, "{p}");
        }
        assert!((mean.at(0.0) - 0.075).abs() < 1e-12 && (mean.at(1.0) - 1.425).abs() < 1e-12);
        assert_eq!(Quantiles::sum((0.05, 0.95), []), None);
    }
}
