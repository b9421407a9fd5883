//! Priorities of a territory: what applies, what it submitted, its versions.

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::record::submission::{Period, Wish};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::context::Context;
use crate::domain::lang::Lang;
use crate::domain::priority::submission_row;
use crate::domain::taxonomy::Taxonomy;
use crate::scouting::submissions::history::{self, Change, History, Version};
use crate::scouting::submissions::standing::{Named, Standing};
use crate::scouting::submissions::undo::Undone;

use crate::http::csv::Rows;

use super::common::SourceWire;
use super::territory::TerritoryBrief;

/// `GET` and `PUT /territories/{id}/priorities`.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingWire {
    /// The territory asked.
    pub territory: TerritoryBrief,
    /// State of the log.
    pub seq: u64,
    /// The date in the world.
    pub as_of: String,
    /// Language of the sentences.
    pub lang: &'static str,
    /// The territory's own row; null where it never submitted, or withdrew everything.
    pub row: Option<RowWire>,
    /// What applies and where it comes from, in one sentence.
    pub text: String,
    /// Where what applies comes from; null where nothing applies.
    pub applies_from: Option<FromWire>,
    /// Wider territories whose submissions do not apply because of it.
    pub overridden: Vec<FromWire>,
    /// What applies, the heaviest first.
    pub priorities: Vec<AppliedWire>,
    /// Every period that the territory itself submitted, by start.
    pub periods: Vec<PeriodWire>,
    /// What else is worth knowing.
    pub remarks: Vec<String>,
}

/// A row of the log, and its latest revision: the ETag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowWire {
    /// Its id.
    pub id: String,
    /// Its latest revision.
    pub seq: u64,
}

/// The territory a priority comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FromWire {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// It is a wider territory than the one asked.
    pub inherited: bool,
}

impl FromWire {
    /// The territory `id` seen from that of `context`.
    #[must_use]
    pub fn of(context: &Context, id: &str) -> Self {
        let asked = &context.territory;
        let name = if id == asked.id {
            asked.name.clone()
        } else {
            context.atlas.territory(id).map_or_else(|| id.to_owned(), |known| known.name)
        };
        Self { inherited: id != asked.id, id: id.to_owned(), name }
    }
}

impl From<&Named> for FromWire {
    fn from(named: &Named) -> Self {
        Self { id: named.id.clone(), name: named.name.clone(), inherited: named.inherited }
    }
}

/// A priority that applies.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppliedWire {
    /// Theme id.
    pub theme: Option<String>,
    /// Need id, when the submission names a need.
    pub need: Option<String>,
    /// Label in the language asked.
    pub label: String,
    /// Its weight as submitted; of an order, the rank-order centroid.
    pub weight: f64,
    /// Its share of what applies, 0..=1.
    pub share: f64,
    /// Always `live`: what is over or to come stands in `periods`.
    pub state: &'static str,
    /// Where it comes from.
    pub applies_from: FromWire,
    /// Who submitted it.
    pub submitted_by: Option<String>,
    /// The document.
    pub document: Option<String>,
    /// In force from.
    pub start: Option<String>,
    /// In force until; null is until further notice.
    pub end: Option<String>,
    /// Where it is published.
    pub source: SourceWire,
}

/// A period that the territory submitted.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodWire {
    /// First day.
    pub start: String,
    /// Last day; null is until further notice.
    pub end: Option<String>,
    /// `live`, `replaced` (one that starts later applies), `ended` or `to_come`; null in a
    /// version of the past.
    pub state: Option<&'static str>,
    /// The territory says that it has no priority then.
    pub no_priority: bool,
    /// The organisation that submits.
    pub submitted_by: Option<String>,
    /// The organisation to ask.
    pub contact: Option<String>,
    /// The document that decides.
    pub document: Option<String>,
    /// Where it is published.
    pub source: Option<String>,
    /// Licence of the source.
    pub licence: Option<String>,
    /// What is asked for, in the order submitted.
    pub priorities: Vec<WishWire>,
}

