//! **proof**: what proves its effect? (methods §4)
//!
//! Five items: the level of its best evidence (outputs 0.35, outcome or survey 0.6,
//! independent evaluation 0.9), years of work, other places, scale, labels; weighted
//! 0.5, 0.15, 0.15, 0.1, 0.1; the last four are `1 − exp(−x / scale)`. Read from the
//! figures, dates, sites and labels of the record, none later than the date asked.
//! Numbers of sites and money prove scale, not effect. It cannot see an evaluation that
//! was never published.
//!
//! | key | args |
//! |---|---|
//! | `criterion.proof.evidence_level.outputs`, `criterion.proof.evidence_level.outcome`, `criterion.proof.evidence_level.evaluation` | `value` Number?, `unit` Text?, `year` Year? |
//! | `criterion.proof.evidence_level.unknown` | none |
//! | `criterion.proof.years` | `since` Year, `years` Count |
//! | `criterion.proof.years.from_site` | same: shown by its earliest site |
//! | `criterion.proof.years.unknown` | none |
//! | `criterion.proof.other_places` | `known` Count of places, `places` List of communes |
//! | `criterion.proof.other_places.declared` | same, plus `declared` Count, `year` Year? |
//! | `criterion.proof.other_places.unknown` | none |
//! | `criterion.proof.scale` | `count` Count of figures, of one: `value` Number?, `unit` Text?, `year` Year? |
//! | `criterion.proof.scale.unknown` | none |
//! | `criterion.proof.labels` | `count` Count, `labels` List |
//! | `criterion.proof.labels.unknown` | none |

use jiff::civil::Date;

use super::{Criterion, distinct, saturating, weighted_mean};
use crate::domain::enterprise::{Enterprise, Evidence, EvidenceLevel};
use crate::domain::estimate::Estimate;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::{Basis, Source};
use crate::domain::rules::Rules;
use crate::matching::names::fold;
use crate::matching::outcome::{CriterionId, CriterionValue, Item};
use crate::matching::presence::{ended, evidence_at, first_year, labels_at, open_sites, source_of};
use crate::matching::profile::TerritoryProfile;
use crate::matching::robustness::model::{Items, Model};

/// The criterion, with its numbers.
pub struct Proof {
    weights: [f64; 5],
    outputs: f64,
    outcome: f64,
    evaluation: f64,
    years_scale: f64,
    places_scale: f64,
    figures_scale: f64,
    labels_scale: f64,
    priors: [f64; 5],
}

impl Proof {
    /// Ready to evaluate.
    #[must_use]
    pub fn new(rules: &Rules) -> Self {
        let number = |name: &str| rules.number(&format!("criteria.proof.{name}"));
        let prior = |name: &str| rules.number(&format!("priors.proof.{name}"));
        let items = ["level", "years", "other_places", "scale", "labels"];
        Self {
            weights: items.map(|name| number(&format!("weight_{name}"))),
            outputs: number("outputs"),
            outcome: number("outcome"),
            evaluation: number("evaluation"),
            years_scale: number("years_scale"),
            places_scale: number("places_scale"),
            figures_scale: number("figures_scale"),
            labels_scale: number("labels_scale"),
            priors: ["evidence_level", "years", "other_places", "scale", "labels"].map(prior),
        }
    }

    fn level(&self, enterprise: &Enterprise, as_of: Date) -> Item {
        let best = best_evidence(enterprise, as_of);
        let (value, key) = match best.map(|evidence| evidence.level) {
            Some(EvidenceLevel::Evaluation) => {
                (self.evaluation, "criterion.proof.evidence_level.evaluation")
            }
            Some(EvidenceLevel::Outcome) => {
                (self.outcome, "criterion.proof.evidence_level.outcome")
            }
            Some(EvidenceLevel::Outputs) => {
                (self.outputs, "criterion.proof.evidence_level.outputs")
            }
            Some(EvidenceLevel::None) | None => {
                let key = "criterion.proof.evidence_level.unknown";
                return unknown("evidence_level", self.priors[0], key, enterprise);
            }
        };
        let fact = best.map_or_else(|| Fact::new(key, Basis::Stated), |best| figure(key, best));
        known("evidence_level", value, value, Basis::Stated, fact)
    }

