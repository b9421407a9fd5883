//! Places in files.

use serde_json::{Map, Value};

use super::fields::Fields;
use super::put;
use crate::domain::enterprise::Place;

/// Reads the place written in `fields` (`commune`, `departement`, `region`, `country`, `insee`).
pub fn read(fields: &mut Fields<'_>) -> Place {
    Place {
        commune: fields.text("commune"),
        departement: fields.text("departement"),
        region: fields.text("region"),
        country: fields.text("country"),
        insee: fields.text("insee").map(|code| padded(&code)),
        departement_code: None,
        region_code: None,
    }
}

/// A commune code that lost its leading zero in a spreadsheet gets it back.
fn padded(code: &str) -> String {
    if code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit()) {
        format!("0{code}")
    } else {
        code.to_uppercase()
    }
}

/// Writes `place` into `map`, only as far as it is known.
pub fn write(place: &Place, map: &mut Map<String, Value>) {
    put(map, "commune", place.commune.clone());
    put(map, "departement", place.departement.clone());
    put(map, "region", place.region.clone());
    put(map, "country", place.country.clone());
    put(map, "insee", place.insee.clone());
}