/// A theme or a need asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct WishWire {
    /// Theme id.
    pub theme: Option<String>,
    /// Need id.
    pub need: Option<String>,
    /// Label in the language asked.
    pub label: String,
    /// Its weight; of an order, the rank-order centroid.
    pub weight: f64,
    /// The place given to it, where places were given.
    pub order: Option<f64>,
    /// Its share of the period, 0..=1.
    pub share: f64,
    /// Its own document, where it has one.
    pub document: Option<String>,
}

/// The ids of a theme or a need: one of the two.
pub(super) fn ids(taxonomy: &Taxonomy, concept: Concept) -> (Option<String>, Option<String>) {
    let id = taxonomy.id(concept).to_owned();
    match concept.kind {
        ConceptKind::Need => (None, Some(id)),
        _ => (Some(id), None),
    }
}

impl From<&Standing> for StandingWire {
    fn from(standing: &Standing) -> Self {
        let Standing { taxonomy, lang, .. } = standing;
        let total: f64 = standing.priorities.iter().map(|priority| priority.weight).sum();
        let from = standing.applies_from.as_ref().map(FromWire::from);
        let applied = standing.priorities.iter().zip(std::iter::repeat(&from));
        let applied = applied.filter_map(|(priority, from)| {
            let (theme, need) = ids(taxonomy, priority.concept);
            Some(AppliedWire {
                theme,
                need,
                label: taxonomy.label(priority.concept, *lang).to_owned(),
                weight: priority.weight,
                share: priority.weight / total,
                state: "live",
                applies_from: from.clone()?,
                submitted_by: priority.submitted_by.clone(),
                document: priority.document.clone(),
                start: priority.start.map(|day| day.to_string()),
                end: priority.end.map(|day| day.to_string()),
                source: SourceWire::from(&priority.source),
            })
        });
        Self {
            territory: TerritoryBrief::from(&standing.territory),
            seq: standing.seq,
            as_of: standing.as_of.to_string(),
            lang: lang.as_str(),
            row: row(&standing.territory.id, standing.row),
            text: standing.text.clone(),
            overridden: standing.overridden.iter().map(FromWire::from).collect(),
            priorities: applied.collect(),
            applies_from: from.clone(),
            periods: standing
                .periods
                .iter()
                .map(|(state, period)| period_wire(taxonomy, period, Some(state.as_str()), *lang))
                .collect(),
            remarks: standing.remarks.clone(),
        }
    }
}

pub(super) fn row(territory: &str, seq: Option<u64>) -> Option<RowWire> {
    seq.map(|seq| RowWire { id: submission_row(territory), seq })
}

fn period_wire(
    taxonomy: &Taxonomy,
    period: &Period,
    state: Option<&'static str>,
    lang: Lang,
) -> PeriodWire {
    let wish = |(wish, share): (&Wish, f64)| {
        let (theme, need) = ids(taxonomy, wish.concept);
        WishWire {
            theme,
            need,
            label: taxonomy.label(wish.concept, lang).to_owned(),
            weight: wish.weight,
            order: wish.order,
            share,
            document: wish.document.clone(),
        }
    };
    PeriodWire {
        start: period.start.to_string(),
        end: period.end.map(|end| end.to_string()),
        state,
        no_priority: period.wishes.is_empty(),
        submitted_by: period.submitted_by.clone(),
        contact: period.contact.clone(),
        document: period.document.clone(),
        source: period.source.clone(),
        licence: period.licence.clone(),
        priorities: period.wishes.iter().zip(period.shares()).map(wish).collect(),
    }
}

/// `POST /territories/{id}/priorities/undo`.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndoneWire {
    /// The revision undone.
    pub undone: u64,
    /// The revision whose content stands again; null when everything is withdrawn.
    pub restored: Option<u64>,
    /// What stands now.
    #[serde(flatten)]
    pub standing: StandingWire,
}

impl From<&Undone> for UndoneWire {
    fn from(undone: &Undone) -> Self {
        Self {
            undone: undone.undone,
            restored: undone.restored,
            standing: StandingWire::from(&undone.standing),
        }
    }
}

/// `GET /territories/{id}/priorities/history`.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryWire {
    /// The territory asked.
    pub territory: TerritoryBrief,
    /// State of the log.
    pub seq: u64,
    /// Language of the sentences.
    pub lang: &'static str,
    /// How many versions there are.
    pub total: usize,
    /// The latest first.
    pub versions: Vec<VersionWire>,
}

