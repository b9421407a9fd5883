//! Territories: in one line, in a list, whole.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::context::{Context, LocalProgramme};
use crate::domain::lang::Lang;
use crate::domain::priority::{Priority, PriorityKind};
use crate::domain::support::Support;
use crate::domain::territory::Territory;
use crate::scouting::places::Found;

use super::common::SourceWire;
use super::priorities::FromWire;

/// A territory in one line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TerritoryBrief {
    /// `epci-200046977`…
    pub id: String,
    /// Name.
    pub name: String,
    /// `commune`, `epci`, `departement`, `region` or `zone`.
    pub kind: &'static str,
    /// Inhabitants.
    pub population: u64,
}

/// Inhabitants as a whole number; what is no number is 0.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Clamped just before.
pub fn inhabitants(population: f64) -> u64 {
    population.round().clamp(0.0, 1e12) as u64
}

impl From<&Territory> for TerritoryBrief {
    fn from(territory: &Territory) -> Self {
        Self {
            id: territory.id.clone(),
            name: territory.name.clone(),
            kind: territory.kind.as_str(),
            population: inhabitants(territory.population),
        }
    }
}

impl From<&Found> for TerritoryBrief {
    fn from(found: &Found) -> Self {
        Self {
            id: found.id.clone(),
            name: found.name.clone(),
            kind: found.kind.as_str(),
            population: inhabitants(found.population),
        }
    }
}

/// `GET /territories`.
#[derive(Debug, Serialize, ToSchema)]
pub struct TerritoriesWire {
    /// State of the log.
    pub seq: u64,
    /// How many in all; with `q`, how many are shown.
    pub total: usize,
    /// Where the next page starts.
    pub next_cursor: Option<String>,
    /// The page; with `q`, best first.
    pub territories: Vec<TerritoryBrief>,
}

/// A name with its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedWire {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// A programme present in the territory.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgrammeWire {
    /// Programme id.
    pub id: String,
    /// French label.
    pub label: String,
    /// Its theme, in words.
    pub theme: String,
    /// Number of objects.
    pub count: u32,
    /// Communes or EPCI that hold it.
    pub places: Vec<String>,
    /// Where the list comes from.
    pub source: SourceWire,
}

impl From<&LocalProgramme> for ProgrammeWire {
    fn from(programme: &LocalProgramme) -> Self {
        Self {
            id: programme.id.clone(),
            label: programme.label.clone(),
            theme: programme.theme.clone(),
            count: programme.count,
            places: programme.places.clone(),
            source: SourceWire::from(&programme.source),
        }
    }
}

/// A priority, or a published context that weighs nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriorityWire {
    /// Stable id.
    pub id: String,
    /// `submission`, `call`, `programme` or `finding`; only a submission weighs.
    pub kind: &'static str,
    /// `theme` or `need`.
    pub concept_kind: &'static str,
    /// Id of the theme or need.
    pub concept: String,
    /// Its label.
    pub label: String,
    /// Weight as submitted.
    pub weight: f64,
    /// The territory it was submitted for.
    pub territory: String,
    /// The same by name, and whether it is a wider one than the one asked.
    pub from: FromWire,
    /// It is not this territory's own.
    pub inherited: bool,
    /// Who submitted it.
    pub submitted_by: Option<String>,
    /// The document.
    pub document: Option<String>,
    /// In force from.
    pub start: Option<String>,
    /// In force until.
    pub end: Option<String>,
    /// Where it is published.
    pub source: SourceWire,
}

/// A scheme, funder, incubator or peer whose perimeter holds the territory.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupportWire {
    /// Stable id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `scheme`, `funder`, `incubator`, `peer` or `network`.
    pub kind: String,
    /// `france` or a territory id.
    pub perimeter: String,
    /// Theme ids; empty is every theme.
    pub themes: Vec<String>,
    /// What it is.
    pub description: String,
    /// Its address.
    pub url: Option<String>,
    /// Where it was read.
    pub source: String,
    /// Year.
    pub year: Option<i16>,
}

/// How much is known of the territory.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsWire {
    /// Actors at work inside.
    pub actors_inside: usize,
    /// Actors within reach, outside.
    pub actors_near: usize,
    /// Actors inside that have a description of their own.
    pub actors_described: usize,
    /// Needs whose severity is measured.
    pub needs_measured: usize,
    /// Observations counted.
    pub observations: usize,
    /// Support schemes and peers.
    pub supports: usize,
    /// Programmes present.
    pub programmes: usize,
}

/// `GET /territories/{id}`.
#[derive(Debug, Serialize, ToSchema)]
pub struct TerritoryWire {
    /// `epci-200046977`…
    pub id: String,
    /// Name.
    pub name: String,
    /// `commune`, `epci`, `departement`, `region` or `zone`.
    pub kind: &'static str,
    /// Inhabitants.
    pub population: u64,
    /// Area, km².
    pub area_km2: f64,
    /// `urbain`, `intermediaire` or `rural`: the class of most inhabitants.
    pub density: &'static str,
    /// Share of the population in rural communes, 0..=1.
    pub rural_share: f64,
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world.
    pub as_of: String,
    /// Number of communes.
    pub communes: usize,
    /// EPCI it belongs to or holds.
    pub epcis: Vec<NamedWire>,
    /// Départements it belongs to or holds.
    pub departements: Vec<NamedWire>,
    /// Régions it belongs to or holds.
    pub regions: Vec<NamedWire>,
    /// The live submissions, heaviest first.
    pub priorities: Vec<PriorityWire>,
    /// Live published context: calls, programmes, findings; weighs nothing.
    pub context: Vec<PriorityWire>,
    /// Programmes present.
    pub programmes: Vec<ProgrammeWire>,
    /// Support schemes and peers.
    pub supports: Vec<SupportWire>,
    /// How much is known.
    pub counts: CountsWire,
}

