//! The shape of the answer and the words of an explanation, as a reader gets them.
//!
//! 1. The JSON of one candidate asked by id: every field, in order.
//! 2. The explanation in French and in English.
//!
//! The digest of the rules changes with any sentence or number: it is redacted.

use essaim::domain::lang::Lang;
use essaim::http::wire::candidates::CandidatesWire;
use essaim::scouting::candidates::candidates;
use essaim::scouting::matches;
use serde_json::{Value, json};

use crate::common::{LYON, TODAY, scene};

fn unir(lang: Lang) -> Value {
    let scene = scene();
    let body = json!({"territory": LYON, "as_of": "2022-12-31", "enterprises": ["unir"]});
    let ask = matches::read(&scene, &body, TODAY, lang).expect("a good body");
    let answer = candidates(&scene, &ask).expect("answered");
    serde_json::to_value(CandidatesWire::from(&answer)).expect("plain data")
}

#[test]
fn the_answer_has_the_promised_fields() {
    let mut answer = unir(Lang::Fr);
    answer["rules"] = json!("[rules]");
    // The whole list of relations is long and told elsewhere: the first three here.
    if let Some(list) = answer["candidates"][0]["explanation"]["relations"].as_array_mut() {
        list.truncate(3);
    }
    insta::assert_json_snapshot!("unir_for_lyon", answer);
}

#[test]
fn the_explanation_reads_in_both_languages() {
    for (lang, name) in [(Lang::Fr, "unir_words_fr"), (Lang::En, "unir_words_en")] {
        let answer = unir(lang);
        let candidate = &answer["candidates"][0];
        let explanation = &candidate["explanation"];
        let texts = |list: &Value, field: &str| -> Vec<String> {
            list.as_array()
                .into_iter()
                .flatten()
                .map(|item| item[field].as_str().unwrap_or_default().to_owned())
                .collect()
        };
        let mut words = vec![explanation["headline"].as_str().unwrap_or_default().to_owned()];
        for answered in explanation["answers"].as_array().into_iter().flatten() {
            words.push(answered["label"].as_str().unwrap_or_default().to_owned());
            words.extend(texts(&answered["gap"]["evidence"], "text"));
        }
        words.extend(texts(&explanation["relations"], "text").into_iter().take(8));
        words.extend(texts(&explanation["gates"], "fact"));
        for part in ["proof", "carriers", "watch_points", "questions"] {
            words.extend(texts(&explanation[part], "text"));
        }
        for term in candidate["contributions"].as_array().into_iter().flatten() {
            words.push(term["label"].as_str().unwrap_or_default().to_owned());
            words.extend(texts(&term["items"], "text"));
        }
        insta::assert_snapshot!(name, words.join("\n"));
    }
}
