//! The cohort, on the real seed: a set and not the top of a list.
//!
//! 1. What each chosen one adds sums to the value; the bound holds; the same question gives
//!    the same answer, in the terminal as over HTTP.
//! 2. The set is worth at least the first ones of the list, and answers more needs.
//! 3. Every limit is kept; the near misses say what keeps them out.
//! 4. Over several territories each enterprise goes only where no gate keeps it out.
//! 5. What cannot be kept says which limit, in both languages.
//! 6. The exact choice is worth at least the quick one.

use std::collections::BTreeSet;

use essaim::domain::lang::Lang;
use essaim::http::api::cohorts::answer;
use serde_json::{Value, json};

use crate::common::{LYON, scene};

const DIOIS: &str = "epci-242600534";

fn asked(body: &Value) -> Value {
    let answer = answer(&scene(), body, Lang::Fr).expect("a good body is answered");
    serde_json::to_value(answer).expect("plain data")
}

fn refused(body: &Value, lang: Lang) -> String {
    let error = answer(&scene(), body, lang).expect_err("refused");
    error.problem(lang).detail
}

fn ids(answer: &Value) -> Vec<String> {
    let list = answer["chosen"].as_array().expect("a list").iter();
    list.map(|one| one["enterprise"]["id"].as_str().expect("an id").to_owned()).collect()
}

fn body(more: &Value) -> Value {
    let mut body = json!({"territories": [LYON], "size": 6, "as_of": "2026-11-22"});
    for (name, value) in more.as_object().expect("fields") {
        body[name] = value.clone();
    }
    body
}

#[test]
fn what_each_adds_sums_to_the_value_and_the_bound_holds() {
    let cohort = asked(&body(&json!({})));
    let adds: Vec<f64> =
        cohort["chosen"].as_array().unwrap().iter().map(|c| c["adds"].as_f64().unwrap()).collect();
    let value = cohort["value"].as_f64().unwrap();
    assert_eq!(adds.len(), 6);
    assert!((adds.iter().sum::<f64>() - value).abs() < 1e-9);
    assert!(adds.windows(2).all(|pair| pair[0] >= pair[1] - 1e-12), "{adds:?}");
    assert!(cohort["bound"]["value"].as_f64().unwrap() >= value);
    for one in cohort["chosen"].as_array().unwrap() {
        let needs = one["needs"].as_array().unwrap().iter();
        let parts: f64 = needs.map(|need| need["value"].as_f64().unwrap()).sum();
        let parts = parts + one["adds_score"].as_f64().unwrap();
        assert!((parts - one["adds"].as_f64().unwrap()).abs() < 1e-6, "{one}");
        assert!(!one["text"].as_str().unwrap().contains('['), "{one}");
    }
    assert_eq!(cohort, asked(&body(&json!({}))));
}

#[test]
fn the_set_is_worth_at_least_the_first_ones_of_the_list() {
    let cohort = asked(&body(&json!({})));
    let (value, list) = (cohort["value"].as_f64().unwrap(), &cohort["list"]);
    assert!(value >= list["value"].as_f64().unwrap() - 1e-9);
    assert_eq!(list["enterprises"].as_array().unwrap().len(), 6);
    let set: BTreeSet<String> = ids(&cohort).into_iter().collect();
    let first = list["enterprises"].as_array().unwrap().iter();
    let first: BTreeSet<String> = first.map(|id| id.as_str().unwrap().to_owned()).collect();
    assert!(set == first || !list["only_cohort"].as_array().unwrap().is_empty());
    assert!(!list["said"].as_array().unwrap().is_empty());
}

