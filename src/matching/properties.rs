//! What must hold whatever the data (methods §8, style §8).

use std::sync::Arc;

use proptest::prelude::*;

use super::fixtures::{Case, evidence, need, theme};
use super::outcome::{Alternative, CriterionId, CriterionValue, GateState};
use super::weights::{Weights, WeightsAsked};
use super::{Options, RankBy, Ranking, evaluate, rank, score};
use crate::domain::concept::Concept;
use crate::domain::enterprise::{Enterprise, EvidenceLevel};

const NEEDS: [&str; 5] = [
    "dechets_textiles",
    "emploi_eloignes",
    "gaspillage_alimentaire",
    "isolement",
    "reparation_velo",
];
const THEMES: [&str; 8] = [
    "alimentation",
    "education",
    "emploi",
    "inclusion",
    "logement",
    "mobilites",
    "reemploi",
    "textile",
];
const COMMUNES: [&str; 5] = ["Die", "Lyon", "Paris", "Rennes", "Valence"];
const LEVELS: [EvidenceLevel; 4] = [
    EvidenceLevel::None,
    EvidenceLevel::Outputs,
    EvidenceLevel::Outcome,
    EvidenceLevel::Evaluation,
];

/// The seed of one enterprise.
#[derive(Debug, Clone)]
struct Seed {
    founded: Option<i16>,
    seeking: Option<bool>,
    inferred: bool,
    model: usize,
    sites: Vec<(usize, Option<i16>)>,
    evidence: Vec<(usize, Option<i16>, bool)>,
    needs: Vec<(usize, f64)>,
    themes: Vec<(usize, f64)>,
    labels: usize,
    declared: Option<u32>,
}

fn seed() -> impl Strategy<Value = Seed> {
    let year = || prop::option::of(2008_i16..2028);
    let weight = prop_oneof![Just(0.5), Just(1.0)];
    (
        (prop::option::of(2005_i16..2027), any::<Option<bool>>(), any::<bool>(), 0_usize..4),
        prop::collection::vec((0..COMMUNES.len(), year()), 0..4),
        prop::collection::vec((0..LEVELS.len(), year(), any::<bool>()), 0..4),
        prop::collection::btree_map(0..NEEDS.len(), weight.clone(), 0..4),
        prop::collection::btree_map(0..THEMES.len(), weight, 0..5),
        (0_usize..3, prop::option::of(1_u32..30)),
    )
        .prop_map(
            |((founded, seeking, inferred, model), sites, evidence, needs, themes, rest)| Seed {
                founded,
                seeking,
                inferred,
                model,
                sites,
                evidence,
                needs: needs.into_iter().collect(),
                themes: themes.into_iter().collect(),
                labels: rest.0,
                declared: rest.1,
            },
        )
}

fn grow(seed: &Seed, at: usize) -> Enterprise {
    let mut case = Case::bare();
    for &(commune, since) in &seed.sites {
        case.add_site(COMMUNES[commune], since);
    }
    let needs: Vec<(Concept, f64)> = seed.needs.iter().map(|&(n, w)| (need(NEEDS[n]), w)).collect();
    let themes: Vec<(Concept, f64)> =
        seed.themes.iter().map(|&(t, w)| (theme(THEMES[t]), w)).collect();
    let (needs, themes) = (case.marks(&needs), case.marks(&themes));
    let mut enterprise = case.enterprise;
    enterprise.id = format!("entreprise-{at:02}");
    enterprise.name = format!("Entreprise {at:02}");
    enterprise.founded = seed.founded;
    enterprise.scaling.seeking_to_scale = seed.seeking;
    enterprise.scaling.model = [None, Some("undecided"), Some("federation"), Some("open_source")]
        [seed.model]
        .map(str::to_owned);
    if seed.inferred {
        enterprise.inferred =
            ["scaling.seeking_to_scale", "scaling.model"].map(str::to_owned).to_vec();
    }
    for &(level, year, scale) in &seed.evidence {
        let mut figure = evidence(LEVELS[level], year);
        figure.proves_scale = scale;
        enterprise.evidence.push(figure);
    }
    enterprise.labels = (0..seed.labels).map(|n| format!("label {n}")).collect();
    enterprise.sites_declared = seed.declared.map(|count| (count, None));
    enterprise.portrait.needs = needs;
    enterprise.portrait.themes = themes;
    enterprise
}

