//! What is said of a sample of numbers.

/// The quantile `p` of sorted values, between the two nearest ones in proportion (Hyndman &
/// Fan 1996, type 7, DOI 10.2307/2684934); 0 without any value.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
#[must_use]
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = p.clamp(0.0, 1.0) * last as f64;
    let low = place.floor() as usize;
    let high = (low + 1).min(last);
    sorted[low] + (place - low as f64) * (sorted[high] - sorted[low])
}

/// Where a share lies when `k` of `n` were seen: Wilson's score interval (Wilson 1927, DOI
/// 10.1080/01621459.1927.10502953) at `z` standard deviations (1.96 for 95 %).
///
/// Bounds in 0..=1; the whole of 0..=1 when nothing was seen.
///
/// # Panics
/// If `k` is more than `n`.
#[allow(clippy::cast_precision_loss)]
#[must_use]
pub fn wilson(k: usize, n: usize, z: f64) -> (f64, f64) {
    assert!(k <= n, "{k} of {n}");
    if n == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (n as f64, k as f64 / n as f64);
    let square = z * z;
    let middle = (share + square / (2.0 * n)) / (1.0 + square / n);
    let spread = (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    let half = z / (1.0 + square / n) * spread;
    // At the ends the exact bounds are 0 and 1: no bit of rounding beyond.
    let low = if k == 0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if share >= 1.0 { 1.0 } else { (middle + half).min(1.0) };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe 1998 (DOI 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E),
    /// table I, method 3.
    #[test]
    fn wilson_gives_the_published_intervals() {
        let z = 1.959_963_984_540_054;
        for (k, n, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let found = wilson(k, n, z);
            assert!((found.0 - low).abs() < 5e-5 && (found.1 - high).abs() < 5e-5, "{found:?}");
        }
        assert_eq!(wilson(0, 0, z), (0.0, 1.0));
        assert_eq!(wilson(5, 5, z).1, 1.0);
    }

    #[test]
    fn quantiles_of_type_7_are_the_published_ones() {
        // R: quantile(c(1, 2, 3, 4), c(.25, .5, .9)) gives 1.75, 2.5, 3.7.
        let values = [1.0, 2.0, 3.0, 4.0];
        for (p, expected) in [(0.0, 1.0), (0.25, 1.75), (0.5, 2.5), (0.9, 3.7), (1.0, 4.0)] {
            assert!((quantile(&values, p) - expected).abs() < 1e-12, "{p}");
        }
    }

    #[test]
    fn quantiles_of_five_values() {
        let sorted = [0.0, 1.0, 2.0, 3.0, 4.0];
        assert_eq!((quantile(&sorted, 0.0), quantile(&sorted, 1.0)), (0.0, 4.0));
        assert!((quantile(&sorted, 0.05) - 0.2).abs() < 1e-12);
        assert_eq!(quantile(&[7.0], 0.95), 7.0);
    }
}
