//! Every version of what a territory submitted: who, when, why, and what changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::catalogue::record::submission::{Period, Submission};
use crate::catalogue::revision::{Kind, Revision};
use crate::domain::concept::Concept;
use crate::domain::fact::{Arg, Fact};
use crate::domain::lang::Lang;
use crate::domain::priority::submission_row;
use crate::domain::provenance::Basis;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::territory::Territory;
use crate::scouting::ask::TerritoryAsked;
use crate::scouting::candidates;
use crate::scouting::error::ScoutingError;
use crate::scouting::front::Scouting;
use crate::scouting::scene::Scene;

use super::submission_of;

/// Shares this close are the same.
const SAME: f64 = 1e-9;

/// The versions of a territory's row.
#[derive(Debug, Clone)]
pub struct History {
    /// State of the log.
    pub seq: u64,
    /// The territory.
    pub territory: Territory,
    /// Language of the sentences.
    pub lang: Lang,
    /// How many versions there are.
    pub total: usize,
    /// The latest first, as many as asked.
    pub versions: Vec<Version>,
    /// Names of concepts.
    pub taxonomy: Arc<Taxonomy>,
}

/// One version.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its place in the log.
    pub seq: u64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who wrote it.
    pub recorded_by: String,
    /// Why, in the writer's words.
    pub reason: Option<String>,
    /// It is the one that stands.
    pub stands: bool,
    /// It withdrew everything: the territory submits nothing any more.
    pub withdrawn: bool,
    /// What it says, by start.
    pub periods: Vec<Period>,
    /// What changed against the version before.
    pub changes: Vec<Change>,
}

/// One change of one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Start of the period.
    pub start: Date,
    /// `period_added`, `period_removed`, `wish_added`, `wish_removed`, `wish_changed`, or
    /// the name of the field that changed.
    pub what: &'static str,
    /// The theme or the need, where one changed.
    pub concept: Option<Concept>,
    /// Its share, 0..=1, or the field, before.
    pub before: Option<Value>,
    /// The same after.
    pub after: Option<Value>,
    /// In one sentence.
    pub text: String,
}

/// What changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A share of the priorities, 0..=1.
    Share(f64),
    /// A text or a date.
    Text(String),
}

/// The last `limit` versions of what the territory asked submitted, up to the state of
/// `scene`.
///
/// # Errors
/// Unknown or ambiguous territory; a log that fails.
pub async fn history(
    scouting: &Scouting,
    scene: &Scene,
    asked: &str,
    limit: usize,
    lang: Lang,
) -> Result<History, ScoutingError> {
    let territory = candidates::territory(scene, &TerritoryAsked::Named(asked.to_owned()))?;
    let mut revisions =
        scouting.store().history(Kind::Priority, &submission_row(&territory.id)).await?;
    revisions.retain(|revision| revision.seq <= scene.seq);
    let said: Vec<Option<Submission>> =
        revisions.iter().map(|revision| said(scene, revision)).collect::<Result<_, _>>()?;
    let teller = Teller { scene, lang };
    let nothing = Vec::new();
    let periods = |said: &'_ Option<Submission>| -> Vec<Period> {
        said.as_ref().map_or_else(Vec::new, |said| said.periods.clone())
    };
    let last = revisions.len();
    let mut versions: Vec<Version> = Vec::with_capacity(last.min(limit));
    for (at, revision) in revisions.iter().enumerate().rev().take(limit) {
        let before = if at == 0 { nothing.clone() } else { periods(&said[at - 1]) };
        let now = periods(&said[at]);
        versions.push(Version {
            seq: revision.seq,
            recorded_at: revision.recorded_at,
            recorded_by: revision.recorded_by.clone(),
            reason: revision.note.clone(),
            stands: at + 1 == last,
            withdrawn: said[at].is_none(),
            changes: teller.changes(&before, &now),
            periods: now,
        });
    }
    Ok(History {
        seq: scene.seq,
        territory,
        lang,
        total: last,
        versions,
        taxonomy: Arc::clone(&scene.world.data.taxonomy),
    })
}

/// What a version says; `None` for one that withdrew everything.
fn said(scene: &Scene, revision: &Revision) -> Result<Option<Submission>, ScoutingError> {
    match revision.kind {
        Kind::Tombstone => Ok(None),
        _ => submission_of(scene, revision).map(Some),
    }
}

struct Teller<'a> {
    scene: &'a Scene,
    lang: Lang,
}

