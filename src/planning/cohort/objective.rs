//! The objective, kept up to date as enterprises come and go.
//!
//! `f(S) = Σ_d π_d Σ_k δ^(k−1) a_(k) + share · Σ score`. For `0 ≤ δ < 1` each sum over `k`
//! is monotone and submodular in the set of answers: by Abel's summation it is
//! `Σ_l (a_l − a_(l+1)) h(c_l)`, a sum of concave functions `h(j) = Σ_(i<j) δ^i` of counts.

use super::problem::{Placed, Placement, Problem};

/// The answers and scores of a set.
#[derive(Debug, Clone)]
pub(super) struct Tally<'p> {
    problem: &'p Problem,
    /// Strengths by demand, the strongest first.
    answers: Vec<Vec<f64>>,
    scores: f64,
}

impl<'p> Tally<'p> {
    pub(super) fn new(problem: &'p Problem) -> Self {
        Self { problem, answers: vec![Vec::new(); problem.worth.len()], scores: 0.0 }
    }

    pub(super) fn of(problem: &'p Problem, set: &[Placed]) -> Self {
        let mut tally = Self::new(problem);
        for placed in set {
            problem.placements(placed).for_each(|placement| tally.add(placement));
        }
        tally
    }

    pub(super) fn add(&mut self, placement: &Placement) {
        self.scores += placement.score;
        for &(demand, strength) in &placement.answers {
            let list = &mut self.answers[demand];
            let at = list.partition_point(|&other| other >= strength);
            list.insert(at, strength);
        }
    }

    /// What a placement would add, ≥ 0.
    pub(super) fn gain(&self, placement: &Placement) -> f64 {
        let answered = placement.answers.iter().map(|&(demand, a)| self.answered(demand, a));
        answered.sum::<f64>() + self.problem.score_share * placement.score
    }

    /// What one answer would add: it takes its place among those of the demand, and the
    /// weaker ones move one place down.
    pub(super) fn answered(&self, demand: usize, strength: f64) -> f64 {
        let list = &self.answers[demand];
        let discount = self.problem.discount;
        let at = list.partition_point(|&other| other >= strength);
        let mut weight = power(discount, at);
        let mut sum = weight * strength;
        for other in &list[at..] {
            sum -= weight * (1.0 - discount) * other;
            weight *= discount;
        }
        self.problem.worth[demand] * sum
    }

    pub(super) fn value(&self) -> f64 {
        let each = self.answers.iter().zip(&self.problem.worth);
        let covered: f64 = each.map(|(list, worth)| worth * self.discounted(list)).sum();
        covered + self.problem.score_share * self.scores
    }

    fn discounted(&self, list: &[f64]) -> f64 {
        let mut weight = 1.0;
        let mut sum = 0.0;
        for strength in list {
            sum += weight * strength;
            weight *= self.problem.discount;
        }
        sum
    }
}

/// `δ^i`, with `0⁰ = 1`.
fn power(discount: f64, times: usize) -> f64 {
    (0..times).fold(1.0, |weight, _| weight * discount)
}
