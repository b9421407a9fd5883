//! From a name to a territory or a commune: accents, articles and typos forgiven.

use std::collections::BTreeMap;
use std::sync::Arc;

use strsim::jaro_winkler;

use super::error::ScoutingError;
use crate::annotation::text::fold;
use crate::domain::enterprise::Place;
use crate::domain::territory::{Atlas, Territory, TerritoryKind};

/// Names shown when nothing matches.
const SUGGESTIONS_MAX: usize = 5;
/// A homonym wins alone when it has this many times the inhabitants of the next.
const HOMONYM_RATIO: f64 = 5.0;
/// Likeness (Jaro-Winkler) under which a name is no suggestion.
const SUGGESTION_LIKENESS: f64 = 0.8;

/// One name of a territory.
#[derive(Debug, Clone)]
struct Named {
    id: String,
    name: String,
    kind: TerritoryKind,
    population: f64,
}

/// Every name of every territory, folded.
#[derive(Debug)]
pub struct PlaceIndex {
    atlas: Arc<Atlas>,
    names: Arc<Names>,
    /// Names of the zones, which come and go.
    zones_by_name: BTreeMap<String, Vec<Named>>,
}

/// The names that are frozen with the datasets, folded.
#[derive(Debug, Default)]
struct Names {
    by_name: BTreeMap<String, Vec<Named>>,
    departement_by_name: BTreeMap<String, String>,
    region_by_name: BTreeMap<String, String>,
    communes_by_name: BTreeMap<String, Vec<u32>>,
}

/// A territory found by its name, and its homonyms.
#[derive(Debug, Clone)]
pub struct Found {
    /// The territory's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: TerritoryKind,
    /// Its inhabitants.
    pub population: f64,
}

impl PlaceIndex {
    /// Reads every name of the atlas once.
    #[must_use]
    pub fn new(atlas: &Arc<Atlas>) -> Self {
        let names = Arc::new(Names::new(atlas));
        Self { names, zones_by_name: zones_by_name(atlas), atlas: Arc::clone(atlas) }
    }

    /// The same names for an atlas that differs by its zones only.
    #[must_use]
    pub fn with_zones(&self, atlas: &Arc<Atlas>) -> Self {
        let names = Arc::clone(&self.names);
        Self { names, zones_by_name: zones_by_name(atlas), atlas: Arc::clone(atlas) }
    }

    /// Every territory that has this folded name.
    fn named(&self, folded: &str) -> Option<Vec<&Named>> {
        let lists = [self.names.by_name.get(folded), self.zones_by_name.get(folded)];
        let all: Vec<&Named> = lists.into_iter().flatten().flatten().collect();
        (!all.is_empty()).then_some(all)
    }

    /// The territory asked by its id or its name.
    ///
    /// # Errors
    /// [`ScoutingError::UnknownTerritory`] with suggestions, or
    /// [`ScoutingError::AmbiguousTerritory`] when homonyms are of comparable size.
    pub fn territory(&self, asked: &str) -> Result<Territory, ScoutingError> {
        let asked = asked.trim();
        if let Some(territory) =
            self.atlas.territory(&asked.to_lowercase().replace("2a", "2A").replace("2b", "2B"))
        {
            return Ok(territory);
        }
        if let Some(territory) = self.atlas.territory(asked) {
            return Ok(territory);
        }
        // A bare code of a commune, of any year since 2015.
        let code = asked.strip_prefix("com-").unwrap_or(asked);
        if let Some((at, _)) = self.atlas.commune_of(code)
            && let Some(territory) =
                self.atlas.territory(&format!("com-{}", self.atlas.at(at).insee))
        {
            return Ok(territory);
        }
        let found = self.find(asked)?;
        self.atlas.territory(&found.id).ok_or_else(|| ScoutingError::UnknownTerritory {
            asked: asked.to_owned(),
            suggestions: Vec::new(),
        })
    }

