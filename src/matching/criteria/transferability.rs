//! **transferability**: is the territory like the places where it works? (methods §4)
//!
//! For each open site `o`, `like(o, T) = exp(−mean(min(|Δz|, 3)²) / 4)` over the
//! standardised features of the site's EPCI and of the territory, and the standardised
//! severity of the needs it answers; the best site, +0.05 per further density class
//! proven (≤ 0.15), cap 1. A feature unknown on either side is left out of the mean.
//! Bounds: `[0.6u, min(1, 1.2u)]` with one site, `[0.8u, min(1, 1.1u)]` with more. No
//! open site placed in an EPCI of France: unknown. The seat alone is no place of work.
//! It cannot see why it works there.
//!
//! | key | args |
//! |---|---|
//! | `criterion.transferability.nearest` | `origin` Text (EPCI), `commune` Text, `like` Share, `sites` Count of places read; of the feature that differs most: `feature_1` Word `word.feature.<name>` or Concept (severity of that need), `there_1` Number?, `here_1` Number? (raw values), `apart_1` Number (standardised difference); `…_2` of the second, each group absent where there is none |
//! | `criterion.transferability.classes` | `classes` List of density classes proven (`urbain`, `intermediaire`, `rural`), `bonus` Number |
//! | `criterion.transferability.abroad` | `country` Text: its only known sites are abroad |
//! | `criterion.transferability.unknown` | none |
//! | `word.feature.population`, `word.feature.density`, `word.feature.rural_share`, `word.feature.households_without_car`, `word.feature.median_income`, `word.feature.over_65` | words |

use std::collections::BTreeSet;

use super::{Criterion, distinct, gap, needs_answered};
use crate::domain::concept::Concept;
use crate::domain::context::{Context, FEATURES};
use crate::domain::enterprise::Enterprise;
use crate::domain::estimate::Estimate;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::domain::rules::Rules;
use crate::matching::outcome::{CriterionId, CriterionValue, Item};
use crate::matching::presence::open_sites;
use crate::matching::profile::TerritoryProfile;

/// The general features, in the order of [`crate::domain::context::Features`].
const FEATURE_WORDS: [&str; FEATURES] = [
    "word.feature.population",
    "word.feature.density",
    "word.feature.rural_share",
    "word.feature.households_without_car",
    "word.feature.median_income",
    "word.feature.over_65",
];

/// The criterion, with its numbers.
pub struct Transferability {
    clip: f64,
    spread: f64,
    class_bonus: f64,
    class_bonus_max: f64,
    one: (f64, f64),
    more: (f64, f64),
    prior: f64,
}

/// What two places are compared on.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Feature {
    General(usize),
    Severity(Concept),
}

/// One place where it works, compared with the territory.
struct Origin {
    epci: usize,
    commune: u32,
    like: f64,
    /// Features known on both sides with `|Δz|`, the most different first.
    apart: Vec<(Feature, f64)>,
}

impl Transferability {
    /// Ready to evaluate.
    #[must_use]
    pub fn new(rules: &Rules) -> Self {
        let number = |name: &str| rules.number(&format!("criteria.transferability.{name}"));
        Self {
            clip: number("clip"),
            spread: number("spread"),
            class_bonus: number("class_bonus"),
            class_bonus_max: number("class_bonus_max"),
            one: (number("one_low"), number("one_high")),
            more: (number("more_low"), number("more_high")),
            prior: rules.number("priors.transferability.likeness"),
        }
    }

    /// The communes of its open sites in EPCI of France, each once, ascending.
    fn communes(&self, context: &Context, enterprise: &Enterprise) -> BTreeSet<u32> {
        open_sites(enterprise, context.as_of)
            .filter(|site| !site.place.is_abroad())
            .filter_map(|site| context.atlas.commune(site.place.insee.as_deref()?))
            .collect()
    }

