//! Who can reach what: the enhanced two-step floating catchment area (Luo & Qi 2009).
//!
//! Distances are great circles between commune centroids. A structure of a commune and
//! an inhabitant of the same commune are `intra_radius_share` of the radius of the disc
//! of its area apart. Points are put on the unit sphere, so that overseas territories
//! and the mainland live in one tree.

use rayon::prelude::*;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::numbers::CatchmentNumbers;
use crate::domain::geography::{EARTH_RADIUS_KM, Point};
use crate::domain::territory::Atlas;

/// For every commune, the communes within reach, by zone.
#[derive(Debug, Clone)]
pub struct Catchments {
    /// End of each zone's slice of `neighbours`, `[commune × 3]`.
    ends: Vec<u32>,
    /// Commune positions, ascending in each zone; a commune is in its own catchment.
    neighbours: Vec<u32>,
    zones: [(f64, f64); 3],
}

impl Catchments {
    /// Finds every pair of communes within the last zone, by radius queries.
    ///
    /// # Panics
    /// If there are more than 4 billion pairs: France has about ten million.
    #[must_use]
    pub fn new(atlas: &Atlas, numbers: &CatchmentNumbers) -> Self {
        let places: Vec<[f64; 3]> =
            atlas.communes.iter().map(|commune| on_unit_sphere(commune.point)).collect();
        let tree = RTree::bulk_load(
            (0u32..).zip(&places).map(|(at, &place)| GeomWithData::new(place, at)).collect(),
        );
        let limits = numbers.zones.map(|(km, _)| squared_chord(km));
        let rows: Vec<[Vec<u32>; 3]> = places
            .par_iter()
            .enumerate()
            .map(|(at, &place)| {
                let mut row: [Vec<u32>; 3] = Default::default();
                for other in tree.locate_within_distance(place, limits[2]) {
                    if other.data as usize == at {
                        continue;
                    }
                    let apart: f64 =
                        place.iter().zip(other.geom()).map(|(a, b)| (a - b).powi(2)).sum();
                    let zone = limits.iter().position(|&limit| apart <= limit).unwrap_or(2);
                    row[zone].push(other.data);
                }
                let own = intra_zone(atlas.communes[at].area_km2, numbers);
                row[own].push(u32::try_from(at).expect("fewer communes than 2³²"));
                for zone in &mut row {
                    zone.sort_unstable();
                }
                row
            })
            .collect();
        let mut ends = Vec::with_capacity(rows.len() * 3);
        let mut neighbours = Vec::with_capacity(rows.iter().flatten().map(Vec::len).sum());
        for zone in rows.into_iter().flatten() {
            neighbours.extend(zone);
            ends.push(u32::try_from(neighbours.len()).expect("fewer pairs than 2³²"));
        }
        Self { ends, neighbours, zones: numbers.zones }
    }

    /// Radius of a catchment, km.
    #[must_use]
    pub fn radius_km(&self) -> f64 {
        self.zones[2].0
    }

    /// The communes in the catchment of commune `at`, itself included.
    #[must_use]
    pub fn reach(&self, at: u32) -> &[u32] {
        let row = at as usize * 3;
        &self.neighbours[self.start(row)..self.ends[row + 2] as usize]
    }

    /// `Dᵢ = Σ_k pop_k w(d_ik)`: the inhabitants in the catchment of each commune.
    ///
    /// **Shape**: one population per commune of the atlas; same for the result.
    #[must_use]
    pub fn demand(&self, populations: &[f64]) -> Vec<f64> {
        (0..populations.len())
            .into_par_iter()
            .map(|at| {
                let sum_of = |zone: &[u32]| -> f64 {
                    zone.iter().map(|&other| populations[other as usize]).sum()
                };
                self.zones_of(at).map(|(zone, weight)| weight * sum_of(zone)).sum()
            })
            .collect()
    }

    /// `Aᵢ = Σ_j R_j w(d_ij)` with `R_j = S_j / D_j`: points within reach per inhabitant.
    ///
    /// * **Shape**: `supply` lists (commune, points ≥ 0); `demand` is that of
    ///   [`Self::demand`]; one value per commune.
    /// * **Missing**: supply that no inhabitant reaches (`D_j = 0`) serves nobody.
    /// * **Source**: Luo, W. & Qi, Y. (2009), “An enhanced two-step floating catchment
    ///   area (E2SFCA) method for measuring spatial accessibility to primary care
    ///   physicians”, *Health & Place* 15(4), 1100–1107,
    ///   doi:10.1016/j.healthplace.2009.06.002.
    #[must_use]
    pub fn accessibility(&self, supply: &[(u32, f64)], demand: &[f64]) -> Vec<f64> {
        let mut access = vec![0.0; demand.len()];
        for &(at, points) in supply {
            let inhabitants = demand[at as usize];
            if inhabitants <= 0.0 {
                continue;
            }
            // Distances are symmetric: who reaches j is who j reaches.
            for (zone, weight) in self.zones_of(at as usize) {
                let given = points / inhabitants * weight;
                for &other in zone {
                    access[other as usize] += given;
                }
            }
        }
        access
    }

    /// The three zones of a commune, nearest first, with their weights.
    pub fn zones_of(&self, at: usize) -> impl Iterator<Item = (&[u32], f64)> {
        (0..3).map(move |zone| {
            let row = at * 3 + zone;
            (&self.neighbours[self.start(row)..self.ends[row] as usize], self.zones[zone].1)
        })
    }

    fn start(&self, row: usize) -> usize {
        row.checked_sub(1).map_or(0, |before| self.ends[before] as usize)
    }
}

