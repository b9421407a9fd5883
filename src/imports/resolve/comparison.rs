//! How far two organisations agree, field by field: a level each.

use super::corpus::{Corpus, Pieces, Prepared};
use super::likeness::{Common, Places, names};
use super::settings::Settings;
use crate::domain::geography::distance_km;

/// Agreement of two names, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameLevel {
    /// The same words.
    Exact,
    /// The same words but for a typo or a short form.
    Typo,
    /// One is the acronym of the other.
    Acronym,
    /// The words of one are all in the other.
    Contained,
    /// Most of what they say is common.
    Likely,
    /// Some of it.
    Weak,
    /// Nothing.
    None,
}

/// Agreement of two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceLevel {
    /// The same commune.
    Commune,
    /// Two communes or one unknown, and both names bear the same place.
    Named,
    /// Two communes, and points so near that one of the communes was read wrong.
    Near,
    /// The same département.
    Departement,
    /// Elsewhere.
    Elsewhere,
    /// One of them is not known.
    Unknown,
}

/// Distance between two points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PointLevel {
    /// The same building.
    Same,
    /// The same neighbourhood.
    Close,
    /// The same town.
    Apart,
    /// Farther.
    Far,
    /// One of them is not known.
    Unknown,
}

/// Agreement of a value that is the same, different, or not known of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
    /// The same.
    Same,
    /// Different.
    Different,
    /// Not known of both.
    Unknown,
}

/// What the identifiers of two organisations say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifiers {
    /// The same SIRET: one establishment.
    SameSiret,
    /// The same RNA number: one association.
    SameRna,
    /// The same SIREN: one legal person, maybe several establishments.
    SameSiren,
    /// Two SIRENs, or two RNA numbers: two legal persons.
    Different,
    /// Not known of both.
    Unknown,
}

/// What sets two organisations apart although their names are near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Obstacle {
    /// Their names bear two different places.
    TwoPlaces,
    /// Only one name bears a place, which is not where the other is: a branch.
    Branch,
    /// They are two kinds of place: a town hall and a library.
    TwoSorts,
    /// A word or a number tells two services apart.
    TwoMarks,
    /// They are in two communes, and nothing says that it is one place.
    TwoCommunes,
}

/// The levels of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Agreement of the names, the best of all variants and aliases.
    pub name: NameLevel,
    /// Bits of what the names have in common, capped by how rare the name is.
    pub common_bits: f64,
    /// Bits of what only one of them bears.
    pub unshared_bits: f64,
    /// The same with what a dash sets apart: bits of all that only one whole name bears.
    pub aside_bits: f64,
    /// The common part is only the kind of place.
    pub only_sort: bool,
    /// That kind is one that a commune has once.
    pub only_one: bool,
    /// One of the names is made of parts, by a dash or a slash.
    pub in_parts: bool,
    /// Agreement of the places.
    pub place: PlaceLevel,
    /// Bits of the common commune, or of the place that both name.
    pub place_bits: f64,
    /// Distance of the points.
    pub point: PointLevel,
    /// Agreement of the web domains.
    pub website: Agreement,
    /// Agreement of the families of legal forms.
    pub form: Agreement,
    /// Both SIRETs are known and differ: two sites, of one legal person or not.
    pub two_sites: bool,
    /// The first register of both is one, under two ids.
    pub one_register: bool,
    /// Rows at most that one register has under the name of one of them in its commune.
    pub listed: u32,
    /// One register lists both (`Same`), or two do (`Different`).
    pub registers: Agreement,
    /// Agreement of the networks; one may be the network of the other.
    pub network: Agreement,
    /// What the identifiers say.
    pub identifiers: Identifiers,
    /// What sets them apart, sorted.
    pub obstacles: Vec<Obstacle>,
}

impl Comparison {
    /// One name is but a kind of place of which a commune has one ("France services"), and
    /// both stand in one building: the longer name tells the same.
    #[must_use]
    pub fn bare_sort_in_one_building(&self) -> bool {
        self.only_sort && self.only_one && !self.in_parts && self.point == PointLevel::Same
    }
}

