//! Dates as sources give them: a year, a month, or a day.

use jiff::civil::Date;

/// A date of which only the year, or the year and month, may be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartialDate {
    /// The year.
    pub year: i16,
    /// The month, 1..=12.
    pub month: Option<i8>,
    /// The day, 1..=31.
    pub day: Option<i8>,
}

impl PartialDate {
    /// A date known by its year.
    #[must_use]
    pub fn year(year: i16) -> Self {
        Self { year, month: None, day: None }
    }

    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; `None` when it is none of these or is
    /// no date of the years 1800 to 2200.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '-');
        let year: i16 = parts.next()?.parse().ok()?;
        let month = parts.next().map(str::parse::<i8>).transpose().ok()?;
        let day = parts.next().map(|d| d.get(..2).unwrap_or(d).parse::<i8>()).transpose().ok()?;
        if !(1800..=2200).contains(&year) {
            return None;
        }
        Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
        Some(Self { year, month, day })
    }

    /// The first day it may mean: a site known by its year counts from 1 January.
    #[must_use]
    pub fn first_day(self) -> Date {
        Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
            .unwrap_or(Date::constant(self.year, 1, 1))
    }

    /// The last day it may mean: evidence known by its year counts from 31 December.
    #[must_use]
    pub fn last_day(self) -> Date {
        match (self.month, self.day) {
            (Some(month), Some(day)) => {
                Date::new(self.year, month, day).unwrap_or(Date::constant(self.year, 12, 31))
            }
            (Some(month), None) => Date::new(self.year, month, 1)
                .map_or(Date::constant(self.year, 12, 31), Date::last_of_month),
            _ => Date::constant(self.year, 12, 31),
        }
    }
}

impl std::fmt::Display for PartialDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
            if let Some(day) = self.day {
                write!(f, "-{day:02}")?;
            }
        }
        Ok(())
    }
}
