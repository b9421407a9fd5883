//! How far counted supply covers a need: catchments, then a gamma posterior (methods §2).
//!
//! Several sources add their evidence; a commune that none measures keeps the bare prior.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::ExtraSupply;
use super::catchment::Catchments;
use super::numbers::CoverageNumbers;
use super::posterior::{Posterior, normal_quantile};
use super::source::{MeasuredSource, demands_by_perimeter, perimeter_key};
use super::territory::Scope;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::estimate::Estimate;
use crate::domain::gap::{Coverage, KNOTS, Quantiles, SupplyEvidence};
use crate::domain::provenance::{Basis, Source};
use crate::domain::supply::{Perimeter, SupplySource};
use crate::domain::territory::Atlas;

/// A source as one need uses it.
#[derive(Debug, Clone)]
struct NeedSource {
    source: usize,
    weight: f64,
    reliability: f64,
    unit: String,
}

/// Coverages of every need, at any territory.
#[derive(Debug, Clone)]
pub struct CoverageModel {
    atlas: Arc<Atlas>,
    catchments: Catchments,
    sources: Vec<MeasuredSource>,
    needs: Vec<Vec<NeedSource>>,
    prior: Estimate,
    /// The bare prior as a distribution.
    prior_quantiles: Option<Quantiles>,
    /// Standard normal quantiles of the probabilities kept.
    normals: [f64; KNOTS],
    numbers: CoverageNumbers,
}

/// What a need's coverage is made of, commune by commune.
#[derive(Debug, Clone)]
pub struct CommuneCoverage {
    /// One estimate per commune of the territory.
    pub communes: Vec<Estimate>,
    /// The sources read, as evidence.
    pub evidence: Vec<SupplyEvidence>,
    /// The population mean as a distribution, every commune at the same probability.
    pub quantiles: Option<Quantiles>,
}

impl CoverageModel {
    /// Measures every usable source: `needs` is the number of needs of the taxonomy.
    ///
    /// Not usable: no perimeter, nobody or nothing inside it, or a reliability below the
    /// least for every need.
    #[must_use]
    pub fn new(
        atlas: &Arc<Atlas>,
        needs: usize,
        catchments: Catchments,
        supply: &[SupplySource],
        numbers: CoverageNumbers,
    ) -> Self {
        let usable: Vec<&SupplySource> = supply
            .iter()
            .filter(|source| {
                let counted = |h: f64| h >= numbers.reliability_min;
                source.perimeter != Perimeter::None
                    && source.uses.iter().any(|one| counted(one.reliability))
            })
            .collect();
        let demands = demands_by_perimeter(atlas, &catchments, &usable);
        let measured: Vec<Option<MeasuredSource>> = usable
            .par_iter()
            .map(|source| {
                let demand = demands.get(&perimeter_key(&source.perimeter))?;
                MeasuredSource::new(atlas, &catchments, source, Arc::clone(demand))
            })
            .collect();
        let mut by_need = vec![Vec::new(); needs];
        let mut sources = Vec::new();
        for (source, measured) in usable.into_iter().zip(measured) {
            let Some(measured) = measured else { continue };
            for one in &source.uses {
                let known = one.need.kind == ConceptKind::Need && one.need.at() < needs;
                if known && one.reliability >= numbers.reliability_min && one.weight > 0.0 {
                    by_need[one.need.at()].push(NeedSource {
                        source: sources.len(),
                        weight: one.weight,
                        reliability: one.reliability.min(1.0),
                        unit: one.unit.clone(),
                    });
                }
            }
            sources.push(measured);
        }
        let bare = Posterior { shape: numbers.alpha, rate: numbers.alpha };
        let prior = bare.estimate(numbers.quantile_low, numbers.quantile_high, Basis::Prior);
        let bounds = (numbers.quantile_low, numbers.quantile_high);
        let probabilities = Quantiles::probabilities(bounds.0, bounds.1);
        Self {
            atlas: Arc::clone(atlas),
            catchments,
            sources,
            needs: by_need,
            prior,
            prior_quantiles: Quantiles::sum(
                bounds,
                [(1.0, probabilities.map(|p| bare.quantile_rough(normal_quantile(p))))],
            ),
            normals: probabilities.map(normal_quantile),
            numbers,
        }
    }

