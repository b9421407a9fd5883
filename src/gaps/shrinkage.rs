//! Rates of small populations, drawn towards the mean of their class.

/// Global empirical Bayes estimate of rates (Marshall 1991).
///
/// * **Shape**: one rate and one population per territory, same order and length.
/// * **Units, range**: rates as proportions (3 % is 0.03); the result lies between the
///   rate and the mean.
/// * **Missing**: the caller leaves out territories without a value. A territory without
///   inhabitants gets the mean. Fewer than two rates, or a mean that is not positive:
///   unchanged.
/// * **Formula**: `m = Σ nᵢ xᵢ / Σ nᵢ`, `s² = Σ nᵢ (xᵢ − m)² / Σ nᵢ`,
///   `A = max(0, s² − m / n̄)`, `θᵢ = m + A / (A + m / nᵢ) · (xᵢ − m)`.
///   Marshall, R. J. (1991), “Mapping disease and mortality rates using empirical Bayes
///   estimators”, *Applied Statistics* 40(2), 283–294, doi:10.2307/2347593.
/// * **Limit**: the population stands for the denominator, which may be households or
///   workers; the noise of those is a little larger than the formula says.
#[must_use]
pub fn shrink(rates: &[f64], populations: &[f64]) -> Vec<f64> {
    let total: f64 = populations.iter().sum();
    if rates.len() < 2 || total <= 0.0 {
        return rates.to_vec();
    }
    let weighted = |value: &dyn Fn(f64) -> f64| -> f64 {
        rates.iter().zip(populations).map(|(&x, &n)| n * value(x)).sum::<f64>() / total
    };
    let mean = weighted(&|x| x);
    if mean.is_nan() || mean <= 0.0 {
        return rates.to_vec();
    }
    let variance = weighted(&|x| (x - mean).powi(2));
    let mean_population = total / rates.len() as f64;
    let between = (variance - mean / mean_population).max(0.0);
    rates
        .iter()
        .zip(populations)
        .map(|(&rate, &population)| {
            // A/(A + m/n) written as A·n/(A·n + m): no division by a population of 0.
            let trust = between * population / (between * population + mean);
            mean + trust * (rate - mean)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn three_places_shrink_as_computed_by_hand() {
        // n = 100, 400, 500; x = 0.50, 0.10, 0.20: 50, 40 and 100 cases.
        // m = 190/1000 = 0.19; s² = (100·0.31² + 400·0.09² + 500·0.01²)/1000 = 0.0129;
        // n̄ = 1000/3, m/n̄ = 0.00057; A = 0.01233.
        // Trust: 0.01233/(0.01233 + 0.0019) = 0.866479…, then /(+ 0.000475), /(+ 0.00038).
        let shrunk = shrink(&[0.5, 0.1, 0.2], &[100.0, 400.0, 500.0]);
        let by_hand = [0.458_608_57, 0.103_338_53, 0.199_701_02];
        for (value, expected) in shrunk.iter().zip(by_hand) {
            assert!((value - expected).abs() < 1e-6, "{value} for {expected}");
        }
    }

    #[test]
    fn rates_no_more_scattered_than_chance_all_become_the_mean() {
        let shrunk = shrink(&[0.1, 0.0], &[10.0, 10.0]);
        assert_eq!(shrunk, vec![0.05, 0.05]);
    }

    #[test]
    fn a_place_without_inhabitants_gets_the_mean() {
        let shrunk = shrink(&[0.9, 0.1, 0.3], &[0.0, 1e6, 1e6]);
        assert!((shrunk[0] - 0.2).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn a_shrunk_rate_lies_between_the_rate_and_the_mean(
            rows in proptest::collection::vec((0.0..1.0f64, 1.0..1e5f64), 2..40)
        ) {
            let (rates, populations): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
            let total: f64 = populations.iter().sum();
            let mean = rates.iter().zip(&populations).map(|(x, n)| x * n).sum::<f64>() / total;
            for (value, rate) in shrink(&rates, &populations).iter().zip(&rates) {
                prop_assert!(*value >= rate.min(mean) - 1e-12 && *value <= rate.max(mean) + 1e-12);
            }
        }
    }
}
