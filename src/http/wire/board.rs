//! The board of a territory: columns, cards, how far follow-ups go, why they end.

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::datasets::decisions::book;
use crate::domain::decision::State;
use crate::domain::lang::Lang;
use crate::http::csv::{Rows, joined, or_empty};
use crate::scouting::decisions::board::{Board, Card, Cause, Passage, Share};
use crate::scouting::decisions::{shown, words};
use crate::scouting::scene::Scene;

use super::common::rounded;
use super::decisions::{FollowUpWire, NamedWire, SaidWire, enterprise};
use super::territory::TerritoryBrief;

/// `GET /territories/{id}/board`.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardWire {
    /// Where.
    pub territory: TerritoryBrief,
    /// The scouting year asked; null for the latest of each enterprise, whatever its year.
    pub season: Option<i16>,
    /// State of the log.
    pub seq: u64,
    /// Digest of the rules.
    pub rules: String,
    /// The date in the world: later steps are ignored.
    pub as_of: String,
    /// Language of the words.
    pub lang: &'static str,
    /// How many follow-ups.
    pub total: usize,
    /// One per state, in order.
    pub columns: Vec<ColumnWire>,
    /// From each state to the next.
    pub passages: Vec<PassageWire>,
    /// Refused of all, and stopped of all.
    pub ends: Vec<EndWire>,
    /// Reasons of the ends, the most frequent first.
    pub reasons: Vec<CauseWire>,
    /// How the shares are read.
    pub note: String,
}

/// The follow-ups of one state.
#[derive(Debug, Serialize, ToSchema)]
pub struct ColumnWire {
    /// The state.
    pub state: &'static str,
    /// Its word.
    pub label: String,
    /// How many.
    pub count: usize,
    /// The cards, the longest there first.
    pub cards: Vec<CardWire>,
}

/// One follow-up.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardWire {
    /// The enterprise.
    pub enterprise: NamedWire,
    /// Where it stands, since when, why.
    pub follow_up: FollowUpWire,
    /// Days since its last step.
    pub days: i32,
    /// Steps so far, since it was last taken up.
    pub steps: usize,
    /// What the engine said at its first step.
    pub then: Option<SaidWire>,
    /// What it says now; null where the catalogue no longer has the enterprise.
    pub now: Option<SaidWire>,
}

/// A count out of another.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareWire {
    /// How many.
    pub count: usize,
    /// Of how many.
    pub of: usize,
    /// The share, 0..=1; null of nothing.
    pub share: Option<f64>,
    /// Wilson's interval of the share, 0..=1.
    pub interval: [f64; 2],
    /// "3 sur 7".
    pub text: String,
    /// The same with the interval.
    pub sentence: String,
}

impl ShareWire {
    fn new(scene: &Scene, share: &Share, lang: Lang) -> Self {
        Self {
            count: share.count,
            of: share.of,
            share: share.value().map(rounded),
            interval: [rounded(share.interval.0), rounded(share.interval.1)],
            text: words::rate(scene, share, lang),
            sentence: words::between(scene, share, lang),
        }
    }
}

/// How many went on from one state to the next, or further.
#[derive(Debug, Serialize, ToSchema)]
pub struct PassageWire {
    /// The state.
    pub from: &'static str,
    /// Its word.
    pub from_label: String,
    /// The next one.
    pub to: &'static str,
    /// Its word.
    pub to_label: String,
    /// Those that went on, of those that came here or further.
    pub went_on: ShareWire,
    /// Those that stand here, alive: they may still go on.
    pub waiting: usize,
    /// Those that ended here.
    pub ended: usize,
    /// Median of the days spent here before leaving; null when none left.
    pub median_days: Option<f64>,
    /// How many left: what the median is made of.
    pub left: usize,
}

/// How many ended so.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndWire {
    /// `refused` or `stopped`.
    pub state: &'static str,
    /// Its word.
    pub label: String,
    /// Of all that are followed.
    pub of_all: ShareWire,
}

/// How often a reason was given.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseWire {
    /// `refused` or `stopped`.
    pub state: &'static str,
    /// Id of the reason.
    pub reason: String,
    /// Its words.
    pub label: String,
    /// Of those that ended so.
    pub of_these: ShareWire,
    /// Of all that are followed.
    pub of_all: ShareWire,
}