    /// The coverage where no source measures: 0.73 with the bounds of the bare prior.
    #[must_use]
    pub fn prior(&self) -> Estimate {
        self.prior
    }

    /// The catchment of a territory: each commune in reach of one of its communes, itself
    /// included, with the weight of the nearest, 0..=1; ascending positions.
    #[must_use]
    pub fn catchment(&self, scope: &Scope<'_>) -> Vec<(u32, f64)> {
        let mut weights = vec![0.0f64; self.atlas.communes.len()];
        for &at in scope.communes() {
            for (zone, weight) in self.catchments.zones_of(at as usize) {
                for &other in zone {
                    let kept = &mut weights[other as usize];
                    *kept = kept.max(weight);
                }
            }
        }
        (0u32..).zip(weights).filter(|&(_, weight)| weight > 0.0).collect()
    }

    /// Coverage of a need in each commune of a territory, with its evidence.
    ///
    /// **Formula**: `cᵢ = E[min(1, ρᵢ)]`, `ρᵢ ~ Gamma(α + Σ h r E, α + Σ h E)`, where
    /// `r E = A D` and `E = mean · D`. **Missing**: a commune that no source measures has
    /// the bare prior. `year`: a source counted in a later year is not read; a count is
    /// a snapshot, so one of the same year is. `near` is [`Self::catchment`]. `extra` raises
    /// `A`, never the mean.
    #[must_use]
    pub fn of_communes(
        &self,
        need: Concept,
        scope: &Scope<'_>,
        near: &[(u32, f64)],
        year: i16,
        extra: &[ExtraSupply],
    ) -> CommuneCoverage {
        let used: Vec<&NeedSource> = self.needs[need.at()]
            .iter()
            .filter(|one| self.sources[one.source].vintage.is_none_or(|vintage| vintage <= year))
            .collect();
        if used.is_empty() {
            let communes = vec![self.prior; scope.communes().len()];
            let quantiles = self.prior_quantiles;
            return CommuneCoverage { communes, evidence: Vec::new(), quantiles };
        }
        let added = self.added(need, &used, extra);
        let bare = Posterior { shape: self.numbers.alpha, rate: self.numbers.alpha };
        let bounds = (self.numbers.quantile_low, self.numbers.quantile_high);
        let (communes, parts): (Vec<Estimate>, Vec<_>) = scope
            .communes()
            .iter()
            .zip(scope.shares())
            .map(|(&at, &share)| {
                let known = self.posterior(at, &used, added.get(&at).copied().unwrap_or(0.0));
                let level = known.map_or(self.prior, |posterior| {
                    posterior.estimate(bounds.0, bounds.1, Basis::Measured)
                });
                let posterior = known.unwrap_or(bare);
                (level, (share, self.normals.map(|normal| posterior.quantile_rough(normal))))
            })
            .unzip();
        let evidence = used.iter().filter_map(|one| self.evidence(one, scope, near)).collect();
        CommuneCoverage { communes, evidence, quantiles: Quantiles::sum(bounds, parts) }
    }

    /// The whole territory's coverage: the population mean over its communes, through
    /// its parts.
    #[must_use]
    pub fn whole(
        &self,
        scope: &Scope<'_>,
        parts: &[Estimate],
        covered: CommuneCoverage,
    ) -> Coverage {
        let level = scope.mean_of_groups(parts).unwrap_or(self.prior);
        Coverage { level, evidence: covered.evidence, quantiles: covered.quantiles }
    }

