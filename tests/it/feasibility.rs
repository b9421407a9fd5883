//! The feasibility file: what a committee reads before it decides to study.
//!
//! 1. Its parts stand in their order, in both languages, and the French one is snapshot.
//! 2. Every source is listed once, and every number cited is listed.
//! 3. What is not known is a question with who to ask; every open condition has its month.
//! 4. An enterprise kept out still has its file, which says so first.
//! 5. No name of a record can write Markdown or HTML.
//! 6. The same question gives the same document.

use std::collections::BTreeSet;

use essaim::domain::lang::Lang;
use essaim::matching::outcome::GateState;
use essaim::matching::schemes::Test;
use essaim::scouting::ask::CandidatesAsk;
use essaim::scouting::error::ScoutingError;
use essaim::scouting::feasibility::{Feasibility, Model, Role, Stakeholder, feasibility, markdown};
use essaim::scouting::matches;
use jiff::civil::{Date, date};
use serde_json::json;

use crate::common::{LYON, TODAY, scene};

fn file_at(territory: &str, enterprise: &str, as_of: Date, lang: Lang) -> Feasibility {
    let mut ask = CandidatesAsk::new(territory, as_of);
    ask.lang = lang;
    feasibility(&scene(), &ask, enterprise).expect("a known pair has a file")
}

fn file(territory: &str, enterprise: &str) -> Feasibility {
    file_at(territory, enterprise, TODAY, Lang::Fr)
}

fn written(file: &Feasibility) -> String {
    markdown::write(file, &scene().world.data.templates)
}

fn headings(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("# ") || line.starts_with("## ")).collect()
}

/// The numbers cited in the text, before the list of sources.
fn cited(text: &str) -> BTreeSet<usize> {
    let body = text.rsplit_once("\n## ").map_or(text, |(body, _)| body);
    let mut numbers = BTreeSet::new();
    for part in body.split(" [").skip(1) {
        let Some((inside, _)) = part.split_once(']') else { continue };
        let read: Result<Vec<usize>, _> = inside.split(", ").map(str::parse).collect();
        numbers.extend(read.unwrap_or_default());
    }
    numbers
}

#[test]
fn a_committee_reads_it_in_order_in_both_languages() {
    let file = file_at(LYON, "la-reserve-des-arts", TODAY, Lang::Fr);
    let text = written(&file).replace(&file.rules, "[rules]");
    insta::assert_snapshot!("la_reserve_des_arts_fr", text);
    let english = written(&file_at(LYON, "la-reserve-des-arts", TODAY, Lang::En));
    insta::assert_snapshot!("la_reserve_des_arts_headings_en", headings(&english).join("\n"));
    assert_eq!(headings(&text).len(), headings(&english).len());
}

#[test]
fn no_word_is_left_unfilled_in_either_language() {
    for (territory, enterprise) in [
        (LYON, "la-reserve-des-arts"),
        (LYON, "unir"),
        ("CC du Diois", "agil-ess"),
        ("Mende", "cop1"),
    ] {
        for lang in [Lang::Fr, Lang::En] {
            let text = written(&file_at(territory, enterprise, TODAY, lang));
            for odd in ["{", "}", "\\[feasibility", "\\[support", "\\[gate", "[[", "]]", "  - \n"] {
                assert!(!text.contains(odd), "{enterprise} {lang:?}: `{odd}` in\n{text}");
            }
        }
    }
}

#[test]
fn each_source_is_listed_once_and_each_number_is_listed() {
    for (territory, enterprise) in [(LYON, "wimoov"), ("CC du Diois", "agil-ess")] {
        let file = file(territory, enterprise);
        let unique: BTreeSet<&str> = file.sources.iter().map(|s| s.source.as_str()).collect();
        assert_eq!(unique.len(), file.sources.len());
        let numbers: Vec<usize> = file.sources.iter().map(|source| source.number).collect();
        assert_eq!(numbers, (1..=file.sources.len()).collect::<Vec<_>>());
        assert_eq!(cited(&written(&file)), numbers.into_iter().collect(), "{enterprise}");
        // What relations, conditions and schemes say has a source.
        for group in &file.relations {
            for item in &group.items {
                assert!(!file.numbers(item).is_empty(), "{}", item.text);
            }
        }
        for scheme in file.schemes.own.iter().chain(&file.schemes.others) {
            assert!(!file.numbers(&scheme.sentence).is_empty(), "{}", scheme.sentence.text);
        }
    }
}

