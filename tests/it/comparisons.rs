//! Candidates side by side, and why another one is not in the list.
//!
//! 1. The terms of a difference sum to it, and name the criteria that make it.
//! 2. Ranks, scores and gates are those of the list; an excluded one says which gates.
//! 3. The change of weights that is told turns the order round, and the ranges told are
//!    where it holds.
//! 4. Two to five enterprises, all different and known.
//! 5. Whatever is not in the list has its reasons: gates, or criteria and how far.
//! 6. What is in the list is told so, with what separates it from the one above.

use essaim::domain::lang::Lang;
use essaim::matching::RankBy;
use essaim::matching::outcome::{Alternative, CriterionId, RelationKind};
use essaim::matching::weights::{CRITERIA, WeightsAsked};
use essaim::scouting::ask::CandidatesAsk;
use essaim::scouting::candidates::{Shown, candidates};
use essaim::scouting::comparisons::why_not::{Against, Verdict, WhyNot, why_not};
use essaim::scouting::comparisons::{Comparison, compare};
use essaim::scouting::error::ScoutingError;
use essaim::scouting::matches;
use serde_json::json;

use crate::common::{LYON, TODAY, all_candidates, scene};

fn ask() -> CandidatesAsk {
    CandidatesAsk::new(LYON, TODAY)
}

fn compared(ids: &[&str]) -> Result<Comparison, ScoutingError> {
    let enterprises = Some(ids.iter().map(|id| (*id).to_owned()).collect());
    compare(&scene(), &CandidatesAsk { enterprises, ..ask() })
}

/// Ids of the list of Lyon from rank `from`.
fn listed(from: usize, count: usize) -> Vec<String> {
    let all = all_candidates(LYON, TODAY).candidates;
    all[from - 1..from - 1 + count].iter().map(|shown| shown.enterprise.id.clone()).collect()
}

fn why(ask: &CandidatesAsk, id: &str) -> WhyNot {
    why_not(&scene(), ask, id).expect("a known enterprise")
}

#[test]
fn the_terms_of_each_pair_sum_to_the_difference_of_the_scores() {
    let ids = listed(1, 5);
    let mixed: Vec<&str> = [3, 0, 4, 1, 2].iter().map(|&at| ids[at].as_str()).collect();
    let answer = compared(&mixed).unwrap();
    let order: Vec<&str> = answer.compared.iter().map(|c| c.enterprise.id.as_str()).collect();
    assert_eq!(order, ids, "best first, whatever the order asked");
    assert_eq!(answer.pairs.len(), 4);
    for pair in &answer.pairs {
        let score = |at: usize| answer.compared[at].alternative.score;
        let sum: f64 = pair.difference.terms.iter().map(|term| term.difference).sum();
        assert!((sum - (score(pair.first) - score(pair.second))).abs() < 1e-9);
        assert!((pair.difference.total - sum).abs() < 1e-9);
        assert!(pair.difference.total >= 0.0);
    }
}

#[test]
fn the_sentence_names_both_enterprises_and_the_criteria_that_weigh_most() {
    let ids = listed(1, 60);
    let answer = compared(&[&ids[0], &ids[59]]).unwrap();
    let pair = &answer.pairs[0];
    for one in &answer.compared {
        assert!(pair.sentence.text.contains(&one.enterprise.name), "{}", pair.sentence.text);
    }
    let label = |criterion| {
        let found = answer.criteria.iter().find(|c| c.criterion == criterion);
        found.expect("every criterion is compared").label.clone()
    };
    let making = pair.difference.making_it();
    for term in making.iter().take(2) {
        let label = label(term.criterion);
        assert!(pair.sentence.text.contains(&label), "{label}: {}", pair.sentence.text);
    }
    assert!(making[0].difference >= making[1].difference);
    let margin = format!("{:.1}", pair.difference.total * 100.0).replace('.', ",");
    let margin = margin.trim_end_matches(",0");
    assert!(pair.sentence.text.contains(&format!("de {margin} point")), "{}", pair.sentence.text);
}

/// The score of some terms under other weights.
fn score_of(alternative: &Alternative, weights: &[f64; CRITERIA]) -> f64 {
    let terms = alternative.contributions.iter();
    terms.map(|term| weights[term.value.criterion.at()] * term.value.utility.point).sum()
}

