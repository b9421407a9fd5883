//! What applies in a territory at a date, where it comes from, and what the territory itself
//! submitted, past and to come.

use std::sync::Arc;

use jiff::civil::Date;

use crate::catalogue::record::submission::Period;
use crate::catalogue::revision::{At, Kind, Revision};
use crate::domain::fact::{Arg, Fact};
use crate::domain::lang::Lang;
use crate::domain::priority::{Priority, submission_row};
use crate::domain::provenance::Basis;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::territory::Territory;
use crate::scouting::ask::{TerritoryAsked, check_date};
use crate::scouting::candidates;
use crate::scouting::context::Surroundings;
use crate::scouting::error::ScoutingError;
use crate::scouting::front::Scouting;
use crate::scouting::scene::Scene;

use super::applies::{self, Level};
use super::submission_of;

/// The priorities of a territory.
#[derive(Debug, Clone)]
pub struct Standing {
    /// State of the log.
    pub seq: u64,
    /// The territory.
    pub territory: Territory,
    /// The date in the world.
    pub as_of: Date,
    /// Language of the sentences.
    pub lang: Lang,
    /// The latest revision of the territory's own row, where it has one.
    pub row: Option<u64>,
    /// What applies and where it comes from, in one sentence.
    pub text: String,
    /// Where what applies comes from; none where nothing applies.
    pub applies_from: Option<Named>,
    /// Wider territories whose submissions do not apply because of it.
    pub overridden: Vec<Named>,
    /// What applies, the heaviest first; ties by theme or need.
    pub priorities: Vec<Priority>,
    /// Every period that the territory itself submitted, by start.
    pub periods: Vec<(PeriodState, Period)>,
    /// What else is worth knowing.
    pub remarks: Vec<String>,
    /// Names of concepts.
    pub taxonomy: Arc<Taxonomy>,
}

/// A territory by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// It is not the territory asked.
    pub inherited: bool,
}

/// Where a period stands at a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodState {
    /// It applies.
    Live,
    /// Its dates hold the day, and one that starts later applies.
    Replaced,
    /// It is over.
    Ended,
    /// It has not begun.
    ToCome,
}

impl PeriodState {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Replaced => "replaced",
            Self::Ended => "ended",
            Self::ToCome => "to_come",
        }
    }
}

/// The priorities of the territory asked, in `scene`.
///
/// # Errors
/// Unknown or ambiguous territory, bad date; a log that fails.
pub async fn standing(
    scouting: &Scouting,
    scene: &Scene,
    asked: &str,
    as_of: Date,
    lang: Lang,
) -> Result<Standing, ScoutingError> {
    check_date(as_of)?;
    let territory = candidates::territory(scene, &TerritoryAsked::Named(asked.to_owned()))?;
    let row =
        scouting.row(At::Seq(scene.seq), Kind::Priority, &submission_row(&territory.id)).await?;
    of(scene, &territory, row.as_ref(), as_of, lang)
}

/// The priorities of `territory` in `scene`, where `row` is its own row.
///
/// # Errors
/// A row that is no longer JSON.
pub fn of(
    scene: &Scene,
    territory: &Territory,
    row: Option<&Revision>,
    as_of: Date,
    lang: Lang,
) -> Result<Standing, ScoutingError> {
    let around = Surroundings::of(scene, territory);
    let priorities: Vec<&Priority> = scene.rows.priorities.iter().collect();
    let levels = applies::levels(&priorities, &around, as_of);
    let named: Vec<Named> = levels.iter().map(|level| named(scene, territory, level)).collect();
    let own = row.map(|row| submission_of(scene, row)).transpose()?;
    let own = own.map(|own| own.periods).unwrap_or_default();
    let in_force = own.iter().filter(|period| period.holds(as_of)).map(|period| period.start).max();
    let state = |period: &Period| match (period.holds(as_of), Some(period.start) == in_force) {
        (true, true) => PeriodState::Live,
        (true, false) => PeriodState::Replaced,
        (false, _) if period.start > as_of => PeriodState::ToCome,
        (false, _) => PeriodState::Ended,
    };
    let mut applying = levels.first().map(|level| level.priorities.clone()).unwrap_or_default();
    applying.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.concept.cmp(&b.concept)));
    let templates = &scene.world.data.templates;
    let taxonomy = &scene.world.data.taxonomy;
    let render = |fact: &Fact| templates.render(fact, taxonomy, lang);
    let to_come = own.iter().filter(|period| period.start > as_of).map(|period| period.start).min();
    let remarks = to_come.map(|start| {
        let fact = Fact::new("submission.to_come", Basis::Stated);
        render(&fact.with("start", Arg::Text(start.to_string())))
    });
    Ok(Standing {
        seq: scene.seq,
        territory: territory.clone(),
        as_of,
        lang,
        row: row.map(|row| row.seq),
        text: render(&whence(&levels, &named)),
        applies_from: named.first().cloned(),
        overridden: named.into_iter().skip(1).collect(),
        priorities: applying,
        periods: own.into_iter().map(|period| (state(&period), period)).collect(),
        remarks: remarks.into_iter().collect(),
        taxonomy: Arc::clone(taxonomy),
    })
}

fn named(scene: &Scene, territory: &Territory, level: &Level) -> Named {
    let known = scene.world.data.atlas.territory(&level.territory);
    Named {
        name: known.map_or_else(|| level.territory.clone(), |known| known.name),
        inherited: level.territory != territory.id,
        id: level.territory.clone(),
    }
}

/// What applies, and from where.
fn whence(levels: &[Level], named: &[Named]) -> Fact {
    let (Some(level), Some(from)) = (levels.first(), named.first()) else {
        return Fact::new("submission.applies.none", Basis::Stated);
    };
    let published = level.priorities.iter().any(|priority| !priority.is_deposited());
    let key = match (from.inherited, level.priorities.is_empty()) {
        (false, false) if published => "submission.applies.own_published",
        (false, false) => "submission.applies.own",
        (false, true) => "submission.applies.own_nothing",
        (true, false) => "submission.applies.inherited",
        (true, true) => "submission.applies.inherited_nothing",
    };
    let others = named[1..].iter().map(|other| other.name.clone()).collect();
    Fact::new(key, Basis::Stated)
        .with("level", Arg::Text(from.name.clone()))
        .with("others", Arg::List(others))
}
