//! Weights as good as those that were said: uniform samples of a space of weights.
//!
//! | space | what was said | sampled by |
//! |---|---|---|
//! | simplex | nothing | normalised exponentials, exact |
//! | order | gap > priority = proof | sorted simplex, shuffled inside ties, exact |
//! | ratios | 3, 1, 2, more or less | rejection from the faces of the cone, exact; a walk when the factor is large |
//! | intervals | between 10 and 30 % | hit-and-run |
//!
//! Every sample is non-negative and sums to 1. Sample `k` (or walk `k` of 64 samples) comes
//! from stream `k` of the seed: the same bytes whatever the number of threads, and the first
//! samples do not depend on how many are asked.

mod samplers;
#[cfg(test)]
mod tests;

use ndarray::Array2;
use rayon::prelude::*;

use self::samplers::Sampler;
use super::draws::{Purpose, stream};
use crate::matching::outcome::CriterionId;
use crate::matching::weights::{CRITERIA, Weights};

/// Samples of one walk; each walk forgets its start on its own.
const WALK: usize = 64;

/// Weights over `n` criteria (columns); those that are not active are 0 in every sample.
#[derive(Debug, Clone, PartialEq)]
pub enum WeightSpace {
    /// Any weights over the active criteria.
    Simplex {
        /// How many columns.
        criteria: usize,
        /// The columns that may weigh something.
        active: Vec<usize>,
    },
    /// Groups of columns, the most important first: every column of a group weighs at least
    /// as much as every column of the next; inside a group nothing is said. Columns in no
    /// group weigh 0.
    Order {
        /// How many columns.
        criteria: usize,
        /// The groups, none of them empty.
        groups: Vec<Vec<usize>>,
    },
    /// Around stated weights: the ratio of any two of them stays within a factor of the
    /// stated ratio. Columns whose stated weight is 0 weigh 0.
    Ratios {
        /// The stated weights, one per column, in any unit.
        center: Vec<f64>,
        /// At least 1.
        factor: f64,
    },
    /// Each weight within its own bounds.
    Intervals {
        /// Lower bounds, one per column, 0..=1.
        low: Vec<f64>,
        /// Upper bounds, one per column, 0..=1.
        high: Vec<f64>,
    },
}

/// Why a space of weights is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WeightSpaceError {
    /// No criterion may weigh anything.
    #[error("aucun critère ne peut peser ; donner un poids à au moins un critère")]
    NoCriterion,
    /// A column that does not exist.
    #[error("critère de rang {criterion} inconnu : il y en a {criteria}")]
    UnknownCriterion {
        /// The column asked for, from 0.
        criterion: usize,
        /// How many columns there are.
        criteria: usize,
    },
    /// A column stands twice.
    #[error("critère de rang {0} donné deux fois")]
    Twice(usize),
    /// A group of an order is empty.
    #[error("groupe vide dans l’ordre des critères ; le retirer")]
    EmptyGroup,
    /// Not as many lower bounds as upper bounds.
    #[error("{low} bornes basses pour {high} bornes hautes ; il en faut une par critère")]
    Length {
        /// How many lower bounds.
        low: usize,
        /// How many upper bounds.
        high: usize,
    },
    /// A weight or a bound is negative or not finite.
    #[error("poids refusé pour le critère de rang {criterion} : `{value}`")]
    BadNumber {
        /// The column, from 0.
        criterion: usize,
        /// The value, written out.
        value: String,
    },
    /// A factor below 1, or not finite.
    #[error("facteur refusé : `{0}` ; il faut un nombre au moins égal à 1")]
    BadFactor(String),
    /// No weights satisfy the bounds.
    #[error(
        "aucun jeu de poids ne respecte ces bornes : les bornes basses font {low}, les bornes \
         hautes {high}, et les poids doivent faire 1 ; desserrer une borne"
    )]
    Empty {
        /// Sum of the lower bounds.
        low: f64,
        /// Sum of the upper bounds, none of them taken above 1.
        high: f64,
    },
    /// A lower bound above its upper bound.
    #[error(
        "borne basse {low} au-dessus de la borne haute {high} pour le critère de rang {criterion}"
    )]
    Crossed {
        /// The column, from 0.
        criterion: usize,
        /// Its lower bound.
        low: f64,
        /// Its upper bound.
        high: f64,
    },
}

