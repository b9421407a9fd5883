//! Territories of France and how they nest: communes, EPCI, départements, régions, zones.

use std::collections::BTreeMap;

use super::geography::Point;

/// The kind of a territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TerritoryKind {
    /// A commune, `com-69123`.
    Commune,
    /// An intercommunality, `epci-200046977`.
    Epci,
    /// A département, `dep-26`.
    Departement,
    /// A région, `reg-84`.
    Region,
    /// A custom list of communes, `zone-<slug>`.
    Zone,
}

impl TerritoryKind {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Epci => "epci",
            Self::Departement => "departement",
            Self::Region => "region",
            Self::Zone => "zone",
        }
    }
}

/// Density class, from INSEE's seven-level grid grouped in three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum DensityClass {
    /// Large and intermediate urban centres.
    Urban,
    /// Small towns and urban belts.
    Intermediate,
    /// Rural communes.
    #[default]
    Rural,
}

impl DensityClass {
    /// Every class, from the densest.
    pub const ALL: [Self; 3] = [Self::Urban, Self::Intermediate, Self::Rural];

    /// The word used in files and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Urban => "urbain",
            Self::Intermediate => "intermediaire",
            Self::Rural => "rural",
        }
    }

    /// Reads the word used in files and JSON.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }

    /// Groups a label of INSEE's seven-level grid; `None` for an unknown label.
    #[must_use]
    pub fn from_grid(label: &str) -> Option<Self> {
        match label {
            "Grands centres urbains" | "Centres urbains intermédiaires" => Some(Self::Urban),
            "Petites villes" | "Ceintures urbaines" => Some(Self::Intermediate),
            "Bourgs ruraux" | "Rural à habitat dispersé" | "Rural à habitat très dispersé" => {
                Some(Self::Rural)
            }
            _ => None,
        }
    }
}

/// A commune of the reference year.
#[derive(Debug, Clone, PartialEq)]
pub struct Commune {
    /// INSEE code, five characters of text.
    pub insee: String,
    /// Name.
    pub name: String,
    /// Département code.
    pub departement: String,
    /// Région code.
    pub region: String,
    /// Position of its EPCI in the atlas; the four islands have none.
    pub epci: Option<u32>,
    /// Inhabitants.
    pub population: f64,
    /// Area, km².
    pub area_km2: f64,
    /// Centroid.
    pub point: Point,
    /// Density class in three.
    pub density: DensityClass,
}

/// An intercommunality.
#[derive(Debug, Clone, PartialEq)]
pub struct Epci {
    /// SIREN.
    pub siren: String,
    /// Name.
    pub name: String,
    /// `CC`, `CA`, `CU`, `METRO`…
    pub nature: String,
    /// Inhabitants.
    pub population: f64,
    /// Area, km².
    pub area_km2: f64,
    /// Population-weighted centre.
    pub point: Point,
    /// Départements it touches, the main one first.
    pub departements: Vec<String>,
    /// Main région.
    pub region: String,
    /// Share of the population in rural communes, 0..=1.
    pub rural_share: f64,
    /// Density class: that of most of its inhabitants.
    pub density: DensityClass,
    /// Positions of its communes, ascending.
    pub communes: Vec<u32>,
}

/// A département or a région.
#[derive(Debug, Clone, PartialEq)]
pub struct Division {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Code of the région (its own for a région).
    pub region: String,
    /// Inhabitants.
    pub population: f64,
    /// Area, km².
    pub area_km2: f64,
    /// Centre.
    pub point: Point,
    /// Share of the population in rural communes, 0..=1.
    pub rural_share: f64,
    /// Positions of its communes, ascending.
    pub communes: Vec<u32>,
}

/// A municipal arrondissement of Paris, Lyon or Marseille.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrondissement {
    /// Its own code (`69383`).
    pub insee: String,
    /// Its name.
    pub name: String,
    /// Position of its commune.
    pub commune: u32,
}

/// How a code names a commune.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CodeKind {
    /// The code of a commune of the reference year.
    Current,
    /// The code of an arrondissement of Paris, Lyon or Marseille.
    Arrondissement,
    /// A code that a commune, or a part of one, bore in former years.
    Former,
}