    fn origin(&self, context: &Context, commune: u32, needs: &[Concept]) -> Option<Origin> {
        let epci = context.atlas.at(commune).epci? as usize;
        let places = &context.places;
        let there = places.features.get(epci)?;
        let general = (0..FEATURES).map(|k| (Feature::General(k), context.features[k] - there[k]));
        let severities = needs.iter().filter_map(|&need| {
            let there = *places.severity.get(need.at())?.get(epci)?;
            let here = *context.severity.get(need.at())?;
            Some((Feature::Severity(need), f64::from(here) - f64::from(there)))
        });
        let mut apart: Vec<(Feature, f64)> = general
            .chain(severities)
            .filter(|(_, difference)| !difference.is_nan())
            .map(|(feature, difference)| (feature, difference.abs()))
            .collect();
        if apart.is_empty() {
            return None;
        }
        let like = self.likeness(apart.iter().map(|&(_, difference)| difference));
        // The sort is stable: on a tie, the order of the features.
        apart.sort_by(|a, b| b.1.total_cmp(&a.1));
        Some(Origin { epci, commune, like, apart })
    }

    /// `exp(−mean(min(|Δz|, clip)²) / spread)` of at least one difference, 0..=1.
    fn likeness(&self, differences: impl Iterator<Item = f64>) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for difference in differences {
            sum += difference.min(self.clip).powi(2);
            count += 1.0;
        }
        (-(sum / count) / self.spread).exp()
    }

    /// The value when no place of work can be compared.
    fn unknown(&self, context: &Context, enterprise: &Enterprise) -> CriterionValue {
        let countries: BTreeSet<&str> = open_sites(enterprise, context.as_of)
            .filter(|site| site.place.is_abroad())
            .filter_map(|site| site.place.country.as_deref())
            .collect();
        let fact = match countries.first() {
            Some(country) => Fact::new("criterion.transferability.abroad", Basis::Prior)
                .with("country", Arg::Text((*country).to_owned())),
            None => Fact::new("criterion.transferability.unknown", Basis::Prior),
        };
        let estimate = Estimate::unknown(self.prior);
        let fact = fact.from_sources(enterprise.sources.clone());
        value(estimate, vec![Item { name: "likeness", estimate, fact }])
    }
}

