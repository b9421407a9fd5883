//! The numbers of `index/gaps.toml`, read once into named fields.

use crate::domain::rules::Rules;

/// Every number that the gaps read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapNumbers {
    /// Severity (methods §1).
    pub severity: SeverityNumbers,
    /// Catchments (methods §2.1).
    pub catchment: CatchmentNumbers,
    /// Coverage (methods §2.2).
    pub coverage: CoverageNumbers,
    /// Observations (methods §2.4).
    pub field: FieldNumbers,
    /// Least effect, on the width of the interval of `g`, for a datum to be asked for.
    pub datum_effect_min: f64,
    /// Bounds of the features of a place (methods §4).
    pub places: PlaceNumbers,
}

/// Weights of indicators and prior of a severity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeverityNumbers {
    /// Weight of a direct indicator.
    pub direct: f64,
    /// Weight of a proxy.
    pub proxy: f64,
    /// Factor of a value inherited from a larger territory.
    pub inherited: f64,
    /// Age in years beyond which a value is old.
    pub old_after_years: f64,
    /// Factor of an old value.
    pub old: f64,
    /// What the prior adds to `Σ w v`.
    pub prior_sum: f64,
    /// What the prior adds to `Σ w`; also the sum that gives the upper bound.
    pub prior_weight: f64,
    /// Least number of values of a density class used as a reference.
    pub reference_size_min: f64,
    /// Least share of the inhabitants whose parts have a value, 0..=1.
    pub parts_share_min: f64,
}

/// Zones of a catchment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CatchmentNumbers {
    /// (outer distance in km, weight 0..=1) of each zone, from the nearest.
    pub zones: [(f64, f64); 3],
    /// Distance inside a commune, as a share of the radius of the disc of its area.
    pub intra_radius_share: f64,
}

/// Prior and bounds of a coverage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoverageNumbers {
    /// Shape and rate of the prior gamma.
    pub alpha: f64,
    /// Least reliability of a counted source.
    pub reliability_min: f64,
    /// Probability of the lower bound.
    pub quantile_low: f64,
    /// Probability of the upper bound.
    pub quantile_high: f64,
    /// How many neighbours the evidence names.
    pub neighbours_named: usize,
}

/// Ageing and contradiction of observations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldNumbers {
    /// Years in which an observation loses half its weight.
    pub half_life_years: f64,
    /// Days within which an author counts once for a need.
    pub once_within_days: f64,
    /// Highest severity that says that supply suffices.
    pub suffices_at_most: f64,
    /// Lowest severity that says that it lacks.
    pub lacks_from: f64,
}

/// Bounds of features before they are standardised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaceNumbers {
    /// Inhabitants of the EPCI, lower and upper bound.
    pub population: (f64, f64),
    /// Inhabitants per km², lower and upper bound.
    pub density: (f64, f64),
    /// Upper bound of the share of households without car, %.
    pub households_without_car_max: f64,
}

impl GapNumbers {
    /// Reads them.
    ///
    /// # Panics
    /// If `index/gaps.toml` lacks one: names are written here, so this is a bug.
    #[must_use]
    pub fn read(rules: &Rules) -> Self {
        let of = |name: &str| rules.number(&format!("gaps.{name}"));
        let zone = |rank: u8| {
            (of(&format!("catchment.zone_{rank}_km")), of(&format!("catchment.zone_{rank}_weight")))
        };
        Self {
            severity: SeverityNumbers {
                direct: of("severity.direct"),
                proxy: of("severity.proxy"),
                inherited: of("severity.inherited"),
                old_after_years: of("severity.old_after_years"),
                old: of("severity.old"),
                prior_sum: of("severity.prior_sum"),
                prior_weight: of("severity.prior_weight"),
                reference_size_min: of("severity.reference_size_min"),
                parts_share_min: of("severity.parts_share_min"),
            },
            catchment: CatchmentNumbers {
                zones: [zone(1), zone(2), zone(3)],
                intra_radius_share: of("catchment.intra_radius_share"),
            },
            coverage: CoverageNumbers {
                alpha: of("coverage.alpha"),
                reliability_min: of("coverage.reliability_min"),
                quantile_low: of("coverage.quantile_low"),
                quantile_high: of("coverage.quantile_high"),
                neighbours_named: of("coverage.neighbours_named") as usize,
            },
            field: FieldNumbers {
                half_life_years: of("field.half_life_years"),
                once_within_days: of("field.once_within_days"),
                suffices_at_most: of("field.suffices_at_most"),
                lacks_from: of("field.lacks_from"),
            },
            datum_effect_min: of("gap.datum_effect_min"),
            places: PlaceNumbers {
                population: (of("places.population_min"), of("places.population_max")),
                density: (of("places.density_min"), of("places.density_max")),
                households_without_car_max: of("places.households_without_car_max"),
            },
        }
    }
}