impl TerritoryWire {
    /// The territory of `context`, with names in `lang`.
    #[must_use]
    pub fn new(context: &Context, seq: u64, rules: &str, lang: Lang) -> Self {
        let territory = &context.territory;
        let mut priorities = live(context, lang, |kind| kind == PriorityKind::Submission);
        priorities.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.id.cmp(&b.id)));
        let inside = |actor: &&crate::domain::context::ContextActor| {
            actor.proximity == crate::domain::context::Proximity::Inside
        };
        let actors_inside = context.actors.iter().filter(inside).count();
        Self {
            id: territory.id.clone(),
            name: territory.name.clone(),
            kind: territory.kind.as_str(),
            population: inhabitants(territory.population),
            area_km2: super::common::rounded(territory.area_km2),
            density: territory.density.as_str(),
            rural_share: super::common::rounded(territory.rural_share),
            seq,
            rules: rules.to_owned(),
            as_of: context.as_of.to_string(),
            communes: territory.communes.len(),
            epcis: epcis(context),
            departements: divisions(context, Level::Departement),
            regions: divisions(context, Level::Region),
            priorities,
            context: live(context, lang, |kind| kind != PriorityKind::Submission),
            programmes: context.programmes.iter().map(ProgrammeWire::from).collect(),
            supports: context.supports.iter().map(|s| support(context, s)).collect(),
            counts: CountsWire {
                actors_inside,
                actors_near: context.actors.len() - actors_inside,
                actors_described: context
                    .actors
                    .iter()
                    .filter(inside)
                    .filter(|actor| !actor.actor.register)
                    .count(),
                needs_measured: context
                    .gaps
                    .iter()
                    .filter(|gap| !gap.severity.evidence.is_empty())
                    .count(),
                observations: context.gaps.iter().map(|gap| gap.field.evidence.len()).sum(),
                supports: context.supports.len(),
                programmes: context.programmes.len(),
            },
        }
    }
}

fn live(context: &Context, lang: Lang, keeps: impl Fn(PriorityKind) -> bool) -> Vec<PriorityWire> {
    context
        .priorities
        .iter()
        .filter(|priority| keeps(priority.kind) && priority.is_live(context.as_of))
        .map(|priority| priority_wire(context, priority, lang))
        .collect()
}

fn priority_wire(context: &Context, priority: &Priority, lang: Lang) -> PriorityWire {
    let from = FromWire::of(context, &priority.territory);
    PriorityWire {
        inherited: from.inherited,
        from,
        id: priority.id.clone(),
        kind: priority.kind.as_str(),
        concept_kind: priority.concept.kind.as_str(),
        concept: context.taxonomy.id(priority.concept).to_owned(),
        label: context.taxonomy.label(priority.concept, lang).to_owned(),
        weight: priority.weight,
        territory: priority.territory.clone(),
        submitted_by: priority.submitted_by.clone(),
        document: priority.document.clone(),
        start: priority.start.map(|day| day.to_string()),
        end: priority.end.map(|day| day.to_string()),
        source: SourceWire::from(&priority.source),
    }
}

fn support(context: &Context, support: &Support) -> SupportWire {
    SupportWire {
        id: support.id.clone(),
        name: support.name.clone(),
        kind: support.kind.clone(),
        perimeter: support.perimeter.clone(),
        themes: support.themes.iter().map(|&t| context.taxonomy.id(t).to_owned()).collect(),
        description: support.description.clone(),
        url: support.url.clone(),
        source: support.source.clone(),
        year: support.year,
    }
}

fn epcis(context: &Context) -> Vec<NamedWire> {
    let atlas = &context.atlas;
    let mut positions: Vec<u32> =
        context.territory.communes.iter().filter_map(|&at| atlas.at(at).epci).collect();
    positions.sort_unstable();
    positions.dedup();
    positions
        .into_iter()
        .map(|at| &atlas.epcis[at as usize])
        .map(|epci| NamedWire { id: format!("epci-{}", epci.siren), name: epci.name.clone() })
        .collect()
}

#[derive(Clone, Copy)]
enum Level {
    Departement,
    Region,
}

fn divisions(context: &Context, level: Level) -> Vec<NamedWire> {
    let atlas = &context.atlas;
    let mut codes: Vec<&str> = context
        .territory
        .communes
        .iter()
        .map(|&at| atlas.at(at))
        .map(|commune| match level {
            Level::Departement => commune.departement.as_str(),
            Level::Region => commune.region.as_str(),
        })
        .collect();
    codes.sort_unstable();
    codes.dedup();
    codes
        .into_iter()
        .map(|code| {
            let (prefix, division) = match level {
                Level::Departement => {
                    ("dep", atlas.departement(code).map(|i| &atlas.departements[i]))
                }
                Level::Region => ("reg", atlas.region(code).map(|i| &atlas.regions[i])),
            };
            NamedWire {
                id: format!("{prefix}-{code}"),
                name: division.map_or_else(|| code.to_owned(), |d| d.name.clone()),
            }
        })
        .collect()
}
