//! Territories of every kind get an honest, different, useful answer.
//!
//! 1. A rural, a mid-size and a poorly known territory each have candidates and gaps.
//! 2. Names are forgiven their accents and case; unknown ones get suggestions.
//! 3. An arrondissement is its commune; a list of communes is a zone.
//! 4. The score is the same number from the enterprise's side.

use std::collections::BTreeSet;

use essaim::domain::lang::Lang;
use essaim::matching::weights::WeightsAsked;
use essaim::scouting::ask::{CandidatesAsk, TerritoryAsked};
use essaim::scouting::candidates::candidates;
use essaim::scouting::directions::{DirectionsAsk, directions};
use essaim::scouting::error::ScoutingError;
use serde_json::json;

use crate::common::{LYON, TODAY, all_candidates, matched, scene};

#[test]
fn each_kind_of_territory_is_answered_differently() {
    let mut firsts = BTreeSet::new();
    for name in ["CC du Diois", "CA Valence Romans Agglo", "Bourg-en-Bresse", "Mende", "dep-976"] {
        let answer = all_candidates(name, TODAY);
        assert!(answer.total >= 10, "{name}: {}", answer.total);
        let five: Vec<&str> =
            answer.candidates.iter().take(5).map(|s| s.enterprise.id.as_str()).collect();
        firsts.insert(five.join(" "));
        for gap in &answer.context.gaps {
            let (low, point, high) = (gap.level.low, gap.level.point, gap.level.high);
            assert!(0.0 <= low && low <= point && point <= high && high <= 1.0, "{name}");
        }
    }
    assert_eq!(firsts.len(), 5, "five territories, five lists: {firsts:#?}");
}

#[test]
fn names_are_forgiven_and_unknown_ones_get_suggestions() {
    let scene = scene();
    let places = &scene.world.places;
    for (asked, id) in [
        ("metropole de lyon", LYON),
        ("MÉTROPOLE DE LYON", LYON),
        ("Lyon", "com-69123"),
        ("69123", "com-69123"),
        ("com-69383", "com-69123"),
        ("Lyon 3e Arrondissement", "com-69123"),
        ("CC du Diois", "epci-242600534"),
        ("Diois", "epci-242600534"),
        ("Valence Romans", "epci-200068781"),
        ("val de drome en biovallee", "epci-242600252"),
        ("Drôme", "dep-26"),
        ("auvergne rhone alpes", "reg-84"),
        ("dep-2a", "dep-2A"),
        ("Saint-Denis (93)", "com-93066"),
    ] {
        let territory = places.territory(asked).unwrap_or_else(|e| panic!("{asked}: {e}"));
        assert_eq!(territory.id, id, "{asked}");
    }
    match places.territory("Metropol de Lion") {
        Err(ScoutingError::UnknownTerritory { suggestions, .. }) => {
            assert!(suggestions.iter().any(|(id, _)| id == LYON), "{suggestions:?}");
        }
        other => panic!("{other:?}"),
    }
    match places.territory("Sainte-Colombe") {
        Err(ScoutingError::AmbiguousTerritory { suggestions, .. }) => {
            assert!(suggestions.len() > 1);
        }
        other => panic!("{other:?}"),
    }
    for odd in ["", "zzzzzz", "com-00000", "🦀", "epci-"] {
        assert!(places.territory(odd).is_err(), "{odd}");
    }
}

#[test]
fn a_list_of_communes_is_a_zone() {
    let answer = matched(&json!({
        "territory": {"name": "Vallée de la Drôme", "communes": ["26113", "26108", "Saillans (26)"]},
    }));
    assert_eq!(answer.context.territory.id, "zone-vallee-de-la-drome");
    assert_eq!(answer.context.territory.communes.len(), 3);
    let mut ask = CandidatesAsk::new("", TODAY);
    ask.territory = TerritoryAsked::Zone { name: "vide".into(), communes: vec![] };
    assert!(matches!(candidates(&scene(), &ask), Err(ScoutingError::EmptyZone)));
    ask.territory = TerritoryAsked::Zone { name: "x".into(), communes: vec!["99999".into()] };
    assert!(matches!(candidates(&scene(), &ask), Err(ScoutingError::UnknownCommune { .. })));
}

#[test]
fn the_score_is_one_number_from_either_side() {
    let ask = DirectionsAsk {
        enterprise: "atchoum".into(),
        region: Some("84".into()),
        limit: 10,
        as_of: TODAY,
        weights: WeightsAsked::Nothing,
        lang: Lang::Fr,
    };
    let directions = directions(&scene(), &ask).expect("a known enterprise is answered");
    assert!(directions.total >= 5);
    for direction in directions.territories.iter().take(3) {
        let answer = all_candidates(&direction.context.territory.id, TODAY);
        let same = answer
            .candidates
            .iter()
            .find(|shown| shown.enterprise.id == "atchoum")
            .expect("listed from both sides");
        assert!((same.alternative.score - direction.alternative.score).abs() < 1e-12);
    }
}
