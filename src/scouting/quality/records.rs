//! The records worth a visit first, of the whole catalogue or of one territory.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::catalogue::revision::At;
use crate::catalogue::store::Store;
use crate::domain::actor::Actor;
use crate::domain::enterprise::{Enterprise, Place};
use crate::domain::territory::{Territory, TerritoryKind};
use crate::scouting::ask::check_date;
use crate::scouting::error::ScoutingError;
use crate::scouting::loader;
use crate::scouting::rows::Rows;
use crate::scouting::world::World;

use super::visit::{Survey, Visit};
use super::{Judge, Quality};

/// The kinds of records judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordKind {
    /// A local actor.
    Actor,
    /// An enterprise.
    Enterprise,
}

impl RecordKind {
    /// The words typed.
    pub const WORDS: &'static [&'static str] = &["actor", "enterprise"];

    /// The word of JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Enterprise => "enterprise",
        }
    }

    /// Reads the word typed.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word.trim() {
            "actor" => Some(Self::Actor),
            "enterprise" => Some(Self::Enterprise),
            _ => None,
        }
    }
}

/// Which records are asked.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordsAsk {
    /// Only of this kind.
    pub kind: Option<RecordKind>,
    /// Only those of this territory (id or name): an actor that is there, an enterprise whose
    /// home or a site is.
    pub territory: Option<String>,
    /// The date in the world.
    pub as_of: Date,
    /// The first record shown, from 0.
    pub start: usize,
    /// How many records are shown.
    pub limit: usize,
}

/// A record with its quality and what a visit would bring.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its kind.
    pub kind: RecordKind,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The commune, else the place as written.
    pub place: Option<String>,
    /// Its quality.
    pub quality: Quality,
    /// What a visit would bring.
    pub visit: Visit,
}

/// The records asked, the most worth a visit first.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The territory asked, once found.
    pub territory: Option<Territory>,
    /// Records in all.
    pub total: usize,
    /// How many are called sure, to confirm, doubtful.
    pub words: [usize; 3],
    /// The page.
    pub records: Vec<Record>,
}

