//! Small territories, sources and observations for the tests of the gaps.

use std::collections::BTreeMap;

use super::numbers::GapNumbers;
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::geography::Point;
use crate::domain::indicator::{Direction, Indicator, IndicatorValues, Indicators};
use crate::domain::observation::Observation;
use crate::domain::provenance::Source;
use crate::domain::rules::Rules;
use crate::domain::supply::{Perimeter, SupplySource, SupplyUse};
use crate::domain::taxonomy::{ConceptEntry, IndicatorRole, IndicatorUse, Taxonomy};
use crate::domain::territory::{Atlas, Commune, DensityClass, Division, Epci};

/// The rules of `index/gaps.toml`.
pub fn rules() -> Rules {
    let table: toml::Table = toml::from_str(include_str!("../../index/gaps.toml")).unwrap();
    let mut numbers = BTreeMap::new();
    flatten("gaps", &toml::Value::Table(table), &mut numbers);
    Rules::new(numbers, "sha256:test".to_owned())
}

fn flatten(name: &str, value: &toml::Value, numbers: &mut BTreeMap<String, f64>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                flatten(&format!("{name}.{key}"), value, numbers);
            }
        }
        toml::Value::Integer(integer) => {
            numbers.insert(name.to_owned(), *integer as f64);
        }
        toml::Value::Float(float) => {
            numbers.insert(name.to_owned(), *float);
        }
        other => panic!("not a number: {other}"),
    }
}

/// The numbers of `index/gaps.toml`.
pub fn numbers() -> GapNumbers {
    GapNumbers::read(&rules())
}

/// A rural commune of 10 km² without EPCI; its département is the start of its code.
pub fn commune_at(insee: &str, lat: f64, lon: f64, population: f64) -> Commune {
    Commune {
        insee: insee.to_owned(),
        name: format!("Commune {insee}"),
        departement: insee[..2].to_owned(),
        region: "84".to_owned(),
        epci: None,
        population,
        area_km2: 10.0,
        point: Point { lat, lon },
        density: DensityClass::Rural,
    }
}

/// Communes scattered over some 60 km, by a linear congruence: the same for a seed.
pub fn scattered_atlas(count: u32, seed: u64) -> Atlas {
    let mut state = seed.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(3_037_000_493);
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let communes = (0..count)
        .map(|k| {
            let (lat, lon) = (45.0 + 0.6 * draw(), 5.0 + 0.8 * draw());
            let mut commune = commune_at(&format!("{:05}", 1_000 + k), lat, lon, 5_000.0 * draw());
            commune.area_km2 = 1.0 + 400.0 * draw();
            commune
        })
        .collect();
    Atlas { communes, ..Atlas::default() }
}

/// Two EPCI of three communes in département 01, and one of two communes in 26, 100 km
/// south; the last commune has no EPCI and is alone on an island.
pub fn small_france() -> Atlas {
    let place = |insee: &str, lat: f64, lon: f64, population: f64, epci: Option<u32>| Commune {
        epci,
        ..commune_at(insee, lat, lon, population)
    };
    let communes = vec![
        place("01001", 46.00, 5.00, 10_000.0, Some(0)),
        place("01002", 46.03, 5.02, 3_000.0, Some(0)),
        place("01003", 46.06, 5.00, 1_000.0, Some(0)),
        place("01004", 46.10, 5.10, 4_000.0, Some(1)),
        place("01005", 46.14, 5.12, 2_000.0, Some(1)),
        place("01006", 46.18, 5.10, 500.0, Some(1)),
        place("26001", 45.00, 5.00, 6_000.0, Some(2)),
        place("26002", 45.04, 5.03, 40.0, Some(2)),
        place("29155", 48.46, -5.10, 60.0, None),
    ];
    let members = |at: u32| -> Vec<u32> {
        (0u32..).zip(&communes).filter(|(_, c)| c.epci == Some(at)).map(|(k, _)| k).collect()
    };
    let total = |list: &[u32]| list.iter().map(|&k| communes[k as usize].population).sum::<f64>();
    let epci = |at: u32, departement: &str| Epci {
        siren: format!("20000000{}", at + 1),
        name: format!("CC {}", at + 1),
        nature: "CC".to_owned(),
        population: total(&members(at)),
        area_km2: 10.0 * members(at).len() as f64,
        point: communes[members(at)[0] as usize].point,
        departements: vec![departement.to_owned()],
        region: "84".to_owned(),
        rural_share: 1.0,
        density: DensityClass::Rural,
        communes: members(at),
    };
    let division = |code: &str, list: Vec<u32>| Division {
        code: code.to_owned(),
        name: format!("Division {code}"),
        region: "84".to_owned(),
        population: total(&list),
        area_km2: 10.0 * list.len() as f64,
        point: communes[list[0] as usize].point,
        rural_share: 1.0,
        communes: list,
    };
    Atlas {
        epcis: vec![epci(0, "01"), epci(1, "01"), epci(2, "26")],
        departements: vec![
            division("01", (0..6).collect()),
            division("26", vec![6, 7]),
            division("29", vec![8]),
        ],
        regions: vec![division("84", (0..9).collect())],
        communes,
        ..Atlas::default()
    }
}