    fn find(&self, asked: &str) -> Result<Found, ScoutingError> {
        let unknown = || ScoutingError::UnknownTerritory {
            asked: asked.chars().take(80).collect(),
            suggestions: self
                .search(asked, SUGGESTIONS_MAX)
                .into_iter()
                .map(|found| (found.id, found.name))
                .collect(),
        };
        let (name, inside) = match asked.rsplit_once('(') {
            Some((name, inside)) => (name.trim(), Some(key(inside.trim_end_matches(')')))),
            None => (asked, None),
        };
        let folded = key(name);
        let mut named: Vec<&Named> = self
            .named(&folded)
            .or_else(|| self.named(&without_nature(&folded)))
            .unwrap_or_default();
        if let Some(inside) = inside {
            named.retain(|found| self.is_inside(found, &inside));
        }
        if named.is_empty() {
            return Err(unknown());
        }
        // "Paris" is a commune, a département and (under another name) an EPCI: the most
        // local reading of a bare name is the commune, unless the name says its nature.
        named.sort_by(|a, b| {
            order_of(a.kind)
                .cmp(&order_of(b.kind))
                .then(b.population.total_cmp(&a.population))
                .then(a.id.cmp(&b.id))
        });
        let first = named[0];
        let rival = named.get(1).filter(|next| next.kind == first.kind);
        if let Some(rival) = rival
            && first.population < HOMONYM_RATIO * rival.population
        {
            return Err(ScoutingError::AmbiguousTerritory {
                asked: asked.chars().take(80).collect(),
                suggestions: named
                    .iter()
                    .take(SUGGESTIONS_MAX)
                    .map(|found| (found.id.clone(), self.full_name(found)))
                    .collect(),
            });
        }
        Ok(Found {
            id: first.id.clone(),
            name: first.name.clone(),
            kind: first.kind,
            population: first.population,
        })
    }

    fn full_name(&self, named: &Named) -> String {
        match named.id.strip_prefix("com-").and_then(|insee| self.atlas.commune(insee)) {
            Some(at) => format!("{} ({})", named.name, self.atlas.at(at).departement),
            None => named.name.clone(),
        }
    }

    fn is_inside(&self, named: &Named, inside: &str) -> bool {
        let Some(territory) = self.atlas.territory(&named.id) else { return false };
        let code = self
            .names
            .departement_by_name
            .get(inside)
            .cloned()
            .unwrap_or_else(|| inside.to_uppercase());
        territory.communes.first().is_some_and(|&at| self.atlas.at(at).departement == code)
    }

