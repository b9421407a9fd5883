//! Which part of France a phrase names: "Bretagne", "Métropole de Lyon", "Montélimar".
//!
//! Used for the territories an enterprise says it aims at. A phrase that names no place
//! ("villes moyennes", "hors Vaucluse", "12 agences d’ici 2026") restricts nothing.

use std::collections::HashMap;

use crate::domain::territory::{Atlas, Territory};
use crate::matching::names::{departement_of_adjective, fold};

/// One place of France.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Area {
    Commune(u32),
    Epci(usize),
    Departement(usize),
    Region(usize),
}

/// Where a phrase lies with regard to a territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// It names no place: it restricts nothing.
    Open,
    /// It holds the territory, or part of it.
    Here,
    /// It names a town of the same intercommunality.
    Near,
    /// It names another place.
    Elsewhere,
}

/// The régions of before 2016, which people still name, by their départements.
const FORMER_REGIONS: [(&str, &[&str]); 16] = [
    ("alsace", &["67", "68"]),
    ("aquitaine", &["24", "33", "40", "47", "64"]),
    ("auvergne", &["03", "15", "43", "63"]),
    ("basse normandie", &["14", "50", "61"]),
    ("bourgogne", &["21", "58", "71", "89"]),
    ("champagne ardenne", &["08", "10", "51", "52"]),
    ("franche comte", &["25", "39", "70", "90"]),
    ("haute normandie", &["27", "76"]),
    ("languedoc roussillon", &["11", "30", "34", "48", "66"]),
    ("limousin", &["19", "23", "87"]),
    ("lorraine", &["54", "55", "57", "88"]),
    ("midi pyrenees", &["09", "12", "31", "32", "46", "65", "81", "82"]),
    ("nord pas de calais", &["59", "62"]),
    ("picardie", &["02", "60", "80"]),
    ("poitou charentes", &["16", "17", "79", "86"]),
    ("rhone alpes", &["01", "07", "26", "38", "42", "69", "73", "74"]),
];

/// Words before a name that say its kind, longest first.
const BEFORE: [&str; 14] = [
    "agglomeration de ",
    "departement de la ",
    "departement de l ",
    "departement des ",
    "departement du ",
    "departement de ",
    "departement d ",
    "ville de ",
    "region ",
    "toute la ",
    "toute l ",
    "la ",
    "le ",
    "l ",
];

/// Words after a name that narrow it without moving it.
const AFTER: [&str; 6] = [" rurale", " rural", " urbaine", " urbain", " entiere", " entier"];

/// The names of an atlas, folded.
pub(super) struct PlaceNames {
    by_name: HashMap<String, Vec<Area>>,
}

impl PlaceNames {
    /// Reads every name once. A name of a région or a département means that only (the
    /// village of Bretagne is not aimed at); an EPCI and the communes of its name all
    /// count.
    pub(super) fn new(atlas: &Atlas) -> Self {
        let mut by_name: HashMap<String, Vec<Area>> = HashMap::new();
        for (at, region) in atlas.regions.iter().enumerate() {
            by_name.insert(fold(&region.name), vec![Area::Region(at)]);
        }
        for (name, codes) in FORMER_REGIONS {
            let areas = codes.iter().filter_map(|code| atlas.departement(code));
            let areas: Vec<Area> = areas.map(Area::Departement).collect();
            if !areas.is_empty() {
                by_name.entry(name.to_owned()).or_insert(areas);
            }
        }
        for (at, departement) in atlas.departements.iter().enumerate() {
            let name = fold(&departement.name);
            by_name.entry(name).or_insert_with(|| vec![Area::Departement(at)]);
            by_name.insert(departement.code.to_lowercase(), vec![Area::Departement(at)]);
        }
        let small = |areas: &[Area]| {
            areas.iter().all(|area| matches!(area, Area::Commune(_) | Area::Epci(_)))
        };
        let mut add = |name: String, area: Area| {
            let areas = by_name.entry(name).or_default();
            if small(areas) {
                areas.push(area);
            }
        };
        for (at, epci) in atlas.epcis.iter().enumerate() {
            let name = fold(&epci.name);
            if let Some(short) = without_nature(&name) {
                add(short.to_owned(), Area::Epci(at));
            }
            add(name, Area::Epci(at));
        }
        for (at, commune) in (0_u32..).zip(&atlas.communes) {
            add(fold(&commune.name), Area::Commune(at));
        }
        Self { by_name }
    }

    /// Where `phrase` lies with regard to `territory`.
    pub(super) fn reach(&self, atlas: &Atlas, territory: &Territory, phrase: &str) -> Reach {
        // A parenthesis explains; each part between commas must name a place.
        let named = phrase.split('(').next().unwrap_or(phrase);
        let parts = named.split([',', ';', '/']).map(|part| self.areas(atlas, part));
        let Some(areas) = parts.collect::<Option<Vec<_>>>() else {
            return Reach::Open;
        };
        let areas = areas.concat();
        if areas.iter().any(|&area| meets(atlas, territory, area)) {
            Reach::Here
        } else if areas.iter().any(|&area| shares_epci(atlas, territory, area)) {
            Reach::Near
        } else {
            Reach::Elsewhere
        }
    }