impl BoardWire {
    /// The board of a territory in words.
    #[must_use]
    pub fn new(
        scene: &Scene,
        (territory, season): (TerritoryBrief, Option<i16>),
        as_of: jiff::civil::Date,
        board: &Board<'_>,
        lang: Lang,
    ) -> Self {
        let label = |state: State| book().label(state, lang).to_owned();
        let share = |share: &Share| ShareWire::new(scene, share, lang);
        let passage = |one: &Passage| PassageWire {
            from: one.from.as_str(),
            from_label: label(one.from),
            to: one.to.as_str(),
            to_label: label(one.to),
            went_on: share(&one.went_on),
            waiting: one.waiting,
            ended: one.ended,
            median_days: one.days.map(|median| median.days),
            left: one.days.map_or(0, |median| median.of),
        };
        let cause = |one: &Cause| CauseWire {
            state: one.state.as_str(),
            reason: one.reason.clone(),
            label: book().reason_label(&one.reason, lang).to_owned(),
            of_these: share(&one.of_these),
            of_all: share(&one.of_all),
        };
        let numbers = &board.numbers;
        let ends = [State::Refused, State::Stopped].into_iter().zip(&numbers.ends);
        Self {
            territory,
            season,
            seq: scene.seq,
            rules: scene.world.data.rules.digest.clone(),
            as_of: as_of.to_string(),
            lang: lang.as_str(),
            total: numbers.total,
            columns: State::ALL
                .into_iter()
                .zip(&board.columns)
                .map(|(state, cards)| ColumnWire {
                    state: state.as_str(),
                    label: label(state),
                    count: cards.len(),
                    cards: cards.iter().map(|one| card(scene, one, lang)).collect(),
                })
                .collect(),
            passages: numbers.passages.iter().map(passage).collect(),
            ends: ends
                .map(|(state, of_all)| EndWire {
                    state: state.as_str(),
                    label: label(state),
                    of_all: share(of_all),
                })
                .collect(),
            reasons: numbers.causes.iter().map(cause).collect(),
            note: words::board_note(scene, lang),
        }
    }
}

fn card(scene: &Scene, card: &Card<'_>, lang: Lang) -> CardWire {
    let said = |said| SaidWire::new(scene, said, lang);
    CardWire {
        enterprise: enterprise(scene, card.attempt.enterprise),
        follow_up: FollowUpWire::from(&shown::of_steps(scene, card.attempt.steps, lang)),
        days: card.days,
        steps: card.attempt.steps.len(),
        then: card.then.map(said),
        now: card.now.as_ref().map(said),
    }
}

impl Rows for BoardWire {
    fn header(&self) -> Vec<&'static str> {
        vec![
            "state",
            "label",
            "enterprise",
            "enterprise_name",
            "since",
            "days",
            "season",
            "reason",
            "reason_label",
            "note",
            "decided_by",
            "then_as_of",
            "then_rank",
            "then_listed_total",
            "then_score",
            "then_unmet",
            "now_rank",
            "now_score",
            "now_unmet",
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let unmet = |said: Option<&SaidWire>| {
            said.map(|said| joined(said.unmet.iter().map(|gate| gate.id.as_str())))
        };
        let cards = self.columns.iter().flat_map(|column| &column.cards);
        cards
            .map(|card| {
                let (then, now) = (card.then.as_ref(), card.now.as_ref());
                let follow_up = &card.follow_up;
                vec![
                    follow_up.state.to_owned(),
                    follow_up.label.clone(),
                    card.enterprise.id.clone(),
                    card.enterprise.name.clone(),
                    follow_up.since.clone(),
                    card.days.to_string(),
                    follow_up.season.to_string(),
                    or_empty(follow_up.reason.as_ref()),
                    or_empty(follow_up.reason_label.as_ref()),
                    or_empty(follow_up.note.as_ref()),
                    follow_up.decided_by.clone(),
                    or_empty(then.map(|said| &said.as_of)),
                    or_empty(then.map(|said| &said.rank)),
                    or_empty(then.map(|said| &said.listed_total)),
                    or_empty(then.map(|said| &said.score)),
                    unmet(then).unwrap_or_default(),
                    or_empty(now.map(|said| &said.rank)),
                    or_empty(now.map(|said| &said.score)),
                    unmet(now).unwrap_or_default(),
                ]
            })
            .collect()
    }
}
