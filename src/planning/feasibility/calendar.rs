//! Twelve months, each with its usual step and what is open in this case.
//!
//! The usual steps are the same everywhere (contact, meetings, study, model, funding,
//! agreement, team, opening); each open condition, unknown gate and rival gets its month
//! by its kind (`index/feasibility.toml`). The opening waits for the enterprise's earliest
//! start and its season; where they push it past the year, it is said.
//!
//! | key | args |
//! |---|---|
//! | `feasibility.month` | `month` Text (1..12), `year` Year |
//! | `feasibility.calendar.base.<1..11>` | `enterprise` Text, `territory` Text |
//! | `feasibility.calendar.opening`, `.opening.later` | `on` Text (month) |
//! | `feasibility.calendar.condition` | `text` Text, `check` Word |
//! | `feasibility.calendar.gate` | `gate` Word |
//! | `feasibility.calendar.rivals`, `.first`, `.presence`, `.funding.prepare`, `.funding.deposit`, `.need`, `.quiet` | see the sentences |

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::domain::condition::Condition;
use crate::domain::enterprise::Enterprise;
use crate::domain::fact::{Arg, Fact};
use crate::domain::provenance::Basis;
use crate::domain::rules::Rules;

/// Months of the calendar.
pub const MONTHS: usize = 12;

/// The usual step of each month but the last.
const BASE: [&str; MONTHS - 1] = [
    "feasibility.calendar.base.1",
    "feasibility.calendar.base.2",
    "feasibility.calendar.base.3",
    "feasibility.calendar.base.4",
    "feasibility.calendar.base.5",
    "feasibility.calendar.base.6",
    "feasibility.calendar.base.7",
    "feasibility.calendar.base.8",
    "feasibility.calendar.base.9",
    "feasibility.calendar.base.10",
    "feasibility.calendar.base.11",
];

/// The months (1..=12) whose usual step is a decision.
const DECISIONS: [usize; 3] = [3, 6, 9];

/// What the calendar is made of.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// The day of the file.
    pub as_of: Date,
    /// The enterprise.
    pub enterprise: &'a Enterprise,
    /// The territory's name.
    pub territory: &'a str,
    /// The conditions not known to be met.
    pub conditions: Vec<&'a Condition>,
    /// Keys of the labels of the gates that are unknown, `not_already_there` apart.
    pub gates: Vec<&'static str>,
    /// Whether its absence here is to be confirmed.
    pub presence: bool,
    /// The first actor to meet, by name.
    pub first_actor: Option<String>,
    /// Rivals to talk to, by name.
    pub rivals: Vec<String>,
    /// The datum that would inform the need best.
    pub datum: Option<String>,
    /// Schemes to ask, by name.
    pub schemes: Vec<String>,
}

/// One month.
#[derive(Debug, Clone, PartialEq)]
pub struct Month {
    /// Its first day.
    pub first_day: Date,
    /// Its name, as a fact.
    pub name: Fact,
    /// What is done, the usual step first.
    pub steps: Vec<Fact>,
    /// Whether its usual step is a decision.
    pub decision: bool,
}

/// The twelve months that follow the day of the file.
#[must_use]
pub fn calendar(case: &Case<'_>, rules: &Rules) -> Vec<Month> {
    let number = |name: &str| rules.number(&format!("feasibility.calendar.{name}"));
    let start = first_month(case.as_of, number("next_month_from_day"));
    let months: Vec<Date> = (0..MONTHS).map(|n| months_after(start, n)).collect();
    let opening_at = (number("opening") as usize).clamp(1, MONTHS);
    let opening = opening(case.enterprise, months[opening_at - 1]);
    let mut plan: Vec<Month> = months
        .iter()
        .enumerate()
        .map(|(at, &first_day)| {
            let mut steps = Vec::new();
            if let Some(&key) = BASE.get(at) {
                steps.push(told(case, key));
            }
            Month {
                first_day,
                name: name(first_day),
                steps,
                decision: DECISIONS.contains(&(at + 1)),
            }
        })
        .collect();
    let mut put = |month: f64, fact: Fact| {
        let at = (month as usize).clamp(1, MONTHS) - 1;
        plan[at].steps.push(fact);
    };
    if case.presence {
        put(number("presence"), told(case, "feasibility.calendar.presence"));
    }
    if let Some(actor) = &case.first_actor {
        let fact = told(case, "feasibility.calendar.first");
        put(number("first_actor"), fact.with("actor", Arg::Text(actor.clone())));
    }
    for gate in &case.gates {
        put(number("gates"), told(case, "feasibility.calendar.gate").with("gate", Arg::Word(gate)));
    }
    if !case.rivals.is_empty() {
        let fact = told(case, "feasibility.calendar.rivals");
        put(number("rivals"), fact.with("actors", Arg::List(case.rivals.clone())));
    }
    if let Some(datum) = &case.datum {
        let fact = told(case, "feasibility.calendar.need");
        put(number("need"), fact.with("datum", Arg::Text(datum.clone())));
    }
    for condition in &case.conditions {
        let month = rules
            .iter()
            .find(|(name, _)| {
                name.strip_prefix("feasibility.calendar.condition.") == Some(&condition.kind)
            })
            .map_or_else(|| number("condition.other"), |(_, month)| month);
        let fact = told(case, "feasibility.calendar.condition")
            .with("text", Arg::Text(condition.text.clone()));
        put(month, fact);
    }
    if !case.schemes.is_empty() {
        let schemes = || Arg::List(case.schemes.clone());
        let prepare = told(case, "feasibility.calendar.funding.prepare");
        put(number("funding_prepared"), prepare.with("schemes", schemes()));
    }
    for month in &mut plan {
        if month.decision && f64::from(month.first_day.month()) == number("quiet_month") {
            month.steps.push(told(case, "feasibility.calendar.quiet"));
        }
    }
    let last = plan.last_mut().expect("the calendar has twelve months");
    let key = if opening > last.first_day {
        "feasibility.calendar.opening.later"
    } else {
        "feasibility.calendar.opening"
    };
    let on = format!("{:04}-{:02}", opening.year(), opening.month());
    last.steps.push(told(case, key).with("on", Arg::Text(on)));
    plan
}