    fn years(&self, enterprise: &Enterprise, as_of: Date) -> Item {
        let Some((since, from_site)) = first_year(enterprise, as_of) else {
            return unknown("years", self.priors[1], "criterion.proof.years.unknown", enterprise);
        };
        let years = u64::try_from(as_of.year().saturating_sub(since)).unwrap_or(0);
        let value = saturating(years as f64, self.years_scale);
        let (key, basis) = match from_site {
            true => ("criterion.proof.years.from_site", Basis::Inferred),
            false if enterprise.is_inferred("founded") => {
                ("criterion.proof.years", Basis::Inferred)
            }
            false => ("criterion.proof.years", Basis::Stated),
        };
        let fact = Fact::new(key, basis)
            .with("since", Arg::Year(since))
            .with("years", Arg::Count(years))
            .from_sources(enterprise.sources.clone());
        // A site shows that it is at least so old.
        let high = if from_site { 1.0 } else { value };
        known("years", value, high, basis, fact)
    }

    fn other_places(&self, enterprise: &Enterprise, as_of: Date) -> Item {
        let places = places_of(enterprise, as_of);
        let declared = declared_sites(enterprise, as_of);
        let count = places.len().max(declared.map_or(0, |(count, _)| count as usize));
        if count == 0 {
            let key = "criterion.proof.other_places.unknown";
            return unknown("other_places", self.priors[2], key, enterprise);
        }
        let value = saturating(count as f64 - 1.0, self.places_scale);
        let key = match declared {
            Some(_) => "criterion.proof.other_places.declared",
            None => "criterion.proof.other_places",
        };
        let mut fact = Fact::new(key, Basis::Stated)
            .with("known", Arg::Count(places.len() as u64))
            .with("places", Arg::List(places))
            .from_sources(enterprise.sources.clone());
        if let Some((count, year)) = declared {
            fact = fact.with("declared", Arg::Count(u64::from(count)));
            if let Some(year) = year {
                fact = fact.with("year", Arg::Year(year));
            }
        }
        // Lists of sites are never complete; a number that is declared is.
        let high = if declared.is_some() { value } else { 1.0 };
        known("other_places", value, high, Basis::Stated, fact)
    }

    fn scale(&self, enterprise: &Enterprise, as_of: Date) -> Item {
        let figures: Vec<&Evidence> =
            evidence_at(enterprise, as_of).filter(|evidence| evidence.proves_scale).collect();
        let Some(latest) = figures.iter().copied().max_by_key(|evidence| evidence.year) else {
            return unknown("scale", self.priors[3], "criterion.proof.scale.unknown", enterprise);
        };
        let value = saturating(figures.len() as f64, self.figures_scale);
        let sources: Vec<Source> = figures.iter().map(|evidence| source_of(evidence)).collect();
        let fact = figure("criterion.proof.scale", latest)
            .with("count", Arg::Count(figures.len() as u64))
            .from_sources(distinct(&sources));
        known("scale", value, value, Basis::Stated, fact)
    }

    fn labels(&self, enterprise: &Enterprise, as_of: Date) -> Item {
        let labels: Vec<String> = labels_at(enterprise, as_of).cloned().collect();
        if labels.is_empty() {
            return unknown("labels", self.priors[4], "criterion.proof.labels.unknown", enterprise);
        }
        let value = saturating(labels.len() as f64, self.labels_scale);
        let fact = Fact::new("criterion.proof.labels", Basis::Stated)
            .with("count", Arg::Count(labels.len() as u64))
            .with("labels", Arg::List(labels))
            .from_sources(enterprise.sources.clone());
        known("labels", value, value, Basis::Stated, fact)
    }
}