#[test]
fn every_limit_is_kept_and_near_misses_say_why() {
    let free = asked(&body(&json!({})));
    let first = ids(&free)[0].clone();
    let miss = free["near_misses"][0]["enterprise"]["id"].as_str().unwrap().to_owned();
    let held = asked(&body(&json!({"include": [miss], "exclude": [first]})));
    assert!(ids(&held).contains(&miss) && !ids(&held).contains(&first));
    // All the chosen refused: the best of them stand among the near misses, with that reason.
    let refused = asked(&body(&json!({"exclude": ids(&free)})));
    let out = refused["near_misses"].as_array().unwrap().iter();
    let told: Vec<&Value> = out.filter(|near| near["limit"] == json!("exclude")).collect();
    assert!(!told.is_empty(), "{}", refused["near_misses"]);
    let known =
        |near: &&Value| ids(&free).contains(&near["enterprise"]["id"].as_str().unwrap().to_owned());
    assert!(told.iter().all(known));
    for near in free["near_misses"].as_array().unwrap() {
        assert!(near["limit"].is_string() || near["lacks"].as_f64().unwrap() >= 0.0, "{near}");
    }
    let themed = asked(&body(&json!({"per_theme": 1})));
    let scene = scene();
    let mut seen = BTreeSet::new();
    for id in ids(&themed) {
        let (_, enterprise) = scene.enterprise(&id).unwrap();
        let marks = &enterprise.portrait.themes;
        let most = marks.iter().map(|mark| mark.weight).fold(0.0, f64::max);
        if let Some(main) = marks.iter().find(|mark| mark.weight >= most) {
            assert!(seen.insert(main.concept), "two of one theme: {id}");
        }
    }
}

#[test]
fn each_goes_only_where_no_gate_keeps_it_out() {
    let both = json!({"territories": [LYON, DIOIS], "rural_share": 0.5, "size": 6});
    let cohort = asked(&body(&both));
    let rural = cohort["chosen"].as_array().unwrap().iter().filter(|one| {
        one["places"].as_array().unwrap().iter().any(|place| place["territory"] == json!(DIOIS))
    });
    assert!(rural.count() >= 3);
    for one in cohort["chosen"].as_array().unwrap() {
        assert!(!one["places"].as_array().unwrap().is_empty());
        for place in one["places"].as_array().unwrap() {
            assert!(place["rank"].as_u64().unwrap() >= 1);
        }
    }
    let full = asked(&body(&json!({"territories": [LYON, DIOIS], "capacity": {LYON: 2}})));
    let in_lyon = full["chosen"].as_array().unwrap().iter().filter(|one| {
        one["places"].as_array().unwrap().iter().any(|place| place["territory"] == json!(LYON))
    });
    assert!(in_lyon.count() <= 2);
    assert!(full["guarantee"].is_null());
}

#[test]
fn what_cannot_be_kept_says_which_limit() {
    let rural = body(&json!({"rural_share": 0.5}));
    assert!(refused(&rural, Lang::Fr).contains("rural"));
    assert!(refused(&rural, Lang::En).contains("lower the share"));
    let many = body(&json!({"size": 1, "include": ["cop1", "kodiko"]}));
    assert!(refused(&many, Lang::Fr).contains("augmentez"));
    let both = body(&json!({"include": ["cop1"], "exclude": ["cop1"]}));
    assert!(refused(&both, Lang::Fr).contains("à la fois"));
    assert!(refused(&body(&json!({"sizes": 3})), Lang::Fr).contains("`size`"));
    assert!(refused(&body(&json!({"size": 0})), Lang::Fr).contains("1–40"));
    assert!(refused(&body(&json!({"capacity": {"dep-26": 2}})), Lang::Fr).contains("dep-26"));
    assert!(refused(&body(&json!({"territories": [LYON, LYON]})), Lang::Fr).contains("deux fois"));
    assert!(refused(&json!({"territories": []}), Lang::Fr).contains("au moins un territoire"));
}

#[test]
fn the_exact_choice_is_worth_at_least_the_quick_one() {
    let quick = asked(&body(&json!({"size": 3})));
    let exact = answer(&scene(), &body(&json!({"size": 3, "exact": true})), Lang::Fr);
    let exact = exact.expect("Lyon is small enough for a proof");
    assert!(exact.value >= quick["value"].as_f64().unwrap() - 1e-9);
    assert_eq!((exact.method, exact.guarantee), ("exact", Some(1.0)));
    assert!(quick["bound"]["value"].as_f64().unwrap() >= exact.value - 1e-9);
}