impl WeightSpace {
    /// The weights that are as good as these (methods §6): an order gives every weighting of
    /// that order; equal weights, which say nothing, give the whole simplex; numbers vary so
    /// that the ratio of any two stays within `factor`. Always over the nine criteria;
    /// `relevance` is active where it weighs something.
    #[must_use]
    pub fn of(weights: &Weights, factor: f64) -> Self {
        if let Some(order) = &weights.order {
            let columns = |group: &Vec<CriterionId>| group.iter().map(|id| id.at()).collect();
            return Self::Order { criteria: CRITERIA, groups: order.iter().map(columns).collect() };
        }
        if weights.are_equal() {
            let active = (0..CRITERIA).filter(|&c| weights.values[c] > 0.0).collect();
            return Self::Simplex { criteria: CRITERIA, active };
        }
        Self::Ratios { center: weights.values.to_vec(), factor }
    }

    /// How many columns a sample has.
    #[must_use]
    pub fn criteria(&self) -> usize {
        match self {
            Self::Simplex { criteria, .. } | Self::Order { criteria, .. } => *criteria,
            Self::Ratios { center, .. } => center.len(),
            Self::Intervals { low, .. } => low.len(),
        }
    }

    fn sampler(&self) -> Result<Sampler, WeightSpaceError> {
        match self {
            Self::Simplex { criteria, active } => {
                check_columns(active, *criteria)?;
                Ok(Sampler::Simplex(active.clone()))
            }
            Self::Order { criteria, groups } => {
                check_columns(&groups.concat(), *criteria)?;
                match groups.iter().any(Vec::is_empty) {
                    true => Err(WeightSpaceError::EmptyGroup),
                    false => Ok(Sampler::Order(groups.clone())),
                }
            }
            Self::Ratios { center, factor } => samplers::ratios(center, *factor),
            Self::Intervals { low, high } => samplers::intervals(low, high),
        }
    }
}

/// `count` weight vectors, uniform in `space`: `count × n`, each row non-negative with sum 1
/// (within rounding). Independent ones, but for the walks, whose neighbours are nearly so.
///
/// # Errors
/// No active criterion; a column unknown or given twice; numbers that make no weights or
/// bounds; bounds that no weights satisfy.
pub fn sample(
    space: &WeightSpace,
    count: usize,
    seed: u64,
) -> Result<Array2<f64>, WeightSpaceError> {
    let sampler = space.sampler()?;
    let columns = space.criteria();
    let mut samples = vec![0.0; count * columns];
    let rng = |at: usize| stream(Purpose::Weights, seed, at as u64);
    match &sampler {
        Sampler::Walk(walk) => {
            samples.par_chunks_mut(columns * WALK).enumerate().for_each(|(at, rows)| {
                walk.fill(rows, columns, &mut rng(at));
            });
        }
        exact => {
            samples.par_chunks_mut(columns).enumerate().for_each(|(at, row)| {
                exact.fill(row, &mut rng(at));
            });
        }
    }
    Ok(Array2::from_shape_vec((count, columns), samples).expect("count × n weights"))
}

fn check_columns(columns: &[usize], criteria: usize) -> Result<(), WeightSpaceError> {
    let mut seen = vec![false; criteria];
    for &criterion in columns {
        match seen.get_mut(criterion) {
            None => return Err(WeightSpaceError::UnknownCriterion { criterion, criteria }),
            Some(true) => return Err(WeightSpaceError::Twice(criterion)),
            Some(unseen) => *unseen = true,
        }
    }
    if columns.is_empty() { Err(WeightSpaceError::NoCriterion) } else { Ok(()) }
}
