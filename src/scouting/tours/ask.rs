//! What is asked of a tour, and how the body of the request is read.

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::domain::lang::Lang;
use crate::matching::weights::WeightsAsked;
use crate::scouting::ask::{TerritoryAsked, check_date};
use crate::scouting::body::{
    bad, check_fields, date, out_of_bounds, territories_of, text, weights_of, whole_of,
};
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;

use super::numbers::Numbers;

/// Every field of the body.
const FIELDS: [&str; 11] = [
    "territories",
    "stops",
    "from",
    "days",
    "start_date",
    "weights",
    "profile",
    "as_of",
    "seq",
    "lang",
    "theme",
];

/// A question: which journey?
#[derive(Debug, Clone)]
pub struct TourAsk {
    /// For whom: at least one.
    pub territories: Vec<TerritoryAsked>,
    /// Stops at most.
    pub stops: usize,
    /// The city one leaves from and returns to.
    pub from: Option<String>,
    /// Days at most.
    pub days: Option<u32>,
    /// The first day; the Monday after `as_of` when absent.
    pub start_date: Option<Date>,
    /// Weights typed in the request.
    pub weights: WeightsAsked,
    /// A named profile of weights.
    pub profile: Option<String>,
    /// The date in the world.
    pub as_of: Date,
    /// Only candidates of this theme (changes no score).
    pub theme: Option<String>,
    /// Language of the sentences.
    pub lang: Lang,
}

impl TourAsk {
    /// The plain question: six stops, no limit of days, from nowhere.
    #[must_use]
    pub fn new(territories: &[&str], as_of: Date) -> Self {
        Self {
            territories: territories
                .iter()
                .map(|name| TerritoryAsked::Named((*name).to_owned()))
                .collect(),
            stops: 6,
            from: None,
            days: None,
            start_date: None,
            weights: WeightsAsked::Nothing,
            profile: None,
            as_of,
            theme: None,
            lang: Lang::Fr,
        }
    }

    /// Refuses what no answer could serve.
    ///
    /// # Errors
    /// No territory or too many, 0 or too many stops or days, a date out of 1990–2100, a
    /// first day before `as_of`.
    pub(super) fn check(&self, numbers: &Numbers) -> Result<(), ScoutingError> {
        check_date(self.as_of)?;
        let bounded = |field: &str, value: usize, most: usize| {
            if (1..=most).contains(&value) {
                return Ok(());
            }
            Err(out_of_bounds(field, &value.to_string(), 1, most))
        };
        bounded("territories", self.territories.len(), numbers.territories_max)?;
        bounded("stops", self.stops, numbers.stops_max)?;
        if let Some(days) = self.days {
            bounded("days", days as usize, numbers.days_max as usize)?;
        }
        match self.start_date {
            Some(first) if first < self.as_of || first.year() > 2100 => Err(bad(
                "start_date",
                &format!("`{first}` n’est pas entre `as_of` ({}) et 2100", self.as_of),
                &format!("`{first}` is not between `as_of` ({}) and 2100", self.as_of),
            )),
            _ => Ok(()),
        }
    }
}

/// Reads the body of `POST /tours`; `today` stands for an absent `as_of`.
///
/// # Errors
/// [`ScoutingError::BadRecord`] with the path of what cannot be read, and the errors of the
/// parts.
pub fn read(
    scene: &Scene,
    body: &Value,
    today: Date,
    lang: Lang,
) -> Result<TourAsk, ScoutingError> {
    let Some(body) = body.as_object() else {
        return Err(bad("", "le corps doit être un objet JSON", "the body must be a JSON object"));
    };
    check_fields(body, &FIELDS)?;
    let numbers = Numbers::read(&scene.world.data.rules);
    let ask = TourAsk {
        territories: territories_of(body, numbers.territories_max)?,
        stops: whole_of(body, "stops", numbers.stops_max)?.unwrap_or(numbers.stops_unsaid),
        from: text(body, "from")?.filter(|from| !from.trim().is_empty()),
        days: whole_of(body, "days", numbers.days_max as usize)?
            .map(|days| u32::try_from(days).unwrap_or(u32::MAX)),
        start_date: first_day(body)?,
        weights: weights_of(body.get("weights"))?,
        profile: text(body, "profile")?,
        as_of: text(body, "as_of")?.map(|day| date(&day)).transpose()?.unwrap_or(today),
        theme: text(body, "theme")?,
        lang: text(body, "lang")?.and_then(|word| Lang::parse(&word)).unwrap_or(lang),
    };
    ask.check(&numbers)?;
    Ok(ask)
}

fn first_day(body: &Map<String, Value>) -> Result<Option<Date>, ScoutingError> {
    let Some(written) = text(body, "start_date")? else { return Ok(None) };
    match written.trim().parse::<Date>() {
        Ok(day) => Ok(Some(day)),
        Err(_) => {
            let shown: String = written.chars().take(40).collect();
            Err(bad(
                "start_date",
                &format!("date refusée `{shown}` ; écrivez AAAA-MM-JJ"),
                &format!("bad date `{shown}`; write YYYY-MM-DD"),
            ))
        }
    }
}
