//! 1. The change does what it says: level within 1e-9, and strictly past with a hair more.
//! 2. Nothing smaller does: closed form against linear program, fine grid, random trials.
//! 3. `None` when and only when no weights do it.
//! 4. The order holds inside a range and not beyond it.

use proptest::prelude::*;

use super::first::Contest;
use super::*;
use crate::matching::outcome::CriterionId;

/// Nine numbers from the first few, the rest 0.
fn nine(values: &[f64]) -> PerCriterion {
    std::array::from_fn(|c| values.get(c).copied().unwrap_or(0.0))
}

fn normalised(raw: &[f64]) -> PerCriterion {
    let sum: f64 = raw.iter().sum();
    nine(&raw.iter().map(|w| w / sum).collect::<Vec<_>>())
}

fn lead(a: &PerCriterion, b: &PerCriterion, weights: &PerCriterion) -> f64 {
    weighted_sum(a, weights) - weighted_sum(b, weights)
}

/// `t` of the way from `from` to `to`.
fn towards(from: &PerCriterion, to: &PerCriterion, t: f64) -> PerCriterion {
    std::array::from_fn(|c| from[c] + t * (to[c] - from[c]))
}

fn distance(a: &PerCriterion, b: &PerCriterion) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f64>() / 2.0
}

fn on_the_simplex(weights: &PerCriterion) -> bool {
    weights.iter().all(|&w| w >= -1e-12) && (weights.iter().sum::<f64>() - 1.0).abs() < 1e-9
}

fn utilities() -> impl Strategy<Value = PerCriterion> {
    // Few levels, so that equal utilities and twins happen.
    prop::array::uniform9(prop_oneof![0.0_f64..1.0, (0_u8..3).prop_map(|l| f64::from(l) / 2.0)])
}

fn weights() -> impl Strategy<Value = PerCriterion> {
    prop::array::uniform9(prop_oneof![Just(0.0), 0.0_f64..1.0])
        .prop_filter("some weight", |raw| raw.iter().sum::<f64>() > 0.01)
        .prop_map(|raw| normalised(&raw))
}

#[test]
fn the_weight_goes_from_what_favours_one_to_what_favours_the_other() {
    // a leads by 0.5 × 0.4 − 0.3 × 0.2 = 0.14; moving from the first criterion to the second
    // gains 0.6 per unit, and 0.14 / 0.6 = 0.2333.
    let (a, b) = (nine(&[0.9, 0.4, 0.5]), nine(&[0.5, 0.6, 0.5]));
    let before = nine(&[0.5, 0.3, 0.2]);
    let change = flip(&a, &b, &before).unwrap();
    assert!((change.moved - 0.14 / 0.6).abs() < 1e-12);
    let gains = change.gains(&before);
    assert!((gains[0] + change.moved).abs() < 1e-12 && (gains[1] - change.moved).abs() < 1e-12);
    assert_eq!(flip(&b, &a, &before).unwrap().moved, 0.0, "the first is ahead already");
}

#[test]
fn a_giver_is_emptied_before_the_next_gives() {
    let (a, b) = (nine(&[1.0, 0.8, 0.0]), nine(&[0.0, 0.0, 0.1]));
    let before = nine(&[0.1, 0.8, 0.1]);
    let change = flip(&a, &b, &before).unwrap();
    assert!(change.weights[0].abs() < 1e-12 && change.weights[1] > 0.0);
    assert!(lead(&a, &b, &change.weights).abs() < 1e-12);
}

#[test]
fn who_is_better_nowhere_never_passes() {
    let (a, b) = (nine(&[0.9, 0.4]), nine(&[0.5, 0.4]));
    assert_eq!(flip(&a, &b, &nine(&[0.5, 0.5])), None);
    assert_eq!(to_first(&b, &[a], &nine(&[0.5, 0.5])), None);
    // Dominated by nobody, but never first: between two specialists and below their line.
    let middle = nine(&[0.4, 0.4]);
    let others = [nine(&[1.0, 0.0]), nine(&[0.0, 1.0])];
    assert_eq!(to_first(&middle, &others, &nine(&[0.5, 0.5])), None);
    assert!(flip(&others[0], &middle, &nine(&[0.9, 0.1])).is_some());
}