/// Compares two organisations of the corpus.
pub(super) fn compare(a: &Prepared, b: &Prepared, corpus: &Corpus, s: &Settings) -> Comparison {
    let mut best: Option<Common> = None;
    let mut aside = f64::INFINITY;
    for one in &a.names {
        for other in &b.names {
            if one.part && other.part {
                continue;
            }
            let found = names(one, other, (a, b), corpus, s);
            if !one.part && !other.part {
                let brackets = [(one, other), (other, one)].map(|(x, y)| {
                    let met = |word: &&u32| !y.words.contains(word) && !y.aside.contains(word);
                    x.aside.iter().filter(met).map(|&word| corpus.bits[word as usize]).sum::<f64>()
                });
                aside = aside.min(found.unshared + brackets[0] + brackets[1]);
            }
            // A part is the whole of another name, or nothing; a kind of place is no name
            // unless both tell of which commune.
            let kind = found.only_sort && !matches!(found.places, Places::Same(_));
            if one.part != other.part
                && (found.level > NameLevel::Contained || found.unshared > 0.0 || kind)
            {
                continue;
            }
            let better = best.is_none_or(|best| {
                let net = |common: &Common| common.bits - common.unshared;
                match found.level.cmp(&best.level) {
                    std::cmp::Ordering::Equal => net(&found) > net(&best),
                    order => order.is_lt(),
                }
            });
            if better {
                best = Some(found);
            }
        }
    }
    let common = best.unwrap_or(Common {
        level: NameLevel::None,
        bits: 0.0,
        unshared: 0.0,
        only_sort: false,
        only_one: false,
        places: Places::Silent,
        sorts_apart: false,
        marks_apart: false,
    });
    let (place, place_bits) = places(a, b, common.places, corpus, s);
    let mut obstacles = Vec::new();
    match common.places {
        Places::Two => obstacles.push(Obstacle::TwoPlaces),
        Places::OneOnly => obstacles.push(Obstacle::Branch),
        _ => {}
    }
    if common.sorts_apart {
        obstacles.push(Obstacle::TwoSorts);
    }
    if common.marks_apart || one_is_a_branch(a, b, corpus) {
        obstacles.push(Obstacle::TwoMarks);
    }
    if is_branch(a, b) || is_branch(b, a) {
        obstacles.push(Obstacle::Branch);
        obstacles.dedup();
    }
    let home = a.of.insee == b.of.insee;
    if place == PlaceLevel::Commune && !home && !obstacles.contains(&Obstacle::Branch) {
        obstacles.push(Obstacle::Branch);
    }
    if matches!(place, PlaceLevel::Departement | PlaceLevel::Elsewhere) {
        obstacles.push(Obstacle::TwoCommunes);
    }
    Comparison {
        name: common.level,
        common_bits: common.bits,
        unshared_bits: common.unshared,
        aside_bits: if aside.is_finite() { aside } else { 0.0 },
        only_sort: common.only_sort,
        only_one: common.only_one,
        in_parts: a.names.iter().chain(&b.names).any(|name| name.part),
        place,
        place_bits,
        point: points(a, b, s),
        website: agreement(a.domain.as_ref(), b.domain.as_ref()),
        form: agreement(a.form.as_ref(), b.form.as_ref()),
        two_sites: agreement(a.of.siret.as_ref(), b.of.siret.as_ref()) == Agreement::Different,
        one_register: a.of.registers.first().is_some_and(|one| b.of.registers.first() == Some(one)),
        listed: a.listed.max(b.listed),
        registers: registers(a, b),
        network: networks(a, b),
        identifiers: identifiers(a, b),
        obstacles,
    }
}

/// Whether one whole name bears a word of a branch or a service (`antenne`, `bus`) that the
/// other does not: what a dash sets apart may be alike and hide it.
fn one_is_a_branch(a: &Prepared, b: &Prepared, corpus: &Corpus) -> bool {
    let number = |word: &u32| corpus.words[*word as usize].bytes().any(|c| c.is_ascii_digit());
    let words = |one: &Prepared| -> Vec<u32> {
        let marks = one.names.first().map(|name| name.marks.iter().copied());
        marks.into_iter().flatten().filter(|word| !number(word)).collect()
    };
    a.names.iter().chain(&b.names).any(|name| name.part) && words(a) != words(b)
}