/// A record before its quality is told.
#[derive(Clone, Copy)]
enum Row<'a> {
    Actor(&'a Arc<Actor>),
    Enterprise(&'a Arc<Enterprise>),
}

/// The records of a state of the catalogue: worth of a visit, then kind, then id.
///
/// # Errors
/// Unknown or ambiguous territory, bad date.
pub fn records(world: &World, rows: &Rows, ask: &RecordsAsk) -> Result<Listed, ScoutingError> {
    check_date(ask.as_of)?;
    let territory = ask.territory.as_deref().map(|asked| world.places.territory(asked));
    let territory = territory.transpose()?;
    let ground = territory.as_ref().map(|territory| Ground::new(world, territory));
    let judge = Judge::new(world, rows, ask.as_of);
    let survey = Survey::new(&world.data.rules, rows, ask.as_of);
    let wanted = |kind: RecordKind| ask.kind.is_none_or(|asked| asked == kind);
    let mut all: Vec<Row<'_>> = Vec::new();
    if wanted(RecordKind::Actor) {
        let here = |actor: &&Arc<Actor>| ground.as_ref().is_none_or(|g| g.holds(&actor.place));
        all.extend(rows.actors.iter().filter(here).map(Row::Actor));
    }
    if wanted(RecordKind::Enterprise) {
        let here = |e: &&Arc<Enterprise>| {
            ground
                .as_ref()
                .is_none_or(|g| g.holds(&e.home) || e.sites.iter().any(|site| g.holds(&site.place)))
        };
        all.extend(rows.enterprises.iter().filter(here).map(Row::Enterprise));
    }
    // Figures of all of them; words and reasons are kept for the page alone.
    let mut order: Vec<(f64, usize, super::sureness::Word)> = all
        .par_iter()
        .enumerate()
        .map(|(at, row)| {
            let quality = row.quality(&judge);
            (row.visit(&survey, quality.score).worth, at, quality.sureness.word)
        })
        .collect();
    let mut words = [0; 3];
    for (_, _, word) in &order {
        words[match word {
            super::sureness::Word::Sure => 0,
            super::sureness::Word::ToConfirm => 1,
            super::sureness::Word::Doubtful => 2,
        }] += 1;
    }
    // Rows stand by kind, then by id.
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let page = order.iter().skip(ask.start).take(ask.limit);
    let records = page.map(|&(_, at, _)| all[at].record(world, &judge, &survey)).collect();
    Ok(Listed { territory, total: order.len(), words, records })
}

/// The same for the log of `store` as it stands, read without a scene.
///
/// # Errors
/// As [`records`]; a log or a dataset that cannot be read.
pub async fn of_store(
    store: &Store,
    ask: RecordsAsk,
) -> Result<(Arc<World>, u64, Listed), ScoutingError> {
    let loaded = loader::load(store, At::Latest, None).await?;
    let work = move || {
        let listed = records(&loaded.world, &loaded.rows, &ask)?;
        Ok((loaded.world, loaded.seq, listed))
    };
    loader::in_background(work).await
}

impl Row<'_> {
    fn quality(&self, judge: &Judge<'_>) -> Quality {
        match self {
            Self::Actor(actor) => judge.actor(actor),
            Self::Enterprise(enterprise) => judge.enterprise(enterprise),
        }
    }

    fn visit(&self, survey: &Survey, score: f64) -> Visit {
        match self {
            Self::Actor(actor) => survey.actor(actor, score),
            Self::Enterprise(enterprise) => survey.enterprise(enterprise, score),
        }
    }

    fn record(&self, world: &World, judge: &Judge<'_>, survey: &Survey) -> Record {
        let quality = self.quality(judge);
        let visit = self.visit(survey, quality.score);
        let (kind, id, name, place) = match self {
            Self::Actor(a) => (RecordKind::Actor, &a.id, &a.name, &a.place),
            Self::Enterprise(e) => (RecordKind::Enterprise, &e.id, &e.name, &e.home),
        };
        let place = place_of(world, place);
        Record { kind, id: id.clone(), name: name.clone(), place, quality, visit }
    }
}

/// The commune by its code or as written, else the département, région or country.
fn place_of(world: &World, place: &Place) -> Option<String> {
    let atlas = &world.data.atlas;
    let found = place.insee.as_deref().and_then(|code| atlas.commune(code));
    let departement = place.departement_code.as_deref().and_then(|code| atlas.departement(code));
    let written = [&place.departement, &place.region, &place.country];
    found
        .map(|at| atlas.at(at).name.clone())
        .or_else(|| place.commune.clone())
        .or_else(|| departement.map(|at| atlas.departements[at].name.clone()))
        .or_else(|| written.into_iter().flatten().next().cloned())
}

/// The communes of a territory, and its code where it is a whole département or région.
struct Ground<'a> {
    world: &'a World,
    communes: BTreeSet<u32>,
    departement: Option<&'a str>,
    region: Option<&'a str>,
}

impl<'a> Ground<'a> {
    fn new(world: &'a World, territory: &'a Territory) -> Self {
        let code = territory.id.split_once('-').map(|(_, code)| code);
        let of = |kind| code.filter(|_| territory.kind == kind);
        Self {
            world,
            communes: territory.communes.iter().copied().collect(),
            departement: of(TerritoryKind::Departement),
            region: of(TerritoryKind::Region),
        }
    }

    fn holds(&self, place: &Place) -> bool {
        if place.is_abroad() {
            return false;
        }
        let commune = place.insee.as_deref().and_then(|code| self.world.data.atlas.commune(code));
        if let Some(at) = commune {
            return self.communes.contains(&at);
        }
        let same =
            |own: Option<&str>, theirs: &Option<String>| own.is_some() && own == theirs.as_deref();
        same(self.departement, &place.departement_code) || same(self.region, &place.region_code)
    }
}
