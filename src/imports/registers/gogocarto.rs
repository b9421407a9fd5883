//! Maps that people fill together: GoGoCarto (Transiscope, CartEco, Près de chez nous…).
//!
//! They name actors, and cover nothing: an import gives actors, everywhere or in the
//! territory asked for. Every shape is read: full, compact, JSON-LD, GeoJSON, the aggregator
//! Transiscope, the base of Alternatives. Categories are told as written, named by the file
//! of categories of the map where it is given too; regions among them are no themes. People
//! (contributors, reporters, e-mails, telephones) are never read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::gathered::Gathered;
use super::nearest::Nearest;
use super::organisation::{self, Organisation, Said, page, plain, unwrapped};
use super::places::{self, PlaceFields, folded_commune};
use super::{Aside, Reference, Register, Verdict};
use crate::catalogue::record::RecordProblem;
use crate::domain::geography::Point;
use crate::domain::territory::Atlas;
use crate::imports::parsed::slug;
use crate::imports::records::{Columns, Record, values};

static HIDDEN: Aside = Aside {
    code: "hidden",
    fr: "fiche refusée, supprimée, en attente ou signalée aux modérateurs",
    en: "record refused, deleted, pending or reported to the moderators",
};
static LINE: Aside = Aside {
    code: "line",
    fr: "ligne ou surface de la carte : pas une organisation",
    en: "line or area of the map: no organisation",
};
static CATEGORY: Aside = Aside {
    code: "category",
    fr: "catégorie de la carte : elle nomme les thèmes des fiches",
    en: "category of the map: it names the themes of the records",
};
static UNPLACED: Aside = Aside {
    code: "unplaced",
    fr: "lieu hors de France ou non dit",
    en: "place outside France or not said",
};

const PLACE: PlaceFields<'_> = PlaceFields {
    code: &[],
    name: &["address.addressLocality", "address.city", "ville", "city"],
    postcode: &["address.postalCode", "code_postal", "postalCode"],
};
/// Where a map writes the categories of a record.
const CATEGORIES: [&str; 5] = ["categoriesFull", "categories", "taxonomy", "optionValues", "tags"];
/// What a category has and a record of an organisation has not.
const OF_CATEGORY: [&str; 6] =
    ["options", "subcategories", "color", "softColor", "textHelper", "useIconForMarker"];
const LATITUDE: [&str; 4] = ["latitude", "lat", "geo.latitude", "location.lat"];
const LONGITUDE: [&str; 6] =
    ["longitude", "lng", "long", "geo.longitude", "location.lon", "location.lng"];
/// A licence that no file says.
const UNKNOWN_LICENCE: &str = "à vérifier";

/// A record that becomes an actor, its categories not yet named.
#[derive(Debug)]
struct Found {
    line: u64,
    commune: u32,
    organisation: Organisation,
    categories: Vec<Category>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Category {
    Id(String),
    Name(String),
}

/// One or several maps.
#[derive(Debug, Default)]
pub struct GoGoCarto {
    found: Vec<Found>,
    /// Names of categories by id.
    names: BTreeMap<String, String>,
    nearest: Option<Nearest>,
    licence: Option<String>,
}

impl GoGoCarto {
    /// The commune: by postcode and name, else by the point.
    fn place(
        &mut self,
        row: &Record<'_>,
        point: Option<Point>,
        atlas: &Atlas,
        into: &mut Gathered,
    ) -> Result<Option<u32>, RecordProblem> {
        let written = places::commune(row, PLACE, atlas, &mut into.changes);
        if let Ok(Some(commune)) = written {
            return Ok(Some(commune));
        }
        let nearest = self.nearest.get_or_insert_with(|| Nearest::new(atlas));
        let by_point = point.and_then(|point| {
            let swapped = Point { lat: point.lon, lon: point.lat };
            nearest.commune(point, atlas).or_else(|| nearest.commune(swapped, atlas))
        });
        if by_point.is_some() {
            let said = (
                "commune la plus proche du point (son milieu à 10 km au plus)",
                "commune nearest to the point (its middle within 10 km)",
            );
            into.changes.count("by_point", row.line, said);
            return Ok(by_point);
        }
        // A postcode of another country is no fault of the file.
        if point.is_some() { Ok(None) } else { written }
    }

    /// Remembers the names of categories, however deep.
    fn learn(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            Value::Object(map) => {
                let name = map.get("name").and_then(Value::as_str);
                if let (Some(id), Some(name)) = (map.get("id").and_then(text_of), name) {
                    self.names.insert(id, name.trim().to_owned());
                }
                map.values().filter(|value| !value.is_string()).for_each(|one| self.learn(one));
            }
            _ => {}
        }
    }