/// One territory asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct Territory {
    /// `epci-200046977`…
    pub id: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: TerritoryKind,
    /// Positions of its communes in the atlas, ascending.
    pub communes: Vec<u32>,
    /// Inhabitants.
    pub population: f64,
    /// Area, km².
    pub area_km2: f64,
    /// Population-weighted centre.
    pub point: Point,
    /// Share of the population in rural communes, 0..=1.
    pub rural_share: f64,
    /// Density class: that of most inhabitants.
    pub density: DensityClass,
}

/// The territories of France, sorted by code within each kind.
#[derive(Debug, Clone, Default)]
pub struct Atlas {
    /// Communes by INSEE code.
    pub communes: Vec<Commune>,
    /// EPCI by SIREN.
    pub epcis: Vec<Epci>,
    /// Départements by code.
    pub departements: Vec<Division>,
    /// Régions by code.
    pub regions: Vec<Division>,
    /// Arrondissements by code.
    pub arrondissements: Vec<Arrondissement>,
    /// Former codes, ascending, and the commune each belongs to now.
    pub former: Vec<(String, u32)>,
    /// Postcodes as numbers, and the communes of each, ascending; one commune may have
    /// several. Empty in a catalogue made before they were read.
    pub postcodes: Vec<(u32, u32)>,
    /// Zones by id: name and commune positions.
    pub zones: BTreeMap<String, (String, Vec<u32>)>,
}

impl Atlas {
    /// The position of a commune by its code; an arrondissement gives its commune.
    #[must_use]
    pub fn commune(&self, insee: &str) -> Option<u32> {
        if let Ok(at) = self.communes.binary_search_by(|c| c.insee.as_str().cmp(insee)) {
            return u32::try_from(at).ok();
        }
        let at = self.arrondissements.binary_search_by(|a| a.insee.as_str().cmp(insee)).ok()?;
        Some(self.arrondissements[at].commune)
    }

    /// The position of the commune a code names, as files write it, and how it names it.
    ///
    /// Codes of former years are followed to the commune they belong to now; a zero lost in
    /// front (`1004`) is put back and `2a` reads as `2A`. `None` for any other text, a
    /// postcode included. [`Atlas::commune`] knows the codes of the reference year alone.
    #[must_use]
    pub fn commune_of(&self, code: &str) -> Option<(u32, CodeKind)> {
        let code = code.trim();
        let padded = match code.len() {
            4 if code.bytes().all(|b| b.is_ascii_digit()) => format!("0{code}"),
            5 => code.to_ascii_uppercase(),
            _ => return None,
        };
        if let Some(at) = self.commune(&padded) {
            let exact = self.at(at).insee == padded;
            let kind = if exact { CodeKind::Current } else { CodeKind::Arrondissement };
            return Some((at, kind));
        }
        let at = self.former.binary_search_by(|(old, _)| old.as_str().cmp(&padded)).ok()?;
        Some((self.former[at].1, CodeKind::Former))
    }

    /// The positions of the communes of a postcode, ascending; a zero lost in front is put
    /// back. None for a CEDEX code, an unknown one or any other text.
    #[must_use]
    pub fn communes_of_postcode(&self, code: &str) -> Vec<u32> {
        let Some(number) = postcode_number(code) else {
            return Vec::new();
        };
        let from = self.postcodes.partition_point(|(postcode, _)| *postcode < number);
        let same = self.postcodes[from..].iter().take_while(|(postcode, _)| *postcode == number);
        same.map(|&(_, commune)| commune).collect()
    }

    /// The commune at a position.
    #[must_use]
    pub fn at(&self, position: u32) -> &Commune {
        &self.communes[position as usize]
    }

    /// The position of an EPCI by its SIREN.
    #[must_use]
    pub fn epci(&self, siren: &str) -> Option<usize> {
        self.epcis.binary_search_by(|e| e.siren.as_str().cmp(siren)).ok()
    }

    /// The position of a département by its code.
    #[must_use]
    pub fn departement(&self, code: &str) -> Option<usize> {
        self.departements.binary_search_by(|d| d.code.as_str().cmp(code)).ok()
    }