    /// The territories whose name looks like `text`, best first, at most `limit`.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize) -> Vec<Found> {
        let asked: String = key(text).chars().take(80).collect();
        if asked.is_empty() {
            return Vec::new();
        }
        let mut scored: Vec<(f64, &Named)> = Vec::new();
        for (name, list) in self.names.by_name.iter().chain(&self.zones_by_name) {
            let score = if *name == asked {
                2.0
            } else if name.starts_with(&asked) || name.split(' ').any(|w| w == asked) {
                1.5
            } else if name.contains(&asked) {
                1.2
            } else {
                jaro_winkler(name, &asked)
            };
            if score >= SUGGESTION_LIKENESS {
                scored.extend(list.iter().map(|named| (score, named)));
            }
        }
        scored.sort_by(|a, b| {
            b.0.total_cmp(&a.0)
                .then(b.1.population.total_cmp(&a.1.population))
                .then(a.1.id.cmp(&b.1.id))
        });
        let mut seen = std::collections::BTreeSet::new();
        scored
            .into_iter()
            .filter(|(_, named)| seen.insert(named.id.clone()))
            .take(limit)
            .map(|(_, named)| Found {
                id: named.id.clone(),
                name: named.name.clone(),
                kind: named.kind,
                population: named.population,
            })
            .collect()
    }

    /// Fills the codes of a place from its names; leaves unknown what cannot be told.
    ///
    /// A commune is found by its name within its département (or région) where one is
    /// given; without either, only when one commune of that name stands out.
    pub fn resolve(&self, place: &mut Place) {
        if place.is_abroad() {
            return;
        }
        if place.departement_code.is_none() {
            place.departement_code = place.departement.as_deref().and_then(|d| self.departement(d));
        }
        if place.region_code.is_none() {
            place.region_code = place
                .region
                .as_deref()
                .and_then(|r| self.names.region_by_name.get(&key(r)).cloned());
        }
        let commune = match (&place.insee, &place.commune) {
            (Some(insee), _) => self.atlas.commune_of(insee).map(|(at, _)| at),
            (None, Some(name)) => self.commune(name, place),
            (None, None) => None,
        };
        if let Some(at) = commune {
            let commune = self.atlas.at(at);
            place.insee = Some(commune.insee.clone());
            place.departement_code = Some(commune.departement.clone());
            place.region_code = Some(commune.region.clone());
        } else {
            place.insee = None;
        }
        if place.region_code.is_none()
            && let Some(at) =
                place.departement_code.as_deref().and_then(|code| self.atlas.departement(code))
        {
            place.region_code = Some(self.atlas.departements[at].region.clone());
        }
    }

    /// The code of a département from its code or its name.
    #[must_use]
    pub fn departement(&self, text: &str) -> Option<String> {
        let code = text.trim().to_uppercase();
        let padded = if code.len() == 1 { format!("0{code}") } else { code };
        if self.atlas.departement(&padded).is_some() {
            return Some(padded);
        }
        let name = key(text);
        // Since 2015 Lyon's métropole is a collectivity of its own within the Rhône.
        if name == "metropole de lyon" {
            return Some("69".to_owned());
        }
        self.names.departement_by_name.get(&name).cloned()
    }

    fn commune(&self, name: &str, place: &Place) -> Option<u32> {
        let name = key(name);
        if let Some(at) = self
            .atlas
            .arrondissements
            .iter()
            .find(|arrondissement| key(&arrondissement.name) == name)
        {
            return Some(at.commune);
        }
        let mut homonyms: Vec<u32> = self.names.communes_by_name.get(&name)?.clone();
        if let Some(code) = &place.departement_code {
            homonyms.retain(|&at| self.atlas.at(at).departement == *code);
        } else if let Some(code) = &place.region_code {
            homonyms.retain(|&at| self.atlas.at(at).region == *code);
        }
        homonyms.sort_by(|&a, &b| {
            self.atlas.at(b).population.total_cmp(&self.atlas.at(a).population).then(a.cmp(&b))
        });
        let &first = homonyms.first()?;
        match homonyms.get(1) {
            Some(&next)
                if self.atlas.at(first).population
                    < HOMONYM_RATIO * self.atlas.at(next).population =>
            {
                None
            }
            _ => Some(first),
        }
    }
}

impl Names {
    fn new(atlas: &Atlas) -> Self {
        let mut index = Self::default();
        for epci in &atlas.epcis {
            let named = Named {
                id: format!("epci-{}", epci.siren),
                name: epci.name.clone(),
                kind: TerritoryKind::Epci,
                population: epci.population,
            };
            index.add(key(&epci.name), named.clone());
            let short = without_nature(&key(&epci.name));
            if short != key(&epci.name) {
                index.add(short, named);
            }
        }
        for (at, commune) in atlas.communes.iter().enumerate() {
            let at = u32::try_from(at).expect("fewer than 2^32 communes");
            index.communes_by_name.entry(key(&commune.name)).or_default().push(at);
            index.add(
                key(&commune.name),
                Named {
                    id: format!("com-{}", commune.insee),
                    name: commune.name.clone(),
                    kind: TerritoryKind::Commune,
                    population: commune.population,
                },
            );
        }
        for departement in &atlas.departements {
            index.departement_by_name.insert(key(&departement.name), departement.code.clone());
            index.add(
                key(&departement.name),
                Named {
                    id: format!("dep-{}", departement.code),
                    name: departement.name.clone(),
                    kind: TerritoryKind::Departement,
                    population: departement.population,
                },
            );
        }
        for region in &atlas.regions {
            index.region_by_name.insert(key(&region.name), region.code.clone());
            index.add(
                key(&region.name),
                Named {
                    id: format!("reg-{}", region.code),
                    name: region.name.clone(),
                    kind: TerritoryKind::Region,
                    population: region.population,
                },
            );
        }
        for arrondissement in &atlas.arrondissements {
            let commune = atlas.at(arrondissement.commune);
            index.add(
                key(&arrondissement.name),
                Named {
                    id: format!("com-{}", commune.insee),
                    name: commune.name.clone(),
                    kind: TerritoryKind::Commune,
                    population: commune.population,
                },
            );
        }
        index
    }

