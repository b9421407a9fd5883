//! The follow-up of an enterprise in a territory: its steps, and what may follow what.

use jiff::Timestamp;
use jiff::civil::Date;

use super::lang::Lang;
use super::provenance::Source;

/// Where a follow-up stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Somebody thinks of it for this territory.
    Spotted,
    /// It was written to or called.
    Contacted,
    /// People met.
    Met,
    /// Its coming is being studied.
    Feasibility,
    /// Its coming was decided.
    Decided,
    /// It began to work here.
    Launched,
    /// It works here and will last.
    Consolidated,
    /// Somebody said no.
    Refused,
    /// It was given up on the way, or ended.
    Stopped,
}

impl State {
    /// Every state: the chain, then the two ends.
    pub const ALL: [Self; 9] = [
        Self::Spotted,
        Self::Contacted,
        Self::Met,
        Self::Feasibility,
        Self::Decided,
        Self::Launched,
        Self::Consolidated,
        Self::Refused,
        Self::Stopped,
    ];

    /// How many states make the chain, from the start of [`Self::ALL`].
    pub const CHAIN: usize = 7;

    /// The word written in the log and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Spotted => "spotted",
            Self::Contacted => "contacted",
            Self::Met => "met",
            Self::Feasibility => "feasibility",
            Self::Decided => "decided",
            Self::Launched => "launched",
            Self::Consolidated => "consolidated",
            Self::Refused => "refused",
            Self::Stopped => "stopped",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Its place in [`Self::ALL`].
    #[must_use]
    pub fn at(self) -> usize {
        Self::ALL.iter().position(|&state| state == self).expect("every state is listed")
    }

    /// Whether it ends a follow-up: refused or stopped.
    #[must_use]
    pub fn is_end(self) -> bool {
        matches!(self, Self::Refused | Self::Stopped)
    }

    /// What calibration counts it as: success, failure, or not known yet.
    #[must_use]
    pub fn outcome(self) -> Option<bool> {
        match self {
            Self::Launched | Self::Consolidated => Some(true),
            Self::Refused | Self::Stopped => Some(false),
            _ => None,
        }
    }
}

/// What the engine said of the enterprise here, the day a step was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// State of the log that it read.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world: that of the step.
    pub as_of: Date,
    /// Whose weights.
    pub weights: String,
    /// Its rank, 1 is best; the rank it would have had where a gate kept it out.
    pub rank: usize,
    /// How many were listed.
    pub listed: usize,
    /// Its score, 0..=1, higher is better.
    pub score: f64,
    /// Bounds of the score.
    pub interval: (f64, f64),
    /// Where the score lies nine times in ten; not computed for one that a gate kept out.
    pub likely: Option<(f64, f64)>,
    /// The gates that kept it out; none when it was listed.
    pub unmet: Vec<String>,
}

impl Said {
    /// Whether it was in the list.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.unmet.is_empty()
    }
}

/// Who wrote something, when, and where it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The revision.
    pub seq: u64,
    /// Its author.
    pub by: String,
    /// When it was recorded.
    pub at: Timestamp,
}

/// One step of a follow-up.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The state reached.
    pub state: State,
    /// Why, an id of the list of reasons.
    pub reason: Option<String>,
    /// Why, in words.
    pub note: Option<String>,
    /// The day it happened.
    pub date: Date,
    /// The scouting year it belongs to.
    pub season: i16,
    /// Where it is written.
    pub source: Option<Source>,
    /// Who decided: an organisation.
    pub by: String,
    /// What the engine said then; missing only in a row written by another program.
    pub said: Option<Said>,
    /// Who recorded it; `None` until the log has it.
    pub written: Option<Written>,
}

/// A step that was recorded by mistake and taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Undone {
    /// The step.
    pub step: Step,
    /// Why it was taken back.
    pub reason: Option<String>,
    /// Who took it back; `None` until the log has it.
    pub written: Option<Written>,
}

/// The whole follow-up of an enterprise in a territory.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUp {
    /// Territory id.
    pub territory: String,
    /// Enterprise id.
    pub enterprise: String,
    /// Latest revision of the row; 0 until the log has it.
    pub seq: u64,
    /// The steps, oldest first, at least one; dates never go back.
    pub steps: Vec<Step>,
    /// The steps taken back, oldest first.
    pub undone: Vec<Undone>,
}

impl FollowUp {
    /// Id of its row.
    #[must_use]
    pub fn id(&self) -> String {
        row_id(&self.territory, &self.enterprise)
    }

    /// The steps known on `as_of`: what is dated later is ignored.
    #[must_use]
    pub fn steps_at(&self, as_of: Date) -> &[Step] {
        let known = self.steps.iter().take_while(|step| step.date <= as_of).count();
        &self.steps[..known]
    }