fn grown(seeds: &[Seed]) -> Vec<Arc<Enterprise>> {
    seeds.iter().enumerate().map(|(at, seed)| Arc::new(grow(seed, at))).collect()
}

/// Lyon with these gaps (none is unmeasured) and two submissions.
fn lyon(gaps: &[Option<f64>]) -> Case {
    let mut case = Case::bare();
    for (name, gap) in NEEDS.iter().zip(gaps) {
        if let Some(level) = gap {
            case.measure(need(name), *level);
        }
    }
    case.submit(theme("mobilites"), 3.0).submit(need("dechets_textiles"), 2.0);
    case.add_actor("Maison du vélo", "Lyon", &[theme("mobilites")]);
    case
}

fn options(weights: Weights) -> Options {
    Options { weights, rank_by: RankBy::Expected, relevance: None }
}

fn weighing(numbers: &[f64]) -> Options {
    let values = CriterionId::ALL.into_iter().zip(numbers.iter().copied()).collect();
    options(Weights::resolve(&WeightsAsked::Values(values), false).unwrap())
}

fn order(ranking: &Ranking, enterprises: &[Arc<Enterprise>]) -> Vec<(String, usize)> {
    let both = ranking.candidates.iter().chain(&ranking.excluded);
    both.map(|a| (enterprises[a.enterprise].id.clone(), a.rank)).collect()
}

