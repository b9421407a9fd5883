//! The scale of effort: a call, a document, a partner's letter, premises or funding.

use std::collections::BTreeMap;

use crate::domain::rules::Rules;

/// What a step takes, from the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effort {
    /// A call to somebody who knows.
    Call,
    /// A document that exists somewhere.
    Document,
    /// The written word of a partner.
    Letter,
    /// Premises, or money.
    Premises,
}

impl Effort {
    /// Every effort, from the least.
    pub const ALL: [Self; 4] = [Self::Call, Self::Document, Self::Letter, Self::Premises];

    /// The key of its word (`step.effort.call`…).
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Call => "step.effort.call",
            Self::Document => "step.effort.document",
            Self::Letter => "step.effort.letter",
            Self::Premises => "step.effort.premises",
        }
    }

    fn of_class(class: f64) -> Self {
        match class.round() as i64 {
            ..=1 => Self::Call,
            2 => Self::Document,
            3 => Self::Letter,
            _ => Self::Premises,
        }
    }
}

/// The declared numbers of `index/steps.toml` that the steps use.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    values: [f64; 4],
    conditions: BTreeMap<String, Effort>,
    /// Most steps of a list.
    pub in_lists: usize,
    /// Most steps put together.
    pub together: usize,
    /// Most sets shown.
    pub sets: usize,
    /// Sets tried for each threshold.
    pub tries: usize,
    /// The ranks that matter, the narrowest first.
    pub thresholds: Vec<usize>,
    /// Cost of an opening written in a record that is tried, euros.
    pub opening_cost_eur: f64,
    /// Years of work asked by the gate `old_enough`.
    pub old_enough_years: i16,
    /// Membership from which an enterprise is of a theme.
    pub theme_membership: f64,
}

impl Numbers {
    /// Reads them.
    ///
    /// # Panics
    /// If `index/steps.toml` lacks one of them: a bug, not data.
    #[must_use]
    pub fn read(rules: &Rules) -> Self {
        let number = |name: &str| rules.number(&format!("steps.{name}"));
        let conditions = rules.iter().filter_map(|(name, class)| {
            let kind = name.strip_prefix("steps.conditions.")?;
            Some((kind.to_owned(), Effort::of_class(class)))
        });
        let mut thresholds: Vec<usize> = rules
            .iter()
            .filter(|(name, _)| name.starts_with("steps.thresholds.ranks."))
            .map(|(_, rank)| rank as usize)
            .collect();
        thresholds.sort_unstable();
        Self {
            values: ["call", "document", "letter", "premises"]
                .map(|name| number(&format!("effort.{name}"))),
            conditions: conditions.collect(),
            in_lists: number("shown.in_lists") as usize,
            together: number("shown.together") as usize,
            sets: number("shown.sets") as usize,
            tries: number("shown.tries") as usize,
            thresholds,
            opening_cost_eur: number("supposed.opening_cost_eur"),
            old_enough_years: rules.number("gates.old_enough.years") as i16,
            theme_membership: rules.number("criteria.anchoring.theme_membership"),
        }
    }

    /// The value of an effort on the printed scale, > 0.
    #[must_use]
    pub fn value(&self, effort: Effort) -> f64 {
        self.values[effort as usize]
    }

    /// What meeting a condition of this kind takes; a document where nothing says.
    #[must_use]
    pub fn of_condition(&self, kind: &str) -> Effort {
        self.conditions.get(kind).copied().unwrap_or(Effort::Document)
    }
}
