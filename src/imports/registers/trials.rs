//! What the tests of registers share: the taxonomy of the seed, a small atlas, a reading.

use std::sync::Arc;

use super::{Gathered, Reference, Register};
use crate::catalogue::datasets::taxonomy as dataset;
use crate::catalogue::embedded;
use crate::domain::concept::ConceptKind;
use crate::domain::geography::Point;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::territory::{Atlas, Commune, DensityClass, Division};
use crate::imports::ledger::Ledger;
use crate::imports::records::{Opened, Origin};

/// The taxonomy of the seed.
pub fn taxonomy() -> Taxonomy {
    let files = embedded::seed_files().into_iter().filter_map(|(path, content)| {
        let name = path.strip_prefix("taxonomy/")?.to_owned();
        Some((name, String::from_utf8(content.to_vec()).unwrap()))
    });
    dataset::parse(&files.collect::<Vec<_>>()).unwrap()
}

/// Communes by code, in its order: code, name, postcode, latitude, longitude.
pub fn atlas(communes: &[(&str, &str, u32, f64, f64)]) -> Atlas {
    let point = |lat, lon| Point { lat, lon };
    let list = communes.iter().map(|&(insee, name, _, lat, lon)| Commune {
        insee: insee.to_owned(),
        name: name.to_owned(),
        departement: insee[..2].to_owned(),
        region: "84".to_owned(),
        epci: None,
        population: 1_000.0,
        area_km2: 1.0,
        point: point(lat, lon),
        density: DensityClass::Rural,
    });
    let mut postcodes: Vec<(u32, u32)> =
        communes.iter().zip(0..).map(|(c, at)| (c.2, at)).collect();
    postcodes.sort_unstable();
    let places = u32::try_from(communes.len()).unwrap();
    Atlas {
        communes: list.collect(),
        departements: vec![Division {
            code: communes[0].0[..2].to_owned(),
            name: "D".to_owned(),
            region: "84".to_owned(),
            population: 1_000.0 * f64::from(places),
            area_km2: 1.0,
            point: point(45.0, 5.0),
            rural_share: 0.0,
            communes: (0..places).collect(),
        }],
        postcodes,
        ..Atlas::default()
    }
}

/// Reads files (name and content) with a register; gives the ledger of each.
pub fn import(
    register: &mut dyn Register,
    files: &[(&str, &[u8])],
    atlas: &Atlas,
    taxonomy: &Taxonomy,
    actors_in: Option<&[u32]>,
) -> (Vec<Ledger>, Gathered) {
    let of = Reference { atlas, taxonomy };
    let mut gathered = Gathered::default();
    gathered.actors_in(actors_in);
    if actors_in.is_none() && register.names_actors() {
        gathered.actors_everywhere();
    }
    let mut ledgers = Vec::new();
    for (name, content) in files {
        let opened = Opened::new(Origin::Bytes((*name).to_owned(), Arc::from(*content))).unwrap();
        for part in &opened.parts {
            let mut ledger = Ledger::default();
            let mut records = opened.records(part, &register.wanted()).unwrap();
            super::read(register, &mut *records, of, &mut gathered, &mut ledger, &mut ()).unwrap();
            // A file that lacks a column is refused whole: no row of it is read.
            if ledger.read > 0 {
                assert_eq!(ledger.read, ledger.kept + ledger.merged + ledger.refused(), "{name}");
            }
            ledgers.push(ledger);
        }
    }
    register.end(of, &mut gathered);
    (ledgers, gathered)
}

/// Points of a need in a commune.
pub fn points(gathered: &Gathered, taxonomy: &Taxonomy, need: &str, commune: u32) -> f64 {
    let need = taxonomy.find(ConceptKind::Need, need).unwrap().at();
    let supply = gathered.supply.as_ref();
    let counts = supply.and_then(|supply| supply.of_need(need));
    counts.and_then(|counts| counts.get(&commune)).copied().unwrap_or_default()
}
