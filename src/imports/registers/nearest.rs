//! The commune whose middle is nearest to a point, where no code nor name says it.

use std::collections::HashMap;

use crate::domain::geography::{Point, distance_km};
use crate::domain::territory::Atlas;

/// Farther than this from every middle, a point is in no commune, km. Nearly all communes of
/// France are narrower; the nearest middle may be that of a neighbour, which is said.
pub const NEAREST_KM_MAX: f64 = 10.0;
/// Side of a cell, degrees: more than [`NEAREST_KM_MAX`] at the latitudes of France.
const CELL_DEGREES: f64 = 0.25;

/// Communes by cell of a grid.
#[derive(Debug, Default)]
pub struct Nearest {
    cells: HashMap<(i32, i32), Vec<u32>>,
}

impl Nearest {
    /// The communes of an atlas.
    #[must_use]
    pub fn new(atlas: &Atlas) -> Self {
        let mut cells: HashMap<(i32, i32), Vec<u32>> = HashMap::new();
        for (commune, at) in atlas.communes.iter().zip(0..) {
            cells.entry(cell(commune.point)).or_default().push(at);
        }
        Self { cells }
    }

    /// The nearest commune; of two at one distance the first by code.
    #[must_use]
    pub fn commune(&self, point: Point, atlas: &Atlas) -> Option<u32> {
        let (row, column) = cell(point);
        let around = (-1..=1).flat_map(|up| (-1..=1).map(move |side| (row + up, column + side)));
        let near = around.filter_map(|cell| self.cells.get(&cell)).flatten();
        let near = near.map(|&at| (distance_km(atlas.at(at).point, point), at));
        let best = near.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
        (best.0 <= NEAREST_KM_MAX).then_some(best.1)
    }
}

#[allow(clippy::cast_possible_truncation)] // Degrees: a few hundreds.
fn cell(point: Point) -> (i32, i32) {
    let at = |degrees: f64| (degrees / CELL_DEGREES).floor() as i32;
    (at(point.lat), at(point.lon))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::registers::trials::atlas;

    #[test]
    fn a_point_belongs_to_the_nearest_middle_within_reach() {
        let atlas = atlas(&[
            ("38544", "Vienne", 38_200, 45.52, 4.88),
            ("69123", "Lyon", 69_001, 45.76, 4.83),
        ]);
        let nearest = Nearest::new(&atlas);
        let of = |lat, lon| nearest.commune(Point { lat, lon }, &atlas);
        assert_eq!(of(45.75, 4.85), Some(1));
        assert_eq!(of(45.60, 4.86), Some(0));
        assert_eq!(of(48.85, 2.35), None);
        assert_eq!(of(45.64, 5.2), None);
    }
}
