//! 1. The greedy choice reaches its guarantee, and 98 % of the exact optimum.
//! 2. Every limit is kept, by both methods; what cannot be kept says which.
//! 3. The bounds hold; the gains sum to the value; the same problem gives the same set.

use proptest::prelude::*;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::*;

const EFFORT: Effort = Effort {
    relaxation_variables_max: 20_000,
    exact_variables_max: 20_000,
    exact_seconds: 300.0,
    shortlist: 40,
    gains_max: 200_000,
    placing_gains: 5_000,
    starts: 4,
};

/// Without the relaxation: the bound of the marginals.
const QUICK: Effort = Effort { relaxation_variables_max: 0, ..EFFORT };

/// A problem of the shape of real ones: each enterprise answers one to four needs, at full
/// or part strength, in the territories that let it in; the gaps differ by territory, which
/// are of very different populations.
fn generated(seed: u64, enterprises: usize, needs: usize, territories: usize) -> Problem {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let populations: Vec<f64> = (0..territories).map(|_| random.random_range(0.05..1.0)).collect();
    let everyone: f64 = populations.iter().sum();
    let mut worth = Vec::new();
    for population in &populations {
        for _ in 0..needs {
            worth.push(population / everyone * random.random_range(0.5..1.0));
        }
    }
    let gaps: Vec<f64> = (0..territories * needs).map(|_| random.random_range(0.02..0.6)).collect();
    let mut candidates = Vec::new();
    for _ in 0..enterprises {
        let mut answered: Vec<(usize, f64)> = (0..random.random_range(1..=4))
            .map(|_| {
                let strengths = [1.0, 1.0, 0.5, 0.25, random.random_range(0.1..1.0)];
                (random.random_range(0..needs), strengths[random.random_range(0..5)])
            })
            .collect();
        answered.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        answered.dedup_by_key(|(need, _)| *need);
        let mut candidate = Candidate {
            theme: (random.random_range(0.0..1.0) < 0.9).then(|| random.random_range(0..5)),
            openings: None,
            placements: Vec::new(),
        };
        for (territory, population) in populations.iter().enumerate() {
            if random.random_range(0.0..1.0) < 0.8 {
                let at = |need: usize| territory * needs + need;
                candidate.placements.push(Placement {
                    territory,
                    rural: territory % 2 == 1 && random.random_range(0.0..1.0) < 0.7,
                    score: population / everyone * random.random_range(0.3..0.8),
                    answers: answered.iter().map(|&(n, a)| (at(n), a * gaps[at(n)])).collect(),
                });
            }
        }
        candidates.push(candidate);
    }
    Problem { candidates, territories, worth, discount: 0.3, score_share: 0.2 }
}

fn with_openings(mut problem: Problem, seed: u64) -> Problem {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for candidate in &mut problem.candidates {
        candidate.openings = [None, Some(1), Some(2)][random.random_range(0..3)];
    }
    problem
}

fn limited(size: usize) -> Limits {
    Limits { size, ..Limits::default() }
}

/// Written again, the plain way.
fn plain_value(problem: &Problem, set: &[Placed]) -> f64 {
    let places = |placed: &Placed| -> Vec<Placement> {
        let all = &problem.candidates[placed.candidate].placements;
        placed.placements.iter().map(|&at| all[at].clone()).collect()
    };
    let placements: Vec<Placement> = set.iter().flat_map(places).collect();
    let mut value: f64 = placements.iter().map(|p| problem.score_share * p.score).sum();
    for (demand, worth) in problem.worth.iter().enumerate() {
        let answers = placements.iter().flat_map(|p| &p.answers);
        let mut list: Vec<f64> = answers.filter(|(d, _)| *d == demand).map(|(_, a)| *a).collect();
        list.sort_by(|a, b| b.total_cmp(a));
        for (k, a) in list.iter().enumerate() {
            value += worth * problem.discount.powi(i32::try_from(k).unwrap()) * a;
        }
    }
    value
}

