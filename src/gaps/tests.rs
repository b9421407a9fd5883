//! The gaps of whole territories. Shown here:
//!
//! 1. severity takes own figures first, then those of parts, then of wholes;
//! 2. dates: what is later is not used, what is old counts half;
//! 3. supply, near or far, never widens a gap; an absence where little is expected says
//!    little; what is not measured is said;
//! 4. larger territories are the population mean of their EPCI;
//! 5. the table of places.

use super::testing::*;
use super::*;
use crate::domain::provenance::Basis;
use crate::domain::supply::Perimeter;
use crate::domain::territory::{DensityClass, TerritoryKind};
use proptest::prelude::*;

const NO: f32 = f32::NAN;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn today() -> Date {
    day("2026-11-22")
}

struct World {
    communes: Vec<f32>,
    epcis: Vec<f32>,
    departements: Vec<f32>,
    year: i16,
    supply: Vec<SupplySource>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            communes: vec![NO; 9],
            epcis: vec![NO; 3],
            departements: vec![NO; 3],
            year: 2022,
            supply: Vec::new(),
        }
    }
}

impl World {
    fn model(self) -> GapModel {
        let dataset = indicators(&[(
            "taux",
            "ratio",
            self.year,
            self.communes,
            self.epcis,
            self.departements,
        )]);
        GapModel::new(
            Arc::new(taxonomy(&[("a", vec![direct("taux")]), ("b", Vec::new())])),
            Arc::new(small_france()),
            Arc::new(dataset),
            &self.supply,
            &rules(),
        )
    }
}

fn first_gap(model: &GapModel, id: &str, as_of: Date) -> Gap {
    let territory = model.atlas.territory(id).unwrap();
    model.gaps(&territory, &[], as_of).swap_remove(0)
}

#[test]
fn a_commune_reads_its_own_figure_among_communes() {
    let communes = vec![9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0];
    let gap = first_gap(&World { communes, ..World::default() }.model(), "com-01001", today());
    let seen = &gap.severity.evidence[0];
    assert_eq!((seen.reference_kind, seen.reference_size), (TerritoryKind::Commune, 9));
    assert!((seen.percentile - 8.5 / 9.0).abs() < 1e-12);
    assert_eq!((seen.weight, seen.inherited_from.as_deref()), (1.0, None));
    assert!((gap.severity.level.point - (8.5 / 9.0 + 0.2) / 1.5).abs() < 1e-12);
    assert!((gap.severity.level.low - (8.5 / 9.0) / 1.5).abs() < 1e-12);
    assert!((gap.severity.level.high - (8.5 / 9.0 + 0.5) / 1.5).abs() < 1e-12);
}

#[test]
fn a_commune_without_figure_inherits_from_its_epci_then_from_its_departement() {
    let world =
        World { epcis: vec![3.0, NO, 1.0], departements: vec![5.0, 6.0, 7.0], ..World::default() };
    let model = world.model();
    let seen = &first_gap(&model, "com-01001", today()).severity.evidence[0];
    assert_eq!(seen.inherited_from.as_deref(), Some("CC 1"));
    assert_eq!((seen.reference_kind, seen.weight), (TerritoryKind::Epci, 0.3));
    let seen = &first_gap(&model, "com-01004", today()).severity.evidence[0];
    assert_eq!(seen.inherited_from.as_deref(), Some("Division 01"));
    assert_eq!((seen.reference_kind, seen.weight), (TerritoryKind::Departement, 0.3));
}

#[test]
fn an_epci_without_figure_takes_the_mean_of_its_communes_as_its_own() {
    let mut communes = vec![NO; 9];
    communes[0] = 4.0;
    communes[1] = 8.0;
    let world = World { communes, epcis: vec![NO, 1.0, 2.0], ..World::default() };
    let seen = &first_gap(&world.model(), "epci-200000001", today()).severity.evidence[0];
    assert!((seen.value - 64.0 / 13.0).abs() < 1e-6, "10,000 at 4 and 3,000 at 8");
    assert_eq!((seen.inherited_from.as_deref(), seen.weight), (None, 1.0));
    assert_eq!(seen.reference_size, 3);
}

