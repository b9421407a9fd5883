//! How the utility of one criterion depends on what is drawn.
//!
//! Each criterion builds its model in its own file, from the same readings and with the
//! same formula as its value: the reason, the score and the draws cannot diverge. With
//! everything at its expected value ([`Draws::at_points`]) a model gives the criterion's
//! expected utility.

use super::streams::{is_fixed, key};
use super::unknowns::Draws;
use crate::domain::enterprise::Enterprise;
use crate::domain::estimate::Estimate;
use crate::matching::outcome::{CriterionId, Item};

/// The utility of one criterion for one enterprise, as a function of the draws.
pub trait Model: Send + Sync {
    /// Writes the utility in each replicate, 0..=1, higher is better.
    ///
    /// `out` has [`Draws::replicates`] cells.
    fn fill(&self, draws: &Draws<'_>, out: &mut [f64]);
}

/// Nothing in it is unknown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fixed(pub f64);

impl Model for Fixed {
    fn fill(&self, _: &Draws<'_>, out: &mut [f64]) {
        out.fill(self.0);
    }
}

/// The weighted mean of items of the enterprise, each drawn on its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Items {
    /// What the fixed items bring.
    fixed: f64,
    /// Name of the stream, share of the mean and estimate of each other item.
    drawn: Vec<(u64, f64, Estimate)>,
}

impl Items {
    /// The mean of `items` of `enterprise` for `criterion`, with these weights.
    ///
    /// Shape: one weight per item, not all zero.
    #[must_use]
    pub fn mean(
        criterion: CriterionId,
        enterprise: &Enterprise,
        items: &[Item],
        weights: &[f64],
    ) -> Self {
        let total: f64 = weights.iter().sum();
        let mut model = Self { fixed: 0.0, drawn: Vec::new() };
        for (item, weight) in items.iter().zip(weights) {
            let share = weight / total;
            if is_fixed(&item.estimate) {
                model.fixed += share * item.estimate.point;
            } else {
                let key = key(&["item", &enterprise.id, criterion.as_str(), item.name]);
                model.drawn.push((key, share, item.estimate));
            }
        }
        model
    }

    /// A utility that is one item of its own.
    #[must_use]
    pub fn one(criterion: CriterionId, enterprise: &Enterprise, utility: Estimate) -> Self {
        let key = key(&["item", &enterprise.id, criterion.as_str(), "utility"]);
        Self { fixed: 0.0, drawn: vec![(key, 1.0, utility)] }
    }
}

impl Model for Items {
    fn fill(&self, draws: &Draws<'_>, out: &mut [f64]) {
        out.fill(self.fixed);
        let mut cells = vec![0.0; out.len()];
        for (key, share, estimate) in &self.drawn {
            draws.item(*key, estimate, &mut cells);
            out.iter_mut().zip(&cells).for_each(|(sum, cell)| *sum += share * cell);
        }
        out.iter_mut().for_each(|cell| *cell = cell.clamp(0.0, 1.0));
    }
}