fn assert_kept(problem: &Problem, limits: &Limits, set: &[Placed]) {
    assert!(set.len() <= limits.size);
    let mut ids: Vec<usize> = set.iter().map(|placed| placed.candidate).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), set.len(), "one enterprise twice");
    assert!(limits.include.iter().all(|at| ids.contains(at)));
    assert!(limits.exclude.iter().all(|at| !ids.contains(at)));
    let mut themes = [0; 5];
    let mut loads = vec![0; problem.territories];
    let mut rural = 0;
    for placed in set {
        let candidate = &problem.candidates[placed.candidate];
        if let Some(theme) = candidate.theme {
            themes[theme] += 1;
        }
        assert!(!placed.placements.is_empty());
        assert!(candidate.openings.is_none_or(|most| placed.placements.len() <= most));
        let places: Vec<&Placement> =
            placed.placements.iter().map(|&at| &candidate.placements[at]).collect();
        rural += usize::from(places.iter().any(|place| place.rural));
        places.iter().for_each(|place| loads[place.territory] += 1);
    }
    assert!(themes.iter().all(|&count| count <= limits.per_theme.unwrap_or(usize::MAX)));
    assert!(rural >= limits.rural_min);
    assert!(limits.capacity.iter().all(|(&territory, &most)| loads[territory] <= most));
}

/// The value reached over the optimum, under these limits; `None` when none can be kept.
fn reached(problem: &Problem, limits: &Limits) -> Option<f64> {
    let quick = choose(problem, limits, &EFFORT);
    let exact = match choose_exactly(problem, limits, &EFFORT) {
        Ok(exact) => exact,
        Err(ExactError::Contradiction | ExactError::Infeasible(_)) => {
            assert!(quick.is_err(), "a set was found where none keeps the limits");
            return None;
        }
        Err(other) => panic!("{other}"),
    };
    let quick = quick.unwrap_or_else(|refused| panic!("{refused}, yet the solver found a set"));
    for solution in [&quick, &exact] {
        assert_kept(problem, limits, &solution.chosen);
        assert!((plain_value(problem, &solution.chosen) - solution.value).abs() < 1e-9);
        assert!((solution.gains.iter().sum::<f64>() - solution.value).abs() < 1e-9);
    }
    assert!(quick.value <= exact.value + 1e-7, "{} over {}", quick.value, exact.value);
    assert!(quick.bound.value >= exact.value - 1e-7, "{:?} under {}", quick.bound, exact.value);
    let frame = Frame::new(problem, limits).unwrap();
    let marginals = bound::of(&frame, &quick.chosen, 0);
    assert_eq!(marginals.kind, BoundKind::Marginals);
    assert!(marginals.value >= exact.value - 1e-7);
    if let Some(share) = quick.guarantee.share() {
        assert!(quick.value >= share * exact.value - 1e-9);
    }
    Some(quick.value / exact.value)
}

/// The least share of the optimum reached over these seeds.
fn least(
    seeds: std::ops::Range<u64>,
    make: impl Fn(u64) -> Problem,
    limits: impl Fn(u64, &Problem) -> Limits,
) -> f64 {
    let mut least = f64::INFINITY;
    for seed in seeds {
        let problem = make(seed);
        if let Some(share) = reached(&problem, &limits(seed, &problem)) {
            least = least.min(share);
        }
    }
    assert!(least < f64::INFINITY, "no case could be judged");
    least
}

fn small(seed: u64) -> Problem {
    let shapes = [(8, 4, 1), (15, 8, 1), (20, 10, 2), (12, 6, 3)];
    let (enterprises, needs, territories) = shapes[usize::try_from(seed % 4).unwrap()];
    generated(seed, enterprises, needs, territories)
}

#[test]
fn the_greedy_choice_is_within_two_percent_of_the_optimum() {
    let few = least(0..40, small, |seed, _| limited(if seed % 3 == 0 { 2 } else { 5 }));
    assert!(few >= 0.98, "only {few} of the optimum");
    let many = least(100..103, |seed| generated(seed, 40, 20, 3), |_, _| limited(8));
    assert!(many >= 0.98, "only {many} of the optimum");
}

#[test]
fn within_two_percent_under_limits_too() {
    let themes = least(200..220, small, |_, _| Limits { per_theme: Some(1), ..limited(5) });
    assert!(themes >= 0.98, "per theme: only {themes} of the optimum");
    let rural = least(220..240, small, |_, p| Limits {
        rural_min: if p.territories > 1 { 2 } else { 0 },
        ..limited(4)
    });
    assert!(rural >= 0.98, "rural: only {rural} of the optimum");
    let places = least(
        240..264,
        |seed| with_openings(generated(seed, 14, 7, 3), seed),
        |seed, problem| Limits {
            per_theme: Some(2),
            rural_min: 1,
            capacity: [(0, 3), (2, 2)].into(),
            include: (seed % 2 == 0)
                .then(|| problem.candidates.iter().position(|c| !c.placements.is_empty()))
                .flatten()
                .into_iter()
                .collect(),
            exclude: vec![3],
            ..limited(5)
        },
    );
    assert!(places >= 0.98, "places: only {places} of the optimum");
}