impl Criterion for Proof {
    fn id(&self) -> CriterionId {
        CriterionId::Proof
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> CriterionValue {
        let as_of = profile.context.as_of;
        let items = vec![
            self.level(enterprise, as_of),
            self.years(enterprise, as_of),
            self.other_places(enterprise, as_of),
            self.scale(enterprise, as_of),
            self.labels(enterprise, as_of),
        ];
        weighted_mean(CriterionId::Proof, items, &self.weights)
    }

    fn model(
        &self,
        _: &TerritoryProfile,
        enterprise: &Enterprise,
        value: &CriterionValue,
    ) -> Box<dyn Model> {
        Box::new(Items::mean(self.id(), enterprise, &value.items, &self.weights))
    }
}

/// The best piece of evidence known at `as_of`: by level, then by year, the first of the
/// record on a tie; `None` where nothing says anything of effect.
#[must_use]
pub(crate) fn best_evidence(enterprise: &Enterprise, as_of: Date) -> Option<&Evidence> {
    evidence_at(enterprise, as_of)
        .filter(|evidence| evidence.level >= EvidenceLevel::Outputs)
        .reduce(
            |best, other| {
                if (other.level, other.year) > (best.level, best.year) { other } else { best }
            },
        )
}

/// A figure as a fact: value, unit, year and source.
pub(crate) fn figure(key: &'static str, evidence: &Evidence) -> Fact {
    let mut fact = Fact::new(key, Basis::Stated).from_sources(vec![source_of(evidence)]);
    if let Some(value) = evidence.value {
        fact = fact.with("value", Arg::Number(value));
    }
    if let Some(unit) = &evidence.unit {
        fact = fact.with("unit", Arg::Text(unit.clone()));
    }
    if let Some(year) = evidence.year {
        fact = fact.with("year", Arg::Year(year));
    }
    fact
}

/// The number of sites it declares and its year, where known at `as_of`.
pub(crate) fn declared_sites(enterprise: &Enterprise, as_of: Date) -> Option<(u32, Option<i16>)> {
    enterprise.sites_declared.filter(|(_, year)| year.is_none_or(|year| ended(year, as_of)))
}

/// The distinct places of its open sites, as written, in the order of the record.
fn places_of(enterprise: &Enterprise, as_of: Date) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    for site in open_sites(enterprise, as_of) {
        let place = &site.place;
        let name = place.commune.as_ref().or(place.departement.as_ref()).or(place.region.as_ref());
        if let Some(name) = name.filter(|name| !places.iter().any(|p| fold(p) == fold(name))) {
            places.push(name.clone());
        }
    }
    places
}

fn known(name: &'static str, value: f64, high: f64, basis: Basis, fact: Fact) -> Item {
    Item { name, estimate: Estimate::within(value, value, high, basis), fact }
}

fn unknown(name: &'static str, prior: f64, key: &'static str, enterprise: &Enterprise) -> Item {
    let fact = Fact::new(key, Basis::Prior).from_sources(enterprise.sources.clone());
    Item { name, estimate: Estimate::unknown(prior), fact }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixtures::{Case, evidence};

    fn value(case: &Case) -> CriterionValue {
        Proof::new(&case.rules()).evaluate(&case.profile(), &case.enterprise)
    }

    #[test]
    fn the_best_level_counts_half_and_silence_is_below_weak_proof() {
        let mut case = Case::bare();
        let silent = value(&case);
        assert!(silent.items.iter().all(|item| item.estimate.is_unknown()));
        assert!(!silent.items[0].fact.sources.is_empty());
        let mut last = silent.utility.point;
        for level in [EvidenceLevel::Outputs, EvidenceLevel::Outcome, EvidenceLevel::Evaluation] {
            case.enterprise.evidence.push(evidence(level, Some(2020)));
            let next = value(&case).utility.point;
            assert!(next > last);
            last = next;
        }
        assert!((last - silent.utility.point - 0.5 * (0.9 - 0.3)).abs() < 1e-12);
    }

    #[test]
    fn scale_is_no_effect_and_later_figures_are_ignored() {
        let mut case = Case::bare();
        let mut sites = evidence(EvidenceLevel::None, Some(2020));
        sites.proves_scale = true;
        case.enterprise.evidence = vec![sites, evidence(EvidenceLevel::Evaluation, Some(2099))];
        let items = value(&case).items;
        assert_eq!(items[0].fact.key, "criterion.proof.evidence_level.unknown");
        assert_eq!(items[3].fact.key, "criterion.proof.scale");
        assert_eq!(items[3].fact.sources.len(), 1);
    }

    #[test]
    fn other_places_are_those_beyond_the_first() {
        let mut case = Case::bare();
        case.add_site("Rennes", None);
        assert_eq!(value(&case).items[2].estimate.point, 0.0);
        case.add_site("Paris", None);
        let two = value(&case).items[2].estimate.point;
        assert!(two > 0.2);
        case.enterprise.sites_declared = Some((25, Some(2020)));
        let declared = value(&case).items[2].clone();
        assert!(declared.estimate.point > two);
        assert_eq!(declared.fact.args["known"], Arg::Count(2));
        assert_eq!(declared.fact.args["declared"], Arg::Count(25));
    }
}
