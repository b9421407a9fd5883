//! What there is to choose from: enterprises × territories × needs, in compact form.

use super::objective::Tally;

/// One enterprise in one territory where no gate keeps it out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Placement {
    /// Position of the territory.
    pub territory: usize,
    /// Whether it counts for the rural share.
    pub rural: bool,
    /// Its score there times the territory's share of the population, 0..=1.
    pub score: f64,
    /// What it answers there: (position of the demand, how strongly, 0..=1), each demand
    /// once. A demand is one need in one territory.
    pub answers: Vec<(usize, f64)>,
}

/// One enterprise with the territories that it fits.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Candidate {
    /// Its main theme; `None` is unknown, and no maximum per theme stops it.
    pub theme: Option<usize>,
    /// Territories it can open in at most; `None` is unknown and limits nothing.
    pub openings: Option<usize>,
    /// Where it fits, one entry per territory, ascending; empty where it fits nowhere.
    pub placements: Vec<Placement>,
}

/// What there is to choose from; ties are broken by the order of the candidates.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Problem {
    /// The enterprises.
    pub candidates: Vec<Candidate>,
    /// How many territories there are.
    pub territories: usize,
    /// `π` of each demand, ≥ 0.
    pub worth: Vec<f64>,
    /// `δ`, 0..1: worth of the next answer to the same demand against the one before it.
    pub discount: f64,
    /// Share of the scores in the objective, ≥ 0.
    pub score_share: f64,
}

/// One chosen enterprise and where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Placed {
    /// Position of the enterprise in [`Problem::candidates`].
    pub candidate: usize,
    /// Positions in its [`Candidate::placements`], ascending, never empty.
    pub placements: Vec<usize>,
}

impl Problem {
    /// The objective of a set: `Σ_d π_d Σ_k δ^(k−1) a_(k) + share · Σ score`, ≥ 0, higher
    /// is better; `a_(k)` is the k-th strongest answer of the set to the demand `d`.
    #[must_use]
    pub fn value(&self, set: &[Placed]) -> f64 {
        Tally::of(self, set).value()
    }

    /// What a chosen enterprise adds to a set without it, part by part.
    #[must_use]
    pub fn parts(&self, set: &[Placed], placed: &Placed) -> Vec<Part> {
        let tally = Tally::of(self, set);
        let mut parts = Vec::new();
        for placement in self.placements(placed) {
            let answers: Vec<(usize, f64)> = placement
                .answers
                .iter()
                .map(|&(demand, strength)| (demand, tally.answered(demand, strength)))
                .collect();
            let score = self.score_share * placement.score;
            parts.push(Part { territory: placement.territory, answers, score });
        }
        parts
    }

    /// The placements of a chosen enterprise.
    pub fn placements<'p>(
        &'p self,
        placed: &'p Placed,
    ) -> impl Iterator<Item = &'p Placement> + 'p {
        let all = &self.candidates[placed.candidate].placements;
        placed.placements.iter().map(move |&at| &all[at])
    }

    /// Whether a chosen enterprise counts for the rural share.
    #[must_use]
    pub fn is_rural(&self, placed: &Placed) -> bool {
        self.placements(placed).any(|placement| placement.rural)
    }

    /// The enterprise everywhere it fits.
    #[must_use]
    pub fn everywhere(&self, candidate: usize) -> Placed {
        let placements = (0..self.candidates[candidate].placements.len()).collect();
        Placed { candidate, placements }
    }
}

/// What one placement adds to a set.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Position of the territory.
    pub territory: usize,
    /// By demand, ≥ 0.
    pub answers: Vec<(usize, f64)>,
    /// By its score, ≥ 0.
    pub score: f64,
}

impl Part {
    /// The whole of it.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.answers.iter().map(|(_, value)| value).sum::<f64>() + self.score
    }
}