#[test]
fn never_two_counts_only_the_best_answer() {
    let mut problem = generated(7, 12, 3, 1);
    problem.discount = 0.0;
    assert!(reached(&problem, &limited(3)).is_some_and(|share| share >= 0.98));
    // Two enterprises that answer the same need alone: the second adds nothing.
    let twin = Candidate {
        placements: vec![Placement { answers: vec![(0, 1.0)], ..Placement::default() }],
        ..Candidate::default()
    };
    let twins = Problem {
        candidates: vec![twin.clone(), twin],
        territories: 1,
        worth: vec![0.4],
        discount: 0.0,
        score_share: 0.2,
    };
    assert_eq!(choose(&twins, &limited(2), &QUICK).unwrap().gains, [0.4, 0.0]);
    let again = Problem { discount: 0.3, ..twins };
    let gains = choose(&again, &limited(2), &QUICK).unwrap().gains;
    assert!((gains[1] - 0.12).abs() < 1e-12, "{gains:?}");
}

#[test]
fn what_cannot_be_kept_says_which() {
    let mut problem = generated(3, 10, 5, 2);
    let refused = |problem: &Problem, limits: &Limits| choose(problem, limits, &QUICK).unwrap_err();
    let both = Limits { include: vec![1], exclude: vec![1], ..limited(3) };
    assert_eq!(refused(&problem, &both), Infeasible::IncludedAndExcluded { candidate: 1 });
    let rural = Limits { rural_min: 4, ..limited(3) };
    assert_eq!(refused(&problem, &rural), Infeasible::TooFewRural { asked: 4, found: 3 });
    let tight = Limits { include: vec![0, 1, 2], ..limited(2) };
    assert_eq!(refused(&problem, &tight), Infeasible::TooManyIncluded { included: 3, size: 2 });
    problem.candidates[0].theme = Some(4);
    problem.candidates[1].theme = Some(4);
    let same = Limits { include: vec![0, 1], per_theme: Some(1), ..limited(3) };
    let error = Infeasible::TooManyOfTheme { theme: 4, included: 2, most: 1 };
    assert_eq!(refused(&problem, &same), error);
    problem.candidates[5].placements.clear();
    let nowhere = Limits { include: vec![5], ..limited(3) };
    let error = Infeasible::IncludedNowhere { candidate: 5 };
    assert_eq!(refused(&problem, &nowhere), error);
    assert_eq!(choose_exactly(&problem, &nowhere, &EFFORT), Err(error.into()));
    for candidate in [0, 1] {
        let here = Placement { territory: 0, ..Placement::default() };
        problem.candidates[candidate].placements = vec![here];
    }
    let narrow = Limits { include: vec![0, 1], capacity: [(0, 1)].into(), ..limited(3) };
    assert_eq!(refused(&problem, &narrow), Infeasible::IncludedWithoutRoom { candidate: 1 });
    let small = Effort { exact_variables_max: 100, ..EFFORT };
    let large = choose_exactly(&generated(5, 40, 20, 3), &limited(8), &small);
    assert!(matches!(large, Err(ExactError::TooLarge { most: 100, .. })));
}

#[test]
fn the_guarantee_is_claimed_only_where_it_holds() {
    let problem = generated(9, 20, 8, 2);
    let claimed = |problem: &Problem, limits: Limits| {
        choose(problem, &limits, &QUICK).expect("a set keeps the limits").guarantee
    };
    assert_eq!(claimed(&problem, limited(4)), Guarantee::Cardinality);
    let themes = Limits { per_theme: Some(2), ..limited(4) };
    assert_eq!(claimed(&problem, themes), Guarantee::Partition);
    // A maximum that the size already keeps binds nobody.
    assert_eq!(
        claimed(&problem, Limits { per_theme: Some(4), ..limited(4) }),
        Guarantee::Cardinality
    );
    let rural = Limits { rural_min: 1, ..limited(4) };
    assert_eq!(claimed(&problem, rural), Guarantee::NoneRural);
    let places = Limits { capacity: [(0, 2)].into(), ..limited(4) };
    assert_eq!(claimed(&problem, places), Guarantee::NoneCapacity);
    assert_eq!(claimed(&with_openings(problem, 1), limited(4)), Guarantee::NoneOpenings);
    // One territory: its capacity is a size.
    let one = Limits { capacity: [(0, 2)].into(), ..limited(4) };
    let solution = choose(&generated(9, 20, 8, 1), &one, &QUICK).unwrap();
    assert_eq!((solution.chosen.len(), solution.guarantee), (2, Guarantee::Cardinality));
}

