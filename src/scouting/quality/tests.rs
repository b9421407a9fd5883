//! The score as a whole: hand-computed, and what no fact added may do.

use proptest::prelude::*;

use super::*;
use crate::catalogue::datasets::rules as read_rules;
use crate::catalogue::datasets::sources::book;
use crate::catalogue::embedded;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::date::PartialDate;
use crate::domain::enterprise::{Evidence, EvidenceLevel, Site};
use crate::domain::portrait::Mark;
use crate::domain::provenance::{Basis, Because, Source};
use crate::scouting::quality::sureness::Word;
use jiff::civil::date;

/// The rules that the program carries.
pub(super) fn rules() -> Rules {
    read_rules::parse(&embedded::index_texts(), &[]).expect("the embedded rules are read")
}

fn judge(rules: &Rules) -> Judge<'static> {
    Judge::with(rules, book(), Spoken::default(), date(2026, 12, 31))
}

fn dated(source: &str, year: i16) -> Source {
    Source { year: Some(year), ..Source::named(source) }
}

#[test]
fn the_score_of_a_small_record_is_that_of_the_hand() {
    let rules = rules();
    let mut actor = Actor { summary: "répare des vélos".to_owned(), ..Actor::default() };
    actor.place.insee = Some("69123".to_owned());
    actor.sources = vec![dated("https://avise.org/a", 2023)];
    let quality = judge(&rules).actor(&actor);
    // Weights of index/quality.toml: summary 2 and commune 2 of 13.5.
    let completeness = 4.0 / 13.5;
    // 31 December 2023 to 31 December 2026: 1096 days.
    let age = 0.2 + 0.8 * (-(1096.0 / 365.2425) / 3.0_f64).exp2();
    let sureness = 0.5;
    let expected = 0.45 * completeness + 0.20 * age + 0.35 * sureness;
    assert!((quality.score - expected).abs() < 1e-12, "{} {expected}", quality.score);
    assert_eq!(quality.sureness.word, Word::ToConfirm);
}

#[test]
fn a_record_that_says_nothing_is_unknown_and_not_old() {
    let rules = rules();
    let quality = judge(&rules).enterprise(&Enterprise::default());
    assert_eq!((quality.completeness.value, quality.sureness.value), (0.0, 0.0));
    assert_eq!((quality.age.latest, quality.age.years), (None, None));
    assert!((quality.score - 0.20 * 0.2).abs() < 1e-12);
}

/// One fact that can be added to an enterprise.
#[derive(Debug, Clone)]
enum Added {
    Summary,
    Home { deduced: bool },
    Need(u16, bool),
    Public(u16),
    Step(u16),
    Site(Option<i16>),
    Figure(i16, bool),
    Will { deduced: bool },
    Model { deduced: bool },
    Founded(i16),
    Checked(i16),
    Source(usize, Option<i16>),
}

const SOURCES: [&str; 6] = [
    "https://avise.org/a",
    "https://www.avise.org/b",
    "https://ronalpia.fr/c",
    "sirene_2017",
    "https://assos.example/annuaire/repair-cafe-lyon-69003",
    "https://news.dayfr.com/x",
];

fn added() -> impl Strategy<Value = Added> {
    let year = 1990_i16..2035;
    prop_oneof![
        Just(Added::Summary),
        any::<bool>().prop_map(|deduced| Added::Home { deduced }),
        (0..4_u16, any::<bool>()).prop_map(|(at, deduced)| Added::Need(at, deduced)),
        (0..4_u16).prop_map(Added::Public),
        (0..4_u16).prop_map(Added::Step),
        prop::option::of(year.clone()).prop_map(Added::Site),
        (year.clone(), any::<bool>()).prop_map(|(year, proof)| Added::Figure(year, proof)),
        any::<bool>().prop_map(|deduced| Added::Will { deduced }),
        any::<bool>().prop_map(|deduced| Added::Model { deduced }),
        year.clone().prop_map(Added::Founded),
        year.clone().prop_map(Added::Checked),
        (0..SOURCES.len(), prop::option::of(year)).prop_map(|(at, year)| Added::Source(at, year)),
    ]
}

fn mark(kind: ConceptKind, index: u16) -> Mark {
    let concept = Concept { kind, index };
    Mark { concept, weight: 1.0, because: Because::default(), basis: Basis::Stated }
}

/// Adds a fact; one that is already known stays as it is.
fn add(e: &mut Enterprise, fact: &Added) {
    let guess = |e: &mut Enterprise, deduced: bool, path: &str| {
        if deduced {
            e.inferred.push(path.to_owned());
        }
    };
    match *fact {
        Added::Summary => e.summary = "x".to_owned(),
        Added::Home { deduced } if e.home.insee.is_none() => {
            e.home.insee = Some("69123".to_owned());
            guess(e, deduced, "home");
        }
        Added::Need(at, deduced) => {
            if e.portrait.needs.is_empty() {
                guess(e, deduced, "needs_addressed");
            }
            e.portrait.needs.push(mark(ConceptKind::Need, at));
        }
        Added::Public(at) => e.portrait.publics.push(mark(ConceptKind::Public, at)),
        Added::Step(at) => e.portrait.steps.push(mark(ConceptKind::Step, at)),
        Added::Site(since) => {
            let mut site = Site { since: since.map(PartialDate::year), ..Site::default() };
            site.place.insee = Some("69266".to_owned());
            e.sites.push(site);
        }
        Added::Figure(year, proof) => e.evidence.push(Evidence {
            kind: "jobs".to_owned(),
            level: if proof { EvidenceLevel::Outputs } else { EvidenceLevel::None },
            proves_scale: false,
            value: Some(1.0),
            unit: None,
            year: Some(year),
            source: Source::named(SOURCES[0]),
        }),
        Added::Will { deduced } if e.scaling.seeking_to_scale.is_none() => {
            e.scaling.seeking_to_scale = Some(true);
            guess(e, deduced, "scaling.seeking_to_scale");
        }
        Added::Model { deduced } if e.scaling.model.is_none() => {
            e.scaling.model = Some("integrated".to_owned());
            guess(e, deduced, "scaling.model");
        }
        Added::Founded(year) => e.founded = e.founded.or(Some(year)),
        Added::Checked(year) => {
            let date = PartialDate::year(year);
            e.scaling.checked_at = e.scaling.checked_at.or(Some(date));
        }
        Added::Source(at, year) => {
            e.sources.push(Source { year, ..Source::named(SOURCES[at]) });
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn a_fact_added_never_lowers_the_score(facts in prop::collection::vec(added(), 1..25)) {
        let rules = rules();
        let judge = judge(&rules);
        let mut enterprise = Enterprise::default();
        let mut last = judge.enterprise(&enterprise).score;
        for fact in &facts {
            add(&mut enterprise, fact);
            let now = judge.enterprise(&enterprise);
            prop_assert!(now.score >= last - 1e-12, "{fact:?}: {last} then {}", now.score);
            prop_assert!((0.0..=1.0).contains(&now.score));
            let parts = now.weights.completeness * now.completeness.value
                + now.weights.age * now.age.value
                + now.weights.sureness * now.sureness.value;
            prop_assert!((parts - now.score).abs() < 1e-12);
            last = now.score;
        }
    }
}