/// The zone in which a commune's own structures stand for its inhabitants.
///
/// The last one at most: in the vast communes of Guyane half the radius passes 30 km,
/// and a structure must still serve its own commune.
fn intra_zone(area_km2: f64, numbers: &CatchmentNumbers) -> usize {
    let radius = (area_km2.max(0.0) / std::f64::consts::PI).sqrt();
    let distance = numbers.intra_radius_share * radius;
    numbers.zones.iter().position(|&(km, _)| distance <= km).unwrap_or(2)
}

fn on_unit_sphere(point: Point) -> [f64; 3] {
    let (lat, lon) = (point.lat.to_radians(), point.lon.to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

/// Square of the chord, on the unit sphere, under a great circle of `km`.
fn squared_chord(km: f64) -> f64 {
    (2.0 * (km / (2.0 * EARTH_RADIUS_KM)).sin()).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geography::distance_km;
    use crate::gaps::testing::{commune_at, numbers, scattered_atlas};
    use proptest::prelude::*;

    /// The definition, pair by pair, on the distances themselves.
    fn by_definition(atlas: &Atlas, supply: &[(u32, f64)]) -> (Vec<f64>, Vec<f64>) {
        let numbers = numbers().catchment;
        let weight = |i: usize, j: usize| {
            let (a, b) = (&atlas.communes[i], &atlas.communes[j]);
            let apart = if i == j {
                let half = 0.5 * (a.area_km2 / std::f64::consts::PI).sqrt();
                half.min(numbers.zones[2].0)
            } else {
                distance_km(a.point, b.point)
            };
            numbers.zones.iter().find(|(km, _)| apart <= *km).map_or(0.0, |(_, w)| *w)
        };
        let n = atlas.communes.len();
        let demand: Vec<f64> = (0..n)
            .map(|i| (0..n).map(|k| atlas.communes[k].population * weight(i, k)).sum())
            .collect();
        let access = (0..n)
            .map(|i| {
                supply
                    .iter()
                    .filter(|&&(j, _)| demand[j as usize] > 0.0)
                    .map(|&(j, s)| s / demand[j as usize] * weight(i, j as usize))
                    .sum()
            })
            .collect();
        (demand, access)
    }

    fn populations(atlas: &Atlas) -> Vec<f64> {
        atlas.communes.iter().map(|c| c.population).collect()
    }

    #[test]
    fn the_weights_of_luo_and_qi_give_the_ratios_of_a_worked_example() {
        // One line, three communes 10 km apart then 20 km: zones 2 and 3 of the middle one.
        // One degree of latitude is 111.195 km.
        let atlas = Atlas {
            communes: vec![
                commune_at("01001", 46.0, 5.0, 1_000.0),
                commune_at("01002", 46.0 + 10.0 / 111.195, 5.0, 2_000.0),
                commune_at("01003", 46.0 + 30.0 / 111.3, 5.0, 500.0),
            ],
            ..Atlas::default()
        };
        let catchments = Catchments::new(&atlas, &numbers().catchment);
        let demand = catchments.demand(&populations(&atlas));
        // D₁ = 1000 + 0.68·2000 + 0.22·500; D₂ = 2000 + 0.68·1000 + 0.22·500; D₃ likewise.
        let expected = [2_470.0, 2_790.0, 1_160.0];
        for (value, by_hand) in demand.iter().zip(expected) {
            assert!((value - by_hand).abs() < 1e-9, "{value} for {by_hand}");
        }
        // 4 points in the second commune: R = 4/2790, reached at 0.68, 1 and 0.22.
        let access = catchments.accessibility(&[(1, 4.0)], &demand);
        for (value, weight) in access.iter().zip([0.68, 1.0, 0.22]) {
            assert!((value - weight * 4.0 / 2_790.0).abs() < 1e-12);
        }
    }

    #[test]
    fn the_published_weights_are_a_gaussian_at_the_inner_edge_of_equal_zones() {
        // exp(−d²/β) at 0, 10 and 20 minutes: 1, 0.68, 0.22 to two decimals.
        let weights = numbers().catchment.zones.map(|(_, weight)| weight);
        for (weight, minutes) in weights.into_iter().zip([0.0f64, 10.0, 20.0]) {
            assert!((weight - (-minutes.powi(2) / 263.0).exp()).abs() < 0.005);
        }
    }

    #[test]
    fn a_vast_commune_still_serves_itself() {
        let mut maripasoula = commune_at("97353", 3.64, -54.03, 12_000.0);
        maripasoula.area_km2 = 18_360.0;
        let atlas = Atlas { communes: vec![maripasoula], ..Atlas::default() };
        let catchments = Catchments::new(&atlas, &numbers().catchment);
        let demand = catchments.demand(&[12_000.0]);
        assert!((demand[0] - 0.22 * 12_000.0).abs() < 1e-9);
        assert!(catchments.accessibility(&[(0, 1.0)], &demand)[0] > 0.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn radius_queries_agree_with_the_definition(seed in 0u64..1_000) {
            let atlas = scattered_atlas(40, seed);
            let catchments = Catchments::new(&atlas, &numbers().catchment);
            let supply = [(0u32, 3.0), (7, 1.0), (21, 2.0)];
            let demand = catchments.demand(&populations(&atlas));
            let access = catchments.accessibility(&supply, &demand);
            let (demand_too, access_too) = by_definition(&atlas, &supply);
            for i in 0..40 {
                prop_assert!((demand[i] - demand_too[i]).abs() < 1e-6);
                prop_assert!((access[i] - access_too[i]).abs() < 1e-12);
            }
            // Supply is shared out whole: Σ pop·A = Σ S.
            let shared: f64 =
                atlas.communes.iter().zip(&access).map(|(c, a)| c.population * a).sum();
            prop_assert!((shared - 6.0).abs() < 1e-9);
        }
    }
}