    fn add(&mut self, name: String, named: Named) {
        let list = self.by_name.entry(name).or_default();
        if list.iter().all(|known| known.id != named.id) {
            list.push(named);
        }
    }
}

fn zones_by_name(atlas: &Atlas) -> BTreeMap<String, Vec<Named>> {
    let mut by_name: BTreeMap<String, Vec<Named>> = BTreeMap::new();
    for (id, (name, communes)) in &atlas.zones {
        by_name.entry(key(name)).or_default().push(Named {
            id: id.clone(),
            name: name.clone(),
            kind: TerritoryKind::Zone,
            population: atlas.zone(id, name, communes.clone()).population,
        });
    }
    by_name
}

/// The most local reading first.
fn order_of(kind: TerritoryKind) -> u8 {
    match kind {
        TerritoryKind::Commune => 0,
        TerritoryKind::Departement => 1,
        TerritoryKind::Region => 2,
        TerritoryKind::Epci => 3,
        // Whoever draws a zone does not change what the name of a territory means to all.
        TerritoryKind::Zone => 4,
    }
}

/// A name reduced to its folded words: hyphens and apostrophes become spaces,
/// `st` and `ste` are spelled out.
fn key(name: &str) -> String {
    let folded = fold(name);
    let spaced: String =
        folded.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced
        .split_whitespace()
        .map(|word| match word {
            "st" => "saint",
            "ste" => "sainte",
            other => other,
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// The name of an EPCI without its nature: "cc du diois" is "diois".
fn without_nature(folded: &str) -> String {
    const NATURES: [&str; 9] = [
        "communaute de communes",
        "communaute d agglomeration",
        "communaute urbaine",
        "metropole",
        "agglomeration",
        "agglo",
        "cc",
        "ca",
        "cu",
    ];
    const ARTICLES: [&str; 9] =
        ["de la ", "de l ", "des ", "du ", "de ", "d ", "la ", "le ", "les "];
    let mut rest = folded;
    for nature in NATURES {
        if let Some(after) = rest.strip_prefix(nature).and_then(|after| after.strip_prefix(' ')) {
            rest = after;
            break;
        }
    }
    for nature in ["agglo", "agglomeration", "communaute", "metropole"] {
        if let Some(before) = rest.strip_suffix(nature).and_then(|before| before.strip_suffix(' '))
        {
            rest = before;
            break;
        }
    }
    for article in ARTICLES {
        if let Some(after) = rest.strip_prefix(article) {
            rest = after;
            break;
        }
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{datasets, embedded};

    #[test]
    fn a_code_of_another_year_finds_its_territory() {
        let files = embedded::seed_files().into_iter().filter_map(|(path, content)| {
            Some((path.strip_prefix("territories/")?.to_owned(), content.to_vec()))
        });
        let atlas = datasets::territories::atlas(&files.collect()).unwrap();
        let index = PlaceIndex::new(&Arc::new(atlas));
        for asked in ["93059", "com-93059", "93066"] {
            assert_eq!(index.territory(asked).unwrap().id, "com-93066", "{asked}");
        }
        assert_eq!(index.territory("1004").unwrap().name, "Ambérieu-en-Bugey");
        assert_eq!(index.territory("2a004").unwrap().name, "Ajaccio");
        assert!(index.territory("00000").is_err());

        let mut place = Place { insee: Some("38021".to_owned()), ..Place::default() };
        index.resolve(&mut place);
        assert_eq!(place.insee.as_deref(), Some("38225"));
        assert_eq!(place.departement_code.as_deref(), Some("38"));
    }
}
