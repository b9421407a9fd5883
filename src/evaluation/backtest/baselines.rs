//! What the engine is measured against: four simple rankings of the same candidates.
//!
//! - **random**: every order equally likely, in closed form.
//! - **most sites**: open sites known at the date, most first.
//! - **theme only**: `Σ_t w(t) · a(e, t)` over the themes asked. Asked are the live
//!   submissions (a need counts for its main theme); where there is none, the main themes of
//!   the widest gaps that rest on something, each weighing its widest gap.
//! - **text only**: our text index asked with the words of the same priorities and gaps and
//!   of what the field reports. It reads the unmasked records, but the question names no
//!   place.
//!
//! Equal scores share their places (see [`crate::evaluation::metrics::Standing`]): where a
//! baseline knows nothing, it is a ranking at random.

use std::collections::BTreeMap;

use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::context::Context;
use crate::domain::gap::Gap;
use crate::domain::lang::Lang;
use crate::domain::portrait::weight_of;
use crate::domain::priority::{Priority, PriorityKind};
use crate::scouting::ask::QUERY_CHARS_MAX;
use crate::scouting::replay::Runner;

use super::destination::Destination;

/// A way of ranking the candidates of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// The score of the product at equal weights, on the same candidates as the baselines.
    Essaim,
    /// The same, as the product answers: whoever a gate keeps out is not found.
    EssaimWithGates,
    /// Every order equally likely.
    Random,
    /// Most open sites first.
    MostSites,
    /// Themes asked, themes carried.
    ThemeOnly,
    /// Words asked, words written.
    TextOnly,
}

impl Method {
    /// Every method, in the order shown.
    pub const ALL: [Self; 6] = [
        Self::Essaim,
        Self::EssaimWithGates,
        Self::Random,
        Self::MostSites,
        Self::ThemeOnly,
        Self::TextOnly,
    ];

    /// The four baselines.
    pub const BASELINES: [Self; 4] =
        [Self::Random, Self::MostSites, Self::ThemeOnly, Self::TextOnly];

    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Essaim => "essaim",
            Self::EssaimWithGates => "essaim_with_gates",
            Self::Random => "random",
            Self::MostSites => "most_sites",
            Self::ThemeOnly => "theme_only",
            Self::TextOnly => "text_only",
        }
    }

    /// Its position in [`Method::ALL`].
    #[must_use]
    pub fn at(self) -> usize {
        Self::ALL.iter().position(|&method| method == self).expect("every method is listed")
    }
}

/// What the baselines read of a territory at a date.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Weight of each theme asked.
    pub themes: BTreeMap<Concept, f64>,
    /// The words asked; empty where nothing is known.
    pub question: String,
}

impl Asked {
    /// Reads the priorities and the `widest` gaps of a context; words of the place are
    /// taken out of the question.
    #[must_use]
    pub fn of(context: &Context, place: &Destination, widest: usize) -> Self {
        let live: Vec<&Priority> = context
            .priorities
            .iter()
            .filter(|p| p.kind == PriorityKind::Submission && p.is_live(context.as_of))
            .collect();
        let gaps = widest_gaps(context, widest);
        Self {
            themes: themes(context, &live, &gaps),
            question: question(context, &live, &gaps, place),
        }
    }

    /// Score of a candidate by the themes asked, 0 or more, higher is nearer.
    #[must_use]
    pub fn themes_of(&self, runner: &Runner) -> f64 {
        let carried = &runner.enterprise.portrait.themes;
        self.themes.iter().map(|(&theme, weight)| weight * weight_of(carried, theme)).sum()
    }
}

/// Score of a candidate by its sites, higher is more.
#[must_use]
#[allow(clippy::cast_precision_loss)] // sites of one enterprise
pub fn sites_of(runner: &Runner) -> f64 {
    runner.sites as f64
}

/// The widest gaps that rest on an indicator, a count of supply or the field; ties by need.
fn widest_gaps(context: &Context, widest: usize) -> Vec<&Gap> {
    let known = |gap: &&Gap| {
        !(gap.severity.evidence.is_empty()
            && gap.coverage.evidence.is_empty()
            && gap.field.evidence.is_empty())
    };
    let mut gaps: Vec<&Gap> = context.gaps.iter().filter(known).collect();
    gaps.sort_by(|a, b| b.level.point.total_cmp(&a.level.point).then(a.need.cmp(&b.need)));
    gaps.truncate(widest);
    gaps
}

fn themes(context: &Context, live: &[&Priority], gaps: &[&Gap]) -> BTreeMap<Concept, f64> {
    let theme_of = |concept: Concept| match concept.kind {
        ConceptKind::Theme => Some(concept),
        _ => context.taxonomy.themes_of(concept).first().copied(),
    };
    let asked: Vec<(Concept, f64)> = if live.is_empty() {
        gaps.iter().map(|gap| (gap.need, gap.level.point)).collect()
    } else {
        live.iter().map(|priority| (priority.concept, priority.weight)).collect()
    };
    let mut themes: BTreeMap<Concept, f64> = BTreeMap::new();
    for (concept, weight) in asked {
        if let Some(theme) = theme_of(concept) {
            let best = themes.entry(theme).or_default();
            *best = best.max(weight);
        }
    }
    themes
}

/// Labels of what is asked and words of the field, up to the longest question read.
fn question(context: &Context, live: &[&Priority], gaps: &[&Gap], place: &Destination) -> String {
    let label = |concept: Concept| context.taxonomy.label(concept, Lang::Fr).to_owned();
    let asked = live.iter().map(|priority| label(priority.concept));
    let needs = gaps.iter().map(|gap| label(gap.need));
    let field = context
        .gaps
        .iter()
        .flat_map(|gap| gap.field.evidence.iter())
        .filter(|seen| seen.date <= context.as_of)
        .map(|seen| seen.text.clone());
    let mut parts: Vec<String> = Vec::new();
    for part in asked.chain(needs).chain(field).map(|text| place.redact(&text)) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.join(" ; ").chars().take(QUERY_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_have_each_their_word_and_their_place() {
        let words: std::collections::BTreeSet<&str> =
            Method::ALL.iter().map(|method| method.as_str()).collect();
        assert_eq!(words.len(), Method::ALL.len());
        assert!(Method::ALL.iter().enumerate().all(|(at, method)| method.at() == at));
        assert!(Method::BASELINES.iter().all(|method| Method::ALL.contains(method)));
    }
}
