//! Counting supply: how many organisations of a register answer a need, commune by commune.
//!
//! A register says what it is on, not where it is whole. A département belongs to its
//! perimeter when the register holds enough rows there for its inhabitants, whatever they
//! say: an extract, or the file of one city, then measures nothing anywhere. An absence in
//! a register is not an absence on the ground.

use std::collections::BTreeMap;

use crate::domain::territory::Atlas;

/// Share of the inhabitants of France from which a perimeter is the whole country.
const WHOLE_COUNTRY: f64 = 0.995;

/// Counts of one register.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SupplyCount {
    /// Rows of the register by position of commune, whatever they answer.
    rows: Vec<u32>,
    /// Points by need then commune.
    counts: BTreeMap<usize, BTreeMap<u32, f64>>,
}

/// Where a register counts everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Covered {
    /// The whole country.
    France,
    /// These départements.
    Departements(Vec<String>),
    /// Nowhere.
    Nowhere,
}

impl Covered {
    /// Reads what a person says: `france`, `none`, or codes of départements.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.trim().to_lowercase().as_str() {
            "france" => Self::France,
            "" | "none" | "aucun" => Self::Nowhere,
            codes => {
                let codes = codes.split([',', ';', ' ']).filter(|code| !code.is_empty());
                let mut codes: Vec<String> = codes.map(str::to_uppercase).collect();
                codes.sort_unstable();
                codes.dedup();
                Self::Departements(codes)
            }
        }
    }

    /// As `sources.csv` writes it.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Self::France => "france".to_owned(),
            Self::Departements(codes) => codes.join(";"),
            Self::Nowhere => "none".to_owned(),
        }
    }
}

impl SupplyCount {
    /// A row of the register stands in this commune.
    pub fn seen(&mut self, commune: u32) {
        let at = commune as usize;
        if self.rows.len() <= at {
            self.rows.resize(at + 1, 0);
        }
        self.rows[at] += 1;
    }

    /// An organisation there answers these needs, each counted once at its largest weight.
    pub fn add(&mut self, commune: u32, needs: &[(usize, f64)]) {
        for (at, &(need, weight)) in needs.iter().enumerate() {
            let best = needs.iter().filter(|(n, _)| *n == need).map(|(_, w)| *w);
            let first = needs.iter().position(|(n, _)| *n == need) == Some(at);
            if first {
                let points = best.fold(weight, f64::max);
                *self.counts.entry(need).or_default().entry(commune).or_default() += points;
            }
        }
    }

    /// Points of one need, by commune.
    #[must_use]
    pub fn of_need(&self, need: usize) -> Option<&BTreeMap<u32, f64>> {
        self.counts.get(&need)
    }

    /// The needs counted.
    pub fn needs(&self) -> impl Iterator<Item = usize> + '_ {
        self.counts.keys().copied()
    }

    /// Rows counted in all.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows.iter().map(|&rows| u64::from(rows)).sum()
    }

    /// Where the register is whole: the départements that hold `rows_per_1000_min` rows for
    /// 1,000 inhabitants at least.
    ///
    /// An absolute measure, declared for each register from its published size: a relative
    /// one would find the files of one city whole.
    #[must_use]
    pub fn covered(&self, atlas: &Atlas, rows_per_1000_min: f64) -> Covered {
        let (mut covered, mut inhabitants, mut all) = (Vec::new(), 0.0, 0.0);
        for departement in &atlas.departements {
            let communes = departement.communes.iter();
            let rows: u32 = communes.filter_map(|&at| self.rows.get(at as usize)).sum();
            all += departement.population;
            let density = f64::from(rows) * 1_000.0 / departement.population.max(1.0);
            if rows > 0 && density >= rows_per_1000_min {
                covered.push(departement.code.clone());
                inhabitants += departement.population;
            }
        }
        if covered.is_empty() {
            Covered::Nowhere
        } else if inhabitants >= WHOLE_COUNTRY * all {
            Covered::France
        } else {
            covered.sort_unstable();
            Covered::Departements(covered)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geography::Point;
    use crate::domain::territory::{Commune, DensityClass, Division};

    fn atlas() -> Atlas {
        let point = Point { lat: 45.0, lon: 5.0 };
        let commune = |insee: &str, dep: &str, population| Commune {
            insee: insee.to_owned(),
            name: insee.to_owned(),
            departement: dep.to_owned(),
            region: "84".to_owned(),
            epci: None,
            population,
            area_km2: 1.0,
            point,
            density: DensityClass::Rural,
        };
        let division = |code: &str, population, communes: &[u32]| Division {
            code: code.to_owned(),
            name: code.to_owned(),
            region: "84".to_owned(),
            population,
            area_km2: 1.0,
            point,
            rural_share: 0.0,
            communes: communes.to_vec(),
        };
        Atlas {
            communes: vec![commune("01001", "01", 1_000.0), commune("69123", "69", 9_000.0)],
            departements: vec![division("01", 1_000.0, &[0]), division("69", 9_000.0, &[1])],
            ..Atlas::default()
        }
    }

    #[test]
    fn a_need_counts_an_organisation_once_at_its_largest_weight() {
        let mut supply = SupplyCount::default();
        supply.add(1, &[(3, 0.4), (5, 1.0), (3, 0.8)]);
        supply.add(1, &[(3, 0.5)]);
        assert_eq!(supply.of_need(3), Some(&BTreeMap::from([(1, 1.3)])));
        assert_eq!(supply.of_need(5), Some(&BTreeMap::from([(1, 1.0)])));
    }

    #[test]
    fn a_register_is_whole_where_its_rows_are_dense_enough() {
        let mut supply = SupplyCount::default();
        assert_eq!(supply.covered(&atlas(), 2.0), Covered::Nowhere);
        (0..2).for_each(|_| supply.seen(0));
        (0..17).for_each(|_| supply.seen(1));
        assert_eq!(supply.covered(&atlas(), 2.0), Covered::Departements(vec!["01".into()]));
        supply.seen(1);
        assert_eq!(supply.covered(&atlas(), 2.0), Covered::France);
        assert_eq!(supply.covered(&atlas(), 3.0), Covered::Nowhere);
    }
}