    fn themes(&self, categories: &[Category], regions: &BTreeSet<String>) -> Vec<String> {
        let mut themes: Vec<String> = Vec::new();
        for category in categories {
            let name = match category {
                Category::Id(id) => self.names.get(id),
                Category::Name(name) => Some(name),
            };
            let Some(name) = name else { continue };
            if !regions.contains(&folded_commune(name)) && !themes.contains(name) {
                themes.push(name.clone());
            }
        }
        themes
    }
}

/// A text or a number, as text.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The categories of a record, in their order.
fn categories(row: &Record<'_>) -> Vec<Category> {
    let of_text = |text: String| match text.parse::<u64>() {
        Ok(_) => Category::Id(text),
        // A concept of a vocabulary: its last word.
        Err(_) => Category::Name(text.rsplit(['/', '#']).next().unwrap_or(&text).trim().to_owned()),
    };
    for field in CATEGORIES {
        let Some(value) = row.json(field) else {
            let Some(text) = row.text(field) else { continue };
            let parts = text.split([',', ';', '|']).map(str::trim).filter(|part| !part.is_empty());
            return parts.map(|part| of_text(part.to_owned())).collect();
        };
        let Value::Array(items) = value.as_ref() else {
            let Some(text) = text_of(&value) else { continue };
            let parts = text.split([',', ';', '|']).map(str::trim).filter(|part| !part.is_empty());
            return parts.map(|part| of_text(part.to_owned())).collect();
        };
        let read = items.iter().filter_map(|item| match item {
            Value::Object(map) => {
                let name = map.get("name").and_then(Value::as_str).map(str::trim);
                let id = ["optionId", "id", "@id"].iter().find_map(|key| text_of(map.get(*key)?));
                match name.filter(|name| !name.is_empty()) {
                    Some(name) => Some(Category::Name(name.to_owned())),
                    None => id.map(of_text),
                }
            }
            other => text_of(other).map(of_text),
        });
        let read: Vec<Category> = read.collect();
        if !read.is_empty() {
            return read;
        }
    }
    Vec::new()
}

/// Whether the record is shown to everyone: a missing state is a sound one.
fn is_shown(row: &Record<'_>) -> bool {
    /// A change waits for its moderation; what is shown is the version before it.
    const CHANGE_PENDING: f64 = -1.0;
    let number = |field: &str| row.text(field).and_then(|text| values::number(&text));
    let status = number("status").unwrap_or(1.0);
    let moderation = number("moderationState").unwrap_or(0.0);
    (status >= 1.0 || status == CHANGE_PENDING) && moderation == 0.0
}

/// Whether the record is drawn as something else than a point.
fn is_line(row: &Record<'_>) -> bool {
    let kinds = ["geometry.type", "geoJSONFeature.geometry.type", "geoJSON.geometry.type"];
    row.first(&kinds).is_some_and(|kind| kind != "Point")
}

fn point_of(row: &Record<'_>) -> Option<Point> {
    if let Some(geometry) = row.json("geometry.coordinates") {
        let of = |at: usize| geometry.get(at).and_then(text_of);
        return organisation::point(&of(1)?, &of(0)?);
    }
    organisation::point(&row.first(&LATITUDE)?, &row.first(&LONGITUDE)?)
}

/// A text whose signs were written twice as codes (`Ch\\u00e2lons`), with its signs.
fn decoded(text: &str) -> String {
    let quoted = || format!("\"{}\"", text.replace('"', "\\\""));
    let read = text.contains("\\u").then(|| serde_json::from_str(&quoted()).ok()).flatten();
    read.unwrap_or_else(|| text.to_owned())
}

/// What it says of itself, each text once.
fn summary_of(row: &Record<'_>) -> String {
    let fields = [
        "summary",
        "abstract",
        "description",
        "description_activite",
        "commitment",
        "descriptionMore",
    ];
    let mut texts: Vec<String> = Vec::new();
    for field in fields {
        let Some(text) = row.text(field).and_then(values::known) else { continue };
        let text = plain(&decoded(&text));
        if !text.is_empty() && !texts.iter().any(|one| one.contains(&text)) {
            texts.push(text);
        }
    }
    texts.join(" ")
}

