//! The board of a territory: where each follow-up stands, how far they go, why they end.
//!
//! Shares are shown with how many they are made of; a follow-up that is still under way is
//! never counted as one that failed.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::catalogue::datasets::decisions::book;
use crate::domain::decision::{Said, State, Step, attempts};
use crate::domain::sample::{quantile, wilson};
use crate::scouting::error::ScoutingError;
use crate::scouting::scene::Scene;

use super::said;

/// A count out of another, with the interval of its share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// How many.
    pub count: usize,
    /// Of how many.
    pub of: usize,
    /// Wilson's bounds of the share, 0..=1; the whole of it when `of` is 0.
    pub interval: (f64, f64),
}

impl Share {
    fn new(count: usize, of: usize, z: f64) -> Self {
        Self { count, of, interval: wilson(count, of, z) }
    }

    /// The share, 0..=1; `None` of nothing.
    #[allow(clippy::cast_precision_loss)]
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        (self.of > 0).then(|| self.count as f64 / self.of as f64)
    }
}

/// A median with how many it is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Median {
    /// The median, days.
    pub days: f64,
    /// Of how many.
    pub of: usize,
}

/// One attempt: a follow-up, or what it became since it was taken up again.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// Id of the enterprise.
    pub enterprise: &'a str,
    /// Its steps, oldest first, at least one.
    pub steps: &'a [Step],
}

impl Attempt<'_> {
    /// The step where it stands.
    #[must_use]
    pub fn last(&self) -> &Step {
        self.steps.last().expect("an attempt has a step")
    }

    /// How far along the chain it went, as a place in [`State::ALL`]; `None` when it was
    /// refused at once.
    fn furthest(&self) -> Option<usize> {
        let chain = self.steps.iter().map(|step| step.state.at());
        chain.filter(|&at| at < State::CHAIN).max()
    }
}

/// One card of the board.
#[derive(Debug, Clone)]
pub struct Card<'a> {
    /// The attempt.
    pub attempt: Attempt<'a>,
    /// Days since its last step.
    pub days: i32,
    /// What the engine said at its first step.
    pub then: Option<&'a Said>,
    /// What it says now; `None` where the catalogue no longer has the enterprise.
    pub now: Option<Said>,
}

/// How many went on from one state of the chain to the next, or further.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// The state.
    pub from: State,
    /// The next one.
    pub to: State,
    /// Those that went on, of those that came here or further.
    pub went_on: Share,
    /// Those that stand here, alive: they may still go on.
    pub waiting: usize,
    /// Those that ended here.
    pub ended: usize,
    /// Days spent in the state before leaving it, whatever for; `None` when none left.
    pub days: Option<Median>,
}

/// How often a reason was given for an end.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// The end.
    pub state: State,
    /// Id of the reason.
    pub reason: String,
    /// Of those that ended so.
    pub of_these: Share,
    /// Of all that are followed.
    pub of_all: Share,
}

/// The numbers of a board.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    /// How many attempts.
    pub total: usize,
    /// How many stand in each state, in the order of [`State::ALL`].
    pub counts: [usize; 9],
    /// From each state of the chain to the next.
    pub passages: Vec<Passage>,
    /// Refused, of all; stopped, of all.
    pub ends: [Share; 2],
    /// Reasons of the ends, the most frequent first.
    pub causes: Vec<Cause>,
}

/// A board.
#[derive(Debug, Clone)]
pub struct Board<'a> {
    /// The cards of each state, in the order of [`State::ALL`]; the longest there first.
    pub columns: Vec<Vec<Card<'a>>>,
    /// Its numbers.
    pub numbers: Numbers,
}

/// The attempts of a territory on `as_of`: those of the season asked, else the latest of
/// each enterprise.
#[must_use]
pub fn attempts_of<'a>(
    scene: &'a Scene,
    territory: &str,
    season: Option<i16>,
    as_of: Date,
) -> Vec<Attempt<'a>> {
    let mut found = Vec::new();
    for follow_up in scene.rows.follow_ups.iter().filter(|one| one.territory == territory) {
        let all = attempts(follow_up.steps_at(as_of));
        let attempt = |steps| Attempt { enterprise: follow_up.enterprise.as_str(), steps };
        match season {
            None => found.extend(all.last().map(|steps| attempt(*steps))),
            Some(season) => {
                found
                    .extend(all.into_iter().map(attempt).filter(|one| one.last().season == season));
            }
        }
    }
    found
}

