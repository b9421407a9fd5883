//! The follow-ups of a scene, filtered.

use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::decision::{FollowUp, State};
use crate::scouting::scene::Scene;

/// Which follow-ups are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this territory (id).
    pub territory: Option<String>,
    /// Of this enterprise (id).
    pub enterprise: Option<String>,
    /// Of this scouting year.
    pub season: Option<i16>,
    /// Standing here.
    pub state: Option<State>,
}

/// The follow-ups that stood so on `as_of`, by territory then enterprise.
#[must_use]
pub fn of<'a>(scene: &'a Scene, filter: &Filter, as_of: Date) -> Vec<&'a Arc<FollowUp>> {
    let is = |asked: &Option<String>, id: &str| asked.as_deref().is_none_or(|asked| asked == id);
    scene
        .rows
        .follow_ups
        .iter()
        .filter(|one| is(&filter.territory, &one.territory))
        .filter(|one| is(&filter.enterprise, &one.enterprise))
        .filter(|one| {
            one.at(as_of).is_some_and(|step| {
                filter.season.is_none_or(|season| step.season == season)
                    && filter.state.is_none_or(|state| step.state == state)
            })
        })
        .collect()
}
