//! What a set of cities is worth: nobody counts twice, and everyone where it suits best.
//!
//! A stop holds `visits` visits; its `k`-th counts `decay^(k−1)`. The value of a set of
//! cities is the **best assignment** of meetings to the visits of these cities, each
//! meeting at most once: an assignment valuation, which is monotone and submodular in the
//! set (Shapley 1962, doi:10.1002/nav.3800090106; Lehmann, Lehmann & Nisan 2006,
//! doi:10.1016/j.geb.2005.02.006), so that what a city adds never grows when others are
//! added. Solved by shortest augmenting paths, one row at a time (Kuhn 1955,
//! doi:10.1002/nav.3800020109; Munkres 1957, doi:10.1137/0105003): adding a city to a set
//! already solved costs only its own visits.

use super::Problem;

/// The best assignment of meetings to the visits of a growing set of cities.
///
/// Rows are visits, columns are meetings and, after them, one empty column per row: a
/// visit may stay unused.
#[derive(Debug, Clone)]
pub struct Meetings<'p> {
    problem: &'p Problem,
    /// City of each row.
    rows: Vec<(usize, usize)>,
    /// Potentials of rows and columns.
    of_row: Vec<f64>,
    of_column: Vec<f64>,
    /// Row of each column.
    taken: Vec<Option<usize>>,
}

impl<'p> Meetings<'p> {
    /// Nobody met yet.
    #[must_use]
    pub fn none(problem: &'p Problem) -> Self {
        Self {
            problem,
            rows: Vec::new(),
            of_row: Vec::new(),
            of_column: vec![0.0; problem.meetings],
            taken: vec![None; problem.meetings],
        }
    }

    /// The best assignment for these cities, added in ascending order whatever the order
    /// given: the value of a set is one number.
    #[must_use]
    pub fn of(problem: &'p Problem, cities: &[usize]) -> Self {
        let mut sorted = cities.to_vec();
        sorted.sort_unstable();
        let mut meetings = Self::none(problem);
        for city in sorted {
            meetings.add(city);
        }
        meetings
    }

    /// The value of the set, ≥ 0.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.pairs().map(|(row, meeting)| self.worth(row, meeting)).sum()
    }

    /// The value with one more city, without keeping it.
    #[must_use]
    pub fn value_with(&self, city: usize) -> f64 {
        let mut more = self.clone();
        more.add(city);
        more.value()
    }

    /// Who is met in `city`: (meeting, its value there before any decay, what it counts),
    /// the first visit first.
    #[must_use]
    pub fn met_in(&self, city: usize) -> Vec<(usize, f64, f64)> {
        let mut met: Vec<(usize, usize)> = self
            .pairs()
            .filter(|&(row, meeting)| self.rows[row].0 == city && self.plain(city, meeting) > 0.0)
            .map(|(row, meeting)| (self.rows[row].1, meeting))
            .collect();
        met.sort_unstable();
        let decay = self.problem.decay;
        met.into_iter()
            .map(|(visit, meeting)| {
                let plain = self.plain(city, meeting);
                (meeting, plain, plain * decay.powi(visit as i32))
            })
            .collect()
    }

    /// Adds a city: its visits find their meetings, others may move.
    pub fn add(&mut self, city: usize) {
        for visit in 0..self.problem.cities[city].visits {
            self.rows.push((city, visit));
            self.of_row.push(0.0);
            self.of_column.push(0.0);
            self.taken.push(None);
            self.augment(self.rows.len() - 1);
        }
    }

    /// Pairs of a row and its meeting.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        self.taken[..self.problem.meetings]
            .iter()
            .enumerate()
            .filter_map(|(meeting, row)| row.map(|row| (row, meeting)))
    }

    fn plain(&self, city: usize, meeting: usize) -> f64 {
        let meetings = &self.problem.cities[city].meetings;
        meetings.iter().find(|(at, _)| *at == meeting).map_or(0.0, |(_, value)| *value)
    }

    fn worth(&self, row: usize, meeting: usize) -> f64 {
        let (city, visit) = self.rows[row];
        self.plain(city, meeting) * self.problem.decay.powi(visit as i32)
    }

    /// Costs of a row: minus the worth of each meeting; 0 for the empty columns.
    fn costs(&self, row: usize) -> Vec<f64> {
        let mut costs = vec![0.0; self.taken.len()];
        let (city, visit) = self.rows[row];
        let decay = self.problem.decay.powi(visit as i32);
        for &(meeting, value) in &self.problem.cities[city].meetings {
            costs[meeting] = -value * decay;
        }
        costs
    }

    /// One more row by a shortest augmenting path on reduced costs.
    fn augment(&mut self, new: usize) {
        let columns = self.taken.len();
        let mut least = vec![f64::INFINITY; columns];
        let mut came_from = vec![usize::MAX; columns];
        let mut seen = vec![false; columns];
        let mut row = new;
        let mut here: Option<usize> = None;
        let end = loop {
            if let Some(column) = here {
                seen[column] = true;
            }
            let costs = self.costs(row);
            let mut delta = f64::INFINITY;
            let mut next = usize::MAX;
            for column in 0..columns {
                if seen[column] {
                    continue;
                }
                let reduced = costs[column] - self.of_row[row] - self.of_column[column];
                if reduced < least[column] {
                    least[column] = reduced;
                    came_from[column] = here.unwrap_or(usize::MAX);
                }
                if least[column] < delta {
                    delta = least[column];
                    next = column;
                }
            }
            self.of_row[new] += delta;
            for column in 0..columns {
                if seen[column] {
                    if let Some(owner) = self.taken[column] {
                        self.of_row[owner] += delta;
                    }
                    self.of_column[column] -= delta;
                } else {
                    least[column] -= delta;
                }
            }
            here = Some(next);
            match self.taken[next] {
                Some(owner) => row = owner,
                None => break next,
            }
        };
        let mut column = end;
        loop {
            let before = came_from[column];
            if before == usize::MAX {
                self.taken[column] = Some(new);
                return;
            }
            self.taken[column] = self.taken[before];
            column = before;
        }
    }
}
