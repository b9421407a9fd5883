//! How good a ranking is: figures shared by the judged sets and the backtest.
//!
//! All are 0..=1, higher is better, and know nothing of how the ranking was made. Where
//! one document only is looked for, a ranking is known by how many stand before it and how
//! many are tied with it: [`Standing`] gives the mean of a figure over every order of the
//! tied ones, so that no method wins or loses by the accident of an identifier.

use std::collections::BTreeMap;

/// The grades of one query: document id → grade; absent means 0.
pub type Grades = BTreeMap<String, u8>;

/// Normalised discounted cumulative gain of the first `k` documents, 0..=1, higher is better.
///
/// Formula: `DCG@k = Σ_(i=1..k) g_i / log2(i + 1)`, `g_i` the grade of the document at rank
/// `i` (0 when not judged), divided by the same sum for the judged documents in the best
/// order. Source: Järvelin & Kekäläinen 2002, DOI 10.1145/582415.582418, with the
/// logarithm of base 2 that discounts from the second rank on, as trec_eval does.
/// Missing: 0 when nothing relevant is judged.
#[must_use]
pub fn ndcg(ranking: &[String], grades: &Grades, k: usize) -> f64 {
    let gains = ranking.iter().map(|id| grades.get(id).copied().unwrap_or(0));
    let mut best: Vec<u8> = grades.values().copied().collect();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let ideal = dcg(best.into_iter().take(k));
    if ideal > 0.0 { dcg(gains.take(k)) / ideal } else { 0.0 }
}

fn dcg(gains: impl Iterator<Item = u8>) -> f64 {
    (1..).zip(gains).map(|(rank, gain)| f64::from(gain) * discount(rank)).sum()
}

/// What a document at `rank` (from 1) is worth: `1 / log2(rank + 1)`.
#[must_use]
#[allow(clippy::cast_precision_loss)] // ranks, far below 2^52
pub fn discount(rank: usize) -> f64 {
    1.0 / (rank as f64 + 1.0).log2()
}

/// Share of the relevant documents (grade 1 or more) found in the first `k`, 0..=1, higher
/// is better.
///
/// Missing: 0 when nothing relevant is judged. With more than `k` relevant documents, 1 is
/// out of reach; that is meant.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of documents, far below 2^52
pub fn recall(ranking: &[String], grades: &Grades, k: usize) -> f64 {
    let relevant = grades.values().filter(|&&grade| grade > 0).count();
    if relevant == 0 {
        return 0.0;
    }
    let found = ranking.iter().take(k).filter(|id| grades.get(*id).is_some_and(|&g| g > 0));
    found.count() as f64 / relevant as f64
}

/// A figure of a ranking in which one document is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Figure {
    /// 1 when it is among the first five.
    HitAt5,
    /// 1 when it is among the first ten.
    HitAt10,
    /// `1 / rank`: its mean is the mean reciprocal rank (Voorhees 1999, TREC-8).
    ReciprocalRank,
    /// nDCG of the first ten: with one relevant document, [`discount`] of its rank.
    NdcgAt10,
}

impl Figure {
    /// Every figure, in the order shown.
    pub const ALL: [Self; 4] = [Self::HitAt5, Self::HitAt10, Self::ReciprocalRank, Self::NdcgAt10];

    /// Its value when the document looked for is at `rank` (from 1), 0..=1.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // ranks, far below 2^52
    pub fn at(self, rank: usize) -> f64 {
        let within = |k: usize| if rank <= k { 1.0 } else { 0.0 };
        match self {
            Self::HitAt5 => within(5),
            Self::HitAt10 => within(10),
            Self::ReciprocalRank => 1.0 / rank as f64,
            Self::NdcgAt10 => within(10) * discount(rank),
        }
    }
}

/// Where the document looked for stands among those scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Standing {
    /// How many score strictly higher.
    pub before: usize,
    /// How many share its score, itself included: at least 1.
    pub tied: usize,
}

impl Standing {
    /// The standing of a document of score `own` among `others` (itself left out).
    #[must_use]
    pub fn among(own: f64, others: impl Iterator<Item = f64>) -> Self {
        let mut standing = Self { before: 0, tied: 1 };
        for other in others {
            match other.total_cmp(&own) {
                std::cmp::Ordering::Greater => standing.before += 1,
                std::cmp::Ordering::Equal => standing.tied += 1,
                std::cmp::Ordering::Less => {}
            }
        }
        standing
    }

