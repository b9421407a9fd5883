//! Numbers met before: tens of millions of them, mostly in ascending order.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Numbers held in one block, so that no list of all of them is ever copied.
const BLOCK: usize = 1 << 16;

/// Which numbers were met: eight bytes each where they come in order, as registers do.
#[derive(Debug, Default)]
pub struct SeenNumbers {
    /// Ascending, in blocks.
    blocks: Vec<Vec<u64>>,
    /// Those that came after a larger one.
    others: HashSet<u64, BuildHasherDefault<NumberHasher>>,
}

impl SeenNumbers {
    /// Remembers a number; `false` where it was met before.
    pub fn insert(&mut self, number: u64) -> bool {
        let last = self.blocks.last().and_then(|block| block.last()).copied();
        if last.is_none_or(|last| number > last) {
            // What is in `others` is smaller than a number met before it, so than this one.
            if self.blocks.last().is_none_or(|block| block.len() == BLOCK) {
                self.blocks.push(Vec::with_capacity(BLOCK));
            }
            if let Some(block) = self.blocks.last_mut() {
                block.push(number);
            }
            return true;
        }
        let after = self.blocks.partition_point(|block| block[0] <= number);
        let known = after > 0 && self.blocks[after - 1].binary_search(&number).is_ok();
        !known && self.others.insert(number)
    }
}

/// A map by number, quicker than with a hash that resists those who choose the keys: a
/// crafted file only slows its own import down.
pub type ByNumber<T> = HashMap<u64, T, BuildHasherDefault<NumberHasher>>;

/// Spreads the bits of one number (Fibonacci hashing, Knuth, TAOCP 3, §6.4).
#[derive(Debug, Default, Clone, Copy)]
pub struct NumberHasher(u64);

/// 2⁶⁴ divided by the golden ratio.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(GOLDEN);
    }
}

/// A short text as a number, where it has eight bytes at most: the key of a [`ByNumber`].
#[must_use]
pub fn packed(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    if bytes.len() > 8 {
        return None;
    }
    Some(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_new_once_whatever_the_order() {
        let mut seen = SeenNumbers::default();
        let mut plain = HashSet::new();
        let mut number = 7_u64;
        for round in 0..300_000_u64 {
            number = match round % 10 {
                0 => number.wrapping_mul(GOLDEN) % 1_000_000,
                _ => number + round % 3,
            };
            assert_eq!(seen.insert(number), plain.insert(number), "{number}");
        }
    }

    #[test]
    fn short_texts_are_distinct_numbers() {
        assert_ne!(packed("2A004"), packed("2B004"));
        assert_eq!(packed("88.10A"), packed("88.10A"));
        assert_eq!(packed("123456789"), None);
    }
}
