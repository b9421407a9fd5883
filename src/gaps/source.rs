//! One source of supply, measured on its own perimeter.
//!
//! The perimeter is a closed system: only structures and inhabitants inside are counted,
//! and only communes inside are measured. Else a commune at its edge would look poor for
//! the structures that the source does not count beyond. The mean is then total points
//! over total inhabitants, and is frozen with the dataset version.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::catchment::Catchments;
use crate::domain::provenance::Source;
use crate::domain::supply::{Perimeter, SupplySource};
use crate::domain::territory::{Atlas, Commune};

/// One source measured on its perimeter.
#[derive(Debug, Clone)]
pub struct MeasuredSource {
    /// Source id.
    pub id: String,
    /// French label.
    pub label: String,
    /// Year of the counts.
    pub vintage: Option<i16>,
    /// Source with licence.
    pub source: Source,
    /// `Aᵢ`, structures within reach per inhabitant; 0 outside the perimeter.
    pub access: Vec<f32>,
    /// `Dᵢ`, inhabitants in the catchment; 0 outside the perimeter.
    pub demand: Arc<Vec<f64>>,
    /// Population mean of `Aᵢ` on the perimeter.
    pub mean: f64,
    /// Structures inside the perimeter, sorted by commune position.
    pub counts: Vec<(u32, f32)>,
}

impl MeasuredSource {
    /// Accessibility and mean of one source; `demand` is that of its perimeter.
    ///
    /// `None` where it counts nothing or nobody. A commune listed twice has the sum.
    #[must_use]
    pub fn new(
        atlas: &Atlas,
        catchments: &Catchments,
        source: &SupplySource,
        demand: Arc<Vec<f64>>,
    ) -> Option<Self> {
        let inside = |at: u32| {
            atlas.communes.get(at as usize).is_some_and(|c| source.perimeter.holds(&c.departement))
        };
        let mut counts: Vec<(u32, f32)> = source
            .counts
            .iter()
            .copied()
            .filter(|&(at, count)| inside(at) && count > 0.0)
            .collect();
        counts.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        counts.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 += later.1;
            }
            same
        });
        let supply: Vec<(u32, f64)> =
            counts.iter().map(|&(at, count)| (at, f64::from(count))).collect();
        let mut access = catchments.accessibility(&supply, &demand);
        let (mut served, mut inhabitants) = (0.0, 0.0);
        for (at, commune) in atlas.communes.iter().enumerate() {
            if source.perimeter.holds(&commune.departement) {
                served += commune.population * access[at];
                inhabitants += commune.population;
            } else {
                access[at] = 0.0;
            }
        }
        let mean = served / inhabitants;
        (mean.is_finite() && mean > 0.0).then(|| Self {
            id: source.id.clone(),
            label: source.label.clone(),
            vintage: source.vintage,
            source: source.source.clone(),
            access: access.into_iter().map(|value| value as f32).collect(),
            demand,
            mean,
            counts,
        })
    }

    /// Structures counted in one commune.
    #[must_use]
    pub fn count(&self, commune: u32) -> f64 {
        self.counts
            .binary_search_by_key(&commune, |&(at, _)| at)
            .map_or(0.0, |found| f64::from(self.counts[found].1))
    }
}

/// Inhabitants in the catchment of each commune, once per distinct perimeter.
#[must_use]
pub fn demands_by_perimeter(
    atlas: &Atlas,
    catchments: &Catchments,
    sources: &[&SupplySource],
) -> BTreeMap<String, Arc<Vec<f64>>> {
    let mut demands = BTreeMap::new();
    for source in sources {
        demands.entry(perimeter_key(&source.perimeter)).or_insert_with(|| {
            let inside = populations_inside(atlas, &source.perimeter);
            let mut demand = catchments.demand(&inside);
            for (at, commune) in atlas.communes.iter().enumerate() {
                if !source.perimeter.holds(&commune.departement) {
                    demand[at] = 0.0;
                }
            }
            Arc::new(demand)
        });
    }
    demands
}

/// One name per perimeter: the same départements in another order share it.
#[must_use]
pub fn perimeter_key(perimeter: &Perimeter) -> String {
    match perimeter {
        Perimeter::France => "france".to_owned(),
        Perimeter::None => String::new(),
        Perimeter::Departements(codes) => {
            let mut codes: Vec<&str> = codes.iter().map(String::as_str).collect();
            codes.sort_unstable();
            codes.dedup();
            codes.join(";")
        }
    }
}

fn populations_inside(atlas: &Atlas, perimeter: &Perimeter) -> Vec<f64> {
    let of = |commune: &Commune| {
        if perimeter.holds(&commune.departement) { commune.population } else { 0.0 }
    };
    atlas.communes.iter().map(of).collect()
}
