//! What is asked of a cohort, and how the body of the request is read.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::domain::lang::Lang;
use crate::matching::weights::WeightsAsked;
use crate::scouting::ask::{TerritoryAsked, check_date};
use crate::scouting::body::{
    bad, check_fields, date, out_of_bounds, present, strings, territories_of, text, weights_of,
    whole_of,
};
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;

use super::numbers::Numbers;

/// Every field of the body.
const FIELDS: [&str; 14] = [
    "territories",
    "size",
    "per_theme",
    "rural_share",
    "capacity",
    "include",
    "exclude",
    "never_two",
    "exact",
    "weights",
    "profile",
    "as_of",
    "seq",
    "lang",
];

/// A question: which set of enterprises?
#[derive(Debug, Clone)]
pub struct CohortAsk {
    /// For whom: at least one.
    pub territories: Vec<TerritoryAsked>,
    /// Enterprises chosen, at most.
    pub size: usize,
    /// Enterprises of one main theme, at most.
    pub per_theme: Option<usize>,
    /// Share of the chosen that go to a rural territory, at least, 0..=1.
    pub rural_share: f64,
    /// Enterprises in each territory, at most, by id or name of the territory.
    pub capacity: BTreeMap<String, usize>,
    /// Enterprises chosen whatever they add, by id.
    pub include: Vec<String>,
    /// Enterprises never chosen, by id.
    pub exclude: Vec<String>,
    /// A second answer to the same need counts for nothing.
    pub never_two: bool,
    /// The best set there is, proven, where the question is small enough.
    pub exact: bool,
    /// Weights typed in the request.
    pub weights: WeightsAsked,
    /// A named profile of weights.
    pub profile: Option<String>,
    /// The date in the world.
    pub as_of: Date,
    /// Language of the sentences.
    pub lang: Lang,
}

/// Reads the body of `POST /cohorts`; `today` stands for an absent `as_of`.
///
/// # Errors
/// [`ScoutingError::BadRecord`] with the path of what cannot be read, and the errors of the
/// parts.
pub fn read(
    scene: &Scene,
    body: &Value,
    today: Date,
    lang: Lang,
) -> Result<CohortAsk, ScoutingError> {
    let Some(body) = body.as_object() else {
        return Err(bad("", "le corps doit être un objet JSON", "the body must be a JSON object"));
    };
    check_fields(body, &FIELDS)?;
    let numbers = Numbers::read(&scene.world.data.rules);
    let names = |field: &str| match present(body, field) {
        None => Ok(Vec::new()),
        Some(value) => strings(field, value),
    };
    let ask = CohortAsk {
        territories: territories_of(body, numbers.territories_max)?,
        size: whole_of(body, "size", numbers.size_max)?.unwrap_or(numbers.size_unsaid),
        per_theme: whole_of(body, "per_theme", numbers.size_max)?,
        rural_share: rural_share(body)?,
        capacity: capacity(body, numbers.size_max)?,
        include: names("include")?,
        exclude: names("exclude")?,
        never_two: truth(body, "never_two")?,
        exact: truth(body, "exact")?,
        weights: weights_of(body.get("weights"))?,
        profile: text(body, "profile")?,
        as_of: text(body, "as_of")?.map(|day| date(&day)).transpose()?.unwrap_or(today),
        lang: text(body, "lang")?.and_then(|word| Lang::parse(&word)).unwrap_or(lang),
    };
    check_date(ask.as_of)?;
    Ok(ask)
}

fn rural_share(body: &Map<String, Value>) -> Result<f64, ScoutingError> {
    let Some(value) = present(body, "rural_share") else { return Ok(0.0) };
    value.as_f64().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| {
        ScoutingError::OutOfBounds {
            field: "rural_share".to_owned(),
            value: value.to_string().chars().take(40).collect(),
            bounds: "0–1".to_owned(),
        }
    })
}

fn capacity(
    body: &Map<String, Value>,
    most: usize,
) -> Result<BTreeMap<String, usize>, ScoutingError> {
    let Some(value) = present(body, "capacity") else { return Ok(BTreeMap::new()) };
    let Some(map) = value.as_object() else {
        return Err(bad(
            "capacity",
            "attendu : {\"identifiant du territoire\": nombre}",
            "expected {\"territory id\": number}",
        ));
    };
    let mut read = BTreeMap::new();
    for (territory, number) in map {
        let found = number.as_u64().and_then(|number| usize::try_from(number).ok());
        let Some(number) = found.filter(|number| *number <= most) else {
            let field = format!("capacity.{territory}");
            return Err(out_of_bounds(&field, &number.to_string(), 0, most));
        };
        read.insert(territory.clone(), number);
    }
    Ok(read)
}

fn truth(body: &Map<String, Value>, field: &str) -> Result<bool, ScoutingError> {
    match present(body, field) {
        None => Ok(false),
        Some(value) => value
            .as_bool()
            .ok_or_else(|| bad(field, "attendu : true ou false", "expected true or false")),
    }
}
