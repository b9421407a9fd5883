//! Cities of the journey: from names to communes, and which no train or road reaches.

use crate::domain::enterprise::Enterprise;
use crate::domain::territory::Atlas;
use crate::matching::presence::open_sites;
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;

use super::{CityShown, Where};

use jiff::civil::Date;

/// The commune of a start asked by id or name; that of most inhabitants where a wider
/// territory is named.
///
/// # Errors
/// [`ScoutingError::UnknownCommune`] with the nearest names, an ambiguous name, or
/// [`ScoutingError::BadRecord`] for a place over the sea.
pub fn start(scene: &Scene, asked: &str) -> Result<u32, ScoutingError> {
    let territory = scene.world.places.territory(asked).map_err(|error| match error {
        ScoutingError::UnknownTerritory { asked, suggestions } => {
            ScoutingError::UnknownCommune { asked, suggestions }
        }
        other => other,
    })?;
    let atlas = &scene.world.data.atlas;
    let main =
        territory.communes.iter().copied().max_by(|&a, &b| {
            atlas.at(a).population.total_cmp(&atlas.at(b).population).then(b.cmp(&a))
        });
    let at = main.ok_or(ScoutingError::EmptyZone)?;
    if is_over_sea(atlas, at) {
        return Err(ScoutingError::BadRecord {
            field: "from".to_owned(),
            reason_fr: format!(
                "ni route ni train ne partent de là (`{}`) ; donnez une ville du continent",
                atlas.at(at).name
            ),
            reason: format!(
                "no road or train leaves `{}`; give a city of the mainland",
                atlas.at(at).name
            ),
        });
    }
    Ok(at)
}

/// Whether neither road nor train leads there: Corsica and the overseas départements.
#[must_use]
pub fn is_over_sea(atlas: &Atlas, at: u32) -> bool {
    let departement = atlas.at(at).departement.as_str();
    departement.starts_with("97")
        || departement.starts_with("98")
        || matches!(departement, "2A" | "2B")
}

/// A commune as a city of the journey.
#[must_use]
pub fn city(atlas: &Atlas, at: u32) -> CityShown {
    let commune = atlas.at(at);
    CityShown {
        id: format!("com-{}", commune.insee),
        name: commune.name.clone(),
        departement: commune.departement.clone(),
        point: commune.point,
    }
}

/// The communes where an enterprise can be met at `as_of`, the best reading of each: its
/// seat before a dated site before an undated one. Arrondissements count as their city.
#[must_use]
pub fn places_of(enterprise: &Enterprise, atlas: &Atlas, as_of: Date) -> Vec<(u32, Where)> {
    let commune = |insee: Option<&String>| insee.and_then(|code| atlas.commune(code));
    let mut found: Vec<(u32, Where)> = Vec::new();
    if !enterprise.home.is_abroad()
        && let Some(at) = commune(enterprise.home.insee.as_ref())
    {
        found.push((at, Where::Home));
    }
    for site in open_sites(enterprise, as_of).filter(|site| !site.place.is_abroad()) {
        if let Some(at) = commune(site.place.insee.as_ref()) {
            found.push((at, Where::Site { since: site.since }));
        }
    }
    found.sort_by_key(|(at, place)| (*at, order(*place)));
    found.dedup_by_key(|(at, _)| *at);
    found
}

/// Seat, dated sites from the oldest, undated ones.
fn order(place: Where) -> (u8, Option<crate::domain::date::PartialDate>) {
    match place {
        Where::Home => (0, None),
        Where::Site { since: Some(since) } => (1, Some(since)),
        Where::Site { since: None } => (2, None),
    }
}

/// Whether every place of an enterprise is abroad.
#[must_use]
pub fn is_only_abroad(enterprise: &Enterprise) -> bool {
    enterprise.home.is_abroad() && enterprise.sites.iter().all(|site| site.place.is_abroad())
}