/// Whether `a` says that its network is `b`, under another name than its own.
fn is_branch(a: &Prepared, b: &Prepared) -> bool {
    let Some(network) = &a.network else { return false };
    let is = |name: &Pieces| name.core == network.core && name.sorts == network.sorts;
    let bare = |name: &Pieces| is(name) && name.place.is_empty() && name.aside.is_empty();
    // The same whole name in the same commune: the branch, told by both.
    let whole = |one: &Prepared| one.names.first().map(|name| name.joined);
    let itself = a.of.insee.is_some() && a.of.insee == b.of.insee && whole(a) == whole(b);
    let told = b.names.iter().any(bare) && !a.names.iter().any(bare);
    b.of.kind != a.of.kind && told && !itself
}

fn places(
    a: &Prepared,
    b: &Prepared,
    named: Places,
    corpus: &Corpus,
    s: &Settings,
) -> (PlaceLevel, f64) {
    let here = |x: &Prepared, y: &Prepared| {
        y.of.insee.as_ref().is_some_and(|insee| x.of.sites.contains(insee))
    };
    if let (Some(one), Some(other)) = (&a.of.insee, &b.of.insee)
        && (one == other || here(a, b) || here(b, a))
    {
        let site = if here(a, b) { other } else { one };
        return (PlaceLevel::Commune, corpus.commune_bits(site));
    }
    if let Places::Same(bits) = named {
        return (PlaceLevel::Named, bits);
    }
    if let (Some(one), Some(other)) = (a.of.point, b.of.point)
        && distance_km(one, other) <= s.number("place.near_km")
    {
        return (PlaceLevel::Near, 0.0);
    }
    match (a.of.departement(), b.of.departement()) {
        (Some(one), Some(other)) if one == other => match (&a.of.insee, &b.of.insee) {
            (Some(_), Some(_)) => (PlaceLevel::Departement, 0.0),
            _ => (PlaceLevel::Unknown, 0.0),
        },
        (Some(_), Some(_)) => (PlaceLevel::Elsewhere, 0.0),
        _ => (PlaceLevel::Unknown, 0.0),
    }
}

fn points(a: &Prepared, b: &Prepared, s: &Settings) -> PointLevel {
    let (Some(one), Some(other)) = (a.of.point, b.of.point) else { return PointLevel::Unknown };
    match distance_km(one, other) {
        km if km <= s.number("point.same_km") => PointLevel::Same,
        km if km <= s.number("point.close_km") => PointLevel::Close,
        km if km <= s.number("point.apart_km") => PointLevel::Apart,
        _ => PointLevel::Far,
    }
}

fn agreement<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> Agreement {
    match (a, b) {
        (Some(a), Some(b)) if a == b => Agreement::Same,
        (Some(_), Some(_)) => Agreement::Different,
        _ => Agreement::Unknown,
    }
}

fn registers(a: &Prepared, b: &Prepared) -> Agreement {
    let (one, other) = (&a.of.registers, &b.of.registers);
    match () {
        () if one.is_empty() || other.is_empty() => Agreement::Unknown,
        () if one.iter().any(|register| other.contains(register)) => Agreement::Same,
        () => Agreement::Different,
    }
}

fn networks(a: &Prepared, b: &Prepared) -> Agreement {
    let bears = |network: &Pieces, names: &[Pieces]| {
        names.iter().any(|name| name.core == network.core && name.sorts == network.sorts)
    };
    match (&a.network, &b.network) {
        (Some(one), Some(other)) if one.core == other.core => Agreement::Same,
        (Some(_), Some(_)) => Agreement::Different,
        (Some(network), None) if bears(network, &b.names) => Agreement::Same,
        (None, Some(network)) if bears(network, &a.names) => Agreement::Same,
        _ => Agreement::Unknown,
    }
}

fn identifiers(a: &Prepared, b: &Prepared) -> Identifiers {
    let same = |one: Option<&str>, other: Option<&str>| Some(one? == other?);
    let (one, other) = (a.of, b.of);
    if same(one.siret.as_deref(), other.siret.as_deref()) == Some(true) {
        return Identifiers::SameSiret;
    }
    let siren = same(one.siren(), other.siren());
    let rna = same(one.rna.as_deref(), other.rna.as_deref());
    match (siren, rna) {
        (Some(false), _) | (None, Some(false)) => Identifiers::Different,
        (Some(true), _) => Identifiers::SameSiren,
        (None, Some(true)) => Identifiers::SameRna,
        (None, None) => Identifiers::Unknown,
    }
}