/// The board of a territory (id) on `as_of`.
///
/// # Errors
/// Unknown territory.
pub fn of<'a>(
    scene: &'a Scene,
    territory: &str,
    season: Option<i16>,
    as_of: Date,
) -> Result<Board<'a>, ScoutingError> {
    let attempts = attempts_of(scene, territory, season, as_of);
    let z = scene.world.data.rules.number("decisions.z");
    // Nobody pays for a ranking that no card shows.
    let now = match attempts.is_empty() {
        true => BTreeMap::new(),
        false => said::of_all(scene, territory, as_of)?,
    };
    let mut columns: Vec<Vec<Card<'a>>> = vec![Vec::new(); State::ALL.len()];
    for attempt in &attempts {
        let last = attempt.last();
        columns[last.state.at()].push(Card {
            attempt: *attempt,
            days: days(last.date, as_of),
            then: attempt.steps[0].said.as_ref(),
            now: now.get(attempt.enterprise).cloned(),
        });
    }
    for column in &mut columns {
        column.sort_by(|a, b| {
            b.days.cmp(&a.days).then(a.attempt.enterprise.cmp(b.attempt.enterprise))
        });
    }
    Ok(Board { columns, numbers: numbers(&attempts, z) })
}

/// The numbers of some attempts; `z` sets the width of the intervals.
#[must_use]
pub fn numbers(attempts: &[Attempt<'_>], z: f64) -> Numbers {
    let mut counts = [0; 9];
    for attempt in attempts {
        counts[attempt.last().state.at()] += 1;
    }
    let total = attempts.len();
    let end = |state: State| Share::new(counts[state.at()], total, z);
    Numbers {
        total,
        counts,
        passages: (0..State::CHAIN - 1).map(|at| passage(attempts, at, z)).collect(),
        ends: [end(State::Refused), end(State::Stopped)],
        causes: causes(attempts, &counts, z),
    }
}

fn passage(attempts: &[Attempt<'_>], at: usize, z: f64) -> Passage {
    let from = State::ALL[at];
    let furthest: Vec<Option<usize>> = attempts.iter().map(Attempt::furthest).collect();
    let beyond = |least: usize| furthest.iter().flatten().filter(|&&far| far >= least).count();
    let here = |ended: bool| {
        let stand = attempts.iter().zip(&furthest);
        stand.filter(|(one, far)| **far == Some(at) && one.last().state.is_end() == ended).count()
    };
    let mut spent: Vec<f64> = attempts
        .iter()
        .flat_map(|attempt| attempt.steps.windows(2))
        .filter(|two| two[0].state == from)
        .map(|two| f64::from(days(two[0].date, two[1].date)))
        .collect();
    spent.sort_by(f64::total_cmp);
    Passage {
        from,
        to: State::ALL[at + 1],
        went_on: Share::new(beyond(at + 1), beyond(at), z),
        waiting: here(false),
        ended: here(true),
        days: (!spent.is_empty()).then(|| Median { days: quantile(&spent, 0.5), of: spent.len() }),
    }
}

fn causes(attempts: &[Attempt<'_>], counts: &[usize; 9], z: f64) -> Vec<Cause> {
    let mut found: BTreeMap<(State, &str), usize> = BTreeMap::new();
    for last in attempts.iter().map(Attempt::last).filter(|last| last.state.is_end()) {
        let reason = last.reason.as_deref().unwrap_or("other");
        *found.entry((last.state, reason)).or_default() += 1;
    }
    let mut causes: Vec<Cause> = found
        .into_iter()
        .map(|((state, reason), count)| Cause {
            state,
            reason: reason.to_owned(),
            of_these: Share::new(count, counts[state.at()], z),
            of_all: Share::new(count, attempts.len(), z),
        })
        .collect();
    // As often as one another: in the order of the list of reasons.
    let place = |id: &str| book().reasons.iter().position(|reason| reason.id == id);
    causes.sort_by(|a, b| {
        (a.state, b.of_these.count, place(&a.reason), &a.reason).cmp(&(
            b.state,
            a.of_these.count,
            place(&b.reason),
            &b.reason,
        ))
    });
    causes
}

/// Days from one day to a later one.
fn days(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const Z: f64 = 1.959_963_984_540_054;

    fn path(steps: &[(State, Date, Option<&str>)]) -> Vec<Step> {
        steps
            .iter()
            .map(|&(state, date, reason)| Step {
                state,
                reason: reason.map(str::to_owned),
                note: None,
                date,
                season: 2026,
                source: None,
                by: "x".to_owned(),
                said: None,
                written: None,
            })
            .collect()
    }

    /// Seven follow-ups: two wait, one is launched, three are refused, one is stopped.
    #[test]
    fn the_numbers_of_a_path_made_by_hand() {
        use State as S;
        let day = |month, day| date(2026, month, day);
        let paths = [
            path(&[(S::Spotted, day(1, 1), None)]),
            path(&[(S::Spotted, day(1, 1), None), (S::Contacted, day(1, 11), None)]),
            path(&[
                (S::Spotted, day(1, 1), None),
                (S::Met, day(1, 31), None),
                (S::Launched, day(6, 1), None),
            ]),
            path(&[(S::Spotted, day(1, 1), None), (S::Refused, day(1, 21), Some("no_premises"))]),
            path(&[(S::Met, day(1, 1), None), (S::Refused, day(2, 1), Some("no_premises"))]),
            path(&[(S::Refused, day(1, 1), Some("calendar"))]),
            path(&[(S::Decided, day(1, 1), None), (S::Stopped, day(1, 2), Some("no_carrier"))]),
        ];
        let attempts: Vec<Attempt<'_>> =
            paths.iter().map(|steps| Attempt { enterprise: "a", steps }).collect();
        let found = numbers(&attempts, Z);
        assert_eq!(found.total, 7);
        assert_eq!(found.counts, [1, 1, 0, 0, 0, 1, 0, 3, 1]);
        let passages: Vec<[usize; 4]> = found
            .passages
            .iter()
            .map(|p| [p.went_on.count, p.went_on.of, p.waiting, p.ended])
            .collect();
        // Six came into the chain: one waits and one ended where it was spotted.
        assert_eq!(
            passages,
            [[4, 6, 1, 1], [3, 4, 1, 0], [2, 3, 0, 1], [2, 2, 0, 0], [1, 2, 0, 1], [0, 1, 1, 0]]
        );
        // Those who left `spotted` stayed 10, 20 and 30 days.
        assert_eq!(found.passages[0].days, Some(Median { days: 20.0, of: 3 }));
        assert_eq!(found.passages[3].days, None);
        assert_eq!((found.ends[0].count, found.ends[1].count), (3, 1));
        let causes: Vec<(&str, usize, usize)> = found
            .causes
            .iter()
            .map(|c| (c.reason.as_str(), c.of_these.count, c.of_these.of))
            .collect();
        assert_eq!(causes, [("no_premises", 2, 3), ("calendar", 1, 3), ("no_carrier", 1, 1)]);
        let (low, high) = found.causes[0].of_these.interval;
        assert!(low < 0.25 && high > 0.9, "two of three says little: {low} {high}");
    }

    #[test]
    fn in_each_passage_everyone_went_on_waits_or_ended() {
        let all: Vec<Vec<Step>> = State::ALL
            .into_iter()
            .map(|state| {
                path(&[(State::Spotted, date(2026, 1, 1), None), (state, date(2026, 2, 1), None)])
            })
            .collect();
        let attempts: Vec<Attempt<'_>> =
            all.iter().map(|steps| Attempt { enterprise: "a", steps }).collect();
        for passage in numbers(&attempts, Z).passages {
            let Share { count, of, .. } = passage.went_on;
            assert_eq!(count + passage.waiting + passage.ended, of, "{passage:?}");
        }
    }
}
