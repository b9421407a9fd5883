//! Against whom a rank is counted (methods §6).

use crate::matching::outcome::Alternative;

/// Positions in `candidates` of the rivals, the best expected score first, ties in the order
/// given: the `best` best, whoever's upper bound passes the expected score of the last
/// shown, at most `most` in all, and those shown whatever their place.
///
/// Who cannot reach the page changes none of its ranks by much, so a page costs the same
/// whatever the catalogue.
#[must_use]
pub fn rivals(
    candidates: &[Alternative],
    shown: &[usize],
    (best, most): (usize, usize),
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|&a, &b| candidates[b].score.total_cmp(&candidates[a].score).then(a.cmp(&b)));
    let last = shown.iter().map(|&at| candidates[at].score).fold(f64::INFINITY, f64::min);
    let mut is_shown = vec![false; candidates.len()];
    shown.iter().for_each(|&at| is_shown[at] = true);
    let (mut kept, mut count) = (Vec::new(), 0);
    for (place, at) in order.into_iter().enumerate() {
        let reaches = place < best || candidates[at].interval.1 >= last;
        let rival = reaches && count < most;
        if rival {
            count += 1;
        }
        if rival || is_shown[at] {
            kept.push(at);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(scores: &[(f64, f64)]) -> Vec<Alternative> {
        let one = |&(score, high): &(f64, f64)| Alternative {
            enterprise: 0,
            score,
            interval: (0.0, high),
            contributions: Vec::new(),
            gates: Vec::new(),
            rank: 0,
        };
        scores.iter().map(one).collect()
    }

    #[test]
    fn the_best_those_who_could_pass_and_those_shown_are_rivals() {
        let list = candidates(&[(0.9, 0.95), (0.8, 0.9), (0.5, 0.6), (0.4, 0.85), (0.3, 0.35)]);
        assert_eq!(rivals(&list, &[0, 1], (2, 10)), [0, 1, 3]);
        assert_eq!(rivals(&list, &[0, 1], (2, 2)), [0, 1]);
        assert_eq!(rivals(&list, &[4], (1, 1)), [0, 4]);
        assert_eq!(rivals(&list, &[4], (5, 10)), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn rivals_are_by_expected_score_whatever_the_order_of_the_list() {
        let list = candidates(&[(0.3, 0.9), (0.8, 0.9), (0.5, 0.6)]);
        assert_eq!(rivals(&list, &[0, 1], (3, 10)), [1, 2, 0]);
    }
}