    /// The areas a text names; `None` when it names none.
    fn areas(&self, atlas: &Atlas, text: &str) -> Option<Vec<Area>> {
        if let Some(territory) = atlas.territory(text.trim()) {
            return Some(territory.communes.into_iter().map(Area::Commune).collect());
        }
        let folded = fold(text);
        let mut name = folded.as_str();
        loop {
            if let Some(areas) = self.by_name.get(name) {
                return Some(areas.clone());
            }
            let shorter = BEFORE
                .iter()
                .find_map(|before| name.strip_prefix(before))
                .or_else(|| AFTER.iter().find_map(|after| name.strip_suffix(after)));
            match shorter {
                Some(shorter) => name = shorter,
                None => break,
            }
        }
        around_a_town(atlas, &folded)
    }
}

/// "région lyonnaise", "agglomération nantaise", "bassin grenoblois": the département.
fn around_a_town(atlas: &Atlas, folded: &str) -> Option<Vec<Area>> {
    let (kind, adjective) = folded.rsplit_once(' ')?;
    let kind = kind.strip_prefix("la ").or_else(|| kind.strip_prefix("le ")).unwrap_or(kind);
    let around =
        ["region", "agglomeration", "metropole", "bassin", "territoire", "aire", "grande region"];
    if !around.contains(&kind) {
        return None;
    }
    let code = departement_of_adjective(adjective)?;
    atlas.departement(code).map(|at| vec![Area::Departement(at)])
}

/// `cc du diois` gives `diois`.
fn without_nature(name: &str) -> Option<&str> {
    let natures = ["cc ", "ca ", "cu ", "communaute de communes ", "communaute d agglomeration "];
    let rest = natures.iter().find_map(|nature| name.strip_prefix(nature))?;
    let articles = ["de la ", "de l ", "des ", "du ", "de ", "d "];
    Some(articles.iter().find_map(|article| rest.strip_prefix(article)).unwrap_or(rest))
}

/// Whether an area and a territory share a commune.
fn meets(atlas: &Atlas, territory: &Territory, area: Area) -> bool {
    let mut communes = territory.communes.iter();
    match area {
        Area::Commune(at) => territory.communes.binary_search(&at).is_ok(),
        Area::Epci(epci) => {
            communes.any(|&at| atlas.at(at).epci.is_some_and(|e| e as usize == epci))
        }
        Area::Departement(departement) => {
            communes.any(|&at| atlas.at(at).departement == atlas.departements[departement].code)
        }
        Area::Region(region) => {
            communes.any(|&at| atlas.at(at).region == atlas.regions[region].code)
        }
    }
}

/// Whether a commune lies in an EPCI that the territory shares: a town is often named
/// for its whole intercommunality.
fn shares_epci(atlas: &Atlas, territory: &Territory, area: Area) -> bool {
    let Area::Commune(at) = area else {
        return false;
    };
    let epci = atlas.at(at).epci;
    epci.is_some() && territory.communes.iter().any(|&at| atlas.at(at).epci == epci)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixtures::Case;

    #[test]
    fn a_phrase_names_a_place_here_near_elsewhere_or_none() {
        let mut case = Case::new();
        let atlas = case.context.atlas.clone();
        let names = PlaceNames::new(&atlas);
        let lyon = case.context.territory.clone();
        for (phrase, expected) in [
            ("Lyon", Reach::Here),
            ("Métropole de Lyon", Reach::Here),
            ("Auvergne-Rhône-Alpes", Reach::Here),
            ("région lyonnaise", Reach::Here),
            ("Rhône-Alpes", Reach::Here),
            ("le Rhône", Reach::Here),
            ("69", Reach::Here),
            ("dep-69", Reach::Here),
            ("Bretagne", Reach::Elsewhere),
            ("Bretagne rurale", Reach::Elsewhere),
            ("département de la Drôme", Reach::Elsewhere),
            ("Diois", Reach::Elsewhere),
            ("Rennes (Ille-et-Vilaine)", Reach::Elsewhere),
            ("Rennes, Lyon", Reach::Here),
            ("France", Reach::Open),
            ("hors Bretagne", Reach::Open),
            ("Bretagne, par transmission du modèle", Reach::Open),
            ("villes moyennes", Reach::Open),
            ("12 agences supplémentaires d’ici 2026", Reach::Open),
            ("Montréal", Reach::Open),
            ("région de Québec", Reach::Open),
        ] {
            assert_eq!(names.reach(&atlas, &lyon, phrase), expected, "{phrase}");
        }
        case.go_to("com-69266");
        let villeurbanne = case.context.territory.clone();
        assert_eq!(names.reach(&atlas, &villeurbanne, "Lyon"), Reach::Near);
    }
}
