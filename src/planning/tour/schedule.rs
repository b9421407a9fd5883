//! From legs to days: what a working day holds, and when each stop falls.
//!
//! One rule, always the earliest day: a stop shares the day of the one before it when the
//! leg and its visits still fit; else the leg is travelled the same evening when the day
//! still holds it; else the next morning, when leg and visits fit one day; else the leg
//! takes a day of its own. A leg longer than a day cannot be travelled.

use super::SAME;

/// What a working day holds, and how fast one travels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Working {
    /// Hours of a day, legs and visits together, > 0.
    pub hours_per_day: f64,
    /// Visits of a day at most, at least 1.
    pub visits_per_day: usize,
    /// Hours of one visit, > 0.
    pub hours_per_visit: f64,
    /// Hours of any leg besides its kilometres: to leave, to wait, to find the door.
    pub hours_per_leg: f64,
    /// The first kilometres of a leg are the slow ones: to the station and from it.
    pub slow_km: f64,
    /// Speed of the slow kilometres, km/h.
    pub slow_kmh: f64,
    /// Speed of the others, km/h.
    pub fast_kmh: f64,
}

/// A day of the tour and how far it is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Day {
    /// From 1.
    pub number: u32,
    /// Hours used.
    pub hours: f64,
    /// Visits made.
    pub visits: usize,
    /// The leg was travelled on an earlier day: the evening before, or a day of its own.
    pub came_before: bool,
}

impl Day {
    /// The morning of the first day.
    #[must_use]
    pub fn first() -> Self {
        Self { number: 1, hours: 0.0, visits: 0, came_before: false }
    }
}

impl Working {
    /// Hours of a leg of `km` kilometres, estimated: a fixed part, the first kilometres
    /// slow, the others fast; 0 on the spot.
    ///
    /// Concave, so that two legs never take less than the direct one.
    #[must_use]
    pub fn hours(&self, km: f64) -> f64 {
        if km <= 0.0 {
            return 0.0;
        }
        let slow = km.min(self.slow_km);
        self.hours_per_leg + slow / self.slow_kmh + (km - slow) / self.fast_kmh
    }

    /// The day of a stop of `visits` visits after a leg of `leg` hours; `None` when no day
    /// holds it.
    #[must_use]
    pub fn stop(&self, before: Day, leg: f64, visits: usize) -> Option<Day> {
        let stay = visits as f64 * self.hours_per_visit;
        let holds = |hours: f64| hours <= self.hours_per_day + SAME;
        if visits > self.visits_per_day || !holds(stay) {
            return None;
        }
        let together = before.visits + visits;
        if holds(before.hours + leg + stay) && together <= self.visits_per_day {
            return Some(Day {
                hours: before.hours + leg + stay,
                visits: together,
                came_before: false,
                ..before
            });
        }
        let on = |days: u32, hours: f64, came_before: bool| Day {
            number: before.number + days,
            hours,
            visits,
            came_before,
        };
        if holds(before.hours + leg) {
            Some(on(1, stay, leg > 0.0))
        } else if holds(leg + stay) {
            Some(on(1, leg + stay, false))
        } else {
            holds(leg).then(|| on(2, stay, true))
        }
    }

    /// The day one is home after a leg of `leg` hours; `None` when it is too long.
    #[must_use]
    pub fn home(&self, before: Day, leg: f64) -> Option<Day> {
        if before.hours + leg <= self.hours_per_day + SAME {
            return Some(Day { hours: before.hours + leg, came_before: false, ..before });
        }
        (leg <= self.hours_per_day + SAME).then_some(Day {
            number: before.number + 1,
            hours: leg,
            visits: 0,
            came_before: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKING: Working = Working {
        hours_per_day: 10.0,
        visits_per_day: 3,
        hours_per_visit: 2.0,
        hours_per_leg: 0.5,
        slow_km: 60.0,
        slow_kmh: 60.0,
        fast_kmh: 180.0,
    };

    #[test]
    fn the_first_kilometres_are_slow() {
        assert_eq!(WORKING.hours(30.0), 1.0);
        assert_eq!(WORKING.hours(60.0 + 360.0), 3.5);
        assert_eq!(WORKING.hours(0.0), 0.0);
    }

    #[test]
    fn a_stop_shares_the_day_then_the_evening_then_the_morning_then_takes_a_day() {
        let start = Day::first();
        let one = WORKING.stop(start, 2.0, 2).unwrap();
        assert_eq!((one.number, one.hours, one.visits), (1, 6.0, 2));
        // One more visit an hour away fits the same day.
        let near = WORKING.stop(one, 1.0, 1).unwrap();
        assert_eq!((near.number, near.hours, near.visits), (1, 9.0, 3));
        // Two more would make four visits: travelled in the evening, seen the next day.
        let evening = WORKING.stop(one, 1.0, 2).unwrap();
        assert_eq!((evening.number, evening.hours, evening.came_before), (2, 4.0, true));
        // Five hours do not fit this evening; with one visit they fit the next day.
        let morning = WORKING.stop(one, 5.0, 1).unwrap();
        assert_eq!((morning.number, morning.hours, morning.came_before), (2, 7.0, false));
        // Nine hours and a visit fit no day: the leg takes one of its own.
        let apart = WORKING.stop(one, 9.0, 1).unwrap();
        assert_eq!((apart.number, apart.hours, apart.came_before), (3, 2.0, true));
        assert_eq!(WORKING.stop(one, 10.5, 1), None);
        assert_eq!(WORKING.stop(one, 0.0, 4), None);
    }

    #[test]
    fn home_is_reached_the_same_evening_or_the_day_after() {
        let last = Day { number: 3, hours: 7.0, visits: 3, came_before: false };
        assert_eq!(WORKING.home(last, 3.0).unwrap().number, 3);
        assert_eq!(WORKING.home(last, 3.5).unwrap().number, 4);
        assert_eq!(WORKING.home(last, 11.0), None);
    }
}