fn told(case: &Case<'_>, key: &'static str) -> Fact {
    Fact::new(key, Basis::Inferred)
        .with("enterprise", Arg::Text(case.enterprise.name.clone()))
        .with("territory", Arg::Text(case.territory.to_owned()))
}

fn name(first_day: Date) -> Fact {
    Fact::new("feasibility.month", Basis::Stated)
        .with("month", Arg::Text(first_day.month().to_string()))
        .with("year", Arg::Year(first_day.year()))
}

/// The month of the file, or the next one when the month is half gone.
fn first_month(as_of: Date, next_from_day: f64) -> Date {
    let first = as_of.first_of_month();
    if f64::from(as_of.day()) >= next_from_day { months_after(first, 1) } else { first }
}

fn months_after(first: Date, months: usize) -> Date {
    let months = i64::try_from(months).unwrap_or(0);
    first.checked_add(months.months()).unwrap_or(first)
}

/// The first month, from `wanted`, that the enterprise's earliest start and season allow.
fn opening(enterprise: &Enterprise, wanted: Date) -> Date {
    let scaling = &enterprise.scaling;
    let mut month = match scaling.earliest_start {
        Some(start) if start.first_day() > wanted => start.first_day().first_of_month(),
        _ => wanted,
    };
    if !scaling.season.is_empty() {
        for _ in 0..MONTHS {
            if scaling.season.contains(&month.month()) {
                break;
            }
            month = months_after(month, 1);
        }
    }
    month
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::date::PartialDate;
    use crate::matching::fixtures::rules;
    use jiff::civil::date;

    fn condition(kind: &str) -> Condition {
        Condition {
            kind: kind.to_owned(),
            operator: "exists".to_owned(),
            value: None,
            unit: None,
            text: format!("un {kind}"),
            basis: Basis::Inferred,
            source: None,
        }
    }

    fn plan(as_of: Date, enterprise: &Enterprise, conditions: Vec<&Condition>) -> Vec<Month> {
        let case = Case {
            as_of,
            enterprise,
            territory: "CC du Diois",
            conditions,
            gates: vec!["gate.active"],
            presence: true,
            first_actor: None,
            rivals: Vec::new(),
            datum: None,
            schemes: Vec::new(),
        };
        calendar(&case, &rules())
    }

    #[test]
    fn twelve_months_follow_the_day_and_none_is_empty() {
        let months = plan(date(2026, 11, 28), &Enterprise::default(), Vec::new());
        assert_eq!(months.len(), MONTHS);
        assert_eq!(months[0].first_day, date(2026, 12, 1));
        assert_eq!(months[11].first_day, date(2027, 11, 1));
        assert!(months.iter().all(|month| !month.steps.is_empty()));
        let early = plan(date(2026, 11, 3), &Enterprise::default(), Vec::new());
        assert_eq!(early[0].first_day, date(2026, 11, 1));
    }

    #[test]
    fn each_open_condition_gets_its_month() {
        let (premises, carrier, odd) =
            (condition("premises"), condition("carrier"), condition("never_seen"));
        let enterprise = Enterprise::default();
        let months = plan(date(2026, 11, 28), &enterprise, vec![&premises, &carrier, &odd]);
        let at = |text: &str| {
            months.iter().position(|month| {
                month.steps.iter().any(|s| s.args.get("text") == Some(&Arg::Text(text.to_owned())))
            })
        };
        assert_eq!(at("un carrier"), Some(2));
        assert_eq!(at("un premises"), Some(5));
        assert_eq!(at("un never_seen"), Some(3));
    }

    #[test]
    fn the_opening_waits_for_the_season_and_the_earliest_start() {
        let mut enterprise = Enterprise::default();
        let opening = |enterprise: &Enterprise| {
            let months = plan(date(2026, 11, 28), enterprise, Vec::new());
            let last = months.last().unwrap().steps.last().unwrap().clone();
            (last.key, last.args["on"].clone())
        };
        let on = |text: &str| Arg::Text(text.to_owned());
        assert_eq!(opening(&enterprise), ("feasibility.calendar.opening", on("2027-11")));
        enterprise.scaling.season = vec![3, 4];
        assert_eq!(opening(&enterprise), ("feasibility.calendar.opening.later", on("2028-03")));
        enterprise.scaling.earliest_start = PartialDate::parse("2028-09");
        assert_eq!(opening(&enterprise), ("feasibility.calendar.opening.later", on("2029-03")));
    }
}