    /// Mean of a figure over every order of the tied documents, 0..=1, higher is better.
    ///
    /// Formula: `(1/t) Σ_(r=b+1..b+t) figure(r)`. With everything tied this is the closed
    /// form of a ranking at random: `min(k, N)/N` for a hit, `H_N / N` for the reciprocal
    /// rank.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // counts of documents, far below 2^52
    pub fn expected(self, figure: Figure) -> f64 {
        let ranks = self.before + 1..=self.before + self.tied;
        ranks.map(|rank| figure.at(rank)).sum::<f64>() / self.tied as f64
    }

    /// Its mean rank, from 1, lower is better.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // counts of documents, far below 2^52
    pub fn mean_rank(self) -> f64 {
        self.before as f64 + (self.tied as f64 + 1.0) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(list: &[&str]) -> Vec<String> {
        list.iter().map(|id| (*id).to_owned()).collect()
    }

    fn grades(list: &[(&str, u8)]) -> Grades {
        list.iter().map(|&(id, grade)| (id.to_owned(), grade)).collect()
    }

    /// Gains 3, 2, 3, 0, 1, 2: the worked example of the encyclopaedias, DCG@6 = 6.861,
    /// ideal over the six judged = 7.141 (gains 3 3 2 2 1 0), nDCG = 0.961.
    #[test]
    fn the_worked_example_is_reproduced() {
        let judged = grades(&[("a", 3), ("b", 2), ("c", 3), ("d", 0), ("e", 1), ("f", 2)]);
        let ranking = ids(&["a", "b", "c", "d", "e", "f"]);
        assert!((ndcg(&ranking, &judged, 6) - 0.961).abs() < 5e-4);
    }

    #[test]
    fn a_perfect_order_is_one_and_nothing_judged_is_zero() {
        let judged = grades(&[("a", 2), ("b", 1)]);
        assert!((ndcg(&ids(&["a", "b", "z"]), &judged, 10) - 1.0).abs() < 1e-12);
        assert!(ndcg(&ids(&["b", "a"]), &judged, 10) < 1.0);
        assert!(ndcg(&ids(&["a"]), &Grades::new(), 10).abs() < 1e-12);
        assert!(recall(&ids(&["a"]), &Grades::new(), 10).abs() < 1e-12);
    }

    #[test]
    fn recall_counts_only_the_first_k() {
        let judged = grades(&[("a", 2), ("b", 1), ("c", 1), ("d", 0)]);
        assert!((recall(&ids(&["a", "z", "b"]), &judged, 2) - 1.0 / 3.0).abs() < 1e-12);
        assert!((recall(&ids(&["a", "z", "b"]), &judged, 3) - 2.0 / 3.0).abs() < 1e-12);
    }

    /// With one relevant document, the figure by its rank is the nDCG of the whole list.
    #[test]
    fn one_document_alone_gives_the_same_ndcg() {
        let list: Vec<String> = (1..=12).map(|n| format!("d{n}")).collect();
        for rank in 1..=12 {
            let judged = grades(&[(list[rank - 1].as_str(), 1)]);
            assert!((ndcg(&list, &judged, 10) - Figure::NdcgAt10.at(rank)).abs() < 1e-12);
        }
    }

    /// The example of the encyclopaedias: ranks 3, 2, 1 give (1/3 + 1/2 + 1)/3 = 11/18.
    #[test]
    fn the_mean_reciprocal_rank_is_the_published_one() {
        let mean = [3, 2, 1].map(|rank| Figure::ReciprocalRank.at(rank)).iter().sum::<f64>() / 3.0;
        assert!((mean - 11.0 / 18.0).abs() < 1e-12);
    }

    #[test]
    fn everything_tied_is_a_ranking_at_random() {
        let random = Standing::among(0.0, std::iter::repeat_n(0.0, 19));
        assert_eq!(random, Standing { before: 0, tied: 20 });
        assert!((random.expected(Figure::HitAt5) - 0.25).abs() < 1e-12);
        assert!((random.expected(Figure::HitAt10) - 0.5).abs() < 1e-12);
        let harmonic: f64 = (1..=20).map(|n| 1.0 / f64::from(n)).sum();
        assert!((random.expected(Figure::ReciprocalRank) - harmonic / 20.0).abs() < 1e-12);
        assert!((random.mean_rank() - 10.5).abs() < 1e-12);
    }

    #[test]
    fn ties_share_their_places() {
        let standing = Standing::among(0.5, [0.9, 0.5, 0.1].into_iter());
        assert_eq!(standing, Standing { before: 1, tied: 2 });
        let expected = (1.0 / 2.0 + 1.0 / 3.0) / 2.0;
        assert!((standing.expected(Figure::ReciprocalRank) - expected).abs() < 1e-12);
        let alone = Standing::among(0.5, [0.1, f64::NEG_INFINITY].into_iter());
        assert!((alone.expected(Figure::NdcgAt10) - 1.0).abs() < 1e-12);
    }
}
