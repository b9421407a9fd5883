//! What became of the follow-ups, beside what the engine had said at their first step.

use jiff::civil::Date;

use crate::domain::decision::Said;
use crate::scouting::scene::Scene;

/// A follow-up whose end is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome<'a> {
    /// Id of the territory.
    pub territory: &'a str,
    /// Id of the enterprise.
    pub enterprise: &'a str,
    /// What the engine had said at the first step.
    pub said: &'a Said,
    /// Launched or consolidated; else refused or stopped.
    pub success: bool,
}

/// Every follow-up, sorted by what can be learnt of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcomes<'a> {
    /// Ends known, the engine having listed the enterprise.
    pub listed: Vec<Outcome<'a>>,
    /// Ends known, a gate having kept it out.
    pub kept_out: Vec<Outcome<'a>>,
    /// Still under way: their end is not known.
    pub censored: usize,
    /// Recorded when already launched: what was said then foretold nothing.
    pub after_the_fact: usize,
    /// Without what the engine said.
    pub unsaid: usize,
}

impl Outcomes<'_> {
    /// How many follow-ups in all.
    #[must_use]
    pub fn total(&self) -> usize {
        let known = self.listed.len() + self.kept_out.len();
        known + self.censored + self.after_the_fact + self.unsaid
    }
}

/// The outcomes known on `as_of`, by territory then enterprise; of one territory (id) or of
/// all, of one season or of all.
///
/// One per follow-up: its first step, and where it stands. One that was taken up again is
/// judged on where it stands now.
#[must_use]
pub fn of<'a>(
    scene: &'a Scene,
    territory: Option<&str>,
    season: Option<i16>,
    as_of: Date,
) -> Outcomes<'a> {
    let mut found = Outcomes::default();
    for one in &scene.rows.follow_ups {
        let steps = one.steps_at(as_of);
        let (Some(first), Some(last)) = (steps.first(), steps.last()) else { continue };
        if territory.is_some_and(|asked| asked != one.territory)
            || season.is_some_and(|asked| asked != last.season)
        {
            continue;
        }
        if first.state.outcome() == Some(true) {
            found.after_the_fact += 1;
            continue;
        }
        match (last.state.outcome(), &first.said) {
            (None, _) => found.censored += 1,
            (Some(_), None) => found.unsaid += 1,
            (Some(success), Some(said)) => {
                let list = match said.is_listed() {
                    true => &mut found.listed,
                    false => &mut found.kept_out,
                };
                let (territory, enterprise) = (one.territory.as_str(), one.enterprise.as_str());
                list.push(Outcome { territory, enterprise, said, success });
            }
        }
    }
    found
}