#[test]
fn a_zone_is_the_mean_of_its_communes_among_epcis() {
    let communes = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
    let model = World { communes, epcis: vec![1.0, 5.0, 7.0], ..World::default() }.model();
    let zone = model.atlas.zone("zone-x", "Zone", vec![0, 3]);
    let gap = model.gaps(&zone, &[], today()).swap_remove(0);
    let seen = &gap.severity.evidence[0];
    assert!((seen.value - 26.0 / 14.0).abs() < 1e-6);
    assert_eq!(seen.reference_kind, TerritoryKind::Epci);
    assert!((seen.percentile - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn an_indicator_of_other_density_classes_says_nothing_here() {
    let mut only_urban = direct("taux");
    only_urban.classes = vec![DensityClass::Urban];
    let dataset = indicators(&[("taux", "%", 2022, vec![1.0; 9], vec![NO; 3], vec![NO; 3])]);
    let model = GapModel::new(
        Arc::new(taxonomy(&[("a", vec![only_urban])])),
        Arc::new(small_france()),
        Arc::new(dataset),
        &[],
        &rules(),
    );
    let level = first_gap(&model, "com-01001", today()).severity.level;
    assert_eq!((level.point, level.low, level.high, level.basis), (0.4, 0.0, 1.0, Basis::Prior));
}

#[test]
fn a_rate_of_a_small_commune_keeps_its_value_and_shows_the_shrunk_one() {
    let communes = vec![10.0, 12.0, 9.0, 30.0, 11.0, 10.0, 11.0, 60.0, 10.0];
    let dataset = indicators(&[("taux", "%", 2022, communes, vec![NO; 3], vec![NO; 3])]);
    let model = GapModel::new(
        Arc::new(taxonomy(&[("a", vec![direct("taux")])])),
        Arc::new(small_france()),
        Arc::new(dataset),
        &[],
        &rules(),
    );
    let seen = &first_gap(&model, "com-26002", today()).severity.evidence[0];
    assert_eq!(seen.value, 60.0);
    let shrunk = seen.shrunk.unwrap();
    assert!(shrunk < 50.0 && shrunk > 13.0, "40 inhabitants: {shrunk}");
    let large = first_gap(&model, "com-01001", today()).severity.evidence[0].clone();
    assert!((large.shrunk.unwrap() - 10.0).abs() < 0.2);
}

#[test]
fn figures_count_from_the_end_of_their_year_and_half_when_older_than_ten() {
    let world = |year| World { communes: vec![1.0; 9], year, ..World::default() }.model();
    let weight = |year, as_of: &str| {
        first_gap(&world(year), "com-01001", day(as_of)).severity.evidence.first().map(|e| e.weight)
    };
    assert_eq!(weight(2025, "2022-06-01"), None);
    assert_eq!(weight(2025, "2025-12-30"), None);
    assert_eq!(weight(2025, "2025-12-31"), Some(1.0));
    assert_eq!(weight(2016, "2026-11-22"), Some(1.0));
    assert_eq!(weight(2015, "2026-11-22"), Some(0.5));
}

#[test]
fn without_source_coverage_is_the_bare_prior_and_is_said_unmeasured() {
    let gap = first_gap(&World::default().model(), "epci-200000001", today());
    assert!(gap.coverage.evidence.is_empty());
    assert_eq!(gap.coverage.level.basis, Basis::Prior);
    assert!((gap.coverage.level.point - 0.7293).abs() < 1e-4);
    assert!((gap.measured.point - 0.4 * 0.2707).abs() < 1e-4);
    assert_eq!(gap.measured.basis, Basis::Prior);
    assert!(gap.best_datum.unwrap().contains("« besoin a »"));
}

#[test]
fn a_weak_source_a_later_one_and_one_without_perimeter_are_not_counted() {
    let mut nowhere = source(0.9, 2020, vec![(0, 5.0)]);
    nowhere.perimeter = Perimeter::None;
    for supply in [
        vec![source(0.05, 2020, vec![(0, 5.0)])],
        vec![source(0.9, 2027, vec![(0, 5.0)])],
        vec![nowhere],
    ] {
        let gap = first_gap(&World { supply, ..World::default() }.model(), "com-01001", today());
        assert!(gap.coverage.evidence.is_empty());
        assert_eq!(gap.coverage.level.basis, Basis::Prior);
    }
}

#[test]
fn communes_outside_the_perimeter_are_not_measured_and_their_supply_is_not_counted() {
    let mut partial = source(0.9, 2022, vec![(0, 3.0), (6, 50.0)]);
    partial.perimeter = Perimeter::Departements(vec!["01".to_owned()]);
    let model = World { supply: vec![partial], ..World::default() }.model();
    assert!(first_gap(&model, "com-26001", today()).coverage.evidence.is_empty());
    let gap = first_gap(&model, "com-01001", today());
    let seen = &gap.coverage.evidence[0];
    assert_eq!(seen.counted, 3.0);
    // On its perimeter: 3 structures for 20,500 inhabitants.
    let demand = 10_000.0 + 3_000.0 + 0.68 * (1_000.0 + 4_000.0) + 0.22 * 2_500.0;
    assert!((seen.expected - 3.0 / 20_500.0 * demand).abs() < 0.3, "{}", seen.expected);
    assert!(seen.neighbours.is_empty());
}

#[test]
fn a_lone_village_without_supply_stays_near_the_prior_and_a_town_does_not() {
    // 20 structures for 26,600 inhabitants, none on the island nor in the south.
    let supply = vec![source(0.8, 2022, vec![(0, 15.0), (3, 5.0)])];
    let model = World { supply, ..World::default() }.model();
    let island = first_gap(&model, "com-29155", today()).coverage.level;
    assert_eq!(island.basis, Basis::Measured);
    assert!((island.point - model.coverage.prior().point).abs() < 0.02, "{island:?}");
    let town = first_gap(&model, "com-26001", today()).coverage.level;
    assert!(town.point < 0.45, "4.5 structures expected and none: {town:?}");
    let served = first_gap(&model, "com-01001", today()).coverage.level;
    assert!(served.point > 0.8, "{served:?}");
}

#[test]
fn the_best_served_neighbours_are_named_with_their_number() {
    let supply = vec![source(0.8, 2022, vec![(0, 1.0), (3, 5.0), (4, 7.0), (6, 9.0)])];
    let model = World { supply, ..World::default() }.model();
    let seen = first_gap(&model, "epci-200000001", today()).coverage.evidence[0].clone();
    assert_eq!(seen.counted, 1.0);
    let expected = [("Commune 01005".to_owned(), 7.0), ("Commune 01004".to_owned(), 5.0)];
    assert_eq!(seen.neighbours, expected);
    assert_eq!((seen.unit.as_str(), seen.source.year), ("lieu", Some(2022)));
}

#[test]
fn a_departement_is_the_population_mean_of_its_epcis() {
    let world = World {
        epcis: vec![3.0, 1.0, 2.0],
        departements: vec![5.0, 4.0, 6.0],
        supply: vec![source(0.8, 2022, vec![(0, 3.0)])],
        ..World::default()
    };
    let model = world.model();
    let whole = first_gap(&model, "dep-01", today());
    let (one, two) = (
        first_gap(&model, "epci-200000001", today()),
        first_gap(&model, "epci-200000002", today()),
    );
    let share = 14_000.0 / 20_500.0;
    let mean = |of: &dyn Fn(&Gap) -> f64| share * of(&one) + (1.0 - share) * of(&two);
    for of in [
        &(|g: &Gap| g.measured.point) as &dyn Fn(&Gap) -> f64,
        &|g| g.level.point,
        &|g| g.coverage.level.point,
        &|g| g.severity.level.high,
    ] {
        assert!((of(&whole) - mean(of)).abs() < 1e-12);
    }
    let seen = &whole.severity.evidence[0];
    assert_eq!((seen.reference_kind, seen.value), (TerritoryKind::Departement, 5.0));
    let region = first_gap(&model, "reg-84", today());
    assert_eq!(region.severity.evidence[0].reference_kind, TerritoryKind::Departement);
}

#[test]
fn an_observation_widens_the_gap_and_keeps_the_measured_part() {
    let model = World::default().model();
    let territory = model.atlas.territory("epci-200000001").unwrap();
    let seen = [observation(need(0), "2026-11-22", 1.0, Some("ccas"))];
    let gaps = model.gaps(&territory, &seen, today());
    let o = 0.7 / 1.2;
    let g = gaps[0].measured.point;
    assert!((gaps[0].level.point - (1.0 - (1.0 - g) * (1.0 - 0.8 * o))).abs() < 1e-9);
    assert_eq!(gaps[1].level, gaps[1].measured);
    assert_eq!(gaps[0].level, gaps[0].level_for(None));
    // In the département, it counts as the share of inhabitants it speaks of.
    let departement = model.atlas.territory("dep-01").unwrap();
    let wider = model.gaps(&departement, &seen, today()).swap_remove(0);
    assert!((wider.field.evidence[0].weight - 0.7 * 14_000.0 / 20_500.0).abs() < 1e-9);
}

#[test]
fn places_tell_a_large_epci_from_a_small_one_and_leave_the_unmeasured_empty() {
    let model = World { epcis: vec![3.0, 1.0, 2.0], ..World::default() }.model();
    let places = model.places();
    assert_eq!((places.features.len(), places.raw.len(), places.density.len()), (3, 3, 3));
    assert_eq!(places.raw[0][0], 14_000.0);
    // 6,500 and 6,040 inhabitants are both under the lower bound.
    assert_eq!(places.features[1][0], places.features[2][0]);
    assert!(places.features[0][0] > places.features[1][0]);
    assert!(places.features[0][4].is_nan(), "no income in this dataset");
    assert!(places.severity[0][0] > places.severity[0][1]);
    assert!(places.severity[1].iter().all(|z| z.is_nan()));
    let epci = model.atlas.territory("epci-200000001").unwrap();
    assert_eq!(model.features(&epci).1[0], 14_000.0);
    assert_eq!(model.severity_z(&epci, today())[0], places.severity[0][0]);
    assert!(model.severity_z(&epci, day("2019-01-01"))[0].is_nan());
}

#[test]
fn a_territory_without_commune_or_inhabitant_is_answered_all_the_same() {
    let model =
        World { supply: vec![source(0.8, 2022, vec![(0, 3.0)])], ..World::default() }.model();
    let empty = model.atlas.zone("zone-vide", "Vide", Vec::new());
    let gap = model.gaps(&empty, &[], today()).swap_remove(0);
    assert_eq!(gap.coverage.level.basis, Basis::Prior);
    assert!(gap.level.point.is_finite());
    assert!(model.features(&empty).0[0].is_nan());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn adding_supply_near_or_far_never_widens_a_gap(
        counts in proptest::collection::vec(0u8..6, 9),
        place in 0u32..9, units in 0.0..20.0f64, reliability in 0.1..1.0f64
    ) {
        let counted: Vec<(u32, f32)> =
            (0u32..).zip(counts).map(|(at, n)| (at, f32::from(n))).collect();
        let world = World {
            epcis: vec![3.0, 1.0, 2.0],
            supply: vec![source(reliability, 2022, counted)],
            ..World::default()
        };
        let model = world.model();
        let extra = [ExtraSupply { commune: place, need: need(0), units }];
        for id in ["com-01001", "com-26002", "epci-200000002", "dep-01", "reg-84"] {
            let territory = model.atlas.territory(id).unwrap();
            let before = model.gaps(&territory, &[], today()).swap_remove(0);
            let after = model.gaps_with_supply(&territory, &[], today(), &extra).swap_remove(0);
            prop_assert!(after.level.point <= before.level.point + 1e-9);
            prop_assert!(after.level.low <= before.level.low + 1e-9);
            prop_assert!(after.level.high <= before.level.high + 1e-9);
            for gap in [&before, &after] {
                for value in [gap.severity.level, gap.coverage.level, gap.measured, gap.level] {
                    prop_assert!(0.0 <= value.low && value.low <= value.point);
                    prop_assert!(value.point <= value.high && value.high <= 1.0);
                }
                let (level, spread) = (gap.coverage.level, gap.coverage.quantiles.unwrap());
                prop_assert!(spread.at(0.0) >= level.low - 0.01);
                prop_assert!(spread.at(1.0) <= level.high + 0.01);
                // The distribution and its mean are told by two ways.
                let steps = 200;
                let at = |k: i32| spread.at((f64::from(k) + 0.5) / f64::from(steps));
                let mean = (0..steps).map(at).sum::<f64>() / f64::from(steps);
                prop_assert!((mean - level.point).abs() < 0.02, "{} {}", mean, level.point);
            }
        }
    }

    #[test]
    fn a_gap_never_narrows_when_the_figure_worsens(
        mut epcis in proptest::collection::vec(0.0..100.0f32, 3), worse in 0.0..100.0f32
    ) {
        let level = |epcis: Vec<f32>| {
            let model = World { epcis, ..World::default() }.model();
            first_gap(&model, "epci-200000001", today()).level.point
        };
        let before = level(epcis.clone());
        epcis[0] += worse;
        prop_assert!(level(epcis) >= before - 1e-12);
    }
}
