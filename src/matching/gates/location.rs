//! Where a place of a record lies with regard to the territory: in it, perhaps, known by
//! its département or région only, or elsewhere.

use crate::domain::context::Context;
use crate::domain::enterprise::Place;
use crate::matching::names::{fold, same};

/// Where a place lies with regard to the territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lies {
    /// In one of its communes.
    Inside,
    /// A commune of this name is inside, but the place was never resolved.
    MaybeInside,
    /// Known only by a département that the territory touches.
    DepartementOnly,
    /// Known only by a région that the territory touches.
    RegionOnly,
    /// In another place, or nowhere known.
    Elsewhere,
}

/// Where `place` lies with regard to the territory of the context.
pub(super) fn lies(context: &Context, place: &Place) -> Lies {
    if place.is_abroad() {
        return Lies::Elsewhere;
    }
    let atlas = &context.atlas;
    let communes = &context.territory.communes;
    if let Some(at) = place.insee.as_deref().and_then(|insee| atlas.commune(insee)) {
        return if communes.binary_search(&at).is_ok() { Lies::Inside } else { Lies::Elsewhere };
    }
    let departement = departement_code(context, place);
    let touches = |code: &str| communes.iter().any(|&at| atlas.at(at).departement == code);
    if let Some(name) = place.commune.as_deref().filter(|name| !name.trim().is_empty()) {
        let name = fold(name);
        let mut namesakes =
            communes.iter().map(|&at| atlas.at(at)).filter(|c| fold(&c.name) == name);
        return match (namesakes.next(), departement) {
            (Some(commune), Some(code)) if commune.departement == code => Lies::Inside,
            (Some(_), None) => Lies::MaybeInside,
            _ => Lies::Elsewhere,
        };
    }
    if let Some(code) = departement {
        return if touches(&code) { Lies::DepartementOnly } else { Lies::Elsewhere };
    }
    let region = place.region_code.clone().or_else(|| {
        let name = place.region.as_deref()?;
        let region = atlas.regions.iter().find(|region| same(&region.name, name))?;
        Some(region.code.clone())
    });
    match region {
        Some(code) if communes.iter().any(|&at| atlas.at(at).region == code) => Lies::RegionOnly,
        _ => Lies::Elsewhere,
    }
}

/// The code of a place's département, from its code or its name as written.
fn departement_code(context: &Context, place: &Place) -> Option<String> {
    if let Some(code) = &place.departement_code {
        return Some(code.clone());
    }
    let written = place.departement.as_deref()?;
    let found = context
        .atlas
        .departements
        .iter()
        .find(|departement| departement.code == written || same(&departement.name, written));
    found.map(|departement| departement.code.clone())
}
