//! The heuristic against every tour compared, and its properties where that is too long.

use proptest::prelude::*;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::heuristic::nearest_neighbour;
use super::left_out::{Why, added_by, left_out};
use super::*;

const SEARCH: Search = Search { exact_up_to: 0, rounds: 60, seeds: 9, seed: 1 };

const WORKING: Working = Working {
    hours_per_day: 10.0,
    visits_per_day: 3,
    hours_per_visit: 2.0,
    hours_per_leg: 0.25,
    slow_km: 80.0,
    slow_kmh: 60.0,
    fast_kmh: 180.0,
};

/// `n` cities drawn on a square of 900 km, with meetings shared between some of them.
fn drawn(seed: u64, n: usize) -> Problem {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let points: Vec<(f64, f64)> = (0..=n)
        .map(|_| (random.random_range(0.0..900.0), random.random_range(0.0..900.0)))
        .collect();
    let km = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).hypot(a.1 - b.1);
    let meetings = 2 * n;
    let cities = (0..n)
        .map(|_| {
            let mut here: Vec<(usize, f64)> = Vec::new();
            for _ in 0..random.random_range(1..=6) {
                let meeting = random.random_range(0..meetings);
                if here.iter().all(|(known, _)| *known != meeting) {
                    here.push((meeting, random.random_range(0.05..0.9)));
                }
            }
            City { visits: here.len().min(3), meetings: here }
        })
        .collect();
    let start = (!seed.is_multiple_of(3)).then(|| Start {
        km: (1..=n).map(|city| km(points[0], points[city])).collect(),
        returns: seed % 3 == 1,
    });
    Problem {
        meetings,
        cities,
        km: (1..=n).map(|a| (1..=n).map(|b| km(points[a], points[b])).collect()).collect(),
        start,
        limits: Limits {
            stops: random.random_range(1..=n.min(8)),
            days: (!seed.is_multiple_of(4)).then(|| random.random_range(1..=6)),
        },
        working: WORKING,
        cost_per_km: [0.0, 0.0004, 0.001, 0.002][(seed % 4) as usize],
        cost_per_stop: [0.0, 0.1, 0.0][(seed % 3) as usize],
        decay: [1.0, 0.8][(seed % 2) as usize],
    }
}

/// The best assignment by trying every choice of every visit.
fn best_assignment(problem: &Problem, cities: &[usize]) -> f64 {
    fn go(problem: &Problem, slots: &[(usize, i32)], used: &mut Vec<bool>) -> f64 {
        let Some(((city, visit), rest)) = slots.split_first() else { return 0.0 };
        let mut best = go(problem, rest, used);
        for &(meeting, value) in &problem.cities[*city].meetings {
            if !used[meeting] {
                used[meeting] = true;
                let worth = value * problem.decay.powi(*visit);
                best = best.max(worth + go(problem, rest, used));
                used[meeting] = false;
            }
        }
        best
    }
    let slots: Vec<(usize, i32)> = cities
        .iter()
        .flat_map(|&city| (0..problem.cities[city].visits as i32).map(move |visit| (city, visit)))
        .collect();
    go(problem, &slots, &mut vec![false; problem.meetings])
}