impl Register for GoGoCarto {
    fn format(&self) -> &'static str {
        "gogocarto"
    }

    fn names_actors(&self) -> bool {
        true
    }

    fn around(&mut self, around: &Value) {
        let said = ["license", "licence"].iter().find_map(|field| text_of(around.get(*field)?));
        self.licence = said;
    }

    fn begin(&mut self, _: &Columns) -> Result<(), RecordProblem> {
        Ok(())
    }

    fn row(&mut self, row: &Record<'_>, of: Reference<'_>, into: &mut Gathered) -> Verdict {
        let flat = unwrapped(row, "properties");
        let row = match &flat {
            Some(value) => &Record::of_json(row.line, row.raw, value),
            None => row,
        };
        let point = point_of(row);
        if point.is_none() && !row.has("address") && OF_CATEGORY.iter().any(|name| row.has(name)) {
            self.learn(&row.to_json());
            return Verdict::Aside(&CATEGORY);
        }
        if !is_shown(row) {
            return Verdict::Aside(&HIDDEN);
        }
        if is_line(row) {
            return Verdict::Aside(&LINE);
        }
        let Some(name) = row.first(&["name", "title", "Name", "nom"]).and_then(values::known)
        else {
            return Verdict::Refused(RecordProblem::missing("name".to_owned()));
        };
        let id = row.first(&["id", "@id"]).map(|id| id_of(&id));
        if let Some(id) = &id
            && into.met(&format!("gogocarto|{id}"), row.line).is_some()
        {
            return Verdict::Merged;
        }
        let commune = match self.place(row, point, of.atlas, into) {
            Ok(Some(commune)) => commune,
            Ok(None) => return Verdict::Aside(&UNPLACED),
            Err(problem) => return Verdict::Refused(problem),
        };
        let name = plain(&decoded(&name));
        let key = format!("gogocarto|{}|{commune}", slug(&name));
        if into.met(&key, row.line).is_some() {
            return Verdict::Merged;
        }
        if !into.wants_actor(commune) {
            return Verdict::Kept;
        }
        let updated = row.first(&["updatedAt", "date_maj"]).and_then(|text| values::date(&text));
        let year = updated.as_deref().and_then(|date| date.get(..4)?.parse().ok());
        let from = row.first(&["sourceKey", "sourceDisplay"]).and_then(values::known);
        let source = from
            .map_or_else(|| "carte GoGoCarto".to_owned(), |key| format!("carte GoGoCarto ({key})"));
        let licence = row.first(&["license", "licence"]).map(std::borrow::Cow::into_owned);
        let licence = licence.or_else(|| self.licence.clone());
        let said = Said {
            source,
            year: year.or(into.year),
            licence: licence.unwrap_or_else(|| UNKNOWN_LICENCE.to_owned()),
        };
        let insee = &of.atlas.at(commune).insee;
        let own = id.unwrap_or_else(|| format!("{}-{insee}", slug(&name)));
        let pages = ["website", "site_web", "site", "url"].iter();
        let organisation = Organisation {
            id: format!("gogocarto-{own}"),
            name,
            identifier: organisation::identifier(row, &["siret"], &["siren"], &mut into.changes),
            summary: summary_of(row),
            point,
            url: pages.filter_map(|field| row.text(field)).find_map(|text| page(&text)),
            updated,
            sources: vec![said],
            ..Organisation::default()
        };
        let categories = categories(row);
        self.found.push(Found { line: row.line, commune, organisation, categories });
        Verdict::Kept
    }

    fn end(&mut self, of: Reference<'_>, into: &mut Gathered) {
        let divisions = of.atlas.regions.iter().chain(&of.atlas.departements);
        let regions: BTreeSet<String> =
            divisions.map(|division| folded_commune(&division.name)).collect();
        for found in std::mem::take(&mut self.found) {
            let mut organisation = found.organisation;
            organisation.themes = self.themes(&found.categories, &regions);
            let named = |category: &Category| match category {
                Category::Id(id) => self.names.contains_key(id),
                Category::Name(_) => true,
            };
            if !found.categories.iter().all(named) {
                let said = (
                    "catégories sans nom : donnez aussi le fichier des catégories de la carte",
                    "categories without a name: give the file of categories of the map too",
                );
                into.changes.count("unnamed_category", found.line, said);
            }
            organisation.found_in(found.commune, found.line, of.atlas, into);
        }
    }
}

/// Ids of maps tell capitals apart; pages as ids keep their last words.
fn id_of(id: &str) -> String {
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if plain { id.to_owned() } else { slug(id) }
}

#[cfg(test)]
#[path = "gogocarto_tests.rs"]
mod tests;
