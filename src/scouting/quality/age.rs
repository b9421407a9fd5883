//! How old a record is: the years since the latest dated fact that it tells.
//!
//! A fact known by its year counts from the end of that year, as evidence does elsewhere;
//! one dated after the day asked is not known yet. What a blocked source dates does not
//! count. The year an organisation was founded or began says when it began, not when
//! somebody last looked: it does not count either; the opening of a site is news, and does.

use jiff::civil::Date;

use crate::domain::actor::Actor;
use crate::domain::date::PartialDate;
use crate::domain::enterprise::Enterprise;
use crate::domain::provenance::Source;
use crate::domain::source_book::SourceBook;

use super::numbers::AgeNumbers;

/// Days in a mean Gregorian year.
const DAYS_PER_YEAR: f64 = 365.2425;

/// How old a record is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Age {
    /// `floor + (1 − floor) × 2^(−years / half_life)`, 0..=1, higher is newer; without any
    /// date, the floor: unknown, which is not said to be old.
    pub value: f64,
    /// The latest dated fact.
    pub latest: Option<PartialDate>,
    /// Years since then, at least 0.
    pub years: Option<f64>,
}

impl Age {
    /// The age of a record whose facts bear `dates`, at `as_of`.
    #[must_use]
    pub fn new(
        dates: impl Iterator<Item = PartialDate>,
        as_of: Date,
        numbers: &AgeNumbers,
    ) -> Self {
        let latest = dates
            .filter(|date| date.first_day() <= as_of)
            .max_by_key(|date| (date.last_day(), date.first_day()));
        let Some(latest) = latest else {
            return Self { value: numbers.floor, latest: None, years: None };
        };
        let days = as_of.duration_since(latest.last_day()).as_hours() as f64 / 24.0;
        let years = (days / DAYS_PER_YEAR).max(0.0);
        let kept = (-years / numbers.half_life_years).exp2();
        let value = numbers.floor + (1.0 - numbers.floor) * kept;
        Self { value, latest: Some(latest), years: Some(years) }
    }
}

/// The dated facts of an enterprise: its sources, figures, sites, status, the last check.
pub(super) fn of_enterprise<'a>(
    enterprise: &'a Enterprise,
    book: &'a SourceBook,
) -> impl Iterator<Item = PartialDate> + 'a {
    let good = |source: &Source| book.blocked(&source.source).is_none();
    let figures = enterprise.evidence.iter().filter(move |found| good(&found.source));
    let figures = figures.flat_map(|found| [found.year, found.source.year]).flatten();
    let declared = enterprise.sites_declared.and_then(|(_, year)| year);
    let years = figures.chain(declared).chain(enterprise.status_year).map(PartialDate::year);
    let sites = enterprise.sites.iter().flat_map(|site| [site.since, site.until]).flatten();
    of_sources(&enterprise.sources, book)
        .chain(years)
        .chain(sites)
        .chain(enterprise.scaling.checked_at)
}

/// The dated facts of a local actor: its sources, and its end.
pub(super) fn of_actor<'a>(
    actor: &'a Actor,
    book: &'a SourceBook,
) -> impl Iterator<Item = PartialDate> + 'a {
    of_sources(&actor.sources, book).chain(actor.until)
}

fn of_sources<'a>(
    sources: &'a [Source],
    book: &'a SourceBook,
) -> impl Iterator<Item = PartialDate> + 'a {
    sources
        .iter()
        .filter(|source| source.year.is_some() && book.blocked(&source.source).is_none())
        .filter_map(|source| source.year.map(PartialDate::year))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const NUMBERS: AgeNumbers = AgeNumbers { half_life_years: 3.0, floor: 0.2 };

    fn age(dates: &[&str], as_of: Date) -> Age {
        let dates = dates.iter().map(|text| PartialDate::parse(text).unwrap());
        Age::new(dates, as_of, &NUMBERS)
    }

    #[test]
    fn it_halves_above_the_floor() {
        // 31 December 2020 to 31 December 2023: 1095 days of 365.2425.
        let found = age(&["2020", "2015"], date(2023, 12, 31));
        assert_eq!(found.latest, Some(PartialDate::year(2020)));
        assert!((found.years.unwrap() - 2.998).abs() < 1e-3);
        assert!((found.value - 0.6).abs() < 1e-3, "{}", found.value);
        assert_eq!(age(&["2023"], date(2023, 3, 1)).years, Some(0.0));
        assert_eq!(age(&["2023"], date(2023, 3, 1)).value, 1.0);
        // A month is later than a year that ends before it, and its last day counts.
        let month = age(&["2023-02", "2022"], date(2023, 3, 10));
        assert!((month.years.unwrap() * DAYS_PER_YEAR - 10.0).abs() < 1e-9);
    }

    #[test]
    fn without_date_it_is_unknown_and_a_date_to_come_is_none() {
        let unknown = age(&[], date(2026, 11, 28));
        assert_eq!(unknown, Age { value: 0.2, latest: None, years: None });
        assert_eq!(age(&["2031"], date(2026, 11, 28)), unknown);
        assert!(age(&["1950"], date(2026, 11, 28)).value > unknown.value);
    }
}
