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

#[cfg(test)]
mod tests {
    use super::*;

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
