//! The journey as an iCalendar file (RFC 5545): one all-day event per stop.
//!
//! Nothing depends on the clock: `DTSTAMP` is the date asked, and the identifiers are a
//! digest of the question, so that the same request gives the same bytes and importing
//! twice doubles nothing.

use icalendar::{Calendar, Component as _, Event, EventLike as _, Property};
use jiff::ToSpan as _;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use crate::scouting::tours::{Stop, Tour};

/// Characters of the digest kept in an identifier: collisions do not happen by chance.
const DIGEST_CHARS: usize = 24;

/// The journey as the text of a calendar, with `CRLF` ends and folded lines.
#[must_use]
pub fn calendar(tour: &Tour) -> String {
    let mut calendar = Calendar::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Essaim//tour//FR"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ] {
        calendar.append_property((key, value));
    }
    calendar.name(&plain(&tour.title));
    for stop in &tour.stops {
        calendar.push(event(tour, stop));
    }
    calendar.to_string()
}

fn event(tour: &Tour, stop: &Stop) -> Event {
    let lines: Vec<String> = stop.event.lines.iter().map(|line| plain(line)).collect();
    let mut event = Event::new();
    event
        .uid(&uid(tour, stop))
        .add_property("DTSTAMP", format!("{}T000000Z", compact(tour.as_of)))
        .append_property(day("DTSTART", stop.leg.date))
        // The end of an all-day event is the day after, exclusive.
        .append_property(day("DTEND", stop.leg.date.saturating_add(1.day())))
        .summary(&plain(&stop.event.summary))
        .location(&format!("{} ({})", plain(&stop.city.name), stop.city.departement))
        .add_property("GEO", format!("{:.5};{:.5}", stop.city.point.lat, stop.city.point.lon))
        .description(&lines.join("\n"));
    event.done()
}

fn day(key: &str, date: Date) -> Property {
    Property::new(key, compact(date)).add_parameter("VALUE", "DATE").done()
}

/// `20261130`.
fn compact(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// One line: a calendar has its own ends of lines.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The stop of this question: for whom, from where, when, which limits, which stop.
fn uid(tour: &Tour, stop: &Stop) -> String {
    let territories: Vec<&str> =
        tour.territories.iter().map(|asked| asked.territory.id.as_str()).collect();
    let asked = format!(
        "{}|{}|{}|{}|{}|{:?}|{}|{}|{}",
        territories.join(","),
        tour.start.as_ref().map_or("", |city| city.id.as_str()),
        tour.as_of,
        tour.start_date,
        tour.limits.stops,
        tour.limits.days,
        tour.theme.as_deref().unwrap_or_default(),
        stop.order,
        stop.city.id
    );
    let digest = Sha256::digest(asked.as_bytes());
    let hexadecimal: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}@essaim", &hexadecimal[..DIGEST_CHARS])
}