#[test]
fn a_twin_is_no_obstacle_and_an_empty_criterion_receives_nothing() {
    let candidate = nine(&[0.2, 0.9, 0.5]);
    let others = [candidate, nine(&[0.8, 0.3, 0.5]), nine(&[0.3, 0.3, 0.9])];
    let before = nine(&[0.8, 0.2]);
    let change = to_first(&candidate, &others, &before).unwrap();
    assert!(change.moved > 0.0);
    assert!(change.weights[3..].iter().all(|&w| w == 0.0), "nobody differs there");
    assert_eq!(to_first(&candidate, &[candidate], &before).unwrap().moved, 0.0);
    assert_eq!(to_first(&candidate, &[], &before).unwrap().moved, 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn a_flip_flips_and_nothing_smaller_does(
        a in utilities(), b in utilities(), before in weights(),
        trials in prop::collection::vec(weights(), 60),
    ) {
        let Some(change) = flip(&a, &b, &before) else {
            prop_assert!((0..CRITERIA).all(|c| b[c] <= a[c]), "b is better nowhere");
            return Ok(());
        };
        prop_assert!(on_the_simplex(&change.weights));
        prop_assert!((distance(&before, &change.weights) - change.moved).abs() < 1e-9);
        if lead(&b, &a, &before) >= 0.0 {
            prop_assert_eq!(change.moved, 0.0);
            return Ok(());
        }
        prop_assert!(lead(&b, &a, &change.weights).abs() < 1e-9);
        // A hair more in the same direction puts b ahead.
        let best = (0..CRITERIA).max_by(|&i, &j| (b[i] - a[i]).total_cmp(&(b[j] - a[j]))).unwrap();
        let corner = std::array::from_fn(|c| f64::from(u8::from(c == best)));
        let more = towards(&change.weights, &corner, 1e-3);
        prop_assert!(lead(&b, &a, &more) > 0.0);
        for trial in trials {
            let far = distance(&before, &trial);
            let near = towards(&before, &trial, (0.999 * change.moved / far).min(1.0));
            if distance(&before, &near) < change.moved {
                prop_assert!(lead(&b, &a, &near) < 0.0);
            }
        }
        // The linear program finds the same size, against the only rival.
        let program = to_first(&b, &[a], &before).unwrap();
        prop_assert!((program.moved - change.moved).abs() < 1e-7, "{} {}", program.moved, change.moved);
    }

    #[test]
    fn the_way_to_the_first_place_leads_there_and_nothing_smaller_does(
        candidate in utilities(),
        others in prop::collection::vec(utilities(), 1..14),
        before in weights(),
        trials in prop::collection::vec(weights(), 40),
    ) {
        let behind = |weights: &PerCriterion| {
            others.iter().map(|o| lead(&candidate, o, weights)).fold(f64::INFINITY, f64::min)
        };
        let Some(change) = to_first(&candidate, &others, &before) else {
            prop_assert!(trials.iter().all(|trial| behind(trial) <= 1e-9));
            return Ok(());
        };
        prop_assert!(on_the_simplex(&change.weights));
        prop_assert!(behind(&change.weights) > -1e-9, "{}", behind(&change.weights));
        prop_assert!((distance(&before, &change.weights) - change.moved).abs() < 1e-9);
        if change.moved == 0.0 {
            prop_assert!(behind(&before) >= 0.0);
            return Ok(());
        }
        prop_assert!(behind(&before) < 0.0);
        let leads: Vec<PerCriterion> = others
            .iter()
            .map(|o| std::array::from_fn(|c| candidate[c] - o[c]))
            .filter(|lead: &PerCriterion| lead.iter().any(|&d| d != 0.0))
            .collect();
        let contest = Contest { leads: leads.clone(), open: [true; CRITERIA], weights: before };
        let sure = contest.strictly_first().unwrap();
        let more = towards(&change.weights, &sure, 0.01);
        prop_assert!(leads.iter().all(|lead| weighted_sum(lead, &more) > 0.0));
        for trial in trials.into_iter().chain([sure]) {
            let far = distance(&before, &trial);
            let near = towards(&before, &trial, (0.999 * change.moved / far).min(1.0));
            if distance(&before, &near) < change.moved - 1e-7 {
                prop_assert!(behind(&near) < 0.0, "{}", behind(&near));
            }
        }
        // No way to the first place is shorter than the way past one rival.
        for other in &others {
            let past = flip(other, &candidate, &before).map_or(f64::INFINITY, |f| f.moved);
            prop_assert!(change.moved >= past - 1e-7);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn three_criteria_agree_with_a_fine_grid(
        candidate in prop::array::uniform3(0.0_f64..1.0),
        others in prop::collection::vec(prop::array::uniform3(0.0_f64..1.0), 1..5),
        raw in prop::array::uniform3(0.05_f64..1.0),
    ) {
        const STEPS: usize = 300;
        let (candidate, before) = (nine(&candidate), normalised(&raw));
        let others: Vec<PerCriterion> = others.iter().map(|o| nine(o)).collect();
        let first = |w: &PerCriterion| others.iter().all(|o| lead(&candidate, o, w) >= 0.0);
        let grid = (0..=STEPS).flat_map(|i| (0..=STEPS - i).map(move |j| (i, j)));
        let best = grid
            .map(|(i, j)| [i, j, STEPS - i - j].map(|k| k as f64 / STEPS as f64))
            .map(|w| nine(&w))
            .filter(first)
            .map(|w| distance(&before, &w))
            .fold(f64::INFINITY, f64::min);
        match to_first(&candidate, &others, &before) {
            // The grid may miss a sliver, never find less.
            Some(change) => {
                prop_assert!(change.moved <= best + 1e-9);
                let fat = to_first(&nine(&candidate.map(|u| u - 0.01)), &others, &before);
                if let Some(fat) = fat {
                    prop_assert!(best <= fat.moved + 2.0 / STEPS as f64);
                }
            }
            None => prop_assert_eq!(best, f64::INFINITY),
        }
    }
}

#[test]
fn one_weight_alone_moves_until_the_lines_cross() {
    // Lead of a: t × 0.4 + (1 − t) × (−0.2): level at one third.
    let (a, b) = (nine(&[0.9, 0.3]), nine(&[0.5, 0.5]));
    let range = order_holds(&a, &b, &nine(&[0.5, 0.5]), CriterionId::Priority).unwrap();
    assert!((range.low - 1.0 / 3.0).abs() < 1e-12 && range.high == 1.0);
    let range = order_holds(&a, &b, &nine(&[0.2, 0.8]), CriterionId::Priority).unwrap();
    assert!(range.low == 0.0 && (range.high - 1.0 / 3.0).abs() < 1e-12);
    let whole = WeightRange { low: 0.0, high: 1.0 };
    assert_eq!(order_holds(&a, &a, &nine(&[0.2, 0.8]), CriterionId::Priority), Some(whole));
    assert_eq!(order_holds(&a, &b, &nine(&[1.0]), CriterionId::Priority), None);
    assert_eq!(order_holds(&a, &b, &nine(&[0.2, 0.8]), CriterionId::Proof), {
        // Proof weighs nothing and tells nobody apart: the order holds until it is all.
        Some(whole)
    });
}

#[test]
fn a_rank_holds_while_one_rival_falls_back_as_another_passes() {
    // On one line from (weight 0) to (weight 1): the first rival is ahead before one half,
    // the second after: the rank is 2 everywhere but at one half itself.
    let candidate = nine(&[0.5, 0.5]);
    let others = [nine(&[0.4, 0.6]), nine(&[0.6, 0.4])];
    let before = nine(&[0.2, 0.8]);
    let range = rank_holds(&candidate, &others, &before, CriterionId::Priority).unwrap();
    assert_eq!(range, WeightRange { low: 0.0, high: 1.0 });
    let range = rank_holds(&candidate, &others[..1], &before, CriterionId::Priority).unwrap();
    assert!(range.low == 0.0 && (range.high - 0.5).abs() < 1e-12);
}

proptest! {
    #[test]
    fn a_rank_holds_inside_its_range_and_changes_beyond(
        candidate in utilities(),
        others in prop::collection::vec(utilities(), 0..12),
        before in weights(),
        inside in 0.0_f64..1.0,
    ) {
        for criterion in CriterionId::ALL {
            let at = criterion.at();
            let Some(range) = rank_holds(&candidate, &others, &before, criterion) else {
                prop_assert!(before[at] > 1.0 - 1e-12);
                continue;
            };
            let moved = |t: f64| -> PerCriterion {
                let scale = (1.0 - t) / (1.0 - before[at]);
                std::array::from_fn(|c| if c == at { t } else { before[c] * scale })
            };
            // Rivals ahead, those within a rounding counted apart.
            let ahead = |t: f64| {
                let leads = others.iter().map(|o| lead(&candidate, o, &moved(t)));
                leads.fold((0, 0), |(sure, level), lead| match lead {
                    l if l < -1e-9 => (sure + 1, level),
                    l if l < 1e-9 => (sure, level + 1),
                    _ => (sure, level),
                })
            };
            prop_assert!(range.low <= before[at] && before[at] <= range.high);
            let rank = ahead(before[at]);
            let t = range.low + inside * (range.high - range.low);
            let within = ahead(t);
            prop_assert!(within.0 <= rank.0 + rank.1 && rank.0 <= within.0 + within.1);
            for (edge, step) in [(range.low, -1e-6), (range.high, 1e-6)] {
                let beyond = edge + step;
                if (0.0..=1.0).contains(&beyond) && rank.1 == 0 {
                    let past = ahead(beyond);
                    prop_assert!(past.0 != rank.0 || past.1 > 0, "{criterion:?} {range:?}");
                }
            }
        }
    }
}
