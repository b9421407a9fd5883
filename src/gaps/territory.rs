//! A territory as the gaps read it: inhabitants' shares, parts, and what is in reach.

use super::reading::Place;
use crate::domain::estimate::Estimate;
use crate::domain::provenance::Basis;
use crate::domain::territory::{Atlas, Territory, TerritoryKind};

/// A part of a territory read on its own: an EPCI, or a commune without EPCI.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// Where its severity is read.
    pub place: Place<'a>,
    /// Positions of its members in [`Scope::communes`].
    pub members: Vec<usize>,
    /// Share of the territory's inhabitants, 0..=1.
    pub share: f64,
}

/// One territory cut in parts, ready for the population means of methods §2.
///
/// A commune, an EPCI or a zone is one part. A département or a région has one part per
/// EPCI (its communes inside the territory only): “`G` per EPCI, then by population”.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    territory: &'a Territory,
    place: Place<'a>,
    shares: Vec<f64>,
    groups: Vec<Group<'a>>,
}

impl<'a> Scope<'a> {
    /// Cuts a territory.
    ///
    /// Where nobody lives, every commune counts the same.
    #[must_use]
    pub fn new(atlas: &Atlas, territory: &'a Territory) -> Self {
        let shares = population_shares(atlas, &territory.communes);
        let place = place_of(atlas, territory);
        let members_of = |members: Vec<usize>, place| {
            let share = members.iter().map(|&member| shares[member]).sum();
            Group { place, members, share }
        };
        let groups = match place {
            Place::Departement(_) | Place::Region { .. } => {
                let mut by_epci =
                    std::collections::BTreeMap::<(Option<u32>, u32), Vec<usize>>::new();
                for (member, &at) in territory.communes.iter().enumerate() {
                    let epci = atlas.at(at).epci;
                    let alone = if epci.is_none() { at } else { 0 };
                    by_epci.entry((epci, alone)).or_default().push(member);
                }
                by_epci
                    .into_iter()
                    .map(|((epci, alone), members)| {
                        let place = match epci {
                            Some(epci) => Place::Epci(epci as usize),
                            None => Place::Commune(alone),
                        };
                        members_of(members, place)
                    })
                    .collect()
            }
            _ => vec![members_of((0..territory.communes.len()).collect(), place)],
        };
        Self { territory, place, shares, groups }
    }

    /// Positions of the communes.
    #[must_use]
    pub fn communes(&self) -> &[u32] {
        &self.territory.communes
    }

    /// Share of the inhabitants in each commune; the sum is 1.
    #[must_use]
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// Where the territory's own figures are read.
    #[must_use]
    pub fn place(&self) -> Place<'a> {
        self.place
    }

    /// Its parts.
    #[must_use]
    pub fn groups(&self) -> &[Group<'a>] {
        &self.groups
    }

    /// Whether it is a département or a région, made of EPCI.
    #[must_use]
    pub fn is_division(&self) -> bool {
        matches!(self.territory.kind, TerritoryKind::Departement | TerritoryKind::Region)
    }

    /// Whether the commune at this position belongs to it.
    #[must_use]
    pub fn holds(&self, commune: u32) -> bool {
        self.territory.communes.binary_search(&commune).is_ok()
    }

    /// Population mean of one estimate per part; `None` without parts.
    #[must_use]
    pub fn mean_of_groups(&self, parts: &[Estimate]) -> Option<Estimate> {
        mean(self.groups.iter().map(|group| group.share).zip(parts))
    }

    /// Population mean, over the members of a part, of one estimate per commune; `None`
    /// without members.
    #[must_use]
    pub fn mean_of_members(&self, group: &Group<'_>, communes: &[Estimate]) -> Option<Estimate> {
        let inside: f64 = group.share;
        let of = |member: usize| {
            // A part where nobody lives: its communes count the same.
            if inside > 0.0 { self.shares[member] } else { 1.0 }
        };
        mean(group.members.iter().map(|&member| (of(member), &communes[member])))
    }
}

/// Weighted mean of estimates: points, lower and upper bounds; measured where one is.
fn mean<'e>(parts: impl Iterator<Item = (f64, &'e Estimate)>) -> Option<Estimate> {
    let (mut total, mut point, mut low, mut high) = (0.0, 0.0, 0.0, 0.0);
    let mut basis = Basis::Prior;
    for (weight, part) in parts {
        total += weight;
        point += weight * part.point;
        low += weight * part.low;
        high += weight * part.high;
        if !part.is_unknown() {
            basis = Basis::Measured;
        }
    }
    (total > 0.0).then(|| Estimate::within(point / total, low / total, high / total, basis))
}

fn population_shares(atlas: &Atlas, communes: &[u32]) -> Vec<f64> {
    let total: f64 = communes.iter().map(|&at| atlas.at(at).population).sum();
    communes
        .iter()
        .map(|&at| {
            if total > 0.0 { atlas.at(at).population / total } else { 1.0 / communes.len() as f64 }
        })
        .collect()
}

/// Where the figures of a territory are read; a territory unknown to the atlas is an area.
fn place_of<'a>(atlas: &Atlas, territory: &'a Territory) -> Place<'a> {
    let code = territory.id.split_once('-').map_or("", |(_, code)| code);
    let area = Place::Area { communes: &territory.communes, density: territory.density };
    match territory.kind {
        TerritoryKind::Commune => territory.communes.first().map_or(area, |&at| Place::Commune(at)),
        TerritoryKind::Epci => atlas.epci(code).map_or(area, Place::Epci),
        TerritoryKind::Departement => atlas.departement(code).map_or(area, Place::Departement),
        TerritoryKind::Region => atlas
            .region(code)
            .map_or(area, |region| Place::Region { region, density: territory.density }),
        TerritoryKind::Zone => area,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gaps::testing::small_france;

    #[test]
    fn a_departement_is_cut_in_its_epcis_and_shares_sum_to_one() {
        let atlas = small_france();
        let territory = atlas.territory("dep-01").unwrap();
        let scope = Scope::new(&atlas, &territory);
        assert_eq!(scope.groups().len(), 2);
        assert!((scope.groups().iter().map(|g| g.share).sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(scope.is_division());
    }

    #[test]
    fn where_nobody_lives_every_commune_counts_the_same() {
        let mut atlas = small_france();
        for commune in &mut atlas.communes {
            commune.population = 0.0;
        }
        let territory = atlas.territory("epci-200000001").unwrap();
        let scope = Scope::new(&atlas, &territory);
        assert!((scope.shares().iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