#[test]
fn a_near_miss_says_what_it_lacks_or_which_limit_stops_it() {
    let problem = generated(11, 25, 6, 1);
    let limits = Limits { per_theme: Some(1), exclude: vec![2], ..limited(4) };
    let solution = choose(&problem, &limits, &QUICK).unwrap();
    let mut stopped = 0;
    for candidate in 0..problem.candidates.len() {
        if solution.chosen.iter().any(|placed| placed.candidate == candidate) {
            continue;
        }
        let near = near_miss(&problem, &limits, &solution.chosen, candidate).unwrap();
        assert!(near.gain >= 0.0);
        if candidate == 2 && !problem.candidates[2].placements.is_empty() {
            assert_eq!(near.stop, Some(Stop::Excluded));
            continue;
        }
        // No exchange pays once the swaps are done.
        assert!(near.exchange.is_none_or(|exchange| exchange.change <= 1e-8));
        match near.stop {
            Some(Stop::PerTheme) => {
                stopped += 1;
                assert!(near.unlimited.is_some_and(|exchange| exchange.change > 0.0));
            }
            Some(other) => assert_eq!(other, Stop::Nowhere),
            None => assert!(near.unlimited.is_some_and(|exchange| exchange.change <= 1e-8)),
        }
    }
    assert!(stopped > 0, "the maximum per theme stops nobody here: another seed is needed");
}

#[test]
fn what_each_adds_is_told_part_by_part() {
    let problem = generated(13, 20, 8, 3);
    let solution = choose(&problem, &limited(5), &QUICK).unwrap();
    for (at, placed) in solution.chosen.iter().enumerate() {
        let parts = problem.parts(&solution.chosen[..at], placed);
        let sum: f64 = parts.iter().map(Part::total).sum();
        assert!((sum - solution.gains[at]).abs() < 1e-12);
        assert!(parts.iter().flat_map(|part| &part.answers).all(|(_, value)| *value >= 0.0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn limits_are_kept_and_the_choice_is_the_same_twice(
        seed in 0_u64..10_000,
        size in 1_usize..9,
        per_theme in proptest::option::of(1_usize..4),
        rural_min in 0_usize..3,
        most in proptest::option::of(1_usize..4),
        openings: bool,
        out in 0_usize..30,
    ) {
        let mut problem = generated(seed, 30, 10, 3);
        if openings {
            problem = with_openings(problem, seed);
        }
        let limits = Limits {
            size,
            per_theme,
            rural_min: rural_min.min(size),
            capacity: most.map(|most| (0, most)).into_iter().collect(),
            include: Vec::new(),
            exclude: vec![out],
        };
        let effort = Effort { shortlist: 8, ..QUICK };
        match choose(&problem, &limits, &effort) {
            Ok(solution) => {
                assert_kept(&problem, &limits, &solution.chosen);
                prop_assert!(solution.bound.value >= solution.value - 1e-12);
                prop_assert!(solution.gains.windows(2).all(|pair| pair[0] >= pair[1] - 1e-9));
                prop_assert_eq!(choose(&problem, &limits, &effort), Ok(solution));
            }
            Err(refused) => {
                let rural = matches!(refused, Infeasible::TooFewRural { .. });
                prop_assert!(rural, "{}", refused);
            }
        }
    }

    #[test]
    fn one_more_enterprise_never_lowers_a_set_and_adds_less_to_a_larger_one(
        seed in 0_u64..10_000,
        taken in proptest::collection::vec(0_usize..20, 1..6),
        more in 0_usize..20,
    ) {
        let problem = generated(seed, 20, 6, 2);
        let mut ids = taken;
        ids.sort_unstable();
        ids.dedup();
        prop_assume!(!ids.contains(&more));
        let all: Vec<Placed> = ids.iter().map(|&at| problem.everywhere(at)).collect();
        let some = &all[..all.len() / 2];
        let gain = |set: &[Placed]| {
            let mut larger = set.to_vec();
            larger.push(problem.everywhere(more));
            plain_value(&problem, &larger) - plain_value(&problem, set)
        };
        prop_assert!(gain(&all) >= -1e-12);
        prop_assert!(gain(some) >= gain(&all) - 1e-12);
    }
}
