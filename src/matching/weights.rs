//! Weights: whose they are, how they are read, and what an order is worth (methods §6).
//!
//! Weights belong to someone. Named criteria get what is said, unnamed ones 0; an order
//! gives rank-order centroid weights; nothing said gives equal weights.

use std::collections::BTreeMap;

use super::outcome::CriterionId;
use crate::domain::date::PartialDate;

/// How many criteria there are.
pub const CRITERIA: usize = CriterionId::ALL.len();

/// What somebody asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum WeightsAsked {
    /// Nothing was said.
    #[default]
    Nothing,
    /// Numbers, in any unit.
    Values(BTreeMap<CriterionId, f64>),
    /// Groups from the most to the least important; a group holds ties.
    Order(Vec<Vec<CriterionId>>),
}

/// Why weights are refused: always the asker's fault.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WeightsError {
    /// No criterion has this name; the door suggests one.
    #[error("critère inconnu `{0}`")]
    UnknownCriterion(String),
    /// A criterion stands twice.
    #[error("critère donné deux fois : `{0}`")]
    Twice(String),
    /// The weight of a criterion is no number, negative or infinite.
    #[error("poids refusé pour `{criterion}` : `{value}` ; il faut un nombre positif ou nul")]
    BadNumber {
        /// The criterion.
        criterion: String,
        /// The value as written.
        value: String,
    },
    /// Neither numbers nor an order.
    #[error("poids illisibles : `{0}` ; écrire `gap:3,proof:1` ou `gap>priority>proof`")]
    Malformed(String),
    /// Every weight is zero.
    #[error("tous les poids sont nuls ; donner au moins un poids positif")]
    AllZero,
}

impl WeightsAsked {
    /// Reads `gap:3,proof:1`, `gap>priority>proof` or `a=b>c`; a blank text says nothing.
    ///
    /// # Errors
    /// An unknown or repeated criterion, a weight that is no number, or a mix of both
    /// forms. Signs are checked by [`Weights::resolve`].
    pub fn parse(text: &str) -> Result<Self, WeightsError> {
        let text = text.trim();
        match (text.is_empty(), text.contains(':'), text.contains(['>', '='])) {
            (true, ..) => Ok(Self::Nothing),
            (_, true, true) => Err(WeightsError::Malformed(text.to_owned())),
            (_, true, false) => parse_values(text).map(Self::Values),
            (_, false, true) => parse_order(text).map(Self::Order),
            // One bare word is an order of one; several would leave the order unsaid.
            (_, false, false) if text.contains(',') => {
                Err(WeightsError::Malformed(text.to_owned()))
            }
            _ => parse_order(text).map(Self::Order),
        }
    }
}

fn criterion(word: &str) -> Result<CriterionId, WeightsError> {
    let word = word.trim();
    CriterionId::parse(word).ok_or_else(|| WeightsError::UnknownCriterion(word.to_owned()))
}

fn parse_values(text: &str) -> Result<BTreeMap<CriterionId, f64>, WeightsError> {
    let mut values = BTreeMap::new();
    for pair in text.split(',') {
        let (word, value) =
            pair.split_once(':').ok_or_else(|| WeightsError::Malformed(pair.trim().to_owned()))?;
        let (id, value) = (criterion(word)?, value.trim());
        let number: f64 = value.parse().map_err(|_| WeightsError::BadNumber {
            criterion: id.as_str().to_owned(),
            value: value.to_owned(),
        })?;
        if values.insert(id, number).is_some() {
            return Err(WeightsError::Twice(id.as_str().to_owned()));
        }
    }
    Ok(values)
}

fn parse_order(text: &str) -> Result<Vec<Vec<CriterionId>>, WeightsError> {
    let mut groups = Vec::new();
    for group in text.split('>') {
        let group: Vec<CriterionId> = group.split('=').map(criterion).collect::<Result<_, _>>()?;
        groups.push(group);
    }
    Ok(groups)
}

/// Weights of the criteria, with their owner.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Whose they are: `request`, `equal`, or the owner of a profile.
    pub owner: String,
    /// The profile they come from, where they come from one.
    pub profile: Option<String>,
    /// When their owner set them.
    pub as_of: Option<PartialDate>,
    /// One per criterion of [`CriterionId::ALL`], each 0..=1; they sum to 1.
    pub values: [f64; CRITERIA],
    /// The order they come from, where they come from one.
    pub order: Option<Vec<Vec<CriterionId>>>,
}

impl Weights {
    /// Equal weights: four families of two criteria, and `relevance` with a query.
    #[must_use]
    pub fn equal(with_query: bool) -> Self {
        let count = if with_query { CRITERIA } else { CriterionId::WITHOUT_QUERY };
        let mut values = [0.0; CRITERIA];
        values[..count].fill(1.0 / count as f64);
        Self { owner: "equal".to_owned(), profile: None, as_of: None, values, order: None }
    }