    /// The ratio to the mean in a commune; `None` where no source measures it.
    fn posterior(&self, at: u32, used: &[&NeedSource], added: f64) -> Option<Posterior> {
        let (mut found, mut expected) = (added, 0.0);
        for one in used {
            let source = &self.sources[one.source];
            let inhabitants = source.demand[at as usize];
            let points = one.reliability * one.weight * inhabitants;
            found += points * f64::from(source.access[at as usize]);
            expected += points * source.mean;
        }
        let alpha = self.numbers.alpha;
        (expected > 0.0).then_some(Posterior { shape: alpha + found, rate: alpha + expected })
    }

    /// `h·A·D` that extra supply adds to each commune in its reach.
    ///
    /// It joins the most reliable source that measures its commune; where none does, the
    /// coverage stays unmeasured.
    fn added(
        &self,
        need: Concept,
        used: &[&NeedSource],
        extra: &[ExtraSupply],
    ) -> BTreeMap<u32, f64> {
        let mut added = BTreeMap::new();
        for one in extra.iter().filter(|one| one.need == need) {
            let best = used
                .iter()
                .filter(|source| {
                    let demand = &self.sources[source.source].demand;
                    demand.get(one.commune as usize).is_some_and(|&inhabitants| inhabitants > 0.0)
                })
                .max_by(|a, b| {
                    a.reliability.total_cmp(&b.reliability).then(b.source.cmp(&a.source))
                });
            let Some(best) = best else { continue };
            let demand = &self.sources[best.source].demand;
            let supply = [(one.commune, one.units.max(0.0))];
            let access = self.catchments.accessibility(&supply, demand);
            for &at in self.catchments.reach(one.commune) {
                let inhabitants = demand[at as usize];
                *added.entry(at).or_insert(0.0) +=
                    best.reliability * access[at as usize] * inhabitants;
            }
        }
        added
    }

    /// What one source says of a territory; `None` where it measures no commune of it.
    ///
    /// Expected structures are those of the catchment of the whole territory at the mean;
    /// for a commune this is `Eᵢ` in structures.
    fn evidence(
        &self,
        one: &NeedSource,
        scope: &Scope<'_>,
        near: &[(u32, f64)],
    ) -> Option<SupplyEvidence> {
        let source = &self.sources[one.source];
        let (mut measured, mut access) = (0.0, 0.0);
        let mut inside = false;
        for (&at, &share) in scope.communes().iter().zip(scope.shares()) {
            if source.demand[at as usize] > 0.0 {
                inside = true;
                measured += share;
                access += share * f64::from(source.access[at as usize]);
            }
        }
        if !inside {
            return None;
        }
        let measured = if measured > 0.0 { measured } else { 1.0 };
        let inhabitants: f64 = near
            .iter()
            .filter(|&&(at, _)| source.demand[at as usize] > 0.0)
            .map(|&(at, weight)| weight * self.atlas.at(at).population)
            .sum();
        let counted = scope.communes().iter().map(|&at| source.count(at)).sum();
        Some(SupplyEvidence {
            id: source.id.clone(),
            label: source.label.clone(),
            unit: one.unit.clone(),
            counted,
            expected: source.mean * inhabitants,
            ratio: access / measured / source.mean,
            reliability: one.reliability,
            neighbours: self.neighbours(source, scope, near),
            catchment_km: self.catchments.radius_km(),
            source: Source { year: source.source.year.or(source.vintage), ..source.source.clone() },
        })
    }

    /// The communes in reach, outside the territory, with most structures.
    fn neighbours(
        &self,
        source: &MeasuredSource,
        scope: &Scope<'_>,
        near: &[(u32, f64)],
    ) -> Vec<(String, f64)> {
        let mut found: Vec<(f64, u32)> = near
            .iter()
            .filter(|&&(at, _)| !scope.holds(at))
            .map(|&(at, _)| (source.count(at), at))
            .filter(|&(count, _)| count > 0.0)
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.truncate(self.numbers.neighbours_named);
        found.into_iter().map(|(count, at)| (self.atlas.at(at).name.clone(), count)).collect()
    }
}