#[test]
fn the_unknown_is_asked_and_each_open_condition_has_its_month() {
    let file = file(LYON, "la-reserve-des-arts");
    assert!(file.unknowns.iter().any(|unknown| unknown.item == "not_already_there"));
    assert!(file.unknowns.iter().all(|unknown| unknown.question.text.contains('?')));
    assert!(file.unknowns.iter().all(|unknown| !unknown.who.is_empty()));
    assert_eq!(file.calendar.len(), 12);
    assert_eq!(file.calendar[0].first_day, date(2026, 12, 1));
    for condition in file.conditions.iter().filter(|c| c.state != GateState::Met) {
        let months = file
            .calendar
            .iter()
            .filter(|month| month.steps.iter().any(|step| step.text.contains(&condition.text)))
            .count();
        assert_eq!(months, 1, "{}", condition.text);
        assert!(condition.check.is_some(), "{}", condition.text);
    }
    assert_eq!(file.calendar.iter().filter(|month| month.decision).count(), 3);
    assert!(file.signatures.iter().all(|line| line.ends_with('…')));
}

#[test]
fn who_gains_what_comes_from_known_facts_or_is_to_be_established() {
    let file = file(LYON, "la-reserve-des-arts");
    assert_eq!(file.gains.len(), 5);
    let of = |who| file.gains.iter().find(|gain| gain.who == who).expect("five stakeholders");
    let collectivity = of(Stakeholder::Collectivity);
    assert!(collectivity.known && collectivity.items.iter().all(|i| !i.sources.is_empty()));
    let nobody = feasibility(
        &scene(),
        &matches::read(
            &scene(),
            &json!({"territory": LYON, "priorities": [], "replace_actors": true}),
            TODAY,
            Lang::Fr,
        )
        .expect("a good body"),
        "la-reserve-des-arts",
    )
    .expect("a known pair");
    let of = |who| nobody.gains.iter().find(|gain| gain.who == who).expect("five stakeholders");
    for who in [Stakeholder::Collectivity, Stakeholder::Partners] {
        assert!(!of(who).known, "{who:?}");
        assert!(of(who).items[0].text.contains("établir"), "{:?}", of(who).items);
    }
    assert_eq!(nobody.first_actor.actor, None);
    assert!(nobody.first_actor.sentences.len() >= 2, "it says how to find one");
}

#[test]
fn the_first_actor_is_the_partner_from_elsewhere() {
    let file = file_at(LYON, "unir", date(2022, 12, 31), Lang::Fr);
    let (role, at) = file.first_actor.actor.expect("SINGA is in Lyon");
    assert_eq!(role, Role::Tandem);
    assert!(file.context.actors[at].actor.name.to_uppercase().contains("SINGA"));
    assert!(file.standing.listed);
}

#[test]
fn an_enterprise_kept_out_says_so_first() {
    let file = file(LYON, "unir");
    assert!(!file.standing.listed);
    assert!(file.standing.excluded_by.iter().any(|(gate, _)| *gate == "not_already_there"));
    let text = written(&file);
    let summary = text.split("## 2.").next().expect("a summary");
    assert!(summary.contains("écartée aujourd’hui"), "{summary}");
    assert_eq!(file.first_actor.actor.map(|(role, _)| role), Some(Role::Itself));
}

#[test]
fn a_model_is_suggested_with_its_reason_or_said_unknown() {
    let scaling = file("CC du Diois", "agil-ess").scaling;
    assert_eq!(scaling.suggested, Some(Model::Federation), "{scaling:#?}");
    assert_eq!(scaling.questions.len(), 3);
    assert!(scaling.questions.iter().flat_map(|q| &q.signals).all(|s| !s.sources.is_empty()));
    assert!(!scaling.would_change.is_empty());
    let (mut suggested, mut unknown) = (0, 0);
    for enterprise in &scene().rows.enterprises {
        let said = essaim::planning::feasibility::scaling::suggest(
            enterprise,
            TODAY,
            &scene().world.data.rules,
        );
        match said.suggested {
            Some(_) => suggested += 1,
            None => unknown += 1,
        }
    }
    assert!(suggested > 50 && unknown > 50, "{suggested} suggested, {unknown} unknown");
}

