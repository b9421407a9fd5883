//! `active`: is it still at work? (methods §5)
//!
//! Unmet when a page read says it closed, or a figure of kind `closure` tells the end of
//! the whole structure. No closure seen is no proof of life: met asks for a dated sign
//! of the last five years.
//!
//! | key | args |
//! |---|---|
//! | `gate.active.met` | `year` Year of the latest sign |
//! | `gate.active.unmet.closed` | `year` Year? |
//! | `gate.active.unmet.closure` | `text` Text, `year` Year? |
//! | `gate.active.unknown.ending` | `year` Year?: it announced its end |
//! | `gate.active.unknown.closure` | `text` Text, `year` Year?: a part of it closed |
//! | `gate.active.unknown.no_recent_sign` | `year` Year? of the latest sign |
//! | `question.active.still_at_work` | none |

use jiff::civil::Date;

use super::{Gate, Verdict};
use crate::domain::enterprise::{Enterprise, Evidence, Status};
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::{Basis, Source};
use crate::domain::rules::Rules;
use crate::matching::names::fold;
use crate::matching::presence::{ended, evidence_at, open_sites, source_of};
use crate::matching::profile::TerritoryProfile;

/// The gate, with its numbers.
pub struct Active {
    sign_years: i16,
}

impl Active {
    /// Ready to evaluate.
    #[must_use]
    pub fn new(rules: &Rules) -> Self {
        Self { sign_years: rules.number("gates.active.sign_years") as i16 }
    }
}

impl Gate for Active {
    fn id(&self) -> &'static str {
        "active"
    }

    fn evaluate(&self, profile: &TerritoryProfile, enterprise: &Enterprise) -> Verdict {
        let as_of = profile.context.as_of;
        let question = Fact::new("question.active.still_at_work", Basis::Prior);
        let status = match enterprise.status {
            Status::Closed => Some("gate.active.unmet.closed"),
            Status::Ending => Some("gate.active.unknown.ending"),
            Status::Active => None,
        };
        let known = enterprise.status_year.is_none_or(|year| year <= as_of.year());
        if let Some(key) = status.filter(|_| known) {
            let fact = with_year(Fact::new(key, Basis::Stated), enterprise.status_year)
                .from_sources(status_sources(enterprise));
            return match enterprise.status {
                Status::Closed => Verdict::unmet(fact),
                _ => Verdict::unknown(fact, question),
            };
        }
        let closures: Vec<&Evidence> =
            evidence_at(enterprise, as_of).filter(|evidence| evidence.kind == "closure").collect();
        if let Some(closure) = closures.iter().find(|closure| ends_the_whole(closure)) {
            return Verdict::unmet(closed("gate.active.unmet.closure", closure));
        }
        if let Some(closure) = closures.first() {
            return Verdict::unknown(closed("gate.active.unknown.closure", closure), question);
        }
        let latest = latest_sign(enterprise, as_of);
        match latest {
            Some((year, source)) if year >= as_of.year().saturating_sub(self.sign_years) => {
                Verdict::met(
                    Fact::new("gate.active.met", Basis::Inferred)
                        .with("year", Arg::Year(year))
                        .from_sources(
                            source.map_or_else(|| enterprise.sources.clone(), |s| vec![s]),
                        ),
                )
            }
            _ => {
                let fact = Fact::new("gate.active.unknown.no_recent_sign", Basis::Prior);
                let fact = with_year(fact, latest.map(|(year, _)| year))
                    .from_sources(enterprise.sources.clone());
                Verdict::unknown(fact, question)
            }
        }
    }
}

fn with_year(fact: Fact, year: Option<i16>) -> Fact {
    match year {
        Some(year) => fact.with("year", Arg::Year(year)),
        None => fact,
    }
}

fn status_sources(enterprise: &Enterprise) -> Vec<Source> {
    match &enterprise.status_source {
        Some(page) => {
            let mut source = Source::named(page.clone());
            source.year = enterprise.status_year;
            vec![source]
        }
        None => enterprise.sources.clone(),
    }
}

fn closed(key: &'static str, closure: &Evidence) -> Fact {
    let text = closure.unit.clone().unwrap_or_default();
    let fact = Fact::new(key, Basis::Inferred).with("text", Arg::Text(text));
    with_year(fact, closure.year).from_sources(vec![source_of(closure)])
}

/// Words that tell the end of an organisation, not of one of its sites.
fn ends_the_whole(closure: &Evidence) -> bool {
    const WORDS: [&str; 5] =
        ["liquidation", "dissolution", "dissoute", "cessation d activite", "cesse son activite"];
    let text = fold(closure.unit.as_deref().unwrap_or_default());
    WORDS.iter().any(|word| text.contains(word))
}

/// The latest dated sign of life at `as_of`: a figure, a site opened, a check.
fn latest_sign(enterprise: &Enterprise, as_of: Date) -> Option<(i16, Option<Source>)> {
    let figures = evidence_at(enterprise, as_of)
        .filter_map(|evidence| Some((evidence.year?, Some(source_of(evidence)))));
    let sites = open_sites(enterprise, as_of).filter_map(|site| Some((site.since?.year, None)));
    let pages = enterprise
        .sources
        .iter()
        .filter_map(|source| Some((source.year?, Some(source.clone()))))
        .filter(|&(year, _)| ended(year, as_of));
    let checked = enterprise.scaling.checked_at.filter(|date| date.first_day() <= as_of);
    let checked = checked.map(|date| (date.year, None));
    figures
        .chain(sites)
        .chain(pages)
        .chain(checked)
        .reduce(|best, other| if other.0 > best.0 { other } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::enterprise::EvidenceLevel;
    use crate::matching::fixtures::{Case, evidence};
    use crate::matching::outcome::GateState;

    fn verdict(case: &Case) -> Verdict {
        Active::new(&case.rules()).evaluate(&case.profile(), &case.enterprise)
    }

    #[test]
    fn a_closed_enterprise_is_out_from_the_year_it_closed() {
        let mut case = Case::new();
        case.enterprise.status = Status::Closed;
        case.enterprise.status_year = Some(2022);
        assert_eq!(verdict(&case).state, GateState::Unmet);
        case.context.as_of = jiff::civil::date(2021, 6, 1);
        assert_ne!(verdict(&case).state, GateState::Unmet);
    }

    #[test]
    fn a_liquidation_ends_the_whole_and_a_closed_branch_is_a_question() {
        let mut case = Case::new();
        let mut closure = evidence(EvidenceLevel::None, Some(2022));
        closure.kind = "closure".to_owned();
        closure.unit = Some("antenne de Marseille fermée après un an".to_owned());
        case.enterprise.evidence = vec![closure.clone()];
        assert_eq!(verdict(&case).state, GateState::Unknown);
        closure.unit = Some("liquidation judiciaire le 3 novembre 2022".to_owned());
        case.enterprise.evidence = vec![closure];
        assert_eq!(verdict(&case).state, GateState::Unmet);
        assert_eq!(verdict(&case).fact.sources[0].year, Some(2022));
    }

    #[test]
    fn no_recent_sign_is_unknown_and_asks() {
        let mut case = Case::bare();
        assert_eq!(verdict(&case).state, GateState::Unknown);
        assert!(verdict(&case).question.is_some());
        case.enterprise.evidence = vec![evidence(EvidenceLevel::Outputs, Some(2024))];
        assert_eq!(verdict(&case).state, GateState::Met);
    }
}
