//! Reading one indicator at one place: its own value, that of its parts, or an inherited one.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::numbers::SeverityNumbers;
use super::reference::{ReferenceClass, References, mean_of_parts};
use crate::domain::indicator::Indicators;
use crate::domain::territory::{Atlas, DensityClass};

/// A place where an indicator is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place<'a> {
    /// The commune at this position.
    Commune(u32),
    /// The EPCI at this position.
    Epci(usize),
    /// A list of communes, compared with the EPCI of its density class.
    Area {
        /// Positions of its communes.
        communes: &'a [u32],
        /// Its density class.
        density: DensityClass,
    },
    /// The département at this position.
    Departement(usize),
    /// A région: the mean of its départements.
    Region {
        /// Its position.
        region: usize,
        /// Density class of most inhabitants.
        density: DensityClass,
    },
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadingOrigin {
    /// The place itself, or its parts.
    Own,
    /// A larger territory, by name.
    Inherited(Box<str>),
}

/// One indicator as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Position of the indicator.
    pub indicator: usize,
    /// The published value, or the mean of published values.
    pub value: f32,
    /// The value after shrinkage, for the rate of a commune.
    pub shrunk: Option<f32>,
    /// Share of the reference with a lower value, 0..=1.
    pub lower_share: f64,
    /// The reference.
    pub reference: ReferenceClass,
    /// Own or inherited.
    pub origin: ReadingOrigin,
}

/// Reads indicators at places; immutable.
#[derive(Debug, Clone)]
pub struct Reader {
    atlas: Arc<Atlas>,
    indicators: Arc<Indicators>,
    references: References,
    /// Département of each commune.
    commune_departement: Vec<Option<usize>>,
    /// Département of most inhabitants of each EPCI.
    epci_departement: Vec<Option<usize>>,
    /// Départements of each région.
    region_departements: Vec<Vec<usize>>,
    /// Density class of most inhabitants of each département.
    departement_density: Vec<DensityClass>,
    share_min: f64,
}

impl Reader {
    /// Prepares the indicators at the positions `used`.
    #[must_use]
    pub fn new(
        atlas: Arc<Atlas>,
        indicators: Arc<Indicators>,
        used: &[usize],
        numbers: &SeverityNumbers,
    ) -> Self {
        let references = References::new(&atlas, &indicators, used, numbers);
        let commune_departement =
            atlas.communes.iter().map(|commune| atlas.departement(&commune.departement)).collect();
        let epci_departement = atlas
            .epcis
            .iter()
            .map(|epci| epci.departements.first().and_then(|code| atlas.departement(code)))
            .collect();
        let region_departements = atlas
            .regions
            .iter()
            .map(|region| {
                (0..atlas.departements.len())
                    .filter(|&at| atlas.departements[at].region == region.code)
                    .collect()
            })
            .collect();
        let departement_density =
            atlas.departements.iter().map(|d| atlas.density_of(&d.communes)).collect();
        Self {
            references,
            commune_departement,
            epci_departement,
            region_departements,
            departement_density,
            share_min: numbers.parts_share_min,
            atlas,
            indicators,
        }
    }

    /// The indicators.
    #[must_use]
    pub fn indicators(&self) -> &Indicators {
        &self.indicators
    }

    /// The density class of a place.
    #[must_use]
    pub fn density(&self, place: Place<'_>) -> DensityClass {
        match place {
            Place::Commune(at) => self.atlas.at(at).density,
            Place::Epci(at) => self.atlas.epcis[at].density,
            Place::Departement(at) => self.departement_density[at],
            Place::Area { density, .. } | Place::Region { density, .. } => density,
        }
    }

    /// The indicator at a place; `None` where neither it nor a larger territory has it.
    #[must_use]
    pub fn read(&self, indicator: usize, place: Place<'_>) -> Option<Reading> {
        match place {
            Place::Commune(at) => self.read_commune(indicator, at),
            Place::Epci(at) => self.read_epci(indicator, at),
            Place::Area { communes, density } => self.read_area(indicator, communes, density),
            Place::Departement(at) => self.read_departement(indicator, at),
            Place::Region { region, .. } => self.read_region(indicator, region),
        }
    }

    fn read_commune(&self, indicator: usize, at: u32) -> Option<Reading> {
        let reference = self.references.get(indicator)?;
        let commune = self.atlas.at(at);
        let value = value_at(&self.indicators.values[indicator].communes, at as usize);
        if let Some(value) = value {
            let shrunk = value_at(&reference.shrunk, at as usize);
            let read = shrunk.unwrap_or(value);
            let found = reference.commune_level.lower_share(read, Some(commune.density))?;
            return Some(reading(indicator, value, shrunk, found, ReadingOrigin::Own));
        }
        // The number of things of a larger territory says nothing of this one.
        if !reference.measure.averages() {
            return None;
        }
        self.inherit_epci(indicator, commune.epci?)
            .or_else(|| self.inherit_departement(indicator, self.commune_departement[at as usize]?))
    }

    fn read_epci(&self, indicator: usize, at: usize) -> Option<Reading> {
        let reference = self.references.get(indicator)?;
        if let Some(value) = value_at(&reference.epcis, at) {
            let density = self.atlas.epcis[at].density;
            let found = reference.epci_level.lower_share(value, Some(density))?;
            return Some(reading(indicator, value, None, found, ReadingOrigin::Own));
        }
        if !reference.measure.averages() {
            return None;
        }
        self.inherit_departement(indicator, self.epci_departement[at]?)
    }