    /// The weights asked for; their owner is `request` (or `equal` when nothing is said).
    ///
    /// Numbers are normalised and unnamed criteria get 0. An order gives rank-order
    /// centroid weights, ties share the mean of their places, unnamed criteria get 0.
    /// Without a query `relevance` means nothing: it is left out and the others keep
    /// their proportions.
    ///
    /// # Errors
    /// A negative, infinite or not-a-number weight; weights that are all zero; a
    /// criterion that stands twice in an order.
    pub fn resolve(asked: &WeightsAsked, with_query: bool) -> Result<Self, WeightsError> {
        let kept = |id: CriterionId| with_query || id != CriterionId::Relevance;
        let (raw, order) = match asked {
            WeightsAsked::Nothing => return Ok(Self::equal(with_query)),
            WeightsAsked::Values(values) => (checked(values)?, None),
            WeightsAsked::Order(groups) => {
                refuse_twice(groups)?;
                let groups: Vec<Vec<CriterionId>> = groups
                    .iter()
                    .map(|group| group.iter().copied().filter(|&id| kept(id)).collect())
                    .filter(|group: &Vec<CriterionId>| !group.is_empty())
                    .collect();
                (rank_order_centroid(&groups), Some(groups))
            }
        };
        let mut values = raw;
        for id in CriterionId::ALL.into_iter().filter(|&id| !kept(id)) {
            values[id.at()] = 0.0;
        }
        let values = normalised(values).ok_or(WeightsError::AllZero)?;
        Ok(Self { owner: "request".to_owned(), profile: None, as_of: None, values, order })
    }

    /// The weight of one criterion.
    #[must_use]
    pub fn of(&self, id: CriterionId) -> f64 {
        self.values[id.at()]
    }

    /// Whether every criterion weighs the same: nothing was said, so every weighting is
    /// as good (the whole simplex, for robustness).
    #[must_use]
    pub fn are_equal(&self) -> bool {
        self.order.is_none()
            && (self.values == Self::equal(false).values || self.values == Self::equal(true).values)
    }
}

fn checked(values: &BTreeMap<CriterionId, f64>) -> Result<[f64; CRITERIA], WeightsError> {
    let mut weights = [0.0; CRITERIA];
    for (&id, &value) in values {
        if !value.is_finite() || value < 0.0 {
            return Err(WeightsError::BadNumber {
                criterion: id.as_str().to_owned(),
                value: value.to_string(),
            });
        }
        weights[id.at()] = value;
    }
    Ok(weights)
}

fn refuse_twice(groups: &[Vec<CriterionId>]) -> Result<(), WeightsError> {
    let mut seen = [false; CRITERIA];
    for &id in groups.iter().flatten() {
        if std::mem::replace(&mut seen[id.at()], true) {
            return Err(WeightsError::Twice(id.as_str().to_owned()));
        }
    }
    Ok(())
}

/// Non-negative finite weights divided by their sum; `None` when all are zero. The
/// largest is divided out first, so that huge numbers do not overflow.
fn normalised(mut values: [f64; CRITERIA]) -> Option<[f64; CRITERIA]> {
    let largest = values.iter().copied().fold(0.0, f64::max);
    if largest <= 0.0 {
        return None;
    }
    values.iter_mut().for_each(|value| *value /= largest);
    let sum: f64 = values.iter().sum();
    values.iter_mut().for_each(|value| *value /= sum);
    Some(values)
}