impl Teller<'_> {
    fn changes(&self, before: &[Period], after: &[Period]) -> Vec<Change> {
        let by_start = |periods: &[Period]| -> BTreeMap<Date, Period> {
            periods.iter().map(|period| (period.start, period.clone())).collect()
        };
        let (before, after) = (by_start(before), by_start(after));
        let mut starts: Vec<Date> = before.keys().chain(after.keys()).copied().collect();
        starts.sort_unstable();
        starts.dedup();
        let mut changes = Vec::new();
        for start in starts {
            match (before.get(&start), after.get(&start)) {
                (Some(was), Some(is)) => self.changed(was, is, &mut changes),
                (None, Some(is)) => changes.push(self.whole("period_added", is)),
                (Some(was), None) => changes.push(self.whole("period_removed", was)),
                (None, None) => {}
            }
        }
        changes
    }

    fn whole(&self, what: &'static str, period: &Period) -> Change {
        let key = match (what, period.wishes.is_empty()) {
            ("period_removed", _) => "submission.change.period_removed",
            (_, true) => "submission.change.period_added_nothing",
            _ => "submission.change.period_added",
        };
        let mut fact = Fact::new(key, Basis::Stated)
            .with("start", Arg::Text(period.start.to_string()))
            .with("wishes", Arg::List(self.wishes(period)));
        if let Some(end) = period.end {
            fact = fact.with("end", Arg::Text(end.to_string()));
        }
        let change = (period.start, what, None, None, None);
        self.told(change, &fact)
    }

    /// The wishes of a period with their shares, the heaviest first.
    fn wishes(&self, period: &Period) -> Vec<String> {
        let mut shares: Vec<(Concept, f64)> =
            period.wishes.iter().map(|wish| wish.concept).zip(period.shares()).collect();
        shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let each = shares.into_iter().map(|(concept, share)| {
            let fact = Fact::new("submission.wish", Basis::Stated)
                .with("concept", Arg::Concept(concept))
                .with("share", Arg::Share(share));
            let data = &self.scene.world.data;
            data.templates.phrase(&fact, &data.taxonomy, self.lang)
        });
        each.collect()
    }

    fn changed(&self, was: &Period, is: &Period, changes: &mut Vec<Change>) {
        let shares = |period: &Period| -> BTreeMap<Concept, f64> {
            period.wishes.iter().map(|wish| wish.concept).zip(period.shares()).collect()
        };
        let (before, after) = (shares(was), shares(is));
        let mut concepts: Vec<Concept> = before.keys().chain(after.keys()).copied().collect();
        concepts.sort_unstable();
        concepts.dedup();
        for concept in concepts {
            let pair = (before.get(&concept).copied(), after.get(&concept).copied());
            let (what, key) = match pair {
                (None, Some(_)) => ("wish_added", "submission.change.wish_added"),
                (Some(_), None) => ("wish_removed", "submission.change.wish_removed"),
                (Some(a), Some(b)) if (a - b).abs() > SAME => {
                    ("wish_changed", "submission.change.wish_changed")
                }
                _ => continue,
            };
            let mut fact = Fact::new(key, Basis::Stated)
                .with("start", Arg::Text(is.start.to_string()))
                .with("concept", Arg::Concept(concept));
            for (name, share) in [("before", pair.0), ("after", pair.1)] {
                if let Some(share) = share {
                    fact = fact.with(name, Arg::Share(share));
                }
            }
            let (before, after) = (pair.0.map(Value::Share), pair.1.map(Value::Share));
            changes.push(self.told((is.start, what, Some(concept), before, after), &fact));
        }
        let end = |period: &Period| period.end.map(|end| end.to_string());
        self.field("end", is.start, (end(was), end(is)), changes);
        for (name, read) in FIELDS {
            self.field(name, is.start, (read(was).clone(), read(is).clone()), changes);
        }
    }

    fn field(
        &self,
        name: &'static str,
        start: Date,
        (before, after): (Option<String>, Option<String>),
        changes: &mut Vec<Change>,
    ) {
        if before == after {
            return;
        }
        let key = match (name, &before, &after) {
            ("end", _, Some(_)) => "submission.change.end_set",
            ("end", ..) => "submission.change.end_removed",
            (_, _, Some(_)) => "submission.change.field_set",
            _ => "submission.change.field_removed",
        };
        let mut fact = Fact::new(key, Basis::Stated)
            .with("start", Arg::Text(start.to_string()))
            .with("field", Arg::Text(name.to_owned()));
        for (name, text) in [("before", &before), ("after", &after)] {
            if let Some(text) = text {
                fact = fact.with(name, Arg::Text(text.clone()));
            }
        }
        let (before, after) = (before.map(Value::Text), after.map(Value::Text));
        changes.push(self.told((start, name, None, before, after), &fact));
    }

    fn told(
        &self,
        (start, what, concept, before, after): (
            Date,
            &'static str,
            Option<Concept>,
            Option<Value>,
            Option<Value>,
        ),
        fact: &Fact,
    ) -> Change {
        let data = &self.scene.world.data;
        let text = data.templates.render(fact, &data.taxonomy, self.lang);
        Change { start, what, concept, before, after, text }
    }
}

type Field = (&'static str, fn(&Period) -> &Option<String>);

/// The texts of a period.
const FIELDS: [Field; 5] = [
    ("submitted_by", |period| &period.submitted_by),
    ("contact", |period| &period.contact),
    ("document", |period| &period.document),
    ("source", |period| &period.source),
    ("licence", |period| &period.licence),
];
