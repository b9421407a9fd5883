//! Masking: the record of an enterprise as if it had not come there.
//!
//! Taken out for the event (enterprise, destination, year): its sites there, its home if it
//! is there, partners placed there, figures, labels, aliases that speak of it; its name in
//! every other text; the territories aimed at and the openings under way once one of them is
//! the destination (the list was then written by somebody who knew). What is dated later
//! than the year before is left to the date asked, which ignores it.
//!
//! What it cannot see: a fact learnt there and written without naming the place, and what
//! the record owes to having been read after the event.

use crate::annotation::text::fold;
use crate::domain::date::PartialDate;
use crate::domain::enterprise::{Enterprise, Place, Site};
use crate::domain::portrait::{Answer, Partner};
use crate::domain::territory::{Atlas, Territory, TerritoryKind};
use crate::scouting::replay::Dossier;

use super::destination::Destination;

/// What was taken out of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Removed {
    /// Sites, the home included.
    pub sites: usize,
    /// Partners, or places of partners.
    pub partners: usize,
    /// Figures.
    pub figures: usize,
    /// Texts changed or taken out.
    pub texts: usize,
}

/// The names of the destination of an event: those of the territory, and of the communes
/// where the enterprise has a site in it.
#[must_use]
pub fn destination(atlas: &Atlas, territory: &Territory, enterprise: &Enterprise) -> Destination {
    let places = enterprise.sites.iter().map(|site| &site.place).chain([&enterprise.home]);
    let came: Vec<u32> = places
        .filter_map(|place| atlas.commune(place.insee.as_deref()?))
        .filter(|at| territory.communes.binary_search(at).is_ok())
        .collect();
    Destination::new(atlas, territory, &came)
}

/// Takes out of a dossier what tells that the enterprise came to `territory` in `year`.
///
/// The portrait is left as it was but for the partners: read it again
/// ([`crate::scouting::replay::prepared`]).
pub fn mask(dossier: &mut Dossier, atlas: &Atlas, territory: &Territory, year: i16) -> Removed {
    let names = destination(atlas, territory, &dossier.enterprise);
    let mut mask = Mask { names, atlas, territory, year, removed: Removed::default() };
    mask.enterprise(&mut dossier.enterprise);
    for Answer { because, .. } in &mut dossier.stated {
        mask.text(&mut because.text);
    }
    mask.removed
}

struct Mask<'a> {
    names: Destination,
    atlas: &'a Atlas,
    territory: &'a Territory,
    year: i16,
    removed: Removed,
}

