//! **priority**: does it answer what the partner asked for? (methods §4)
//!
//! `max over live submissions p of (w_p / w_max) · a(e, p)`; a need's priority also
//! covers its main theme at half. No submission: 0 with bounds `[0, 0]`, weights not
//! renormalised: a territory that asks for nothing favours nobody. Calls, programmes and
//! findings are context and weigh nothing. It cannot see a priority nobody submitted.
//!
//! | key | args |
//! |---|---|
//! | `criterion.priority.theme` | `concept` Concept (theme), `weight` Share of the largest weight, `membership` Share, `by` Text?, `document` Text? |
//! | `criterion.priority.need` | same, `concept` is a need |
//! | `criterion.priority.theme_of_need` | same, plus `theme` Concept: only the need's theme is served |
//! | `criterion.priority.none_answered` | `count` Count of live submissions, `by` Text? |
//! | `criterion.priority.no_submission` | none |

use super::{Criterion, distinct, membership};
use crate::domain::concept::{Concept, ConceptKind};
use crate::domain::enterprise::Enterprise;
use crate::domain::estimate::Estimate;
use crate::domain::fact::{Arg, Fact};
use crate::domain::priority::{self, PriorityKind};
use crate::domain::provenance::Basis;
use crate::domain::rules::Rules;
use crate::matching::outcome::{CriterionId, CriterionValue, Item};
use crate::matching::profile::TerritoryProfile;
use crate::matching::robustness::model::{Fixed, Model};

/// The criterion, with its numbers.
pub struct Priority {
    theme_of_need: f64,
}

impl Priority {
    /// Ready to evaluate.
    #[must_use]
    pub fn new(rules: &Rules) -> Self {
        Self { theme_of_need: rules.number("criteria.priority.theme_of_need") }
    }

    /// `a(e, p)`, and the theme through which a need's priority is covered, if only so.
    fn covered(
        &self,
        profile: &TerritoryProfile,
        enterprise: &Enterprise,
        asked: Concept,
    ) -> (f64, Option<Concept>) {
        let direct = membership(enterprise, asked);
        if asked.kind != ConceptKind::Need {
            return (direct, None);
        }
        let theme = profile.context.taxonomy.themes_of(asked).first().copied();
        let by_theme =
            theme.map_or(0.0, |theme| self.theme_of_need * membership(enterprise, theme));
        if by_theme > direct { (by_theme, theme) } else { (direct, None) }
    }
}

/// The submissions in force at the date of the territory's context.
pub(crate) fn live(profile: &TerritoryProfile) -> impl Iterator<Item = &priority::Priority> {
    let context = &profile.context;
    context.priorities.iter().filter(|priority| {
        priority.kind == PriorityKind::Submission && priority.is_live(context.as_of)
    })
}