    /// Where it stood on `as_of`; `None` before its first step.
    #[must_use]
    pub fn at(&self, as_of: Date) -> Option<&Step> {
        self.steps_at(as_of).last()
    }
}

/// The attempts of a path: a refused or stopped follow-up that is taken up again begins
/// another one. Each has a step at least; none without steps.
#[must_use]
pub fn attempts(steps: &[Step]) -> Vec<&[Step]> {
    let mut starts: Vec<usize> = Vec::new();
    for at in 0..steps.len() {
        if at == 0 || steps[at - 1].state.is_end() {
            starts.push(at);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([steps.len()]);
    starts.iter().zip(ends).map(|(&start, end)| &steps[start..end]).collect()
}

/// Id of the row of a follow-up.
#[must_use]
pub fn row_id(territory: &str, enterprise: &str) -> String {
    format!("{territory}/{enterprise}")
}

/// One reason of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Stable id.
    pub id: String,
    /// Its words in French.
    pub fr: String,
    /// Its words in English.
    pub en: String,
    /// The states it may be given for.
    pub states: Vec<State>,
}

/// One state of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateRule {
    /// Its word in French.
    pub fr: String,
    /// Its word in English.
    pub en: String,
    /// What may follow.
    pub next: Vec<State>,
}

/// What may follow what, and the words: the tables of `index/decisions.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// What a follow-up may begin with.
    pub start: Vec<State>,
    /// One rule per state, in the order of [`State::ALL`].
    pub states: Vec<StateRule>,
    /// The reasons, in the order they are shown.
    pub reasons: Vec<Reason>,
}

impl Book {
    /// The states allowed after `from`; at the start when there is none.
    #[must_use]
    pub fn next(&self, from: Option<State>) -> &[State] {
        from.map_or(&self.start, |from| &self.states[from.at()].next)
    }

    /// Whether going from `from` to `to` needs a reason: an end, or a reopening.
    #[must_use]
    pub fn needs_reason(&self, from: Option<State>, to: State) -> bool {
        to.is_end() || from.is_some_and(State::is_end)
    }

    /// The word of a state.
    #[must_use]
    pub fn label(&self, state: State, lang: Lang) -> &str {
        let rule = &self.states[state.at()];
        match lang {
            Lang::Fr => &rule.fr,
            Lang::En => &rule.en,
        }
    }

    /// The reason with this id.
    #[must_use]
    pub fn reason(&self, id: &str) -> Option<&Reason> {
        self.reasons.iter().find(|reason| reason.id == id)
    }

    /// The words of a reason; the id itself where the list no longer has it.
    #[must_use]
    pub fn reason_label<'a>(&'a self, id: &'a str, lang: Lang) -> &'a str {
        match (self.reason(id), lang) {
            (Some(reason), Lang::Fr) => &reason.fr,
            (Some(reason), Lang::En) => &reason.en,
            (None, _) => id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn step(state: State, day: Date) -> Step {
        Step {
            state,
            reason: None,
            note: None,
            date: day,
            season: 2026,
            source: None,
            by: "Lyon".to_owned(),
            said: None,
            written: None,
        }
    }

    #[test]
    fn what_is_dated_later_is_ignored() {
        let follow_up = FollowUp {
            territory: "dep-26".to_owned(),
            enterprise: "a".to_owned(),
            seq: 1,
            steps: vec![
                step(State::Spotted, date(2026, 3, 1)),
                step(State::Refused, date(2026, 5, 2)),
            ],
            undone: Vec::new(),
        };
        assert_eq!(follow_up.at(date(2026, 2, 28)), None);
        assert_eq!(follow_up.at(date(2026, 5, 1)).map(|s| s.state), Some(State::Spotted));
        assert_eq!(follow_up.at(date(2026, 5, 2)).map(|s| s.state), Some(State::Refused));
        assert_eq!(follow_up.id(), "dep-26/a");
    }

    #[test]
    fn what_is_taken_up_again_is_another_attempt() {
        let day = date(2026, 3, 1);
        let path = [State::Met, State::Refused, State::Spotted, State::Stopped, State::Spotted];
        let steps: Vec<Step> = path.into_iter().map(|state| step(state, day)).collect();
        let lengths: Vec<usize> = attempts(&steps).iter().map(|attempt| attempt.len()).collect();
        assert_eq!(lengths, [2, 2, 1]);
        assert!(attempts(&[]).is_empty());
    }

    #[test]
    fn every_state_reads_back_and_only_ends_fail() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
            assert_eq!(state.outcome() == Some(false), state.is_end());
        }
        assert_eq!(State::Launched.outcome(), Some(true));
        assert_eq!(State::Decided.outcome(), None);
    }
}
