//! Neighbours of a list that are not told apart.

use std::ops::Range;

use super::assessment::{Assessment, Reading};

/// Groups of at least two neighbours of a list, each not told apart from all the others of
/// its group; positions in the list, ascending, no two groups overlap.
///
/// `list` has, in the order shown, the position of each candidate in the ranking and its
/// assessment; `reading` says which of the two readings is looked at.
#[must_use]
pub fn zones(
    list: &[(usize, &Assessment)],
    reading: impl Fn(&Assessment) -> &Reading,
) -> Vec<Range<usize>> {
    let tied = |a: usize, b: usize| {
        let others = &reading(list[a].1).tied_with;
        others.binary_search(&list[b].0).is_ok()
    };
    let (mut zones, mut start) = (Vec::new(), 0);
    while start < list.len() {
        let mut end = start + 1;
        while end < list.len() && (start..end).all(|member| tied(member, end)) {
            end += 1;
        }
        if end - start > 1 {
            zones.push(start..end);
        }
        start = end;
    }
    zones
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assessment(tied_with: &[usize]) -> Assessment {
        let reading = Reading {
            expected_rank: 1.0,
            rank_acceptability: vec![1.0],
            first_3: 1.0,
            first_10: 1.0,
            confidence_factor: 1.0,
            tied_with: tied_with.to_vec(),
        };
        Assessment { weights: reading.clone(), all: reading, likely: (0.0, 1.0) }
    }

    #[test]
    fn a_zone_is_a_run_of_neighbours_all_tied_with_each_other() {
        let ties: [&[usize]; 6] = [&[1, 2], &[0, 2], &[0, 1, 3], &[2], &[5], &[4]];
        let all: Vec<Assessment> = ties.iter().map(|tied| assessment(tied)).collect();
        let list: Vec<(usize, &Assessment)> = all.iter().enumerate().collect();
        assert_eq!(zones(&list, |a| &a.weights), [0..3, 4..6]);
        assert_eq!(zones(&list[3..], |a| &a.weights).first(), Some(&(1..3)));
        assert!(zones(&[], |a| &a.weights).is_empty());
    }
}