impl Criterion for Priority {
    fn id(&self) -> CriterionId {
        CriterionId::Priority
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> CriterionValue {
        let largest = live(profile).map(|p| p.weight).fold(0.0, f64::max);
        let mut items = Vec::new();
        for submission in live(profile).filter(|_| largest > 0.0) {
            let (membership, theme) = self.covered(profile, enterprise, submission.concept);
            if membership <= 0.0 || submission.weight <= 0.0 {
                continue;
            }
            let share = submission.weight / largest;
            let key = match (submission.concept.kind, theme) {
                (_, Some(_)) => "criterion.priority.theme_of_need",
                (ConceptKind::Need, None) => "criterion.priority.need",
                _ => "criterion.priority.theme",
            };
            let mut fact = Fact::new(key, Basis::Stated)
                .with("concept", Arg::Concept(submission.concept))
                .with("weight", Arg::Share(share))
                .with("membership", Arg::Share(membership));
            if let Some(theme) = theme {
                fact = fact.with("theme", Arg::Concept(theme));
            }
            if let Some(by) = &submission.submitted_by {
                fact = fact.with("by", Arg::Text(by.clone()));
            }
            if let Some(document) = &submission.document {
                fact = fact.with("document", Arg::Text(document.clone()));
            }
            let pages = enterprise.sources.iter();
            let fact = fact.from_sources(distinct([&submission.source].into_iter().chain(pages)));
            let value = (share * membership).clamp(0.0, 1.0);
            items.push(Item {
                name: "submission",
                estimate: Estimate::exact(value, Basis::Stated),
                fact,
            });
        }
        items.sort_by(|a, b| b.estimate.point.total_cmp(&a.estimate.point));
        let value = items.first().map_or(0.0, |best| best.estimate.point);
        if items.is_empty() {
            items.push(nothing(profile));
        }
        CriterionValue {
            criterion: CriterionId::Priority,
            utility: Estimate::exact(value, Basis::Stated),
            items,
            weakest: None,
        }
    }

    /// What a partner asked for is known.
    fn model(
        &self,
        _: &TerritoryProfile,
        _: &Enterprise,
        value: &CriterionValue,
    ) -> Box<dyn Model> {
        Box::new(Fixed(value.utility.point))
    }
}

/// Why the criterion is 0: nothing asked, or nothing asked that it answers.
fn nothing(profile: &TerritoryProfile) -> Item {
    let count = live(profile).count() as u64;
    let fact = if count == 0 {
        Fact::new("criterion.priority.no_submission", Basis::Stated)
    } else {
        let mut fact = Fact::new("criterion.priority.none_answered", Basis::Stated)
            .with("count", Arg::Count(count));
        if let Some(by) = live(profile).find_map(|p| p.submitted_by.as_ref()) {
            fact = fact.with("by", Arg::Text(by.clone()));
        }
        fact.from_sources(distinct(live(profile).map(|p| &p.source)))
    };
    Item { name: "submission", estimate: Estimate::exact(0.0, Basis::Stated), fact }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixtures::{Case, need, theme};

    fn utility(case: &Case) -> Estimate {
        let criterion = Priority::new(&case.rules());
        criterion.evaluate(&case.profile(), &case.enterprise).utility
    }

    #[test]
    fn the_best_submission_counts_by_its_weight_and_the_membership() {
        let mut case = Case::new();
        case.submit(theme("textile"), 4.0).submit(theme("mobilites"), 1.0);
        case.enterprise.portrait.themes = case.marks(&[(theme("mobilites"), 1.0)]);
        assert!((utility(&case).point - 0.25).abs() < 1e-12);
        case.enterprise.portrait.themes =
            case.marks(&[(theme("mobilites"), 1.0), (theme("textile"), 0.5)]);
        assert!((utility(&case).point - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_priority_need_covers_its_main_theme_at_half() {
        let mut case = Case::new();
        case.submit(need("reparation_velo"), 1.0);
        case.enterprise.portrait.needs.clear();
        case.enterprise.portrait.answers.clear();
        case.enterprise.portrait.themes = case.marks(&[(theme("mobilites"), 1.0)]);
        assert!((utility(&case).point - 0.5).abs() < 1e-12);
        case.enterprise.portrait.needs = case.marks(&[(need("reparation_velo"), 1.0)]);
        assert!((utility(&case).point - 1.0).abs() < 1e-12);
    }

    #[test]
    fn without_a_live_submission_it_is_zero_for_sure() {
        let mut case = Case::new();
        case.submit(theme("mobilites"), 1.0);
        case.context.priorities[0].end = Some(jiff::civil::date(2020, 1, 1));
        let value = Priority::new(&case.rules()).evaluate(&case.profile(), &case.enterprise);
        let bounds = (value.utility.point, value.utility.low, value.utility.high);
        assert_eq!(bounds, (0.0, 0.0, 0.0));
        assert_eq!(value.items[0].fact.key, "criterion.priority.no_submission");
    }

    #[test]
    fn a_call_is_context_and_weighs_nothing() {
        let mut case = Case::new();
        case.submit(theme("mobilites"), 1.0);
        case.context.priorities[0].kind = PriorityKind::Call;
        assert_eq!(utility(&case).point, 0.0);
    }
}