fn scores(ranking: &Ranking, enterprises: &[Arc<Enterprise>]) -> Vec<(String, f64)> {
    let both = ranking.candidates.iter().chain(&ranking.excluded);
    let mut all: Vec<(String, f64)> =
        both.map(|a| (enterprises[a.enterprise].id.clone(), a.score)).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn value(alternative: &Alternative, id: CriterionId) -> &CriterionValue {
    &alternative.contributions.iter().find(|term| term.value.criterion == id).unwrap().value
}

/// Records with one fact less: evidence, year founded, will, a site.
fn one_fact_less(enterprise: &Enterprise) -> Vec<Enterprise> {
    let mut poorer = Vec::new();
    for at in 0..enterprise.evidence.len() {
        let mut less = enterprise.clone();
        less.evidence.remove(at);
        poorer.push(less);
    }
    for at in 0..enterprise.sites.len() {
        let mut less = enterprise.clone();
        less.sites.remove(at);
        poorer.push(less);
    }
    for at in 0..enterprise.labels.len() {
        let mut less = enterprise.clone();
        less.labels.remove(at);
        poorer.push(less);
    }
    let mut less = enterprise.clone();
    less.founded = None;
    poorer.push(less);
    let mut less = enterprise.clone();
    less.scaling.seeking_to_scale = None;
    poorer.push(less);
    let mut less = enterprise.clone();
    less.scaling.model = None;
    poorer.push(less);
    poorer
}

fn gaps() -> impl Strategy<Value = Vec<Option<f64>>> {
    prop::collection::vec(prop::option::of(0.0_f64..1.0), NEEDS.len())
}

fn weights() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(0.01_f64..10.0, 8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn contributions_sum_to_the_score_which_lies_in_its_interval(
        seeds in prop::collection::vec(seed(), 1..6), gaps in gaps(), weights in weights(),
    ) {
        let enterprises = grown(&seeds);
        let ranking = rank(&lyon(&gaps).profile(), &enterprises, &weighing(&weights));
        prop_assert_eq!(ranking.candidates.len() + ranking.excluded.len(), enterprises.len());
        for found in ranking.candidates.iter().chain(&ranking.excluded) {
            let sum: f64 = found.contributions.iter().map(|term| term.contribution).sum();
            prop_assert!((sum - found.score).abs() < 1e-9);
            prop_assert!((0.0..=1.0).contains(&found.score));
            let (low, high) = found.interval;
            prop_assert!(low <= found.score + 1e-12 && found.score <= high + 1e-12);
            prop_assert_eq!(found.gates.len(), 9);
            prop_assert_eq!(found.contributions.len(), 8);
            for term in &found.contributions {
                let utility = term.value.utility;
                prop_assert!(0.0 <= utility.low && utility.low <= utility.point);
                prop_assert!(utility.point <= utility.high && utility.high <= 1.0);
            }
        }
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter(
        seeds in prop::collection::vec(seed(), 2..7), gaps in gaps(), turn in 0_usize..7,
    ) {
        let profile = lyon(&gaps).profile();
        let enterprises = grown(&seeds);
        let mut turned = enterprises.clone();
        turned.rotate_left(turn % enterprises.len());
        let options = options(Weights::equal(false));
        let (one, other) = (rank(&profile, &enterprises, &options), rank(&profile, &turned, &options));
        prop_assert_eq!(order(&one, &enterprises), order(&other, &turned));
    }

    #[test]
    fn scaling_all_weights_moves_nothing(
        seeds in prop::collection::vec(seed(), 2..6), gaps in gaps(),
        weights in weights(), factor in 0.001_f64..1000.0,
    ) {
        let profile = lyon(&gaps).profile();
        let enterprises = grown(&seeds);
        let plain = rank(&profile, &enterprises, &weighing(&weights));
        let scaled: Vec<f64> = weights.iter().map(|w| w * factor).collect();
        let scaled = rank(&profile, &enterprises, &weighing(&scaled));
        for (a, b) in scores(&plain, &enterprises).iter().zip(scores(&scaled, &enterprises)) {
            prop_assert!((a.1 - b.1).abs() < 1e-12);
        }
    }

    #[test]
    fn a_criterion_of_weight_zero_moves_no_rank(
        seeds in prop::collection::vec(seed(), 2..6), gaps in gaps(), weights in weights(),
        awarded in 0_usize..6,
    ) {
        // Labels are read by `proof` alone.
        let profile = lyon(&gaps).profile();
        let mut weights = weights;
        weights[CriterionId::Proof.at()] = 0.0;
        let options = weighing(&weights);
        let plain = grown(&seeds);
        let mut labelled = plain.clone();
        let awarded = awarded % labelled.len();
        let one = Arc::make_mut(&mut labelled[awarded]);
        one.labels = (0..5).map(|n| format!("prix {n}")).collect();
        let (before, after) = (rank(&profile, &plain, &options), rank(&profile, &labelled, &options));
        prop_assert_eq!(order(&before, &plain), order(&after, &labelled));
        let changed = |ranking: &Ranking| {
            let mut both = ranking.candidates.iter().chain(&ranking.excluded);
            let found = both.find(|found| found.enterprise == awarded).unwrap();
            value(found, CriterionId::Proof).utility.point
        };
        prop_assert!(changed(&after) >= changed(&before));
    }

    #[test]
    fn nobody_outranks_its_dominator(
        seeds in prop::collection::vec(seed(), 2..7), gaps in gaps(), weights in weights(),
    ) {
        let enterprises = grown(&seeds);
        let ranking = rank(&lyon(&gaps).profile(), &enterprises, &weighing(&weights));
        for (at, better) in ranking.candidates.iter().enumerate() {
            for worse in &ranking.candidates[..at] {
                let mut pairs = better.contributions.iter().zip(&worse.contributions);
                let dominates =
                    pairs.all(|(a, b)| a.value.utility.point > b.value.utility.point + 1e-9);
                prop_assert!(!dominates);
            }
        }
    }

    #[test]
    fn a_score_is_one_number_from_either_side_whoever_else_is_a_candidate(
        seeds in prop::collection::vec(seed(), 2..6), gaps in gaps(),
    ) {
        let profile = lyon(&gaps).profile();
        let enterprises = grown(&seeds);
        let options = options(Weights::equal(false));
        let all = scores(&rank(&profile, &enterprises, &options), &enterprises);
        for (enterprise, (id, among)) in enterprises.iter().zip(all) {
            prop_assert_eq!(&enterprise.id, &id);
            let alone = evaluate(&profile, enterprise, &options);
            prop_assert_eq!(alone.score.to_bits(), among.to_bits());
        }
    }

    #[test]
    fn a_fact_less_never_refutes_nor_raises_beyond_the_prior(seed in seed(), gaps in gaps()) {
        let profile = lyon(&gaps).profile();
        let options = options(Weights::equal(false));
        let whole = grow(&seed, 0);
        let before = evaluate(&profile, &whole, &options);
        for poorer in one_fact_less(&whole) {
            let after = evaluate(&profile, &poorer, &options);
            for (a, b) in before.gates.iter().zip(&after.gates) {
                let refuted = a.state == GateState::Unknown && b.state == GateState::Unmet;
                prop_assert!(!refuted, "{}: {:?} → {:?}", a.gate, a.fact, b.fact);
            }
            for id in [CriterionId::Proof, CriterionId::Readiness] {
                for (a, b) in value(&before, id).items.iter().zip(&value(&after, id).items) {
                    let prior = if b.estimate.is_unknown() { b.estimate.point } else { 0.0 };
                    let ceiling = a.estimate.point.max(prior) + 1e-12;
                    prop_assert!(b.estimate.point <= ceiling, "{}", a.name);
                }
            }
            let id = CriterionId::Transferability;
            let (a, b) = (value(&before, id).utility, value(&after, id).utility);
            prop_assert!(b.point <= a.point.max(0.3) + 1e-12);
        }
    }

    #[test]
    fn without_priorities_each_score_loses_exactly_its_priority_term(
        seeds in prop::collection::vec(seed(), 1..6), gaps in gaps(), weights in weights(),
    ) {
        let case = lyon(&gaps);
        let mut silent = case.clone();
        silent.context.priorities.clear();
        let enterprises = grown(&seeds);
        let options = weighing(&weights);
        let (case, silent) = (case.profile(), silent.profile());
        for enterprise in &enterprises {
            let with = evaluate(&case, enterprise, &options);
            let without = evaluate(&silent, enterprise, &options);
            let lost = score::contribution_of(&with, CriterionId::Priority);
            prop_assert!((with.score - lost - without.score).abs() < 1e-12);
            prop_assert_eq!(score::contribution_of(&without, CriterionId::Priority), 0.0);
        }
    }
}

#[test]
fn a_complete_enterprise_passes_every_gate_that_can_be_known() {
    let case = Case::new();
    let options = options(Weights::equal(false));
    let found = evaluate(&case.profile(), &case.enterprise, &options);
    assert!(!found.is_excluded());
    let unknown: Vec<&str> = found
        .gates
        .iter()
        .filter(|gate| gate.state == GateState::Unknown)
        .map(|gate| gate.gate)
        .collect();
    assert_eq!(unknown, ["available"]);
    assert!(
        found.gates.iter().all(|gate| gate.state != GateState::Unknown || gate.question.is_some())
    );
}

#[test]
fn what_speaks_of_a_fact_carries_a_source() {
    // What our own rules say: an absence in what was submitted, recorded or listed.
    let ours = |key: &str| {
        key.starts_with("criterion.anchoring.") && key.ends_with(".unknown")
            || key == "gate.not_opposed.met.none_recorded"
            || key == "criterion.priority.no_submission"
    };
    let of_others = [CriterionId::Complementarity, CriterionId::NonDuplication];
    for case in [Case::new(), Case::bare()] {
        let found = evaluate(&case.profile(), &case.enterprise, &options(Weights::equal(false)));
        for gate in &found.gates {
            assert!(ours(gate.fact.key) || !gate.fact.sources.is_empty(), "{}", gate.fact.key);
        }
        let mine = found.contributions.iter().filter(|t| !of_others.contains(&t.value.criterion));
        for item in mine.flat_map(|term| &term.value.items) {
            assert!(ours(item.fact.key) || !item.fact.sources.is_empty(), "{}", item.fact.key);
        }
    }
}

#[test]
fn relevance_is_a_ninth_term_only_with_a_query() {
    let case = Case::new();
    let (profile, enterprises) = (case.profile(), [Arc::new(case.enterprise.clone())]);
    let asked =
        Options { weights: Weights::equal(true), rank_by: RankBy::Low, relevance: Some(vec![0.9]) };
    let with = &rank(&profile, &enterprises, &asked).candidates[0];
    assert_eq!(with.contributions.len(), 9);
    assert!((score::contribution_of(with, CriterionId::Relevance) - 0.1).abs() < 1e-12);
    let without = evaluate(&profile, &case.enterprise, &options(Weights::equal(false)));
    assert_eq!(without.contributions.len(), 8);
}

#[test]
fn a_generalist_does_not_beat_a_specialist() {
    let mut case = lyon(&[Some(0.7); 5]);
    case.context.priorities.clear();
    case.add_actor("Recyclerie", "Lyon", &[theme("reemploi")]);
    let profile = case.profile();
    let mut specialist = grow(
        &Seed {
            founded: Some(2012),
            seeking: Some(true),
            inferred: false,
            model: 2,
            sites: vec![(3, Some(2012))],
            evidence: vec![(2, Some(2023), false)],
            needs: vec![(4, 1.0)],
            themes: vec![(5, 1.0)],
            labels: 1,
            declared: None,
        },
        0,
    );
    let options = options(Weights::equal(false));
    let one = evaluate(&profile, &specialist, &options);
    let needs: Vec<(Concept, f64)> = NEEDS.iter().map(|id| (need(id), 0.5)).collect();
    let themes: Vec<(Concept, f64)> = THEMES.iter().map(|id| (theme(id), 0.5)).collect();
    specialist.portrait.needs = case.marks(&needs);
    specialist.portrait.themes = case.marks(&themes);
    let other = evaluate(&profile, &specialist, &options);
    for id in [CriterionId::Gap, CriterionId::Priority, CriterionId::Anchoring] {
        assert!(
            value(&other, id).utility.point <= value(&one, id).utility.point,
            "{}",
            id.as_str()
        );
    }
    assert!(other.score < one.score);
}

#[test]
#[ignore = "a measure, read by a person"]
fn speed_of_400_enterprises_against_3000_actors() {
    let mut case = lyon(&[Some(0.6); 5]);
    for at in 0..3000 {
        case.add_actor(&format!("Acteur {at}"), "Lyon", &[theme(THEMES[at % THEMES.len()])]);
        let needs = case.marks(&[(need(NEEDS[at % NEEDS.len()]), 1.0)]);
        case.edit_actor(at + 1, |actor| {
            actor.register = at % 4 != 0;
            actor.legal_form = Some("association".to_owned());
            actor.portrait.needs = needs;
        });
    }
    let one = Case::new().enterprise;
    let enterprises: Vec<Arc<Enterprise>> = (0..400)
        .map(|at| Arc::new(Enterprise { id: format!("e{at:03}"), ..one.clone() }))
        .collect();
    let start = std::time::Instant::now();
    let profile = case.profile();
    let ready = start.elapsed();
    let ranking = rank(&profile, &enterprises, &options(Weights::equal(false)));
    println!(
        "profile {ready:?}, then {:?} for {}",
        start.elapsed() - ready,
        ranking.candidates.len()
    );
}
