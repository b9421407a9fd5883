//! The limits a cohort keeps, and why some cannot be kept.

use std::collections::BTreeMap;

use super::problem::{Placed, Problem};

/// What a cohort must keep.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// Enterprises chosen, at most.
    pub size: usize,
    /// Enterprises of one main theme, at most.
    pub per_theme: Option<usize>,
    /// Enterprises that go to a rural territory, at least.
    pub rural_min: usize,
    /// Enterprises in a territory, at most, by position of the territory.
    pub capacity: BTreeMap<usize, usize>,
    /// Candidates that are chosen whatever they bring.
    pub include: Vec<usize>,
    /// Candidates that are never chosen.
    pub exclude: Vec<usize>,
}

/// A limit that no set can keep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Infeasible {
    /// Both wanted and unwanted.
    #[error("candidate {candidate} is both included and excluded")]
    IncludedAndExcluded {
        /// Which.
        candidate: usize,
    },
    /// Wanted, and it fits nowhere.
    #[error("included candidate {candidate} fits no territory")]
    IncludedNowhere {
        /// Which.
        candidate: usize,
    },
    /// More wanted than the size admits.
    #[error("{included} included, size {size}")]
    TooManyIncluded {
        /// How many are included.
        included: usize,
        /// The size.
        size: usize,
    },
    /// More of one theme wanted than the maximum admits.
    #[error("{included} included of theme {theme}, at most {most}")]
    TooManyOfTheme {
        /// The theme.
        theme: usize,
        /// How many are included.
        included: usize,
        /// The maximum.
        most: usize,
    },
    /// The capacities do not let every wanted one in somewhere.
    #[error("the capacities leave no place to included candidate {candidate}")]
    IncludedWithoutRoom {
        /// The first that finds no place.
        candidate: usize,
    },
    /// The rural minimum cannot be reached beside the other limits.
    #[error("{asked} rural asked, {found} found")]
    TooFewRural {
        /// How many are asked.
        asked: usize,
        /// How many were found.
        found: usize,
    },
}

/// The limits read for a problem: what binds whom.
#[derive(Debug)]
pub(super) struct Frame<'p> {
    pub(super) problem: &'p Problem,
    pub(super) size: usize,
    pub(super) per_theme: usize,
    pub(super) rural_min: usize,
    /// By territory; `usize::MAX` where nothing limits.
    pub(super) capacity: Vec<usize>,
    pub(super) included: Vec<bool>,
    pub(super) excluded: Vec<bool>,
    /// Candidates that go everywhere they fit, whatever else is chosen.
    pub(super) free: Vec<bool>,
    /// Every candidate is free: a set is known by its enterprises.
    pub(super) all_free: bool,
}

impl<'p> Frame<'p> {
    /// Reads the limits.
    ///
    /// # Errors
    /// What contradicts itself before any choice.
    pub(super) fn new(problem: &'p Problem, limits: &Limits) -> Result<Self, Infeasible> {
        let count = problem.candidates.len();
        let flags = |list: &[usize]| {
            let mut flags = vec![false; count];
            list.iter().for_each(|&at| flags[at] = true);
            flags
        };
        let (included, excluded) = (flags(&limits.include), flags(&limits.exclude));
        let mut size = limits.size;
        let mut capacity = vec![usize::MAX; problem.territories];
        for (&territory, &most) in &limits.capacity {
            capacity[territory] = most;
        }
        if let [only] = capacity[..] {
            // One territory: its capacity is the size of the cohort.
            size = size.min(only);
        }
        for most in &mut capacity {
            if *most >= size {
                *most = usize::MAX;
            }
        }
        let free: Vec<bool> = problem
            .candidates
            .iter()
            .map(|candidate| {
                let fits = &candidate.placements;
                candidate.openings.is_none_or(|most| most >= fits.len())
                    && fits.iter().all(|at| capacity[at.territory] == usize::MAX)
            })
            .collect();
        let frame = Self {
            problem,
            size,
            per_theme: limits.per_theme.filter(|&most| most < size).unwrap_or(usize::MAX),
            rural_min: limits.rural_min,
            capacity,
            all_free: free.iter().all(|free| *free),
            free,
            included,
            excluded,
        };
        frame.check()?;
        Ok(frame)
    }

    fn check(&self) -> Result<(), Infeasible> {
        let wanted: Vec<usize> = (0..self.included.len()).filter(|&at| self.included[at]).collect();
        for &candidate in &wanted {
            if self.excluded[candidate] {
                return Err(Infeasible::IncludedAndExcluded { candidate });
            }
            if !self.fits_somewhere(candidate) {
                return Err(Infeasible::IncludedNowhere { candidate });
            }
        }
        if wanted.len() > self.size {
            return Err(Infeasible::TooManyIncluded { included: wanted.len(), size: self.size });
        }
        let mut by_theme: BTreeMap<usize, usize> = BTreeMap::new();
        for theme in wanted.iter().filter_map(|&at| self.theme(at)) {
            *by_theme.entry(theme).or_default() += 1;
        }
        let over = by_theme.into_iter().find(|&(_, included)| included > self.per_theme);
        match over {
            Some((theme, included)) => {
                Err(Infeasible::TooManyOfTheme { theme, included, most: self.per_theme })
            }
            None => Ok(()),
        }
    }

    pub(super) fn theme(&self, candidate: usize) -> Option<usize> {
        self.problem.candidates[candidate].theme
    }

    /// Territories it can open in at most, at least one.
    pub(super) fn openings(&self, candidate: usize) -> usize {
        let candidate = &self.problem.candidates[candidate];
        candidate.openings.map_or(candidate.placements.len(), |most| most.max(1))
    }

    /// Whether it fits a territory that takes anybody.
    pub(super) fn fits_somewhere(&self, candidate: usize) -> bool {
        let fits = &self.problem.candidates[candidate].placements;
        fits.iter().any(|at| self.capacity[at.territory] > 0)
    }

    /// Whether it could count for the rural share.
    pub(super) fn can_be_rural(&self, candidate: usize) -> bool {
        let fits = &self.problem.candidates[candidate].placements;
        fits.iter().any(|at| at.rural && self.capacity[at.territory] > 0)
    }

    /// Whether it may be chosen at all.
    pub(super) fn open(&self, candidate: usize) -> bool {
        !self.excluded[candidate] && self.fits_somewhere(candidate)
    }

    /// How many of a set have the theme of `candidate`; 0 where it has none.
    pub(super) fn of_its_theme(&self, set: &[Placed], candidate: usize) -> usize {
        let Some(theme) = self.theme(candidate) else { return 0 };
        set.iter().filter(|placed| self.theme(placed.candidate) == Some(theme)).count()
    }

    /// Whether a set keeps every limit.
    pub(super) fn keeps(&self, set: &[Placed]) -> bool {
        let mut loads = vec![0_usize; self.capacity.len()];
        let mut rural = 0;
        let mut seen = vec![false; self.included.len()];
        for placed in set {
            for placement in self.problem.placements(placed) {
                loads[placement.territory] += 1;
            }
            rural += usize::from(self.problem.is_rural(placed));
            if std::mem::replace(&mut seen[placed.candidate], true)
                || placed.placements.is_empty()
                || placed.placements.len() > self.openings(placed.candidate)
                || self.excluded[placed.candidate]
                || self.of_its_theme(set, placed.candidate) > self.per_theme
            {
                return false;
            }
        }
        set.len() <= self.size
            && rural >= self.rural_min
            && loads.iter().zip(&self.capacity).all(|(load, most)| load <= most)
            && self.included.iter().zip(&seen).all(|(wanted, seen)| *seen || !wanted)
    }
}
