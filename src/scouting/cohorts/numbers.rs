//! The numbers of `index/cohort.toml`, by name.

use crate::domain::rules::Rules;
use crate::planning::cohort::Effort;

/// What is declared for cohorts.
#[derive(Debug, Clone, Copy)]
pub struct Numbers {
    pub discount: f64,
    pub score_share: f64,
    pub unasked: f64,
    pub size_unsaid: usize,
    pub size_max: usize,
    pub territories_max: usize,
    pub effort: Effort,
    pub needs_shown: usize,
    pub near_shown: usize,
    pub answered_from: f64,
    pub beside_the_list: usize,
    pub tight: f64,
    pub prudent_from: f64,
}

impl Numbers {
    pub fn read(rules: &Rules) -> Self {
        let number = |name: &str| rules.number(&format!("cohort.{name}"));
        let whole = |name: &str| number(name) as usize;
        Self {
            discount: number("objective.discount"),
            score_share: number("objective.score_share"),
            unasked: number("objective.unasked"),
            size_unsaid: whole("size.unsaid"),
            size_max: whole("size.most"),
            territories_max: whole("size.territories_max"),
            effort: Effort {
                relaxation_variables_max: whole("effort.relaxation_variables_max"),
                exact_variables_max: whole("effort.exact_variables_max"),
                exact_seconds: number("effort.exact_seconds"),
                shortlist: whole("effort.shortlist"),
                gains_max: whole("effort.gains_max"),
                placing_gains: whole("effort.placing_gains"),
                starts: whole("effort.starts"),
            },
            needs_shown: whole("shown.needs"),
            near_shown: whole("shown.near"),
            answered_from: number("shown.answered_from"),
            beside_the_list: whole("shown.beside_the_list"),
            tight: number("shown.tight"),
            prudent_from: number("shown.prudent_from"),
        }
    }
}
