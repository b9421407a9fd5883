//! An unknown as a few equally likely values.

use std::collections::BTreeMap;

use statrs::distribution::{Beta, ContinuousCDF as _};

use crate::domain::estimate::Estimate;

/// Slices already computed, by the bits of the mean: priors are few.
#[derive(Debug, Default)]
pub(super) struct Spreads {
    known: BTreeMap<u64, Vec<f64>>,
}

impl Spreads {
    /// The values of an estimate in `count` slices of equal chance, ascending: the conditional
    /// mean of each slice of `l + (u − l)·Beta(2q, 2(1 − q))`, `q = (p − l)/(u − l)` (methods
    /// §6); their mean is `p`. All are `p` where `q` is 0 or 1, or the width 0.
    ///
    /// Slices at their means (bracket means) keep the mean, which quantiles would not: Keefer &
    /// Bodily 1983, *Three-point approximations for continuous random variables*, Management
    /// Science 29(5), doi:10.1287/mnsc.29.5.595.
    pub(super) fn of(&mut self, estimate: &Estimate, count: usize) -> Vec<f64> {
        let width = estimate.high - estimate.low;
        let q = if width > 0.0 { (estimate.point - estimate.low) / width } else { 0.0 };
        let slices = self.known.entry(q.to_bits()).or_insert_with(|| slices(q, count));
        if slices.is_empty() {
            return vec![estimate.point; count];
        }
        slices.iter().map(|value| estimate.low + width * value).collect()
    }
}

/// The conditional means; empty where the distribution is a point.
fn slices(q: f64, count: usize) -> Vec<f64> {
    let (a, b) = (2.0 * q, 2.0 * (1.0 - q));
    let (Ok(beta), Ok(above)) = (Beta::new(a, b), Beta::new(a + 1.0, b)) else {
        return Vec::new();
    };
    // E[X; X ≤ x] = q · F(x; a + 1, b). What is left above an edge is at most 1 everywhere:
    // near an end the inverse is not exact enough to promise it.
    let partial = |at: usize| {
        let part = at as f64 / count as f64;
        match at {
            0 => 0.0,
            at if at == count => q,
            _ => (q * above.cdf(beta.inverse_cdf(part))).max(q - (1.0 - part)),
        }
    };
    let edges: Vec<f64> = (0..=count).map(partial).collect();
    let means = edges.windows(2).map(|w| (w[1] - w[0]) * count as f64);
    ascending(means)
}

/// Neighbours that fall, by the last digits of an inverse where nearly everything stands at
/// one end, take their common mean: ascending, and the mean of all is kept.
fn ascending(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut groups: Vec<(f64, usize)> = Vec::new();
    for value in values {
        groups.push((value, 1));
        while let [.., (before, m), (last, n)] = groups[..]
            && before > last
        {
            groups.truncate(groups.len() - 2);
            let mean = (before * m as f64 + last * n as f64) / (m + n) as f64;
            groups.push((mean, m + n));
        }
    }
    groups.into_iter().flat_map(|(value, count)| std::iter::repeat_n(value, count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::provenance::Basis;
    use proptest::prelude::*;

    #[test]
    fn what_is_known_has_one_value() {
        let mut spreads = Spreads::default();
        let exact = Estimate::exact(0.4, Basis::Stated);
        assert_eq!(spreads.of(&exact, 3), [0.4; 3]);
        let floor = Estimate::within(0.2, 0.2, 1.0, Basis::Stated);
        assert_eq!(spreads.of(&floor, 2), [0.2; 2]);
    }

    proptest! {
        #[test]
        fn the_values_rise_within_bounds_and_keep_the_mean(
            low in 0.0..0.5f64, width in 0.1..0.5f64, q in 0.02..0.98f64
        ) {
            let estimate = Estimate::within(low + width * q, low, low + width, Basis::Prior);
            let values = Spreads::default().of(&estimate, 5);
            let mean = values.iter().sum::<f64>() / 5.0;
            prop_assert!((mean - estimate.point).abs() < 1e-6, "{values:?}");
            prop_assert!(values.windows(2).all(|w| w[0] <= w[1] + 1e-9), "{values:?}");
            prop_assert!(values[0] >= low - 1e-9 && values[4] <= low + width + 1e-9);
        }
    }
}