/// One version.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionWire {
    /// Its place in the log.
    pub seq: u64,
    /// When it was recorded.
    pub recorded_at: String,
    /// Who wrote it.
    pub recorded_by: String,
    /// Why, in the writer's words.
    pub reason: Option<String>,
    /// It is the one that stands.
    pub stands: bool,
    /// It withdrew everything.
    pub withdrawn: bool,
    /// What changed against the version before.
    pub changes: Vec<ChangeWire>,
    /// What it says.
    pub periods: Vec<PeriodWire>,
}

/// One change of one period.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeWire {
    /// Start of the period.
    pub start: String,
    /// `period_added`, `period_removed`, `wish_added`, `wish_removed`, `wish_changed`, or
    /// the name of the field that changed.
    pub what: &'static str,
    /// Theme id, where one changed.
    pub theme: Option<String>,
    /// Need id, where one changed.
    pub need: Option<String>,
    /// Its share, 0..=1, or the field, before.
    #[schema(value_type = Option<Object>)]
    pub before: Option<serde_json::Value>,
    /// The same after.
    #[schema(value_type = Option<Object>)]
    pub after: Option<serde_json::Value>,
    /// In one sentence.
    pub text: String,
}

impl From<&History> for HistoryWire {
    fn from(history: &History) -> Self {
        let version = |version: &Version| VersionWire {
            seq: version.seq,
            recorded_at: version.recorded_at.to_string(),
            recorded_by: version.recorded_by.clone(),
            reason: version.reason.clone(),
            stands: version.stands,
            withdrawn: version.withdrawn,
            changes: version.changes.iter().map(|c| change(&history.taxonomy, c)).collect(),
            periods: version
                .periods
                .iter()
                .map(|period| period_wire(&history.taxonomy, period, None, history.lang))
                .collect(),
        };
        Self {
            territory: TerritoryBrief::from(&history.territory),
            seq: history.seq,
            lang: history.lang.as_str(),
            total: history.total,
            versions: history.versions.iter().map(version).collect(),
        }
    }
}

fn change(taxonomy: &Taxonomy, change: &Change) -> ChangeWire {
    let (theme, need) = change.concept.map_or((None, None), |concept| ids(taxonomy, concept));
    let value = |value: &history::Value| match value {
        history::Value::Share(share) => serde_json::Value::from(*share),
        history::Value::Text(text) => serde_json::Value::from(text.as_str()),
    };
    ChangeWire {
        start: change.start.to_string(),
        what: change.what,
        theme,
        need,
        before: change.before.as_ref().map(value),
        after: change.after.as_ref().map(value),
        text: change.text.clone(),
    }
}

/// The territory's own periods, one row per theme or need, in the columns that
/// `essaim import priorities` reads: the file imported again changes nothing.
impl Rows for StandingWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "territory",
            "start",
            "end",
            "theme",
            "need",
            "weight",
            "order",
            "no_priority",
            "submitted_by",
            "contact",
            "document",
            "source",
            "licence",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let row = |period: &PeriodWire, wish: Option<&WishWire>| {
            let order = wish.and_then(|wish| wish.order);
            let weight = wish.filter(|wish| wish.order.is_none()).map(|wish| wish.weight);
            let number = |number: Option<f64>| number.map(|n| n.to_string()).unwrap_or_default();
            let own = wish.and_then(|wish| wish.document.clone());
            vec![
                self.territory.id.clone(),
                period.start.clone(),
                text(&period.end),
                wish.map(|wish| text(&wish.theme)).unwrap_or_default(),
                wish.map(|wish| text(&wish.need)).unwrap_or_default(),
                number(weight),
                number(order),
                if wish.is_none() { "true".to_owned() } else { String::new() },
                text(&period.submitted_by),
                text(&period.contact),
                own.unwrap_or_else(|| text(&period.document)),
                text(&period.source),
                text(&period.licence),
            ]
        };
        let mut rows = Vec::new();
        for period in &self.periods {
            rows.extend(period.priorities.iter().map(|wish| row(period, Some(wish))));
            if period.priorities.is_empty() {
                rows.push(row(period, None));
            }
        }
        rows
    }
}
