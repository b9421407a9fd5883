//! Values and ranks of one sample.

/// `Σ_c w_c · x_c`, added in the order of the criteria so that every path of the analysis
/// gives the same bits.
#[inline(always)]
pub(super) fn value(row: &[f64], weights: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (x, w) in row.iter().zip(weights) {
        sum += x * w;
    }
    sum
}

/// The values of `m` alternatives: `block` is `m × n` row after row. `N` is the number of
/// criteria known when compiling (the loop is then unrolled), or 0.
#[inline(always)]
pub(super) fn values<const N: usize>(block: &[f64], weights: &[f64], into: &mut [f64]) {
    let n = if N == 0 { weights.len() } else { N };
    let weights = &weights[..n];
    for (into, row) in into.iter_mut().zip(block.chunks_exact(n)) {
        *into = value(row, weights);
    }
}

/// Ranks the values of one sample after another, without allocating.
pub(super) struct Ranker {
    keys: Vec<u64>,
    index_bits: u32,
}

impl Ranker {
    pub(super) fn new(alternatives: usize) -> Self {
        let index_bits = usize::BITS - alternatives.saturating_sub(1).leading_zeros();
        Self { keys: vec![0; alternatives], index_bits }
    }

    /// Calls `give(alternative, rank)` for each alternative, best first, ranks from 0, ties
    /// sharing the better one. Says whether anything tied.
    ///
    /// Sorting whole numbers is several times faster than sorting pairs, so the position
    /// takes the place of the last bits of the value; the few values that differ only there
    /// are then compared exactly.
    #[inline(always)]
    pub(super) fn rank(&mut self, values: &[f64], mut give: impl FnMut(usize, i16)) -> bool {
        let mask = (1_u64 << self.index_bits) - 1;
        for (at, (key, &value)) in self.keys.iter_mut().zip(values).enumerate() {
            *key = (descending(value) & !mask) | at as u64;
        }
        self.keys.sort_unstable();
        let mut tied = false;
        let mut start = 0;
        while start < self.keys.len() {
            let head = self.keys[start] & !mask;
            let alike = self.keys[start + 1..].iter().take_while(|&&k| k & !mask == head).count();
            let run = &mut self.keys[start..=start + alike];
            if alike == 0 {
                give((run[0] & mask) as usize, start as i16);
            } else {
                tied |= rank_run(run, mask, values, start, &mut give);
            }
            start += alike + 1;
        }
        tied
    }
}

/// Ranks values that look alike by their first bits; says whether some are equal.
#[cold]
fn rank_run(
    run: &mut [u64],
    mask: u64,
    values: &[f64],
    start: usize,
    give: &mut impl FnMut(usize, i16),
) -> bool {
    let value = |key: u64| values[(key & mask) as usize];
    run.sort_unstable_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
    let (mut rank, mut tied) = (start, false);
    for at in 0..run.len() {
        if at > 0 && value(run[at]) == value(run[at - 1]) {
            tied = true;
        } else {
            rank = start + at;
        }
        give((run[at] & mask) as usize, rank as i16);
    }
    tied
}

/// Bits that grow when the value decreases. The value is finite and no negative zero.
#[inline(always)]
fn descending(value: f64) -> u64 {
    let bits = value.to_bits();
    let negative = ((bits as i64) >> 63) as u64;
    !(bits ^ (negative | (1 << 63)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ranks(values: &[f64]) -> (Vec<i16>, bool) {
        let mut ranks = vec![-1; values.len()];
        let tied = Ranker::new(values.len()).rank(values, |at, rank| ranks[at] = rank);
        (ranks, tied)
    }

    #[test]
    fn values_that_differ_by_their_last_bit_are_told_apart() {
        let next = f64::from_bits(0.3_f64.to_bits() + 1);
        assert_eq!(ranks(&[0.3, next, 0.3, -1.0, 0.0]), (vec![1, 0, 1, 4, 3], true));
        assert_eq!(ranks(&[next, 0.3]), (vec![0, 1], false));
        assert_eq!(ranks(&[7.0]), (vec![0], false));
    }

    proptest! {
        #[test]
        fn a_rank_is_the_number_of_strictly_greater_values(
            values in prop::collection::vec(
                prop_oneof![(-3_i8..3).prop_map(f64::from), -1.0_f64..1.0, (0_u64..4).prop_map(|b|
                    f64::from_bits(0.7_f64.to_bits() + b))],
                1..70,
            ),
        ) {
            let (ranks, tied) = ranks(&values);
            for (i, &rank) in ranks.iter().enumerate() {
                let greater = values.iter().filter(|&&v| v > values[i]).count();
                prop_assert_eq!(rank as usize, greater);
            }
            let mut sorted = values;
            sorted.sort_by(f64::total_cmp);
            prop_assert_eq!(tied, sorted.windows(2).any(|pair| pair[0] == pair[1]));
        }
    }
}