#[test]
fn the_smallest_change_of_weights_levels_the_pair_and_the_words_turn_it_round() {
    let ids = listed(1, 5);
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    let answer = compared(&all).unwrap();
    let mut turned = 0;
    for pair in &answer.pairs {
        let Some(change) = &pair.flip.change else {
            let terms = &pair.difference.terms;
            assert!(terms.iter().all(|t| t.first >= t.second), "nothing turns it: dominated");
            continue;
        };
        let (first, second) = (&answer.compared[pair.first], &answer.compared[pair.second]);
        let lead = |weights: &[f64; CRITERIA]| {
            score_of(&second.alternative, weights) - score_of(&first.alternative, weights)
        };
        assert!((change.weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(lead(&change.weights).abs() < 1e-9, "level");
        // The weights read aloud, to a tenth of a percent, put the second ahead.
        let text = &pair.flip.sentence.text;
        let mut said = answer.weights.values;
        for criterion in &answer.criteria {
            let opening = format!("«\u{a0}{}\u{a0}» pèse ", criterion.label);
            let Some((_, number)) = text.split_once(&opening) else { continue };
            let number = number.split('\u{a0}').next().unwrap().replace(',', ".");
            said[criterion.criterion.at()] = number.parse::<f64>().unwrap() / 100.0;
        }
        assert_ne!(said, answer.weights.values, "{text}");
        assert!(lead(&said) > 0.0, "{text}");
        assert!(text.contains(&second.enterprise.name), "{text}");
        turned += 1;
    }
    assert!(turned > 0);
}

#[test]
fn the_order_holds_between_the_weights_told_and_not_beyond() {
    let ids = listed(1, 3);
    let answer = compared(&[&ids[0], &ids[1], &ids[2]]).unwrap();
    let base = answer.weights.values;
    let holds = |criterion: CriterionId, weight: f64| {
        let at = criterion.at();
        let mut weights = base.map(|w| w * (1.0 - weight) / (1.0 - base[at]));
        weights[at] = weight;
        let score = |row: usize| score_of(&answer.compared[row].alternative, &weights);
        score(0) > score(1) && score(1) > score(2)
    };
    let mut edges = 0;
    for criterion in &answer.criteria {
        let range = criterion.holds.expect("no criterion has all the weight");
        let id = criterion.criterion;
        assert!(range.low <= base[id.at()] && base[id.at()] <= range.high);
        for inside in [range.low + 1e-6, range.high - 1e-6] {
            assert!(holds(id, inside.clamp(0.0, 1.0)), "{} {inside}", criterion.label);
        }
        for beyond in [range.low - 1e-6, range.high + 1e-6] {
            if (0.0..=1.0).contains(&beyond) {
                assert!(!holds(id, beyond), "{} {beyond}", criterion.label);
                edges += 1;
            }
        }
        let sentence = criterion.holds_sentence.as_ref().unwrap();
        assert!(sentence.text.contains(&criterion.label), "{}", sentence.text);
    }
    assert!(edges > 0);
}

#[test]
fn one_candidate_says_what_brings_it_first_or_that_nothing_does() {
    let all = all_candidates(LYON, TODAY);
    let alone = |id: &str| {
        let enterprises = Some(vec![id.to_owned()]);
        candidates(&scene(), &CandidatesAsk { enterprises, ..ask() }).unwrap()
    };
    let first = alone(&all.candidates[0].enterprise.id);
    let flip = first.candidates[0].to_first.as_ref().unwrap();
    assert_eq!(flip.change.as_ref().unwrap().moved, 0.0);
    assert!(flip.sentence.text.contains("déjà en tête"), "{}", flip.sentence.text);
    let (mut possible, mut never) = (0, 0);
    for at in [1, 5, 20, 60, all.total - 1] {
        let answer = alone(&all.candidates[at].enterprise.id);
        let one = &answer.candidates[0];
        let flip = one.to_first.as_ref().unwrap();
        let Some(change) = &flip.change else {
            assert!(flip.sentence.text.contains("Aucune pondération"), "{}", flip.sentence.text);
            never += 1;
            continue;
        };
        let own = score_of(&one.alternative, &change.weights);
        let others = all.candidates.iter().map(|c| score_of(&c.alternative, &change.weights));
        assert!(others.fold(0.0, f64::max) - own < 1e-7, "{}", flip.sentence.text);
        assert!(!flip.shifts.is_empty());
        possible += 1;
    }
    assert!(possible > 0 && never > 0, "{possible} {never}");
    assert!(all.candidates[0].to_first.is_none(), "a list does not ask it of everyone");
}

#[test]
fn ranks_and_scores_are_those_of_the_list_and_an_excluded_one_says_its_gates() {
    let all = all_candidates(LYON, TODAY);
    let (first, out) = (&all.candidates[0], &all.excluded[0]);
    let answer = compared(&[&out.enterprise.id, &first.enterprise.id]).unwrap();
    for one in &answer.compared {
        let same = [first, out].into_iter().find(|s| s.enterprise.id == one.enterprise.id).unwrap();
        assert_eq!(one.alternative, same.alternative);
    }
    let excluded = answer.compared.iter().find(|one| one.alternative.is_excluded()).unwrap();
    assert_eq!(excluded.enterprise.id, out.enterprise.id);
    assert!(answer.pairs[0].sentence.text.contains("écartée"), "{}", answer.pairs[0].sentence.text);
    assert_eq!(answer.total, all.total);
}

#[test]
fn the_best_of_each_criterion_is_named_with_its_lead() {
    let ids = listed(1, 3);
    let answer = compared(&[&ids[0], &ids[1], &ids[2]]).unwrap();
    assert_eq!(answer.criteria.len(), 8);
    for criterion in &answer.criteria {
        let top = criterion.utilities.iter().copied().fold(0.0, f64::max);
        assert!(criterion.best.iter().all(|&at| top - criterion.utilities[at] < 0.005));
        let others: Vec<f64> = (0..3)
            .filter(|at| !criterion.best.contains(at))
            .map(|at| top - criterion.utilities[at])
            .collect();
        let lead = others.iter().copied().fold(f64::INFINITY, f64::min);
        let expected = if others.is_empty() { 0.0 } else { lead };
        assert!((criterion.lead - expected).abs() < 1e-12, "{}", criterion.label);
        assert!(criterion.sentence.text.contains(&criterion.label));
    }
    assert!(answer.criteria.iter().any(|criterion| criterion.lead > 0.0));
}

#[test]
fn main_relations_are_counted_by_type_with_the_strongest() {
    let ids = listed(1, 2);
    let answer = compared(&[&ids[0], &ids[1]]).unwrap();
    for one in &answer.compared {
        let counts = one.relation_counts();
        let main = one.explanation.relations.iter().filter(|relation| relation.main);
        assert_eq!(counts.iter().map(|counted| counted.count).sum::<usize>(), main.count());
        for counted in &counts {
            let mut same = one.explanation.relations.iter();
            assert!(same.all(|relation| relation.kind != counted.kind
                || !relation.main
                || relation.strength <= counted.strongest.strength));
        }
        assert!(counts.iter().any(|counted| counted.kind == RelationKind::Completes));
    }
}

#[test]
fn one_six_twice_or_an_unknown_one_are_refused_with_the_way_out() {
    let ids = listed(1, 6);
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    for asked in [&all[..0], &all[..1], &all[..6]] {
        let Err(ScoutingError::BadRecord { field, reason_fr, .. }) = compared(asked) else {
            panic!("{asked:?}")
        };
        assert_eq!(field, "enterprises");
        assert!(reason_fr.contains("de 2 à 5"), "{reason_fr}");
    }
    let twice = compared(&[all[0], all[1], all[0]]);
    assert!(matches!(twice, Err(ScoutingError::BadRecord { .. })));
    let Err(ScoutingError::UnknownEnterprise { suggestions, .. }) =
        compared(&[all[0], "la-textileri"])
    else {
        panic!("no such enterprise")
    };
    assert_eq!(suggestions[0].0, "la-textilerie");
}

#[test]
fn a_context_given_whole_changes_the_comparison_and_page_fields_are_refused() {
    let ids = listed(1, 2);
    let body = json!({"territory": LYON, "as_of": "2026-11-22", "enterprises": ids,
        "priorities": [{"theme": "textile", "weight": 1}], "weights": "gap:3,priority:1"});
    let read = matches::read_comparison(&scene(), &body, TODAY, Lang::Fr).unwrap();
    let given = compare(&scene(), &read).unwrap();
    assert_eq!(given.weights.owner, "request");
    let plain = compared(&[&ids[0], &ids[1]]).unwrap();
    assert_ne!(given.compared[0].alternative.score, plain.compared[0].alternative.score);
    for field in ["limit", "theme", "need", "cursor", "enterprise"] {
        let mut body = body.clone();
        body[field] = json!("1");
        let refused = matches::read_comparison(&scene(), &body, TODAY, Lang::Fr);
        assert!(matches!(refused, Err(ScoutingError::BadRecord { .. })), "{field}");
    }
}

#[test]
fn one_ranked_after_the_last_shown_says_how_far_and_which_criteria_hold_it_back() {
    let ids = listed(1, 40);
    let mut asked = ask();
    asked.limit = 20;
    let answer = why(&asked, &ids[39]);
    assert_eq!((answer.verdict, answer.enterprise.alternative.rank), (Verdict::Lower, 40));
    assert!(answer.summary.text.contains("rang 40"), "{}", answer.summary.text);
    let against: Vec<(Against, usize)> =
        answer.separations.iter().map(|one| (one.against, one.rank)).collect();
    assert_eq!(against, [(Against::LastShown, 20), (Against::First, 1)]);
    for separation in &answer.separations {
        let sum: f64 = separation.difference.terms.iter().map(|term| term.difference).sum();
        let missing = separation.score - answer.enterprise.alternative.score;
        assert!((sum - missing).abs() < 1e-9 && missing >= 0.0);
        let lost: f64 = separation.holding.iter().map(|(term, _)| term.difference).sum();
        assert!(lost >= missing - 1e-9, "what holds it back covers what lacks");
        assert!(separation.sentence.text.contains(&separation.other.name));
    }
    assert!(answer.causes.is_empty());
}

#[test]
fn one_kept_out_by_gates_says_every_cause_and_the_rank_it_would_have() {
    let all = all_candidates(LYON, TODAY);
    let many =
        |shown: &&Shown| shown.alternative.gates.iter().filter(|gate| gate.excludes()).count() > 1;
    let out = all.excluded.iter().find(many).expect("somebody is kept out twice");
    let answer = why(&ask(), &out.enterprise.id);
    assert_eq!(answer.verdict, Verdict::Excluded);
    let expected: Vec<&str> =
        out.alternative.gates.iter().filter(|gate| gate.excludes()).map(|gate| gate.gate).collect();
    assert_eq!(answer.causes.iter().map(|gate| gate.gate).collect::<Vec<_>>(), expected);
    assert!(answer.causes.iter().all(|gate| !gate.fact.text.is_empty()));
    let would = format!("rang {}", out.alternative.rank);
    assert!(answer.summary.text.contains(&would), "{}", answer.summary.text);
}

#[test]
fn one_in_the_list_is_told_so_with_what_separates_it_from_the_next_above() {
    let ids = listed(1, 20);
    let fifth = why(&ask(), &ids[4]);
    assert_eq!(fifth.verdict, Verdict::Listed);
    let against: Vec<(Against, usize)> =
        fifth.separations.iter().map(|one| (one.against, one.rank)).collect();
    assert_eq!(against, [(Against::NextAbove, 4), (Against::First, 1)]);
    let second = why(&ask(), &ids[1]);
    assert_eq!(second.separations.len(), 1, "the next above is the first: said once");
    let first = why(&ask(), &ids[0]);
    assert_eq!(first.separations[0].against, Against::NextBelow);
    assert!(first.separations[0].difference.total <= 0.0);
    let last = why(&ask(), &ids[19]);
    assert_eq!(last.verdict, Verdict::Listed);
    let mut shorter = ask();
    shorter.limit = 19;
    assert_eq!(why(&shorter, &ids[19]).verdict, Verdict::Lower);
}

#[test]
fn a_list_of_one_theme_leaves_out_what_does_not_serve_it() {
    let mut asked = ask();
    asked.theme = Some("textile".to_owned());
    let all = candidates(&scene(), &CandidatesAsk { limit: 500, ..ask() }).unwrap();
    let page = candidates(&scene(), &asked).unwrap();
    let shown = |id: &str| page.candidates.iter().any(|one| one.enterprise.id == id);
    let served = &page.candidates[0].enterprise.id;
    assert_eq!(why(&asked, served).verdict, Verdict::Listed);
    let other = all.candidates.iter().find(|one| !shown(&one.enterprise.id)).unwrap();
    let answer = why(&asked, &other.enterprise.id);
    assert_eq!(answer.verdict, Verdict::Filtered);
    assert_eq!(answer.total, page.total);
    assert!(answer.summary.text.contains("textile"), "{}", answer.summary.text);
}

#[test]
fn the_cautious_order_is_explained_with_its_own_numbers() {
    let mut asked = ask();
    asked.rank_by = RankBy::Low;
    asked.limit = 5;
    asked.weights = WeightsAsked::parse("proof:2,gap:1").unwrap();
    let list = candidates(&scene(), &CandidatesAsk { limit: 60, ..asked.clone() }).unwrap();
    let (last, far) = (&list.candidates[4], &list.candidates[40]);
    let answer = why(&asked, &far.enterprise.id);
    let separation = &answer.separations[0];
    let missing = last.alternative.interval.0 - far.alternative.interval.0;
    let sum: f64 = separation.difference.terms.iter().map(|term| term.difference).sum();
    assert!((sum - missing).abs() < 1e-9);
    assert!(separation.sentence.text.contains("note prudente"), "{}", separation.sentence.text);
}