    /// The position of a région by its code.
    #[must_use]
    pub fn region(&self, code: &str) -> Option<usize> {
        self.regions.binary_search_by(|r| r.code.as_str().cmp(code)).ok()
    }

    /// The territory with this id; `None` when there is none.
    ///
    /// `com-69383` (an arrondissement) gives the whole commune.
    #[must_use]
    pub fn territory(&self, id: &str) -> Option<Territory> {
        let (kind, code) = id.split_once('-')?;
        match kind {
            "com" => {
                let at = self.commune(code)?;
                let commune = self.at(at);
                let rural_share = if commune.density == DensityClass::Rural { 1.0 } else { 0.0 };
                Some(Territory {
                    id: format!("com-{}", commune.insee),
                    name: commune.name.clone(),
                    kind: TerritoryKind::Commune,
                    communes: vec![at],
                    population: commune.population,
                    area_km2: commune.area_km2,
                    point: commune.point,
                    rural_share,
                    density: commune.density,
                })
            }
            "epci" => {
                let epci = &self.epcis[self.epci(code)?];
                Some(Territory {
                    id: id.to_owned(),
                    name: epci.name.clone(),
                    kind: TerritoryKind::Epci,
                    communes: epci.communes.clone(),
                    population: epci.population,
                    area_km2: epci.area_km2,
                    point: epci.point,
                    rural_share: epci.rural_share,
                    density: epci.density,
                })
            }
            "dep" => {
                let at = self.departement(code)?;
                Some(self.division(id, TerritoryKind::Departement, &self.departements[at]))
            }
            "reg" => {
                let at = self.region(code)?;
                Some(self.division(id, TerritoryKind::Region, &self.regions[at]))
            }
            "zone" => {
                let (name, communes) = self.zones.get(id)?;
                Some(self.zone(id, name, communes.clone()))
            }
            _ => None,
        }
    }

    /// A custom list of communes as a territory.
    #[must_use]
    pub fn zone(&self, id: &str, name: &str, mut communes: Vec<u32>) -> Territory {
        communes.sort_unstable();
        communes.dedup();
        let of = |communes: &[u32], value: &dyn Fn(&Commune) -> f64| -> f64 {
            communes.iter().map(|&at| value(self.at(at))).sum()
        };
        let population = of(&communes, &|c| c.population);
        let weight = population.max(1.0);
        Territory {
            id: id.to_owned(),
            name: name.to_owned(),
            kind: TerritoryKind::Zone,
            population,
            area_km2: of(&communes, &|c| c.area_km2),
            point: Point {
                lat: of(&communes, &|c| c.point.lat * c.population) / weight,
                lon: of(&communes, &|c| c.point.lon * c.population) / weight,
            },
            rural_share: of(&communes, &|c| {
                if c.density == DensityClass::Rural { c.population } else { 0.0 }
            }) / weight,
            density: self.density_of(&communes),
            communes,
        }
    }

    /// The density class of most inhabitants of these communes; the denser on a tie.
    #[must_use]
    pub fn density_of(&self, communes: &[u32]) -> DensityClass {
        let mut best = (DensityClass::Rural, -1.0);
        for class in DensityClass::ALL {
            let population: f64 = communes
                .iter()
                .map(|&at| self.at(at))
                .filter(|commune| commune.density == class)
                .map(|commune| commune.population)
                .sum();
            if population > best.1 {
                best = (class, population);
            }
        }
        best.0
    }

    fn division(&self, id: &str, kind: TerritoryKind, division: &Division) -> Territory {
        Territory {
            id: id.to_owned(),
            name: division.name.clone(),
            kind,
            communes: division.communes.clone(),
            population: division.population,
            area_km2: division.area_km2,
            point: division.point,
            rural_share: division.rural_share,
            density: self.density_of(&division.communes),
        }
    }
}

/// A postcode of four or five digits as a number; `None` for any other text.
#[must_use]
pub fn postcode_number(code: &str) -> Option<u32> {
    let code = code.trim();
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    if digits && (4..=5).contains(&code.len()) { code.parse().ok() } else { None }
}