impl Mask<'_> {
    fn enterprise(&mut self, e: &mut Enterprise) {
        let before = e.sites.len();
        e.sites.retain(|site| !self.betrays(site));
        self.removed.sites += before - e.sites.len();
        if self.lies_there(&e.home) {
            e.home = Place::default();
            self.removed.sites += 1;
        }
        self.texts(e);
        let before = e.evidence.len();
        e.evidence.retain(|figure| {
            !figure.unit.as_deref().is_some_and(|unit| self.names.is_named_in(unit))
                && !self.names.is_named_in(&figure.kind)
        });
        self.removed.figures += before - e.evidence.len();
        for figure in &mut e.evidence {
            self.text(&mut figure.source.source);
        }
        for condition in &mut e.conditions {
            self.text(&mut condition.text);
            self.optional(&mut condition.value);
            if let Some(source) = &mut condition.source {
                self.text(&mut source.source);
            }
        }
        self.partners(&mut e.portrait.partners);
    }

    fn texts(&mut self, e: &mut Enterprise) {
        for text in [&mut e.name, &mut e.summary] {
            self.text(text);
        }
        for optional in [
            &mut e.network,
            &mut e.legal_form,
            &mut e.website,
            &mut e.status_source,
            &mut e.scaling.payer,
        ] {
            self.optional(optional);
        }
        for list in [
            &mut e.activities,
            &mut e.beneficiaries,
            &mut e.themes,
            &mut e.needs_addressed,
            &mut e.offers,
            &mut e.seeks,
            &mut e.inferred,
        ] {
            for text in list {
                self.text(text);
            }
        }
        for source in &mut e.sources {
            self.text(&mut source.source);
        }
        for list in [&mut e.aliases, &mut e.labels] {
            let before = list.len();
            list.retain(|text| !self.names.is_named_in(text));
            self.removed.texts += before - list.len();
        }
        for list in [&mut e.scaling.target_territories, &mut e.scaling.openings_under_way] {
            if list.iter().any(|text| self.aims_there(text)) {
                self.removed.texts += list.len();
                list.clear();
            }
        }
    }

    fn text(&mut self, text: &mut String) {
        let kept = self.names.redact(text);
        if kept != *text {
            *text = kept;
            self.removed.texts += 1;
        }
    }

    fn optional(&mut self, text: &mut Option<String>) {
        if text.as_deref().is_some_and(|text| self.names.is_named_in(text)) {
            *text = None;
            self.removed.texts += 1;
        }
    }

    /// A partner whose name is of the place goes; one that is also elsewhere loses the place.
    fn partners(&mut self, partners: &mut Vec<Partner>) {
        let mut kept = Vec::with_capacity(partners.len());
        for mut partner in std::mem::take(partners) {
            let places = partner.places.len();
            partner.places.retain(|place| !self.names.is_named_in(place));
            let only_there = places > 0 && partner.places.is_empty();
            if only_there || self.names.is_named_in(&partner.organisation) {
                self.removed.partners += 1;
                continue;
            }
            self.removed.partners += usize::from(partner.places.len() < places);
            self.text(&mut partner.text);
            kept.push(partner);
        }
        *partners = kept;
    }

    /// Whether a territory aimed at is the destination, or the région that holds it.
    fn aims_there(&self, text: &str) -> bool {
        let region = self.territory.communes.first().and_then(|&at| {
            let at = self.atlas.region(&self.atlas.at(at).region)?;
            Some(self.atlas.regions[at].name.as_str())
        });
        self.names.is_named_in(text)
            || region.is_some_and(|name| fold(text).contains(&fold(name)))
            || text.contains(&self.territory.id)
    }

    fn is_wide(&self) -> bool {
        matches!(self.territory.kind, TerritoryKind::Departement | TerritoryKind::Region)
    }

    fn commune(&self, place: &Place) -> Option<u32> {
        self.atlas.commune(place.insee.as_deref()?)
    }

    fn lies_there(&self, place: &Place) -> bool {
        if let Some(at) = self.commune(place) {
            return self.territory.communes.binary_search(&at).is_ok();
        }
        place.commune.as_deref().is_some_and(|name| self.names.is_named_in(name))
    }

    /// Whether a site tells that the enterprise came.
    ///
    /// In a small territory, every site in it: one dated earlier contradicts the truth file,
    /// which wins. In a département or a région, and around a commune or in the département
    /// where only that is known, those of the year or later and the undated ones.
    fn betrays(&self, site: &Site) -> bool {
        if self.lies_there(&site.place) {
            return !self.is_wide() || self.is_recent(site.since);
        }
        self.is_recent(site.since) && self.is_around(&site.place)
    }

    fn is_recent(&self, since: Option<PartialDate>) -> bool {
        since.is_none_or(|since| since.year >= self.year)
    }

    fn is_around(&self, place: &Place) -> bool {
        if place.is_abroad() {
            return false;
        }
        let within = |of: &dyn Fn(u32) -> bool| self.territory.communes.iter().any(|&at| of(at));
        match self.commune(place) {
            Some(at) => {
                let epci = self.atlas.at(at).epci;
                let small =
                    matches!(self.territory.kind, TerritoryKind::Commune | TerritoryKind::Zone);
                small && epci.is_some() && within(&|other| self.atlas.at(other).epci == epci)
            }
            None => {
                let code = place.departement_code.as_deref();
                place.commune.is_none()
                    && code.is_some_and(|code| within(&|at| self.atlas.at(at).departement == code))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::enterprise::{Evidence, EvidenceLevel};
    use crate::domain::geography::Point;
    use crate::domain::provenance::Source;
    use crate::domain::territory::{Commune, DensityClass, Division};

    fn atlas() -> Atlas {
        let commune = |insee: &str, name: &str, departement: &str, epci| Commune {
            insee: insee.to_owned(),
            name: name.to_owned(),
            departement: departement.to_owned(),
            region: "84".to_owned(),
            epci: Some(epci),
            population: 1e5,
            area_km2: 1.0,
            point: Point { lat: 45.0, lon: 5.0 },
            density: DensityClass::Urban,
        };
        let division = |code: &str, name: &str| Division {
            code: code.to_owned(),
            name: name.to_owned(),
            region: "84".to_owned(),
            population: 1e6,
            area_km2: 1.0,
            point: Point { lat: 45.0, lon: 5.0 },
            rural_share: 0.0,
            communes: Vec::new(),
        };
        Atlas {
            communes: vec![
                commune("26362", "Valence", "26", 0),
                commune("38185", "Grenoble", "38", 1),
                commune("38421", "Saint-Martin-d'Hères", "38", 1),
            ],
            departements: vec![division("26", "Drôme"), division("38", "Isère")],
            regions: vec![division("84", "Auvergne-Rhône-Alpes")],
            ..Atlas::default()
        }
    }

    fn grenoble(kind: TerritoryKind, communes: &[u32]) -> Territory {
        Territory {
            id: "epci-200040715".to_owned(),
            name: "Grenoble-Alpes-Métropole".to_owned(),
            kind,
            communes: communes.to_vec(),
            population: 4e5,
            area_km2: 1.0,
            point: Point { lat: 45.0, lon: 5.0 },
            rural_share: 0.0,
            density: DensityClass::Urban,
        }
    }

    fn site(insee: &str, since: Option<i16>) -> Site {
        let place = Place { insee: Some(insee.to_owned()), ..Place::default() };
        Site { place, since: since.map(PartialDate::year), ..Site::default() }
    }

    fn masked(e: Enterprise, territory: &Territory) -> (Enterprise, Removed) {
        let mut dossier = Dossier { enterprise: e, stated: Vec::new() };
        let removed = mask(&mut dossier, &atlas(), territory, 2019);
        (dossier.enterprise, removed)
    }

    #[test]
    fn sites_there_go_and_the_others_stay() {
        let sites = vec![
            site("26362", Some(2015)),
            site("26362", None),
            site("38185", Some(2019)),
            site("38421", None),
        ];
        let mut e = Enterprise { sites, ..Enterprise::default() };
        let isere = Place { departement_code: Some("38".to_owned()), ..Place::default() };
        e.sites.push(Site { place: isere.clone(), ..Site::default() });
        e.sites.push(Site {
            place: isere,
            since: Some(PartialDate::year(2010)),
            ..Site::default()
        });
        e.home = Place { insee: Some("38185".to_owned()), ..Place::default() };
        let (kept, removed) = masked(e, &grenoble(TerritoryKind::Epci, &[1, 2]));
        assert_eq!(removed.sites, 4);
        assert_eq!(kept.home, Place::default());
        let insee: Vec<_> = kept.sites.iter().map(|site| site.place.insee.as_deref()).collect();
        assert_eq!(insee, [Some("26362"), Some("26362"), None]);
    }

    #[test]
    fn around_a_commune_the_same_intercommunality_tells_too() {
        let sites = vec![site("38185", Some(2019)), site("38421", None), site("38421", Some(2012))];
        let e = Enterprise { sites, ..Enterprise::default() };
        let (kept, _) = masked(e, &grenoble(TerritoryKind::Commune, &[1]));
        assert_eq!(kept.sites.len(), 1);
        assert_eq!(kept.sites[0].since, Some(PartialDate::year(2012)));
    }

    #[test]
    fn words_of_the_place_leave_texts_figures_partners_and_aims() {
        let mut e = Enterprise {
            name: "Atelier".to_owned(),
            aliases: vec!["Atelier Grenoble".to_owned(), "L’Atelier".to_owned()],
            summary: "Répare des vélos à Valence et à Grenoble.".to_owned(),
            sources: vec![
                Source::named("https://x.fr/grenoble-velo"),
                Source::named("https://x.fr/"),
            ],
            ..Enterprise::default()
        };
        e.scaling.target_territories = vec!["Isère".to_owned(), "Bretagne".to_owned()];
        let figure = |unit: &str| Evidence {
            kind: "jobs".to_owned(),
            level: EvidenceLevel::Outputs,
            proves_scale: false,
            value: Some(3.0),
            unit: Some(unit.to_owned()),
            year: None,
            source: Source::default(),
        };
        e.evidence = vec![figure("emplois grenoblois"), figure("emplois")];
        let partner = |organisation: &str, places: &[&str]| Partner {
            organisation: organisation.to_owned(),
            places: places.iter().map(|place| (*place).to_owned()).collect(),
            text: format!("{organisation} ({})", places.join(", ")),
        };
        e.portrait.partners = vec![
            partner("Ville de Grenoble", &[]),
            partner("SINGA", &["Grenoble", "Valence"]),
            partner("Ecov", &["Grenoble"]),
        ];
        let (kept, removed) = masked(e, &grenoble(TerritoryKind::Epci, &[1, 2]));
        assert_eq!(kept.aliases, ["L’Atelier"]);
        assert_eq!(kept.summary, "Répare des vélos à Valence et à ….");
        assert_eq!(kept.sources[0].source, "…");
        assert_eq!(kept.sources[1].source, "https://x.fr/");
        assert!(kept.scaling.target_territories.is_empty());
        assert_eq!(kept.evidence.len(), 1);
        assert_eq!(
            kept.portrait.partners,
            [Partner {
                organisation: "SINGA".to_owned(),
                places: vec!["Valence".to_owned()],
                text: "SINGA (…, Valence)".to_owned(),
            }]
        );
        assert_eq!((removed.figures, removed.partners), (1, 3));
    }
}