#[test]
fn the_heuristic_finds_the_optimum_of_small_cases() {
    let mut faults = Vec::new();
    let mut with_stops = 0;
    for seed in 0..240_u64 {
        let n = 3 + (seed % 7) as usize;
        let problem = drawn(seed, n);
        let truth = exact::best(&problem);
        let found = heuristic::best(&problem, &SEARCH);
        assert!(found.net <= truth.net + SAME, "seed {seed}: better than the best?");
        with_stops += usize::from(truth.stops.len() > 1);
        if found.net < truth.net - SAME {
            faults.push(format!(
                "{seed}: {:?} {} < {:?} {}",
                found.stops, found.net, truth.stops, truth.net
            ));
        }
    }
    assert!(with_stops > 120, "only {with_stops} cases with a real tour");
    assert!(faults.is_empty(), "{} missed:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn two_hundred_cities_keep_the_limits_and_beat_the_nearest_neighbour() {
    for seed in [5_u64, 7, 10] {
        let mut problem = drawn(seed, 200);
        problem.limits = Limits { stops: 12, days: Some(8) };
        problem.cost_per_km = 0.0006;
        let search = Search { rounds: 4, seeds: 3, ..SEARCH };
        let tour = heuristic::best(&problem, &search);
        assert!(tour.stops.len() <= 12 && tour.days <= 8 && !tour.stops.is_empty());
        let distinct: std::collections::BTreeSet<_> = tour.stops.iter().collect();
        assert_eq!(distinct.len(), tour.stops.len());
        assert!(tour.net > nearest_neighbour(&problem).net + 0.5, "seed {seed}");
        // No crossing left: no reversal that keeps the days is shorter.
        for first in 0..tour.stops.len() {
            for last in first + 1..tour.stops.len() {
                let mut order = tour.stops.clone();
                order[first..=last].reverse();
                if problem.route_days(&order).is_some() {
                    assert!(problem.route_km(&order) >= tour.km - SAME, "{first}–{last}");
                }
            }
        }
        // Nothing that the limits allow would improve it by coming in.
        for out in left_out(&problem, &tour) {
            if tour.stops.len() < problem.limits.stops {
                assert!(!matches!(out.why, Why::Stops), "{out:?}");
            }
        }
        assert_eq!(tour, heuristic::best(&problem, &search), "same seed, same tour");
    }
}

#[test]
fn nothing_worth_the_way_is_the_empty_tour() {
    let mut problem = drawn(1, 6);
    problem.cost_per_km = 10.0;
    for tour in [exact::best(&problem), heuristic::best(&problem, &SEARCH)] {
        assert_eq!((tour.stops.len(), tour.days, tour.net), (0, 0, 0.0));
    }
    let none = Problem { cities: Vec::new(), km: Vec::new(), start: None, ..problem };
    assert_eq!(none.solve(&SEARCH).0, Tour::default());
}

#[test]
fn somebody_seen_in_two_cities_counts_once_where_it_suits_best() {
    let city = |meetings: &[(usize, f64)]| City { visits: 2, meetings: meetings.to_vec() };
    let problem = Problem {
        meetings: 2,
        cities: vec![city(&[(0, 0.5)]), city(&[(0, 0.9), (1, 0.4)])],
        km: vec![vec![0.0, 10.0], vec![10.0, 0.0]],
        start: None,
        limits: Limits { stops: 2, days: None },
        working: WORKING,
        cost_per_km: 0.001,
        cost_per_stop: 0.0,
        decay: 0.5,
    };
    let both = Meetings::of(&problem, &[0, 1]);
    // 0.9 first in the second city and its other one halved; the first city adds nothing.
    assert!((both.value() - (0.9 + 0.4 * 0.5)).abs() < SAME);
    assert_eq!(both.met_in(0), vec![]);
    assert_eq!(both.met_in(1), vec![(0, 0.9, 0.9), (1, 0.4, 0.2)]);
    let (tour, method) = problem.solve(&Search { exact_up_to: 8, ..SEARCH });
    assert_eq!((tour.stops.as_slice(), method), (&[1][..], Method::Exact));
    assert_eq!(left_out(&problem, &tour)[0].why, Why::AlreadyMet);
}

#[test]
fn a_city_left_out_says_which_limit_keeps_it_out() {
    let problem = Problem {
        meetings: 3,
        cities: (0..3).map(|at| City { visits: 1, meetings: vec![(at, 0.8)] }).collect(),
        km: vec![vec![0.0, 100.0, 5000.0], vec![100.0, 0.0, 5000.0], vec![5000.0, 5000.0, 0.0]],
        start: Some(Start { km: vec![100.0, 100.0, 5000.0], returns: true }),
        limits: Limits { stops: 1, days: None },
        working: WORKING,
        cost_per_km: 0.001,
        cost_per_stop: 0.0,
        decay: 1.0,
    };
    let (tour, _) = problem.solve(&SEARCH);
    assert_eq!(tour.stops, vec![0]);
    let out = left_out(&problem, &tour);
    assert_eq!(
        out.iter().map(|o| (o.city, o.why)).collect::<Vec<_>>(),
        vec![(1, Why::Stops), (2, Why::NotWorth)]
    );
    let short = Problem {
        limits: Limits { stops: 3, days: Some(1) },
        working: Working { visits_per_day: 1, ..WORKING },
        ..problem
    };
    let (tour, _) = short.solve(&SEARCH);
    assert_eq!(left_out(&short, &tour)[0].why, Why::Days(2));
    let (value, km) = added_by(&short, &tour, &[0]);
    assert!((value - 0.8).abs() < SAME && (km - 200.0).abs() < SAME);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_value_of_a_set_is_the_best_assignment_and_is_submodular(
        seed in 0_u64..10_000,
        set in proptest::collection::btree_set(0_usize..6, 0..=3),
        more in 0_usize..6,
        city in 0_usize..6,
    ) {
        let problem = drawn(seed, 6);
        let small: Vec<usize> = set.iter().copied().collect();
        let value = Meetings::of(&problem, &small).value();
        prop_assert!((value - best_assignment(&problem, &small)).abs() < SAME);
        let mut large = set;
        large.insert(more);
        prop_assume!(!large.contains(&city));
        let large: Vec<usize> = large.into_iter().collect();
        let gain = |of: &[usize]| {
            let met = Meetings::of(&problem, of);
            met.value_with(city) - met.value()
        };
        prop_assert!(gain(&large) >= -SAME);
        prop_assert!(gain(&small) >= gain(&large) - SAME);
    }

    #[test]
    fn more_days_or_stops_never_make_the_best_tour_worse(seed in 0_u64..10_000) {
        let problem = drawn(seed, 5);
        let best = exact::best(&problem).net;
        let days = Problem {
            limits: Limits { days: problem.limits.days.map(|d| d + 1), ..problem.limits },
            ..problem.clone()
        };
        prop_assert!(exact::best(&days).net >= best - SAME);
        let stops = problem.limits.stops + 1;
        let stops = Problem { limits: Limits { stops, ..problem.limits }, ..problem };
        prop_assert!(exact::best(&stops).net >= best - SAME);
    }

    #[test]
    fn a_tour_is_what_it_says(seed in 0_u64..10_000) {
        let problem = drawn(seed, 12);
        let search = Search { rounds: 3, seeds: 2, ..SEARCH };
        let tour = heuristic::best(&problem, &search);
        let km: f64 = tour.legs.iter().chain(&tour.back).map(|leg| leg.km).sum();
        prop_assert!((km - tour.km).abs() < 1e-6);
        let met: f64 = {
            let meetings = Meetings::of(&problem, &tour.stops);
            tour.stops.iter().flat_map(|&city| meetings.met_in(city)).map(|(.., v)| v).sum()
        };
        prop_assert!((met - tour.value).abs() < SAME);
        prop_assert!((tour.net - tour.value + problem.cost(tour.km, tour.stops.len())).abs() < SAME);
        for pair in tour.legs.windows(2) {
            prop_assert!(pair[0].day.number <= pair[1].day.number);
        }
        for leg in tour.legs.iter().chain(&tour.back) {
            prop_assert!(leg.day.hours <= WORKING.hours_per_day + SAME);
            prop_assert!(leg.day.visits <= WORKING.visits_per_day);
        }
        for at in 0..tour.stops.len() {
            let (value, km) = added_by(&problem, &tour, &[at]);
            prop_assert!(value >= problem.cost(km, 1) - 1e-6, "a stop not worth its way");
        }
    }
}