#[test]
fn a_rural_scheme_is_for_the_country_and_a_closed_one_for_nobody() {
    let of = |file: &Feasibility, id: &str| {
        let supports = &file.context.supports;
        let mut all = file.schemes.own.iter().chain(&file.schemes.others);
        all.any(|scheme| supports[scheme.support].id == id)
    };
    let (city, country) = (file(LYON, "wimoov"), file("CC du Diois", "wimoov"));
    assert!(of(&country, "agenda-rural") || of(&country, "petites-villes-de-demain"));
    assert!(!of(&city, "agenda-rural") && !of(&city, "villages-avenir"));
    for file in [city, country] {
        for scheme in &file.schemes.own {
            assert!(scheme.tests.iter().all(|t| t.state != GateState::Unmet));
        }
        for scheme in &file.schemes.others {
            let refused = scheme.tests.iter().filter(|t| t.state == GateState::Unmet);
            let tests: Vec<Test> = refused.map(|t| t.test).collect();
            assert_eq!(tests, [Test::Audience]);
        }
    }
}

#[test]
fn no_name_writes_markdown_or_html() {
    let scene = scene();
    let body = json!({
        "territory": LYON, "replace_actors": true,
        "observations": [{
            "text": "| cellule | <img src=x onerror=alert(1)> [lien](https://mal.example)",
            "need": "reemploi_materiaux", "severity": 0.8, "source": "https://exemple.fr/>x<b>",
        }],
        "actors": [
            {"id": "a", "name": "<script>alert(1)</script>", "themes": ["reemploi"],
             "roles": ["carrier"], "seeks": ["réemploi de matériaux"], "sources": ["## titre"]},
            {"id": "b", "name": "| a | **b**", "partners": ["`c`"], "themes": ["reemploi"],
             "summary": "réemploi de décors et de matériaux de scène",
             "needs": ["reemploi_materiaux"], "sources": ["[x](javascript:alert(1))"]},
        ],
    });
    let ask = matches::read(&scene, &body, TODAY, Lang::Fr).expect("a good body");
    let file = feasibility(&scene, &ask, "la-reserve-des-arts").expect("a known pair");
    let text = written(&file);
    assert!(text.contains("script"), "the actors are named:\n{text}");
    // What is escaped is shown as it is, and opens nothing.
    let bare = text.replace("\\]", "").replace("\\|", "");
    for odd in ["<script", "<img", "<b>", "](", "| a |", "**b**", "`c`"] {
        assert!(!bare.contains(odd), "`{odd}` in\n{text}");
    }
    // Tags are only our own links to addresses; tables keep their two columns.
    for part in text.split('<').skip(1) {
        assert!(part.starts_with("https://") || part.starts_with("http://"), "<{part}");
    }
    for row in text.lines().filter(|line| line.starts_with('|')) {
        let bars = row.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 3, "{row}");
    }
    assert_eq!(headings(&text).len(), 14);
}

#[test]
fn the_same_question_gives_the_same_document() {
    let (first, second) = (file(LYON, "wimoov"), file(LYON, "wimoov"));
    assert_eq!(written(&first), written(&second));
}

#[test]
fn an_unknown_enterprise_or_filter_is_refused() {
    let ask = CandidatesAsk::new(LYON, TODAY);
    let refused = feasibility(&scene(), &ask, "la-reserve-des-art");
    assert!(matches!(refused, Err(ScoutingError::UnknownEnterprise { .. })));
    let mut ask = CandidatesAsk::new(LYON, TODAY);
    ask.theme = Some("mobilitee".to_owned());
    let refused = feasibility(&scene(), &ask, "wimoov");
    assert!(matches!(refused, Err(ScoutingError::UnknownTheme { .. })));
    // A known filter hides nothing of the file.
    ask.theme = Some("petite_enfance".to_owned());
    assert!(feasibility(&scene(), &ask, "wimoov").is_ok());
}