/// A taxonomy of needs only, each with its indicators.
pub fn taxonomy(needs: &[(&str, Vec<IndicatorUse>)]) -> Taxonomy {
    let entries = needs
        .iter()
        .map(|(id, indicators)| ConceptEntry {
            id: (*id).to_owned(),
            label_fr: format!("Besoin {id}"),
            indicators: indicators.clone(),
            ..ConceptEntry::default()
        })
        .collect();
    Taxonomy::new(BTreeMap::from([(ConceptKind::Need, entries)]))
}

/// A direct indicator of a need, read everywhere, in its own direction.
pub fn direct(id: &str) -> IndicatorUse {
    IndicatorUse {
        id: id.to_owned(),
        role: IndicatorRole::Direct,
        higher_is_worse: None,
        classes: Vec::new(),
    }
}

/// Id, unit, year, then the values of communes, EPCI and départements.
pub type IndicatorRow<'a> = (&'a str, &'a str, i16, Vec<f32>, Vec<f32>, Vec<f32>);

/// Indicators of [`small_france`], higher is worse; missing values are `NaN`.
pub fn indicators(list: &[IndicatorRow<'_>]) -> Indicators {
    let mut dataset = Indicators::default();
    for (id, unit, year, communes, epcis, departements) in list {
        dataset.list.push(Indicator {
            id: (*id).to_owned(),
            label: format!("Indicateur {id}"),
            unit: (*unit).to_owned(),
            direction: Direction::Higher,
            year: Some(*year),
            source: Source::named("essai"),
            method: String::new(),
        });
        dataset.values.push(IndicatorValues {
            communes: communes.clone(),
            epcis: epcis.clone(),
            departements: departements.clone(),
        });
    }
    dataset
}

/// The need at a position.
pub fn need(index: u16) -> Concept {
    Concept { kind: ConceptKind::Need, index }
}

/// A source on all of France for the first need.
pub fn source(reliability: f64, vintage: i16, counts: Vec<(u32, f32)>) -> SupplySource {
    SupplySource {
        id: "registre".to_owned(),
        label: "Registre".to_owned(),
        perimeter: Perimeter::France,
        vintage: Some(vintage),
        source: Source::named("essai"),
        uses: vec![SupplyUse { need: need(0), weight: 1.0, reliability, unit: "lieu".to_owned() }],
        counts,
    }
}

/// An observation of confidence 0.7.
pub fn observation(need: Concept, date: &str, severity: f64, by: Option<&str>) -> Observation {
    Observation {
        id: String::new(),
        territory: "epci-200000001".to_owned(),
        text: "vu sur place".to_owned(),
        need: Some(need),
        public: None,
        step: None,
        theme: None,
        severity,
        confidence: 0.7,
        date: date.parse().unwrap(),
        by: by.map(str::to_owned),
        trend: None,
        source: Source::named("essai"),
    }
}
