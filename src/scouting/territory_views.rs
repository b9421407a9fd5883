//! What is known of a territory: its gaps, its actors, its programmes.

use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::concept::ConceptKind;
use crate::domain::context::{Context, Proximity};
use crate::domain::gap::Gap;
use crate::domain::portrait::weight_of;

use super::ask::{TerritoryAsked, check_date};
use super::candidates::territory;
use super::context::{self, Overlay};
use super::error::ScoutingError;
use super::scene::Scene;
use super::vocabulary;

/// Everything known of a territory at a date, as a matching reads it.
///
/// # Errors
/// Unknown or ambiguous territory, bad date.
pub fn context_of(
    scene: &Scene,
    asked: &TerritoryAsked,
    as_of: Date,
) -> Result<Arc<Context>, ScoutingError> {
    check_date(as_of)?;
    let territory = territory(scene, asked)?;
    Ok(Arc::new(context::build(scene, territory, as_of, &Overlay::default())))
}

/// The gaps of a context, the widest first; ties by need id.
///
/// # Errors
/// Unknown theme or need.
pub fn gaps<'a>(
    scene: &Scene,
    context: &'a Context,
    theme: Option<&str>,
    need: Option<&str>,
) -> Result<Vec<&'a Gap>, ScoutingError> {
    let theme =
        theme.map(|word| vocabulary::concept(scene, ConceptKind::Theme, word)).transpose()?;
    let need = need.map(|word| vocabulary::concept(scene, ConceptKind::Need, word)).transpose()?;
    let mut gaps: Vec<&Gap> = context
        .gaps
        .iter()
        .filter(|gap| theme.is_none_or(|t| context.taxonomy.themes_of(gap.need).contains(&t)))
        .filter(|gap| need.is_none_or(|n| gap.need == n))
        .collect();
    gaps.sort_by(|a, b| b.level.point.total_cmp(&a.level.point).then(a.need.cmp(&b.need)));
    Ok(gaps)
}

/// Positions of the actors of a context to show: those inside first, described ones
/// before rows of registers, then by id.
///
/// # Errors
/// Unknown theme.
pub fn actors(
    scene: &Scene,
    context: &Context,
    theme: Option<&str>,
    inside_only: bool,
) -> Result<Vec<usize>, ScoutingError> {
    let theme =
        theme.map(|word| vocabulary::concept(scene, ConceptKind::Theme, word)).transpose()?;
    let mut shown: Vec<usize> = (0..context.actors.len())
        .filter(|&at| {
            let actor = &context.actors[at];
            (!inside_only || actor.proximity == Proximity::Inside)
                && theme.is_none_or(|t| weight_of(&actor.actor.portrait.themes, t) > 0.0)
        })
        .collect();
    shown.sort_by_key(|&at| {
        let actor = &context.actors[at];
        (actor.proximity != Proximity::Inside, actor.actor.register, actor.actor.id.clone())
    });
    Ok(shown)
}