impl Criterion for Transferability {
    fn id(&self) -> CriterionId {
        CriterionId::Transferability
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> CriterionValue {
        let context = &profile.context;
        let needs: Vec<Concept> =
            needs_answered(enterprise).into_iter().map(|(need, _)| need).collect();
        let origins: Vec<Origin> = self
            .communes(context, enterprise)
            .into_iter()
            .filter_map(|commune| self.origin(context, commune, &needs))
            .collect();
        // The first on a tie: communes come in ascending order.
        let best = origins.iter().reduce(|a, b| if b.like > a.like { b } else { a });
        let Some(best) = best else {
            return self.unknown(context, enterprise);
        };
        let classes: BTreeSet<_> = origins
            .iter()
            .map(|origin| context.places.density.get(origin.epci).copied().unwrap_or_default())
            .collect();
        let further = classes.len() as f64 - 1.0;
        let bonus = (self.class_bonus * further).min(self.class_bonus_max);
        let point = (best.like + bonus).min(1.0);
        let (low, high) = if origins.len() == 1 { self.one } else { self.more };
        let bounds = |point: f64| {
            Estimate::within(point, low * point, (high * point).min(1.0), Basis::Measured)
        };
        let fact = nearest(profile, enterprise, best, origins.len());
        let mut items = vec![Item { name: "likeness", estimate: bounds(best.like), fact }];
        if bonus > 0.0 {
            let classes = classes.iter().map(|class| class.as_str().to_owned()).collect();
            let fact = Fact::new("criterion.transferability.classes", Basis::Measured)
                .with("classes", Arg::List(classes))
                .with("bonus", Arg::Number(bonus))
                .from_sources(enterprise.sources.clone());
            let estimate = Estimate::exact(bonus, Basis::Measured);
            items.push(Item { name: "density_classes", estimate, fact });
        }
        value(bounds(point), items)
    }
}

fn value(utility: Estimate, items: Vec<Item>) -> CriterionValue {
    CriterionValue { criterion: CriterionId::Transferability, utility, items, weakest: None }
}

/// The nearest origin and the two features that differ most.
fn nearest(
    profile: &TerritoryProfile,
    enterprise: &Enterprise,
    origin: &Origin,
    sites: usize,
) -> Fact {
    const NAMES: [[&str; 4]; 2] = [
        ["feature_1", "there_1", "here_1", "apart_1"],
        ["feature_2", "there_2", "here_2", "apart_2"],
    ];
    let context = &profile.context;
    let mut sources = enterprise.sources.clone();
    let mut fact = Fact::new("criterion.transferability.nearest", Basis::Measured)
        .with("origin", Arg::Text(context.atlas.epcis[origin.epci].name.clone()))
        .with("commune", Arg::Text(context.atlas.at(origin.commune).name.clone()))
        .with("like", Arg::Share(origin.like))
        .with("sites", Arg::Count(sites as u64));
    for ([name, there, here, apart], &(feature, difference)) in NAMES.into_iter().zip(&origin.apart)
    {
        match feature {
            Feature::General(k) => {
                fact = fact.with(name, Arg::Word(FEATURE_WORDS[k]));
                let raw = context.places.raw.get(origin.epci).map(|raw| raw[k]);
                for (name, value) in [(there, raw), (here, Some(context.features_raw[k]))] {
                    if let Some(value) = value.filter(|value| value.is_finite()) {
                        fact = fact.with(name, Arg::Number(value));
                    }
                }
            }
            Feature::Severity(need) => {
                fact = fact.with(name, Arg::Concept(need));
                sources.extend(gap::sources(profile.gap(need)));
            }
        }
        fact = fact.with(apart, Arg::Number(difference));
    }
    fact.from_sources(distinct(&sources))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixtures::Case;

    fn value(case: &Case) -> CriterionValue {
        Transferability::new(&case.rules()).evaluate(&case.profile(), &case.enterprise)
    }

    #[test]
    fn paris_to_lyon_comes_out_high_and_paris_to_the_diois_low() {
        let mut case = Case::bare();
        case.add_site("Paris", None);
        let lyon = value(&case);
        assert!(lyon.utility.point > 0.7, "{:?}", lyon.utility);
        let point = lyon.utility.point;
        assert!((lyon.utility.low - 0.6 * point).abs() < 1e-12);
        assert!((lyon.utility.high - (1.2 * point).min(1.0)).abs() < 1e-12);
        case.go_to("epci-242600534");
        assert!(value(&case).utility.point < 0.3);
    }

    #[test]
    fn the_best_site_counts_and_further_density_classes_add() {
        let mut case = Case::bare();
        case.add_site("Paris", None);
        let one = value(&case).utility;
        case.add_site("Die", None);
        let two = value(&case).utility;
        assert!((two.point - (one.point + 0.05).min(1.0)).abs() < 1e-12);
        assert!((two.low - 0.8 * two.point).abs() < 1e-12);
    }

    #[test]
    fn the_nearest_origin_and_what_differs_most_are_named() {
        let mut case = Case::bare();
        case.add_site("Paris", None).add_site("Die", None);
        let fact = &value(&case).items[0].fact;
        assert_eq!(fact.args["commune"], Arg::Text("Paris".to_owned()));
        assert!(fact.args.contains_key("feature_1") && fact.args.contains_key("feature_2"));
        assert!(!fact.sources.is_empty());
    }

    #[test]
    fn no_known_site_or_one_abroad_is_unknown() {
        let mut case = Case::bare();
        assert!(value(&case).utility.is_unknown());
        case.add_site("Paris", None);
        case.enterprise.sites[0].place.insee = None;
        case.enterprise.sites[0].place.country = Some("Belgique".to_owned());
        let value = value(&case);
        assert_eq!((value.utility.point, value.utility.low, value.utility.high), (0.3, 0.0, 1.0));
        assert_eq!(value.items[0].fact.key, "criterion.transferability.abroad");
    }

    #[test]
    fn a_feature_unknown_on_either_side_is_left_out() {
        let mut case = Case::bare();
        case.add_site("Die", None);
        let whole = value(&case).utility.point;
        case.context.features[1] = f64::NAN;
        let partial = value(&case).utility.point;
        assert!(partial.is_finite() && partial != whole);
        case.context.features = [f64::NAN; FEATURES];
        assert!(value(&case).utility.is_unknown());
    }
}
