//! Streams of randomness named by what they draw, so that a draw depends on nothing else.
//!
//! The same seed and the same name give the same numbers whatever else is drawn, in any
//! order and on any number of threads: adding a candidate or an actor changes no other.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::draws::Interval;
use crate::domain::estimate::Estimate;

/// Below this distance from a bound, as a share of the interval, a value is fixed.
const EDGE: f64 = 1e-6;

/// The 64-bit FNV-1a digest of a name made of several parts (Fowler, Noll & Vo 1991).
#[must_use]
pub fn key(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut mix = |byte: u8| {
        hash ^= u64::from(byte);
        hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
    };
    for part in parts {
        part.bytes().for_each(&mut mix);
        // A byte that no text holds, so that no two lists of parts spell the same.
        mix(0xff);
    }
    hash
}

/// The stream of a name.
pub(crate) fn stream(seed: u64, key: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(key);
    rng
}

/// Numbers of 0..1, one per cell.
pub(crate) fn uniforms(seed: u64, key: u64, out: &mut [f64]) {
    let mut rng = stream(seed, key);
    out.iter_mut().for_each(|cell| *cell = rng.random());
}

/// Draws of an item known as `[low, high]` with an expected value: `low + (high − low) ·
/// Beta(2q, 2(1 − q))`, `q` the place of the expected value in the interval (methods §6).
///
/// Each cell lies in the interval; their mean tends to the point. Fixed at the point
/// where it stands on a bound or where the interval is empty.
pub(crate) fn betas(seed: u64, key: u64, estimate: &Estimate, out: &mut [f64]) {
    let Some(interval) = spread(estimate) else {
        out.fill(estimate.point);
        return;
    };
    let mut rng = stream(seed, key);
    out.iter_mut().for_each(|cell| *cell = interval.draw(&mut rng));
}

/// Whether an item is fixed: drawing it would give its point every time.
pub(crate) fn is_fixed(estimate: &Estimate) -> bool {
    spread(estimate).is_none()
}

/// What there is to draw; `None` where the point stands on a bound, or so near that its
/// Beta would be no more than that.
fn spread(estimate: &Estimate) -> Option<Interval> {
    let Estimate { point, low, high, .. } = *estimate;
    let place = (point - low) / (high - low);
    if !(EDGE..=1.0 - EDGE).contains(&place) {
        return None;
    }
    Interval::new(low, point, high)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::provenance::Basis;

    #[test]
    fn a_name_gives_its_own_numbers() {
        let draw = |seed, name: &[&str]| {
            let mut out = [0.0; 3];
            uniforms(seed, key(name), &mut out);
            out
        };
        assert_eq!(draw(1, &["a", "b"]), draw(1, &["a", "b"]));
        assert_ne!(draw(1, &["a", "b"]), draw(1, &["ab"]));
        assert_ne!(draw(1, &["a", "b"]), draw(2, &["a", "b"]));
        // FNV-1a of "a" without our separator is published: af63dc4c8601ec8c.
        let published = 0xaf63_dc4c_8601_ec8c_u64;
        assert_eq!(key(&["a"]), (published ^ 0xff).wrapping_mul(0x0000_0100_0000_01b3));
    }

    proptest! {
        #[test]
        fn draws_stay_in_the_interval_and_their_mean_is_the_point(
            low in 0.0..0.6f64, width in 0.0..0.4f64, place in 0.0..=1.0f64, seed in any::<u64>(),
        ) {
            let estimate =
                Estimate::within(low + place * width, low, low + width, Basis::Inferred);
            let mut out = vec![0.0; 2000];
            betas(seed, 7, &estimate, &mut out);
            prop_assert!(out.iter().all(|x| (estimate.low..=estimate.high).contains(x)));
            let mean = out.iter().sum::<f64>() / 2000.0;
            // The deviation of such a Beta is at most width / sqrt(12): five errors of it.
            prop_assert!((mean - estimate.point).abs() <= 0.033 * width + 1e-12);
        }

        #[test]
        fn a_value_on_a_bound_is_fixed(point in 0.0..1.0f64, seed in any::<u64>()) {
            for (low, high) in [(point, 1.0), (0.0, point), (point, point)] {
                let estimate = Estimate::within(point, low, high, Basis::Stated);
                let mut out = [f64::NAN; 4];
                betas(seed, 1, &estimate, &mut out);
                prop_assert_eq!(out, [point; 4]);
            }
        }
    }
}
