//! Unmet demand: what was asked for and found little.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::concept::ConceptKind;
use crate::domain::demand::{Disclosed, Entry};
use crate::domain::lang::Lang;
use crate::http::csv::Rows;
use crate::scouting::decisions::words;
use crate::scouting::demand::{DemandNumbers, UNREAD};
use crate::scouting::scene::Scene;

use super::decisions::{NamedWire, territory};

/// `GET /demand`.
#[derive(Debug, Serialize, ToSchema)]
pub struct DemandWire {
    /// State of the log that names territories and concepts; counts are beside the log.
    pub seq: u64,
    /// Months up to that of this date.
    pub as_of: String,
    /// Language of the labels.
    pub lang: &'static str,
    /// The territory asked; null for all of them.
    pub territory: Option<NamedWire>,
    /// A question found little when fewer answered it.
    pub few: usize,
    /// Counts below are never shown alone.
    pub floor: u64,
    /// Entries in all.
    pub total: usize,
    /// The counts, by period, place and concept; none is part of another.
    pub entries: Vec<DemandEntryWire>,
    /// Whether something stays below the floor however it is added.
    pub hidden: bool,
    /// How they are counted and shown.
    pub note: String,
}

/// One count.
#[derive(Debug, Serialize, ToSchema)]
pub struct DemandEntryWire {
    /// `2026-11`, or `2026` where small months were added.
    pub period: String,
    /// Where: the territory asked about, or the département that small counts were added
    /// into; null for the country and for questions that named no place.
    pub territory: Option<NamedWire>,
    /// `need`, `theme`, or `unread` where nothing was understood.
    pub kind: String,
    /// Id of the concept; null where nothing was understood.
    pub concept: Option<String>,
    /// Its label.
    pub label: String,
    /// Times it was asked and found little.
    pub asked: u64,
    /// The most that answered one of these times.
    pub found_at_most: u64,
}

impl DemandWire {
    /// What may be shown, labelled in `lang`.
    #[must_use]
    pub fn new(
        scene: &Scene,
        asked: Option<&str>,
        as_of: jiff::civil::Date,
        found: &Disclosed,
        lang: Lang,
    ) -> Self {
        let numbers = DemandNumbers::read(&scene.world.data.rules);
        Self {
            seq: scene.seq,
            as_of: as_of.to_string(),
            lang: lang.as_str(),
            territory: asked.map(|id| territory(scene, id)),
            few: numbers.few,
            floor: numbers.floor,
            total: found.entries.len(),
            entries: found.entries.iter().map(|entry| one(scene, entry, lang)).collect(),
            hidden: found.hidden,
            note: words::demand_note(scene, lang),
        }
    }
}

fn one(scene: &Scene, entry: &Entry, lang: Lang) -> DemandEntryWire {
    let taxonomy = &scene.world.data.taxonomy;
    let kind = ConceptKind::parse(&entry.kind);
    let concept = kind.and_then(|kind| taxonomy.find(kind, &entry.concept));
    let label = match concept {
        Some(concept) => taxonomy.label(concept, lang).to_owned(),
        None if entry.kind == UNREAD => words::unread(scene, lang),
        None => entry.concept.clone(),
    };
    DemandEntryWire {
        period: entry.period.clone(),
        territory: (!entry.territory.is_empty()).then(|| territory(scene, &entry.territory)),
        kind: entry.kind.clone(),
        concept: (!entry.concept.is_empty()).then(|| entry.concept.clone()),
        label,
        asked: entry.asked,
        found_at_most: entry.best,
    }
}

/// What was asked of a territory for one need and found little; it never enters the gap.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NeedDemandWire {
    /// Times it was asked.
    pub asked: u64,
    /// The most that answered one of these times.
    pub found_at_most: u64,
    /// The months, or years where small months were added.
    pub months: Vec<String>,
}

impl NeedDemandWire {
    /// The counts of one need.
    #[must_use]
    pub fn new(entries: &[Entry]) -> Self {
        Self {
            asked: entries.iter().map(|entry| entry.asked).sum(),
            found_at_most: entries.iter().map(|entry| entry.best).max().unwrap_or_default(),
            months: entries.iter().map(|entry| entry.period.clone()).collect(),
        }
    }
}

impl Rows for DemandWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "period",
            "territory",
            "territory_name",
            "kind",
            "concept",
            "label",
            "asked",
            "found_at_most",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let of = |place: &Option<NamedWire>, part: fn(&NamedWire) -> &String| {
            place.as_ref().map(part).cloned().unwrap_or_default()
        };
        self.entries
            .iter()
            .map(|entry| {
                vec![
                    entry.period.clone(),
                    of(&entry.territory, |place| &place.id),
                    of(&entry.territory, |place| &place.name),
                    entry.kind.clone(),
                    entry.concept.clone().unwrap_or_default(),
                    entry.label.clone(),
                    entry.asked.to_string(),
                    entry.found_at_most.to_string(),
                ]
            })
            .collect()
    }
}