/// Rank-order centroid weights: `w_k = (1/n) Σ_{i=k..n} 1/i` for the `k`-th of `n`.
///
/// The centroid of the simplex `w_1 ≥ … ≥ w_n ≥ 0, Σ w = 1`; tied criteria share the
/// mean of their places, criteria in no group get 0.
/// Barron & Barrett 1996, *Decision quality using ranked attribute weights*,
/// Management Science 42(11), doi:10.1287/mnsc.42.11.1515.
#[must_use]
pub fn rank_order_centroid(groups: &[Vec<CriterionId>]) -> [f64; CRITERIA] {
    let count: usize = groups.iter().map(Vec::len).sum();
    let place = |k: usize| (k..=count).map(|i| 1.0 / i as f64).sum::<f64>() / count as f64;
    let mut weights = [0.0; CRITERIA];
    let mut next = 1;
    for group in groups {
        let mean = (next..next + group.len()).map(place).sum::<f64>() / group.len() as f64;
        for id in group {
            weights[id.at()] = mean;
        }
        next += group.len();
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use CriterionId::{Gap, Priority, Proof, Relevance};

    fn resolved(text: &str) -> Result<Weights, WeightsError> {
        Weights::resolve(&WeightsAsked::parse(text)?, false)
    }

    #[test]
    fn numbers_are_normalised_and_the_unnamed_weigh_nothing() {
        let weights = resolved("gap:3, proof:1").unwrap();
        assert_eq!((weights.of(Gap), weights.of(Proof), weights.of(Priority)), (0.75, 0.25, 0.0));
        assert_eq!(weights.order, None);
        assert_eq!(weights.owner, "request");
    }

    #[test]
    fn three_ranked_criteria_weigh_as_published() {
        // Barron & Barrett 1996: 0.6111, 0.2778, 0.1111 for three attributes.
        let weights = resolved("gap>priority>proof").unwrap();
        for (id, published) in [(Gap, 0.6111), (Priority, 0.2778), (Proof, 0.1111)] {
            assert!((weights.of(id) - published).abs() < 5e-5, "{}", id.as_str());
        }
        assert_eq!(weights.order, Some(vec![vec![Gap], vec![Priority], vec![Proof]]));
    }

    #[test]
    fn tied_criteria_share_the_mean_of_their_places() {
        let weights = resolved("gap = priority > proof").unwrap();
        let shared = (0.611_111_1 + 0.277_777_8) / 2.0;
        assert!((weights.of(Gap) - shared).abs() < 1e-6);
        assert_eq!(weights.of(Gap), weights.of(Priority));
        assert_eq!(resolved("gap").unwrap().of(Gap), 1.0);
    }

    #[test]
    fn nothing_said_is_equal_and_a_query_takes_its_share() {
        assert_eq!(resolved(" ").unwrap().values[..8], [0.125; 8]);
        let asked = WeightsAsked::Nothing;
        assert!((Weights::resolve(&asked, true).unwrap().of(Relevance) - 1.0 / 9.0).abs() < 1e-12);
        assert!(Weights::equal(true).are_equal());
        assert!(!resolved("gap:1,proof:1").unwrap().are_equal());
    }

    #[test]
    fn without_a_query_relevance_is_left_out() {
        let weights = resolved("relevance:2,gap:1,proof:1").unwrap();
        assert_eq!((weights.of(Relevance), weights.of(Gap)), (0.0, 0.5));
        assert_eq!(resolved("relevance:2"), Err(WeightsError::AllZero));
        assert_eq!(resolved("relevance"), Err(WeightsError::AllZero));
        assert_eq!(resolved("relevance>gap").unwrap().of(Gap), 1.0);
    }

    #[test]
    fn what_makes_no_weights_is_refused_with_the_reason() {
        let unknown = WeightsError::UnknownCriterion("gaps".to_owned());
        assert_eq!(resolved("gaps:3"), Err(unknown.clone()));
        assert_eq!(resolved("proof>gaps"), Err(unknown));
        assert_eq!(resolved("gap:0,proof:0"), Err(WeightsError::AllZero));
        assert!(matches!(resolved("gap:-1"), Err(WeightsError::BadNumber { .. })));
        assert!(matches!(resolved("gap:NaN"), Err(WeightsError::BadNumber { .. })));
        assert!(matches!(resolved("gap:inf"), Err(WeightsError::BadNumber { .. })));
        assert!(matches!(resolved("gap:beaucoup"), Err(WeightsError::BadNumber { .. })));
        assert!(matches!(resolved("gap:1,gap:2"), Err(WeightsError::Twice(_))));
        assert!(matches!(resolved("gap>proof>gap"), Err(WeightsError::Twice(_))));
        assert!(matches!(resolved("gap:1>proof"), Err(WeightsError::Malformed(_))));
        assert!(matches!(resolved("gap,proof"), Err(WeightsError::Malformed(_))));
        assert!(matches!(resolved("gap:1,"), Err(WeightsError::Malformed(_))));
    }

    proptest! {
        #[test]
        fn weights_sum_to_one_and_do_not_change_when_scaled(
            numbers in prop::collection::vec(0.0_f64..1e6, 8),
            factor in 1e-3_f64..1e300,
        ) {
            prop_assume!(numbers.iter().any(|&n| n > 1e-3));
            let asked = |factor: f64| WeightsAsked::Values(
                CriterionId::ALL.into_iter().zip(numbers.iter().map(|n| n * factor)).collect(),
            );
            let plain = Weights::resolve(&asked(1.0), false).unwrap();
            prop_assert!((plain.values.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let scaled = Weights::resolve(&asked(factor), false).unwrap();
            for (a, b) in plain.values.iter().zip(scaled.values) {
                prop_assert!((a - b).abs() < 1e-12);
            }
        }

        #[test]
        fn an_order_gives_decreasing_weights_that_sum_to_one(count in 1_usize..=8) {
            let groups: Vec<Vec<CriterionId>> =
                CriterionId::ALL[..count].iter().map(|&id| vec![id]).collect();
            let weights = rank_order_centroid(&groups);
            prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            prop_assert!(weights[..count].windows(2).all(|pair| pair[0] > pair[1]));
        }
    }
}