    fn read_area(
        &self,
        indicator: usize,
        communes: &[u32],
        density: DensityClass,
    ) -> Option<Reading> {
        let reference = self.references.get(indicator)?;
        if !reference.measure.averages() {
            return None;
        }
        let level = &reference.epci_level;
        let own = &self.indicators.values[indicator].communes;
        let mean = self.mean(communes, |at| value_at(own, at as usize));
        if let Some((value, found)) =
            mean.and_then(|value| Some((value, level.lower_share(value, Some(density))?)))
        {
            return Some(reading(indicator, value, None, found, ReadingOrigin::Own));
        }
        let of_epci = |at: u32| value_at(&reference.epcis, self.atlas.at(at).epci? as usize);
        if let Some(value) = self.mean(communes, of_epci) {
            let names: BTreeSet<&str> = communes
                .iter()
                .filter_map(|&at| self.atlas.at(at).epci)
                .map(|epci| self.atlas.epcis[epci as usize].name.as_str())
                .collect();
            let found = level.lower_share(value, Some(density))?;
            return Some(reading(indicator, value, None, found, inherited(&names)));
        }
        let departements = &self.indicators.values[indicator].departements;
        let of_departement =
            |at: u32| value_at(departements, self.commune_departement[at as usize]?);
        let value = self.mean(communes, of_departement)?;
        let names: BTreeSet<&str> = communes
            .iter()
            .filter_map(|&at| self.commune_departement[at as usize])
            .map(|at| self.atlas.departements[at].name.as_str())
            .collect();
        let found = reference.departement_level.lower_share(value, None)?;
        Some(reading(indicator, value, None, found, inherited(&names)))
    }

    fn read_departement(&self, indicator: usize, at: usize) -> Option<Reading> {
        let reference = self.references.get(indicator)?;
        let published = value_at(&self.indicators.values[indicator].departements, at);
        if let Some(value) = published {
            let found = reference.departement_level.lower_share(value, None)?;
            return Some(reading(indicator, value, None, found, ReadingOrigin::Own));
        }
        self.mean_of_epcis(indicator, &self.atlas.departements[at].communes)
    }

    fn read_region(&self, indicator: usize, at: usize) -> Option<Reading> {
        let reference = self.references.get(indicator)?;
        if !reference.measure.averages() {
            return None;
        }
        let published = &self.indicators.values[indicator].departements;
        let parts = self.region_departements[at].iter().map(|&departement| {
            let population = self.atlas.departements[departement].population;
            (value_at(published, departement).unwrap_or(f32::NAN), population)
        });
        if let Some(value) = mean_of_parts(parts, self.share_min) {
            let found = reference.departement_level.lower_share(value, None)?;
            return Some(reading(indicator, value, None, found, ReadingOrigin::Own));
        }
        self.mean_of_epcis(indicator, &self.atlas.regions[at].communes)
    }

    /// A division by its EPCI, compared with the EPCI of all classes.
    fn mean_of_epcis(&self, indicator: usize, communes: &[u32]) -> Option<Reading> {
        let reference = self.references.get(indicator)?;
        if !reference.measure.averages() {
            return None;
        }
        let of_epci = |at: u32| value_at(&reference.epcis, self.atlas.at(at).epci? as usize);
        let value = self.mean(communes, of_epci)?;
        let found = reference.epci_level.lower_share(value, None)?;
        Some(reading(indicator, value, None, found, ReadingOrigin::Own))
    }

    fn inherit_epci(&self, indicator: usize, epci: u32) -> Option<Reading> {
        let reference = self.references.get(indicator)?;
        let value = value_at(&reference.epcis, epci as usize)?;
        let epci = &self.atlas.epcis[epci as usize];
        let found = reference.epci_level.lower_share(value, Some(epci.density))?;
        let origin = ReadingOrigin::Inherited(epci.name.as_str().into());
        Some(reading(indicator, value, None, found, origin))
    }

    fn inherit_departement(&self, indicator: usize, at: usize) -> Option<Reading> {
        let reference = self.references.get(indicator)?;
        let value = value_at(&self.indicators.values[indicator].departements, at)?;
        let found = reference.departement_level.lower_share(value, None)?;
        let origin = ReadingOrigin::Inherited(self.atlas.departements[at].name.as_str().into());
        Some(reading(indicator, value, None, found, origin))
    }

    /// Mean over communes by population, where enough of the inhabitants have a value.
    fn mean(&self, communes: &[u32], value: impl Fn(u32) -> Option<f32>) -> Option<f32> {
        let parts = communes
            .iter()
            .map(|&at| (value(at).unwrap_or(f32::NAN), self.atlas.at(at).population));
        mean_of_parts(parts, self.share_min)
    }
}

fn value_at(values: &[f32], at: usize) -> Option<f32> {
    values.get(at).copied().filter(|value| value.is_finite())
}

fn inherited(names: &BTreeSet<&str>) -> ReadingOrigin {
    let list: Vec<&str> = names.iter().copied().collect();
    ReadingOrigin::Inherited(list.join(", ").into())
}

fn reading(
    indicator: usize,
    value: f32,
    shrunk: Option<f32>,
    (lower_share, reference): (f64, ReferenceClass),
    origin: ReadingOrigin,
) -> Reading {
    Reading { indicator, value, shrunk, lower_share, reference, origin }
}
